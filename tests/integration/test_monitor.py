# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedule: what is asked when, and what is shown while the server is away."""

from __future__ import annotations

import threading
import time

from fake_ollama import Behaviour, Exchange, Gate, hang_before_headers, make_model, make_running, server_error
from paddock import DEADLINE, Account, Box


def _is_ok(account: Account) -> bool:
    return account.state("local_api") == "ok"


def _is_stale(account: Account) -> bool:
    return account.state("local_api") == "stale"


def stopped_server_is_stale(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    watch = box.watch()
    before = watch.until(_is_ok)
    server.stop()
    after = watch.until(_is_stale)
    assert after.metric("models_total") == before.metric("models_total"), "the last good reading stays"
    assert after.diagnostics["local_api_error"]
    assert "observed_at" in after["sources"]["local_api"], "which says how old it is"


def returned_server_is_found(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(_is_ok)
    server.stop()
    watch.until(_is_stale)
    server.models = [make_model("new:latest")]
    since = server.mark()
    server.start()
    account = watch.until(_is_ok)
    assert account.model_names == ["new:latest"]
    assert "local_api_error" not in account.diagnostics
    server.wait_for("/api/version", since=since)


def returned_server_is_found_within_one_interval(box: Box) -> None:
    """However long it was away: no back-off stretches the way to a local server."""
    server = box.server()
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(_is_ok)
    # Refuse some polls in a row, each of which the server sees as a connection that it closes.
    server.route("*", lambda exchange: setattr(exchange, "keep_alive", False))
    watch.until(_is_stale)
    server.wait_for(None, count=6, since=server.mark())
    server.route("*", None)
    watch.until(_is_ok, timeout=15)  # an interval is 1 s


def flights_do_not_overlap(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(_is_ok)
    gate = Gate(server, "/api/ps")
    assert gate.entered.wait(30)
    # The log source goes on meanwhile; its changes prove that polls pass by.
    log = box.log()
    for number in (1, 2, 3):
        log.add(time.time() - 1)
        watch.until(lambda account, wanted=number: account.metric("requests_5h") == wanted)
    assert server.most_in_flight["/api/ps"] == 1
    assert server.most_in_flight["/api/tags"] == 1
    gate.open()
    server.wait_for("/api/ps", count=2, since=server.mark())
    assert server.most_in_flight["/api/ps"] == 1


def slow_changes_are_asked_once(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(_is_ok)
    server.wait_for("/api/ps", count=5)
    assert len(server.seen("/api/version")) == 1
    assert len(server.seen("/api/status")) == 1
    assert len(server.seen("/api/me")) == 1
    assert server.seen("/api/show") == [], "a server of today tells capabilities in its list"


def slow_changes_are_asked_again_after_a_restart(box: Box) -> None:
    server = box.server(version="0.40.12", signed_in=True)
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(lambda account: _is_ok(account) and account.state("local_account") == "ok")
    server.stop()
    watch.until(_is_stale)
    server.version = "0.41.0"
    since = server.mark()
    server.start()
    watch.until(lambda account: account.attributes.get("server_version") == "0.41.0")
    for path in ("/api/version", "/api/status"):
        assert len(server.wait_for(path, since=since)) == 1, path
    assert len(server.seen("/api/me")) == 1, "the account is not asked for oftener than every ten minutes"


def show_is_asked_once_per_digest(box: Box) -> None:
    models = [make_model("a:latest", digest="d1"), make_model("b:latest", digest="d2"), make_model("copy-of-a:latest", digest="d1")]
    for model in models:
        del model["capabilities"], model["details"]["context_length"], model["details"]["embedding_length"]
    server = box.server(version="0.12.6", models=models)
    box.write_settings(box.account(server))
    watch = box.watch()
    account = watch.until(lambda account: all("capabilities" in model for model in account["models"]) and account["models"])
    assert account["models"][0]["capabilities"] == ["completion", "vision"]
    assert len(server.seen("/api/show")) == 2
    server.wait_for("/api/ps", count=3, since=server.mark())
    assert len(server.seen("/api/show")) == 2, "known by now"
    fresh = make_model("c:latest", digest="d3")
    del fresh["capabilities"]
    server.models = [*models, fresh]
    shown = server.wait_for("/api/show", count=3)
    assert [request.json().get("model") or request.json().get("name") for request in shown][-1] == "c:latest"


def connection_is_kept(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(_is_ok)
    server.wait_for("/api/ps", count=2)
    connections, since = server.connection_count, server.mark()
    server.wait_for("/api/ps", count=5, since=since)
    assert server.connection_count == connections, "a poll opens no new connection"


def connections_to_many_servers_are_kept(box: Box) -> None:
    servers = [box.server() for _ in range(12)]
    box.write_settings(*(box.account(server, id=f"server-{i}") for i, server in enumerate(servers)))
    box.watch()
    for server in servers:
        server.wait_for("/api/tags", count=5)
    for server in servers:
        assert len(server.seen("/api/version")) == 1, "a new connection would make it a new server"


def dropped_connection_is_no_error(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(_is_ok)
    for _ in range(3):
        server.drop_connections(idle_within=30)
        server.wait_for("/api/ps", count=2, since=server.mark())
    server.models = [make_model("last:latest")]
    account = watch.until(lambda account: account.model_names == ["last:latest"] or not _is_ok(account))
    assert _is_ok(account), account.diagnostics


def replaced_server_is_noticed(box: Box) -> None:
    server = box.server(version="0.40.12")
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(_is_ok)
    # So fast that no poll finds it gone: all that tells is that the connection was closed.
    server.version = "0.41.0"
    server.drop_connections(idle_within=30)
    account = watch.until(lambda account: account.attributes.get("server_version") == "0.41.0" or not _is_ok(account))
    assert _is_ok(account), account.diagnostics


def hanging_me_delays_nothing(box: Box) -> None:
    server = box.server(signed_in=True)
    server.route("/api/me", hang_before_headers())
    box.log().add(time.time() - 1)
    box.write_settings(box.account(server))
    watch = box.watch()
    account = watch.until(lambda account: account.metric("models_total") and account.metric("requests_5h"))
    assert "account_name" not in account.attributes
    server.models = [make_model("later:latest")]
    watch.until(lambda account: account.model_names == ["later:latest"])
    status = box.status(expect=0)
    assert status.metric("models_total") == 1


def hanging_ps_spares_the_models(box: Box) -> None:
    server = box.server()
    server.route("/api/ps", hang_before_headers())
    box.write_settings(box.account(server))
    account = box.status(expect=0)
    assert account.metric("models_total") == len(server.models)
    assert "loaded_models" not in account.metrics
    assert account.diagnostics["local_api_error"]


def failing_ps_keeps_the_loaded_models(box: Box) -> None:
    server = box.server(running=[make_running("loaded:latest")])
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(_is_ok)
    server.models = [make_model("new:latest")]
    server.route("/api/ps", server_error(500))
    account = watch.until(lambda account: _is_stale(account) and account.model_names == ["new:latest"])
    assert account.metric("loaded_models") == 1, "the last good values of the part that fails stay"
    assert account["running"][0]["name"] == "loaded:latest"
    assert "/api/ps" in account.diagnostics["local_api_error"], "which is named"
    server.route("/api/ps", None)
    account = watch.until(_is_ok)
    assert "local_api_error" not in account.diagnostics


def change_gives_a_line_and_silence_none(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(lambda account: _is_ok(account) and account.state("local_account") == account.state("cloud") == "ok")
    server.wait_for("/api/ps", count=4, since=server.mark())
    server.running = [make_running("fresh:latest")]
    first = watch.until(lambda account: True)
    assert first["running"][0]["name"] == "fresh:latest", "no line was printed while nothing changed"


def all_servers_are_asked_side_by_side(box: Box) -> None:
    good = box.server()
    hanging = [box.server() for _ in range(5)]
    for server in hanging:
        server.route("*", hang_before_headers())
    box.write_settings(box.account(good, id="good"), *(box.account(server, id=f"bad{n}") for n, server in enumerate(hanging)))
    accounts = box.statuses(expect=0, timeout=25)  # five deadlines of 5 s, one beside the other
    assert accounts[0].metric("models_total") == len(good.models)
    assert all("local_api_error" in account.diagnostics for account in accounts[1:])


def answers_that_overlap_without_end_are_told(box: Box) -> None:
    """One of the two servers is always being asked, so that no round of answers is ever whole."""
    turn, asked = threading.Condition(), [0, 0]

    def answers_after_the_other_was_asked(me: int) -> Behaviour:
        def behave(exchange: Exchange) -> None:
            with turn:
                asked[me] += 1
                wanted = asked[me] + me
                turn.notify_all()
                turn.wait_for(lambda: asked[1 - me] >= wanted or exchange.server.closing.is_set(), DEADLINE)
            exchange.server.answer_as_ollama(exchange)
        return behave

    servers = [box.server(), box.server()]
    for number, server in enumerate(servers):
        server.route("/api/tags", answers_after_the_other_was_asked(number))
    box.write_settings(box.account(servers[0], id="first"), box.account(servers[1], id="second"))
    watch = box.watch()
    watch.until(lambda account: account.metric("models_total"))
    assert min(asked) > 2, "they took turns"
