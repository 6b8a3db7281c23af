import time
def test_a(guests):
    t=time.time(); b = guests.booked(); guests.check_in(b, guests.visit_pass(b)); print("T", time.time()-t)
def test_b(guests):
    t=time.time(); b = guests.booked(); guests.check_in(b, guests.visit_pass(b)); print("T", time.time()-t)
