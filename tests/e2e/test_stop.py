# SPDX-License-Identifier: Apache-2.0
"""Stopped by a person or by the clock: records removed, the order kept, the exit code documented."""

import os
import re
import signal
import time

import pytest

from desk import assert_issued, finish, followed, unique
from test_resume import orders_made, wait_for_records


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_waiting_for_propagation(proxied, proxy, tmp_path, dns, sent):
    names = [unique("lagging.com"), unique("lagging.com")]
    process = proxied.write(names).start()
    wait_for_records(process, proxied, names, 2)
    told = proxied.describe()
    assert f"A run is under way, by user {os.getuid()}, process {process.pid} on " in told.out, told
    assert "kubectl-cert issue" not in told.out and "kubectl cert issue" not in told.out
    process.send_signal(sent)
    stopped = finish(process)

    assert stopped.code == 130, str(stopped)
    assert re.search(r"Stopped\. 2 TXT records removed\. The order is kept: run the same command to go on with it "
                     r"\(until \d{4}-\d\d-\d\d\)\.", stopped.err), stopped
    for name in names:
        assert re.search(rf"^{re.escape(name)} +stopped +\d+s$", stopped.err, re.MULTILINE), stopped
    assert " failed " not in stopped.err
    assert proxied.left_records(names) == set()
    with followed(dns):
        result = proxied.issue()
    assert_issued(proxied, result, names, tmp_path)
    assert orders_made(proxy) == 1


def test_stopped_before_anything_was_placed(proxied, proxy):
    held = []
    proxy.fault(lambda x: (held[0].send_signal(signal.SIGINT), time.sleep(0.5), x.reply(x.forward())), "new-order")
    held.append(proxied.write([unique()]).start())
    stopped = finish(held[0])

    assert stopped.code == 130, str(stopped)
    assert "Stopped." in stopped.err


def test_the_propagation_timeout_tells_what_each_server_answered(proxied):
    name = unique("lagging.com")
    result = proxied.write([name]).issue("--propagation-timeout", "2s")

    assert result.code in (1, 124), str(result)
    assert 2 <= result.seconds < 20
    assert "ns2.lagging.com" in result.err and "no such name" in result.err
    told = proxied.describe()
    assert re.search(r"^ +\S*ns2\.lagging\.com.*no such name", told.out, re.MULTILINE) and "\\n" not in told.out, told
    assert proxied.left_records([name]) == set()


def test_the_timeout_bounds_a_run(proxied, proxy):
    name = unique("lagging.com")
    result = proxied.write([name]).issue("--timeout", "3s")

    assert result.code == 124, str(result)
    assert 2.5 <= result.seconds < 20
    assert re.search(rf"^{re.escape(name)} +timed out +\d+s$", result.err, re.MULTILINE), result
    first = proxied.describe().out.splitlines()[1]
    assert "timed out after 3s" in first and "ns2.lagging.com" in first
    assert proxied.left_records([name]) == set()


def test_a_second_server_that_lags_is_waited_for(proxied, proxy, tmp_path, dns):
    names = [unique("lagging.com")]
    process = proxied.write(names).start()
    wait_for_records(process, proxied, names, 1)
    time.sleep(1)
    assert proxy.count("challenge") == 0
    dns.catch_up()
    result = finish(process)

    assert_issued(proxied, result, names, tmp_path)
    assert "1 of 2" in result.err
