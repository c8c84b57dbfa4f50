"""What idempotency keys led to, for as long as the process runs. It outlives a
configuration: a call that began before Configure goes on after it, and the next call
with its key has to meet it.

A key belongs to the account in which it was used. While a call with it is under way, has
an unknown result or has made something, a call for an account that is not certainly the
same is refused as ATTEMPT_UNSETTLED, and a look-up there, or during the call, proves no
absence. A refusal that is certain releases the key, and so does a look-up in its account
that proves absence. After a restart the times in the host's attempts make up for the
memory.
"""

import collections
import dataclasses
import threading

from . import times
from .errors import INDETERMINATE, ContractError

_MAX_KEYS = 50_000
_MAX_ACCOUNTS = 1000


@dataclasses.dataclass(frozen=True)
class Use:
    """Who uses a key for what. The name is a text that tells payments and refunds apart, the object
    what errors call the id of what was made. Credentials are a text that tells accounts apart:
    equal ones are of one account, and nothing follows from different ones. settle_time is how
    long after a lost call a look-up proves nothing, in ns.
    """

    name: str
    object: str
    credentials: str
    settle_time: int


@dataclasses.dataclass
class _Key:
    credentials: str
    object: str
    calls: int = 0  # under way
    begun: int = 0  # since the process began
    first_at: int | None = None
    last_unknown_at: int | None = None
    settles: int | None = None  # when a lost call can no longer be executed
    made: str = ""  # the id of what it led to


class Keys:
    def __init__(self, limit=_MAX_KEYS, clock=times.now):
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._by_name = collections.OrderedDict()  # the least recently used first
        self._accounts = {}  # credentials and the gateway's name of their account

    def found(self, credentials, account):
        """Records that a probe found the account with credentials, also for keys that were used before."""
        with self._lock:
            if len(self._accounts) >= _MAX_ACCOUNTS:
                self._accounts.clear()  # then they cannot be told apart, which is safe
            self._accounts[credentials] = account

    def use(self, use, request, call):
        """Makes a call that moves money, `call(request)`, which returns a payment (refund). The
        attempt of its request has the times of earlier calls in this process.
        """
        began = self._clock()
        with self._lock:
            key, known = self._begin(use, began, request.attempt)
        try:
            answer = call(_with_times(request, known))
        except ContractError as error:
            with self._lock:
                self._failed(key, known, began, use.settle_time, error)
            raise
        except BaseException:
            with self._lock:
                self._lost(key, known, began, use.settle_time)
            raise
        else:
            with self._lock:
                key.made, key.last_unknown_at, key.settles = getattr(answer, use.object), None, None
                key.first_at = _earlier(key.first_at, began if known[0] is None else known[0])
            return answer
        finally:
            with self._lock:
                key.calls -= 1
                if key.calls == 0 and not key.made and key.last_unknown_at is None and self._by_name.get(use.name) is key:
                    del self._by_name[use.name]

    def _begin(self, use, began, attempt):
        key = self._get(use.name) or self._add(use, began, attempt)
        if not self._same(key.credentials, use.credentials):
            raise _elsewhere(key)
        first, unknown = _widened(_times_of(attempt), key)
        if key.calls > 0:  # the gateway orders them, and not this process
            unknown = _later(unknown, began)
            first = began if first is None else first
        key.calls += 1
        key.begun += 1
        return key, (first, unknown)

    def look_up(self, use, request, call):
        """Looks a key up. An error that proves absence stays one only if it does, and then
        releases the key.
        """
        began = self._clock()
        with self._lock:
            before = self._get(use.name)
            begun = before.begun if before else 0
            known = _times_of(request.attempt)
            if before and self._same(before.credentials, use.credentials):
                known = _widened(known, before)
        try:
            return call(_with_times(request, known))
        except ContractError as error:
            with self._lock:
                if not self._is_contradicted(use, error, before, begun, began):
                    raise
            raise _proves_nothing(error) from None

    def _is_contradicted(self, use, error, before, begun, began):
        """Whether an error proves absence although it must not. If it may, the key is released."""
        key = self._get(use.name)
        # Where there is not even the payment, there is no refund. For a host that is no proof.
        no_payment = error.reason == "PAYMENT_NOT_FOUND" and use.object == "refund_id"
        if key is None or (error.metadata.get("settled") != "true" and not no_payment):
            return False
        if no_payment and key.settles is not None and began < key.settles:
            return False
        untouched = key is before and key.begun == begun and key.calls == 0 and not key.made
        if untouched and self._same(key.credentials, use.credentials):
            del self._by_name[use.name]
            return False
        return not no_payment

    def _get(self, name):
        if name in self._by_name:
            self._by_name.move_to_end(name)
        return self._by_name.get(name)

    def _add(self, use, at, attempt):
        if len(self._by_name) >= self._limit:
            self._forget_one(at, attempt)
        self._by_name[use.name] = _Key(use.credentials, use.object)
        return self._by_name[use.name]

    def _forget_one(self, at, attempt):
        for name, key in self._by_name.items():
            if key.calls == 0 and (key.settles is None or at >= key.settles):
                del self._by_name[name]
                return
        raise ContractError(
            "PROVIDER_UNREACHABLE",
            f"{self._limit} calls are under way or may still be executed, and the provider remembers no more keys, so nothing "
            "was sent; repeat the call later, and find out why the gateway does not answer",
            retry_after=times.SECOND,
        ).for_attempt(attempt)

    def _same(self, one, other):
        return one == other or (one in self._accounts and self._accounts[one] == self._accounts.get(other))

    def _failed(self, key, known, began, settle, error):
        # One that is uncertain only because of earlier calls binds the key to no account.
        if (error.own_outcome or error.outcome) == INDETERMINATE:
            self._lost(key, known, began, settle, waited=error.reason == "ATTEMPT_UNSETTLED")
        elif key.made or key.last_unknown_at is not None:
            error.with_outcome(INDETERMINATE).with_metadata(key.object, key.made)

    def _lost(self, key, known, began, settle, waited=False):
        """Records that the result of a call is unknown. A call that only waited for an earlier one
        does not count as another.
        """
        first, unknown = _widened(known, key)
        key.first_at = began if first is None else first
        if not waited or unknown is None:
            unknown = _later(unknown, self._clock())
        key.last_unknown_at = unknown
        key.settles = unknown + settle


def _elsewhere(key):
    """The error of a call whose key is in use in an account that is not certainly the same."""
    state = "was used, and led to something," if key.made else "was used, and it is unknown what it led to,"
    if key.calls > 0 and not key.made:
        state = "is in use"
    return ContractError(
        "ATTEMPT_UNSETTLED",
        f"the key {state} with other credentials, maybe of another account; nothing was sent with these. Configure those again, "
        "and repeat the call or look the key up; or configure both with probe if they are of one account",
        retry_after=times.SECOND if key.calls > 0 else times.MINUTE,
        metadata={key.object: key.made},
    )


def _proves_nothing(error):
    return ContractError(
        error.reason,
        "nothing was found for this idempotency key, which proves nothing: a call with it is under way or has made something, or "
        "was made with other credentials; look it up again later, and with those",
        metadata={**error.metadata, "settled": "false"},
    )


def _times_of(attempt):
    return times.field(attempt, "first_at"), times.field(attempt, "last_unknown_at")


def _with_times(request, known):
    copy = type(request)()
    copy.CopyFrom(request)
    times.put(copy.attempt.first_at, known[0])
    times.put(copy.attempt.last_unknown_at, known[1])
    return copy


def _widened(known, key):
    return _earlier(known[0], key.first_at), _later(known[1], key.last_unknown_at)


def _earlier(one, other):
    return min((each for each in (one, other) if each is not None), default=None)


def _later(one, other):
    return max((each for each in (one, other) if each is not None), default=None)
