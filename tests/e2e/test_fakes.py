# SPDX-License-Identifier: Apache-2.0
"""The fakes of DNS services are faithful: each service's official SDK creates, lists, deletes through
them, over page boundaries, and is refused where the service would refuse."""

import json
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from fakes.cloudflare import Cloudflare
from lab import toolbox

from desk import unique

SDK = Path(__file__).resolve().parents[1] / "support" / "fakes" / "sdk"
KINDS = [Cloudflare]


def driven(fake, gate, **asked):
    """What the SDK's script says: "zones" it lists, values "listed" at the name with those it created,
    "left" when the first of them is deleted, and how a wrong login is "refused" (HTTP status)."""
    asked |= {"url": f"https://{fake.hosts[0]}", "login": fake.login(), "wrong_login": fake.login(wrong=True)}
    done = subprocess.run([toolbox.sdk_python(), SDK / f"drive_{fake.code}.py"], input=json.dumps(asked),
                          capture_output=True, text=True, timeout=120, env=sdk_environment(fake, gate))
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def sdk_environment(fake, gate):
    trust = str(gate.trust)
    return {"PATH": "/usr/bin:/bin", "HOME": str(fake.folder), "SSL_CERT_FILE": trust, "REQUESTS_CA_BUNDLE": trust,
            "AWS_CA_BUNDLE": trust, "HTTPS_PROXY": gate.url}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_the_official_sdk_drives_it(make_fake, gate, dns, kind):
    fake, name = make_fake(kind), f"_acme-challenge.{unique()}"
    filler = fake.fill(name)
    ours = ["first", "second with spaces", "third"]

    told = driven(fake, gate, zone="example.com", name=name, values=ours)

    assert set(told["zones"]) >= {"example.com", "example.org"} and len(told["zones"]) == fake.zone_count()
    assert sorted(told["listed"]) == sorted(filler | set(ours))
    assert sorted(told["left"]) == sorted(filler | set(ours[1:]))
    assert fake.values(name) == filler | set(ours[1:]) == fake.backing.values(name)
    assert {value for owner, value in dns.txt_records("example.com") if owner == name} == filler | set(ours[1:])
    assert told["refused"] in (400, 401, 403)


@pytest.fixture
def visit(gate):
    """Asks for a URL through the gate: (status, body)."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"https": gate.url}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=gate.trust)))

    def ask(url, method="GET", body=None, headers=None):
        request = urllib.request.Request(url, body, headers or {}, method=method)
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()
    return ask


def test_the_gate_leads_public_names_to_fakes_and_all_others_nowhere(make_fake, gate, visit):
    fake = make_fake(Cloudflare)

    status, _ = visit("https://api.cloudflare.com/client/v4/zones")
    with pytest.raises(urllib.error.URLError, match="403"):
        visit("https://elsewhere.example.org/")

    assert status == 400 and [r.host for r in fake.requests] == ["api.cloudflare.com"]
    assert gate.asked == ["api.cloudflare.com:443"]
    assert gate.errors == ["the gate refused elsewhere.example.org:443"]
    gate.errors.clear()


def test_faults_and_second_clients_come_when_a_test_asks(make_fake, visit):
    fake, seen = make_fake(Cloudflare), []
    name, url = f"_acme-challenge.{unique()}", "https://api.cloudflare.com/client/v4/zones"
    ours = {"Authorization": f"Bearer {fake.token}"}
    fake.fault(429, headers={"Retry-After": "1"})
    fake.before(lambda request: fake.put(name, "another's"), times=1)
    fake.after(lambda request: seen.append(fake.values(name)))

    answers = [visit(url, headers=ours)[0] for _ in range(2)]

    assert answers == [429, 200] and [r.status for r in fake.asked()] == answers
    assert seen == [{"another's"}] and fake.backing.values(name) == {"another's"}
