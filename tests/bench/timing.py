# SPDX-License-Identifier: Apache-2.0
"""How long a program takes, and how much memory."""

import os
import subprocess
import sys
import tempfile
import time


def timed(command, environment=None):
    """(seconds, MiB) of one run; GNU time stands between, so that this process's own size is not counted."""
    with tempfile.NamedTemporaryFile("r") as report:
        begun = time.monotonic()
        done = subprocess.run(["/usr/bin/time", "-f", "%M", "-o", report.name, *map(str, command)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=dict(os.environ, **(environment or {})))
        seconds = time.monotonic() - begun
        if done.returncode != 0:
            sys.exit(f"{command[0]} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
        return seconds, int(report.read().split()[-1]) / 1024
