"""Collects everything that is wrong with a request or an answer, so that its author sees
all of it at once.
"""

import re

from . import times
from .errors import ContractError
from .money import exponent_of
from .urls import sent_url_problem

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # all but line breaks and tabs
_WHITE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_MAX_ID = 255


def size(text):
    """The length in bytes of UTF-8."""
    return len(text.encode("utf-8", "replace"))


def is_key(value):
    return bool(_KEY.fullmatch(value))


def has_control(value):
    return bool(_CONTROL.search(value))


def trimmed(value):
    """The text without white space around it."""
    return value.strip(_WHITE)


class Violations:
    """`list` has pairs of a field and what is wrong with it."""

    def __init__(self):
        self.list = []
        self._reasons = set()

    def require(self, ok, field, description, reason="INVALID_REQUEST"):
        """Adds a violation unless ok. The reason is that of the error if all violations have it."""
        if not ok:
            self._reasons.add(reason)
            self.list.append((field, description))
        return ok

    def refuse_request(self):
        """Raises an error if there are violations."""
        if self.list:
            reason = self._reasons.pop() if len(self._reasons) == 1 else "INVALID_REQUEST"
            raise ContractError(reason, "the request is invalid; nothing was sent", violations=self.list)

    def text(self, field, value, limit):
        """Checks a text for people."""
        self.require(size(value) <= limit, field, f"is longer than {limit} bytes")
        self.require(not _CONTROL_IN_TEXT.search(value), field, "has control characters")

    def id(self, field, value):
        """Checks an id of the gateway's: opaque, but printable."""
        self.require(value, field, "is empty")
        self.text(field, value, _MAX_ID)
        blank = has_control(value) or any(character in _WHITE for character in value)
        self.require(not blank, field, "has white space")

    def key(self, field, value):
        self.require(is_key(value), field, "must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -")

    def sent_url(self, field, value):
        problem = sent_url_problem(value)
        return self.require(problem is None, field, problem)

    def currency(self, field, currency, reason="INVALID_REQUEST"):
        self.require(exponent_of(currency) is not None, field, "is not an ISO 4217 currency code in upper case", reason)

    def amount(self, field, message, name):
        """Checks an amount in an answer, which may be 0 but not absent."""
        amount = getattr(message, name)
        self.require(message.HasField(name), field, "is absent")
        self.currency(f"{field}.currency", amount.currency)
        self.require(amount.minor_units >= 0, f"{field}.minor_units", "is negative")

    def time(self, field, message, name):
        """Returns a time, or None if it is absent or wrong."""
        try:
            return times.field(message, name)
        except ValueError as error:
            self.require(False, field, str(error))
            return None
