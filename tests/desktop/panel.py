# SPDX-License-Identifier: GPL-3.0-or-later
"""The applet in a real panel, seen from outside: over D-Bus as the panel sees it, and as windows on a screen.

Meant to run inside of tests/desktop/desktop. Waits look again until a deadline.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))
from paddock import DEADLINE, Box, Result, binary, check_clean  # noqa: E402

APP = "io.github.paddock.Paddock"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
WATCHER = "org.kde.StatusNotifierWatcher"
ITEMS = "/org/ayatana/NotificationItem"
FROM_THE_DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP",
                    "XDG_SESSION_TYPE", "GDK_BACKEND", "NO_AT_BRIDGE", "GTK_A11Y", "GSETTINGS_BACKEND", "XAUTHORITY")
# Newer releases of the library say so at every start.
DEPRECATION = re.compile(r"^.*libayatana-appindicator is deprecated.*\n", re.MULTILINE)
# GIO says so, once in hundreds of runs, of a connection that a library is still opening when the program ends.
OPENING_AT_THE_END = re.compile(r"^\(.*\): GLib-GIO-CRITICAL \*\*: \S+ check_unclosed: assertion 'flags & FLAG_INITIALIZED' failed\n",
                                re.MULTILINE)

# The library says so when it finds the watcher before its own connection.
BEFORE_ITS_BUS = re.compile(r"^\(.*\): GLib-GIO-CRITICAL \*\*: \S+ g_dbus_proxy_new: assertion 'G_IS_DBUS_CONNECTION \(connection\)' failed\n",
                            re.MULTILINE)

T = TypeVar("T")


def wait_until(look: Callable[[], T], what: str, timeout: float = DEADLINE) -> T:
    """Looks until it sees something, and returns that. A widget that goes while it is looked at is looked for again."""
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while True:
        try:
            if seen := look():
                return seen
        except GLib.Error as error:
            if "atspi_error" not in str(error):
                raise
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s"
        pause.wait(0.05)


class Menu:
    """The menu of an item as it is now: labels with the ids to click on."""

    def __init__(self, item: Item) -> None:
        self.item = item
        layout = item.call(item.menu_path, MENU, "GetLayout", GLib.Variant("(iias)", (0, -1, [])))
        self.entries: list[tuple[int, dict[str, Any]]] = []
        self._walk(layout.unpack()[1])

    def _walk(self, node: tuple[int, dict[str, Any], list[Any]]) -> None:
        number, properties, children = node
        self.entries.append((number, properties))
        for child in children:
            self._walk(child)

    @property
    def labels(self) -> list[str]:
        """What a person reads: without mnemonics, without what is hidden."""
        return [properties["label"].replace("__", "\0").replace("_", "").replace("\0", "_")
                for _, properties in self.entries if properties.get("label") and properties.get("visible", True)]

    def click(self, label: str) -> None:
        for number, properties in self.entries:
            if properties.get("label", "").replace("_", "").startswith(label):
                event = GLib.Variant("(isvu)", (number, "clicked", GLib.Variant("s", ""), 0))
                # No answer is waited for: who quits gives none.
                self.item.bus.call(self.item.owner, self.item.menu_path, MENU, "Event", event, None,
                                   Gio.DBusCallFlags.NONE, -1, None, None)
                self.item.bus.flush_sync(None)
                return
        raise AssertionError(f"no {label!r} in {self.labels}")


class Item:
    """The applet's item on the session bus."""

    def __init__(self, bus: Gio.DBusConnection, owner: str, path: str) -> None:
        self.bus = bus
        self.owner = owner
        self.path = path

    def call(self, path: str, interface: str, method: str, arguments: GLib.Variant | None = None) -> GLib.Variant:
        return self.bus.call_sync(self.owner, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 10_000, None)

    def get(self, name: str) -> Any:
        arguments = GLib.Variant("(ss)", (ITEM, name))
        return self.call(self.path, "org.freedesktop.DBus.Properties", "Get", arguments).unpack()[0]

    @property
    def menu_path(self) -> str:
        return self.get("Menu")

    @property
    def menu(self) -> Menu:
        return Menu(self)

    def wait_for(self, name: str, wanted: Callable[[Any], Any]) -> Any:
        """Waits until a property is as wanted, and returns it."""
        last: list[Any] = [None]

        def look() -> bool:
            last[0] = self.get(name)
            return bool(wanted(last[0]))
        try:
            wait_until(look, name)
        except AssertionError as error:
            raise AssertionError(f"{error}; last: {last[0]!r}") from None
        return last[0]

    def wait_for_menu(self, wanted: Callable[[list[str]], Any]) -> list[str]:
        wait_until(lambda: wanted(self.menu.labels), "menu")
        return self.menu.labels

    def send(self, method: str, arguments: GLib.Variant) -> None:
        self.call(self.path, ITEM, method, arguments)


class Applet:
    """A running `paddock`."""

    def __init__(self, panel: Panel, arguments: tuple[str, ...], accessible: bool) -> None:
        self.panel = panel
        environment = {name: value for name, value in panel.box.environment.items()
                       if not accessible or name not in ("NO_AT_BRIDGE", "GTK_A11Y")}
        self.process = subprocess.Popen([binary(), *arguments], env=environment, cwd=panel.box.home,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.errors: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.errors.append(line.decode(errors="replace"))

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait(self) -> int:
        """Waits for its end, and returns its exit status."""
        code = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        return code

    def close(self) -> None:
        """Makes it quit, and checks what it said; at its end a sanitizer tells what was leaked."""
        if self.is_running:
            self.panel.box.run("quit")
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise AssertionError("the applet does not quit") from None
        self._reader.join(DEADLINE)
        errors = "".join(self.errors)
        for known in (DEPRECATION, OPENING_AT_THE_END, BEFORE_ITS_BUS):
            errors = known.sub("", errors)
        check_clean(errors)
        assert self.process.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM), self.process.returncode

    def item(self) -> Item:
        """Its item, once it has one."""
        return wait_until(self.find_item, "an item on the bus")

    def find_item(self) -> Item | None:
        assert self.is_running, f"the applet ended with {self.process.returncode}: {''.join(self.errors)}"
        for owner in self.panel.names_of(self.process.pid):
            for child in self.panel.children(owner, ITEMS):
                return Item(self.panel.bus, owner, f"{ITEMS}/{child}")
        return None

    def windows(self) -> list[str]:
        """The ids of its windows that can be seen."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)], capture_output=True, text=True)
        return [window for window in found.stdout.split() if _is_large(window)]

    def wait_for_window(self) -> str:
        return wait_until(lambda: (self.windows() or [None])[0], "a window")

    def root(self) -> Widget:
        """All of it, as a screen reader has it; it must have been started with accessible=True."""
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi

        def look() -> Widget | None:
            desktop = Atspi.get_desktop(0)
            nodes = (desktop.get_child_at_index(index) for index in range(desktop.get_child_count()))
            return next((Widget(node) for node in nodes if node is not None and node.get_process_id() == self.process.pid), None)
        return wait_until(look, "the applet among what can be read aloud")

    def widgets(self, scrolled_away: bool = False) -> list[Widget]:
        """All that can be seen in its windows, or also what scrolling would show; it must have been started with
        accessible=True."""
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi

        state = Atspi.StateType.VISIBLE if scrolled_away else Atspi.StateType.SHOWING
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is not None and application.get_process_id() == self.process.pid:
                return [widget for widget in Widget(application).descendants()
                        if widget.node.get_state_set().contains(state)]
        return []

    def wait_for_widget(self, name: str) -> Widget:
        def look() -> Widget | None:
            try:
                return next((widget for widget in self.widgets() if widget.name == name), None)
            except GLib.Error:
                return None  # it changed while it was looked at
        return wait_until(look, f"a widget called {name!r}")

    def wait_for_no_window(self) -> None:
        wait_until(lambda: not self.windows(), "no window")


class Widget:
    """Something in a window, as a screen reader has it."""

    def __init__(self, node: Any) -> None:
        self.node = node

    @property
    def name(self) -> str:
        return self.node.get_name() or ""

    @property
    def role(self) -> str:
        return self.node.get_role_name()

    @property
    def text(self) -> str:
        """What it shows: its text, or else its name."""
        from gi.repository import Atspi

        text = self.node.get_text_iface()
        # Newer releases have a method of an accessible's own that goes by the same name.
        return (Atspi.Text.get_text(text, 0, text.get_character_count()) if text else "") or self.name

    @property
    def description(self) -> str:
        return self.node.get_description() or ""

    @property
    def value(self) -> float | None:
        """Of a meter: how far it is, from 0 to 1."""
        value = self.node.get_value_iface()
        return value.get_current_value() / (value.get_maximum_value() or 1.0) if value else None

    @property
    def is_checked(self) -> bool:
        """Of a button that stays pressed."""
        from gi.repository import Atspi

        return self.node.get_state_set().contains(Atspi.StateType.CHECKED)

    @property
    def chosen_child(self) -> str:
        """The name of the one in it that the keyboard is at, or nothing."""
        return next((child.name for child in self.descendants() if child.is_focused), "")

    @property
    def is_focused(self) -> bool:
        from gi.repository import Atspi

        return self.node.get_state_set().contains(Atspi.StateType.FOCUSED)

    @property
    def y(self) -> int:
        """Where it begins on the screen."""
        from gi.repository import Atspi

        return self.node.get_component_iface().get_extents(Atspi.CoordType.SCREEN).y

    def focus(self) -> None:
        assert self.node.get_component_iface().grab_focus(), self.name

    @property
    def is_down(self) -> bool:
        """Of a button that stays down: whether it is."""
        from gi.repository import Atspi

        states = self.node.get_state_set()
        return states.contains(Atspi.StateType.CHECKED) or states.contains(Atspi.StateType.PRESSED)

    def press(self) -> None:
        assert self.node.get_action_iface().do_action(0), self.name

    def enter(self, text: str) -> None:
        """Puts a text into a field, and presses Enter there."""
        assert self.node.get_editable_text_iface().set_text_contents(text), self.name
        self.press()

    def set_value(self, value: float) -> None:
        assert self.node.get_value_iface().set_current_value(value), self.name

    def choose(self, index: int) -> None:
        """Chooses one of several."""
        assert self.node.get_selection_iface().select_child(index), self.name

    def descendants(self) -> Iterator[Widget]:
        for index in range(self.node.get_child_count()):
            child = self.node.get_child_at_index(index)
            if child is not None:
                yield Widget(child)
                yield from Widget(child).descendants()


def frame_of(window: str) -> tuple[int, int, int, int]:
    """Where a window is, and its size, as a person sees it: without the shadow that it draws itself."""
    geometry = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", window).splitlines() if "=" in line)
    x, y, width, height = (int(geometry.get(name, 0)) for name in ("X", "Y", "WIDTH", "HEIGHT"))
    done = subprocess.run(["xprop", "-id", window, "_GTK_FRAME_EXTENTS"], capture_output=True, text=True, timeout=DEADLINE)
    left, right, top, bottom = [int(number) for number in re.findall(r"\d+", done.stdout.partition("=")[2])] or [0] * 4
    return x + left, y + top, width - left - right, height - top - bottom


def _is_large(window: str) -> bool:
    """Whether a window is one to look at, and no tooltip or helper of the toolkit."""
    _, _, width, height = frame_of(window)
    return width > 150 and height > 80


def xdotool(*arguments: str) -> str:
    done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, timeout=DEADLINE)
    assert "Unknown command" not in done.stderr, done.stderr
    return done.stdout


def pasted() -> str:
    """What is in the clipboard."""
    script = ("import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk, Gdk;"
              "print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text())")
    return subprocess.run(["/usr/bin/python3", "-c", script], capture_output=True, text=True, timeout=30).stdout


def title_of(window: str) -> str:
    return xdotool("getwindowname", window).strip()


class Panel:
    """The desktop that the test runs in."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.host = os.environ["DESKTOP_HOST"]
        box.environment |= {name: os.environ[name] for name in FROM_THE_DESKTOP if name in os.environ}
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)

    def start(self, *arguments: str, accessible: bool = False) -> Applet:
        """Starts the applet; with `accessible`, its widgets can be asked and pressed from outside."""
        applet = Applet(self, arguments, accessible)
        self.box.cleanup.callback(applet.close)
        return applet

    def tell(self, command: str, expect: int = 0) -> Result:
        """Runs one of the commands that tell the running applet something."""
        return self.box.run(command, expect=expect)

    def activate(self, action: str) -> None:
        """Has an action of the running applet done, as any program on the session bus can."""
        arguments = GLib.Variant("(sava{sv})", (action, [], {}))
        self.bus.call_sync(APP, "/io/github/paddock/Paddock", "org.freedesktop.Application", "ActivateAction", arguments, None,
                           Gio.DBusCallFlags.NONE, 10_000, None)

    # The bus

    def _ask_bus(self, method: str, arguments: GLib.Variant | None = None) -> Any:
        answer = self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, arguments,
                                    None, Gio.DBusCallFlags.NONE, 10_000, None)
        return answer.unpack()[0]

    def names_of(self, pid: int) -> list[str]:
        """The connections of a process."""
        names = []
        for name in self._ask_bus("ListNames"):
            if not name.startswith(":"):
                continue
            try:
                if self._ask_bus("GetConnectionUnixProcessID", GLib.Variant("(s)", (name,))) == pid:
                    names.append(name)
            except GLib.Error:
                continue  # it left meanwhile
        return names

    def children(self, owner: str, path: str) -> list[str]:
        try:
            # Not every connection of a process answers: that of the accessibility bridge does not.
            answer = self.bus.call_sync(owner, path, "org.freedesktop.DBus.Introspectable", "Introspect", None, None,
                                        Gio.DBusCallFlags.NONE, 500, None)
        except GLib.Error:
            return []
        return [node.path for node in Gio.DBusNodeInfo.new_for_xml(answer.unpack()[0]).nodes]

    def registered(self) -> list[str]:
        """What the tray itself lists, as text that holds the owner of each item."""
        if self.host in ("indicator", "none") and os.environ["DESKTOP_TRAY"] == "indicator":  # this host lists its items in a way of its own
            name, path = "org.ayatana.indicator.application", "/org/ayatana/indicator/application/service"
            call = (name, path, name + ".service", "GetApplications", None)
        else:
            arguments = GLib.Variant("(ss)", (WATCHER, "RegisteredStatusNotifierItems"))
            call = (WATCHER, "/StatusNotifierWatcher", "org.freedesktop.DBus.Properties", "Get", arguments)
        try:
            answer = self.bus.call_sync(*call, None, Gio.DBusCallFlags.NONE, 10_000, None)
        except GLib.Error:
            return []  # the tray is still starting
        return [str(item) for item in answer.unpack()[0]]

    def wait_until_registered(self, item: Item) -> None:
        wait_until(lambda: any(item.owner in text for text in self.registered()), "the item in the tray's list")

    # The screen

    def picture(self, name: str) -> Path:
        path = self.box.root / f"{name}.png"
        taker = ["grim", str(path)] if self.host == "waybar" else ["import", "-window", "root", str(path)]
        subprocess.run(taker, check=True, timeout=DEADLINE)
        return path

    def colours(self, picture: Path, x: int, y: int, width: int, height: int) -> int:
        """How many different colours a part of a picture has."""
        done = subprocess.run(["convert", str(picture), "-crop", f"{width}x{height}+{x}+{y}", "-format", "%k", "info:"],
                              check=True, capture_output=True, text=True, timeout=DEADLINE)
        return int(done.stdout)

    def press_escape(self, applet: Applet, window: str) -> None:
        """Presses Escape in a window until it is gone: the focus may come some time after the window."""
        def is_gone() -> bool:
            if not applet.windows():
                return True
            xdotool("windowactivate", window)
            if xdotool("getactivewindow").strip() == window:
                xdotool("key", "Escape")
            return not applet.windows()
        wait_until(is_gone, "no window after Escape")

    def focus_something_else(self) -> None:
        """Opens a window of somebody else's, which takes the focus."""
        # It says when it has the focus, and has asked for nothing since that might take it from others once more.
        script = ("import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk;"
                  "w = Gtk.Window(title='Somebody else'); w.set_default_size(300, 200);"
                  "w.connect('notify::is-active', lambda *_: print('focus', flush=True)); w.show_all(); Gtk.main()")
        output = self.box.root / "somebody-else.txt"
        with output.open("wb") as stream:
            process = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "HOME": str(self.box.home)}, stdout=stream)
        self.box.cleanup.callback(process.wait)
        self.box.cleanup.callback(process.kill)
        window = wait_until(lambda: xdotool("search", "--onlyvisible", "--name", "^Somebody else$").split(), "the other window")[0]
        xdotool("windowactivate", "--sync", window)
        wait_until(output.read_text, "the focus there")
