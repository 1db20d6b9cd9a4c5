# SPDX-License-Identifier: Apache-2.0
"""The servers are shared by all tests of one worker; each test has names and a folder of its own."""

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "e2e"), str(TESTS / "support")]

from cluster_desk import RBAC, ClusterDesk  # noqa: E402
from desk import PROGRAM, Desk  # noqa: E402
from fakes.zone_backing import ZoneBacking  # noqa: E402
from lab import toolbox  # noqa: E402
from lab.apiserver import ApiServer  # noqa: E402
from lab.bind import Bind  # noqa: E402
from lab.gate import Gate  # noqa: E402
from lab.oidc import OidcIssuer  # noqa: E402
from lab.pebble import Pebble  # noqa: E402
from lab.process import until  # noqa: E402
from lab.proxy import Proxy  # noqa: E402
from lab.tls import Authority  # noqa: E402
from provider_desk import ProviderDesk  # noqa: E402

MANIFESTS = TESTS.parent / "manifests"
CROWDED = "beside cert-manager"
DATA = TESTS / "data"


@pytest.fixture(scope="session", autouse=True)
def program():
    if not PROGRAM.exists():
        pytest.fail(f"{PROGRAM} is not built", pytrace=False)
    return PROGRAM


@pytest.fixture(scope="session")
def dns(tmp_path_factory):
    server = Bind(tmp_path_factory.mktemp("bind")).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def make_pebble(dns, tmp_path_factory):
    """Starts a Pebble with the given settings; the same settings share one."""
    made = {}

    def make(**settings):
        key = repr(sorted(settings.items()))
        if key not in made:
            made[key] = Pebble(toolbox.pebble(), tmp_path_factory.mktemp("pebble"), dns, **settings).start()
        return made[key]
    yield make
    for pebble in made.values():
        pebble.stop()


@pytest.fixture(scope="session")
def pebble(make_pebble):
    """The plain one: no nonce is refused, no authorization reused, so that requests can be counted."""
    return make_pebble()


@pytest.fixture(scope="session")
def make_cluster(tmp_path_factory):
    """Starts an API server and applies the kustomization folders; the same name is the same server."""
    made = {}

    def make(name, *folders, flags=()):
        if name not in made:
            made[name] = ApiServer(tmp_path_factory.mktemp(name), flags).start()
            for folder in folders:
                made[name].install(folder)
        return made[name]
    yield make
    for server in made.values():
        server.stop()


@pytest.fixture(scope="session")
def bare_cluster(make_cluster):
    """An API server that does not know our kinds."""
    return make_cluster("bare")


@pytest.fixture(scope="session")
def oidc(tmp_path_factory):
    """The OpenID Connect issuer that both clusters believe."""
    issuer = OidcIssuer(tmp_path_factory.mktemp("oidc")).start()
    yield issuer
    issuer.stop()


@pytest.fixture(scope="session")
def lone_cluster(make_cluster, oidc):
    """An API server that knows our kinds."""
    return make_cluster("lone", MANIFESTS / "crds", flags=oidc.flags())


@pytest.fixture(scope="session")
def crowded_cluster(make_cluster, oidc):
    """An API server that knows our kinds and, by the same names, cert-manager.io's."""
    return make_cluster("crowded", MANIFESTS / "crds", DATA / "cert-manager", flags=oidc.flags())


@pytest.fixture(scope="session")
def cluster(request):
    """An API server that knows our kinds: once without and once with those of cert-manager.io beside them."""
    return request.getfixturevalue("crowded_cluster" if request.param == CROWDED else "lone_cluster")


def pytest_generate_tests(metafunc):
    """Each test of `cluster` runs on both; a module that says ONLY_CROWDED saves the time of the one without."""
    if "cluster" in metafunc.fixturenames:
        places = [CROWDED] if getattr(metafunc.module, "ONLY_CROWDED", False) else ["alone", CROWDED]
        metafunc.parametrize("cluster", places, indirect=True, scope="session")


@pytest.fixture
def namespace(cluster):
    """The name of a namespace of `cluster` that no other test uses."""
    return cluster.new_namespace()


@pytest.fixture
def make_user_desk(cluster, dns, pebble):
    """A desk in whose namespace these users (or service accounts `system:serviceaccount:HERE:NAME`) may issue and
    look; the program runs as the first of them."""
    def make(*users, **settings):
        cluster.kubectl("apply", "-k", RBAC)
        desk = ClusterDesk(cluster, dns, pebble, user=users[0], **settings).put()
        for user in (name.replace("HERE", desk.namespace) for name in users):
            for role in ("kubectl-cert-issue", "kubectl-cert-view"):
                cluster.bind(user, role, desk.namespace)
            for verb, resource in (("create", "secrets"), ("list", "events"), ("get", "leases")):
                group = "coordination.k8s.io" if resource == "leases" else ""
                until(lambda: cluster.rest.may(user, verb, resource, desk.namespace, group))
        return desk
    return make


@pytest.fixture
def alice(make_user_desk):
    return make_user_desk("alice")


@pytest.fixture
def carol(make_user_desk):
    """The desk of a user whom the API server knows by client certificate only."""
    return make_user_desk("carol")


@pytest.fixture
def make_proxy():
    """Starts a Proxy before a Pebble or an API server."""
    made = []

    def make(behind, folder=None):
        made.append(Proxy(behind, folder).start())
        return made[-1]
    yield make
    for proxy in made:
        proxy.stop()
    assert [error for proxy in made for error in proxy.errors] == []


@pytest.fixture
def proxy(make_proxy, pebble):
    return make_proxy(pebble)


@pytest.fixture
def api(make_proxy, cluster):
    return make_proxy(cluster)


@pytest.fixture
def shop(cluster, dns, proxy, api):
    """A desk in a namespace of its own that reaches the API server through `api` and the CA through `proxy`."""
    return ClusterDesk(cluster, dns, proxy, api=api).put()


@pytest.fixture
def make_desk(tmp_path, dns):
    """A desk in a folder of its own that works with the given CA (a Pebble or a Proxy)."""
    def make(ca, name="desk"):
        return Desk(tmp_path / name, dns, ca)
    return make


@pytest.fixture
def desk(make_desk, pebble):
    return make_desk(pebble)


@pytest.fixture
def proxied(make_desk, proxy):
    return make_desk(proxy)


@pytest.fixture(scope="session")
def authority():
    """Signs the certificates of public host names: what SSL_CERT_FILE holds in these tests."""
    return Authority("lab public authority")


@pytest.fixture
def gate(tmp_path, authority):
    """What HTTPS_PROXY names: public host names lead to the test's fakes, all others nowhere."""
    made = Gate(authority, tmp_path / "gate").start()
    yield made
    made.stop()
    assert made.errors == []


@pytest.fixture
def make_fake(tmp_path, dns, authority, gate):
    """Starts a fake (a class of fakes.*) that holds zones of the lab and is reached through the gate."""
    made = []

    def make(kind, zones=("example.com", "example.org")):
        made.append(kind(authority, tmp_path / "fakes", ZoneBacking(dns, zones)).start())
        for host in made[-1].hosts:
            gate.lead(host, made[-1].port)
        return made[-1]
    yield make
    for fake in made:
        fake.stop()
    assert [error for fake in made for error in fake.errors] == []


@pytest.fixture
def make_user(tmp_path, dns, gate, pebble):
    """A desk whose Issuer uses the fake's service, with that account's credentials."""
    def make(fake, ca=None, name="desk"):
        return ProviderDesk(tmp_path / name, dns, ca or pebble, gate, fake)
    return make
