"""Formats that are held here: a version of the library becomes a draft at our place, with a checklist that has days."""
