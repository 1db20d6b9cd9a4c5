# SPDX-License-Identifier: Apache-2.0
"""Killed at any moment and started again: one order, both keys kept, no record left."""

import signal
import time

import pytest

from desk import PROGRAM, assert_issued, finish, run, unique

# Every request of a run for two names; `order` is asked for more than once.
MOMENTS = [(kind, nth) for kind, most in (("directory", 1), ("nonce", 1), ("new-account", 1), ("new-order", 1), ("authz", 2),
                                          ("challenge", 2), ("order", 2), ("finalize", 1), ("cert", 1))
           for nth in range(1, most + 1)]


def kill_at(desk, proxy, kind, nth, when):
    """Starts the program and kills it at that request; how it ended."""
    held = []

    def act(exchange):
        if when == "after":
            exchange.forward()
        held[0].kill()
        held[0].wait()
        exchange.cut()
    proxy.fault(act, kind, nth)
    held.append(desk.start())
    return finish(held[0])


def orders_made(proxy):
    return sum(e.kind == "new-order" and e.status == 201 for e in proxy.exchanges)


def accounts_made(proxy):
    return sum(e.kind == "new-account" and e.status == 201 for e in proxy.exchanges)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind,nth", MOMENTS)
def test_killed_at_a_request(proxied, proxy, tmp_path, kind, nth, when):
    names = [unique(), unique("example.org")]
    killed = kill_at(proxied.write(names), proxy, kind, nth, when)
    assert killed.code == -signal.SIGKILL or (kind, nth) == ("order", 2), str(killed)
    account = proxied.secret("account")
    result = proxied.issue()

    assert_issued(proxied, result, names, tmp_path)
    orphan = (kind, when) == ("new-order", "after")
    assert orders_made(proxy) == (2 if orphan else 1), proxy.kinds()
    assert accounts_made(proxy) == 1
    assert account is None or proxied.secret("account") == account


def changes(folder):
    """What a look at the folder sees; differs whenever a file was written, renamed or removed."""
    found = []
    for place in (folder, folder / ".kubectl-cert"):
        if place.exists():
            for file in place.iterdir():
                try:
                    state = file.stat()
                except FileNotFoundError:
                    continue
                found.append((file.name, state.st_ino, state.st_mtime_ns, state.st_size))
    return sorted(found)


def kill_at_write(desk, number):
    """Kills the program once it has changed its files that many times."""
    process, seen, count = desk.start(), changes(desk.folder), 0
    while process.poll() is None and count < number:
        now = changes(desk.folder)
        if now != seen:
            seen, count = now, count + 1
    process.kill()
    return finish(process)


@pytest.mark.parametrize("number", range(1, 15))
def test_killed_after_a_write(proxied, proxy, tmp_path, number):
    names = [unique(), f"*.{unique()}"]
    kill_at_write(proxied.write(names), number)
    made = orders_made(proxy)
    account = proxied.secret("account")
    result = proxied.issue()

    assert_issued(proxied, result, names, tmp_path)
    assert orders_made(proxy) <= max(1, made + 1) and (made == 0 or orders_made(proxy) <= 2)
    assert account is None or proxied.secret("account") == account


@pytest.mark.parametrize("moment", ["present", "removed"])
def test_killed_when_the_records_change(proxied, proxy, tmp_path, moment):
    names = [unique(), unique()]
    process = proxied.write(names).start()
    wait_for_records(process, proxied, names, 2)
    if moment == "removed":
        wait_for_records(process, proxied, names, 0)
    process.kill()
    finish(process)
    result = proxied.issue()

    assert_issued(proxied, result, names, tmp_path)
    assert orders_made(proxy) == 1


def wait_for_records(process, desk, names, count):
    end = time.monotonic() + 30
    while len(desk.left_records(names)) != count and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_failed_run_after_a_killed_one_removes_its_records(proxied):
    names = [unique()]
    process = proxied.write(names).start()
    wait_for_records(process, proxied, names, 1)
    process.kill()
    finish(process)
    proxied.write(names, issuer={"acme": {"server": "https://127.0.0.1:1/dir"}})
    result = proxied.issue("--timeout", "10s")

    assert result.code != 0, str(result)
    assert proxied.left_records(names) == set()


def test_a_valid_order_is_downloaded_and_not_ordered_again(proxied, proxy, tmp_path):
    names = [unique()]
    kill_at(proxied.write(names), proxy, "cert", 1, "before")
    before = len(proxy.exchanges)
    result = proxied.issue()

    assert_issued(proxied, result, names, tmp_path)
    kinds = proxy.kinds()[before:]
    assert "new-order" not in kinds and "finalize" not in kinds and "challenge" not in kinds


def test_two_runs_at_once_make_one_order(proxied, proxy, tmp_path):
    names = [unique(), unique()]
    proxied.write(names)
    runs = [proxied.start(), proxied.start()]
    results = [finish(process) for process in runs]

    codes = sorted(result.code for result in results)
    assert codes in ([0, 0], [0, 1]), results
    assert orders_made(proxy) == 1 and accounts_made(proxy) == 1
    assert_issued(proxied, next(r for r in results if r.code == 0), names, tmp_path)


def test_readers_are_not_held_up_by_a_run(proxied):
    name = unique("lagging.com")
    process = proxied.write([name]).start("--propagation-timeout", "30s")
    wait_for_records(process, proxied, [name], 1)
    told = proxied.describe()
    process.send_signal(signal.SIGTERM)
    finish(process)

    assert told.code == 0 and told.seconds < 5, str(told)


def test_a_certificate_that_is_not_there(tmp_path):
    result = run([str(PROGRAM), "issue", "web", "--local", str(tmp_path)])

    assert result.code == 1, str(result)
    assert "web" in result.err
