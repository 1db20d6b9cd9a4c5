# SPDX-License-Identifier: Apache-2.0
"""AWS's own SDK against the fake; what goes in and comes out stands in tests/e2e/test_fakes.py. What
changes records is done by the role that the key may assume."""

import json
import sys

import boto3
import botocore.exceptions

asked = json.load(sys.stdin)
quick = {"Delay": 1, "MaxAttempts": 10}


def made(service, **login):
    return boto3.client(service, region_name="eu-west-1", **login)


sts = made("sts", **asked["login"])
role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/dns", RoleSessionName="sdk")["Credentials"]
client = made("route53", aws_access_key_id=role["AccessKeyId"], aws_secret_access_key=role["SecretAccessKey"],
              aws_session_token=role["SessionToken"])
by_key = made("route53", **asked["login"])
name = asked["name"] + "."


def all_zones():
    """By name, page by page."""
    page = client.list_hosted_zones_by_name()
    yield from page["HostedZones"]
    while page["IsTruncated"]:
        page = client.list_hosted_zones_by_name(DNSName=page["NextDNSName"], HostedZoneId=page["NextHostedZoneId"])
        yield from page["HostedZones"]


zones = list(all_zones())
in_order_of_ids = [zone for page in by_key.get_paginator("list_hosted_zones").paginate() for zone in page["HostedZones"]]
assert sorted(zone["Id"] for zone in zones) == sorted(zone["Id"] for zone in in_order_of_ids)
zone, = [zone["Id"] for zone in zones if zone["Name"] == asked["zone"] + "." and not zone["Config"]["PrivateZone"]]


def standing():
    """The record set, out of all of the zone, page by page."""
    pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
    found, = [one for page in pages for one in page["ResourceRecordSets"] if (one["Name"], one["Type"]) == (name, "TXT")]
    return found


def texts(one):
    return [record["Value"].strip('"') for record in one["ResourceRecords"]]


def change(*changes):
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]}
    info = client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]
    client.get_waiter("resource_record_sets_changed").wait(Id=info["Id"], WaiterConfig=quick)


def with_values(one, values):
    return one | {"ResourceRecords": [{"Value": f'"{value}"'} for value in values]}


old = standing()
one, *more = asked["values"]
change(("DELETE", old), ("CREATE", with_values(old, [*texts(old), one])))
change(("UPSERT", with_values(old, [*texts(old), one, *more])))
listed = standing()
change(("DELETE", listed), ("CREATE", with_values(listed, [text for text in texts(listed) if text != one])))


def code_of(call):
    try:
        call()
    except botocore.exceptions.ClientError as refusal:
        return refusal.response
    raise SystemExit("nothing was refused")


again = code_of(lambda: change(("CREATE", listed)))["Error"]["Code"]
gone = code_of(lambda: change(("DELETE", listed)))["Error"]["Code"]
assert gone == again, gone
refused = code_of(lambda: made("route53", **asked["wrong_login"]).list_hosted_zones_by_name())
assert refused["Error"]["Code"] == "SignatureDoesNotMatch", refused
print(json.dumps({"zones": [zone["Name"].rstrip(".") for zone in zones], "listed": texts(listed), "left": texts(standing()),
                  "refused": refused["ResponseMetadata"]["HTTPStatusCode"], "again": again}))
