# SPDX-License-Identifier: Apache-2.0
"""measure.py KUBECTL_CERT [RUNS]: issues with each client, fresh account and fresh names every time.

Pebble 2.10.1 refuses no nonce, reuses no authorization and waits for nothing; BIND takes RFC 2136.
The others are spared their fixed waits: certbot's 60 s before the CA looks, lego's 60 s between names.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent.parent / "e2e")]

from desk import Desk  # noqa: E402
from lab import toolbox  # noqa: E402
from lab.bind import UPDATER, Bind  # noqa: E402
from lab.pebble import Pebble  # noqa: E402
from lab.ports import free_port  # noqa: E402
from lab.relay import SlowPath  # noqa: E402
from timing import timed  # noqa: E402

ROUND_TRIP = 0.05


@dataclass
class Sample:
    seconds: float
    mebibytes: float
    requests: int


@dataclass
class Lab:
    dns: object
    pebble: object
    url: str

    @property
    def ca_file(self):
        return self.pebble.ca_file


def kubectl_cert(program):
    def prepare(lab, names, folder):
        desk = Desk(folder, lab.dns, lab).write(names)
        return [program, *desk.issue_command()[1:]], {}
    return prepare


def lego(lab, names, folder):
    domains = [word for name in names for word in ("-d", name)]
    return (["lego", "--server", lab.url, "--accept-tos", "--email", "user@example.com", "--dns", "rfc2136",
             "--dns.resolvers", f"127.0.0.1:{lab.dns.port}", "--dns.disable-cp", "--path", str(folder), *domains, "run"],
            {"LEGO_CA_CERTIFICATES": str(lab.ca_file), "RFC2136_NAMESERVER": f"127.0.0.1:{lab.dns.port}",
             "RFC2136_TSIG_KEY": UPDATER, "RFC2136_TSIG_ALGORITHM": "hmac-sha256.",
             "RFC2136_TSIG_SECRET": lab.dns.secrets[UPDATER], "RFC2136_SEQUENCE_INTERVAL": "1"})


def certbot(lab, names, folder):
    credentials = folder / "credentials"
    credentials.touch(mode=0o600)
    credentials.write_text(f"dns_rfc2136_server=127.0.0.1\ndns_rfc2136_port={lab.dns.port}\ndns_rfc2136_name={UPDATER}\n"
                           f"dns_rfc2136_secret={lab.dns.secrets[UPDATER]}\ndns_rfc2136_algorithm=HMAC-SHA256\n")
    domains = [word for name in names for word in ("-d", name)]
    folders = [word for kind in ("config", "work", "logs") for word in (f"--{kind}-dir", str(folder / kind))]
    return (["certbot", "certonly", "-n", "--agree-tos", "-m", "user@example.com", "--server", lab.url, "--dns-rfc2136",
             "--dns-rfc2136-credentials", str(credentials), "--dns-rfc2136-propagation-seconds", "0", *folders, *domains],
            {"REQUESTS_CA_BUNDLE": str(lab.ca_file)})


def sample(lab, prepare, count):
    names = [f"b{uuid.uuid4().hex[:12]}.example.com" for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        command, environment = prepare(lab, names, Path(folder))
        mark = lab.pebble.mark()
        seconds, size = timed(command, environment)
        return Sample(seconds, size, len(lab.pebble.requests(mark)))


def median(lab, prepare, count, runs):
    samples = [sample(lab, prepare, count) for _ in range(runs)]
    return Sample(*(statistics.median(getattr(s, field) for s in samples) for field in ("seconds", "mebibytes", "requests")))


def compare(near, far, clients, runs):
    print("| client | names | wall time | with 50 ms to the CA | round trips | requests to the CA | peak memory |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for title, prepare, count, most in clients:
        here = median(near, prepare, count, min(runs, most))
        there = median(far, prepare, count, min(runs, most))
        trips = (there.seconds - here.seconds) / ROUND_TRIP
        told = f"{trips:.1f}" if trips > 0 else "–"  # the client's own pauses outweigh them
        print(f"| {title} | {count} | {here.seconds:.2f} s | {there.seconds:.2f} s | {told} | {here.requests:.0f} | "
              f"{here.mebibytes:.1f} MiB |", flush=True)


def compare_start(program, runs):
    print("\n| command | wall time | peak memory |\n|---|--:|--:|")
    for title, command in (("kubectl-cert version", [program, "version"]),
                           ("kubectl version --client", [toolbox.kubectl(), "version", "--client"])):
        found = [timed(command) for _ in range(runs * 4)]
        seconds, size = (statistics.median(values) for values in zip(*found))
        print(f"| `{title}` | {seconds * 1000:.1f} ms | {size:.1f} MiB |", flush=True)


def debian(package):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}", package], capture_output=True, text=True)
    return done.stdout


def main(program, runs):
    with tempfile.TemporaryDirectory() as folder:
        dns = Bind(Path(folder) / "bind").start()
        pebble = Pebble(toolbox.pebble(lambda text: print(text, file=sys.stderr)), Path(folder) / "pebble", dns).start()
        path = SlowPath("127.0.0.1", free_port(), ("127.0.0.1", pebble.port), ROUND_TRIP)
        try:
            near, far = Lab(dns, pebble, pebble.url), Lab(dns, pebble, path.url)
            ours = kubectl_cert(program)
            print(f"{os.cpu_count()} cores, {platform.machine()}; Debian's {debian('lego')} and "
                  f"{debian('certbot')}; Pebble {toolbox.PEBBLE_VERSION}; medians of {runs} runs, "
                  "lego with 10 names once. certbot's wait of 60 s is set to 0 s, lego's of 60 s a name to 1 s.\n")
            compare(near, far, [("kubectl-cert", ours, 1, runs), ("kubectl-cert", ours, 10, runs),
                                ("kubectl-cert", ours, 100, runs), ("certbot", certbot, 1, runs),
                                ("certbot", certbot, 10, runs), ("lego", lego, 1, runs), ("lego", lego, 10, 1)], runs)
            compare_start(program, runs)
        finally:
            path.stop()
            pebble.stop()
            dns.stop()


main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5)
