"""One call of a host: its deadline and its cancellation."""

import threading
import time

from .errors import ContractError

_MAX_CALL = 60.0  # s, for callers that set no deadline
_ANSWER_TIME = 0.05  # s; a call ends so long before its deadline, so that its answer arrives in time


class Call:
    """`deadline` is when it must have ended, by time.monotonic(). `log` is a Logger."""

    def __init__(self, context, log, longest=_MAX_CALL):
        asked = context.time_remaining()  # None, or centuries, if the caller set no deadline
        now = time.monotonic()
        self._asked = now + min(longest if asked is None else asked, longest)
        self.deadline = self._asked - _ANSWER_TIME
        self.log = log
        self._lock = threading.Lock()
        self._on_end = []
        self._ended = False
        self.canceled = False
        if not context.add_callback(self._end):
            self._end()

    def left(self):
        """How many seconds are left; not negative."""
        return max(self.deadline - time.monotonic(), 0.0)

    def within(self, nanoseconds):
        """Shortens the time that is left. A setting of the provider's bounds it."""
        self.deadline = min(self.deadline, time.monotonic() + nanoseconds / 10**9)

    def part(self, nanoseconds):
        """Returns the same call with at most so much time, and at most half of what is left."""
        part = _Part(self)
        part.within(min(nanoseconds, round(self.left() / 2 * 10**9)))
        return part

    def on_end(self, end):
        """Calls `end` in another thread when the caller cancels, or the call has ended. Returns
        a function that takes that back.
        """
        with self._lock:
            self._on_end.append(end)
            ended = self._ended
        if ended:
            end()
        return lambda: self._on_end.remove(end)

    def _end(self):
        with self._lock:
            self._ended = True
            # gRPC ends a call at its deadline too, which is no cancellation.
            self.canceled = time.monotonic() < self._asked - _ANSWER_TIME
            waiting = list(self._on_end)
        for end in waiting:
            end()

    def check(self):
        """Raises the error of a call that ended before anything that moves money was sent."""
        if self.canceled:
            raise ContractError("DEADLINE_TOO_SHORT", "the call was canceled before anything was sent to the gateway").as_canceled()
        if self.left() == 0:
            raise ContractError("DEADLINE_TOO_SHORT", "the deadline had passed before anything was sent to the gateway")


class _Part:
    """A part of a call, with a deadline of its own."""

    within, left, check = Call.within, Call.left, Call.check

    def __init__(self, whole):
        self._whole = whole
        self.deadline, self.log, self.on_end, self.part = whole.deadline, whole.log, whole.on_end, whole.part

    @property
    def canceled(self):
        return self._whole.canceled
