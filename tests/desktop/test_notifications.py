# SPDX-License-Identifier: GPL-3.0-or-later
"""What the applet tells of limits that run out, as the desktop's notification service gets it."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import time
from typing import Any

from fake_ollama import FakeOllama
from gi.repository import Gio, GLib
from paddock import DEADLINE, Box
from panel import Applet, Panel, wait_until

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
# As dbusmock logs it: application, id of what it replaces, icon, title, body.
NOTIFY = re.compile(r'Notify "[^"]*" (\d+) "[^"]*" "([^"]*)" "([^"]*)"')


class Desk:
    """A desktop with a notification service, a server that relays the cloud, and the applets of one user."""

    def __init__(self, box: Box, **settings: Any) -> None:
        self.box = box
        self.panel = Panel(box)
        self.log = box.root / "notifications.log"
        command = ["/usr/bin/python3", "-m", "dbusmock", "--session", "--template", "notification_daemon", "--logfile", str(self.log)]
        service = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        box.cleanup.callback(service.wait, DEADLINE)
        box.cleanup.callback(service.terminate)
        wait_until(lambda: self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                                     GLib.Variant("(s)", (SERVICE,))).unpack()[0], "a notification service")
        self.server: FakeOllama = box.server(signed_in=True)
        box.write_settings(box.account(self.server), poll_interval_seconds=1, **settings)

    def call(self, name: str, path: str, interface: str, method: str, arguments: GLib.Variant) -> Any:
        return self.panel.bus.call_sync(name, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 10_000, None)

    def start(self, accessible: bool = False, **used: float) -> Applet:
        """Starts an applet that asks the cloud at once how much is used of each limit."""
        shutil.rmtree(self.box.home / ".local/state/paddock/cloud", ignore_errors=True)
        resets_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
        self.server.balance = {"included": {name: {"remaining_percent": 100 - percent, "resets_at": resets_at}
                                            for name, percent in used.items()}}
        return self.panel.start(accessible=accessible)

    def told(self) -> list[tuple[str, str]]:
        """Titles and texts of all notifications so far."""
        log = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return [(title, body) for _, title, body in NOTIFY.findall(log)]

    def wait_for(self, *titles: str) -> None:
        wait_until(lambda: len(self.told()) >= len(titles), "a notification")
        assert [title for title, _ in self.told()] == list(titles)


def each_thing_is_told_once(box: Box) -> None:
    """Limits are decided on one after the other, in the order that they have here."""
    desk = Desk(box)
    applet = desk.start(session=50, weekly=81)
    desk.wait_for("Weekly limit: 81% used")
    title, body = desk.told()[0]
    assert re.fullmatch(r"Next reset: .*\d\d:\d\d", body), body
    applet.close()

    memory = box.home / ".local/state/paddock/notifications.json"
    assert stat.S_IMODE(memory.stat().st_mode) == 0o600
    assert [limit["limit"] for limit in json.loads(memory.read_text())["limits"]] == ["usage_weekly"]

    applet = desk.start(session=81, weekly=100)
    desk.wait_for("Weekly limit: 81% used", "Session limit: 81% used", "Weekly limit: used up")
    applet.close()
    desk.start(session=81, weekly=100, monthly=96)
    desk.wait_for("Weekly limit: 81% used", "Session limit: 81% used", "Weekly limit: used up", "Monthly limit: 96% used")


def a_click_opens_the_window(box: Box) -> None:
    desk = Desk(box)
    applet = desk.start(weekly=100)
    desk.wait_for("Weekly limit: used up")
    clicked = GLib.Variant("(sssav)", (SERVICE, "ActionInvoked", "us", [GLib.Variant("u", 1), GLib.Variant("s", "default")]))
    desk.call(SERVICE, PATH, "org.freedesktop.DBus.Mock", "EmitSignal", clicked)
    applet.wait_for_window()


def the_menu_names_the_limit(box: Box) -> None:
    desk = Desk(box)
    item = desk.start(session=50, weekly=96).item()
    labels = item.wait_for_menu(lambda labels: any("Weekly limit" in label for label in labels))
    assert any(re.fullmatch(r"Weekly limit: 96% used, next reset: .*\d\d:\d\d", label) for label in labels), labels
    assert not any("Session limit" in label for label in labels), labels
    item.wait_for("IconName", lambda name: "attention" in name)


def the_window_begins_with_the_limit(box: Box) -> None:
    """What its icon asks attention for stands below it, and not only where limits are."""
    desk = Desk(box)
    applet = desk.start(accessible=True, session=50, weekly=96)
    applet.item().wait_for("IconName", lambda name: "attention" in name)
    desk.panel.tell("details")

    def top(name: str) -> int:
        return applet.wait_for_widget(name).node.get_component_iface().get_extents(0).y
    assert top("Weekly limit: 96% used") < top("Loaded")
    assert any(widget.text.startswith("Next reset: ") for widget in applet.widgets())


def silence_is_kept(box: Box) -> None:
    """What is seen in silence is not told after it; what comes then, is."""
    desk = Desk(box, notifications={"silent": True})
    applet = desk.start(weekly=100)
    item = applet.item()
    item.wait_for_menu(lambda labels: any("Weekly limit: used up" in label for label in labels))
    memory = box.home / ".local/state/paddock/notifications.json"
    wait_until(memory.exists, "the memory of what need not be told")
    applet.close()
    box.write_settings(box.account(desk.server), poll_interval_seconds=1)
    desk.start(weekly=100, monthly=96)
    desk.wait_for("Monthly limit: 96% used")


def damaged_memory_is_none(box: Box) -> None:
    desk = Desk(box)
    memory = box.home / ".local/state/paddock/notifications.json"
    memory.parent.mkdir(parents=True)
    memory.write_bytes(b"\xff{")
    desk.start(weekly=81)
    desk.wait_for("Weekly limit: 81% used")
    assert json.loads(memory.read_text())["limits"]
