# SPDX-License-Identifier: Apache-2.0
"""A TLS reverse proxy before Pebble or an API server that records every request and misbehaves on demand.

The Host header is passed on, so the URLs that Pebble hands out lead through the proxy. A fault is a
function of an Exchange; it may answer itself, forward and change the answer, cut the connection, or
call back into the test. Faults are tried in the order in which they were added.
"""

import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

from lab.tls_server import TlsServer

HOP_HEADERS = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass
class Answer:
    status: int
    headers: list
    body: bytes


@dataclass
class Exchange:
    """One request. `number` counts all requests from 1, `nth` those of its kind."""
    method: str
    path: str
    kind: str
    number: int
    nth: int
    handler: object = field(repr=False, default=None)
    status: int = 0

    def forward(self):
        """Asks the server behind and returns its Answer; nothing has been sent to the client yet."""
        return self.handler.forward(self)

    def reply(self, answer):
        self.handler.reply(self, answer)

    def begin_reply(self, status, *headers):
        """Sends the head of an answer; what it promises is the fault's affair."""
        self.handler.begin_reply(self, status, headers)

    def write(self, data):
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def wait_for_the_client(self):
        """Returns when the client has hung up."""
        self.handler.connection.recv(1)

    def cut(self):
        """Closes the client's connection without another byte."""
        self.handler.cut()


@dataclass
class _Fault:
    act: object
    kind: str
    nth: object
    times: int


class Proxy:
    """`behind` is a Pebble or an ApiServer, which names the kinds of its requests; `folder` holds the
    proxy's certificate where that shall not be the one of the server behind.
    `errors` are the traces of what went wrong in the proxy itself: a mistake in a test's fault."""

    def __init__(self, behind, folder=None):
        self.behind, self.folder = behind, Path(folder or Path(behind.ca_file).parent)
        self.lock, self.exchanges, self.faults, self.errors = threading.Lock(), [], [], []
        self.upstream = ssl.create_default_context(cafile=behind.ca_file)

    def start(self):
        self.server = TlsServer(_handler_for(self), *self.identity(), self.errors).start()
        self.port = self.server.port
        return self

    def stop(self):
        self.server.stop()

    def identity(self):
        """The files with the certificate and its key."""
        return self.folder / "server.pem", self.folder / "server.key"

    @property
    def url(self):
        return urlsplit(self.behind.url)._replace(netloc=f"127.0.0.1:{self.port}").geturl()

    def path(self, asked):
        """What Pebble calls the path that a client asked for."""
        return asked

    @property
    def ca_file(self):
        return self.folder / "ca.pem"

    def roots(self):
        return self.behind.roots()

    def fault(self, act, kind=None, nth=None, times=1):
        """Applies `act` to requests of the kind (any), the nth of them (each), at most so often."""
        with self.lock:
            self.faults.append(_Fault(act, kind, nth, times))

    def reset(self):
        """Forgets faults and what was recorded."""
        with self.lock:
            self.faults, self.exchanges = [], []

    def kinds(self):
        """The kind of each request so far, in order of arrival."""
        with self.lock:
            return [e.kind for e in self.exchanges]

    def count(self, kind):
        return self.kinds().count(kind)

    def begin(self, method, path, handler):
        with self.lock:
            kind = self.behind.kind_of(method, path)
            nth = 1 + sum(e.kind == kind for e in self.exchanges)
            exchange = Exchange(method, path, kind, len(self.exchanges) + 1, nth, handler)
            self.exchanges.append(exchange)
            for fault in self.faults:
                if fault.times and fault.kind in (None, kind) and fault.nth in (None, nth):
                    fault.times -= 1
                    return exchange, fault.act
        return exchange, None


class PublicCa(Proxy):
    """The same as a CA that the public knows, at the URL of its directory, reached through the gate."""

    def __init__(self, pebble, gate, directory):
        super().__init__(pebble)
        self.gate, self.directory = gate, urlsplit(directory)

    def start(self):
        super().start()
        self.gate.lead(self.directory.hostname, self.port)
        return self

    def identity(self):
        return self.gate.authority.issue_server(self.gate.folder, [self.directory.hostname])

    @property
    def url(self):
        return self.directory.geturl()

    @property
    def ca_file(self):
        """None: what the system trusts is enough."""
        return None

    def path(self, asked):
        return "/dir" if asked == self.directory.path else asked


def _handler_for(proxy):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def setup(self):
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.line = None

        def handle_any(self):
            self.payload = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.path = proxy.path(self.path)
            exchange, act = proxy.begin(self.command, self.path, self)
            if act:
                act(exchange)
            else:
                exchange.reply(exchange.forward())

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def forward(self, exchange):
            if self.line is None:
                self.line = http.client.HTTPSConnection("127.0.0.1", proxy.behind.port, context=proxy.upstream)
            headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_HEADERS}
            self.line.request(self.command, self.path, self.payload or None, headers)
            answer = self.line.getresponse()
            kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in HOP_HEADERS]
            exchange.status = answer.status
            return Answer(answer.status, kept, answer.read())

        def reply(self, exchange, answer, length=None):
            length = len(answer.body) if length is None else length
            self.begin_reply(exchange, answer.status, [*answer.headers, ("Content-Length", str(length))])
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.wfile.flush()

        def begin_reply(self, exchange, status, headers):
            exchange.status = status
            self.send_response_only(status)
            for key, value in headers:
                self.send_header(key, value)
            self.end_headers()

        def cut(self):
            self.close_connection = True
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

        def log_message(self, *_):
            pass

    return Handler


def answer_with(status, body=b"", headers=(), kind="application/problem+json"):
    """Answers in the server's place; the request does not reach it."""
    return lambda x: x.reply(Answer(status, [("Content-Type", kind), *headers], body))


def rate_limited(retry_after):
    return answer_with(429, b'{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many requests of the lab"}',
                       [("Retry-After", retry_after)])


def cut_before(exchange):
    """The server never sees the request."""
    exchange.cut()


def cut_after(exchange):
    """The server has done what was asked; its answer is lost."""
    exchange.forward()
    exchange.cut()


def cut_middle(exchange):
    answer = exchange.forward()
    half = Answer(answer.status, answer.headers, answer.body[:len(answer.body) // 2])
    exchange.handler.reply(exchange, half, length=len(answer.body))
    exchange.cut()


def slow(seconds):
    def act(exchange):
        answer = exchange.forward()
        time.sleep(seconds)
        exchange.reply(answer)
    return act


def changed(change):
    """The answer, with its body passed through `change` (bytes to bytes)."""
    def act(exchange):
        answer = exchange.forward()
        exchange.reply(Answer(answer.status, answer.headers, change(answer.body)))
    return act


def calling(before=None, after=None):
    """Calls back before the request is forwarded, and when the server has answered but the client does not know."""
    def act(exchange):
        if before:
            before(exchange)
        answer = exchange.forward()
        if after:
            after(exchange)
        exchange.reply(answer)
    return act
