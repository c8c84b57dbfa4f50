"""Readers of single fields of a gateway's answers."""

from . import times
from .errors import malformed
from .violations import has_control, size

_LINES = str.maketrans("", "", "\n\r\t")
_CONTROLS = {code: " " for code in [*range(0x20), *range(0x7F, 0xA0)]}


def is_amount(value):
    """Whether a value is an amount: a whole number of 64 bits, not negative."""
    return type(value) is int and 0 <= value < 1 << 63


def text_of(value):
    """A text, or "" if it is absent or not a text."""
    return value if isinstance(value, str) else ""


def time_of(value):
    """A time in ns, or None if it is absent. Raises MALFORMED_RESPONSE if it is not one."""
    if value is None:
        return None
    found = times.parse(value) if isinstance(value, str) else None
    if found is None:
        raise malformed("it has a time that is not RFC 3339")
    return found


def whole_text(value, longest):
    """A text that the merchant can edit at the gateway, such as a reference, if it is legal: at
    most so many bytes, undamaged, and without control characters but line breaks and tabs.
    Otherwise "": half a reference could be another order's, and no text for people may make a
    payment unreadable.
    """
    text = text_of(value)
    legal = size(text) <= longest and "\ufffd" not in text and not has_control(text.translate(_LINES))
    return text if legal else ""


def clip(value, longest):
    """Truncates a text of the gateway's to so many bytes, and replaces control characters."""
    return text_of(value).translate(_CONTROLS).encode("utf-8", "replace")[:longest].decode("utf-8", "ignore")
