# SPDX-License-Identifier: Apache-2.0
"""The main job on a real API server: what a person sees there, what it costs, what survives a kill."""

import json
import shutil
import signal

import pytest

from cluster_desk import ClusterDesk
from desk import PROGRAM, dns_names, finish, leaf_and_chain, run, unique
from lab import toolbox
from test_resume import accounts_made, kill_at, orders_made

ALL_RIGHTS = ({"apiGroups": ["", "certmanager.k8s.io", "coordination.k8s.io", "networking.k8s.io", "gateway.networking.k8s.io"],
               "resources": ["*"], "verbs": ["*"]},)
TABLE = ["ErrorCheckCertificate", "PrepareCertificate", "PresentChallenge", "PresentChallenge", "SelfCheck", "SelfCheck",
         "ObtainAuthorization", "ObtainAuthorization", "IssueCertificate", "CertificateIssued"]


@pytest.fixture
def make_cluster_desk(cluster, dns):
    def make(ca, names=None):
        return ClusterDesk(cluster, dns, ca, names=names or [unique(), unique("example.org")]).put()
    return make


@pytest.fixture
def shop(make_cluster_desk, pebble):
    return make_cluster_desk(pebble)


def assert_issued(desk, result):
    assert result.code == 0, str(result)
    secret = desk.secret()
    assert set(secret) == {"tls.crt", "tls.key"}
    assert dns_names(leaf_and_chain(secret)[0]) == set(desk.names)
    assert desk.left_records() == set()
    assert desk.kept() == {"account", "dns-key", "web-tls"}
    assert desk.kept("leases") == set()
    assert "runtime error" not in result.err and "AddressSanitizer" not in result.err


def test_a_real_kubectl_shows_the_table_of_the_tutorial(shop):
    assert_issued(shop, shop.issue())
    described = shop.cluster.kubectl("describe", "certificates.certmanager.k8s.io", "web", namespace=shop.namespace).stdout

    rows = described.split("-------\n")[1].splitlines()
    assert [row.split()[1] for row in rows] == TABLE
    assert all(row.split()[3] == "kubectl-cert" for row in rows), described
    assert f"Presenting dns-01 challenge for domain {shop.names[0]}" in rows[2]


def test_kubectl_starts_the_program_and_describe_begins_with_the_verdict(shop, tmp_path):
    shutil.copy(PROGRAM, tmp_path / "kubectl-cert")
    issued = run([str(toolbox.kubectl()), "cert", "issue", "web", "-n", shop.namespace, *shop.flags()],
                 PATH=f"{tmp_path}:/usr/bin:/bin", **shop.environment())
    assert issued.out.startswith(f"certificate.certmanager.k8s.io/web issued\n  Secret {shop.namespace}/web-tls"), str(issued)
    assert issued.err.startswith("Working on context admin@lab, namespace ")

    described = shop.describe()
    assert described.out.startswith("Status:             Issued, expires "), str(described)
    assert "CertificateIssued" in described.out


def test_certificates_that_are_not_there_are_told_in_kubectls_words(shop):
    theirs = shop.cluster.kubectl("describe", "certificates.certmanager.k8s.io", "none", "gone", namespace=shop.namespace,
                                  check=False)
    ours = shop.program("describe", "none", "gone")

    assert ours.code == theirs.returncode == 1, str(ours)
    assert ours.err == theirs.stderr + f'Looked for on context admin@lab, namespace "{shop.namespace}"\n'
    issued = shop.program("issue", "none", *shop.flags())
    assert issued.code == 1 and issued.err.splitlines()[1:] == theirs.stderr.splitlines()[:1], str(issued)


def test_ready_and_the_account_stand_in_the_statuses_and_nothing_else_changes(shop):
    def issuer_now():
        return shop.cluster.get("issuers.certmanager.k8s.io", "lab-ca", shop.namespace)
    before, issuer_before = shop.certificate(), issuer_now()
    assert_issued(shop, shop.issue())
    after, issuer = shop.certificate(), issuer_now()

    assert after["status"]["conditions"][0] | {"lastTransitionTime": ""} == {
        "type": "Ready", "status": "True", "reason": "Ready", "lastTransitionTime": "",
        "message": "Certificate is up to date and has not expired"}
    assert {"notAfter", "renewalTime"} <= set(after["status"])
    assert not after["status"].get("acme")
    assert issuer["status"]["conditions"][0]["reason"] == "ACMEAccountRegistered"
    assert issuer["status"]["acme"]["uri"].startswith("https://")
    for now, then in ((after, before), (issuer, issuer_before)):
        assert now["spec"] == then["spec"]
        for mark in ("labels", "annotations", "generation"):
            assert now["metadata"].get(mark) == then["metadata"].get(mark)


def test_a_second_run_finds_nothing_due_and_a_lost_status_changes_nothing(shop):
    assert_issued(shop, shop.issue())
    secret = shop.secret()
    assert "unchanged" in shop.issue().out

    shop.cluster.kubectl("delete", "certificates.certmanager.k8s.io", "web", namespace=shop.namespace)
    shop.put()  # as a restore does it: another uid, no status
    assert "unchanged" in shop.issue().out
    assert shop.secret() == secret


def test_a_certificate_costs_at_most_six_reads_and_eight_writes(shop):
    shop.cluster.grant("alice", shop.namespace, *ALL_RIGHTS)
    assert_issued(shop, shop.issue())  # the account is made
    for kind in ("certificates.certmanager.k8s.io/web", "secret/web-tls"):
        shop.cluster.kubectl("delete", kind, namespace=shop.namespace)
    shop.put()
    mark = shop.cluster.mark()
    assert_issued(shop, shop.issue(user="alice"))

    asked = [(verb, what) for verb, what, _, _ in shop.cluster.requests(mark, "alice") if what != "events"]
    reads = [call for call in asked if call[0] in ("get", "list") and call[1] != "leases"]
    questions = [call for call in asked if call[1] == "selfsubjectaccessreviews"]  # nothing is stored, nothing looked up
    writes = [call for call in asked if call[0] in ("create", "patch", "update", "delete") and call not in questions]
    assert len(reads) <= 6, asked
    assert len(writes) <= 8, asked
    assert len(questions) == 1, asked


def test_a_dry_run_changes_nothing(shop):
    before = shop.certificate()
    for mode in ("client", "server"):
        result = shop.issue(f"--dry-run={mode}")
        assert result.code == 0, str(result)
        assert "Would write:" in result.out
        assert "Warning" not in result.err, str(result)
    assert shop.certificate() == before
    assert shop.kept() == {"dns-key"}
    assert shop.kept("events") == set() and shop.kept("leases") == set()


def test_of_two_runs_at_once_one_orders(make_cluster_desk, proxy):
    shop = make_cluster_desk(proxy)
    held = []

    def start_another(exchange):
        answer = exchange.forward()
        held.append(finish(shop.start()))
        held.append(shop.start("--wait"))
        exchange.reply(answer)
    proxy.fault(start_another, "new-order", 1)
    first = shop.issue()
    refused, waited = held[0], finish(held[1])

    assert_issued(shop, first)
    assert refused.code == 1, str(refused)
    assert f"Certificate {shop.namespace}/web is being worked on by " in refused.err
    assert waited.code == 0 and "unchanged" in waited.out, str(waited)
    assert orders_made(proxy) == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["new-account", "new-order", "authz", "challenge", "order", "finalize", "cert"])
def test_killed_at_a_request_and_started_again(make_cluster_desk, proxy, kind, when):
    shop = make_cluster_desk(proxy)
    killed = kill_at(shop, proxy, kind, 1, when)
    assert killed.code == -signal.SIGKILL, str(killed)
    account = shop.secret("account")

    assert_issued(shop, shop.issue())

    orphan = (kind, when) == ("new-order", "after")
    assert orders_made(proxy) == (2 if orphan else 1), proxy.kinds()
    assert accounts_made(proxy) == 1
    assert account is None or shop.secret("account") == account


def test_many_names_make_one_event_a_step(make_cluster_desk, pebble):
    shop = make_cluster_desk(pebble, [unique() for _ in range(5)])
    assert_issued(shop, shop.issue())

    events = json.loads(shop.cluster.kubectl("get", "events", "-o", "json", namespace=shop.namespace).stdout)["items"]
    presented = [event["message"] for event in events if event["reason"] == "PresentChallenge"]
    assert len(presented) == 1
    assert presented[0].startswith("Presenting dns-01 challenge for 5 domains: ")


def test_beside_cert_manager_ours_is_issued_and_its_secret_is_left_alone(crowded_cluster, dns, pebble):
    shop = ClusterDesk(crowded_cluster, dns, pebble, names=[unique()]).put()
    assert_issued(shop, shop.issue())
    assert "Issued, expires " in shop.describe().out

    crowded_cluster.kubectl("annotate", "secret", "web-tls", "--overwrite", "cert-manager.io/certificate-name=theirs",
                            "certmanager.k8s.io/certificate-name-", namespace=shop.namespace)
    crowded_cluster.kubectl("label", "secret", "web-tls", "certmanager.k8s.io/certificate-name-", namespace=shop.namespace)
    before = shop.secret()
    refused = shop.issue("--force")
    assert refused.code == 3, str(refused)
    assert "cert-manager.io's Certificate theirs" in refused.err and "--take-over" in refused.err
    assert shop.secret() == before
    assert shop.issue("--force", "--take-over").code == 0
    assert shop.secret() != before


def test_a_cluster_issuer_takes_its_secrets_from_the_cluster_resource_namespace(cluster, dns, pebble):
    shop = ClusterDesk(cluster, dns, pebble, names=[unique()])
    credential, issuer, certificate = shop.objects(certificate={"issuerRef": {"name": shop.namespace, "kind": "ClusterIssuer"}})
    issuer |= {"kind": "ClusterIssuer", "metadata": {"name": shop.namespace}}
    cluster.apply(issuer, certificate)
    credential["metadata"]["namespace"] = "cert-manager"
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cert-manager"}})
    cluster.apply(credential)
    place = cluster.new_namespace()
    missing = shop.issue("--cluster-resource-namespace", place)
    assert missing.code == 3, str(missing)
    assert place in missing.err and "dns-key" in missing.err and 'one stands in "cert-manager"' in missing.err

    credential["metadata"]["namespace"] = place
    cluster.apply(credential)
    issued = shop.issue("--cluster-resource-namespace", place)
    assert issued.code == 0, str(issued)
    assert shop.kept() == {"web-tls"}
    assert set(ClusterDesk(cluster, dns, pebble, namespace=place).kept()) == {"account", "dns-key"}
