# SPDX-License-Identifier: Apache-2.0
"""A solver webhook of cert-manager's making: an aggregated API server with one resource, to which ChallengePayloads
of webhook.acme.cert-manager.io/v1alpha1 are posted. Only the API server's front proxy gets in."""

import base64
import json
import re
import ssl
import uuid

from fakes.base import Answer, FakeService, json_answer
from lab.tls import Authority

PAYLOAD = {"apiVersion": "webhook.acme.cert-manager.io/v1alpha1", "kind": "ChallengePayload"}
FIELDS = {"uid": str, "action": str, "type": str, "dnsName": str, "key": str, "resourceNamespace": str,
          "resolvedFQDN": str, "resolvedZone": str, "allowAmbientCredentials": bool}  # config besides: any JSON
DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
USER, GROUP = "X-Remote-User", "X-Remote-Group"


class FrontProxy:
    """The identity with which an API server goes to the servers behind it."""

    def __init__(self, folder):
        self.folder, self.authority = folder, Authority("lab front proxy")
        self.certificate, self.key = self.authority.issue_client(folder, "front-proxy-client")
        self.trust = folder / "front-proxy-ca.pem"
        self.trust.write_bytes(self.authority.pem)

    def flags(self):
        """Those of kube-apiserver."""
        return [f"--requestheader-client-ca-file={self.trust}", "--requestheader-allowed-names=front-proxy-client",
                f"--requestheader-username-headers={USER}", f"--requestheader-group-headers={GROUP}",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                f"--proxy-client-cert-file={self.certificate}", f"--proxy-client-key-file={self.key}"]


class SolverWebhook(FakeService):
    """`payloads`: the request of each ChallengePayload, `users`: who posted it. `refusal` is what the solver says in
    place of doing what it is asked for."""

    code = "webhook"
    group, name = "acme.lab.example", "lab-solver"
    namespace, service = "default", "lab-solver"
    hosts = (f"{service}.{namespace}.svc",)

    def __init__(self, authority, folder, backing, front_proxy):
        super().__init__(authority, folder, backing)
        self.front_proxy, self.refusal = front_proxy, None
        self.payloads, self.users = [], []

    def demand(self, context):
        context.load_verify_locations(self.front_proxy.trust)
        context.verify_mode = ssl.CERT_REQUIRED

    def objects(self):
        """What makes an API server pass the solver's API on to it."""
        return objects_for(self.group, self.service, self.namespace, self.port, self.authority)

    def stanza(self, **config):
        return {"webhook": {"groupName": self.group, "solverName": self.name} | ({"config": config} if config else {})}

    def forget(self):
        """What was asked and what a test arranged."""
        with self.lock:
            self.requests.clear()
            self.payloads.clear()
            self.users.clear()
            self.refusal = None
        self.mend()

    def handle(self, request):
        path = f"/apis/{self.group}/v1alpha1"
        if request.method == "GET":
            return self._discovery() if request.path == path else not_found(request)
        if (request.method, request.path) != ("POST", f"{path}/{self.name}"):
            raise ValueError(f"no solver is asked for {request}")
        return self._solve(request)

    def _discovery(self):
        return json_answer(200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{self.group}/v1alpha1",
                                 "resources": [{"name": self.name, "singularName": "ChallengePayload", "namespaced": False,
                                                "group": "webhook.acme.cert-manager.io", "version": "v1alpha1",
                                                "kind": "ChallengePayload", "verbs": ["create"]}]})

    def _solve(self, request):
        user = request.headers.get(USER)
        if not user or "system:authenticated" not in request.headers.get_all(GROUP, []):
            raise ValueError(f"nobody says who asks: {request.headers}")
        if request.headers.get("Content-Type") != "application/json" or request.headers.get("Authorization"):
            raise ValueError(f"not as an API server passes it on: {request.headers}")
        asked = checked(request.json)
        self.users.append(user)
        self.payloads.append(asked)
        response = {"uid": asked["uid"], "success": self.refusal is None}
        if self.refusal is None:
            self._act(asked)
        else:
            response["status"] = {"metadata": {}, "status": "Failed", "message": self.refusal}
        return json_answer(201, PAYLOAD | {"request": asked, "response": response})

    def _act(self, asked):
        name, value = asked["resolvedFQDN"][:-1], asked["key"]
        if f"{self.backing.zone_of(name)}." != asked["resolvedZone"]:
            raise ValueError(f"{asked['resolvedZone']} is not the zone of {name}")
        values = self.backing.values(name)
        self.backing.replace(name, values | {value} if asked["action"] == "Present" else values - {value})


def objects_for(group, service, namespace, port, authority):
    """A Service that leads to a port of this machine, and the APIService that hands the group to it."""
    metadata = {"name": service, "namespace": namespace}
    return [{"apiVersion": "v1", "kind": "Service", "metadata": metadata,
             "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]}},
            {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": f"v1alpha1.{group}"},
             "spec": {"group": group, "version": "v1alpha1", "groupPriorityMinimum": 1000, "versionPriority": 15,
                      "caBundle": base64.b64encode(authority.pem).decode(), "service": metadata | {"port": port}}}]


def checked(payload):
    """The request of a payload that has cert-manager's fields, with their types, and no others."""
    asked = payload.get("request")
    if payload != PAYLOAD | {"request": asked} or not isinstance(asked, dict):
        raise ValueError(f"no ChallengePayload: {json.dumps(payload)}")
    wrong = [name for name, kind in FIELDS.items() if type(asked.get(name)) is not kind]
    if wrong or set(asked) - set(FIELDS) - {"config"}:
        raise ValueError(f"not the fields of a ChallengeRequest ({wrong}): {json.dumps(asked)}")
    if (asked["action"] not in ("Present", "CleanUp") or asked["type"] != "dns-01" or not DIGEST.fullmatch(asked["key"])
            or not asked["resolvedFQDN"].endswith(f".{asked['resolvedZone']}") or not asked["resolvedZone"].endswith(".")
            or asked["dnsName"].startswith("*") or asked["dnsName"].endswith(".") or not asked["resourceNamespace"]):
        raise ValueError(f"not the values of a ChallengeRequest: {json.dumps(asked)}")
    uuid.UUID(asked["uid"])
    return asked


def not_found(request):
    return Answer(404, f"{request.path} is not served here".encode(), [("Content-Type", "text/plain")])
