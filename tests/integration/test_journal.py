# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests from the systemd journal, alone and beside log files."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from datetime import timezone
from pathlib import Path

from counts import count, daily
from fake_ollama import gin_line
from journal import UNIT, day, entry, events, request, write
from paddock import Account, Box, preloaded

CONTAINER = {"_SYSTEMD_UNIT": "docker.service", "CONTAINER_NAME": "ollama"}
OTHER = {"_SYSTEMD_UNIT": "other.service"}


def _folder(box: Box) -> Path:
    folder = box.root / "journal"
    folder.mkdir(exist_ok=True)
    return folder


def _settings(box: Box, **keys: object) -> None:
    account = box.account(box.server(), **{"journal_dir": str(_folder(box)), **keys})
    if "journal_unit" not in keys:
        del account["journal_unit"]
    box.write_settings(account)


def _status(box: Box, **keys: object) -> Account:
    _settings(box, **keys)
    return box.status(expect=0)


def _check_counts(account: Account, *exports: bytes) -> None:
    expected = count(events(*exports), account.now, timezone.utc)
    for name, value in expected.items():
        got = account.metric(name)
        # Percentiles of 30 days come from buckets.
        share = 0.13 if name.startswith("p") and name.endswith("_30d") else 1e-6
        assert got is not None and abs(got - value) <= 1e-3 + abs(value) * share, (name, got, value)
    for series in ("requests", "http_5xx", "chat", "generate"):
        got = {one["date"]: one["value"] for one in account["daily_series"].get(series, []) if one["value"]}
        assert got == daily(events(*exports), account.now, timezone.utc, series), (series, got)


def _check_error(account: Account, *words: str, name: str = "journal_error") -> None:
    sentence = account.diagnostics.get(name, "")
    assert len(sentence) > 15 and "\n" not in sentence, repr(sentence)
    assert all(word in sentence for word in words), f"not all of {words} in {sentence!r}"


def _now(**details: object) -> bytes:
    return request(time.time() - 1, **details)


# What counts


def alone(box: Box) -> None:
    write(_folder(box) / "system.journal", _now(), _now(path="/api/generate", status=500), _now(method="GET", path="/api/ps"))
    account = _status(box)
    assert account.state("journal") == "ok"
    assert account.state("server_log") == "absent"
    assert "server_log_error" not in account.diagnostics and "journal_error" not in account.diagnostics, account.diagnostics
    assert (account.metric("requests_5h"), account.metric("http_5xx_5h"), account.metric("chat_requests_5h")) == (2, 1, 1)


def equals_an_independent_count(box: Box) -> None:
    """A month of traffic over three boots and several files, in all the ways that Ollama is installed."""
    pick = random.Random(7)
    now = time.time()
    kinds = [UNIT, {"_SYSTEMD_UNIT": "ollama.service", "_PID": "4711"}, CONTAINER, OTHER,
             {"_SYSTEMD_UNIT": "user@1000.service", "_SYSTEMD_USER_UNIT": "ollama.service"},
             {"_SYSTEMD_UNIT": "snap.ollama.listener.service", "SYSLOG_IDENTIFIER": "ollama.listener"}]
    paths = ["/api/chat", "/v1/chat/completions", "/api/generate", "/api/embed", "/v1/messages?beta=true", "/api/tags"]
    times = sorted(now - pick.uniform(5, 29 * 86400 if pick.random() < 0.5 else 86400) for _ in range(3000))
    exports = []
    for number in range(3):
        part = times[number * 1000:(number + 1) * 1000]
        exports.append(b"".join(request(when, pick.choice(kinds), number, path=pick.choice(paths), status=pick.choice([200, 200, 404, 500]),
                                        latency_ms=pick.randint(1, 59_000), prefix=pick.choice(["", "", "ollama-1  | "]))
                                for when in part))
        write(_folder(box) / ("system.journal" if number == 2 else f"system@{number}.journal"), exports[-1])
    _check_counts(_status(box), *exports)


def time_is_the_entrys_own(box: Box) -> None:
    now = time.time()
    wrong = gin_line(now - 20 * 86400)
    write(_folder(box) / "system.journal", entry(now - 2, wrong), entry(now - 3 * 86400, gin_line(now)))
    account = _status(box, log_timezone="Asia/Tokyo")
    assert account.metric("requests_5h") == 1 and account.metric("requests_7d") == 2
    assert [one["date"] for one in account["daily_series"]["requests"] if one["value"]] == [day(now - 3 * 86400), day(now - 2)]


def awkward_messages(box: Box) -> None:
    line = gin_line(time.time())
    coloured = line.replace("| 200 |", "|\x1b[97;42m 200 \x1b[0m|").replace("| POST   ", "|\x1b[97;46m POST   \x1b[0m")
    messages = [coloured + "\r", b"\xff\xfe" + line.encode(), b"nul \0" + line.encode(), line + "\n" + line, "ollama  | " + line,
                "time=2026-11-20T15:04:05Z msg=\"" + line.replace('"', '\\"') + '"', b"\xff" * 300, ""]
    write(_folder(box) / "system.journal", *(entry(time.time() - 1, message) for message in messages))
    # The second has no prefix that a collector writes, and the sixth quotes.
    assert _status(box).metric("requests_5h") == 5


def messages_of_64_kib(box: Box) -> None:
    write(_folder(box) / "system.journal", _now(), entry(time.time() - 1, "x" * 70_000 + gin_line(time.time())),
          entry(time.time() - 1, gin_line(time.time()) + " " * 60_000))
    account = _status(box)
    assert account.metric("requests_5h") == 2
    _check_error(account, "1 message", "too long")


def from_the_future(box: Box) -> None:
    write(_folder(box) / "system.journal", _now(), request(time.time() + 3600), request(time.time() + 7200))
    account = _status(box)
    assert account.metric("requests_5h") == 1
    _check_error(account, "2 requests in the journal", "future")
    # Each half answers for its own.
    log = box.log()
    log.write(gin_line(time.time() - 1) + "\n")
    account = _status(box)
    assert account.metric("requests_5h") == 2
    assert "server_log_error" not in account.diagnostics, account.diagnostics
    log.write(gin_line(time.time() + 3600) + "\n")
    account = _status(box)
    _check_error(account, "1 request in", "future", name="server_log_error")
    _check_error(account, "2 requests in the journal", "future")


def older_than_any_series(box: Box) -> None:
    now = time.time()
    write(_folder(box) / "system.journal", *(request(now - days * 86400) for days in (400, 100, 40, 29.5, 1.5)))
    account = _status(box)
    assert account.metric("requests_7d") == 1
    days = account["daily_series"]["requests"]
    assert len(days) == 30 and sum(one["value"] for one in days) in (1, 2), days


def only_older_than_any_series(box: Box) -> None:
    write(_folder(box) / "system.journal", request(time.time() - 400 * 86400))
    account = _status(box)
    assert account.state("journal") == "ok"
    assert account.metric("requests_7d") == 0 and len(account["daily_series"]["requests"]) == 30


# Which entries


def unit_of_another_name(box: Box) -> None:
    write(_folder(box) / "system.journal", _now(), _now(fields=OTHER), _now(fields=OTHER), _now(fields=CONTAINER))
    assert _status(box, journal_unit="other").metric("requests_5h") == 2


def container_of_another_name(box: Box) -> None:
    named = {"CONTAINER_NAME": "my-box"}
    write(_folder(box) / "system.journal", _now(), _now(fields=named), _now(fields=named), _now(fields=CONTAINER))
    assert _status(box, container="my-box").metric("requests_5h") == 3


def turned_off(box: Box) -> None:
    write(_folder(box) / "system.journal", _now())
    account = _status(box, journal_unit="")
    assert account.state("journal") is None and account.metric("requests_5h") is None
    assert "journal_error" not in account.diagnostics


def another_account_does_not_count_it_too(box: Box) -> None:
    write(_folder(box) / "system.journal", _now())
    write(box.root / "other/system.journal", _now(), _now())
    first, second, third = (box.account(box.server(), id=name) for name in ("one", "two", "three"))
    del first["journal_unit"], second["journal_unit"], third["journal_unit"]
    first["journal_dir"] = str(_folder(box))
    third["journal_dir"] = str(box.root / "other")
    box.write_settings(first, second, third)
    accounts = box.statuses(expect=0)
    assert [account.metric("requests_5h") for account in accounts] == [1, None, 2]
    assert accounts[1].state("journal") is None


# Beside files


def files_and_journal_make_one_count(box: Box) -> None:
    write(_folder(box) / "system.journal", _now(latency_ms=1000), _now(latency_ms=2000))
    box.log().write(gin_line(time.time() - 1, latency_ms=6000) + "\n")
    account = _status(box)
    assert account.state("journal") == "ok" and account.state("server_log") == "ok"
    assert account.metric("requests_5h") == 3 and account.metric("avg_latency_ms_5h") == 3000
    assert not {"journal_error", "server_log_error"} & set(account.diagnostics)


def files_that_fail_spare_the_journal(box: Box) -> None:
    write(_folder(box) / "system.journal", _now())
    (box.logs / "server.log").mkdir(parents=True)
    account = _status(box)
    assert account.state("journal") == "ok" and account.state("server_log") == "failed"
    assert account.metric("requests_5h") == 1
    _check_error(account, "server.log", name="server_log_error")


def journal_that_fails_spares_the_files(box: Box) -> None:
    path = write(_folder(box) / "system.journal", _now())
    os.truncate(path, 4096)
    box.log().write(gin_line(time.time() - 1) + "\n")
    account = _status(box)
    assert account.state("journal") == "failed" and account.state("server_log") == "ok"
    assert account.metric("requests_5h") == 1
    _check_error(account, "system.journal", "journalctl --verify")


def neither(box: Box) -> None:
    account = _status(box)
    assert account.state("journal") == "absent" and account.state("server_log") == "absent"
    assert account.metric("requests_5h") is None
    _check_error(account, "ollama.service", "journal_unit")
    _check_error(account, ".ollama/logs", name="server_log_error")


def files_alone_need_no_journal(box: Box) -> None:
    box.log().write(gin_line(time.time() - 1) + "\n")
    account = _machine_status(box)
    assert account.state("server_log") == "ok" and account.state("journal") == "absent"
    assert "journal_error" not in account.diagnostics, account.diagnostics


# When there is nothing to read


def no_such_unit(box: Box) -> None:
    write(_folder(box) / "system.journal", _now(fields=OTHER))
    account = _status(box)
    assert account.state("journal") == "absent"
    _check_error(account, "no entry of ollama.service", "journal_unit", "container")
    box.log().write(gin_line(time.time() - 1) + "\n")
    account = _status(box, journal_unit="ollama-gpu", container="gpu")
    _check_error(account, "ollama-gpu.service, gpu")


def no_such_folder(box: Box) -> None:
    account = _status(box, journal_dir=str(box.root / "nowhere"))
    assert account.state("journal") == "absent"
    _check_error(account, str(box.root / "nowhere"), "journal_dir")


def no_rights(box: Box) -> None:
    path = write(_folder(box) / "system.journal", _now())
    if os.geteuid() == 0:
        for one in (box.root, *box.root.rglob("*")):
            os.chown(one, 65534, 65534)
    for mode, target in ((0o600, path), (0o700, path.parent)):
        if os.geteuid() == 0:
            os.chown(target, 0, 0)
        target.chmod(mode if os.geteuid() == 0 else 0)
        _settings(box)
        account = box.status(expect=0, as_nobody=True)
        assert account.state("journal") == "failed", account
        assert account.metric("requests_5h") is None
        _check_error(account, "“systemd-journal”", "sudo usermod -aG systemd-journal $USER", "log out and in", str(path.parent))
        target.chmod(0o755)


def some_without_rights(box: Box) -> None:
    write(_folder(box) / "system.journal", _now())
    path = write(_folder(box) / "user-1000.journal", _now())
    if os.geteuid() == 0:
        os.chown(path, 0, 0)
    path.chmod(0)
    for one in (box.root, box.home, box.runtime, _folder(box)):
        if os.geteuid() == 0:
            os.chown(one, 65534, 65534)
    _settings(box)
    account = box.status(expect=0, as_nobody=True)
    assert account.state("journal") == "ok" and account.metric("requests_5h") == 1
    _check_error(account, "systemd-journal")


# This machine's own


def _machine(box: Box, where: str = "var") -> Path:
    folder = box.root / "machine" / where / Path("/etc/machine-id").read_text(encoding="ascii").strip()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _machine_status(box: Box, **details: object) -> Account:
    account = box.account(box.server())
    del account["journal_unit"]
    box.write_settings(account)
    # A copy, since nobody may not be let into the folder of the build.
    preload = shutil.copy(os.environ["PADDOCK_TEST_PRELOAD"], box.root / "preload.so")
    return box.status(expect=0, env=preloaded() | {"LD_PRELOAD": str(preload), "PADDOCK_TEST_JOURNAL": str(box.root / "machine")}, **details)


def of_this_machine(box: Box) -> None:
    """Of the system and of our own user, on disk and in memory; not of others, and not of other machines."""
    write(_machine(box) / "system.journal", _now())
    write(_machine(box) / "system@1.journal", _now())
    write(_machine(box) / f"user-{os.geteuid()}.journal", _now(fields={"_SYSTEMD_USER_UNIT": "ollama.service"}))
    write(_machine(box) / f"user-{os.geteuid()}1.journal", _now())
    write(_machine(box).parent / "remote/remote-host.journal", _now())
    write(_machine(box).with_name("0" * 32) / "system.journal", _now())
    write(_machine(box, "run") / "system.journal", _now())
    account = _machine_status(box)
    assert account.state("journal") == "ok" and account.metric("requests_5h") == 4, account


def of_this_machine_without_rights(box: Box) -> None:
    path = write(_machine(box) / "system.journal", _now())
    if os.geteuid() == 0:
        for one in (box.root, *box.root.rglob("*")):
            os.chown(one, 65534, 65534)
        os.chown(path, 0, 0)
    path.chmod(0o640 if os.geteuid() == 0 else 0)
    account = _machine_status(box, as_nobody=True)
    assert account.state("journal") == "failed" and account.metric("requests_5h") is None
    _check_error(account, "/var/log/journal", "“systemd-journal”", "“sudo usermod -aG systemd-journal $USER”", "log out and in")
    # Who has no right to the system's journal still has one to his own.
    write(_machine(box) / f"user-{65534 if os.geteuid() == 0 else os.geteuid()}.journal", _now())
    account = _machine_status(box, as_nobody=True)
    assert account.state("journal") == "ok" and account.metric("requests_5h") == 1
    assert "journal_error" not in account.diagnostics


def machine_without_a_journal(box: Box) -> None:
    account = _machine_status(box)
    assert account.state("journal") == "absent"
    _check_error(account, "no entry of ollama.service")


def what_is_no_journal(box: Box) -> None:
    os.mkfifo(_folder(box) / "pipe.journal")
    (_folder(box) / "zero.journal").symlink_to("/dev/zero")
    (_folder(box) / "loop.journal").symlink_to("loop.journal")
    (_folder(box) / "text.journal").write_text("hello" * 1000)
    write(_folder(box) / "system.journal", _now())
    account = _status(box)
    assert account.state("journal") == "ok" and account.metric("requests_5h") == 1


def files_of_the_journal_do_not_change(box: Box) -> None:
    path = write(_folder(box) / "system.journal", _now())
    before = path.stat()
    assert _status(box).metric("requests_5h") == 1
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ctime_ns, before.st_atime_ns) == (after.st_mtime_ns, after.st_ctime_ns, after.st_atime_ns)


# While it is read


def _counts(number: int):
    return lambda account: account.metric("requests_5h") == number


def growing(box: Box) -> None:
    path = write(_folder(box) / "system.journal", _now())
    _settings(box)
    watch = box.watch()
    watch.until(_counts(1))
    for number in range(2, 6):
        write(path, _now(boot=number % 3))
        watch.until(_counts(number))


def entries_of_others_write_nothing(box: Box) -> None:
    """A journal grows all the time; the history does not, as long as none of it is Ollama's."""
    def generation() -> int:
        connection = sqlite3.connect(box.data / "paddock/history.sqlite")
        try:
            return connection.execute("SELECT generation FROM account").fetchone()[0]
        finally:
            connection.close()

    path = write(_folder(box) / "system.journal", _now())
    assert _status(box).metric("requests_5h") == 1
    before = generation()
    for _ in range(3):
        write(path, entry(time.time(), "nothing to see", OTHER))
        assert box.status().metric("requests_5h") == 1
    assert generation() == before
    write(path, _now())
    assert box.status().metric("requests_5h") == 2
    assert generation() == before + 1


def appears_later(box: Box) -> None:
    _settings(box)
    watch = box.watch()
    watch.until(lambda account: account.state("journal") == "absent")
    write(_folder(box) / "system.journal", _now())
    watch.until(_counts(1))


def rotated(box: Box) -> None:
    path = write(_folder(box) / "system.journal", _now(), _now())
    _settings(box)
    watch = box.watch()
    watch.until(_counts(2))
    write(path, _now())
    path.rename(path.with_name("system@1.journal"))
    write(path, _now(), _now())
    watch.until(_counts(5))
    path.rename(path.with_name("system@2.journal"))
    write(path, _now())
    watch.until(_counts(6))


def vacuumed(box: Box) -> None:
    path = write(_folder(box) / "system.journal", _now(), _now())
    _settings(box)
    watch = box.watch()
    watch.until(_counts(2))
    path.unlink()
    write(path, _now())
    watch.until(_counts(3))
    path.unlink()
    write(path, _now())
    watch.until(_counts(4))


def boots_without_a_clock(box: Box) -> None:
    """On a machine that keeps no time while it is off, the first entries of each boot are of long ago."""
    now = time.time()
    long_ago = now - 100 * 86400
    entries = []
    for boot in range(3):
        entries += [entry(long_ago + number, "booting", OTHER, boot) for number in range(40)]
        entries += [request(long_ago + 60, boot=boot)]
        entries += [request(now - (3 - boot) * 86400 + number, boot=boot) for number in range(10)]
    write(_folder(box) / "system.journal", *entries)
    # One that was switched off at once.
    write(_folder(box) / "system@1.journal", request(long_ago), request(now - 3600), request(long_ago + 120, boot=1))
    account = _status(box)
    assert account.metric("requests_7d") == 31, account
    _settings(box)
    write(_folder(box) / "system.journal", request(now - 10, boot=2))
    assert box.status().metric("requests_7d") == 32
