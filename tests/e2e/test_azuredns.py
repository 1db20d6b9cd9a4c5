# SPDX-License-Identifier: Apache-2.0
"""What only Azure DNS has: clouds, roles on a zone or a group, secrets that end, record sets with more than values."""

import uuid

import pytest
from fakes.azuredns import AzureChinaDns, AzureDns, AzureStackDns

from desk import assert_issued, unique
from provider_desk import record


@pytest.mark.parametrize("cloud", [AzureChinaDns, AzureStackDns], ids=lambda cloud: cloud.__name__.lower())
def test_another_cloud(make_fake, make_user, tmp_path, cloud):
    user, name = make_user(make_fake(cloud)), unique()
    result = user.write([name, f"*.{name}"]).issue()

    assert_issued(user, result, [name, f"*.{name}"], tmp_path)


def test_the_german_cloud_is_closed(make_fake, make_user):
    fake = make_fake(AzureDns)
    fake.environment = "AzureGermanCloud"
    result = make_user(fake).write([unique()]).issue()

    assert result.code != 0 and "2021-10-29" in result.err, str(result)
    assert fake.asked() == []


def test_a_role_on_the_zone_alone_is_enough_with_hosted_zone_name(make_fake, make_user, tmp_path):
    fake, name = make_fake(AzureDns), unique()
    fake.role_zone = "example.com"
    user = make_user(fake)

    dry = user.write([name]).issue("--dry-run")
    result = user.issue()

    assert dry.code == 0, str(dry)
    assert_issued(user, result, [name], tmp_path)


def test_without_hosted_zone_name_the_role_is_missing_on_the_resource_group(make_fake, make_user):
    fake = make_fake(AzureDns)
    user = make_user(fake).write([unique()])
    fake.role_zone = "example.com"
    result = user.issue()

    assert result.code == 1, str(result)
    assert "DNS Zone Contributor" in result.err and f"/resourceGroups/{fake.group}\"" in result.err, str(result)


def test_an_expired_secret_and_the_id_of_one(make_fake, make_user):
    fake = make_fake(AzureDns)
    name, key = "azure-credentials", "client-secret"
    expired = make_user(fake).write([unique()], secrets={name: {key: fake.entra.expired_secret}}).issue()
    mistaken = make_user(fake).write([unique()], secrets={name: {key: str(uuid.uuid4())}}).issue()

    assert expired.code == 1 and "has expired" in expired.err, str(expired)
    assert mistaken.code == 1 and "looks like the secret's ID" in mistaken.err, str(mistaken)


def test_a_neighbours_ttl_and_metadata_survive(make_fake, make_user):
    fake, name = make_fake(AzureDns), unique()
    fake.put(record(name), "x" * 600)
    before = fake.set_of(record(name))
    result = make_user(fake).write([name]).issue()

    assert result.code == 0, str(result)
    assert fake.set_of(record(name)) == before and before[0] == 3600
    assert fake.values(record(name)) == {"x" * 600}


def test_a_whole_run_logs_in_once(make_fake, make_user):
    fake = make_fake(AzureDns)
    result = make_user(fake).write([unique() for _ in range(4)]).issue()

    assert result.code == 0, str(result)
    assert len(fake.asked(lambda request: request.host == fake.hosts[1])) == 1
