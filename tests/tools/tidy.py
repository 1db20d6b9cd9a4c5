# SPDX-License-Identifier: Apache-2.0
"""tidy.py BUILD_DIR CACHE_DIR: clang-tidy over every file of the programs and their tests, in parallel.

A file is not looked at again while all that the compiler sees of it, the command and the checks are
what they were when it passed.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TIDY = "clang-tidy-14"
ROOT = Path(__file__).resolve().parent.parent.parent
TREES = [ROOT / name for name in ("shared", "plugin", "webhook", "tests")]


def fingerprint(entry, checks):
    """The hash of what decides the verdict; None where the file does not even preprocess."""
    command = [word for word in shlex.split(entry["command"]) if word != "ccache" and not word.endswith("/ccache")]
    output = command.index("-o")
    command[output:output + 2] = []
    command[command.index("-c")] = "-E"
    seen = subprocess.run([*command, "-P", "-C"], cwd=entry["directory"], capture_output=True)
    if seen.returncode != 0:
        return None
    digest = hashlib.sha256(checks + seen.stdout)
    digest.update(" ".join(command).replace(str(ROOT), ".").encode())
    return digest.hexdigest()


def judge(entry, build, cache, checks):
    """The complaints about one file; empty when it is clean."""
    key = fingerprint(entry, checks)
    stamp = cache / (key or "none")
    if key and stamp.exists():
        return ""
    done = subprocess.run([TIDY, "--quiet", "--warnings-as-errors=*", "-p", build, entry["file"]],
                          capture_output=True, text=True)
    if done.returncode == 0:
        stamp.touch()
        return ""
    return done.stdout + done.stderr


def main(build, cache):
    cache = Path(cache)
    cache.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    checks = version + (ROOT / ".clang-tidy").read_bytes()
    entries = [entry for entry in json.loads((Path(build) / "compile_commands.json").read_text())
               if any(Path(entry["file"]).is_relative_to(tree) for tree in TREES)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = pool.map(lambda entry: judge(entry, build, cache, checks), entries)
        bad = [text for text in verdicts if text]
    print("".join(bad), end="")
    print(f"{TIDY}: {len(entries) - len(bad)} of {len(entries)} files are clean")
    sys.exit(1 if bad else 0)


main(*sys.argv[1:])
