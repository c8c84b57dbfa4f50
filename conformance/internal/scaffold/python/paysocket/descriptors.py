"""What a plugin does first with the descriptors that its host handed to it."""

import contextlib
import os
import sys

from .handshake import host_descriptor, started_by_host


def claim(environment):
    """Returns a descriptor for the handshake, which must be the first that is on standard output.
    What else is printed, by this program, a library or a program that it starts, goes to
    standard error. What the host has open and did not mean to hand over is closed. If no host
    started this process, nothing changes.
    """
    if not started_by_host(environment):
        return 1
    _close_inherited(host_descriptor(environment))
    handshake = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return handshake


def _close_inherited(kept):
    """Python's own descriptors are not inheritable."""
    with contextlib.suppress(OSError):
        for name in os.listdir("/dev/fd"):
            descriptor = int(name)
            with contextlib.suppress(OSError):  # that of the folder is closed by now
                if descriptor > 2 and descriptor != kept and os.get_inheritable(descriptor):
                    os.close(descriptor)
