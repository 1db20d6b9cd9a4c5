# SPDX-License-Identifier: Apache-2.0
"""Name servers that refuse, lag, lose packets or cannot be reached."""

import signal

import pytest

from desk import assert_issued, finish, followed, unique
from lab.ports import free_port
from lab.relay import DnsRelay
from test_resume import wait_for_records


def test_a_wrong_tsig_secret(desk):
    name = unique()
    desk.write([name]).put("secret", "Secret", "dns-key", stringData={"tsig": "d3Jvbmctc2VjcmV0LW9mLXRoaXMtdGVzdA=="})
    result = desk.issue()

    assert result.code == 1, str(result)
    assert "lab-key" in result.err and "example.com" in result.err


def test_an_unknown_tsig_key(desk):
    name = unique()
    result = desk.write([name], rfc2136={"tsigKeyName": "nobodys-key"}).issue()

    assert result.code == 1, str(result)
    assert "nobodys-key" in result.err


def test_a_tsig_secret_that_is_no_base64(desk):
    desk.write([unique()]).put("secret", "Secret", "dns-key", stringData={"tsig": "*** not base64 ***"})
    result = desk.issue()

    assert result.code in (1, 3), str(result)
    assert "dns-key" in result.err and "not base64 ***" not in result.err


def test_a_key_that_may_not_update(desk):
    desk.write([unique()], rfc2136={"tsigKeyName": "idle-key"})
    desk.put("secret", "Secret", "dns-key", stringData={"tsig": desk.dns.secrets["idle-key"]})
    result = desk.issue()

    assert result.code == 1, str(result)
    assert "the server does not allow this key to update zone example.com" in result.err


def test_a_zone_that_takes_no_updates(desk):
    result = desk.write([unique("example.net")]).issue()

    assert result.code == 1, str(result)
    assert "update zone example.net" in result.err


def test_a_zone_that_is_not_on_the_server(desk):
    name = unique()
    result = desk.write([name], rfc2136={"nameserver": f"127.0.0.3:{desk.dns.port}"}).issue()

    assert result.code == 1, str(result)
    assert "127.0.0.3" in result.err and "example.com" in result.err


def test_a_name_server_that_is_not_there(desk):
    result = desk.write([unique()], rfc2136={"nameserver": "127.0.0.1:1"}).issue("--timeout", "60s")

    assert result.code in (1, 124), str(result)
    assert "127.0.0.1:1" in result.err
    assert result.seconds < 60


def test_one_zone_fails_and_the_records_of_the_other_are_removed(desk):
    names = [unique("example.com"), unique("example.net")]
    result = desk.write(names).issue()

    assert result.code == 1, str(result)
    assert desk.left_records(names) == set()


def test_authoritative_servers_out_of_reach(desk, tmp_path):
    name = unique("silent.com")
    result = desk.write([name]).issue()

    assert_issued(desk, result, [name], tmp_path)
    assert result.seconds < 30
    assert "resolver" in result.err


def test_lost_packets_are_asked_for_again(desk, tmp_path, dns):
    name = unique("lagging.com")
    desk.write([name])
    dns.first.lose = 2
    process = desk.start()
    with followed(dns):
        result = finish(process)

    assert_issued(desk, result, [name], tmp_path)
    assert dns.first.lose == 0


@pytest.mark.parametrize("check", ["recursive", "none", "authoritative"])
def test_the_kinds_of_check(desk, tmp_path, check):
    name = unique()

    assert_issued(desk, desk.write([name]).issue("--dns01-check", check), [name], tmp_path)


def test_a_wait_for_anycast(desk, tmp_path):
    name = unique()
    result = desk.write([name]).issue("--propagation-wait", "2s")

    assert_issued(desk, result, [name], tmp_path)
    assert result.seconds >= 2


def test_a_neighbours_record_stays(desk, tmp_path, dns):
    name = unique()
    label = name.split(".")[0]
    dns.add("example.com", f"_acme-challenge.{label}", "TXT", "a-neighbours-value")
    result = desk.write([name, f"*.{name}"]).issue()

    assert result.code == 0, str(result)
    assert desk.left_records([name]) == {(f"_acme-challenge.{name}", "a-neighbours-value")}


def relayed(desk, name):
    """The desk with updates going through a relay that a test can break; the zone stays reachable."""
    relay = DnsRelay("127.0.0.1", free_port(), ("127.0.0.1", desk.dns.port))
    desk.write([name], rfc2136={"nameserver": f"127.0.0.1:{relay.port}"})
    return relay


def test_lost_updates_are_sent_again(desk, tmp_path):
    name = unique()
    relay = relayed(desk, name)
    relay.lose = 1
    result = desk.issue()
    relay.stop()

    assert_issued(desk, result, [name], tmp_path)


def test_a_record_that_cannot_be_removed_is_named_and_removed_later(desk, tmp_path, dns):
    name = unique("lagging.com")
    relay = relayed(desk, name)
    process = desk.start()
    wait_for_records(process, desk, [name], 1)
    relay.stop()
    process.send_signal(signal.SIGINT)
    stopped = finish(process)

    (owner, value), = desk.left_records([name])
    assert stopped.code == 130, str(stopped)
    assert owner in stopped.err and value in stopped.err
    desk.write([name])
    with followed(dns):
        assert_issued(desk, desk.issue(), [name], tmp_path)


def test_an_answer_too_long_for_udp(desk, dns):
    name = unique()
    label = name.split(".")[0]
    neighbours = {f"{i:03}" + "x" * 200 for i in range(20)}
    for value in neighbours:
        dns.add("example.com", f"_acme-challenge.{label}", "TXT", value)
    result = desk.write([name]).issue()

    assert result.code == 0, str(result)
    assert {value for _, value in desk.left_records([name])} == neighbours


@pytest.mark.parametrize("rfc2136,told", [({"tsigKeyName": "nobodys-key"}, "nobodys-key"),
                                          ({"nameserver": "127.0.0.1:1"}, "127.0.0.1:1")])
def test_a_dry_run_tries_the_provider(desk, rfc2136, told):
    result = desk.write([unique()], rfc2136=rfc2136).issue("--dry-run")

    assert result.code == 1, str(result)
    assert told in result.text


def test_the_ca_sees_other_servers_than_we_do(make_desk, make_pebble, dns):
    desk = make_desk(make_pebble(resolver=f"127.0.0.3:{dns.port}"))
    names = [unique("lagging.com"), unique("lagging.com")]
    result = desk.write(names).issue("--dns01-check", "none")

    assert result.code == 1, str(result)
    assert all(name in result.err for name in names)
    assert desk.left_records(names) == set()
