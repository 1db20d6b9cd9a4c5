# SPDX-License-Identifier: Apache-2.0
"""No key, token or key authorization in any output, at any level of talk, in success or failure."""

import json

import pytest

from desk import EAB_KEY, run, unique
from lab.proxy import answer_with, changed

LEVELS = ["0", "4", "6", "8", "9", "10"]


def spied(proxy):
    """Collects the tokens that the CA hands out; each is the first half of a key authorization."""
    tokens = set()

    def look(body):
        tokens.update(c["token"] for c in json.loads(body)["challenges"] if "token" in c)
        return body
    proxy.fault(changed(look), "authz", times=1000)
    return tokens


def long_parts(pem):
    """The inner lines of a PEM; any of them is part of the key."""
    return [line for line in pem.decode().splitlines() if len(line) > 40 and "-----" not in line]


def hidden(desk, tokens):
    found = {desk.dns.secrets["lab-key"], *tokens}
    for name in ("account", "web-tls"):
        if secret := desk.secret(name):
            found.update(long_parts(secret.get("tls.key", b"")))
    return found


def assert_silent(desk, tokens, *results):
    for result in results:
        for value in hidden(desk, tokens):
            assert value not in result.text, f"{value} was shown"


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_leaks_when_it_goes_well(proxied, proxy, level):
    tokens = spied(proxy)
    result = proxied.write([unique(), unique()]).issue("-v", level)

    assert result.code == 0, str(result)
    assert len(tokens) >= 2 and len(hidden(proxied, tokens)) >= 5
    assert_silent(proxied, tokens, result, proxied.describe("-v", level), proxied.describe("-o", "json", "-v", level),
                  proxied.validate("-v", level), proxied.issue("--dry-run", "-v", level), proxied.issue("-o", "json", "--force"))


@pytest.mark.parametrize("kind", ["new-account", "new-order", "challenge", "finalize", "cert"])
def test_nothing_leaks_when_it_fails(proxied, proxy, kind):
    tokens = spied(proxy)
    proxy.fault(answer_with(403, b'{"type":"urn:ietf:params:acme:error:unauthorized","detail":"no"}'), kind, times=100)
    result = proxied.write([unique()]).issue("-v", "10")

    assert result.code == 1, str(result)
    assert_silent(proxied, tokens, result, proxied.describe("-v", "10"))


def test_nothing_leaks_of_a_wrong_tsig_key(proxied):
    key = "QVZlcnlTZWNyZXRLZXlUaGF0SXNXcm9uZ0J1dFN0aWxsU2VjcmV0"
    proxied.write([unique()]).put("secret", "Secret", "dns-key", stringData={"tsig": key})
    result = proxied.issue("-v", "10")

    assert result.code == 1, str(result)
    assert key not in result.text


def test_nothing_leaks_of_a_binding(make_desk, make_pebble):
    desk = make_desk(make_pebble(eab={"kid-1": EAB_KEY}))
    binding = {"keyID": "kid-1", "keySecretRef": {"name": "eab", "key": "secret"}}
    desk.write([unique()], issuer={"acme": {"externalAccountBinding": binding}})
    desk.put("eab", "Secret", "eab", stringData={"secret": EAB_KEY})
    result = desk.issue("-v", "10")

    assert result.code == 0, str(result)
    assert EAB_KEY not in result.text


def test_a_broken_account_key_is_not_shown(proxied):
    body = "MIIEpAIBAAKCAQEAsecretsecretsecretsecretsecretsecretsecretsecretsecr"
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n"
    proxied.write([unique()]).put("account", "Secret", "account", stringData={"tls.key": key})
    result = proxied.issue("-v", "10")

    assert result.code in (1, 3), str(result)
    assert "account" in result.err and body not in result.text


def test_no_secret_is_on_the_command_line_or_in_a_readable_file(proxied, proxy):
    assert proxied.write([unique()]).issue().code == 0
    mine = {"issuer.yaml", "certificate.yaml", "secret.yaml"}
    for file in proxied.folder.rglob("*"):
        if file.is_file() and file.name not in mine and b"PRIVATE KEY" in file.read_bytes():
            assert file.stat().st_mode & 0o077 == 0, file
    assert run(["find", str(proxied.folder), "-name", "*.tmp*"]).out == ""
