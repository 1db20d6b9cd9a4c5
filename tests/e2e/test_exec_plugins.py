# SPDX-License-Identifier: Apache-2.0
"""Programs that a kubeconfig names for credentials, against the real API server, and beside a real kubectl."""

import base64
import datetime
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from lab.process import until

from desk import PROGRAM, assert_issued, finish, followed, unique
from test_resume import wait_for_records
from user_desk import UNAUTHORIZED, assert_works, config, who_wrote

ONLY_CROWDED = True
API = "client.authentication.k8s.io"
PLUGIN = f"""#!{sys.executable} -IS
import json, os, sys
print(os.environ["KUBERNETES_EXEC_INFO"].strip(), sys.argv[1:], os.environ.get("EXTRA"), file=open(__file__ + ".log", "a"))
sys.stdout.write(open(__file__ + ".json").read())
"""


def write_plugin(folder, version="v1", **status):
    """An exec plugin that answers with this status; each call goes to its log."""
    script = write_script(folder, PLUGIN)
    answer(script, version, **status)
    return script


def write_script(folder, text, name="plugin"):
    script = Path(folder) / name
    script.write_text(text)
    script.chmod(0o755)
    return script


def answer(script, version="v1", **status):
    """What the plugin says from now on; a call that is under way sees the old or the new answer."""
    aside = Path(f"{script}.next")
    aside.write_text(json.dumps({"apiVersion": f"{API}/{version}", "kind": "ExecCredential", "status": status}))
    aside.replace(f"{script}.json")


def calls(script):
    log = Path(f"{script}.log")
    return log.read_text().splitlines() if log.exists() else []


def told(script):
    """What each call had in KUBERNETES_EXEC_INFO."""
    return [json.JSONDecoder().raw_decode(line)[0] for line in calls(script)]


def stanza(script, **more):
    return {"apiVersion": f"{API}/v1", "command": str(script), "interactiveMode": "Never"} | more


def test_exec_plugin_that_gives_a_token_runs_once_a_run(alice, tmp_path):
    script = write_plugin(tmp_path, token=alice.cluster.tokens["alice"][0])
    kubeconfig = config(alice, exec=stanza(script, args=["--for", "lab"], env=[{"name": "EXTRA", "value": "more"}]))

    assert_works(alice, kubeconfig, tmp_path)

    assert len(calls(script)) == 2  # issue and describe
    assert all(line.endswith("['--for', 'lab'] more") for line in calls(script))
    assert told(script) == 2 * [{"apiVersion": f"{API}/v1", "kind": "ExecCredential", "spec": {"interactive": False}}]


def test_exec_plugin_that_gives_a_client_certificate(carol, tmp_path):
    certificate, key = (path.read_text() for path in carol.cluster.client_certificate("carol"))
    script = write_plugin(tmp_path, clientCertificateData=certificate, clientKeyData=key)

    assert_works(carol, config(carol, exec=stanza(script)), tmp_path)


def test_exec_plugin_of_v1beta1(alice, tmp_path):
    script = write_plugin(tmp_path, "v1beta1", token=alice.cluster.tokens["alice"][0])
    user = stanza(script, apiVersion=f"{API}/v1beta1")
    del user["interactiveMode"]  # not needed there

    assert_works(alice, config(alice, exec=user), tmp_path)

    assert told(script) == 2 * [{"apiVersion": f"{API}/v1beta1", "kind": "ExecCredential", "spec": {"interactive": False}}]


def test_exec_plugin_that_answers_in_another_version_sounds_as_with_kubectl(alice, tmp_path):
    script = write_plugin(tmp_path, "v1beta1", token="secret-of-the-plugin")

    result = same_reason_as_kubectl(alice, config(alice, exec=stanza(script)))
    assert "secret-of-the-plugin" not in result.text


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_exec_plugin_is_told_the_cluster_just_as_kubectl_tells_it(alice, tmp_path, version):
    script = write_plugin(tmp_path, version, token=alice.cluster.tokens["alice"][0])
    extension = {"name": f"{API}/exec", "extension": {"audience": "lab", "nested": {"numbers": [1, 2.5], "none": None}}}
    kubeconfig = alice.cluster.kubeconfig(
        "alice", alice.namespace, {"exec": stanza(script, apiVersion=f"{API}/{version}", provideClusterInfo=True)},
        {"tls-server-name": "localhost", "disable-compression": True, "extensions": [extension]})
    result = alice.describe(kubeconfig=kubeconfig)
    alice.cluster.kubectl("get", "events", kubeconfig=kubeconfig)

    assert result.code == 0, str(result)
    ours, theirs = told(script)
    assert ours == theirs
    assert ours["spec"]["cluster"]["server"] == alice.cluster.url
    assert ours["spec"]["cluster"]["config"] == extension["extension"]
    assert base64.b64decode(ours["spec"]["cluster"]["certificate-authority-data"]) == alice.cluster.ca_file.read_bytes()


def test_exec_plugin_whose_token_is_refused(alice, tmp_path):
    script = write_plugin(tmp_path, token="wrong")
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 1 and result.err == UNAUTHORIZED, str(result)


def test_exec_plugin_whose_credential_has_run_out_is_asked_again(alice, tmp_path):
    past = (datetime.datetime.utcnow() - datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    script = write_plugin(tmp_path, token=alice.cluster.tokens["alice"][0], expirationTimestamp=past)
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 0, str(result)
    assert len(calls(script)) > 1


def test_exec_plugin_whose_credential_runs_out_in_the_middle_is_asked_again(make_user_desk, tmp_path, dns):
    desk = make_user_desk("alice", names=[unique("lagging.com")])
    soon = datetime.datetime.utcnow() + datetime.timedelta(seconds=4)
    script = write_plugin(tmp_path, token=desk.cluster.tokens["alice"][0],
                          expirationTimestamp=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    process = desk.start(kubeconfig=config(desk, exec=stanza(script)))
    wait_for_records(process, desk, desk.names, 1)
    assert len(calls(script)) == 1  # a dozen requests, and it has not run out
    answer(script, token=desk.cluster.tokens["alice"][1])
    until(lambda: len(calls(script)) > 1, 40, "the plugin is asked again")
    with followed(dns):
        result = finish(process)

    assert_issued(desk, result, desk.names, tmp_path)
    assert len(calls(script)) == 2  # what it said then holds as long as the process


def test_exec_plugin_is_asked_again_when_its_token_is_refused_in_the_middle(make_user_desk, tmp_path, dns):
    robot = "system:serviceaccount:HERE:robot"
    desk = make_user_desk("alice", robot, names=[unique("lagging.com")])
    mark = desk.cluster.mark()
    script = write_plugin(tmp_path, token=desk.cluster.service_account(desk.namespace, "robot", bound_to="robots-life"))
    process = desk.start(kubeconfig=config(desk, exec=stanza(script)))
    wait_for_records(process, desk, desk.names, 1)
    answer(script, token=desk.cluster.tokens["alice"][0])
    # The token goes with its Secret; the API server, which remembers tokens for 10 s, refuses it from then on.
    desk.cluster.kubectl("delete", "secret", "robots-life", namespace=desk.namespace)
    until(lambda: "alice" in who_wrote(desk, mark), 40, "the plugin's second token is used")
    with followed(dns):
        result = finish(process)

    assert_issued(desk, result, desk.names, tmp_path)
    assert len(calls(script)) == 2
    writers = who_wrote(desk, mark)
    second = writers.index("alice")
    assert second > 0 and set(writers[:second]) == {robot.replace("HERE", desk.namespace)}
    assert set(writers[second:]) == {"alice"}


def same_reason_as_kubectl(desk, kubeconfig):
    """Our result; both could not get credentials for the same reason."""
    ours = desk.describe(kubeconfig=kubeconfig)
    theirs = desk.cluster.kubectl("get", "secrets", kubeconfig=kubeconfig, check=False)
    assert ours.code == 1, str(ours)
    reason = re.search(r"getting credentials: .*", theirs.stderr).group()
    assert reason in ours.err, f"{ours}\n--- kubectl\n{theirs.stderr}"
    return ours


def test_exec_plugin_that_is_not_there_or_fails_sounds_as_with_kubectl(alice, tmp_path):
    failing = write_script(tmp_path, "#!/bin/sh\nexit 7\n", "failing")
    for script in (tmp_path / "none", failing, "plugin-that-nobody-has"):
        same_reason_as_kubectl(alice, config(alice, exec=stanza(script, installHint="get it")))


# ---- the terminal


TALKER = f"""#!/bin/sh
printf 'name: ' >&2
read -r name
printf 'hello %s\\n' "$name" >&2
printf '%s' "$KUBERNETES_EXEC_INFO" >"$0.told"
cat "$0.json"
"""


@pytest.mark.parametrize("mode", ["Always", "IfAvailable", "Never"])
def test_exec_plugin_may_ask_at_a_terminal_unless_it_says_never(alice, tmp_path, mode):
    script = write_script(tmp_path, TALKER)
    answer(script, token=alice.cluster.tokens["alice"][0])
    with terminal() as (ours, theirs):
        os.write(ours, b"dora\n")
        process = subprocess.Popen([str(PROGRAM), "describe", "web", "-n", alice.namespace], stdin=theirs,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=os.environ | alice.environment(
                                       kubeconfig=config(alice, exec=stanza(script, interactiveMode=mode))))
        result = finish(process)

    assert result.code == 0, str(result)
    asks = mode != "Never"
    assert ("name: hello dora\n" if asks else "name: hello \n") in result.err, str(result)
    assert json.loads(Path(f"{script}.told").read_text())["spec"] == {"interactive": asks}


@contextmanager
def terminal():
    """The two ends of one: the person's, the program's."""
    ends = pty.openpty()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


@pytest.mark.parametrize("mode", ["Always", "Sometimes"])
def test_exec_plugin_that_cannot_ask_sounds_as_with_kubectl(alice, tmp_path, mode):
    script = write_plugin(tmp_path, token=alice.cluster.tokens["alice"][0])
    kubeconfig = config(alice, exec=stanza(script, interactiveMode=mode))
    ours = alice.describe(kubeconfig=kubeconfig)
    theirs = alice.cluster.kubectl("get", "secrets", kubeconfig=kubeconfig, check=False)

    assert ours.code == 1, str(ours)
    reason = theirs.stderr.strip().splitlines()[-1].partition(": ")[2]
    assert reason in ours.err, f"{ours}\n--- kubectl\n{theirs.stderr}"
    assert calls(script) == []


# ---- programs that misbehave


def test_exec_plugin_has_no_signal_blocked_or_ignored(alice, tmp_path):
    look = "grep -E '^Sig(Blk|Ign)' /proc/self/status >\"$0.signals\""
    script = write_script(tmp_path, f"#!/bin/sh\n{look}\ncat \"$0.json\"\n")
    answer(script, token=alice.cluster.tokens["alice"][0])
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 0, str(result)
    masks = dict(line.split(":") for line in Path(f"{script}.signals").read_text().splitlines())
    assert int(masks["SigBlk"], 16) == 0
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        assert int(masks["SigIgn"], 16) >> (number - 1) & 1 == 0, number


@pytest.mark.parametrize("deaf", ["", "trap '' TERM INT; "], ids=["ends when told", "must be killed"])
def test_exec_plugin_that_hangs_ends_with_ctrl_c(alice, tmp_path, deaf):
    """As with kubectl, --request-timeout is for requests: a person may be logging in at the plugin's wish."""
    tell = 'echo $$ $! >"$0.next"; mv "$0.next" "$0.pids"'
    script = write_script(tmp_path, f"#!/bin/sh\n{deaf}sleep 300 & {tell}; wait; wait\n")
    process = alice.start("--request-timeout", "1s", kubeconfig=config(alice, exec=stanza(script)))
    until(Path(f"{script}.pids").exists)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    result = finish(process)

    assert result.code == 130, str(result)
    assert time.monotonic() - begun < 10
    for number in Path(f"{script}.pids").read_text().split():
        until(lambda: not Path(f"/proc/{number}").exists() or "(zombie)" in Path(f"/proc/{number}/status").read_text())


def test_exec_plugin_that_floods_is_ended(alice, tmp_path):
    script = write_script(tmp_path, "#!/bin/sh\nexec yes flooded\n")
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 1, str(result)
    assert f"getting credentials: exec: executable {script} printed more than 1048576 bytes" in result.err
    assert "flooded" not in result.text


def test_exec_plugin_that_talks_without_end_is_cut_short_and_does_its_work(alice, tmp_path):
    script = write_script(tmp_path, "#!/bin/sh\nyes chatter | head -c 4000000 >&2\ncat \"$0.json\"\n")
    answer(script, token=alice.cluster.tokens["alice"][0])
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 0, str(result)
    assert 1_000_000 < len(result.err) < 1_200_000


def test_exec_plugin_cannot_command_the_terminal(alice, tmp_path):
    script = write_script(tmp_path, "#!/bin/sh\nprintf '\\033]0;owned\\007\\033[31mred \\302\\233 words\\033[0m\\r\\n' >&2\n"
                                    "cat \"$0.json\"\n")
    answer(script, token=alice.cluster.tokens["alice"][0])
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 0, str(result)
    assert "red" in result.err and "words" in result.err
    assert [c for c in result.err if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160] == []


REPLY = f'{{"kind":"ExecCredential","apiVersion":"{API}/v1",'


@pytest.mark.parametrize("said", ["", "{", "[]", "null", '{"kind":"ExecCredential"}', "\\033[31m",
                                  f'{{"kind":"Secret","apiVersion":"{API}/v1"}}',
                                  REPLY + '"status":{"clientKeyData":"hidden"}}', REPLY + '"status":{"token":["hidden"]}}'])
def test_exec_plugin_that_talks_nonsense(alice, tmp_path, said):
    script = write_script(tmp_path, f"#!/bin/sh\nprintf '{said}'\n")
    result = alice.describe(kubeconfig=config(alice, exec=stanza(script)))

    assert result.code == 1 and "getting credentials: " in result.err, str(result)
    assert "hidden" not in result.text and "\x1b" not in result.text
