# SPDX-License-Identifier: Apache-2.0
"""Azure DNS (2018-05-01) behind Azure Resource Manager.

One record set a name, with an etag that each write changes; a condition that does not hold is 412.
What an application may do is what its role's actions say, and so every call is judged.
"""

import fnmatch
import json
import re
import urllib.parse
import uuid

from fakes.account import Account
from fakes.base import Answer, json_answer
from fakes.entra import Entra, LoginRefusal, new_secret

VERSIONS = {"dnszones": {"2018-05-01"}, "privatednszones": {"2020-06-01", "2018-09-01"}, "permissions": {"2022-04-01"}}
PAGE = 100
MOST_RECORDS, LONGEST_STRING, LONGEST_VALUE = 20, 255, 4096  # of a TXT record set
UNPUBLISHED = "BadRequest"  # stands where the service's documents tell a limit and not the code of its refusal
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CONTRIBUTOR = ["Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*", "Microsoft.Network/dnsZones/*",
               "Microsoft.ResourceHealth/availabilityStatuses/read", "Microsoft.Resources/deployments/*",
               "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Support/*"]
READER = ["*/read"]


class Refusal(Exception):
    """An answer with the resource manager's envelope."""

    def __init__(self, status, code, message, headers=()):
        super().__init__(message)
        self.answer = json_answer(status, {"error": {"code": code, "message": message}}, headers)


class AzureDns(Account):
    code = "azuredns"
    hosts = ("management.azure.com", "login.microsoftonline.com")  # the resource manager, the token endpoint
    told_wrong = ("azuredns", "our-dns", "client secret")
    told_forbidden = ("azuredns", "DNS Zone Contributor", "example.com")
    told_again = "PreconditionFailed"

    group = "lab-dns"
    environment = None  # of the stanza

    def __init__(self, authority, folder, backing):
        super().__init__(authority, folder, backing)
        self.subscription, self.wrong_secret = str(uuid.uuid4()), new_secret()
        self.entra = Entra(*self.hosts)
        self.actions, self.role_zone = CONTRIBUTOR, None  # None: the role is one on the resource group
        self.zones = {name: {} for name in backing.zones}  # name → relative name → record set

    # The adapter.

    def stanza(self):
        own = {"environment": self.environment} if self.environment else {}
        own |= {"hostedZoneName": self.role_zone} if self.role_zone else {}
        return {"azuredns": {"clientID": self.entra.client, "subscriptionID": self.subscription, "tenantID": self.entra.tenant,
                             "resourceGroupName": self.group,
                             "clientSecretSecretRef": {"name": "azure-credentials", "key": "client-secret"}} | own}

    def secrets(self):
        return {"azure-credentials": {"client-secret": self.entra.secret}}

    def wrong_secrets(self):
        return {"azure-credentials": {"client-secret": self.wrong_secret}}

    def private(self):
        with self.lock:
            return [*super().private(), self.entra.expired_secret, *self.entra.tokens]

    def forbid_writing(self, forbidden=True):
        with self.lock:
            self.actions = READER if forbidden else CONTRIBUTOR

    def values(self, name):
        with self.lock:
            zone, relative = self._split(name)
            return {"".join(record["value"]) for record in self._records(zone, relative)}

    def put(self, name, value):
        with self.lock:
            zone, relative = self._split(name)
            parts = [value[i:i + LONGEST_STRING] for i in range(0, len(value), LONGEST_STRING)]
            self._store(zone, relative, [*self._records(zone, relative), {"value": parts}],
                        **self._kept(zone, relative, 3600))

    def take(self, name, value):
        with self.lock:
            zone, relative = self._split(name)
            left = [r for r in self._records(zone, relative) if "".join(r["value"]) != value]
            self._store(zone, relative, left, **self._kept(zone, relative, 3600))

    def fill(self, name):
        with self.lock:
            for i in range(PAGE + 10):
                self.zones[f"filler{i:03}.example.net"] = {}
            for i in range(PAGE + 5):
                self.put(f"filler{i:03}.{name}", "another's")
            for i in range(MOST_RECORDS - 4):
                self.put(name, f"filler {i:03}")
        return self.values(name)

    def zone_count(self):
        return len(self.zones)

    def login(self, wrong=False):
        return {"tenant_id": self.entra.tenant, "client_id": self.entra.client, "subscription_id": self.subscription,
                "client_secret": self.wrong_secret if wrong else self.entra.secret, "resource_group": self.group}

    def is_write(self, request):
        return request.host == self.hosts[0] and request.method in ("PUT", "PATCH", "DELETE")

    def set_of(self, name):
        """What else a name's record set has: (TTL, metadata)."""
        with self.lock:
            zone, relative = self._split(name)
            return self.zones[zone][relative]["ttl"], self.zones[zone][relative]["metadata"]

    def own_fault(self, status):
        if status == 429:
            return Refusal(429, "TooManyRequests", "The request is being throttled.",
                           [("x-ms-ratelimit-remaining-subscription-writes", "0")]).answer
        return Answer(status, b"<html><h2>Our services aren't available right now</h2></html>",
                      [("Content-Type", "text/html")])

    # The service.

    def handle(self, request):
        try:
            return self.entra.handle(request) if request.host == self.hosts[1] else self._manage(request)
        except (Refusal, LoginRefusal) as refusal:
            return refusal.answer

    # The resource manager.

    def _manage(self, request):
        self._check_token(request.headers.get("Authorization"))
        parts = [urllib.parse.unquote(part) for part in request.path.strip("/").split("/")]
        if any("/" in part or part in ("", ".", "..") for part in parts):
            raise ValueError(f"a path with odd parts: {request}")
        version = request.one("api-version")
        if not version:
            raise Refusal(400, "MissingApiVersionParameter",
                          "The api-version query parameter (?api-version=) is required for all requests.")
        if [part.lower() for part in parts[:1] + parts[2:3] + parts[4:6]] != \
                ["subscriptions", "resourcegroups", "providers", "microsoft.network"]:
            raise ValueError(f"the fake does not know {request}")
        self._check_place(parts[1], parts[3])
        return self._route([part.lower() for part in parts[6:]], request, version)

    def _check_token(self, header):
        if not header:
            raise Refusal(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.",
                          [("WWW-Authenticate", f'Bearer authorization_uri="https://{self.hosts[1]}/{self.entra.tenant}"')])
        if header.partition(" ")[0] != "Bearer" or header.partition(" ")[2] not in self.entra.tokens:
            raise Refusal(401, "InvalidAuthenticationToken", "The access token is invalid.",
                          [("WWW-Authenticate", f'Bearer authorization_uri="https://{self.hosts[1]}/{self.entra.tenant}", '
                                                'error="invalid_token"')])

    def _check_place(self, subscription, group):
        if not GUID.fullmatch(subscription):
            raise Refusal(400, "InvalidSubscriptionId", f"The provided subscription identifier '{subscription}' is "
                                                        "malformed or invalid.")
        if subscription != self.subscription:
            raise Refusal(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")
        if group.lower() != self.group:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")

    def _route(self, parts, request, version):
        kind = "permissions" if parts[2:] == ["providers", "microsoft.authorization", "permissions"] else parts[0]
        if version not in VERSIONS[kind]:
            raise Refusal(400, "NoRegisteredProviderFound",
                          f"No registered resource provider found for location 'global' and API version '{version}' "
                          f"for type '{kind}'.")
        if kind == "privatednszones" and parts[1:] == [] and request.method == "GET":
            self._demand("Microsoft.Network/privateDnsZones/read", "")
            return json_answer(200, {"value": []})
        zone = parts[1] if len(parts) > 1 else ""
        if kind == "permissions" and request.method == "GET":
            self._demand("Microsoft.Authorization/permissions/read", zone)
            return json_answer(200, {"value": [{"actions": self.actions, "notActions": [], "dataActions": [],
                                                "notDataActions": []}]})
        if len(parts) <= 2 and request.method == "GET":
            self._demand("Microsoft.Network/dnsZones/read", zone)
            return self._list_zones(request) if not zone else self._show_zone(zone)
        if parts[2:3] == ["txt"] and len(parts) <= 4:
            return self._route_set(zone, parts[3:], request)
        raise ValueError(f"the fake does not know {request}")

    def _demand(self, action, zone):
        granted = any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in self.actions)
        if not granted or self.role_zone not in (None, zone):
            scope = self._id(zone) if zone else self._id("").rpartition("/providers")[0]
            raise Refusal(403, "AuthorizationFailed",
                          f"The client '{self.entra.client}' with object id '{self.entra.person}' does not have authorization to "
                          f"perform action '{action}' over scope '{scope}' or the scope is invalid. If access was "
                          "recently granted, please refresh your credentials.")

    def _list_zones(self, request):
        return self._page([self._zone(name) for name in sorted(self.zones)], request)

    def _show_zone(self, zone):
        if zone not in self.zones:
            raise Refusal(404, "ResourceNotFound", f"The Resource 'Microsoft.Network/dnszones/{zone}' under resource "
                                                   f"group '{self.group}' was not found.")
        return json_answer(200, self._zone(zone))

    def _route_set(self, zone, relative, request):
        verb = {"GET": "read", "PUT": "write", "DELETE": "delete"}.get(request.method)
        if not verb or (not relative and verb != "read"):
            raise ValueError(f"the fake does not know {request}")
        self._demand(f"Microsoft.Network/dnsZones/TXT/{verb}", zone)
        if zone not in self.zones:
            raise Refusal(404, "ParentResourceNotFound",
                          f"Failed to perform '{verb}' on resource(s) of type 'dnszones/TXT', because the parent "
                          f"resource '{self._id(zone)}' could not be found.")
        if not relative:
            return self._page([self._set(zone, name) for name in sorted(self.zones[zone])], request)
        if verb == "read":
            return self._show_set(zone, *relative)
        return (self._write if verb == "write" else self._delete)(zone, *relative, request)

    def _show_set(self, zone, relative):
        if relative not in self.zones[zone]:
            raise Refusal(404, "NotFound", f"The resource record '{relative}' does not exist in resource group "
                                           f"'{self.group}' of subscription '{self.subscription}'.")
        return json_answer(200, self._set(zone, relative))

    def _write(self, zone, relative, request):
        there = self.zones[zone].get(relative)
        self._check_conditions(there, request)
        properties = self._properties(request)
        self._store(zone, relative, properties["TXTRecords"], properties["TTL"], properties.get("metadata") or {})
        return json_answer(200 if there else 201, self._set(zone, relative))

    def _delete(self, zone, relative, request):
        if relative not in self.zones[zone]:
            return Answer(204)
        self._check_conditions(self.zones[zone][relative], request)
        self._store(zone, relative, [], 0, {})
        return Answer(200)

    def _check_conditions(self, there, request):
        match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
        etag = there["etag"] if there else None
        if none_match not in (None, "*"):
            raise Refusal(400, UNPUBLISHED, "The If-None-Match header may only be '*'.")
        if none_match and there:
            raise Refusal(412, "PreconditionFailed", "The condition '*' in the If-None-Match header was not satisfied. "
                                                     f"The current was '{etag}'.")
        if match and (not there or match not in ("*", etag)):
            raise Refusal(412, "PreconditionFailed", f"The condition '{match}' in the If-Match header was not satisfied. "
                                                     f"The current was '{etag}'.")

    def _properties(self, request):
        if request.headers.get("Content-Type", "").split(";")[0] != "application/json":
            raise Refusal(415, "UnsupportedMediaType", "The content media type is not supported. Only "
                                                       "'application/json' is supported.")
        try:
            properties = request.json["properties"]
        except (ValueError, KeyError, TypeError):
            raise Refusal(400, "InvalidRequestContent", "The request content was invalid.") from None
        if set(properties) - {"TTL", "TXTRecords", "metadata"}:
            raise ValueError(f"the fake does not know such a record set: {sorted(properties)}")
        ttl, records = properties.get("TTL"), properties.get("TXTRecords")
        if not isinstance(ttl, int) or not 1 <= ttl <= 2147483647:
            raise Refusal(400, UNPUBLISHED, "The record set has no valid TTL.")
        if not isinstance(records, list) or len(records) > MOST_RECORDS:
            raise Refusal(400, UNPUBLISHED, f"A record set has {MOST_RECORDS} records at most.")
        for record in records:
            strings = record["value"]
            if any(len(part.encode()) > LONGEST_STRING for part in strings) or len("".join(strings)) > LONGEST_VALUE:
                raise Refusal(400, UNPUBLISHED, "The value of a TXT record is too long.")
        if len({json.dumps(record) for record in records}) < len(records):
            raise Refusal(400, UNPUBLISHED, "The record set holds a record twice.")
        return properties

    # What it holds.

    def _store(self, zone, relative, records, ttl, metadata):
        if records:
            self.zones[zone][relative] = {"etag": str(uuid.uuid4()), "ttl": ttl, "metadata": metadata, "records": records}
        else:
            self.zones[zone].pop(relative, None)
        name = zone if relative == "@" else f"{relative}.{zone}"
        if self.backing.zone_of(name):
            self.backing.replace(name, {"".join(record["value"]) for record in records}, ttl or 60)

    def _kept(self, zone, relative, ttl):
        held = self.zones[zone].get(relative)
        return {"ttl": held["ttl"] if held else ttl, "metadata": held["metadata"] if held else {"owner": "another"}}

    def _records(self, zone, relative):
        held = self.zones[zone].get(relative)
        return held["records"] if held else []

    def _split(self, name):
        zone = max((z for z in self.zones if name == z or name.endswith(f".{z}")), key=len)
        return zone, "@" if name == zone else name.removesuffix(f".{zone}")

    def _id(self, zone):
        return (f"/subscriptions/{self.subscription}/resourceGroups/{self.group}/providers/Microsoft.Network/dnszones"
                + (f"/{zone}" if zone else ""))

    def _zone(self, name):
        return {"id": self._id(name), "name": name, "type": "Microsoft.Network/dnszones", "location": "global",
                "tags": {}, "etag": "00000002-0000-0000-0000-000000000000",
                "properties": {"maxNumberOfRecordSets": 10000, "numberOfRecordSets": len(self.zones[name]) + 2,
                               "nameServers": ["ns1-01.azure-dns.com.", "ns2-01.azure-dns.net."], "zoneType": "Public"}}

    def _set(self, zone, relative):
        held = self.zones[zone][relative]
        return {"id": f"{self._id(zone)}/TXT/{relative}", "name": relative, "type": "Microsoft.Network/dnszones/TXT",
                "etag": held["etag"],
                "properties": {"metadata": held["metadata"], "fqdn": f"{relative}.{zone}.", "TTL": held["ttl"],
                               "TXTRecords": held["records"], "targetResource": {}, "provisioningState": "Succeeded"}}

    def _page(self, items, request):
        known = {"api-version", "$top", "$skipToken", "$skiptoken"}
        if set(request.query) - known:
            raise ValueError(f"the service documents no parameter {sorted(set(request.query) - known)}")
        size = min(int(request.one("$top", PAGE)), PAGE)
        token = request.one("$skipToken", request.one("$skiptoken", "0:start"))
        begin = int(token.partition(":")[0])
        answer = {"value": items[begin:begin + size]}
        if begin + size < len(items):
            mark = urllib.parse.quote(f"{begin + size}:{items[begin + size]['name']}", safe="")
            answer["nextLink"] = (f"https://{self.hosts[0]}:443{request.path}?api-version={request.one('api-version')}"
                                  f"&%24skipToken={mark}")
        return json_answer(200, answer)


class AzureChinaDns(AzureDns):
    """The cloud of China, which the Issuer names."""
    hosts = ("management.chinacloudapi.cn", "login.partner.microsoftonline.cn")
    environment = "AzureChinaCloud"


class AzureStackDns(AzureDns):
    """A cloud of one's own, which the user's environment names."""
    hosts = ("management.stack.example.com", "login.stack.example.com")
    variables = {"AZURE_AUTHORITY_HOST": "https://login.stack.example.com/",
                 "AZURE_RESOURCE_MANAGER_ENDPOINT": "https://management.stack.example.com/"}
