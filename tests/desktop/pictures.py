# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of the documents: runs inside of tests/desktop/desktop, started by build-aux/pictures.

    pictures.py FOLDER SCENE...

Each scene is a function of this file; what it takes is FOLDER/NAME.png, with few colours and so small.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cloud_scenes import CLOUD_SCENES
from panel import DEADLINE, Applet, Box, Panel, frame_of, wait_until, xdotool

from fake_ollama import make_model, make_running
from paddock import preloaded

FOLDER = Path(sys.argv[1]).resolve()
PANEL_HEIGHT = 32
# Where the item is in Plasma's own panel, on a screen of 1280 by 800.
PLASMA_ITEM = ("1100", "770")


def _save(picture: Path, name: str, crop: str | None = None) -> None:
    """Keeps a part of a picture, without its empty edges if no part is named."""
    how = ["-crop", crop, "+repage"] if crop else ["-trim", "+repage"]
    subprocess.run(["/usr/bin/convert", str(picture), *how, "-strip", "-dither", "none", "-colors", "200",
                    "-define", "png:compression-level=9", f"PNG8:{FOLDER / name}.png"], check=True, timeout=DEADLINE)
    print(f"{name}.png", flush=True)


def _settled(panel: Panel, applet: Applet, window: str) -> tuple[int, int, int, int]:
    """The frame of a window that does not change its size any more, with nothing under the pointer."""
    xdotool("mousemove", "2", "700")
    seen: list[tuple[int, int, int, int]] = []

    def is_settled() -> bool:
        seen.append(frame_of(window))
        return len(seen) > 12 and len(set(seen[-12:])) == 1
    wait_until(is_settled, "a window that stays as it is")
    return seen[-1]


def _details(panel: Panel, applet: Applet, name: str) -> None:
    applet.item().wait_for("Title", lambda title: title)
    panel.tell("details")
    x, y, width, height = _settled(panel, applet, applet.wait_for_window())
    _save(panel.picture(name), name, f"{width}x{height}+{x}+{y}")


def _demo(name: str, **environment: str) -> Callable[[Box], None]:
    def scene(box: Box) -> None:
        panel = Panel(box)
        box.environment |= environment
        applet = panel.start("--demo")
        applet.item().wait_for("Title", lambda title: "7" in title)
        _details(panel, applet, name)
    return scene


def _tokens(box: Box) -> None:
    """The tokens of a week, by day and by model, and what the graphics memory is used for."""
    panel = Panel(box)
    applet = panel.start("--demo", accessible=True)
    applet.item().wait_for("Title", lambda title: "7" in title)
    panel.tell("details")
    window = applet.wait_for_window()
    xdotool("windowactivate", "--sync", window)
    for button in ("Last 7 days", "Tokens"):
        applet.wait_for_widget(button).press()
    bar = applet.wait_for_widget("Share of the VRAM in use")
    xdotool("key", "Tab")  # a key shows where the focus is
    bar.focus()
    wait_until(lambda: bar.is_focused, "the focus on the bar")
    x, y, width, height = _settled(panel, applet, window)
    _save(panel.picture("tokens"), "details-tokens", f"{width}x{min(height, 1000)}+{x}+{y}")


def _nothing(name: str, **environment: str) -> Callable[[Box], None]:
    """Neither a server nor a log: the first thing that many see."""
    def scene(box: Box) -> None:
        panel = Panel(box)
        box.environment |= environment
        _details(panel, panel.start(), name)
    return scene


def _first_run(name: str, **environment: str) -> Callable[[Box], None]:
    """A server that is new: no model, nobody signed in, and a journal that may not be read."""
    def scene(box: Box) -> None:
        panel = Panel(box)
        server = box.server(models=[], running=[])
        box.environment |= environment | preloaded() | {"PADDOCK_TEST_JOURNAL": "denied"}
        account = box.account(server)
        del account["journal_unit"]
        box.write_settings(account, poll_interval_seconds=1)
        applet = panel.start()
        server.wait_for("/api/me")
        server.wait_for("/api/ps", count=3)
        _details(panel, applet, name)
    return scene


def _broken(box: Box) -> None:
    """A server that went away, a log that cannot be read, a key that is refused."""
    panel = Panel(box)
    server = box.server(models=[make_model("llama3.2:3b")], running=[make_running("llama3.2:3b")])
    box.logs.mkdir(parents=True)
    (box.logs / "server.log").mkdir()
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start()
    applet.item().wait_for("Title", lambda title: "model" in title)
    server.stop()
    applet.item().wait_for("IconName", lambda name: "unreachable" in name)
    _details(panel, applet, "details-server-gone")


def _busy(box: Box) -> None:
    """Many models, and names that are longer than there is room."""
    panel = Panel(box)
    models = [make_model(f"family-{number}:{2 * number + 1}b") for number in range(40)]
    models += [make_model("hf.co/somebody/a-model-with-a-name-that-does-not-end-GGUF:Q4_K_M")]
    server = box.server(models=models, running=[make_running(model["name"]) for model in models[:3]])
    log = box.log()
    for number in range(300):
        log.add(time.time() - number * 900, status=500 if number % 40 == 3 else 200)
    box.write_settings(box.account(server), poll_interval_seconds=1)
    applet = panel.start()
    applet.item().wait_for("Title", lambda title: "41 models" in title)
    _details(panel, applet, "details-many-models")


def _preferences(box: Box) -> None:
    panel = Panel(box)
    server = box.server(models=[make_model("llama3.2:3b"), make_model("qwen3:8b")])
    box.write_settings(box.account(server, id="home"), box.account("http://127.0.0.1:9", id="big-box"))
    applet = panel.start(accessible=True)
    item = applet.item()
    item.wait_for("Title", lambda title: "models" in title)
    item.menu.click("Preferences")
    window = applet.wait_for_window()
    for page in ("General", "Accounts", "Notifications"):
        applet.wait_for_widget(page).press()
        x, y, width, height = _settled(panel, applet, window)
        _save(panel.picture("page"), f"preferences-{page.lower()}", f"{width}x{height}+{x}+{y}")


def _help(suffix: str, **environment: str) -> Callable[[Box], None]:
    """The windows that tell of the program itself, with header bars as in GNOME."""
    def scene(box: Box) -> None:
        panel = Panel(box)
        box.environment |= environment
        settings = box.config / "gtk-3.0/settings.ini"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("[Settings]\ngtk-dialogs-use-header=true\n")
        applet = panel.start("--demo")
        applet.item().wait_for("Title", lambda title: "7" in title)
        for action in ("shortcuts", "about"):
            panel.activate(action)
            window = applet.wait_for_window()
            x, y, width, height = _settled(panel, applet, window)
            _save(panel.picture(action), f"{action}{suffix}", f"{width}x{height}+{x}+{y}")
            panel.press_escape(applet, window)
    return scene


def _in_panel(box: Box) -> None:
    """Icon and label as this host shows them; and the menu, where a click can be sent."""
    panel = Panel(box)
    applet = panel.start("--demo")
    item = applet.item()
    panel.wait_until_registered(item)
    item.wait_for("Title", lambda title: "7" in title)
    bare = panel.picture("before")

    def is_drawn() -> bool:
        return panel.colours(panel.picture("panel"), 0, 0, 1280, PANEL_HEIGHT) > 8
    wait_until(is_drawn, "an icon in the panel")
    del bare
    _save(panel.picture("panel"), f"panel-{panel.host}", f"780x{PANEL_HEIGHT}+500+0")
    if panel.host == "indicator":
        _menu(panel)


def _menu(panel: Panel) -> None:
    for x in range(1180, 600, -20):
        xdotool("mousemove", str(x), "15", "click", "1")
        time.sleep(0.3)
        picture = panel.picture("menu")
        if panel.colours(picture, x - 40, PANEL_HEIGHT + 20, 60, 60) > 3:
            _save(picture, "tray-menu", "560x420+720+0")
            return
        xdotool("key", "Escape")
    raise AssertionError("no menu came up")


def _in_plasma(box: Box) -> None:
    """What Plasma shows on hover, and the menu."""
    panel = Panel(box)
    _use_theme_of_plasma(box)
    applet = panel.start("--demo")
    item = applet.item()
    panel.wait_until_registered(item)
    item.wait_for("Title", lambda title: "7" in title)
    for step in range(3):
        xdotool("mousemove", "600", "300")
        time.sleep(2)
        xdotool("mousemove", PLASMA_ITEM[0], str(int(PLASMA_ITEM[1]) - 2 * step))
    time.sleep(2)
    _save(panel.picture("tooltip"), "panel-plasma", "640x200+640+600")
    xdotool("click", "3")
    time.sleep(2)
    _save(panel.picture("menu"), "tray-menu-plasma", "420x380+860+420")


def _use_theme_of_plasma(box: Box) -> None:
    """Plasma writes down for GTK what its own windows look like."""
    settings = box.home / ".config" / "gtk-3.0"
    if "XDG_CONFIG_HOME" in os.environ and not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.symlink_to(Path(os.environ["XDG_CONFIG_HOME"]) / "gtk-3.0")


def _beside(program: str, *arguments: str) -> Callable[[Box], None]:
    """Another monitor and ours, on one screen, if that is installed."""
    def scene(box: Box) -> None:
        panel = Panel(box)
        if panel.host == "plasma":
            _use_theme_of_plasma(box)
        if shutil.which(program) is None:
            print(f"{program} is not installed")
            return
        # Plasma's charts are not drawn without shaders.
        environment = {name: value for name, value in os.environ.items() if name != "QT_QUICK_BACKEND"}
        other = subprocess.Popen([program, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        box.cleanup.callback(other.wait)
        box.cleanup.callback(other.kill)
        window = wait_until(lambda: xdotool("search", "--onlyvisible", "--pid", str(other.pid)).split(), program)[-1]
        xdotool("windowsize", window, "780", "620", "windowmove", window, "20", "60")
        time.sleep(20)  # its charts begin with its start
        applet = panel.start("--demo")
        applet.item().wait_for("Title", lambda title: "7" in title)
        xdotool("mousemove", "1240", "16" if panel.host != "plasma" else PLASMA_ITEM[1])  # where the window comes up
        panel.tell("details")
        _settled(panel, applet, applet.wait_for_window())
        _save(panel.picture("beside"), f"beside-{program}")
    return scene


def _cloud(name: str) -> Callable[[Box], None]:
    def scene(box: Box) -> None:
        panel, applet = CLOUD_SCENES[name](box)
        _details(panel, applet, f"cloud-{name}")
    return scene


ARABIC = {"LC_ALL": "ar_EG.UTF-8", "LOCPATH": os.environ.get("LOCPATH", "")}
GERMAN = {"LC_ALL": "de_DE.UTF-8", "LOCPATH": os.environ.get("LOCPATH", "")}

SCENES = {
    "light": _demo("details-light"),
    "dark": _demo("details-dark", GTK_THEME="Adwaita:dark"),
    "contrast": _demo("details-high-contrast", GTK_THEME="HighContrast"),
    "arabic": _demo("details-arabic", **ARABIC),
    "double": _demo("details-double-size", GDK_DPI_SCALE="2"),
    "tokens": _tokens,
    "nothing": _nothing("details-nothing-found"),
    "nothing-dark": _nothing("details-nothing-found-dark", GTK_THEME="Adwaita:dark"),
    "nothing-arabic": _nothing("details-nothing-found-arabic", **ARABIC),
    "first-run": _first_run("first-run"),
    "first-run-dark": _first_run("first-run-dark", GTK_THEME="Adwaita:dark"),
    "first-run-arabic": _first_run("first-run-arabic", **ARABIC),
    "first-run-german-double": _first_run("first-run-german-double", GDK_DPI_SCALE="2", **GERMAN),
    "broken": _broken,
    "busy": _busy,
    "panel": _in_panel,
    "preferences": _preferences,
    "help": _help(""),
    "help-arabic-dark": _help("-arabic-dark", GTK_THEME="Adwaita:dark", **ARABIC),
    "beside-usage": _beside("gnome-usage"),
    "beside-system-monitor": _beside("gnome-system-monitor", "-r"),
    "beside-plasma-system-monitor": _beside("plasma-systemmonitor", "--page-name", "History"),
    "plasma": _in_plasma,
    **{f"cloud-{name}": _cloud(name) for name in CLOUD_SCENES},
}

for scene_name in sys.argv[2:]:
    with Box() as scratch:
        SCENES[scene_name](scratch)
