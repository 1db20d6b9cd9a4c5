# SPDX-License-Identifier: Apache-2.0
"""The ObjectStore over REST keeps its contract on a real API server."""

import os
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2] / "build" / "dev" / "tests" / "shared" / "kube" / "api_server_contract_tests"
CASES = ["an API server keeps the contract of an ObjectStore",
         "a list of more than one page is whole and in order",
         "a status goes to the object where the CRD has no path for it",
         "a patch that names another object of the same name is a conflict",
         "a refusal of the server reads as kubectl shows it",
         "what is rehearsed is judged and not stored",
         "a claim is a Lease that goes with it"]


def kind(name, plural, **version):
    """A CRD that keeps whatever it is given: the contract speaks of no field of ours."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.certmanager.k8s.io",
                         "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"}},
            "spec": {"group": "certmanager.k8s.io", "scope": "Namespaced", "names": {"kind": name, "plural": plural},
                     "versions": [{"name": "v1alpha1", "served": True, "storage": True, "schema": schema} | version]}}


@pytest.fixture(scope="module")
def loose_cluster(make_cluster):
    """Certificates have a /status, Issuers none, and ClusterIssuers are not known at all."""
    server = make_cluster("loose")
    server.apply(kind("Certificate", "certificates", subresources={"status": {}}), kind("Issuer", "issuers"))
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    return server


def run(server, *arguments):
    place = {"KCERT_API_SERVER": server.url, "KCERT_API_CA": str(server.ca_file),
             "KCERT_API_TOKEN": server.tokens["admin"][0], "KCERT_API_NAMESPACE": server.new_namespace()}
    return subprocess.run([str(TESTS), *arguments], env=os.environ | place, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("case", CASES)
def test_the_contract_holds_on_a_real_api_server(loose_cluster, case):
    done = run(loose_cluster, case)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "All tests passed" in done.stdout


def test_no_case_of_the_contract_is_left_out():
    listed = subprocess.run([str(TESTS), "--list-test-names-only"], capture_output=True, text=True)

    assert sorted(filter(None, listed.stdout.split("\n"))) == sorted(CASES)
