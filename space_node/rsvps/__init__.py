"""The member's side of events: asking for a seat from home, the waiting list, what the host tells those who come, afterwards."""
