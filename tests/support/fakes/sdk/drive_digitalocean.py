# SPDX-License-Identifier: Apache-2.0
"""DigitalOcean's own SDK against the fake; what goes in and comes out stands in tests/e2e/test_fakes.py."""

import json
import sys

from azure.core.exceptions import HttpResponseError
from pydo import Client

asked = json.load(sys.stdin)
client = Client(endpoint=asked["url"], **asked["login"])


def pages(member, ask):
    """All of a list, page by page as long as the answer names a next one."""
    found, number, more = [], 1, True
    while more:
        answer = ask(number)
        found += answer[member]
        number, more = number + 1, answer["links"].get("pages", {}).get("next")
    return found


def listed():
    return pages("domain_records", lambda number: client.domains.list_records(
        asked["zone"], name=asked["name"], type="TXT", per_page=100, page=number))


def create(value):
    body = {"type": "TXT", "name": asked["name"].removesuffix(f".{asked['zone']}"), "data": value, "ttl": 60}
    return client.domains.create_record(asked["zone"], body)["domain_record"]["id"]


zones = pages("domains", lambda number: client.domains.list(per_page=100, page=number))
ids = [create(value) for value in asked["values"]]
stand = listed()
client.domains.delete_record(asked["zone"], ids[0])
client.domains.delete_record(asked["zone"], create(asked["values"][1]))  # a second one of a value is taken
try:
    Client(endpoint=asked["url"], **asked["wrong_login"]).domains.list()
    refused = None
except HttpResponseError as refusal:
    refused = refusal.status_code
print(json.dumps({"zones": sorted(zone["name"] for zone in zones), "listed": [record["data"] for record in stand],
                  "left": [record["data"] for record in listed()], "refused": refused, "again": None}))
