# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of the log belong to a model where one was loaded alone all the while, by an independent count."""

from __future__ import annotations

import math
import sqlite3
import time
from typing import NamedTuple

from fake_ollama import Exchange, FakeOllama, gin_line, make_running
from paddock import Account, Box

Seconds = dict[str, set[int]]

OUTPUT_BITS = 24
TORN = 1 << 24  # tokens of groups that are nobody's
LONE = 1 << 25  # tokens of a request long before


class Look(NamedTuple):
    """What one poll was told, or None for a restart."""
    when: float
    models: list[str] | None


class Observer:
    """Notes all looks at a server's loaded models."""

    def __init__(self, server: FakeOllama) -> None:
        self.server = server
        self.looks: list[Look] = []
        server.route("/api/ps", self._answer)

    def _answer(self, exchange: Exchange) -> None:
        names = [model["name"] for model in self.server.running]
        self.looks.append(Look(time.time(), names))
        self.server.answer_as_ollama(exchange)

    def load(self, *names: str, polls: int = 4) -> None:
        """Has these models loaded for so many polls."""
        self.server.running = [make_running(name) for name in names]
        self.wait(polls)

    def wait(self, polls: int) -> None:
        self.server.wait_for("/api/ps", polls, since=self.server.mark(), timeout=60)

    def restart(self) -> None:
        self.server.stop()
        self.looks.append(Look(time.time(), None))
        self.server.start()

    def seconds(self) -> tuple[Seconds, Seconds]:
        """For each model, the seconds that are its own for sure, and those that may be: a poll asks somewhat
        before it is heard, and has its answer before it asks again."""
        certain: Seconds = {}
        possible: Seconds = {}
        start = 0
        for end in range(1, len(self.looks) + 1):
            if end < len(self.looks) and self.looks[end].models == self.looks[start].models:
                continue
            run, start = self.looks[start:end], end
            if run[0].models is None or len(run[0].models) != 1 or len(run) < 2:
                continue
            model = run[0].models[0]
            certain.setdefault(model, set()).update(range(math.ceil(run[1].when), math.floor(run[-2].when)))
            possible.setdefault(model, set()).update(range(math.floor(run[0].when), math.floor(run[-1].when) + 1))
        return certain, possible


def _group(prompt: int, output: int, total: bool = True) -> str:
    lines = (f"slot print_timing: id  0 | task 44 | prompt eval time =     100.00 ms / {prompt:5d} tokens (    0.05 ms per token)\n"
             f"       eval time =     500.00 ms / {output:5d} tokens (   14.70 ms per token)\n")
    return lines + ("      total time =     600.00 ms /  1050 tokens\n" if total else "")


def _log_text(first: int, last: int) -> str:
    """A request in each second, whose tokens are a power of two."""
    text = _group(0, LONE) + gin_line(first - 3600, latency_ms=900) + "\n"
    for second in range(first, last + 1):
        bit = second - first
        group = _group(0, 1 << bit) if bit < OUTPUT_BITS else _group(1 << bit - OUTPUT_BITS, 0)
        text += group + gin_line(second, latency_ms=900) + "\n"
        # Two at once: whose tokens they are is not known.
        text += _group(0, TORN) + _group(0, TORN) + gin_line(second, latency_ms=900) + "\n"
    return text


def _decode(account: Account, model: str, first: int) -> set[int]:
    output = account.metric(f"log_output_tokens_5h[{model}]") or 0
    prompt = account.metric(f"log_prompt_tokens_5h[{model}]") or 0
    assert output < 1 << OUTPUT_BITS, (model, output)
    return {first + bit for bit in range(64) if (prompt << OUTPUT_BITS | output) >> bit & 1}


def _check(account: Account, first: int, certain: Seconds, possible: Seconds) -> None:
    found = {name.partition("[")[2][:-1] for name in account.metrics if name.startswith("log_output_tokens_5h[")}
    assert found == {"llama3.2:3b", "qwen3:8b"}, found
    for model in found:
        seconds = _decode(account, model, first)
        assert certain[model] and certain[model] <= seconds <= possible[model], (
            model, sorted(certain[model]), sorted(seconds), sorted(possible[model]))


def tokens_of_the_model_that_was_loaded_alone(box: Box) -> None:
    server = box.server()
    observer = Observer(server)
    box.write_settings(box.account(server), poll_interval_seconds=1)
    log = box.log()
    log.write(gin_line(time.time() - 7200) + "\n")
    first = int(time.time())
    server.running = [make_running("llama3.2:3b")]
    with box.watch() as watch:
        observer.wait(5)
        observer.load("llama3.2:3b", "qwen3:8b", polls=2)
        observer.load("qwen3:8b", polls=5)
        observer.restart()
        observer.wait(5)
        last = int(time.time())
        assert last - first < 2 * OUTPUT_BITS
        log.write(_log_text(first, last))
        total = 2 * TORN * (last - first + 1)
        account = watch.until(lambda one: (one.metric("log_unattributed_tokens_5h") or 0) == total
                              and one.metric("log_output_tokens_5h[qwen3:8b]"))
        certain, possible = observer.seconds()
        _check(account, first, certain, possible)
        observer.wait(2)
        possible = observer.seconds()[1]
    # Another process knows it, without having seen any of it.
    log.path.write_text(gin_line(time.time() - 7200) + "\n")
    account = box.status()
    _check(account, first, certain, possible)
    rows = sqlite3.connect(box.data / "paddock/history.sqlite").execute("SELECT DISTINCT model FROM loaded ORDER BY 1").fetchall()
    assert rows == [("llama3.2:3b",), ("qwen3:8b",)], rows


def one_look_tells_nothing(box: Box) -> None:
    server = box.server(running=[make_running("llama3.2:3b")])
    box.write_settings(box.account(server))
    now = int(time.time())
    box.log().write(_group(1000, 50) + gin_line(now - 1, latency_ms=900) + "\n")
    for _ in range(3):
        account = box.status()
        assert account.metric("log_output_tokens_5h") == 50, account
        assert not [name for name in account.metrics if "[" in name], account
