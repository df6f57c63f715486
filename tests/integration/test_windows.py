# SPDX-License-Identifier: GPL-3.0-or-later
"""Every counter of the log, at the edges of every window, against an independent count."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import counts
from counts import Event
from fake_ollama import GinLog, gin_line
from paddock import Account, Box, preloaded, unix

UTC = timezone.utc
KINDS = ["/api/chat", "/v1/chat/completions", "/v1/responses", "/v1/messages?beta=true", "/api/generate", "/v1/completions",
         "/api/embed", "/api/embeddings", "/v1/embeddings"]
STATUSES = [200, 200, 200, 399, 400, 404, 499, 500, 503, 599]


def _log_metrics(account: Account) -> dict[str, float]:
    stems = ("requests_", "chat_requests_", "generate_requests_", "embed_requests_", "http_4xx_", "http_5xx_",
             "avg_latency_ms_", "p50_latency_ms_", "p95_latency_ms_")
    return {name: value for name, value in account.metrics.items()
            if name == "recent_requests" or (name.startswith(stems) and not name.startswith("cloud_"))}


def _differences(expected: dict[str, float], found: dict[str, float]) -> list[str]:
    lines = []
    for name in sorted(expected.keys() | found.keys()):
        wanted, given = expected.get(name), found.get(name)
        # Percentiles of 30 days come from buckets.
        share = 0.13 if name.startswith("p") and name.endswith("_30d") else 1e-4
        near = wanted is not None and given is not None and abs(wanted - given) <= max(share * abs(wanted), 1 if share > 0.1 else 0.01)
        if not near or ("latency" not in name and wanted != given):
            lines.append(f"{name}: {given}, not {wanted}")
    return lines


def _write(log: GinLog, events: list[Event]) -> None:
    log.write("".join(_line(log, event) for event in sorted(events, key=lambda event: event.when)))


def _line(log: GinLog, event: Event) -> str:
    return gin_line(event.when, event.status, event.latency_ms, event.method, event.path, zone=log.zone) + "\n"


def _check(box: Box, events: list[Event], zone: tzinfo = UTC, env: dict[str, str] | None = None) -> Account:
    """The program's numbers are those of the independent count, at the moment that it says it counted."""
    _write(box.log(zone=zone), events)
    box.write_settings(box.account(box.server()))
    account = box.status(env=env)
    moments = [account.now]
    observed = account["sources"]["server_log"].get("observed_at")
    if observed:
        moments.append(unix(observed))
    found = _log_metrics(account)
    complaints = [_differences(counts.count(events, now, zone), found) for now in moments]
    assert [] in complaints, complaints[0]
    return account


def _around(edge: int, spread: int = 25) -> list[int]:
    return list(range(edge - spread, edge + spread + 1))


def _events_at(moments: list[int]) -> list[Event]:
    """One request at each moment, of all kinds, statuses and latencies in turn."""
    pick = random.Random(7)
    return [Event(when, pick.choice(KINDS), "POST", pick.choice(STATUSES), pick.choice([0.05, 3.5, 250, 1200, 61000, 3_600_000]))
            for when in moments]


def edge_of_five_hours(box: Box) -> None:
    _check(box, _events_at(_around(int(time.time()) - 5 * 3600)))


def edge_of_a_day(box: Box) -> None:
    _check(box, _events_at(_around(int(time.time()) - 24 * 3600)))


def edge_of_a_week(box: Box) -> None:
    _check(box, _events_at(_around(int(time.time()) - 7 * 24 * 3600)))


def edge_of_the_future(box: Box) -> None:
    now = int(time.time())
    account = _check(box, _events_at([now - 60, *_around(now + counts.FUTURE_SECONDS)]))
    assert account.diagnostics, "stamps from the future give a diagnostic"


def far_future_counts_nowhere(box: Box) -> None:
    now = int(time.time())
    account = _check(box, _events_at([now - 60, now + 3600, now + 86400, now + 400 * 86400]))
    assert account.metric("requests_7d") == 1
    assert "server_log_error" in account.diagnostics
    assert "future" in account.diagnostics["server_log_error"], account.diagnostics


def clock_slightly_behind_is_forgiven(box: Box) -> None:
    now = int(time.time())
    account = _check(box, _events_at([now + 120]))
    assert account.metric("requests_5h") == 1


def midnight_is_local(box: Box) -> None:
    zone = ZoneInfo("Pacific/Auckland")
    local = datetime.now(zone)
    midnight = int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    now = int(time.time())
    moments = [when for when in _around(midnight) if when <= now]
    _check(box, _events_at(moments + [now - 1]), zone, {"TZ": "Pacific/Auckland"})


def _at(box: Box, zone_name: str, moment: datetime, moments: list[int]) -> Account:
    """The count as it stands at a moment of local time, with the clock moved there."""
    zone = ZoneInfo(zone_name)
    offset = int(moment.replace(tzinfo=zone).timestamp()) - int(time.time())
    return _check(box, _events_at(moments), zone, preloaded(offset) | {"TZ": zone_name})


def just_after_midnight(box: Box) -> None:
    zone = ZoneInfo("Europe/Berlin")
    midnight = int(datetime(2026, 11, 20, tzinfo=zone).timestamp())
    account = _at(box, "Europe/Berlin", datetime(2026, 11, 20, 0, 0, 30), _around(midnight))
    assert account.metric("requests_today") > 0
    assert account.metric("requests_5h") > account.metric("requests_today")


def just_before_midnight(box: Box) -> None:
    zone = ZoneInfo("Europe/Berlin")
    midnight = int(datetime(2026, 11, 20, tzinfo=zone).timestamp())
    account = _at(box, "Europe/Berlin", datetime(2026, 11, 20, 23, 58, 0), _around(midnight))
    assert account.metric("requests_today") == 26


def day_of_23_hours(box: Box) -> None:
    zone = ZoneInfo("Europe/Berlin")
    noon = int(datetime(2026, 3, 29, 12, tzinfo=zone).timestamp())
    moments = list(range(noon - 30 * 3600, noon, 1800))
    _at(box, "Europe/Berlin", datetime(2026, 3, 29, 12, 0, 0), moments)


def day_of_25_hours(box: Box) -> None:
    zone = ZoneInfo("Europe/Berlin")
    noon = int(datetime(2026, 10, 25, 12, tzinfo=zone).timestamp())
    # The hour that comes twice is told apart by the order of the lines alone.
    moments = list(range(noon - 30 * 3600, noon, 600))
    _at(box, "Europe/Berlin", datetime(2026, 10, 25, 12, 0, 0), moments)


def zone_without_whole_hours(box: Box) -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    midnight = int(datetime(2026, 11, 20, tzinfo=zone).timestamp())
    _at(box, "Asia/Kathmandu", datetime(2026, 11, 20, 0, 3, 0), _around(midnight))


def log_in_another_zone(box: Box) -> None:
    now = int(time.time())
    events = _events_at([now - 60, now - 5 * 3600 + 60, now - 5 * 3600 - 60, now - 86400 + 60])
    _write(box.log(zone=ZoneInfo("America/New_York")), events)
    box.write_settings(box.account(box.server(), log_timezone="America/New_York"))
    account = box.status()
    assert _differences(counts.count(events, account.now, UTC), _log_metrics(account)) == []


def log_in_utc_on_a_local_machine(box: Box) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    now = int(time.time())
    events = _events_at([now - 60, now - 5 * 3600 + 60, now - 5 * 3600 - 60])
    _write(box.log(), events)
    box.write_settings(box.account(box.server(), log_timezone="UTC"))
    account = box.status(env={"TZ": "Asia/Tokyo"})
    assert _differences(counts.count(events, account.now, zone), _log_metrics(account)) == []


def every_route_and_status(box: Box) -> None:
    now = int(time.time())
    events = [Event(now - 100 - number, path, method, status, 10.0 + number)
              for number, (path, method, status) in enumerate(
                  (path, method, status)
                  for path in (*KINDS, "/v1/images/generations", "/v1/audio/transcriptions", "/api/tags", "/api/ps", "/api/show",
                               "/api/chats", "/api/chat/", "//api/chat", "/", "/v1/models", "/api/pull", "/api/chat?x=1")
                  for method in ("POST", "GET", "OPTIONS", "HEAD")
                  for status in (200, 204, 404, 500))]
    _check(box, events)


def percentiles_are_of_the_same_requests(box: Box) -> None:
    now = int(time.time())
    pick = random.Random(11)
    events = [Event(now - pick.randrange(1, 5 * 3600 - 60), "/api/chat", "POST", 200, pick.lognormvariate(7, 2)) for _ in range(997)]
    events += [Event(now - 30, "/api/tags", "GET", 200, 9e6) for _ in range(50)]
    _check(box, events)


def one_request_has_percentiles(box: Box) -> None:
    account = _check(box, [Event(int(time.time()) - 30, latency_ms=1234.5)])
    assert account.metric("p50_latency_ms_5h") == account.metric("p95_latency_ms_5h")


def empty_window_has_no_latency(box: Box) -> None:
    account = _check(box, [Event(int(time.time()) - 6 * 3600)])
    assert account.metric("requests_5h") == 0, "the log is there, so none is known"
    assert "avg_latency_ms_5h" not in account.metrics
    assert "p50_latency_ms_5h" not in account.metrics
    assert "avg_latency_ms_1d" in account.metrics


def a_week_of_traffic(box: Box) -> None:
    now = int(time.time())
    pick = random.Random(3)
    events = [Event(now - pick.randrange(1, 9 * 86400), pick.choice([*KINDS, "/api/tags"]), pick.choice(["POST", "POST", "GET"]),
                    pick.choice(STATUSES), pick.lognormvariate(6, 2)) for _ in range(20_000)]
    _check(box, events)


def series_per_day(box: Box) -> None:
    now = int(time.time())
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    moments = []
    for days in (0, 1, 2, 5, 28, 29, 30, 31, 40):
        midnight = int((today - timedelta(days=days)).timestamp())
        moments += [when for when in (midnight, midnight + 1, midnight + 86399) if when <= now]
    events = _events_at(moments)
    _write(box.log(), events)
    box.write_settings(box.account(box.server()))
    account = box.status()
    for series in ("requests", "http_5xx", "chat", "generate"):
        found = {day["date"]: day["value"] for day in account["daily_series"][series] if day["value"]}
        assert found == counts.daily(events, account.now, UTC, series), series
        dates = [day["date"] for day in account["daily_series"][series]]
        assert dates == sorted(dates) and len(dates) <= 30, dates


def series_per_hour(box: Box) -> None:
    now = int(time.time())
    pick = random.Random(5)
    events = [Event(now - pick.randrange(1, 27 * 3600), pick.choice([*KINDS, "/api/tags"]), "POST", pick.choice(STATUSES),
                    pick.choice([100, 200, 400])) for _ in range(500)]
    _write(box.log(zone=ZoneInfo("Asia/Kolkata")), events)
    box.write_settings(box.account(box.server()))
    account = box.status(env={"TZ": "Asia/Kolkata"})
    for series in ("requests", "http_5xx"):
        found = {unix(hour["hour"]): hour["value"] for hour in account["hourly_series"][series]}
        assert {hour: value for hour, value in found.items() if value} == \
            counts.hourly(events, account.now, ZoneInfo("Asia/Kolkata"), series), series
        assert len(found) == 25 and list(found) == sorted(found), found
    latencies = {hour["hour"]: hour["value"] for hour in account["hourly_series"]["p50_latency_ms"]}
    assert all(80 <= value <= 460 for value in latencies.values()), latencies
    assert all(hour["value"] >= latencies[hour["hour"]] for hour in account["hourly_series"]["p95_latency_ms"])


def period_before_is_left_out_where_the_log_begins_later(box: Box) -> None:
    now = int(time.time())
    account = _check(box, _events_at([now - 9 * 3600, now - 6 * 3600, now - 3600]))
    assert not any("previous" in name for name in account.metrics), account.metrics


def period_before_is_counted(box: Box) -> None:
    now = int(time.time())
    account = _check(box, _events_at([now - 15 * 86400, *range(now - 14 * 86400, now, 7000)]))
    for window in ("today", "5h", "1d", "7d"):
        assert f"requests_previous_{window}" in account.metrics, window
    assert "requests_previous_30d" not in account.metrics


def month_before_is_counted(box: Box) -> None:
    """A log that goes back as far tells of thirty days with which the last thirty are compared, from the first look on."""
    now = int(time.time())
    midnight = now - now % 86400
    times = [midnight - 60 * 86400, *range(midnight - 59 * 86400, now, 7000)]
    log = box.log()
    for when in times:
        log.add(when)
    box.write_settings(box.account(box.server()))
    account = box.status()
    assert account.metric("requests_30d") == sum(when >= midnight - 29 * 86400 for when in times)
    before = sum(midnight - 59 * 86400 <= when < midnight - 29 * 86400 for when in times)
    assert account.metric("requests_previous_30d") == before, account.metrics


def month_before_of_a_large_log_is_left_out(box: Box) -> None:
    """Nobody waits for many lines of days that are only compared with; half counted they are not told, nor by later looks."""
    now = int(time.time())
    log = box.log()
    log.add(now - 70 * 86400)
    log.add(now - 40 * 86400)
    lines = log.path.read_bytes()
    old = lines[len(lines) // 2:]
    log.path.write_bytes(lines + old * (70_000_000 // len(old)))
    times = [*range(now - 29 * 86400, now, 7000)]
    for when in times:
        log.add(when)
    box.write_settings(box.account(box.server()))
    midnight = now - now % 86400
    for _ in range(2):
        account = box.status()
        assert account.metric("requests_30d") == sum(when >= midnight - 29 * 86400 for when in times)
        assert "requests_previous_7d" in account.metrics and "requests_previous_30d" not in account.metrics, account.metrics
        # The next one reads what is new alone, which is little.
        log.add(now)
        times.append(now)


def requests_over_several_files(box: Box) -> None:
    now = int(time.time())
    events = _events_at(list(range(now - 6 * 86400, now, 1800)))
    third = len(events) // 3
    _write(box.log("server-2.log"), events[:third])
    _write(box.log("server-1.log"), events[third:2 * third])
    _write(box.log("server.log"), events[2 * third:])
    box.write_settings(box.account(box.server()))
    account = box.status()
    assert _differences(counts.count(events, account.now, UTC), _log_metrics(account)) == []
