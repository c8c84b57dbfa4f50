"""Ends this process when the host says so, on SIGTERM, and when the host is gone. Then
it refuses new calls, waits for those in flight, and removes its socket.
"""

import contextlib
import os
import signal
import stat
import threading
import time

from .handshake import host_descriptor

_AFTER_HOST = 1.5  # s; a host kills the process after 2 s
_AFTER_TERM = 10.0  # s; the host still waits for calls in flight

# What is written to the pipe that the main thread reads, of which a signal is its number:
# how long to wait for calls, and why the process ends.
_SHUT_DOWN, _HOST_GONE = b"S", b"H"
_REASONS = {
    bytes([signal.SIGTERM]): (_AFTER_TERM, "SIGTERM"),
    bytes([signal.SIGINT]): (_AFTER_HOST, "Ctrl-C"),
    _SHUT_DOWN: (_AFTER_HOST, "its host says so"),
    _HOST_GONE: (_AFTER_HOST, "its host is gone"),
}


class Lifetime:
    """`ending` is true once new calls must be refused."""

    def __init__(self, environment, log):
        self._environment = environment
        self._log = log
        self._in_flight = 0
        self._changed = threading.Condition()
        self._reasons, self._write_reason = os.pipe()  # never closed
        self.ending = False

    @contextlib.contextmanager
    def during_call(self):
        """The process does not end before the call has."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change):
        with self._changed:
            self._in_flight += change
            self._changed.notify_all()

    def watch_signals(self, interactive=False):
        """A terminal sends SIGINT to host and plugin, and the host tells the plugin what to
        do. SIGHUP tells a host to reload, and may be sent to all its processes. `interactive`
        is for a process that a person started.
        """
        # Python runs handlers in the main thread only, which waits for the pipe and is not woken
        # if the system hands the signal to another thread: the number is written in whichever.
        os.set_blocking(self._write_reason, False)
        signal.set_wakeup_fd(self._write_reason)

        def noted(*_):
            """Is there so that Python writes the number of the signal."""

        signal.signal(signal.SIGTERM, noted)
        signal.signal(signal.SIGINT, noted if interactive else signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)

    def watch_host(self):
        """Watches the pipe that the host announces. Nobody writes to it, and the system closes
        it when the host has ended for any reason.
        """
        descriptor = host_descriptor(self._environment)
        if descriptor is None:
            return
        # Programs that the provider starts must not keep it open.
        with contextlib.suppress(OSError):
            os.set_inheritable(descriptor, False)
        threading.Thread(target=self._read_until_closed, args=(descriptor,), daemon=True).start()

    def _read_until_closed(self, descriptor):
        with contextlib.suppress(OSError):
            while os.read(descriptor, 64):
                pass
        os.write(self._write_reason, _HOST_GONE)

    def shut_down(self):
        """Ends the process because the host said so."""
        os.write(self._write_reason, _SHUT_DOWN)

    def wait(self):
        """Blocks the main thread until the process is to end, and then until the calls in
        flight have ended or may be given up.
        """
        patience, why = _REASONS[os.read(self._reasons, 1)]
        self._log.info(f"the plugin ends: {why}")
        until = time.monotonic() + patience
        with self._changed:
            self.ending = True
            while self._in_flight > 0 and time.monotonic() < until:
                self._changed.wait(until - time.monotonic())

    def remove_sockets(self):
        remove_sockets(self._environment.get("PLUGIN_UNIX_SOCKET_DIR", ""))


def remove_sockets(folder):
    """Removes the sockets in a folder, and the folder and its parent if these are empty and
    a host made them. A host that died cannot do it.
    """
    if not os.path.isabs(folder):
        return
    with contextlib.suppress(OSError):  # somebody else removed it, or the folder is not empty
        for entry in list(os.scandir(folder)):
            if stat.S_ISSOCK(entry.stat(follow_symlinks=False).st_mode):
                os.unlink(entry.path)
        os.rmdir(folder)
        parent = os.path.dirname(folder)
        if os.path.basename(parent).startswith("paysocket-"):
            os.rmdir(parent)
