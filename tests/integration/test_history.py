# SPDX-License-Identifier: GPL-3.0-or-later
"""`paddock history`: what Paddock's own file has kept, for people and for scripts."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import time
from datetime import datetime, timezone
from pathlib import Path

from paddock import Box, Json, Result, preloaded

SCHEMA = """
PRAGMA application_id = 0x5064686b;
PRAGMA user_version = 1;
CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, generation INTEGER NOT NULL, state BLOB);
CREATE TABLE hour (
  account INTEGER NOT NULL REFERENCES account, start_sec INTEGER NOT NULL, requests INTEGER NOT NULL,
  chat INTEGER NOT NULL, generate INTEGER NOT NULL, embed INTEGER NOT NULL, other INTEGER NOT NULL,
  http_4xx INTEGER NOT NULL, http_5xx INTEGER NOT NULL, latency_msec REAL NOT NULL, prompt_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, unattributed_tokens INTEGER NOT NULL, output_msec REAL NOT NULL,
  buckets BLOB NOT NULL, PRIMARY KEY (account, start_sec)) WITHOUT ROWID;
CREATE TABLE recent (
  account INTEGER NOT NULL REFERENCES account, kind INTEGER NOT NULL, start_sec INTEGER NOT NULL,
  generation INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (account, kind, start_sec)) WITHOUT ROWID;
"""

HOUR = 3600
DAY = 24 * HOUR
NOON = int(datetime(2026, 11, 20, 12, tzinfo=timezone.utc).timestamp())

# A percentile comes of a histogram.
NEAR = 1 / 8

# Ten requests of 100 to 125 ms, from 96 to 112 and to 128: buckets 27 and 28.
TEN = {"requests": 10, "chat": 7, "generate": 2, "embed": 1, "http_4xx": 1, "latency_msec": 1100.0,
       "buckets": bytes([27, 5, 28, 5])}
TOKENS = {"prompt_tokens": 500, "output_tokens": 300, "unattributed_tokens": 3, "output_msec": 6000.0}


def _path(box: Box) -> Path:
    return box.data / "paddock/history.sqlite"


def _make(box: Box, hours: dict[str, dict[int, dict[str, Json]]]) -> None:
    """The file, as Paddock makes it, with these hours by account and by when they begin."""
    _path(box).parent.mkdir(parents=True)
    connection = sqlite3.connect(_path(box))
    connection.executescript("PRAGMA journal_mode = WAL;" + SCHEMA)
    for number, (account, starts) in enumerate(hours.items(), 1):
        connection.execute("INSERT INTO account VALUES (?, ?, 1, NULL)", (number, account))
        for start, sums in starts.items():
            columns = ("requests", "chat", "generate", "embed", "other", "http_4xx", "http_5xx", "latency_msec",
                       "prompt_tokens", "output_tokens", "unattributed_tokens", "output_msec")
            values = [number, start, *(sums.get(name, 0) for name in columns), sums.get("buckets", b"")]
            connection.execute(f"INSERT INTO hour VALUES ({', '.join('?' * len(values))})", values)
    connection.commit()
    connection.close()


def _at_noon(zone: str = "UTC") -> dict[str, str]:
    """The environment in which it is now noon of 20 November 2026, or a few seconds later."""
    return preloaded(NOON - int(time.time())) | {"TZ": zone}


def _history(box: Box, *arguments: str, zone: str = "UTC", expect: int = 0) -> Result:
    return box.run("history", *arguments, env=_at_noon(zone), expect=expect)


def _accounts(box: Box, *arguments: str, **details: Json) -> dict[str, Json]:
    document = _history(box, "--json", *arguments, **details).json()
    assert document["schema"] == 1
    return {account["id"]: account for account in document["accounts"]}


def _rows(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout)))


def json_has_days_and_hours(box: Box) -> None:
    _make(box, {"home": {NOON - DAY: TEN, NOON - 2 * HOUR: TEN | TOKENS, NOON - HOUR: TEN}})
    document = _history(box, "--json").json()
    assert document["generated_at"].startswith("2026-11-20T12:00:"), document["generated_at"]
    home = document["accounts"][0]
    assert [day["date"] for day in home["days"]] == ["2026-11-19", "2026-11-20"]
    assert [hour["start"] for hour in home["hours"]] == ["2026-11-19T12:00:00Z", "2026-11-20T10:00:00Z",
                                                         "2026-11-20T11:00:00Z"]
    today = home["days"][1]
    p50, p95 = today.pop("p50_latency_ms"), today.pop("p95_latency_ms")
    assert today == {"date": "2026-11-20", "requests": 20, "chat": 14, "generate": 4, "embed": 2, "other": 0,
                     "http_4xx": 2, "http_5xx": 0, "avg_latency_ms": 110, "prompt_tokens": 500,
                     "output_tokens": 300, "unattributed_tokens": 3, "tokens_per_second": 50}
    assert 96 <= p50 <= 112 and 112 <= p95 <= 128, (p50, p95)


def what_is_not_known_is_left_out(box: Box) -> None:
    _make(box, {"home": {NOON - 3 * HOUR: TEN, NOON - 2 * HOUR: TOKENS | {"output_msec": 0.0}}})
    first, second = _accounts(box)["home"]["hours"]
    assert first["requests"] == 10 and not [name for name in first if "token" in name], first
    assert second["requests"] == 0 and not [name for name in second if "latency" in name], second
    assert second["output_tokens"] == 300 and "tokens_per_second" not in second, second
    rows = _rows(_history(box, "--csv"))
    assert rows[0]["prompt_tokens"] == rows[0]["tokens_per_second"] == "", rows[0]
    assert rows[1]["avg_latency_ms"] == rows[1]["p95_latency_ms"] == rows[1]["tokens_per_second"] == "", rows[1]


def csv_has_an_hour_in_a_row(box: Box) -> None:
    name = 'a "big", old box'
    _make(box, {name: {NOON - HOUR: TEN | TOKENS}, "home": {NOON - DAY: TEN, NOON - HOUR: TEN}})
    result = _history(box, "--csv")
    rows = _rows(result)
    assert [(row["account"], row["start"]) for row in rows] == [
        (name, "2026-11-20T11:00:00Z"), ("home", "2026-11-19T12:00:00Z"), ("home", "2026-11-20T11:00:00Z")]
    assert rows[0]["requests"] == "10" and rows[0]["output_tokens"] == "300" and rows[0]["avg_latency_ms"] == "110"
    assert "\r" not in result.stdout and result.stdout.endswith("\n")
    # The same names and numbers as in JSON.
    hour = _accounts(box)[name]["hours"][0]
    assert {key: value for key, value in rows[0].items() if key not in ("account", "start")} == {
        key: str(value) for key, value in hour.items() if key != "start"}


def table_for_people(box: Box) -> None:
    _make(box, {"home": {NOON - DAY: TEN | {"requests": 1234567}, NOON - HOUR: TEN | TOKENS}})
    text = _history(box).stdout
    lines = text.splitlines()
    assert lines[0] == "home"
    assert len(lines) == 5, text
    assert "19 Nov 2026" in lines[2] and "1234567" in lines[2] and "20 Nov 2026" in lines[3], text
    assert all(len(line) <= 80 for line in lines), text


def days_are_local_and_end_today(box: Box) -> None:
    # Noon in UTC is one in the night of the next day in Auckland, where the day began an hour before.
    _make(box, {"home": {NOON - hours * HOUR: TEN for hours in range(0, 24 * 9)}})
    for zone, today, n_hours in (("UTC", "2026-11-20", 13), ("Pacific/Auckland", "2026-11-21", 2),
                                 ("Pacific/Honolulu", "2026-11-20", 3)):
        home = _accounts(box, "--days", "1", zone=zone)["home"]
        assert [day["date"] for day in home["days"]] == [today], (zone, home["days"])
        assert len(home["hours"]) == n_hours, (zone, len(home["hours"]))
        home = _accounts(box, "--days", "7", zone=zone)["home"]
        assert len(home["days"]) == 7 and len(home["hours"]) == n_hours + 6 * 24, zone
    assert len(_accounts(box, "--days", "3660")["home"]["hours"]) == 24 * 9
    assert len(_accounts(box)["home"]["hours"]) == 24 * 9


def day_of_25_hours(box: Box) -> None:
    midnight = int(datetime(2026, 10, 24, 22, tzinfo=timezone.utc).timestamp())
    _make(box, {"home": {midnight + hours * HOUR: TEN for hours in range(-3, 28)}})
    days = _accounts(box, zone="Europe/Berlin")["home"]["days"]
    assert [(day["date"], day["requests"]) for day in days] == [
        ("2026-10-24", 30), ("2026-10-25", 250), ("2026-10-26", 30)], days


def day_of_two_midnights(box: Box) -> None:
    """Where clocks are put back from one to midnight, the day begins with the first of the two."""
    midnight = int(datetime(2026, 11, 1, 4, tzinfo=timezone.utc).timestamp())
    _make(box, {"home": {midnight + hours * HOUR: TEN for hours in range(-3, 28)}})
    days = _accounts(box, "--days", "20", zone="America/Havana")["home"]["days"]
    assert [(day["date"], day["requests"]) for day in days] == [("2026-11-01", 250), ("2026-11-02", 30)], days


def one_account_of_several(box: Box) -> None:
    _make(box, {"home": {NOON - HOUR: TEN}, "box": {NOON - HOUR: TEN}})
    assert set(_accounts(box)) == {"home", "box"}
    assert set(_accounts(box, "--account", "box")) == {"box"}


def account_that_is_not_there(box: Box) -> None:
    _make(box, {"home": {NOON - HOUR: TEN}})
    box.write_settings(box.account(id="home"), box.account(id="new"))
    result = _history(box, "--json", "--account", "nobody", expect=2)
    assert "nobody" in result.stderr and result.stdout == ""
    # One that the settings know has nothing yet.
    result = _history(box, "--json", "--account", "new", expect=1)
    assert result.json()["accounts"] == [] and len(result.stderr.splitlines()) == 1


def accounts_outlive_the_settings(box: Box) -> None:
    _make(box, {"home": {NOON - HOUR: TEN}, "gone": {NOON - HOUR: TEN}})
    box.write_settings(box.account(id="home"))
    assert set(_accounts(box)) == {"home", "gone"}
    assert set(_accounts(box, "--account", "gone")) == {"gone"}
    # The call that names a file means its accounts.
    assert set(_accounts(box, "--config", str(box.settings_path))) == {"home"}


def settings_that_cannot_be_used(box: Box) -> None:
    _make(box, {"home": {NOON - HOUR: TEN}})
    box.write_settings_text("{ broken")
    assert set(_accounts(box)) == {"home"}
    result = _history(box, "--config", str(box.settings_path), expect=2)
    assert "settings.json" in result.stderr and result.stdout == ""


def no_file_yet(box: Box) -> None:
    for arguments, printed in (([], ""), (["--csv"], "account,start,")):
        result = _history(box, *arguments, expect=1)
        assert result.stdout.startswith(printed) and len(result.stdout.splitlines()) == (1 if printed else 0)
        assert len(result.stderr.splitlines()) == 1 and "paddock status" in result.stderr, result.stderr
    result = _history(box, "--json", expect=1)
    assert result.json()["accounts"] == []
    assert not _path(box).exists(), "to look is not to begin one"


def nothing_in_these_days(box: Box) -> None:
    _make(box, {"home": {NOON - 40 * DAY: TEN}})
    assert _accounts(box, "--days", "30", expect=1) == {"home": {"id": "home", "days": [], "hours": []}}
    result = _history(box, "--days", "30", expect=1)
    assert result.stdout == "" and len(result.stderr.splitlines()) == 1, result


def file_stays_as_it_is(box: Box) -> None:
    _make(box, {"home": {NOON - HOUR: TEN}})
    before = _path(box).read_bytes()
    _history(box)
    assert _path(box).read_bytes() == before


def file_that_is_none_of_ours(box: Box) -> None:
    _path(box).parent.mkdir(parents=True)
    for content in (b"no database at all, but long enough to be one" * 50, b""):
        _path(box).write_bytes(content)
        result = _history(box, "--json", expect=1)
        assert len(result.stderr.splitlines()) == 1, result.stderr
        assert _path(box).read_bytes() == content
    _path(box).unlink()
    with sqlite3.connect(_path(box)) as connection:
        connection.execute("CREATE TABLE hour (start_sec)")
    result = _history(box, "--json", expect=1)
    assert "history.sqlite" in result.stderr and result.stdout == ""


def damaged_rows(box: Box) -> None:
    _make(box, {"home": {-(2**63): TEN, 2**62: TEN, NOON - 2 * HOUR: TEN | {"buckets": b"\xff\xff\xff"},
                         NOON - HOUR: TEN | {"requests": -1, "latency_msec": 1e308}}})
    home = _accounts(box)["home"]
    assert [hour["start"] for hour in home["hours"]] == ["2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"]
    assert "p50_latency_ms" not in home["hours"][0] and home["hours"][0]["avg_latency_ms"] == 110
    assert len(_rows(_history(box, "--csv"))) == 2
    _history(box)


def wrong_calls(box: Box) -> None:
    for call in (["--days", "0"], ["--days", "3661"], ["--days", "-1"], ["--days", "x"], ["--csv", "--json"],
                 ["--interval", "5"], ["--format=waybar"], ["more"]):
        result = box.run("history", *call, expect=2)
        assert result.stdout == "" and len(result.stderr.splitlines()) == 1, (call, result)
    for call in (["status", "--csv"], ["watch", "--days", "1"], ["--csv"]):
        box.run(*call, expect=2)


def demo_history(box: Box) -> None:
    home = _accounts(box, "--demo")["demo"]
    assert len(home["days"]) == 30 and home["days"][-1]["date"] == "2026-11-20"
    assert len(_accounts(box, "--demo", "--days", "2")["demo"]["days"]) == 2
    assert len(_rows(_history(box, "--demo", "--csv"))) == len(home["hours"])
    # The same requests as those of the demo's status.
    status = box.status("--demo", env=_at_noon())
    assert status.metric("requests_today") == home["days"][-1]["requests"]
    assert status.metric("log_output_tokens_today") == home["days"][-1]["output_tokens"]
    assert not _path(box).exists()
    _history(box, "--demo", "--account", "nobody", expect=2)
    assert list(_accounts(box, "--demo", "--account", status["id"])) == ["demo"], "the demo's account has one name"


def log_that_was_read(box: Box) -> None:
    """The file as Paddock itself writes it."""
    server = box.server()
    box.write_settings(box.account(server))
    log = box.log()
    msec = [100 + i for i in range(100)]
    for i, latency in enumerate(msec):
        log.add(NOON - 90 * 60 + i, path="/api/chat", status=500 if i == 7 else 200, latency_ms=latency)
    log.add(NOON - DAY, path="/api/embed", latency_ms=5)
    box.status(env=_at_noon())
    days = _accounts(box)["ollama"]["days"]
    assert [(day["date"], day["requests"]) for day in days] == [("2026-11-19", 1), ("2026-11-20", 100)], days
    assert days[0]["embed"] == 1 and days[1]["chat"] == 100 and days[1]["http_5xx"] == 1
    assert abs(days[1]["avg_latency_ms"] - sum(msec) / 100) < 0.01
    for name, exact in (("p50_latency_ms", 149), ("p95_latency_ms", 194)):
        assert abs(days[1][name] - exact) <= exact * NEAR, (name, days[1][name])
    assert "output_tokens" not in days[1]


def log_that_is_gone(box: Box) -> None:
    """What was read once is kept, whatever became of the log."""
    server = box.server()
    box.write_settings(box.account(server))
    log = box.log()
    log.add(NOON - HOUR, path="/api/chat")
    box.status(env=_at_noon())
    os.unlink(log.path)
    box.status(env=_at_noon())
    assert _accounts(box)["ollama"]["days"][0]["requests"] == 1


def history_while_the_applet_writes(box: Box) -> None:
    """A reader sees the last commit of a process that has the file open."""
    _make(box, {"home": {NOON - HOUR: TEN}})
    writer = sqlite3.connect(_path(box), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE hour SET requests = 11")
    assert _accounts(box)["home"]["hours"][0]["requests"] == 10
    writer.execute("COMMIT")
    assert _accounts(box)["home"]["hours"][0]["requests"] == 11
    writer.close()
