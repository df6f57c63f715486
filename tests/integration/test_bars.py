# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/BARS.md: what is pasted from there works."""

from __future__ import annotations

import configparser
import json
import os
import re
import signal
import subprocess
import tomllib
from pathlib import Path

from paddock import Box, binary

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "BARS.md"


def _blocks(language: str) -> list[str]:
    """The blocks of code in a language, as they stand there."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"no block in {language}"
    return found


def _environment(box: Box) -> dict[str, str]:
    """One in which `paddock` shows sample data and `i3status` says one line."""
    folder = box.root / "bin"
    folder.mkdir(exist_ok=True)
    for name, script in {"paddock": f'exec "{binary()}" --demo "$@"', "i3status": "yes the rest"}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return box.environment | {"PATH": f"{folder}:/usr/bin:/bin", "XDG_RUNTIME_DIR": str(box.root)}


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


def _run(box: Box, script: str) -> list[str]:
    done = subprocess.run(["sh", "-e", "-c", script], env=_environment(box), capture_output=True, text=True, timeout=120)
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
    _line_with(box, "models", module["exec"])


def bars_i3status(box: Box) -> None:
    script = next(block for block in _blocks("sh") if "i3status" in block)
    line = _line_with(box, "models", script)
    assert line.endswith(" | the rest"), line


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
    _line_with(box, "models", command)


def bars_scripts(box: Box) -> None:
    script = next(block for block in _blocks("sh") if "metrics.requests_today" in block)
    lines = _run(box, script)
    assert lines[0] == "ok" and len(lines) >= 4, lines
    assert any(line.isdigit() for line in lines), lines
    assert any(re.fullmatch(r"usage_\w+ [\d.]+", line) for line in lines), lines
