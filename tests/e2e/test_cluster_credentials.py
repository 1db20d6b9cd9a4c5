# SPDX-License-Identifier: Apache-2.0
"""Every kind of credential that a kubeconfig holds, against the real API server, which tells in its audit log who came."""

import base64
import datetime
import json
import os

import pytest
from lab.process import until

from desk import assert_issued, finish, followed, unique
from test_resume import wait_for_records
from user_desk import UNAUTHORIZED, assert_works, config, who_wrote

ONLY_CROWDED = True

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


def test_token_file_that_is_replaced_in_the_middle_of_a_run(make_user_desk, tmp_path, dns):
    robot = "system:serviceaccount:HERE:robot"
    desk = make_user_desk("alice", robot, names=[unique("lagging.com")])
    place, mark = tmp_path / "token", desk.cluster.mark()
    place.write_text(desk.cluster.service_account(desk.namespace, "robot", bound_to="robots-life") + "\n")
    process = desk.start(kubeconfig=config(desk, tokenFile=str(place)))
    wait_for_records(process, desk, desk.names, 1)
    (tmp_path / "next").write_text(desk.cluster.tokens["alice"][0] + "\n")
    os.replace(tmp_path / "next", place)
    # The first token goes with its Secret; the API server, which remembers tokens for 10 s, refuses it from then on.
    desk.cluster.kubectl("delete", "secret", "robots-life", namespace=desk.namespace)
    until(lambda: "alice" in who_wrote(desk, mark), 40, "the second token is used")
    with followed(dns):
        result = finish(process)

    assert_issued(desk, result, desk.names, tmp_path)
    writers = who_wrote(desk, mark)
    second = writers.index("alice")
    assert second > 0 and set(writers[:second]) == {robot.replace("HERE", desk.namespace)}
    assert set(writers[second:]) == {"alice"}


def test_service_account_token(make_user_desk, tmp_path):
    desk = make_user_desk("system:serviceaccount:HERE:robot")
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


def test_impersonation_with_groups_uid_and_extras(bob_as_alice):
    desk, cluster = bob_as_alice, bob_as_alice.cluster
    rules = [{"apiGroups": [""], "resources": ["groups"], "verbs": ["impersonate"]},
             {"apiGroups": ["authentication.k8s.io"], "resources": ["uids", "userextras/scopes", "userextras/lab.test/of%"],
              "verbs": ["impersonate"]}]
    cluster.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                   "metadata": {"name": "act-in-detail"}, "rules": rules})
    cluster.bind("bob", "act-in-detail")
    until(lambda: cluster.rest.may("bob", "impersonate", "userextras", group="authentication.k8s.io", subresource="scopes"))
    mark = cluster.mark()
    by_flags = desk.describe("--as", "alice", "--as-group", "testers", "--as-group", "two words", "--as-uid", "u-1",
                             "--as-user-extra", "scopes=view", "--as-user-extra", "scopes=edit",
                             "--as-user-extra", "lab.test/of%=100%", user="bob")
    by_kubeconfig = desk.describe(kubeconfig=config(desk, token=cluster.tokens["bob"][0], **{
        "as": "alice", "as-groups": ["testers", "two words"], "as-uid": "u-1",
        "as-user-extra": {"scopes": ["view", "edit"], "lab.test/of%": ["100%"]}}))

    assert by_flags.code == 0 and by_kubeconfig.code == 0, f"{by_flags}\n{by_kubeconfig}"
    seen = [event["impersonatedUser"] for event in events_since(desk, mark)]
    assert len(seen) > 2
    for user in seen:
        assert (user["username"], user["uid"]) == ("alice", "u-1")
        assert set(user["groups"]) == {"testers", "two words", "system:authenticated"}
        assert user["extra"] == {"scopes": ["view", "edit"], "lab.test/of%": ["100%"]}


def events_since(desk, mark):
    """What the audit log has of the desk's namespace."""
    with open(desk.cluster.folder / "audit.log") as text:
        text.seek(mark)
        return [e for e in map(json.loads, text) if e.get("objectRef", {}).get("namespace") == desk.namespace]


def who_wrote_the_status(desk, mark):
    """(who came, as whom) of all that was written to the status of the Certificate since."""
    return {(e["user"]["username"], e.get("impersonatedUser", {}).get("username")) for e in events_since(desk, mark)
            if e["verb"] == "patch" and e["objectRef"].get("subresource") == "status"}


# ---- refused, and not astray


@pytest.mark.parametrize("command", ["issue", "describe"])
def test_a_wrong_token_sounds_as_with_kubectl(alice, command):
    kubeconfig = config(alice, token="wrong")
    result = getattr(alice, command)(kubeconfig=kubeconfig)

    assert result.code == 1 and result.err.endswith(UNAUTHORIZED) and result.out == "", str(result)
    assert alice.cluster.kubectl("get", "secrets", kubeconfig=kubeconfig, check=False).stderr.endswith(UNAUTHORIZED)
    assert alice.kept() == {"dns-key"}


def test_basic_auth_which_no_api_server_heeds_any_more_sounds_as_with_kubectl(alice):
    """Whoever sends it is nobody in particular; that it is sent is shown beside the proxies."""
    by_flags = ("--username", "alice", "--password", "s3cret-word")
    ours = alice.describe(*by_flags, kubeconfig=config(alice))
    stored = alice.describe(kubeconfig=config(alice, username="alice", password="s3cret-word"))
    theirs = alice.cluster.kubectl("get", "secrets", "web", *by_flags, kubeconfig=config(alice), check=False)

    refusal = ('Error from server (Forbidden): {} "web" is forbidden: User "system:anonymous" cannot get resource "{}" '
               'in API group "{}" in the namespace "' + alice.namespace + '"\n')
    assert theirs.stderr == refusal.format("secrets", "secrets", "")
    expected = refusal.format("certificates.certmanager.k8s.io", "certificates", "certmanager.k8s.io")
    assert ours.code == stored.code == 1 and ours.err == stored.err == expected, f"{ours}\n{stored}"


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
