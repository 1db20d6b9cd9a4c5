# SPDX-License-Identifier: Apache-2.0
"""python3 tests/lab up DIR     start BIND and Pebble, write DIR/lab.env when both answer, stop on SIGTERM
python3 tests/lab tools      build what the tests need and Debian lacks, say where it lies
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lab import toolbox  # noqa: E402
from lab.bind import UPDATER, Bind  # noqa: E402
from lab.pebble import Pebble, debian_pebble  # noqa: E402
from lab.process import LabError  # noqa: E402


def up(folder):
    stop = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    bind = Bind(folder).start()
    pebble = Pebble(debian_pebble(), folder / "pebble", bind).start()
    try:
        lines = {"ACME_SERVER": pebble.url, "ACME_CA": pebble.ca_file, "NAMESERVER": f"127.0.0.1:{bind.port}",
                 "DNS_PORT": bind.port, "TSIG_KEY_NAME": UPDATER, "TSIG_KEY": bind.secrets[UPDATER]}
        written = folder / "lab.env.part"
        written.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
        os.rename(written, folder / "lab.env")
        signal.sigwait(stop)
    finally:
        pebble.stop()
        bind.stop()


def say(text):
    print(text, flush=True)


def main(arguments):
    try:
        if arguments[:1] == ["up"] and len(arguments) == 2:
            up(Path(arguments[1]))
        elif arguments == ["tools"]:
            for build in (toolbox.pebble, toolbox.apiserver, toolbox.kubectl, toolbox.etcd, toolbox.solver, toolbox.sdk_python):
                say(build(say))
        else:
            sys.exit(__doc__)
    except LabError as failure:
        sys.exit(f"lab: {failure}")


main(sys.argv[1:])
