# SPDX-License-Identifier: Apache-2.0
"""The tutorial as it stands: its Issuer and its Certificate, word for word, on a real API server; the CA, Google and
Cloudflare at their public names, which the proxy of HTTPS_PROXY leads to the lab."""

import json
from pathlib import Path

import pytest
from fakes.clouddns import CloudDns
from fakes.cloudflare import Cloudflare
from lab.proxy import PublicCa

from desk import PROGRAM, run

MANIFESTS = Path(__file__).resolve().parents[2] / "manifests"
DIRECTORY = "https://acme-staging-v02.api.letsencrypt.org/directory"  # what became of the tutorial's
PROJECT = "gcloud-prod-project"
TABLE = [  # of the tutorial, but for age and controller
    ("Warning", "ErrorCheckCertificate", 'Error checking existing TLS certificate: secret "example-com-tls" not found'),
    ("Normal", "PrepareCertificate", "Preparing certificate with issuer"),
    ("Normal", "PresentChallenge", "Presenting dns-01 challenge for domain example.com"),
    ("Normal", "PresentChallenge", "Presenting dns-01 challenge for domain www.example.com"),
    ("Normal", "SelfCheck", "Performing self-check for domain example.com"),
    ("Normal", "SelfCheck", "Performing self-check for domain www.example.com"),
    ("Normal", "ObtainAuthorization", "Obtained authorization for domain example.com"),
    ("Normal", "ObtainAuthorization", "Obtained authorization for domain www.example.com"),
    ("Normal", "IssueCertificate", "Issuing certificate..."),
    ("Normal", "CertificateIssued", "Certificate issued successfully"),
]


class TutorialDns(CloudDns):
    project = PROJECT


class TutorialCloudflare(Cloudflare):
    email = "user@example.com"


@pytest.fixture
def place(make_cluster):
    """A server of its own: the tutorial's objects stand in the namespace default."""
    return make_cluster("tutorial", MANIFESTS / "crds")


@pytest.fixture
def ca(pebble, gate):
    ca = PublicCa(pebble, gate, DIRECTORY).start()
    yield ca
    ca.stop()
    assert ca.errors == []


def test_the_tutorial_word_for_word(place, make_fake, gate, ca, dns):
    google, cloudflare = make_fake(TutorialDns, ("example.com",)), make_fake(TutorialCloudflare, ("example.com",))
    place.kubectl("apply", "-k", MANIFESTS / "samples" / "tutorial")
    secret = {"apiVersion": "v1", "kind": "Secret"}
    place.apply(secret | {"metadata": {"name": "clouddns-service-account"},
                          "stringData": {"service-account.json": json.dumps(google.account.key_file)}},
                secret | {"metadata": {"name": "cloudflare-api-key"}, "stringData": {"api-key.txt": cloudflare.key + "\n"}},
                namespace="default")
    records = {record for record in dns.all_txt_records() if record[0].startswith("_acme-challenge.example.com")}

    result = run([str(PROGRAM), "issue", "example-com", "--dns01-recursive-nameservers", f"127.0.0.1:{dns.port}", "--dns-port",
                  str(dns.port)], KUBECONFIG=str(place.kubeconfig()), HOME=str(place.folder), **gate.environment)

    assert result.code == 0, str(result)
    assert "retired, using " + DIRECTORY in result.err
    assert google.asked(google.is_write) and cloudflare.asked(cloudflare.is_write)
    assert rows(place) == TABLE
    assert place.get("secrets", "example-com-tls", "default")["type"] == "kubernetes.io/tls"
    assert {r for r in dns.all_txt_records() if r[0].startswith("_acme-challenge.example.com")} == records


def rows(place):
    """Type, reason and message of each Event, as a real kubectl shows them."""
    described = place.kubectl("describe", "certificate", "example-com", namespace="default").stdout
    lines = described.split("-------\n")[1].splitlines()
    assert all(line.split()[3] == "kubectl-cert" for line in lines), described
    return [(line.split()[0], line.split()[1], line.split("kubectl-cert", 1)[1].strip()) for line in lines]
