"""Base45 (RFC 9285): bytes as text that QR codes hold in their compact alphanumeric mode and keyboard scanners type unharmed."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_DIGITS = {char: digit for digit, char in enumerate(ALPHABET)}
_PAIR_CHARS = 3


def encode(data: bytes) -> str:
    """The bytes as text: two bytes to three characters, a last single byte to two."""
    chars: list[str] = []
    for start in range(0, len(data), 2):
        group = data[start : start + 2]
        value = int.from_bytes(group, "big")
        for _ in range(len(group) + 1):
            value, digit = divmod(value, 45)
            chars.append(ALPHABET[digit])
    return "".join(chars)


def decode(text: str) -> bytes:
    """The bytes behind a text. Raises ValueError for a foreign character, a wrong length or a group that is too great."""
    data = bytearray()
    for start in range(0, len(text), _PAIR_CHARS):
        group = text[start : start + _PAIR_CHARS]
        size = len(group) - 1
        if size == 0:
            raise ValueError("A base45 text cannot end in a single character.")
        value = 0
        for char in reversed(group):
            digit = _DIGITS.get(char)
            if digit is None:
                raise ValueError("This character is not part of base45.")
            value = value * 45 + digit
        if value >> 8 * size:
            raise ValueError("This group is too great for base45.")
        data += value.to_bytes(size, "big")
    return bytes(data)
