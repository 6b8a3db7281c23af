"""The door of our sessions on the day: scan, check in, receive who has no seat, take back. It works without the hub."""
