# SPDX-License-Identifier: GPL-3.0-or-later
"""The item in the tray: what it says, and what it does when it is clicked."""

from __future__ import annotations

import subprocess
import time

from fake_ollama import FakeOllama, make_model, make_running
from gi.repository import Gio, GLib
from paddock import Box
from panel import ITEM, Applet, Item, Panel, pasted, title_of, wait_until

NOWHERE = GLib.Variant("(ii)", (0, 0))


def _start(box: Box, **details: object) -> tuple[Panel, FakeOllama, Applet, Item]:
    """An applet in the panel that has been told all there is to know."""
    panel = Panel(box)
    server = box.server(**details)
    box.log().add(time.time() - 1)
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start()
    item = applet.item()
    panel.wait_until_registered(item)
    item.wait_for("Title", lambda title: "models" in title and "req 5h" in title)
    return panel, server, applet, item


def label_and_title_hold_the_message(box: Box) -> None:
    _, server, _, item = _start(box)
    message = box.status()["message"]
    assert message in item.wait_for("Title", lambda title: "models" in title)
    assert message in item.wait_for("XAyatanaLabel", lambda label: "models" in label)
    assert item.get("XAyatanaLabelGuide"), "without a guide the panel jiggles"
    assert item.get("Status") == "Active"
    server.models = [make_model("one:latest"), make_model("two:latest")]
    item.wait_for("Title", lambda title: "2 models" in title)
    item.wait_for("XAyatanaLabel", lambda label: "2 models" in label)


def label_can_be_turned_off(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=1, label="none")
    item = panel.start().item()
    item.wait_for("Title", lambda title: "models" in title)
    assert item.get("XAyatanaLabel") == ""
    box.write_settings(box.account(server), poll_interval_seconds=1, label="status")
    item.wait_for("XAyatanaLabel", lambda label: "models" in label)


def icon_tells_states_apart(box: Box) -> None:
    _, server, _, item = _start(box)
    running = item.get("IconName")
    assert running
    item.wait_for("IconAccessibleDesc", lambda text: text == "Ollama has a model loaded")
    server.stop()
    stopped = item.wait_for("IconName", lambda name: name != running)
    item.wait_for("IconAccessibleDesc", lambda text: text == "Ollama does not answer")
    server.start()
    item.wait_for("IconName", lambda name: name == running)
    assert running != stopped


def icon_tells_all_four_states(box: Box) -> None:
    """Nothing loaded, a model loaded, no server, and settings that are broken: four icons, four sentences."""
    panel = Panel(box)
    server = box.server(running=[])
    box.write_settings(box.account(server), poll_interval_seconds=1)
    item = panel.start().item()
    panel.wait_until_registered(item)
    seen = {}

    def look(sentence: str) -> None:
        item.wait_for("IconAccessibleDesc", lambda text: sentence in text)
        seen[sentence] = item.get("IconName")

    look("idle")
    server.running = [make_running("first:latest")]
    look("a model loaded")
    server.stop()
    look("does not answer")
    server.start()
    look("a model loaded")
    settings = box.settings_path.read_text()
    box.write_settings_text("{")
    look("needs your attention")
    box.write_settings_text(settings)
    look("a model loaded")
    assert len(set(seen.values())) == len(seen) == 4, seen


def menu_is_complete(box: Box) -> None:
    loaded = [make_running("first:latest", size=4_000_000_000), make_running("second_model:7b", size=2_000_000_000)]
    _, _, _, item = _start(box, running=loaded)
    message = box.status()["message"]
    labels = item.wait_for_menu(lambda labels: any(message in label for label in labels))
    for wanted in ("VRAM", "first:latest", "second_model:7b", "Show Details", "Refresh", "Copy Status", "Quit"):
        assert any(wanted in label for label in labels), f"{wanted!r} is not in {labels}"


def menu_follows(box: Box) -> None:
    _, server, _, item = _start(box, running=[make_running("first:latest")])
    item.wait_for_menu(lambda labels: any("first:latest" in label for label in labels))
    server.running = [make_running("other:latest")]
    item.wait_for_menu(lambda labels: any("other:latest" in label for label in labels)
                       and not any("first:latest" in label for label in labels))
    server.running = [make_running("other:latest"), make_running("one-more:latest")]
    item.wait_for_menu(lambda labels: any("one-more:latest" in label for label in labels))
    server.running = []
    item.wait_for_menu(lambda labels: any("No model" in label for label in labels)
                       and not any("latest" in label for label in labels))


def names_in_the_menu_are_text(box: Box) -> None:
    _, _, _, item = _start(box, running=[make_running("<b>a_b</b>&c:latest"), make_running("x" * 5000)])
    labels = item.wait_for_menu(lambda labels: any("<b>a_b</b>&c" in label for label in labels))
    assert all(len(label) < 500 for label in labels)


def tooltip_says_what_the_menu_says(box: Box) -> None:
    panel, server, _, item = _start(box, running=[make_running("<b>a</b>&co:latest")])
    told: list[str] = []
    panel.bus.signal_subscribe(item.owner, ITEM, "NewToolTip", item.path, None, Gio.DBusSignalFlags.NONE,
                               lambda *arguments: told.append(arguments[4]))
    icon, pixels, title, description = item.wait_for("ToolTip", lambda tooltip: "co:latest" in tooltip[3])
    assert (icon, pixels) == ("", [])
    assert box.status()["message"] in title
    assert "VRAM" in description.splitlines()[0]
    assert not set("<>&") & set(title + description), "a panel that takes it for markup shows the same"

    # Panels ask for all at once, and what the library knows has to be there as well.
    answer = item.call(item.path, "org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (ITEM,))).unpack()[0]
    assert answer["ToolTip"] == item.get("ToolTip")
    for name in ("Id", "Category", "Status", "IconName", "IconThemePath", "Menu", "Title"):
        assert answer[name] == item.get(name), name

    context = GLib.MainContext.default()
    while context.iteration(False):
        pass
    told.clear()
    server.running = [make_running("other:latest")]
    wait_until(lambda: context.iteration(False) or told, "the word that the tooltip is another one")
    assert "other:latest" in item.get("ToolTip")[3]


def show_details_opens_the_window(box: Box) -> None:
    _, _, applet, item = _start(box)
    assert applet.windows() == [], "it starts in the tray alone"
    item.menu.click("Show Details")
    window = applet.wait_for_window()
    assert title_of(window), "a window has a name"


def middle_click_opens_the_window(box: Box) -> None:
    _, _, applet, item = _start(box)
    item.send("XAyatanaSecondaryActivate", GLib.Variant("(u)", (0,)))
    applet.wait_for_window()


def secondary_activate_opens_the_window(box: Box) -> None:
    _, _, applet, item = _start(box)
    item.send("SecondaryActivate", NOWHERE)
    applet.wait_for_window()


def activate_opens_the_window(box: Box) -> None:
    _, _, applet, item = _start(box)
    item.send("Activate", NOWHERE)
    applet.wait_for_window()


def refresh_asks_at_once(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=3600)
    item = panel.start().item()
    item.wait_for("Title", lambda title: "models" in title)
    since = server.mark()
    item.menu.click("Refresh")
    server.wait_for("/api/tags", since=since)


def copy_status_fills_the_clipboard(box: Box) -> None:
    _, _, _, item = _start(box)
    message = box.status()["message"]
    item.menu.click("Copy Status")
    wait_until(lambda: message in pasted(), "the message in the clipboard")


def quit_quits(box: Box) -> None:
    _, _, applet, item = _start(box)
    item.menu.click("Quit")
    assert applet.wait() == 0


def session_end_quits(box: Box) -> None:
    _, _, applet, _ = _start(box)
    applet.process.terminate()
    assert applet.wait() == 0, "it ends in an orderly way"


def server_comes_later(box: Box) -> None:
    panel = Panel(box)
    server = box.server()
    server.stop()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    item = panel.start().item()
    before = item.wait_for("Title", lambda title: title)
    assert "models" not in before
    server.start()
    item.wait_for("Title", lambda title: "models" in title)


def demo_needs_no_server(box: Box) -> None:
    item = Panel(box).start("--demo").item()
    item.wait_for("Title", lambda title: "models" in title)
    item.wait_for_menu(lambda labels: any("Show Details" in label for label in labels))


def item_is_seen(box: Box) -> None:
    """Something is drawn where nothing was: in a plain panel, the item's icon."""
    panel = Panel(box)
    server = box.server()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    before = panel.picture("before")
    item = panel.start().item()
    panel.wait_until_registered(item)
    item.wait_for("Title", lambda title: "models" in title)

    # The tray stands left of the clock, which is wider in XFCE's panel.
    part = "240x30+1000+0" if panel.host == "waybar" else "210x30+1000+0"

    def is_drawn() -> bool:
        done = subprocess.run(["compare", "-metric", "AE", "-fuzz", "10%", "-extract", part, str(before),
                               str(panel.picture("after")), "null:"], capture_output=True, text=True, timeout=60)
        return int(float(done.stderr.split()[0])) > 30
    wait_until(is_drawn, "the icon in the panel")
