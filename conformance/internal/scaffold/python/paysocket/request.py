"""The checks of requests by themselves, all fields at once."""

import ipaddress
import re

from . import paymentprovider_pb2 as pb
from .money import exponent_of, is_retired
from .urls import secure_url_problem
from .violations import Violations

_MAX_TEXT = 255
_MAX_PAIRS, _MAX_PAIR_KEY, _MAX_PAIR_VALUE = 20, 40, 255
_MAX_LOCALE = 35  # the length that RFC 5646 recommends
_MAX_TOKEN = 2048
_MAX_WEBHOOK_BODY = 256 << 10
_RESERVED = ("paysocket_key", "paysocket_reference")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)  # of E.164
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # of RFC 9110


def check(operation, request):
    """Returns the violations of a request."""
    v = Violations()
    _CHECKS[operation](v, request)
    return v


def _create_payment(v, r):
    _attempt(v, r.attempt, False)
    v.require(r.reference, "reference", "is empty")
    v.text("reference", r.reference, _MAX_TEXT)
    _amount(v, r.amount)
    v.require(not is_retired(r.amount.currency), "amount.currency", "is a currency that ISO 4217 has retired", "CURRENCY_UNSUPPORTED")
    v.require(r.method, "method", "is empty")
    v.text("method", r.method, _MAX_TEXT)
    v.sent_url("return_url", r.return_url)
    v.text("description", r.description, _MAX_TEXT)
    _metadata(v, r.metadata)
    _payer(v, r.payer)
    if r.webhook_url and v.sent_url("webhook_url", r.webhook_url):
        problem = secure_url_problem(r.webhook_url)
        v.require(problem is None, "webhook_url", problem)


def _get_status(v, r):
    _named(v, r, "payment_id")


def _cancel_payment(v, r):
    v.id("payment_id", r.payment_id)


def _refund(v, r):
    _attempt(v, r.attempt, False)
    v.id("payment_id", r.payment_id)
    _amount(v, r.amount)
    v.text("reason", r.reason, _MAX_TEXT)
    _metadata(v, r.metadata)


def _get_refund(v, r):
    v.id("payment_id", r.payment_id)
    _named(v, r, "refund_id")


def _list_payments(v, r):
    start = v.time("created_from", r, "created_from")
    end = v.time("created_until", r, "created_until")
    v.require(r.HasField("created_from"), "created_from", "is absent")
    v.require(r.HasField("created_until"), "created_until", "is absent")
    v.require(start is None or end is None or start < end, "created_until", "is not after created_from")
    v.require(0 <= r.page_size <= 100, "page_size", "is not between 0 and 100")
    v.text("page_token", r.page_token, _MAX_TOKEN)


def _parse_webhook(v, r):
    v.require(r.method, "method", "is empty")
    named = all(_TOKEN.fullmatch(header.name) for header in r.headers)
    v.require(named, "headers", "have a name that is not an HTTP field name")
    v.require(len(r.body) <= _MAX_WEBHOOK_BODY, "body", f"is longer than {_MAX_WEBHOOK_BODY} bytes")
    v.time("received_at", r, "received_at")
    v.require(r.HasField("received_at"), "received_at", "is absent")


_CHECKS = {
    "CREATE_PAYMENT": _create_payment,
    "GET_STATUS": _get_status,
    "CANCEL_PAYMENT": _cancel_payment,
    "REFUND": _refund,
    "GET_REFUND": _get_refund,
    "LIST_PAYMENTS": _list_payments,
    "PARSE_WEBHOOK": _parse_webhook,
}


def _attempt(v, given, lookup):
    """Checks an attempt. A look-up by key needs first_at."""
    v.key("attempt.key", given.key)
    first = v.time("attempt.first_at", given, "first_at")
    unknown = v.time("attempt.last_unknown_at", given, "last_unknown_at")
    has_first = given.HasField("first_at")
    v.require(not lookup or has_first, "attempt.first_at", "must be set to look something up by its key")
    v.require(has_first or not given.HasField("last_unknown_at"), "attempt.first_at", "must be set when last_unknown_at is")
    v.require(first is None or unknown is None or unknown >= first, "attempt.last_unknown_at", "is before first_at")


def _named(v, request, id_field):
    """Checks that the request has either the id or an attempt."""
    by = request.WhichOneof("by")
    if by == id_field:
        v.id(id_field, getattr(request, id_field))
    elif by == "attempt":
        _attempt(v, request.attempt, True)
    else:
        v.require(False, "by", f"exactly one of {id_field} and attempt must be set")


def _amount(v, money):
    v.currency("amount.currency", money.currency, "CURRENCY_UNSUPPORTED")
    v.require(money.minor_units > 0, "amount.minor_units", f"is {money.minor_units}; it must be more than 0", "AMOUNT_OUT_OF_RANGE")
    expected = exponent_of(money.currency)
    given = money.exponent if money.HasField("exponent") else expected  # an absent one is not checked
    v.require(expected is None or given == expected, "amount.exponent",
              f"is {given} for {money.currency}, but ISO 4217 has {expected}; update the side that is older",
              "CURRENCY_EXPONENT_MISMATCH")


def _metadata(v, pairs):
    v.require(len(pairs) <= _MAX_PAIRS, "metadata", f"has more than {_MAX_PAIRS} pairs")
    for name, value in pairs.items():
        field = f"metadata[{name}]"
        v.require(name, field, "has no key")
        v.require(name not in _RESERVED, field, "is a reserved key")
        v.text(field, name, _MAX_PAIR_KEY)
        v.text(field, value, _MAX_PAIR_VALUE)


def _payer(v, given):
    v.require(not given.ip or _is_ip(given.ip), "payer.ip", "is not an IP address")
    v.text("payer.locale", given.locale, _MAX_LOCALE)
    v.require(not given.phone or _PHONE.fullmatch(given.phone), "payer.phone",
              "is not a phone number in the form of E.164: + and 7 to 15 digits with the country's code first, such as +66812345678")
    v.require(given.platform in pb.Platform.values(), "payer.platform", "is not a known platform")


def _is_ip(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
