# SPDX-License-Identifier: Apache-2.0
"""Who may do what, with the program at a real API server: the roles of manifests/rbac suffice, and each right that is
missing is told by verb, resource and namespace, with nothing half-done."""

import json

import pytest
from lab.process import until

from cluster_desk import RBAC, ClusterDesk
from desk import assert_issued, json_of, leaf_and_chain, run

ONLY_CROWDED = True  # authorizers know groups, no short names
OURS = "certmanager.k8s.io"
ROLES = ["kubectl-cert-issue", "kubectl-cert-view", "kubectl-cert-edit"]


@pytest.fixture(scope="module")
def ruled(cluster):
    cluster.kubectl("apply", "-k", RBAC)
    return cluster


@pytest.fixture
def make_alice(ruled, dns, pebble):
    """Alice's desk; she has kubectl-cert-issue but for one verb on one resource."""
    def make(verb="", resource="", prepare=lambda desk: None, ca=pebble):
        desk = ClusterDesk(ruled, dns, ca, user="alice").put()
        prepare(desk)
        ruled.grant("alice", desk.namespace, *rules_without(ruled, verb, resource))
        return desk
    return make


def rules_without(cluster, verb, resource):
    kept = []
    for rule in cluster.get("clusterrole", "kubectl-cert-issue")["rules"]:
        for name in rule["resources"]:
            verbs = [v for v in rule["verbs"] if (v, name) != (verb, resource)]
            kept += [{"apiGroups": rule["apiGroups"], "resources": [name], "verbs": verbs}] if verbs else []
    return kept


@pytest.fixture
def alice(ruled, dns, pebble):
    """Alice's desk; she is bound to the roles of manifests/rbac and to nothing else."""
    desk = ClusterDesk(ruled, dns, pebble, user="alice").put()
    for role in ROLES:
        ruled.bind("alice", role, desk.namespace)
    for verb, resource, group in (("create", "secrets", ""), ("watch", "issuers", OURS), ("delete", "issuers", OURS)):
        until(lambda: ruled.rest.may("alice", verb, resource, desk.namespace, group), what=f"alice may {verb} {resource}")
    return desk


def issued_before(desk):
    result = desk.issue(user="admin")
    assert result.code == 0, str(result)


# ---- exactly the roles


def test_the_roles_suffice_to_issue(alice, tmp_path):
    mark = alice.cluster.mark()
    result = alice.issue()

    assert_issued(alice, wording_checked(result), alice.names, tmp_path)
    assert [seen for seen in alice.cluster.requests(mark, "alice") if seen[3] == 403] == []


def wording_checked(result):
    assert "Warning" not in result.err and "orbidden" not in result.text, str(result)
    return result


def test_the_roles_suffice_to_renew_and_to_leave_alone(alice):
    first, second, third = alice.issue(), alice.issue(), alice.issue("--force")

    assert (first.code, second.code, third.code) == (0, 0, 0), f"{first}{second}{third}"
    assert "unchanged" in second.out and "issued" in third.out
    assert wording_checked(third) and alice.left_records() == set()


def test_the_roles_suffice_to_describe(alice):
    issued_before(alice)
    result = alice.describe()

    assert result.code == 0 and "tls.key matches" in result.out and "CertificateIssued" in wording_checked(result).out


def test_the_roles_suffice_to_validate_against_the_cluster(alice, tmp_path):
    certificate = alice.object("Certificate", "other", spec=alice.objects()[2]["spec"] | {"secretName": "other-tls"})
    file = tmp_path / "other.yaml"
    file.write_text(json.dumps(certificate))

    good = alice.program("validate", "--against-cluster", "-f", file)
    file.write_text(file.read_text().replace("lab-ca", "no-ca"))
    bad = alice.program("validate", "--against-cluster", "-f", file)

    assert good.code == 0, str(good)
    assert bad.code == 3 and "no-ca" in bad.text, str(bad)


def test_the_roles_suffice_for_a_dry_run(alice):
    for kind in ("client", "server"):
        result = alice.issue(f"--dry-run={kind}")

        assert result.code == 0 and "cannot" not in result.text, str(result)
    assert alice.kept() == {"dns-key"}


def test_who_only_looks_describes_all_but_the_secret(ruled, dns, pebble):
    desk = ClusterDesk(ruled, dns, pebble, user="bob").put()
    issued_before(desk)
    ruled.bind("bob", "kubectl-cert-view", desk.namespace)
    until(lambda: ruled.rest.may("bob", "list", "events", desk.namespace), what="bob may look")

    seen, refused = desk.describe(), desk.issue("--force")

    assert "CertificateIssued" in seen.out and 'cannot get resource "secrets"' in seen.text, str(seen)
    assert "<unknown>" in seen.out and "<not issued>" not in seen.out, str(seen)
    assert refused.code == 1 and f'in the namespace "{desk.namespace}"' in refused.err, str(refused)


# ---- the narrower Roles of the examples


def example(file, *renamed):
    """A Role of manifests/rbac/examples for the names of a desk: pairs of old and new."""
    text = (RBAC / "examples" / file).read_text()
    for old, new in (*renamed, ("letsencrypt-staging", "account"), ("our-dns-key", "dns-key")):
        assert old in text
        text = text.replace(old, new)
    return text


def test_the_role_with_names_suffices_to_issue_and_renew_its_certificate(ruled, dns, pebble, tmp_path):
    desk = ClusterDesk(ruled, dns, pebble, user="alice").put()
    ruled.kubectl("apply", "-f", "-", stdin=example("one-certificate.yaml", ("[letsencrypt-staging]", "[lab-ca]")),
                  namespace=desk.namespace)
    ruled.bind("alice", "issue-web", desk.namespace, kind="Role")
    until(lambda: ruled.rest.may("alice", "delete", "secrets", desk.namespace, name="web-pending-key"), what="the Role holds")
    mark = ruled.mark()
    first, second = desk.issue(), desk.issue("--force")

    assert_issued(desk, wording_checked(first), desk.names, tmp_path)
    assert second.code == 0 and "issued" in wording_checked(second).out
    assert [seen for seen in ruled.requests(mark, "alice") if seen[3] == 403] == []


def test_who_reads_a_cluster_issuer_and_its_secrets_issues_from_it_once_its_account_is_there(ruled, dns, pebble):
    desk, place = ClusterDesk(ruled, dns, pebble, user="alice"), ruled.new_namespace()
    credential, issuer, certificate = desk.objects(certificate={"issuerRef": {"name": desk.namespace, "kind": "ClusterIssuer"}})
    credential["metadata"]["namespace"] = place
    ruled.apply(credential, issuer | {"kind": "ClusterIssuer", "metadata": {"name": desk.namespace}}, certificate)
    where = ("--cluster-resource-namespace", place)
    assert desk.issue(*where, user="admin").code == 0
    ruled.kubectl("apply", "-f", "-", stdin=example("clusterissuer-credentials.yaml", ("kube-system", place)))
    ruled.bind("alice", "clusterissuer-credentials", place, kind="Role")
    ruled.bind("alice", "kubectl-cert-issue", desk.namespace)
    everywhere = ruled.bind("alice", "kubectl-cert-clusterissuers")
    until(lambda: ruled.rest.may("alice", "get", "clusterissuers", group=OURS) and
          ruled.rest.may("alice", "get", "secrets", place, name="dns-key"), what="alice may read the ClusterIssuer")
    mark = ruled.mark()
    result = desk.issue(*where, "--force")
    ruled.kubectl("delete", *everywhere.split("/"))

    assert result.code == 0 and "issued" in wording_checked(result).out
    asked = ruled.requests(mark, "alice")
    assert [seen for seen in asked if seen[3] == 403] == []
    assert {verb for verb, what, _, _ in asked if what.startswith("clusterissuers")} == {"get"}


# ---- each right taken away in turn


@pytest.mark.parametrize("verb, resource, group", [
    ("get", "certificates", OURS), ("get", "issuers", OURS), ("get", "secrets", ""), ("create", "secrets", "")])
def test_a_missing_right_is_named_and_nothing_is_half_done(make_alice, verb, resource, group):
    desk = make_alice(verb, resource)
    result = desk.issue()

    assert result.code == 1 and result.out == "", str(result)
    refusals = [line for line in result.err.splitlines() if line.startswith("Error from server (Forbidden): ")]
    assert refusals, str(result)
    assert (f'User "alice" cannot {verb} resource "{resource}" in API group "{group}" '
            f'in the namespace "{desk.namespace}"') in refusals[0]
    assert desk.kept() <= {"dns-key", "account"} and desk.kept("leases") == set()
    assert desk.left_records() == set()


def told_once(result, desk, resource, name):
    """Whether that is all it says: the right that is missing, once."""
    _, _, told = result.err.partition("\n")  # after the context it works on
    return result.code == 1 and result.out == "" and told == (
        f'error: this user cannot patch {resource}.{OURS}/status "{name}" in namespace "{desk.namespace}": '
        "what the CA makes would not be remembered there, so nothing was asked of it\n")


@pytest.mark.parametrize("resource, name", [("certificates", "web"), ("issuers", "lab-ca")])
def test_a_missing_right_to_a_status_is_told_once_before_the_ca_is_asked(make_alice, proxy, resource, name):
    desk = make_alice("patch", f"{resource}/status", ca=proxy)
    result = desk.issue()

    assert told_once(result, desk, resource, name), str(result)
    assert proxy.kinds() == [] and desk.kept() == {"dns-key"}
    assert desk.kept("events") == desk.kept("leases") == desk.left_records() == set()


def test_a_missing_right_to_the_status_is_told_before_an_order_of_a_known_account(make_alice, proxy):
    desk = make_alice("patch", "certificates/status", issued_before, proxy)
    before = (desk.secret(), desk.certificate(), proxy.kinds())
    result = desk.issue("--force")

    assert told_once(result, desk, "certificates", "web"), str(result)
    assert (desk.secret(), desk.certificate(), proxy.kinds()) == before


@pytest.mark.parametrize("verb, resource", [("patch", "certificates/status"), ("patch", "issuers/status"), ("create", "secrets")])
def test_a_run_after_the_right_was_given_comes_to_a_good_end(make_alice, tmp_path, verb, resource):
    desk = make_alice(verb, resource)
    assert desk.issue().code == 1

    desk.cluster.grant("alice", desk.namespace, *rules_without(desk.cluster, "", ""))
    plain, _, sub = resource.partition("/")
    until(lambda: desk.cluster.rest.may("alice", verb, plain, desk.namespace, OURS if sub else "", sub))

    assert_issued(desk, desk.issue(), desk.names, tmp_path)
    assert desk.kept() == {"dns-key", "account", "web-tls"}


def test_without_the_right_to_patch_secrets_the_old_secret_stays_whole(make_alice):
    desk = make_alice("patch", "secrets", issued_before)
    old = desk.secret()
    result = desk.issue("--force")

    assert result.code == 1 and (f'secrets "web-tls" is forbidden: User "alice" cannot patch resource "secrets" in API group "" '
                                 f'in the namespace "{desk.namespace}"') in result.err, str(result)
    assert desk.secret() == old and desk.left_records() == set()


def test_without_the_right_to_delete_secrets_the_warning_names_what_stays(make_alice):
    desk = make_alice("delete", "secrets")
    result = desk.issue()

    assert result.code == 0 and leaf_and_chain(desk.secret()), str(result)
    assert (f'secrets "web-pending-key" is forbidden: User "alice" cannot delete resource "secrets" in API group "" '
            f'in the namespace "{desk.namespace}"') in result.err
    assert "status could not be stored" not in result.err


def test_without_the_right_to_events_there_is_one_warning(make_alice, tmp_path):
    desk = make_alice("create", "events")
    result = desk.issue()

    assert_issued(desk, result, desk.names, tmp_path)
    assert result.err.count("Warning: ") == 1, str(result)
    assert f'cannot create resource "events" in API group "" in the namespace "{desk.namespace}"' in result.err


@pytest.mark.parametrize("verb", ["create", "get", "patch", "delete"])
def test_without_the_right_to_leases_there_is_one_warning(make_alice, tmp_path, verb):
    desk = make_alice(verb, "leases")
    result = desk.issue()

    assert_issued(desk, result, desk.names, tmp_path)
    if verb == "create":
        assert result.err.count("Warning: ") == 1 and f"Leases in namespace {desk.namespace}" in result.err, str(result)


# ---- a dry run tells before


@pytest.mark.parametrize("verb, resource, subject", [
    ("patch", "certificates/status", 'certificates.certmanager.k8s.io/status "web"'),
    ("patch", "issuers/status", 'issuers.certmanager.k8s.io/status "lab-ca"'), ("create", "secrets", "secrets")])
def test_a_dry_run_shows_the_missing_right_once(make_alice, verb, resource, subject):
    desk = make_alice(verb, resource)
    result = desk.issue("--dry-run")

    assert result.code == 1, str(result)
    failing = result.out.partition("Would fail:\n")[2]
    assert failing == f'  this user cannot {verb} {subject} in namespace "{desk.namespace}"\n', str(result)
    assert desk.kept() == {"dns-key"}


def test_a_dry_run_shows_that_the_old_secret_cannot_be_patched(make_alice):
    desk = make_alice("patch", "secrets", issued_before)
    result = desk.issue("--dry-run", "--force")

    assert result.code == 1 and f'cannot patch secrets "web-tls" in namespace "{desk.namespace}"' in result.out, str(result)


@pytest.mark.parametrize("resource, subject", [("events", "events"), ("leases", "leases.coordination.k8s.io")])
def test_a_dry_run_warns_of_what_is_of_use_only(make_alice, resource, subject):
    desk = make_alice("create", resource)
    result = desk.issue("--dry-run")
    told = json_of(desk.issue("--dry-run", "-o", "json"))

    assert result.code == 0 and "Would fail" not in result.out, str(result)
    assert f'this user cannot create {subject} in namespace "{desk.namespace}"' in result.out.partition("Warnings:\n")[2]
    assert told["good"] and any(f"cannot create {subject}" in line for line in told["warnings"])


# ---- files in, live Secret out


@pytest.fixture
def bob(bare_cluster, dns, pebble):
    """Bob's desk; he may read and write Secrets of one namespace, and no kind of ours is known."""
    desk = ClusterDesk(bare_cluster, dns, pebble, user="bob")
    bare_cluster.apply(desk.objects()[0])
    bare_cluster.kubectl("apply", "-f", RBAC / "examples" / "files-in-secret-out.yaml", namespace=desk.namespace)
    bare_cluster.bind("bob", "files-in-secret-out", desk.namespace, kind="Role")
    until(lambda: bare_cluster.rest.may("bob", "create", "secrets", desk.namespace), what="bob may write Secrets")
    return desk


def test_files_in_secret_out_takes_secrets_alone(bob, tmp_path):
    mark = bob.cluster.mark()
    result = bob.issue("-f", bob.write(tmp_path / "web.yaml"))

    assert_issued(bob, result, bob.names, tmp_path)
    assert bob.kept() == {"dns-key", "account", "web-tls"}
    assert bob.kept("events") == bob.kept("leases") == set()
    assert "Events and status are left out" in result.err
    asked = {resource for _, resource, _, _ in bob.cluster.requests(mark, "bob")}
    assert asked <= {"secrets", "leases"}


def test_files_in_secret_out_leaves_a_good_certificate_alone_and_renews_it(bob, tmp_path):
    file = bob.write(tmp_path / "web.yaml")
    first = bob.issue("-f", file)
    old = bob.secret()
    second = bob.issue("-f", file)
    assert (first.code, second.code) == (0, 0) and "unchanged" in second.out and bob.secret() == old, f"{first}{second}"

    third = bob.issue("--force", "-f", file)

    assert_issued(bob, third, bob.names, tmp_path)
    assert bob.secret() != old and bob.kept() == {"dns-key", "account", "web-tls"}


def test_files_in_are_taken_from_a_folder_too(bob, tmp_path):
    bob.write(tmp_path / "web.yaml")
    result = bob.issue("-f", tmp_path)

    assert result.code == 0 and bob.secret(), str(result)


def test_files_in_are_taken_from_stdin_too(bob, tmp_path):
    file = bob.write(tmp_path / "web.yaml")
    result = run(["sh", "-c", f'exec "$0" "$@" < {file}', *bob.issue_command("-f", "-")], **bob.environment())

    assert_issued(bob, result, bob.names, tmp_path)


def test_without_rights_on_secrets_nothing_is_made_from_files(bare_cluster, dns, pebble, tmp_path):
    desk = ClusterDesk(bare_cluster, dns, pebble, user="nobody")
    bare_cluster.apply(desk.objects()[0])
    result = desk.issue("-f", desk.write(tmp_path / "web.yaml"))

    assert result.code == 1, str(result)
    assert f'User "nobody" cannot get resource "secrets" in API group "" in the namespace "{desk.namespace}"' in result.err
    assert desk.kept() == {"dns-key"} and desk.left_records() == set()


def test_a_cluster_without_our_kinds_gives_the_command_that_installs_them(bare_cluster, dns, pebble):
    result = ClusterDesk(bare_cluster, dns, pebble).issue()

    assert result.code == 1 and "kubectl apply" in result.err and "crds" in result.err, str(result)
