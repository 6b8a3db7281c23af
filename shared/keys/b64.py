"""Base64url without padding (RFC 7515), where each value has exactly one text: stray bits and signs are refused."""

import base64
import binascii


def encode(data: bytes) -> str:
    """The bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes behind a text. Raises ValueError for anything but the one canonical spelling."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        raise ValueError("This is not base64url.") from None
    # Python skips foreign signs and ignores the bits left over, so two texts could stand for one value.
    if encode(data) != text:
        raise ValueError("This is not canonical base64url.")
    return data
