"""Real processes, since a process that has ended cannot say so."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest

# A plugin without gRPC, whose only call lasts until something is on standard input.
PLUGIN = """
import os, signal, sys, threading
from paysocket.lifetime import Lifetime
from paysocket.log import Logger

lifetime = Lifetime(os.environ, Logger())
lifetime.watch_signals()
lifetime.watch_host()

def call():
    with lifetime.during_call():
        begun.set()
        sys.stdin.read(1)
        print("the call ended", flush=True)

def terminate():
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

begun = threading.Event()
if "CALL" in os.environ:
    threading.Thread(target=call, daemon=True).start()
    begun.wait()
print("ready", flush=True)
if "TO_A_THREAD" in os.environ:
    threading.Timer(0.2, terminate).start()  # by then the main thread waits
lifetime.wait()
lifetime.remove_sockets()
os._exit(0)
"""

# Prints which of these descriptors are open.
LISTS = """
import contextlib, os, sys
import paysocket
for each in sys.argv[1:]:
    with contextlib.suppress(OSError):
        os.fstat(int(each))
        print(each, file=sys.stderr)
"""


class DescriptorsTest(unittest.TestCase):
    def test_a_plugin_closes_what_its_host_did_not_mean_to_hand_over(self):
        told, other = os.pipe()
        leaked = os.dup2(other, 99)  # a number that nothing else gets
        for each in (told, other, leaked):
            self.addCleanup(os.close, each)
        environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PAYSOCKET_HOST_FD": str(told)}
        for cookie, expected in (("", [told, leaked]), ("b1f0c9e47a2d4d86a35b6c1de8f27409", [told])):
            listed = subprocess.run(
                [sys.executable, "-c", LISTS, str(told), str(leaked)], env={**environment, "PAYSOCKET_PLUGIN": cookie},
                pass_fds=(told, leaked), check=True, stderr=subprocess.PIPE, text=True)
            self.assertEqual([int(each) for each in listed.stderr.split()], expected)


class LifetimeTest(unittest.TestCase):
    def started(self, descriptors=(), **environment):
        plugin = subprocess.Popen(
            [sys.executable, "-c", PLUGIN], env={"PYTHONPATH": os.pathsep.join(sys.path), **environment}, pass_fds=descriptors,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for pipe in (plugin.stdin, plugin.stdout, plugin.stderr):
            self.addCleanup(pipe.close)
        self.assertEqual(plugin.stdout.readline(), "ready\n")
        return plugin

    def test_sigterm_ends_a_plugin_when_its_last_call_has_ended_and_a_terminals_signals_do_not(self):
        plugin = self.started(CALL="yes")
        for each in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            plugin.send_signal(each)
        self.assertIn("the plugin ends: SIGTERM", plugin.stderr.readline())
        plugin.stdin.write("x")
        plugin.stdin.flush()
        self.assertEqual(plugin.stdout.readline(), "the call ended\n")
        self.assertEqual(plugin.wait(), 0)

    def test_sigterm_ends_a_plugin_whichever_thread_gets_it(self):
        plugin = self.started(TO_A_THREAD="yes")
        self.assertEqual(plugin.wait(10), 0)

    def test_a_plugin_ends_when_its_host_is_gone_and_removes_the_folders_that_the_host_made(self):
        root = self.enterContext(tempfile.TemporaryDirectory())
        folder = os.path.join(root, "paysocket-1", "plugin-dir")
        os.makedirs(folder)
        theirs, ours = os.pipe()
        plugin = self.started((theirs,), PAYSOCKET_HOST_FD=str(theirs), PLUGIN_UNIX_SOCKET_DIR=folder)
        os.close(theirs)
        os.close(ours)
        self.assertIn("the plugin ends: its host is gone", plugin.stderr.readline())
        self.assertEqual(plugin.wait(), 0)
        self.assertEqual(os.listdir(root), [])
