# SPDX-License-Identifier: GPL-3.0-or-later
"""The details window, and the commands that tell a running applet something."""

from __future__ import annotations

import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from fake_ollama import FakeOllama, make_model, make_running
from gi.repository import Gio, GLib
from paddock import Box, preloaded
from panel import WATCHER, Applet, Panel, Widget, frame_of, title_of, wait_until, xdotool


def _start(box: Box, *arguments: str, accessible: bool = False) -> tuple[Panel, FakeOllama, Applet]:
    panel = Panel(box)
    server = box.server()
    box.log().add(time.time() - 1)
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start(*arguments, accessible=accessible)
    applet.item().wait_for("Title", lambda title: "models" in title)
    return panel, server, applet


def details_command_opens_it(box: Box) -> None:
    panel, _, applet = _start(box)
    panel.tell("details")
    assert title_of(applet.wait_for_window())


def second_start_opens_it(box: Box) -> None:
    _, _, applet = _start(box)
    box.run(expect=0)
    applet.wait_for_window()
    assert applet.is_running


def second_start_with_other_settings_says_so(box: Box) -> None:
    _, _, applet = _start(box)
    other = box.home / "other settings.json"
    other.write_text("{}")
    result = box.run("--config", "other settings.json", expect=1)
    assert str(other) in result.stderr and "quit" in result.stderr, result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert applet.windows() == []
    assert "sample data" in box.run("--demo", expect=1).stderr
    box.run("--config", str(box.settings_path), expect=0)
    applet.wait_for_window()


def refresh_command_asks_at_once(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=3600)
    applet = panel.start()
    applet.item().wait_for("Title", lambda title: "models" in title)
    since = server.mark()
    panel.tell("refresh")
    server.wait_for("/api/tags", since=since)


def quit_command_ends_it(box: Box) -> None:
    panel, _, applet = _start(box)
    panel.tell("quit")
    assert applet.wait() == 0


def commands_without_an_applet_say_so(box: Box) -> None:
    panel = Panel(box)
    for command in ("details", "refresh", "quit"):
        result = panel.tell(command, expect=1)
        assert len(result.stderr.splitlines()) == 1, result.stderr


def escape_closes_it(box: Box) -> None:
    panel, _, applet = _start(box)
    panel.tell("details")
    panel.press_escape(applet, applet.wait_for_window())
    assert applet.is_running
    panel.tell("details")
    applet.wait_for_window()


def closing_it_leaves_the_applet(box: Box) -> None:
    panel, _, applet = _start(box, accessible=True)
    panel.tell("details")
    applet.wait_for_window()
    applet.wait_for_widget("Close").press()
    applet.wait_for_no_window()
    assert applet.is_running
    applet.item().wait_for("Title", lambda title: "models" in title)


def losing_the_focus_closes_it(box: Box) -> None:
    panel, _, applet = _start(box)
    panel.tell("details")
    window = applet.wait_for_window()
    xdotool("windowactivate", "--sync", window)
    panel.focus_something_else()
    applet.wait_for_no_window()


def pinned_it_stays(box: Box) -> None:
    panel, server, applet = _start(box, accessible=True)
    panel.tell("details")
    window = applet.wait_for_window()
    xdotool("windowactivate", "--sync", window)
    applet.wait_for_widget("Keep open").press()
    panel.focus_something_else()
    # Whatever closes it would have done so some polls later.
    server.wait_for("/api/ps", count=4, since=server.mark())
    assert applet.windows() == [window]
    applet.wait_for_widget("Keep open").press()
    panel.press_escape(applet, window)


def every_button_has_a_name(box: Box) -> None:
    panel, _, applet = _start(box, "--demo", accessible=True)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    applet.wait_for_widget("Refresh")
    buttons = [widget for widget in applet.widgets() if "button" in widget.role]
    assert len(buttons) >= 3
    assert all(button.name for button in buttons), [(button.role, button.name) for button in buttons]
    # A tooltip is the description; those with keys name them.
    described = {button.name: button.description for button in buttons}
    assert described["Refresh"].startswith("Refresh (last update ") and described["Refresh"].endswith(" (Ctrl+R)"), described
    assert described["Main Menu"] == "Main Menu (F10)" and described["Close"] == "Close (Ctrl+W)", described


def it_says_what_the_message_says(box: Box) -> None:
    panel, _, applet = _start(box, accessible=True)
    message = box.status()["message"]
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    wait_until(lambda: any(message in widget.text for widget in applet.widgets()), "the message in the window")
    assert any("llama3.3:70b" in widget.text for widget in applet.widgets()), "the loaded model"


def its_name_says_how_it_stands(box: Box) -> None:
    """Labels take no focus: what a screen reader says when the window opens is its name."""
    panel, server, applet = _start(box, accessible=True)
    panel.tell("details")
    window = applet.wait_for_window()
    assert title_of(window) == "Paddock"

    def wait_for_name(start: str) -> None:
        wait_until(lambda: any(widget.name.startswith(start) for widget in applet.widgets() if widget.role == "frame"),
                   f"a window called {start!r}")
    wait_for_name("Paddock · A model is loaded · Ollama ")
    server.stop()
    wait_for_name("Paddock · The server does not answer · Ollama")


def a_meter_that_stays_says_nothing(box: Box) -> None:
    """A screen reader is told of a new value, and of no other."""
    panel, server, applet = _start(box, accessible=True)
    box.log().add_gpu()
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    applet.wait_for_widget("Share of the VRAM in use")
    from gi.repository import Atspi

    said: list[float] = []
    listener = Atspi.EventListener.new(lambda event, *_: said.append(Widget(event.source).value or 0.0))
    listener.register("object:property-change:accessible-value")

    def listen() -> bool:
        while GLib.MainContext.default().iteration(False):
            pass
        return bool(said)
    server.wait_for("/api/ps", count=4, since=server.mark())
    assert not listen(), said
    server.running = [model | {"size_vram": model["size"] // 4} for model in server.running]
    wait_until(listen, "the new value")
    listener.deregister("object:property-change:accessible-value")


def _wait_for_text(applet: Applet, wanted: str) -> None:
    def look() -> bool:
        try:
            return any(wanted in widget.text for widget in applet.widgets())
        except GLib.Error:
            return False  # it changed while it was looked at
    wait_until(look, f"{wanted!r} in the window")


def it_follows_while_it_is_open(box: Box) -> None:
    panel, server, applet = _start(box, accessible=True)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    server.models = [make_model("one:latest"), make_model("two:latest")]
    _wait_for_text(applet, "2 models")
    server.stop()
    _wait_for_text(applet, "No Answer Since")
    server.start()
    wait_until(lambda: not any("No Answer Since" in widget.text for widget in applet.widgets()), "no banner")


def _look_at_cloud(box: Box, *arguments: str) -> Applet:
    panel, _, applet = _start(box, *arguments, accessible=True)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    return applet


def _meters(applet: Applet) -> dict[str, tuple[float | None, str]]:
    """How far the meters of the cloud are, and what they say, by name."""
    try:
        return {widget.name: (widget.value, widget.description) for widget in applet.widgets(scrolled_away=True)
                if widget.role == "progress bar" and widget.name in ("Included credits", "Weekly limit", "Session limit")}
    except GLib.Error:
        return {}  # it changed while it was looked at


def cloud_has_a_meter_for_each_limit(box: Box) -> None:
    applet = _look_at_cloud(box, "--demo")
    meters = wait_until(lambda: _meters(applet), "the meters")
    demo = box.status("--demo")
    assert set(meters) == {"Included credits", "Weekly limit"}, meters
    value, text = meters["Weekly limit"]
    assert value is not None and abs(value - demo.metric("usage_weekly") / 100) < 0.011, (value, text)
    assert "left" in text and "resets in" in text, text
    value, text = meters["Included credits"]
    assert value is not None and 0 < value < 1 and "of $60.00 left" in text, (value, text)
    widgets = applet.widgets(scrolled_away=True)
    assert any(widget.text == "Cloud (pro)" for widget in widgets), "the plan"
    assert any(widget.role == "chart" and widget.name == "Cost per day" for widget in widgets), "the chart"
    assert any(widget.name == "Usage page" for widget in widgets), "the way to the page"


def cloud_without_an_account_says_how_to_sign_in(box: Box) -> None:
    applet = _look_at_cloud(box)

    def texts() -> list[str]:
        return [widget.text for widget in applet.widgets(scrolled_away=True)]
    wait_until(lambda: any("sign in to see" in text for text in texts()), "the sentence")
    assert not _meters(applet)
    # The link that comes with the refusal binds this machine's key to whoever opens it.
    assert not any("ollama.com/connect" in text for text in texts())


def _figures(applet: Applet) -> dict[str, str]:
    """What the figures of requests say, by what they are; they name the window of time that they are of."""
    try:
        names = [widget.name for widget in applet.widgets(scrolled_away=True) if widget.role == "label"]
    except GLib.Error:
        return {}  # it changed while it was looked at
    return dict(name.split(": ", 1) for name in names if name.startswith(("Chat, ", "Server errors, ", "Median, ")))


def _focus(applet: Applet, name: str) -> None:
    """Gives the keyboard to a widget, as somebody who goes through all of them with the Tab key would."""
    widget = applet.wait_for_widget(name)
    widget.focus()
    wait_until(lambda: widget.is_focused, f"the focus on {name!r}")


def keyboard_chooses_the_window_of_time(box: Box) -> None:
    applet = _look_at_cloud(box, "--demo")
    demo = box.status("--demo")
    _focus(applet, "Today")
    for name, window in (("Last 5 hours", "5h"), ("Last 24 hours", "1d"), ("Last 7 days", "7d"), ("Last 30 days", "30d")):
        xdotool("key", "Right")
        wait_until(lambda name=name: applet.wait_for_widget(name).is_focused, f"the focus on {name!r}")
        xdotool("key", "space")
        wait_until(lambda name=name: applet.wait_for_widget(name).is_checked, f"{name!r} chosen")
        wanted = f"{demo.metric(f'chat_requests_{window}'):.0f}"
        wait_until(lambda name=name, wanted=wanted: _figures(applet).get(f"Chat, {name}") == wanted,
                   f"{wanted} chats in {name!r}")
        assert f"Server errors, {name}" in _figures(applet) and f"Median, {name}" in _figures(applet)
    texts = [widget.text for widget in applet.widgets(scrolled_away=True)]
    assert f"{demo.metric('requests_30d'):.0f} requests" in texts, texts


def every_figure_follows_the_window_of_time(box: Box) -> None:
    """Two months of requests, which the test counts by itself: each figure of each window of time, and the period before."""
    now, hour, day = time.time(), 3600.0, 86400.0
    # A zone where it is about noon, so that some of them are of today whenever the test runs.
    ahead = 12 - int(now % day // hour)
    box.environment["TZ"] = f"<noon>{-ahead}"
    midnight = now - (now + ahead * hour) % day
    # From when to when; and the same of the period before.
    windows = {"Today": (midnight, now, midnight - day, now - day), "Last 5 hours": (now - 5 * hour, now, now - 10 * hour, now - 5 * hour),
               "Last 24 hours": (now - day, now, now - 2 * day, now - day),
               "Last 7 days": (now - 7 * day, now, now - 14 * day, now - 7 * day),
               "Last 30 days": (midnight - 29 * day, now, midnight - 59 * day, midnight - 29 * day)}
    edges = {edge for window in windows.values() for edge in window} - {now}
    chance = random.Random(6)
    log = box.log(zone=timezone(timedelta(hours=ahead)))
    events = []
    # The first one is from before all that is compared.
    for when in [now - 61 * day, *sorted(now - 60 - chance.random() ** 3 * 60.5 * day for _ in range(600))]:
        # Time passes while the test runs, and days gone by are known by the hour.
        if not any(abs(when - edge) < 0.05 * hour + (2 * hour if edge < now - 3 * day else 0) for edge in edges):
            path, status = chance.choice(["/api/chat", "/api/generate", "/api/embed"]), chance.choice([200, 200, 404, 500])
            latency = chance.randint(100, 9000)
            log.add(when, path=path, status=status, latency_ms=latency)
            events.append((when, path, status, latency))
    box.write_settings(box.account(box.server()), poll_interval_seconds=1)
    applet = Panel(box).start(accessible=True)
    applet.item().wait_for("Title", lambda title: "req" in title and "models" in title)
    box.run("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    for name, (begin, end, begin_before, end_before) in windows.items():
        inside = [event for event in events if begin <= event[0] <= end]
        before = sum(begin_before <= event[0] < end_before for event in events)
        counts = {"Chat": sum(path == "/api/chat" for _, path, _, _ in inside),
                  "Generate": sum(path == "/api/generate" for _, path, _, _ in inside),
                  "Embeddings": sum(path == "/api/embed" for _, path, _, _ in inside),
                  "Client errors": sum(status == 404 for _, _, status, _ in inside),
                  "Server errors": sum(status == 500 for _, _, status, _ in inside)}
        average = f"{sum(event[3] for event in inside) / len(inside) / 1000:.1f}\u00a0s"
        wanted = {f"{title}, {name}: {count}" for title, count in counts.items()} | {f"Average latency, {name}: {average}"}
        applet.wait_for_widget(name).press()
        seen: list[set[str]] = [set()]

        def looks_right(wanted: set[str] = wanted, total: int = len(inside), before: int = before) -> bool:
            names = {widget.name for widget in applet.widgets(scrolled_away=True) if widget.role == "label"}
            texts = {widget.text for widget in applet.widgets(scrolled_away=True)}
            seen[0] = (wanted - names) | {text for text in texts if "before" in text or "until this time" in text}
            told = any(re.search(rf"(^|· ){before} (in the .* before|yesterday until this time)$", text) for text in texts)
            return wanted <= names and f"{total} requests" in texts and told
        try:
            wait_until(looks_right, name, timeout=20)
        except AssertionError as error:
            raise AssertionError(f"{error}; {len(inside)}, {before} before; {seen[0]}") from None


def window_of_time_outlives_updates(box: Box) -> None:
    panel, server, applet = _start(box, accessible=True)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    applet.wait_for_widget("Last 7 days").press()
    wait_until(lambda: _figures(applet).get("Chat, Last 7 days") == "1", "one chat")
    box.log().add(time.time() - 1)
    wait_until(lambda: _figures(applet).get("Chat, Last 7 days") == "2", "two chats")
    panel.press_escape(applet, applet.wait_for_window())
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    assert applet.wait_for_widget("Last 7 days").is_checked


def period_before_is_told(box: Box) -> None:
    panel = Panel(box)
    log = box.log()
    now = time.time()
    for ago in (15 * 3600, 8 * 3600, 7 * 3600, 60, 40, 20):
        log.add(now - ago)
    box.write_settings(box.account(box.server()), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "models" in title)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    applet.wait_for_widget("Last 5 hours").press()
    _wait_for_text(applet, "▲ 50% more · 2 in the 5 hours before")
    applet.wait_for_widget("Last 24 hours").press()
    _wait_for_text(applet, "6 requests")
    # The log does not go back so far.
    assert not any("before" in widget.text for widget in applet.widgets(scrolled_away=True))


def _chart(applet: Applet, name: str) -> Widget:
    def look() -> Widget | None:
        try:
            charts = [widget for widget in applet.widgets(scrolled_away=True) if widget.role == "chart"]
        except GLib.Error:
            return None  # it changed while it was looked at
        return next((chart for chart in charts if chart.name == name), None)
    return wait_until(look, f"a chart called {name!r}")


def charts_are_read_bar_by_bar(box: Box) -> None:
    applet = _look_at_cloud(box, "--demo")
    demo = box.status("--demo")
    applet.wait_for_widget("Last 30 days").press()
    chart = _chart(applet, "Requests per day")
    bars = list(chart.descendants())
    wanted = [day["value"] for day in demo["daily_series"]["requests"]]
    assert len(bars) == 30 and bars[-1].name == "Today", [bar.name for bar in bars]
    assert [bar.node.get_value_iface().get_current_value() for bar in bars][:-1] == wanted[:-1]
    assert bars[0].description.startswith(f"{wanted[0]:.0f} request"), bars[0].description
    assert "requests" in chart.description, chart.description


def keyboard_goes_through_a_chart(box: Box) -> None:
    applet = _look_at_cloud(box, "--demo")
    applet.wait_for_widget("Last 30 days").press()
    chart = _chart(applet, "Requests per day")
    days = [bar.name for bar in chart.descendants()]
    # A key shows where the focus is.
    _focus(applet, "Last 30 days")
    xdotool("key", "Tab")
    chart.focus()
    wait_until(lambda: chart.is_focused, "the focus on the chart")
    for key, day in (("Home", days[0]), ("Right", days[1]), ("End", days[-1]), ("Left", days[-2])):
        xdotool("key", key)
        wait_until(lambda day=day: chart.chosen_child == day, f"{key} to {day}")
        assert not chart.description.startswith(day), "a screen reader would say it twice"
    assert any(widget.text.startswith(f"{days[-2]}: ") for widget in applet.widgets()), "what stands beside the title"


def charts_of_latency_and_tokens(box: Box) -> None:
    applet = _look_at_cloud(box, "--demo")
    applet.wait_for_widget("Last 7 days").press()
    for button, title, word in (("Latency", "Latency by the day", "median"), ("Tokens", "Tokens per day", "output token")):
        applet.wait_for_widget(button).press()
        _wait_for_text(applet, title)
        assert word in list(_chart(applet, title).descendants())[-2].description


def chart_says_why_it_is_empty(box: Box) -> None:
    panel, _, applet = _start(box, accessible=True)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    applet.wait_for_widget("Tokens").press()
    assert _chart(applet, "Tokens per hour").description == "The server’s log says nothing of tokens."
    assert not list(_chart(applet, "Tokens per hour").descendants())


def it_fits_the_screen(box: Box) -> None:
    panel, server, applet = _start(box)
    panel.tell("details")
    window = applet.wait_for_window()
    x, y, width, height = frame_of(window)
    assert 300 <= width <= 700, width
    assert x >= 0 and x + width <= 1280 and y >= 0 and y + height <= 800, (x, y, width, height)


def large_text_fits_a_small_screen(box: Box) -> None:
    """What is beyond an edge cannot be scrolled to sideways."""
    box.environment["GDK_DPI_SCALE"] = "2"
    panel, _, applet = _start(box, "--demo", accessible=True)
    panel.tell("details")
    window = applet.wait_for_window()
    screen_width = int(xdotool("getdisplaygeometry").split()[0])

    def is_settled() -> bool:
        x, _, width, _ = frame_of(window)
        return width > 300 and 0 <= x and x + width <= screen_width
    wait_until(is_settled, "a window on the screen")
    buttons = [widget for widget in applet.widgets() if widget.role in ("push button", "toggle button", "radio button")]
    assert {"Close", "Unload qwen3-coder:30b"} <= {button.name for button in buttons}, [button.name for button in buttons]
    for button in buttons:
        place = button.node.get_component_iface().get_extents(0)
        assert 0 <= place.x and place.x + place.width <= screen_width, (button.name, place.x, place.width)


def switching_the_window_of_time_moves_nothing(box: Box) -> None:
    """Of one window something may be known that is not of another, such as the period before."""
    panel = Panel(box)
    log = box.log()
    for hour in range(30):
        log.add(time.time() - hour * 3600 - 1, status=500 if hour == 20 else 200)
    box.write_settings(box.account(box.server()), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "req 1d" in title)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    names = ("Last 5 hours", "Last 24 hours", "Last 7 days", "Last 30 days")
    places = []
    for name in names:
        button = applet.wait_for_widget(name)
        button.press()
        wait_until(lambda: button.is_down, f"{name!r} to be chosen")
        places.append(applet.wait_for_widget("Latency").node.get_component_iface().get_extents(0).y)
    assert len(set(places)) == 1, dict(zip(names, places))


def what_is_read_stays_where_it_is(box: Box) -> None:
    """What comes and goes above of it does not push it away, nor what it has the focus for."""
    panel = Panel(box)
    server = box.server(models=[make_model(f"model-{number}:7b") for number in range(9)], running=[])
    log = box.log()
    log.add_gpu()
    log.add(time.time() - 1)
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "9 models" in title)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    search = wait_until(lambda: next((widget for widget in applet.widgets(scrolled_away=True)
                                      if widget.name == "Search models"), None), "a field to search in")
    search.focus()

    def place() -> int:
        return search.node.get_component_iface().get_extents(0).y

    def is_loaded(count: int) -> bool:
        rows = [widget for widget in applet.widgets(scrolled_away=True) if widget.name.startswith("Unload model-")]
        return len(rows) == count
    # Where the toolkit scrolls to in steps, which has ended when nothing moves any more.
    places: list[int] = []

    def is_at_rest() -> bool:
        places.append(place())
        return len(places) > 5 and len(set(places[-5:])) == 1
    wait_until(is_at_rest, "a field that does not move")
    assert 0 < place() < 800, place()
    for count in (1, 3, 2, 0):
        server.running = [make_running(f"model-{number}:7b") for number in range(count)]
        wait_until(lambda: is_loaded(count), f"{count} loaded models")
        server.wait_for("/api/ps", count=2, since=server.mark())
        assert place() == places[-1], (count, place(), places[-1])
        assert search.is_focused


def it_shows_something(box: Box) -> None:
    panel, _, applet = _start(box, "--demo")
    panel.tell("details")
    window = applet.wait_for_window()
    path = box.root / "window.png"

    def has_colours() -> bool:
        subprocess.run(["import", "-window", window, str(path)], check=True, timeout=60)
        return panel.colours(path, 0, 0, 400, 300) > 20
    wait_until(has_colours, "something drawn in the window")


def without_a_tray_it_opens_by_itself(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start()
    applet.wait_for_window()
    server.wait_for("/api/tags")


def _start_watcher(box: Box) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).with_name("watcher.py"))]
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    box.cleanup.callback(watcher.wait)
    box.cleanup.callback(watcher.kill)
    assert watcher.stdout and watcher.stdout.readline() == "ready\n"
    return watcher


def without_a_host_it_opens_by_itself(box: Box) -> None:
    panel = Panel(box)
    _start_watcher(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    panel.start().wait_for_window()


def host_that_comes_later_is_a_host(box: Box) -> None:
    panel = Panel(box)
    watcher = _start_watcher(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start()
    server.wait_for("/api/ps", count=2)
    assert watcher.stdin
    watcher.stdin.write("a host\n")
    watcher.stdin.flush()
    # For as long as it has patience, and some more.
    server.wait_for("/api/ps", count=7, since=server.mark())
    assert applet.windows() == []


def item_appears_when_a_tray_starts(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start()
    applet.wait_for_window()
    subprocess.run(shlex.split(os.environ["DESKTOP_START_PANEL"]), check=True, timeout=60)
    panel.wait_until_registered(applet.item())
    applet.item().wait_for("Title", lambda title: "models" in title)


def item_appears_when_the_library_gets_the_bus_late(box: Box) -> None:
    """On a busy machine it meets the watcher first, and would then not tell it of the item."""
    panel = Panel(box)
    box.environment |= preloaded() | {"PADDOCK_TEST_LATE_BUS": "1"}
    applet = panel.start("--demo")
    panel.wait_until_registered(applet.item())


def it_survives_the_end_of_the_tray(box: Box) -> None:
    panel, server, applet = _start(box)
    subprocess.run(["xfce4-panel", "--quit"], timeout=60, capture_output=True)
    server.wait_for("/api/ps", count=2, since=server.mark())
    assert applet.is_running
    panel.tell("details")
    applet.wait_for_window()


def _ask_bus(panel: Panel, method: str) -> Any:
    return panel.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                               GLib.Variant("(s)", (WATCHER,)), None, Gio.DBusCallFlags.NONE, 10_000, None).unpack()[0]


def item_comes_back_when_the_tray_restarts(box: Box) -> None:
    """As a tray does that crashed, or that somebody has started anew."""
    panel = Panel(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start()
    for number in range(3):
        subprocess.run(shlex.split(os.environ["DESKTOP_START_PANEL"]), check=True, timeout=60)
        panel.wait_until_registered(applet.item())
        server.models = [make_model(f"{index}:latest") for index in range(number + 5)]
        applet.item().wait_for("Title", lambda title, n=number + 5: f"{n} models" in title)
        os.kill(_ask_bus(panel, "GetConnectionUnixProcessID"), signal.SIGKILL)
        subprocess.run(["xfce4-panel", "--quit"], timeout=60, capture_output=True)
        wait_until(lambda: not _ask_bus(panel, "NameHasOwner"), "the end of the tray")
        server.wait_for("/api/ps", count=2, since=server.mark())
