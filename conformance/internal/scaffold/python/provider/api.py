"""How a request to the gateway is written and authorized, and how its answer is read."""

import re

from paysocket import strictjson
from paysocket.errors import ContractError, malformed
from paysocket.gateway import Gateway, Request

from .describe import VERSION
from .refusal import refused

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


def is_id(value):
    """Whether a value has the form of the gateway's ids."""
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def payment_path(payment_id):
    """The path of a payment. An id that the gateway cannot have made belongs to no payment, and
    must not lead to another path.
    """
    if not is_id(payment_id):
        raise ContractError("PAYMENT_NOT_FOUND", "the payment id does not have the form of this gateway's ids")
    return f"/v1/payments/{payment_id}"


class API:
    def __init__(self, settings):
        bearer = {"Authorization": f"Bearer {settings.secret_key}"}
        self._gateway = Gateway(settings.api_base, lambda request: bearer, f"payment-provider-acme-pay/{VERSION}", settings.min_time_left)

    def get(self, path, call, query=None, judged=None):
        """Reads an object. judged is that of strictjson.read_outline; without it nothing may be wrong."""
        answer, found = self._send(Request("GET", path, query or {}), call, judged)
        return found

    def post(self, path, call, body=None, key=""):
        """Sends a request that moves money or changes a payment, with an idempotency key if there
        is one. Returns the object, and whether the gateway had made it before.
        """
        headers = {"Idempotency-Key": key} if key else {}
        encoded = None if body is None else strictjson.write(body)
        answer, found = self._send(Request("POST", path, {}, headers, encoded, moves_money=True), call, None)
        return found, answer.headers.get("Idempotent-Replayed") == "true"

    def _send(self, request, call, judged):
        answer = self._gateway.send(request, call)
        if answer.status not in (200, 201):
            raise refused(answer)
        try:
            found = strictjson.read(answer.body) if judged is None else strictjson.read_outline(answer.body, judged)
        except strictjson.NotJSON as error:
            raise malformed(str(error)) from None
        return answer, found
