# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window offers to somebody whose server is not there."""

from __future__ import annotations

import subprocess

from gi.repository import GLib
from paddock import Box
from panel import Applet, Panel, wait_until

PASTE = ("import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk, Gdk;"
         "print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text())")


def _pasted() -> str:
    return subprocess.run(["/usr/bin/python3", "-c", PASTE], capture_output=True, text=True, timeout=30).stdout


def _are_gone(applet: Applet) -> bool:
    try:
        return not {"Copy", "Copied", "Get Ollama"} & {widget.name for widget in applet.widgets()}
    except GLib.Error:  # one went while it was looked at
        return False


def command_is_copied_until_the_server_starts(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    server.stop()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    applet.item()
    panel.tell("details")
    applet.wait_for_window()
    copy = applet.wait_for_widget("Copy")
    assert copy.description == "systemctl start ollama"
    copy.press()
    wait_until(lambda: _pasted().strip() == "systemctl start ollama", "the command in the clipboard")
    applet.wait_for_widget("Copied")
    server.start()
    wait_until(lambda: _are_gone(applet), "the steps to vanish")
