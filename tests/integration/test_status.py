# SPDX-License-Identifier: GPL-3.0-or-later
"""What `paddock status` says when all is well."""

from __future__ import annotations

import json
import re
import time

from fake_ollama import closed_port, make_model, make_running, server_error
from paddock import Box

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def has_the_documented_shape(box: Box) -> None:
    server = box.server()
    box.log().add(time.time() - 10)
    box.write_settings(box.account(server))
    snapshot = box.run("status", "--json", expect=0).json()
    assert snapshot["schema"] == 1
    assert STAMP.fullmatch(snapshot["generated_at"]), snapshot["generated_at"]
    assert abs(time.time() - box.status().now) < 120
    (account,) = snapshot["accounts"]
    assert account["id"] == "ollama" and account["provider"] == "ollama"
    assert account["status"] == "ok"
    for name, metric in account["metrics"].items():
        assert isinstance(metric["value"], int | float), (name, metric)
        assert isinstance(metric["unit"], str) and metric["unit"], (name, metric)
        assert set(metric) <= {"value", "unit", "window", "limit", "remaining"}, (name, metric)
    for source, reading in account["sources"].items():
        assert reading["state"] in ("ok", "absent", "stale", "failed"), (source, reading)
    assert STAMP.fullmatch(account["sources"]["local_api"]["observed_at"])
    assert account["metrics"]["requests_5h"] == {"value": 1, "unit": "requests", "window": "5h"}
    keys = ["id", "provider", "status", "message", "metrics", "resets", "attributes", "daily_series",
            "hourly_series", "models", "running", "diagnostics", "sources"]
    assert [key for key in account if key in keys] == [key for key in keys if key in account]


def reports_models(box: Box) -> None:
    box.write_settings(box.account(box.server(version="0.40.12")))
    account = box.status()
    by_name = {model["name"]: model for model in account["models"]}
    gemma = by_name["gemma4:latest"]
    assert gemma["family"] == "gemma4"
    assert gemma["parameter_size"] == "8.0B"
    assert gemma["quantization"] == "Q4_K_M"
    assert gemma["size_bytes"] == 9608350245
    assert gemma["location"] == "local"
    assert gemma["context_length"] == 131072
    assert sorted(gemma["capabilities"]) == ["audio", "completion", "thinking", "tools", "vision"]
    assert gemma["modified_at"] == "2026-08-21T00:24:01Z", "17:24 at UTC-7"
    assert by_name["gpt-oss:120b-cloud"]["location"] == "cloud"
    assert "modified_at" not in by_name["broken:latest"], "the year 1 means that it is not known"


def sums_models_up(box: Box) -> None:
    models = [
        make_model("a:latest", size=1000),
        make_model("b:latest", size=200),
        make_model("c:120b-cloud", size=384, remote_model="c:120b", remote_host="https://ollama.com:443"),
        make_model("d:cloud", size=384),
        make_model("e:671b-cloud", size=384),
        make_model("cloudy:latest", size=30),
        make_model("f:latest", size=384, remote_host="https://ollama.com:443"),
    ]
    box.write_settings(box.account(box.server(models=models, running=[])))
    account = box.status()
    assert account.metric("models_total") == 7
    assert account.metric("models_cloud") == 4
    assert account.metric("models_local") == 3
    assert account.metric("model_storage_bytes") == 1230
    locations = {model["name"]: model["location"] for model in account["models"]}
    assert locations["d:cloud"] == locations["f:latest"] == "cloud"
    assert locations["cloudy:latest"] == "local"


def reports_loaded_models(box: Box) -> None:
    running = [
        make_running("a:latest", size=5_000_000_000, vram=5_000_000_000, context=8192, expires_at="2030-01-01T12:00:00Z"),
        make_running("b:latest", size=47_000_000_000, vram=23_500_000_000, context=32768),
        make_running("c:latest", size=1_000_000_000, vram=0, context=4096),
    ]
    box.write_settings(box.account(box.server(running=running)))
    account = box.status()
    assert account.metric("loaded_models") == 3
    assert account.metric("loaded_model_bytes") == 53_000_000_000
    assert account.metric("loaded_vram_bytes") == 28_500_000_000
    assert account.metric("context_window") == 32768
    first, second, third = account["running"]
    assert first == {"name": "a:latest", "size_bytes": 5_000_000_000, "vram_bytes": 5_000_000_000, "vram_gb": 5,
                     "context_length": 8192, "expires_at": "2030-01-01T12:00:00Z"}
    assert second["vram_gb"] == 23.5
    assert third["vram_bytes"] == 0 and third["vram_gb"] == 0


def nothing_loaded_is_zero(box: Box) -> None:
    box.write_settings(box.account(box.server(running=[])))
    account = box.status()
    assert account.metric("loaded_models") == 0
    assert account.metric("loaded_vram_bytes") == 0
    assert account["running"] == []


def loaded_for_ever_has_no_expiry(box: Box) -> None:
    for_ever = make_running("a:latest", expires_at="2318-10-01T00:00:00Z")
    busy = make_running("b:latest", expires_at="0001-01-01T00:00:00Z")
    box.write_settings(box.account(box.server(running=[for_ever, busy])))
    account = box.status()
    assert account.metric("loaded_models") == 2
    assert "expires_at" not in account["running"][1]


def what_is_not_known_is_left_out(box: Box) -> None:
    box.write_settings(box.account(box.server()))
    account = box.status()
    from_the_log = [name for name in account.metrics if "requests" in name or "http_" in name or "latency" in name]
    assert from_the_log == [], "there is no log, so nothing is known of requests"
    assert "vram_total_bytes" not in account.metrics
    assert account.state("server_log") == "absent"


def message_follows_the_metrics(box: Box) -> None:
    box.write_settings(box.account(box.server(models=[make_model("a:latest"), make_model("b:latest")])))
    assert box.status()["message"] == "2 models"
    log = box.log()
    log.add(time.time() - 1)
    log.add(time.time() - 1)
    message = box.status()["message"]
    assert re.fullmatch(r"[0-2] req today, 2 req 5h, 2 req 1d, 2 models", message), message


def says_when_nothing_is_known(box: Box) -> None:
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
    account = box.status(expect=1)
    assert account["status"] == "unknown"
    assert account["message"].startswith("No Ollama data found"), account["message"]
    assert account.metrics == {}
    assert account.state("local_api") == "failed"
    assert account.diagnostics["local_api_error"]


def log_alone_is_enough(box: Box) -> None:
    box.log().add(time.time() - 5)
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
    account = box.status(expect=0)
    assert account["status"] == "ok"
    assert account.metric("requests_5h") == 1
    assert "models_total" not in account.metrics


def output_is_stable(box: Box) -> None:
    server = box.server()
    box.log().add(time.time() - 4000)
    box.write_settings(box.account(server))

    def steady() -> str:
        text = box.run("status", "--json", expect=0).stdout
        return re.sub(r'"(generated_at|observed_at)": ?"[^"]*"', "", text)
    assert steady() == steady()


def plain_text_is_readable(box: Box) -> None:
    box.log().add(time.time() - 1)
    box.write_settings(box.account(box.server()))
    result = box.run("status", expect=0)
    assert "req 5h" in result.stdout
    assert "llama3.3:70b" in result.stdout, "the loaded model"
    assert "0.40.12" in result.stdout
    assert "\x1b" not in result.stdout, "no colours into a pipe"
    assert result.stderr == ""


def without_settings_the_default_server_is_asked(box: Box) -> None:
    server = box.server()
    account = box.status(env={"OLLAMA_HOST": f"127.0.0.1:{server.port}"})
    assert account["provider"] == "ollama"
    assert account.attributes["server_version"] == "0.40.12"


def json_goes_out_in_one_document(box: Box) -> None:
    box.write_settings(box.account(box.server()))
    text = box.run("status", "--json", expect=0).stdout
    assert text.endswith("}\n")
    json.loads(text)


def asks_nothing_that_costs(box: Box) -> None:
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    box.status()
    asked = {(request.method, request.path) for request in server.seen()}
    assert ("GET", "/api/tags") in asked and ("GET", "/api/ps") in asked
    allowed = {"/api/version", "/api/tags", "/api/ps", "/api/status", "/api/me", "/api/balance", "/api/usage"}
    assert {path for _, path in asked} <= allowed, asked
    for request in server.seen():
        assert "authorization" not in request.headers
        assert request.headers["user-agent"].startswith("paddock/")


def signed_in_account_is_shown(box: Box) -> None:
    box.write_settings(box.account(box.server(signed_in=True)))
    account = box.status()
    assert account.attributes["account_name"] == "example"
    assert account.attributes["account_email"] == "user@example.invalid"
    assert account.attributes["plan_name"] == "pro"


def account_that_is_not_to_be_had_is_no_error(box: Box) -> None:
    for status in (403, 404, 500, 503):
        server = box.server()
        server.route("/api/me", server_error(status))
        box.write_settings(box.account(server))
        account = box.status()
        assert account.state("local_account") == "absent", status
        assert "cloud_error" not in account.diagnostics, status
    server = box.server()
    server.route("/api/me", server_error(502))
    box.write_settings(box.account(server))
    assert "cloud_error" in box.status().diagnostics


def files_of_ollama_do_not_change(box: Box) -> None:
    log = box.log()
    log.add(time.time() - 1)
    server_config = box.home / ".ollama/server.json"
    server_config.write_text('{"disable_ollama_cloud": true}')
    files = [log.path, log.path.parent, server_config, server_config.parent]
    before = [(path.read_bytes() if path.is_file() else sorted(path.iterdir()), path.stat().st_mtime_ns,
               path.stat().st_ctime_ns, path.stat().st_mode) for path in files]
    box.write_settings(box.account(box.server()))
    box.status()
    after = [(path.read_bytes() if path.is_file() else sorted(path.iterdir()), path.stat().st_mtime_ns,
              path.stat().st_ctime_ns, path.stat().st_mode) for path in files]
    assert before == after
