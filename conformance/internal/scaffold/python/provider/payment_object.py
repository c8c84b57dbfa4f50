"""The gateway's payment, and its translation."""

from paysocket import paymentprovider_pb2 as pb
from paysocket import times
from paysocket.answer import check_payment
from paysocket.errors import ContractError, malformed
from paysocket.fields import clip, is_amount, text_of, time_of, whole_text
from paysocket.money import money
from paysocket.urls import is_https

from .api import is_id
from .describe import PHONE, QR, WALLET

_FAILURES = ("declined", "insufficient_funds", "payer_canceled", "payer_timeout", "limit_exceeded", "fraud_suspected", "processing_error")


def to_payment(answer):
    """Translates a payment, or raises MALFORMED_RESPONSE. The error has the payment's id if there
    is one: the payment exists, even if the answer cannot be used.
    """
    try:
        payment = _translate(answer)
        check_payment(payment)
        return payment
    except ContractError as error:
        identity = answer.get("id") if isinstance(answer, dict) else None
        raise error.with_metadata("payment_id", identity if is_id(identity) else "") from None


def _translate(answer):
    legal = (
        isinstance(answer, dict)
        and answer.get("object") == "payment"
        and type(answer.get("live")) is bool
        and is_id(answer.get("id"))
        and is_amount(answer.get("amount"))
        and is_amount(answer.get("amount_refunded"))
    )
    if not legal:
        raise malformed("it is not a payment")
    currency = text_of(answer.get("currency"))
    key = text_of(answer.get("idempotency_key"))
    method = answer.get("method")
    payment = pb.Payment(
        payment_id=answer["id"],
        idempotency_key=key,
        # Without a key the dashboard made it, and its reference is not the host's.
        reference=whole_text(answer.get("reference"), 255) if key else "",
        method=method if method in (WALLET, QR, PHONE) else "",
        status=f"PAYMENT_STATUS_{_status(answer)}",
        provider_status=clip(answer.get("status"), 64),
        amount=money(currency, answer["amount"]),
        amount_refunded=money(currency, answer["amount_refunded"]),
        live=answer["live"],
    )
    for name in ("created_at", "updated_at", "expires_at"):
        times.put(getattr(payment, name), time_of(answer.get(name)))
    if payment.status == pb.PAYMENT_STATUS_FAILED:
        payment.failure.CopyFrom(_failure(answer))
    if payment.status == pb.PAYMENT_STATUS_PENDING and method != PHONE:  # the gateway has rung the phone already
        payment.next_action.CopyFrom(_action(answer))
        times.put(payment.next_action.expires_at, time_of(answer.get("expires_at")))
    return payment


def _action(answer):
    """What the payer of a pending payment has to do: without it nobody can pay."""
    if answer.get("method") == QR:
        image = text_of(answer.get("qr_image_url"))
        code = pb.DisplayQR(payload=text_of(answer.get("qr_payload")))
        if image:
            code.image.url = image
        return pb.NextAction(display_qr=code)
    url = text_of(answer.get("pay_url"))
    return pb.NextAction(redirect=pb.Redirect(url=url, insecure=not is_https(url)))


def _status(answer):
    """The status of a payment. It is UNKNOWN if the gateway's status is unknown, or if other
    fields of the payment contradict it: such a payment must neither ship an order nor cancel
    one.
    """
    paid = time_of(answer.get("paid_at")) is not None
    failed = bool(text_of(answer.get("failure_code")))
    refunded, word = answer["amount_refunded"], text_of(answer.get("status"))
    if (refunded > 0 and not paid) or refunded > answer["amount"] or (paid and failed):
        return "UNKNOWN"
    if paid:
        return "SUCCEEDED" if word == "succeeded" else "UNKNOWN"
    if word == "failed":  # with or without a code
        return "FAILED"
    if failed:
        return "UNKNOWN"
    return {"pending": "PENDING", "expired": "EXPIRED", "canceled": "CANCELED"}.get(word, "UNKNOWN")


def _failure(answer):
    """Why a payment failed. The gateway may add codes; one that is unknown is OTHER."""
    code = text_of(answer.get("failure_code"))
    return pb.Failure(
        code=f"FAILURE_CODE_{code.upper() if code in _FAILURES else 'OTHER'}",
        provider_code=clip(code, 64),
        message=clip(answer.get("failure_message"), 255),
    )
