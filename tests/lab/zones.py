# SPDX-License-Identifier: Apache-2.0
"""The zones of the lab: a root and TLDs, so that the walk to a zone's apex climbs as in real life."""

LAGGING_ZONE = "lagging.com"  # two name servers, 127.0.0.2 and 127.0.0.3; the second one lags
SILENT_ZONE = "silent.com"  # its name server never answers
FROZEN_ZONE = "example.net"  # allows no update
TARGET_ZONE = "acme-delegate.net"  # what CNAMEs delegate to
CHILD_ZONE = "sub.example.com"  # a zone cut inside example.com
ACME_DNS_ZONE = "acme-dns.net"  # served by the fake of acme-dns, at ACME_DNS_SERVER and BIND's port
ACME_DNS_SERVER = "127.0.0.5"
UPDATED = ("example.com", "example.org", CHILD_ZONE, TARGET_ZONE, LAGGING_ZONE, SILENT_ZONE)

SOA = "$TTL 60\n@ SOA ns1.{zone} hostmaster.{zone} 1 86400 86400 864000 1\n"
PLAIN = SOA + "@ NS ns1\nns1 A 127.0.0.1\n"

FILES = {
    ".": "$TTL 60\n@ SOA ns.root. hostmaster.root. 1 86400 86400 864000 1\n@ NS ns.root.\nns.root. A 127.0.0.1\n"
         "com. NS ns.root.\norg. NS ns.root.\nnet. NS ns.root.\n",
    "com": SOA + "@ NS ns.root.\nexample NS ns1.example.com.\nns1.example A 127.0.0.1\n"
                 "lagging NS ns1.lagging\nlagging NS ns2.lagging\nns1.lagging A 127.0.0.2\nns2.lagging A 127.0.0.3\n"
                 "silent NS ns1.silent\nns1.silent A 127.0.0.4\n",
    "org": SOA + "@ NS ns.root.\nexample NS ns1.example.org.\nns1.example A 127.0.0.1\n",
    "net": SOA + "@ NS ns.root.\nexample NS ns1.example.net.\nns1.example A 127.0.0.1\n"
                 "acme-delegate NS ns1.acme-delegate.net.\nns1.acme-delegate A 127.0.0.1\n"
                 f"acme-dns NS ns1.acme-dns\nns1.acme-dns A {ACME_DNS_SERVER}\n",
    "example.com": PLAIN + "sub NS ns1.sub\nns1.sub A 127.0.0.1\n*.wild CNAME elsewhere.example.org.\n"
                           "_acme-challenge.alias CNAME alias.acme-delegate.net.\n",
    CHILD_ZONE: PLAIN,
    "example.org": PLAIN,
    FROZEN_ZONE: PLAIN,
    TARGET_ZONE: PLAIN,
    LAGGING_ZONE: SOA + "@ NS ns1\n@ NS ns2\nns1 A 127.0.0.2\nns2 A 127.0.0.3\n",
    SILENT_ZONE: SOA + "@ NS ns1\nns1 A 127.0.0.4\n",
}

OPTIONS = """
options {{
    directory "{folder}";
    pid-file "{folder}/named.pid";
    session-keyfile "{folder}/session.key";
    lock-file none;
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    recursion yes;
    allow-recursion {{ 127.0.0.0/8; }};
    allow-transfer {{ 127.0.0.0/8; }};
    empty-zones-enable no;
    dnssec-validation no;
    notify no;
    serial-query-rate 1000;
    tcp-clients 2000;
    tcp-listen-queue 1000;
    max-records-per-type 0;
}};
controls {{ }};
{keys}
"""


def _primary():
    text = OPTIONS
    for zone in FILES:
        rights = "allow-update {{ {updaters} }};" if zone in UPDATED else ""
        text += f'zone "{zone}" {{{{ type primary; file "{file_name(zone)}"; {rights} }}}};\n'
    # Recursion goes to port 53, but for what is forwarded.
    text += (f'zone "{ACME_DNS_ZONE}" {{{{ type forward; forward only; '
             f'forwarders {{{{ {ACME_DNS_SERVER} port {{port}}; }}}}; }}}};\n')
    return text


def file_name(zone):
    return "root.zone" if zone == "." else f"{zone}.zone"


PRIMARY = _primary()
SECONDARY = OPTIONS + (f'zone "{LAGGING_ZONE}" {{{{ type secondary; file "lagging.zone"; masterfile-format text; '
                       "primaries {{ 127.0.0.1 port {primary}; }}; allow-notify {{ 127.0.0.0/8; }}; }};\n")


def write_files(folder):
    """Fresh zone files and no journals, so that a start never sees what an earlier one left."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jnl"):
        old.unlink()
    (folder / "lagging.zone").unlink(missing_ok=True)
    for zone, text in FILES.items():
        (folder / file_name(zone)).write_text(text.format(zone="" if zone == "." else zone + "."))
