# SPDX-License-Identifier: Apache-2.0
"""Cloud DNS: ways to log in and refusals that other services do not have. What all have in common stands in
test_providers.py."""

import json

import pytest
from fakes import google_tokens
from fakes.clouddns import PROJECT, CloudDns

from desk import assert_issued, unique
from provider_desk import record


@pytest.fixture
def fake(make_fake):
    return make_fake(CloudDns)


@pytest.fixture
def user(make_user, fake):
    return make_user(fake)


def without_secret(fake, user, names):
    """The desk's stanza names no Secret: the user's own credentials are to serve."""
    fake.stanza = lambda: {"clouddns": {"project": PROJECT}}
    fake.secrets = dict
    return user.write(names)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
    return str(path)


def logins(fake):
    return fake.asked(lambda request: request.host == google_tokens.HOST)


def test_one_login_serves_all_zones_of_a_run(fake, user, tmp_path):
    names = [unique("example.org" if i % 2 else "example.com") for i in range(4)]
    result = user.write(names).issue()

    assert_issued(user, result, names, tmp_path)
    assert len(logins(fake)) == 1


def test_a_key_file_that_the_environment_names(fake, user, tmp_path):
    name, key = unique(), write_json(tmp_path / "key.json", fake.account.key_file)
    result = without_secret(fake, user, [name]).issue("--ambient-credentials", GOOGLE_APPLICATION_CREDENTIALS=key)

    assert_issued(user, result, [name], tmp_path)


def test_a_persons_login_that_gcloud_left(fake, user, tmp_path):
    name, home = unique(), tmp_path / "home"
    write_json(home / ".config" / "gcloud" / "application_default_credentials.json", fake.account.login_file)
    result = without_secret(fake, user, [name]).issue("--ambient-credentials", HOME=str(home))

    assert_issued(user, result, [name], tmp_path)
    asked = fake.asked(lambda request: request.host == fake.hosts[0])
    assert {request.headers.get("X-Goog-User-Project") for request in asked} == {PROJECT}


def test_ones_own_credentials_serve_only_where_that_was_asked_for(fake, user, tmp_path):
    key = write_json(tmp_path / "key.json", fake.account.key_file)
    result = without_secret(fake, user, [unique()]).issue(GOOGLE_APPLICATION_CREDENTIALS=key)

    assert result.code == 1 and "--ambient-credentials" in result.err, str(result)
    assert fake.requests == []


def test_endpoints_that_the_environment_names(fake, user, gate, tmp_path):
    name = unique()
    result = user.write([name]).issue(NO_PROXY="127.0.0.1", CLOUDSDK_AUTH_TOKEN_HOST=f"{fake.url}/token",
                                      CLOUDSDK_API_ENDPOINT_OVERRIDES_DNS=f"{fake.url}/")

    assert_issued(user, result, [name], tmp_path)
    assert fake.asked() != [] and gate.asked == []


# A change of the key in the Secret, and what the program says of it.
MISTAKES = {
    "a token endpoint of somebody else": (lambda key: key | {"token_uri": "https://tokens.example.org/"}, "not Google's"),
    "a person's login": (lambda key: {"type": "authorized_user", "refresh_token": "1//0"}, "a person's own login"),
    "an OAuth client": (lambda key: {"installed": {"client_id": "x"}}, "an OAuth client"),
    "no private key": (lambda key: {k: v for k, v in key.items() if k != "private_key"}, "has no \"private_key\""),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_key_that_cannot_serve(fake, user, case):
    change, words = MISTAKES[case]
    secrets = {"google": {"key.json": json.dumps(change(fake.account.key_file))}}
    result = user.write([unique()], secrets=secrets).issue()

    assert result.code == 1 and words in result.err and "our-dns" in result.err, str(result)
    assert fake.requests == []


def google_error(code, reason, message, details=None):
    error = {"code": code, "message": message, "errors": [{"message": message, "domain": "global", "reason": reason}]}
    if details:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "googleapis.com"} | details]
    return {"error": error}


def test_an_api_that_is_not_enabled(fake, user):
    words = "Cloud DNS API has not been used in project 1234 before or it is disabled."
    fake.fault(403, when=fake.is_ours, body=google_error(403, "accessNotConfigured", words, {
        "reason": "SERVICE_DISABLED", "metadata": {"consumer": "projects/1234", "service": "dns.googleapis.com"}}))
    result = user.write([unique()]).issue()

    assert result.code == 1 and "gcloud services enable dns.googleapis.com --project 1234" in result.err, str(result)


def test_a_rate_limit_that_is_a_403(fake, user, tmp_path):
    name = unique()
    fake.fault(403, times=2, when=fake.is_write, body=google_error(403, "rateLimitExceeded", "Rate Limit Exceeded"))
    result = user.write([name]).issue()

    assert_issued(user, result, [name], tmp_path)


def test_the_change_is_awaited(fake, user, tmp_path):
    name = unique()
    result = user.write([name]).issue()

    assert_issued(user, result, [name], tmp_path)
    polls = fake.asked(lambda request: request.method == "GET" and "/changes/" in request.path)
    assert len(polls) == 2 and fake.values(record(name)) == set()
