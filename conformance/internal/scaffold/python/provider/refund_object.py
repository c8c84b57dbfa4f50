"""The gateway's refund, and its translation."""

from paysocket import paymentprovider_pb2 as pb
from paysocket import times
from paysocket.answer import check_refund
from paysocket.errors import ContractError, malformed
from paysocket.fields import clip, is_amount, text_of, time_of
from paysocket.money import money

from .api import is_id


def to_refund(answer):
    """Translates a refund, as to_payment does for payments."""
    try:
        refund = _translate(answer)
        check_refund(refund)
        return refund
    except ContractError as error:
        identity = answer.get("id") if isinstance(answer, dict) else None
        raise error.with_metadata("refund_id", identity if is_id(identity) else "") from None


def _translate(answer):
    legal = (
        isinstance(answer, dict)
        and answer.get("object") == "refund"
        and type(answer.get("live")) is bool
        and is_id(answer.get("id"))
        and is_id(answer.get("payment_id"))
        and is_amount(answer.get("amount"))
    )
    if not legal:
        raise malformed("it is not a refund")
    refund = pb.Refund(
        refund_id=answer["id"],
        idempotency_key=text_of(answer.get("idempotency_key")),
        payment_id=answer["payment_id"],
        status=f"REFUND_STATUS_{_status(answer)}",
        provider_status=clip(answer.get("status"), 64),
        amount=money(text_of(answer.get("currency")), answer["amount"]),
        live=answer["live"],
    )
    times.put(refund.created_at, time_of(answer.get("created_at")))
    return refund


def _status(answer):
    word = text_of(answer.get("status"))
    if word == "failed":
        return "FAILED"
    if text_of(answer.get("failure_code")):
        return "UNKNOWN"
    return {"pending": "PENDING", "succeeded": "SUCCEEDED"}.get(word, "UNKNOWN")
