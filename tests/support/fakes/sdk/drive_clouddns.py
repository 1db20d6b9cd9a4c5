# SPDX-License-Identifier: Apache-2.0
"""Google's own client library against the fake; what goes in and comes out stands in tests/e2e/test_fakes.py."""

import json
import sys
import time

from google.api_core import exceptions
from google.auth.exceptions import RefreshError
from google.cloud import dns
from google.oauth2 import service_account

asked = json.load(sys.stdin)


def client(login):
    return dns.Client(project=login["project"],
                      credentials=service_account.Credentials.from_service_account_info(login["key_file"]))


zones = list(client(asked["login"]).list_zones())  # page by page
zone = next(zone for zone in zones if zone.name == asked["zone"].replace(".", "-"))


def held():
    """The TXT set at the name, looked for among all of the zone; None where there is none."""
    return next((one for one in zone.list_resource_record_sets()
                 if (one.name, one.record_type) == (f"{asked['name']}.", "TXT")), None)


def replaced(values):
    """The set becomes these values, as far as the library's changes go: until one is done."""
    change, stands = zone.changes(), held()
    if stands:
        change.delete_record_set(stands)
    change.add_record_set(zone.resource_record_set(f"{asked['name']}.", "TXT", 60, values))
    change.create()
    while change.status != "done":
        time.sleep(0.05)
        change.reload()


def shown(one):
    return [data.strip('"') for data in one.rrdatas]


filler = held().rrdatas
ours = [f'"{value}"' for value in asked["values"]]
replaced(filler + ours)
stand = held()
replaced(filler + ours[1:])
try:
    change = zone.changes()
    change.add_record_set(zone.resource_record_set(f"{asked['name']}.", "TXT", 60, ours[1:]))
    change.create()
    again = None
except exceptions.Conflict as refusal:
    again = refusal.code
try:
    list(client(asked["wrong_login"]).list_zones())
    refused = None
except RefreshError as refusal:
    refused = 400 if "invalid_grant" in str(refusal) else None
print(json.dumps({"zones": sorted(zone.dns_name.rstrip(".") for zone in zones), "listed": shown(stand),
                  "left": shown(held()), "refused": refused, "again": again}))
