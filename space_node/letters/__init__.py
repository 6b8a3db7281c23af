"""What is told by mail about places at events, once for each change: to members, and to guests whose own space is silent."""
