"""A gate before a provider of the tests' own, and the requests that its host makes."""

import contextlib

from paysocket import paymentprovider_pb2 as pb
from paysocket import times
from paysocket.errors import ContractError
from paysocket.gate import Gate
from paysocket.log import Logger


def descriptor():
    wallet = pb.PaymentMethod(code="wallet", flow="FLOW_REDIRECT", payer_action="PAYER_ACTION_REQUIRED", currencies=[
        {"currency": "THB", "min_minor_units": 100, "max_minor_units": 5_000_000}])
    phone = pb.PaymentMethod(code="phone", flow="FLOW_APP", payer_action="PAYER_ACTION_NONE", needs_phone=True,
                             currencies=[{"currency": "THB"}])
    return pb.Descriptor(
        provider_id="test", version="1.0.0", spec_version="0.1.0", modes=["MODE_TEST"], payment_methods=[wallet, phone],
        operations=["OPERATION_CREATE_PAYMENT", "OPERATION_GET_STATUS"],
        create_idempotency={"kind": "IDEMPOTENCY_KIND_NATIVE"},
        config_fields=[
            {"name": "secret_key", "kind": "CONFIG_KIND_STRING", "required": True, "secret": True, "description": "the key"},
            {"name": "timeout", "kind": "CONFIG_KIND_DURATION", "default": "25s", "description": "the time"},
        ],
    )


class Context:
    """What gRPC hands to a handler."""

    def __init__(self, left=30.0):
        self._left = left
        self.callbacks = []

    def time_remaining(self):
        return self._left

    def add_callback(self, callback):
        self.callbacks.append(callback)
        return True

    def cancel(self):
        for callback in self.callbacks:
            callback()


class Lifetime:
    ending = False

    @contextlib.contextmanager
    def during_call(self):
        yield


class Session:
    account_name = ""
    timeout = 25 * times.SECOND
    settle_time = 30 * times.SECOND

    def __init__(self, credentials="one"):
        self.credentials = credentials
        self.account = pb.Account(payment_methods=descriptor().payment_methods)

    def create_payment(self, request, call):
        return payment(request)

    def get_status(self, request, call):
        return payment(create(), payment_id=request.payment_id)


class Provider:
    def __init__(self, session):
        self.descriptor = descriptor()
        self.session = session

    def configure(self, request, call):
        return self.session


class Gated:
    """A gate and what it logs. `call` returns the response, or the ContractError."""

    def __init__(self, session=None, configured=True, **options):
        self.provider = Provider(session or Session())
        self.lifetime = Lifetime()
        self.lines = []
        self._gate = Gate(self.provider, self.lifetime, Logger("trace", self.lines.append), **options)
        if configured:
            assert isinstance(self.call("Configure", configuration()), pb.ConfigureResponse)

    def call(self, rpc, request, context=None):
        try:
            return self._gate.handle(rpc, request, context or Context())
        except ContractError as error:
            return error


def configuration(**changes):
    return pb.ConfigureRequest(**{"mode": "MODE_TEST", "secrets": {"secret_key": "sk_hidden"}, **changes})


def create(**changes):
    return pb.CreatePaymentRequest(**{
        "attempt": {"key": "k"}, "reference": "r", "method": "wallet", "return_url": "https://shop.test/",
        "amount": {"currency": "THB", "minor_units": 2000}, **changes})


def payment(request, **changes):
    made = pb.Payment(**{
        "payment_id": "p1", "idempotency_key": request.attempt.key, "method": request.method, "status": "PAYMENT_STATUS_SUCCEEDED",
        "amount": request.amount, "amount_refunded": {"currency": request.amount.currency}, **changes})
    times.put(made.created_at, 1)
    return made
