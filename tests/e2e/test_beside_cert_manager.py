# SPDX-License-Identifier: Apache-2.0
"""What kubectl takes bare names for where cert-manager.io has the same ones, and that full names reach ours."""

import pytest

OURS, THEIRS = "certmanager.k8s.io", "cert-manager.io"


def objects(name):
    spec = {"secretName": f"{name}-tls", "issuerRef": {"name": "lab"}, "dnsNames": ["example.com"]}
    return ({"apiVersion": f"{OURS}/v1alpha1", "kind": "Certificate", "metadata": {"name": "ours"}, "spec": spec},
            {"apiVersion": f"{THEIRS}/v1", "kind": "Certificate", "metadata": {"name": "theirs"}, "spec": spec})


@pytest.fixture(scope="module")
def place(crowded_cluster):
    """A namespace with one Certificate of each group."""
    name = crowded_cluster.new_namespace()
    crowded_cluster.apply(*objects("web"), namespace=name)
    return name


def listed(cluster, place, word):
    """The Certificates that kubectl gets by that word: a category holds ClusterIssuers of everybody too."""
    names = cluster.kubectl("get", word, "-o", "name", namespace=place).stdout.split()
    return [name for name in names if name.startswith("certificate.")]


@pytest.mark.parametrize("word", ["certificates", "certificate", "cert", "certs"])
def test_bare_names_mean_cert_managers_kind(crowded_cluster, place, word):
    assert listed(crowded_cluster, place, word) == [f"certificate.{THEIRS}/theirs"]


@pytest.mark.parametrize("word", [f"certificates.{OURS}", f"certificate.{OURS}", f"certificates.v1alpha1.{OURS}", "certmanager"])
def test_names_with_the_group_and_our_category_mean_ours(crowded_cluster, place, word):
    assert listed(crowded_cluster, place, word) == [f"certificate.{OURS}/ours"]


def test_explain_tells_ours_by_its_version(crowded_cluster):
    shown = crowded_cluster.kubectl("explain", "certificates.spec.acme", f"--api-version={OURS}/v1alpha1").stdout

    assert "Which DNS provider answers for which name" in shown


def test_describe_finds_ours_by_its_full_name(crowded_cluster, place):
    shown = crowded_cluster.kubectl("describe", f"certificates.{OURS}", "ours", namespace=place).stdout

    assert f"{OURS}/v1alpha1" in shown and "Secret Name:  web-tls" in shown
