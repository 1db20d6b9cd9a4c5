# SPDX-License-Identifier: Apache-2.0
"""Solver webhooks of cert-manager's making, called through a real API server with the rights of the person who issues."""

import ssl
import threading
import urllib.request

import pytest
import yaml
from fakes.solver_webhook import USER, FrontProxy, SolverWebhook, objects_for
from fakes.zone_backing import ZoneBacking
from lab.ports import free_port
from lab.process import until
from lab.solver import Solver

from cluster_desk import RBAC, ClusterDesk
from desk import assert_issued, dns_names, leaf_and_chain, unique

MANIFESTS = RBAC.parent
DOWN, NOWHERE = "down.lab.example", "nowhere.lab.example"  # a group whose server is gone, and one that nobody serves
THEIRS = "theirs.lab.example"
ZONES = ("example.com", "example.org")


@pytest.fixture(scope="module")
def front_proxy(tmp_path_factory):
    return FrontProxy(tmp_path_factory.mktemp("front-proxy"))


@pytest.fixture(scope="module")
def place(make_cluster, front_proxy):
    """An API server of its own, which knows how to go to servers behind it; alice may call the solvers, bob not."""
    place = make_cluster("solvers", MANIFESTS / "crds", flags=front_proxy.flags())
    place.kubectl("apply", "-k", RBAC)
    groups = [SolverWebhook.group, DOWN, NOWHERE, THEIRS]
    role = yaml.safe_load((RBAC / "examples" / "solver-webhook.yaml").read_text())
    role["rules"][0] |= {"apiGroups": groups, "resources": [SolverWebhook.name, "other-solver", Solver.name]}
    place.apply(role)
    place.bind("alice", role["metadata"]["name"])
    for group in groups:
        until(lambda: place.rest.may("alice", "create", SolverWebhook.name, group=group), what="alice may call the solvers")
    return place


@pytest.fixture(scope="module")
def installed(place, front_proxy, dns, authority, tmp_path_factory):
    solver = SolverWebhook(authority, tmp_path_factory.mktemp("solver"), ZoneBacking(dns, ZONES), front_proxy).start()
    place.apply(*solver.objects(), *objects_for(DOWN, "down", "default", free_port(), authority))
    place.kubectl("wait", "--for=condition=Available", "apiservice", f"v1alpha1.{solver.group}", "--timeout=30s")
    yield solver
    solver.stop()


@pytest.fixture
def solver(installed):
    installed.forget()
    yield installed
    assert installed.errors == []


@pytest.fixture
def make_shop(place, dns, pebble):
    """A desk whose Issuer has that stanza, and whose user has kubectl-cert-issue."""
    def make(stanza, names=None, user="alice"):
        desk = ClusterDesk(place, dns, pebble, names=names or [unique()], user=user)
        place.apply(*desk.objects(issuer=issuer(stanza))[1:])
        place.bind(user, "kubectl-cert-issue", desk.namespace)
        until(lambda: place.rest.may(user, "create", "secrets", desk.namespace), what=f"{user} may issue")
        return desk
    return make


def issuer(stanza):
    return {"acme": {"dns01": {"providers": [{"name": "our-dns"} | stanza]}}}


def elsewhere(group):
    return {"webhook": {"groupName": group, "solverName": SolverWebhook.name}}


def actions(solver):
    return [asked["action"] for asked in solver.payloads]


def assert_nothing_left(desk):
    assert desk.left_records() == set() and desk.kept("leases") == set()
    assert desk.secret() is None


def test_apex_and_wildcard_through_a_solver(make_shop, solver, tmp_path):
    apex = unique()
    desk = make_shop(solver.stanza(), [apex, f"*.{apex}"])
    mark = desk.cluster.mark()
    result = desk.issue()

    assert_issued(desk, result, desk.names, tmp_path)
    assert desk.kept() == {"account", "web-tls"}
    assert actions(solver) == ["Present", "Present", "CleanUp", "CleanUp"]
    assert set(solver.users) == {"alice"}
    assert [seen for seen in desk.cluster.requests(mark, "alice") if seen[3] == 403] == []


def test_the_payload_is_the_one_that_solvers_know(make_shop, solver):
    apex = unique()
    desk = make_shop(solver.stanza(), [f"*.{apex}"])
    assert desk.issue().code == 0

    present, clean_up = solver.payloads
    uid, key = present.pop("uid"), present.pop("key")
    assert present == {"action": "Present", "type": "dns-01", "dnsName": apex, "resourceNamespace": desk.namespace,
                       "resolvedFQDN": f"_acme-challenge.{apex}.", "resolvedZone": "example.com.",
                       "allowAmbientCredentials": False}
    assert clean_up.pop("uid") != uid
    assert clean_up == present | {"action": "CleanUp", "key": key}


def test_what_others_keep_at_the_name_survives(make_shop, solver, dns):
    desk = make_shop(solver.stanza())
    name = f"_acme-challenge.{desk.names[0]}"
    solver.backing.replace(name, {"another client's"})

    assert desk.issue().code == 0
    assert desk.left_records() == {(name, "another client's")}
    solver.backing.replace(name, set())


def test_names_behind_a_cname_are_solved_in_the_zone_that_it_leads_to(make_shop, solver, dns):
    name = unique()
    dns.add("example.com", f"_acme-challenge.{name.removesuffix('.example.com')}", "CNAME", f"{name.split('.')[0]}.example.org.")
    desk = make_shop(solver.stanza() | {"cnameStrategy": "Follow"}, [name])

    assert desk.issue().code == 0
    assert solver.payloads[0]["resolvedFQDN"] == f"{name.split('.')[0]}.example.org."
    assert solver.payloads[0]["resolvedZone"] == "example.org." and solver.payloads[0]["dnsName"] == name


@pytest.mark.parametrize("config", [
    {"host": "https://dns.test", "ttl": 60, "tokenSecretRef": {"name": "token", "key": "k"}, "deep": [{"a": []}, 1.5, True]},
    {"big": 12345678901234567, "text": "ü \n \"quoted\" \\ é", "empty": {}, "none": []}])
def test_the_config_is_passed_as_it_is(make_shop, solver, config):
    assert make_shop(solver.stanza(**config)).issue().code == 0

    assert [asked["config"] for asked in solver.payloads] == [config, config]


def test_ambient_credentials_are_allowed_by_the_flag_only(make_shop, solver):
    assert make_shop(solver.stanza()).issue("--ambient-credentials").code == 0

    assert [asked["allowAmbientCredentials"] for asked in solver.payloads] == [True, True]


def test_a_cluster_issuer_names_the_cluster_resource_namespace(place, solver, dns, pebble):
    desk, where = ClusterDesk(place, dns, pebble), place.new_namespace()
    _, shared, certificate = desk.objects(issuer=issuer(solver.stanza()),
                                          certificate={"issuerRef": {"name": desk.namespace, "kind": "ClusterIssuer"}})
    shared |= {"kind": "ClusterIssuer", "metadata": {"name": desk.namespace}}
    place.apply(shared, certificate)
    result = desk.issue("--cluster-resource-namespace", where)
    place.kubectl("delete", "clusterissuers.certmanager.k8s.io", desk.namespace)

    assert result.code == 0 and dns_names(leaf_and_chain(desk.secret())[0]) == set(desk.names), str(result)
    assert {asked["resourceNamespace"] for asked in solver.payloads} == {where}


def test_a_solver_that_refuses_is_told_in_its_words(make_shop, solver):
    desk = make_shop(solver.stanza())
    solver.refusal = "zone is locked\nuntil \x1b[31mtomorrow"
    result = desk.issue()

    assert result.code == 1, str(result)
    assert (f"webhook: {solver.name}.{solver.group}: Present of _acme-challenge.{desk.names[0]}.: "
            r"zone is locked\nuntil \x1b[31mtomorrow") in result.err
    assert "\x1b" not in result.err
    assert_nothing_left(desk)


def test_a_solver_that_refuses_to_clean_up_leaves_a_warning_and_the_next_run_cleans_up(make_shop, solver):
    desk = make_shop(solver.stanza())

    def stuck(_):
        solver.refusal = "the zone is locked"
    solver.after(stuck, when=lambda request: b'"Present"' in request.body)
    first = desk.issue()
    assert first.code == 0 and "the zone is locked" in first.err, str(first)
    assert len(desk.left_records()) == 1
    solver.refusal = None

    second = desk.issue()

    assert second.code == 0, str(second)
    assert desk.left_records() == set()


def test_a_server_error_of_the_solver_is_told(make_shop, solver):
    desk = make_shop(solver.stanza())
    solver.fault(500, times=9, body={"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 500,
                                     "message": "the solver's own trouble"}, when=lambda request: request.method == "POST")
    result = desk.issue()

    assert result.code == 1 and "the solver's own trouble" in result.err, str(result)
    assert_nothing_left(desk)


def test_who_may_not_call_the_solver_is_told_so_as_kubectl_tells_it(make_shop, solver):
    desk = make_shop(solver.stanza(), user="bob")
    result = desk.issue()

    assert result.code == 1, str(result)
    assert (f'{solver.name}.{solver.group} is forbidden: User "bob" cannot create resource "{solver.name}" '
            f'in API group "{solver.group}" at the cluster scope') in result.err
    assert solver.payloads == []
    assert_nothing_left(desk)


def test_a_dry_run_finds_the_solver_and_calls_it_not(make_shop, solver):
    for kind in ("client", "server"):
        result = make_shop(solver.stanza()).issue(f"--dry-run={kind}")

        assert result.code == 0 and "cannot" not in result.text, str(result)
    assert solver.payloads == []


def test_a_dry_run_tells_that_the_right_is_missing(make_shop, solver):
    result = make_shop(solver.stanza(), user="bob").issue("--dry-run")

    assert result.code == 1, str(result)
    assert (f'DNS provider "our-dns": webhook: {solver.name}.{solver.group}: this user cannot create it: a ClusterRole with '
            f"create on {solver.name} in API group {solver.group} is missing") in result.out.partition("Would fail:\n")[2]


@pytest.mark.parametrize("stanza", [elsewhere(NOWHERE),
                                    {"webhook": {"groupName": SolverWebhook.group, "solverName": "other-solver"}}])
def test_a_dry_run_tells_that_the_solver_is_not_installed(make_shop, solver, stanza):
    result = make_shop(stanza).issue("--dry-run")

    assert result.code == 1, str(result)
    assert (f"{stanza['webhook']['solverName']}.{stanza['webhook']['groupName']}: the API server does not serve it: "
            "the solver is not installed") in result.out.partition("Would fail:\n")[2]


def test_a_solver_that_is_not_installed_fails_the_run(make_shop):
    desk = make_shop(elsewhere(NOWHERE))
    result = desk.issue()

    assert result.code == 1, str(result)
    assert f"webhook: {SolverWebhook.name}.{NOWHERE}: Present of" in result.err
    assert "the server could not find the requested resource" in result.err
    assert_nothing_left(desk)


@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_a_solver_that_is_down_is_told_as_such(make_shop, installed, flags):
    desk = make_shop(elsewhere(DOWN))
    result = desk.issue(*flags)

    assert result.code == 1, str(result)
    assert f"{SolverWebhook.name}.{DOWN}" in result.text
    assert "currently unable to handle the request" in result.text, str(result)
    assert_nothing_left(desk)


def test_a_solver_that_hangs_is_bounded_by_the_timeout(make_shop, solver):
    desk, over = make_shop(solver.stanza()), threading.Event()
    presented = {"when": lambda request: b'"Present"' in request.body}
    solver.before(lambda _: over.wait(30), **presented)
    solver.fault(503, **presented)
    result = desk.issue("--timeout", "3s")
    over.set()

    assert result.code == 124 and result.seconds < 20, str(result)
    assert "timed out after 3s" in result.err
    assert_nothing_left(desk)


def test_nobody_but_the_api_server_gets_at_the_lab_solver(solver, authority):
    trust = ssl.create_default_context(cadata=authority.pem.decode())
    with pytest.raises(OSError):
        urllib.request.urlopen(f"{solver.url}/apis/{solver.group}/v1alpha1", timeout=5, context=trust)

    assert not any(request.method == "GET" and request.headers.get(USER) is None for request in solver.requests)


# ---- a solver that is made with cert-manager's own library


@pytest.fixture(scope="module")
def theirs(place, dns, authority, tmp_path_factory):
    solver = Solver(tmp_path_factory.mktemp("theirs"), place, authority, THEIRS, ["theirs.default.svc"]).start()
    place.apply(*objects_for(THEIRS, "theirs", "default", solver.port, authority))
    place.kubectl("wait", "--for=condition=Available", "apiservice", f"v1alpha1.{THEIRS}", "--timeout=60s")
    yield solver
    solver.stop()


@pytest.fixture
def their_shop(make_shop, theirs, dns):
    """The solver's config names a Secret of the desk's namespace, which the solver reads itself."""
    def make(names, **config):
        tsig = {"nameserver": f"127.0.0.1:{dns.port}", "tsigKeyName": "lab-key", "tsigAlgorithm": "HMACSHA256",
                "tsigSecretSecretRef": {"name": "dns-key", "key": "tsig"}}
        desk = make_shop({"webhook": {"groupName": THEIRS, "solverName": theirs.name, "config": tsig | config}}, names)
        desk.cluster.apply(desk.objects()[0])
        return desk
    return make


def test_a_solver_of_cert_managers_library_takes_what_it_is_sent(their_shop, tmp_path):
    apex = unique()
    desk = their_shop([apex, f"*.{apex}", unique("example.org")])
    result = desk.issue()

    assert_issued(desk, result, desk.names, tmp_path)
    assert desk.issue("--dry-run", "--force").code == 0


def test_the_words_of_a_solver_of_cert_managers_library_are_told(their_shop):
    desk = their_shop([unique()], tsigSecretSecretRef={"name": "dns-key", "key": "no-such-key"})
    result = desk.issue()

    assert result.code == 1, str(result)
    assert f"webhook: rfc2136.{THEIRS}: Present of _acme-challenge.{desk.names[0]}.: " in result.err
    assert "no-such-key" in result.err and desk.left_records() == set()
