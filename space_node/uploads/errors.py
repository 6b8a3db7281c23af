"""Refusals about uploads."""

from shared.errors import NotFound
from shared.marking import N_


class DraftUnknown(NotFound):
    """The uploaded file was imported, or is older than a day, or gave way to newer ones, or is somebody else's."""

    slug = "import-draft-unknown"
    title = N_("This upload is no longer here")
    sentence = N_("It was imported, or has made room for newer uploads; none is kept for longer than a day. Upload it again.")
