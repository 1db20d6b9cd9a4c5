# SPDX-License-Identifier: Apache-2.0
"""A desk whose records go through a DNS service, reached at its public name."""

from desk import Desk


class ProviderDesk(Desk):
    """`fake` is the service (tests/support/fakes). No output may show what the service keeps private."""

    def __init__(self, folder, dns, ca, gate, fake):
        super().__init__(folder, dns, ca)
        self.fake, self.environment = fake, gate.environment | fake.variables

    def write(self, names, secrets=None, certificate=None, others=()):
        """`secrets`: others than the account's own; `others`: further entries of the Issuer's list."""
        providers = [{"name": "our-dns"} | self.fake.stanza(), *others]
        super().write(names, certificate, issuer={"acme": {"dns01": {"providers": providers}}})
        for name, keys in (secrets or self.fake.secrets()).items():
            self.put(f"secret-{name}", "Secret", name, stringData=keys)
        return self

    def issue(self, *more, seconds=90, **environment):
        return self.silent(super().issue(*more, seconds=seconds, **environment))

    def silent(self, result):
        for text in self.fake.private():
            assert text not in result.text, "a secret was shown"
        assert "runtime error" not in result.err and "AddressSanitizer" not in result.err, str(result)
        return result


def record(name):
    """The name of the record that proves control over a name."""
    return f"_acme-challenge.{name.removeprefix('*.')}"
