"""What is wrong with URLs. urllib.parse accepts nearly everything, so the text is checked
here, and links are passed on as they arrived.
"""

import ipaddress
import re

_MAX_URL = 2048
_URL = re.compile(r"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_HALF_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@<>^|\"`{}%]+)(?::(\d{0,5}))?")


def web_url_problem(value):
    """What is wrong with an absolute http or https URL, or None."""
    if len(value.encode("utf-8", "replace")) > _MAX_URL:
        return f"is longer than {_MAX_URL} bytes"
    not_absolute = "is not an absolute http or https URL; percent-encode white space"
    found = _URL.fullmatch(value)
    if _BLANK.search(value) or "\\" in value or not found:
        return not_absolute
    if "@" in found[2]:
        return "has a user name in it"
    authority = _AUTHORITY.fullmatch(found[2])
    if not authority or int(authority[2] or "0") > 65535 or not _is_host(authority[1]):
        return not_absolute
    return None


def _is_host(host):
    """Numbers with dots are an IPv4 address or nothing."""
    numeric = re.fullmatch(r"[0-9.]+", host)
    if not numeric and not host.startswith("["):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def sent_url_problem(value):
    """What is wrong with a URL that goes to the gateway, or None. What every gateway accepts
    is ASCII.
    """
    problem = web_url_problem(value)
    if problem:
        return problem
    if not value.isascii():
        host_is = host_of(value).isascii()
        remedy = "percent-encode the other characters" if host_is else "write its host in punycode, as in https://xn--..."
        return f"is not ASCII; {remedy}"
    if _HALF_ESCAPE.search(value):
        return "has a % without two hex digits after it; percent-encode the sign itself, as in %25"
    return None


def secure_url_problem(value):
    """What is wrong with a URL whose content nobody on the way may read or change, or None."""
    problem = web_url_problem(value)
    if problem or is_https(value) or is_loopback(value):
        return problem
    return "must be https unless it is on the host's own machine"


def is_https(value):
    return value[:6].lower() == "https:"


def host_of(value):
    """The host of a URL that has been checked, without brackets and port."""
    authority = _URL.fullmatch(value)[2]
    return re.sub(r":\d*$", "", authority).strip("[]")


def port_of(value):
    """The port of a URL that has been checked."""
    given = re.search(r":(\d+)$", _URL.fullmatch(value)[2])
    return int(given[1]) if given else 443 if is_https(value) else 80


def is_loopback(value):
    """Whether a URL that has been checked is of this machine."""
    host = host_of(value).lower()
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
