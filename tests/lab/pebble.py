# SPDX-License-Identifier: Apache-2.0
"""Pebble, the test CA: one process with the configuration that a test asks for."""

import json
import os
import re
import socket
import ssl
import subprocess
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from lab.ports import free_port
from lab.process import LabError, Server

PATH_KINDS = (("/dir", "directory"), ("/nonce-plz", "nonce"), ("/sign-me-up", "new-account"),
              ("/my-account", "account"), ("/order-plz", "new-order"), ("/my-order", "order"),
              ("/finalize-order", "finalize"), ("/authZ", "authz"), ("/chalZ", "challenge"),
              ("/certZ", "cert"), ("/revoke-cert", "revoke"), ("/rollover", "rollover"))


class Pebble:
    """`reject` and `reuse` are per cent; `eab` maps key ids to base64url MAC keys."""

    def __init__(self, binary, folder, dns, reject=0, reuse=0, eab=None, blocklist=(), resolver=None,
                 environment=None):
        self.binary, self.folder, self.dns = str(binary), Path(folder), dns
        self.reject, self.reuse, self.eab, self.blocklist = reject, reuse, eab, list(blocklist)
        self.environment = environment or {}
        self.resolver = resolver or f"127.0.0.1:{dns.port}"
        self.server = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(5):  # another process may take a port between the look and the bind
            try:
                return self._start_once()
            except LabError as failure:
                if attempt == 4 or "address already in use" not in str(failure):
                    raise

    def _start_once(self):
        self.port, self.management = free_port(), free_port()
        config = self.folder / "pebble.json"
        config.write_text(json.dumps({"pebble": self._config()}))
        env = dict(os.environ, PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT=str(self.reject),
                   PEBBLE_AUTHZREUSE=str(self.reuse), **self.environment)
        argv = [self.binary, "-strict", "-config", config, "-dnsserver", self.resolver]
        self.log = self.folder / "pebble.log"
        self.server = Server(argv, self.log, env).start(self._is_ready)
        return self

    def _config(self):
        config = {"listenAddress": f"127.0.0.1:{self.port}",
                  "managementListenAddress": f"127.0.0.1:{self.management}",
                  "certificate": str(self.dns.folder / "server.pem"),
                  "privateKey": str(self.dns.folder / "server.key"), "httpPort": 5002, "tlsPort": 5001,
                  "domainBlocklist": self.blocklist}
        if self.eab:
            config |= {"externalAccountBindingRequired": True, "externalAccountMACKeys": self.eab}
        return config

    def _is_ready(self):
        for port in (self.management, self.port):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                return False
        return True

    def stop(self):
        if self.server:
            self.server.stop()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}/dir"

    @property
    def ca_file(self):
        """The bundle that a client must trust to speak to this server."""
        return self.dns.folder / "ca.pem"

    def kind_of(self, _method, path):
        """What a path of Pebble's is for, in the lab's words."""
        return next((kind for prefix, kind in PATH_KINDS if path.startswith(prefix)), "other")

    def roots(self, number=0):
        """The PEM of the root that issues by default, or of an alternate one."""
        context = ssl.create_default_context(cafile=self.ca_file)
        url = f"https://127.0.0.1:{self.management}/roots/{number}"
        with urllib.request.urlopen(url, context=context) as answer:
            return answer.read().decode()

    def root_name(self, number):
        """The common name of that root."""
        root = x509.load_pem_x509_certificate(self.roots(number).encode())
        return root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value

    def mark(self):
        """A position in the log, for requests()."""
        return self.log.stat().st_size

    def requests(self, mark=0):
        """(method, kind) of each request since the mark, in the order of arrival."""
        with open(self.log, errors="replace") as text:
            text.seek(mark)
            found = re.findall(r"(GET|HEAD|POST) (/\S*) -> calling handler", text.read())
        return [(method, self.kind_of(method, path)) for method, path in found]


def debian_pebble():
    """The path of Debian's pebble."""
    found = subprocess.run(["which", "pebble"], capture_output=True, text=True).stdout.strip()
    if not found:
        raise LabError("pebble is not installed (apt-get install pebble)")
    return found
