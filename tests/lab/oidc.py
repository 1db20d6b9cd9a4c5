# SPDX-License-Identifier: Apache-2.0
"""An OpenID Connect issuer: what an API server and a client that refreshes tokens ask of one, and no more.

Nobody logs in: a test takes an id-token or a refresh token for whatever user it likes.
"""

import base64
import json
import secrets
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote_plus

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lab.tls import make_server_certificate

CLIENT, SECRET = "kubectl", "lab secret &=+"
PREFIX = "oidc:"  # before the name of each user, as the API server sees it


class OidcIssuer:
    """`asked` holds the form of each request for a token, in the order of their arrival."""

    def __init__(self, folder):
        self.folder, self.lock = Path(folder), threading.Lock()
        self.grants, self.asked = {}, []
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        make_server_certificate(self.folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server.server_address[1]}"

    @property
    def ca_file(self):
        """The bundle that a client must trust to speak to this server."""
        return self.folder / "ca.pem"

    def flags(self):
        """Those of a kube-apiserver that believes this issuer."""
        return [f"--oidc-issuer-url={self.url}", f"--oidc-client-id={CLIENT}", f"--oidc-ca-file={self.ca_file}",
                "--oidc-username-claim=sub", f"--oidc-username-prefix={PREFIX}"]

    def id_token(self, user, seconds=3600):
        """One that holds for so long from now; a negative number: it has run out."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": user, "iat": now - 7200, "exp": now + seconds,
                  "jti": secrets.token_hex(4)}
        text = f"{_encoded({'alg': 'RS256', 'typ': 'JWT', 'kid': 'lab'})}.{_encoded(claims)}"
        return f"{text}.{_base64url(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def refresh_token(self, user):
        """One that gives a fresh id-token once, and another refresh token with it."""
        token = secrets.token_hex(16)
        with self.lock:
            self.grants[token] = user
        return token

    def provider(self, user, id_token=None, refresh_token=None):
        """The stanza of a kubeconfig's user."""
        tokens = {"id-token": id_token, "refresh-token": refresh_token}
        return {"auth-provider": {"name": "oidc", "config": {
            "idp-issuer-url": self.url, "client-id": CLIENT, "client-secret": SECRET,
            "idp-certificate-authority": str(self.ca_file)} | {k: v for k, v in tokens.items() if v}}}

    # ---- what it answers: (status, object)

    def answer(self, path):
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.url, "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
                         "authorization_endpoint": f"{self.url}/auth", "response_types_supported": ["code"],
                         "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]}
        if path == "/keys":
            numbers = self.key.public_key().public_numbers()
            return 200, {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "lab",
                                   "n": _number(numbers.n), "e": _number(numbers.e)}]}
        return 404, {}

    def refresh(self, form):
        with self.lock:
            self.asked.append(form)
            user = self.grants.pop(form.get("refresh_token"), None)
        if form.get("grant_type") != "refresh_token" or user is None:
            return 400, {"error": "invalid_grant", "error_description": "the refresh token is not known\x1b[31m"}
        return 200, {"token_type": "Bearer", "access_token": secrets.token_hex(8), "expires_in": 3600,
                     "id_token": self.id_token(user), "refresh_token": self.refresh_token(user)}


def _handler_for(issuer):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            self.reply(*issuer.answer(self.path))

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {key: values[0] for key, values in parse_qs(body, strict_parsing=True).items()}
            if not _is_client(self.headers.get("Authorization", "")):
                return self.reply(401, {"error": "invalid_client"})
            return self.reply(*issuer.refresh(form))

        def reply(self, status, content):
            body = json.dumps(content).encode()
            self.send_response_only(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass
    return Handler


def _is_client(authorization):
    """RFC 6749 §2.3.1: name and secret are form-encoded before they are joined."""
    try:
        pair = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode().split(":")
    except ValueError:
        return False
    return [unquote_plus(part) for part in pair] == [CLIENT, SECRET]


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encoded(value):
    return _base64url(json.dumps(value).encode())


def _number(value):
    return _base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
