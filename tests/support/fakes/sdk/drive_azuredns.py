# SPDX-License-Identifier: Apache-2.0
"""Azure's own SDK against the fake; what goes in and comes out stands in tests/e2e/test_fakes.py."""

import json
import sys

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.dns import DnsManagementClient
from azure.mgmt.dns.models import RecordSet, TxtRecord

asked = json.load(sys.stdin)
group, zone = asked["login"]["resource_group"], asked["zone"]
relative = asked["name"].removesuffix(f".{zone}")


def client(login):
    credential = ClientSecretCredential(login["tenant_id"], login["client_id"], login["client_secret"])
    return DnsManagementClient(credential, login["subscription_id"], base_url=asked["url"], retry_total=0)


def records(values):
    return [TxtRecord(value=[value]) for value in values]


def listed():
    """The set of the name, out of all pages."""
    held, = (held for held in sets.list_by_type(group, zone, "TXT") if held.name == relative)
    return held


def write(name, values, **conditions):
    held = RecordSet(ttl=60, metadata={"owner": "sdk"}, txt_records=records(values))
    return sets.create_or_update(group, zone, name, "TXT", held, **conditions)


def values(held):
    return ["".join(record.value) for record in held.txt_records]


dns = client(asked["login"])
sets = dns.record_sets
zones = [held.name for held in dns.zones.list_by_resource_group(group)]  # page by page

read = sets.get(group, zone, relative, "TXT")
write(relative, [*values(read), *asked["values"]], if_match=read.etag)
stand = listed()
write(relative, [value for value in values(stand) if value != asked["values"][0]], if_match=stand.etag)
left = values(listed())

made = write(f"new.{relative}", ["x"], if_none_match="*")
sets.delete(group, zone, f"new.{relative}", "TXT", if_match=made.etag)
sets.delete(group, zone, f"new.{relative}", "TXT")  # one that is not there
try:
    sets.get(group, zone, f"new.{relative}", "TXT")
    sys.exit("a deleted record set is there")
except ResourceNotFoundError:
    pass

again = []
for conditions in ({"if_none_match": "*"}, {"if_match": stand.etag}):  # there; overtaken
    try:
        write(relative, ["y"], **conditions)
    except HttpResponseError as refusal:
        again.append((refusal.status_code, refusal.error.code))
try:
    client(asked["wrong_login"]).zones.get(group, zone)
    refused = None
except ClientAuthenticationError as refusal:
    refused = 401 if "AADSTS7000215: Invalid client secret" in refusal.message else None  # it keeps no status
print(json.dumps({"zones": zones, "listed": values(stand), "left": left, "refused": refused,
                  "again": again[0][1] if again == [(412, "PreconditionFailed")] * 2 else again}))
