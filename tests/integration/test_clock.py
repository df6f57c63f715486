# SPDX-License-Identifier: GPL-3.0-or-later
"""Clocks that are wrong for a while, and days and zones that change: what was counted is right when the clock is."""

from __future__ import annotations

import random
import sqlite3
import struct
import time
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from counts import Event, count, daily, hourly
from fake_ollama import GinLog, closed_port, gin_line
from journal import request, write
from paddock import Account, Box, preloaded, unix

DAY = 86400

_pick = random.Random(23)


def _settings(box: Box, **keys: object) -> None:
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"), **keys)


def _events(number: int, first: float, last: float) -> list[Event]:
    """Requests that differ, in the order of time."""
    times = sorted(_pick.uniform(first, last) for _ in range(number))
    return [Event(int(when), _pick.choice(("/api/chat", "/api/generate")), "POST", _pick.choice((200, 404, 500)),
                  round(_pick.uniform(2, 50_000), 3)) for when in times]


def _write(box: Box, events: list[Event]) -> list[Event]:
    box.log().write("".join(gin_line(event.when, event.status, event.latency_ms, event.method, event.path) + "\n" for event in events))
    return events


def _look(box: Box, days: float) -> Account:
    """One `status` with a clock that is that far ahead."""
    return box.status(env=preloaded(int(days * DAY)))


def _kept(box: Box) -> int:
    connection = sqlite3.connect(box.data / "paddock/history.sqlite", timeout=30)
    try:
        return connection.execute("SELECT coalesce(sum(requests), 0) FROM hour").fetchone()[0]
    finally:
        connection.close()


def _check(account: Account, events: list[Event]) -> None:
    expected = count(events, account.now, timezone.utc)
    for name, value in expected.items():
        if name.startswith("requests_previous"):
            continue
        got = account.metric(name)
        share = 0.13 if name.startswith("p") and name.endswith("_30d") else 1e-5
        assert got is not None and abs(got - value) <= 0.01 + abs(value) * share, (name, got, value)
    for series in ("requests", "http_5xx", "chat", "generate"):
        got = {day["date"]: day["value"] for day in account["daily_series"][series] if day["value"]}
        assert got == daily(events, account.now, timezone.utc, series), (series, got, daily(events, account.now, timezone.utc, series))


def _ahead_at_first(box: Box, days: float) -> None:
    """The first reading of a log is at a time that is still far away."""
    now = time.time()
    _settings(box)
    events = _write(box, _events(300, now - 28 * DAY, now - 1))
    _look(box, days)
    _check(box.status(), events)
    events += _write(box, _events(5, now - 1, now - 1))
    _check(box.status(), events)
    assert _kept(box) == len(events), (_kept(box), len(events))


def first_reading_a_day_ahead(box: Box) -> None:
    _ahead_at_first(box, 1)


def first_reading_days_ahead(box: Box) -> None:
    _ahead_at_first(box, 12)


def first_reading_weeks_ahead(box: Box) -> None:
    _ahead_at_first(box, 40)


def first_reading_years_ahead(box: Box) -> None:
    _ahead_at_first(box, 4000)


def later_reading_weeks_ahead(box: Box) -> None:
    """What was counted before that, and is in no log any more, stays."""
    now = time.time()
    _settings(box)
    log = box.log()
    events = _write(box, _events(200, now - 28 * DAY, now - 6 * DAY))
    _check(box.status(), events)
    log.path.write_text("")
    events += _write(box, _events(50, now - 6 * DAY, now - 4 * DAY))
    _check(box.status(), events)
    events += _write(box, _events(50, now - 4 * DAY, now - 1))
    for days in (40, 40.5, 40.2):
        _look(box, days)
    _check(box.status(), events)
    assert _kept(box) == len(events), (_kept(box), len(events))
    events += _write(box, _events(5, now - 1, now - 1))
    _check(box.status(), events)
    assert _kept(box) == len(events), (_kept(box), len(events))


def requests_while_weeks_ahead(box: Box) -> None:
    """The server's clock is the same one, and its lines say so."""
    now = time.time()
    _settings(box)
    events = _write(box, _events(100, now - 28 * DAY, now - 1))
    for number in range(3):
        _write(box, _events(10, now + 40 * DAY - 60, now + 40 * DAY - 1))
        assert _look(box, 40).metric("requests_5h") == 10 * (number + 1)
    events += _write(box, _events(20, now - 1, now - 1))
    _check(box.status(), events)
    _check(box.status(), events)
    # They are where their stamps say, once.
    assert _look(box, 40).metric("requests_1d") == 30
    assert _kept(box) == len(events) + 30, (_kept(box), len(events))


def requests_while_weeks_ahead_in_part(box: Box) -> None:
    """Of those, the log tells fewer afterwards than were counted: they are neither lost nor counted twice."""
    now = time.time()
    _settings(box)
    log = box.log()
    right = _write(box, _events(100, now - 28 * DAY, now - 1))
    _check(box.status(), right)
    moment = (now + 40 * DAY) // 3600 * 3600
    _write(box, _events(6, moment, moment + 300))
    old = log.path.rename(log.path.with_name("server-1.log"))
    right += _write(box, _events(1, now - 1, now - 1))
    _write(box, _events(4, moment + 300, moment + 600))
    assert _look(box, 40.05).metric("requests_7d") == 10
    old.unlink()
    for _ in range(2):
        _check(box.status(), right)
        account = _look(box, 40.05)
        assert account.metric("requests_7d") == 10, account
        assert _kept(box) == len(right) + 10, _kept(box)


def clock_behind_at_first(box: Box) -> None:
    """As on a machine that keeps no time while it is off, until the network tells it."""
    now = time.time()
    _settings(box)
    events = _write(box, _events(300, now - 28 * DAY, now - 1))
    for days in (-400, -3, -15):
        account = _look(box, days)
        assert "future" in account.diagnostics["server_log_error"], account.diagnostics
    _check(box.status(), events)
    assert _kept(box) == len(events)


def clock_behind_later(box: Box) -> None:
    now = time.time()
    _settings(box)
    events = _write(box, _events(300, now - 28 * DAY, now - 100))
    _check(box.status(), events)
    for days in (-400, -3, -15):
        events += _write(box, _events(3, now - 50, now - 1))
        _look(box, days)
    _check(box.status(), events)
    _check(box.status(), events)
    assert _kept(box) == len(events), (_kept(box), len(events))


def clock_behind_after_a_rotation(box: Box) -> None:
    """What the log does not tell any more was counted, and is not to be counted against what it tells."""
    now = time.time()
    _settings(box)
    events = _write(box, _events(300, now - 28 * DAY, now - 100))
    _check(box.status(), events)
    box.log().path.write_text("")
    for days in (-400, -3, -15):
        events += _write(box, _events(30, now - 3 * DAY, now - 1))
        _look(box, days)
    _check(box.status(), events)
    assert _kept(box) == len(events), (_kept(box), len(events))


def clock_behind_of_a_busy_server(box: Box) -> None:
    """More requests than are remembered for later: none of them is lost when their time has come."""
    now = time.time()
    _settings(box)
    events = _write(box, _events(80_000, now - 2 * DAY, now - 100))
    _look(box, -30)
    events += _write(box, _events(5, now - 50, now - 1))
    _look(box, -20)
    account = box.status()
    assert account.metric("requests_7d") == len(events), (account.metric("requests_7d"), len(events))
    account = box.status()
    assert account.metric("requests_7d") == len(events), (account.metric("requests_7d"), len(events))
    assert _kept(box) == len(events), (_kept(box), len(events))


def journal_weeks_ahead(box: Box) -> None:
    now = time.time()
    folder = box.root / "journal"
    account = box.account(f"http://127.0.0.1:{closed_port()}", journal_dir=str(folder))
    del account["journal_unit"]
    box.write_settings(account)
    events = _events(200, now - 28 * DAY, now - 1)

    def add(name: str, some: list[Event]) -> None:
        write(folder / name, *(request(event.when, path=event.path, status=event.status, latency_ms=event.latency_ms) for event in some))

    add("system@1.journal", events[:100])
    add("system.journal", events[100:])
    for days in (40, 12, 4000):
        _look(box, days)
        _check(box.status(), events)
    events += _events(3, now - 1, now - 1)
    add("system.journal", events[200:])
    _check(box.status(), events)
    assert _kept(box) == len(events), (_kept(box), len(events))


def tokens_weeks_ahead(box: Box) -> None:
    """What the server said of devices and tokens comes back, too."""
    now = time.time()
    _settings(box)
    log = box.log()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now - 20 * DAY)) + ".000Z"
    log.write(f'time={stamp} level=INFO msg="Listening on [::]:11434 (version 0.40.12)"\n'
              f'time={stamp} level=INFO msg="inference compute" id=GPU-0 library=CUDA name=CUDA0 description="RTX" total="24.0 GiB" available="22.9 GiB"\n')

    def ask(when: float) -> None:
        log.write("slot print_timing: id  0 | task 44 | prompt eval time =     100.00 ms /  1000 tokens (    0.05 ms per token)\n"
                  "       eval time =     500.00 ms /  50 tokens (   14.70 ms per token)\n"
                  "      total time =     600.00 ms /  1050 tokens\n" + gin_line(when, latency_ms=900) + "\n")

    for days in (19, 12, 3, 0.2):
        ask(now - days * DAY)
    _look(box, 40)
    for number in range(2):
        account = box.status()
        assert account.metric("log_prompt_tokens_7d") == 2000 + 1000 * number, account
        assert account.metric("log_output_tokens_7d") == 100 + 50 * number, account
        assert account.metric("vram_total_bytes") == 24 * 2**30, account
        assert sum(day["value"] for day in account["daily_series"]["log_prompt_tokens"]) == 4000 + 1000 * number, account
        # The start of the server is in no log any more.
        log.path.write_text("")
        ask(now - 1)
        _look(box, 40)


class _Clock:
    """A clock, and a zone, that can be set while something runs."""

    def __init__(self, box: Box, offset: float = 0, zone: str | None = None) -> None:
        self.path = box.root / "clock"
        self.zone_path = box.root / "localtime"
        self.set(offset)
        self.environment: dict[str, str | None] = {**preloaded(), "PADDOCK_TEST_CLOCK_FILE": str(self.path)}
        if zone:
            self.set_zone(zone)
            self.environment |= {"TZ": None, "PADDOCK_TEST_LOCALTIME": str(self.zone_path)}

    def set(self, offset: float) -> None:
        self.offset = int(offset)
        with self.path.open("r+b" if self.path.exists() else "wb") as stream:
            stream.write(struct.pack("=q", self.offset))

    def set_zone(self, name: str) -> None:
        fresh = self.zone_path.with_name("fresh")
        fresh.symlink_to(f"/usr/share/zoneinfo/{name}")
        fresh.rename(self.zone_path)

    def now(self) -> float:
        return time.time() + self.offset


def ahead_while_running(box: Box) -> None:
    """The process that goes on through it has the right figures afterwards, and so have others."""
    now = time.time()
    _settings(box)
    events = _write(box, _events(300, now - 28 * DAY, now - 1))
    clock = _Clock(box)
    watch = box.watch(env=clock.environment)
    watch.until(lambda account: account.metric("requests_30d") == len(events))
    for days in (40, -40, 12, 0.4, 400):
        clock.set(days * DAY)
        events += _write(box, _events(3, now - 1, now - 1))
        watch.until(lambda account: abs(account.now - clock.now()) < 3600)
        clock.set(0)
        events += _write(box, _events(2, now - 1, now - 1))
        account = watch.until(lambda account: abs(account.now - time.time()) < 3600 and account.metric("requests_30d") == len(events))
        _check(account, events)
        _check(box.status(), events)
        assert _kept(box) == len(events), (days, _kept(box), len(events))


def ahead_while_running_without_a_history(box: Box) -> None:
    now = time.time()
    _settings(box, history_days=0)
    events = _write(box, _events(300, now - 28 * DAY, now - 1))
    clock = _Clock(box)
    watch = box.watch(env=clock.environment)
    watch.until(lambda account: account.metric("requests_30d") == len(events))
    for days in (40, -40, 12, 0.4, 400):
        clock.set(days * DAY)
        events += _write(box, _events(3, now - 1, now - 1))
        watch.until(lambda account: abs(account.now - clock.now()) < 3600)
        clock.set(0)
        account = watch.until(lambda account: abs(account.now - time.time()) < 3600 and account.metric("requests_30d") == len(events))
        _check(account, events)


def _moment(zone: str, *when: int) -> float:
    return datetime(*when, tzinfo=ZoneInfo(zone)).timestamp()


def midnight_while_running(box: Box) -> None:
    _settings(box)
    midnight = _moment("Europe/Berlin", 2027, 3, 1)
    events = _events(20, midnight - 5 * 3600, midnight - 1)
    box.log(zone=ZoneInfo("Europe/Berlin")).write("".join(gin_line(event.when, zone=ZoneInfo("Europe/Berlin")) + "\n" for event in events))
    clock = _Clock(box, midnight - 20 - time.time())
    watch = box.watch(env={**clock.environment, "TZ": "Europe/Berlin"})
    watch.until(lambda account: account.metric("requests_today") == 20)
    clock.set(midnight + 5 - time.time())
    account = watch.until(lambda account: account.metric("requests_today") == 0)
    assert account.metric("requests_5h") <= 20 and account.metric("requests_1d") == 20, account
    assert [day["value"] for day in account["daily_series"]["requests"]] == [20, 0], account
    assert [day["date"] for day in account["daily_series"]["requests"]] == ["2027-02-28", "2027-03-01"], account


def leap_day(box: Box) -> None:
    _settings(box)
    noon = _moment("UTC", 2028, 2, 29, 12)
    events = _write(box, _events(400, noon - 29 * DAY, noon - 1))
    clock = _Clock(box, noon - time.time())
    _check(box.status(env=clock.environment), events)
    clock.set(noon + DAY - time.time())
    account = box.status(env=clock.environment)
    _check(account, events)
    assert account["daily_series"]["requests"][-1]["date"] == "2028-03-01"


def clocks_changed_while_running(box: Box) -> None:
    """The hour that comes twice, and the one that never comes, while the program looks on."""
    zone = ZoneInfo("Europe/Berlin")
    for number, change in enumerate((_moment("UTC", 2027, 3, 28, 1), _moment("UTC", 2027, 10, 31, 1))):
        name = f"other-{number}"
        folder = box.root / name
        log = GinLog(folder / "server.log", zone=zone)
        box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}", logs_dir=str(folder), id=name))
        clock = _Clock(box, change - 7200 - time.time())
        watch = box.watch(env={**clock.environment, "TZ": "Europe/Berlin"})
        events: list[Event] = []
        # As a server does: what is written is of now.
        for minutes in range(-115, 190, 5):
            clock.set(change + minutes * 60 - time.time())
            events.append(Event(int(change + minutes * 60 - 2)))
            log.add(events[-1].when)
            if minutes % 45 == 0:
                watch.until(lambda account, n=len(events): account.metric("requests_7d") == n)
        account = watch.until(lambda account: account.metric("requests_7d") == len(events) and abs(account.now - clock.now()) < 200)
        expected = count(events, account.now, zone)
        for metric in ("requests_today", "requests_5h", "requests_1d"):
            assert account.metric(metric) == expected[metric], (number, metric, account.metric(metric), expected[metric])
        hours = {unix(hour["hour"]): hour["value"] for hour in account["hourly_series"]["requests"] if hour["value"]}
        assert hours == hourly(events, account.now, zone, "requests"), hours
        watch.stop()


def hour_that_comes_twice_over_processes(box: Box) -> None:
    """Which of the two it is, only the order of lines tells; and who reads on was not there before."""
    zone = ZoneInfo("Europe/Berlin")
    change = _moment("UTC", 2027, 10, 31, 1)
    _settings(box)
    log = GinLog(box.logs / "server.log", zone=zone)
    events: list[Event] = []
    for minutes in range(-115, 130, 5):
        clock = _Clock(box, change + minutes * 60 - time.time())
        events.append(Event(int(change + minutes * 60 - 2)))
        log.add(events[-1].when)
        if minutes % 15 == 0:
            account = box.status(env={**clock.environment, "TZ": "Europe/Berlin"})
            hours = {unix(hour["hour"]): hour["value"] for hour in account["hourly_series"]["requests"] if hour["value"]}
            assert hours == hourly(events, account.now, zone, "requests"), (minutes, hours)


def zone_changed_while_running(box: Box) -> None:
    """On the way: days are those of the place where one is. Lines of a log have the zone of their server."""
    now = time.time()
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}", log_timezone="UTC"))
    events = _write(box, _events(300, now - 10 * DAY, now - 1))
    clock = _Clock(box, zone="Asia/Tokyo")
    watch = box.watch(env=clock.environment)
    for name in ("Asia/Tokyo", "America/Los_Angeles", "Pacific/Auckland"):
        clock.set_zone(name)
        events += _write(box, _events(3, now - 1, now - 1))
        expected = daily(events, int(now), ZoneInfo(name), "requests")
        account = watch.until(lambda account, want=expected: want == {
            day["date"]: day["value"] for day in account["daily_series"]["requests"] if day["value"]})
        wanted = count(events, account.now, ZoneInfo(name))
        for metric in ("requests_today", "requests_5h", "requests_7d", "requests_30d"):
            assert account.metric(metric) == wanted[metric], (name, metric, account.metric(metric), wanted[metric])
    assert _kept(box) == len(events)
