# SPDX-License-Identifier: GPL-3.0-or-later
"""What the windows look like to whom it is hard to see: the contrast of every text with what it stands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import gi
from fake_ollama import make_model, make_running
from paddock import Box
from panel import Applet, Panel, Widget, frame_of, wait_until, xdotool

gi.require_version("Gdk", "3.0")
from gi.repository import Gdk  # noqa: E402

# WCAG 2.1, 1.4.3 and 1.4.11: of small text, and of pictures. What is read off a picture is rounded.
CONTRAST = 4.45
CONTRAST_OF_PICTURES = 2.95
# How far around a bar its ring is drawn, in pixels.
RING = 4
PICTURE_ROLES = {"icon"}
FRAME_ROLES = {"frame", "alert", "dialog"}
SWITCHES = {"Start at login", "Read only", "Cloud only", "Notify me"}
# The one that says what it is for while it is empty.
SEARCH = "Search models"
TEXT_ROLES = PICTURE_ROLES | {"label", "text", "table cell", "push button", "toggle button", "radio button", "check box",
                              "combo box", "spin button", "chart"}
ENTRY_ROLES = {"text", "spin button"}
# Large letters are the same colours, and have pixels that are no mixture with the ground.
LARGE = {"GDK_DPI_SCALE": "2"}

# Where Tab has to come by.
STOPS = {"Refresh", "Main Menu", "Keep open", "Close", "Loaded", "qwen3-coder:30b", "Unload qwen3-coder:30b", "Unload All", "Requests", "Today",
         "Last 7 days", "Latency", "Requests per hour", "Weekly limit", "Cost per day", "Usage page", "Search models",
         "Order of the models", "Installed models", "Messages per day"}

Colour = tuple[int, int, int]


class Area(NamedTuple):
    x: int
    y: int
    width: int
    height: int


class Screen:
    """A picture of the screen, as colours. Hundreds are taken, so that none goes through a file."""

    def __init__(self) -> None:
        root = Gdk.get_default_root_window()
        pixbuf = Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
        self.width, self.height = pixbuf.get_width(), pixbuf.get_height()
        self._pixels, self._stride, self._channels = pixbuf.get_pixels(), pixbuf.get_rowstride(), pixbuf.get_n_channels()

    def is_like(self, other: Screen) -> bool:
        return bool(self._pixels == other._pixels)

    def has(self, area: Area) -> bool:
        return area.x >= 0 and area.y >= 0 and area.x + area.width <= self.width and area.y + area.height <= self.height

    def pixels(self, area: Area) -> Iterator[Colour]:
        for y in range(area.y, area.y + area.height):
            start = y * self._stride + area.x * self._channels
            row = self._pixels[start:start + area.width * self._channels]
            yield from zip(row[0::self._channels], row[1::self._channels], row[2::self._channels])


@cache
def _luminance(colour: Colour) -> float:
    parts = (part / 255 for part in colour)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _area(widget: Widget) -> Area:
    from gi.repository import Atspi

    extents = widget.node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    return Area(extents.x, extents.y, extents.width, extents.height)


def _contrast_in(screen: Screen, area: Area) -> float:
    """That of the letters with what is behind most of them."""
    colours = Counter(screen.pixels(area))
    ground = colours.most_common(1)[0][0]
    return max(_contrast(colour, ground) for colour in colours)


def _parts(widget: Widget, area: Area) -> list[Area]:
    """Where it has text that may be of a colour of its own."""
    if widget.role == "table cell":  # two lines
        table = _area(Widget(widget.node.get_parent()))
        if area.y + area.height > table.y + table.height:  # the list shows a part of it
            return []
        return [area._replace(height=area.height // 2), area._replace(y=area.y + area.height // 2, height=area.height // 2)]
    if widget.role == "chart":  # the first of the times, below the bars
        return [area._replace(y=area.y + area.height - 20, width=area.width // 8, height=20)]
    return [area]


def _has_text(widget: Widget) -> bool:
    from gi.repository import Atspi

    if widget.role not in TEXT_ROLES or not widget.text or not widget.node.get_state_set().contains(Atspi.StateType.SENSITIVE):
        return False
    return widget.role != "text" or widget.name == SEARCH or widget.node.get_text_iface().get_character_count() > 0


def _edge(widget: Widget) -> Area | None:
    """Of something to enter text in: a part of its upper edge, with what is around it."""
    from gi.repository import Atspi

    states = widget.node.get_state_set()
    if widget.role not in ENTRY_ROLES or not all(map(states.contains, (Atspi.StateType.EDITABLE, Atspi.StateType.SENSITIVE))):
        return None
    area = _area(widget)
    return Area(area.x + area.width // 4, area.y - 3, area.width // 2, 5)


def _check_texts(applet: Applet, at_least: int = 10) -> None:
    """Checks all that can be seen; which must be a lot, and on the screen."""
    xdotool("mousemove", "2", "700")
    screen = Screen()
    n_texts, pale = 0, []
    for widget in applet.widgets():
        edge = _edge(widget)
        if edge is not None and screen.has(edge) and _contrast_in(screen, edge) < CONTRAST_OF_PICTURES:
            pale.append(f"edge of {widget.role} {widget.name!r}: {_contrast_in(screen, edge):.2f}")
        if not _has_text(widget):
            continue
        for area in _parts(widget, _area(widget)):
            if area.width <= 1 or not screen.has(area):  # scrolled away
                continue
            n_texts += 1
            contrast = _contrast_in(screen, area)
            is_picture = widget.role in PICTURE_ROLES or widget.name in SWITCHES
            wanted = CONTRAST_OF_PICTURES if is_picture else CONTRAST
            if contrast < wanted:
                pale.append(f"{widget.role} {widget.text!r}: {contrast:.2f}")
    assert n_texts > at_least, n_texts
    assert not pale, "\n".join(pale)


def _settle(window: str) -> None:
    """Waits until a window does not change its size any more."""
    seen: list[tuple[int, int, int, int]] = []

    def is_settled() -> bool:
        seen.append(frame_of(window))
        return len(seen) > 12 and len(set(seen[-12:])) == 1
    wait_until(is_settled, "a window that stays as it is")


def _rest(area: Area) -> None:
    """Waits until nothing slides or fades there any more. Texts that count seconds must not be in it: a slow machine does
    not take as many pictures in one."""
    seen: list[list[Colour]] = []

    def is_at_rest() -> bool:
        seen.append(list(Screen().pixels(area)))
        return len(seen) > 12 and all(pixels == seen[-1] for pixels in seen[-12:])
    wait_until(is_at_rest, "a picture that stays as it is")


def _take_still() -> Screen:
    """A picture in which no mark is about to come or go."""
    seen = [Screen()]

    def is_still() -> bool:
        seen.append(Screen())
        return seen[-1].is_like(seen[-2])
    wait_until(is_still, "a picture like the one before")
    return seen[-1]


def _open_details(panel: Panel, applet: Applet, wanted: str) -> None:
    panel.tell("details")
    window = applet.wait_for_window()
    xdotool("windowactivate", "--sync", window)
    applet.wait_for_widget(wanted)
    _settle(window)


def _check_details(box: Box) -> None:
    """With all its sections; then once more behind another window, as a pinned one often is."""
    panel = Panel(box)
    applet = panel.start("--demo", accessible=True)
    applet.item().wait_for("Title", lambda title: "7" in title)
    _open_details(panel, applet, "Weekly limit")
    _check_texts(applet)
    applet.wait_for_widget("Keep open").press()
    panel.focus_something_else()
    _settle(applet.wait_for_window())
    _check_texts(applet)
    applet.close()


def _check_trouble(box: Box) -> None:
    """A server that went away, and a log that cannot be read."""
    panel = Panel(box)
    server = box.server(models=[make_model("llama3.2:3b")], running=[make_running("llama3.2:3b")])
    box.logs.mkdir(parents=True)
    (box.logs / "server.log").mkdir()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    item = applet.item()
    item.wait_for("Title", lambda title: "model" in title)
    server.stop()
    item.wait_for("IconName", lambda name: "unreachable" in name)
    _open_details(panel, applet, "Not Available")
    _check_texts(applet)
    applet.close()


def _check_preferences(box: Box) -> None:
    """With an address that cannot be."""
    panel = Panel(box)
    box.write_settings(box.account("http://127.0.0.1:9"))
    applet = panel.start(accessible=True)
    applet.item().menu.click("Preferences")
    window = applet.wait_for_window()
    for page in ("General", "Accounts", "Notifications"):
        applet.wait_for_widget(page).press()
        xdotool("windowsize", window, "1300", "3000")
        if page == "Accounts":
            address = next(widget for widget in applet.widgets() if widget.name == "Address" and widget.role == "text")
            address.enter("ftp://nowhere")
            wait_until(lambda: any("base_url" in widget.text for widget in applet.widgets()), "what is wrong with it")
        _settle(window)
        _check_texts(applet)
    applet.close()


def _check_help(box: Box) -> None:
    """The menu of the details, the window of shortcuts, and About."""
    panel = Panel(box)
    applet = panel.start("--demo", accessible=True)
    applet.item().wait_for("Title", lambda title: "7" in title)
    _open_details(panel, applet, "Weekly limit")
    xdotool("key", "F10")
    _rest(_area(applet.wait_for_widget("About Paddock")))
    _check_texts(applet)
    xdotool("key", "Escape", "F1")
    applet.wait_for_widget("First or Last Value")
    _settle(applet.wait_for_window())
    _check_texts(applet, at_least=30)
    xdotool("key", "Escape")
    applet.wait_for_no_window()
    panel.activate("about")
    applet.wait_for_widget("Credits")
    _settle(applet.wait_for_window())
    _check_texts(applet, at_least=6)
    applet.wait_for_widget("Credits").press()
    applet.wait_for_widget("The Paddock maintainers")
    _rest(Area(*frame_of(applet.wait_for_window())))
    _check_texts(applet, at_least=3)
    applet.close()


def _check_theme(box: Box, theme: str) -> None:
    box.environment |= LARGE | {"GTK_THEME": theme}
    _check_help(box)
    _check_details(box)
    _check_trouble(box)
    _check_preferences(box)


def texts_have_contrast_in_light(box: Box) -> None:
    _check_theme(box, "Adwaita")


def texts_have_contrast_in_dark(box: Box) -> None:
    _check_theme(box, "Adwaita:dark")


def texts_have_contrast_in_high_contrast(box: Box) -> None:
    _check_theme(box, "HighContrast")


def texts_have_contrast_in_inverse_high_contrast(box: Box) -> None:
    _check_theme(box, "HighContrastInverse")


def _find_focused(applet: Applet) -> Widget | None:
    return next((widget for widget in applet.widgets() if widget.is_focused and widget.role not in ("frame", "link")), None)


def _count_marked(before: Screen, after: Screen, area: Area) -> int:
    """How many pixels look clearly different."""
    return sum(_contrast(one, other) >= CONTRAST_OF_PICTURES for one, other in zip(before.pixels(area), after.pixels(area))
               if one != other)


def _area_with_ring(widget: Widget) -> Area:
    """Where a ring may be: a bar is so thin that it has its own around it, and so has a switch."""
    # A chart has it around all of its bars.
    area = _area(Widget(widget.node.get_parent()) if widget.role == "static" else widget)
    if widget.role != "progress bar" and widget.name not in SWITCHES:
        return area
    return Area(area.x - RING, area.y - RING, area.width + 2 * RING, area.height + 2 * RING)


def _is_marked(before: Screen, after: Screen, widget: Widget) -> bool:
    """Whether it got a ring; one that is a line of pixels thick has twice as many pixels."""
    area = _area_with_ring(widget)
    return _count_marked(before, after, area) >= area.width + area.height


def _find_next(applet: Applet, former: str, before: Screen) -> Widget | None:
    """What has the focus now, if it is another one. GTK tells nobody of a combo box that has it, so that these are looked at."""
    if found := _find_focused(applet):
        return found if found.node.path != former else None
    after = Screen()
    return next((widget for widget in applet.widgets()
                 if widget.role == "combo box" and widget.node.path != former and _is_marked(before, after, widget)), None)


def _walk(applet: Applet) -> list[Widget]:
    """Presses Tab until the focus is where it was first, and checks that it is seen wherever it is."""
    xdotool("mousemove", "2", "700")
    visited: list[Widget] = []
    seen: set[str] = set()
    unseen, former = [], ""
    before = Screen()
    while True:
        xdotool("key", "Tab")
        widget = wait_until(lambda: _find_next(applet, former, before), "a focus that moves on")
        former = widget.node.path
        if former in seen:
            assert not unseen, unseen
            return visited
        seen.add(former)
        try:
            wait_until(lambda: _is_marked(before, Screen(), widget), "a mark where the focus is", timeout=30.0)
        except AssertionError:
            unseen.append(f"{widget.role} {widget.name!r}")
        visited.append(widget)
        before = _take_still()


def _check_window(applet: Applet, stops: set[str]) -> None:
    """Goes all around a window: everything is reached, and wherever the focus is, it is seen."""
    missed = set(stops)
    # Who hears of a focus late has maybe pressed Tab again by then: what was passed over is met the next time around.
    for _ in range(3):
        # A list and its row have the focus together, as a chart and its bar: which is told first is a matter of luck.
        missed -= {widget.name for one in _walk(applet) for widget in (one, Widget(one.node.get_parent()))}
        if not missed:
            return
    raise AssertionError(missed)


def _check_focus(box: Box, theme: str) -> None:
    box.environment |= {"GTK_THEME": theme}
    panel = Panel(box)
    applet = panel.start("--demo", accessible=True)
    applet.item().wait_for("Title", lambda title: "7" in title)
    _open_details(panel, applet, "Weekly limit")
    _check_window(applet, STOPS)
    xdotool("key", "F1")
    applet.wait_for_widget("First or Last Value")
    _settle(applet.wait_for_window())
    _check_window(applet, {"Refresh", "Main Menu", "Previous or Next Value"})
    xdotool("key", "Escape")
    applet.wait_for_no_window()
    panel.activate("about")
    applet.wait_for_widget("Credits")
    _settle(applet.wait_for_window())
    _check_window(applet, {"Website", "Credits", "Close"})


def _can_have_focus(widget: Widget) -> bool:
    from gi.repository import Atspi

    states = widget.node.get_state_set()
    if not all(map(states.contains, (Atspi.StateType.SENSITIVE, Atspi.StateType.SHOWING))):
        return False
    # One that scrolls has it where nothing else in it can.
    return widget.role == "combo box" or widget.role != "scroll pane" and states.contains(Atspi.StateType.FOCUSABLE)


def _focusable(applet: Applet, window: str) -> dict[str, str]:
    """What can have the focus in a window of that title, by path."""
    frame = next(widget for widget in applet.root().descendants() if widget.name == window and widget.role in FRAME_ROLES)
    return {widget.node.path: f"{widget.role} {widget.name!r}" for widget in frame.descendants() if _can_have_focus(widget)}


def _check_walk(applet: Applet, window: str) -> None:
    missed = _focusable(applet, window)
    for _ in range(3):
        visited = {widget.node.path for widget in _walk(applet)}
        assert len(visited) > 1
        missed = {path: what for path, what in missed.items() if path not in visited}
        if not missed:
            return
    raise AssertionError(list(missed.values()))


def _check_focus_in_preferences(box: Box, theme: str) -> None:
    """Each page, and the question before an account is removed."""
    box.environment |= {"GTK_THEME": theme}
    panel = Panel(box)
    box.write_settings(box.account("http://127.0.0.1:9"), box.account("http://127.0.0.1:10", id="other"), poll_interval_seconds=3600)
    applet = panel.start(accessible=True)
    applet.item().menu.click("Preferences")
    window = applet.wait_for_window()
    for page in ("General", "Accounts", "Notifications"):
        applet.wait_for_widget(page).press()
        xdotool("windowsize", window, "900", "1900")
        xdotool("windowactivate", "--sync", window)
        _settle(window)
        _check_walk(applet, "Preferences")
    applet.wait_for_widget("Accounts").press()
    applet.wait_for_widget("Remove this account").press()
    applet.wait_for_widget("Cancel")
    _check_walk(applet, "Question")


def focus_is_seen_in_light(box: Box) -> None:
    _check_focus(box, "Adwaita")


def focus_is_seen_in_dark(box: Box) -> None:
    _check_focus(box, "Adwaita:dark")


def focus_is_seen_in_high_contrast(box: Box) -> None:
    _check_focus(box, "HighContrast")


def focus_is_seen_in_preferences_in_light(box: Box) -> None:
    _check_focus_in_preferences(box, "Adwaita")


def focus_is_seen_in_preferences_in_dark(box: Box) -> None:
    _check_focus_in_preferences(box, "Adwaita:dark")


def _count_cells_in_view(box: Box, scale: str) -> int:
    """Of the list of models, in text of that size."""
    box.environment |= {"GDK_DPI_SCALE": scale}
    panel = Panel(box)
    applet = panel.start("--demo", accessible=True)
    applet.item().wait_for("Title", lambda title: "7" in title)
    _open_details(panel, applet, "Weekly limit")
    view = _area(applet.wait_for_widget("Installed models"))
    cells = [_area(widget) for widget in applet.widgets() if widget.role == "table cell"]
    applet.close()
    return sum(cell.y >= view.y and cell.y + cell.height <= view.y + view.height for cell in cells)


def as_many_models_are_seen_in_large_text(box: Box) -> None:
    small, large = (_count_cells_in_view(box, scale) for scale in ("1", "2"))
    assert large == small >= 12, (small, large)


def it_stands_still_while_nothing_happens(box: Box) -> None:
    """Polls that bring nothing new change no pixel: nothing blinks, turns or fades."""
    panel = Panel(box)
    server = box.server(models=[make_model("llama3.2:3b")], running=[])
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "model" in title)
    _open_details(panel, applet, "Installed models")
    xdotool("mousemove", "2", "700")
    area = Area(*frame_of(applet.wait_for_window()))
    # Two polls let what has just been opened come to rest.
    server.wait_for("/api/ps", count=2, since=server.mark())
    before = list(Screen().pixels(area))
    for _ in range(3):
        server.wait_for("/api/ps", count=1, since=server.mark())
        assert list(Screen().pixels(area)) == before
