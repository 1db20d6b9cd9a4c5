# SPDX-License-Identifier: Apache-2.0
"""The CustomResourceDefinitions on a real API server: what they take, keep, show and explain."""

import re
import subprocess
import sys

import pytest
from definitions import CRDS, DATA, GROUP, PLURALS, crd, documents, fields, full, placed, schema, stored, used, write
from desk import API


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

        assert "(server dry run)" in done.stdout and not done.stderr


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


@pytest.mark.parametrize("word", ["certmanager", f"certificates.{GROUP}"])
def test_the_category_and_the_full_name_find_a_certificate(cluster, namespace, word):
    write(cluster, placed(documents(DATA / "full" / "certificate.yaml")[0], namespace))

    assert f"certificate.{GROUP}/full" in cluster.kubectl("get", word, "-o", "name", namespace=namespace).stdout


@pytest.mark.parametrize("word", ["cert", "certs", "certificate"])
def test_short_names_find_a_certificate_where_cert_manager_is_not(lone_cluster, word):
    namespace = lone_cluster.new_namespace()
    write(lone_cluster, placed(documents(DATA / "full" / "certificate.yaml")[0], namespace))

    assert f"certificate.{GROUP}/full" in lone_cluster.kubectl("get", word, "-o", "name", namespace=namespace).stdout


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
