#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the icons as a panel shows them.

    check.py FOLDER NAME...     the checks of these names, of the icons in FOLDER (laid out as hicolor is)
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import gi

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf  # noqa: E402

STATES = ("idle", "loaded", "unreachable", "attention")
SHAPES = {"path", "rect", "circle"}
# GTK fills the shapes with its own colour: https://gitlab.gnome.org/GNOME/gtk/-/blob/gtk-3-24/gtk/gtkicontheme.c
# Plasma replaces the element with this id by the colours of its panel, which shapes of that class have:
# https://invent.kde.org/frameworks/kiconthemes/-/blob/master/src/kiconloader.cpp
STYLE = ("style", {"type": "text/css", "id": "current-color-scheme"}, ".ColorScheme-Text { color: #2e3436; }")
RECOLOURED = {"class": "ColorScheme-Text", "fill": "currentColor"}
# A light panel and a dark one, between which plain icons have to be seen on both.
PANELS = ("#ffffff", "#2d2d2d")
# WCAG 2.1, 1.4.11: what is needed to understand a picture.
CONTRAST = 3.0


def _icon(folder: Path, state: str, kind: str) -> Path:
    place, suffix = ("symbolic", "-symbolic") if kind == "symbolic" else ("scalable", "")
    return folder / place / "apps" / f"io.github.paddock.Paddock-{state}{suffix}.svg"


def _coverage(path: Path, size: int = 16) -> list[float]:
    """How much of each pixel is drawn, from 0 to 1."""
    pixbuf = GdkPixbuf.Pixbuf.new_from_file_at_size(str(path), size, size)
    assert (pixbuf.get_width(), pixbuf.get_height(), pixbuf.get_n_channels()) == (size, size, 4), path
    pixels, stride = pixbuf.get_pixels(), pixbuf.get_rowstride()
    return [pixels[row * stride + column * 4 + 3] / 255 for row in range(size) for column in range(size)]


def _name(node: ET.Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _drawn_colours(svg: str) -> set[tuple[int, ...]]:
    """The colours of what is drawn whole."""
    loader = GdkPixbuf.PixbufLoader.new_with_type("svg")
    loader.write(svg.encode())
    loader.close()
    pixels = loader.get_pixbuf().get_pixels()
    return {tuple(pixels[at:at + 3]) for at in range(0, len(pixels), 4) if pixels[at + 3] == 255}


def _luminance(colour: str) -> float:
    parts = [int(colour[index:index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def check_shapes(folder: Path) -> None:
    """Each state is told by its shape: a quarter of what is drawn is elsewhere than in any other state."""
    drawn = {state: _coverage(_icon(folder, state, "symbolic")) for state in STATES}
    for one, other in itertools.combinations(STATES, 2):
        differing = sum(abs(a - b) for a, b in zip(drawn[one], drawn[other]))
        smaller = min(sum(drawn[one]), sum(drawn[other]))
        assert differing >= smaller / 4, f"{one} and {other} look alike: {differing:.0f} of {smaller:.0f} pixels differ"
    for state in STATES:
        plain = _coverage(_icon(folder, state, "plain"))
        assert max(abs(a - b) for a, b in zip(plain, drawn[state])) < 0.05, f"{state}: the plain icon has another shape"


def check_grid(folder: Path) -> None:
    """Straight lines fill whole pixels: at 16 pixels more is drawn whole than in part."""
    for state in STATES:
        coverage = _coverage(_icon(folder, state, "symbolic"))
        whole = sum(value > 0.9 for value in coverage)
        partly = sum(0.1 < value <= 0.9 for value in coverage)
        assert whole > partly, f"{state}: {whole} pixels are drawn whole, {partly} in part"


def check_symbolic(folder: Path) -> None:
    """A host can recolour them: shapes that are filled with the one colour, and nothing else."""
    for state in (*STATES, None):
        path = _icon(folder, state, "symbolic") if state else folder / "symbolic/apps/io.github.paddock.Paddock-symbolic.svg"
        root = ET.parse(path).getroot()
        assert root.get("viewBox") == "0 0 16 16", path
        style, *shapes = root
        assert (_name(style), style.attrib, style.text) == STYLE, path
        for node in shapes:
            assert _name(node) in SHAPES, f"{path}: {node.tag}"
            assert RECOLOURED.items() <= node.attrib.items(), f"{path}: {node.attrib}"
            assert not {"stroke", "style", "opacity"} & set(node.attrib), f"{path}: {node.attrib}"
        drawn = _drawn_colours(path.read_text().replace("#2e3436", "#fcfcfc"))
        assert drawn == {(0xFC, 0xFC, 0xFC)}, f"{path}: recoloured it is drawn in {drawn}"


def check_contrast(folder: Path) -> None:
    """Where nobody recolours them, they are seen on a light panel and on a dark one."""
    for state in STATES:
        text = _icon(folder, state, "plain").read_text()
        colours = set(re.findall(r"#[0-9a-f]{6}\b", text))
        assert colours, state
        for colour, panel in itertools.product(colours, PANELS):
            contrast = _contrast(colour, panel)
            assert contrast >= CONTRAST, f"{state}: {colour} on {panel} has a contrast of {contrast:.2f}"


def check_cache(folder: Path) -> None:
    """One that is installed beside a cache is found, and there is none where there was none."""
    with tempfile.TemporaryDirectory() as place:
        installed, script = Path(place) / "hicolor", folder.parent / "refresh-cache"
        shutil.copytree(folder / "scalable", installed / "scalable")
        subprocess.run([script, place], check=True)
        cache = installed / "icon-theme.cache"
        assert not cache.exists()
        # Of no icons, and believed.
        cache.write_bytes(b"\0\1\0\0" + bytes(8))
        os.utime(cache, ns=(15 * 10**17, 15 * 10**17))
        os.utime(installed, ns=(10**18, 10**18))
        subprocess.run([script, place], check=True)
        is_believed = cache.stat().st_mtime_ns >= installed.stat().st_mtime_ns
        assert not is_believed or b"io.github.paddock.Paddock-idle" in cache.read_bytes()


CHECKS: dict[str, Callable[[Path], None]] = {
    "shapes": check_shapes,
    "grid": check_grid,
    "symbolic": check_symbolic,
    "contrast": check_contrast,
    "cache": check_cache,
}

for check in sys.argv[2:] or CHECKS:
    CHECKS[check](Path(sys.argv[1]))
