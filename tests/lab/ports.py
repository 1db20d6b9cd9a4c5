# SPDX-License-Identifier: Apache-2.0
"""Ports that are free now, so that any number of copies run side by side."""

import random
import socket
from contextlib import ExitStack

LOOPBACK = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4")
# Below the range from which the kernel takes the ports of outgoing connections.
FIRST, LAST = 11000, 30000


def free_port(addresses=("127.0.0.1",)):
    """A port that can be bound for TCP and UDP on every one of the addresses."""
    for _ in range(1000):
        port = random.randint(FIRST, LAST)
        if _can_bind(port, addresses):
            return port
    raise RuntimeError("no free port found on loopback")


def _can_bind(port, addresses):
    with ExitStack() as sockets:
        for address in addresses:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                probe = sockets.enter_context(socket.socket(socket.AF_INET, kind))
                try:
                    probe.bind((address, port))
                except OSError:
                    return False
    return True
