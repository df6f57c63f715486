# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings file: hints, hosts, accounts, mistakes, and changes while the program runs."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from fake_ollama import GinLog, closed_port, make_model
from paddock import Box, Result

TO_DO = "it has to be a file that you may read"


def _log_at(folder: Path, requests: int) -> None:
    log = GinLog(folder / "server.log")
    for _ in range(requests):
        log.add(time.time() - 1)


def hints_in_three_places(box: Box) -> None:
    elsewhere = box.root / "elsewhere"
    _log_at(elsewhere, 3)
    server = box.server()
    for account in (box.account(server, logs_dir=str(elsewhere)),
                    box.account(server, provider_paths={"logs_dir": str(elsewhere)}),
                    box.account(server, paths={"logs_dir": str(elsewhere)})):
        box.write_settings(account)
        assert box.status().metric("requests_5h") == 3, account


def config_dir_holds_logs_and_server_config(box: Box) -> None:
    folder = box.root / "ollama-home"
    _log_at(folder / "logs", 2)
    (folder / "server.json").write_text('{"disable_ollama_cloud": true}')
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}", config_dir=str(folder)))
    account = box.status()
    assert account.metric("requests_5h") == 2
    assert account.attributes["cloud_disabled"] == "true"


def logs_dir_goes_before_config_dir(box: Box) -> None:
    _log_at(box.root / "one/logs", 1)
    _log_at(box.root / "two", 2)
    box.write_settings(box.account(box.server(), config_dir=str(box.root / "one"), logs_dir=str(box.root / "two")))
    assert box.status().metric("requests_5h") == 2


def home_is_expanded(box: Box) -> None:
    _log_at(box.home / "somewhere", 4)
    box.write_settings(box.account(box.server(), logs_dir="~/somewhere"))
    assert box.status().metric("requests_5h") == 4


def default_logs_are_found(box: Box) -> None:
    _log_at(box.home / ".ollama/logs", 5)
    box.write_settings(box.account(box.server()))
    assert box.status().metric("requests_5h") == 5


def ollama_host_forms(box: Box) -> None:
    server = box.server()
    port = server.port
    for host in (f"127.0.0.1:{port}", f"http://127.0.0.1:{port}", f"localhost:{port}", f"0.0.0.0:{port}", f":{port}",
                 f" 127.0.0.1:{port} ", f'"127.0.0.1:{port}"', f"http://127.0.0.1:{port}/", f"http://0.0.0.0:{port}"):
        account = box.status(env={"OLLAMA_HOST": host})
        assert account.metric("models_total") == len(server.models), host


def ollama_host_on_ipv6(box: Box) -> None:
    server = box.server(host="::1")
    for host in (f"[::1]:{server.port}", f"http://[::1]:{server.port}", f"[::]:{server.port}"):
        assert box.status(env={"OLLAMA_HOST": host}).metric("models_total") == len(server.models), host


def ollama_host_that_makes_no_sense(box: Box) -> None:
    for host in ("", "   ", "http://", "::::", "127.0.0.1:notaport", "127.0.0.1:99999", "ftp://127.0.0.1", "\x01", "[", "http://[::1",
                 "127.0.0.1:1/\x1b[31m", os.fsdecode(b"127.0.0.1:1/\xff"), os.fsdecode(b"127.0.0.1:1/\xfc")):
        result = box.run("status", "--json", env={"OLLAMA_HOST": host}, expect=(0, 1))
        assert result.json()["schema"] == 1, host
        page = box.run("status", env={"OLLAMA_HOST": host}, expect=(0, 1)).stdout
        assert "\x1b" not in page and "\x01" not in page, repr(page)


def base_url_goes_before_ollama_host(box: Box) -> None:
    server, other = box.server(), box.server()
    box.write_settings(box.account(server))
    box.status(env={"OLLAMA_HOST": f"127.0.0.1:{other.port}"})
    assert server.seen("/api/tags") and not other.seen()


def several_accounts(box: Box) -> None:
    one = box.server(models=[make_model("one:latest")])
    two = box.server(models=[make_model("two:latest"), make_model("three:latest")])
    box.write_settings(box.account(one, id="first"), {"id": "claude", "provider": "claude_code", "auth": "oauth"},
                       box.account(two, id="second"), box.account(f"http://127.0.0.1:{closed_port()}", id="third"))
    accounts = box.statuses()
    assert [account["id"] for account in accounts] == ["first", "second", "third"], "other providers are ignored"
    assert [account.metric("models_total") for account in accounts] == [1, 2, None]
    assert accounts[2]["status"] == "unknown"
    assert "local_api_error" in accounts[2].diagnostics
    assert "local_api_error" not in accounts[0].diagnostics


def provider_is_known_in_any_case(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server, provider="Ollama"))
    assert box.status().metric("models_total") == len(server.models), "rather than some other server that is detected"


def one_account_of_several(box: Box) -> None:
    one, two = box.server(), box.server()
    box.write_settings(box.account(one, id="first"), box.account(two, id="second"))
    assert [account["id"] for account in box.statuses("--account", "second")] == ["second"]
    assert two.seen() and not one.seen(), "the others are not asked"


def account_with_the_cloud_alone(box: Box) -> None:
    box.write_settings({"id": "cloud", "provider": "ollama", "auth": "api_key", "api_key_env": "MY_KEY",
                        "cloud_base_url": f"http://127.0.0.1:{closed_port()}"})
    account = box.status(expect=1)
    assert account["status"] == "auth" and "MY_KEY" in account.diagnostics["cloud_auth_failed"]
    assert account["message"] == account.diagnostics["cloud_auth_failed"]
    account = box.status(expect=1, env={"MY_KEY": "very-secret"})
    assert account["status"] == "unknown" and "very-secret" not in json.dumps(account.diagnostics)
    assert "127.0.0.1" in account.diagnostics["cloud_error"]


def account_that_is_not_there(box: Box) -> None:
    box.write_settings(box.account(box.server(), id="first"))
    result = box.run("status", "--json", "--account", "nope", expect=2)
    assert "nope" in result.stderr and "first" in result.stderr, result.stderr


def accounts_of_the_same_id(box: Box) -> None:
    one, two = box.server(), box.server()
    box.write_settings(box.account(one, id="same"), box.account(two, id="same"))
    box.run("status", "--json", expect=(0, 2))


def account_without_id(box: Box) -> None:
    server = box.server()
    box.write_settings({"provider": "ollama", "base_url": server.base_url, "journal_unit": ""})
    result = box.run("status", "--json", expect=(0, 2))
    if result.code == 0:
        assert result.json()["accounts"][0]["id"]


def unknown_keys_are_ignored(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server, colour="green", nested={"a": [1, 2]}), theme="Gruvbox",
                       dashboard={"providers": []}, ui={"warn_threshold": 0.2})
    assert box.status().metric("models_total") == len(server.models)


def no_accounts_means_detection(box: Box) -> None:
    server = box.server()
    box.write_settings_text('{"poll_interval_seconds": 30}')
    assert box.status(env={"OLLAMA_HOST": server.base_url}).metric("models_total") == len(server.models)


def config_option_names_another_file(box: Box) -> None:
    one, two = box.server(), box.server()
    box.write_settings(box.account(one))
    other = box.root / "other.json"
    other.write_text(json.dumps({"accounts": [box.account(two, id="other")]}))
    assert box.status("--config", str(other))["id"] == "other"
    assert not one.seen()


def _check_broken(box: Box, text: str | bytes, line: int | None = None, key: str = "") -> Result:
    box.settings_path.parent.mkdir(parents=True, exist_ok=True)
    box.settings_path.write_bytes(text.encode() if isinstance(text, str) else text)
    result = box.run("status", "--json", expect=2)
    assert result.stdout == "", result.stdout
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert "settings.json" in lines[0], lines[0]
    assert line is None or f"settings.json:{line}:" in lines[0], f"line {line} is not named: {lines[0]}"
    assert key in lines[0], f"{key!r} is not in {lines[0]!r}"
    kept = box.settings_path.read_bytes()
    assert kept == (text.encode() if isinstance(text, str) else text), "a broken file is left as it is"
    return result


def broken_syntax(box: Box) -> None:
    _check_broken(box, '{\n  "accounts": [\n    { "id": "a",, }\n  ]\n}\n', 3)


def broken_at_the_end(box: Box) -> None:
    _check_broken(box, '{\n  "accounts": [\n')


def empty_file(box: Box) -> None:
    _check_broken(box, "")


def mistake_is_named_where_it_is_mended(box: Box) -> None:
    account = '{\n  "accounts": [\n    {\n      "id": "a"%s\n      "journal_unit": ""%s\n    }\n  ]%s\n%s'
    for gaps, line, words in (((",", ",", "", "}"), 5, "comma has nothing behind it"), (("", "", "", "}"), 4, "comma is missing"),
                              ((",", "", "", ""), 7, "ends before"), ((',"b" 7,', "", "", "}"), 4, "colon is missing"),
                              ((', "b": True,', "", "", "}"), 4, "value is missing"), ((', "b,', "", "", "}"), 4, "quotation mark"),
                              ((", // mine", "", "", "}"), 4, "no place there")):
        assert words in _check_broken(box, account % gaps, line).stderr, gaps


def key_in_place_of_its_variable(box: Box) -> None:
    key = "2c9f0b1d4e.Very-Secret"
    for auth in ("local", "api_key"):
        text = json.dumps({"accounts": [{"id": "a", "auth": auth, "api_key_env": key}]})
        assert "Very-Secret" not in _check_broken(box, text, 1, "api_key_env").stderr


def more_accounts_than_are_taken(box: Box) -> None:
    _check_broken(box, '{"accounts": [' + ",".join(["{}"] * 200_000) + "]}", 1, "accounts")


def null_is_as_if_it_were_missing(box: Box) -> None:
    server = box.server()
    keys = ("poll_interval_seconds", "history_days", "label", "tray_icon", "tray_account", "read_only", "notifications")
    places = ("id", "provider", "auth", "api_key_env", "cloud_base_url", "logs_dir", "container", "journal_dir", "config_dir",
              "server_config", "db_path", "log_timezone", "provider_paths", "paths")
    box.write_settings(box.account(server) | dict.fromkeys(places), **dict.fromkeys(keys))
    assert box.status().metric("models_total") == len(server.models)
    box.write_settings_text('{"accounts": null}')
    assert box.status(env={"OLLAMA_HOST": server.base_url}).metric("models_total") == len(server.models)


def not_an_object(box: Box) -> None:
    _check_broken(box, "[]\n")


def wrong_type_names_line_and_key(box: Box) -> None:
    _check_broken(box, '{\n  "poll_interval_seconds": "often",\n  "accounts": []\n}\n', 2, "poll_interval_seconds")


def wrong_type_in_an_account(box: Box) -> None:
    text = '{\n  "accounts": [\n    {\n      "id": "ollama",\n      "provider": "ollama",\n      "base_url": 7\n    }\n  ]\n}\n'
    _check_broken(box, text, 6, "base_url")


def wrong_type_in_a_hint(box: Box) -> None:
    text = ('{\n  "accounts": [\n    {\n      "id": "ollama",\n      "provider": "ollama",\n      "paths": {\n'
            '        "logs_dir": []\n      }\n    }\n  ]\n}\n')
    _check_broken(box, text, 7, "logs_dir")


def accounts_that_are_no_list(box: Box) -> None:
    _check_broken(box, '{\n  "accounts": {}\n}\n', 2, "accounts")


def base_url_of_another_scheme(box: Box) -> None:
    text = '{\n  "accounts": [\n    { "id": "a", "provider": "ollama",\n      "base_url": "file:///etc/passwd" }\n  ]\n}\n'
    _check_broken(box, text, 4, "base_url")


def settings_nested_deeply(box: Box) -> None:
    _check_broken(box, '{"accounts": ' + "[" * 100_000)


def settings_that_are_no_text(box: Box) -> None:
    _check_broken(box, b"\xff\xfe\x00\x01" * 100)


def settings_that_are_a_folder(box: Box) -> None:
    box.settings_path.mkdir(parents=True)
    result = box.run("status", "--json", expect=2)
    assert result.stderr == f"paddock: {box.settings_path}: it is a folder; {TO_DO}\n", result.stderr


def settings_of_somebody_else(box: Box) -> None:
    box.write_settings_text("{}")
    box.settings_path.chmod(0)
    result = box.run("status", expect=2, as_nobody=True)
    assert result.stderr == f"paddock: {box.settings_path}: Permission denied; {TO_DO}\n", result.stderr


def named_file_that_is_missing(box: Box) -> None:
    path = box.root / "nope.json"
    result = box.run("status", "--config", str(path), expect=2)
    assert result.stderr == f"paddock: {path}: No such file or directory; {TO_DO}\n", result.stderr


def edit_takes_effect(box: Box) -> None:
    one = box.server(models=[make_model("one:latest")])
    two = box.server(models=[make_model("two:latest")])
    box.write_settings(box.account(one))
    watch = box.watch()
    watch.until(lambda account: account.model_names == ["one:latest"])
    box.write_settings(box.account(two))
    watch.until(lambda account: account.model_names == ["two:latest"])


def same_accounts_go_on(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(lambda account: account.model_names)
    # The way through a file that cannot be used proves that each edit was read.
    box.write_settings_text("{")
    watch.until(lambda account: "settings_error" in account.diagnostics)
    box.write_settings(box.account(server), label="none")
    watch.until(lambda account: "settings_error" not in account.diagnostics)
    server.wait_for("/api/ps", count=2, since=server.mark())
    assert len(server.seen("/api/version")) == 1, "the account was not started anew"


def edit_in_place_takes_effect(box: Box) -> None:
    one = box.server(models=[make_model("one:latest")])
    two = box.server(models=[make_model("two:latest")])
    box.write_settings(box.account(one))
    watch = box.watch()
    watch.until(lambda account: account.model_names == ["one:latest"])
    box.settings_path.write_text(json.dumps({"accounts": [box.account(two)]}))
    watch.until(lambda account: account.model_names == ["two:latest"])


def edit_behind_a_link_takes_effect(box: Box) -> None:
    one = box.server(models=[make_model("one:latest")])
    two = box.server(models=[make_model("two:latest")])
    box.write_settings(box.account(one))
    real = box.home / "dotfiles.json"
    box.settings_path.rename(real)
    box.settings_path.symlink_to(real)
    watch = box.watch()
    watch.until(lambda account: account.model_names == ["one:latest"])
    real.write_text(json.dumps({"accounts": [box.account(two)]}))
    watch.until(lambda account: account.model_names == ["two:latest"])
    # Another link, and an edit of what it leads to.
    other = box.home / "other.json"
    other.write_text(json.dumps({"accounts": [box.account(two)]}))
    fresh = box.settings_path.with_name("fresh")
    fresh.symlink_to(other)
    fresh.rename(box.settings_path)
    real.unlink()
    other.write_text("{")
    watch.until(lambda account: "settings_error" in account.diagnostics)
    other.write_text(json.dumps({"accounts": [box.account(one)]}))
    watch.until(lambda account: account.model_names == ["one:latest"])


def settings_that_appear_later(box: Box) -> None:
    one = box.server(models=[make_model("one:latest")])
    two = box.server(models=[make_model("two:latest")])
    watch = box.watch(env={"OLLAMA_HOST": one.base_url})
    watch.until(lambda account: account.model_names == ["one:latest"])
    box.write_settings(box.account(two))
    watch.until(lambda account: account.model_names == ["two:latest"])


def broken_edit_keeps_the_last_good_settings(box: Box) -> None:
    server = box.server(models=[make_model("one:latest")])
    box.write_settings(box.account(server))
    watch = box.watch()
    watch.until(lambda account: account.model_names == ["one:latest"])
    box.write_settings_text('{\n  "accounts": [\n  oops\n')
    account = watch.until(lambda account: "settings_error" in account.diagnostics)
    assert account.model_names == ["one:latest"]
    assert "settings.json:3:" in account.diagnostics["settings_error"], account.diagnostics
    box.write_settings(box.account(server))
    watch.until(lambda account: "settings_error" not in account.diagnostics)


def account_added_while_watching(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server, id="first"))
    watch = box.watch()
    watch.until(lambda account: account["id"] == "first")
    box.write_settings(box.account(server, id="zeroth"), box.account(server, id="first"))
    watch.until(lambda account: account["id"] == "zeroth" and account.metric("models_total"))
