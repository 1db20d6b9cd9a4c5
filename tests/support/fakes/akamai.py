# SPDX-License-Identifier: Apache-2.0
"""Akamai's Edge DNS API v2, as far as zones and TXT record sets go.

A set is written whole and without a condition; each change of a zone makes a version, whose sets can
be read afterwards. While one change of a zone is under way, another is refused. Where Akamai
documents that it refuses and not in which words, the words are the fake's.
"""

import base64
import re
import time
import urllib.parse
import uuid

from fakes.account import Account
from fakes.base import Answer, json_answer
from fakes.edgegrid import ApiClient, NotAccepted, new_secret, new_token
from fakes.zone_backing import as_character_strings, from_character_strings

BASE = "/config-dns/v2"
ON_ITS_WAY = 1  # seconds that a changed zone is PENDING
DEFAULT_PAGE, FILLER_ZONES, FILLER_SETS = 25, 230, 230
SET = re.compile(r"/zones/([^/]+)/names/([^/]+)/types/([^/]+)")


class Refusal(Exception):
    def __init__(self, status, kind, title, detail):
        super().__init__(detail)
        self.status, self.kind, self.title, self.detail = status, f"authoritative-dns/{kind}", title, detail


def not_found(detail):
    return Refusal(404, "notFound", "Not Found", detail)


def illegal(method):
    return Refusal(405, "illegalMethod", "Illegal request method", f"Request method '{method}' is not supported")


def bad(detail):
    return Refusal(400, "badRequest", "Bad Request", detail)


class Zone:
    """`versions`: (id, sets by name) in the order of the changes; a set is (ttl, [rdata])."""

    def __init__(self, name):
        self.name, self.versions, self.changed = name, [(str(uuid.uuid4()), {})], 0

    @property
    def sets(self):
        return self.versions[-1][1]

    def change(self, sets):
        self.versions.append((str(uuid.uuid4()), sets))
        self.changed = time.monotonic()

    def shown(self):
        pending = self.changed and time.monotonic() - self.changed < ON_ITS_WAY
        return {"zone": self.name, "type": "PRIMARY", "comment": "", "contractId": "C-0N7RAC7", "signAndServe": False,
                "aliasCount": 0, "activationState": "PENDING" if pending else "ACTIVE",
                "versionId": self.versions[-1][0], "lastModifiedBy": "lab", "lastModifiedDate": "2026-01-01T00:00:00Z",
                "lastActivationDate": "2026-01-01T00:00:00Z"}


class Akamai(Account):
    code = "akamai"
    hosts = ("akab-lab0lab0lab0lab0-lab0lab0lab0lab0.luna.akamaiapis.net",)
    told_wrong = ("akamai", "our-dns", "credentials are not valid")
    told_forbidden = ("akamai", "READ-WRITE on DNS—Zone Record Management", "example.com")
    told_again = 409
    forbidden_before = False

    def __init__(self, authority, folder, backing):
        super().__init__(authority, folder, backing)
        self.client = ApiClient()
        self.wrong = {"client-token": new_token(), "client-secret": new_secret(), "access-token": new_token()}
        self.may_write = True
        self.zones = {name: Zone(name) for name in backing.zones}
        self._being_changed = []

    # The adapter.

    def stanza(self):
        refs = {f"{part}SecretRef": {"name": "akamai-credentials", "key": key} for part, key in
                (("clientToken", "client-token"), ("clientSecret", "client-secret"), ("accessToken", "access-token"))}
        return {"akamai": {"serviceConsumerDomain": self.hosts[0]} | refs}

    def secrets(self):
        return {"akamai-credentials": {"client-token": self.client.client_token,
                                       "client-secret": self.client.client_secret,
                                       "access-token": self.client.access_token}}

    def wrong_secrets(self):
        return {"akamai-credentials": self.wrong}

    def mistakes(self):
        keys = self.secrets()["akamai-credentials"]
        edgerc = "[default]\n" + "\n".join(f"{key.replace('-', '_')} = {text}" for key, text in keys.items())
        twice = base64.b64encode(self.client.access_token.encode()).decode()

        def with_(key, text):
            return {"akamai-credentials": keys | {key: text}}
        return {"the whole file": (with_("client-token", edgerc), ".edgerc"),
                "the secret as a token": (with_("access-token", self.client.client_secret), "client secret"),
                "a token as the secret": (with_("client-secret", self.client.client_token), "is a token"),
                "the same token twice": (with_("access-token", self.client.client_token), "the same token"),
                "the host": (with_("client-token", self.hosts[0]), "serviceConsumerDomain"),
                "encoded twice": (with_("access-token", twice), "encoded twice"),
                "in quotes": (with_("client-secret", f'"{self.client.client_secret}"'), "quotes")}

    def private(self):
        return [text for text in super().private() if text not in self.hosts]

    def forbid_writing(self, forbidden=True):
        self.may_write = not forbidden

    def values(self, name):
        with self.lock:
            zone = self.backing.zone_of(name)
            _, rdata = self.zones[zone].sets.get(name, (0, []))
            return {from_character_strings(one) for one in rdata}

    def put(self, name, value):
        with self.lock:
            zone = self.zones[self.backing.zone_of(name)]
            ttl, rdata = zone.sets.get(name, (7200, []))
            self._change(zone, {name: (ttl, [*rdata, as_character_strings(value)])})

    def take(self, name, value):
        with self.lock:
            zone = self.zones[self.backing.zone_of(name)]
            ttl, rdata = zone.sets[name]
            self._change(zone, {name: (ttl, [one for one in rdata if from_character_strings(one) != value])})

    def fill(self, name):
        with self.lock:
            for i in range(FILLER_ZONES):
                filler = Zone(f"filler{i:03}.example.net")
                self.zones[filler.name] = filler
            zone = self.zones[self.backing.zone_of(name)]
            more = {f"filler{i:03}.{zone.name}": (300, ['"of others"']) for i in range(FILLER_SETS)}
            zone.change(zone.sets | more)
            self._change(zone, {name: (300, [f'"filler {i:03}"' for i in range(30)])})
        return self.values(name)

    def zone_count(self):
        return len(self.zones)

    def login(self, wrong=False):
        keys = self.wrong if wrong else self.secrets()["akamai-credentials"]
        return {key.replace("-", "_"): text for key, text in keys.items()}

    def own_fault(self, status):
        title = "Too many requests" if status == 429 else "Server Error"
        return self._problem(None, NotAccepted(status, "-/resource-impl/forward-origin-error", title, title))

    # The service.

    def serve(self, request):
        zone = request.path.removeprefix(BASE).split("/")[2:3] if self.is_write(request) else []
        with self.lock:
            self._being_changed += zone
        try:
            return super().serve(request)
        finally:
            with self.lock:
                for name in zone:
                    self._being_changed.remove(name)

    def handle(self, request):
        try:
            self.client.check(request)
            if self.is_write(request) and not self.may_write:
                raise NotAccepted(403, "-/pep-authz/deny", "Forbidden",
                                  "The client does not have the grants needed for this request")
            return self._route(request)
        except (NotAccepted, Refusal) as refusal:
            return self._problem(request, refusal)

    def _problem(self, request, refusal):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.client.now()))
        body = {"type": f"https://problems.luna.akamaiapis.net/{refusal.kind}", "title": refusal.title,
                "status": refusal.status, "detail": refusal.detail, "requestId": "4ec255bc", "requestTime": now}
        if request:
            body |= {"instance": f"https://{request.host}{request.path}", "method": request.method}
        answer = json_answer(refusal.status, body)
        answer.headers = [("Content-Type", "application/problem+json")]
        return answer

    def _route(self, request):
        path, method = request.path.removeprefix(BASE), request.method
        if (method, path) == ("GET", "/zones"):
            return self._list_zones(request)
        zone = self._zone(path)
        rest = path.split("/", 3)[3] if path.count("/") > 2 else ""
        if method == "GET" and not rest:
            return json_answer(200, zone.shown())
        if method == "GET" and rest == "versions":
            shown = [{"versionId": version, "zone": zone.name, "activationState": "ACTIVE", "lastModifiedBy": "lab",
                      "lastModifiedDate": "2026-01-01T00:00:00Z"} for version, _ in reversed(zone.versions)]
            return page_of(request, "versions", shown, {"dateFilter", "search", "sortBy"})
        if method == "GET" and re.fullmatch(r"(versions/[^/]+/)?recordsets", rest):
            return self._list_sets(request, self._sets_of(zone, rest))
        if method == "POST" and rest == "recordsets":
            return self._create_all(zone, request)
        if SET.fullmatch(path):
            return self._one_set(zone, request, *SET.fullmatch(path).groups()[1:])
        raise illegal(method)

    def _zone(self, path):
        name = path.split("/")[2] if path.startswith("/zones/") else ""
        if name not in self.zones:
            raise not_found(f"Zone {name} could not be found")
        return self.zones[name]

    def _sets_of(self, zone, rest):
        if rest == "recordsets":
            return zone.sets
        for version, sets in zone.versions:
            if version == rest.split("/")[1]:
                return sets
        raise not_found("The version could not be found")

    def _list_zones(self, request):
        kinds = request.one("types", "PRIMARY").split(",")
        shown = [zone.shown() for _, zone in sorted(self.zones.items()) if request.one("search", "") in zone.name]
        return page_of(request, "zones", shown if "PRIMARY" in kinds else [],
                       {"contractIds", "search", "sortBy", "types"})

    def _list_sets(self, request, sets):
        wanted = request.one("search", "").lower()
        shown = [shown_set(name, held) for name, held in sorted(sets.items())
                 if wanted in name or any(wanted in one.lower() for one in held[1])]
        return page_of(request, "recordsets", shown if "TXT" in request.one("types", "TXT").split(",") else [],
                       {"search", "sortBy", "types"})

    def _one_set(self, zone, request, name, kind):
        name = urllib.parse.unquote(name).lower()
        if kind != "TXT":
            raise ValueError(f"the fake holds TXT records only: {kind}")
        if request.method == "POST":
            made = self._checked(zone, read_body(request), name)
            self._create(zone, [made])
            return json_answer(201, shown_set(*made))
        if name not in zone.sets:
            raise not_found(f"Record set {name} TXT could not be found")
        if request.method == "GET":
            return json_answer(200, shown_set(name, zone.sets[name]))
        if request.method == "PUT":
            made = self._checked(zone, read_body(request), name)
            self._demand_alone(zone)
            self._change(zone, dict([made]))
            return json_answer(200, shown_set(*made))
        if request.method == "DELETE":
            self._demand_alone(zone)
            self._change(zone, {name: (0, [])})
            return Answer(204)
        raise illegal(request.method)

    def _create_all(self, zone, request):
        sets = read_body(request).get("recordsets")
        if not isinstance(sets, list) or not sets:
            raise bad("recordsets may not be empty")
        self._create(zone, [self._checked(zone, one) for one in sets])
        return Answer(204)

    def _create(self, zone, made):
        self._demand_alone(zone)
        for name, _ in made:
            if name in zone.sets:
                raise Refusal(409, "duplicateRecordSet", "Conflict", f"Record set {name} TXT already exists")
        if len(dict(made)) != len(made):
            raise bad("two record sets have the same name and type")
        self._change(zone, dict(made))

    def _demand_alone(self, zone):
        if self._being_changed.count(zone.name) > 1:
            raise Refusal(409, "concurrentZoneModification", "Conflict",
                          "The zone is being modified by another request. Please try your request again")

    def _checked(self, zone, body, name=None):
        if not isinstance(body, dict) or set(body) - {"name", "type", "ttl", "rdata", "active"}:
            raise bad("Unable to read the request body")
        owner, ttl, rdata = str(body.get("name")).lower(), body.get("ttl"), body.get("rdata")
        if body.get("type") != "TXT":
            raise ValueError(f"the fake holds TXT records only: {body.get('type')}")
        if name not in (None, owner):
            raise bad("the name differs from that of the path")
        inside = owner == zone.name or owner.endswith(f".{zone.name}")
        if not inside or not re.fullmatch(r"[a-z0-9_*.-]+[a-z0-9]", owner):
            raise bad(f"the name {owner} does not lie in zone {zone.name}")
        if not isinstance(ttl, int) or not 0 <= ttl <= 2147483647:
            raise bad("ttl must be between 0 and 2147483647")
        if not isinstance(rdata, list) or not rdata:
            raise bad("rdata may not be empty")
        try:
            texts = [from_character_strings(one) for one in rdata]
        except (ValueError, AttributeError, TypeError) as error:
            raise bad(f"rdata is invalid: {error}") from None
        if len(set(texts)) != len(texts):
            raise bad("rdata holds the same value twice")
        return owner, (ttl, rdata)

    def _change(self, zone, changes):
        zone.change({name: held for name, held in (zone.sets | changes).items() if held[1]})
        for name, (ttl, rdata) in changes.items():
            if self.backing.zone_of(name):
                self.backing.replace(name, {from_character_strings(one) for one in rdata}, ttl or 60)


def shown_set(name, held):
    return {"name": name, "type": "TXT", "ttl": held[0], "rdata": held[1]}


def read_body(request):
    if request.headers.get("Content-Type", "").split(";")[0] != "application/json":
        raise Refusal(415, "unsupportedMediaType", "Unsupported Media Type", "Content-Type has to be application/json")
    try:
        body = request.json
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad("Unable to read the request body")
    return body


def page_of(request, member, items, parameters):
    unknown = set(request.query) - parameters - {"page", "pageSize", "showAll"}
    if unknown:
        raise ValueError(f"the service documents no parameter {sorted(unknown)}")
    page, size = int(request.one("page", 1)), int(request.one("pageSize", DEFAULT_PAGE))
    if page < 1 or size < 1:
        raise bad("page and pageSize must be above 0")
    everything = request.one("showAll", "false") == "true"
    shown = items if everything else items[(page - 1) * size:page * size]
    return json_answer(200, {"metadata": {"page": page, "pageSize": size, "showAll": everything,
                                          "totalElements": len(items)}, member: shown})
