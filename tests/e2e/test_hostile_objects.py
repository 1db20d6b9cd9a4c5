# SPDX-License-Identifier: Apache-2.0
"""Objects that were written to do harm, or by a server that is none: stored in the real API server where it takes them,
else put into its answers. Each command says what is wrong or does what is right; no byte of them moves the cursor."""

import json

import pytest

from lab.proxy import changed
from test_cluster import assert_issued
from test_cluster_faults import FOR_EVER, assert_told
from test_resume import orders_made

ONLY_CROWDED = True
ESC = "\x1b[31mred\x07\x9b1m\u202e"
SHOWN = "\\x1b[31mred\\x07\\u009b1m"
STANDING = {"dns-key"}


def edited(change):
    """The answer, after `change` has worked on the object in it (or on each of a list)."""
    def act(body):
        document = json.loads(body)
        for item in document["items"] if "items" in document else [document]:
            change(item)
        return json.dumps(document).encode()
    return changed(act)


def put(*path, value):
    def change(item):
        for step in path[:-1]:
            item = item.setdefault(step, {})
        item[path[-1]] = value
    return edited(change)


def nested(levels):
    return changed(lambda body: body.rstrip()[:-1] + b',"deep":' + b"[" * levels + b"]" * levels + b"}")


REFUSED = {  # what stands in the Certificate, and what issue says of it
    "spec is a list": (put("spec", value=[]), 'spec: Invalid value: "array": must be of type object'),
    "spec is a text": (put("spec", value="x"), 'spec: Invalid value: "string": must be of type object'),
    "no spec": (edited(lambda o: o.pop("spec", None)), "spec.secretName: Required value"),
    "names are an object": (put("spec", "dnsNames", value={"a": 1}),
                            'spec.dnsNames: Invalid value: "object": must be of type array'),
    "names of many types": (put("spec", "dnsNames", value=[1, None, {}]), 'spec.dnsNames[2]: Invalid value: "object"'),
    "issuerRef is a text": (put("spec", "issuerRef", value="x"),
                            'spec.issuerRef: Invalid value: "string": must be of type object'),
    "annotations are a list": (put("metadata", "annotations", value=["x"]), 'metadata.annotations: Invalid value: "array"'),
    "control characters in a name": (put("spec", "dnsNames", value=[ESC]), f'spec.dnsNames[0]: Invalid value: "{SHOWN}'),
    "control characters in secretName": (put("spec", "secretName", value=ESC), f'spec.secretName: Invalid value: "{SHOWN}'),
    "secretName is a path": (put("spec", "secretName", value="../../../tmp/x"),
                             'spec.secretName: Invalid value: "../../../tmp/x"'),
    "issuer is a path": (put("spec", "issuerRef", "name", value="../secrets/x"),
                         'spec.issuerRef.name: Invalid value: "../secrets/x"'),
    "very many names": (put("spec", "dnsNames", value=[f"a{i}.example.com" for i in range(20_000)]),
                        "spec.dnsNames: Too many: 20000: must have at most 100 items"),
}
UNREADABLE = {  # no Certificate at all
    "metadata is null": (put("metadata", value=None), "it is another object than was asked for"),
    "metadata is a list": (put("metadata", value=[1]), "it is another object than was asked for"),
    "name is a number": (put("metadata", "name", value=7), "it is another object than was asked for"),
    "name is a path": (put("metadata", "name", value="../x"), "it is another object than was asked for"),
    "another kind": (put("kind", value="Pod"), "it is another object than was asked for"),
    "very deep": (nested(100_000), "nested more than 100 levels deep"),
    "megabytes of annotations": (put("metadata", "annotations", value={"a": "x" * (20 << 20)}), "is longer than 16777216 bytes"),
}
HARMLESS = {
    "status is a number": put("status", value=5),
    "status of wrong types": put("status", value={"conditions": {"a": 1}, "acme": [1], "notAfter": 7}),
    "control characters in status": put("status", "conditions", value=[
        {"type": ESC, "status": "False", "reason": ESC, "message": ESC}]),
    "control characters in annotations": put("metadata", "annotations", value={ESC: ESC}),
    "eight megabytes of annotations": put("metadata", "annotations", value={"a": "x" * (8 << 20)}),
    "a hundred thousand labels": put("metadata", "labels", value={f"a{i}": "x" for i in range(100_000)}),
    "as deep as is read": nested(90),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_certificate_that_cannot_be_issued(shop, api, case):
    act, words = REFUSED[case]
    api.fault(act, "GET certificates", times=FOR_EVER)
    issued, described = shop.issue(), shop.describe()

    for result in (issued, described):
        assert_told(result)
        assert words in result.text, str(result)
        assert result.seconds < 20
    assert len(issued.text) < 100_000
    assert issued.code == 3 and described.code == 0, f"{issued}\n{described}"
    assert shop.kept() == STANDING and shop.kept("leases") == set() and orders_made(shop.ca) == 0


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_answer_that_is_no_certificate(shop, api, case):
    act, words = UNREADABLE[case]
    api.fault(act, "GET certificates", times=FOR_EVER)
    for result in (shop.issue(), shop.describe()):
        assert_told(result)
        assert result.code == 1 and words in result.err and result.out == "", str(result)
    assert shop.kept() == STANDING and shop.kept("leases") == set() and orders_made(shop.ca) == 0


@pytest.mark.parametrize("case", HARMLESS)
def test_a_certificate_that_is_issued_all_the_same(shop, api, case):
    api.fault(HARMLESS[case], "GET certificates", times=FOR_EVER)
    issued, described = shop.issue(), shop.describe()

    assert_told(issued)
    assert_issued(shop, issued)
    assert_told(described)
    assert described.code == 0 and "Name:               web" in described.out, str(described)


@pytest.mark.parametrize("case", [*REFUSED, *UNREADABLE, *HARMLESS])
def test_hostile_certificates_among_all(shop, api, case):
    act = (REFUSED | UNREADABLE).get(case, (HARMLESS.get(case),))[0]
    api.fault(act, "GET certificates", times=FOR_EVER)
    shop.cluster.kubectl("label", "certificates.certmanager.k8s.io/web", "app=web", namespace=shop.namespace)
    for output in ([], ["-o", "json"]):
        result = shop.program("describe", "-l", "app=web", *output)
        assert_told(result)
        assert result.text.strip() and result.seconds < 20, str(result)
        assert not output or result.code != 0 or json.loads(result.out)


# ---- what the API server itself stores


def test_control_characters_that_are_stored(shop):
    annotated = shop.objects()[2]
    annotated["metadata"]["annotations"] = {"note": ESC, "long": "x" * 100_000}
    shop.cluster.apply(annotated)
    place = f"/apis/certmanager.k8s.io/v1alpha1/namespaces/{shop.namespace}/certificates/web/status"
    stored = shop.certificate() | {"status": {"conditions": [
        {"type": "Ready", "status": "False", "reason": "Because", "message": ESC}]}}
    shop.cluster.rest.done("PUT", place, stored)
    involved = {"kind": "Certificate", "namespace": shop.namespace, "name": "web", "uid": stored["metadata"]["uid"],
                "apiVersion": "certmanager.k8s.io/v1alpha1"}
    shop.cluster.rest.done("POST", f"/api/v1/namespaces/{shop.namespace}/events", {
        "metadata": {"name": "web.1"}, "involvedObject": involved, "source": {"component": ESC}, "count": 1,
        "type": "Warning", "reason": "Odd" + ESC, "message": ESC,
        "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:00:00Z"})

    described, issued = shop.describe(), shop.issue()
    assert_told(described)
    assert described.code == 0 and described.out.count(SHOWN) >= 4, str(described)
    assert len(described.out) < 100_000
    assert_told(issued)
    assert_issued(shop, issued)


def test_names_with_slashes_that_are_stored(shop):
    shop.put(certificate={"secretName": "../web-tls"})
    issued, described = shop.issue(), shop.describe()
    told = shop.write(shop.cluster.folder / f"{shop.namespace}.yaml", certificate={"secretName": "../web-tls"})
    validated = shop.program("validate", "-f", told, "--against-cluster")

    for result in (issued, described, validated):
        assert_told(result)
        assert 'spec.secretName: Invalid value: "../web-tls"' in result.text, str(result)
    assert (issued.code, described.code, validated.code) == (3, 0, 3)
    assert shop.kept() == STANDING


@pytest.mark.parametrize("kind,change,words", [
    ("GET issuers", put("spec", value=7), 'The Issuer "lab-ca" is invalid: spec: Invalid value: "integer"'),
    ("GET issuers", put("spec", "acme", "privateKeySecretRef", "name", value="../a"),
     "spec.acme.privateKeySecretRef.name: Invalid value"),
    ("GET secrets", put("data", value=[1]), 'data: Invalid value: "array": must be of type object'),
    ("GET secrets", put("data", "tsig", value="\x1b!"), "data[tsig]"),
], ids=["Issuer of wrong types", "Issuer with a path", "Secret of wrong types", "Secret that is not base64"])
def test_what_a_certificate_refers_to(shop, api, kind, change, words):
    api.fault(change, kind, times=FOR_EVER)
    told = shop.write(shop.cluster.folder / f"{shop.namespace}.yaml")
    issued, described, validated = shop.issue(), shop.describe(), shop.program("validate", "-f", told, "--against-cluster")

    for result in (issued, described, validated):
        assert_told(result)
    assert issued.code == 3 and words in issued.err, str(issued)
    assert described.code == 0 and words.rpartition("invalid: ")[2] in described.out, str(described)
    assert shop.kept() == STANDING and orders_made(shop.ca) == 0


@pytest.mark.parametrize("change", [
    put("involvedObject", value=[]), put("message", value={"a": ESC}), put("metadata", value=None),
    put("lastTimestamp", value=7), put("count", value=-(1 << 62)), put("message", value=ESC * 100_000)], ids=range(6))
def test_events_of_wrong_types(shop, api, change):
    assert_issued(shop, shop.issue())
    api.fault(change, "GET events", times=FOR_EVER)
    described, again = shop.describe(), shop.issue("--force")

    assert_told(described)
    assert described.seconds < 20
    assert described.code == 0 and "Issued, expires " in described.out and len(described.out) < 1_000_000, str(described)
    assert_told(again)
    assert_issued(shop, again)


def test_a_list_that_is_none(shop, api):
    head = b'{"kind":"CertificateList","apiVersion":"certmanager.k8s.io/v1alpha1","items":'
    for body in (b"[]", b'{"items":[]}', head + b'{"a":1}}', head + b"[1,null,[]]}"):
        api.reset()
        api.fault(changed(lambda _, body=body: body), "GET certificates", times=FOR_EVER)
        result = shop.program("describe", "-l", "app=web")
        assert_told(result)
        assert result.code == 1 and result.err.strip(), str(result)
