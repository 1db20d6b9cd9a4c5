# SPDX-License-Identifier: Apache-2.0
"""--dns01-exec: a person's own program in the place of a DNS provider, called as lego's exec provider calls one."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from lab.process import until

from desk import _environment, assert_issued, finish, merged, unique

# Tells how it was called, and does what it is asked for by an UPDATE of its own (RFC 2136).
UPDATER = """#!{python}
import json, os, sys
import dns.query, dns.tsigkeyring, dns.update

with open({log!r}, "a") as log:
    log.write(json.dumps([sys.argv, os.environ.get("MY_TOKEN"), sys.stdin.read()]) + "\\n")
action, name, value = sys.argv[1:]
zone = ".".join(name.split(".")[-3:])
update = dns.update.Update(zone, keyring=dns.tsigkeyring.from_text({{"lab-key": {key!r}}}), keyalgorithm="hmac-sha256")
text = '"' + value + '"'
if action == "present":
    update.add(dns.name.from_text(name), 60, "TXT", text)
elif action == "cleanup":
    update.delete(dns.name.from_text(name), "TXT", text)
else:
    sys.exit(64)
sys.exit(dns.query.tcp(update, "127.0.0.1", timeout=5, port={port}).rcode())
"""


class Program:
    """A script in a folder of its own, and the calls that it noted."""

    def __init__(self, folder, text, name="set-txt"):
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self.log = folder / name, folder / "calls"
        self.path.write_text(text)
        self.path.chmod(0o755)

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def calls(self):
        """The arguments of each call."""
        return [line[0][1:] for line in self.lines()]

    def flag(self, provider="our-dns"):
        return f"--dns01-exec={provider}={self.path}"


@pytest.fixture
def make_updater(tmp_path, dns):
    def make(folder=tmp_path / "own", name="set-txt"):
        text = UPDATER.format(python=sys.executable, log=str(folder / "calls"), key=dns.secrets["lab-key"], port=dns.port)
        return Program(folder, text, name)
    return make


@pytest.fixture
def updater(make_updater):
    return make_updater()


@pytest.fixture
def make_shell(tmp_path):
    """A program of sh; what it notes in $CALLS is one JSON line a call."""
    def make(text, name="set-txt"):
        folder = tmp_path / "own"
        return Program(folder, f"#!/bin/sh\nCALLS='{folder / 'calls'}'\nNAME=\"$2\"\n"
                               'note() { printf \'[["%s","%s","%s","%s"]]\\n\' "$0" "$1" "$NAME" "$2" >> "$CALLS"; }\n'
                               f'note "$1" "$3"\n{text}\n', name)
    return make


@pytest.fixture
def keyless(desk):
    """A desk whose Issuer refers to a Secret that is not there."""
    def write(names, **more):
        desk.write(names, **more)
        (desk.folder / "secret.yaml").unlink()
        return desk
    return write


def test_apex_and_wildcard_by_a_program_without_the_stanzas_secret(keyless, updater, tmp_path):
    apex = unique()
    desk = keyless([apex, f"*.{apex}"])
    result = desk.issue(updater.flag())

    assert_issued(desk, result, [apex, f"*.{apex}"], tmp_path)
    assert desk.secret("dns-key") is None
    calls = updater.calls()
    assert [call[0] for call in calls] == ["present", "present", "cleanup", "cleanup"]
    assert {call[1] for call in calls} == {f"_acme-challenge.{apex}."}
    values = [call[2] for call in calls]
    assert len(set(values)) == 2 and set(values[:2]) == set(values[2:]) and all(len(value) == 43 for value in values)


def test_names_of_two_zones_by_a_program(keyless, updater, tmp_path):
    names = [unique(), unique("example.org"), unique()]
    desk = keyless(names)

    assert_issued(desk, desk.issue(updater.flag()), names, tmp_path)
    assert len(updater.calls()) == 6


def test_a_program_gets_the_persons_environment_and_no_input(keyless, updater):
    result = keyless([unique()]).issue(updater.flag(), MY_TOKEN="hush-hush")

    assert result.code == 0 and "hush-hush" not in result.text, str(result)
    assert [line[1:] for line in updater.lines()] == [["hush-hush", ""], ["hush-hush", ""]]


def test_without_the_flag_the_stanza_counts(keyless, updater):
    result = keyless([unique()]).issue()

    assert result.code == 3 and "dns-key" in result.err, str(result)
    assert updater.calls() == []


def test_other_providers_of_the_issuer_keep_their_stanza(desk, updater, tmp_path):
    names = [unique(), unique("example.org")]
    providers = [{"name": "our-dns", "rfc2136": desk.rfc2136()},
                 {"name": "by-program", "rfc2136": merged(desk.rfc2136(), {"tsigSecretSecretRef": {"name": "no-secret"}})}]
    config = [{"dns01": {"provider": "our-dns"}, "domains": names[:1]},
              {"dns01": {"provider": "by-program"}, "domains": names[1:]}]
    desk.write(names, issuer={"acme": {"dns01": {"providers": providers}}}, certificate={"acme": {"config": config}})
    result = desk.issue(updater.flag("by-program"))

    assert_issued(desk, result, names, tmp_path)
    assert {call[1] for call in updater.calls()} == {f"_acme-challenge.{names[1]}."}


def test_a_value_that_begins_with_a_dash_is_an_argument_like_any_other(keyless, updater, dns):
    """Digests may begin so. Here it is one that an earlier run left: it stands in the DNS and in the status."""
    name, value = unique(), "-e" + 40 * "x" + "A"
    desk = keyless([name])
    owner = f"_acme-challenge.{name}"
    dns.add("example.com", owner.removesuffix(".example.com"), "TXT", f'"{value}"')
    file = desk.folder / "certificate.yaml"
    document = yaml.safe_load(file.read_text())
    document["status"] = {"acme": {"records": [{"provider": "our-dns", "solver": "rfc2136", "zone": "example.com.",
                                                "name": f"{owner}.", "value": value, "domain": name}]}}
    file.write_text(yaml.safe_dump(document))
    result = desk.issue(updater.flag())

    assert result.code == 0, str(result)
    assert ["cleanup", f"{owner}.", value] in updater.calls()
    assert desk.left_records([name]) == set()


def test_a_program_that_fails_is_told_with_its_code_and_the_end_of_what_it_said(keyless, make_shell):
    name = unique()
    program = make_shell("yes filler | head -c 100000 >&2; printf '\\033[31mno such zone\\007\\n' >&2; echo chatter; exit 7")
    desk = keyless([name])
    result = desk.issue(program.flag())

    assert result.code == 1, str(result)
    assert 'DNS provider "our-dns"' in result.err
    assert f"{program.path} present _acme-challenge.{name}.: exit code 7: " in result.err
    assert r"\x1b[31mno such zone\x07" in result.err and "\x1b" not in result.err
    assert len(result.err) < 20000 and "chatter" not in result.text
    assert [call[0] for call in program.calls()] == ["present", "cleanup"]


def test_a_program_that_a_signal_ends_is_told_so(keyless, make_shell):
    result = keyless([unique()]).issue(make_shell("kill -SEGV $$").flag())

    assert result.code == 1 and "a signal ended it" in result.err, str(result)


def test_a_zone_whose_program_fails_does_not_keep_the_others_records(keyless, make_updater, tmp_path):
    names = [unique(), unique("example.org")]
    updater = make_updater()
    wrapper = Program(tmp_path / "wrap", f"#!/bin/sh\ncase $2 in *.org.) exit 5;; esac\nexec '{updater.path}' \"$@\"\n")
    desk = keyless(names)
    result = desk.issue(wrapper.flag())

    assert result.code == 1 and "exit code 5" in result.err and names[1] in result.err, str(result)
    assert [call[:2] for call in updater.calls()] == [[word, f"_acme-challenge.{names[0]}."] for word in ("present", "cleanup")]
    assert desk.left_records(names) == set()


def test_a_program_that_is_not_there(keyless, tmp_path):
    result = keyless([unique()]).issue(f"--dns01-exec=our-dns={tmp_path}/no-such-program")

    assert result.code == 1, str(result)
    assert f"{tmp_path}/no-such-program" in result.err and "no such file or directory" in result.err


def test_a_file_that_is_no_program(keyless, tmp_path):
    (tmp_path / "notes").write_text("no program")
    result = keyless([unique()]).issue(f"--dns01-exec=our-dns={tmp_path}/notes")

    assert result.code == 1 and "permission denied" in result.err, str(result)


def test_a_bare_name_is_a_program_of_path(keyless, updater, tmp_path):
    names = [unique()]
    desk = keyless(names)
    result = desk.issue("--dns01-exec", "our-dns=set-txt", PATH=f"{updater.path.parent}:{os.environ['PATH']}")

    assert_issued(desk, result, names, tmp_path)
    assert len(updater.calls()) == 2


def test_a_bare_name_that_is_not_in_path_is_wrong_usage(keyless, updater):
    result = keyless([unique()]).issue("--dns01-exec=our-dns=set-txt")

    assert result.code == 2 and "--dns01-exec: no program set-txt in PATH" in result.err, str(result)
    assert updater.calls() == []


def test_a_program_for_a_provider_that_the_issuer_does_not_have_is_wrong_usage(keyless, updater):
    result = keyless([unique()]).issue(updater.flag("other-dns"))

    assert result.code == 2, str(result)
    assert '--dns01-exec: the issuer has no DNS provider "other-dns"; it has: our-dns' in result.err
    assert updater.calls() == []


@pytest.mark.parametrize("text", ["our-dns", "our-dns=", "=./set-txt"])
def test_what_is_not_name_and_program_is_wrong_usage(keyless, text):
    result = keyless([unique()]).issue("--dns01-exec", text)

    assert result.code == 2 and "must be NAME=PROGRAM" in result.err, str(result)


def test_no_shell_sees_the_path_of_the_program(keyless, make_updater, tmp_path):
    updater = make_updater(tmp_path / "a b;touch touched;$(touch touched) '*' `touch touched`|", "set txt&touch touched")
    names = [unique()]
    desk = keyless(names)
    process = subprocess.run(desk.issue_command(updater.flag()), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=90, cwd=tmp_path, env=_environment({}))

    assert process.returncode == 0, process.stderr
    assert len(updater.calls()) == 2
    assert [path for path in tmp_path.rglob("touched")] == []


def test_the_program_may_lie_in_the_folder_where_the_person_is(keyless, updater):
    process = subprocess.run(keyless([unique()]).issue_command("--dns01-exec=our-dns=./set-txt"), stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=90, cwd=updater.path.parent, env=_environment({}))

    assert process.returncode == 0 and len(updater.calls()) == 2, process.stderr


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


HANGING = 'test "$1" = cleanup && exit 0\n{}echo $$ > "$CALLS.pid"\nwhile :; do sleep 1; done'


@pytest.mark.parametrize("stubborn", ["", "trap '' TERM INT\n"])
def test_ctrl_c_ends_the_program_and_cleans_up(keyless, make_shell, stubborn):
    name = unique()
    program = make_shell(HANGING.format(stubborn))
    process = keyless([name]).start(program.flag())
    pid = int(until(lambda: (file := Path(f"{program.log}.pid")).exists() and file.read_text().strip(), what="it hangs"))
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    stopped = finish(process)

    assert stopped.code == 130 and "Stopped." in stopped.err, str(stopped)
    assert time.monotonic() - begun < 15 and not alive(pid)
    calls = program.calls()
    assert [call[0] for call in calls] == ["present", "cleanup"] and calls[0][1:] == calls[1][1:]


def test_a_program_that_hangs_is_bounded_by_the_timeout(keyless, make_shell):
    program = make_shell(HANGING.format(""))
    result = keyless([unique()]).issue(program.flag(), "--timeout", "3s")

    assert result.code == 124 and result.seconds < 20, str(result)
    assert "timed out after 3s" in result.err
    assert not alive(int(Path(f"{program.log}.pid").read_text()))
    assert [call[0] for call in program.calls()] == ["present", "cleanup"]


@pytest.mark.parametrize("kind", ["client", "server"])
def test_a_dry_run_does_not_run_the_program(keyless, updater, kind):
    result = keyless([unique()]).issue(updater.flag(), f"--dry-run={kind}")

    assert result.code == 0, str(result)
    assert updater.calls() == []


@pytest.mark.parametrize("stanza", [{"exec": {"program": "PROGRAM"}}, {"dns01-exec": "PROGRAM"}, {"program": "PROGRAM"},
                                    {"webhook": {"groupName": "a.b", "solverName": "exec", "config": {"program": "PROGRAM"}}}])
def test_an_issuer_cannot_name_a_program(desk, updater, stanza):
    named = json.loads(json.dumps(stanza).replace("PROGRAM", str(updater.path)))
    providers = [{"name": "our-dns"} | named]
    result = desk.write([unique()], issuer={"acme": {"dns01": {"providers": providers}}}).issue()

    assert result.code in (1, 3), str(result)
    assert updater.calls() == []


def test_a_providers_name_is_no_flag(desk, updater):
    """Names come from the cluster: one that looks like the flag's value is a name and nothing more."""
    name = f"our-dns={updater.path}"
    config = [{"dns01": {"provider": name}, "domains": ["x.example.com"]}]
    desk.write(["x.example.com"], issuer={"acme": {"dns01": {"providers": [{"name": name, "rfc2136": desk.rfc2136()}]}}},
               certificate={"acme": {"config": config}})
    desk.issue("--dry-run")

    assert updater.calls() == []
