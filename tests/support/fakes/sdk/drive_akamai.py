# SPDX-License-Identifier: Apache-2.0
"""Akamai's own signing library against the fake, whose paths and bodies are those of the API's
reference; what goes in and comes out stands in tests/e2e/test_fakes.py."""

import json
import sys

import requests
from akamai.edgegrid import EdgeGridAuth

asked = json.load(sys.stdin)
base = f"{asked['url']}/config-dns/v2/zones"
zone, name = asked["zone"], asked["name"]


def session(login):
    made = requests.Session()
    made.auth = EdgeGridAuth(**login)
    return made


client = session(asked["login"])


def ask(method, path, status, **more):
    answer = client.request(method, base + path, **more)
    assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


def record_set(owner, rdata):
    return {"name": owner, "type": "TXT", "ttl": 60, "rdata": rdata}


def one_set(owner):
    return f"/{zone}/names/{owner}/types/TXT"


def texts():
    return [rdata.strip('"') for rdata in ask("GET", one_set(name), 200)["rdata"]]


zones, page = [], 1
while True:
    listed = ask("GET", "", 200, params={"page": page, "pageSize": 100})
    zones += [one["zone"] for one in listed["zones"]]
    if len(zones) >= listed["metadata"]["totalElements"]:
        break
    page += 1

first, *_ = asked["values"]
other = f"other.{name}"
before = ask("GET", f"/{zone}", 200)["versionId"]
ask("POST", f"/{zone}/recordsets", 204, json={"recordsets": [record_set(other, ['"new"'])]})
ask("POST", f"/{zone}/recordsets", 409, json={"recordsets": [record_set(other, ['"again"'])]})
ask("DELETE", one_set(other), 204)
ask("GET", one_set(other), 404)
ask("POST", one_set(other), 201, json=record_set(other, ['"new"']))
versions = [one["versionId"] for one in ask("GET", f"/{zone}/versions", 200)["versions"]]
assert versions.index(before) == 3, versions
held = ask("GET", f"/{zone}/versions/{versions[2]}/recordsets", 200, params={"types": "TXT", "search": other})
assert held["recordsets"] == [record_set(other, ['"new"'])], held

again = client.post(base + one_set(name), json=record_set(name, ['"x"'])).status_code
stand = ask("GET", one_set(name), 200)["rdata"]
ask("PUT", one_set(name), 200, json=record_set(name, stand + [f'"{value}"' for value in asked["values"]]))
both = texts()
ask("PUT", one_set(name), 200, json=record_set(name, [f'"{text}"' for text in both if text != first]))
refused = session(asked["wrong_login"]).get(base).status_code
print(json.dumps({"zones": zones, "listed": both, "left": texts(), "refused": refused, "again": again}))
