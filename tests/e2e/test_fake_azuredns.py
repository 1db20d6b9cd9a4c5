# SPDX-License-Identifier: Apache-2.0
"""The fake of Azure DNS refuses what Azure refuses, in Azure's own forms."""

import json
import urllib.parse
import uuid

import pytest
from fakes.azuredns import CONTRIBUTOR, AzureDns
from test_fakes import visit  # noqa: F401

NAME = "x.example.com"
NOBODY = str(uuid.UUID(int=7))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def fake(make_fake):
    made = make_fake(AzureDns)
    made.put(NAME, "one")
    return made


@pytest.fixture
def log_in(fake, visit):  # noqa: F811
    """Asks for a token: (status, answer)."""
    def ask(tenant=None, **changes):
        form = {"grant_type": "client_credentials", "client_id": fake.entra.client, "client_secret": fake.entra.secret,
                "scope": "https://management.azure.com/.default"} | changes
        status, text = visit(f"https://login.microsoftonline.com/{tenant or fake.entra.tenant}/oauth2/v2.0/token", "POST",
                             urllib.parse.urlencode(form).encode(), FORM)
        return status, json.loads(text)
    return ask


@pytest.fixture
def manage(fake, log_in, visit):  # noqa: F811
    """Asks the resource manager: (status, answer or None)."""
    token = log_in()[1]["access_token"]

    def ask(below, method="GET", body=None, group=fake.group, subscription=fake.subscription, version="2018-05-01",
            bearer=token, **headers):
        url = (f"https://management.azure.com/subscriptions/{subscription}/resourceGroups/{group}"
               f"/providers/Microsoft.Network{below}" + (f"?api-version={version}" if version else ""))
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        status, text = visit(url, method, None if body is None else json.dumps(body).encode(),
                             {"Content-Type": "application/json"} | headers)
        return status, json.loads(text) if text else None
    return ask


LOGINS = {
    "a wrong secret": ({"client_secret": "x" * 40}, 401, 7000215),
    "another's application": ({"client_id": NOBODY}, 400, 700016),
    "another's directory": ({"tenant": NOBODY}, 400, 90002),
    "another kind of grant": ({"grant_type": "password"}, 400, 70003),
    "another service": ({"scope": "https://graph.microsoft.com/.default"}, 400, 500011),
}


@pytest.mark.parametrize("case", LOGINS)
def test_entra_refuses_a_login(log_in, case):
    changes, status, number = LOGINS[case]

    answered, told = log_in(**changes)

    assert (answered, told["error_codes"]) == (status, [number])
    assert told["error_description"].startswith(f"AADSTS{number}: ")


def test_entra_knows_an_expired_secret(fake, log_in):
    assert log_in(client_secret=fake.entra.expired_secret)[1]["error_codes"] == [7000222]


def records(*values, ttl=60):
    return {"properties": {"TTL": ttl, "TXTRecords": [{"value": [value]} for value in values]}}


X = "/dnsZones/example.com/TXT/x"
# What is asked for, and the status and code with which Azure refuses it.
REFUSALS = {
    "no token": (X, {"bearer": ""}, 401, "AuthenticationFailed"),
    "another's token": (X, {"bearer": "eyJ.x.y"}, 401, "InvalidAuthenticationToken"),
    "no version": (X, {"version": ""}, 400, "MissingApiVersionParameter"),
    "a version that is none": (X, {"version": "2018-05-02"}, 400, "NoRegisteredProviderFound"),
    "a subscription that is no GUID": (X, {"subscription": "mine"}, 400, "InvalidSubscriptionId"),
    "another's subscription": (X, {"subscription": NOBODY}, 404, "SubscriptionNotFound"),
    "another's group": (X, {"group": "other"}, 404, "ResourceGroupNotFound"),
    "no such zone": ("/dnsZones/example.net", {}, 404, "ResourceNotFound"),
    "a set of no such zone": ("/dnsZones/example.net/TXT/x", {}, 404, "ParentResourceNotFound"),
    "no such set": ("/dnsZones/example.com/TXT/y", {}, 404, "NotFound"),
    "private zones": ("/privateDnsZones", {"version": "2020-06-01"}, 403, "AuthorizationFailed"),
    "one that is there": (X, {"method": "PUT", "body": records("y"), "If_None_Match": "*"}, 412, "PreconditionFailed"),
    "one that changed": (X, {"method": "PUT", "body": records("y"), "If_Match": NOBODY}, 412, "PreconditionFailed"),
    "one that is gone": (X + "y", {"method": "PUT", "body": records("y"), "If_Match": "*"}, 412, "PreconditionFailed"),
    "removal of one that changed": (X, {"method": "DELETE", "If_Match": NOBODY}, 412, "PreconditionFailed"),
    "too many records": (X, {"method": "PUT", "body": records(*map(str, range(21)))}, 400, "BadRequest"),
    "too long a string": (X, {"method": "PUT", "body": records("y" * 256)}, 400, "BadRequest"),
    "a record twice": (X, {"method": "PUT", "body": records("y", "y")}, 400, "BadRequest"),
    "no TTL": (X, {"method": "PUT", "body": records("y", ttl=None)}, 400, "BadRequest"),
    "no record set": (X, {"method": "PUT", "body": []}, 400, "InvalidRequestContent"),
    "no JSON": (X, {"method": "PUT", "body": records("y"), "Content_Type": "text/plain"}, 415, "UnsupportedMediaType"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_azure_refuses_what_azure_refuses(fake, manage, case):
    below, asked, status, code = REFUSALS[case]

    answered, told = manage(below, **asked)

    assert (answered, told["error"]["code"]) == (status, code)
    assert fake.values(NAME) == {"one"} == fake.backing.values(NAME)


def test_azure_takes_a_write_whose_condition_holds(fake, manage):
    etag = manage(X)[1]["etag"]

    changed = manage(X, "PUT", records("one", "two"), If_Match=etag)
    stale = manage(X, "DELETE", If_Match=etag)
    gone = manage(X, "DELETE", If_Match=changed[1]["etag"])
    again = manage(X, "DELETE")
    made = manage(X, "PUT", records("three"), If_None_Match="*")

    assert [answer[0] for answer in (changed, stale, gone, again, made)] == [200, 412, 200, 204, 201]
    assert changed[1]["etag"] != etag
    assert fake.values(NAME) == {"three"} == fake.backing.values(NAME)


def test_azure_says_what_a_role_may_do_and_keeps_to_it(fake, manage):
    permissions = "/dnsZones/example.com/providers/Microsoft.Authorization/permissions"
    before = manage(permissions, version="2022-04-01")[1]["value"][0]["actions"]
    fake.forbid_writing()

    after = manage(permissions, version="2022-04-01")[1]["value"][0]["actions"]
    refusals = [manage(X, "PUT", records("y")), manage(X, "DELETE")]

    assert (before, after) == (CONTRIBUTOR, ["*/read"])
    assert manage(X)[0] == 200
    for verb, (status, told) in zip(("write", "delete"), refusals):
        assert (status, told["error"]["code"]) == (403, "AuthorizationFailed")
        assert f"'Microsoft.Network/dnsZones/TXT/{verb}'" in told["error"]["message"]
