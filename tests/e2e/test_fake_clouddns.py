# SPDX-License-Identifier: Apache-2.0
"""The fake of Cloud DNS refuses what Google refuses, at the token endpoint and at the API."""

import base64
import json
import time
import urllib.parse

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from fakes.clouddns import PROJECT, CloudDns
from fakes.google_tokens import ENDPOINT, JWT_BEARER, SCOPE
from test_fakes import visit  # noqa: F401, a fixture

API = f"https://dns.googleapis.com/dns/v1/projects/{PROJECT}"
NAME = "x.example.com."


@pytest.fixture
def fake(make_fake):
    fake = make_fake(CloudDns)
    fake.put("x.example.com", "one")
    return fake


def text(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def assertion(fake, key_file=None, header=None, **claims):
    now = int(time.time())
    claims = {"iss": fake.account.email, "scope": SCOPE, "aud": ENDPOINT, "iat": now, "exp": now + 3600} | claims
    signed = text({"alg": "RS256", "typ": "JWT", "kid": fake.account.key_id} | (header or {})) + "." + text(claims)
    pem = (key_file or fake.account.key_file)["private_key"].encode()
    key = serialization.load_pem_private_key(pem, None)
    return f"{signed}.{text(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@pytest.fixture
def log_in(visit, fake):  # noqa: F811
    def exchange(jwt, grant=JWT_BEARER):
        form = urllib.parse.urlencode({"grant_type": grant, "assertion": jwt}).encode()
        status, body = visit(ENDPOINT, "POST", form, {"Content-Type": "application/x-www-form-urlencoded"})
        return status, json.loads(body)
    return exchange


@pytest.fixture
def ask(visit, fake, log_in):  # noqa: F811
    token = log_in(assertion(fake))[1]["access_token"]

    def call(path, body=None, token=token):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        status, answer = visit(API + path, "GET" if body is None else "POST",
                               None if body is None else json.dumps(body).encode(), headers)
        return status, json.loads(answer)
    return call


# What is wrong with a JWT, and the words with which Google refuses it.
WRONG_CLAIMS = {
    "another's account": ({"iss": "another@example.com"}, "account not found"),
    "another audience": ({"aud": "https://example.com/token"}, "audience"),
    "too long a life": ({"exp": int(time.time()) + 7200}, "short-lived"),
    "a wrong clock": ({"iat": 1_000_000_000, "exp": 1_000_003_600}, "timeframe"),
    "no such scope": ({"scope": "https://www.googleapis.com/auth/drive"}, "Invalid OAuth scope"),
}


@pytest.mark.parametrize("case", WRONG_CLAIMS)
def test_a_wrong_jwt_is_refused(fake, log_in, case):
    claims, words = WRONG_CLAIMS[case]

    status, told = log_in(assertion(fake, **claims))

    assert status == 400 and words in told["error_description"]


def test_a_jwt_of_another_key_is_refused(fake, log_in):
    answers = [log_in(assertion(fake, fake.account.wrong_key_file)), log_in(assertion(fake, header={"kid": "0" * 40})),
               log_in(assertion(fake, header={"alg": "none"})), log_in(assertion(fake)[:-8] + "AAAAAAAA")]

    assert [(status, told["error_description"]) for status, told in answers] == [(400, "Invalid JWT Signature.")] * 4
    assert fake.account.tokens == set()


def test_a_good_jwt_becomes_a_token(fake, log_in):
    status, told = log_in(assertion(fake))

    assert status == 200 and fake.account.tokens == {told["access_token"]} and told["expires_in"] == 3599


def held(ttl=300, data=('"one"',), name=NAME):
    return {"name": name, "type": "TXT", "ttl": ttl, "rrdatas": list(data)}


# A request, and the status and reason with which the API refuses it.
REFUSALS = {
    "too long a page": ("/managedZones?maxResults=101", None, 400, "invalidParameter"),
    "a page of nobody": ("/managedZones?pageToken=x", None, 400, "invalid"),
    "no such zone": ("/managedZones/none/rrsets", None, 404, "notFound"),
    "a type without a name": ("/managedZones/example-com/rrsets?type=TXT", None, 400, "required"),
    "no such change": ("/managedZones/example-com/changes/99", None, 404, "notFound"),
    "an empty change": ("changes", {}, 400, "required"),
    "what is not there": ("changes", {"deletions": [held(name="y.example.com.")]}, 404, "notFound"),
    "another TTL": ("changes", {"deletions": [held(ttl=60)]}, 412, "conditionNotMet"),
    "half the values": ("changes", {"deletions": [held(data=())]}, 412, "conditionNotMet"),
    "what is there": ("changes", {"additions": [held()]}, 409, "alreadyExists"),
    "no final dot": ("changes", {"additions": [held(name="y.example.com")]}, 400, "invalid"),
    "another zone": ("changes", {"additions": [held(name="y.example.org.")]}, 400, "invalid"),
    "no quotation marks": ("changes", {"additions": [held(data=["two"], name="y.example.com.")]}, 400, "invalid"),
    "too long a string": ("changes", {"additions": [held(data=['"' + "x" * 256 + '"'], name="y.example.com.")]}, 400, "invalid"),
    "a value twice": ("changes", {"additions": [held(data=['"a"', '"a"'], name="y.example.com.")]}, 400, "invalid"),
    "half a change": ("changes", {"deletions": [held()], "additions": [held(name="y.example.org.")]}, 400, "invalid"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_the_api_refuses(fake, ask, case):
    path, body, status, reason = REFUSALS[case]

    answered, told = ask("/managedZones/example-com/changes" if path == "changes" else path, body)

    assert (answered, told["error"]["code"], told["error"]["errors"][0]["reason"]) == (status, status, reason)
    assert fake.values("x.example.com") == {"one"} == fake.backing.values("x.example.com")


def test_the_api_refuses_a_token_that_it_did_not_give(fake, ask):
    assert ask("/managedZones", token="ya29.another")[0] == 401


def test_a_change_is_pending_and_then_done(fake, ask):
    changes = "/managedZones/example-com/changes"
    status, made = ask(changes, {"deletions": [held()], "additions": [held(data=['"one"', '"two"'])]})
    states = [made["status"]] + [ask(f"{changes}/{made['id']}")[1]["status"] for _ in range(2)]

    assert status == 200 and states == ["pending", "pending", "done"]
    assert fake.values("x.example.com") == {"one", "two"} == fake.backing.values("x.example.com")


def test_who_may_not_write_is_told_so_without_a_change(fake, ask):
    asked = {"permissions": ["dns.changes.create", "dns.resourceRecordSets.list"]}
    fake.forbid_writing()

    _, told = ask("/managedZones/example-com:testIamPermissions", asked)
    _, of_none = ask("/managedZones/none:testIamPermissions", {"permissions": ["dns.changes.create"]})
    status, _ = ask("/managedZones/example-com/changes", {"additions": [held(name="y.example.com.")]})

    assert told == {"permissions": ["dns.resourceRecordSets.list"]} and of_none == {} and status == 403
