"""Refusals of everything that was signed, sealed or listed by somebody else, and the missing key of our own.

Each carries a `reason` word, so that programs can tell cases apart that a reader need not.
"""

from enum import StrEnum

from shared.errors import Invalid, Unavailable
from shared.marking import N_


class KeyInvalid(Invalid):
    """Not a public P-256 key in the form of RFC 7517."""

    slug = "key-invalid"
    title = N_("This is not a public key")
    sentence = N_("The key must be a public EC key on P-256, named by its thumbprint (%(reason)s).")


class SignatureInvalid(Invalid):
    """A signed document that does not prove what it claims: wrong form, header, type or signature."""

    slug = "signature-invalid"
    title = N_("The signature does not hold")
    sentence = N_("The signed document cannot be accepted (%(reason)s).")


class SignerUnknown(SignatureInvalid):
    """Signed by a key that is not among those allowed; a newer key list may know it."""

    slug = "signer-unknown"
    title = N_("The signer is not known")
    sentence = N_("The document is signed by a key that is not known here (%(reason)s).")


class SealedBoxInvalid(Invalid):
    """A sealed box that is too large, not for this key, not for this resource, or changed on its way."""

    slug = "sealed-box-invalid"
    title = N_("The sealed box cannot be opened")
    sentence = N_("The sealed box cannot be used (%(reason)s).")


class KeySetInvalid(Invalid):
    """A space's key set that its root key did not sign, or that contradicts itself."""

    slug = "key-set-invalid"
    title = N_("The key set does not hold")
    sentence = N_("The key set cannot be accepted (%(reason)s).")


class KeyListFault(StrEnum):
    """Why a key list is refused."""

    MALFORMED = "malformed"
    GOES_BACK = "goes_back"
    FORKED = "forked"


class KeyListInvalid(Invalid):
    """A key list that goes back, forks from the one held, or does not have the form."""

    slug = "key-list-invalid"
    title = N_("The key list does not hold")
    sentence = N_("The key list cannot be accepted (%(reason)s).")

    @property
    def reason(self) -> KeyListFault:
        """Why, as a word."""
        return KeyListFault(self.params["reason"])


class StatusListInvalid(Invalid):
    """A status list that does not have the form, or an index that it does not cover."""

    slug = "status-list-invalid"
    title = N_("The status list does not hold")
    sentence = N_("The status list cannot be used (%(reason)s).")


class PassportFault(StrEnum):
    """Why a passport is refused."""

    MALFORMED = "malformed"
    UNKNOWN_ISSUER = "unknown_issuer"
    BAD_SIGNATURE = "bad_signature"
    KEY_REVOKED = "key_revoked"
    WRONG_AUDIENCE = "wrong_audience"
    NOT_YET = "not_yet"
    EXPIRED = "expired"


class PassportInvalid(Invalid):
    """A passport that must not be accepted, and why."""

    slug = "passport-invalid"
    title = N_("This passport does not hold")
    sentence = N_("This passport cannot be accepted (%(reason)s).")

    @property
    def reason(self) -> PassportFault:
        """Why, as a word."""
        return PassportFault(self.params["reason"])


class KeyMissing(Unavailable):
    """The ring holds no key of our own that is in use now."""

    slug = "key-missing"
    title = N_("A key is missing")
    sentence = N_("This service has no key for %(use)s that is in use now. Its operator must create one.")


class KeyFileFault(RuntimeError):
    """A key file that others can read, or that cannot be read at all: the service must not start with it."""
