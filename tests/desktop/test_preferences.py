# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences, as somebody uses them who does not see them: over AT-SPI, with what it does to the settings file."""

from __future__ import annotations

import json
from typing import Any

from gi.repository import GLib

from fake_ollama import FakeOllama, make_model
from keyring import FakeKeyring
from panel import Applet, Box, Item, Panel, Widget, frame_of, title_of, wait_until, xdotool


def _start(box: Box, **keys: Any) -> tuple[Panel, FakeOllama, Applet, Item]:
    server = box.server(models=[make_model("one:1b")])
    box.write_settings(box.account(server, id="home", mine="stays"), poll_interval_seconds=1, strange={"kept": [1, None]}, **keys)
    panel = Panel(box)
    applet = panel.start(accessible=True)
    item = applet.item()
    item.wait_for("Title", lambda title: "1 models" in title)
    item.menu.click("Preferences")
    applet.wait_for_window()
    return panel, server, applet, item


def _settings(box: Box) -> Any:
    return json.loads(box.settings_path.read_text(encoding="utf-8"))


def _wait_for_settings(box: Box, look: Any, what: str) -> Any:
    wait_until(lambda: look(_settings(box)), what)
    return _settings(box)


def _field(applet: Applet, name: str) -> Widget:
    """The control with a label of that name."""
    def look() -> Widget | None:
        try:
            return next((widget for widget in applet.widgets(scrolled_away=True)
                         if widget.name == name and widget.role not in ("label", "page tab")), None)
        except GLib.Error:
            return None  # it changed while it was looked at
    return wait_until(look, f"{name!r}")


def menu_opens_it_and_escape_closes_it(box: Box) -> None:
    panel, _, applet, item = _start(box)
    window = applet.wait_for_window()
    assert title_of(window) == "Preferences"
    item.menu.click("Preferences")
    panel.press_escape(applet, window)
    assert applet.is_running


def it_fits_a_small_screen(box: Box) -> None:
    """What is below its edge could not be scrolled to."""
    _, _, applet, _ = _start(box)
    _wait_until_it_fits(applet)


def it_fits_a_small_screen_in_large_text(box: Box) -> None:
    box.environment["GDK_DPI_SCALE"] = "2"
    it_fits_a_small_screen(box)


def _wait_until_it_fits(applet: Applet) -> None:
    screen_width, screen_height = map(int, xdotool("getdisplaygeometry").split())
    window = applet.wait_for_window()

    def is_settled() -> bool:
        x, y, width, height = frame_of(window)
        return height > 300 and x >= 0 and x + width <= screen_width and y + height <= screen_height
    wait_until(is_settled, "a window on the screen")


def change_lands_in_the_file(box: Box) -> None:
    _, _, applet, _ = _start(box)
    _field(applet, "Seconds between updates").set_value(12)
    settings = _wait_for_settings(box, lambda new: new["poll_interval_seconds"] == 12, "the interval")
    assert settings["strange"] == {"kept": [1, None]} and settings["accounts"][0]["mine"] == "stays"
    _field(applet, "Read only").press()
    _wait_for_settings(box, lambda new: new.get("read_only") is True, "read only")


def wheel_changes_nothing(box: Box) -> None:
    """Whoever scrolls through a page does not change what the pointer comes over; what is clicked is changed."""
    _, _, applet, _ = _start(box)
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    for name in ("Beside the icon", "Days of history"):
        place = _field(applet, name).node.get_component_iface().get_extents(0)
        xdotool("mousemove", "--sync", str(place.x + 20), str(place.y + place.height // 2), "click", "5", "click", "5")
    _field(applet, "Read only").press()
    settings = _wait_for_settings(box, lambda new: new.get("read_only") is True, "a later change")
    assert "history_days" not in settings and "label" not in settings, settings


def label_follows_at_once(box: Box) -> None:
    _, _, applet, item = _start(box)
    item.wait_for("XAyatanaLabel", lambda label: "1 models" in label)
    _field(applet, "Beside the icon").choose(2)
    item.wait_for("XAyatanaLabel", lambda label: label == "")
    _field(applet, "Beside the icon").choose(3)
    _field(applet, "Text").enter("{models_total} of them")
    item.wait_for("XAyatanaLabel", lambda label: label == "1 of them")
    assert _settings(box)["label"] == "{models_total} of them"


def preview_is_of_what_the_tray_shows(box: Box) -> None:
    _, server, applet, item = _start(box)
    other = box.server(models=[make_model("one:1b"), make_model("two:1b")])
    accounts = box.account(server, id="home"), box.account(other, id="other")
    box.write_settings(*accounts, poll_interval_seconds=1)
    item.wait_for("XAyatanaLabel", lambda label: label == "3 models")
    wait_until(lambda: any(widget.text == "Now: 3 models" for widget in applet.widgets()), "the sum")
    _field(applet, "Account").choose(2)
    _wait_for_settings(box, lambda new: new.get("tray_account") == "other", "the one that was chosen")
    item.wait_for("XAyatanaLabel", lambda label: label == "2 models")
    wait_until(lambda: any(widget.text == "Now: 2 models" for widget in applet.widgets()), "what the tray shows")
    _field(applet, "Account").choose(0)
    _wait_for_settings(box, lambda new: "tray_account" not in new, "all of them")
    item.wait_for("XAyatanaLabel", lambda label: label == "3 models")


def wrong_address_is_refused_and_mended(box: Box) -> None:
    _, server, applet, _ = _start(box)
    applet.wait_for_widget("Accounts").press()
    before = box.settings_path.read_bytes()
    _field(applet, "Address").enter("ftp://nowhere")
    wait_until(lambda: any("base_url" in widget.text for widget in applet.widgets()), "what is wrong with it")
    assert box.settings_path.read_bytes() == before
    _field(applet, "Address").enter(server.base_url.replace("127.0.0.1", "localhost"))
    settings = _wait_for_settings(box, lambda new: "localhost" in new["accounts"][0]["base_url"], "the address")
    assert settings["accounts"][0]["mine"] == "stays"
    applet.wait_for_widget("Test").press()
    wait_until(lambda: any("answers with 1 model." in widget.text for widget in applet.widgets()), "what answered")


def accounts_are_added_and_removed(box: Box) -> None:
    _, _, applet, _ = _start(box)
    applet.wait_for_widget("Accounts").press()
    applet.wait_for_widget("Add an account").press()
    settings = _wait_for_settings(box, lambda new: len(new["accounts"]) == 2, "another account")
    assert settings["accounts"][0]["id"] == "home" and settings["accounts"][1]["id"] == "server-2"
    wait_until(lambda: _field(applet, "Address").text == "http://server-2:11434", "the new one's address")
    applet.wait_for_widget("Remove this account").press()
    applet.wait_for_widget("Remove").press()
    settings = _wait_for_settings(box, lambda new: len(new["accounts"]) == 1, "one account")
    assert settings["accounts"][0]["mine"] == "stays"


def account_that_goes_takes_nothing_along(box: Box) -> None:
    """Somebody edits the file meanwhile, and the account that is shown is gone: neither what was being typed for it, nor
    what was said of it, nor the question whether to remove it is about the one that is shown instead."""
    _, server, applet, _ = _start(box)
    home, other = box.account(server, id="home"), box.account("http://127.0.0.1:1", id="other")
    box.write_settings(home, other)
    applet.wait_for_widget("Accounts").press()

    def is_other() -> bool:
        _field(applet, "Account").choose(1)
        return _field(applet, "Address").text == "http://127.0.0.1:1"
    wait_until(is_other, "the other's address")
    applet.wait_for_widget("Test").press()
    wait_until(lambda: any("Nothing answers" in widget.text or "127.0.0.1:1 " in widget.text for widget in applet.widgets()), "the outcome")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    unit = _field(applet, "Journal unit")
    unit.focus()
    wait_until(lambda: unit.is_focused, "the focus in the field")
    xdotool("type", "half typed")
    wait_until(lambda: "half typed" in _field(applet, "Journal unit").text, "what is typed")
    box.write_settings(home)
    wait_until(lambda: _field(applet, "Address").text == server.base_url, "the one that is left")
    assert "half" not in _field(applet, "Journal unit").text
    assert not any("127.0.0.1:1 " in widget.text for widget in applet.widgets()), "what was said of the other"

    box.write_settings(home, other)
    wait_until(is_other, "the other's address, once more")
    applet.wait_for_widget("Remove this account").press()
    remove = applet.wait_for_widget("Remove")
    box.write_settings(home)
    wait_until(lambda: _field(applet, "Address").text == server.base_url, "the one that is left")
    remove.press()
    applet.wait_for_widget("General").press()
    _field(applet, "Read only").press()
    settings = _wait_for_settings(box, lambda new: new.get("read_only") is True, "a later change")
    assert settings["accounts"] == [home], settings


def thresholds_are_numbers(box: Box) -> None:
    _, _, applet, _ = _start(box)
    applet.wait_for_widget("Notifications").press()
    _field(applet, "When this much is used, in percent").enter("50, many")
    wait_until(lambda: any("must be numbers" in widget.text for widget in applet.widgets()), "what is wrong with it")
    _field(applet, "When this much is used, in percent").enter("50, 90.5")
    _wait_for_settings(box, lambda new: new.get("notifications", {}).get("thresholds") == [50, 90.5], "the thresholds")
    _field(applet, "Notify me").press()
    _wait_for_settings(box, lambda new: new["notifications"].get("silent") is True, "silence")


def broken_file_is_left_alone(box: Box) -> None:
    _, _, applet, _ = _start(box)
    box.write_settings_text('{"poll_interval_seconds": ')
    wait_until(lambda: any("cannot be used" in widget.text for widget in applet.widgets()), "what is wrong with the file")
    assert box.settings_path.read_text(encoding="utf-8") == '{"poll_interval_seconds": '


def start_at_login_is_a_switch(box: Box) -> None:
    _, _, applet, _ = _start(box)
    entry = box.config / "autostart/io.github.paddock.Paddock.desktop"
    _field(applet, "Start at login").press()
    wait_until(entry.exists, "an autostart entry")


def key_goes_to_the_keyring_alone(box: Box) -> None:
    """It is used at once, is in no file, and is gone from the field; and it can be taken out again."""
    key = "sk-typed-in-preferences"
    panel, server, cloud = Panel(box), box.server(signed_in=True), box.cloud(key)
    keyring = FakeKeyring(box, "well")
    box.write_settings(box.account(server, id="home", cloud_base_url=cloud.base_url), poll_interval_seconds=3600)
    applet = panel.start(accessible=True)
    item = applet.item()
    item.wait_for("Title", lambda title: "models" in title)
    item.menu.click("Preferences")
    applet.wait_for_widget("Accounts").press()
    applet.wait_for_widget("No key is in the keyring.")
    _field(applet, "Key").enter(key)
    applet.wait_for_widget("A key is in the keyring.")
    assert keyring.item["secret"] == key
    wait_until(lambda: cloud.requests, "a question to the cloud")
    assert key not in box.settings_path.read_text(encoding="utf-8")
    assert not any(key in widget.text for widget in applet.widgets(scrolled_away=True))
    applet.wait_for_widget("Remove").press()
    applet.wait_for_widget("No key is in the keyring.")
    assert not keyring.path.exists() or key not in keyring.path.read_text()
