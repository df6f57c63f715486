# SPDX-License-Identifier: GPL-3.0-or-later
"""Ollama Cloud: both ways in, every outcome, and how seldom it is asked."""

from __future__ import annotations

import json
import re
import ssl
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

from fake_ollama import (FIXTURES, FakeOllama, Recorder, closed_port, fixture, hang_before_headers, json_answer, not_http, redirect, slow,
                         text_answer)
from paddock import Account, Box, preloaded, unix

KEY = "sk-very-secret-0123456789"
ENV: dict[str, str | None] = {"MY_KEY": KEY}
CLOUD_METRICS = ("credit_", "usage_", "cloud_")


def _in(**delta: float) -> str:
    return (datetime.now(timezone.utc) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _balance(left: float = 45.0) -> Any:
    return {"included": {"balance_usd": left, "allowance_usd": 60, "period": {"from": _in(days=-12), "until": _in(days=18)}},
            "purchased": {"balance_usd": 5}}


def _later(seconds: int, **env: str | None) -> dict[str, str | None]:
    """The environment of a run that many seconds from now."""
    return {**ENV, **preloaded(seconds), **env}


def _with_key(box: Box, server: FakeOllama | str, cloud: FakeOllama | str, **keys: Any) -> None:
    address = cloud if isinstance(cloud, str) else cloud.base_url
    box.write_settings(box.account(server, api_key_env="MY_KEY", cloud_base_url=address, **keys))


def _cloud_only(box: Box, cloud: FakeOllama) -> None:
    _with_key(box, None, cloud, auth="api_key")  # type: ignore[arg-type]


def _cloud_metrics(account: Account) -> list[str]:
    return [name for name in account.metrics if name.startswith(CLOUD_METRICS)]


def _cloud_complaints(account: Account) -> list[str]:
    return [sentence for name, sentence in account.diagnostics.items() if name.startswith("cloud_")]


def _everything_kept(box: Box) -> bytes:
    return b"".join(path.read_bytes() for path in box.home.rglob("*") if path.is_file() and path != box.settings_path)


def relay_tells_all(box: Box) -> None:
    server = box.server(signed_in=True)
    server.balance = _balance()
    box.write_settings(box.account(server))
    account = box.status()
    assert account.state("cloud") == "ok" and account["status"] == "ok"
    assert account.quota("credit_included_usd") == (45, 60, 45, "USD")
    assert account.metric("credit_purchased_usd") == 5
    assert account["resets"]["credit_included_usd"] == account.attributes["billing_cycle_end"]
    assert account.metric("cloud_requests_24h") == 15 and account.metric("cloud_cost_usd_24h") == 0.01718
    assert account.metric("cloud_requests_7d") == 120 and account.metric("cloud_cached_input_tokens_7d") == 300000
    assert account.metric("cloud_requests_30d") == 480 and account.metric("cloud_cost_usd_30d") is None
    assert account["daily_series"]["cloud_requests"] == [{"date": "2026-09-29", "value": 300}, {"date": "2026-09-30", "value": 180}]
    assert account["daily_series"]["cloud_cost_usd"][0] == {"date": "2026-09-30", "value": 1.4828}
    assert account["hourly_series"]["cloud_requests"] == [{"hour": "2026-09-30T12:00:00Z", "value": 4}, {"hour": "2026-10-01T00:00:00Z", "value": 8},
                                                          {"hour": "2026-10-01T02:00:00Z", "value": 3}]
    assert account["hourly_series"]["cloud_cost_usd"][2]["value"] == 0.00318
    assert account.attributes["auth_type"] == "local" and account.attributes["plan_name"] == "pro"
    assert "cloud_models_total" not in account.metrics
    assert not _cloud_complaints(account)
    assert all("authorization" not in request.headers for request in server.requests)


def plain_text_tells_it(box: Box) -> None:
    server = box.server(signed_in=True)
    server.balance = _balance() | {"weekly": 1}
    server.balance["included"]["weekly"] = {"remaining_percent": 4, "resets_at": _in(days=2)}
    box.write_settings(box.account(server))
    text = box.run("status", expect=0).stdout
    assert "Cloud (pro)" in text and "$45.00 of $60.00 left, next reset:" in text and "$5.00 left" in text
    assert re.search(r"Weekly limit +96% used, next reset: \d", text), text
    assert re.search(r"Cloud requests +15 +120 +480\n", text) and re.search(r"Cost +\$0.02 +\$1.50 +–\n", text), text
    server.stop()
    assert "As of " in box.run("status", env=_later(100), expect=(0, 1)).stdout
    server.start()
    server.signed_in = False
    assert "Cloud (" not in box.run("status", env={"XDG_STATE_HOME": str(box.home / "another")}, expect=0).stdout


def attention_goes_by_the_settings(box: Box) -> None:
    server = box.server(signed_in=True)
    server.balance = {"included": {"session": {"remaining_percent": 25, "resets_at": _in(hours=3)}}}
    for thresholds, level in (([50, 76], "loaded"), ([50, 70], "attention")):
        box.write_settings(box.account(server), notifications={"thresholds": thresholds})
        watch, since = box.watch("--format=waybar", json_lines=False), server.mark()
        server.wait_for("/api/ps", count=3, since=since)
        line = json.loads(watch.line())
        while level == "attention" and line["class"] != level:
            line = json.loads(watch.line())
        watch.stop()
        assert {line["class"], *(json.loads(rest)["class"] for rest in watch.rest())} == {level}
    assert len(server.seen("/api/balance")) == 1


def relay_of_a_legacy_plan(box: Box) -> None:
    server = box.server(signed_in=True)
    server.balance = {"included": {"session": {"remaining_percent": 75, "resets_at": _in(hours=3)}, "weekly": {"remaining_percent": 4}}}
    box.write_settings(box.account(server))
    account = box.status()
    assert account.quota("usage_five_hour") == (25, 100, 75, "%") and account.quota("usage_weekly") == (96, 100, 4, "%")
    assert account["metrics"]["usage_five_hour"]["window"] == "5h"
    assert list(account["resets"]) == ["usage_five_hour"]


def key_tells_all(box: Box) -> None:
    server, cloud = box.server(signed_in=True), box.cloud(KEY, models=[{"name": "a"}, {"name": "b"}])
    cloud.balance = _balance()
    _with_key(box, server, cloud)
    account = box.status(env=ENV)
    assert account.state("cloud") == "ok"
    assert account.metric("credit_included_usd") == 45 and account.metric("cloud_requests_24h") == 15
    assert account.metric("cloud_models_total") == 2 and account.metric("models_total") == len(server.models)
    assert account.attributes["plan_name"] == "max" and account.attributes["auth_type"] == "api_key"
    assert account.attributes["billing_cycle_end"] == _in(days=18)[:11] + account.attributes["billing_cycle_end"][11:]
    for path in ("/api/me", "/api/balance", "/api/usage"):
        assert not server.seen(path), "the key wins"
    assert all("authorization" not in request.headers for request in server.requests)


def cloud_only_account(box: Box) -> None:
    cloud = box.cloud(KEY)
    _cloud_only(box, cloud)
    account = box.status(env=ENV)
    assert account["status"] == "ok" and list(account["sources"]) == ["cloud"]
    assert account.metric("credit_included_usd") == 72.5 and not account.diagnostics


def key_is_refused(box: Box) -> None:
    server, cloud = box.server(), box.cloud("another")
    _with_key(box, server, cloud)
    account = box.status(env=ENV)
    assert account["status"] == "ok" and account.metric("models_total") == len(server.models)
    assert "MY_KEY" in account.diagnostics["cloud_auth_failed"] and not _cloud_metrics(account)
    assert account.state("cloud") == "failed"
    assert [request.path for request in cloud.requests] == ["/api/balance"], "a bad key is shown once"


def key_is_forbidden(box: Box) -> None:
    cloud = box.cloud(KEY)
    cloud.route("*", json_answer({"error": "no"}, 403))
    _cloud_only(box, cloud)
    account = box.status(expect=1, env=ENV)
    assert account["status"] == "auth" and account.diagnostics["cloud_auth_failed"]


def refused_key_of_a_cloud_only_account(box: Box) -> None:
    cloud = box.cloud("another")
    _cloud_only(box, cloud)
    assert box.status(expect=1, env=ENV)["status"] == "auth"
    cloud.keys = {KEY}
    account = box.status(env=_later(80))
    assert account["status"] == "ok" and not account.diagnostics


def rate_limit_in_seconds(box: Box) -> None:
    cloud = box.cloud(KEY)
    cloud.route("/api/balance", json_answer({"error": "slow down"}, 429, {"Retry-After": "600"}))
    _cloud_only(box, cloud)
    account = box.status(expect=1, env=ENV)
    assert account["status"] == "limited" and account.diagnostics["cloud_rate_limited"]
    assert box.status(expect=1, env=_later(590))["status"] == "limited"
    assert len(cloud.requests) == 1, cloud.requests
    cloud.route("/api/balance", None)
    assert box.status(env=_later(620))["status"] == "ok"


def rate_limit_as_a_date(box: Box) -> None:
    server = box.server(signed_in=True)
    date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=600), usegmt=True)
    server.route("/api/balance", json_answer({"error": "slow down"}, 429, {"Retry-After": date}))
    box.write_settings(box.account(server))
    account = box.status()
    assert account["status"] == "ok" and account.diagnostics["cloud_rate_limited"] and account.state("cloud") == "failed"
    box.status(env=_later(580))
    assert len(server.seen("/api/balance")) == 1 and not server.seen("/api/usage")
    server.route("/api/balance", None)
    assert box.status(env=_later(620)).state("cloud") == "ok"


def failures_are_asked_less_and_less(box: Box) -> None:
    cloud = box.cloud(KEY)
    cloud.route("*", json_answer({"error": "broken"}, 500))
    _cloud_only(box, cloud)
    for seconds, count in ((0, 1), (55, 1), (80, 2), (195, 2), (240, 3), (470, 3), (545, 4)):
        account = box.status(expect=1, env=_later(seconds))
        assert len(cloud.requests) == count, (seconds, cloud.requests)
        assert account["status"] == "unknown" and account.diagnostics["cloud_error"]


def pace_of_one_hour(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    for seconds in range(0, 3600, 45):
        box.status(env=_later(seconds))
    ranges = [request.query for request in server.seen("/api/usage")]
    # Every 45 seconds somebody looks; a minute has passed at every second look.
    assert len(server.seen("/api/balance")) == 40 and ranges.count("range=24h") == 40
    assert ranges.count("range=7d") == ranges.count("range=30d") == len(server.seen("/api/me")) <= 6


def processes_share_the_rate(box: Box) -> None:
    cloud = box.cloud(KEY)
    server = box.server()
    _with_key(box, server, cloud)
    watches = [box.watch(env=ENV) for _ in range(3)]
    for watch in watches:
        watch.until(lambda account: account.state("cloud") == "ok")
    for _ in range(3):
        box.status(env=ENV)
    asked = [request.path + "?" + request.query for request in cloud.requests]
    assert sorted(asked) == sorted(set(asked)) and len(asked) == 6, asked


def restart_keeps_values_with_their_age(box: Box) -> None:
    server, cloud = box.server(), box.cloud(KEY)
    cloud.balance = _balance()
    _with_key(box, server, cloud)
    before = box.status(env=ENV)
    cloud.stop()
    account = box.status(env=_later(3600))
    assert account.state("cloud") == "stale" and account["status"] == "ok"
    assert account["sources"]["cloud"]["observed_at"] == before["sources"]["cloud"]["observed_at"]
    assert account.now - unix(account["sources"]["cloud"]["observed_at"]) >= 3600
    assert account.metrics == before.metrics and account.diagnostics["cloud_error"]


def values_of_a_past_period_are_dropped(box: Box) -> None:
    server = box.server(signed_in=True)
    server.balance = {"included": {"session": {"remaining_percent": 75, "resets_at": _in(minutes=50)},
                                   "weekly": {"remaining_percent": 40, "resets_at": _in(days=3)}}}
    box.write_settings(box.account(server))
    assert box.status().metric("usage_five_hour") == 25
    server.route("/api/balance", json_answer({"error": "unreachable"}, 502))
    account = box.status(env=_later(3600))
    assert account.metric("usage_five_hour") is None and account.metric("usage_weekly") == 60
    assert "usage_five_hour" not in account["resets"]


def relay_cannot_reach_the_cloud(box: Box) -> None:
    server = box.server(signed_in=True)
    server.balance = _balance()
    box.write_settings(box.account(server))
    before = box.status()
    for path in ("/api/balance", "/api/usage"):
        server.route(path, json_answer({"error": "dial tcp: no route"}, 502))
    account = box.status(env=_later(100))
    assert account.state("cloud") == "stale" and "ollama.com" in account.diagnostics["cloud_error"]
    assert account.metrics == before.metrics
    assert "dial" not in json.dumps(account.data)


def relay_is_gone(box: Box) -> None:
    server = box.server(signed_in=True)
    server.balance = _balance()
    box.write_settings(box.account(server))
    box.status()
    server.stop()
    account = box.status(env=_later(100))
    assert account.state("cloud") == "stale" and account.metric("credit_included_usd") == 45
    assert account.state("local_account") == "stale" and account.attributes["account_email"] == "user@example.invalid"
    assert account.attributes["plan_name"] == "pro" and account.diagnostics["local_api_error"]


def relay_is_too_old(box: Box) -> None:
    server = box.server(version="0.40.0", signed_in=True)
    box.write_settings(box.account(server))
    account = box.status()
    assert "0.40.1" in account.diagnostics["cloud_error"] and not _cloud_metrics(account)
    assert not server.seen("/api/balance") and not server.seen("/api/usage")
    assert account.attributes["account_name"] == "example" and account.state("cloud") == "absent"


def relay_of_an_unknown_version_is_too_old(box: Box) -> None:
    server = box.server(version="0.0.0", signed_in=True)
    server.route("/api/balance", text_answer("404 page not found", 404))
    server.route("/api/usage", text_answer("404 page not found", 404))
    box.write_settings(box.account(server))
    assert "0.40.1" in box.status().diagnostics["cloud_error"]


def nobody_is_signed_in(box: Box) -> None:
    server = box.server(signed_in=False)
    box.write_settings(box.account(server))
    account = box.status()
    assert account.attributes["signed_in"] == "false" and account["status"] == "ok"
    assert not _cloud_complaints(account) and account.state("cloud") == "absent"
    result = box.run("status", "--json", env=_later(3600, G_MESSAGES_DEBUG="all"), expect=0)
    text = json.dumps(account.data) + result.stdout + result.stderr
    assert "connect?" not in text and "signin_url" not in text
    assert b"connect?" not in _everything_kept(box)


def signed_out_account_is_forgotten(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    assert _cloud_metrics(box.status())
    server.signed_in = False
    account = box.status(env=_later(660))
    assert not _cloud_metrics(account) and account.attributes["signed_in"] == "false"
    assert "account_email" not in account.attributes
    # Not even when nobody can tell any more.
    for path in ("/api/me", "/api/balance", "/api/usage"):
        server.route(path, json_answer({"error": "account unavailable"}, 503))
    account = box.status(env=_later(1400))
    assert not _cloud_metrics(account) and "account_email" not in account.attributes


def disabled_cloud_is_not_asked(box: Box) -> None:
    server, cloud = box.server(signed_in=True, cloud_disabled=True), box.cloud(KEY)
    _with_key(box, server, cloud)
    account = box.status(env=ENV)
    assert account.attributes["cloud_disabled"] == "true" and account.state("cloud") == "absent"
    box.write_settings(box.account(server))
    box.status()
    assert not cloud.requests
    assert not [request for request in server.requests if request.path in ("/api/me", "/api/balance", "/api/usage")]


def cloud_that_the_relay_refuses(box: Box) -> None:
    """Only its refusal says so: then it is asked once in ten minutes."""
    server = box.server(signed_in=True)
    for path in ("/api/balance", "/api/usage"):
        server.route(path, json_answer({"error": "remote inference is disabled"}, 403))
    box.write_settings(box.account(server))
    for seconds, count in ((0, 1), (80, 1), (590, 1), (605, 2)):
        account = box.status(env=_later(seconds))
        assert account.state("cloud") == "absent" and not _cloud_complaints(account)
        assert len(server.seen("/api/balance")) == count and not server.seen("/api/usage"), seconds


def relay_is_refused_although_signed_in(box: Box) -> None:
    """As with a server whose clock is wrong: it knows its account, and the cloud does not take its signature."""
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    assert _cloud_metrics(box.status())
    for path in ("/api/balance", "/api/usage"):
        server.route(path, json_answer({"error": "unauthorized"}, 401))
    # Whoever was signed in ten minutes ago may have signed out since: that is no trouble yet.
    account = box.status(env=_later(80))
    assert account.state("cloud") == "absent" and not _cloud_complaints(account)
    watch = box.watch(env=_later(1300))
    account = watch.until(lambda account: "cloud_auth_failed" in account.diagnostics)
    assert account.state("cloud") == "failed" and account.attributes["signed_in"] == "true"
    assert "ollama signin" in account.diagnostics["cloud_auth_failed"]
    assert account["status"] == "ok" and not _cloud_metrics(account)
    server.route("/api/balance", None)
    assert not _cloud_complaints(box.status(env=_later(2000)))


def server_without_a_key_of_its_own(box: Box) -> None:
    server = box.server(signed_in=True)
    server.route("/api/me", json_answer({"error": "open id_ed25519: no such file"}, 500))
    server.route("/api/balance", json_answer({"error": "unauthorized"}, 401))
    box.write_settings(box.account(server))
    account = box.status()
    assert account.state("local_account") == "absent" and not _cloud_complaints(account)


def cloud_disabled_by_the_file_is_not_asked(box: Box) -> None:
    cloud = box.cloud(KEY)
    (box.home / ".ollama").mkdir()
    (box.home / ".ollama/server.json").write_text('{"disable_ollama_cloud": true}', encoding="utf-8")
    _with_key(box, f"http://127.0.0.1:{closed_port()}", cloud)
    box.status(expect=(1,), env=ENV)
    assert not cloud.requests


def redirect_is_not_followed(box: Box) -> None:
    cloud, elsewhere = box.cloud(KEY), box.cleanup.enter_context(Recorder())
    cloud.route("*", redirect(elsewhere.base_url, 307))
    _cloud_only(box, cloud)
    account = box.status(expect=1, env=ENV)
    assert "not followed" in account.diagnostics["cloud_error"]
    assert not elsewhere.requests


def secret_of_an_address_is_not_repeated(box: Box) -> None:
    _with_key(box, box.server(), f"http://user:hush-hush@127.0.0.1:{closed_port()}")
    text = json.dumps(box.status(env=ENV).data)
    assert "127.0.0.1" in text and "hush-hush" not in text


def plain_http_is_refused(box: Box) -> None:
    server = box.server()
    _with_key(box, server, "http://cloud.none.test")
    account = box.status(env={**ENV, **preloaded()})
    assert "https" in account.diagnostics["cloud_error"] and account.metric("models_total")


def _secure_cloud(box: Box, certificate: str) -> FakeOllama:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(FIXTURES.parent / f"tls/{certificate}.pem")
    return box.cloud(KEY, tls=tls)


# Only an authority of the tests' own is trusted.
TRUSTING: dict[str, str | None] = {**ENV, "PADDOCK_TEST_CERTIFICATES": str(FIXTURES.parent / "tls/ca")}


def good_certificate_is_trusted(box: Box) -> None:
    cloud = _secure_cloud(box, "good")
    _cloud_only(box, cloud)
    account = box.status(env={**TRUSTING, **preloaded()})
    assert account["status"] == "ok" and account.metric("credit_included_usd") == 72.5 and not account.diagnostics
    assert {request.headers["authorization"] for request in cloud.requests} == {f"Bearer {KEY}"}


def bad_certificates_are_refused(box: Box) -> None:
    for certificate in ("expired", "other-host"):
        cloud = _secure_cloud(box, certificate)
        _cloud_only(box, cloud)
        account = box.status(expect=1, env={**TRUSTING, **preloaded()})
        assert "secure connection" in account.diagnostics["cloud_error"] and not _cloud_metrics(account), certificate
        assert not cloud.requests, certificate


def expiry_is_by_the_clock(box: Box) -> None:
    """A hundred years later the certificate is one of the past, and what was known before is shown with its age."""
    cloud = _secure_cloud(box, "good")
    _with_key(box, box.server(), cloud)
    box.status(env={**TRUSTING, **preloaded()})
    asked = len(cloud.requests)
    account = box.status(env={**TRUSTING, **preloaded(100 * 366 * 86400)})
    assert "clock" in account.diagnostics["cloud_error"] and account.state("cloud") == "stale"
    assert account.metric("cloud_requests_24h") == 15 and len(cloud.requests) == asked


def redirect_over_tls_is_not_followed(box: Box) -> None:
    cloud, elsewhere = _secure_cloud(box, "good"), _secure_cloud(box, "good")
    for status in (301, 302, 303, 307, 308):
        cloud.route("*", redirect(elsewhere.base_url, status))
        _cloud_only(box, cloud)
        account = box.status(expect=1, env={**TRUSTING, **preloaded(), "XDG_STATE_HOME": str(box.home / str(status))})
        assert "not followed" in account.diagnostics["cloud_error"]
    assert len(cloud.requests) == 5 and not elsewhere.requests and elsewhere.connection_count == 0


def certificate_of_nobody_is_refused(box: Box) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(FIXTURES.parent / "tls/self-signed.pem")
    cloud = box.cloud(KEY, tls=tls)
    _cloud_only(box, cloud)
    account = box.status(expect=1, env=ENV)
    assert "secure connection" in account.diagnostics["cloud_error"]
    assert not cloud.requests


def key_goes_nowhere_else(box: Box) -> None:
    server, cloud = box.server(signed_in=True), box.cloud(KEY)
    _with_key(box, server, cloud)
    for route in (None, json_answer({"error": KEY}, 500), text_answer(KEY), json_answer({"error": KEY}, 401)):
        cloud.route("*", route)
        for arguments in (("status",), ("status", "--json")):
            result = box.run(*arguments, env={**ENV, "G_MESSAGES_DEBUG": "all"}, expect=0)
            assert KEY not in result.stdout + result.stderr
    assert KEY.encode() not in _everything_kept(box)
    assert all(KEY not in json.dumps([request.headers, request.query]) for request in server.requests)


def odd_keys(box: Box) -> None:
    server, cloud = box.server(), box.cloud(KEY)
    _with_key(box, server, cloud)
    for key in ("two words", "line\nX-Other: 1", "tab\t", "ümläut", "\x7f"):
        account = box.status(env={"MY_KEY": key})
        assert "MY_KEY" in account.diagnostics["cloud_auth_failed"] and account["status"] == "ok"
        assert key not in json.dumps(account.data, ensure_ascii=False), key
    assert not cloud.requests
    _cloud_only(box, cloud)
    assert box.status(expect=1, env={"MY_KEY": "two words"})["status"] == "auth"
    # A line break at the end is that of the file that the key came from.
    assert box.status(env={"MY_KEY": KEY + "\n"})["status"] == "ok"


def files_are_for_the_user_alone(box: Box) -> None:
    box.write_settings(box.account(box.server(signed_in=True)))
    box.status()
    folder = box.home / ".local/state/paddock/cloud"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def damaged_files_are_none(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    box.status()
    for path in (box.home / ".local/state/paddock/cloud").iterdir():
        path.write_bytes(path.read_bytes()[:-3] + b"???")
    account = box.status()
    assert account.state("cloud") == "ok" and len(server.seen("/api/balance")) == 2


def unknown_shape_is_no_number(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    for body in ({"credits": 7}, {"included": {"balance_usd": "plenty"}}, [], None):
        server.route("/api/balance", json_answer(body))
        account = box.status(env={"XDG_STATE_HOME": str(box.home / f"state-{id(body)}")})
        assert not [name for name in account.metrics if name.startswith(("credit_", "usage_"))], body
        assert "not known" in account.diagnostics["cloud_error"] and account["status"] == "ok"


def cloud_that_is_no_web_server(box: Box) -> None:
    cloud = box.cloud(KEY)
    cloud.route("*", not_http())
    _cloud_only(box, cloud)
    account = box.status(env=ENV, expect=1)
    assert account.state("cloud") == "failed" and account.diagnostics["cloud_error"], account


def older_route_is_found(box: Box) -> None:
    cloud = box.cloud(KEY)
    for path in ("/api/balance", "/api/usage"):
        cloud.route(path, text_answer("404 page not found", 404))
    cloud.route("/api/account/usage", json_answer(fixture("../cloud/account-usage.json")))
    _cloud_only(box, cloud)
    account = box.status(env=ENV)
    assert account.quota("usage_five_hour") == (4, 100, 96, "%") and account.state("cloud") == "ok"


def headers_tell_a_quota(box: Box) -> None:
    cloud = box.cloud(KEY)
    quota = {"X-Ollama-Quota-Limit": "200", "X-Ollama-Quota-Used": "50", "X-Ollama-Quota-Reset": "3600", "X-Ollama-Quota-Period": "weekly"}
    cloud.route("/api/usage", json_answer({"range": "24h", "totals": {"request_count": 1}}, headers=quota))
    _cloud_only(box, cloud)
    account = box.status(env=ENV)
    assert account.quota("usage_weekly") == (25, 100, 75, "%")
    assert 3500 < unix(account["resets"]["usage_weekly"]) - account.now <= 3600


def quota_of_headers_ends(box: Box) -> None:
    """What headers said is not said of later answers without them, nor does an answer with them make others newer."""
    cloud = box.cloud(KEY)
    cloud.balance = {"included": {"session": {"remaining_percent": 75, "resets_at": _in(hours=2)}}}
    quota = {"X-Ollama-Quota-Limit": "200", "X-Ollama-Quota-Used": "190", "X-Ollama-Quota-Period": "monthly"}
    cloud.route("/api/usage", json_answer({"range": "24h", "totals": {"request_count": 1}}, headers=quota))
    _cloud_only(box, cloud)
    before = box.status(env=ENV)
    assert before.metric("usage_monthly") == 95 and before.metric("usage_five_hour") == 25
    cloud.route("/api/usage", None)
    account = box.status(env=_later(700))
    assert account.metric("usage_monthly") is None and account.metric("cloud_requests_24h") == 15
    cloud.route("/api/balance", json_answer({"error": "slow down"}, 429, quota))
    account = box.status(env=_later(1400))
    assert account.metric("usage_monthly") == 95 and account.metric("usage_five_hour") == 25
    age = account.now - unix(account["sources"]["cloud"]["observed_at"])
    assert account.state("cloud") == "stale" and age >= 690, age


def relay_that_no_longer_knows(box: Box) -> None:
    server = box.server(version="0.0.0", signed_in=True)
    server.balance = _balance()
    box.write_settings(box.account(server))
    before = box.status()
    for path in ("/api/balance", "/api/usage"):
        server.route(path, text_answer("404 page not found", 404))
    account = box.status(env=_later(700))
    assert account.state("cloud") == "stale" and "0.40.1" in account.diagnostics["cloud_error"]
    assert account.metric("credit_included_usd") == before.metric("credit_included_usd")


def local_usage_by_model(box: Box) -> None:
    server = box.server(signed_in=True)
    server.route("/api/usage", json_answer(fixture("../cloud/local-usage.json")))
    box.write_settings(box.account(server))
    account = box.status()
    assert account.metric("server_prompt_tokens") == 4000 and account.metric("server_output_tokens[llama3.2:3b]") == 900


def hanging_cloud_delays_nothing(box: Box) -> None:
    server, cloud = box.server(), box.cloud(KEY)
    cloud.balance = _balance()
    _with_key(box, server, cloud)
    box.status(env=ENV)
    cloud.route("*", hang_before_headers())
    started = time.monotonic()
    account = box.status(env=_later(600))
    assert time.monotonic() - started < 12, "the cloud's own deadline is 15 seconds"
    assert account.metric("models_total") and account.metric("credit_included_usd") == 45
    assert account.state("cloud") == "stale" and account.diagnostics["cloud_error"]


def late_answer_is_not_lost_for_good(box: Box) -> None:
    """One run gives up after three seconds; the next one that may ask waits for as long as the cloud may take."""
    cloud = box.cloud(KEY)
    _cloud_only(box, cloud)
    cloud.route("/api/balance", hang_before_headers())
    account = box.status(expect=1, env=ENV)
    assert account.metric("credit_included_usd") is None and account["status"] == "unknown"
    cloud.route("/api/balance", slow(5, cloud.answer_as_ollama))
    assert box.status(env=_later(40)).metric("credit_included_usd") is None
    assert len(cloud.seen("/api/balance")) == 1, "not twice in a minute, whatever became of the first"
    assert box.status(env=_later(80)).metric("credit_included_usd") == 72.5
    assert len(cloud.seen("/api/balance")) == 2


def failure_that_is_late_is_remembered(box: Box) -> None:
    cloud = box.cloud(KEY)
    _cloud_only(box, cloud)
    cloud.route("/api/balance", hang_before_headers())
    box.status(expect=1, env=ENV)
    assert "in time" in box.status(expect=1, env=_later(70)).diagnostics["cloud_error"]
    assert "in time" in box.status(expect=1, env=_later(100)).diagnostics["cloud_error"]
    assert len(cloud.seen("/api/balance")) == 2


def clock_that_goes_back(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    box.status(env=_later(86400))
    account = box.status()
    assert len(server.seen("/api/balance")) == 2 and account.state("cloud") == "ok"


def read_only_home(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    watch = box.watch(env={"XDG_STATE_HOME": "/proc/nothing"})
    watch.until(lambda account: account.state("cloud") == "ok" and account.metric("cloud_requests_30d"))
    server.wait_for("/api/ps", count=4)
    assert len(server.seen("/api/balance")) == 1


def signing_in(box: Box) -> None:
    server = box.server(signed_in=False)
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(lambda account: account.attributes.get("signed_in") == "false")
    server.wait_for("/api/ps", count=4)
    assert len(server.seen("/api/balance")) <= 1 and not server.seen("/api/usage")
    box.status(env=_later(590))
    assert len(server.seen("/api/balance")) <= 1, "nobody to ask for"
    server.signed_in = True
    assert box.status(env=_later(605)).attributes["signed_in"] == "true"
    assert box.status(env=_later(610)).metric("credit_included_usd")
