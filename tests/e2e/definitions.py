# SPDX-License-Identifier: Apache-2.0
"""The CustomResourceDefinitions as files, the objects that try them, and how such an object gets into a cluster."""

import copy
from pathlib import Path

import yaml
from desk import API

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
