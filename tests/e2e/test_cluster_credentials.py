# SPDX-License-Identifier: Apache-2.0
"""Every kind of credential that a kubeconfig holds, against the real API server, which tells in its audit log who came."""

import base64
import datetime
import json
import re
import sys
from pathlib import Path

import pytest
from lab.process import until

from cluster_desk import RBAC, ClusterDesk
from desk import assert_issued

UNAUTHORIZED = "error: You must be logged in to the server (Unauthorized)\n"
API = "client.authentication.k8s.io"
PLUGIN = f"""#!{sys.executable} -IS
import json, os, sys
print(os.environ["KUBERNETES_EXEC_INFO"], sys.argv[1:], os.environ.get("EXTRA"), file=open(__file__ + ".log", "a"))
sys.stdout.write(open(__file__ + ".json").read())
"""


@pytest.fixture
def make_desk(cluster, dns, pebble):
    """A desk in whose namespace that user (or service account `system:serviceaccount:HERE:NAME`) may issue and look."""
    def make(user):
        cluster.kubectl("apply", "-k", RBAC)
        desk = ClusterDesk(cluster, dns, pebble, user=user).put()
        for role in ("kubectl-cert-issue", "kubectl-cert-view"):
            cluster.bind(user.replace("HERE", desk.namespace), role, desk.namespace)
        for verb, resource in (("create", "secrets"), ("list", "events"), ("get", "leases")):
            group = "coordination.k8s.io" if resource == "leases" else ""
            until(lambda: cluster.rest.may(user.replace("HERE", desk.namespace), verb, resource, desk.namespace, group))
        return desk
    return make


@pytest.fixture
def carol(make_desk):
    """The desk of a user whom the API server knows by client certificate only."""
    return make_desk("carol")


@pytest.fixture
def alice(make_desk):
    return make_desk("alice")


def config(desk, **credentials):
    return desk.cluster.kubeconfig(desk.user, desk.namespace, credentials)


def assert_works(desk, kubeconfig, folder, *flags, user=None):
    """Issues and describes with this kubeconfig; each request came from that user and was granted."""
    mark, user = desk.cluster.mark(), user or desk.user
    issued = desk.issue(*flags, kubeconfig=kubeconfig)
    described = desk.describe(*flags, kubeconfig=kubeconfig)

    assert_issued(desk, issued, desk.names, folder)
    assert described.code == 0 and "tls.key matches" in described.out, str(described)
    seen = desk.cluster.requests(mark, user)
    assert ("patch", "certificates/status", "web", 200) in seen
    assert [request for request in seen if request[3] in (401, 403)] == []


def write_plugin(folder, **status):
    """An exec plugin that answers with this status; each call goes to its log."""
    script = Path(folder) / "plugin"
    script.write_text(PLUGIN)
    script.chmod(0o755)
    answer(script, **status)
    return script


def answer(script, **status):
    Path(f"{script}.json").write_text(json.dumps({"apiVersion": f"{API}/v1", "kind": "ExecCredential", "status": status}))


def calls(script):
    log = Path(f"{script}.log")
    return log.read_text().splitlines() if log.exists() else []


def stanza(script, **more):
    return {"apiVersion": f"{API}/v1", "command": str(script), "interactiveMode": "Never"} | more


# ---- each kind


def test_client_certificate_from_files(carol, tmp_path):
    certificate, key = carol.cluster.client_certificate("carol")

    assert_works(carol, config(carol, **{"client-certificate": str(certificate), "client-key": str(key)}), tmp_path)


def test_client_certificate_from_data(carol, tmp_path):
    certificate, key = (base64.b64encode(path.read_bytes()).decode() for path in carol.cluster.client_certificate("carol"))

    assert_works(carol, config(carol, **{"client-certificate-data": certificate, "client-key-data": key}), tmp_path)


def test_client_certificate_by_flags(carol, tmp_path):
    certificate, key = carol.cluster.client_certificate("carol")

    assert_works(carol, config(carol), tmp_path, "--client-certificate", certificate, "--client-key", key)


def test_token(alice, tmp_path):
    assert_works(alice, config(alice, token=alice.cluster.tokens["alice"][0]), tmp_path)


def test_token_by_flag_goes_before_the_kubeconfigs(alice, tmp_path):
    assert_works(alice, config(alice, token="wrong"), tmp_path, "--token", alice.cluster.tokens["alice"][0])


def test_token_file_is_read_again_by_each_run(alice, tmp_path):
    place = tmp_path / "token"
    place.write_text("wrong\n")
    kubeconfig = config(alice, tokenFile=str(place))
    refused = alice.describe(kubeconfig=kubeconfig)
    place.write_text(alice.cluster.tokens["alice"][1] + "\n")

    assert refused.code == 1 and refused.err == UNAUTHORIZED
    assert_works(alice, kubeconfig, tmp_path)


def test_token_file_goes_before_the_token_beside_it(alice, tmp_path):
    (tmp_path / "token").write_text(alice.cluster.tokens["alice"][0])

    assert_works(alice, config(alice, token="wrong", tokenFile=str(tmp_path / "token")), tmp_path)


def test_service_account_token(make_desk, tmp_path):
    desk = make_desk("system:serviceaccount:HERE:robot")
    token = desk.cluster.service_account(desk.namespace, "robot")

    assert_works(desk, config(desk, token=token), tmp_path, user=f"system:serviceaccount:{desk.namespace}:robot")


@pytest.fixture
def bob_as_alice(cluster, alice):
    """Alice's desk, and bob may act as alice; he has no right of his own (admin's requests are not in the audit log)."""
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "act-as-alice"},
            "rules": [{"apiGroups": [""], "resources": ["users"], "resourceNames": ["alice"], "verbs": ["impersonate"]}]}
    cluster.apply(role)
    cluster.bind("bob", "act-as-alice")
    until(lambda: cluster.rest.may("bob", "impersonate", "users", name="alice"), what="bob may act as alice")
    return alice


def test_impersonation_by_flag(bob_as_alice, tmp_path):
    desk, mark = bob_as_alice, bob_as_alice.cluster.mark()
    issued = desk.issue("--as", "alice", user="bob")

    assert_issued(desk, issued, desk.names, tmp_path)
    assert who_wrote_the_status(desk, mark) == {("bob", "alice")}


def test_impersonation_by_kubeconfig(bob_as_alice, tmp_path):
    desk, mark = bob_as_alice, bob_as_alice.cluster.mark()
    issued = desk.issue(kubeconfig=config(desk, token=desk.cluster.tokens["bob"][0], **{"as": "alice"}))

    assert_issued(desk, issued, desk.names, tmp_path)
    assert who_wrote_the_status(desk, mark) == {("bob", "alice")}


def test_admin_acts_as_alice(alice, tmp_path):
    assert_issued(alice, alice.issue("--as", "alice", user="admin"), alice.names, tmp_path)


def test_an_impersonated_user_has_no_more_rights_than_that_user(alice):
    result = alice.issue("--as", "mallory", "--as-group", "guests", user="admin")

    assert result.code == 1 and 'User "mallory" cannot get resource "certificates"' in result.err, str(result)


def test_who_may_not_impersonate_is_told_so(alice):
    result = alice.describe("--as", "admin")

    assert result.code == 1 and 'User "alice" cannot impersonate resource "users"' in result.err, str(result)


def who_wrote_the_status(desk, mark):
    """(who came, as whom) of all that was written to the status of the Certificate since."""
    with open(desk.cluster.folder / "audit.log") as text:
        text.seek(mark)
        events = [e for e in map(json.loads, text) if e.get("objectRef", {}).get("namespace") == desk.namespace]
    return {(e["user"]["username"], e.get("impersonatedUser", {}).get("username")) for e in events
            if e["verb"] == "patch" and e["objectRef"].get("subresource") == "status"}


# ---- exec plugins


def test_exec_plugin_that_gives_a_token_runs_once_a_run(alice, tmp_path):
    script = write_plugin(tmp_path, token=alice.cluster.tokens["alice"][0])
    kubeconfig = config(alice, exec=stanza(script, args=["--for", "lab"], env=[{"name": "EXTRA", "value": "more"}]))

    assert_works(alice, kubeconfig, tmp_path)

    assert len(calls(script)) == 2  # issue and describe
    for line in calls(script):
        told, _ = json.JSONDecoder().raw_decode(line)
        assert (told["apiVersion"], told["kind"]) == (f"{API}/v1", "ExecCredential") and not told["spec"]["interactive"]
        assert "cluster" not in told["spec"] and line.endswith("['--for', 'lab'] more")


def test_exec_plugin_that_gives_a_client_certificate(carol, tmp_path):
    certificate, key = (path.read_text() for path in carol.cluster.client_certificate("carol"))
    script = write_plugin(tmp_path, clientCertificateData=certificate, clientKeyData=key)

    assert_works(carol, config(carol, exec=stanza(script)), tmp_path)


def test_exec_plugin_is_told_the_cluster_where_the_stanza_says_so(alice, tmp_path):
    script = write_plugin(tmp_path, token=alice.cluster.tokens["alice"][0])
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script, provideClusterInfo=True)))

    told, _ = json.JSONDecoder().raw_decode(calls(script)[0])
    assert result.code == 0, str(result)
    assert told["spec"]["cluster"]["server"] == alice.cluster.url
    assert base64.b64decode(told["spec"]["cluster"]["certificate-authority-data"]) == alice.cluster.ca_file.read_bytes()


def test_exec_plugin_whose_token_is_refused(alice, tmp_path):
    script = write_plugin(tmp_path, token="wrong")
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 1 and result.err == UNAUTHORIZED, str(result)


def test_exec_plugin_whose_credential_has_run_out_is_asked_again(alice, tmp_path):
    past = (datetime.datetime.utcnow() - datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    script = write_plugin(tmp_path, token=alice.cluster.tokens["alice"][0], expirationTimestamp=past)
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 0, str(result)
    assert len(calls(script)) > 1


def test_exec_plugin_that_is_not_there_or_fails_sounds_as_with_kubectl(alice, tmp_path):
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\nexit 7\n")
    failing.chmod(0o755)
    for script in (tmp_path / "none", failing):
        kubeconfig = config(alice, exec=stanza(script))
        ours = alice.describe(kubeconfig=kubeconfig)
        theirs = alice.cluster.kubectl("get", "secrets", kubeconfig=kubeconfig, check=False)

        assert ours.code == 1, str(ours)
        reason = re.search(r"getting credentials: .*", theirs.stderr).group()
        beginning = f"Unable to connect to the server: {reason}"
        assert beginning in theirs.stderr
        assert ours.err.startswith(beginning), f"{ours}\n--- kubectl\n{theirs.stderr}"


# ---- refused, and not astray


@pytest.mark.parametrize("command", ["issue", "describe"])
def test_a_wrong_token_sounds_as_with_kubectl(alice, command):
    kubeconfig = config(alice, token="wrong")
    result = getattr(alice, command)(kubeconfig=kubeconfig)

    assert result.code == 1 and result.err.endswith(UNAUTHORIZED) and result.out == "", str(result)
    assert alice.cluster.kubectl("get", "secrets", kubeconfig=kubeconfig, check=False).stderr.endswith(UNAUTHORIZED)
    assert alice.kept() == {"dns-key"}


def test_a_client_certificate_that_has_run_out_is_refused(carol):
    certificate, key = carol.cluster.client_certificate("carol", valid_for=datetime.timedelta(minutes=-5))
    result = carol.describe(kubeconfig=config(carol, **{"client-certificate": str(certificate), "client-key": str(key)}))

    assert result.code == 1 and "Unauthorized" in result.err, str(result)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_of_the_environment_is_not_asked_for_loopback(alice, tmp_path, variable):
    result = alice.issue(**{variable: "http://127.0.0.1:1"})

    assert_issued(alice, result, alice.names, tmp_path)


def test_no_credential_is_shown_even_when_all_is_told(alice, tmp_path):
    token = alice.cluster.tokens["alice"][0]
    result = alice.issue("-v=10", kubeconfig=config(alice, token=token))

    assert result.code == 0 and token not in result.text, str(result)
