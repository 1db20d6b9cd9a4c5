# SPDX-License-Identifier: Apache-2.0
"""The way to the API server: proxies of the kubeconfig and of the environment, and what goes over the wire.

The lab's API server listens on loopback, to which no proxy of the environment ever leads; so it gets a
name, or an address of TEST-NET (RFC 5737), that leads to it nowhere but at the proxy.
"""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from lab.forward_proxy import ForwardProxy

from desk import API, assert_issued
from user_desk import UNAUTHORIZED, assert_works, config

ONLY_CROWDED = True
NAME, ADDRESS = "api.lab.test", "192.0.2.10"
SCHEMES = ["http", "https", "socks5"]


@pytest.fixture
def make_forward_proxy(cluster):
    made = []

    def make(scheme, **settings):
        names = {NAME: "127.0.0.1", ADDRESS: "127.0.0.1", "127.0.0.1": "127.0.0.1"}
        made.append(ForwardProxy(scheme, names, certificate=cluster.folder, **settings).start())
        return made[-1]
    yield make
    for proxy in made:
        proxy.stop()


def far(desk, host=NAME, **cluster):
    """A kubeconfig in which the API server has a name or address that only the proxy can reach."""
    stanza = {"server": f"https://{host}:{desk.cluster.port}", "tls-server-name": "localhost"} | cluster
    return desk.cluster.kubeconfig(desk.user, desk.namespace, cluster=stanza)


# ---- proxy-url


@pytest.mark.parametrize("scheme", SCHEMES)
def test_proxy_url_leads_to_a_name_that_the_proxy_alone_knows(alice, tmp_path, make_forward_proxy, scheme):
    proxy = make_forward_proxy(scheme)
    kubeconfig = far(alice, **{"proxy-url": proxy.url})
    alice.cluster.kubectl("get", "events", kubeconfig=kubeconfig)  # kubectl goes the same way
    theirs = len(proxy.asked)

    assert_works(alice, kubeconfig, tmp_path)

    assert theirs > 0 and len(proxy.asked) > theirs
    assert set(proxy.asked) == {(NAME, alice.cluster.port)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_proxy_url_with_a_password(alice, make_forward_proxy, scheme):
    proxy = make_forward_proxy(scheme, user=("me", "s3cret:word"))
    right = far(alice, **{"proxy-url": proxy.url.replace("s3cret:word", "s3cret%3Aword")})
    alice.cluster.kubectl("get", "events", kubeconfig=right)
    granted = alice.describe("-v=10", kubeconfig=right)
    asked = len(proxy.asked)
    refused = alice.describe(kubeconfig=far(alice, **{"proxy-url": proxy.url.replace("s3cret:word", "wr0ng")}))

    assert granted.code == 0, str(granted)
    assert refused.code == 1 and f"through the proxy 127.0.0.1:{proxy.port}" in refused.err, str(refused)
    assert len(proxy.asked) == asked
    assert not any(word in granted.text + refused.text for word in ("s3cret", "wr0ng"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_proxy_that_does_not_know_the_name(alice, make_forward_proxy, scheme):
    proxy = make_forward_proxy(scheme)
    result = alice.describe(kubeconfig=far(alice, "other.lab.test", **{"proxy-url": proxy.url}))

    assert result.code == 1, str(result)
    assert (f"Unable to connect to the server: connecting to other.lab.test:{alice.cluster.port} "
            f"through the proxy 127.0.0.1:{proxy.port}: the proxy ") in result.err, str(result)


def test_the_name_to_check_is_checked_behind_a_proxy_too(alice, make_forward_proxy):
    proxy = make_forward_proxy("http")
    result = alice.describe(kubeconfig=far(alice, **{"proxy-url": proxy.url, "tls-server-name": None}))

    assert result.code == 1 and "it was not issued for api.lab.test" in result.err, str(result)


def test_proxy_url_leads_to_loopback_too(alice, tmp_path, make_forward_proxy):
    proxy = make_forward_proxy("http")
    kubeconfig = alice.cluster.kubeconfig("alice", alice.namespace, cluster={"proxy-url": proxy.url})

    assert_works(alice, kubeconfig, tmp_path)

    assert set(proxy.asked) == {("127.0.0.1", alice.cluster.port)}


def test_an_https_proxy_that_is_not_trusted_is_named(alice, make_forward_proxy):
    proxy = make_forward_proxy("https")
    other = str(alice.cluster.folder / "clients.pem")  # an authority that signed neither server nor proxy
    result = alice.describe(kubeconfig=far(alice, **{"proxy-url": proxy.url, "certificate-authority": other}))

    assert result.code == 1, str(result)
    assert (f"the certificate of the proxy 127.0.0.1:{proxy.port} is not trusted: its issuer is not among the CA "
            "certificates given for it; if it is the right server, name its CA in the kubeconfig's cluster") in result.err
    assert proxy.asked == []


# ---- the environment


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_of_the_environment_leads_to_no_loopback(alice, tmp_path, make_forward_proxy, variable):
    proxy = make_forward_proxy("http")
    issued = alice.issue(kubeconfig=far(alice), **{variable: proxy.url})

    assert_issued(alice, issued, alice.names, tmp_path)
    assert set(proxy.asked) == {(NAME, alice.cluster.port)}  # the CA is on loopback


def test_proxy_url_goes_before_the_environment(alice, make_forward_proxy):
    own, other = make_forward_proxy("socks5"), make_forward_proxy("http")
    result = alice.describe(kubeconfig=far(alice, **{"proxy-url": own.url}), HTTPS_PROXY=other.url, NO_PROXY="*")

    assert result.code == 0, str(result)
    assert own.asked and not other.asked


@pytest.mark.parametrize("host,no_proxy,proxied", [
    (NAME, "", True), (NAME, "lab.test", False), (NAME, ".test", False), (NAME, "other.test, pi.lab.test", True),
    (ADDRESS, "", True), (ADDRESS, "192.0.2.0/24", False), (ADDRESS, "10.0.0.0/8,192.0.2.8/29", False),
    (ADDRESS, "192.0.2.16/28", True), (ADDRESS, ADDRESS, False), (ADDRESS, "*", False)])
def test_no_proxy_names_what_is_reached_directly(alice, make_forward_proxy, host, no_proxy, proxied):
    proxy = make_forward_proxy("http")
    kubeconfig, environment = far(alice, host), {"HTTPS_PROXY": proxy.url, "NO_PROXY": no_proxy}
    result = alice.describe("--request-timeout", "10s" if proxied else "1s", kubeconfig=kubeconfig, **environment)
    asked = list(proxy.asked)
    alice.cluster.kubectl("get", "events", "--request-timeout", "10s" if proxied else "1s", kubeconfig=kubeconfig,
                          check=proxied, environment=environment)

    assert (result.code == 0) == proxied, str(result)
    assert bool(asked) == proxied == (len(proxy.asked) > len(asked))


# ---- compression


def bulky(desk):
    """The Certificate gets more than kube-apiserver sends without compression (128 KiB)."""
    path = f"/apis/{API}/namespaces/{desk.namespace}/certificates/web"
    desk.cluster.rest.done("PATCH", path, {"metadata": {"annotations": {"lab.test/bulk": "x" * 200_000}}},
                           content_type="application/merge-patch+json")


def test_big_answers_come_compressed_unless_that_is_disabled(alice, make_forward_proxy):
    bulky(alice)
    received = {}
    for name, cluster, flags in (("usual", {}, []), ("flag", {}, ["--disable-compression"]),
                                 ("kubeconfig", {"disable-compression": True}, [])):
        proxy = make_forward_proxy("http")
        result = alice.describe(*flags, kubeconfig=far(alice, **cluster, **{"proxy-url": proxy.url}))
        assert result.code == 0, str(result)
        received[name] = proxy.received

    assert received["usual"] < 100_000 < 200_000 < min(received["flag"], received["kubeconfig"]), received


class Listener:
    """Stands in the API server's place with its certificate, refuses everybody and remembers what it was asked with."""

    def __init__(self, cluster):
        self.headers = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cluster.folder / "server.pem", cluster.folder / "server.key")
        self.server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.server.handle_error = lambda *_: None  # a client that has seen one refusal hangs up on the others
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def _handler(listener):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                listener.headers.append(self.headers)
                body = json.dumps({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "Unauthorized",
                                   "reason": "Unauthorized", "code": 401}).encode()
                self.send_response_only(401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        return Handler


@pytest.fixture
def listener(cluster):
    server = Listener(cluster)
    yield server
    server.stop()


@pytest.mark.parametrize("user,flags", [
    ({"token": "lab-token"}, []), ({"token": "lab-token"}, ["--disable-compression"]),
    ({}, ["--username", "dora", "--password", "sesame:ö"]), ({"username": "dora", "password": "sesame"}, []),
    ({"token": "lab-token"}, ["--as", "alice", "--as-uid", "7", "--as-group", "a", "--as-group", "b c"]),
    ({"token": "lab-token", "as": "alice", "as-groups": ["a"], "as-user-extra": {"x/y%": ["one", "two"]}}, [])], ids=str)
def test_the_same_headers_as_kubectls(alice, listener, user, flags):
    kubeconfig = alice.cluster.kubeconfig("alice", alice.namespace, user, {"server": listener.url})
    ours = alice.describe(*flags, kubeconfig=kubeconfig)
    mine, listener.headers = listener.headers, []
    alice.cluster.kubectl("get", "events", *flags, kubeconfig=kubeconfig, check=False)

    assert ours.code == 1 and ours.err == UNAUTHORIZED, str(ours)
    assert mine and listener.headers
    wanted = ("Accept-Encoding", "Authorization", "Impersonate-User", "Impersonate-Uid", "Impersonate-Group",
              "Impersonate-Extra-x%2Fy%25")
    assert ([[headers.get_all(name) for name in wanted] for headers in mine[:1]]
            == [[headers.get_all(name) for name in wanted] for headers in listener.headers[:1]])
