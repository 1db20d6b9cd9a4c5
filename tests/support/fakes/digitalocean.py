# SPDX-License-Identifier: Apache-2.0
"""DigitalOcean's API v2, as far as domains and their TXT records go.

A domain's records are a bag: what is added twice stands twice, each with an id of its own. Names are
relative to the domain; a TXT record's data has no quotation marks of its own.
"""

import re
import secrets
import time

from fakes.account import Account
from fakes.base import Answer, json_answer

DEFAULT_PAGE, LONGEST_PAGE = 20, 200
SHORTEST_LIFE = 30  # seconds
AN_HOUR = 5000  # requests of a token
TOKEN = re.compile(r"dop_v1_[0-9a-f]{64}")
RELATIVE = re.compile(r"@|[A-Za-z0-9_*]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")


class Refusal(Exception):
    def __init__(self, status, word, message):
        super().__init__(message)
        self.answer = json_answer(status, {"id": word, "message": message, "request_id": secrets.token_hex(8)})


class DigitalOcean(Account):
    code = "digitalocean"
    hosts = ("api.digitalocean.com",)
    told_wrong = ("digitalocean", "API token is not valid")
    told_forbidden = ("digitalocean", "domain:create", "example.com")
    forbidden_before = False  # the API does not tell a token's scopes

    def __init__(self, authority, folder, backing):
        super().__init__(authority, folder, backing)
        self.token, self.wrong_token = new_token(), new_token()
        self.scopes = {"domain:read", "domain:create", "domain:delete"}
        self.records = {domain: {} for domain in backing.zones}
        self.next_id = 7_000_000_000  # more than 32 bits hold

    # The adapter.

    def stanza(self):
        return {"digitalocean": {"tokenSecretRef": {"name": "digitalocean-credentials", "key": "token"}}}

    def secrets(self):
        return {"digitalocean-credentials": {"token": self.token}}

    def wrong_secrets(self):
        return {"digitalocean-credentials": {"token": self.wrong_token}}

    def forbid_writing(self, forbidden=True):
        with self.lock:
            self.scopes = {"domain:read"} | (set() if forbidden else {"domain:create", "domain:delete"})

    def values(self, name):
        with self.lock:
            return {record["data"] for domain, record in self._all() if full(record, domain) == name}

    def put(self, name, value):
        with self.lock:
            domain = self.backing.zone_of(name)
            self._add(domain, {"name": relative(name, domain), "data": value})
            self._into_dns({name})

    def take(self, name, value):
        with self.lock:
            domain = self.backing.zone_of(name)
            gone = next(record["id"] for record in self.records[domain].values()
                        if full(record, domain) == name and record["data"] == value)
            self._remove(domain, gone)

    def fill(self, name):
        with self.lock:
            for i in range(LONGEST_PAGE + 10):
                self.records[f"filler{i:03}.example.net"] = {}
            domain = self.backing.zone_of(name)
            for i in range(LONGEST_PAGE + 20):
                self._add(domain, {"name": relative(name, domain), "data": f"filler {i:03}"})
            self._into_dns({name})
        return self.values(name)

    def zone_count(self):
        return len(self.records)

    def login(self, wrong=False):
        return {"token": self.wrong_token if wrong else self.token}

    def own_fault(self, status):
        if status == 429:
            return Refusal(429, "too_many_requests", "API rate limit exceeded.").answer
        return Refusal(status, "server_error", "Unexpected server-side error").answer

    # The service.

    def handle(self, request):
        try:
            self._check_token(request)
            answer = self._route(request)
        except Refusal as refusal:
            answer = refusal.answer
        answer.headers += [("ratelimit-limit", str(AN_HOUR)), ("ratelimit-remaining", str(AN_HOUR - 1)),
                           ("ratelimit-reset", str(int(time.time()) + 3600))]
        return answer

    def _check_token(self, request):
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not TOKEN.fullmatch(token) or token != self.token:
            raise Refusal(401, "Unauthorized", "Unable to authenticate you")

    def _route(self, request):
        method = request.method
        found = re.fullmatch(r"/v2/domains/([^/]+)/records(?:/([^/]+))?", request.path)
        if (method, request.path) == ("GET", "/v2/domains"):
            self._demand("domain:read")
            known(request, set())
            return page_of([{"name": domain, "ttl": 1800, "zone_file": ""} for domain in sorted(self.records)],
                           "domains", request)
        if not found:
            raise not_found()
        domain, record = found.groups()
        if method == "GET" and not record:
            return self._list(self._held(domain, "domain:read"), request)
        if method == "POST" and not record:
            return self._create(self._held(domain, "domain:create"), request)
        if method == "DELETE" and record:
            return self._delete(self._held(domain, "domain:delete"), record)
        raise ValueError(f"the fake does not know {request}")

    def _demand(self, scope):
        if scope not in self.scopes:
            raise Refusal(403, "Forbidden", "You are not authorized to perform this operation")

    def _held(self, domain, scope):
        self._demand(scope)
        if domain not in self.records:
            raise not_found()
        return domain

    def _list(self, domain, request):
        known(request, {"name", "type"})
        name, kind = request.one("name"), request.one("type")
        if name is not None and name != domain and not name.endswith(f".{domain}"):
            raise Refusal(422, "unprocessable_entity", "name must be a fully qualified record name of this domain")
        found = [record for record in self.records[domain].values()
                 if name in (None, full(record, domain)) and kind in (None, record["type"])]
        return page_of(found, "domain_records", request)

    def _create(self, domain, request):
        if request.headers.get("Content-Type", "").split(";")[0] != "application/json":
            raise Refusal(415, "unsupported_media_type", "Content-Type must be application/json")
        try:
            body = request.json
        except ValueError:
            raise Refusal(400, "bad_request", "The request body is not JSON") from None
        if not isinstance(body, dict) or body.get("type") != "TXT" or set(body) - {"type", "name", "data", "ttl"}:
            raise ValueError(f"the fake takes TXT records only: {body}")
        record = self._add(domain, checked(domain, body))
        self._into_dns({full(record, domain)})
        return json_answer(201, {"domain_record": record})

    def _delete(self, domain, record):
        if not record.isdigit() or int(record) not in self.records[domain]:
            raise not_found()
        self._remove(domain, int(record))
        return Answer(204)

    def _add(self, domain, fields):
        self.next_id += 1
        record = {"id": self.next_id, "type": "TXT", "priority": None, "port": None, "ttl": 1800, "weight": None,
                  "flags": None, "tag": None} | fields
        self.records[domain][self.next_id] = record
        return record

    def _remove(self, domain, record):
        self._into_dns({full(self.records[domain].pop(record), domain)})

    def _all(self):
        return [(domain, record) for domain, records in self.records.items() for record in records.values()]

    def _into_dns(self, names):
        for name in names:
            self.backing.replace(name, self.values(name), 60)


def checked(domain, body):
    """What is stored of a new record: its name relative to the domain."""
    name, data, ttl = body.get("name"), body.get("data"), body.get("ttl", 1800)
    if not isinstance(name, str) or not name:
        raise refused("Name can't be blank")
    if name.endswith("."):
        if name != f"{domain}." and not name.endswith(f".{domain}."):
            raise refused("Name does not lie within the domain")
        name = relative(name[:-1], domain)
    if not RELATIVE.fullmatch(name):
        raise refused("Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, ., _ and -)")
    if not isinstance(data, str) or not data:
        raise refused("Data can't be blank")
    if not isinstance(ttl, int) or ttl < SHORTEST_LIFE:
        raise refused(f"Ttl must be greater than or equal to {SHORTEST_LIFE}")
    return {"name": name.lower(), "data": data, "ttl": ttl}


def refused(message):
    return Refusal(422, "unprocessable_entity", message)


def not_found():
    return Refusal(404, "not_found", "The resource you requested could not be found.")


def full(record, domain):
    return domain if record["name"] == "@" else f"{record['name']}.{domain}"


def relative(name, domain):
    return "@" if name == domain else name.removesuffix(f".{domain}")


def known(request, filters):
    unknown = set(request.query) - filters - {"page", "per_page"}
    if unknown:
        raise ValueError(f"the service documents no parameter {sorted(unknown)}")


def page_of(items, member, request):
    page, size = int(request.one("page", 1)), int(request.one("per_page", DEFAULT_PAGE))
    if page < 1 or not 1 <= size <= LONGEST_PAGE:
        raise Refusal(400, "bad_request", f"per_page must be between 1 and {LONGEST_PAGE}")
    last = max(1, -(-len(items) // size))
    others = {"first": 1, "prev": page - 1} if page > 1 else {}
    if page < last:
        others |= {"next": page + 1, "last": last}
    where = f"https://{request.host}{request.path}?per_page={size}"
    links = {"pages": {word: f"{where}&page={number}" for word, number in others.items()}} if others else {}
    return json_answer(200, {member: items[(page - 1) * size:page * size], "links": links, "meta": {"total": len(items)}})


def new_token():
    return f"dop_v1_{secrets.token_hex(32)}"
