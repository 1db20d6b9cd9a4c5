# SPDX-License-Identifier: Apache-2.0
"""BIND on loopback: a resolver and all authoritative servers, one port on several addresses.

127.0.0.1  the resolver and the primary of every zone
127.0.0.2  the same server: first name server of LAGGING_ZONE
127.0.0.3  a second named: second name server of LAGGING_ZONE, follows only when told by catch_up()
127.0.0.4  takes packets and connections and never answers: the name server of SILENT_ZONE
127.0.0.5  left to a fake with a name server of its own: that of ACME_DNS_ZONE
127.0.0.6  left to a resolver without a memory (lab.resolver)
"""

import base64
import secrets
import socket
from pathlib import Path

import dns.exception
import dns.message
import dns.opcode
import dns.query
import dns.rdatatype
import dns.tsigkeyring
import dns.update
import dns.zone

from lab import zones
from lab.ports import LOOPBACK, free_port
from lab.process import LabError, Server
from lab.relay import DnsRelay
from lab.tls import make_server_certificate
from lab.zones import LAGGING_ZONE

ALGORITHMS = ("hmac-md5", "hmac-sha1", "hmac-sha256", "hmac-sha512")  # those that v1alpha1 knows
UPDATER = "lab-key"  # hmac-sha256; lab-hmac-md5 and so on exist for each algorithm and may update too
IDLER = "idle-key"  # known to the server, may not update


class Bind:
    """`folder` is the lab's; it also gets the TLS files that the lab's HTTPS servers share."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.secrets = {name: base64.b64encode(secrets.token_bytes(32)).decode()
                        for name in (UPDATER, IDLER, *(f"lab-{a}" for a in ALGORITHMS))}
        self.servers, self.silent = [], []

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        make_server_certificate(self.folder)
        for attempt in range(5):  # another process may take the port between the look and the bind
            self.port = free_port(LOOPBACK)
            try:
                second = free_port()
                self._start_named("primary", self.port, zones.PRIMARY)
                self._start_named("secondary", second, zones.SECONDARY)
                self.first = DnsRelay("127.0.0.2", self.port, ("127.0.0.1", self.port))
                self.second = DnsRelay("127.0.0.3", self.port, ("127.0.0.1", second))
                self.servers += [self.first, self.second]
                self._start_silent()
                return self
            except (LabError, OSError):
                self.stop()
                if attempt == 4:
                    raise

    def stop(self):
        for server in self.servers:
            server.stop()
        for sock in self.silent:
            sock.close()
        self.servers, self.silent = [], []

    def _start_named(self, name, port, template):
        folder = self.folder / name
        zones.write_files(folder)
        config, log = folder / "named.conf", folder / "named.log"
        config.write_text(template.format(port=port, primary=self.port, folder=folder, keys=self._keys(),
                                          updaters=self._updaters()))
        log.write_text("")
        server = Server([_named(), "-c", config, "-g", "-n", "1", "-U", "1"], log)
        self.servers.append(server.start(lambda: _serves(port)))

    def _keys(self):
        found = []
        for name, secret in self.secrets.items():
            algorithm = name.removeprefix("lab-") if name.startswith("lab-hmac") else "hmac-sha256"
            found.append(f'key "{name}" {{ algorithm {algorithm}; secret "{secret}"; }};')
        return "\n".join(found)

    def _updaters(self):
        return " ".join(f'key "{name}";' for name in self.secrets if name != IDLER)

    def _start_silent(self):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            sock = socket.socket(socket.AF_INET, kind)
            sock.bind(("127.0.0.4", self.port))
            if kind == socket.SOCK_STREAM:
                sock.listen(64)
            self.silent.append(sock)

    def keyring(self):
        return dns.tsigkeyring.from_text({UPDATER: self.secrets[UPDATER]})

    def add(self, zone, name, kind, data):
        """Adds one record the way any client with the key does; `name` is relative to the zone."""
        update = dns.update.Update(zone, keyring=self.keyring(), keyalgorithm="hmac-sha256")
        update.add(name, 60, kind, data)
        self._send(update)

    def _send(self, update):
        answer = dns.query.tcp(update, "127.0.0.1", timeout=5, port=self.port)
        if answer.rcode() != 0:
            raise LabError(f"update refused: {answer.rcode()}")

    def txt_records(self, zone, address="127.0.0.1"):
        """{(owner, value)} of every TXT record in the zone."""
        content = dns.zone.from_xfr(
            dns.query.xfr(address, zone, port=self.port, relativize=False), relativize=False)
        return {(owner.to_text(omit_final_dot=True), b"".join(item.strings).decode())
                for owner, node in content.nodes.items()
                for dataset in node.rdatasets if dataset.rdtype == dns.rdatatype.TXT for item in dataset}

    def all_txt_records(self):
        return set().union(*(self.txt_records(zone) for zone in zones.UPDATED))

    def catch_up(self):
        """Tells the lagging second name server that its zone has changed."""
        notice = dns.message.make_query(LAGGING_ZONE, "SOA", flags=0)
        notice.set_opcode(dns.opcode.NOTIFY)
        dns.query.udp(notice, "127.0.0.3", timeout=5, port=self.port)


def _named():
    for path in ("/usr/sbin/named", "/usr/local/sbin/named"):
        if Path(path).exists():
            return path
    raise LabError("named is not installed (apt-get install bind9)")


def _serves(port):
    question = dns.message.make_query(LAGGING_ZONE, "SOA")
    try:
        return bool(dns.query.udp(question, "127.0.0.1", timeout=0.3, port=port).answer)
    except (OSError, dns.exception.DNSException):
        return False
