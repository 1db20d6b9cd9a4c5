# SPDX-License-Identifier: Apache-2.0
"""Cloudflare's API v4, as far as zones and DNS records go.

As the service has it since November 2024 a record names no zone. TXT content consists of quoted
character strings; what an older client stored without quotation marks stays as it was. A batch is
one transaction: deletes, then posts.
"""

import base64
import re
import secrets
import string

from fakes.account import Account
from fakes.base import Answer, json_answer
from fakes.zone_backing import as_character_strings, from_character_strings

BASE = "/client/v4"
ZONES_A_PAGE, RECORDS_A_PAGE = (20, 5, 50), (100, 1, 5_000_000)  # default, least, most
MOST_OF_A_BATCH = 200  # on the free plan
LONGEST_CONTENT, LONGEST_CONTENTS = 2048, 8192  # of a TXT record, of all at one name
UNPUBLISHED = 1004  # stands where the service's documents tell a limit and not the code of its refusal
KEY = re.compile(r"[0-9a-f]{37}|cfk_[A-Za-z0-9]{40,}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
ALPHABET = string.ascii_letters + string.digits


class Refusal(Exception):
    """An answer with the service's envelope of errors."""

    def __init__(self, status, code, message, chain=()):
        error = {"code": code, "message": message}
        if chain:
            error["error_chain"] = [{"code": c, "message": m} for c, m in chain]
        body = {"success": False, "errors": [error], "messages": [], "result": None}
        super().__init__(message)
        self.answer = json_answer(status, body)


class Cloudflare(Account):
    code = "cloudflare"
    hosts = ("api.cloudflare.com",)
    told_wrong = ("cloudflare", "our-dns")
    told_forbidden = ("cloudflare", "DNS:Edit", "example.com")
    told_again = 81058
    writes = 2  # a batch to present, a batch to clean up

    email = "owner@example.com"
    with_token = False  # what the stanza uses

    def __init__(self, authority, folder, backing):
        super().__init__(authority, folder, backing)
        self.key, self.token = new_key(), new_token()
        self.wrong_key, self.wrong_token = new_key(), new_token()
        self.rights = {"zone:read", "dns:read", "dns:edit"}
        self.zones = {secrets.token_hex(16): name for name in backing.zones}
        self.records = {zone: {} for zone in self.zones}

    # The adapter.

    def stanza(self):
        ref = {"name": "cloudflare-credentials", "key": "secret"}
        own = {"apiTokenSecretRef": ref} if self.with_token else {"email": self.email, "apiKeySecretRef": ref}
        return {"cloudflare": own}

    def secrets(self):
        return self._stored(self.token if self.with_token else self.key)

    def wrong_secrets(self):
        return self._stored(self.wrong_token if self.with_token else self.wrong_key)

    def mistakes(self):
        right = self.token if self.with_token else self.key
        other = (self.key, "apiKeySecretRef") if self.with_token else (self.token, "apiTokenSecretRef")
        return {"the other kind": (self._stored(other[0]), other[1]),
                "encoded twice": (self._stored(base64.b64encode(right.encode()).decode()), "encoded twice"),
                "in quotes": (self._stored(f'"{right}"'), "quotes")}

    @staticmethod
    def _stored(secret):
        return {"cloudflare-credentials": {"secret": secret}}

    def forbid_writing(self, forbidden=True):
        with self.lock:
            self.rights = {"zone:read", "dns:read"} | (set() if forbidden else {"dns:edit"})

    def values(self, name):
        with self.lock:
            return {plain(r["content"]) for records in self.records.values() for r in records.values()
                    if r["name"] == name and r["type"] == "TXT"}

    def put(self, name, value, quoted=True):
        """`quoted`: as clients do today; without, as they did before 2024."""
        with self.lock:
            zone = self.zone_id(self.backing.zone_of(name))
            self._add(zone, {"type": "TXT", "name": name, "content": as_character_strings(value) if quoted else value,
                             "ttl": 120})
            self._into_dns({name})

    def take(self, name, value):
        with self.lock:
            zone = self.zone_id(self.backing.zone_of(name))
            gone, = [r["id"] for r in self.records[zone].values() if r["name"] == name and plain(r["content"]) == value]
            self._change(zone, [gone], [])

    def fill(self, name):
        with self.lock:
            for i in range(ZONES_A_PAGE[2] + 10):
                zone = secrets.token_hex(16)
                self.zones[zone], self.records[zone] = f"filler{i:03}.example.net", {}
            zone = self.zone_id(self.backing.zone_of(name))
            for i in range(RECORDS_A_PAGE[0] + 20):
                mark = '"' if i % 2 else ""  # what was stored before 2024 has none
                self._add(zone, {"type": "TXT", "name": name, "content": f"{mark}filler {i:03}{mark}", "ttl": 120})
            self._into_dns({name})
        return self.values(name)

    def zone_count(self):
        return len(self.zones)

    def login(self, wrong=False):
        if self.with_token:
            return {"api_token": self.wrong_token if wrong else self.token}
        return {"api_email": self.email, "api_key": self.wrong_key if wrong else self.key}

    def own_fault(self, status):
        if status == 429:
            return Refusal(429, 971, "Please wait and consider throttling your request speed").answer
        return Answer(status, f"<html><head><title>{status}</title></head></html>".encode(), [("Content-Type", "text/html")])

    # The service.

    def handle(self, request):
        try:
            self._check_credentials(request)
            return self._route(request)
        except Refusal as refusal:
            return refusal.answer

    def _check_credentials(self, request):
        headers = request.headers
        email, key, bearer = headers.get("X-Auth-Email"), headers.get("X-Auth-Key"), headers.get("Authorization")
        if bearer:
            self._check_token(bearer, request.path)
        elif not email and not key:
            raise Refusal(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")
        elif not email or "@" not in email:
            raise Refusal(400, 6003, "Invalid request headers", [(6102, "Invalid format for X-Auth-Email header")])
        elif not KEY.fullmatch(key or ""):
            raise Refusal(400, 6003, "Invalid request headers", [(6103, "Invalid format for X-Auth-Key header")])
        elif (email, key) != (self.email, self.key):
            raise Refusal(403, 9103, "Unknown X-Auth-Key or X-Auth-Email")

    def _check_token(self, bearer, path):
        kind, _, token = bearer.partition(" ")
        if kind != "Bearer" or not TOKEN.fullmatch(token):
            raise Refusal(400, 6003, "Invalid request headers", [(6111, "Invalid format for Authorization header")])
        if token != self.token:
            raise Refusal(401, 1000, "Invalid API Token") if path.endswith("/verify") else \
                Refusal(403, 9109, "Invalid access token")

    def _route(self, request):
        path, method = request.path.removeprefix(BASE), request.method
        records = re.fullmatch(r"/zones/([^/]*)/dns_records(?:/([^/]+))?", path)
        if (method, path) == ("GET", "/user/tokens/verify"):
            return self._verify(request)
        if (method, path) == ("GET", "/zones"):
            return self._list_zones(request)
        if not records:
            raise Refusal(404, 7000, "No route for that URI")
        zone, record = records.groups()
        self._check_zone(zone)
        if method == "GET" and not record:
            return self._list_records(zone, request)
        self._demand("dns:edit")
        if method == "POST" and not record:
            made = self._change(zone, [], [self._body(request)])[1]
            return success(made[0])
        if method == "POST" and record == "batch":
            return self._batch(zone, self._body(request))
        if method == "DELETE" and record:
            gone = self._change(zone, [record], [])[0]
            return success({"id": gone[0]["id"]})
        raise Refusal(405, 10405, "Method not allowed for this authentication scheme")

    def _verify(self, request):
        if not request.headers.get("Authorization"):
            raise Refusal(403, 10000, "Authentication error")
        note = {"code": 10000, "message": "This API Token is valid and active", "type": None}
        return success({"id": secrets.token_hex(16), "status": "active"}, messages=[note])

    def _demand(self, right):
        if right not in self.rights:
            raise Refusal(403, 10000, "Authentication error")

    def _check_zone(self, zone):
        if not re.fullmatch(r"[0-9a-f]{32}", zone):
            raise Refusal(404, 7003, f"Could not route to /zones/{zone}/dns_records, perhaps your object identifier is invalid?")
        if zone not in self.zones:
            raise Refusal(403, 10000, "Authentication error")

    def _list_zones(self, request):
        if "zone:read" not in self.rights:
            raise Refusal(403, 0, "Actor 'com.cloudflare.api.token.lab' requires permission "
                                  "'com.cloudflare.api.account.zone.list' to list zones")
        known(request, {"name", "status"})
        name, status = request.one("name"), request.one("status", "active")
        found = [self._zone(zone) for zone, held in sorted(self.zones.items(), key=lambda item: item[1])
                 if name in (None, held) and status == "active"]
        return page_of(found, request, *ZONES_A_PAGE)

    def _zone(self, zone):
        permissions = {"zone:read": "#zone:read", "dns:read": "#dns_records:read", "dns:edit": "#dns_records:edit"}
        return {"id": zone, "name": self.zones[zone], "status": "active", "paused": False, "type": "full",
                "development_mode": 0, "name_servers": ["amy.ns.cloudflare.com", "bob.ns.cloudflare.com"],
                "account": {"id": "a" * 32, "name": "lab"}, "owner": {"id": None, "type": "user", "email": None},
                "permissions": sorted(permissions[right] for right in self.rights),
                "plan": {"id": "0" * 32, "name": "Free Website", "legacy_id": "free"},
                "created_on": "2026-01-01T00:00:00Z", "modified_on": "2026-01-01T00:00:00Z",
                "activated_on": "2026-01-01T00:00:00Z", "meta": {"phishing_detected": False}}

    def _list_records(self, zone, request):
        self._demand("dns:read")
        known(request, {"name", "name.exact", "content", "content.exact", "type"})
        name = request.one("name.exact", request.one("name"))
        content, kind = request.one("content.exact", request.one("content")), request.one("type")
        found = [r for r in self.records[zone].values()
                 if name in (None, r["name"]) and content in (None, r["content"]) and kind in (None, r["type"])]
        return page_of(found, request, *RECORDS_A_PAGE)

    def _body(self, request):
        if request.headers.get("Content-Type", "").split(";")[0] != "application/json":
            raise Refusal(400, 6003, "Invalid request headers", [(6105, "Invalid Content-Type header, valid values are "
                                                                        "application/json,multipart/form-data")])
        try:
            body = request.json
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Refusal(400, 9207, "Request body is invalid.")
        return body

    def _batch(self, zone, body):
        deletes, posts = body.get("deletes") or [], body.get("posts") or []
        if set(body) - {"deletes", "posts", "patches", "puts"} or body.get("patches") or body.get("puts"):
            raise ValueError(f"the fake does not know such a batch: {sorted(body)}")
        if len(deletes) + len(posts) > MOST_OF_A_BATCH:
            raise Refusal(400, UNPUBLISHED, f"Too many operations in one batch: at most {MOST_OF_A_BATCH}")
        gone, made = self._change(zone, [item.get("id") for item in deletes], posts)
        return success({"deletes": gone, "patches": [], "puts": [], "posts": made})

    def _change(self, zone, deletes, posts):
        """(what went, what came): all of it or nothing."""
        held = dict(self.records[zone])
        try:
            gone = [self._remove(zone, record) for record in deletes]
            made = [self._add(zone, self._checked(zone, post)) for post in posts]
        except Refusal:
            self.records[zone] = held
            raise
        self._into_dns({record["name"] for record in gone + made})
        return gone, made

    def _remove(self, zone, record):
        if record not in self.records[zone]:
            raise Refusal(404, 81044, "Record does not exist.")
        return self.records[zone].pop(record)

    def _checked(self, zone, post):
        if not isinstance(post, dict) or set(post) - {"type", "name", "content", "ttl", "comment", "proxied", "tags"}:
            raise Refusal(400, 9207, "Request body is invalid.")
        if post.get("type") != "TXT":
            raise ValueError(f"the fake holds TXT records only: {post.get('type')}")
        name, content, ttl = post.get("name"), post.get("content"), post.get("ttl", 1)
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_*.-]+[A-Za-z0-9]", name):
            raise Refusal(400, 9000, "DNS name is invalid.")
        if not isinstance(content, str) or not content:
            raise Refusal(400, 9021, "DNS record content is invalid.")
        if not isinstance(ttl, int) or not (ttl == 1 or 60 <= ttl <= 86400):
            raise Refusal(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.")
        name, apex = name.lower(), self.zones[zone]
        if name != apex and not name.endswith(f".{apex}"):
            name = f"{name}.{apex}"  # so the service reads a name that lies outside of the zone
        beside = sum(len(r["content"]) for r in self.records[zone].values() if r["name"] == name)
        if len(content) > LONGEST_CONTENT or beside + len(content) > LONGEST_CONTENTS:
            raise Refusal(400, UNPUBLISHED, "The content of TXT records at one name is too long.")
        if any(r["name"] == name and plain(r["content"]) == plain(content) for r in self.records[zone].values()):
            raise Refusal(400, 81058, "An identical record already exists.")
        return {"type": "TXT", "name": name, "content": content, "ttl": ttl, "comment": post.get("comment"),
                "tags": post.get("tags", [])}

    def _add(self, zone, record):
        record = {"id": secrets.token_hex(16), "proxiable": False, "proxied": False, "settings": {}, "meta": {},
                  "comment": None, "tags": [], "created_on": "2026-01-01T00:00:00.000000Z",
                  "modified_on": "2026-01-01T00:00:00.000000Z"} | record
        self.records[zone][record["id"]] = record
        return record

    def zone_id(self, name):
        return next(zone for zone, held in self.zones.items() if held == name)

    def _into_dns(self, names):
        for name in names:
            if self.backing.zone_of(name):
                self.backing.replace(name, self.values(name), 120)


def plain(content):
    """The value that a content means, with or without quotation marks."""
    try:
        return from_character_strings(content)
    except ValueError:
        return content


def known(request, filters):
    unknown = set(request.query) - filters - {"page", "per_page", "order", "direction", "match"}
    if unknown:
        raise ValueError(f"the service documents no parameter {sorted(unknown)}")


def page_of(items, request, default, least, most):
    page, size = int(request.one("page", 1)), int(request.one("per_page", default))
    if page < 1 or not least <= size <= most:
        raise Refusal(400, UNPUBLISHED, f"per_page must be between {least} and {most}")
    shown = items[(page - 1) * size:page * size]
    info = {"page": page, "per_page": size, "count": len(shown), "total_count": len(items),
            "total_pages": -(-len(items) // size)}
    return success(shown, result_info=info)


def success(result, messages=(), **more):
    return json_answer(200, {"success": True, "errors": [], "messages": list(messages), "result": result, **more})


def new_key():
    return secrets.token_hex(19)[:37]


def new_token():
    return "".join(secrets.choice(ALPHABET) for _ in range(40))


class CloudflareToken(Cloudflare):
    """The same with an API token in place of the global key."""
    with_token = True
