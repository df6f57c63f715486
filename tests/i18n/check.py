#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the texts of the program and the catalogues of their translations.

    check.py SOURCE-FOLDER NAME...     the checks of these names; without a name, all of them
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

# What xgettext is told to look for; the same as in meson's preset for GLib, as far as it is used.
KEYWORDS = ["_", "N_", "C_:1c,2", "NC_:1c,2", "g_dngettext:2,3", "g_dpgettext2:2c,3"]
MARKERS = {"_", "N_", "C_", "NC_", "g_dngettext", "g_dpgettext2"}

# Where a literal is shown to somebody.
SHOWN = re.compile(
    r"(gtk|hdy)_\w*(set_(text|label|markup|tooltip_(text|markup)|title|subtitle|placeholder_text)|with_(label|mnemonic))$"
    r"|gtk_\w*_dialog_new|gtk_message_dialog_\w+|gtk_dialog_add_button|gtk_combo_box_text_append\w*|gtk_file_chooser\w*_new"
    r"|atk_object_set_(name|description)|app_indicator_set_(title|label)"
    r"|g_set_error(_literal)?|g_error_new(_literal)?|g_prefix_error|g_printerr|g_print"
    r"|g_notification_(new|set_(title|body)|add_button\w*)|g_menu_\w*append\w*|g_option_context_new|pdk_\w*diagnostic\w*")
# Where sentences are not for the user: logs, checks, names of things, and SQL.
HIDDEN = re.compile(r"g_(debug|info|message|warning|critical|error|assert\w*|return_\w*|log\w*|intern\w*|source_set\w*name|"
                    r"quark\w*|param_spec\w*|type_register\w*|signal_new|once\w*|task_set\w*name|thread_\w*new|test\w*|"
                    r"dbus_\w+|variant_new\w*|key_file_\w+|build_filename|strcmp0|str_has_\w+)$|"
                    r"sqlite3_\w+|G_DEFINE\w*|G_STATIC_ASSERT\w*|_Static_assert|MAX_SQL", re.IGNORECASE)

WORD = re.compile(r"\b[a-z]{3,}\b")
WORDS = re.compile(r"\b[A-Za-z]?[a-z]+ [A-Za-z]?[a-z]+\b")
TITLE = re.compile(r"[ (]*[A-Z][a-z]+[ ().,:;!?a-z]*")
SYMBOL = re.compile(r"(?=.*[A-Za-z]).*([^\x00-\x7f]|\\302\\240)")
AMOUNT = re.compile(r"\b\d+(st|nd|rd|th)? [a-z]+\b")
LOWERCASE = re.compile(r"(^|[ (])[a-z]{2,}(?=[ ).,;!?…]|:? |:?$)")
MNEMONIC = re.compile(r"_(?=[A-Za-z])")
FORMAT = re.compile(r"%[-+ #0']*[\d*]*(?:\.[\d*]+)?(?:hh|h|ll|l|z|j|t)?[diouxXeEfFgGcspn%]")

# The folders whose texts people read. There a single word is a text, too, if it has a capital or is put into a line; and
# so are symbols and dates.
FOR_PEOPLE = ("src/cli/", "src/present/", "src/ui/")
APPENDS = re.compile(r"g_(strdup(_printf)?|strconcat|string_append(_printf)?)")
NAMES = {"Budgie", "Linux", "Ollama", "Paddock", "Unity", "Wayland"} | {"End", "Escape", "Home", "Left", "Right"}  # the latter of keys

# Files whose sentences are data: sample data, and formats that are the same in every language.
DATA = {
    "src/core/pdk-server-line.c",  # what the server writes
    "src/present/pdk-json-writer.c",
    "src/present/pdk-message.c",  # people's scripts read it
    "src/present/pdk-report.c",  # those who mend it read it
    "src/sources/pdk-demo-source.c",
}

# Sentences that others write, and that are looked for; and commands and names, which are the same in every language.
THEIRS = {"*** in database main ***\\n", "estimated tokens", "ollama serve", "systemctl start ollama", "The Paddock maintainers"}
COMMAND = re.compile(r"(flatpak override|ollama pull|sudo usermod) ")

UI_TEXTS = {"label", "title", "tooltip-text", "tooltip-markup", "placeholder-text", "text", "secondary-text",
            "accessible-name", "accessible-description", "AtkObject::accessible-name", "AtkObject::accessible-description"}
UI_NAMES = {"Paddock"}

# What a desktop entry and the metainfo hold besides texts.
ENTRY_FACTS = re.compile(r"(Type|Icon|Exec|Terminal|NoDisplay|DBusActivatable|StartupNotify|StartupWMClass|Categories|Actions|"
                         r"X-(GNOME|MATE)-Autostart-Delay|X-KDE-autostart-(phase|after))")
METAINFO_FACTS = {"id", "metadata_license", "project_license", "launchable", "icon", "image", "binary", "dbus", "url", "category",
                  "control", "display_length", "content_attribute", "color"}


class Literal(NamedTuple):
    text: str
    line: int
    calls: list[str]


TOKEN = re.compile(r"""
    (?P<comment> /\*.*?\*/ | //[^\n]* )
  | (?P<string> "(?:[^"\\\n]|\\.)*" )
  | (?P<char> '(?:[^'\\\n]|\\.)*' )
  | (?P<directive> ^[ \t]*\#[ \t]*(?:include|error|pragma)[^\n]* )
  | (?P<call> [A-Za-z_]\w* (?=\s*\() )
  | (?P<bracket> [()] )
  | (?P<other> [A-Za-z_]\w* | \S )
""", re.VERBOSE | re.DOTALL | re.MULTILINE)


def literals(source: str) -> Iterator[Literal]:
    """The literals of a C file, those that follow each other as one, with the calls that they stand in."""
    calls: list[str] = []
    name = ""
    text, line = "", 0
    for token in TOKEN.finditer(source):
        kind = token.lastgroup
        if kind == "string":
            line = line or source.count("\n", 0, token.start()) + 1
            text += token.group()[1:-1]
            continue
        if kind == "comment":
            continue
        if line:
            yield Literal(text, line, list(calls))
            text, line = "", 0
        if kind == "call":
            name = token.group()
        elif token.group() == "(":
            calls.append(name)
            name = ""
        elif token.group() == ")" and calls:
            calls.pop()
        else:
            name = ""
    if line:
        yield Literal(text, line, list(calls))


def is_unmarked(literal: Literal, is_for_people: bool) -> bool:
    if literal.text in THEIRS or COMMAND.match(literal.text):
        return False
    text = MNEMONIC.sub("", FORMAT.sub("", literal.text).replace("paddock", ""))
    call = literal.calls[-1] if literal.calls else ""
    if any(outer in MARKERS or HIDDEN.match(outer) for outer in literal.calls):
        return False
    if SHOWN.fullmatch(call) and WORD.search(text) and (" " in text or call.startswith("gtk_")):
        return True
    if WORDS.search(text):
        return True
    if not is_for_people or text.strip(" :") in NAMES:
        return False
    return bool(TITLE.fullmatch(text) or AMOUNT.search(text) or SYMBOL.search(text) or call.startswith("g_date_time_format") or
                APPENDS.fullmatch(call) and LOWERCASE.search(text))


def sources(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in (root / "src").rglob("*") if path.suffix in {".c", ".h", ".ui"})


def potfiles(root: Path) -> list[str]:
    lines = (root / "po" / "POTFILES.in").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def has_texts(root: Path, name: str) -> bool:
    path = root / name
    if path.suffix == ".ui":
        return 'translatable="yes"' in path.read_text(encoding="utf-8")
    return path.suffix in {".c", ".h"} and any(
        call in MARKERS for literal in literals(path.read_text(encoding="utf-8")) for call in literal.calls)


def texts_without_a_mark(root: Path) -> Iterator[str]:
    for name in sources(root):
        path = root / name
        if path.suffix in {".c", ".h"} and name not in DATA:
            for literal in literals(path.read_text(encoding="utf-8")):
                if is_unmarked(literal, name.startswith(FOR_PEOPLE)):
                    yield f"{name}:{literal.line}: not marked with _(): “{literal.text}”"
        elif path.suffix == ".ui":
            yield from ui_without_a_mark(name, ET.parse(path).getroot())


def ui_without_a_mark(name: str, root: ET.Element) -> Iterator[str]:
    if root.get("domain") != "paddock":
        yield f"{name}: the interface has no domain=\"paddock\""
    for element in root.iter():
        text = (element.text or "").strip()
        is_text = (element.tag in {"property", "attribute"} and (element.get("name") or "").replace("_", "-") in UI_TEXTS or
                   element.tag == "item" and element.get("translatable") is None)
        if is_text and re.search("[^\\W\\d_]{2,}", text) and text not in UI_NAMES and element.get("translatable") != "yes":
            yield f"{name}: not marked with translatable=\"yes\": “{text}”"


def data_without_a_mark(root: Path) -> Iterator[str]:
    """What desktop entries and the metainfo say: xgettext takes the keys and the elements that it knows."""
    for path in sorted((root / "data").glob("*.desktop.in")):
        known = texts_of_file(root, path)
        for line in path.read_text(encoding="utf-8").splitlines():
            key, equals, text = line.partition("=")
            if equals and not line.startswith("#") and not ENTRY_FACTS.fullmatch(key) and text not in known:
                yield f"data/{path.name}: is not translated: {line}"
    for path in sorted((root / "data").glob("*.metainfo.xml.in")):
        known = texts_of_file(root, path)
        for element in ET.parse(path).getroot().iter():
            text = " ".join((element.text or "").split())
            is_name = element.tag == "name" and element.get("translate") == "no"
            is_known = text in known and element.get("translate") != "no"
            if text and element.tag not in METAINFO_FACTS and not is_name and not is_known:
                yield f"data/{path.name}: <{element.tag}> is not translated: “{text}”"


def texts_of_file(root: Path, path: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return texts_of(template(root, Path(folder), str(path.relative_to(root))))


def list_of_files(root: Path) -> Iterator[str]:
    listed = potfiles(root)
    if listed != sorted(set(listed)):
        yield "po/POTFILES.in: not sorted, or a file stands there twice"
    for name in listed:
        if not (root / name).is_file():
            yield f"po/POTFILES.in: there is no {name}"
        elif name.startswith("src/") and not has_texts(root, name):
            yield f"po/POTFILES.in: {name} has no text to translate"
    for name in sources(root):
        if name not in listed and has_texts(root, name):
            yield f"po/POTFILES.in: {name} is missing"
    for path in sorted((root / "data").glob("*.in")):
        name = f"data/{path.name}"
        if (path.name.endswith((".desktop.in", ".metainfo.xml.in"))) and name not in listed:
            yield f"po/POTFILES.in: {name} is missing"


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What a command writes to its standard error, and what it fails with."""
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False,
                         env={"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C.UTF-8"})
    return ran.stderr.strip() if ran.returncode == 0 else ran.stderr.strip() or f"{command[0]} failed"


def template(root: Path, folder: Path, *names: str) -> Path:
    """The texts of these files; without a name, of all that are listed."""
    pot = folder / "paddock.pot"
    run("xgettext", "--from-code=UTF-8", "--add-comments=Translators:", *(f"--keyword={keyword}" for keyword in KEYWORDS),
        *(names or ["--files-from=po/POTFILES.in"]), "--force-po", f"--output={pot}", cwd=root)
    assert pot.is_file(), "xgettext wrote nothing"
    return pot


def texts_of(catalogue: Path) -> list[str]:
    """The texts of a catalogue."""
    found = re.findall(r'^msgid ((?:"(?:[^"\\]|\\.)*"\n)+)', catalogue.read_text(encoding="utf-8"), re.MULTILINE)
    return [json.loads(f'"{"".join(line[1:-1] for line in text.splitlines())}"') for text in found if text != '""\n']


def languages(root: Path) -> list[str]:
    lines = (root / "po" / "LINGUAS").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def list_of_languages(root: Path) -> Iterator[str]:
    listed = languages(root)
    if listed != sorted(set(listed)):
        yield "po/LINGUAS: not sorted, or a language stands there twice"
    there = {path.stem for path in (root / "po").glob("*.po")}
    for language in sorted(there ^ set(listed)):
        yield f"po/{language}.po: " + ("not in LINGUAS" if language in there else "is in LINGUAS and does not exist")


def catalogues(root: Path) -> Iterator[str]:
    yield from list_of_languages(root)
    for language in languages(root):
        path = root / "po" / f"{language}.po"
        said = run("msgfmt", "--check", "--check-accelerators=_", "--statistics", "--output-file=/dev/null", path)
        if not re.fullmatch(r"\d+ translated messages?\.", said):
            yield f"po/{language}.po: {said}"
        if f'"Language: {language}\\n"' not in path.read_text(encoding="utf-8"):
            yield f"po/{language}.po: its head names another language"


def missing_translations(root: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        pot = template(root, Path(folder))
        for language in languages(root):
            merged, left = Path(folder) / f"{language}.po", Path(folder) / f"{language}.left"
            run("msgmerge", "--quiet", "--no-fuzzy-matching", f"--output-file={merged}", root / "po" / f"{language}.po", pot)
            run("msgattrib", "--untranslated", "--no-wrap", f"--output-file={left}", merged)
            for text in texts_of(left) if left.exists() else []:
                yield f"po/{language}.po: not translated: “{text}”"


CHECKS: dict[str, Callable[[Path], Iterator[str]]] = {
    "marks": texts_without_a_mark,
    "data": data_without_a_mark,
    "potfiles": list_of_files,
    "catalogues": catalogues,
    "complete": missing_translations,
}


def main() -> int:
    root = Path(sys.argv[1])
    problems = [problem for name in sys.argv[2:] or CHECKS for problem in CHECKS[name](root)]
    if problems:
        print(*problems[:100], sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
