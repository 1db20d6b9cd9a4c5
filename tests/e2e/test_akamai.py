# SPDX-License-Identifier: Apache-2.0
"""What is Akamai's own, beyond the scenarios of test_providers.py: the fake refuses what EdgeGrid and Edge
DNS refuse, and the program says so."""

import json
import re
import ssl
import time
import urllib.error
import urllib.request

import pytest
from fakes.akamai import BASE, Akamai

from desk import unique
from provider_desk import record

HELD = "held.example.com"


@pytest.fixture
def fake(make_fake):
    fake = make_fake(Akamai)
    fake.put(HELD, "one")
    return fake


@pytest.fixture
def user(make_user, fake):
    return make_user(fake)


@pytest.fixture
def ask(gate, fake):
    """Sends one signed request: (status, problem). `ago`: seconds that it was signed before; `tamper`: what
    becomes of path and body after they were signed."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"https": gate.url}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=gate.trust)))
    count = iter(range(1000))

    def send(method, path, body=None, ago=0, nonce=None, tamper=lambda path, body: (path, body), signed=True):
        client, path = fake.client, f"{BASE}{path}"
        body = b"" if body is None else json.dumps(body).encode()
        instant = time.strftime("%Y%m%dT%H:%M:%S+0000", time.gmtime(time.time() - ago))
        header = (f"EG1-HMAC-SHA256 client_token={client.client_token};access_token={client.access_token};"
                  f"timestamp={instant};nonce={nonce or next(count)};")
        header += f"signature={client.signature(method, fake.hosts[0], path, body, instant, header)}"
        path, body = tamper(path, body)
        headers = {"Content-Type": "application/json"} | ({"Authorization": header} if signed else {})
        request = urllib.request.Request(f"https://{fake.hosts[0]}{path}", body or None, headers, method=method)
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, {}
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read())
    return send


def one(name=HELD, zone="example.com"):
    return f"/zones/{zone}/names/{name}/types/TXT"


def body(name=HELD, rdata=('"two"',), ttl=60):
    return {"name": name, "type": "TXT", "ttl": ttl, "rdata": list(rdata)}


# What is sent, and the status and problem with which it is refused.
REFUSALS = {
    "no signature": (("GET", "/zones"), {"signed": False}, 400, "pep-authn/request-error"),
    "an old signature": (("GET", "/zones"), {"ago": 33}, 400, "pep-authn/request-error"),
    "one of the future": (("GET", "/zones"), {"ago": -33}, 400, "pep-authn/request-error"),
    "another path": (("GET", "/zones"), {"tamper": lambda path, body: (path + "?page=1", body)}, 401, "pep-authn/deny"),
    "another body": (("POST", one(), body()), {"tamper": lambda path, body: (path, body + b" ")},
                     401, "pep-authn/deny"),
    "no such zone": (("GET", "/zones/elsewhere.test"), {}, 404, "authoritative-dns/notFound"),
    "no such set": (("GET", one("x.example.com")), {}, 404, "authoritative-dns/notFound"),
    "a set that is there": (("POST", one(), body()), {}, 409, "authoritative-dns/duplicateRecordSet"),
    "sets of which one is there": (("POST", "/zones/example.com/recordsets",
                                    {"recordsets": [body("x.example.com"), body()]}), {},
                                   409, "authoritative-dns/duplicateRecordSet"),
    "a change of nothing": (("PUT", one("x.example.com"), body("x.example.com")), {},
                            404, "authoritative-dns/notFound"),
    "a removal of nothing": (("DELETE", one("x.example.com")), {}, 404, "authoritative-dns/notFound"),
    "no quotation marks": (("PUT", one(), body(rdata=["two"])), {}, 400, "authoritative-dns/badRequest"),
    "too long a string": (("PUT", one(), body(rdata=[f'"{"x" * 256}"'])), {}, 400, "authoritative-dns/badRequest"),
    "a value twice": (("PUT", one(), body(rdata=['"two"', '"two"'])), {}, 400, "authoritative-dns/badRequest"),
    "no value": (("PUT", one(), body(rdata=[])), {}, 400, "authoritative-dns/badRequest"),
    "another name": (("PUT", one(), body("x.example.com")), {}, 400, "authoritative-dns/badRequest"),
    "a name outside": (("POST", one("x.example.org"), body("x.example.org")), {}, 400, "authoritative-dns/badRequest"),
    "a negative life": (("PUT", one(), body(ttl=-1)), {}, 400, "authoritative-dns/badRequest"),
    "no page": (("GET", "/zones?page=0"), {}, 400, "authoritative-dns/badRequest"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_the_fake_refuses_what_akamai_refuses(fake, ask, case):
    sent, more, status, kind = REFUSALS[case]

    answered, problem = ask(*sent, **more)

    assert (answered, problem["status"]) == (status, status)
    assert problem["type"].endswith(f"/{kind}"), problem
    assert fake.values(HELD) == {"one"} == fake.backing.values(HELD)


def test_the_fake_takes_a_signature_once(ask):
    assert ask("GET", "/zones", nonce="n")[0] == 200
    assert ask("GET", "/zones", nonce="n")[0] == 400


def test_the_fake_refuses_two_changes_of_a_zone_at_once(fake, ask):
    seen = []
    fake.before(lambda _: seen.append(ask("PUT", one(), body(rdata=['"theirs"']))), when=fake.is_write)

    assert ask("PUT", one(), body())[0] == 200
    (status, problem), = seen
    assert status == 409 and problem["type"].endswith("/concurrentZoneModification")
    assert fake.values(HELD) == {"two"}


def test_a_wrong_clock_is_told_with_both_hours(fake, user):
    fake.client.ahead = 3600
    result = user.write([unique()]).issue()

    assert result.code == 1 and "clock is wrong" in result.err, str(result)
    here, there = re.search(r"it is (\S+)Z here and (\S+)Z at Akamai", result.err).groups()
    ahead = [time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%S")) for text in (here, there)]
    assert 3590 < ahead[1] - ahead[0] < 3610


def test_tokens_that_are_swapped_are_told(fake, user):
    keys = fake.secrets()["akamai-credentials"]
    swapped = keys | {"client-token": keys["access-token"], "access-token": keys["client-token"]}
    result = user.write([unique()], secrets={"akamai-credentials": swapped}).issue()

    assert result.code == 1 and "neither swapped" in result.err, str(result)


def test_a_zone_is_changed_by_one_request_at_a_time(fake, user):
    names = [unique() for _ in range(5)]
    for name in names:
        fake.put(record(name), "a neighbour's")
    result = user.write(names).issue()

    assert result.code == 0, str(result)
    changes = fake.asked(fake.is_write)
    assert len(changes) == 2 * len(names) and {request.status for request in changes} == {200}
    assert all(fake.values(record(name)) == {"a neighbour's"} for name in names)


def test_new_names_of_a_zone_are_added_by_one_request(fake, user):
    names = [unique() for _ in range(5)]
    result = user.write(names).issue()

    assert result.code == 0, str(result)
    assert [request.method for request in fake.asked(fake.is_write)] == ["POST"] + ["DELETE"] * len(names)
