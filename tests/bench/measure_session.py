# SPDX-License-Identifier: Apache-2.0
"""measure_session.py KUBECTL_CERT [RUNS]: describe beside `kubectl describe`, in turns, on one API server.

Both describe the same Certificate, with ten Events, its Issuer and Secrets beside it. kubectl's discovery
cache is warm. The Certificate's object and Events are all that kubectl shows; ours reads the rest too.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

from lab import toolbox  # noqa: E402
from lab.apiserver import ApiServer  # noqa: E402
from lab.tls import make_server_certificate  # noqa: E402
from timing import timed  # noqa: E402

CRDS = Path(__file__).resolve().parents[2] / "manifests" / "crds"
GROUP = "certmanager.k8s.io"
NAMESPACE = "shop"
STEPS = ["PrepareCertificate", "PresentChallenge", "SelfCheck", "ObtainAuthorization", "IssueCertificate"]
MOST_TIME, MOST_MEMORY = 1 / 2, 1 / 3


def ours(kind, name, spec, **more):
    return {"apiVersion": f"{GROUP}/v1alpha1", "kind": kind, "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": spec} | more


def secret(name, data, kind="Opaque", **metadata):
    return {"apiVersion": "v1", "kind": "Secret", "type": kind, "stringData": data,
            "metadata": {"name": name, "namespace": NAMESPACE} | metadata}


def events(uid):
    return [{"apiVersion": "v1", "kind": "Event", "type": "Normal", "reason": reason, "message": f"{reason} {turn}",
             "metadata": {"name": f"web.17c{number:013x}", "namespace": NAMESPACE},
             "involvedObject": {"apiVersion": f"{GROUP}/v1alpha1", "kind": "Certificate", "name": "web",
                                "namespace": NAMESPACE, "uid": uid},
             "source": {"component": "kubectl-cert"}, "count": 1, "reportingComponent": "kubectl-cert",
             "reportingInstance": "", "firstTimestamp": "2026-01-01T00:00:00Z",
             "lastTimestamp": "2026-01-01T00:00:00Z"}
            for number, (reason, turn) in enumerate((reason, turn) for reason in STEPS for turn in (1, 2))]


def pair(folder):
    """A certificate and its key, as a Secret holds them."""
    folder.mkdir()
    make_server_certificate(folder)
    return {"tls.crt": (folder / "server.pem").read_text(), "tls.key": (folder / "server.key").read_text()}


def fill(cluster, folder):
    cluster.install(CRDS)
    cluster.rest.done("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    rfc2136 = {"nameserver": "192.0.2.53:53", "tsigKeyName": "key", "tsigAlgorithm": "HMACSHA256",
               "tsigSecretSecretRef": {"name": "tsig", "key": "secret"}}
    acme = {"server": "https://acme-staging-v02.api.letsencrypt.org/directory", "email": "user@example.com",
            "privateKeySecretRef": {"name": "account"}, "dns01": {"providers": [{"name": "dns", "rfc2136": rfc2136}]}}
    wanted = {"secretName": "web-tls", "issuerRef": {"name": "letsencrypt"}, "dnsNames": ["web.example.com"],
              "acme": {"config": [{"domains": ["web.example.com"], "dns01": {"provider": "dns"}}]}}
    ingress = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
               "metadata": {"name": "front", "namespace": NAMESPACE},
               "spec": {"tls": [{"hosts": ["web.example.com"], "secretName": "web-tls"}],
                        "defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}}
    marks = {f"{GROUP}/certificate-name": "web", f"{GROUP}/issuer-name": "letsencrypt", f"{GROUP}/issuer-kind": "Issuer"}
    cluster.apply(ours("Issuer", "letsencrypt", {"acme": acme}), ours("Certificate", "web", wanted), ingress,
                  secret("tsig", {"secret": "c2VjcmV0"}), secret("account", {"tls.key": "none"}),
                  secret("web-tls", pair(folder / "pair"), "kubernetes.io/tls", annotations=marks,
                         labels={f"{GROUP}/certificate-name": "web"}))
    found = cluster.get(f"certificates.{GROUP}", "web", namespace=NAMESPACE)
    cluster.apply(*events(found["metadata"]["uid"]))


def in_turns(commands, environment, runs):
    """The medians (seconds, MiB) of each command; first one run of each that does not count."""
    samples = [[] for _ in commands]
    for number in range(runs + 1):
        for found, command in zip(samples, commands):
            sample = timed(command, environment)
            if number > 0:
                found.append(sample)
    return [tuple(statistics.median(values) for values in zip(*found)) for found in samples]


def compare(program, kubectl, environment, runs):
    what = ["-n", NAMESPACE]
    commands = [[kubectl, "describe", f"certificates.{GROUP}", "web", *what], [program, "describe", "web", *what]]
    told = subprocess.run(list(map(str, commands[1])), capture_output=True, text=True, env=environment)
    for part in ("IssueCertificate", "Ingress", "kubernetes.io/tls"):
        if part not in told.stdout:
            sys.exit(f"describe does not tell {part}:\n{told.stdout}{told.stderr}")
    theirs, own = in_turns(commands, environment, runs)
    print("| command | wall time | peak memory |\n|---|--:|--:|")
    for title, (seconds, size) in (("kubectl describe certificates.certmanager.k8s.io web", theirs),
                                   ("kubectl-cert describe web", own)):
        print(f"| `{title}` | {seconds * 1000:.1f} ms | {size:.1f} MiB |")
    time, memory = own[0] / theirs[0], own[1] / theirs[1]
    print(f"| of it (at most {MOST_TIME:.2f} and {MOST_MEMORY:.2f} are wanted) | {time:.2f} | {memory:.2f} |", flush=True)
    return time <= MOST_TIME and memory <= MOST_MEMORY


def main(program, runs):
    say = lambda text: print(text, file=sys.stderr)  # noqa: E731
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        toolbox.apiserver(say)
        cluster = ApiServer(folder / "cluster").start()
        try:
            fill(cluster, folder)
            environment = dict(os.environ, HOME=str(folder), KUBECONFIG=str(cluster.kubeconfig(namespace=NAMESPACE)))
            print(f"{os.cpu_count()} cores, {platform.machine()}; kube-apiserver and kubectl {toolbox.KUBERNETES_VERSION}; "
                  f"medians of {runs} runs in turns.\n")
            return compare(program, toolbox.kubectl(say), environment, runs)
        finally:
            cluster.stop()


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 21) else 1)
