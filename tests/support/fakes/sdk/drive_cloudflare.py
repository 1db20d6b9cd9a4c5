# SPDX-License-Identifier: Apache-2.0
"""Cloudflare's own SDK against the fake; what goes in and comes out stands in tests/e2e/test_fakes.py."""

import json
import sys

import cloudflare

asked = json.load(sys.stdin)
client = cloudflare.Cloudflare(base_url=f"{asked['url']}/client/v4", **asked["login"])
zones = {zone.name: zone.id for zone in client.zones.list()}  # page by page
zone = next(client.zones.list(name=asked["zone"]).__iter__()).id


def listed():
    return list(client.dns.records.list(zone_id=zone, type="TXT", name={"exact": asked["name"]}))


def record(value):
    return {"type": "TXT", "name": asked["name"], "content": f'"{value}"', "ttl": 120}


one, *more = asked["values"]
client.dns.records.create(zone_id=zone, **record(one))
client.dns.records.batch(zone_id=zone, posts=[record(value) for value in more])
stand = listed()
client.dns.records.delete(next(r.id for r in stand if r.content == f'"{one}"'), zone_id=zone)
try:
    client.dns.records.create(zone_id=zone, **record(more[0]))
    again = None
except cloudflare.BadRequestError as refusal:
    again = refusal.body["errors"][0]["code"]
try:
    cloudflare.Cloudflare(base_url=f"{asked['url']}/client/v4", **asked["wrong_login"]).zones.list()
    refused = None
except cloudflare.APIStatusError as refusal:
    refused = refusal.status_code
print(json.dumps({"zones": sorted(zones), "listed": [r.content.strip('"') for r in stand],
                  "left": [r.content.strip('"') for r in listed()], "refused": refused, "again": again}))
