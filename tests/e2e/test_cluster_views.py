# SPDX-License-Identifier: Apache-2.0
"""What people see of a Certificate on a real API server: described by name, type, label and in all namespaces; who uses
its Secret; repeated Events."""

import json

import pytest

from cluster_desk import ClusterDesk

ONLY_CROWDED = True


@pytest.fixture
def shop(cluster, dns, pebble):
    """A Certificate with a label of its own."""
    desk = ClusterDesk(cluster, dns, pebble)
    credential, issuer, certificate = desk.objects()
    certificate["metadata"]["labels"] = {"app": desk.namespace}
    cluster.apply(credential, issuer, certificate)
    return desk


@pytest.mark.parametrize("chosen", [
    ["web"], ["certificate/web"], ["certificates.certmanager.k8s.io/web"], ["certificates.certmanager.k8s.io", "web"],
    ["-l", "app={}"], ["-A", "-l", "app={}"]], ids=" ".join)
def test_describe_finds_the_certificate(shop, chosen):
    told = shop.program("describe", *(word.format(shop.namespace) for word in chosen))

    assert told.code == 0 and told.out.count("Issuer:") == 1, str(told)
    assert f"Namespace:          {shop.namespace}\n" in told.out and "app=" + shop.namespace in told.out


def test_describe_of_all_namespaces_tells_of_each(shop, dns, pebble):
    other = ClusterDesk(shop.cluster, dns, pebble).put()
    told = shop.program("describe", "-A")

    for desk in (shop, other):
        assert f"Namespace:          {desk.namespace}\n" in told.out, str(told)


def test_describe_goes_on_where_one_is_missing(shop):
    told = shop.program("describe", "gone", "web")

    assert told.code == 1 and f"Namespace:          {shop.namespace}\n" in told.out, str(told)
    assert 'certificates.certmanager.k8s.io "gone" not found' in told.err


def test_describe_lists_the_ingresses_that_use_the_secret_and_their_uncovered_hosts(shop):
    covered, uncovered = shop.names[0], f"other.{shop.names[0]}"
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rules = [{"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
             for host in (covered, uncovered)]
    shop.cluster.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "front"},
                        "spec": {"rules": rules, "tls": [{"hosts": [covered, uncovered], "secretName": "web-tls"}]}},
                       namespace=shop.namespace)
    assert shop.issue().code == 0
    told = shop.describe()

    users = told.out.partition("Used by:")[2].partition("Conditions:")[0]
    assert "front" in users and uncovered in users, str(told)


def test_runs_that_tell_the_same_multiply_no_event(shop):
    runs = [shop.issue(), shop.issue("--force"), shop.issue("--force"), shop.issue("--force")]
    assert [run.code for run in runs] == [0] * 4, "".join(map(str, runs))
    listed = json.loads(shop.cluster.kubectl("get", "events", "-o", "json", namespace=shop.namespace).stdout)["items"]

    told = {}
    for event in listed:
        told.setdefault(event["reason"], []).append(event.get("count", 1))
    assert sum(told["PrepareCertificate"]) == 4 and sum(told["CertificateRenewed"]) == 3, told
    assert len(told["CertificateRenewed"]) < 3 and len(listed) < 4 * 7, told
