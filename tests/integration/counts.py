# SPDX-License-Identifier: GPL-3.0-or-later
"""What the request metrics must say, counted the plain way: every event against every window.

Shares nothing with the program but the definitions of the metrics.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from fake_ollama import GinLog

CHAT = {"/api/chat", "/v1/chat/completions", "/v1/responses", "/v1/messages"}
GENERATE = {"/api/generate", "/v1/completions"}
EMBED = {"/api/embed", "/api/embeddings", "/v1/embeddings"}
OTHER = {"/v1/images/generations", "/v1/images/edits", "/v1/audio/transcriptions"}
INFERENCE = CHAT | GENERATE | EMBED | OTHER

WINDOWS = {"5h": 5 * 3600, "1d": 24 * 3600, "7d": 7 * 24 * 3600}
FUTURE_SECONDS = 300


@dataclass(frozen=True)
class Event:
    when: int  # Unix seconds
    path: str = "/api/chat"
    method: str = "POST"
    status: int = 200
    latency_ms: float = 1000.0

    @property
    def is_inference(self) -> bool:
        return self.method == "POST" and self.path.partition("?")[0] in INFERENCE

    @property
    def route(self) -> str:
        return self.path.partition("?")[0]

    @property
    def logged_latency_ms(self) -> float:
        """As the log has it: in whole seconds above a minute."""
        return self.latency_ms if self.latency_ms <= 60_000 else self.latency_ms // 1000 * 1000

    def write(self, log: GinLog) -> None:
        log.add(self.when, path=self.path, method=self.method, status=self.status, latency_ms=self.latency_ms)


def _in_window(event: Event, window: str, now: int, zone: tzinfo) -> bool:
    if event.when > now + FUTURE_SECONDS:
        return False
    if window == "today":
        return datetime.fromtimestamp(event.when, zone).date() == datetime.fromtimestamp(now, zone).date()
    if window == "30d":
        return _day(event.when, zone) >= _day(now, zone) - timedelta(days=29)
    return event.when > now - WINDOWS[window]


def _day(when: float, zone: tzinfo) -> date:
    return datetime.fromtimestamp(when, zone).date()


def _hour(when: float, zone: tzinfo) -> int:
    """When the hour on the wall clock begins that a moment lies in, for zones whose clocks are not changed just then."""
    moment = datetime.fromtimestamp(when, zone)
    return int(moment.replace(minute=0, second=0, microsecond=0).timestamp())


def _before(window: str, now: int, zone: tzinfo) -> tuple[int, int]:
    """The first and the last second of the period before a window; that of 30 days is longer ago than a log is read."""
    if window == "today":
        today = int(datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
        yesterday = int((datetime.fromtimestamp(today - 1, zone)).replace(hour=0, minute=0, second=0).timestamp())
        return yesterday, min(yesterday + now - today, today - 1)
    if window == "7d":
        return _hour(now - 14 * 86400, zone), _hour(now - 7 * 86400, zone) - 1
    return now - 2 * WINDOWS[window] + 1, now - WINDOWS[window]


def _nearest_rank(values: list[float], share: float) -> float:
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


def count(events: Iterable[Event], now: int, zone: tzinfo) -> dict[str, Any]:
    """Every metric of the log at `now`, and only those that are known."""
    events = list(events)
    inferences = [event for event in events if event.is_inference]
    first = min((event.when for event in events), default=now)
    metrics: dict[str, Any] = {}
    for window in ("today", *WINDOWS, "30d"):
        inside = [event for event in inferences if _in_window(event, window, now, zone)]
        metrics[f"requests_{window}"] = len(inside)
        for name, routes in (("chat", CHAT), ("generate", GENERATE), ("embed", EMBED)):
            metrics[f"{name}_requests_{window}"] = sum(event.route in routes for event in inside)
        metrics[f"http_4xx_{window}"] = sum(400 <= event.status < 500 for event in inside)
        metrics[f"http_5xx_{window}"] = sum(event.status >= 500 for event in inside)
        if inside:
            latencies = [event.logged_latency_ms for event in inside]
            metrics[f"avg_latency_ms_{window}"] = sum(latencies) / len(latencies)
            metrics[f"p50_latency_ms_{window}"] = _nearest_rank(latencies, 0.50)
            metrics[f"p95_latency_ms_{window}"] = _nearest_rank(latencies, 0.95)
        if window != "30d":
            begin, end = _before(window, now, zone)
            if first <= begin - (window in WINDOWS and window != "7d"):
                metrics[f"requests_previous_{window}"] = sum(begin <= event.when <= end for event in inferences)
    metrics["recent_requests"] = metrics["requests_1d"]
    return metrics


def daily(events: Iterable[Event], now: int, zone: tzinfo, series: str) -> dict[str, int]:
    """One of the daily series over the trailing 30 days, days without an event left out."""
    today = datetime.fromtimestamp(now, zone).date()
    tests = {
        "requests": lambda event: True,
        "http_5xx": lambda event: event.status >= 500,
        "chat": lambda event: event.route in CHAT,
        "generate": lambda event: event.route in GENERATE,
    }
    days: dict[str, int] = {}
    for event in events:
        day = datetime.fromtimestamp(event.when, zone).date()
        young = today - timedelta(days=29) <= day and event.when <= now + FUTURE_SECONDS
        if event.is_inference and young and tests[series](event):
            days[day.isoformat()] = days.get(day.isoformat(), 0) + 1
    return days


def hourly(events: Iterable[Event], now: int, zone: tzinfo, series: str) -> dict[int, int]:
    """One of the hourly series over the hours that the last day lies in, hours without an event left out."""
    hours: dict[int, int] = {}
    for event in events:
        hour = _hour(event.when, zone)
        wanted = event.is_inference and (series == "requests" or event.status >= 500)
        if wanted and _hour(now - 86400, zone) <= hour <= now:
            hours[hour] = hours.get(hour, 0) + 1
    return hours
