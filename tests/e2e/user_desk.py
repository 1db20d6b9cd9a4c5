# SPDX-License-Identifier: Apache-2.0
"""What the tests of credentials share: kubeconfigs of a desk's user, and what shows that one of them works."""

import json

from desk import assert_issued

UNAUTHORIZED = "error: You must be logged in to the server (Unauthorized)\n"


def config(desk, **credentials):
    return desk.cluster.kubeconfig(desk.user, desk.namespace, credentials)


def assert_works(desk, kubeconfig, folder, *flags, user=None):
    """Issues and describes with this kubeconfig; each request came from that user and was granted."""
    mark, user = desk.cluster.mark(), user or desk.user
    issued = desk.issue(*flags, kubeconfig=kubeconfig)
    described = desk.describe(*flags, kubeconfig=kubeconfig)

    assert_issued(desk, issued, desk.names, folder)
    assert described.code == 0 and "tls.key matches" in described.out, str(described)
    seen = desk.cluster.requests(mark, user)
    assert ("patch", "certificates/status", "web", 200) in seen
    assert [request for request in seen if request[3] in (401, 403)] == []


def who_wrote(desk, mark):
    """Who came with each write in the desk's namespace since the mark, in order; who was not known is left out."""
    with open(desk.cluster.folder / "audit.log") as text:
        text.seek(mark)
        return [event["user"]["username"] for event in map(json.loads, text)
                if event.get("objectRef", {}).get("namespace") == desk.namespace
                and event["verb"] in ("create", "patch", "update") and "username" in event["user"]]
