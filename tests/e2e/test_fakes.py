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
from fakes.akamai import Akamai
from fakes.azuredns import AzureDns
from fakes.clouddns import CloudDns
from fakes.cloudflare import UNPUBLISHED, Cloudflare
from fakes.digitalocean import DigitalOcean
from fakes.route53 import Route53
from lab import toolbox

from desk import unique

SDK = Path(__file__).resolve().parents[1] / "support" / "fakes" / "sdk"
KINDS = [Akamai, AzureDns, CloudDns, Cloudflare, DigitalOcean, Route53]


def driven(fake, gate, **asked):
    """What the SDK's script says: the "zones" it lists, the values "listed" at the name with those it created,
    "left" when the first of them is deleted, what the service says to one that is there "again", and the
    HTTP status with which a wrong login is "refused"."""
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
    assert told["again"] == fake.told_again


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


GOOD, OTHER = '"one"', '"two"'


def post(content=OTHER, **changes):
    return {"type": "TXT", "name": "x.example.com", "content": content, "ttl": 120} | changes


# A request, and the status and code with which Cloudflare refuses it.
REFUSALS = {
    "no credentials": ("GET", "/zones", None, {}, 400, 9106),
    "a token as the key": ("GET", "/zones", None, {"X-Auth-Email": "a@example.com", "X-Auth-Key": "t" * 40}, 400, 6003),
    "a short token": ("GET", "/zones", None, {"Authorization": "Bearer short"}, 400, 6003),
    "nobody's key": ("GET", "/zones", None, {"X-Auth-Email": "owner@example.com", "X-Auth-Key": "0" * 37}, 403, 9103),
    "nobody's token": ("GET", "/zones", None, {"Authorization": "Bearer " + "t" * 40}, 403, 9109),
    "a token that is checked": ("GET", "/user/tokens/verify", None, {"Authorization": "Bearer " + "t" * 40}, 401, 1000),
    "too long a page": ("GET", "/zones?per_page=100", None, None, 400, UNPUBLISHED),
    "a zone's name as its id": ("GET", "/zones/example.com/dns_records", None, None, 404, 7003),
    "another's zone": ("GET", f"/zones/{'0' * 32}/dns_records", None, None, 403, 10000),
    "a final dot": ("POST", "records", post(name="x.example.com."), None, 400, 9000),
    "too short a life": ("POST", "records", post(ttl=10), None, 400, 9021),
    "the same value": ("POST", "records", post(GOOD), None, 400, 81058),
    "the same value unquoted": ("POST", "records", post("one"), None, 400, 81058),
    "too long a text": ("POST", "records", post(f'"{"x" * 200}" ' * 11), None, 400, UNPUBLISHED),
    "no such record": ("DELETE", "records/" + "0" * 32, None, None, 404, 81044),
    "half a batch": ("POST", "records/batch", {"posts": [post(), post(GOOD)]}, None, 400, 81058),
    "too long a batch": ("POST", "records/batch", {"posts": [post(f'"{i}"') for i in range(201)]}, None, 400, UNPUBLISHED),
    "no JSON": ("POST", "records", "x", None, 400, 9207),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_cloudflare_refuses_what_cloudflare_refuses(make_fake, visit, case):
    method, path, body, headers, status, code = REFUSALS[case]
    fake = make_fake(Cloudflare)
    fake.put("x.example.com", "one")
    path = path.replace("records", f"/zones/{fake.zone_id('example.com')}/dns_records") if path.startswith("records") else path
    headers = {"Authorization": f"Bearer {fake.token}"} if headers is None else headers

    answered, text = visit(f"https://api.cloudflare.com/client/v4{path}", method,
                           None if body is None else json.dumps(body).encode(),
                           {"Content-Type": "application/json"} | headers)

    told = json.loads(text)
    assert (answered, told["success"], told["result"]) == (status, False, None)
    assert told["errors"][0]["code"] == code
    assert fake.values("x.example.com") == {"one"} == fake.backing.values("x.example.com")


def test_cloudflare_refuses_a_change_without_the_right(make_fake, visit):
    fake = make_fake(Cloudflare)
    fake.forbid_writing()
    url = f"https://api.cloudflare.com/client/v4/zones/{fake.zone_id('example.com')}/dns_records"
    ours = {"Authorization": f"Bearer {fake.token}", "Content-Type": "application/json"}

    answers = [visit(url, headers=ours)[0], visit(url, "POST", json.dumps(post()).encode(), ours)[0]]

    assert answers == [200, 403] and fake.values("x.example.com") == set()


def text(**changes):
    return {"type": "TXT", "name": "x", "data": "two", "ttl": 60} | changes


# A request, and the status and id with which DigitalOcean refuses it.
DIGITALOCEAN_REFUSALS = {
    "no token": ("GET", "/v2/domains", None, {}, 401, "Unauthorized"),
    "nobody's token": ("GET", "/v2/domains", None, {"Authorization": f"Bearer dop_v1_{'0' * 64}"}, 401, "Unauthorized"),
    "too long a page": ("GET", "/v2/domains?per_page=201", None, None, 400, "bad_request"),
    "another's domain": ("GET", "/v2/domains/example.net/records", None, None, 404, "not_found"),
    "a domain's name with a final dot": ("GET", "/v2/domains/example.com./records", None, None, 404, "not_found"),
    "no name": ("POST", "records", text(name=""), None, 422, "unprocessable_entity"),
    "a name of another domain": ("POST", "records", text(name="x.example.org."), None, 422, "unprocessable_entity"),
    "no hostname": ("POST", "records", text(name="x/y"), None, 422, "unprocessable_entity"),
    "no data": ("POST", "records", text(data=""), None, 422, "unprocessable_entity"),
    "too short a life": ("POST", "records", text(ttl=29), None, 422, "unprocessable_entity"),
    "no such record": ("DELETE", "records/1", None, None, 404, "not_found"),
    "no JSON": ("POST", "records", None, None, 400, "bad_request"),
}


@pytest.mark.parametrize("case", DIGITALOCEAN_REFUSALS)
def test_digitalocean_refuses_what_digitalocean_refuses(make_fake, visit, case):
    method, path, body, headers, status, word = DIGITALOCEAN_REFUSALS[case]
    fake = make_fake(DigitalOcean)
    fake.put("x.example.com", "one")
    path = f"/v2/domains/example.com/{path}" if path.startswith("records") else path
    headers = {"Authorization": f"Bearer {fake.token}"} if headers is None else headers

    answered, told = visit(f"https://api.digitalocean.com{path}", method, b"" if body is None else json.dumps(body).encode(),
                           {"Content-Type": "application/json"} | headers)

    assert (answered, json.loads(told)["id"]) == (status, word)
    assert fake.values("x.example.com") == {"one"} == fake.backing.values("x.example.com")


def test_digitalocean_takes_a_value_twice_and_removes_one(make_fake, visit):
    fake = make_fake(DigitalOcean)
    url, ours = "https://api.digitalocean.com/v2/domains/example.com/records", {
        "Authorization": f"Bearer {fake.token}", "Content-Type": "application/json"}

    first, second = (json.loads(visit(url, "POST", json.dumps(text()).encode(), ours)[1])["domain_record"]["id"]
                     for _ in range(2))
    removed = visit(f"{url}/{first}", "DELETE", headers=ours)

    assert first != second and removed == (204, b"")
    assert fake.values("x.example.com") == {"two"} == fake.backing.values("x.example.com")


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
