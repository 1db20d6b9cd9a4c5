# SPDX-License-Identifier: Apache-2.0
"""python3 manifests/crds/source [DIR]   writes the three CustomResourceDefinitions (beside this folder by default)"""

import sys
from pathlib import Path

import yaml

import certificate
import issuer
from schema import struct

GROUP = "certmanager.k8s.io"
# The API server wants a word from the owners of *.k8s.io groups, or this, before it takes a kind in one.
APPROVAL = {"api-approved.kubernetes.io": "unapproved, legacy group of cert-manager before 0.11"}
HEAD = "# SPDX-License-Identifier: Apache-2.0\n# Written by: python3 manifests/crds/source\n"


class Plain(yaml.SafeDumper):
    """Each value in full: what is used twice stands twice, without anchors."""

    def ignore_aliases(self, data):
        return True


def clean(value):
    """Without the members that are None."""
    if isinstance(value, dict):
        return {k: clean(v) for k, v in value.items() if v is not None}
    return [clean(v) for v in value] if isinstance(value, (list, tuple)) else value


def columns(entries):
    return [{"name": name, "type": kind, "jsonPath": path, "description": told} | ({"priority": priority[0]} if priority else {})
            for name, kind, path, told, *priority in entries]


def definition(kind, plural, scope, description, room, short_names=()):
    names = {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower(),
             "categories": ["certmanager"]} | ({"shortNames": list(short_names)} if short_names else {})
    schema = struct(description, required=["spec"], spec=room.spec(), status=room.status())
    version = {"name": "v1alpha1", "served": True, "storage": True, "subresources": {"status": {}},
               "additionalPrinterColumns": columns(room.COLUMNS), "schema": {"openAPIV3Schema": schema}}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{GROUP}", "annotations": APPROVAL,
                         "labels": {"app.kubernetes.io/part-of": "kubectl-cert"}},
            "spec": {"group": GROUP, "names": names, "scope": scope, "versions": [version]}}


def definitions():
    return [definition("Certificate", "certificates", "Namespaced",
                       "A certificate that is asked for; kubectl cert issue leaves it in a Secret.", certificate, ("cert", "certs")),
            definition("Issuer", "issuers", "Namespaced", "Who signs the Certificates of one namespace.", issuer),
            definition("ClusterIssuer", "clusterissuers", "Cluster",
                       "Who signs Certificates of any namespace. Its Secrets stand in kube-system, or where "
                       "--cluster-resource-namespace says.", issuer)]


def main(folder):
    for crd in map(clean, definitions()):
        content = yaml.dump(crd, Dumper=Plain, sort_keys=False, width=120, allow_unicode=True)
        (folder / f"{crd['spec']['names']['plural']}.yaml").write_text(HEAD + content)


main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
