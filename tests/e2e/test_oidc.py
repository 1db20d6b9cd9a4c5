# SPDX-License-Identifier: Apache-2.0
"""The auth-provider oidc: id-tokens that a real API server believes, refreshed at an issuer and written back."""

import os
import shutil
import stat
import subprocess

import pytest
import yaml

from desk import PROGRAM, _environment, finish, run
from lab.oidc import PREFIX, SECRET
from user_desk import assert_works, config

ONLY_CROWDED = True


@pytest.fixture
def dora(make_user_desk):
    """The desk of a user whom the API server knows by the issuer's word only."""
    return make_user_desk(f"{PREFIX}dora")


@pytest.fixture
def place(tmp_path):
    """A folder for a kubeconfig and nothing else."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def put(folder, desk, user, mode=0o600):
    """A kubeconfig of the desk's user, with neighbours and things that we do not know."""
    content = yaml.safe_load(config(desk, **user).read_text())
    unknown = {"deep": [1, 2.5, None, "yes", "0123"]}
    content["users"].append({"name": "other", "user": {"token": "stays", "unknown": unknown}})
    content["preferences"] = {"colors": True}
    content["extensions"] = [{"name": "lab", "extension": {"text": "two\nlines: {}\n", "unicode": "žluť"}}]
    path = folder / "config"
    path.write_text("# made by a person\n" + yaml.safe_dump(content, allow_unicode=True))
    path.chmod(mode)
    return path


def tokens(path):
    found = yaml.safe_load(path.read_text())["users"][0]["user"]["auth-provider"]["config"]
    return found["id-token"], found["refresh-token"]


def without_tokens(text):
    content = yaml.safe_load(text)
    for name in ("id-token", "refresh-token"):
        del content["users"][0]["user"]["auth-provider"]["config"][name]
    return content


def expired(oidc):
    """A user's stanza whose id-token has run out, with a refresh token that the issuer takes once."""
    return oidc.provider("dora", oidc.id_token("dora", seconds=-60), oidc.refresh_token("dora"))


def test_a_token_that_holds_is_used_as_it_is(dora, oidc, tmp_path):
    asked = len(oidc.asked)

    assert_works(dora, config(dora, **oidc.provider("dora", oidc.id_token("dora"))), tmp_path)

    assert len(oidc.asked) == asked


def test_a_token_that_has_run_out_is_refreshed_once_and_written_back(dora, oidc, place, tmp_path):
    path, asked = put(place, dora, expired(oidc), mode=0o640), len(oidc.asked)
    before, old, inode = path.read_text(), tokens(path), path.stat().st_ino

    assert_works(dora, path, tmp_path)  # issues and describes: two runs, many requests at once

    assert len(oidc.asked) == asked + 1
    new = tokens(path)
    assert new[0] != old[0] and new[1] != old[1]
    assert new[1] in oidc.grants
    assert without_tokens(path.read_text()) == without_tokens(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_ino != inode  # another file in its place: nobody ever saw half of one
    assert os.listdir(place) == ["config"]
    dora.cluster.kubectl("get", "events", kubeconfig=path)  # kubectl reads what we wrote
    assert len(oidc.asked) == asked + 1


def test_a_token_that_runs_out_within_seconds_is_refreshed_before(dora, oidc, place):
    user = oidc.provider("dora", oidc.id_token("dora", seconds=8), oidc.refresh_token("dora"))
    path, asked = put(place, dora, user), len(oidc.asked)
    result = dora.describe(kubeconfig=path)

    assert result.code == 0, str(result)
    assert len(oidc.asked) == asked + 1


def test_a_token_that_kubectl_wrote_back_is_ours_too(dora, oidc, place):
    path = put(place, dora, expired(oidc))
    dora.cluster.kubectl("get", "events", kubeconfig=path)
    asked, written = len(oidc.asked), path.read_text()
    result = dora.describe(kubeconfig=path)

    assert result.code == 0, str(result)
    assert (len(oidc.asked), path.read_text()) == (asked, written)


def test_a_kubeconfig_that_is_a_link_stays_one(dora, oidc, place, tmp_path):
    path = put(place, dora, expired(oidc))
    (tmp_path / "link").symlink_to(path)
    old = tokens(path)
    result = dora.describe(kubeconfig=tmp_path / "link")

    assert result.code == 0, str(result)
    assert (tmp_path / "link").is_symlink() and tokens(path)[0] != old[0]


def test_two_runs_at_once_leave_a_whole_kubeconfig(dora, oidc, place):
    """Each refreshes with the token that it read; the one that comes second may be told that it is used up."""
    path = put(place, dora, expired(oidc))
    results = [finish(process) for process in [start_describe(dora, path) for _ in range(2)]]

    assert 0 in [result.code for result in results], "\n".join(map(str, results))
    assert tokens(path)[1] in oidc.grants
    assert os.listdir(place) == ["config"]


def describe_command(desk):
    return [str(PROGRAM), "describe", "web", "-n", desk.namespace]


def start_describe(desk, path):
    return subprocess.Popen(describe_command(desk), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=_environment(desk.environment(kubeconfig=path)))


# ---- not written back: a warning, and the run goes on


def test_a_kubeconfig_whose_lock_is_held(dora, oidc, place):
    path = put(place, dora, expired(oidc))
    before = path.read_text()
    (place / "config.lock").touch()
    result = dora.describe(kubeconfig=path)

    assert result.code == 0 and "web" in result.out, str(result)
    warning = f"Warning: could not persist new tokens: {place}/config.lock: somebody else is writing the kubeconfig"
    assert warning in result.err, str(result)
    assert "the refresh token in the kubeconfig may be used up" in result.err
    assert path.read_text() == before
    assert sorted(os.listdir(place)) == ["config", "config.lock"]


def test_a_kubeconfig_in_a_folder_that_cannot_be_written(dora, oidc, place):
    path = put(place, dora, expired(oidc))
    before = path.read_text()
    place.chmod(0o500)
    try:
        result = run([*as_anybody(), *describe_command(dora)], **dora.environment(kubeconfig=path))
    finally:
        place.chmod(0o700)

    assert result.code == 0 and "web" in result.out, str(result)
    assert f"Warning: could not persist new tokens: open {place}/config.lock: permission denied" in result.err
    assert path.read_text() == before
    assert os.listdir(place) == ["config"]


def as_anybody():
    """Before a command: root, too, is stopped by a file's mode."""
    return [shutil.which("setpriv"), "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


# ---- not refreshed


def test_a_refresh_that_is_refused(dora, oidc, place):
    path = put(place, dora, oidc.provider("dora", oidc.id_token("dora", seconds=-60), "used-up-token"))
    before = path.read_text()
    result = dora.describe(kubeconfig=path)

    assert result.code == 1, str(result)
    assert "failed to refresh token: oauth2: " in result.err and "invalid_grant" in result.err
    assert "the refresh token is not known" in result.err and "\x1b" not in result.text
    assert "used-up-token" not in result.text and SECRET not in result.text
    assert path.read_text() == before and os.listdir(place) == ["config"]


def test_a_token_that_has_run_out_and_cannot_be_refreshed_sounds_as_with_kubectl(dora, oidc):
    kubeconfig = config(dora, **oidc.provider("dora", oidc.id_token("dora", seconds=-60)))
    ours = dora.describe(kubeconfig=kubeconfig)
    theirs = dora.cluster.kubectl("get", "events", kubeconfig=kubeconfig, check=False)

    reason = "No valid id-token, and cannot refresh without refresh-token"
    assert reason in theirs.stderr
    assert ours.code == 1 and reason in ours.err, str(ours)


def test_an_issuer_whose_certificate_is_not_trusted_gets_no_token(dora, oidc):
    user = expired(oidc)
    del user["auth-provider"]["config"]["idp-certificate-authority"]
    asked = len(oidc.asked)
    result = dora.describe(kubeconfig=config(dora, **user))

    assert result.code == 1 and "is not trusted" in result.err, str(result)
    assert len(oidc.asked) == asked


def test_tokens_are_not_shown_even_when_all_is_told(dora, oidc, place):
    path = put(place, dora, expired(oidc))
    old = tokens(path)
    result = dora.describe("-v=10", kubeconfig=path)

    assert result.code == 0, str(result)
    assert [token for token in (*old, *tokens(path), SECRET) if token in result.text] == []
