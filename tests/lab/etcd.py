# SPDX-License-Identifier: Apache-2.0
"""etcd on loopback: where one API server keeps its objects, forgotten with its folder."""

import urllib.error
import urllib.request
from pathlib import Path

from lab import toolbox
from lab.ports import free_port
from lab.process import Server


class Etcd:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.server = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.url, peer = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
        argv = [toolbox.etcd(), "--name", "lab", "--data-dir", self.folder / "data", "--unsafe-no-fsync",
                "--listen-client-urls", self.url, "--advertise-client-urls", self.url,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", f"lab={peer}"]
        self.server = Server(argv, self.folder / "etcd.log").start(self._is_ready, seconds=60)
        return self

    def _is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return b'"true"' in answer.read()
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        if self.server:
            self.server.stop()
