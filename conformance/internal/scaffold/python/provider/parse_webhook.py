import hashlib
import re

from paysocket import paymentprovider_pb2 as pb
from paysocket import strictjson, times
from paysocket.errors import ContractError, malformed
from paysocket.fields import clip, text_of, time_of
from paysocket.signature import verify

from .api import is_id, payment_path
from .describe import PAYMENT_KIND, REFUND_KIND
from .owner import EVENT, is_hosts
from .payment_object import to_payment
from .refund_object import to_refund

_HEADER = "Memory-Signature"


def parse_webhook(api, settings, request, call):
    """Verifies a webhook and returns its event. An event shows the payment as it was when the
    webhook was sent, so a host calls GetStatus before it acts.
    """
    verify(request, _HEADER, settings.webhook_secrets, settings.webhook_tolerance)  # before anything of the body is decoded
    found = _readable(lambda: _read_event(request.body))
    kind = clip(found["type"], 64).strip() or "unknown"
    response = pb.ParseWebhookResponse(
        disposition="DISPOSITION_IGNORED", kind=kind, verification="VERIFICATION_SIGNATURE", dedupe_key=_dedupe_key(found["id"]),
        ack={"status": 200},
    )
    subject = _subject(api, found, call)
    if subject:
        event = pb.Event(kind=kind, **subject)
        times.put(event.occurred_at, time_of(found.get("created_at")))
        response.events.append(event)
        response.disposition = pb.DISPOSITION_EVENTS
    return response


def _read_event(body):
    """Reads the envelope of an event. What is in its object is not judged yet."""
    found = strictjson.read_outline(body, EVENT)
    if not all(text_of(found.get(name)) for name in ("object", "id", "type")):
        raise malformed("it is not an event")
    return found


def _dedupe_key(identity):
    """An id as a dedupe key, or a digest of one that is no printable ASCII."""
    if re.fullmatch(r"[!-~]{1,255}", identity):
        return identity
    return "sha256-" + hashlib.sha256(identity.encode()).hexdigest()


def _subject(api, event, call):
    """The payment or refund of an event, or nothing if it is not the host's. What is not is not
    judged: a gateway that gets errors sends again for days, and then stops.
    """
    if event["object"] != "event":  # of another generation
        return None
    data = event.get("data")
    hosts = is_hosts(data) is True
    if event["type"] == PAYMENT_KIND and hosts:
        return {"payment": _checked(event, to_payment)}
    if event["type"] == REFUND_KIND and (hosts or _is_of_hosts(api, data, call)):
        return {"refund": _checked(event, to_refund)}
    return None


def _checked(event, translate):
    """Translates the object of an event about a payment of the host's."""

    def read():
        if event["data"].flawed:
            raise malformed("a part of its object cannot be read")
        made = translate(event["data"])
        if type(event.get("live")) is not bool or time_of(event.get("created_at")) is None:
            raise malformed("it is not an event")
        return made

    made = _readable(read)
    if made.live or event["live"]:
        raise ContractError("MODE_MISMATCH", "the webhook is about a live payment; this provider supports test mode only")
    return made


def _is_of_hosts(api, refund, call):
    """Whether a refund without a key is of one of the host's payments. It was made in the
    dashboard, so the payment is read to see whether the host made it.
    """
    identity = refund.get("payment_id") if isinstance(refund, dict) else None
    if not is_id(identity):
        return False
    try:
        found = api.get(payment_path(identity), call, judged=1)
    except ContractError as error:
        if error.reason == "PAYMENT_NOT_FOUND":
            return False
        raise
    if found.get("id") != identity:
        raise malformed("it is another payment than was asked for")
    made = is_hosts(found)
    if made is None:
        raise malformed("its idempotency key is not a text")
    return made


def _readable(read):
    """Runs a function that decodes a webhook, and turns its errors into WEBHOOK_MALFORMED."""
    try:
        return read()
    except strictjson.NotJSON as error:
        raise _malformed_webhook(str(error)) from None
    except ContractError as error:
        raise _malformed_webhook(error.message, error.violations) from None


def _malformed_webhook(why, violations=()):
    return ContractError("WEBHOOK_MALFORMED", f"the webhook is genuine and cannot be read: {why}; report it to the gateway",
                         violations=violations)
