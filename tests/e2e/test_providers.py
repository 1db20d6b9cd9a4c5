# SPDX-License-Identifier: Apache-2.0
"""Every DNS provider issues end to end: the program → the service's public name → its fake → BIND → the
CA. One provider's scenarios: pytest tests/e2e/test_providers.py -k cloudflare"""

import time

import pytest
from fakes.akamai import Akamai
from fakes.azuredns import AzureDns
from fakes.clouddns import CloudDns
from fakes.cloudflare import Cloudflare, CloudflareToken
from fakes.digitalocean import DigitalOcean
from fakes.route53 import Route53, Route53Role

from desk import assert_issued, unique
from provider_desk import record

KINDS = [  # one class of fake for each provider that is built in
    Akamai,
    AzureDns,
    CloudDns,
    Cloudflare,
    DigitalOcean,
    Route53,
]
LOGINS = [  # and each further way to prove who asks
    *KINDS,
    CloudflareToken,
    Route53Role,
]


def needs(*features):
    """The scenario is for services that have these (Account.lacks)."""
    def mark(test):
        test.needs = set(features)
        return test
    return mark


def pytest_generate_tests(metafunc):
    wanted = getattr(metafunc.function, "needs", set())
    for fixture, kinds in (("kind", KINDS), ("login", LOGINS)):
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, [kind for kind in kinds if not wanted & kind.lacks], indirect=True,
                                 ids=lambda kind: kind.__name__.lower())


@pytest.fixture
def kind(request):
    return request.param


@pytest.fixture
def fake(kind, make_fake):
    return make_fake(kind)


@pytest.fixture
def login(request, make_fake):
    return make_fake(request.param)


@pytest.fixture
def user(make_user, fake):
    return make_user(fake)


def writes(fake):
    return fake.asked(fake.is_write)


# ---- what goes well


def test_apex_and_wildcard_share_a_name(make_user, login, tmp_path):
    name, seen = unique(), []
    login.after(lambda _: seen.append(len(login.values(record(name)))), when=login.is_write, times=100)
    result = make_user(login).write([name, f"*.{name}"]).issue()

    assert_issued(make_user(login), result, [name, f"*.{name}"], tmp_path)
    assert max(seen) == 2 and login.values(record(name)) == set()


def test_nothing_private_is_shown_at_any_level(make_user, login):
    user = make_user(login).write([unique()])

    assert (result := user.issue("-v", "10")).code == 0, str(result)


def test_ten_names(fake, user, tmp_path):
    names = [unique() for _ in range(10)]
    result = user.write(names).issue()

    assert_issued(user, result, names, tmp_path)
    assert fake.writes is None or len(writes(fake)) <= fake.writes


@needs("zones")
def test_two_zones(fake, user, tmp_path):
    names = [unique("example.org" if i % 2 else "example.com") for i in range(4)]
    result = user.write(names).issue()

    assert_issued(user, result, names, tmp_path)
    assert fake.writes is None or len(writes(fake)) <= 2 * fake.writes


@needs("zones")
def test_the_deepest_zone_that_the_account_holds(make_fake, make_user, kind, tmp_path):
    user = make_user(make_fake(kind, ("example.com", "sub.example.com")))
    names = [unique("sub.example.com"), unique()]

    assert_issued(user, user.write(names).issue(), names, tmp_path)


# ---- who else writes there


@needs("neighbours")
def test_a_neighbours_value_survives(fake, user):
    name = unique()
    fake.put(record(name), "a neighbour's")
    fake.put(record(name), "v=another neighbour's; with \"marks\" and \\")
    before = fake.values(record(name))
    result = user.write([name, f"*.{name}"]).issue()

    assert result.code == 0, str(result)
    assert fake.values(record(name)) == before and len(before) == 2
    assert fake.backing.values(record(name)) == before


@needs("neighbours")
def test_a_second_client_adds_in_the_middle(fake, user):
    name, added = unique(), set()

    def add(_):
        added.add(f"in the middle {len(added)}")
        fake.put(record(name), f"in the middle {len(added) - 1}")
    fake.put(record(name), "there before")
    fake.before(add, when=fake.is_write, times=2)
    result = user.write([name, f"*.{name}"]).issue()

    assert result.code == 0, str(result)
    assert len(added) == 2
    assert fake.values(record(name)) == {"there before"} | added


@needs("neighbours")
def test_a_second_client_removes_in_the_middle(fake, user):
    name = unique()
    for value in ("first", "second", "third"):
        fake.put(record(name), value)
    leaving = iter(("first", "second"))
    fake.before(lambda _: fake.take(record(name), next(leaving)), when=fake.is_write, times=2)
    result = user.write([name]).issue()

    assert result.code == 0, str(result)
    assert fake.values(record(name)) == {"third"}


@needs("pages")
def test_more_than_a_page(fake, user):
    name = unique()
    filler = fake.fill(record(name))
    result = user.write([name, f"*.{name}"]).issue()

    assert result.code == 0, str(result)
    assert fake.values(record(name)) == filler


@needs("neighbours")
def test_a_failed_order_leaves_what_others_wrote(fake, make_user, make_pebble, dns):
    name = unique()
    fake.put(record(name), "a neighbour's")
    blind = make_pebble(resolver=f"127.0.0.3:{dns.port}")  # knows no example.com
    result = make_user(fake, blind).write([name, f"*.{name}"]).issue()

    assert result.code == 1, str(result)
    assert len(writes(fake)) >= 2
    assert fake.values(record(name)) == {"a neighbour's"}


# ---- who may not


def test_wrong_credentials(make_user, login):
    user = make_user(login).write([unique()], secrets=login.wrong_secrets())
    result = user.issue("-v", "10")

    assert result.code == 1, str(result)
    for word in login.told_wrong:
        assert word in result.err, str(result)
    assert not any(login.is_write(r) and r.status < 300 and login.is_ours(r) for r in login.asked())


def test_the_usual_mistakes_are_told(make_user, login):
    user = make_user(login)
    for mistake, (secrets, word) in login.mistakes().items():
        result = user.write([unique()], secrets=secrets).issue("--dry-run")

        assert result.code == 1 and word in result.text, f"{mistake}: {result}"
    assert login.asked() == []


def test_white_space_around_a_secret_is_of_no_account(make_user, login):
    padded = {name: {key: f" {text}\n" for key, text in keys.items()} for name, keys in login.secrets().items()}
    result = make_user(login).write([unique()], secrets=padded).issue("--dry-run")

    assert result.code == 0, str(result)


@needs("permissions")
def test_a_missing_permission(fake, user):
    name = unique()
    fake.forbid_writing()
    result = user.write([name]).issue()

    assert result.code == 1, str(result)
    for word in fake.told_forbidden:
        assert word in result.err, str(result)
    assert fake.values(record(name)) == set()


@needs("permissions")
def test_one_provider_of_two_fails(fake, user):
    ours, others = unique(), unique("example.org")
    config = [{"dns01": {"provider": "our-dns"}, "domains": [ours]},
              {"dns01": {"provider": "other-dns"}, "domains": [others]}]
    user.write([ours, others], certificate={"acme": {"config": config}},
               others=[{"name": "other-dns", "rfc2136": user.rfc2136()}])
    fake.forbid_writing()
    result = user.issue()

    assert result.code == 1, str(result)
    assert "our-dns" in result.err and ours in result.err, str(result)
    assert user.left_records([ours, others]) == set()


@needs("zones")
def test_a_dry_run_with_a_zone_that_is_not_there(make_fake, make_user, kind):
    fake = make_fake(kind, ("example.com",))
    result = make_user(fake).write([unique("example.org")]).issue("--dry-run")

    assert result.code == 1, str(result)
    assert "example.org" in result.text and "example.com" in result.text, str(result)


@needs("zones")
def test_a_zone_that_is_not_there(make_fake, make_user, kind):
    fake = make_fake(kind, ("example.com",))
    name = unique("example.org")
    result = make_user(fake).write([name]).issue()

    assert result.code == 1, str(result)
    assert record(name) in result.err and "example.com" in result.err, str(result)
    assert writes(fake) == []


def test_a_dry_run_with_good_credentials(make_user, login):
    result = make_user(login).write([unique(), unique("example.org")]).issue("--dry-run")

    assert result.code == 0, str(result)
    assert login.asked() != [] and writes(login) == []


def test_a_dry_run_with_wrong_credentials(make_user, login):
    result = make_user(login).write([unique()], secrets=login.wrong_secrets()).issue("--dry-run")

    assert result.code == 1, str(result)
    for word in login.told_wrong:
        assert word in result.text, str(result)


@needs("permissions")
def test_a_dry_run_with_a_missing_permission(make_user, login):
    login.forbid_writing()
    result = make_user(login).write([unique()]).issue("--dry-run")

    assert result.code == (1 if login.forbidden_before else 0), str(result)
    assert writes(login) == []
    for word in login.told_forbidden if login.forbidden_before else ():
        assert word in result.text, str(result)


# ---- a service that is busy, broken or gone


def any_of(fake):
    return fake.is_ours


def write_of(fake):
    return lambda request: fake.is_ours(request) and fake.is_write(request)


@pytest.mark.parametrize("when", [any_of, write_of])
def test_a_rate_limit_with_retry_after(fake, user, tmp_path, when):
    name = unique()
    fake.fault(429, headers={"Retry-After": "2"}, when=when(fake))
    result = user.write([name]).issue()

    assert_issued(user, result, [name], tmp_path)
    assert result.seconds >= 2


@needs("neighbours")
@pytest.mark.parametrize("taken", [False, True], ids=["lost", "taken"])
@pytest.mark.parametrize("status", [500, 503, 0], ids=["500", "503", "cut"])
def test_a_broken_answer_is_asked_for_again(fake, user, tmp_path, status, taken):
    name = unique()
    fake.put(record(name), "a neighbour's")
    fake.fault(status, times=2, when=write_of(fake), taken=taken)
    result = user.write([name, f"*.{name}"]).issue()

    assert result.code == 0, str(result)
    assert fake.values(record(name)) == {"a neighbour's"}


def test_a_service_that_is_broken_for_longer_than_the_run_may_last(fake, user):
    name, end = unique(), time.monotonic() + 9
    fake.fault(503, times=1000, when=lambda request: fake.is_ours(request) and time.monotonic() < end)
    result = user.write([name]).issue("--timeout", "6s")

    assert result.code in (1, 124), str(result)
    assert fake.code in result.err and ("503" in result.err or "ServiceUnavailable" in result.err), str(result)
    assert len(fake.asked()) < 30
    assert fake.values(record(name)) == set()


@needs("permissions", "removal")
def test_a_record_that_cannot_be_removed_is_told_and_removed_later(fake, user, tmp_path):
    name = unique()
    fake.after(lambda _: fake.forbid_writing(), when=fake.is_write)
    result = user.write([name]).issue(seconds=120)
    left = fake.values(record(name))
    fake.forbid_writing(False)

    assert len(left) == 1, str(result)
    assert record(name) in result.err and left.pop() in result.err, str(result)
    assert_issued(user, user.issue("--force"), [name], tmp_path)
