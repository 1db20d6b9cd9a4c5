# SPDX-License-Identifier: Apache-2.0
"""Amazon Route 53 (REST XML of 2013-04-01), as far as zones and record sets go, and STS's AssumeRole.

A set is created only where there is none and deleted only exactly as it stands; a change batch is one
transaction. Answers come at once, changes are PENDING for some polls.
"""

import datetime
import re
import secrets
import string
import urllib.parse
import xml.etree.ElementTree as xml
from dataclasses import dataclass
from xml.sax.saxutils import escape

from fakes import sigv4
from fakes.account import Account
from fakes.base import Answer

BASE = "/2013-04-01"
NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/"
STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
ACCOUNT = "123456789012"
ZONES_A_PAGE, SETS_A_PAGE = 100, 300  # the most and the default
MOST_RECORDS, MOST_CHARACTERS, MOST_OF_A_SET = 1000, 32_000, 400
LONGEST = 255
POLLS = 2  # that see a change PENDING
ORDER = ["Name", "Type", "SetIdentifier", "Weight", "MultiValueAnswer", "TTL", "ResourceRecords"]  # of the schema
STRINGS = re.compile(r'"((?:[^"\\]|\\["\\]|\\[0-3][0-7]{2})*)"')
CAPITALS = string.ascii_uppercase + string.digits
READ = {"route53:ListHostedZones", "route53:ListHostedZonesByName", "route53:ListResourceRecordSets", "route53:GetChange"}
WRITE = {"route53:ChangeResourceRecordSets"}


@dataclass(frozen=True)
class Set:
    """`values` as they are written: in quotation marks."""
    name: str
    kind: str
    ttl: int
    values: tuple
    identifier: str = ""
    multi_value: bool = False
    weight: str = ""

    @property
    def place(self):
        return self.name, self.kind, self.identifier


class Refusal(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


class Route53(Account):
    code = "route53"
    hosts = ("route53.amazonaws.com", "sts.eu-west-1.amazonaws.com")
    signed_for = {hosts[0]: ("us-east-1", "route53"), hosts[1]: ("eu-west-1", "sts")}
    told_wrong = ("route53", "our-dns", "the secret access key does not belong to the access key id")
    told_forbidden = ("route53", "the credential needs route53:ChangeResourceRecordSets on arn:aws:route53:::hostedzone/Z")
    told_again = "InvalidChangeBatch"
    writes = 2  # a batch to present, a batch to clean up

    role = f"arn:aws:iam::{ACCOUNT}:role/dns"
    more = {}  # of the stanza

    def __init__(self, authority, folder, backing):
        super().__init__(authority, folder, backing)
        self.key_id, self.secret, self.wrong_secret = new_key_id("AKIA"), new_secret(), new_secret()
        self.keys = {self.key_id: (self.secret, None)}
        self.sessions = {}  # key id → when it expires
        self.role_rights = READ | WRITE
        self.key_rights = READ | WRITE | {"sts:AssumeRole"}
        self.zones = {new_zone_id(): (f"{name}.", False) for name in backing.zones}
        self.sets = {zone: _apex_sets(name) for zone, (name, _) in self.zones.items()}
        self.changes = {}  # id → polls that still see it PENDING

    # The adapter.

    def stanza(self):
        return {"route53": {"region": "eu-west-1", "accessKeyID": self.key_id,
                            "secretAccessKeySecretRef": {"name": "aws", "key": "secret"}} | self.more}

    def secrets(self):
        return {"aws": {"secret": self.secret}}

    def wrong_secrets(self):
        return {"aws": {"secret": self.wrong_secret}}

    def private(self):
        return [text for pair in self.keys.values() for text in pair if text] + [self.wrong_secret]

    def forbid_writing(self, forbidden=True):
        with self.lock:
            for rights in (self.key_rights, self.role_rights):
                rights.difference_update(WRITE) if forbidden else rights.update(WRITE)

    def values(self, name):
        with self.lock:
            return {plain(value) for sets in self.sets.values() for one in sets.values()
                    if one.name == f"{name}." and one.kind == "TXT" for value in one.values}

    def put(self, name, value):
        with self.lock:
            zone, old = self._standing(name)
            values = (*old.values, quoted(value)) if old else (quoted(value),)
            self._store(zone, old, Set(f"{name}.", "TXT", old.ttl if old else 300, values))

    def put_set(self, name, value, **more):
        """A set beside others of the name, by a routing policy."""
        with self.lock:
            self._store(self._standing(name)[0], None, Set(f"{name}.", "TXT", 60, (quoted(value),), **more))

    def take(self, name, value):
        with self.lock:
            zone, old = self._standing(name)
            values = tuple(text for text in old.values if plain(text) != value)
            assert len(values) == len(old.values) - 1, f"{value} does not stand at {name}"
            self._store(zone, old, Set(old.name, "TXT", old.ttl, values) if values else None)

    def fill(self, name):
        """Among the zones, more than a page of private ones that are called as the public one is."""
        with self.lock:
            own = f"{self.backing.zone_of(name)}."
            for i in range(2 * ZONES_A_PAGE + 20):
                filler = own if i % 2 else f"filler{i:03}.example.net."
                self.zones[f"Z0{i:04}FILLER"] = (filler, filler == own)
                self.sets[f"Z0{i:04}FILLER"] = {}
            zone, old = self._standing(name)
            for i in range(SETS_A_PAGE + 20):
                one = Set(f"filler{i:03}.{own}", "A", 300, ("192.0.2.1",))
                self.sets[zone][one.place] = one
            self._store(zone, old, Set(f"{name}.", "TXT", 300, tuple(f'"filler {i:03}"' for i in range(120))))
        return self.values(name)

    def zone_count(self):
        return len(self.zones)

    def login(self, wrong=False):
        return {"aws_access_key_id": self.key_id, "aws_secret_access_key": self.wrong_secret if wrong else self.secret}

    def is_write(self, request):
        """A deletion that cannot be made, of a value that was drawn for it, changes nothing."""
        return request.method == "POST" and request.path.endswith("/rrset") and b"kubectl-cert-dry-run-" not in request.body

    def own_fault(self, status):
        code = "Throttling" if status in (400, 429) else "ServiceUnavailable" if status == 503 else "InternalFailure"
        return fault(status, code, "Rate exceeded" if code == "Throttling" else "")

    def _standing(self, name):
        """The public zone of the name, and the simple set of TXT records there, if any."""
        own = f"{self.backing.zone_of(name)}."
        zone, = [zone for zone, held in self.zones.items() if held == (own, False)]
        return zone, self.sets[zone].get((f"{name}.", "TXT", ""))

    def _store(self, zone, old, new):
        if old:
            del self.sets[zone][old.place]
        if new:
            self.sets[zone][new.place] = new
        self._into_dns({(old or new).name})

    # The service.

    def handle(self, request):
        sts = request.host == self.hosts[1]
        namespace = STS_NAMESPACE if sts else NAMESPACE
        try:
            key = sigv4.check(request, self.keys, *self.signed_for[request.host])
            if key in self.sessions and self.sessions[key] < datetime.datetime.now(datetime.timezone.utc):
                raise Refusal(403, "ExpiredToken", "The security token included in the request is expired")
            return self._sts(request, key) if sts else self._route(request, key)
        except (Refusal, sigv4.Unsigned) as refusal:
            return fault(refusal.status, refusal.code, str(refusal), namespace)

    def _demand(self, key, action, resource):
        rights = self.role_rights if key in self.sessions else self.key_rights
        if action not in rights:
            who = f"sts::{ACCOUNT}:assumed-role/dns/cert-manager" if key in self.sessions else f"iam::{ACCOUNT}:user/lab"
            raise Refusal(403, "AccessDenied", f"User: arn:aws:{who} is not authorized to perform: {action} on resource: {resource} "
                                               f"because no identity-based policy allows the {action} action")

    def _sts(self, request, key):
        form = {name: one for name, (one,) in urllib.parse.parse_qs(request.body.decode(), strict_parsing=True).items()}
        if (request.method, request.path, form.get("Action"), form.get("Version")) != ("POST", "/", "AssumeRole", "2011-06-15"):
            raise Refusal(400, "InvalidAction", "Could not find operation for version")
        if not re.fullmatch(r"[\w+=,.@-]{2,64}", form.get("RoleSessionName", "")):
            raise Refusal(400, "ValidationError", "Value at 'roleSessionName' failed to satisfy constraint")
        self._demand(key, "sts:AssumeRole", form["RoleArn"])
        if form["RoleArn"] != self.role:
            raise Refusal(403, "AccessDenied", f"User: arn:aws:iam::{ACCOUNT}:user/lab is not authorized to perform: "
                                               f"sts:AssumeRole on resource: {form['RoleArn']}")
        made, token = new_key_id("ASIA"), "IQoJb3JpZ2luX2Vj" + secrets.token_urlsafe(300) + "/+=="
        self.keys[made] = (new_secret(), token)
        expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        self.sessions[made] = expires
        return answer("AssumeRoleResponse", "<AssumeRoleResult><Credentials>" + element("AccessKeyId", made)
                      + element("SecretAccessKey", self.keys[made][0]) + element("SessionToken", token)
                      + element("Expiration", f"{expires:%Y-%m-%dT%H:%M:%SZ}")
                      + "</Credentials></AssumeRoleResult>", STS_NAMESPACE)

    def _route(self, request, key):
        path, method = request.path.removeprefix(BASE), request.method
        zone = re.fullmatch(r"/hostedzone/([A-Z0-9]+)/rrset/?", path)
        change = re.fullmatch(r"/change/([A-Z0-9]+)", path)
        if (method, path) == ("GET", "/hostedzonesbyname"):
            self._demand(key, "route53:ListHostedZonesByName", "*")
            return self._zones_by_name(request)
        if (method, path) == ("GET", "/hostedzone"):
            self._demand(key, "route53:ListHostedZones", "*")
            return self._all_zones(request)
        if method == "GET" and change:
            self._demand(key, "route53:GetChange", f"arn:aws:route53:::change/{change[1]}")
            return self._get_change(change[1])
        if not zone or method not in ("GET", "POST"):
            raise Refusal(404, "UnknownOperationException", "")
        action = "ListResourceRecordSets" if method == "GET" else "ChangeResourceRecordSets"
        self._demand(key, f"route53:{action}", f"arn:aws:route53:::hostedzone/{zone[1]}")
        if zone[1] not in self.zones:
            raise Refusal(404, "NoSuchHostedZone", f"No hosted zone found with ID: {zone[1]}")
        return self._list_sets(zone[1], request) if method == "GET" else self._change(zone[1], request.body)

    def _zones_by_name(self, request):
        known(request, {"dnsname", "hostedzoneid", "maxitems"})
        name, first, size = request.one("dnsname"), request.one("hostedzoneid"), int(request.one("maxitems", ZONES_A_PAGE))
        if not 1 <= size <= ZONES_A_PAGE or (first and not name):
            raise Refusal(400, "InvalidInput", "maxitems or hostedzoneid is not valid")
        ordered = sorted((reversed_labels(held), zone) for zone, (held, _) in self.zones.items())
        start = (reversed_labels(name), first or "") if name else ([], "")
        rest = [zone for place, zone in ordered if (place, zone) >= start]
        more = element("IsTruncated", "true" if len(rest) > size else "false") + element("MaxItems", str(size))
        if len(rest) > size:
            more += element("NextDNSName", self.zones[rest[size]][0]) + element("NextHostedZoneId", rest[size])
        return answer("ListHostedZonesByNameResponse", self._zones_text(rest[:size]) + more)

    def _all_zones(self, request):
        known(request, {"marker", "maxitems"})
        size, marker = int(request.one("maxitems", ZONES_A_PAGE)), request.one("marker", "")
        rest = [zone for zone in sorted(self.zones) if zone >= marker]
        more = element("IsTruncated", "true" if len(rest) > size else "false") + element("MaxItems", str(size))
        more += element("Marker", marker) + (element("NextMarker", rest[size]) if len(rest) > size else "")
        return answer("ListHostedZonesResponse", self._zones_text(rest[:size]) + more)

    def _zones_text(self, zones):
        return "<HostedZones>" + "".join(
            "<HostedZone>" + element("Id", f"/hostedzone/{zone}") + element("Name", self.zones[zone][0])
            + element("CallerReference", zone) + "<Config>"
            + element("PrivateZone", str(self.zones[zone][1]).lower()) + "</Config>"
            + element("ResourceRecordSetCount", str(len(self.sets[zone]))) + "</HostedZone>" for zone in zones) + "</HostedZones>"

    def _list_sets(self, zone, request):
        known(request, {"name", "type", "identifier", "maxitems"})
        name, kind, identifier = (request.one(key, "") for key in ("name", "type", "identifier"))
        size = min(int(request.one("maxitems", SETS_A_PAGE)), SETS_A_PAGE)
        if (kind and not name) or (identifier and not kind) or size < 1:
            raise Refusal(400, "InvalidInput", "The type needs a name, the identifier a type")
        start = (reversed_labels(name) if name else [], kind, identifier)
        rest = [one for place, one in sorted(((reversed_labels(one.name), *one.place[1:]), one)
                                             for one in self.sets[zone].values()) if place >= start]
        more = element("IsTruncated", "true" if len(rest) > size else "false") + element("MaxItems", str(size))
        if len(rest) > size:
            more += element("NextRecordName", rest[size].name) + element("NextRecordType", rest[size].kind)
            more += element("NextRecordIdentifier", rest[size].identifier) if rest[size].identifier else ""
        return answer("ListResourceRecordSetsResponse", "<ResourceRecordSets>" + "".join(map(_set_text, rest[:size]))
                      + "</ResourceRecordSets>" + more)

    def _change(self, zone, body):
        held, touched = dict(self.sets[zone]), set()
        changes = read_changes(body)
        records = [value for _, one in changes for value in one.values]
        if len(records) > MOST_RECORDS or sum(map(len, records)) > MOST_CHARACTERS:
            raise invalid("Number of records limit of 1000 or of characters of 32000 exceeded.")
        for action, one in changes:
            self._check_set(self.zones[zone][0], one)
            mark = f", set-identifier={one.identifier!r}" if one.identifier else ""
            what = f"resource record set [name='{one.name}', type='{one.kind}'{mark}]"
            if action == "DELETE":
                if one.place not in held:
                    raise invalid(f"Tried to delete {what} but it was not found")
                if (held[one.place].ttl, sorted(held[one.place].values)) != (one.ttl, sorted(one.values)):
                    raise invalid(f"Tried to delete {what} but the values provided do not match the current values")
                del held[one.place]
            else:
                if action == "CREATE" and one.place in held:
                    raise invalid(f"Tried to create {what} but it already exists")
                if any(other.place[:2] == one.place[:2] and bool(other.identifier) != bool(one.identifier) for other in held.values()):
                    raise invalid(f"RRSet with DNS name {one.name}, type {one.kind} cannot be created as others exist "
                                  "with or without SetIdentifier")
                held[one.place] = one
            touched.add(one.name)
        self.sets[zone] = held
        if not self.zones[zone][1]:
            self._into_dns(touched)
        change = "C" + "".join(secrets.choice(CAPITALS) for _ in range(20))
        self.changes[change] = POLLS
        return answer("ChangeResourceRecordSetsResponse", _change_text(change, "PENDING"))

    def _check_set(self, apex, one):
        if one.name != apex and not one.name.endswith(f".{apex}"):
            raise invalid(f"RRSet with DNS name {one.name} is not permitted in zone {apex}")
        if one.kind != "TXT":
            raise ValueError(f"the fake changes TXT records only: {one.kind}")
        if len(set(one.values)) < len(one.values):
            raise invalid("Duplicate Resource Record")
        if not 0 < len(one.values) <= MOST_OF_A_SET:
            raise invalid("A record set holds 1 to 400 records")
        for value in one.values:
            if len(parts := STRINGS.findall(value)) == 0 or STRINGS.sub("", value).strip():
                raise invalid("Invalid Resource Record: FATAL problem: InvalidCharacterString (Value should be enclosed in "
                              f"quotation marks) encountered with '{value}'")
            if any(len(plain(f'"{part}"')) > LONGEST for part in parts):
                raise invalid(f"Invalid Resource Record: FATAL problem: CharacterStringTooLong encountered with '{value}'")

    def _get_change(self, change):
        if change not in self.changes:
            raise Refusal(404, "NoSuchChange", f"Could not find resource with ID: {change}")
        self.changes[change] -= 1
        return answer("GetChangeResponse", _change_text(change, "PENDING" if self.changes[change] >= 0 else "INSYNC"))

    def _into_dns(self, names):
        for name in {name.removesuffix(".") for name in names}:
            if self.backing.zone_of(name):
                self.backing.replace(name, self.values(name), 10)


class Route53Role(Route53):
    """A key that may do nothing but assume the role, which the stanza names."""

    more = {"role": Route53.role}

    def __init__(self, authority, folder, backing):
        super().__init__(authority, folder, backing)
        self.key_rights = {"sts:AssumeRole"}

    def forbid_writing(self, forbidden=True):
        with self.lock:
            self.role_rights = READ if forbidden else READ | WRITE


def read_changes(body):
    """[(action, set)] of a ChangeResourceRecordSetsRequest in the order of its schema."""
    mark = f"{{{NAMESPACE}}}"
    try:
        root = xml.fromstring(body)
    except xml.ParseError:
        raise Refusal(400, "MalformedInput", "Unexpected end of input") from None
    for node in root.iter():
        if not node.tag.startswith(mark):
            raise Refusal(400, "MalformedInput", f"Unexpected element {node.tag}")
        node.tag = node.tag.removeprefix(mark)
    changes = root.findall("./ChangeBatch/Changes/Change")
    if root.tag != "ChangeResourceRecordSetsRequest" or not changes:
        raise Refusal(400, "MalformedInput", "Expected a ChangeResourceRecordSetsRequest with changes")
    return [_read_change(change) for change in changes]


def _read_change(change):
    if [node.tag for node in change] != ["Action", "ResourceRecordSet"] or change[0].text not in ("CREATE", "DELETE", "UPSERT"):
        raise Refusal(400, "MalformedInput", "Expected an Action and a ResourceRecordSet")
    tags = [node.tag for node in change[1]]
    if set(tags) - set(ORDER) or tags != sorted(tags, key=ORDER.index) or not {"Name", "Type", "TTL", "ResourceRecords"} <= set(tags):
        raise Refusal(400, "MalformedInput", f"Unexpected elements in a ResourceRecordSet: {tags}")
    text = {node.tag: node.text for node in change[1]}
    if not text["TTL"].isdigit() or int(text["TTL"]) > 2147483647:
        raise Refusal(400, "InvalidInput", "Invalid TTL")
    name = text["Name"].lower()
    return change[0].text, Set(name if name.endswith(".") else f"{name}.", text["Type"], int(text["TTL"]),
                               tuple(value.text for value in change[1].findall("./ResourceRecords/ResourceRecord/Value")),
                               text.get("SetIdentifier", ""), text.get("MultiValueAnswer") == "true", text.get("Weight", ""))


def invalid(message):
    return Refusal(400, "InvalidChangeBatch", f"[{message}]")


def known(request, parameters):
    if set(request.query) - parameters:
        raise ValueError(f"the service documents no parameter {sorted(set(request.query) - parameters)}")


def reversed_labels(name):
    return name.lower().removesuffix(".").split(".")[::-1]


def quoted(value):
    """As a person writes it on the service's pages: one string after another, odd bytes in octal."""
    data = value.encode()
    parts = [data[i:i + LONGEST] for i in range(0, len(data), LONGEST)] or [b""]
    return " ".join('"' + "".join("\\" + chr(byte) if byte in b'"\\' else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
                                  for byte in part) + '"' for part in parts)


def plain(text):
    """The value that quoted strings mean."""
    joined = "".join(STRINGS.findall(text)).encode()
    return re.sub(rb"\\([0-3][0-7]{2}|.)", lambda m: m[1] if len(m[1]) == 1 else bytes([int(m[1], 8)]), joined).decode()


def element(name, text):
    return f"<{name}>{escape(text)}</{name}>"


def answer(root, inner, namespace=NAMESPACE):
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">{inner}</{root}>'
    return Answer(200, text.encode(), [("Content-Type", "text/xml"), ("x-amzn-RequestId", secrets.token_hex(16))])


def fault(status, code, message, namespace=NAMESPACE):
    text = (f'<?xml version="1.0"?>\n<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type>' + element("Code", code)
            + element("Message", message) + "</Error>" + element("RequestId", secrets.token_hex(16)) + "</ErrorResponse>")
    return Answer(status, text.encode(), [("Content-Type", "text/xml")])


def _apex_sets(apex):
    made = [Set(apex, "NS", 172800, ("ns-1.awsdns-01.org.", "ns-2.awsdns-02.com.")),
            Set(apex, "SOA", 900, ("ns-1.awsdns-01.org. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400",))]
    return {one.place: one for one in made}


def _set_text(one):
    return ("<ResourceRecordSet>" + element("Name", one.name.replace("*", "\\052")) + element("Type", one.kind)
            + (element("SetIdentifier", one.identifier) if one.identifier else "")
            + (element("Weight", one.weight) if one.weight else "")
            + (element("MultiValueAnswer", "true") if one.multi_value else "") + element("TTL", str(one.ttl)) + "<ResourceRecords>"
            + "".join(f"<ResourceRecord>{element('Value', value)}</ResourceRecord>" for value in one.values)
            + "</ResourceRecords></ResourceRecordSet>")


def _change_text(change, status):
    return ("<ChangeInfo>" + element("Id", f"/change/{change}") + element("Status", status)
            + element("SubmittedAt", "2026-11-23T00:00:00Z") + "</ChangeInfo>")


def new_key_id(kind):
    return kind + "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(16))


def new_secret():
    return "".join(secrets.choice(string.ascii_letters + string.digits + "+/") for _ in range(40))


def new_zone_id():
    return "Z" + "".join(secrets.choice(CAPITALS) for _ in range(20))
