# SPDX-License-Identifier: GPL-3.0-or-later
"""Login and logout: what comes up before what, and what goes away. Meant to run in a desktop without a panel."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from gi.repository import Gio, GLib

from panel import DEADLINE, ITEM, ITEMS, WATCHER, Applet, Panel, wait_until
from paddock import Box, check_clean, preloaded

APP = "io.github.paddock.Paddock"


class Bus:
    """A session bus of another login: an address from the start, and a daemon once it is started."""

    def __init__(self, box: Box, name: str) -> None:
        self.box = box
        self.socket = box.root / name
        self.address = f"unix:path={self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # Only this, so that it starts no services that outlive it.
        config = self.box.root / f"{self.socket.name}.conf"
        config.write_text("<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN' ''>"
                          f"<busconfig><type>session</type><listen>{self.address}</listen><auth>EXTERNAL</auth>"
                          "<policy context='default'><allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/>"
                          "<allow own='*'/></policy></busconfig>", encoding="utf-8")
        self.process = subprocess.Popen(["dbus-daemon", "--nofork", f"--config-file={config}"])
        self.box.cleanup.callback(self.stop)
        wait_until(self.socket.exists, "the bus")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(DEADLINE)
            self.process = None

    def connect(self) -> Gio.DBusConnection:
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(self.address, flags, None, None)

    def wait_for_applet(self) -> None:
        """Waits until an applet is all there: its item has a message."""
        def look() -> bool:
            arguments = GLib.Variant("(ss)", (ITEM, "Title"))
            try:
                answer = self.connect().call_sync(self.owner(), f"{ITEMS}/paddock", "org.freedesktop.DBus.Properties", "Get",
                                                  arguments, None, Gio.DBusCallFlags.NONE, 10_000, None)
            except GLib.Error:
                return False
            return "models" in answer.unpack()[0]
        wait_until(lambda: self.owner() and look(), "the applet on the bus")

    def owner(self, name: str = APP) -> str | None:
        try:
            answer = self.connect().call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                              "GetNameOwner", GLib.Variant("(s)", (name,)), None,
                                              Gio.DBusCallFlags.NONE, 10_000, None)
        except GLib.Error:
            return None
        return answer.unpack()[0]


def _start_on(panel: Panel, bus: Bus) -> Applet:
    """The applet of another login: on its bus, in the same home."""
    panel.box.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.address
    return panel.start("--demo")


def _log_out(bus: Bus, applet: Applet) -> None:
    """The bus goes first. Whatever the applet complains of is found when it is closed."""
    bus.stop()
    assert applet.wait() == 0
    # The library's own, which takes its item out of a panel that nobody can reach any more.
    applet.errors[:] = [line for line in applet.errors if "Unable to send signal" not in line]


def item_appears_soon_after_the_panel(box: Box) -> None:
    """At login the session may start us before the panel."""
    panel = Panel(box)
    applet = panel.start("--demo")
    applet.wait_for_window()
    subprocess.run(os.environ["DESKTOP_START_PANEL"].split(), check=True, timeout=DEADLINE)
    wait_until(lambda: _has_owner(panel, WATCHER), "a tray")
    since = time.monotonic()
    item = applet.item()
    panel.wait_until_registered(item)
    print(f"the item was in the panel {time.monotonic() - since:.2f} s after the tray came up")


def _has_owner(panel: Panel, name: str) -> bool:
    answer = panel.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                                 GLib.Variant("(s)", (name,)), None, Gio.DBusCallFlags.NONE, 10_000, None)
    return answer.unpack()[0]


def bus_that_comes_later_is_waited_for(box: Box) -> None:
    panel, bus = Panel(box), Bus(box, "later")
    applet = _start_on(panel, bus)
    wait_until(lambda: any("not there yet" in line for line in applet.errors), "a word on the bus")
    bus.start()
    bus.wait_for_applet()
    assert applet.is_running
    _log_out(bus, applet)


def end_of_the_bus_ends_it(box: Box) -> None:
    """Logging out."""
    panel, bus = Panel(box), Bus(box, "bus")
    bus.start()
    applet = _start_on(panel, bus)
    bus.wait_for_applet()
    _log_out(bus, applet)


def bus_that_goes_at_any_moment(box: Box) -> None:
    """Logging out while it is still starting: it ends, and not by a crash."""
    panel = Panel(box)
    for number in range(20):
        bus = Bus(box, f"short-{number}")
        bus.start()
        applet = _start_on(panel, bus)
        moment = time.monotonic() + number * 0.02
        while time.monotonic() < moment and applet.is_running:
            time.sleep(0.005)
        bus.stop()
        wait_until(lambda: not applet.is_running or any("not there yet" in line for line in applet.errors), "its end")
        if applet.is_running:
            # It never met the bus, and will do without.
            applet.process.terminate()
        code = applet.wait()
        # Before it looks after signals itself, GDBus ends it by one.
        assert code in (0, 1, -signal.SIGTERM), (number, code, applet.errors)
        # What the libraries say of each message that they cannot send any more.
        applet.errors[:] = [line for line in applet.errors if "GLib-GIO-CRITICAL" not in line and "Unable to send signal" not in line]
        check_clean("".join(applet.errors))
        panel.box.environment.pop("DBUS_SESSION_BUS_ADDRESS")


def bus_that_was_waited_for_is_kept(box: Box) -> None:
    """A session may end between the wait for its bus and what is built on it, which then must not do without one."""
    panel, bus = Panel(box), Bus(box, "once")
    bus.start()
    box.environment |= preloaded() | {"PADDOCK_TEST_ONE_CONNECTION": str(bus.socket)}
    applet = _start_on(panel, bus)
    bus.wait_for_applet()
    _log_out(bus, applet)


def command_does_not_wait_for_an_applet_that_hangs(box: Box) -> None:
    panel = Panel(box)
    applet = panel.start("--demo")
    applet.wait_for_window()
    _hang(applet)
    result = panel.tell("refresh", expect=1)
    applet.process.send_signal(signal.SIGCONT)
    assert "could not be reached" in result.stderr and "start it" in result.stderr, result.stderr
    panel.tell("refresh")


def next_login_starts_it_anew(box: Box) -> None:
    panel = Panel(box)
    for name in ("first", "second"):
        bus = Bus(box, name)
        bus.start()
        applet = _start_on(panel, bus)
        bus.wait_for_applet()
        _log_out(bus, applet)


def each_of_two_logins_has_its_own(box: Box) -> None:
    """One user may be logged in twice, with one home."""
    panel = Panel(box)
    buses = [Bus(box, "one"), Bus(box, "two")]
    applets = []
    for bus in buses:
        bus.start()
        applets.append(_start_on(panel, bus))
        bus.wait_for_applet()
    assert all(applet.is_running for applet in applets)
    for bus, applet in zip(buses, applets):
        box.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.address
        panel.tell("quit")
        assert applet.wait() == 0
    assert not any(bus.owner() for bus in buses)


def autostart_entry_starts_it(box: Box) -> None:
    """As a session does: what the entry says, found by PATH."""
    panel = Panel(box)
    build = Path(os.environ["PADDOCK"]).parent
    environment = {**box.environment, "PATH": f"{build}:{box.environment['PATH']}"}
    entry = build.parent / f"data/{APP}-autostart.desktop"
    subprocess.run(["gio", "launch", str(entry)], env=environment, cwd=box.home, check=True, timeout=DEADLINE,
                   stderr=subprocess.DEVNULL)
    wait_until(lambda: _has_owner(panel, APP), "the applet on the bus")
    panel.tell("quit")
    wait_until(lambda: not _has_owner(panel, APP), "its end")


def _hang(applet: Applet) -> None:
    """Stops it, and not while GTK has the display for itself to see what the pointer is over: nobody else would get on
    the screen then, and a second start not even to the applet."""
    def stop() -> bool:
        applet.process.send_signal(signal.SIGSTOP)
        try:
            subprocess.run(["xdotool", "getdisplaygeometry"], stdout=subprocess.DEVNULL, timeout=5, check=True)
        except subprocess.TimeoutExpired:
            applet.process.send_signal(signal.SIGCONT)
            return False
        return True
    applet.panel.box.cleanup.callback(applet.process.send_signal, signal.SIGCONT)
    wait_until(stop, "a moment without a grab")


def applet_that_hangs_is_told_of(box: Box) -> None:
    panel = Panel(box)
    applet = panel.start("--demo")
    applet.wait_for_window()
    _hang(applet)
    for command in (["refresh"], []):
        answers: list[object] = []
        # A question that waits for as long as GDBus does.
        panel.bus.call(APP, "/io/github/paddock/Paddock", "org.gtk.Actions", "List", None, None, Gio.DBusCallFlags.NONE, -1, None,
                       lambda _bus, answer, answers=answers: answers.append(answer))
        result = box.run(*command, expect=1)
        assert "could not be reached (" in result.stderr and result.stderr.rstrip().endswith("start it with “paddock”"), result
        while GLib.MainContext.default().iteration(False):
            pass
        assert not answers, f"{command} waited for longer than is bearable"


def settings_that_cannot_be_used_are_told(box: Box) -> None:
    """Whoever starts it in a terminal looks there, before at the window."""
    panel = Panel(box)
    applet = panel.start("--config", str(box.root / "nope.json"))
    applet.wait_for_window()
    assert [line for line in applet.errors if line.startswith("paddock: ") and "/nope.json: " in line], applet.errors
