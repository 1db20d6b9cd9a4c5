# SPDX-License-Identifier: Apache-2.0
"""Forward proxies as a person's network has them: HTTP CONNECT, the same over TLS, and SOCKS 5.

A proxy leads to the names that it was given and to nothing else, so that a name that no resolver
knows is reached only where it is left to the proxy.
"""

import base64
import select
import socket
import ssl
import struct
import threading
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

NO_AUTHENTICATION, BY_PASSWORD, NOT_ACCEPTABLE = 0, 2, 255  # RFC 1928 §3
GRANTED, HOST_UNREACHABLE = 0, 4  # RFC 1928 §6


class ForwardProxy:
    """`scheme` is http, https or socks5; `names` maps hosts (names or addresses, as they are asked for) to
    addresses. `certificate` is a folder with server.pem and server.key, for https. `user` is a pair of name and
    password that a client must bring. `asked` holds each (host, port), `heads` what HTTP clients sent with it,
    `received` counts the bytes that came back."""

    def __init__(self, scheme, names, certificate=None, user=None):
        self.scheme, self.names, self.user = scheme, names, user
        self.lock, self.asked, self.heads, self.received = threading.Lock(), [], [], 0
        self.tls = None
        if scheme == "https":
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(Path(certificate) / "server.pem", Path(certificate) / "server.key")

    def start(self):
        self.server = _Server(("127.0.0.1", 0), _handler_for(self))
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        user = f"{self.user[0]}:{self.user[1]}@" if self.user else ""
        return f"{self.scheme}://{user}127.0.0.1:{self.port}"

    def connect(self, host, port):
        """A connection to what was asked for; None where this proxy does not know it."""
        with self.lock:
            self.asked.append((host, port))
        address = self.names.get(host)
        return address and socket.create_connection((address, port), 10)

    def carry(self, client, server):
        """Hands bytes over until one side is done."""
        other = {client: server, server: client}
        while True:
            waiting = isinstance(client, ssl.SSLSocket) and client.pending()
            ready = [client] if waiting else select.select([client, server], [], [], 120)[0]
            for side in ready:
                data = side.recv(65536)
                if not data:
                    return
                other[side].sendall(data)
                if side is server:
                    with self.lock:
                        self.received += len(data)
            if not ready:
                return


class _Server(ThreadingTCPServer):
    daemon_threads, allow_reuse_address, request_queue_size = True, True, 64


def _handler_for(proxy):
    class Handler(BaseRequestHandler):
        def handle(self):
            client = self.request
            try:
                if proxy.tls:
                    client = proxy.tls.wrap_socket(client, server_side=True)
                server = (_speak_socks if proxy.scheme == "socks5" else _speak_http)(proxy, client)
                if server:
                    with server:
                        proxy.carry(client, server)
            except OSError:
                pass  # one side went away
            finally:
                client.close()
    return Handler


def _speak_http(proxy, client):
    head = b""
    while b"\r\n\r\n" not in head:
        data = client.recv(4096)
        if not data:
            return None
        head += data
    head = head.decode()
    with proxy.lock:
        proxy.heads.append(head)
    method, target, _ = head.split("\r\n")[0].split(" ")
    if proxy.user and f"Basic {base64.b64encode(':'.join(proxy.user).encode()).decode()}\r\n" not in head:
        client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        return None
    host, _, port = target.rpartition(":")
    server = method == "CONNECT" and proxy.connect(host, int(port))
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n" if server else b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
    return server


def _speak_socks(proxy, client):
    """RFC 1928; names and passwords: RFC 1929."""
    _, count = _read(client, 2)
    wanted = BY_PASSWORD if proxy.user else NO_AUTHENTICATION
    chosen = wanted if wanted in _read(client, count) else NOT_ACCEPTABLE
    client.sendall(bytes([5, chosen]))
    if chosen == NOT_ACCEPTABLE:
        return None
    if chosen == BY_PASSWORD:
        name, password = (_read_text(client, before) for before in (1, 0))
        client.sendall(bytes([1, (name, password) != tuple(proxy.user)]))
        if (name, password) != tuple(proxy.user):
            return None
    _, _, _, kind = _read(client, 4)
    host = {1: lambda: socket.inet_ntop(socket.AF_INET, _read(client, 4)), 3: lambda: _read_text(client, 0),
            4: lambda: socket.inet_ntop(socket.AF_INET6, _read(client, 16))}[kind]()
    port, = struct.unpack("!H", _read(client, 2))
    server = proxy.connect(host, port)
    client.sendall(bytes([5, GRANTED if server else HOST_UNREACHABLE, 0, 1, 0, 0, 0, 0, 0, 0]))
    return server


def _read(client, count):
    data = b""
    while len(data) < count:
        piece = client.recv(count - len(data))
        if not piece:
            raise OSError("the client is gone")
        data += piece
    return data


def _read_text(client, skipped):
    """A text with its length before it, behind that many other bytes."""
    return _read(client, _read(client, skipped + 1)[-1]).decode()
