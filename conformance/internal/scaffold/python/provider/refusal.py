"""What an answer means that is not a success. A status that leaves open whether the request
was executed must not become a refusal.
"""

import re

from paysocket import strictjson
from paysocket.fields import text_of
from paysocket.gateway import reason_of_status, refusal

# The reason of each refusal that the gateway documents, by HTTP status and code. Add all
# that your gateway documents. Others are judged by their HTTP status alone.
_REFUSALS = {
    "400 invalid_request": "INVALID_REQUEST",
    "400 amount_out_of_range": "AMOUNT_OUT_OF_RANGE",
    "400 currency_unsupported": "CURRENCY_UNSUPPORTED",
    "400 method_unsupported": "METHOD_UNSUPPORTED",
    "404 payment_not_found": "PAYMENT_NOT_FOUND",
    "404 refund_not_found": "REFUND_NOT_FOUND",
    "409 key_reused": "IDEMPOTENCY_KEY_REUSED",
    "409 payment_not_cancelable": "PAYMENT_NOT_CANCELABLE",
    "409 payment_not_refundable": "PAYMENT_NOT_REFUNDABLE",
    "409 refund_exceeds_payment": "REFUND_EXCEEDS_PAYMENT",
    "409 refund_window_expired": "REFUND_WINDOW_EXPIRED",
    "409 too_many_refunds": "PAYMENT_NOT_REFUNDABLE",
    "409 account_full": "PROVIDER_REJECTED",
}

# The contract's names of the gateway's fields.
_FIELDS = {
    "amount": "amount.minor_units",
    "currency": "amount.currency",
    "Idempotency-Key": "attempt.key",
    "payer_phone": "payer.phone",
    **{name: name for name in ("method", "return_url", "reference", "description", "metadata", "reason", "created_from",
                               "created_until", "page_size", "page_token")},
}

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


def refused(answer):
    """Returns the error of an answer that is not a success."""
    said = _error_object(answer.body)
    code = _matching(_CODE, said.get("code"))
    reason = _REFUSALS.get(f"{answer.status} {code}") or reason_of_status(answer.status)
    field = _FIELDS.get(text_of(said.get("field")))
    error = refusal(answer, reason, code, violations=[(field, "was refused by the gateway")] if field else [])
    error.with_metadata("payment_id", _matching(_ID, said.get("payment_id")))
    return error.with_metadata("refund_id", _matching(_ID, said.get("refund_id")))


def _matching(form, value):
    return value if form.fullmatch(text_of(value)) else ""


def _error_object(body):
    try:
        said = strictjson.read(body).get("error")
    except strictjson.NotJSON:  # a proxy's page, for example: then the status decides
        return {}
    return said if isinstance(said, dict) else {}
