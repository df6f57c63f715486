# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read of a log is kept, read once, and outlives the log."""

from __future__ import annotations

import contextlib
import gzip
import os
import random
import resource
import signal
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

from fake_ollama import FIXTURES, closed_port, gin_line
from paddock import Account, Box, Watch, binary, preloaded

DAY = 86400
N_KILLS = 100

_pick = random.Random(3)


def _path(box: Box) -> Path:
    return box.data / "paddock/history.sqlite"


def _settings(box: Box, **keys: object) -> None:
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"), **keys)


def _lines(number: int, when: float | None = None) -> str:
    """Requests that differ, as those of a server do: two logs that are alike are copies of one."""
    return "".join(gin_line(time.time() - 1 if when is None else when, latency_ms=_pick.uniform(1, 90000)) + "\n"
                   for _ in range(number))


def _rows(box: Box, query: str) -> list[tuple]:
    connection = sqlite3.connect(_path(box), timeout=30)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _kept(box: Box) -> int:
    """The requests of all hours that are kept."""
    return _rows(box, "SELECT coalesce(sum(requests), 0) FROM hour")[0][0]


def _days(account: Account) -> list[int]:
    return [day["value"] for day in account["daily_series"]["requests"]]


def is_not_read_again(box: Box) -> None:
    _settings(box)
    log = box.log()
    log.write(_lines(50))
    assert box.status().metric("http_5xx_7d") == 0
    # What would be another count, if anybody looked at it again.
    text = log.path.read_text()
    middle = len(text) // 2
    changed = text[:1000] + text[1000:-1000].replace("| 200 |", "| 500 |") + text[-1000:]
    assert changed[middle:middle + 500] != text[middle:middle + 500]
    with log.path.open("r+") as stream:
        stream.write(changed)
    account = box.status()
    assert account.metric("requests_7d") == 50 and account.metric("http_5xx_7d") == 0, account
    log.write(_lines(1))
    account = box.status()
    assert account.metric("requests_7d") == 51 and account.metric("http_5xx_7d") == 0, account
    assert _kept(box) == 51


def outlives_the_log(box: Box) -> None:
    _settings(box)
    log = box.log()
    now = time.time()
    for days, number in ((20, 3), (9, 4), (3, 5), (0.001, 6)):
        log.write(_lines(number, now - days * DAY))
    before = box.status()
    assert sum(_days(before)) == 18
    log.path.unlink()
    box.log().write(_lines(2))
    account = box.status()
    assert sum(_days(account)) == 20, account
    assert len(_days(account)) == len(_days(before))
    assert account.metric("requests_7d") == 13, account
    assert account.metric("requests_5h") == 8, account
    assert _kept(box) == 20
    # With no log at all, nobody knows what the last hours were.
    log.path.unlink()
    account = box.status(expect=1)
    assert account.metric("requests_5h") is None, account
    assert sum(_days(account)) == 20, account


def figures_are_those_of_a_fresh_count(box: Box) -> None:
    pick = random.Random(1)
    log = box.log()
    now = time.time()
    for number in range(2000):
        log.write(gin_line(now - 7.9 * DAY * (1 - number / 2000), pick.choice((200, 404, 500)), pick.lognormvariate(7, 1.5),
                           "POST", pick.choice(("/api/chat", "/api/generate", "/api/embed"))) + "\n")
        if number % 500 == 250:
            _settings(box)
            box.status()
    kept = box.status()
    _settings(box, history_days=0)
    fresh = box.status()
    for name in fresh.metrics:
        if "latency" in name:
            assert abs(kept.metric(name) - fresh.metric(name)) <= 0.002, (name, kept.metric(name), fresh.metric(name))
        elif "requests" in name or "http" in name:
            assert kept.metric(name) == fresh.metric(name), name
    assert kept["daily_series"] == fresh["daily_series"]


def tokens_and_devices_are_kept(box: Box) -> None:
    _settings(box)
    log = box.log()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"
    log.write(f'time={stamp} level=INFO msg="Listening on [::]:11434 (version 0.40.12)"\n'
              f'time={stamp} level=INFO msg="inference compute" id=GPU-0 library=CUDA name=CUDA0 description="RTX" total="24.0 GiB" available="22.9 GiB"\n'
              "slot print_timing: id  0 | task 44 | prompt eval time =     100.00 ms /  1000 tokens (    0.05 ms per token)\n"
              "       eval time =     500.00 ms /  50 tokens (   14.70 ms per token)\n")
    before = box.status()
    # The group is complete only now, and belongs to the request behind it.
    log.write("      total time =     600.00 ms /  1050 tokens\n" + gin_line(time.time() - 1, latency_ms=900) + "\n")
    account = box.status()
    log.path.write_text(log.path.read_text()[:10])
    after = box.status()
    assert before.metric("vram_total_bytes") == account.metric("vram_total_bytes") == after.metric("vram_total_bytes") == 24 * 2**30
    for one in (account, after):
        assert one.metric("log_prompt_tokens_7d") == 1000 and one.metric("log_output_tokens_7d") == 50, one
        assert "log_unattributed_tokens_7d" not in one.metrics, one
    assert _rows(box, "SELECT sum(prompt_tokens), sum(output_tokens), sum(unattributed_tokens) FROM hour") == [(1000, 50, 0)]


def several_processes(box: Box) -> None:
    """Whoever reads a line, all of them count it, and count it once."""
    _settings(box)
    log = box.log()
    watches = [box.watch(), box.watch()]
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            log.write(_lines(7))
            written += 7
            stop.wait(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(4):
            running = [subprocess.Popen([binary(), "status", "--json"], env=box.environment, stdout=subprocess.DEVNULL)
                       for _ in range(8)]
            assert [one.wait(60) for one in running] == [0] * 8
    finally:
        stop.set()
        writer.join()
    account = box.status()
    assert account.metric("requests_7d") == written, (account.metric("requests_7d"), written)
    assert _kept(box) == written
    for watch in watches:
        watch.until(lambda one: one.metric("requests_7d") == written)


def _rotate(path: Path, number: int) -> None:
    """As the tools do: by renaming, by copying and emptying, with and without pressing the old one."""
    if number % 4 == 3:
        path.with_name(f"server.log.{number}").write_bytes(path.read_bytes())
        os.truncate(path, 0)
        return
    old = path.with_name((f"server-{number}.log", f"server.log-2026112{number}", f"server.log.{number}")[number % 4])
    path.rename(old)
    path.touch()
    if number % 4 == 2:
        with gzip.open(f"{old}.gz", "wb") as stream:
            stream.write(old.read_bytes())


def several_processes_and_rotations(box: Box) -> None:
    """The same over a log that is rotated all the while; what is pressed is gone once it was read."""
    _settings(box)
    log = box.log()
    watches = [box.watch(), box.watch()]
    stop = threading.Event()
    written = 0
    rotated = 0

    def write() -> None:
        nonlocal written, rotated
        while not stop.is_set():
            for _ in range(40):
                log.write(_lines(11))
                written += 11
                stop.wait(0.004)
            rotated += 1
            _rotate(log.path, rotated)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while rotated < 9:
            running = [subprocess.Popen([binary(), "status", "--json"], env=box.environment, stdout=subprocess.DEVNULL)
                       for _ in range(6)]
            assert [one.wait(60) for one in running] == [0] * 6
    finally:
        stop.set()
        writer.join()
    account = box.status()
    assert account.metric("requests_7d") == written, (account.metric("requests_7d"), written, rotated)
    assert _kept(box) == written, (_kept(box), written)
    for watch in watches:
        watch.until(lambda one: one.metric("requests_7d") == written)
    for path in box.logs.glob("server?log?*"):
        path.unlink()
    log.write(_lines(1))
    assert box.status().metric("requests_7d") == written + 1 and _kept(box) == written + 1


def killed_at_any_moment(box: Box) -> None:
    """kill -9 at random points of polls: nothing is lost, and nothing is counted twice."""
    _settings(box)
    log = box.log()
    pick = random.Random(7)
    written = 0
    for _ in range(N_KILLS):
        process = subprocess.Popen([binary(), "watch", "--json", "--interval", "1"], env=box.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        moment = time.monotonic() + pick.uniform(0, 0.12)
        while time.monotonic() < moment:
            number = pick.randrange(1, 200)
            log.write(_lines(number))
            written += number
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL
        if pick.random() < 0.1:
            log.path.rename(log.path.with_name(f"server-{pick.randrange(10**9)}.log"))
            log.path.touch()
    account = box.status()
    assert account.metric("requests_7d") == written, (account.metric("requests_7d"), written)
    assert _kept(box) == written, (_kept(box), written)
    assert _rows(box, "PRAGMA integrity_check") == [("ok",)]
    assert not list(_path(box).parent.glob("*damaged*"))


def _killed_at_write(box: Box, number: int) -> bool:
    """Ends a poll in the middle of a write to the history; whether there were so many."""
    env = {**box.environment, **preloaded(), "PADDOCK_TEST_KILL_AT_WRITE": str(number)}
    done = subprocess.run([binary(), "status", "--json"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode in (0, -signal.SIGKILL), (done.returncode, done.stderr)
    return done.returncode != 0


def _check_whole(box: Box, recent: int, old: int, number: int) -> None:
    account = box.status()
    assert account.metric("requests_7d") == recent, (number, account.metric("requests_7d"), recent)
    assert _kept(box) == recent + old, (number, _kept(box), recent, old)
    assert _rows(box, "PRAGMA integrity_check") == [("ok",)], number
    assert not list(_path(box).parent.glob("*damaged*")), number


def killed_at_each_write(box: Box) -> None:
    """kill -9 in the middle of each write of a poll, one after the other."""
    _settings(box)
    log = box.log()
    log.write(_lines(2))
    box.status()
    number = 0
    was_killed = True
    while was_killed:
        number += 1
        # To hours long ago, it is only ever added.
        log.write(_lines(3) + _lines(1, time.time() - 20 * DAY))
        was_killed = _killed_at_write(box, number)
        _check_whole(box, 2 + 3 * number, number, number)
    assert number > 5


def killed_at_each_write_of_a_new_history(box: Box) -> None:
    _settings(box)
    log = box.log()
    log.write(_lines(3) + _lines(2, time.time() - 20 * DAY))
    number = 0
    was_killed = True
    while was_killed:
        number += 1
        for path in _path(box).parent.glob("history.sqlite*"):
            path.unlink()
        was_killed = _killed_at_write(box, number)
        _check_whole(box, 3, 2, number)
    assert number > 5


def _kill_at_each_write_of_a_migration(box: Box, version: int) -> None:
    """What another account has kept in a file of an earlier version is there afterwards."""
    earlier = (FIXTURES.parent / f"history/version-{version}.sql").read_text()
    _settings(box)
    box.log().write(_lines(3))
    _path(box).parent.mkdir(parents=True)
    number = 0
    was_killed = True
    while was_killed:
        number += 1
        for path in _path(box).parent.glob("history.sqlite*"):
            path.unlink()
        with contextlib.closing(sqlite3.connect(_path(box))) as connection:
            connection.executescript(earlier)
        was_killed = _killed_at_write(box, number)
        account = box.status()
        assert account.metric("requests_7d") == 3 and "history_error" not in account.diagnostics, (number, account)
        assert _rows(box, "SELECT requests, chat FROM hour WHERE account = 2") == [(2, 2)], number
        assert _rows(box, "SELECT kind, generation, data FROM recent WHERE account = 2") == [(0, 1, b"\x07")], number
        assert _rows(box, "PRAGMA user_version")[0][0] > version, number
        assert _rows(box, "PRAGMA integrity_check") == [("ok",)], number
    assert number > 5


def killed_at_each_write_of_a_migration(box: Box) -> None:
    _kill_at_each_write_of_a_migration(box, 1)


def killed_at_each_write_of_the_second_migration(box: Box) -> None:
    _kill_at_each_write_of_a_migration(box, 2)


def killed_at_each_write_of_the_third_migration(box: Box) -> None:
    _kill_at_each_write_of_a_migration(box, 3)


def _check_replaced(box: Box, number: int) -> None:
    account = box.status()
    assert account.metric("requests_7d") == number, account
    assert "damaged" in account.diagnostics["history_error"], account.diagnostics
    aside = sorted(_path(box).parent.glob("history.sqlite.damaged-*"))
    assert aside and str(aside[0]) in account.diagnostics["history_error"]
    assert _kept(box) == number
    assert "history_error" not in box.status().diagnostics


def damaged(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(9))
    box.status()
    for path in _path(box).parent.glob("history.sqlite-*"):
        path.unlink()
    _path(box).write_bytes(b"no database at all, but long enough to look like one\n" * 200)
    _check_replaced(box, 9)


def damaged_inside(box: Box) -> None:
    """The header is good, the tables are not."""
    _settings(box)
    box.log().write(_lines(9))
    box.status()
    connection = sqlite3.connect(_path(box))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(_path(box).read_bytes())
    for at in range(4096, len(data)):
        data[at] = 0xA5
    _path(box).write_bytes(data)
    _check_replaced(box, 9)


def of_another_program(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(9))
    _path(box).parent.mkdir(parents=True)
    connection = sqlite3.connect(_path(box))
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()
    _check_replaced(box, 9)
    aside = next(_path(box).parent.glob("history.sqlite.damaged-*"))
    assert sqlite3.connect(aside).execute("SELECT count(*) FROM theirs").fetchone() == (0,)


def of_a_newer_version(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(9))
    box.status()
    connection = sqlite3.connect(_path(box))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    account = box.status()
    assert account.metric("requests_7d") == 9, account
    assert "newer" in account.diagnostics["history_error"], account.diagnostics
    assert not list(_path(box).parent.glob("*damaged*"))


def folder_in_its_place(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(9))
    _path(box).mkdir(parents=True)
    account = box.status()
    assert account.metric("requests_7d") == 9, account
    assert "cannot be kept" in account.diagnostics["history_error"], account.diagnostics


def cannot_be_written(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(9))
    box.data.mkdir(parents=True)
    (box.data / "paddock").write_text("a file where a folder belongs")
    account = box.status()
    assert account.metric("requests_7d") == 9, account
    assert "cannot be kept" in account.diagnostics["history_error"], account.diagnostics


def disk_is_full(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(3000))
    limited = ["sh", "-c", 'ulimit -f 8; trap "" XFSZ; exec "$0" status --json', binary()]
    done = subprocess.run(limited, env=box.environment, capture_output=True, timeout=60)
    assert b'"history_error"' in done.stdout and b'"requests_7d": {"value": 3000' in done.stdout, (done.stdout, done.stderr)
    account = box.status()
    assert account.metric("requests_7d") == 3000 and "history_error" not in account.diagnostics, account
    assert _kept(box) == 3000


def disk_fills_up_and_is_emptied(box: Box) -> None:
    """Of a process that goes on meanwhile, nothing is lost, and nothing is counted twice."""
    _settings(box)
    log = box.log()
    log.write(_lines(100))
    # Who is told that a file is full should not be ended by it.
    watch = box.cleanup.enter_context(Watch(["sh", "-c", 'trap "" XFSZ; exec "$0" watch --json --interval 1', binary()],
                                            box.environment, box.home))
    watch.until(lambda one: one.metric("requests_7d") == 100)
    unlimited = resource.prlimit(watch.process.pid, resource.RLIMIT_FSIZE)
    for number in range(1, 4):
        resource.prlimit(watch.process.pid, resource.RLIMIT_FSIZE, (4096, unlimited[1]))
        log.write(_lines(50))
        watch.until(lambda one, n=number: one.metric("requests_7d") == 50 + 100 * n and "cannot be kept" in one.diagnostics.get("history_error", ""))
        if number == 2:
            # Somebody else has read the same lines.
            assert box.status().metric("requests_7d") == 250
        log.write(_lines(50))
        watch.until(lambda one, n=number: one.metric("requests_7d") == 100 + 100 * n)
        resource.prlimit(watch.process.pid, resource.RLIMIT_FSIZE, unlimited)
        log.path.rename(log.path.with_name(f"server-{number}.log"))
        log.write(_lines(0))
        watch.until(lambda one: "history_error" not in one.diagnostics)
        assert _kept(box) == 100 + 100 * number, _kept(box)
    assert box.status().metric("requests_7d") == 400 and _kept(box) == 400


def read_only_folder(box: Box) -> None:
    """What was kept is there to be seen, and what is new is counted, but not kept."""
    _settings(box)
    log = box.log()
    log.write(_lines(9))
    box.status()
    folder = _path(box).parent
    for one in (box.root, *box.root.rglob("*")):
        if os.geteuid() == 0:
            os.chown(one, 65534, 65534)
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555 if path == folder else 0o444)
    log.write(_lines(4))
    try:
        account = box.status(as_nobody=True)
        assert account.metric("requests_7d") == 13, account
        assert "cannot be kept" in account.diagnostics["history_error"], account.diagnostics
    finally:
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755 if path == folder else 0o644)
    account = box.status(as_nobody=True)
    assert account.metric("requests_7d") == 13 and "history_error" not in account.diagnostics, account
    assert _kept(box) == 13


def locked_for_long_while_watching(box: Box) -> None:
    _settings(box)
    log = box.log()
    log.write(_lines(5))
    watch = box.watch()
    watch.until(lambda one: one.metric("requests_7d") == 5)
    with contextlib.closing(sqlite3.connect(_path(box), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for number in range(2, 4):
            log.write(_lines(5))
            account = watch.until(lambda one, n=number: one.metric("requests_7d") == 5 * n)
            assert "history_error" not in account.diagnostics, "somebody else's turn is no fault"
        log.path.rename(log.path.with_name("server-1.log"))
        log.write(_lines(5))
        watch.until(lambda one: one.metric("requests_7d") == 20)
        connection.execute("ROLLBACK")
    log.write(_lines(1))
    watch.until(lambda one: one.metric("requests_7d") == 21)
    assert watch.stop() == 0
    assert box.status().metric("requests_7d") == 21 and _kept(box) == 21


def locked_by_somebody(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(5))
    box.status()
    connection = sqlite3.connect(_path(box), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    box.log().write(_lines(5))
    account = box.status()
    assert account.metric("requests_7d") in (5, 10), account
    connection.execute("ROLLBACK")
    connection.close()
    assert box.status().metric("requests_7d") == 10
    assert _kept(box) == 10


def turned_off(box: Box) -> None:
    _settings(box, history_days=0)
    box.log().write(_lines(9))
    assert box.status().metric("requests_7d") == 9
    assert not _path(box).exists()


def accounts_are_kept_apart(box: Box) -> None:
    other = box.root / "other"
    other.mkdir()
    (other / "server.log").write_text(_lines(3))
    box.log().write(_lines(5))
    port = closed_port()
    box.write_settings(box.account(f"http://127.0.0.1:{port}"),
                       box.account(f"http://127.0.0.1:{port}", id="second", logs_dir=str(other)))
    for _ in range(2):
        first, second = box.statuses()
        assert (first.metric("requests_7d"), second.metric("requests_7d")) == (5, 3)
    assert _rows(box, "SELECT name, sum(requests) FROM hour JOIN account ON account.id = account GROUP BY name ORDER BY name") == [
        ("ollama", 5), ("second", 3)]


def another_zone_of_the_log_is_another_count(box: Box) -> None:
    now = time.time()
    local = time.strftime("%Y/%m/%d - %H:%M:%S", time.gmtime(now + 9 * 3600 - 60))
    box.log().write(f"[GIN] {local} | 200 |  1.5s |       127.0.0.1 | POST     \"/api/chat\"\n")
    server = f"http://127.0.0.1:{closed_port()}"
    box.write_settings(box.account(server))
    assert box.status().metric("requests_5h") == 0
    box.write_settings(box.account(server, log_timezone="Asia/Tokyo"))
    account = box.status()
    assert account.metric("requests_5h") == 1, account
    assert _kept(box) == 1


def days_of_another_zone(box: Box) -> None:
    """Days are those of the user's zone, whichever it was when they were counted."""
    now = time.time()
    account = box.account(f"http://127.0.0.1:{closed_port()}", log_timezone="UTC")
    log = box.log()
    for hours in range(0, 7 * 24, 5):
        log.write(_lines(1, now - hours * 3600 - 60))
    for zone in ("UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Auckland"):
        box.write_settings(account)
        kept = box.status(env={"TZ": zone})
        box.write_settings(account, history_days=0)
        fresh = box.status(env={"TZ": zone})
        assert kept.metric("requests_7d") == fresh.metric("requests_7d")
        assert sum(_days(kept)) == sum(_days(fresh)), (zone, _days(kept), _days(fresh))


def nobody_else_may_read_it(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(1))
    box.status()
    for path in [_path(box), *_path(box).parent.glob("history.sqlite-*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def nothing_new_writes_nothing(box: Box) -> None:
    _settings(box)
    box.log().write(_lines(5))
    box.status()
    generation = _rows(box, "SELECT generation FROM account")
    for _ in range(3):
        box.status()
    assert _rows(box, "SELECT generation FROM account") == generation
