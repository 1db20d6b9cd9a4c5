# SPDX-License-Identifier: Apache-2.0
"""acme-dns end to end: the program → the server's API → the server's own zone, to which BIND delegates and
CNAMEs lead → the CA."""

import json
import ssl
import urllib.error
import urllib.request

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest
from fakes.acmedns import AcmeDns
from lab.resolver import ForgetfulResolver
from lab.zones import ACME_DNS_SERVER, ACME_DNS_ZONE

from desk import assert_issued, unique


@pytest.fixture
def fake(make_fake):
    return make_fake(AcmeDns)


@pytest.fixture(scope="module")
def ca(make_pebble, dns):
    """A CA whose resolver has not heard what ours was asked: acme-dns says of a name without values that it
    does not exist, for a day."""
    resolver = ForgetfulResolver(dns)
    yield make_pebble(resolver=resolver.address)
    resolver.stop()
    assert resolver.errors == []


@pytest.fixture
def user(make_user, fake, ca):
    return make_user(fake, ca)


@pytest.fixture
def update(fake, authority, gate):
    """Sends an update as the documents show it: (status, body)."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"https": gate.url}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=gate.trust)))

    def send(account, txt, **changes):
        changed = account | changes
        request = urllib.request.Request(
            f"https://{fake.hosts[0]}/update", json.dumps({"subdomain": changed["subdomain"], "txt": txt}).encode(),
            {"X-Api-User": changed["username"], "X-Api-Key": changed["password"]}, method="POST")
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read())
    return send


def resolved(dns_port, name, kind="TXT", address="127.0.0.1"):
    answer = dns.query.udp(dns.message.make_query(name, kind), address, timeout=5, port=dns_port)
    values = {b"".join(record.strings).decode() for dataset in answer.answer if dataset.rdtype == dns.rdatatype.TXT
              for record in dataset}
    return dns.rcode.to_text(answer.rcode()), values


def updates(fake):
    return fake.asked(fake.is_update)


# ---- the fake


def test_the_fake_keeps_the_two_newest_values_and_answers_behind_a_cname(fake, update, dns):
    name = unique()
    account = fake.register(name)
    values = [letter * 43 for letter in "abc"]

    before = resolved(dns.port, account["fulldomain"], address=ACME_DNS_SERVER)
    told = [update(account, value) for value in values[:2]]
    both = resolved(dns.port, f"_acme-challenge.{name}")
    fake.slots[account["subdomain"]][1][1] += 5  # the second is newer by more than a second's fraction
    update(account, values[2])

    assert before == ("NXDOMAIN", set()) and told == [(200, {"txt": value}) for value in values[:2]]
    assert both == ("NOERROR", set(values[:2]))
    assert resolved(dns.port, account["fulldomain"], address=ACME_DNS_SERVER) == ("NOERROR", set(values[1:]))
    assert resolved(dns.port, ACME_DNS_ZONE, "SOA")[0] == "NOERROR"


def test_the_fake_refuses_what_acme_dns_refuses(fake, update):
    mine, others = fake.register(unique()), fake.register(unique())

    assert update(mine, "a" * 43, password="x" * 40) == (401, {"error": "forbidden"})
    assert update(mine, "a" * 43, username=others["username"]) == (401, {"error": "forbidden"})
    assert update(mine, "a" * 43, subdomain=others["subdomain"]) == (401, {"error": "forbidden"})
    assert update(mine, "a" * 42) == (400, {"error": "bad_txt"})
    assert fake.values(mine) == fake.values(others) == set()


# ---- the program


def test_apex_and_wildcard_share_an_account(fake, user, tmp_path):
    name = unique()
    account = fake.register(name)
    result = user.write([name, f"*.{name}"]).issue()

    assert_issued(user, result, [name, f"*.{name}"], tmp_path)
    assert len(fake.values(account)) == 2 == len(updates(fake))


def test_an_account_a_name(fake, user, tmp_path):
    names = [unique("example.org" if i % 2 else "example.com") for i in range(6)]
    for name in names:
        fake.register(name)
    result = user.write(names).issue()

    assert_issued(user, result, names, tmp_path)
    assert len(updates(fake)) == len(names)


def test_a_renewal_takes_the_place_of_the_old_values(fake, user, tmp_path):
    name = unique()
    account = fake.register(name)
    assert user.write([name, f"*.{name}"]).issue().code == 0
    old = fake.values(account)
    for slot in fake.slots[account["subdomain"]]:
        slot[1] -= 3600
    result = user.issue("--force")

    assert_issued(user, result, [name, f"*.{name}"], tmp_path)
    assert len(fake.values(account)) == 2 and not fake.values(account) & old


def test_a_missing_cname_is_told_with_the_record_to_add(fake, user):
    name = unique()
    account = fake.register(name, cname=False)
    result = user.write([name]).issue()

    assert result.code == 1, str(result)
    assert f"_acme-challenge.{name}. CNAME {account['fulldomain']}." in result.err, str(result)
    assert updates(fake) == []


def test_a_cname_to_another_account_is_told(fake, user):
    name = unique()
    account = fake.register(name, cname=False)
    fake.lead(name, fake.register(unique())["fulldomain"])
    result = user.write([name]).issue()

    assert result.code == 1, str(result)
    assert f"CNAME {account['fulldomain']}." in result.err, str(result)
    assert updates(fake) == []


def test_a_domain_without_an_account_is_told_with_those_that_have_one(fake, user):
    known, name = unique(), unique()
    fake.register(known)
    result = user.write([name]).issue()

    assert result.code == 1, str(result)
    assert f"no account of {name}" in result.err and known in result.err, str(result)
    assert updates(fake) == []


def test_a_wrong_password_is_told_and_final(fake, user):
    name = unique()
    account = fake.register(name)
    fake.given[name]["password"] = "x" * 40
    result = user.write([name]).issue("-v", "10")

    assert result.code == 1, str(result)
    assert "does not know this account" in result.err and name in result.err, str(result)
    assert [request.status for request in updates(fake)] == [401] and fake.values(account) == set()


def test_three_names_that_lead_to_one_account_are_told(fake, user):
    names = [unique() for _ in range(3)]
    account = fake.register(names[0])
    for name in names[1:]:
        fake.given[name] = account
        fake.lead(name, account["fulldomain"])
    result = user.write(names).issue()

    assert result.code == 1, str(result)
    assert "register an account for each domain" in result.err, str(result)
    assert updates(fake) == []


def test_a_server_that_stays_broken_is_told(fake, user):
    fake.register(name := unique())
    fake.fault(503, times=1000)
    result = user.write([name]).issue("--timeout", "4s")

    assert result.code == 124 and "acmedns: updating" in result.err and "503" in result.err, str(result)


@pytest.mark.parametrize("status", [429, 500, 503, 0])
@pytest.mark.parametrize("taken", [False, True], ids=["lost", "taken"])
def test_a_broken_answer_is_asked_for_again(fake, user, tmp_path, status, taken):
    name = unique()
    fake.register(name)
    fake.fault(status, when=fake.is_update, taken=taken)
    result = user.write([name, f"*.{name}"]).issue()

    assert_issued(user, result, [name, f"*.{name}"], tmp_path)


def test_a_dry_run_asks_whether_the_server_is_up_and_sets_nothing(fake, user):
    name = unique()
    fake.register(name)

    assert (result := user.write([name]).issue("--dry-run")).code == 0, str(result)
    assert [request.path for request in fake.asked()] == ["/health"]

    fake.fault(404)
    result = user.issue("--dry-run")
    assert result.code == 1 and "acmedns: asking whether the server is up" in result.text, str(result)
    assert updates(fake) == []
