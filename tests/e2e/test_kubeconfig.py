# SPDX-License-Identifier: Apache-2.0
"""Broken and odd kubeconfigs: a real kubectl and our program say the same words, or differ on purpose."""

import base64
import contextlib
import re
import socketserver
import ssl
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desk import PROGRAM
from lab import tls, toolbox

CLUSTER = 'server: "https://127.0.0.1:1"'
USER = "token: x"
CONTEXT = "cluster: c, user: u"
HELLO = base64.b64encode(b"hello").decode()


def kubeconfig(cluster=CLUSTER, user=USER, context=CONTEXT, current="prod", more=""):
    return (f"apiVersion: v1\nkind: Config\ncurrent-context: {current}\n"
            f"clusters: [{{name: c, cluster: {{{cluster}}}}}]\nusers: [{{name: u, user: {{{user}}}}}]\n"
            f"contexts: [{{name: prod, context: {{{context}}}}}]\n{more}")


@dataclass
class Case:
    """One kubeconfig (or several) and flags; `ours` and `why` where we mean to say something else than kubectl."""
    name: str
    files: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)
    env: str = "config"
    ours: str = ""
    why: str = ""

    def __str__(self):
        return self.name


def cluster(name, text, **more):
    return Case(name, {"config": kubeconfig(cluster=text)}, **more)


def user(name, text, *flags, **more):
    return Case(name, {"config": kubeconfig(user=text)}, list(flags), **more)


def flags(name, *flags, **more):
    return Case(name, {"config": kubeconfig()}, list(flags), **more)


def text(name, content, **more):
    return Case(name, {"config": content}, **more)


EXEC = "exec: {{command: a, apiVersion: client.authentication.k8s.io/{}{}}}"

SAME = [
    flags("unknown context", "--context", "nope"),
    flags("unknown context with a namespace", "--context", "nope", "-n", "shop"),
    flags("unknown cluster", "--cluster", "nope"),
    flags("unknown cluster with a namespace", "--cluster", "nope", "-n", "shop"),
    flags("unknown user", "--user", "nope"),
    flags("all unknown", "--context", "a", "--cluster", "b", "--user", "d"),
    flags("all unknown with a namespace", "--context", "a", "--cluster", "b", "--user", "d", "-n", "shop"),
    Case("current context not there", {"config": kubeconfig(current="nope")}),
    Case("a context of a kubeconfig that is not there", {}, ["--context", "nope"]),
    Case("a user of a kubeconfig that is not there", {}, ["--user", "nope"]),
    flags("kubeconfig not there", "--kubeconfig", "none.yaml"),
    flags("kubeconfig is a folder", "--kubeconfig", "."),
    Case("a folder in KUBECONFIG", {"d/x": ""}, env="d"),
    Case("below a file", {"f": ""}, env="f/x"),
    cluster("server is a number", "server: 5"),
    cluster("the first fault by name", "server: 5, insecure-skip-tls-verify: x"),
    user("token is a list", "token: [x]"),
    user("groups hold a number", "as-groups: [5]"),
    user("extra is a text", "as-user-extra: {a: b}"),
    user("extra holds a number", "as-user-extra: {a: [5]}"),
    user("exec is a number", "exec: 5"),
    user("exec args hold a number", "exec: {args: [5]}"),
    user("exec env holds a number", "exec: {env: [{name: 5}]}"),
    user("provider config holds a number", "auth-provider: {name: a, config: {a: 5}}"),
    text("clusters is an object", "clusters: {a: b}"),
    text("a cluster is a number", "clusters: [5]"),
    text("a name is a number", "clusters: [{name: 5}]"),
    text("current context is a list", "current-context: [a]"),
    text("kind is a number", "kind: 5"),
    cluster("data is a number", "certificate-authority-data: 5"),
    cluster("no base64", f'certificate-authority-data: "!!", {CLUSTER}'),
    cluster("half of base64", f"certificate-authority-data: aGVsbG8, {CLUSTER}"),
    cluster("CA is no PEM", f"certificate-authority-data: {HELLO}, {CLUSTER}"),
    cluster("CA file not there", f"certificate-authority: none.crt, {CLUSTER}"),
    cluster("CA file is a folder", f"certificate-authority: ., {CLUSTER}"),
    cluster("CA twice", f"certificate-authority: config, certificate-authority-data: {HELLO}, {CLUSTER}"),
    cluster("CA though insecure", f"insecure-skip-tls-verify: true, certificate-authority: config, {CLUSTER}"),
    flags("CA flag is no PEM", "--certificate-authority", "config"),
    flags("CA flag not there", "--certificate-authority", "none.crt"),
    flags("CA flag though insecure", "--certificate-authority", "config", "--insecure-skip-tls-verify"),
    cluster("proxy of another scheme", f'proxy-url: "ftp://x", {CLUSTER}'),
    cluster("proxy without a scheme", f'proxy-url: "proxy:3128", {CLUSTER}'),
    cluster("proxy that is no URL", f'proxy-url: "http://[::", {CLUSTER}'),
    flags("server without scheme but path", "--server", "127.0.0.1:1/path"),
    flags("server of another scheme", "--server", "ftp://x"),
    flags("timeout in words", "--request-timeout", "soon"),
    flags("timeout below zero", "--request-timeout=-5"),
    user("token and password", "token: x, username: u, password: p"),
    user("password beside a token", "token: x", "--username", "u", "--password", "p"),
    user("certificate without key", "client-certificate: config"),
    user("certificate not there, no key", "client-certificate: none.pem"),
    user("certificate and key twice", "client-certificate: config, client-certificate-data: aGk=, "
         "client-key: none.key, client-key-data: aGk="),
    flags("certificate flag without key", "--client-certificate", "config"),
    flags("many faults of flags", "--client-certificate", "none.pem", "--username", "u", "--password", "p"),
    user("exec without command", 'exec: {command: ""}'),
    user("exec v1 without interactiveMode", EXEC.format("v1", "")),
    user("exec beside auth-provider", EXEC.format("v1", ', interactiveMode: Maybe, env: [{name: "", value: x}]') +
         ", auth-provider: {name: gcp}"),
    user("uid without a user", "as-uid: x"),
    flags("group without a user", "--as-group", "g"),
    flags("uid flag without a user", "--as-uid", "x"),
    flags("nobody listens"),
    flags("nobody listens below a path", "--server", "https://127.0.0.1:1/k8s/"),
]

DIFFERENT = [
    Case("nothing configured", {}, ours="Missing or incomplete configuration info.",
         why="kubectl asks localhost:8080, which has answered nobody for years"),
    Case("no current context", {"config": kubeconfig(current='""')}, ours="choose one with --context",
         why="as above"),
    cluster("cluster without a server", "tls-server-name: x", ours='error: no server found for cluster "c"',
            why="as above; these are client-go's words for it"),
    Case("context of a cluster that is not there", {"config": kubeconfig(context="cluster: x, user: u")},
         ours='error: cluster "x" was not found for context "prod"', why="as above"),
    Case("context of a user that is not there", {"config": kubeconfig(context="cluster: c, user: x")},
         ours='error: user "x" was not found for context "prod"', why="kubectl asks for a user name and a password"),
    text("a name twice", "users: [{name: u, user: {token: hidden}}, {name: u, user: {token: other}}]",
         ours='error converting *[]NamedAuthInfo into *map[string]*api.AuthInfo: duplicate name "u" in list\n',
         why="kubectl shows the entries behind it, with their tokens"),
    text("another kind", "kind: Secret", ours='no kind "Secret" is registered for version "v1"\n',
         why="kubectl names a line of its source behind it"),
    text("another version", "{apiVersion: v2, kind: Config}", ours='no kind "Config" is registered for version "v2"\n',
         why="as above"),
    text("no object", "hello", ours="couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value\n",
         why="kubectl shows a Go type behind it"),
    text("no YAML", "a: [b", ours='error: error loading config file "', why="another YAML parser"),
    Case("two wrong files", {"a": "a: [", "b": "kind: Foo"}, env="a:b", ours='error loading config file "a": ',
         why="another YAML parser"),
    flags("server with a password", "--server", "https://user:hidden@127.0.0.1:1", ours="belong into the kubeconfig's user",
          why="kubectl sends it"),
    flags("server without TLS on another machine", "--server", "http://192.0.2.1:1", "--request-timeout", "1",
          ours="is reached without TLS", why="private keys would cross the network in the clear"),
    flags("namespace that is none", "-n", "A/B", ours='namespace "A/B" does not conform to the kubernetes DNS_LABEL rules',
          why="kubectl leaves it to the server; these are client-go's words for a context's namespace"),
    user("certificate flags over data", "client-certificate-data: aGk=, client-key-data: aGk=",
         "--client-certificate", "none.pem", "--client-key", "none.key",
         ours="unable to read client-cert none.pem for u due to open none.pem: no such file or directory\n"
              "* unable to read client-key none.key for u due to open none.key: no such file or directory\n",
         why="as kubectl does it from 1.36 on; 1.34 refuses to have both"),
]


BEGINNING = "Unable to connect to the server: "


def never(connection):
    connection.settimeout(30)
    while connection.recv(4096):
        pass


def without_tls(connection):
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def with_a_strange_certificate(connection):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        tls.make_server_certificate(Path(folder))
        context.load_cert_chain(Path(folder) / "server.pem", Path(folder) / "server.key")
    context.wrap_socket(connection, server_side=True)


class Desk:
    def __init__(self, folder):
        self.folder = folder

    def run(self, case, *command):
        environment = {"HOME": str(self.folder / "home"), "PATH": "/usr/bin:/bin",
                       "KUBECONFIG": case.env}
        done = subprocess.run([*map(str, command), *case.flags], cwd=self.folder, env=environment, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        assert done.returncode == 1, done
        # What klog writes between is no error line.
        return done.stdout + re.sub(r"^[EWI]\d{4} .*\n", "", done.stderr, flags=re.MULTILINE)

    def ours(self, case):
        return self.run(case, PROGRAM, "describe", "x")

    def kubectls(self, case):
        return self.run(case, toolbox.kubectl(), "get", "secrets")


@pytest.fixture
def desk(tmp_path):
    def prepare(case):
        for name, content in case.files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        return Desk(tmp_path)
    return prepare


@pytest.mark.parametrize("case", SAME, ids=str)
def test_the_same_words_as_kubectl(case, desk):
    place = desk(case)

    assert place.ours(case) == place.kubectls(case)


@pytest.fixture
def serve():
    """Starts a server that answers each connection so, and gives its URL."""
    servers = []

    def start(answer):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError):
                    answer(self.request)
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"https://127.0.0.1:{server.server_address[1]}"
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("answer", [never, without_tls, with_a_strange_certificate], ids=lambda f: f.__name__)
def test_a_server_that_cannot_be_talked_to_is_told_as_kubectl_begins_it(answer, serve, desk):
    case = flags("", "--server", serve(answer), "--request-timeout", "1")
    place = desk(case)

    assert place.kubectls(case).startswith(BEGINNING)
    assert place.ours(case).startswith(BEGINNING)


def test_a_name_that_is_none_is_told_as_kubectl_begins_it(desk):
    case = flags("", "--server", "https://api.nowhere.invalid:6443")
    place = desk(case)

    assert place.kubectls(case).startswith(BEGINNING)
    assert place.ours(case).startswith(BEGINNING)


@pytest.mark.parametrize("case", DIFFERENT, ids=str)
def test_other_words_on_purpose(case, desk):
    said = desk(case).ours(case)

    assert case.why
    assert case.ours in said
    assert "hidden" not in said


@pytest.mark.parametrize("case", [case for case in DIFFERENT if "--request-timeout" not in case.flags], ids=str)
def test_kubectl_still_says_something_else(case, desk):
    """A difference that is gone has no place in the table."""
    place = desk(case)

    assert place.ours(case) != place.kubectls(case)
