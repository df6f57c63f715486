# SPDX-License-Identifier: GPL-3.0-or-later
"""The key that an account has in the keyring: when it is used, and what is said when it cannot be had."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from fake_ollama import FakeOllama
from keyring import FakeKeyring, start_bus, start_gnome_keyring, start_stuck_bus
from paddock import DEADLINE, Account, Box, Result, binary

KEY = "0123456789abcdef.The-Key_of-this-Test"
OTHER = "fedcba9876543210.Another-Key"
NO_BUS: dict[str, str | None] = {"DBUS_SESSION_BUS_ADDRESS": None, "XDG_RUNTIME_DIR": None}


def _login(box: Box, key: str = KEY, *arguments: str) -> None:
    subprocess.run([binary(), "login", *arguments], env=box.environment, input=key.encode(), stdout=subprocess.DEVNULL,
                   timeout=DEADLINE, check=True)


def _both(box: Box, *keys: str, **account: Any) -> tuple[FakeOllama, FakeOllama]:
    """A server at which somebody is signed in, and a cloud that takes the keys."""
    server, cloud = box.server(signed_in=True), box.cloud(*(keys or (KEY,)))
    box.write_settings(box.account(server, cloud_base_url=cloud.base_url, api_key_env="MY_KEY", **account))
    return server, cloud


def _cloud_only(box: Box) -> FakeOllama:
    cloud = box.cloud(KEY)
    box.write_settings(box.account(None, auth="api_key", cloud_base_url=cloud.base_url, api_key_env="MY_KEY"))
    return cloud


def _relayed(server: FakeOllama) -> bool:
    return any(server.seen(path) for path in ("/api/me", "/api/balance", "/api/usage"))


def _files(box: Box) -> list[str]:
    folder = box.home / ".local/state/paddock/cloud"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def _has_no_complaint(account: Account) -> bool:
    return not [name for name in account.diagnostics if name.startswith("cloud_")]


def _says_nothing_of_it(box: Box, account: Account, result: Result | None = None) -> None:
    told = json.dumps(account.data) + (result.stdout + result.stderr if result else "")
    assert KEY not in told
    kept = b"".join(path.read_bytes() for path in (box.home / ".local").rglob("*")
                    if path.is_file() and "keyrings" not in path.parts)
    assert KEY.encode() not in kept


def stored_key_is_used(box: Box) -> None:
    start_bus(box)
    start_gnome_keyring(box)
    server, cloud = _both(box)
    before = box.status()
    assert before.attributes["auth_type"] == "local" and _relayed(server) and _has_no_complaint(before)
    server.requests.clear()

    _login(box)
    account = box.status()
    assert account.attributes["auth_type"] == "api_key" and account.metric("credit_included_usd") == 72.5
    assert account.state("cloud") == "ok" and _has_no_complaint(account) and not _relayed(server)
    assert {request.headers["authorization"] for request in cloud.requests} == {f"Bearer {KEY}"}
    _says_nothing_of_it(box, account, box.run("status", env={"G_MESSAGES_DEBUG": "all"}, expect=0))
    with_key = _files(box)

    box.run("logout", expect=0)
    assert set(_files(box)) < set(with_key), "what the key told goes with it"
    account = box.status()
    assert account.attributes["auth_type"] == "local" and account.attributes["signed_in"] == "true"


def watch_learns_of_a_key(box: Box) -> None:
    """Nobody tells it but the note of whoever has stored the key: it has no name on the bus."""
    start_bus(box)
    start_gnome_keyring(box)
    _both(box, KEY, OTHER)
    watch = box.watch(interval=3600)
    watch.until(lambda account: account.attributes.get("auth_type") == "local" and account.state("cloud") == "ok")
    _login(box)
    watch.until(lambda account: account.attributes.get("auth_type") == "api_key" and account.state("cloud") == "ok")
    box.run("logout", expect=0)
    watch.until(lambda account: account.attributes.get("auth_type") == "local")
    _login(box, OTHER)
    watch.until(lambda account: account.attributes.get("auth_type") == "api_key")
    assert watch.stop() == 0


def environment_comes_first(box: Box) -> None:
    start_bus(box)
    FakeKeyring(box, "well").put(OTHER)
    _, cloud = _both(box)
    done = subprocess.run([binary(), "login"], env={**box.environment, "MY_KEY": KEY}, input=OTHER.encode(), capture_output=True,
                          timeout=DEADLINE, check=True)
    assert b"environment comes first" in done.stdout
    assert box.status(env={"MY_KEY": KEY}).attributes["auth_type"] == "api_key"
    assert {request.headers["authorization"] for request in cloud.requests} == {f"Bearer {KEY}"}


def accounts_have_keys_of_their_own(box: Box) -> None:
    start_bus(box)
    FakeKeyring(box, "well").put(KEY, "two")
    server, cloud = box.server(signed_in=True), box.cloud(KEY)
    box.write_settings(*(box.account(server, id=name, cloud_base_url=cloud.base_url) for name in ("one", "two")))
    assert [account.attributes["auth_type"] for account in box.statuses()] == ["local", "api_key"]


def cloud_only_account(box: Box) -> None:
    start_bus(box)
    keyring = FakeKeyring(box, "well")
    cloud = _cloud_only(box)
    account = box.status(expect=1)
    assert account["status"] == "auth" and not cloud.requests
    sentence = account.diagnostics["cloud_auth_failed"]
    assert "paddock login" in sentence and "MY_KEY" in sentence
    keyring.put(KEY)
    account = box.status()
    assert account["status"] == "ok" and list(account["sources"]) == ["cloud"] and not account.diagnostics


def refused_key_says_how_to_replace_it(box: Box) -> None:
    start_bus(box)
    FakeKeyring(box, "well").put(OTHER)
    _both(box)
    sentence = box.status().diagnostics["cloud_auth_failed"]
    assert "paddock login" in sentence and OTHER not in sentence


def locked_keyring(box: Box) -> None:
    start_bus(box)
    # Were its question asked, nobody would ever answer.
    keyring = FakeKeyring(box, "asks")
    server, cloud = _both(box)
    account = box.status()
    assert account.attributes["auth_type"] == "local" and _has_no_complaint(account), "no key, nothing to unlock"
    server.requests.clear()
    keyring.put(KEY)
    account = box.status()
    assert "locked" in account.diagnostics["cloud_auth_failed"] and account.metric("models_total")
    assert account["status"] == "ok" and not _relayed(server) and not cloud.requests
    _cloud_only(box)
    account = box.status(expect=1)
    assert account["status"] == "auth" and "locked" in account.diagnostics["cloud_auth_failed"]


def keyring_that_is_unlocked_later(box: Box) -> None:
    """Whoever watches need not be told: the keyring says itself that it has changed."""
    start_bus(box)
    locked = FakeKeyring(box, "locked")
    locked.put(KEY)
    _both(box)
    watch = box.watch(interval=3600)
    watch.until(lambda account: "locked" in account.diagnostics.get("cloud_auth_failed", ""))
    locked.end()
    FakeKeyring(box, "well")
    account = watch.until(lambda account: account.metric("credit_included_usd"))
    assert account.attributes["auth_type"] == "api_key" and _has_no_complaint(account)


def keyring_that_is_away(box: Box) -> None:
    """Whoever never had a key is not bothered; whoever has one is told."""
    start_bus(box)
    server, _ = _both(box)
    account = box.status(env=NO_BUS)
    assert account.attributes["auth_type"] == "local" and _has_no_complaint(account)
    account = box.status()
    assert account.attributes["auth_type"] == "local" and _has_no_complaint(account), "no keyring on the bus"
    FakeKeyring(box, "well")
    _login(box)
    server.requests.clear()
    account = box.status(env=NO_BUS)
    assert "no session bus" in account.diagnostics["cloud_auth_failed"] and not _relayed(server)
    assert account["status"] == "ok" and account.metric("models_total")


def cloud_only_account_without_a_keyring(box: Box) -> None:
    cloud = _cloud_only(box)
    for start, words in ((lambda: None, "no session bus"), (lambda: start_stuck_bus(box), "5 seconds"),
                         (lambda: start_bus(box), "no keyring"), (lambda: FakeKeyring(box, "refuses"), "the disk is full")):
        start()
        account = box.status(expect=1)
        assert account["status"] == "auth" and words in account.diagnostics["cloud_auth_failed"], account
    assert not cloud.requests


def silent_keyring_delays_the_cloud_alone(box: Box) -> None:
    start_bus(box)
    FakeKeyring(box, "silent")
    server, _ = _both(box)
    watch = box.watch()
    account = watch.until(lambda account: account.metric("models_total"))
    assert account.state("cloud") is None, "nobody knows yet who is to be asked"
    assert _has_no_complaint(watch.until(lambda account: account.metric("credit_included_usd")))


def what_is_no_key(box: Box) -> None:
    start_bus(box)
    keyring = FakeKeyring(box, "well")
    server, cloud = _both(box)
    for text in ("two words", "key\r\nX-Header: injected", "k" * 5000, "ümläut"):
        keyring.put(text)
        account = box.status()
        assert "paddock login" in account.diagnostics["cloud_auth_failed"] and account["status"] == "ok"
        assert text not in json.dumps(account.data, ensure_ascii=False)
    assert not cloud.requests and not _relayed(server)


def damaged_note_is_none(box: Box) -> None:
    start_bus(box)
    FakeKeyring(box, "well")
    _both(box)
    _login(box)
    note = next((box.home / ".local/state/paddock/cloud").glob("key-of-*"))
    assert note.stat().st_mode & 0o777 == 0o600
    note.write_bytes(b"../../../../etc/passwd\0")
    assert box.status().attributes["auth_type"] == "api_key"
