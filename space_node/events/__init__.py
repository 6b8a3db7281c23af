"""What this space organises: drafts, events with its own sessions, and events that it holds together with others."""
