"""Which protocol this code speaks (DESIGN §6): MAJOR stands in the URL, capabilities carry a version of their own."""

MAJOR = 1
BASE_PATH = f"/fed/v{MAJOR}"
# By this header a hub seals what it answers to a command, and a node shows it that seal again after a restore.
SEAL_HEADER = "Answer-Seal"
CAPABILITIES = ("bookings/1", "credits/1", "passports/1", "twinnings/1")
