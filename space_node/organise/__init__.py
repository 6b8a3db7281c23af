"""What the manager sees of what this space organises, and does about it: pages and commands over the events."""
