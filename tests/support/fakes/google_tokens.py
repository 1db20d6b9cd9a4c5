# SPDX-License-Identifier: Apache-2.0
"""Google's token endpoint: a JWT that a service account's key signed (RFC 7523), or the refresh token of a
person's login (RFC 6749), becomes an access token."""

import base64
import json
import secrets
import time
import urllib.parse
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fakes.base import Answer, json_answer

HOST = "oauth2.googleapis.com"
ENDPOINT = f"https://{HOST}/token"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/ndev.clouddns.readwrite"
SCOPES = {SCOPE, "https://www.googleapis.com/auth/cloud-platform"}
HOUR, LEEWAY = 3600, 300  # seconds
TIMEFRAME = ("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
             "Check your iat and exp values in the JWT claim.")


class _Refusal(Exception):
    def __init__(self, error, description, status=400):
        super().__init__(description)
        self.answer = json_answer(status, {"error": error, "error_description": description})


class GoogleAccounts:
    """A service account: `key_file` is the JSON that the console hands out, `wrong_key_file` that of a key that
    Google does not know. A person: `login_file` is what gcloud leaves for programs."""

    def __init__(self, project):
        self.email = f"dns@{project}.iam.gserviceaccount.com"
        self.key_id, self.tokens = secrets.token_hex(20), set()
        self._public = _private_key(0).public_key()
        self.key_file = self._key_file(project, _private_key(0))
        self.wrong_key_file = self._key_file(project, _private_key(1))
        self.login_file = {"type": "authorized_user", "account": "", "client_id": "1-lab.apps.googleusercontent.com",
                           "client_secret": f"GOCSPX-{secrets.token_urlsafe(20)}", "quota_project_id": project,
                           "refresh_token": f"1//0{secrets.token_urlsafe(60)}", "universe_domain": "googleapis.com"}

    def _key_file(self, project, key):
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption()).decode()
        return {"type": "service_account", "project_id": project, "private_key_id": self.key_id, "private_key": pem,
                "client_email": self.email, "client_id": "100000000000000000001",
                "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": ENDPOINT,
                "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
                "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{self.email}",
                "universe_domain": "googleapis.com"}

    def answer(self, request):
        """What the endpoint says to a request."""
        if (request.method, request.path) != ("POST", "/token"):
            return Answer(404, b"Not Found")
        try:
            return self._exchange(request)
        except _Refusal as refusal:
            return refusal.answer

    def _exchange(self, request):
        if request.headers.get("Content-Type", "").split(";")[0] != "application/x-www-form-urlencoded":
            raise _Refusal("invalid_request", "Content-Type must be application/x-www-form-urlencoded")
        form = urllib.parse.parse_qs(request.body.decode())
        form = {name: value[0] for name, value in form.items()}
        if form.get("grant_type") == "refresh_token":
            self._check_login(form)
        elif form.get("grant_type") == JWT_BEARER:
            self._check(form.get("assertion", ""))
        else:
            raise _Refusal("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
        token = f"ya29.c.{secrets.token_urlsafe(120)}"
        self.tokens.add(token)
        return json_answer(200, {"access_token": token, "expires_in": HOUR - 1, "token_type": "Bearer"})

    def _check_login(self, form):
        if any(form.get(part) != self.login_file[part] for part in ("client_id", "client_secret")):
            raise _Refusal("invalid_client", "The provided client secret is invalid.", 401)
        if form.get("refresh_token") != self.login_file["refresh_token"]:
            raise _Refusal("invalid_grant", "Token has been expired or revoked.")

    def _check(self, assertion):
        header, claims, signed, signature = _taken_apart(assertion)
        if claims.get("iss") != self.email:
            raise _Refusal("invalid_grant", "Invalid grant: account not found")
        if header.get("alg") != "RS256" or header.get("kid") != self.key_id:
            raise _Refusal("invalid_grant", "Invalid JWT Signature.")
        try:
            self._public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise _Refusal("invalid_grant", "Invalid JWT Signature.") from None
        if claims.get("aud") != ENDPOINT:
            raise _Refusal("invalid_grant", "Invalid JWT: Failed audience check. The right audience is " + ENDPOINT)
        begin, end, now = claims.get("iat"), claims.get("exp"), time.time()
        if not isinstance(begin, int) or not isinstance(end, int) or not begin < end <= begin + HOUR \
                or begin > now + LEEWAY or end < now - LEEWAY:
            raise _Refusal("invalid_grant", TIMEFRAME)
        asked = set(claims.get("scope", "").split())
        if not asked or asked - SCOPES:
            raise _Refusal("invalid_scope", "Invalid OAuth scope or ID token audience provided.")


def _taken_apart(assertion):
    """(header, claims, the bytes that are signed, signature)"""
    try:
        header, claims, signature = assertion.split(".")
        return (json.loads(_bytes(header)), json.loads(_bytes(claims)), f"{header}.{claims}".encode(), _bytes(signature))
    except ValueError:
        raise _Refusal("invalid_grant", "Bad Request") from None


def _bytes(text):
    if "=" in text:
        raise ValueError("base64url of a JWT is not padded")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


@cache
def _private_key(number):
    """Two keys are enough for all tests of a worker, and making one takes its time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
