"""Marks texts for the translators. Apart from `shared/text.py`, so that the errors which text checks raise can be marked too."""

from typing import Any, Self


def N_(text: str) -> str:
    """Return the text unchanged; the translation happens where it is shown, in the reader's language."""
    return text


class Phrase(str):
    """An English text that still knows its template and parameters, so that a page can say it in another language.

    `Phrase(N_("At most %(max)s characters."), max=80)` is the plain string on the wire and in logs.
    """

    __slots__ = ("params", "template")
    template: str
    params: dict[str, Any]

    def __new__(cls, template: str, /, **params: Any) -> Self:
        """Fill the template in, at once: a missing parameter is found where the phrase is made."""
        phrase = super().__new__(cls, template % params)
        phrase.template, phrase.params = template, params
        return phrase
