# SPDX-License-Identifier: Apache-2.0
"""A solver webhook made with cert-manager's own library: its resource is `rfc2136`, its config what an Issuer of
cert-manager has below rfc2136."""

import os
import ssl
import urllib.error
import urllib.request

from lab import toolbox
from lab.ports import free_port
from lab.process import Server


class Solver:
    """`cluster` is the ApiServer that it stands behind; `hosts` are the names that its certificate is for."""

    name = "rfc2136"

    def __init__(self, folder, cluster, authority, group, hosts):
        self.folder, self.cluster, self.authority, self.group = folder, cluster, authority, group
        self.hosts = [*hosts, "localhost"]

    def start(self):
        certificate, key = self.authority.issue_server(self.folder, self.hosts)
        self.port, config = free_port(), self.cluster.kubeconfig()
        argv = [toolbox.solver(), f"--secure-port={self.port}", "--bind-address=127.0.0.1", f"--tls-cert-file={certificate}",
                f"--tls-private-key-file={key}", f"--kubeconfig={config}", f"--authentication-kubeconfig={config}",
                f"--authorization-kubeconfig={config}"]
        env = dict(os.environ, GROUP_NAME=self.group, HOME=str(self.folder))
        self.server = Server(argv, self.folder / "solver.log", env).start(self._is_ready, seconds=60)
        return self

    def stop(self):
        self.server.stop()

    def _is_ready(self):
        trust = ssl.create_default_context(cadata=self.authority.pem.decode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
        try:
            with opener.open(f"https://localhost:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
