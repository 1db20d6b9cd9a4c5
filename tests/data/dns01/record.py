#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records the packets in tests/data/dns and tests/data/dns01: BIND's named answers dig and nsupdate
through a relay that writes down each pair as two lines of hex. The keys are made up for this."""

import pathlib
import socket
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0IGRhdGEsIG9mIG5vIHVzZSE="
OTHER = "YW5vdGhlciBzZWNyZXQsIG5vdCB0aGUgc2VydmVyJ3Mgb25l"
ALGORITHMS = ["hmac-md5", "hmac-sha1", "hmac-sha256", "hmac-sha512"]

ZONE = """$TTL 60
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
host A 192.0.2.7
host AAAA 2001:db8::7
www CNAME host
multi TXT "one " "two"
multi TXT "tab\\009"
@ CAA 0 issue "ca.test"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def config(folder, port):
    keys = "".join(f'key "{a}-key" {{ algorithm {a}; secret "{SECRET}"; }};\n' for a in ALGORITHMS)
    keys += f'key "weak-key" {{ algorithm hmac-sha256; secret "{SECRET}"; }};\n'
    allowed = " ".join(f'key "{a}-key";' for a in ALGORITHMS)
    return keys + f"""
options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  pid-file "{folder}/pid"; session-keyfile "{folder}/session"; recursion no; }};
controls {{ }};
zone "example.com" {{ type primary; file "zone"; allow-update {{ {allowed} }}; }};
zone "open.example" {{ type primary; file "open"; allow-update {{ any; }}; }};
"""


class Relay:
    """Passes datagrams on and keeps the last pair."""

    def __init__(self, target):
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind(("127.0.0.1", 0))
        self.port = self.front.getsockname()[1]
        self.target = target
        self.pair = None
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            request, client = self.front.recvfrom(65535)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
                back.settimeout(2)
                back.sendto(request, ("127.0.0.1", self.target))
                reply = back.recv(65535)
            self.pair = (request, reply)
            self.front.sendto(reply, client)

    def save(self, path):
        path.write_text("".join(part.hex() + "\n" for part in self.pair))


def ask(relay, name, *words):
    subprocess.run(["dig", "@127.0.0.1", "-p", str(relay.port), "+nocookie", "+tries=1", *words],
                   check=True, stdout=subprocess.DEVNULL)
    relay.save(HERE.parent / "dns" / f"{name}.hex")


def update(relay, name, key, zone="example.com"):
    script = f"server 127.0.0.1 {relay.port}\nzone {zone}\n" + (f"key {key}\n" if key else "")
    script += f"update add _acme-challenge.{zone} 60 TXT value\nsend\n"
    subprocess.run(["nsupdate"], input=script, text=True, check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    relay.save(HERE / f"{name}.hex")


def record(relay):
    ask(relay, "txt", "multi.example.com", "TXT")
    ask(relay, "caa", "example.com", "CAA")
    ask(relay, "cname", "www.example.com", "AAAA")
    ask(relay, "nxdomain", "missing.example.com", "TXT")
    ask(relay, "refused", "example.net", "SOA")
    for algorithm in ALGORITHMS:
        update(relay, algorithm, f"{algorithm}:{algorithm}-key {SECRET}")
    update(relay, "refused", f"hmac-sha256:weak-key {SECRET}")
    update(relay, "notauth", f"hmac-sha256:hmac-sha256-key {SECRET}", zone="example.net")
    update(relay, "badkey", f"hmac-sha256:other-key {SECRET}")
    update(relay, "badsig", f"hmac-sha256:hmac-sha256-key {OTHER}")
    update(relay, "unsigned", "", zone="open.example")
    update(relay, "unsigned-refused", "")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        port = free_port()
        (folder / "zone").write_text(ZONE)
        (folder / "open").write_text(ZONE)
        (folder / "named.conf").write_text(config(folder, port))
        with subprocess.Popen(["named", "-c", folder / "named.conf", "-g"],
                              stderr=subprocess.DEVNULL) as named:
            try:
                time.sleep(1)
                record(Relay(port))
            finally:
                named.terminate()


main()
