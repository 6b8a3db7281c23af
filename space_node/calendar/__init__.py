"""What the network does: events of other spaces and our own as the hub tells them, as pages and as calendar files."""
