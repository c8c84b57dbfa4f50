"""The gate before the provider. It checks calls, finds their session, bounds their time,
checks answers, and turns exceptions into errors of the contract.

It serves a provider with two members:

    descriptor                  the message Descriptor
    configure(request, call)    returns a session; if it raises, the previous one stays in force

A session is one configuration in use. It has

    account        the message Account
    credentials    a text that tells accounts apart and is not logged, such as the URL and the key
    account_name   the gateway's name of the account, or "" if it was not asked
    timeout        the longest that a call may take, in ns
    settle_time    how long after the end of a call its request may still be executed, in ns
    a method for each declared operation, such as create_payment(request, call), which returns
    a Payment (Refund, ListPaymentsResponse, ParseWebhookResponse)

Requests have been checked. Methods should raise ContractErrors only; call is a call.Call.
"""

import dataclasses
import threading
import time

from . import paymentprovider_pb2 as pb
from .answer import check_mode, check_payment, check_refund
from .call import Call
from .configuration import check_configuration
from .errors import ContractError, malformed
from .keys import Keys, Use
from .limits import check_limits
from .log import describe_bug
from .request import check as check_request


@dataclasses.dataclass(frozen=True)
class Operation:
    name: str  # the contract's
    method: str  # of a session
    field: str = ""  # of the response that the method returns; empty: it returns the response
    moves_money: bool = False


OPERATIONS = {
    "Describe": Operation("DESCRIBE", ""),
    "Configure": Operation("CONFIGURE", ""),
    "CreatePayment": Operation("CREATE_PAYMENT", "create_payment", "payment", True),
    "GetStatus": Operation("GET_STATUS", "get_status", "payment"),
    "CancelPayment": Operation("CANCEL_PAYMENT", "cancel_payment", "payment", True),
    "Refund": Operation("REFUND", "refund", "refund", True),
    "GetRefund": Operation("GET_REFUND", "get_refund", "refund"),
    "ListPayments": Operation("LIST_PAYMENTS", "list_payments"),
    "ParseWebhook": Operation("PARSE_WEBHOOK", "parse_webhook"),
}

_ALWAYS = ("DESCRIBE", "CONFIGURE")


@dataclasses.dataclass(frozen=True)
class _Configured:
    session: object
    mode: int


class Gate:
    """With debug, no call is too long, and live mode is refused: nobody checked what runs."""

    def __init__(self, provider, lifetime, log, debug=False):
        self._provider = provider
        self._lifetime = lifetime
        self._log = log
        self._debug = debug
        self._keys = Keys()
        self._configured = None  # replaced as a whole: calls in flight keep what they began with
        self._configuring = threading.Lock()  # one at a time, so that the last request wins

    def handle(self, rpc, request, context):
        """Serves one call and returns the response. It raises ContractErrors only."""
        operation = OPERATIONS[rpc]
        with self._lifetime.during_call():
            began = time.monotonic()
            failed = None
            try:
                return self._run(operation, request, context)
            except ContractError as error:
                failed = error
                raise
            except Exception as error:
                failed = self._bug(operation, error)
                raise failed from None
            finally:
                fields = {"reason": failed.reason, "outcome": failed.outcome} if failed else {}
                duration = round((time.monotonic() - began) * 1000)
                self._log.debug("call", operation=operation.name, duration_ms=duration, **fields)

    def _run(self, operation, request, context):
        call = Call(context, self._log, longest=24 * 3600.0) if self._debug else Call(context, self._log)
        configured = self._configured
        try:
            self._admit(operation, request, call, configured)
        except ContractError as error:
            raise error.for_attempt(getattr(request, "attempt", None))
        if operation.name == "DESCRIBE":
            return pb.DescribeResponse(descriptor=self._provider.descriptor)
        if operation.name == "CONFIGURE":
            return self._configure(request, call)
        return self._serve(operation, request, call, configured)

    def _admit(self, operation, request, call, configured):
        """Raises why the call must not reach the provider."""
        descriptor = self._provider.descriptor
        if self._lifetime.ending:
            raise ContractError("PROVIDER_UNREACHABLE", "the provider's process is ending; nothing was sent")
        always = operation.name in _ALWAYS
        if not always and pb.Operation.Value(f"OPERATION_{operation.name}") not in descriptor.operations:
            raise ContractError("CAPABILITY_UNSUPPORTED",
                                f"this provider does not support {operation.name}; see the operations of its descriptor")
        if request.account:
            raise ContractError("CAPABILITY_UNSUPPORTED", "this provider serves one account; leave the field account empty")
        if not always and configured is None:
            raise ContractError("NOT_CONFIGURED", "the provider has no configuration yet; call Configure first")
        if operation.name == "CONFIGURE":
            self._log.hide(request.secrets.values())
            check_configuration(descriptor, request)
            self._refuse_live(request)
        elif not always:
            check_request(operation.name, request).refuse_request()
            check_limits(operation.name, request, descriptor, configured.session.account)
        if operation.name != "DESCRIBE":
            call.check()

    def _refuse_live(self, request):
        if self._debug and request.mode == pb.MODE_LIVE:
            raise ContractError("INVALID_CONFIG", "a provider that runs with --debug is not configured for live mode, because its "
                                "code was not checked; use test mode", violations=[("mode", "must be TEST")])

    def _configure(self, request, call):
        with self._configuring:
            session = self._provider.configure(request, call)
            live = request.mode == pb.MODE_LIVE
            if session.account.live != live:
                raise ContractError("MODE_MISMATCH", "the gateway says that the account is of the other mode; use credentials of the "
                                    "mode that is configured")
            if session.account_name:
                self._keys.found(session.credentials, session.account_name)
            self._configured = _Configured(session, request.mode)
            return pb.ConfigureResponse(account=session.account)

    def _serve(self, operation, request, call, configured):
        session = configured.session
        call.within(session.timeout)
        run = getattr(session, operation.method)
        answer = self._with_key(operation, request, session, lambda request: self._checked(
            operation, request, run(request, call), configured.mode))
        if not operation.field:
            return answer
        response = getattr(pb, f"{_camel(operation.method)}Response")()
        getattr(response, operation.field).CopyFrom(answer)
        return response

    def _with_key(self, operation, request, session, run):
        """Runs a call through the memory of idempotency keys if it has one."""
        is_refund = operation.name in ("REFUND", "GET_REFUND")
        looks_up = hasattr(request, "attempt") and not operation.moves_money and request.WhichOneof("by") == "attempt"
        uses = operation.name in ("CREATE_PAYMENT", "REFUND")
        if not looks_up and not uses:
            return run(request)
        # Keys of refunds are unique within their payment.
        name = f"refund {request.payment_id} {request.attempt.key}" if is_refund else f"payment {request.attempt.key}"
        use = Use(name, "refund_id" if is_refund else "payment_id", session.credentials, session.settle_time)
        if looks_up:
            return self._keys.look_up(use, request, run)

        def for_attempt(request):
            try:
                return run(request)
            except ContractError as error:
                raise error.for_attempt(request.attempt)

        return self._keys.use(use, request, for_attempt)

    @staticmethod
    def _checked(operation, request, answer, mode):
        """Returns the answer, or raises why a host could not use it."""
        if operation.field == "payment":
            check_payment(answer, request)
            check_mode(answer.live, mode, "payment_id", answer.payment_id)
        elif operation.field == "refund":
            check_refund(answer, request)
            check_mode(answer.live, mode, "refund_id", answer.refund_id)
        elif operation.name == "LIST_PAYMENTS":
            for payment in answer.payments:
                check_payment(payment)
                check_mode(payment.live, mode, "payment_id", payment.payment_id)
            if answer.next_page_token and answer.next_page_token == request.page_token:
                raise malformed("it refers to itself as the next page")  # the host would read it for ever
        return answer

    def _bug(self, operation, error):
        """An error that is not a ContractError may contain anything, so only its type and place are logged."""
        self._log.error("the provider raised", operation=operation.name, **describe_bug(error))
        return ContractError("PROVIDER_BUG", "the provider raised an unexpected error; its log has the place; report it to the "
                             "provider's author")


def _camel(name):
    return "".join(word.capitalize() for word in name.split("_"))
