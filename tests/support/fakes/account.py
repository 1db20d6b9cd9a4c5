# SPDX-License-Identifier: Apache-2.0
"""The adapter: what the common scenarios (tests/e2e/test_providers.py) need to know of a fake."""

from fakes.base import FakeService


class Account(FakeService):
    """One user's account with a service. Names are fully qualified, without the final dot.

    `told_wrong` and `told_forbidden` are the words that our program must say of credentials that the
    service does not know, and of those that may read and not write. `forbidden_before`: the service
    tells without a change that these may not write. `writes`: the most requests that change one zone's
    records in a run, where the service takes them together. `lacks`: what the service does not have and
    no scenario can show: "zones" (a list of them), "pages", "neighbours" (values of others at a name),
    "permissions" (to read and not to write), "removal".
    """

    told_wrong = ()
    told_forbidden = ()
    forbidden_before = True
    writes = None
    lacks = frozenset()
    told_again = None  # what the service says to a value that is added and is there; None: nothing

    def stanza(self):
        """The provider's entry in an Issuer, without its name: {"cloudflare": {…}}."""
        raise NotImplementedError

    def secrets(self):
        """The Secrets that the stanza refers to: name → {key: text}."""
        raise NotImplementedError

    def wrong_secrets(self):
        """The same, well formed, of nobody's account."""
        raise NotImplementedError

    def mistakes(self):
        """What people store in place of the secret: name → (Secrets, the words that our program says)."""
        return {}

    def private(self):
        """The texts that no output may show; of a key of several lines, each line."""
        kinds = [self.secrets(), self.wrong_secrets(), *(secrets for secrets, _ in self.mistakes().values())]
        return [text for kind in kinds for keys in kind.values() for text in keys.values()]

    def forbid_writing(self, forbidden=True):
        """From now on the right credentials may read and not write; False: they may again."""
        raise NotImplementedError

    def values(self, name):
        """The TXT values that the service holds at the name, as a set."""
        raise NotImplementedError

    def put(self, name, value):
        """Another client adds a TXT value, as a person does on the service's own pages."""
        raise NotImplementedError

    def take(self, name, value):
        """Another client removes that TXT value of its own."""
        raise NotImplementedError

    def fill(self, name):
        """More zones than one page lists, and more records than one page lists where our program
        looks for those of the name; all of others. Returns the values now at the name."""
        raise NotImplementedError

    def zone_count(self):
        """How many zones the account holds now."""
        raise NotImplementedError

    def login(self, wrong=False):
        """What the official SDK's client is made with: keyword → value."""
        raise NotImplementedError

    def is_write(self, request):
        """Whether the request changes records."""
        return request.method in ("POST", "PUT", "PATCH", "DELETE")

    def is_ours(self, request):
        """Whether the request is one that a fault may hit: not a login at another host."""
        return request.host == self.hosts[0]
