# SPDX-License-Identifier: Apache-2.0
"""An API server that is slow, busy, broken or cut off, or a proxy that answers in its place: each run recovers or says
what is wrong, in time, and leaves no record and no half of a Secret."""

import datetime
import json
import signal
import socket
import time
from types import SimpleNamespace

import pytest

from cluster_desk import ClusterDesk
from desk import finish
from lab.proxy import answer_with, calling, changed, cut_after, cut_before, cut_middle, slow
from lab.relay import CutPath
from lab.tls import make_server_certificate
from test_cluster import ALL_RIGHTS, assert_issued
from test_resume import accounts_made, kill_at, orders_made

ONLY_CROWDED = True
READS = [("GET certificates", 1), ("GET issuers", 1), ("GET secrets", 1)]
# The first Secret is the account's key, the second the certificate's, the third the pair; the first status is the
# order's URL, the second the records.
WRITES = [("POST leases", 1), ("POST secrets", 1), ("POST secrets", 2), ("POST secrets", 3), ("PATCH issuers/status", 1),
          ("PATCH certificates/status", 1), ("PATCH certificates/status", 2)]
AFTERWARDS = [("DELETE secrets", 1), ("PATCH certificates/status", 3), ("DELETE leases", 1)]
FOR_EVER = 1000
TIMEOUT = "--request-timeout=2s"


def assert_told(result):
    """It ended by itself, and nothing on the terminal moves the cursor."""
    assert result.code in (0, 1, 3, 124), str(result)
    assert not any(ord(c) < 32 and c not in "\n\t" or 127 <= ord(c) < 160 for c in result.text), str(result)
    assert "runtime error" not in result.err and "Sanitizer" not in result.err, str(result)


def assert_failed(shop, result, *words):
    """The words are told, no record is left, and a Secret is whole or not there."""
    assert_told(result)
    assert result.code == 1 and result.out == "", str(result)
    for word in words:
        assert word in result.err, str(result)
    assert shop.left_records() == set()
    secret = shop.secret()
    assert secret is None or set(secret) == {"tls.crt", "tls.key"}
    assert shop.kept() <= {"dns-key", "account", "web-tls", "web-pending-key"}


def assert_goes_on(shop):
    """The next run, which nothing disturbs, comes to the end with the order and the account of the first."""
    shop.api.reset()
    result = shop.issue()
    assert_issued(shop, result)
    assert orders_made(shop.ca) == 1 and accounts_made(shop.ca) == 1
    assert shop.certificate()["status"]["conditions"][0]["status"] == "True"
    assert not shop.certificate()["status"].get("acme")


def status(code, reason, *headers, message="told by the lab"):
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message, "code": code}
    return answer_with(code, json.dumps(body).encode(), headers, "application/json")


def never(exchange):
    exchange.wait_for_the_client()


def lost(exchange):
    """Done, and the answer never comes."""
    exchange.forward()
    exchange.wait_for_the_client()


# ---- slow, or not at all


def test_slow_answers(shop, api):
    api.fault(slow(0.3), times=FOR_EVER)
    result = shop.issue(TIMEOUT)

    assert_issued(shop, result)
    assert result.seconds > 2
    assert orders_made(shop.ca) == 1


@pytest.mark.parametrize("act", [never, lost])
@pytest.mark.parametrize("kind,nth", WRITES)
def test_an_answer_that_does_not_come_to_a_write(shop, api, kind, nth, act):
    api.fault(act, kind, nth)
    result = shop.issue(TIMEOUT)

    assert_failed(shop, result, "Unable to connect to the server: no answer from 127.0.0.1:", " within 2s")
    assert 2 <= result.seconds < 10
    assert_goes_on(shop)


@pytest.mark.parametrize("kind,nth", READS)
def test_an_answer_that_does_not_come_to_a_reading(shop, api, kind, nth):
    api.fault(never, kind, times=FOR_EVER)
    result = shop.issue(TIMEOUT)

    assert_failed(shop, result, "Unable to connect to the server: no answer from 127.0.0.1:", " within 2s")
    assert 2 <= result.seconds < 10
    assert orders_made(shop.ca) == 0


@pytest.mark.parametrize("command", ["issue", "describe"])
def test_a_server_that_never_answers(shop, api, command):
    api.fault(never, times=FOR_EVER)
    ours = getattr(shop, command)(TIMEOUT)
    theirs = shop.cluster.kubectl("get", "secrets", TIMEOUT, kubeconfig=shop.environment()["KUBECONFIG"], check=False)

    assert_failed(shop, ours, "Unable to connect to the server: ")
    assert ours.seconds < 4
    assert theirs.stderr.splitlines()[-1].startswith("Unable to connect to the server: ")
    assert shop.kept() == {"dns-key"} and shop.kept("leases") == set()


def test_a_status_that_can_never_be_written_keeps_no_order_and_says_so(shop, api):
    api.fault(never, "PATCH certificates/status", times=FOR_EVER)
    result = shop.issue(TIMEOUT)

    assert_failed(shop, result, "no answer from 127.0.0.1:", "Warning: the end of the run could not be stored: ")
    assert result.seconds < 10
    assert "The order is kept" not in result.err
    assert not shop.certificate().get("status", {}).get("acme")
    assert orders_made(shop.ca) == 1 and "challenge" not in shop.ca.kinds()


@pytest.mark.parametrize("kind", ["GET events", "GET ingresses", "GET gateways"])
def test_describe_tells_what_did_not_come_in_time(shop, api, kind):
    api.fault(never, kind, times=FOR_EVER)
    result = shop.describe(TIMEOUT)

    assert_told(result)
    assert "Name:               web" in result.out
    assert "Unable to connect to the server: no answer from 127.0.0.1:" in result.text
    assert result.seconds < 6


@pytest.mark.parametrize("kind", ["POST leases", "GET secrets", "POST secrets"])
def test_who_stops_a_run_does_not_wait_for_the_server(shop, api, kind):
    held, begun = [], time.monotonic()

    def act(exchange):
        held[0].send_signal(signal.SIGINT)
        exchange.wait_for_the_client()
    api.fault(act, kind)
    held.append(shop.start())
    stopped = finish(held[0])

    assert stopped.code == 130, str(stopped)
    assert "Sanitizer" not in stopped.err and time.monotonic() - begun < 10
    assert shop.kept("leases") == set() and shop.left_records() == set()


def test_the_timeout_of_a_run_bounds_the_server_too(shop, api):
    api.fault(never, "GET secrets", times=FOR_EVER)
    result = shop.issue("--timeout", "3s")

    assert_told(result)
    assert result.code == 124 and 3 <= result.seconds < 8, str(result)
    assert shop.kept("leases") == set()


# ---- cut off


@pytest.mark.parametrize("cut", [cut_before, cut_middle, cut_after])
@pytest.mark.parametrize("kind,nth", READS)
def test_a_reading_that_was_cut_off_is_asked_again(shop, api, kind, nth, cut):
    api.fault(cut, kind, nth)
    result = shop.issue()

    assert_issued(shop, result)
    assert orders_made(shop.ca) == 1


def test_a_reading_that_is_cut_off_for_ever(shop, api):
    api.fault(cut_middle, "GET certificates", times=FOR_EVER)
    result = shop.issue()

    assert_failed(shop, result, "Unable to connect to the server: 127.0.0.1:", "closed the connection before its answer")
    assert api.count("GET certificates") <= 11
    assert 9 < result.seconds < 20

    bounded = shop.issue("--request-timeout=3s")
    assert_failed(shop, bounded, "closed the connection before its answer")
    assert bounded.seconds < 6


@pytest.mark.parametrize("cut", [cut_before, cut_middle, cut_after])
@pytest.mark.parametrize("kind,nth", WRITES)
def test_a_write_that_was_cut_off_is_not_repeated_blindly(shop, api, kind, nth, cut):
    api.fault(cut, kind, nth)
    result = shop.issue()

    if result.code == 0:  # curl may send again what no byte of was sent
        assert cut is cut_before
        assert_issued(shop, result)
        return
    assert_failed(shop, result, "Unable to connect to the server: 127.0.0.1:", "closed the connection before its answer")
    assert_goes_on(shop)


@pytest.mark.parametrize("cut", [cut_before, cut_after])
@pytest.mark.parametrize("kind,nth", AFTERWARDS)
def test_what_is_cut_off_when_the_certificate_is_stored_fails_no_run(shop, api, kind, nth, cut):
    api.fault(cut, kind, nth)
    result = shop.issue()

    assert_told(result)
    assert result.code == 0 and " issued\n" in result.out, str(result)
    assert "Warning: the end of the run could not be stored: " in result.err or kind == "DELETE leases"
    assert_goes_on(shop)


@pytest.mark.parametrize("most", [1, 1000, 2000, 3000, 4500, 6000, 8000, 10000, 12500, 15000, 17500, 20000])
def test_an_http2_connection_that_is_cut_off_anywhere(cluster, dns, proxy, most):
    path = CutPath(("127.0.0.1", cluster.port), most)
    behind = SimpleNamespace(url=f"https://127.0.0.1:{path.port}", ca_file=cluster.ca_file)
    shop = ClusterDesk(cluster, dns, proxy, api=behind).put()
    result = shop.issue()
    path.stop()
    shop.api = cluster

    assert path.was_cut
    if result.code:
        assert_failed(shop, result, "Unable to connect to the server: ")
    assert_told(result)
    assert_issued(shop, shop.issue())
    assert orders_made(proxy) == 1 and accounts_made(proxy) == 1


# ---- busy


@pytest.mark.parametrize("kind,nth,code,reason", [
    *((kind, nth, 429, "TooManyRequests") for kind, nth in READS + WRITES + AFTERWARDS),
    *((kind, nth, code, reason) for kind, nth in [READS[0], WRITES[3]]
      for code, reason in [(500, "InternalError"), (503, "ServiceUnavailable")])])
def test_a_busy_server_is_waited_for(shop, api, kind, nth, code, reason):
    api.fault(status(code, reason, ("Retry-After", "1")), kind, nth)
    result = shop.issue()

    assert_issued(shop, result)
    assert result.seconds >= 1
    assert orders_made(shop.ca) == 1 and accounts_made(shop.ca) == 1


def test_a_server_that_stays_busy(shop, api):
    api.fault(status(429, "TooManyRequests", ("Retry-After", "1")), "GET certificates", times=FOR_EVER)
    result = shop.issue()

    assert_failed(shop, result, "Error from server (TooManyRequests): told by the lab\n")
    assert api.count("GET certificates") == 11
    assert 10 <= result.seconds < 20

    bounded = shop.issue("--request-timeout=3s")
    assert_failed(shop, bounded, "Error from server (TooManyRequests): told by the lab\n")
    assert bounded.seconds < 6


@pytest.mark.parametrize("headers", [[], [("Retry-After", "3600")], [("Retry-After", "Wed, 21 Oct 2099 07:28:00 GMT")],
                                     [("Retry-After", "-1")], [("Retry-After", "99999999999999999999")]], ids=str)
def test_a_busy_server_that_names_no_near_time_is_not_waited_for(shop, api, headers):
    api.fault(status(429, "TooManyRequests", *headers), "GET certificates", times=FOR_EVER)
    result = shop.issue()

    assert_failed(shop, result, "Error from server (TooManyRequests): told by the lab\n")
    assert api.count("GET certificates") == 1 and result.seconds < 5


# ---- conflicts


def test_a_status_that_meets_conflicts_is_written_in_the_end(shop, api):
    api.fault(status(409, "Conflict"), "PATCH certificates/status", times=4)

    assert_issued(shop, shop.issue())
    assert orders_made(shop.ca) == 1


def test_a_secret_that_meets_conflicts_is_written_in_the_end(shop, api):
    assert_issued(shop, shop.issue())
    before = shop.secret()
    api.fault(status(409, "Conflict"), "PATCH secrets", times=4)

    assert_issued(shop, shop.issue("--force"))
    assert shop.secret() != before


@pytest.mark.parametrize("kind,nth", WRITES[1:])
def test_conflicts_without_end(shop, api, kind, nth):
    def conflict(exchange):
        if exchange.nth >= nth:
            status(409, "Conflict")(exchange)
        else:
            exchange.reply(exchange.forward())
    api.fault(conflict, kind, times=FOR_EVER)
    result = shop.issue()

    assert_failed(shop, result, "Error from server (Conflict): ", "told by the lab")
    assert api.count(kind) < 20 and result.seconds < 15
    assert orders_made(shop.ca) <= 1


def test_a_renewal_that_meets_conflicts_without_end_leaves_the_old_pair(shop, api):
    assert_issued(shop, shop.issue())
    before = shop.secret()
    api.fault(status(409, "Conflict"), "PATCH secrets", times=FOR_EVER)
    result = shop.issue("--force")
    assert_failed(shop, result, "Error from server (Conflict): told by the lab")
    assert shop.secret() == before

    api.reset()
    assert_issued(shop, shop.issue("--force"))
    assert shop.secret() != before
    assert orders_made(shop.ca) == 2  # the first, and one for both attempts to renew


def test_who_edits_the_certificate_meanwhile_is_no_obstacle_to_a_run_without_a_claim(shop, api):
    rights = [rule | {"apiGroups": [group]} for rule in ALL_RIGHTS for group in rule["apiGroups"] if "coordination" not in group]
    shop.cluster.grant("alice", shop.namespace, *rights)

    def annotate(_):
        edit = f"edit=n{api.count('PATCH certificates/status')}"
        shop.cluster.kubectl("annotate", "--overwrite", "certificates.certmanager.k8s.io/web", edit, namespace=shop.namespace)
    for nth in (1, 3, 4):
        api.fault(calling(before=annotate), "PATCH certificates/status", nth)
    result = shop.issue(user="alice")

    assert_issued(shop, result)
    assert 409 in [e.status for e in api.exchanges if e.kind == "PATCH certificates/status"]
    assert shop.certificate()["metadata"]["annotations"]["edit"] == "n4"
    assert orders_made(shop.ca) == 1


def test_what_somebody_writes_into_the_secret_meanwhile_stays(shop, api):
    assert_issued(shop, shop.issue())
    before = shop.secret()
    api.fault(calling(before=lambda _: shop.cluster.kubectl("annotate", "secret/web-tls", "theirs=1", namespace=shop.namespace)),
              "PATCH secrets", 1)

    assert_issued(shop, shop.issue("--force"))
    assert shop.secret() != before
    assert shop.cluster.get("secret", "web-tls", shop.namespace)["metadata"]["annotations"]["theirs"] == "1"


def test_a_secret_that_somebody_makes_meanwhile_is_not_overwritten(shop, api):
    theirs = shop.object("Secret", "web-tls", stringData={"tls.crt": "theirs", "tls.key": "theirs"})
    api.fault(calling(before=lambda _: shop.cluster.apply(theirs)), "POST secrets", 3)
    result = shop.issue()

    assert_failed(shop, result, 'Error from server (AlreadyExists): secrets "web-tls" already exists')
    assert shop.secret() == {"tls.crt": b"theirs", "tls.key": b"theirs"}
    shop.cluster.kubectl("delete", "secret/web-tls", namespace=shop.namespace)
    assert_goes_on(shop)


# ---- broken


@pytest.mark.parametrize("kind,nth,code,reason", [
    *((kind, nth, 500, "InternalError") for kind, nth in READS + WRITES),
    (*READS[0], 503, "ServiceUnavailable"), (*WRITES[3], 503, "ServiceUnavailable")])
def test_a_server_error_is_told_and_the_next_run_goes_on(shop, api, kind, nth, code, reason):
    api.fault(status(code, reason), kind, nth)
    result = shop.issue()

    assert_failed(shop, result, f"Error from server ({reason}): told by the lab\n")
    assert_goes_on(shop)


@pytest.mark.parametrize("command", ["issue", "describe"])
def test_a_server_that_is_broken_for_good(shop, api, command):
    api.fault(status(500, "InternalError", message="etcd\x1b[31m is gone"), times=FOR_EVER)
    result = getattr(shop, command)()

    assert_failed(shop, result, "Error from server (InternalError): etcd\\x1b[31m is gone\n")
    assert result.seconds < 10


def endless(exchange):
    """Sends for as long as the client reads."""
    exchange.begin_reply(200, ("Content-Type", "application/json"))
    exchange.handler.close_connection = True
    while True:
        exchange.write(b'{"a":"' + b"x" * (1 << 20))


def endless_head(exchange):
    exchange.handler.close_connection = True
    exchange.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        exchange.write(b"X-More: " + b"x" * 8000 + b"\r\n")


PAGE = b"<html>\x1b[31mPlease log in</html>"
WRONG = {
    "page": (answer_with(200, PAGE, kind="text/html"), "the API server's answer cannot be read: it is text/html"),
    "bad gateway": (answer_with(502, PAGE, kind="text/html"), 'an error on the server ("<html>\\x1b[31mPlease log in</html>")'),
    "empty": (answer_with(200, b"", kind="application/json"), "the API server's answer cannot be read: it is no JSON"),
    "malformed": (changed(lambda body: body.rstrip()[:-1] + b"]]]"), "the API server's answer cannot be read: it is no JSON"),
    "list": (answer_with(200, b"[1, 2]", kind="application/json"), "it is no JSON object"),
    "another object": (answer_with(200, b'{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web"}}', kind="application/json"),
                       "it is another object than was asked for"),
    "wrong types": (answer_with(200, b'{"kind":7,"apiVersion":[],"metadata":"web"}', kind="application/json"),
                    "it is another object than was asked for"),
    "deep": (answer_with(200, b"[" * 200000, kind="application/json"), "nested more than"),
    "endless": (endless, "is longer than 16777216 bytes"),
    "endless head": (endless_head, "more headers than are accepted"),
    "no HTTP": (lambda x: (x.write(b"220 mail.example.com ESMTP\r\n"), x.cut()), "Unable to connect to the server: "),
}


@pytest.mark.parametrize("kind", ["POST leases", "GET secrets", "PATCH certificates/status"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_ends_in_a_message(shop, api, kind, wrong):
    act, words = WRONG[wrong]
    api.fault(act, kind, times=FOR_EVER)
    result = shop.issue("--request-timeout=10s")

    assert_failed(shop, result, words)
    assert result.seconds < 25
    assert orders_made(shop.ca) <= 1


@pytest.mark.parametrize("wrong", ["page", "list", "endless", "no HTTP"])
def test_events_that_fail_fail_no_run(shop, api, wrong):
    api.fault(WRONG[wrong][0], "POST events", times=FOR_EVER)
    result = shop.issue()

    assert_told(result)
    assert_issued(shop, result)


def test_warnings_do_not_speak_to_the_terminal(shop, api):
    def warned(exchange):
        answer = exchange.forward()
        answer.headers += [("Warning", '299 - "old\x1b[31m\x07 kind"')] * 2 + [("Warning", '299 "unfinished')]
        exchange.reply(answer)
    api.fault(warned, times=FOR_EVER)
    result = shop.issue()

    assert_told(result)
    assert_issued(shop, result)
    assert result.err.count("Warning: ") == 1 and "Warning: old\\x1b[31m\\x07 kind\n" in result.err


# ---- another server than the right one


def test_a_certificate_that_has_expired(cluster, dns, proxy, make_proxy, tmp_path):
    make_server_certificate(tmp_path, valid_for=datetime.timedelta(minutes=-5))
    api = make_proxy(cluster, tmp_path)
    shop = ClusterDesk(cluster, dns, proxy, api=api).put()
    for result in (shop.issue(), shop.describe()):
        assert_failed(shop, result, "Unable to connect to the server: the certificate of 127.0.0.1:", "it has expired")
    assert api.exchanges == []
    assert shop.kept() == {"dns-key"}


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind,nth", [("GET certificates", 1), ("POST secrets", 1), ("PATCH certificates/status", 1)])
def test_a_redirect_is_not_followed(shop, api, kind, nth, code):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        place = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/\x1b[31m"
        api.fault(answer_with(code, b"moved", [("Location", place)], "text/plain"), kind, nth)
        result = shop.issue()
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()

    assert_failed(shop, result, f"the API server answered {code} and points to http://127.0.0.1:", "redirects are not followed")
    assert_goes_on(shop)


# ---- the run itself dies


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind, nth", WRITES + AFTERWARDS)
def test_killed_at_a_write_and_started_again(shop, api, kind, nth, when):
    killed = kill_at(shop, api, kind, nth, when)
    assert killed.code == -signal.SIGKILL, str(killed)
    account = shop.secret("account")
    api.reset()

    assert_issued(shop, shop.issue())

    url_may_be_lost = (kind, nth) in (("PATCH certificates/status", 1), ("POST secrets", 2))
    assert orders_made(shop.ca) <= (2 if url_may_be_lost else 1), shop.ca.kinds()
    assert accounts_made(shop.ca) == 1
    assert account is None or shop.secret("account") == account
    assert shop.left_records() == set() and not shop.certificate()["status"].get("acme")
