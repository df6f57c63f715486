# SPDX-License-Identifier: GPL-3.0-or-later
"""A resolver that never answers: the worst a name can do to a program that asks from its main loop."""

from __future__ import annotations

import time

from paddock import Box, preloaded

STALLED = "http://ollama.stall.test:11434"


def status_prints_the_rest_and_exits(box: Box) -> None:
    box.log().add(time.time() - 1)
    box.write_settings(box.account(STALLED))
    account = box.status(expect=0, env=preloaded(), timeout=30)  # the resolver would take for ever
    assert account.metric("requests_5h") == 1
    assert account.state("local_api") == "failed"
    assert "ollama.stall.test" in account.diagnostics["local_api_error"]


def other_accounts_are_not_held_up(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(STALLED, id="stalled"), box.account(server, id="good"))
    stalled, good = box.statuses(expect=0, env=preloaded())
    assert good.metric("models_total") == len(server.models)
    assert "local_api_error" in stalled.diagnostics


def watch_goes_on(box: Box) -> None:
    log = box.log()
    box.write_settings(box.account(STALLED))
    watch = box.watch(env=preloaded())
    for number in (1, 2, 3):
        log.add(time.time() - 1)
        watch.until(lambda account, wanted=number: account.metric("requests_5h") == wanted)


def watch_ends_on_sigterm(box: Box) -> None:
    box.log().add(time.time() - 1)
    box.write_settings(box.account(STALLED))
    watch = box.watch(env=preloaded())
    watch.until(lambda account: account.metric("requests_5h") == 1)
    watch.stop()


def account_is_dropped_while_it_resolves(box: Box) -> None:
    server = box.server()
    box.log().add(time.time() - 1)
    box.write_settings(box.account(STALLED))
    watch = box.watch(env=preloaded())
    watch.until(lambda account: account.metric("requests_5h") == 1)
    box.write_settings(box.account(server))
    watch.until(lambda account: account.metric("models_total") == len(server.models))
