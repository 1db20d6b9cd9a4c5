# SPDX-License-Identifier: Apache-2.0
"""A resolver without a memory, as the one of a CA that has not heard what ours was asked before."""

import dns.flags
import dns.message
import dns.query
import dns.rdatatype

from lab.dns_server import DnsServer
from lab.zones import ACME_DNS_SERVER, ACME_DNS_ZONE

LONGEST_CHAIN = 5


class ForgetfulResolver:
    """Listens on `address` and the port of `bind`; asks the authoritative servers of the lab for each
    question anew and follows CNAMEs."""

    def __init__(self, bind, address="127.0.0.6"):
        self.port, self.errors = bind.port, []
        self.server = DnsServer(address, bind.port, self.resolve, self.errors)
        self.address = f"{address}:{bind.port}"

    def stop(self):
        self.server.stop()

    def resolve(self, query):
        answer = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        name = question.name
        for _ in range(LONGEST_CHAIN):
            told = self._ask(name, question.rdtype)
            answer.set_rcode(told.rcode())
            answer.answer += told.answer
            link = next((rrset for rrset in told.answer if rrset.name == name and rrset.rdtype == dns.rdatatype.CNAME),
                        None)
            if link is None or question.rdtype == dns.rdatatype.CNAME:
                break
            name = link[0].target
        return answer

    def _ask(self, name, kind):
        inside = name.to_text(omit_final_dot=True).lower().endswith(ACME_DNS_ZONE)
        told = dns.query.tcp(dns.message.make_query(name, kind, flags=0), ACME_DNS_SERVER if inside else "127.0.0.1",
                             timeout=5, port=self.port)
        told.answer = [rrset for rrset in told.answer if rrset.name == name]
        return told
