# SPDX-License-Identifier: Apache-2.0
"""A person's desk: a folder of manifests, the program under test, and what it left behind."""

import base64
import json
import os
import signal
import subprocess
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import serialization

PROGRAM = Path(os.environ.get("KUBECTL_CERT") or
               Path(__file__).resolve().parents[2] / "build" / "dev" / "plugin" / "kubectl-cert")
API = "certmanager.k8s.io/v1alpha1"
EAB_KEY = "VkTdEEpFTmrV4ifXz345T5iM0ToGGxul85WtaWa-WCs7bJHIhcQJxz-H86IQ88lQsl7lSNzzekOGZKl_DwYS1g"  # 64 bytes, as HS512 needs
HIDDEN = {"https_proxy", "http_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir"}
SERVICES = ("AKAMAI_", "AWS_", "AZURE_", "CLOUDFLARE_", "CLOUDSDK_", "DIGITALOCEAN_", "GOOGLE_")  # of the person who runs the tests
LABEL, ANNOTATION = "certmanager.k8s.io/certificate-name", "certmanager.k8s.io/"


@dataclass
class Result:
    code: int
    out: str
    err: str
    seconds: float

    @property
    def text(self):
        return self.out + self.err

    def __str__(self):
        return f"exit {self.code} after {self.seconds:.1f} s\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def merged(base, changes):
    """A merge patch as RFC 7386 has it: None removes."""
    if not isinstance(base, dict) or not isinstance(changes, dict):
        return changes
    result = {k: merged(v, changes[k]) if k in changes else v for k, v in base.items() if changes.get(k, 0) is not None}
    return result | {k: v for k, v in changes.items() if k not in base and v is not None}


def unique(zone="example.com"):
    """A name that no other test uses."""
    return f"t{uuid.uuid4().hex[:10]}.{zone}"


class Desk:
    """One Certificate `web`, its Issuer `lab-ca` and the Secret with the TSIG key, in one folder."""

    def __init__(self, folder, dns, ca):
        self.folder, self.dns, self.ca, self.environment = Path(folder), dns, ca, {}
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, names, certificate=None, issuer=None, rfc2136=None):
        """Writes the manifests; the dicts are merge patches on the spec of each object."""
        acme = {"server": self.ca.url, "email": "user@example.com", "privateKeySecretRef": {"name": "account"},
                "dns01": {"providers": [{"name": "our-dns", "rfc2136": merged(self.rfc2136(), rfc2136 or {})}]}}
        spec = {"secretName": "web-tls", "issuerRef": {"name": "lab-ca"}, "dnsNames": list(names),
                "acme": {"config": [{"dns01": {"provider": "our-dns"}, "domains": list(names)}]}}
        self.put("issuer", "Issuer", "lab-ca", spec=merged({"acme": acme}, issuer or {}))
        self.put("certificate", "Certificate", "web", spec=merged(spec, certificate or {}))
        self.put("secret", "Secret", "dns-key", stringData={"tsig": self.dns.secrets["lab-key"]})
        return self

    def rfc2136(self):
        """The stanza that leads to the lab's BIND, with the key in the Secret that write() puts there."""
        return {"nameserver": f"127.0.0.1:{self.dns.port}", "tsigKeyName": "lab-key",
                "tsigAlgorithm": "HMACSHA256", "tsigSecretSecretRef": {"name": "dns-key", "key": "tsig"}}

    def put(self, file, kind, name, api=None, metadata=None, **members):
        api = api or ("v1" if kind == "Secret" else API)
        document = {"apiVersion": api, "kind": kind,
                    "metadata": {"name": name, "namespace": "default"} | (metadata or {}), **members}
        (self.folder / f"{file}.yaml").write_text(yaml.safe_dump(document, sort_keys=False))

    def flags(self):
        trust = ["--acme-ca", str(self.ca.ca_file)] if self.ca.ca_file else []
        return [*trust, "--dns01-recursive-nameservers", f"127.0.0.1:{self.dns.port}",
                "--dns-port", str(self.dns.port)]

    def issue_command(self, *more):
        return [str(PROGRAM), "issue", "web", "--local", str(self.folder), *self.flags(), *more]

    def issue(self, *more, seconds=90, **environment):
        return run(self.issue_command(*more), seconds, **self.environment | environment)

    def describe(self, *more):
        return run([str(PROGRAM), "describe", "web", "--local", str(self.folder), *more])

    def validate(self, *more):
        return run([str(PROGRAM), "validate", "-f", str(self.folder), "--local", str(self.folder), *more])

    def start(self, *more):
        """The program in the background; its output is read by finish()."""
        return subprocess.Popen(self.issue_command(*more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=_environment(self.environment))

    def secret(self, name="web-tls"):
        """The data of a Secret the program created, decoded; None where there is none."""
        document = self.secret_document(name)
        return document and {k: base64.b64decode(v) for k, v in document["data"].items()}

    def secret_document(self, name="web-tls"):
        path = self.folder / f"secret.default.{name}.yaml"
        return yaml.safe_load(path.read_text()) if path.exists() else None

    def left_records(self, names):
        """The TXT records that stand below one of the names anywhere in the lab."""
        bare = [name.removeprefix("*.") for name in names]
        return {record for record in self.dns.all_txt_records() if any(name in record[0] for name in bare)}

    def snapshot(self):
        """Every file with its content."""
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}


def _environment(changes):
    kept = {k: v for k, v in os.environ.items() if k.lower() not in HIDDEN and not k.startswith(SERVICES)}
    return kept | {"ASAN_OPTIONS": "detect_leaks=1"} | changes


def listen_to_signals():
    """As in a terminal: whoever started the tests in the background had the shell ignore SIGINT, and programs inherit that."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def run(command, seconds=90, **environment):
    begun = time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds,
                          env=_environment(environment), preexec_fn=listen_to_signals)
    return Result(done.returncode, done.stdout, done.stderr, time.monotonic() - begun)


def finish(process, seconds=60):
    out, err = process.communicate(timeout=seconds)
    return Result(process.returncode, out, err, 0)


def leaf_and_chain(secret):
    text = secret["tls.crt"]
    marker = b"-----END CERTIFICATE-----\n"
    return [x509.load_pem_x509_certificate(part + marker) for part in text.split(marker) if part.strip()]


def dns_names(certificate):
    return set(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
               .value.get_values_for_type(x509.DNSName))


def private_key(secret):
    return serialization.load_pem_private_key(secret["tls.key"], None)


def assert_issued(desk, result, names, folder):
    """The certificate is for the names, its key fits, the chain leads to the CA, no record is left."""
    assert result.code == 0, str(result)
    secret = desk.secret()
    assert secret and set(secret) >= {"tls.crt", "tls.key"}, str(result)
    assert "ca.crt" not in secret
    chain = leaf_and_chain(secret)
    assert len(chain) >= 2
    assert dns_names(chain[0]) == set(names)
    spki = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert chain[0].public_key().public_bytes(*spki) == private_key(secret).public_key().public_bytes(*spki)
    verify(desk.ca, chain, Path(folder))
    assert desk.left_records(names) == set()
    assert "runtime error" not in result.err and "AddressSanitizer" not in result.err


def verify(ca, chain, folder):
    """openssl's own word on the chain."""
    pem = [c.public_bytes(serialization.Encoding.PEM) for c in chain]
    (folder / "root.pem").write_text(ca.roots())
    (folder / "leaf.pem").write_bytes(pem[0])
    (folder / "rest.pem").write_bytes(b"".join(pem[1:]))
    done = run(["openssl", "verify", "-CAfile", str(folder / "root.pem"), "-untrusted", str(folder / "rest.pem"),
                str(folder / "leaf.pem")])
    assert done.code == 0, str(done)


def json_of(result):
    assert result.code == 0, str(result)
    return json.loads(result.out)


@contextmanager
def followed(dns):
    """The second name server of the lagging zone follows at once, as long as this holds."""
    over = threading.Event()

    def follow():
        while not over.wait(0.2):
            dns.catch_up()
    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
