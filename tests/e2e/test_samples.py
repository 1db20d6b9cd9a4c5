# SPDX-License-Identifier: Apache-2.0
"""Each sample is taken by the real API server as it stands, and by the rules."""

from pathlib import Path

import pytest
import yaml
from desk import PROGRAM, run

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "manifests" / "samples"
FOLDERS = sorted(file.parent for file in SAMPLES.rglob("kustomization.yaml"))


def named(folder):
    return "root" if folder == SAMPLES else folder.name


def objects(folder):
    names = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    return [document for name in names for document in yaml.safe_load_all((folder / name).read_text())]


def test_the_samples_are_those_that_the_documents_name():
    assert {named(folder) for folder in FOLDERS} == {"root", "tutorial", "cluster-issuer", "wildcard", "cname-delegation"}


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_a_sample_is_applied_and_read_back(cluster, namespace, folder):
    cluster.kubectl("apply", "--validate=strict", "-k", folder, namespace=_place(folder, namespace))

    for document in objects(folder):
        group = document["apiVersion"].split("/")[0] if "/" in document["apiVersion"] else ""
        where = document["metadata"].get("namespace", _place(folder, namespace))
        found = cluster.get(f"{document['kind'].lower()}s" + (f".{group}" if group else ""), document["metadata"]["name"],
                            namespace=where)
        assert found is not None, document["metadata"]
        assert found.get("spec") == document.get("spec")


def _place(folder, namespace):
    """Samples that name a namespace go there, and kubectl wants no other beside it."""
    return None if any("namespace" in d["metadata"] for d in objects(folder)) else namespace


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_rules_find_no_fault_in_a_sample(folder, tmp_path):
    for name in yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]:
        (tmp_path / name).write_text((folder / name).read_text())

    assert run([str(PROGRAM), "validate", "-f", str(tmp_path)]).code == 0


def test_the_tutorial_is_word_for_word():
    for name in ("issuer", "certificate"):
        assert (SAMPLES / "tutorial" / f"{name}.yaml").read_bytes() == \
               (ROOT / "tests" / "data" / "api" / f"tutorial-{name}.yaml").read_bytes()
