# SPDX-License-Identifier: Apache-2.0
"""The servers are shared by all tests of one worker; each test has names and a folder of its own."""

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

from desk import PROGRAM, Desk  # noqa: E402
from lab import toolbox  # noqa: E402
from lab.apiserver import ApiServer  # noqa: E402
from lab.bind import Bind  # noqa: E402
from lab.pebble import Pebble  # noqa: E402
from lab.proxy import Proxy  # noqa: E402

MANIFESTS = Path(__file__).resolve().parents[2] / "manifests"
CROWDED = "beside cert-manager"
DATA = Path(__file__).resolve().parents[1] / "data"


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

    def make(name, *folders):
        if name not in made:
            made[name] = ApiServer(tmp_path_factory.mktemp(name)).start()
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
def lone_cluster(make_cluster):
    """An API server that knows our kinds."""
    return make_cluster("lone", MANIFESTS / "crds")


@pytest.fixture(scope="session")
def crowded_cluster(make_cluster):
    """An API server that knows our kinds and, by the same names, cert-manager.io's."""
    return make_cluster("crowded", MANIFESTS / "crds", DATA / "cert-manager")


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
def make_proxy():
    made = []

    def make(pebble):
        made.append(Proxy(pebble).start())
        return made[-1]
    yield make
    for proxy in made:
        proxy.stop()
    assert [error for proxy in made for error in proxy.errors] == []


@pytest.fixture
def proxy(make_proxy, pebble):
    return make_proxy(pebble)


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
