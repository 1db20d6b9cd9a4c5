# SPDX-License-Identifier: Apache-2.0
"""EdgeGrid (EG1-HMAC-SHA256) from the side of who checks it: one API client of Akamai's."""

import base64
import calendar
import hashlib
import hmac
import re
import secrets
import time

WINDOW = 30  # seconds that a signature's instant may lie off
SIGNED_BODY = 131072  # bytes of a POST's body
HEADER = re.compile(r"EG1-HMAC-SHA256 client_token=([^;]+);access_token=([^;]+);timestamp=([^;]+);nonce=([^;]+);"
                    r"signature=([A-Za-z0-9+/=]+)")


class NotAccepted(Exception):
    """`status`, problem `kind` and the words with which Akamai refuses."""

    def __init__(self, status, kind, title, detail):
        super().__init__(detail)
        self.status, self.kind, self.title, self.detail = status, kind, title, detail


def bad_request(detail):
    return NotAccepted(400, "-/pep-authn/request-error", "Bad request", detail)


def denied(detail):
    return NotAccepted(401, "-/pep-authn/deny", "Not authorized", detail)


class ApiClient:
    """`ahead`: seconds that Akamai's clock is ahead of this machine's."""

    def __init__(self):
        self.client_token, self.access_token = new_token(), new_token()
        self.client_secret = new_secret()
        self.nonces = set()
        self.ahead = 0

    def now(self):
        return time.time() + self.ahead

    def check(self, request):
        found = HEADER.fullmatch(request.headers.get("Authorization") or "")
        if not found:
            raise bad_request("Invalid authorization header")
        client, access, instant, nonce, signature = found.groups()
        self._check_instant(instant)
        if client != self.client_token:
            raise denied("Invalid authorization client token")
        if access != self.access_token:
            raise denied("Invalid authorization access token")
        wanted = self.signature(request.method, request.headers["Host"], target(request), request.body, instant,
                                found[0].rpartition("signature=")[0])
        if not hmac.compare_digest(signature, wanted):
            raise denied("Signature does not match")
        if nonce in self.nonces:
            raise bad_request("Invalid nonce")
        self.nonces.add(nonce)

    def _check_instant(self, instant):
        try:
            seconds = calendar.timegm(time.strptime(instant, "%Y%m%dT%H:%M:%S+0000"))
        except ValueError:
            seconds = 0
        if abs(self.now() - seconds) > WINDOW:
            raise bad_request("Invalid timestamp")

    def signature(self, method, host, path, body, instant, unsigned):
        content = body[:SIGNED_BODY] if method == "POST" else b""
        hashed = base64.b64encode(hashlib.sha256(content).digest()).decode() if content else ""
        text = "\t".join([method, "https", host, path, "", hashed, unsigned])
        return keyed(text, keyed(instant, self.client_secret))


def target(request):
    return request.path + (f"?{request.raw_query}" if request.raw_query else "")


def keyed(text, key):
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def new_token():
    return f"akab-{secrets.token_hex(8)}-{secrets.token_hex(8)}"


def new_secret():
    return base64.b64encode(secrets.token_bytes(32)).decode()
