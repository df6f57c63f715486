# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/BARS.md: what is pasted from there works."""

from __future__ import annotations

import configparser
import json
import os
import re
import signal
import subprocess
import threading
import time
import tomllib
from pathlib import Path
from xml.etree import ElementTree

from fake_ollama import make_running
from paddock import Box, binary

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "BARS.md"


def _blocks(language: str) -> list[str]:
    """The blocks of code in a language, as they stand there."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"no block in {language}"
    return found


def _environment(box: Box, option: str = "--demo") -> dict[str, str]:
    """One in which `paddock` shows sample data and `i3status` says one line, again and again."""
    folder, temporary = box.root / "bin", box.root / "tmp"
    folder.mkdir(exist_ok=True)
    temporary.mkdir(exist_ok=True)
    for name, script in {"paddock": f'exec "{binary()}" {option} "$@"', "i3status": "exec yes the rest"}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return box.environment | {"PATH": f"{folder}:/usr/bin:/bin", "XDG_RUNTIME_DIR": str(box.root), "TMPDIR": str(temporary)}


def _line_with(box: Box, wanted: str, command: str) -> str:
    """The first line with `wanted` of what a command prints that goes on for ever."""
    process = subprocess.Popen(["sh", "-c", command], env=_environment(box), stdout=subprocess.PIPE, text=True,
                               start_new_session=True)
    assert process.stdout
    lines: list[str] = []
    try:
        while not lines or wanted not in lines[-1]:
            line = process.stdout.readline()
            assert line, f"no {wanted!r} in {lines}"
            lines.append(line.rstrip("\n"))
        return lines[-1]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.stdout.close()
        process.wait(60)


def _run(box: Box, script: str, option: str = "--demo") -> list[str]:
    done = subprocess.run(["sh", "-e", "-c", script], env=_environment(box, option), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and not done.stderr, done
    return done.stdout.splitlines()


def bars_waybar(box: Box) -> None:
    (block,) = _blocks("json")
    module = json.loads(block)["custom/ollama"]
    line = json.loads(_line_with(box, '"percentage"', module["exec"]))
    assert line["alt"] == line["class"] == "loaded", line
    assert line["class"] in module["format-icons"] and set(line) >= {"text", "tooltip", "percentage"}, line
    assert 0 < line["percentage"] <= 100 and isinstance(line["percentage"], int), line


def bars_polybar(box: Box) -> None:
    (block,) = _blocks("ini")
    parser = configparser.ConfigParser()
    parser.read_string(block)
    module = parser["module/ollama"]
    assert module.getboolean("tail")
    assert re.fullmatch(r"\d+ req, [\d.]+\u00a0GB", _line_with(box, "GB", module["exec"]))


def bars_i3status(box: Box) -> None:
    script = next(block for block in _blocks("sh") if "i3status" in block)
    line = _line_with(box, "models", script)
    assert line.endswith(" | the rest"), line


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def bars_i3status_leaves_nothing(box: Box) -> None:
    """Neither when the bar ends all of it, as i3bar and swaybar do, nor when the bar itself is gone, does anything go on."""
    script = next(block for block in _blocks("sh") if "i3status" in block)
    for is_told in (True, False):
        process = subprocess.Popen(["sh", "-c", script], env=_environment(box), stdout=subprocess.PIPE, text=True,
                                   start_new_session=True)
        assert process.stdout
        while "models" not in process.stdout.readline():
            pass
        assert list((box.root / "tmp").iterdir()), "no file"
        if is_told:
            os.killpg(process.pid, signal.SIGTERM)
        process.stdout.close()
        process.wait(60)
        deadline, pause = time.monotonic() + 60, threading.Event()
        while _is_there(process.pid) and time.monotonic() < deadline:
            pause.wait(0.05)
        assert not _is_there(process.pid), "something goes on"
        assert not list((box.root / "tmp").iterdir()), "a file is left"


def bars_special_characters(box: Box) -> None:
    """Where a bar reads markup, what comes from a server is text."""
    server = box.server(models=[], running=[make_running("<b>&'|:100:")])
    box.write_settings(box.account(server))
    script = next(block for block in _blocks("sh") if "Show details" in block)
    line = next(line for line in _run(box, script, option="") if "GB of VRAM" in line)
    assert ElementTree.fromstring(f"<markup>{line}</markup>").text == "<b>&' :100: · 3.5 GB of VRAM", line
    (text,) = _blocks("toml")
    _, _, command = tomllib.loads(text)["block"][0]["command"].partition("|")
    ((line,)) = _run(box, f"""printf '{{"accounts": [{{"message": "<b>&", "status": "ok"}}]}}' | {command}""")
    assert json.loads(line) == {"text": "&lt;b&gt;&amp;", "state": "Idle"}, line


def bars_i3status_rust(box: Box) -> None:
    (text,) = _blocks("toml")
    (block,) = tomllib.loads(text)["block"]
    line = json.loads(_line_with(box, "models", block["command"]))
    assert "models" in line["text"] and line["state"] in ("Idle", "Warning"), line


def bars_argos(box: Box) -> None:
    script = next(block for block in _blocks("sh") if "Show details" in block)
    lines = _run(box, script)
    assert "models" in lines[0] and lines[1] == "---", lines
    assert any("GB of VRAM" in line for line in lines[2:]), lines
    assert lines[-1] == "Show details | bash='paddock details' terminal=false", lines


def bars_tmux(box: Box) -> None:
    (block,) = _blocks("tmux")
    (command,) = re.findall(r"#\((.*)\)", block)
    assert re.fullmatch(r"\d+ req, [\d.]+\u00a0GB", _line_with(box, "GB", command))


def bars_scripts(box: Box) -> None:
    script = next(block for block in _blocks("sh") if "metrics.requests_today" in block)
    lines = _run(box, script)
    assert lines[0] == "ok" and len(lines) >= 4, lines
    assert any(line.isdigit() for line in lines), lines
    assert any(re.fullmatch(r"usage_\w+ [\d.]+", line) for line in lines), lines
