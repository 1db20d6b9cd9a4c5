# SPDX-License-Identifier: Apache-2.0
"""Relays of bytes: a DNS server under a second loopback address, a TCP path with latency, and one that is cut."""

import selectors
import socket
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor


class DnsRelay:
    """Answers on one address with what another server says; takes UDP and TCP.

    named listens only on addresses that an interface carries; 127.0.0.2 is not one of them.
    `lose` is the number of UDP questions that are dropped before the relay begins to answer.
    """

    def __init__(self, address, port, upstream):
        self.port, self.upstream, self.lose = port, upstream, 0
        self.udp = _bound(socket.SOCK_DGRAM, address, port)
        self.tcp = _bound(socket.SOCK_STREAM, address, port)
        self.tcp.listen(64)
        self.pool = ThreadPoolExecutor(32)
        for loop in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=loop, daemon=True).start()

    def stop(self):
        _close(self.udp)
        _close(self.tcp)
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _serve_udp(self):
        while True:
            try:
                question, client = self.udp.recvfrom(65535)
            except OSError:
                return
            if client is None:  # stop() has shut the socket down
                return
            if self.lose > 0:
                self.lose -= 1
            else:
                self.pool.submit(self._answer_udp, question, client)

    def _answer_udp(self, question, client):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(5)
            sock.connect(self.upstream)
            try:
                sock.send(question)
                self.udp.sendto(sock.recv(65535), client)
            except OSError:
                pass  # the client sees no answer, as from a server that lost the packet

    def _serve_tcp(self):
        while True:
            try:
                client, _ = self.tcp.accept()
            except OSError:
                return
            self.pool.submit(_pump_both, client, self.upstream)


class SlowPath:
    """A TCP port that leads to another with `round_trip` seconds in between.

    Bytes leave half a round trip after they came, in either direction; the first ones wait a whole
    one more, for the handshake of TCP that loopback has already done.
    """

    def __init__(self, address, port, upstream, round_trip):
        self.upstream, self.half, self.url = upstream, round_trip / 2, f"https://{address}:{port}/dir"
        self.listener = _bound(socket.SOCK_STREAM, address, port)
        self.listener.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        _close(self.listener)

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        server = socket.create_connection(self.upstream)
        for sock in (client, server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        handshake = time.monotonic() + 2 * self.half
        back = threading.Thread(target=_delayed, args=(server, client, self.half, 0), daemon=True)
        back.start()
        _delayed(client, server, self.half, handshake)
        back.join()
        client.close()
        server.close()


class CutPath:
    """A TCP port that leads to another. Its first connection is cut when `most` bytes have come back, later ones are
    whole. What is inside is not looked at: TLS and HTTP/2 end wherever that is."""

    def __init__(self, upstream, most):
        self.upstream, self.most, self.was_cut = upstream, most, False
        self.listener = _bound(socket.SOCK_STREAM, "127.0.0.1", 0)
        self.port = self.listener.getsockname()[1]
        self.listener.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        _close(self.listener)

    def _serve(self):
        first = True
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            carry = self._cut if first else _pump_both
            threading.Thread(target=carry, args=(client, self.upstream), daemon=True).start()
            first = False

    def _cut(self, client, upstream):
        with client, socket.create_connection(upstream, 5) as server:
            threading.Thread(target=_copy, args=(client, server), daemon=True).start()
            left = self.most
            while data := server.recv(left):
                client.sendall(data)
                left -= len(data)
                if not left:
                    self.was_cut = True
                    break
            for sock in (client, server):
                sock.shutdown(socket.SHUT_RDWR)


def _copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass  # the other direction has ended


def _delayed(source, sink, delay, not_before):
    """Reads as bytes come, writes each when its time has come; ends with the source."""
    queue, ready, last = deque(), threading.Condition(), [not_before]

    def write():
        while True:
            with ready:
                ready.wait_for(lambda: queue)
                due, data = queue.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(data)
            except OSError:
                return

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    while True:
        try:
            data = source.recv(65536)
        except OSError:
            data = b""
        with ready:
            queue.append((max(time.monotonic(), last[0]) + delay, data))
            ready.notify()
        if not data:
            writer.join()
            return


def _pump_both(client, upstream):
    with client, socket.create_connection(upstream, 5) as server, selectors.DefaultSelector() as waiting:
        waiting.register(client, selectors.EVENT_READ, server)
        waiting.register(server, selectors.EVENT_READ, client)
        while True:
            for key, _ in waiting.select(30) or [(None, None)]:
                data = key and key.fileobj.recv(65535)
                if not data:
                    return
                key.data.sendall(data)


def _bound(kind, address, port):
    sock = socket.socket(socket.AF_INET, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) if kind == socket.SOCK_STREAM else None
    sock.bind((address, port))
    return sock


def _close(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()
