"""Times and durations are ints of nanoseconds, since datetime has microseconds only, which
is too coarse for the window of a list. An absent time is None.
"""

import datetime
import re
import time

SECOND = 10**9
MILLISECOND = 10**6
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE

_FIRST = -62135596800  # 0001-01-01
_LAST = 253402300799  # 9999-12-31
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def now():
    return time.time_ns()


def field(message, name):
    """A time of a message, or None if it is absent. Raises ValueError if it is not one."""
    if not message.HasField(name):
        return None
    timestamp = getattr(message, name)
    if not (_FIRST <= timestamp.seconds <= _LAST and 0 <= timestamp.nanos < SECOND):
        raise ValueError("is not a time")
    return timestamp.seconds * SECOND + timestamp.nanos


def put(message, value):
    """Sets a Timestamp or Duration of a message, such as put(payment.created_at, at). None
    leaves it absent.
    """
    if value is None:
        return
    message.SetInParent()  # without it a value of 0 would be absent
    message.seconds, message.nanos = divmod(value, SECOND)


_RFC_3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)


def parse(text):
    """Reads a time in RFC 3339. Returns None if it is not one."""
    found = _RFC_3339.fullmatch(text)
    if not found:
        return None
    try:
        whole = datetime.datetime(*map(int, found.groups()[:6]), tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    since = whole - _EPOCH
    seconds = since.days * 86400 + since.seconds
    if found[8]:
        offset = int(found[9]) * 3600 + int(found[10]) * 60
        seconds -= offset if found[8] == "+" else -offset
    return seconds * SECOND + int((found[7] or "0").ljust(9, "0"))


def show(value):
    """A time in RFC 3339, in UTC, with as many digits as it has."""
    seconds, nanos = divmod(value, SECOND)
    whole = _EPOCH + datetime.timedelta(seconds=seconds)
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    return f"{whole:%Y-%m-%dT%H:%M:%S}".zfill(19) + fraction + "Z"


_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": MILLISECOND, "s": SECOND, "m": MINUTE, "h": 60 * MINUTE}
_PART = re.compile(r"(\d{1,18})?(?:\.(\d{0,18}))?(ns|us|µs|ms|s|m|h)", re.ASCII)


def parse_duration(text):
    """Reads a duration such as 90s or 2m30s. Returns None if it is invalid or negative."""
    if text == "0":
        return 0
    total, at = 0, 0
    while at < len(text):
        found = _PART.match(text, at)
        if not found or not (found[1] or found[2]):
            return None
        unit = _UNITS[found[3]]
        total += int(found[1] or "0") * unit + int(found[2] or "0") * unit // 10 ** len(found[2] or "")
        at = found.end()
    return total if text and total < 1 << 63 else None
