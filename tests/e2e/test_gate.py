# SPDX-License-Identifier: Apache-2.0
"""Public host names, reached through the proxy of HTTPS_PROXY and trusted by SSL_CERT_FILE."""

import pytest
from lab.proxy import PublicCa

from desk import assert_issued, unique

STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory"


@pytest.fixture
def public(pebble, gate):
    ca = PublicCa(pebble, gate, STAGING).start()
    yield ca
    ca.stop()
    assert ca.errors == []


def test_the_ca_at_its_public_name(make_desk, public, gate, tmp_path):
    desk, names = make_desk(public), [unique()]
    result = desk.write(names).issue(**gate.environment)

    assert_issued(desk, result, names, tmp_path)
    assert set(gate.asked) == {"acme-staging-v02.api.letsencrypt.org:443"}
    assert public.count("directory") == 1


def test_a_public_name_that_nobody_vouches_for(make_desk, public, gate, dns):
    result = make_desk(public).write([unique()]).issue(**gate.environment | {"SSL_CERT_FILE": str(dns.folder / "ca.pem")})

    assert result.code == 1, str(result)
    assert "acme-staging-v02.api.letsencrypt.org" in result.err and "certificate" in result.err, str(result)
    assert public.kinds() == []


def test_a_name_that_the_proxy_does_not_let_through(make_desk, public, gate):
    gate.ways.clear()
    result = make_desk(public).write([unique()]).issue(**gate.environment)

    assert result.code == 1, str(result)
    assert "acme-staging-v02.api.letsencrypt.org" in result.err and "403" in result.err, str(result)
    assert set(gate.errors) == {"the gate refused acme-staging-v02.api.letsencrypt.org:443"}
    gate.errors.clear()
