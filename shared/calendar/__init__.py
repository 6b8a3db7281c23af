"""iCalendar (RFC 5545): files that every calendar reads alike, and a strict reader of everybody else's."""
