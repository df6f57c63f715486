# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections of the details window that somebody has folded: they stay so, but hide nothing that matters."""

from __future__ import annotations

import time
from pathlib import Path

from fake_ollama import FakeOllama, make_model
from paddock import Box
from panel import Applet, Panel, Widget, wait_until

SECTIONS = ("Loaded", "Requests", "Models")


def _memory(box: Box) -> Path:
    return box.home / ".local/state/paddock/window.ini"


def _prepare(box: Box, **server_keys: object) -> tuple[Panel, FakeOllama]:
    server = box.server(models=[make_model("one:1b")], running=[], **server_keys)
    box.log().add(time.time() - 1)
    box.write_settings(box.account(server), poll_interval_seconds=1, notifications={"silent": True})
    return Panel(box), server


def _open(panel: Panel, *arguments: str) -> Applet:
    applet = panel.start(*arguments, accessible=True)
    applet.item().wait_for("Title", lambda title: "models" in title)
    panel.tell("details")
    applet.wait_for_window()
    return applet


def _reopen(panel: Panel, applet: Applet) -> None:
    panel.press_escape(applet, applet.wait_for_window())
    panel.tell("details")
    applet.wait_for_window()


def _find(applet: Applet, title: str) -> Widget | None:
    return next((widget for widget in applet.widgets(scrolled_away=True)
                 if widget.role == "toggle button" and widget.name.startswith(title)), None)


def _wait_for(applet: Applet, title: str, is_open: bool) -> Widget:
    """Waits until a section is open, or folded."""
    def look() -> Widget | None:
        section = _find(applet, title)
        return section if section is not None and section.is_checked == is_open else None
    return wait_until(look, f"{title}: {'open' if is_open else 'folded'}")


def _fold(applet: Applet, title: str) -> None:
    _wait_for(applet, title, is_open=True).press()
    _wait_for(applet, title, is_open=False)


def _wait_for_memory(box: Box, folded: str) -> None:
    wait_until(lambda: _memory(box).is_file() and f"\nfolded={folded}\n" in _memory(box).read_text(), f"a memory of {folded!r}")


def folded_stays_folded(box: Box) -> None:
    """In the next window, and after the next start; and nothing is written but for folding."""
    panel, server = _prepare(box)
    applet = _open(panel)
    for title in SECTIONS:
        _wait_for(applet, title, is_open=True)
    server.wait_for("/api/ps", count=2, since=server.mark())
    assert not _memory(box).exists()
    _fold(applet, "Models")
    _fold(applet, "Requests")
    _wait_for_memory(box, "requests;models;")
    assert _memory(box).stat().st_mode & 0o777 == 0o600
    written = _memory(box).stat().st_mtime_ns

    _reopen(panel, applet)
    _wait_for(applet, "Requests", is_open=False)
    _wait_for(applet, "Models", is_open=False)
    _wait_for(applet, "Loaded", is_open=True)
    applet.close()
    applet = _open(panel)
    _wait_for(applet, "Requests", is_open=False)
    _wait_for(applet, "Loaded", is_open=True)
    server.wait_for("/api/ps", count=2, since=server.mark())
    assert _memory(box).stat().st_mtime_ns == written
    _wait_for(applet, "Models", is_open=False).press()
    _wait_for_memory(box, "requests;")


def damaged_memory_folds_nothing(box: Box) -> None:
    panel, _ = _prepare(box)
    _memory(box).parent.mkdir(parents=True, exist_ok=True)
    _memory(box).write_bytes(b"[details\nfolded=models;\xff\n")
    applet = _open(panel)
    for title in SECTIONS:
        _wait_for(applet, title, is_open=True)
    _fold(applet, "Loaded")
    _wait_for_memory(box, "loaded;")


def memory_that_cannot_be_written_is_none(box: Box) -> None:
    """Then the process remembers it by itself."""
    panel, _ = _prepare(box)
    _memory(box).mkdir(parents=True)
    applet = _open(panel)
    _fold(applet, "Models")
    _reopen(panel, applet)
    _wait_for(applet, "Models", is_open=False)
    applet.close()
    applet = _open(panel)
    _wait_for(applet, "Models", is_open=True)


def sample_data_write_nothing(box: Box) -> None:
    """And whatever somebody has folded with data of their own is open in them."""
    _memory(box).parent.mkdir(parents=True)
    _memory(box).write_text("[details]\nfolded=loaded;\n")
    panel = Panel(box)
    applet = _open(panel, "--demo")
    _wait_for(applet, "Loaded", is_open=True)
    _fold(applet, "Models")
    _reopen(panel, applet)
    _wait_for(applet, "Models", is_open=False)
    applet.close()
    assert _memory(box).read_text() == "[details]\nfolded=loaded;\n"


def what_needs_attention_is_open(box: Box) -> None:
    """A limit that runs out, and what is wrong when no server answers. Both are folded again when that is over."""
    _memory(box).parent.mkdir(parents=True)
    _memory(box).write_text("[details]\nfolded=cloud;models;problems;\n")
    panel, server = _prepare(box, signed_in=True)
    resets_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
    server.balance = {"included": {"weekly": {"remaining_percent": 4, "resets_at": resets_at}}}
    (box.home / ".ollama/server.json").write_text("{")
    applet = _open(panel)
    _wait_for(applet, "Cloud", is_open=True)
    _wait_for(applet, "Models", is_open=False)
    _wait_for(applet, "Not Available", is_open=False)
    _wait_for(applet, "Cloud", is_open=True).press()
    _wait_for(applet, "Cloud", is_open=False)
    server.stop()
    _wait_for(applet, "Not Available", is_open=True)
    server.start()
    _wait_for(applet, "Not Available", is_open=False)
    assert _memory(box).read_text() == "[details]\nfolded=cloud;models;problems;\n"
