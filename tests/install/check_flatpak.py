#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the Flatpak's manifest by the rules that stores have, as far as they are known, and by our own.

    check_flatpak.py MANIFEST

Permissions are only those that are listed here, so that a new one is a decision. Sources are pinned.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

APP = "io.github.paddock.Paddock"
PERMISSIONS = {
    # A window, and the server, which may be on another machine.
    "--share=ipc", "--share=network", "--socket=fallback-x11", "--socket=wayland",
    # The tray, and keys.
    "--talk-name=org.kde.StatusNotifierWatcher", "--talk-name=org.freedesktop.secrets",
    # What Ollama writes, to be read alone.
    "--filesystem=~/.ollama:ro", "--filesystem=xdg-data/Ollama:ro", "--filesystem=xdg-config/Ollama:ro",
    "--filesystem=/run/log/journal:ro", "--filesystem=/var/log/journal:ro",
}


def check_source(module: str, source: dict[str, Any], path: Path) -> None:
    kind = source["type"]
    if kind == "archive":
        assert source["url"].startswith("https://"), f"{module}: not over https"
        assert re.fullmatch("[0-9a-f]{64}", source.get("sha256", "")), f"{module}: no sha256"
    elif kind == "git":
        assert source["url"].startswith("https://"), f"{module}: not over https"
        assert re.fullmatch("[0-9a-f]{40}", source.get("commit", "")), f"{module}: no commit"
        assert "branch" not in source, f"{module}: a branch moves"
    else:
        # What is here is the project itself.
        assert kind == "dir" and module == "paddock", f"{module}: a source of type {kind}"
        assert (path.parent / source["path"] / "meson.build").is_file(), "the path does not lead to the project"


def main() -> None:
    path = Path(sys.argv[1])
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert path.stem == manifest["id"] == APP, "the file is not named as the app"
    assert not {"id-platform", "separate-locales", "finish-args-allow"} & manifest.keys()
    assert manifest["runtime"] == "org.gnome.Platform" and manifest["sdk"] == "org.gnome.Sdk"
    assert manifest["runtime-version"].isdigit(), "a stable runtime has a number"
    assert manifest["command"] == "paddock"
    assert "build-options" not in manifest or "--share=network" not in manifest["build-options"].get("build-args", [])

    given = manifest["finish-args"]
    assert len(given) == len(set(given)), "a permission stands twice"
    assert set(given) == PERMISSIONS, set(given) ^ PERMISSIONS

    names = [module["name"] for module in manifest["modules"]]
    assert names[-1] == "paddock" and len(names) == len(set(names)), names
    for module in manifest["modules"]:
        assert module["sources"], module["name"]
        assert "--share=network" not in module.get("build-options", {}).get("build-args", []), module["name"]
        for source in module["sources"]:
            check_source(module["name"], source, path)


if __name__ == "__main__":
    main()
