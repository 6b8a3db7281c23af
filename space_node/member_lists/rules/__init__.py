"""Decisions about people and about the files they come in: pure, so that every oddity of a file can be tested by itself."""
