#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes marks off a copy of the texts, one after another, and sees that check.py finds each of them.

    test_check.py SOURCE-FOLDER
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import check

# A file, what stands in it, what is put in its place, and the check that must find it.
BROKEN = [
    ("src/present/pdk-main-problem.c", '_ ("The Server Does Not Answer")', '"The Server Does Not Answer"', "marks"),
    ("src/present/pdk-cloud-rows.c", '_ ("used up")', '"used up"', "marks"),
    ("src/present/pdk-label.c", '_ ("%s req")', '"%s req"', "marks"),
    ("src/present/pdk-format.c", '_ ("%d\\302\\240s left")', '"%d\\302\\240s left"', "marks"),
    ("src/ui/pdk-tray.c", '_ ("Quit")', '"Quit"', "marks"),
    ("src/ui/pdk-loaded-row.ui", ' translatable="yes">Unload<', '>Unload<', "marks"),
    ("data/io.github.paddock.Paddock.desktop.in", "Comment=", "X-Comment=", "data"),
    ("data/io.github.paddock.Paddock.desktop.in", "Name=Show Details", "Name=Show All", "complete"),
    ("data/io.github.paddock.Paddock.metainfo.xml.in", "<caption>", '<caption translate="no">', "data"),
    ("data/io.github.paddock.Paddock.metainfo.xml.in", "loaded, how much", "loaded, and how much", "complete"),
    ("po/POTFILES.in", "src/ui/pdk-tray.c\n", "", "potfiles"),
    ("po/de.po", 'msgstr "Beenden"', 'msgstr ""', "catalogues"),
    ("po/de.po", 'msgstr "%s verbraucht"', 'msgstr "%d verbraucht"', "catalogues"),
]
# Of all the marks in the source, this share is missed when it is taken off: units, and single words without a capital.
TOLERATED = 0.1


def breaks(root: Path, name: str, there: str, instead: str, kind: str) -> bool:
    """Whether the check finds the one place that is broken."""
    path = root / name
    whole = path.read_text(encoding="utf-8")
    assert there in whole, f"{name}: {there} is not there any more"
    path.write_text(whole.replace(there, instead, 1), encoding="utf-8")
    found = list(check.CHECKS[kind](root))
    path.write_text(whole, encoding="utf-8")
    return bool(found)


def missed_marks(root: Path) -> float:
    """The share of marks that could be taken off without being seen."""
    n_marks = n_missed = 0
    for name in check.sources(root):
        if not name.endswith(".c"):
            continue
        for literal in check.literals((root / name).read_text(encoding="utf-8")):
            calls = [call for call in literal.calls if call not in check.MARKERS]
            if calls != literal.calls:
                n_marks += 1
                n_missed += not check.is_unmarked(literal._replace(calls=calls), name.startswith(check.FOR_PEOPLE))
    return n_missed / n_marks


def main() -> int:
    source = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("src", "data", "po"):
            shutil.copytree(source / name, root / name)
        problems = [f"not seen: {name}: {instead}" for name, there, instead, kind in BROKEN
                    if not breaks(root, name, there, instead, kind)]
    missed = missed_marks(source)
    if missed > TOLERATED:
        problems.append(f"{missed:.0%} of the marks are not missed")
    if problems:
        print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
