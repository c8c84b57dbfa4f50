"""Money. An amount counts the currency's smallest unit and is an int, never a float."""

import json
import pkgutil

from . import paymentprovider_pb2 as pb

# ISO 4217's own table. Tables made for showing prices differ for some currencies, and
# then a payment would be a hundred times too large or too small. It is read with
# pkgutil, since the package may be in a zip.
_TABLE = json.loads(pkgutil.get_data(__package__, "iso4217.json"))
_ACTIVE = _TABLE["active"]
_RETIRED = _TABLE["retired"]


def exponent_of(currency):
    """How many decimal digits the smallest unit has, or None if the currency is unknown."""
    return _ACTIVE.get(currency, _RETIRED.get(currency))


def is_retired(currency):
    """Whether the standard had a currency and has no longer."""
    return currency in _RETIRED


def money(currency, minor_units):
    """An amount as a message. Its exponent lets a host with another table notice."""
    return pb.Money(currency=currency, minor_units=minor_units, exponent=exponent_of(currency))


def same(one, other):
    """Whether two messages are the same amount."""
    return (one.currency, one.minor_units) == (other.currency, other.minor_units)


def shown(amount):
    return f"{amount.minor_units} minor units of {amount.currency}"
