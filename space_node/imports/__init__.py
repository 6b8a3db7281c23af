"""The slice imports: a calendar that a space has elsewhere becomes drafts of events here."""
