# SPDX-License-Identifier: Apache-2.0
"""The way out of the lab: an HTTP CONNECT proxy behind which public host names are local servers.

A program under test is told of it by HTTPS_PROXY and asks for the services' real names. What leads
nowhere is answered with 403 and counts as an error: nothing leaves the machine unseen.
"""

import selectors
import socket
import socketserver
import threading
import traceback

BLOCK = 65536


class Gate:
    """`errors`: what was refused or went wrong; `asked`: each host:port that was let through."""

    def __init__(self, authority, folder):
        self.authority, self.folder = authority, folder
        self.lock, self.ways, self.errors, self.asked = threading.Lock(), {}, [], []

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.trust.write_bytes(self.authority.pem)
        self.server = _Server(("127.0.0.1", 0), _handler_for(self))
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def trust(self):
        """The file with the authority that signed the local servers' certificates."""
        return self.folder / "trust.pem"

    @property
    def environment(self):
        """What makes a program go through the gate and believe what it finds there."""
        return {"HTTPS_PROXY": self.url, "SSL_CERT_FILE": str(self.trust)}

    def lead(self, host, port, public_port=443):
        """From now on the public name leads to that port of 127.0.0.1."""
        with self.lock:
            self.ways[f"{host}:{public_port}"] = port

    def way(self, target):
        """The local port, or None, which is recorded."""
        with self.lock:
            port = self.ways.get(target.lower())
            if port:
                self.asked.append(target.lower())
            else:
                self.errors.append(f"the gate refused {target}")
            return port


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
    allow_reuse_address = True


def _handler_for(gate):
    class Handler(socketserver.StreamRequestHandler):
        timeout = 60
        rbufsize = 0  # what follows the request belongs to the tunnel

        def handle(self):
            try:
                method, target = self.read_request()
                port = gate.way(target if method == "CONNECT" else f"{method} {target}")
                if not port:
                    self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    return
                with socket.create_connection(("127.0.0.1", port), 5) as upstream:
                    self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    tunnel(self.connection, upstream)
            except OSError:
                pass  # one of the two went away
            except Exception:
                gate.errors.append(traceback.format_exc())

        def read_request(self):
            method, target, _ = self.rfile.readline(8192).decode("latin-1").split(" ", 2)
            while self.rfile.readline(8192).strip():
                pass
            return method, target

    return Handler


def tunnel(one, other):
    """Carries bytes both ways until both sides have said all."""
    ways = {one: other, other: one}
    for sock in ways:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(60)
    with selectors.DefaultSelector() as ready:
        for sock in ways:
            ready.register(sock, selectors.EVENT_READ)
        while ready.get_map():
            for key, _ in ready.select():
                data = key.fileobj.recv(BLOCK)
                if data:
                    ways[key.fileobj].sendall(data)
                else:
                    ready.unregister(key.fileobj)
                    ways[key.fileobj].shutdown(socket.SHUT_WR)
