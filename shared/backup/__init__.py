"""Backup and restore of a service: what it stores and its private keys in one sealed file, alike on SQLite and PostgreSQL."""
