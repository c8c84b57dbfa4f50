"""The checks of a request against the descriptor, and against the limits in force: those of
the account that Configure returned last.
"""

from .errors import ContractError
from .violations import Violations


def check_limits(operation, request, descriptor, account):
    """Raises the error of a request that the descriptor or the account does not allow."""
    idempotency = {"GET_STATUS": descriptor.create_idempotency, "GET_REFUND": descriptor.refund_idempotency}.get(operation)
    if idempotency is not None and request.WhichOneof("by") == "attempt" and not idempotency.lookup_by_key:
        raise ContractError("CAPABILITY_UNSUPPORTED", "this provider cannot look up by idempotency key; ask by id")
    if operation == "CREATE_PAYMENT":
        v = Violations()
        _check_payment(v, request, descriptor, account)
        v.refuse_request()


def _check_payment(v, request, descriptor, account):
    declared = _named(descriptor.payment_methods, request.method)
    v.require(declared, "method", "is not supported by this provider", "METHOD_UNSUPPORTED")
    urls = not request.webhook_url or descriptor.webhooks.per_payment_url
    v.require(urls, "webhook_url", "is not supported by this provider")
    if not declared:
        return
    method = _named(account.payment_methods, request.method)
    v.require(method, "method",
              "is not enabled for this account; configure with a probe, and if it is not enabled then, ask the gateway to enable it",
              "METHOD_NOT_ENABLED")
    phone = declared.needs_phone or (method is not None and method.needs_phone)
    v.require(not phone or request.payer.phone, "payer.phone",
              f"must be set for {request.method}: ask the payer for the number, and send it as +66812345678")
    if method is not None:
        _check_amount(v, request.amount, method)


def _check_amount(v, amount, method):
    limits = next((each for each in method.currencies if each.currency == amount.currency), None)
    v.require(limits, "amount.currency", f"{amount.currency} cannot be paid with {method.code}", "CURRENCY_UNSUPPORTED")
    if limits is None:
        return
    given = amount.minor_units
    least = limits.min_minor_units if limits.HasField("min_minor_units") else given  # absent: unknown
    most = limits.max_minor_units if limits.HasField("max_minor_units") else given
    v.require(given >= least, "amount.minor_units", f"is {given}; the minimum is {least}", "AMOUNT_OUT_OF_RANGE")
    v.require(given <= most, "amount.minor_units", f"is {given}; the maximum is {most}", "AMOUNT_OUT_OF_RANGE")


def _named(methods, code):
    return next((method for method in methods if method.code == code), None)
