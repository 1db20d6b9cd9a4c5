# SPDX-License-Identifier: Apache-2.0
"""A real kube-apiserver with an etcd of its own, and kubectl to talk to it.

No controller manager runs beside it: a deleted namespace stays, roles are not aggregated, nothing
is garbage-collected, and a new namespace has no service account until one is made.
"""

import json
import os
import secrets
import ssl
import subprocess
import urllib.error
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lab import toolbox
from lab.etcd import Etcd
from lab.ports import free_port
from lab.process import LabError, Server, until
from lab.rest import Rest
from lab.tls import Authority, make_server_certificate

# Who is known by token, and the groups they are in; all but admin have no right that is not given to them.
USERS = {"admin": "system:masters", "alice": "developers", "bob": "developers", "nobody": ""}
AUDIT_POLICY = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"],
                "rules": [{"level": "None", "users": ["system:apiserver", "system:anonymous"]},
                          {"level": "None", "userGroups": ["system:masters"]}, {"level": "Metadata"}]}


class ApiServer:
    """`flags` are added to those of kube-apiserver. After start(): `url`, `ca_file`, `tokens` (two for
    each user, both valid), `rest` (bare requests as admin)."""

    def __init__(self, folder, flags=()):
        self.folder, self.flags = Path(folder), list(flags)
        self.etcd, self.server, self.configs = Etcd(self.folder / "etcd"), None, 0

    def start(self):
        self._write_files()
        self.etcd.start()
        for attempt in range(5):  # another process may take the port between the look and the bind
            try:
                return self._start_once()
            except LabError as failure:
                if attempt == 4 or "address already in use" not in str(failure):
                    self.stop()
                    raise

    def _write_files(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        make_server_certificate(self.folder)
        self.clients = Authority("lab clients")
        (self.folder / "clients.pem").write_bytes(self.clients.pem)
        self.tokens = {user: (secrets.token_hex(16), secrets.token_hex(16)) for user in USERS}
        lines = [f'{token},{user},{user}-uid,"{USERS[user]}"\n' for user, both in self.tokens.items() for token in both]
        (self.folder / "tokens.csv").write_text("".join(lines))
        (self.folder / "audit.yaml").write_text(json.dumps(AUDIT_POLICY))
        (self.folder / "audit.log").touch()
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        (self.folder / "service-accounts.key").write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))

    def _start_once(self):
        self.port, self.written = free_port(), {}
        self.rest = Rest(self.url, self.ca_file, self.tokens["admin"][0])
        log = self.folder / "apiserver.log"
        log.write_text("")
        argv = [toolbox.apiserver(), *self._flags(), *self.flags]
        self.server = Server(argv, log).start(self._is_ready, seconds=90)
        return self

    def _flags(self):
        signing = self.folder / "service-accounts.key"
        return [f"--etcd-servers={self.etcd.url}", "--bind-address=127.0.0.1", f"--secure-port={self.port}",
                f"--tls-cert-file={self.folder / 'server.pem'}", f"--tls-private-key-file={self.folder / 'server.key'}",
                f"--token-auth-file={self.folder / 'tokens.csv'}", f"--client-ca-file={self.folder / 'clients.pem'}",
                "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={signing}",
                f"--service-account-signing-key-file={signing}", "--disable-admission-plugins=ServiceAccount",
                "--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/24", "--profiling=false",
                "--endpoint-reconciler-type=none", f"--audit-policy-file={self.folder / 'audit.yaml'}",
                f"--audit-log-path={self.folder / 'audit.log'}"]

    def _is_ready(self):
        try:
            return all(self.rest.call("GET", path).ok for path in ("/readyz", "/api/v1/namespaces/default",
                                                                   "/api/v1/namespaces/kube-system"))
        except (urllib.error.URLError, OSError, ssl.SSLError):
            return False

    def stop(self):
        if self.server:
            self.server.stop()
        self.etcd.stop()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca_file(self):
        """The bundle that a client must trust to speak to this server."""
        return self.folder / "ca.pem"

    def kind_of(self, method, path):
        """What a request is for: "PATCH certificates/status", "GET secrets" (of one or a list of them)."""
        parts = urlsplit(path).path.strip("/").split("/")
        rest = parts[2:] if parts[0] == "api" else parts[3:]
        if rest[0:1] == ["namespaces"] and len(rest) > 2:
            rest = rest[2:]
        return f"{method} {'/'.join([*rest[:1], *rest[2:]]) or urlsplit(path).path}"

    # ---- who speaks

    def kubeconfig(self, user="admin", namespace=None, credentials=None, cluster=None):
        """Writes a kubeconfig of one context and returns its path. `credentials` is the user's stanza
        (else the user's first token); `cluster` adds to the cluster's stanza, a value None removes."""
        stanza = {"server": self.url, "certificate-authority": str(self.ca_file)} | (cluster or {})
        context = {"cluster": "lab", "user": user} | ({"namespace": namespace} if namespace else {})
        if credentials is None:
            credentials = {"token": self.tokens[user][0]}
        config = {"apiVersion": "v1", "kind": "Config", "current-context": f"{user}@lab",
                  "clusters": [{"name": "lab", "cluster": {k: v for k, v in stanza.items() if v is not None}}],
                  "contexts": [{"name": f"{user}@lab", "context": context}],
                  "users": [{"name": user, "user": credentials}]}
        self.configs += 1
        path = self.folder / "kubeconfigs" / f"{self.configs}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(config, sort_keys=False))
        path.chmod(0o600)
        return path

    def client_certificate(self, user, groups=(), valid_for=None):
        """(certificate file, key file) with which the API server takes the bearer for that user."""
        return self.clients.issue_client(self.folder / "clients", user, groups, valid_for)

    def service_account(self, namespace, name, seconds=3600, bound_to=None):
        """The token of a service account, which is created where it is missing. `bound_to` is the name of a
        Secret, made here, with which the token goes."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        made = self.rest.call("POST", path, {"metadata": {"name": name}})
        if made.status not in (201, 409):
            raise LabError(f"service account {name}: {made.body}")
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                   "spec": {"expirationSeconds": seconds}}
        if bound_to:
            made = self.rest.done("POST", f"/api/v1/namespaces/{namespace}/secrets", {"metadata": {"name": bound_to}})
            request["spec"]["boundObjectRef"] = {"apiVersion": "v1", "kind": "Secret", "name": bound_to,
                                                 "uid": made["metadata"]["uid"]}
        return self.rest.done("POST", f"{path}/{name}/token", request)["status"]["token"]

    def kubectl(self, *arguments, user="admin", namespace=None, stdin=None, kubeconfig=None, check=True, environment=None):
        """The finished process (returncode, stdout, stderr); a failure raises unless `check` is False.
        `stdin` may be text, or objects that are sent as one List."""
        if stdin is not None and not isinstance(stdin, str):
            objects = [stdin] if isinstance(stdin, dict) else list(stdin)
            stdin = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        argv = [toolbox.kubectl(), "--kubeconfig", kubeconfig or self._known_config(user),
                "--cache-dir", self.folder / "discovery", *(["-n", namespace] if namespace else []), *arguments]
        done = subprocess.run([str(a) for a in argv], input=stdin or "", capture_output=True, text=True, timeout=120,
                              env=dict(os.environ, HOME=str(self.folder)) | (environment or {}))
        if check and done.returncode != 0:
            raise LabError(f"kubectl {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def _known_config(self, user):
        if user not in self.written:
            self.written[user] = self.kubeconfig(user)
        return self.written[user]

    # ---- what stands in the cluster

    def apply(self, *objects, namespace=None):
        self.kubectl("apply", "-f", "-", stdin=objects, namespace=namespace)

    def install(self, folder):
        """Applies a kustomization and waits until the API server serves each kind that came with it."""
        self.kubectl("apply", "-k", folder)
        self.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")

    def get(self, resource, name, namespace=None):
        """The object, or None where there is none. `resource` as kubectl takes it."""
        done = self.kubectl("get", resource, name, "-o", "json", "--ignore-not-found", namespace=namespace)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def new_namespace(self, prefix="t"):
        """The name of a fresh namespace."""
        name = f"{prefix}-{secrets.token_hex(5)}"
        self.rest.done("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        return name

    def grant(self, user, namespace, *rules):
        """Gives the user a Role of these rules (dicts of RBAC) in the namespace and waits until it holds."""
        name = f"role-{secrets.token_hex(4)}"
        roles = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles"
        self.rest.done("POST", roles, {"metadata": {"name": name}, "rules": list(rules)})
        self.bind(user, name, namespace, kind="Role")
        for rule in rules:
            resource, _, subresource = rule["resources"][0].partition("/")
            until(lambda: self.rest.may(user, rule["verbs"][0], resource, namespace, rule["apiGroups"][0], subresource,
                                        (rule.get("resourceNames") or [""])[0]), what=f"{user} has {rule}")
        return name

    def bind(self, user, role, namespace=None, kind="ClusterRole"):
        """Binds a role to the user: in the namespace, or in the whole cluster. The authorizer learns of it
        a moment later: wait with until(lambda: cluster.rest.may(...))."""
        place = f"namespaces/{namespace}/rolebindings" if namespace else "clusterrolebindings"
        body = {"metadata": {"name": f"binding-{secrets.token_hex(4)}"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]}
        self.rest.done("POST", f"/apis/rbac.authorization.k8s.io/v1/{place}", body)
        return f"{place}/{body['metadata']['name']}"

    # ---- what was asked of it

    def mark(self):
        """A position in the audit log, for requests()."""
        return (self.folder / "audit.log").stat().st_size

    def requests(self, mark=0, user=None):
        """Each finished request since the mark that was not admin's: (verb, resource[/subresource], name,
        status), in the order of the audit log."""
        found = []
        with open(self.folder / "audit.log") as text:
            text.seek(mark)
            for event in map(json.loads, text):
                if user in (None, event["user"].get("username")):
                    target = event.get("objectRef", {})
                    parts = [target.get("resource", event["requestURI"]), target.get("subresource")]
                    found.append((event["verb"], "/".join(p for p in parts if p), target.get("name"),
                                  event["responseStatus"]["code"]))
        return found
