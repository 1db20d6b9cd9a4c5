# SPDX-License-Identifier: Apache-2.0
"""The roles of manifests/rbac, asked of the real authorizer: each gives what it is for and nothing more."""

import json
import re
import secrets
from pathlib import Path

import pytest
import yaml
from lab.process import until

RBAC = Path(__file__).resolve().parents[2] / "manifests" / "rbac"
OURS, CORE, LEASES = "certmanager.k8s.io", "", "coordination.k8s.io"
RESOURCES = [(OURS, "certificates"), (OURS, "certificates/status"), (OURS, "issuers"), (OURS, "issuers/status"),
             (OURS, "clusterissuers"), (OURS, "clusterissuers/status"), (CORE, "secrets"), (CORE, "events"), (LEASES, "leases"),
             ("networking.k8s.io", "ingresses"), ("gateway.networking.k8s.io", "gateways"), (CORE, "pods"), (CORE, "configmaps")]
VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]
WRITE = {"create", "update", "patch", "delete", "deletecollection"}
READ = {"get", "list", "watch"}
GIVEN = {
    "kubectl-cert-issue": {"certificates": {"get", "list"}, "issuers": {"get"}, "certificates/status": {"patch"},
                           "issuers/status": {"patch"}, "secrets": {"get", "create", "patch", "delete"},
                           "events": {"create", "list", "patch"}, "leases": {"get", "create", "patch", "delete"}},
    "kubectl-cert-view": {"certificates": READ, "issuers": READ, "events": {"list"}, "leases": {"get"},
                          "ingresses": {"list"}, "gateways": {"list"}},
    "kubectl-cert-edit": {"certificates": READ | WRITE, "issuers": READ | WRITE},
    "kubectl-cert-clusterissuers": {"clusterissuers": READ},
}
AGGREGATED = {"kubectl-cert-issue": {"admin", "edit"}, "kubectl-cert-view": {"admin", "edit", "view"},
              "kubectl-cert-edit": {"admin", "edit"}, "kubectl-cert-clusterissuers": set()}


@pytest.fixture(scope="module")
def ruled(cluster):
    cluster.kubectl("apply", "-k", RBAC)
    return cluster


def somebody():
    """A user whom no other test binds: the authorizer asks for no token."""
    return f"user-{secrets.token_hex(4)}"


def rights(cluster, user, namespace, name=""):
    found = {}
    for group, resource in RESOURCES:
        plain, _, sub = resource.partition("/")
        verbs = {v for v in VERBS if cluster.rest.may(user, v, plain, namespace, group, sub, name)}
        if verbs:
            found[resource] = verbs
    return found


@pytest.mark.parametrize("role", GIVEN)
def test_a_role_gives_what_it_is_for_and_nothing_more(ruled, namespace, role):
    user, place = somebody(), None if role == "kubectl-cert-clusterissuers" else namespace
    ruled.bind(user, role, place)

    until(lambda: rights(ruled, user, place or ""), what="the binding holds")

    assert rights(ruled, user, place or "") == GIVEN[role]
    assert place is None or rights(ruled, user, "default") == {}


def test_each_role_is_part_of_the_roles_that_its_label_says(ruled):
    for role, wanted in AGGREGATED.items():
        labels = ruled.get("clusterrole", role)["metadata"]["labels"]

        found = {key.removeprefix("rbac.authorization.k8s.io/aggregate-to-") for key, value in labels.items()
                 if key.startswith("rbac.authorization.k8s.io/aggregate-to-") and value == "true"}
        assert found == wanted


def test_kubernetes_own_roles_collect_by_these_labels(ruled):
    for name in ("admin", "edit", "view"):
        selectors = ruled.get("clusterrole", name)["aggregationRule"]["clusterRoleSelectors"]

        assert {f"rbac.authorization.k8s.io/aggregate-to-{name}": "true"} in [s["matchLabels"] for s in selectors]


def test_who_only_looks_or_writes_manifests_reads_no_secret(ruled):
    for role in ("kubectl-cert-view", "kubectl-cert-edit", "kubectl-cert-clusterissuers"):
        rules = ruled.get("clusterrole", role)["rules"]

        assert not [rule for rule in rules if "secrets" in rule["resources"] or "*" in rule["resources"] + rule["verbs"]]


def test_a_role_with_names_reads_the_secrets_of_one_certificate_only(ruled, namespace):
    user = somebody()
    ruled.kubectl("apply", "-f", RBAC / "examples" / "one-certificate.yaml", namespace=namespace)
    ruled.bind(user, "issue-web", namespace, kind="Role")
    until(lambda: ruled.rest.may(user, "list", "certificates", namespace, OURS))

    for name in ("web-tls", "web-pending-key", "letsencrypt-staging", "our-dns-key"):
        assert ruled.rest.may(user, "get", "secrets", namespace, name=name)
    assert rights(ruled, user, namespace, "other").get("secrets") == {"create"}
    assert not ruled.rest.may(user, "patch", "secrets", namespace, name="our-dns-key")
    assert not ruled.rest.may(user, "list", "secrets", namespace)


def test_a_clusterissuers_credentials_are_read_by_name(ruled):
    user = somebody()
    ruled.kubectl("apply", "-f", RBAC / "examples" / "clusterissuer-credentials.yaml")
    ruled.bind(user, "clusterissuer-credentials", "kube-system", kind="Role")
    until(lambda: ruled.rest.may(user, "get", "secrets", "kube-system", name="our-dns-key"))

    assert rights(ruled, user, "kube-system", "letsencrypt-staging") == {"secrets": {"get"}}
    assert rights(ruled, user, "kube-system", "other") == {}


def test_files_in_secret_out_takes_secrets_of_one_namespace_alone(ruled, namespace):
    user = somebody()
    ruled.kubectl("apply", "-f", RBAC / "examples" / "files-in-secret-out.yaml", namespace=namespace)
    ruled.bind(user, "files-in-secret-out", namespace, kind="Role")
    until(lambda: ruled.rest.may(user, "get", "secrets", namespace))

    assert rights(ruled, user, namespace) == {"secrets": {"get", "create", "patch", "delete"}}


def test_kubectl_reads_with_the_view_role_what_it_may(ruled, namespace):
    ruled.bind("bob", "kubectl-cert-view", namespace)
    until(lambda: ruled.rest.may("bob", "list", "certificates", namespace, OURS))

    seen = ruled.kubectl("get", f"certificates.{OURS}", namespace=namespace, user="bob")
    refused = ruled.kubectl("get", "secret", "web-tls", namespace=namespace, user="bob", check=False)

    assert "No resources found" in seen.stderr
    assert f'cannot get resource "secrets" in API group "" in the namespace "{namespace}"' in refused.stderr


def test_the_table_of_the_readme_names_every_role(ruled):
    text = (RBAC / "README.md").read_text()

    assert set(re.findall(r"^\| `([\w-]+)` \|", text, re.M)) == set(GIVEN)
    for link in re.findall(r"\]\((examples/[\w.-]+)\)", text):
        assert list(yaml.safe_load_all((RBAC / link).read_text()))


def test_a_dry_run_of_the_server_takes_all_roles(cluster):
    done = cluster.kubectl("apply", "--dry-run=server", "--validate=strict", "-o", "json", "-k", RBAC)

    assert {item["metadata"]["name"] for item in json.loads(done.stdout)["items"]} == set(GIVEN)
