# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in to the cloud while the applet runs: in the browser, or with a key."""

from __future__ import annotations

import subprocess
from pathlib import Path

from fake_ollama import FakeOllama, fixture, json_answer
from keyring import FakeKeyring
from paddock import DEADLINE, Box, binary
from panel import Applet, Panel, wait_until

KEY = "0123456789abcdef.The-Key_of-this-Test"
LINK = fixture("me_401_signed-out.json")["signin_url"]
BROWSER = """[Desktop Entry]
Type=Application
Name=A browser
Exec={program} %u
MimeType=x-scheme-handler/http;x-scheme-handler/https;
"""


def _give_browser(box: Box) -> Path:
    """A browser that writes down where it is sent."""
    visits, program = box.root / "visits", box.root / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" >> {visits}\n')
    program.chmod(0o755)
    applications = box.data / "applications"
    applications.mkdir(parents=True)
    (applications / "browser.desktop").write_text(BROWSER.format(program=program))
    box.config.mkdir(parents=True, exist_ok=True)
    (box.config / "mimeapps.list").write_text("[Default Applications]\nx-scheme-handler/https=browser.desktop\n"
                                              "x-scheme-handler/http=browser.desktop\n")
    return visits


def _start(box: Box) -> tuple[Panel, FakeOllama, Applet]:
    panel, server = Panel(box), box.server(signed_in=False)
    box.environment["G_MESSAGES_DEBUG"] = "all"
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "models" in title)
    panel.tell("details")
    applet.wait_for_window()
    return panel, server, applet


def _press_sign_in(applet: Applet) -> None:
    applet.wait_for_widget("Sign In").press()


def button_opens_the_link(box: Box) -> None:
    visits = _give_browser(box)
    panel, server, applet = _start(box)
    _press_sign_in(applet)
    wait_until(lambda: visits.exists() and visits.read_text(), "a visit of the browser")
    assert visits.read_text() == LINK + "\n"
    kept = b"".join(path.read_bytes() for path in box.home.rglob("*") if path.is_file() and "applications" not in path.parts)
    assert b"connect?" not in kept and "connect?" not in "".join(applet.errors)
    assert "connect?" not in box.run("status", "--json", expect=0).stdout
    assert not [widget for widget in applet.widgets(True) if "connect?" in widget.text + widget.description]

    # Whoever comes back sees at once what signing in has brought.
    panel.press_escape(applet, applet.wait_for_window())
    server.signed_in = True
    panel.tell("details")
    applet.wait_for_window()
    applet.wait_for_widget("Included credits")
    assert not [widget for widget in applet.widgets() if widget.name == "Sign In"]


def link_has_to_be_safe(box: Box) -> None:
    visits = _give_browser(box)
    _, server, applet = _start(box)
    for link in ("http://ollama.com/connect?key=1", "file:///etc/passwd", "https:///connect", "https://a b/", "", 7):
        server.route("/api/me", json_answer({"error": "unauthorized", "signin_url": link}, 401))
        since = server.mark()
        _press_sign_in(applet)
        server.wait_for("/api/me", since=since)
        wait_until(lambda: any("ollama signin" in widget.text for widget in applet.widgets()), "a sentence")
    assert not visits.exists()


def _run_login(box: Box, command: str) -> None:
    subprocess.run([binary(), command], env=box.environment, input=KEY.encode(), stdout=subprocess.DEVNULL,
                   timeout=DEADLINE, check=True)


def key_is_taken_up_at_once(box: Box) -> None:
    """A new key is used without a restart, and one that is gone is not used any more."""
    panel, server, cloud = Panel(box), box.server(signed_in=True), box.cloud(KEY)
    keyring = FakeKeyring(box, "well")
    # Only what the commands tell makes it look again.
    box.write_settings(box.account(server, cloud_base_url=cloud.base_url), poll_interval_seconds=3600)
    applet = panel.start(accessible=True)
    applet.item()
    panel.tell("details")
    applet.wait_for_widget("Cloud (pro)")
    assert not cloud.requests
    _run_login(box, "login")
    assert keyring.item["secret"] == KEY
    applet.wait_for_widget("Cloud (max)")
    _run_login(box, "logout")
    applet.wait_for_widget("Cloud (pro)")
