# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the cloud is disabled: server.json, $OLLAMA_NO_CLOUD, and the server's own word."""

from __future__ import annotations

import time
from pathlib import Path

from fake_ollama import closed_port
from paddock import Account, Box


def _status(box: Box, text: str | None, **env: str) -> Account:
    """The status with that server.json, beside a server that is not running."""
    path = box.home / ".ollama/server.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is not None:
        path.write_text(text)
    box.log().add(time.time() - 1)
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
    return box.status(expect=0, env=dict(env))


def disabled_by_the_file(box: Box) -> None:
    account = _status(box, '{"disable_ollama_cloud": true}')
    assert account.attributes["cloud_disabled"] == "true"
    assert account.state("server_config") == "ok"


def enabled_by_the_file(box: Box) -> None:
    assert _status(box, '{"disable_ollama_cloud": false}').attributes["cloud_disabled"] == "false"


def enabled_by_silence(box: Box) -> None:
    assert _status(box, "{}").attributes["cloud_disabled"] == "false"


def no_file(box: Box) -> None:
    account = _status(box, None)
    assert account.state("server_config") == "absent"
    assert "server_config_error" not in account.diagnostics


def invalid_file_is_told(box: Box) -> None:
    for text in ('{"disable_ollama_cloud": ', "[]", "7", '{"disable_ollama_cloud": "yes"}', "", "[" * 100_000):
        account = _status(box, text)
        sentence = account.diagnostics.get("server_config_error", "")
        assert "server.json" in sentence, (text[:40], account.diagnostics)
        assert account.state("server_config") == "failed"
        assert account.metric("requests_5h"), "the log is unharmed"


def unreadable_file_is_not_blamed(box: Box) -> None:
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
    box.log().add(time.time() - 1)
    path = box.home / ".ollama/server.json"
    path.write_text('{"disable_ollama_cloud": true}')
    path.chmod(0)
    account = box.status(as_nobody=True)
    sentence = account.diagnostics["server_config_error"]
    assert "Permission denied" in sentence and "ignores" not in sentence, sentence
    assert "cloud_disabled" not in account.attributes


def folder_in_place_of_the_file(box: Box) -> None:
    (box.home / ".ollama/server.json").mkdir(parents=True)
    account = _status(box, None)
    assert "server_config_error" in account.diagnostics


def disabled_by_the_environment(box: Box) -> None:
    for value in ("1", "true"):
        account = _status(box, None, OLLAMA_NO_CLOUD=value)
        assert account.attributes["cloud_disabled"] == "true", value
    assert _status(box, "{}", OLLAMA_NO_CLOUD="0").attributes["cloud_disabled"] == "false"


def hint_names_the_file(box: Box) -> None:
    path: Path = box.root / "my-server.json"
    path.write_text('{"disable_ollama_cloud": true}')
    box.log().add(time.time() - 1)
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}", server_config=str(path)))
    assert box.status().attributes["cloud_disabled"] == "true"


def file_at_home_belongs_to_one_account(box: Box) -> None:
    path = box.home / ".ollama/server.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"disable_ollama_cloud": true}')
    nowhere = f"http://127.0.0.1:{closed_port()}"
    box.write_settings(box.account(nowhere, id="first"), box.account(nowhere, id="second"))
    first, second = box.statuses(expect=1)
    assert first.attributes["cloud_disabled"] == "true"
    assert "cloud_disabled" not in second.attributes and second.state("server_config") is None


def server_knows_better_than_the_file(box: Box) -> None:
    path = box.home / ".ollama/server.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"disable_ollama_cloud": true}')
    box.write_settings(box.account(box.server(cloud_disabled=False)))
    account = box.status()
    assert account.attributes["cloud_disabled"] == "false"
    assert account.attributes["cloud_source"] == "none"


def server_says_disabled(box: Box) -> None:
    box.write_settings(box.account(box.server(cloud_disabled=True)))
    account = box.status()
    assert account.attributes["cloud_disabled"] == "true"
    assert account.attributes["cloud_source"] == "env"


def old_server_leaves_it_to_the_file(box: Box) -> None:
    path = box.home / ".ollama/server.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"disable_ollama_cloud": true}')
    box.write_settings(box.account(box.server(version="0.12.6")))
    assert box.status().attributes["cloud_disabled"] == "true"


def file_change_is_seen(box: Box) -> None:
    path = box.home / ".ollama/server.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"disable_ollama_cloud": true}')
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
    watch = box.watch()
    watch.until(lambda account: account.attributes.get("cloud_disabled") == "true")
    path.write_text('{"disable_ollama_cloud": false}')
    watch.until(lambda account: account.attributes.get("cloud_disabled") == "false")
