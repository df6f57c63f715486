# SPDX-License-Identifier: GPL-3.0-or-later
"""The windows that tell of the program itself, its shortcuts and About, by keyboard alone; and whether each shortcut does what
is listed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from fake_ollama import FakeOllama, make_model
from paddock import Box
from panel import Applet, Panel, Widget, pasted, title_of, wait_until, xdotool

DETAILS, SHORTCUTS, ABOUT, PREFERENCES = "Paddock", "Keyboard Shortcuts", "About Paddock", "Preferences"
CHART = "Requests per hour"


def _start(box: Box) -> tuple[Panel, FakeOllama, Applet]:
    panel = Panel(box)
    server = box.server(models=[make_model(f"model-{number}:1b") for number in range(20)], running=[])
    log = box.log()
    for ago in (20 * 3600, 1):
        log.add(time.time() - ago)
    box.write_settings(box.account(server), poll_interval_seconds=3600)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "20 models" in title)
    return panel, server, applet


def _titles(applet: Applet) -> list[str]:
    return [title_of(window) for window in applet.windows()]


def _focus(applet: Applet, title: str) -> str:
    """Waits for a window of that title, and gives it the keyboard."""
    def find_active() -> str | None:
        window = next((window for window in applet.windows() if title_of(window) == title), None)
        if window is None:
            return None
        xdotool("windowactivate", window)
        return window if xdotool("getactivewindow").strip() == window else None
    return wait_until(find_active, f"the focus in {title!r}")


def _open_details(panel: Panel, applet: Applet) -> None:
    panel.tell("details")
    _focus(applet, DETAILS)


def _press_escape(applet: Applet, title: str) -> None:
    """Presses Escape in a window until it is gone: a window that is active may still be without the keyboard. A second
    one, right after the first, would be for whichever window comes next."""
    pressed_at = -math.inf

    def is_gone() -> bool:
        nonlocal pressed_at
        window = next((window for window in applet.windows() if title_of(window) == title), None)
        if window is None:
            return True
        xdotool("windowactivate", window)
        if xdotool("getactivewindow").strip() == window and time.monotonic() > pressed_at + 5:
            xdotool("key", "Escape")
            pressed_at = time.monotonic()
        return False
    wait_until(is_gone, f"the end of {title!r}")


def _rows(applet: Applet) -> list[Widget]:
    return wait_until(lambda: [widget for widget in applet.widgets(scrolled_away=True)
                               if widget.role == "list item" and widget.description], "a list of shortcuts")


def _as_xdotool_has_it(keys: str) -> str:
    """“Shift+Ctrl+C” as shift+ctrl+c, but “Home” and “F5” as they are."""
    names = {"?": "question", ",": "comma", "Ctrl": "ctrl", "Shift": "shift"}
    return "+".join(names.get(key, key.lower() if len(key) == 1 else key) for key in keys.split("+"))


def _listed(panel: Panel, applet: Applet) -> dict[str, list[str]]:
    """The keys of each thing that the window lists."""
    panel.activate("shortcuts")
    _focus(applet, SHORTCUTS)
    listed = {row.name: [_as_xdotool_has_it(keys) for keys in row.description.split(" / ")] for row in _rows(applet)}
    _press_escape(applet, SHORTCUTS)
    return listed


def _chart(applet: Applet) -> Widget:
    return wait_until(lambda: next((widget for widget in applet.widgets(scrolled_away=True)
                                    if widget.role == "chart" and widget.name == CHART), None), CHART)


def _focus_chart(applet: Applet, slot: int) -> list[str]:
    """Goes to a value of the chart, counted from its end, and returns the names of all."""
    chart = _chart(applet)
    names = [bar.name for bar in chart.descendants()]
    chart.focus()
    wait_until(lambda: chart.is_focused, "the focus on the chart")
    xdotool("key", "End")
    for _ in range(-1 - slot):
        xdotool("key", "Left")
    wait_until(lambda: chart.chosen_child == names[slot], names[slot])
    return names


def _leads_to(applet: Applet, titles: list[str]) -> Callable[[], bool]:
    return lambda: _titles(applet) == titles


def each_shortcut_does_what_is_listed(box: Box) -> None:
    """None is listed that does not, and none that is not told of here."""
    panel, server, applet = _start(box)
    listed = _listed(panel, applet)

    def try_it(name: str, has_done: Callable[[], object]) -> None:
        """By each of its keys, in a window that is opened for it."""
        for keys in listed.pop(name):
            _open_details(panel, applet)
            since[0] = server.mark()
            xdotool("key", keys)
            wait_until(has_done, f"{name!r} by {keys}")
            for title in _titles(applet):
                _press_escape(applet, title)

    def try_in_chart(name: str, first: int, wanted: tuple[int, int]) -> None:
        for keys, slot in zip(listed.pop(name), wanted):
            _open_details(panel, applet)
            days = _focus_chart(applet, first)
            xdotool("key", keys)
            wait_until(lambda: _chart(applet).chosen_child == days[slot], f"{name!r} by {keys}")
            _press_escape(applet, DETAILS)

    since = [0]
    try_it("Refresh", lambda: server.seen("/api/tags", since[0]))
    try_it("Copy Status", lambda: "20 models" in pasted())
    # As the focus goes there, the details close.
    try_it("Preferences", _leads_to(applet, [PREFERENCES]))
    try_it("Keyboard Shortcuts", _leads_to(applet, [SHORTCUTS]))
    try_it("Close the Window", _leads_to(applet, []))
    try_it("Go Back, or Close the Window", _leads_to(applet, []))
    try_it("Main Menu", lambda: any(widget.name == ABOUT for widget in applet.widgets()))
    try_it("Search the Models", lambda: applet.wait_for_widget("Search models").is_focused)
    try_in_chart("Previous or Next Value", -4, (-5, -3))
    try_in_chart("First or Last Value", -4, (0, -1))
    for keys in listed.pop("Quit"):
        _open_details(panel, applet)
        xdotool("key", keys)
        assert applet.wait() == 0
    assert not listed, f"nobody knows what they do: {listed}"


def shortcuts_are_gone_through_by_keyboard(box: Box) -> None:
    """From Preferences, and row by row, each with its name and its keys; a second request brings up the same window."""
    panel, _, applet = _start(box)
    panel.activate("preferences")
    _focus(applet, PREFERENCES)
    xdotool("key", "ctrl+question")
    window = _focus(applet, SHORTCUTS)
    rows = _rows(applet)
    assert rows[0].name == "Refresh" and rows[0].description == "Ctrl+R / F5", (rows[0].name, rows[0].description)
    assert {widget.name for widget in applet.widgets() if widget.role == "list box"} >= {"General", "Details", "Charts"}
    wait_until(lambda: rows[0].is_focused, "the focus on the first row")
    for row in rows[1:]:
        xdotool("key", "Down")
        wait_until(lambda row=row: row.is_focused, f"the focus on {row.name!r}")
    _focus(applet, PREFERENCES)
    panel.activate("shortcuts")
    wait_until(lambda: xdotool("getactivewindow").strip() == window, "the same window")
    assert sorted(_titles(applet)) == [SHORTCUTS, PREFERENCES]
    xdotool("key", "ctrl+w")
    wait_until(_leads_to(applet, [PREFERENCES]), "its end")
    _focus(applet, PREFERENCES)
    xdotool("key", "ctrl+w")
    wait_until(_leads_to(applet, []), "the end of Preferences")


def about_opens_from_the_menu(box: Box) -> None:
    """By keyboard; the details give way, as they do to any window, and nobody is asked anything."""
    panel, server, applet = _start(box)
    _open_details(panel, applet)
    since = server.mark()
    xdotool("key", "F10")
    entries = [applet.wait_for_widget(name) for name in (PREFERENCES, SHORTCUTS, ABOUT)]
    wait_until(lambda: entries[0].is_focused, "the focus on the first of the menu")
    for entry in entries[1:]:
        xdotool("key", "Down")
        wait_until(lambda entry=entry: entry.is_focused, f"the focus on {entry.name!r}")
    xdotool("key", "Return")
    window = _focus(applet, ABOUT)
    wait_until(_leads_to(applet, [ABOUT]), "the details to close")
    texts = "\n".join(widget.text for widget in applet.widgets())
    version = box.run("--version", expect=0).stdout.split()[-1]
    for wanted in ("Paddock", version, "independent of Ollama’s makers", "GNU General Public License, version 3 or later",
                   "© 2026 The Paddock maintainers"):
        assert wanted in texts, f"{wanted!r} in {texts}"
    panel.focus_something_else()
    panel.activate("about")
    # GNOME goes by what was used last, and may say that the window is ready instead.
    if panel.host != "gnome":
        wait_until(lambda: xdotool("getactivewindow").strip() == window, "the same window")
    assert _focus(applet, ABOUT) == window
    assert applet.windows() == [window]
    assert not server.seen(since=since)

    def opens_shortcuts() -> bool:
        # A window that is active may still be without the keyboard.
        xdotool("windowactivate", window, "key", "F1")
        return SHORTCUTS in _titles(applet)
    wait_until(opens_shortcuts, "the window of shortcuts")
    _focus(applet, SHORTCUTS)
    _press_escape(applet, SHORTCUTS)
    _press_escape(applet, ABOUT)
    assert applet.is_running


def troubleshooting_details_are_copied(box: Box) -> None:
    """They tell what it runs on and how each source is, and nobody's names, places and models."""
    panel, server, applet = _start(box)
    applet.item().wait_for("Title", lambda title: "req" in title)
    panel.activate("about")
    _focus(applet, ABOUT)
    button = applet.wait_for_widget("Copy Troubleshooting Details")
    button.press()
    wait_until(lambda: "Account 1: ok, Ollama 0.40.12" in pasted(), "the details in the clipboard")
    report = pasted().strip()
    assert report == button.description.strip(), "what is copied can be seen before"
    for wanted in ("GTK 3.", "X11", "local_api: ok", "server_log: ok"):
        assert wanted in report, f"{wanted!r} in {report}"
    for secret in (str(box.home), str(box.root), server.base_url, "127.0.0.1", "model-1", "/"):
        assert secret not in report.replace("GNU/Linux", ""), f"{secret!r} in {report}"


def pinned_details_stay_beside_about(box: Box) -> None:
    panel, _, applet = _start(box)
    _open_details(panel, applet)
    applet.wait_for_widget("Keep open").press()
    panel.activate("about")
    _focus(applet, ABOUT)
    xdotool("key", "ctrl+w")
    wait_until(_leads_to(applet, [DETAILS]), "the end of About")
    _focus(applet, DETAILS)
    panel.activate("about")
    _focus(applet, ABOUT)
    _press_escape(applet, ABOUT)
    assert _titles(applet) == [DETAILS], _titles(applet)


def sample_data_have_no_preferences(box: Box) -> None:
    panel = Panel(box)
    applet = panel.start("--demo", accessible=True)
    applet.item().wait_for("Title", lambda title: title)
    _open_details(panel, applet)
    xdotool("key", "F10")
    applet.wait_for_widget(ABOUT)
    names = [widget.name for widget in applet.widgets()]
    assert SHORTCUTS in names and PREFERENCES not in names, names


def _bottom(widget: Widget) -> int:
    from gi.repository import Atspi

    area = widget.node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    assert area.x >= 0 and area.y >= 0 and area.x + area.width <= 1024, (widget.role, widget.name, area.x, area.y, area.width)
    return area.y + area.height


def _scrolled(applet: Applet) -> float:
    """By how many pixels what is in a window has been moved up."""
    bars = [widget.node.get_value_iface() for widget in applet.widgets(scrolled_away=True) if widget.role == "scroll bar"]
    return max((bar.get_current_value() for bar in bars if bar), default=0.0)


def large_text_fits_a_small_screen(box: Box) -> None:
    """Nothing is outside of the screen, and the last of the shortcuts is scrolled to."""
    box.environment |= {"GDK_DPI_SCALE": "2"}
    panel, _, applet = _start(box)
    for action, title in (("about", ABOUT), ("shortcuts", SHORTCUTS)):
        panel.activate(action)
        _focus(applet, title)
        bottoms = [_bottom(widget) for widget in applet.widgets() if widget.role in ("scroll pane", "push button", "toggle button")]
        assert bottoms and max(bottoms) <= 600, (title, bottoms)
    rows = _rows(applet)
    assert _bottom(rows[-1]) > 600, "so large that it scrolls"
    for _ in rows[1:]:
        xdotool("key", "Down")
    wait_until(lambda: rows[-1].is_focused and _scrolled(applet) > 200, "the last of the rows")
