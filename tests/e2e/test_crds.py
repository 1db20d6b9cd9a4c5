# SPDX-License-Identifier: Apache-2.0
"""The CustomResourceDefinitions on a real API server: what they take, keep, show, explain and refuse."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from desk import API, PROGRAM, run

ROOT = Path(__file__).resolve().parents[2]
CRDS, DATA = ROOT / "manifests" / "crds", ROOT / "tests" / "data" / "api"
PLURALS = {"Certificate": "certificates", "Issuer": "issuers", "ClusterIssuer": "clusterissuers"}
GROUP = "certmanager.k8s.io"


def documents(*files):
    return [document for file in files for document in yaml.safe_load_all(file.read_text())]


def crd(plural):
    return yaml.safe_load((CRDS / f"{plural}.yaml").read_text())


def schema(plural):
    return crd(plural)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def fields(node, path=()):
    """(path, schema) of every member of a schema, items and values of maps left out."""
    for name, child in node.get("properties", {}).items():
        yield (*path, name), child
        yield from fields(child, (*path, name))
    if "items" in node:
        yield from fields(node["items"], path)


def used(value, path=()):
    """The path of every member of an object, through lists."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield (*path, name)
            yield from used(child, (*path, name))
    elif isinstance(value, list):
        for child in value:
            yield from used(child, path)


def placed(document, namespace):
    """The document in the namespace of a test; a ClusterIssuer gets the namespace's name in its own."""
    document = copy.deepcopy(document)
    if document["kind"] == "ClusterIssuer":
        document["metadata"]["name"] += f"-{namespace}"
    else:
        document["metadata"]["namespace"] = namespace
    return document


def stored(cluster, document):
    meta = document["metadata"]
    return cluster.get(f"{PLURALS[document['kind']]}.{GROUP}", meta["name"], namespace=meta.get("namespace"))


def write(cluster, document):
    """Spec by a strict create (apply would drop nulls), status through /status, as the API server wants it."""
    cluster.kubectl("create", "--validate=strict", "-f", "-", stdin=document)
    if "status" in document:
        meta = document["metadata"]
        place = f"namespaces/{meta['namespace']}/" if "namespace" in meta else ""
        path = f"/apis/{API}/{place}{PLURALS[document['kind']]}/{meta['name']}/status?fieldValidation=Strict"
        cluster.rest.done("PATCH", path, {"status": document["status"]}, content_type="application/merge-patch+json")


def full():
    issuers = documents(DATA / "full" / "issuers.yaml")
    clusterwide = [{**document, "kind": "ClusterIssuer"} for document in issuers]
    return documents(DATA / "full" / "certificate.yaml") + issuers + clusterwide


@pytest.mark.parametrize("document", full(), ids=lambda d: f"{d['kind']}-{d['metadata']['name']}")
def test_every_field_is_read_back_as_it_was_written(cluster, namespace, document):
    document = placed(document, namespace)

    write(cluster, document)

    found = stored(cluster, document)
    assert found["spec"] == document["spec"]
    assert found.get("status") == document.get("status")


@pytest.mark.parametrize("plural, kind", [("certificates", "Certificate"), ("issuers", "Issuer")])
def test_the_full_objects_hold_every_field_of_the_schema(plural, kind):
    held = {path for document in full() if document["kind"] == kind for path in used(document)}

    assert [".".join(path) for path, _ in fields(schema(plural)) if path not in held] == []


def test_what_cert_manager_0_10_stored_comes_out_unpruned(cluster, namespace):
    for document in documents(*sorted((DATA / "v0.10").glob("*.yaml"))):
        document = placed(document, namespace)

        write(cluster, document)

        assert stored(cluster, document)["spec"] == document["spec"]


def test_the_tutorial_goes_in_word_for_word(cluster):
    for name in ("issuer", "certificate"):
        done = cluster.kubectl("apply", "--validate=strict", "--dry-run=server", "-f", DATA / f"tutorial-{name}.yaml")

        assert "created (server dry run)" in done.stdout


def test_the_status_is_written_through_its_own_door_only(cluster, namespace):
    document = placed(documents(DATA / "full" / "certificate.yaml")[0], namespace)

    cluster.kubectl("apply", "-f", "-", stdin=document)

    assert "status" not in stored(cluster, document)


def test_a_misspelled_field_is_named(cluster, namespace):
    document = placed(documents(DATA / "full" / "certificate.yaml")[0], namespace)
    document["spec"]["secretname"] = "x"

    done = cluster.kubectl("apply", "-f", "-", stdin=document, check=False)

    assert done.returncode != 0 and 'unknown field "secretname"' in done.stderr


# ---- what the schema says


@pytest.mark.parametrize("plural", PLURALS.values())
def test_every_field_is_described(plural):
    assert [".".join(p) for p, node in fields(schema(plural)) if not node.get("description", "").endswith((".", "y"))] == []


@pytest.mark.parametrize("plural", PLURALS.values())
def test_only_arbitrary_json_escapes_the_schema(plural):
    free = {path[-2:] for path, node in fields(schema(plural)) if node.get("x-kubernetes-preserve-unknown-fields")}

    assert free == (set() if plural == "certificates" else {("webhook", "config"), ("podTemplate", "spec")})


def test_no_field_has_a_default_that_would_change_a_spec():
    assert not [path for plural in PLURALS.values() for path, node in fields(schema(plural)) if "default" in node]


def test_the_definitions_are_as_their_source_writes_them(tmp_path):
    subprocess.run([sys.executable, str(CRDS / "source"), str(tmp_path)], check=True)

    for plural in PLURALS.values():
        assert (tmp_path / f"{plural}.yaml").read_text() == (CRDS / f"{plural}.yaml").read_text()


def test_explain_reads_well(cluster):
    def explain(path):
        return cluster.kubectl("explain", path, f"--api-version={API}").stdout

    assert re.search(r"FIELDS:\s+config\s+<\[\]Object>\s+Each name of the certificate", explain("certificates.spec.acme"))
    text = explain("issuers.spec.acme.dns01.providers.rfc2136")
    assert "Dynamic DNS update (RFC 2136)" in text and "tsigKeyName\t<string>" in text
    assert re.search(r"ENUM:\s+\"\"\s+Always\s+Never", explain("certificates.spec.privateKey.rotationPolicy"))


def test_get_shows_ready_secret_issuer_expires_and_age(cluster, namespace):
    write(cluster, placed(documents(DATA / "full" / "certificate.yaml")[0], namespace))

    shown = cluster.kubectl("get", f"certificates.{GROUP}", namespace=namespace).stdout.splitlines()

    assert shown[0].split() == ["NAME", "READY", "SECRET", "ISSUER", "EXPIRES", "AGE"]
    assert shown[1].split()[:5] == ["full", "True", "full-tls", "full-acme", "2027-02-18T10:00:00Z"]


@pytest.mark.parametrize("word", ["cert", "certs", "certificate", "certmanager", f"certificates.{GROUP}"])
def test_short_names_and_the_category_find_a_certificate(cluster, namespace, word):
    write(cluster, placed(documents(DATA / "full" / "certificate.yaml")[0], namespace))

    assert f"certificate.{GROUP}/full" in cluster.kubectl("get", word, "-o", "name", namespace=namespace).stdout


def test_one_file_for_a_release_holds_all_three(bare_cluster):
    bundle = bare_cluster.kubectl("kustomize", CRDS).stdout

    done = bare_cluster.kubectl("apply", "--dry-run=server", "-f", "-", stdin=bundle)

    assert done.stdout.count("created (server dry run)") == 3


def test_without_its_annotation_the_protected_group_is_refused(bare_cluster):
    for plural in PLURALS.values():
        bare = crd(plural)
        del bare["metadata"]["annotations"]

        done = bare_cluster.kubectl("apply", "--dry-run=server", "-f", "-", stdin=bare, check=False)

        assert done.returncode != 0 and "protected groups must have approval annotation" in done.stderr


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
    catalogue = {code: tables[table] for code, table in re.findall(r'\{"(\w+)", "[^"]*", (k\w+)\}', text)}
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


# ---- rules of the schema, in the words of shared/rules

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
