# SPDX-License-Identifier: Apache-2.0
"""Bare requests to an API server, where a test needs an answer sooner than kubectl gives it."""

import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass

from lab.process import LabError

SUBJECT_REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


@dataclass
class Answer:
    status: int
    body: object  # the JSON of the answer, or its text where it is none

    @property
    def ok(self):
        return self.status // 100 == 2


class Rest:
    """Speaks as the one user whose token it holds."""

    def __init__(self, url, ca_file, token):
        self.url, self.token = url, token
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file)))

    def call(self, method, path, body=None, content_type="application/json"):
        """Any answer is a value; only a connection that fails raises (OSError)."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with self.opener.open(request, timeout=30) as answer:
                return Answer(answer.status, _parsed(answer.read()))
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, _parsed(refused.read()))

    def done(self, method, path, body=None, **more):
        """The body of an answer that must be a success."""
        answer = self.call(method, path, body, **more)
        if not answer.ok:
            raise LabError(f"{method} {path}: {answer.status} {answer.body}")
        return answer.body

    def may(self, user, verb, resource, namespace="", group="", subresource="", name="", groups=()):
        """Whether the API server's own authorizer lets that user do it."""
        attributes = {"verb": verb, "resource": resource, "namespace": namespace, "group": group,
                      "subresource": subresource, "name": name}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
                  "spec": {"user": user, "groups": [*groups, "system:authenticated"], "resourceAttributes": attributes}}
        return self.done("POST", SUBJECT_REVIEWS, review)["status"]["allowed"]


def _parsed(content):
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")
