# SPDX-License-Identifier: Apache-2.0
"""Programs that Debian does not have in the version the tests need: built once with Go, then cached;
and a Python that has the official SDKs of DNS services.

They lie in ${XDG_CACHE_HOME:-~/.cache}/kubectl-cert/NAME-VERSION/. A lock makes a second copy of
the tests wait for the first one's build; a build goes to its place by rename, whole or not at all.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from lab.process import LabError

PEBBLE_VERSION = "2.10.1"
KUBERNETES_VERSION = "1.34.4"
KUBERNETES_PROGRAMS = ("kube-apiserver", "kubectl")
GO_VERSION = "1.24.13"  # taken when the machine has no Go of at least OLDEST_GO
OLDEST_GO = (1, 24)
TOOLS = Path(__file__).resolve().parent.parent / "tools"
KUBERNETES_MODULE = TOOLS / "apiserver"
SOLVER_MODULE = TOOLS / "solver"
SDK_REQUIREMENTS = TOOLS / "python-requirements.txt"


def cache():
    """The folder for what is dear to make; several copies of the tests share it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "kubectl-cert"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pebble(say=print):
    """The path of Pebble in the version of the tests."""
    def build(folder):
        _run([_go(say), "install", f"github.com/letsencrypt/pebble/v2/cmd/pebble@v{PEBBLE_VERSION}"],
             dict(os.environ, GOBIN=str(folder)))
    return _cached("pebble", PEBBLE_VERSION, build, say, ("pebble",)) / "pebble"


def kubectl(say=print):
    """The path of kubectl; $KUBEBUILDER_ASSETS comes first, as in controller-runtime's envtest."""
    return _kubernetes("kubectl", say)


def apiserver(say=print):
    """The path of kube-apiserver, from where kubectl comes from."""
    return _kubernetes("kube-apiserver", say)


def etcd(_say=print):
    """The path of etcd: envtest's, else Debian's."""
    for place in (os.environ.get("KUBEBUILDER_ASSETS"), "/usr/bin", "/usr/local/bin"):
        if place and (Path(place) / "etcd").exists():
            return Path(place) / "etcd"
    raise LabError("etcd is not installed (apt-get install etcd-server)")


def sdk_python(say=print):
    """The path of a Python that can import the SDKs; each file of theirs is checked against its hash."""
    def build(folder):
        _run(["/usr/bin/python3", "-m", "venv", folder], dict(os.environ))
        _run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
              "--only-binary", ":all:", "--require-hashes", "--requirement", SDK_REQUIREMENTS], dict(os.environ))
    version = hashlib.sha256(SDK_REQUIREMENTS.read_bytes()).hexdigest()[:12]
    return _cached("sdks", version, build, say, ("bin/python",)) / "bin" / "python"


def solver(say=print):
    """The path of a solver webhook that is made with cert-manager's own library."""
    def build(folder):
        _run([_go(say), "build", "-C", SOLVER_MODULE, "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o",
              folder / "solver", "."], dict(os.environ))
    sources = b"".join((SOLVER_MODULE / name).read_bytes() for name in ("go.mod", "go.sum", "main.go"))
    return _cached("solver", hashlib.sha256(sources).hexdigest()[:12], build, say, ("solver",)) / "solver"


def _kubernetes(name, say):
    given = Path(os.environ.get("KUBEBUILDER_ASSETS", "/nonexistent")) / name
    if given.exists():
        return given

    def build(folder):
        flags = f"-s -w -X k8s.io/component-base/version.gitVersion=v{KUBERNETES_VERSION}"
        _run([_go(say), "build", "-C", KUBERNETES_MODULE, "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", folder,
              *(f"k8s.io/kubernetes/cmd/{program}" for program in KUBERNETES_PROGRAMS)], dict(os.environ))
    return _cached("kubernetes", KUBERNETES_VERSION, build, say, KUBERNETES_PROGRAMS) / name


def _cached(name, version, build, say, programs):
    """The folder that holds the programs, which one build makes together."""
    place = cache() / f"{name}-{version}"
    with _lock(f"{name}-{version}"):
        if not all((place / program).exists() for program in programs):
            say(f"building {name} {version} (kept in {place})")
            with tempfile.TemporaryDirectory(dir=cache(), prefix=".building-") as folder:
                made = Path(folder) / "bin"
                made.mkdir()
                build(made)
                shutil.rmtree(place, ignore_errors=True)
                os.rename(made, place)
    return place


@contextmanager
def _lock(name):
    with open(cache() / f".{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _go(say):
    """A Go that is new enough: the machine's, else one that the machine's older Go downloads."""
    older = None
    for go in (shutil.which("go"), "/usr/local/go/bin/go", "/usr/lib/go/bin/go", "/usr/bin/go"):
        version = _go_version(go)
        if version and version >= OLDEST_GO:
            return go
        older = older or (version and go)
    if not older:
        raise LabError("no Go on this machine (apt-get install golang-go is enough: it fetches a newer one)")
    return _newer_go(older, say)


def _go_version(go):
    if not go or not os.path.exists(go):
        return None
    text = subprocess.run([go, "version"], capture_output=True, text=True,
                          env=dict(os.environ, GOTOOLCHAIN="local")).stdout
    found = re.search(r"go(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def _newer_go(older, say):
    """Go's own way to a newer Go: the toolchain is a module, checked against the checksum database.

    A go older than 1.21 does not switch by itself, but it can download the module; its files come
    without the right to be executed.
    """
    place = cache() / f"go-{GO_VERSION}"
    with _lock(f"go-{GO_VERSION}"):
        if not (place / "bin" / "go").exists():
            say(f"fetching Go {GO_VERSION} (kept in {place})")
            architecture = subprocess.run([older, "env", "GOARCH"], capture_output=True, text=True).stdout.strip()
            with tempfile.TemporaryDirectory(dir=cache(), prefix=".building-") as folder:
                env = dict(os.environ, GOPATH=folder, GOFLAGS="-modcacherw")
                module = f"golang.org/toolchain@v0.0.1-go{GO_VERSION}.linux-{architecture}"
                _run([older, "mod", "download", module], env, cwd=folder)
                toolchain = Path(folder) / "pkg" / "mod" / module
                for program in (*toolchain.glob("bin/*"), *toolchain.glob("pkg/tool/*/*")):
                    program.chmod(0o755)
                os.rename(toolchain, place)
    return str(place / "bin" / "go")


def _run(argv, env, cwd=None):
    done = subprocess.run([str(a) for a in argv], env=env, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"{' '.join(map(str, argv))}: exit {done.returncode}\n{done.stderr[-3000:]}")
