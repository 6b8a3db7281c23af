"""What the domain answers instead of doing it: nine kinds of refusal, free of any transport.

A refusal carries a slug, which programs decide by, and a sentence with parameters, which the edge says in the reader's
language. `shared/problems.py` turns refusals into answers and a peer's answers back into refusals. Slices subclass
one of the nine kinds, in their `errors.py`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypedDict

from shared.marking import N_, Phrase

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RESERVED_PARAMS = frozenset({"type", "title", "status", "detail", "instance", "errors"})


class FieldFault(TypedDict):
    """One wrong field: a JSON pointer into what was sent, and what is wrong with it."""

    pointer: str
    detail: str


class Refusal(Exception):
    """A kind, a slug, and one sentence for the reader. Raise one of the nine kinds below, or a subclass of one."""

    slug: str = "refused"
    title: str = N_("Refused")
    sentence: str = N_("This was refused.")
    retry_after_seconds: int | None = None
    registry: ClassVar[dict[str, type["Refusal"]]] = {}

    def __init__(
        self,
        detail: str | None = None,
        /,
        *,
        errors: list[FieldFault] | None = None,
        retry_after_seconds: int | None = None,
        **params: Any,
    ) -> None:
        """Say it with the class's sentence, filled with the parameters, or with a detail of this one case.

        Raises TypeError for a parameter that RFC 9457 uses itself, KeyError for one that the sentence misses.
        """
        taken = RESERVED_PARAMS & params.keys()
        if taken:
            raise TypeError(f"{type(self).__name__} cannot carry {', '.join(sorted(taken))}: RFC 9457 has the name.")
        self.explicit_detail = detail
        self.errors: list[FieldFault] = errors or []
        self.params: dict[str, Any] = params
        if retry_after_seconds is not None:
            self.retry_after_seconds = retry_after_seconds
        super().__init__(self.detail)

    def __init_subclass__(cls) -> None:
        """Register the class under its slug: the same word must never mean two things to a program.

        Raises TypeError for a slug that is missing, ill-formed or taken, and for a tenth kind.
        """
        super().__init_subclass__()
        slug = cls.__dict__.get("slug", "")
        if not _SLUG.fullmatch(slug):
            raise TypeError(f"{cls.__name__} needs a slug of its own, in kebab-case.")
        if Refusal in cls.__bases__ and cls.__module__ != __name__:
            raise TypeError(f"{cls.__name__} must be one of the nine kinds: subclass Conflict, Invalid, …")
        other = Refusal.registry.get(slug)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"The slug {slug} is taken by {other.__module__}.{other.__qualname__}.")
        Refusal.registry[slug] = cls

    @property
    def detail(self) -> str:
        """What is said, in English; a Phrase, where it can be said in another language too."""
        return Phrase(self.sentence, **self.params) if self.explicit_detail is None else self.explicit_detail


@contextmanager
def within(field: str) -> Iterator[None]:
    """Refuse what a field carries at that field: the faults of a document stand behind its name, one without any at it."""
    try:
        yield
    except Refusal as refusal:
        inside = refusal.errors or [FieldFault(pointer="", detail=refusal.detail)]
        refusal.errors = [FieldFault(pointer=f"/{field}{fault['pointer']}", detail=fault["detail"]) for fault in inside]
        raise


class Malformed(Refusal):
    """What was sent cannot be read (400)."""

    slug = "malformed"
    title = N_("This cannot be read")
    sentence = N_("What was sent does not have the expected form.")


class Unauthenticated(Refusal):
    """Nobody has shown who asks (401)."""

    slug = "unauthenticated"
    title = N_("Sign in first")
    sentence = N_("You need to sign in to see this.")


class Forbidden(Refusal):
    """Known, and not allowed; only where the existence of the thing may be known (403)."""

    slug = "forbidden"
    title = N_("Not allowed")
    sentence = N_("You may not do this.")


class NotFound(Refusal):
    """Not there, or not for the one who asks to know of (404)."""

    slug = "not-found"
    title = N_("Not found")
    sentence = N_("There is nothing at this address.")


class Conflict(Refusal):
    """The present state does not allow it (409)."""

    slug = "conflict"
    title = N_("Not possible as things stand")
    sentence = N_("The present state does not allow this.")


class Gone(Refusal):
    """It was here and will not come back (410)."""

    slug = "gone"
    title = N_("No longer here")
    sentence = N_("This was here and has been removed.")


class Invalid(Refusal):
    """Readable, but some values are wrong (422); `errors` points at them."""

    slug = "invalid"
    title = N_("Some values are wrong")
    sentence = N_("Some of what was sent is not valid.")


class TooMany(Refusal):
    """Asked too often (429)."""

    slug = "too-many"
    title = N_("Too many requests")
    sentence = N_("Too many requests came in a short time. Wait a moment, then try again.")


class Unavailable(Refusal):
    """Not now; the same request may succeed later (503)."""

    slug = "unavailable"
    title = N_("Try again later")
    sentence = N_("This cannot be answered just now. Try again in a moment.")
