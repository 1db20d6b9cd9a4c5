# SPDX-License-Identifier: Apache-2.0
"""Google Cloud DNS, API v1: zones, record sets, changes, permissions.

A change is a transaction that names the sets it deletes exactly as they stand. It is pending until it
was asked about twice. A private zone of the same name as each public one stands before it in lists.
"""

import json
import re

from fakes import google_tokens
from fakes.account import Account
from fakes.base import Answer, json_answer
from fakes.zone_backing import as_character_strings, from_character_strings

PROJECT = "lab-project"
LARGEST_PAGE = 100
VALUES_OF_A_SET, SETS_OF_A_CHANGE, BYTES_OF_A_CHANGE = 100, 1000, 100_000
POLLS_UNTIL_DONE = 2
STANDARD = {"prettyPrint", "alt", "fields", "maxResults", "pageToken"}
READING = {"dns.managedZones.list", "dns.resourceRecordSets.list", "dns.changes.get"}
WRITING = {"dns.changes.create", "dns.resourceRecordSets.create", "dns.resourceRecordSets.update",
           "dns.resourceRecordSets.delete"}


class Refusal(Exception):
    """An answer with Google's envelope of errors."""

    def __init__(self, code, reason, message, **more):
        error = {"code": code, "message": message, "errors": [{"message": message, "domain": "global", "reason": reason}]}
        super().__init__(message)
        self.answer = json_answer(code, {"error": error | more})


class CloudDns(Account):
    code = "clouddns"
    project = PROJECT
    hosts = ("dns.googleapis.com", google_tokens.HOST)
    told_wrong = ("clouddns", "our-dns", "does not know this key", PROJECT)
    told_forbidden = ("clouddns", "roles/dns.admin", f"dns@{PROJECT}.iam.gserviceaccount.com", PROJECT)
    told_again = 409
    writes = 2  # a change to present, a change to clean up

    def __init__(self, authority, folder, backing):
        super().__init__(authority, folder, backing)
        self.account = google_tokens.GoogleAccounts(self.project)
        self.rights = READING | WRITING
        self.zones, self.sets, self.changes = {}, {}, {}
        for name in backing.zones:
            self._add_zone(f"a-private-{name.replace('.', '-')}", name, "private")
            self._add_zone(zone_id(name), name)

    # The adapter.

    def stanza(self):
        return {"clouddns": {"project": self.project, "serviceAccountSecretRef": {"name": "google", "key": "key.json"}}}

    def secrets(self):
        return {"google": {"key.json": json.dumps(self.account.key_file, indent=2) + "\n"}}

    def wrong_secrets(self):
        return {"google": {"key.json": json.dumps(self.account.wrong_key_file, indent=2)}}

    def private(self):
        keys = (self.account.key_file, self.account.wrong_key_file)
        lines = [line for key in keys for line in key["private_key"].splitlines() if "-----" not in line]
        with self.lock:
            login = [self.account.login_file[part] for part in ("client_secret", "refresh_token")]
            return lines + login + sorted(self.account.tokens)

    def forbid_writing(self, forbidden=True):
        with self.lock:
            self.rights = READING | (set() if forbidden else WRITING)

    def values(self, name):
        with self.lock:
            held = self.sets[zone_id(self.backing.zone_of(name))].get((f"{name}.", "TXT"))
            return {from_character_strings(data) for data in held["rrdatas"]} if held else set()

    def put(self, name, value):
        with self.lock:
            self._replace(name, [*self._data(name), as_character_strings(value)])

    def take(self, name, value):
        with self.lock:
            data = self._data(name)
            data.remove(as_character_strings(value))
            self._replace(name, data)

    def fill(self, name):
        with self.lock:
            for i in range(LARGEST_PAGE + 10):
                self._add_zone(f"filler{i:03}", f"filler{i:03}.example.net")
            sets = self.sets[zone_id(self.backing.zone_of(name))]
            for i in range(LARGEST_PAGE + 10):
                owner = f"0filler{i:03}.{self.backing.zone_of(name)}."
                sets[owner, "A"] = record_set(owner, "A", 300, [f"192.0.2.{i}"])
            for i in range(20):
                self.put(name, f"filler {i:03}")
        return self.values(name)

    def zone_count(self):
        return len(self.zones)

    def login(self, wrong=False):
        return {"project": self.project, "key_file": self.account.wrong_key_file if wrong else self.account.key_file}

    def is_write(self, request):
        return request.method == "POST" and request.path.endswith("/changes")

    def own_fault(self, status):
        if status == 429:
            return Refusal(429, "rateLimitExceeded", "Rate Limit Exceeded", status="RESOURCE_EXHAUSTED").answer
        if status == 503:
            return Refusal(503, "backendError", "Service unavailable. Please try again.", status="UNAVAILABLE").answer
        return Answer(status, b"<!DOCTYPE html><title>Error</title>", [("Content-Type", "text/html; charset=UTF-8")])

    def _data(self, name):
        held = self.sets[zone_id(self.backing.zone_of(name))].get((f"{name}.", "TXT"))
        return list(held["rrdatas"]) if held else []

    def _replace(self, name, data):
        sets = self.sets[zone_id(self.backing.zone_of(name))]
        held = sets.pop((f"{name}.", "TXT"), {"ttl": 300})
        if data:
            sets[f"{name}.", "TXT"] = record_set(f"{name}.", "TXT", held["ttl"], data)
        self._into_dns(name)

    def _into_dns(self, name):
        if self.backing.zone_of(name):
            held = self.sets[zone_id(self.backing.zone_of(name))].get((f"{name}.", "TXT"), {"ttl": 60})
            self.backing.replace(name, self.values(name), held["ttl"])

    def _add_zone(self, identity, name, visibility="public"):
        servers = ["ns-cloud-a1.googledomains.com.", "ns-cloud-a2.googledomains.com."]
        self.zones[identity] = {
            "kind": "dns#managedZone", "name": identity, "dnsName": f"{name}.", "description": "of the lab",
            "id": str(1000 + len(self.zones)), "nameServers": servers, "creationTime": "2026-01-01T00:00:00.000Z",
            "visibility": visibility}
        self.changes[identity] = {}
        self.sets[identity] = {
            (f"{name}.", "NS"): record_set(f"{name}.", "NS", 21600, servers),
            (f"{name}.", "SOA"): record_set(f"{name}.", "SOA", 21600, [
                f"{servers[0]} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"])}

    # The service.

    def handle(self, request):
        if request.host == google_tokens.HOST or request.path == "/token":
            return self.account.answer(request)
        try:
            self._check_token(request)
            return self._route(request)
        except Refusal as refusal:
            return refusal.answer

    def _check_token(self, request):
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or token not in self.account.tokens:
            raise Refusal(401, "authError", "Request had invalid authentication credentials. Expected OAuth 2 access token, "
                          "login cookie or other valid authentication credential.", status="UNAUTHENTICATED")

    def _route(self, request):
        base = f"/dns/v1/projects/{self.project}"
        if not request.path.startswith(f"{base}/"):
            raise Refusal(404, "notFound", "The 'parameters.project' resource named 'another' does not exist.")
        path, method = request.path.removeprefix(base), request.method
        below = re.fullmatch(r"/managedZones/([a-z0-9-]+)(/rrsets|/changes|/changes/[^/]+|:testIamPermissions)", path)
        if (method, path) == ("GET", "/managedZones"):
            return self._list_zones(request)
        if not below:
            return Answer(404, b"Not Found")
        zone, what = below.groups()
        if what == ":testIamPermissions" and method == "POST":
            return self._test_permissions(zone, self._body(request))
        if zone not in self.zones:
            raise Refusal(404, "notFound", f"The 'parameters.managedZone' resource named '{zone}' does not exist.")
        if what == "/rrsets" and method == "GET":
            return self._list_sets(zone, request)
        if what == "/changes" and method == "POST":
            return self._change(zone, self._body(request))
        if what.startswith("/changes/") and method == "GET":
            return self._ask_about(zone, what.removeprefix("/changes/"))
        return Answer(404, b"Not Found")

    def _demand(self, *rights):
        if set(rights) - self.rights:
            raise Refusal(403, "forbidden", "Forbidden")

    def _body(self, request):
        if request.headers.get("Content-Type", "").split(";")[0] != "application/json":
            raise Refusal(400, "parseError", "This API does not support parsing form-encoded input.")
        try:
            body = request.json
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Refusal(400, "parseError", "Parse Error")
        return body

    def _test_permissions(self, zone, body):
        """Of a zone that is not there nobody has any; that is no error."""
        asked = set(body["permissions"])
        if asked - READING - WRITING:
            raise Refusal(400, "invalid", "Permission is not valid for this resource.", status="INVALID_ARGUMENT")
        held = sorted(asked & self.rights) if zone in self.zones else []
        return json_answer(200, {"permissions": held} if held else {})

    def _list_zones(self, request):
        self._demand("dns.managedZones.list")
        known(request, {"dnsName"})
        name = request.one("dnsName")
        found = [zone for _, zone in sorted(self.zones.items()) if name in (None, zone["dnsName"])]
        return page_of("managedZones", found, request)

    def _list_sets(self, zone, request):
        self._demand("dns.resourceRecordSets.list")
        known(request, {"name", "type"})
        name, kind = request.one("name"), request.one("type")
        if kind and not name:
            raise Refusal(400, "required", "Required parameter: name")
        if name and not name.endswith("."):
            raise Refusal(400, "invalid", f"Invalid value for 'parameters.name': '{name}'")
        found = [held for (owner, its), held in sorted(self.sets[zone].items())
                 if name in (None, owner) and kind in (None, its)]
        return page_of("rrsets", found, request)

    def _change(self, zone, body):
        self._demand("dns.changes.create", "dns.resourceRecordSets.create", "dns.resourceRecordSets.delete")
        deletions, additions = body.get("deletions") or [], body.get("additions") or []
        if not deletions and not additions:
            raise Refusal(400, "required", "The 'entity.change' parameter is required but was missing.")
        check_quotas(deletions, additions)
        after, touched = dict(self.sets[zone]), set()
        for i, deletion in enumerate(deletions):
            self._delete(after, deletion, f"entity.change.deletions[{i}]", touched)
        for i, addition in enumerate(additions):
            self._add(zone, after, addition, f"entity.change.additions[{i}]", touched)
        self.sets[zone] = after
        for name in touched:
            self._into_dns(name)
        identity = str(len(self.changes[zone]) + 1)
        self.changes[zone][identity] = POLLS_UNTIL_DONE
        return self._told(zone, identity, deletions=deletions, additions=additions)

    @staticmethod
    def _delete(sets, deletion, field, touched):
        key = deletion.get("name"), deletion.get("type")
        if key not in sets:
            raise Refusal(404, "notFound", f"The '{field}' resource named '{key[0]} ({key[1]})' does not exist.")
        held = sets[key]
        if int(deletion.get("ttl", -1)) != held["ttl"] or sorted(deletion.get("rrdatas", [])) != sorted(held["rrdatas"]):
            raise Refusal(412, "conditionNotMet", f"Precondition not met for '{field}'")
        del sets[key]
        touched.add(key[0].rstrip("."))

    def _add(self, zone, sets, addition, field, touched):
        name, kind, ttl, data = (addition.get(part) for part in ("name", "type", "ttl", "rrdatas"))
        apex = self.zones[zone]["dnsName"]
        if kind != "TXT":
            raise ValueError(f"the fake adds TXT records only: {kind}")
        if not isinstance(name, str) or not (name == apex or name.endswith(f".{apex}")):
            raise Refusal(400, "invalid", f"Invalid value for '{field}.name': '{name}'")
        if not re.fullmatch(r"\d{1,10}", str(ttl)):
            raise Refusal(400, "invalid", f"Invalid value for '{field}.ttl': '{ttl}'")
        if not isinstance(data, list) or not data or len({*data}) != len(data) or not all(map(is_text, data)):
            raise Refusal(400, "invalid", f"Invalid value for '{field}.rrdata': '{data}'")
        if len(data) > VALUES_OF_A_SET:
            raise Refusal(403, "quotaExceeded", "Quota exceeded for resource records of a set.")
        if (name, kind) in sets:
            raise Refusal(409, "alreadyExists", f"The resource '{field}' named '{name} ({kind})' already exists")
        sets[name, kind] = record_set(name, kind, int(ttl), list(data))
        touched.add(name.rstrip("."))

    def _ask_about(self, zone, identity):
        self._demand("dns.changes.get")
        if identity not in self.changes[zone]:
            raise Refusal(404, "notFound", f"The 'parameters.changeId' resource named '{identity}' does not exist.")
        self.changes[zone][identity] -= 1
        return self._told(zone, identity)

    def _told(self, zone, identity, **more):
        pending = self.changes[zone][identity] > 0
        return json_answer(200, {"kind": "dns#change", "id": identity, "startTime": "2026-01-01T00:00:00.000Z",
                                 "status": "pending" if pending else "done", "isServing": False} | more)


def zone_id(name):
    return name.replace(".", "-")


def record_set(name, kind, ttl, data):
    return {"kind": "dns#resourceRecordSet", "name": name, "type": kind, "ttl": ttl, "rrdatas": data,
            "signatureRrdatas": []}


def is_text(data):
    """Whether it is TXT data as the API takes it: quoted strings."""
    try:
        return isinstance(data, str) and data != "" and from_character_strings(data) is not None
    except ValueError:
        return False


def check_quotas(deletions, additions):
    size = sum(len(data) for one in deletions + additions for data in one.get("rrdatas", []))
    if max(len(deletions), len(additions)) > SETS_OF_A_CHANGE or size > BYTES_OF_A_CHANGE:
        raise Refusal(403, "quotaExceeded", "Quota exceeded for a change.")


def known(request, parameters):
    unknown = set(request.query) - parameters - STANDARD
    if unknown:
        raise ValueError(f"the service documents no parameter {sorted(unknown)}")


def page_of(member, items, request):
    size, token = request.one("maxResults", str(LARGEST_PAGE)), request.one("pageToken", "page-0")
    if not size.isdigit() or not 1 <= int(size) <= LARGEST_PAGE:
        raise Refusal(400, "invalidParameter", f"Invalid value '{size}'. Values must be within the range: [1, 100]")
    if not re.fullmatch(r"page-\d+", token):
        raise Refusal(400, "invalid", "Invalid value for 'parameters.pageToken'")
    begin = int(token.removeprefix("page-"))
    end = begin + int(size)
    more = {"nextPageToken": f"page-{end}"} if end < len(items) else {}
    return json_answer(200, {"kind": f"dns#{member}ListResponse", member: items[begin:end]} | more)
