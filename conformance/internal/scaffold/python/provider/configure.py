"""Configure makes a session of settings and secrets. With `probe` it reads the account at
the gateway, to learn whether the key works and which limits are in force. Without `probe`
it sends nothing.
"""

import dataclasses
import re

from paysocket import paymentprovider_pb2 as pb
from paysocket import times
from paysocket.configuration import items, refuse_configuration, values_of
from paysocket.errors import ContractError, malformed
from paysocket.fields import is_amount, text_of
from paysocket.money import exponent_of
from paysocket.urls import is_https, is_loopback

from .api import API, is_id

_SECRET_KEY = re.compile(r"mk_test_[A-Za-z0-9_-]{1,128}")
_WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9_-]{8,128}")
_BASE = re.compile(r"https?://[^/?#]+", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Settings:
    """Times are in ns."""

    api_base: str
    secret_key: str = dataclasses.field(repr=False)
    webhook_secrets: list = dataclasses.field(repr=False)
    webhook_tolerance: int
    timeout: int
    min_time_left: int


def configure(descriptor, request, call):
    """Returns the Settings, the API and the Account, or raises and changes nothing."""
    settings = _read(descriptor, request)
    api = API(settings)
    if not request.probe:
        return settings, api, pb.Account(payment_methods=descriptor.payment_methods)
    call.within(settings.timeout)
    return settings, api, _probe(descriptor, api, call)


def _read(descriptor, request):
    """Reads a ConfigureRequest whose keys and forms were checked."""
    values = values_of(descriptor, request)
    if values["secret_key"].startswith("mk_live_"):
        raise ContractError("MODE_MISMATCH", "secret_key is a live key; this provider supports test mode only")
    settings = Settings(
        api_base=values["api_base"].rstrip("/"),
        secret_key=values["secret_key"],
        webhook_secrets=items(values["webhook_secrets"]),
        webhook_tolerance=times.parse_duration(values["webhook_tolerance"]),
        timeout=times.parse_duration(values["timeout"]),
        min_time_left=times.parse_duration(values["min_time_left"]),
    )
    _check(settings)
    return settings


def _check(settings):
    """Refuses values that have the right form and are still wrong. Errors never quote values."""
    s, v = settings, []
    base_is_safe = _BASE.fullmatch(s.api_base) and (is_https(s.api_base) or is_loopback(s.api_base))
    for ok, field, description in (
        (_SECRET_KEY.fullmatch(s.secret_key), "secrets[secret_key]", "is not of the form mk_test_..."),
        (all(map(_WEBHOOK_SECRET.fullmatch, s.webhook_secrets)), "secrets[webhook_secrets]",
         "has an item that is not of the form whsec_..."),
        (len(s.webhook_secrets) <= 8, "secrets[webhook_secrets]", "has more than 8 items"),
        (base_is_safe, "settings[api_base]",
         "must be scheme, host and port alone; https, or http on this machine, since the secret key goes there"),
        (times.SECOND <= s.timeout <= 10 * times.MINUTE, "settings[timeout]", "must be 1s to 10m"),
        (s.min_time_left < s.timeout, "settings[min_time_left]", "must be less than timeout"),
        (times.SECOND <= s.webhook_tolerance <= 60 * times.MINUTE, "settings[webhook_tolerance]", "must be 1s to 1h"),
    ):
        if not ok:
            v.append((field, description))
    refuse_configuration(v)


def _probe(descriptor, api, call):
    found = api.get("/v1/account", call)
    methods = found.get("methods")
    legal = (
        found.get("object") == "account"
        and type(found.get("live")) is bool
        and is_id(found.get("id"))
        and isinstance(methods, list)
    )
    if not legal:
        raise malformed("it is not an account")
    country = text_of(found.get("country"))
    account = pb.Account(id=found["id"], live=found["live"], country=country if re.fullmatch("[A-Z]{2}", country) else "")
    offered = {method.code: method for method in descriptor.payment_methods}
    for given in methods:
        code = given.get("method") if isinstance(given, dict) else None
        if code in offered:
            account.payment_methods.append(_with_limits(offered[code], given.get("limits")))
    return account


def _with_limits(offered, limits):
    """Returns the method with the account's limits. An account may offer less than its provider, never more."""
    if not isinstance(limits, list):
        raise malformed("a method has no limits")
    known = [each.currency for each in offered.currencies]
    method = pb.PaymentMethod()
    method.CopyFrom(offered)
    del method.currencies[:]
    for given in limits:
        if not isinstance(given, dict) or given.get("currency") not in known:
            continue
        if exponent_of(given["currency"]) is None:
            raise malformed("a limit has an unknown currency")
        method.currencies.append(pb.CurrencyLimits(
            currency=given["currency"], min_minor_units=_bound(given.get("min_amount")), max_minor_units=_bound(given.get("max_amount"))
        ))
    return method


def _bound(value):
    """An unknown bound is absent, and never 0."""
    if value is None or value == 0:
        return None
    if not is_amount(value):
        raise malformed("a limit is not an amount")
    return value
