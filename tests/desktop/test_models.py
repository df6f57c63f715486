# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does in the details window with models (unload, look for, sort) and with several accounts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from fake_ollama import Exchange, FakeOllama, GinLog, hang_before_headers, make_model, make_running, server_error
from gi.repository import Gio, GLib
from paddock import Box
from panel import Applet, Panel, Widget, frame_of, wait_until, xdotool

APPLICATION = "io.github.paddock.Paddock"


def _open(box: Box, server: FakeOllama, **settings: object) -> tuple[Panel, Applet]:
    panel = Panel(box)
    box.write_settings(box.account(server), poll_interval_seconds=1, **settings)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "models" in title)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    return panel, applet


def _find(applet: Applet, name: str) -> Widget | None:
    try:
        return next((widget for widget in applet.widgets(scrolled_away=True) if widget.name == name), None)
    except GLib.Error:
        return None  # it changed while it was looked at


def _wait_for(applet: Applet, name: str) -> Widget:
    return wait_until(lambda: _find(applet, name), f"a widget called {name!r}")


def _says(applet: Applet, text: str) -> bool:
    try:
        return any(text in widget.text for widget in applet.widgets(scrolled_away=True))
    except GLib.Error:
        return False


def _wait_for_text(applet: Applet, text: str) -> None:
    wait_until(lambda: _says(applet, text), f"{text!r} in the window")


def _loaded(box: Box, *names: str) -> tuple[FakeOllama, GinLog]:
    server, log = box.server(), box.log()
    server.running = [make_running(name) for name in names]
    server.log = log
    return server, log


def unload_asks_the_server_and_is_not_counted(box: Box) -> None:
    server, log = _loaded(box, "one:latest", "two:latest")
    log.add(time.time() - 5, path="/api/generate")
    _, applet = _open(box, server)
    since = server.mark()
    _wait_for(applet, "Unload one:latest").press()
    (request,) = server.wait_for("/api/generate", since=since)
    assert request.method == "POST", request
    assert request.json() == {"model": "one:latest", "keep_alive": 0, "stream": False}, request.body
    _wait_for_text(applet, "one:latest was unloaded.")
    assert [model["name"] for model in server.running] == ["two:latest"]
    assert '"/api/generate?paddock=unload"' in log.path.read_text(), "the line of it"
    assert box.status().metric("requests_today") == 1
    applet.item().wait_for("Title", lambda title: "1 req today" in title)


def focus_stays_where_a_model_was(box: Box) -> None:
    """Who unloads one by keyboard goes on with the next, and not at the top of the window."""
    server, _ = _loaded(box, "one:latest", "two:latest", "three:latest")
    _, applet = _open(box, server)

    def is_at(name: str) -> bool:
        try:
            return any(widget.is_focused and widget.name == name for widget in applet.widgets(scrolled_away=True))
        except GLib.Error:
            return False  # it changed while it was looked at

    def unload(name: str) -> None:
        button = _wait_for(applet, name)
        button.focus()
        wait_until(lambda: is_at(name), f"the focus on {name!r}")
        button.press()
    unload("Unload two:latest")
    wait_until(lambda: is_at("three:latest"), "the focus in the row that has come up")
    unload("Unload three:latest")
    wait_until(lambda: is_at("one:latest"), "the focus in the last row")
    unload("Unload one:latest")
    wait_until(lambda: is_at("Loaded"), "the focus at the heading")


def unload_all_unloads_each(box: Box) -> None:
    server, _ = _loaded(box, "one:latest", "two:latest", "three:latest")
    _, applet = _open(box, server)
    since = server.mark()
    _wait_for(applet, "Unload All").press()
    requests = server.wait_for("/api/generate", count=3, since=since)
    assert sorted(request.json()["model"] for request in requests) == ["one:latest", "three:latest", "two:latest"]
    _wait_for_text(applet, "No model is loaded.")


def unload_that_fails_says_why(box: Box) -> None:
    server, _ = _loaded(box, "one:latest")
    server.route("/api/generate", server_error(500))
    _, applet = _open(box, server)
    _wait_for(applet, "Unload one:latest").press()
    _wait_for_text(applet, "status 500")
    server.route("/api/generate", None)
    _wait_for(applet, "Unload one:latest").press()
    _wait_for_text(applet, "one:latest was unloaded.")


def server_that_is_gone_unloads_nothing(box: Box) -> None:
    """What was loaded is still told, but there is no button, until the server is back."""
    server, _ = _loaded(box, "one:latest", "two:latest")
    _, applet = _open(box, server)
    _wait_for(applet, "Unload one:latest")
    server.stop()
    wait_until(lambda: _find(applet, "Unload one:latest") is None, "no button for a model")
    assert _find(applet, "Unload All") is None
    assert _says(applet, "one:latest")
    server.start()
    _wait_for(applet, "Unload one:latest")


def unload_of_a_server_that_hangs_ends(box: Box) -> None:
    """It is asked once, however often somebody wants it, and given up after a while with a sentence."""
    server, _ = _loaded(box, "one:latest")
    server.route("/api/generate", hang_before_headers())
    panel, applet = _open(box, server)
    since = server.mark()
    _wait_for(applet, "Unload one:latest").press()
    _wait_for_text(applet, "unloading…")
    actions = Gio.DBusActionGroup.get(panel.bus, APPLICATION, "/" + APPLICATION.replace(".", "/"))
    actions.activate_action("unload", GLib.Variant("(ss)", ("ollama", "one:latest")))
    actions.activate_action("unload", GLib.Variant("(ss)", ("ollama", "")))
    _wait_for_text(applet, "did not answer in time")
    assert len(server.seen("/api/generate", since=since)) == 1
    server.route("/api/generate", None)
    _wait_for(applet, "Unload one:latest").press()
    _wait_for_text(applet, "one:latest was unloaded.")


def unload_of_what_is_gone_is_no_error(box: Box) -> None:
    server, _ = _loaded(box, "one:latest", "two:latest")

    def is_gone(exchange: Exchange) -> None:
        server.running = []
        server_error(404)(exchange)
    server.route("/api/generate", is_gone)
    _, applet = _open(box, server)
    _wait_for(applet, "Unload one:latest").press()
    _wait_for_text(applet, "No model is loaded.")
    # Nor is it one when it is loaded again.
    server.running = [make_running("one:latest")]
    _wait_for(applet, "Unload one:latest")
    assert not _says(applet, "does not know")


def unload_asks_first_where_a_request_runs(box: Box) -> None:
    server, _ = _loaded(box, "one:latest")
    server.running[0]["expires_at"] = (datetime.now(timezone.utc) - timedelta(minutes=1)).isoformat()
    _, applet = _open(box, server)
    since = server.mark()
    _wait_for(applet, "Unload one:latest").press()
    applet.wait_for_widget("Unload After the Answer")
    assert not server.seen("/api/generate", since=since)
    applet.wait_for_widget("Unload After the Answer").press()
    server.wait_for("/api/generate", since=since)
    _wait_for_text(applet, "one:latest was unloaded.")


def unload_all_asks_first_where_a_request_runs(box: Box) -> None:
    server, _ = _loaded(box, "one:latest", "two:latest")
    server.running[1]["expires_at"] = (datetime.now(timezone.utc) - timedelta(minutes=1)).isoformat()
    _, applet = _open(box, server)
    since = server.mark()
    _wait_for(applet, "Unload All").press()
    applet.wait_for_widget("Unload After the Answer")
    assert not server.seen("/api/generate", since=since)
    applet.wait_for_widget("Unload After the Answer").press()
    server.wait_for("/api/generate", count=2, since=since)
    _wait_for_text(applet, "No model is loaded.")


def a_button_stays_with_its_model(box: Box) -> None:
    """The server changes its order with each request: a question that is open goes on being about the same model,
    and no other model comes to stand where somebody is about to click."""
    server, _ = _loaded(box, "one:latest", "two:latest", "three:latest")
    server.running[1]["expires_at"] = (datetime.now(timezone.utc) - timedelta(minutes=1)).isoformat()
    _, applet = _open(box, server)

    def rows() -> list[str]:
        return [widget.name for widget in applet.widgets() if widget.name.startswith("Unload ") and ":" in widget.name]
    shown = ["Unload one:latest", "Unload two:latest", "Unload three:latest"]
    wait_until(lambda: rows() == shown, "a row for each")
    _wait_for(applet, "Unload two:latest").press()
    question = applet.wait_for_widget("Unload After the Answer")
    since = server.mark()
    server.running = [*reversed(server.running), make_running("four:latest")]
    _wait_for(applet, "Unload four:latest")
    assert rows() == [*shown, "Unload four:latest"], rows()
    server.running = [model for model in server.running if model["name"] != "one:latest"]
    wait_until(lambda: rows() == [*shown[1:], "Unload four:latest"], "the row of a model that is gone to be gone")
    question.press()
    (request,) = server.wait_for("/api/generate", since=since)
    assert request.json()["model"] == "two:latest", request.body


def unload_by_the_bus(box: Box) -> None:
    server, _ = _loaded(box, "one:latest", "two:latest")
    panel, applet = _open(box, server)
    actions = Gio.DBusActionGroup.get(panel.bus, APPLICATION, "/" + APPLICATION.replace(".", "/"))
    actions.activate_action("unload", GLib.Variant("(ss)", ("ollama", "two:latest")))
    _wait_for_text(applet, "two:latest was unloaded.")
    actions.activate_action("unload", GLib.Variant("(ss)", ("ollama", "")))
    _wait_for_text(applet, "No model is loaded.")


def read_only_changes_nothing(box: Box) -> None:
    server, _ = _loaded(box, "one:latest", "two:latest")
    panel, applet = _open(box, server, read_only=True)
    _wait_for_text(applet, "two:latest")
    names = [widget.name for widget in applet.widgets() if "button" in widget.role]
    assert "Refresh" in names, names
    assert not any("Unload" in name for name in names), names
    actions = Gio.DBusActionGroup.get(panel.bus, APPLICATION, "/" + APPLICATION.replace(".", "/"))
    actions.activate_action("unload", GLib.Variant("(ss)", ("ollama", "")))
    server.wait_for("/api/ps", count=3, since=server.mark())
    assert not server.seen("/api/generate")
    box.write_settings(box.account(server), poll_interval_seconds=1)
    _wait_for(applet, "Unload All")


def _many(box: Box) -> FakeOllama:
    server = box.server()
    names = {"alpha:1b": (3, "01"), "beta:2b": (9, "05"), "gamma:3b": (5, "09"), "delta:4b": (7, "03"),
             "epsilon:5b": (1, "07"), "zeta:6b": (2, "02"), "eta:7b": (4, "04")}
    server.models = [make_model(name, size * 10**9, modified_at=f"2026-10-{day}T10:00:00Z")
                     for name, (size, day) in names.items()]
    server.running = [make_running("eta:7b")]
    return server


def _rows(applet: Applet) -> list[str]:
    """The names in the list of models, as they stand there."""
    try:
        cells = [widget.text for widget in applet.widgets(scrolled_away=True) if widget.role == "table cell"]
    except GLib.Error:
        return []
    return [text.split()[0] for text in cells if ":" in text and text.split()[0].endswith("b")]


def _wait_for_rows(applet: Applet, *names: str) -> None:
    last: list[list[str]] = [[]]

    def look() -> bool:
        last[0] = _rows(applet)
        return last[0] == list(names)
    try:
        wait_until(look, "the rows")
    except AssertionError as error:
        raise AssertionError(f"{error}; last: {last[0]}") from None


def search_finds_as_one_types(box: Box) -> None:
    _, applet = _open(box, _many(box))
    _wait_for_rows(applet, "eta:7b", "alpha:1b", "beta:2b", "delta:4b", "epsilon:5b", "gamma:3b", "zeta:6b")
    xdotool("key", "ctrl+f")
    xdotool("type", "ETA")
    _wait_for_rows(applet, "eta:7b", "beta:2b", "zeta:6b")
    xdotool("type", "9")
    _wait_for_text(applet, "No model has this in its name.")
    # The first Escape takes back what was typed, the next one closes.
    xdotool("key", "Escape")
    _wait_for_rows(applet, "eta:7b", "alpha:1b", "beta:2b", "delta:4b", "epsilon:5b", "gamma:3b", "zeta:6b")
    xdotool("key", "Escape")
    applet.wait_for_no_window()


def typing_in_the_list_searches(box: Box) -> None:
    _, applet = _open(box, _many(box))
    xdotool("key", "ctrl+f")
    _wait_for_rows(applet, "eta:7b", "alpha:1b", "beta:2b", "delta:4b", "epsilon:5b", "gamma:3b", "zeta:6b")
    # From the field over the choice of the order into the list.
    xdotool("key", "Tab", "Tab")
    xdotool("type", "gam")
    _wait_for_rows(applet, "gamma:3b")


def _choose(applet: Applet, button_name: str, label: str) -> None:
    """Opens the menu of a button, if it is not open, and chooses from it."""
    def look() -> bool:
        try:
            widgets = applet.widgets()
            entry = next((widget for widget in widgets if widget.name.startswith(label)), None)
            button = next(widget for widget in widgets if widget.name == button_name)
            if entry is not None:
                entry.press()
            elif not button.is_checked:
                button.press()
            return entry is not None
        except (GLib.Error, StopIteration):
            return False
    wait_until(look, f"{label!r} in the menu of {button_name!r}")


def models_are_sorted_as_chosen(box: Box) -> None:
    _, applet = _open(box, _many(box))
    orders = {"Sort by Size": ("eta:7b", "beta:2b", "delta:4b", "gamma:3b", "alpha:1b", "zeta:6b", "epsilon:5b"),
              "Sort by Last Change": ("eta:7b", "gamma:3b", "epsilon:5b", "beta:2b", "delta:4b", "zeta:6b", "alpha:1b"),
              "Sort by Name": ("eta:7b", "alpha:1b", "beta:2b", "delta:4b", "epsilon:5b", "gamma:3b", "zeta:6b")}
    for label, names in orders.items():
        _choose(applet, "Order of the models", label)
        _wait_for_rows(applet, *names)


def _walk(widget: Widget) -> Iterator[Widget]:
    """What is in a widget, but not what is in tables."""
    yield widget
    if widget.node.get_table_iface() is None:
        for index in range(widget.node.get_child_count()):
            child = widget.node.get_child_at_index(index)
            if child is not None:
                yield from _walk(Widget(child))


class _Table:
    """The list of models, of which only single rows are looked at, however many there are."""

    def __init__(self, applet: Applet) -> None:
        self.widgets: list[Widget] = []

        def look() -> Widget | None:
            self.widgets = list(_walk(applet.root()))
            return next((widget for widget in self.widgets if widget.name == "Installed models"), None)
        self.table = wait_until(look, "the list of models").node.get_table_iface()

    def wait_for_count(self, count: int) -> None:
        wait_until(lambda: self.table.get_n_rows() == count, f"{count} rows")

    def wait_for_row(self, row: int, name: str) -> None:
        def look() -> bool:
            cell = self.table.get_accessible_at(row, 0)
            return cell is not None and any(widget.text == name for widget in _walk(Widget(cell)))
        wait_until(look, f"{name!r} in row {row}")

    @property
    def chosen(self) -> int | None:
        rows = self.table.get_selected_rows()
        return rows[0] if rows else None

    def wait_for_chosen(self, row: int) -> None:
        wait_until(lambda: self.chosen == row, f"row {row} to be the chosen one, after {self.chosen}")

    def y_of(self, row: int) -> int:
        """Where a row stands on the screen."""
        return Widget(self.table.get_accessible_at(row, 0)).y

    def wait_for_y(self, row: int, y: int) -> None:
        wait_until(lambda: self.y_of(row) == y, f"row {row} at {y}")


def ten_thousand_models_are_gone_through(box: Box) -> None:
    names = [f"model-{number:05d}:latest" for number in range(10_000)]
    server = box.server(models=[make_model(name, 10**9 + number * 10**6) for number, name in enumerate(names)], running=[])
    _, applet = _open(box, server)
    table = _Table(applet)
    table.wait_for_count(10_000)
    table.wait_for_row(0, names[0])
    assert len(table.widgets) < 300, "as many widgets as with few models"
    xdotool("key", "ctrl+f")
    xdotool("type", "L-09999")
    table.wait_for_count(1)
    table.wait_for_row(0, names[-1])
    xdotool("key", "Escape")
    table.wait_for_count(10_000)
    # From the field to the choice of the order; the second one is that by size.
    xdotool("key", "--delay", "100", "Tab", "space", "Down", "Return")
    table.wait_for_row(0, names[-1])
    table.wait_for_row(9_999, names[0])
    xdotool("key", "--delay", "100", "ctrl+f", "Tab", "Tab", "Home")
    table.wait_for_chosen(0)
    xdotool("key", "Page_Down")
    wait_until(lambda: table.chosen in range(1, 50), "a page further down")
    xdotool("key", "End")
    table.wait_for_chosen(9_999)
    xdotool("key", "Page_Up")
    wait_until(lambda: table.chosen in range(9_950, 9_999), "a page further up")
    xdotool("key", "Page_Down", "Page_Down")
    table.wait_for_chosen(9_999)
    xdotool("key", "Home")
    table.wait_for_chosen(0)
    # What is chosen far below is there at once when the list is long again.
    xdotool("key", "End")
    table.wait_for_chosen(9_999)
    xdotool("type", "model-0000")
    table.wait_for_count(10)
    table.wait_for_chosen(9)
    xdotool("key", "Escape")
    table.wait_for_count(10_000)
    table.wait_for_chosen(9_999)


def _with_a_place_in_the_list(box: Box) -> tuple[FakeOllama, Applet, _Table, int]:
    """Thirty models, the largest last; the list is scrolled, and its eleventh row is chosen."""
    names = [f"model-{number:02d}:latest" for number in range(30)]
    server = box.server(models=[make_model(name, (1 + number) * 10**9) for number, name in enumerate(names)], running=[])
    _, applet = _open(box, server)
    table = _Table(applet)
    table.wait_for_count(30)
    xdotool("key", "--delay", "100", "ctrl+f", "Tab", "Tab", "Home")
    table.wait_for_chosen(0)
    for row in range(1, 11):
        xdotool("key", "Down")
        table.wait_for_chosen(row)
    return server, applet, table, table.y_of(10)


def a_poll_keeps_the_place_in_the_list(box: Box) -> None:
    server, _, table, y = _with_a_place_in_the_list(box)
    server.models = [*server.models, make_model("another:latest", 10**9)]
    table.wait_for_count(31)
    table.wait_for_row(0, "another:latest")
    # The same model, on the same place of the screen, and the keyboard goes on from there.
    table.wait_for_chosen(11)
    table.wait_for_row(11, "model-10:latest")
    table.wait_for_y(11, y)
    xdotool("key", "Down")
    table.wait_for_chosen(12)
    server.models = [model for model in server.models if model["name"] not in ("another:latest", "model-03:latest")]
    table.wait_for_count(29)
    table.wait_for_chosen(10)
    table.wait_for_row(10, "model-11:latest")
    table.wait_for_row(3, "model-04:latest")
    # One that is loaded comes first.
    server.running = [make_running("model-20:latest")]
    table.wait_for_row(0, "model-20:latest")
    table.wait_for_chosen(11)
    xdotool("key", "Up")
    table.wait_for_chosen(10)
    table.wait_for_row(10, "model-10:latest")


def another_order_keeps_what_is_chosen(box: Box) -> None:
    _, applet, table, _ = _with_a_place_in_the_list(box)
    _choose(applet, "Order of the models", "Sort by Size")
    table.wait_for_row(0, "model-29:latest")
    table.wait_for_row(29, "model-00:latest")
    table.wait_for_chosen(19)
    table.wait_for_row(19, "model-10:latest")
    xdotool("key", "--delay", "100", "ctrl+f", "Tab", "Tab", "Down")
    table.wait_for_chosen(20)


def a_search_keeps_what_is_chosen(box: Box) -> None:
    _, _, table, _ = _with_a_place_in_the_list(box)
    xdotool("type", "model-1")
    table.wait_for_count(10)
    table.wait_for_chosen(0)
    table.wait_for_row(0, "model-10:latest")
    xdotool("key", "Escape")
    table.wait_for_count(30)
    table.wait_for_chosen(10)


def models_tell_what_they_can_do(box: Box) -> None:
    server = _many(box)
    server.models[0]["capabilities"] = ["completion", "tools", "vision"]
    server.models[6]["capabilities"] = ["embedding"]
    _, applet = _open(box, server)
    _wait_for_text(applet, "tools · vision")
    _wait_for_text(applet, "loaded · embeddings")


def _open_sample_data(box: Box) -> Applet:
    panel = Panel(box)
    applet = panel.start("--demo", accessible=True)
    applet.item().wait_for("Title", lambda title: "models" in title)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    return applet


def _bars(applet: Applet) -> list[Widget]:
    return [widget for widget in applet.widgets(scrolled_away=True) if widget.role == "progress bar"]


def tokens_by_model_follow_the_window_of_time(box: Box) -> None:
    applet = _open_sample_data(box)
    _wait_for(applet, "Last 7 days").press()

    def tokens() -> list[tuple[str, str]]:
        return [(bar.name, bar.description) for bar in _bars(applet) if "output token" in bar.description]
    _wait_for(applet, "Tokens").press()
    models = ["qwen3-coder:30b", "gemma4:latest", "llama3.2:3b", "Other or unknown model"]
    wait_until(lambda: sorted(name for name, _ in tokens()) == sorted(models), "tokens of seven days by model")
    week = tokens()
    _wait_for_text(applet, "Tokens by model")
    _wait_for(applet, "Last 5 hours").press()
    wait_until(lambda: tokens() and tokens() != week, "those of another window of time")
    _wait_for(applet, "Last 30 days").press()
    # Which model was loaded is remembered for as long.
    wait_until(lambda: tokens() == week, "those of seven days")


def memory_bars_tell_their_numbers(box: Box) -> None:
    applet = _open_sample_data(box)
    rest = "4.8\u00a0GB not used by Ollama"
    bar = _wait_for(applet, "Share of the VRAM in use")
    assert bar.description == f"qwen3-coder:30b · 20.4\u00a0GB\nnomic-embed-text:latest · 0.6\u00a0GB\n{rest}", bar.description
    assert 0.8 < (bar.value or 0) < 0.83, bar.value
    # Those of the models are of the same memory, so that they add up to that of all.
    parts = [widget for widget in applet.widgets() if widget.name == "Share of the VRAM"]
    assert [part.description for part in parts] == ["20.4\u00a0GB of 25.8\u00a0GB", "0.6\u00a0GB of 25.8\u00a0GB"]
    assert abs(sum(part.value or 0 for part in parts) - (bar.value or 0)) < 0.01, [part.value for part in parts]

    def is_told() -> bool:
        # That of a bubble which is not there is not showing.
        return any(rest in widget.text for widget in applet.widgets() if widget.role == "label")
    assert not is_told()
    bar.focus()
    wait_until(is_told, "a bubble at the bar")
    xdotool("key", "Tab")
    wait_until(lambda: not is_told(), "no bubble")
    # As a person comes to it.
    xdotool("key", "shift+Tab")
    wait_until(is_told, "a bubble at the bar again")


def one_model_has_no_bar_of_its_own(box: Box) -> None:
    """It would be the same as that of all."""
    server = box.server(models=[make_model("one:1b")], running=[make_running("one:1b")])
    box.log().add_gpu()
    panel = Panel(box)
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "model" in title)
    panel.tell("details")

    def bars() -> int:
        return sum(widget.name == "Share of the VRAM" for widget in applet.widgets())
    _wait_for(applet, "Share of the VRAM in use")
    assert bars() == 0
    server.running = [make_running("one:1b"), make_running("two:1b")]
    wait_until(lambda: bars() == 2, "a bar for each of two models")


def _two_accounts(box: Box, **settings: object) -> tuple[FakeOllama, FakeOllama, Panel, Applet]:
    busy, idle = box.server(), box.server()
    busy.running = [make_running("one:latest")]
    idle.running, idle.models = [], [make_model("only:latest")]
    panel = Panel(box)
    box.write_settings(box.account(busy, id="busy"), box.account(idle, id="idle_box"), poll_interval_seconds=1, **settings)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: "models" in title or "1 model" in title)
    return busy, idle, panel, applet


def switcher_tells_each_state(box: Box) -> None:
    busy, idle, panel, applet = _two_accounts(box)
    panel.tell("details")
    xdotool("windowactivate", "--sync", applet.wait_for_window())
    _wait_for_text(applet, busy.base_url.removeprefix("http://"))
    _choose(applet, "Account", "idle_box · idle")
    _wait_for_text(applet, idle.base_url.removeprefix("http://"))
    _wait_for_text(applet, "No model is loaded.")
    idle.stop()
    _wait_for_text(applet, "No Answer Since")
    _choose(applet, "Account", "busy · a model is loaded")
    _wait_for_text(applet, busy.base_url.removeprefix("http://"))
    _wait_for(applet, "idle_box · no answer")


def switcher_has_room_for_twenty_accounts(box: Box) -> None:
    """All of it lies within the window, beyond which it would be cut, and the keyboard comes to what is scrolled away."""
    server = box.server(models=[make_model("one:1b")], running=[])
    panel = Panel(box)
    ids = [f"server number {number} of a very long row of servers" for number in range(20)]
    box.write_settings(*(box.account(server, id=each) for each in ids), poll_interval_seconds=1)
    applet = panel.start(accessible=True)
    applet.item().wait_for("Title", lambda title: title == "1 models")
    panel.tell("details")
    window = applet.wait_for_window()
    xdotool("windowactivate", "--sync", window)
    # Accounts of one server differ by their names alone.
    _wait_for_text(applet, ids[0] + " · ")
    _wait_for(applet, "Account").press()
    left, _, width, _ = frame_of(window)

    def last() -> Widget | None:
        # Twenty at once are a lot for the server, so that some may be without an answer yet.
        rows = {widget.name.split(" · ")[0]: widget for widget in applet.widgets() if widget.role == "radio button" and " · " in widget.name}
        for row in rows.values():
            place = row.node.get_component_iface().get_extents(0)
            assert left <= place.x and place.x + place.width <= left + width, (row.name, place.x, place.width, left, width)
        return rows.get(ids[-1])
    wait_until(lambda: any(widget.is_focused for widget in applet.widgets() if widget.name.startswith(ids[0] + " · ")),
               "the focus on the first row")
    pressed_at = 0.0

    def walk() -> bool:
        """The last one is before the first. Who hears late of the focus must not have passed it by then."""
        nonlocal pressed_at
        row = last()
        if row is not None and row.is_focused:
            return True
        if time.monotonic() > pressed_at + 5:
            xdotool("key", "shift+Tab")
            pressed_at = time.monotonic()
        return False
    wait_until(walk, "the focus on the last row")

    def is_seen() -> bool:
        _, top, _, height = frame_of(window)
        place = last().node.get_component_iface().get_extents(0)
        return top <= place.y and place.y + place.height <= top + height
    wait_until(is_seen, "the last row in the window", timeout=20)
    xdotool("key", "space")
    _wait_for_text(applet, ids[-1] + " · ")


def tray_shows_the_chosen_account(box: Box) -> None:
    busy, idle, _, applet = _two_accounts(box)
    item = applet.item()
    idle.stop()
    # Of all together the worst counts.
    item.wait_for("IconName", lambda name: "attention" in name)
    accounts = box.account(busy, id="busy"), box.account(idle, id="idle_box")
    box.write_settings(*accounts, poll_interval_seconds=1, tray_account="busy")
    item.wait_for("IconName", lambda name: "loaded" in name)
    box.write_settings(*accounts, poll_interval_seconds=1, tray_account="idle_box")
    item.wait_for("IconName", lambda name: "unreachable" in name)
    box.write_settings(*accounts, poll_interval_seconds=1, tray_account="gone")
    item.wait_for("IconName", lambda name: "attention" in name)
