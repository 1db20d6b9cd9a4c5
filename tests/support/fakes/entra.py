# SPDX-License-Identifier: Apache-2.0
"""The token endpoint of Microsoft Entra ID (OAuth 2.0 client credentials), as far as the resource manager goes."""

import secrets
import string
import urllib.parse
import uuid

from fakes.base import json_answer

ALPHABET = string.ascii_letters + string.digits + "~_-."


class LoginRefusal(Exception):
    """An answer of the token endpoint (RFC 6749 §5.2)."""

    def __init__(self, status, error, number, text):
        super().__init__(text)
        trace, correlation = uuid.uuid4(), uuid.uuid4()
        told = f"AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: 2026-01-01 00:00:00Z"
        self.answer = json_answer(status, {
            "error": error, "error_description": told, "error_codes": [number], "timestamp": "2026-01-01 00:00:00Z",
            "trace_id": str(trace), "correlation_id": str(correlation),
            "error_uri": f"https://login.microsoftonline.com/error?code={number}"})


class Entra:
    """One application of one directory. `tokens` are those that were handed out."""

    def __init__(self, manager, host):
        self.manager, self.host = manager, host
        self.tenant, self.client, self.person = (str(uuid.uuid4()) for _ in range(3))
        self.secret, self.expired_secret = new_secret(), new_secret()
        self.tokens = set()

    def handle(self, request):
        tenant, _, below = request.path.lstrip("/").partition("/")
        if (request.method, request.path) == ("GET", "/common/discovery/instance"):  # the SDK asks when it was refused
            names = {"preferred_network": self.host, "preferred_cache": self.host, "aliases": [self.host]}
            return json_answer(200, {"metadata": [names], "api-version": "1.1", "tenant_discovery_endpoint":
                                     f"https://{self.host}/{self.tenant}/v2.0/.well-known/openid-configuration"})
        if tenant != self.tenant:
            raise LoginRefusal(400, "invalid_request", 90002,
                               f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and "
                               "are signing into the correct cloud.")
        if (request.method, below) == ("GET", "v2.0/.well-known/openid-configuration"):
            base = f"https://{self.host}/{self.tenant}"
            return json_answer(200, {"issuer": f"{base}/v2.0", "token_endpoint": f"{base}/oauth2/v2.0/token",
                                     "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                                     "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode"})
        if (request.method, below) != ("POST", "oauth2/v2.0/token"):
            raise ValueError(f"the token endpoint is asked for {request}")
        return self._grant(urllib.parse.parse_qs(request.body.decode(), strict_parsing=True), request)

    def _grant(self, form, request):
        def one(name):
            return form.get(name, [None])[0]
        if request.headers.get("Content-Type", "").split(";")[0] != "application/x-www-form-urlencoded":
            raise LoginRefusal(400, "invalid_request", 900144, "The request body must contain: 'grant_type'.")
        if one("grant_type") != "client_credentials":
            raise LoginRefusal(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        if one("client_id") != self.client:
            raise LoginRefusal(400, "unauthorized_client", 700016,
                               f"Application with identifier '{one('client_id')}' was not found in the directory 'Lab'.")
        if one("client_secret") == self.expired_secret:
            raise LoginRefusal(401, "invalid_client", 7000222,
                               f"The provided client secret keys for app '{self.client}' are expired.")
        if one("client_secret") != self.secret:
            raise LoginRefusal(401, "invalid_client", 7000215,
                               "Invalid client secret provided. Ensure the secret being sent in the request is the "
                               f"client secret value, not the client secret ID, for a secret added to app '{self.client}'.")
        if one("scope") != f"https://{self.manager}/.default":
            raise LoginRefusal(400, "invalid_resource", 500011,
                               f"The resource principal named {one('scope')} was not found in the tenant named Lab.")
        token = f"eyJ0eXAiOiJKV1Qi.{secrets.token_urlsafe(200)}.{secrets.token_urlsafe(60)}"
        self.tokens.add(token)
        return json_answer(200, {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599,
                                 "access_token": token})


def new_secret():
    """As Entra ID makes them: 40 characters, "8Q~" behind the first three."""
    return "".join(secrets.choice(ALPHABET) for _ in range(3)) + "8Q~" + \
        "".join(secrets.choice(ALPHABET) for _ in range(34))
