# SPDX-License-Identifier: Apache-2.0
"""acme-dns: its HTTP API, and the name server that is its other half.

Each account has a subdomain with two values; an update takes the place of the older one, as whole
seconds tell. A name without values does not exist. The service is no common scenario's: a record
stands at its server and not at the user's, who leads there by CNAME.
"""

import json
import re
import secrets
import time
import uuid

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from fakes.base import Answer, FakeService, json_answer
from lab.dns_server import DnsServer
from lab.zones import ACME_DNS_SERVER, ACME_DNS_ZONE

KEY = re.compile(r"[A-Za-z0-9_-]{40}")
VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
KEPT = 2


class AcmeDns(FakeService):
    code = "acmedns"
    hosts = (f"api.{ACME_DNS_ZONE}",)

    def __init__(self, authority, folder, backing):
        super().__init__(authority, folder, backing)
        self.accounts = {}  # username → account
        self.slots = {}  # subdomain → [[value, when it was set], …]
        self.given = {}  # what the user's Secret holds, by domain

    def start(self):
        super().start()
        self.dns = DnsServer(ACME_DNS_SERVER, self.backing.bind.port, self.resolve, self.errors)
        return self

    def stop(self):
        self.dns.stop()
        super().stop()

    # What a user does, and a test needs to know.

    def register(self, domain, cname=True):
        """An account for the domain, noted in the user's Secret; `cname`: and the way to it."""
        password = secrets.token_urlsafe(30)
        account = {"username": str(uuid.uuid4()), "password": password, "subdomain": str(uuid.uuid4()), "allowfrom": []}
        account["fulldomain"] = f"{account['subdomain']}.{ACME_DNS_ZONE}"
        with self.lock:
            self.accounts[account["username"]] = account
            self.slots[account["subdomain"]] = [["", 0] for _ in range(KEPT)]
            self.given[domain] = dict(account)
        if cname:
            self.lead(domain, account["fulldomain"])
        return account

    def lead(self, domain, target):
        zone = self.backing.zone_of(domain)
        owner = f"_acme-challenge.{domain}".removesuffix(f".{zone}")
        self.backing.bind.add(zone, owner, "CNAME", f"{target}.")

    def stanza(self):
        return {"acmedns": {"host": f"https://{self.hosts[0]}/",
                            "accountSecretRef": {"name": "acme-dns", "key": "accounts.json"}}}

    def secrets(self):
        return {"acme-dns": {"accounts.json": json.dumps(self.given)}}

    def private(self):
        return [account[key] for account in [*self.accounts.values(), *self.given.values()] for key in ("password",)]

    def values(self, account):
        with self.lock:
            return {value for value, _ in self.slots[account["subdomain"]] if value}

    def is_update(self, request):
        return request.path == "/update"

    # The HTTP API.

    def own_fault(self, status):
        return json_answer(status, {"error": "db_error"})

    def handle(self, request):
        if (request.method, request.path) == ("GET", "/health"):
            return Answer(200)
        if (request.method, request.path) != ("POST", "/update"):
            raise ValueError(f"acme-dns is not asked for {request.method} {request.path}")
        account = self.accounts.get(request.headers.get("X-Api-User", ""))
        key = request.headers.get("X-Api-Key", "")
        try:
            body = request.json
        except ValueError:
            body = {}
        if not account or not KEY.fullmatch(key) or key != account["password"] or \
                body.get("subdomain") != account["subdomain"]:
            return json_answer(401, {"error": "forbidden"})
        if not VALUE.fullmatch(body.get("txt", "")):
            return json_answer(400, {"error": "bad_txt"})
        oldest = min(self.slots[account["subdomain"]], key=lambda slot: slot[1])
        oldest[:] = [body["txt"], int(time.time())]
        return json_answer(200, {"txt": body["txt"]})

    # The name server.

    def resolve(self, query):
        answer = dns.message.make_response(query)
        question = query.question[0]
        apex = dns.name.from_text(ACME_DNS_ZONE)
        soa = dns.rrset.from_text(apex, 3600, "IN", "SOA", f"ns1.{apex} admin.{apex} 1 28800 7200 604800 86400")
        if not question.name.is_subdomain(apex):
            answer.set_rcode(dns.rcode.NXDOMAIN)
            return answer
        answer.flags |= dns.flags.AA
        static = {(apex, "SOA"): soa, (apex, "NS"): dns.rrset.from_text(apex, 3600, "IN", "NS", f"ns1.{apex}"),
                  (dns.name.from_text(f"ns1.{apex}"), "A"):
                      dns.rrset.from_text(f"ns1.{apex}", 3600, "IN", "A", ACME_DNS_SERVER)}
        kind = dns.rdatatype.to_text(question.rdtype)
        with self.lock:
            slots = self.slots.get(question.name.relativize(apex).to_text().lower(), [])
            values = [value for value, _ in slots if value]
        if (question.name, kind) in static:
            answer.answer.append(static[question.name, kind])
        elif values and kind == "TXT":
            texts = [f'"{value}"' for value in values]
            answer.answer.append(dns.rrset.from_text_list(question.name, 1, "IN", "TXT", texts))
        else:
            if not values and question.name not in [name for name, _ in static]:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            answer.authority.append(soa)
        return answer
