"""Messages between a node and its hub, on both engines."""
