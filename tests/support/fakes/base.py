# SPDX-License-Identifier: Apache-2.0
"""A DNS service of the lab: HTTPS, everything recorded, faults and second clients on demand.

A subclass says what the service answers (`handle`) and what a test needs to know of it (the adapter:
`stanza`, `secrets`, `values`, …). `handle` runs under the service's lock; callbacks of a test do not,
so that they may ask the service themselves.
"""

import contextlib
import json
import socket
import threading
import traceback
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from lab.tls_server import TlsServer

LARGEST = 4 << 20  # bytes of a request's body
CUT = 0  # the status of an answer that is none


def ANY(_request):
    return True


@dataclass
class Request:
    """One request as it came; `path` is as it was sent, `status` what it was answered with."""
    method: str
    host: str
    path: str
    query: dict  # name → list of values
    raw_query: str
    headers: object
    body: bytes = field(repr=False, default=b"")
    status: int = 0

    @property
    def json(self):
        return json.loads(self.body)

    def one(self, name, default=None):
        """The only value of a query parameter."""
        return self.query.get(name, [default])[0]

    def __str__(self):
        return f"{self.method} https://{self.host}{self.path}?{self.raw_query} → {self.status}"


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: list = field(default_factory=list)


def json_answer(status, value, headers=()):
    return Answer(status, json.dumps(value).encode(), [("Content-Type", "application/json"), *headers])


@dataclass
class _Rule:
    """What a test asked for: applied to the next `times` requests that `when` picks."""
    act: object
    when: object
    times: int


class FakeService:
    """`errors`: the traces of what neither service nor test expected; a test that has any fails."""

    code = ""  # the provider's name in v1alpha1
    hosts = ()  # the public names it answers for
    variables = {}  # of the user's environment, for our program

    def __init__(self, authority, folder, backing):
        self.authority, self.folder, self.backing = authority, folder, backing
        self.lock = threading.RLock()
        self.requests, self.errors = [], []
        self._faults, self._before, self._after = [], [], []

    def start(self):
        certificate, key = self.authority.issue_server(self.folder, [*self.hosts, "localhost", "127.0.0.1"])
        self.server = TlsServer(_handler_for(self), certificate, key, self.errors)
        self.demand(self.server.context)
        self.server.start()
        self.port = self.server.port
        return self

    def stop(self):
        self.server.stop()

    @property
    def url(self):
        """Where it is reached without the gate."""
        return f"https://127.0.0.1:{self.port}"

    # What the service does.

    def demand(self, context):
        """What the service asks of its clients' TLS: here nothing."""

    def handle(self, request):
        """The Answer to a request; under the lock. An exception is a mistake of the fake."""
        raise NotImplementedError

    # What a test may ask for.

    def fault(self, status=CUT, times=1, headers=None, body=None, when=ANY, taken=False):
        """Answers so in the service's place, or cuts the line; `taken`: the request takes effect all
        the same. `body` is bytes, or a value that becomes JSON; without one it is the service's own."""
        if status == CUT:
            answer = Answer(CUT)
        elif body is None:
            answer = self.own_fault(status)
        elif isinstance(body, bytes):
            answer = Answer(status, body)
        else:
            answer = json_answer(status, body)
        answer.headers += list((headers or {}).items())
        with self.lock:
            self._faults.append(_Rule((answer, taken), when, times))

    def mend(self):
        """Forgets the faults."""
        with self.lock:
            self._faults.clear()

    def own_fault(self, status):
        """What the service itself says with a 429 or 5xx."""
        return Answer(status, b"busy", [("Content-Type", "text/plain")])

    def before(self, act, when=ANY, times=1):
        """Calls act(request) when such a request has come and has not taken effect."""
        with self.lock:
            self._before.append(_Rule(act, when, times))

    def after(self, act, when=ANY, times=1):
        """Calls act(request) when such a request has taken effect and its client does not know yet."""
        with self.lock:
            self._after.append(_Rule(act, when, times))

    def asked(self, when=ANY):
        """The recorded requests that `when` picks, in the order of their arrival."""
        with self.lock:
            return [request for request in self.requests if when(request)]

    # One request, from its arrival to its answer.

    def serve(self, request):
        with self.lock:
            self.requests.append(request)
            fault = _take(self._faults, request)
        for rule in _take_all(self, self._before, request):
            rule.act(request)
        answer = None
        if not fault or fault.act[1]:
            with self.lock:
                answer = self.handle(request)
        for rule in _take_all(self, self._after, request):
            rule.act(request)
        answer = fault.act[0] if fault else answer
        request.status = answer.status
        return answer


def _take(rules, request):
    """The first rule that is for the request; it is used up by that."""
    for rule in rules:
        if rule.times > 0 and rule.when(request):
            rule.times -= 1
            return rule
    return None


def _take_all(service, rules, request):
    with service.lock:
        taken = [rule for rule in rules if rule.times > 0 and rule.when(request)]
        for rule in taken:
            rule.times -= 1
    return taken


def _handler_for(service):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1
        timeout = 60

        def handle_any(self):
            try:
                answer = service.serve(self.read_request())
            except Exception:
                service.errors.append(f"{self.command} {self.path}\n{traceback.format_exc()}")
                answer = Answer(500, b"the fake failed")
            if answer.status == CUT:
                return self.cut()
            self.send_response_only(answer.status)
            for key, value in answer.headers:
                self.send_header(key, value)
            if answer.status not in (204, 304):
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.wfile.flush()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def cut(self):
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

        def read_request(self):
            length = int(self.headers.get("Content-Length") or 0)
            if length > LARGEST or self.headers.get("Transfer-Encoding"):
                raise ValueError("no body that a DNS service would take")
            path, _, query = self.path.partition("?")
            return Request(self.command, self.headers.get("Host", "").split(":")[0], path,
                           urllib.parse.parse_qs(query, keep_blank_values=True), query, self.headers,
                           self.rfile.read(length))

        def log_message(self, *_):
            pass

    return Handler
