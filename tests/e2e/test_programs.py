# SPDX-License-Identifier: Apache-2.0
"""The program as a person meets it: found by a real kubectl, its help, its version, the demo."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from desk import PROGRAM, run, unique
from lab import toolbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    """A PATH with the plugin in it and the real kubectl."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kubectl-cert").symlink_to(PROGRAM)
    (tmp_path / "bin" / "kubectl").symlink_to(toolbox.kubectl())
    return f"{tmp_path / 'bin'}:{os.environ['PATH']}"


def kubectl(path, *arguments, **environment):
    return run([path.split(":")[0] + "/kubectl", *arguments], PATH=path, **environment)


def test_kubectl_lists_the_plugin(path):
    listed = run([path.split(":")[0] + "/kubectl", "plugin", "list"], PATH=path.split(":")[0])

    assert listed.code == 0, str(listed)
    assert "kubectl-cert" in listed.out and "warning" not in listed.text.lower()


def test_kubectl_runs_the_plugin(path, desk):
    desk.write([unique()])
    result = kubectl(path, "cert", "issue", "web", "--local", str(desk.folder), *desk.flags())

    assert result.code == 0, str(result)
    assert kubectl(path, "cert", "describe", "web", "--local", str(desk.folder)).code == 0


def test_help_speaks_of_kubectl_cert(path):
    shown = kubectl(path, "cert", "issue", "--help")

    assert shown.code == 0, str(shown)
    assert "kubectl cert issue" in shown.out and "kubectl-cert issue" not in shown.out
    assert "Examples:" in shown.out and "Usage:" in shown.out
    for flag in ("--local", "--dry-run", "--force", "--take-over", "--timeout", "--propagation-timeout", "--dns01-check",
                 "--dns01-recursive-nameservers", "--dns-port", "--acme-ca", "--account-key-type", "--output"):
        assert flag in shown.out


def test_the_version(path):
    shown = json.loads(kubectl(path, "cert", "version", "-o", "json").out)

    assert "0." in str(shown)
    assert kubectl(path, "cert", "version").code == 0


@pytest.mark.parametrize("wrong", [["issue"], ["issue", "web", "--nonsense"], ["nonsense"], ["issue", "a", "b", "c"],
                                   ["issue", "web", "--timeout", "soon"], ["issue", "web", "-o", "xml"],
                                   ["issue", "web", "--local", ".", "--dns01-recursive-nameservers", "ns.test"],
                                   ["validate"], ["describe"]])
def test_wrong_usage(wrong):
    result = run([str(PROGRAM), *wrong])

    assert result.code == 2, str(result)
    assert result.out == "" and result.err.startswith("error: ")
    assert result.err.rstrip().endswith("-h' for help and examples")


def test_data_on_stdout_and_talk_on_stderr(desk):
    result = desk.write([unique()]).issue("-o", "json", "-v", "9")

    assert result.code == 0, str(result)
    json.loads(result.out)
    assert result.err


def test_no_colour_and_no_cursor_in_a_pipe(desk):
    result = desk.write([unique()]).issue()

    assert result.code == 0 and "\x1b" not in result.text and "\r" not in result.text


def test_stdin_is_validated(desk):
    desk.write([unique()])
    text = "---\n".join(file.read_text() for file in desk.folder.glob("*.yaml"))
    done = subprocess.run([str(PROGRAM), "validate", "-f", "-"], input=text, capture_output=True, text=True, timeout=30)

    assert done.returncode == 0, done.stderr


def files_of_the_clone():
    return {str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.relative_to(ROOT).parts[0] not in ("build", ".git")}


def test_the_demo_twice_at_once_from_another_folder(tmp_path):
    before = files_of_the_clone()
    runs = [subprocess.Popen([str(ROOT / "tests" / "demo")], cwd=tmp_path, stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    told = [process.communicate(timeout=1500)[0] for process in runs]

    for process, text in zip(runs, told):
        assert process.returncode == 0, text
        assert "certificate.certmanager.k8s.io/example-com issued" in text
        assert "Stopped the CA and the DNS server." in text
        assert "$ kubectl-cert issue example-com" in text
    assert files_of_the_clone() == before
    assert list(tmp_path.iterdir()) == []
