"""Refusals of leaving."""

from shared.errors import Invalid
from shared.marking import N_


class LeavingNotConfirmed(Invalid):
    """Leaving was not confirmed."""

    slug = "leaving-not-confirmed"
    title = N_("Please confirm")
    sentence = N_("Tick the box if this space is to leave. Nothing has changed.")


class NoteMissing(Invalid):
    """Those who would have come are told nothing."""

    slug = "note-missing"
    title = N_("A note is missing")
    sentence = N_("Write a word to those who would have come to your events.")
