import re
from pathlib import Path
from tests.support.browsing import Browser
from tests.support.browser import launched, PHONE, WIDE
from space_node.members.service import Role
def test_shots(sqlite_guests):
    g = sqlite_guests
    b1 = g.booked(note="I finish a book on co-operatives.")
    bob = g.member("Bob Rossi"); b2 = g.booked(member=bob, part="morning") if False else g.booked(member=bob)
    d = Browser(g.host, Role.DESK, name="Marta"); 
    shots = {}
    d.get("/arrivals")
    d.post("/arrivals/check-in", booking_id=b2)
    shots["arrivals"] = d.get("/arrivals")
    shots["scan"] = d.get("/arrivals/scan")
    shots["green"] = d.post("/arrivals/scan", passport=g.visit_pass(b1))
    shots["amber"] = d.post("/arrivals/scan", passport=g.passport())
    carla = g.member("Carla")
    shots["walkin"] = d.post("/arrivals/scan", passport=g.passport(carla))
    shots["red"] = d.post("/arrivals/scan", passport="FP1:hello")
    shots["detail"] = d.get(f"/arrivals/{b2}")
    a = Browser(g.home, Role.MEMBER, email=g.ada.email)
    shots["passport"] = a.get("/passport")
    shots["paper"] = a.get("/passport/paper")
    from http.server import ThreadingHTTPServer, SimpleHTTPRequestHandler
    import threading, functools
    root = Path("/tmp/desk_shots"); root.mkdir(exist_ok=True)
    (root/"ui").unlink(missing_ok=True); (root/"ui").symlink_to("/work/main/shared/ui/static")
    for n, r in shots.items():
        (root/f"{n}.html").write_text(r.get_data(as_text=True))
    s = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(SimpleHTTPRequestHandler, directory=str(root)))
    threading.Thread(target=s.serve_forever, daemon=True).start()
    with __import__("playwright.sync_api").sync_api.sync_playwright() as pw, launched(pw) as br:
        for n in shots:
            for kind, vp in (("phone", PHONE), ("wide", WIDE)):
                if kind == "wide" and n not in ("arrivals","walkin"): continue
                p = br.new_page(viewport=vp); p.goto(f"http://127.0.0.1:{s.server_port}/{n}.html"); p.screenshot(path=str(root/f"{n}-{kind}.png"), full_page=True); p.close()
    s.shutdown(); s.server_close()
