# SPDX-License-Identifier: Apache-2.0
"""The lab's API server is the real one: versions, users, rights, tokens, what was asked of it."""

import datetime
import json

import pytest
from lab import toolbox
from lab.process import until

SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}


def who(cluster, kubeconfig):
    shown = cluster.kubectl("auth", "whoami", "-o", "json", kubeconfig=kubeconfig)
    return json.loads(shown.stdout)["status"]["userInfo"]


def test_kubectl_and_the_server_are_of_one_version(bare_cluster):
    shown = json.loads(bare_cluster.kubectl("version", "-o", "json").stdout)

    assert shown["clientVersion"]["gitVersion"] == shown["serverVersion"]["gitVersion"] == f"v{toolbox.KUBERNETES_VERSION}"


def test_users_have_no_right_before_one_is_granted(bare_cluster):
    place = bare_cluster.new_namespace()

    refused = bare_cluster.kubectl("get", "secret", "web", namespace=place, user="alice", check=False)
    bare_cluster.grant("alice", place, SECRETS)
    missing = bare_cluster.kubectl("get", "secret", "web", namespace=place, user="alice", check=False)

    assert 'User "alice" cannot get resource "secrets"' in refused.stderr
    assert "(NotFound)" in missing.stderr
    assert not bare_cluster.rest.may("bob", "get", "secrets", place)


def test_both_tokens_of_a_user_are_taken(bare_cluster):
    for token in bare_cluster.tokens["alice"]:
        info = who(bare_cluster, bare_cluster.kubeconfig("alice", credentials={"token": token}))

        assert info["username"] == "alice" and "developers" in info["groups"]


def test_a_client_certificate_names_user_and_groups(bare_cluster):
    certificate, key = bare_cluster.client_certificate("carol", ["shop", "desk"])
    shown = {"client-certificate": str(certificate), "client-key": str(key)}

    info = who(bare_cluster, bare_cluster.kubeconfig("carol", credentials=shown))

    assert info["username"] == "carol" and {"shop", "desk"} <= set(info["groups"])


def test_a_client_certificate_that_has_run_out_is_refused(bare_cluster):
    certificate, key = bare_cluster.client_certificate("carol", valid_for=datetime.timedelta(minutes=-5))
    config = bare_cluster.kubeconfig("carol", credentials={"client-certificate": str(certificate), "client-key": str(key)})

    done = bare_cluster.kubectl("auth", "whoami", kubeconfig=config, check=False)

    assert done.returncode != 0 and "Unauthorized" in done.stderr


def test_a_service_account_speaks_with_its_token(bare_cluster):
    place = bare_cluster.new_namespace()
    token = bare_cluster.service_account(place, "issuer")

    info = who(bare_cluster, bare_cluster.kubeconfig("issuer", credentials={"token": token}))

    assert info["username"] == f"system:serviceaccount:{place}:issuer"


def test_the_audit_log_names_the_requests_of_a_user(bare_cluster):
    place = bare_cluster.new_namespace()
    bare_cluster.grant("bob", place, SECRETS)
    mark = bare_cluster.mark()

    bare_cluster.kubectl("get", "secret", "web", namespace=place, user="bob", check=False)

    asked = until(lambda: [r for r in bare_cluster.requests(mark, "bob") if r[1] == "secrets"])
    assert asked == [("get", "secrets", "web", 404)]


@pytest.mark.parametrize("fields", [{"namespace": "shop"}, {"cluster": {"certificate-authority": None}}])
def test_a_kubeconfig_takes_what_it_is_given(bare_cluster, fields):
    config = bare_cluster.kubeconfig("alice", **fields)

    done = bare_cluster.kubectl("get", "secret", "web", kubeconfig=config, check=False)

    assert ("in the namespace \"shop\"" in done.stderr) == ("namespace" in fields)
    assert ("unknown authority" in done.stderr) == ("cluster" in fields)
