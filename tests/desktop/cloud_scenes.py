# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window shows of the cloud in each of its states, for the pictures of the documents."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from panel import Applet, Box, Panel, wait_until

import fake_ollama
from fake_ollama import FakeOllama, json_answer, make_model
from paddock import preloaded

BUCKETS = {"24h": 25, "7d": 8, "30d": 31}


def _in(**delta: float) -> str:
    return (datetime.now(timezone.utc) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _usage(query: str, has_cost: bool) -> Any:
    """A month with busy and quiet days, the same each time."""
    name = query.partition("=")[2]
    step = timedelta(hours=1) if name == "24h" else timedelta(days=1)
    start = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    if name != "24h":
        start = start.replace(hour=0)
    chance = random.Random(7)
    counts = [chance.randint(5, 90) for _ in range(31)][-BUCKETS[name]:]
    buckets = [{"from": (start - step * (len(counts) - 1 - index)).strftime("%Y-%m-%dT%H:%M:%SZ"), "request_count": count,
                **({"usage_usd": round(count * 0.0137, 4)} if has_cost else {})} for index, count in enumerate(counts)]
    totals = {key: round(sum(bucket[key] for bucket in buckets), 4) for key in buckets[0] if key != "from"}
    return {"range": name, "totals": totals, "buckets": buckets}


def _start(box: Box, signed_in: bool = True, has_cost: bool = True, **included: Any) -> tuple[Panel, FakeOllama]:
    panel = Panel(box)
    fake_ollama.usage_of = lambda query: _usage(query, has_cost)
    server = box.server(signed_in=signed_in, models=[make_model("llama3.2:3b"), make_model("qwen3-coder:30b")], running=[])
    server.balance = {"included": included, "purchased": {"balance_usd": 25}}
    log = box.log()
    for number in range(60):
        log.add(time.time() - 5 * 86400 * (60 - number) / 60 - 30)
    box.write_settings(box.account(server), poll_interval_seconds=1, notifications={"silent": True})
    return panel, server


def _wait(panel: Panel, server: FakeOllama) -> Applet:
    applet = panel.start()
    applet.item().wait_for("Title", lambda title: "models" in title)
    server.wait_for("/api/ps", count=3)
    return applet


CREDITS = {"balance_usd": 45.39, "allowance_usd": 60, "period": {"from": _in(days=-12), "until": _in(days=18)}}


def _legacy(session: float, weekly: float) -> dict[str, Any]:
    return {"session": {"remaining_percent": 100 - session, "resets_at": _in(hours=2, minutes=14)},
            "weekly": {"remaining_percent": 100 - weekly, "resets_at": _in(days=2, hours=5)}}


def credit_plan(box: Box) -> tuple[Panel, Applet]:
    panel, server = _start(box, **CREDITS)
    return panel, _wait(panel, server)


def legacy_plan(box: Box) -> tuple[Panel, Applet]:
    panel, server = _start(box, has_cost=False, **_legacy(25, 40))
    return panel, _wait(panel, server)


def at_96_percent(box: Box) -> tuple[Panel, Applet]:
    panel, server = _start(box, has_cost=False, **_legacy(61, 96))
    applet = _wait(panel, server)
    applet.item().wait_for("IconName", lambda name: "attention" in name)
    return panel, applet


def signed_out(box: Box) -> tuple[Panel, Applet]:
    panel, server = _start(box, signed_in=False)
    return panel, _wait(panel, server)


def offline(box: Box) -> tuple[Panel, Applet]:
    """Three hours after the cloud has been reached the last time."""
    panel, server = _start(box, **CREDITS)
    box.status()
    for path in ("/api/balance", "/api/usage"):
        server.route(path, json_answer({"error": "no route"}, 502))
    since = server.mark()
    box.environment |= preloaded(3 * 3600)
    applet = panel.start()
    server.wait_for("/api/balance", since=since)
    wait_until(lambda: len(server.seen("/api/ps", since=since)) > 2, "some polls")
    return panel, applet


CLOUD_SCENES = {"credit-plan": credit_plan, "legacy-plan": legacy_plan, "at-96-percent": at_96_percent,
                "signed-out": signed_out, "offline": offline}
