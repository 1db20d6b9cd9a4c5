# SPDX-License-Identifier: Apache-2.0
"""What only Route 53 has: routing policies, changes that spread, signatures, roles; and that its fake
refuses what Route 53 refuses."""

import datetime
import hmac
import re

import pytest
from fakes import sigv4
from fakes.base import Request
from fakes.route53 import NAMESPACE, POLLS, Route53, Route53Role

from desk import assert_issued, unique
from provider_desk import record
from test_fakes import visit  # noqa: F401 (a fixture)

HOST = "route53.amazonaws.com"


@pytest.fixture
def fake(make_fake):
    return make_fake(Route53)


def polls(fake):
    return fake.asked(lambda request: "/change/" in request.path)


def lists(fake):
    return fake.asked(lambda request: request.path.endswith("/hostedzonesbyname"))


def test_a_change_is_awaited_before_the_name_servers_are_asked(fake, make_user, tmp_path):
    name = unique()
    user = make_user(fake).write([name])

    assert_issued(user, user.issue(), [name], tmp_path)
    assert [request.status for request in polls(fake)] == [200] * (POLLS + 1)


def test_without_the_right_to_ask_for_changes_it_goes_on(fake, make_user, tmp_path):
    name = unique()
    fake.key_rights.discard("route53:GetChange")
    user = make_user(fake).write([name])
    result = user.issue("-v", "1")

    assert_issued(user, result, [name], tmp_path)
    assert "route53:GetChange on arn:aws:route53:::change/*; going on without" in result.err


def test_multi_value_sets_of_another_client_survive(fake, make_user):
    name = unique()
    for value in ("theirs", "their other"):
        fake.put_set(record(name), value, identifier=f'"{value}"', multi_value=True)
    result = make_user(fake).write([name, f"*.{name}"]).issue()

    assert result.code == 0, str(result)
    assert fake.values(record(name)) == {"theirs", "their other"}


def test_sets_under_a_routing_policy_are_left_alone(fake, make_user):
    name = unique()
    fake.put_set(record(name), "blue", identifier="blue", weight="1")
    result = make_user(fake).write([name]).issue()

    assert result.code == 1, str(result)
    assert record(name) in result.err and 'routing policy (set "blue")' in result.err, str(result)
    assert fake.values(record(name)) == {"blue"}


def test_throttling_is_no_refusal(fake, make_user):
    fake.fault(400, times=3, when=fake.is_write)

    assert (result := make_user(fake).write([unique()]).issue()).code == 0, str(result)


@pytest.mark.parametrize("form", ["{}", "/hostedzone/{}"])
def test_a_hosted_zone_that_is_named_is_not_looked_up(fake, make_user, form):
    fake.more = {"hostedZoneID": form.format(fake._standing("example.com")[0])}
    result = make_user(fake).write([unique()]).issue()

    assert result.code == 0, str(result)
    assert lists(fake) == []


@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_the_hosted_zone_of_another_domain_is_told(fake, make_user, flags):
    fake.more = {"hostedZoneID": fake._standing("example.org")[0]}
    result = make_user(fake).write([unique()]).issue(*flags)

    assert result.code == 1, str(result)
    assert fake.more["hostedZoneID"] in result.text and "is not permitted in zone example.org" in result.text, str(result)


def test_a_role_that_may_not_be_assumed_is_told(make_fake, make_user):
    fake = make_fake(Route53Role)
    fake.key_rights.clear()
    result = make_user(fake).write([unique()]).issue()

    assert result.code == 1, str(result)
    assert "the credential needs sts:AssumeRole on the role" in result.err and fake.role in result.err, str(result)


# ---- the fake


def change(action="CREATE", name="x.example.com.", ttl="10", values=('"one"',), more=""):
    records = "".join(f"<ResourceRecord><Value>{value}</Value></ResourceRecord>" for value in values)
    return (f"<Change><Action>{action}</Action><ResourceRecordSet><Name>{name}</Name><Type>TXT</Type>{more}<TTL>{ttl}</TTL>"
            f"<ResourceRecords>{records}</ResourceRecords></ResourceRecordSet></Change>")


def many(names, values):
    return "".join(change(name=f"y{i}.example.com.", values=values) for i in range(names))


def batch(*changes):
    return (f'<ChangeResourceRecordSetsRequest xmlns="{NAMESPACE}"><ChangeBatch><Changes>{"".join(changes)}</Changes></ChangeBatch>'
            "</ChangeResourceRecordSetsRequest>")


def signed(fake, method, path, query="", body=b"", region="us-east-1", day=0):
    """Headers of a request by the account's key."""
    time = f"{datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=day):%Y%m%dT%H%M%SZ}"
    headers = Headers({"Host": HOST, "X-Amz-Date": time})
    request = Request(method, HOST, path, {}, query, headers, body)
    scope = f"{time[:8]}/{region}/route53/aws4_request"
    key = f"AWS4{fake.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    canonical = sigv4._sha256(sigv4._canonical(request, ["host", "x-amz-date"]).encode())
    proof = hmac.digest(key, "\n".join((sigv4.ALGORITHM, time, scope, canonical)).encode(), "sha256").hex()
    return {"X-Amz-Date": time, "Authorization": f"{sigv4.ALGORITHM} Credential={fake.key_id}/{scope}, "
                                                 f"SignedHeaders=host;x-amz-date, Signature={proof}"}


class Headers(dict):
    def get_all(self, name):
        return [value for key, value in self.items() if key.lower() == name]


def code_of(text):
    return re.search(rb"<Code>([^<]*)</Code>", text)[1].decode()


ONE = ('"one"',)
REFUSED_CHANGES = {
    "what is there already": ("InvalidChangeBatch", change()),
    "another life": ("InvalidChangeBatch", change("DELETE", ttl="10")),
    "another value": ("InvalidChangeBatch", change("DELETE", ttl="300", values=('"two"',))),
    "what is not there": ("InvalidChangeBatch", change("DELETE", name="y.example.com.")),
    "half a batch": ("InvalidChangeBatch", change(name="y.example.com.") + change()),
    "a name outside of the zone": ("InvalidChangeBatch", change(name="x.example.org.")),
    "no quotation marks": ("InvalidChangeBatch", change(name="y.example.com.", values=("one",))),
    "too long a string": ("InvalidChangeBatch", change(name="y.example.com.", values=(f'"{"x" * 256}"',))),
    "a value twice": ("InvalidChangeBatch", change(name="y.example.com.", values=ONE * 2)),
    "a set beside the only one": ("InvalidChangeBatch", change(more="<SetIdentifier>a</SetIdentifier>"
                                                                    "<MultiValueAnswer>true</MultiValueAnswer>")),
    "too many characters": ("InvalidChangeBatch", many(126, [f'"{"x" * 254}"'])),
    "too many records": ("InvalidChangeBatch", many(39, [f'"{i}"' for i in range(26)])),
    "the life before the type": ("MalformedInput", change().replace("<Type>TXT</Type>", "").replace("</TTL>", "</TTL><Type>TXT</Type>")),
    "no life": ("InvalidInput", change(ttl="soon")),
}


@pytest.mark.parametrize("case", REFUSED_CHANGES)
def test_the_fake_refuses_what_route53_refuses(fake, visit, case):
    code, changes = REFUSED_CHANGES[case]
    fake.put("x.example.com", "one")
    path, body = f"/2013-04-01/hostedzone/{fake._standing('example.com')[0]}/rrset", batch(changes).encode()

    status, text = visit(f"https://{HOST}{path}", "POST", body, signed(fake, "POST", path, body=body))

    assert (status, code_of(text)) == (400, code)
    assert fake.values("x.example.com") == {"one"} == fake.backing.values("x.example.com")
    assert len([one for one in fake.sets[path.split("/")[3]].values() if one.kind == "TXT"]) == 1


PATH = "/2013-04-01/hostedzonesbyname"
TAMPERED = {
    "nothing": (200, None, {}, {}, ""),
    "no signature": (403, "MissingAuthenticationToken", {}, {"Authorization": None}, ""),
    "no form": (400, "IncompleteSignature", {}, {"Authorization": "Bearer x"}, ""),
    "another query": (403, "SignatureDoesNotMatch", {}, {}, "?maxitems=9"),
    "another region": (403, "SignatureDoesNotMatch", {"region": "eu-west-1"}, {}, ""),
    "yesterday": (403, "SignatureDoesNotMatch", {"day": -1}, {}, ""),
    "a token that was not signed": (403, "InvalidClientTokenId", {}, {"X-Amz-Security-Token": "x"}, ""),
    "a header that was not signed": (403, "SignatureDoesNotMatch", {}, {"X-Amz-Meta": "x"}, ""),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_the_fake_checks_all_that_is_signed(fake, visit, case):
    status, code, how, changes, query = TAMPERED[case]
    headers = signed(fake, "GET", PATH, **how) | changes

    answered, text = visit(f"https://{HOST}{PATH}{query}", headers={key: value for key, value in headers.items() if value})

    assert answered == status and (code is None or code_of(text) == code)
