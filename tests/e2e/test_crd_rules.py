# SPDX-License-Identifier: Apache-2.0
"""What the schema refuses, in whose words, and that it knows the same fields as the codec."""

import json
import re

import pytest
from definitions import DATA, PLURALS, ROOT, fields, placed, schema
from desk import API, PROGRAM, run

ONLY_CROWDED = True
WORDING = set((ROOT / "tests" / "data" / "rules" / "wording.txt").read_text().replace("\n    ", "\n").splitlines())
PROVIDER = {"name": "a", "rfc2136": {"nameserver": "192.0.2.53"}}
ACME = {"server": "https://ca.test/dir", "privateKeySecretRef": {"name": "account"}, "dns01": {"providers": [PROVIDER]}}
CERTIFICATE = {"secretName": "web-tls", "issuerRef": {"name": "lab"}, "dnsNames": ["example.com"]}
ENTRY = {"domains": ["example.com"], "dns01": {"provider": "a"}}


def config(*entries):
    return {**CERTIFICATE, "acme": {"config": list(entries)}}


def acme(**changes):
    return {"acme": {**ACME, **changes}}


def providers(*entries):
    return acme(dns01={"providers": list(entries)})


SECRET, BINDING = {"name": "s", "key": "k"}, {"keyID": "k", "keySecretRef": {"name": "s", "key": "k"}}
REFUSED = [
    ("Certificate", {**CERTIFICATE, "secretName": ""}, "spec.secretName: Required value: must be specified"),
    ("Certificate", {**CERTIFICATE, "issuerRef": {"kind": "Issuer"}}, "spec.issuerRef.name: Required value: must be specified"),
    ("Certificate", {**CERTIFICATE, "dnsNames": []},
     "spec.dnsNames: Required value: at least one dnsName is required if commonName is not set"),
    ("Certificate", config({**ENTRY, "domains": []}),
     "spec.acme.config[0].domains: Required value: at least one domain must be specified"),
    ("Certificate", config({"domains": ["example.com"]}),
     "spec.acme.config[0]: Required value: a dns01 or http01 stanza must be specified"),
    ("Certificate", config({**ENTRY, "http01": {}}),
     "spec.acme.config[0].http01: Forbidden: may not be specified together with dns01"),
    ("Certificate", config({**ENTRY, "dns01": {}}),
     "spec.acme.config[0].dns01.provider: Required value: the name of one of the Issuer's providers must be specified"),
    ("Certificate", config(ENTRY, {"domains": ["b.example.com"], "http01": {"ingress": "a", "ingressClass": "b"}}),
     "spec.acme.config[1].http01: Forbidden: only one of 'ingress' and 'ingressClass' may be specified"),
    ("Issuer", {}, "spec: Required value: at least one issuer must be configured"),
    ("Issuer", {"acme": ACME, "ca": {"secretName": "ca"}}, "spec.ca: Forbidden: may not specify more than one issuer type"),
    ("Issuer", acme(server=""), "spec.acme.server: Required value: acme server URL is a required field"),
    ("Issuer", acme(privateKeySecretRef={"key": "tls.key"}),
     "spec.acme.privateKeySecretRef.name: Required value: private key secret name is a required field"),
    ("Issuer", acme(externalAccountBinding={"keySecretRef": SECRET}),
     "spec.acme.externalAccountBinding.keyID: Required value: the keyID that the CA gave you must be specified"),
    ("Issuer", acme(externalAccountBinding={**BINDING, "keySecretRef": {"key": "k"}}),
     "spec.acme.externalAccountBinding.keySecretRef.name: Required value: secret name is required"),
    ("Issuer", acme(externalAccountBinding={**BINDING, "keySecretRef": {"name": "s"}}),
     "spec.acme.externalAccountBinding.keySecretRef.key: Required value: secret key is required"),
    ("Issuer", providers({**PROVIDER, "name": ""}),
     "spec.acme.dns01.providers[0].name: Required value: name must be specified"),
    ("Issuer", providers({"name": "a"}),
     "spec.acme.dns01.providers[0]: Required value: at least one provider must be configured"),
    ("Issuer", providers({**PROVIDER, "webhook": {}}),
     "spec.acme.dns01.providers[0].webhook: Forbidden: may not specify more than one provider type"),
    ("Issuer", acme(solvers=[{"dns01": {}}]),
     "spec.acme.solvers[0].dns01: Required value: at least one provider must be configured"),
    ("Issuer", acme(solvers=[{"selector": {}}]), "spec.acme.solvers[0]: Required value: no solver type configured"),
    ("Issuer", acme(solvers=[{"dns01": {"rfc2136": {"nameserver": "192.0.2.53"}}, "http01": {}}]),
     "spec.acme.solvers[0].http01: Forbidden: may not specify more than one solver type in a single solver"),
    ("Issuer", providers({"name": "a", "cloudflare": {"apiKeySecretRef": SECRET, "apiTokenSecretRef": SECRET}}),
     "spec.acme.dns01.providers[0].cloudflare.apiTokenSecretRef: "
     "Forbidden: apiKeySecretRef and apiTokenSecretRef cannot both be specified"),
]


@pytest.mark.parametrize("kind, spec, words", REFUSED, ids=[words for _, _, words in REFUSED])
def test_a_fault_is_refused_in_the_words_of_the_rules(cluster, namespace, kind, spec, words):
    document = {"apiVersion": API, "kind": kind, "metadata": {"name": "bad", "namespace": namespace}, "spec": spec}

    answer = cluster.rest.call("POST", f"/apis/{API}/namespaces/{namespace}/{PLURALS[kind]}", document)

    causes = [f"{c['field']}: {c['message']}" for c in answer.body["details"]["causes"]]
    assert answer.status == 422 and causes == [words]
    assert words in WORDING


@pytest.mark.parametrize("kind, spec", [("Certificate", config(ENTRY)), ("Issuer", acme()), ("ClusterIssuer", acme())])
def test_what_the_refused_objects_vary_is_taken(cluster, namespace, kind, spec):
    cluster.apply(placed({"apiVersion": API, "kind": kind, "metadata": {"name": "good"}, "spec": spec}, namespace))


@pytest.mark.parametrize("field, value", [("keyAlgorithm", "RSA"), ("keyEncoding", "PKCS8"), ("usages", ["serving"]),
                                          ("dnsNames", "example.com"), ("keySize", "2048")])
def test_types_and_enums_are_kept(cluster, namespace, field, value):
    document = {"apiVersion": API, "kind": "Certificate", "metadata": {"name": "bad"}, "spec": {**CERTIFICATE, field: value}}

    answer = cluster.rest.call("POST", f"/apis/{API}/namespaces/{namespace}/certificates", document)

    faults = {c["field"].split("[")[0] for c in answer.body["details"]["causes"]} - {"<nil>"}  # rules that were not run
    assert answer.status == 422 and faults == {f"spec.{field}"}


# ---- the codec and the schema know the same


def codec_names(*files):
    """Every member that the codec reads or writes, by the source's own words."""
    text = "".join((ROOT / "shared" / "api" / f"{name}.cc").read_text() for name in files)
    read = re.findall(r'(?:string|optional_string|strings|string_map|object|objects|boolean|integer|raw|has)\("(\w+)"\)', text)
    read += re.findall(r'decode_(?:time|duration|secret_key)\(\*?\w+,\s*"(\w+)"', text)
    return set(read) | set(re.findall(r'[{,]\s*\{?"(\w+)",\s*(?:\w+\.|encode_|json::|std::move)', text))


@pytest.mark.parametrize("source, plural", [("certificate_codec", "certificates"), ("issuer_codec", "issuers")])
def test_the_schema_holds_every_field_that_the_codec_knows(source, plural):
    known = codec_names(source)
    held = {path[-1] for path, _ in fields(schema(plural))}

    assert {"secretName", "records", "specHash"} <= known or {"preferredChain", "uri", "keySecretRef"} <= known
    assert known - held - {"kind", "metadata"} == set()


def test_the_schema_holds_every_stanza_of_the_solver_catalogue():
    text = (ROOT / "shared" / "api" / "solver_catalog.cc").read_text()
    tables = {name: set(re.findall(r'\{"(\w+)",\s*(?:String|SecretKey|Any)', body))
              for name, body in re.findall(r"constexpr SolverField (\w+)\[\] = \{(.*?)\n\};", text, re.S)}
    catalogue = {code: tables[table] for code, table in re.findall(r'\{"(\w+)",\s*"[^"]*",\s*(k\w+),', text)}
    acme = schema("issuers")["properties"]["spec"]["properties"]["acme"]["properties"]

    assert len(catalogue) == 9
    for place in (acme["dns01"]["properties"]["providers"]["items"], acme["solvers"]["items"]["properties"]["dns01"]):
        stanzas = {k: set(v["properties"]) for k, v in place["properties"].items() if k not in ("name", "cnameStrategy")}
        assert stanzas == catalogue


@pytest.mark.parametrize("file", [*sorted((DATA / "full").glob("*.yaml")), *sorted((DATA / "v0.10").glob("*.yaml"))],
                         ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_codec_knows_every_field_of_the_schema(file):
    told = run([str(PROGRAM), "validate", "-f", str(file), "-o", "json"])

    assert json.loads(told.out) is not None
    assert "unknown field" not in told.text
