# SPDX-License-Identifier: Apache-2.0
"""A server process that logs to a file, is awaited by polling, and never outlives its starter."""

import ctypes
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class LabError(Exception):
    """A server of the lab that did not come up or is not installed."""


def _in_child():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


class Server:
    """One process; `ready` is asked every 20 ms until it is true or the process has ended."""

    def __init__(self, argv, log, env=None):
        self.argv, self.log, self.env = [str(a) for a in argv], log, env
        self.process = None

    def start(self, ready, seconds=20):
        with open(self.log, "ab") as sink:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
                                            env=self.env, start_new_session=True, preexec_fn=_in_child)
        end = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                raise LabError(f"{self.argv[0]} ended with {self.process.returncode}:\n{self.tail()}")
            if time.monotonic() > end:
                self.stop()
                raise LabError(f"{self.argv[0]} is not ready after {seconds} s:\n{self.tail()}")
            time.sleep(0.02)
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def tail(self, lines=15):
        with open(self.log, errors="replace") as text:
            return "".join(text.readlines()[-lines:])


def until(condition, seconds=20, what="condition"):
    """Polls until the condition is true and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise LabError(f"{what}: not true after {seconds} s")
        time.sleep(0.02)
