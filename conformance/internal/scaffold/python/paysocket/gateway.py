"""HTTP to a gateway. A request is sent once, over a new connection: one that was kept open
may turn out to be closed when a payment is to be made, and then nobody knows whether the
request arrived. http.client follows no redirects, uses no proxy, decompresses nothing and
repeats nothing.
"""

import dataclasses
import email.utils
import http.client
import re
import socket
import threading
import time
import urllib.parse

from . import times
from .connection import NotConnected, connect, trust
from .errors import REJECTED, ContractError, allows, malformed
from .urls import host_of, is_https, port_of

_MAX_BODY = 1 << 20  # of an answer, in bytes
_MAX_RETRY_AFTER = 5 * times.MINUTE
_PATH = re.compile(r"/[!-~]*")


@dataclasses.dataclass(frozen=True)
class Request:
    """moves_money says whether the request can move money or change a payment. The query is a
    dict, the body bytes.
    """

    method: str
    path: str
    query: dict = dataclasses.field(default_factory=dict)
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes | None = None
    moves_money: bool = False


@dataclasses.dataclass(frozen=True)
class Answer:
    """retry_after is how long the gateway asks to wait, in ns; 0 if it does not say."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    retry_after: int = 0


class _Progress:
    """How far one request has come."""

    def __init__(self):
        self._lock = threading.Lock()
        self._socket = None
        self.stopped = False

    def connect(self, made):
        with self._lock:
            self._socket = made
            if self.stopped:
                _shut(made)

    def stop(self):
        """Ends the request, from another thread."""
        with self._lock:
            self.stopped = True
            if self._socket is not None:
                _shut(self._socket)


def _shut(connection):
    """Wakes whoever reads or writes. Close would not."""
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # of TLS too, without its farewell
    except OSError:
        pass


class Gateway:
    """`base` is scheme, host and port; times are in ns. `authorize(request)` returns the headers
    that say whose request it is, such as {"Authorization": "Bearer ..."}. A request that moves
    money is not begun with less time left than min_time_left.
    """

    def __init__(self, base, authorize, user_agent, min_time_left):
        self._host, self._port = host_of(base), port_of(base)
        self._tls = None
        if is_https(base):
            try:
                self._tls = trust()
            except OSError:
                raise ContractError("PROVIDER_UNREACHABLE", "the file of SSL_CERT_FILE cannot be read; check it on the host") from None
        self._authorize = authorize
        self._user_agent = user_agent
        self._min_time_left = min_time_left / times.SECOND

    def send(self, request, call):
        """Returns the Answer, whatever its status, or raises a ContractError whose outcome says
        what is certain.
        """
        call.check()
        if request.moves_money and call.left() < self._min_time_left:
            raise ContractError("DEADLINE_TOO_SHORT", "too little time was left to begin a request that moves money; give the call "
                                "more, or lower min_time_left")
        began = time.monotonic()
        progress = _Progress()
        forget = call.on_end(progress.stop)
        timer = threading.Timer(call.left(), progress.stop)
        timer.daemon = True
        timer.start()
        try:
            answer = self._exchange(request, call, progress)
        finally:
            timer.cancel()
            forget()
        call.log.debug("gateway request", method=request.method, path=request.path, status=answer.status,
                       duration_ms=round((time.monotonic() - began) * 1000))
        return answer

    def _exchange(self, request, call, progress):
        try:
            made = connect(self._host, self._port, self._tls, call.left())
        except (NotConnected, TimeoutError) as error:
            call.check()
            why = str(error) or "it did not answer in time"
            raise ContractError("PROVIDER_UNREACHABLE", f"the gateway could not be reached, and nothing was sent: {why}; check api_base "
                                "and the network") from None
        with made:
            made.settimeout(max(call.left(), 0.001))
            progress.connect(made)
            try:
                return self._talk(request, made)
            except ContractError:
                raise
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise _no_answer(error, call, progress) from None

    def _talk(self, request, made):
        client = http.client.HTTPConnection(self._host, self._port)
        client.auto_open = 0  # never another connection
        client.sock = made
        headers = {"Accept": "application/json", "Connection": "close", "User-Agent": self._user_agent, **request.headers}
        if request.body is not None:
            headers.setdefault("Content-Type", "application/json")
        headers.update(self._authorize(request))
        client.request(request.method, _target(request), body=request.body, headers=headers)
        response = client.getresponse()
        with response:
            body = _read(response)
        return Answer(response.status, response.headers, body, _retry_after(response.headers))


def _target(request):
    if not _PATH.fullmatch(request.path):
        raise ValueError("a path must be percent-encoded")
    query = urllib.parse.urlencode(request.query)
    return f"{request.path}?{query}" if query else request.path


def _read(response):
    parts, size = [], 0
    while part := response.read(64 << 10):
        size += len(part)
        if size > _MAX_BODY:
            raise malformed("it is larger than 1 MiB")
        parts.append(part)
    if response.length:  # read returns less without an error when the connection ends early
        raise http.client.IncompleteRead(b"")
    return b"".join(parts)


def _no_answer(error, call, progress):
    """The error of a request that may have been sent, and got no whole answer."""
    if call.canceled:
        return ContractError("CONNECTION_LOST", "the call was canceled before the gateway answered")
    if progress.stopped or isinstance(error, TimeoutError) or call.left() == 0:
        return ContractError("PROVIDER_TIMEOUT", "the gateway did not answer in time")
    broken = (OSError, http.client.RemoteDisconnected, http.client.IncompleteRead)
    if isinstance(error, http.client.HTTPException) and not isinstance(error, broken):
        return malformed("it is not HTTP")
    return ContractError("CONNECTION_LOST", "the connection broke before the gateway answered")


def _retry_after(headers):
    """Retry-After is in seconds, or a date by the gateway's clock."""
    value = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return min(int(value) * times.SECOND, _MAX_RETRY_AFTER)
    at = _date(value)
    now = _date(headers.get("Date") or "") or time.time()
    return min(max(int((at - now) * times.SECOND), 0), _MAX_RETRY_AFTER) if at else 0


def _date(text):
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def reason_of_status(status):
    """The reason of an answer that is no success and does not say more."""
    known = {
        401: "PROVIDER_AUTH_FAILED",
        403: "PROVIDER_AUTH_FAILED",
        408: "PROVIDER_TIMEOUT",
        409: "ATTEMPT_UNSETTLED",  # a request with this key may still be running
        424: "PROVIDER_FAULT",  # something behind the gateway failed, perhaps after the request was executed
        425: "ATTEMPT_UNSETTLED",
        429: "PROVIDER_RATE_LIMITED",
    }
    if status in known:
        return known[status]
    if 400 <= status <= 499:
        return "PROVIDER_REJECTED"
    return "PROVIDER_FAULT" if 500 <= status <= 599 else "MALFORMED_RESPONSE"


_ADVICE = {
    "PROVIDER_AUTH_FAILED": "the gateway refused the credentials; check the secrets of the configuration",
    "PROVIDER_TIMEOUT": "the gateway gave up waiting for the request",
    "ATTEMPT_UNSETTLED": "the gateway is still processing this request; repeat the call later, with the same key",
    "PROVIDER_RATE_LIMITED": "the gateway accepts no more requests at the moment; repeat the call later",
    "PROVIDER_FAULT": "the gateway failed",
    "MALFORMED_RESPONSE": "the gateway's answer has an undocumented HTTP status",
    "IDEMPOTENCY_KEY_REUSED": "the idempotency key belongs to another request",
}


def refusal(answer, reason, code="", advice="", violations=()):
    """The error of an answer that is not a success. The gateway's own message is not used, since
    it may quote the request.
    """
    error = ContractError(reason, advice or _ADVICE.get(reason, "the gateway refused the request"), violations=violations,
                          retry_after=answer.retry_after)
    if allows(reason, REJECTED):
        error.with_outcome(REJECTED)  # otherwise the reason's default
    return error.with_metadata("http_status", str(answer.status)).with_metadata("provider_code", code)
