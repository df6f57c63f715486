# SPDX-License-Identifier: GPL-3.0-or-later
"""Clocks that are wrong for a while, and days and zones that change: what was counted is right when the clock is."""

from __future__ import annotations

import random
import sqlite3
import time
from datetime import timezone

from counts import Event, count, daily
from fake_ollama import closed_port, gin_line
from journal import request, write
from paddock import Account, Box, preloaded

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
