# SPDX-License-Identifier: Apache-2.0
"""A CA that refuses, limits, breaks, lies or is cut off."""

import datetime
import json
from email.utils import format_datetime

import pytest

from desk import assert_issued, unique
from lab.proxy import Answer, answer_with, changed, cut_after, cut_before, cut_middle, rate_limited, slow
from test_resume import accounts_made, kill_at, orders_made

KINDS = ["directory", "nonce", "new-account", "new-order", "authz", "challenge", "order", "finalize", "cert"]


def test_a_name_that_the_ca_refuses(make_desk, make_pebble):
    desk = make_desk(make_pebble(blocklist=["blocked.example.com"]))
    names = [unique(), "www.blocked.example.com"]
    result = desk.write(names).issue()

    assert result.code == 1, str(result)
    assert "www.blocked.example.com" in result.err
    assert desk.left_records(names) == set()
    told = desk.describe()
    assert "www.blocked.example.com" in told.out


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_429_is_waited_for(proxied, proxy, tmp_path, form):
    names, later = [unique()], datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
    proxy.fault(rate_limited("2" if form == "seconds" else format_datetime(later, usegmt=True)), "new-order")
    result = proxied.write(names).issue()

    assert_issued(proxied, result, names, tmp_path)
    assert result.seconds >= 1.9
    assert "until" in result.err
    assert orders_made(proxy) == 1


def test_429_for_longer_than_the_run_may_last(proxied, proxy):
    proxy.fault(rate_limited("3600"), "new-order", times=100)
    result = proxied.write([unique()]).issue("--timeout", "4s")

    assert result.code in (1, 124), str(result)
    assert result.seconds < 15
    assert "too many requests of the lab" in result.err
    assert f"{datetime.datetime.utcnow() + datetime.timedelta(hours=1):%Y-%m-%dT%H}" in result.err


@pytest.mark.parametrize("kind", KINDS)
def test_503_with_retry_after(proxied, proxy, tmp_path, kind):
    names = [unique()]
    proxy.fault(answer_with(503, b"busy", [("Retry-After", "1")], "text/plain"), kind)
    result = proxied.write(names).issue()

    assert_issued(proxied, result, names, tmp_path)
    assert orders_made(proxy) == 1 and accounts_made(proxy) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_500_once(proxied, proxy, tmp_path, kind):
    names = [unique()]
    proxy.fault(answer_with(500, b'{"type":"urn:ietf:params:acme:error:serverInternal","detail":"oops"}'), kind)
    result = proxied.write(names).issue()

    assert_issued(proxied, result, names, tmp_path)
    assert orders_made(proxy) == 1 and accounts_made(proxy) == 1


def test_500_for_ever(proxied, proxy):
    body = b'{"type":"urn:ietf:params:acme:error:serverInternal","detail":"broken beyond repair"}'
    proxy.fault(answer_with(500, body), "new-order", times=1000)
    result = proxied.write([unique()]).issue()

    assert result.code == 1, str(result)
    assert "broken beyond repair" in result.err
    assert proxy.count("new-order") <= 10


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cut", [cut_before, cut_middle, cut_after])
def test_a_cut_connection(proxied, proxy, tmp_path, kind, cut):
    names = [unique()]
    proxy.fault(cut, kind)
    result = proxied.write(names).issue()

    assert_issued(proxied, result, names, tmp_path)
    lost = kind == "new-order" and cut is not cut_before  # RFC 8555 gives no way to ask what became of it
    assert orders_made(proxy) == (2 if lost else 1)
    assert accounts_made(proxy) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_slow_answer(proxied, proxy, tmp_path, kind):
    names = [unique()]
    proxy.fault(slow(3), kind)
    result = proxied.write(names).issue()

    assert_issued(proxied, result, names, tmp_path)
    assert orders_made(proxy) == 1


WRONG = {
    "huge": answer_with(200, b'{"a":"' + b"x" * (2 << 20) + b'"}', kind="application/json"),
    "malformed": changed(lambda body: body[:-3] + b"]]]"),
    "not an object": changed(lambda _: b"[1, 2, 3]"),
    "html": answer_with(200, b"<html><body>Please log in</body></html>", kind="text/html"),
    "redirect": answer_with(302, b"", [("Location", "https://127.0.0.1:1/elsewhere")]),
    "empty": answer_with(200, b""),
    "control characters": answer_with(400, b'{"type":"urn:ietf:params:acme:error:malformed","detail":"a\\u001b[31mred\\u0007"}'),
    "deep": answer_with(200, b"[" * 200000, kind="application/json"),
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "nonce"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_ends_in_a_message(proxied, proxy, kind, wrong):
    name = unique()
    proxy.fault(WRONG[wrong], kind, times=1000)
    result = proxied.write([name]).issue("--timeout", "12s")

    ignorable = kind == "challenge" and wrong in ("malformed", "not an object")  # the order tells how it went
    assert result.code in ((0,) if ignorable else (1, 124)), str(result)
    assert result.err.strip()
    assert not any(ord(c) < 32 and c not in "\n\t" for c in result.text)
    assert "runtime error" not in result.err and "AddressSanitizer" not in result.err
    assert proxied.left_records([name]) == set()


def test_an_order_for_other_names_is_refused(proxied, proxy):
    name = unique()

    def swap(body):
        order = json.loads(body)
        order["identifiers"] = [{"type": "dns", "value": "attacker.example.org"}]
        return json.dumps(order).encode()
    proxy.fault(changed(swap), "new-order", times=100)
    result = proxied.write([name]).issue()

    assert result.code == 1, str(result)
    assert "attacker.example.org" in result.err
    assert proxy.count("challenge") == 0


def test_unknown_fields_types_and_challenges_are_ignored(proxied, proxy, tmp_path):
    names = [unique()]

    def enrich(body):
        authz = json.loads(body)
        authz["surprise"] = {"deep": [1, 2, None]}
        authz["challenges"].insert(0, {"type": "quantum-01", "url": "https://127.0.0.1:1/q", "status": "dancing", "token": "x"})
        return json.dumps(authz).encode()
    proxy.fault(changed(enrich), "authz", times=100)
    result = proxied.write(names).issue()

    assert_issued(proxied, result, names, tmp_path)


def test_a_certificate_for_another_key_is_not_stored(make_desk, pebble, proxied, proxy):
    other = make_desk(pebble, "other").write([unique()])
    assert other.issue().code == 0
    stolen = other.secret()["tls.crt"]
    proxy.fault(changed(lambda _: stolen), "cert", times=100)
    result = proxied.write([unique()]).issue()

    assert result.code == 1, str(result)
    assert proxied.secret() is None or "tls.crt" not in proxied.secret() or proxied.secret()["tls.crt"] != stolen


def test_an_order_that_the_ca_forgot_is_ordered_again(proxied, proxy, tmp_path):
    names = [unique()]
    kill_at(proxied.write(names), proxy, "challenge", 1, "before")
    gone = answer_with(404, b'{"type":"urn:ietf:params:acme:error:malformed","detail":"no such order"}')
    proxy.fault(gone, "order", times=1)
    result = proxied.issue()

    assert_issued(proxied, result, names, tmp_path)
    assert orders_made(proxy) == 2


def test_a_ca_that_asks_for_slower_polling(proxied, proxy, tmp_path):
    names = [unique()]

    def not_yet(exchange):
        answer = exchange.forward()
        order = json.loads(answer.body) | {"status": "processing"}
        order.pop("certificate", None)
        exchange.reply(Answer(answer.status, [*answer.headers, ("Retry-After", "2")], json.dumps(order).encode()))
    proxy.fault(not_yet, "finalize")
    result = proxied.write(names).issue()

    assert_issued(proxied, result, names, tmp_path)
    assert result.seconds >= 2


def test_a_profile_that_the_ca_does_not_have(proxied, proxy):
    result = proxied.write([unique()], issuer={"acme": {"profile": "sixhours"}}).issue()

    assert result.code in (1, 3), str(result)
    assert "sixhours" in result.err and "default" in result.err
    assert proxy.count("new-order") == 0


def test_a_profile_that_the_ca_has(proxied, tmp_path):
    names = [unique()]

    assert_issued(proxied, proxied.write(names, issuer={"acme": {"profile": "default"}}).issue(), names, tmp_path)


def test_the_terms_of_service_are_shown_once(proxied):
    assert (first := proxied.write([unique()]).issue()).code == 0
    second = proxied.issue("--force")

    assert "data:text/plain" in first.err
    assert second.code == 0 and "data:text/plain" not in second.err
