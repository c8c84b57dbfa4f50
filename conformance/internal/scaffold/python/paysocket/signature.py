"""Verifies webhooks that are signed as many gateways do it: a header with the time of
sending and signatures, "t=1770091506,v1=5257a8...", each the HMAC-SHA256 of that time, a
dot and the body.
"""

import hashlib
import hmac
import re

from . import times
from .errors import ContractError

_MAX_SIGNATURES = 8  # bounds the work that an unsigned request can cause


def verify(request, header, secrets, tolerance, scheme="v1"):
    """Raises an error unless the ParseWebhookRequest was signed with one of the secrets, at
    about the time that it arrived: tolerance is in ns. Every signature is tried with every
    secret, since either side may be the first to have a new one.
    """
    at, signatures = _split(_parts(request, header), header, scheme)
    genuine = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), f"{at}.".encode() + request.body, hashlib.sha256).hexdigest()
        for signature in signatures:
            genuine = hmac.compare_digest(expected.encode(), signature.encode()) or genuine
    if not genuine:
        raise _invalid("no signature was made with one of the webhook secrets; check them if this goes on")
    # The time is trusted only now, since it is part of what was signed.
    age = times.field(request, "received_at") - int(at) * times.SECOND
    if abs(age) > tolerance:
        raise ContractError("WEBHOOK_SIGNATURE_STALE", "the signature was made too long before or after the request arrived; check "
                            "the host's clock if this goes on")


def _parts(request, header):
    """The items of the header, a list as HTTP has it: its lines are one list, and white space
    around items and empty items have no meaning.
    """
    lines = [each.value.decode("latin-1") for each in request.headers if each.name.lower() == header.lower()]
    parts = [part.strip(" \t") for line in lines for part in line.split(",")]
    parts = [part for part in parts if part]
    if not parts:
        raise ContractError("WEBHOOK_SIGNATURE_MISSING", f"the request has no {header} header")
    return parts


def _split(parts, header, scheme):
    """Parts with other names are ignored: later versions of the gateway may add some."""
    pairs = [part.partition("=")[::2] for part in parts]
    moments = [value for name, value in pairs if name == "t"]
    signatures = [value for name, value in pairs if name == scheme]
    legal = len(moments) == 1 and re.fullmatch(r"[0-9]{1,11}", moments[0]) and signatures
    if len(signatures) > _MAX_SIGNATURES or not legal:
        raise _invalid(f"{header} is not of the form t=...,{scheme}=...")
    return moments[0], signatures


def _invalid(message):
    return ContractError("WEBHOOK_SIGNATURE_INVALID", message)
