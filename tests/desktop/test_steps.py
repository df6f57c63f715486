# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window says was found and what was not, and the step that it offers for each."""

from __future__ import annotations

import time

from fake_ollama import FakeOllama
from gi.repository import GLib
from paddock import Box, preloaded
from panel import Applet, Panel, pasted, wait_until

FOUND, NEEDED, OPTIONAL = "Found: ", "A step is needed: ", "Not there: "
JOIN = 'sudo usermod -aG systemd-journal "$USER"'


def _are_gone(applet: Applet) -> bool:
    try:
        return not {"Copy", "Copied", "Get Ollama"} & {widget.name for widget in applet.widgets()}
    except GLib.Error:  # one went while it was looked at
        return False


def _open(panel: Panel) -> Applet:
    applet = panel.start(accessible=True)
    applet.item()
    panel.tell("details")
    applet.wait_for_window()
    return applet


def _rows(applet: Applet) -> dict[str, str]:
    """What is said of each thing that was looked for."""
    return {widget.name: widget.description for widget in applet.widgets(scrolled_away=True)
            if widget.description.startswith((FOUND, NEEDED, OPTIONAL))}


def _wait_for_rows(applet: Applet, **wanted: str) -> dict[str, str]:
    """Waits for rows whose descriptions begin as wanted, in their order and with no other."""
    def look() -> dict[str, str]:
        rows = _rows(applet)
        same = list(rows) == [name.replace("_", " ") for name in wanted]
        return rows if same and all(map(str.startswith, rows.values(), wanted.values())) else {}
    try:
        return wait_until(look, "the rows")
    except AssertionError as error:
        raise AssertionError(f"{error}: {_rows(applet)}") from None


def _copy(applet: Applet, command: str) -> None:
    button = wait_until(lambda: next((widget for widget in applet.widgets(scrolled_away=True)
                                      if widget.name == "Copy" and widget.description == command), None), command)
    button.press()
    wait_until(lambda: pasted().strip() == command, f"{command!r} in the clipboard")
    wait_until(lambda: button.name == "Copied", "the button to say so")


def _texts(applet: Applet) -> str:
    return "\n".join(widget.text for widget in applet.widgets())


def _account(box: Box, server: FakeOllama) -> dict[str, object]:
    """With a journal, in which there is nothing."""
    folder = box.root / "journal"
    folder.mkdir(exist_ok=True)
    account = box.account(server, journal_dir=str(folder))
    del account["journal_unit"]
    return account


def command_is_copied_until_the_server_starts(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    server.stop()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = _open(panel)
    _copy(applet, "systemctl start ollama")
    server.start()
    wait_until(lambda: _are_gone(applet), "the steps to vanish")


def first_run_finds_nothing(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    server.stop()
    box.write_settings(_account(box, server), poll_interval_seconds=1)
    applet = _open(panel)
    _wait_for_rows(applet, Server=NEEDED + "Nothing answers", Log=OPTIONAL, Models=OPTIONAL, Desktop_App=OPTIONAL)
    _copy(applet, "systemctl start ollama")
    _copy(applet, f"OLLAMA_HOST=127.0.0.1:{server.port} ollama serve")
    applet.wait_for_widget("Get Ollama")
    texts = _texts(applet)
    assert texts.count("systemctl start ollama") == 1, texts
    assert "Not Available" not in texts and "logs_dir" not in texts, texts


def server_alone_asks_for_its_log(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    box.write_settings(_account(box, server), poll_interval_seconds=1)
    applet = _open(panel)
    rows = _wait_for_rows(applet, Server=FOUND + "Ollama 0.40.12", Log=NEEDED + "None was found", Models=FOUND,
                          Cloud=OPTIONAL, Desktop_App=OPTIONAL)
    assert server.base_url in rows["Server"], rows
    assert "logs_dir" not in _texts(applet), _texts(applet)
    applet.wait_for_widget("Open Preferences").press()
    applet.wait_for_widget("Accounts")
    box.log().add(time.time() - 1)
    wait_until(lambda: not _rows(applet), "the list to go, as there is a log")


def journal_that_is_refused_names_its_group(box: Box) -> None:
    panel = Panel(box)
    account = box.account(box.server())
    del account["journal_unit"]
    box.environment |= preloaded() | {"PADDOCK_TEST_JOURNAL": "denied"}
    box.write_settings(account, poll_interval_seconds=1)
    applet = _open(panel)
    _wait_for_rows(applet, Server=FOUND, Log=NEEDED + "You may not read the systemd journal", Models=FOUND, Cloud=OPTIONAL,
                   Desktop_App=OPTIONAL)
    _copy(applet, JOIN)
    texts = _texts(applet)
    assert "Then log out and in again." in texts and texts.count("usermod") == 1, texts


def no_model_names_the_way_to_one(box: Box) -> None:
    panel = Panel(box)
    server = box.server(models=[], running=[])
    box.log().write("")
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = _open(panel)
    rows = _wait_for_rows(applet, Server=FOUND, Log=FOUND, Models=NEEDED, Cloud=OPTIONAL, Desktop_App=OPTIONAL)
    assert "~/.ollama/logs" in rows["Log"], rows
    _copy(applet, f"OLLAMA_HOST=127.0.0.1:{server.port} ollama pull llama3.2")
    texts = _texts(applet)
    assert texts.count("ollama pull") == 1, texts
    # Nor is that said in other words.
    assert "0 models" not in texts and "No model is loaded. Ollama" not in texts, texts
    server.models = FakeOllama(version="0.40.12").models
    wait_until(lambda: not _rows(applet), "the list to go, as there are models")


def whole_list_leads_to_signing_in(box: Box) -> None:
    panel = Panel(box)
    server = box.server(signed_in=False)
    box.write_settings(_account(box, server), poll_interval_seconds=1)
    applet = _open(panel)
    _wait_for_rows(applet, Server=FOUND, Log=NEEDED, Models=FOUND, Cloud=OPTIONAL + "Nobody is signed in", Desktop_App=OPTIONAL)
    buttons = [widget for widget in applet.widgets() if widget.name == "Sign In"]
    assert len(buttons) == 1, buttons
    # There is no browser, which is said in the same place.
    buttons[0].press()
    wait_until(lambda: "ollama signin" in _texts(applet), "the other way")


def nothing_is_said_where_nothing_is_missing(box: Box) -> None:
    panel = Panel(box)
    server = box.server(signed_in=False)
    box.log().add(time.time() - 1)
    box.write_settings(_account(box, server), poll_interval_seconds=1)
    applet = _open(panel)
    wait_until(lambda: any("sign in to see" in widget.text for widget in applet.widgets(scrolled_away=True)), "the cloud")
    server.wait_for("/api/ps", count=2, since=server.mark())
    assert not _rows(applet) and "What Was Found" not in _texts(applet), _texts(applet)
