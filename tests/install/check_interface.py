#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the manual and the completions know what the program knows, no less and no more.

    check_interface.py help|manual|settings|json|sentences|pictures|calls|bash|zsh|fish PADDOCK SOURCE-FOLDER

The measure is `paddock --help`, and for each option of a command whether the program takes it. A shell that is
installed completes for real; of one that is not, the words in its file are compared.
"""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

COMMANDS = re.compile(r"^  ([a-z]+)  +\S", re.MULTILINE)
OPTIONS = re.compile(r"^  (?:-\w, )?(--[a-z]+)", re.MULTILINE)
# Values that are refused, but only after the option itself was taken.
VALUES = {"--days": "0", "--format": "none", "--interval": "0", "--account": "none", "--config": "/nonexistent/none"}
# No session, no server, nobody's files.
NOBODY = {"HOME": "/nonexistent", "OLLAMA_HOST": "127.0.0.1:1", "LC_ALL": "C.UTF-8"}


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, **options)


class Interface:
    def __init__(self, program: str) -> None:
        self.program = program
        text = run(program, "--help").stdout
        self.commands = set(COMMANDS.findall(text.split("Options:")[0]))
        self.options = set(OPTIONS.findall(text.split("Options:")[1]))
        assert self.commands and self.options, text

    def takes(self, command: str, option: str) -> bool:
        call = [self.program, command, f"{option}={VALUES[option]}" if option in VALUES else option]
        # So that it does not watch.
        call += ["--interval=0"] if command == "watch" else []
        answer = run(*call, env=NOBODY, stdin=subprocess.DEVNULL)
        return f"{option} does not go" not in answer.stderr


def check_help(interface: Interface, source: Path) -> None:
    """The commands that README tells of are these."""
    readme = (source / "README.md").read_text(encoding="utf-8")
    missing = {word for word in interface.commands | interface.options - {"--help", "--version"}
               if not re.search(rf"(?<![\w-]){word}(?![\w-])", readme)}
    assert not missing, f"README.md does not tell of {missing}"


def check_manual(interface: Interface, source: Path) -> None:
    text = (source / "data/paddock.1").read_text(encoding="utf-8")
    commands = set(re.findall(r"^\.It Cm ([a-z]+)$", text, re.MULTILINE))
    options = {f"--{name}" for name in re.findall(r"^\.It Fl (?:h , Fl )?-([a-z]+)", text, re.MULTILINE)}
    assert commands == interface.commands, commands ^ interface.commands
    assert options == interface.options, options ^ interface.options
    if shutil.which("mandoc"):
        lint = run("mandoc", "-T", "lint", "-W", "style", str(source / "data/paddock.1"))
        complaints = [line for line in lint.stdout.splitlines() if "referenced manual not found" not in line]
        assert not complaints, "\n".join(complaints)


def check_settings(interface: Interface, source: Path) -> None:
    """The manual names the settings that README names, and all of those that the program reads."""
    readme = (source / "README.md").read_text(encoding="utf-8").split("\n## Settings\n")[1]
    keys = {key.split(".")[-1].removesuffix("[]") for key in re.findall(r"^\| `([a-z_.\[\]]+)` \|", readme, re.MULTILINE)}
    manual = (source / "data/paddock.1").read_text(encoding="utf-8").split(".Sh SETTINGS")[1].split(".Sh ")[0]
    named = mentioned(manual)
    code = "".join((source / "src/core" / name).read_text(encoding="utf-8")
                   for name in ("pdk-settings.c", "pdk-settings-accounts.c", "pdk-alert-rules.c"))
    read = set(re.findall(r'\((?:parse, )?(?:object|root|notifications), "([a-z_]+)"', code)) | set(
        re.findall(r'pdk_\w+_object \(\w+, "([a-z_]+)"', code))
    # These have no row of their own in README.
    assert keys and keys == named - {"notifications", "accounts", "provider_paths", "paths", "app_db"}, keys ^ named
    assert read - named == set() and {"logs_dir", "label", "thresholds", "paths"} <= read, (read - named, read)


def mentioned(section: str) -> set[str]:
    """The names in a part of the manual."""
    lines = re.findall(r"^\.(?:It )?Ic (.*)$", section, re.MULTILINE)
    return {word for line in lines for word in line.split() if word not in ",."}


def pattern(names: set[str]) -> re.Pattern[str]:
    """What matches the names that a part of the manual has, with what its letters stand for."""
    stand_for = {"W": "(today|5h|1d|7d|30d)", "R": "(24h|7d|30d)", "NAME": "[a-z0-9_]+", r"\[MODEL\]": r"\[.+\]"}
    letters = re.compile(r"(?<=_)[WR](?=$|\\)|NAME|\\\[MODEL\\\]")
    return re.compile("|".join(letters.sub(lambda match: stand_for[match[0]], re.escape(name)) for name in names))


def check_json(interface: Interface, source: Path) -> None:
    """The manual has the names that JSON has: those of the sample data, and those that the code spells out."""
    manual = (source / "data/paddock.1").read_text(encoding="utf-8").split(".Sh JSON")[1].split(".Sh ")[0]
    sections = {text.split("\n")[0]: mentioned(text) for text in manual.split(".Ss ")}
    kept = sections.pop("History")
    members = set().union(*(sections.pop(name) for name in list(sections) if name not in ("Metrics", "Attributes", "Series")))
    files = [path for name in ("core", "sources", "monitor") for path in (source / "src" / name).glob("*.c") if "demo" not in path.name]
    code = "".join(path.read_text(encoding="utf-8") for path in files)

    def spelt(*functions: str) -> set[str]:
        return set(re.findall(rf'pdk_\w+_(?:{"|".join(functions)}) \([\w>-]+,\s*"([a-z0-9_]+)"', code))

    told = {"Metrics": spelt("set_metric", "set_quota"), "Attributes": spelt("set_attribute"),
            "Series": spelt("append_day", "append_hour")}
    used = {"schema", "generated_at", "accounts"} | spelt("set_diagnostic", "set_notice")
    used |= set(re.findall(r'(?:source_class|SOURCE_CLASS \(klass\))->name = "(\w+)"', code))
    used |= set(re.findall(r'diagnostic = "(\w+)"', code))
    for account in json.loads(run(interface.program, "status", "--json", "--demo", env=NOBODY).stdout)["accounts"]:
        used |= account.keys() | account["sources"].keys()
        used |= {key for value in account.values() for item in (value if isinstance(value, list) else []) for key in item}
        used |= {key for name in ("metrics", "sources") for item in account[name].values() for key in item}
        told["Metrics"] |= account["metrics"].keys()
        told["Attributes"] |= account["attributes"].keys()
        told["Series"] |= account["daily_series"].keys() | account["hourly_series"].keys()
    for section, names in told.items():
        wanted = pattern(sections[section])
        missing = {name for name in names if not wanted.fullmatch(name)}
        assert names and not missing, f"the manual does not tell of these {section.lower()}: {missing}"
    assert used <= members, f"the manual does not tell of {used - members}"
    history = json.loads(run(interface.program, "history", "--json", "--demo", "--days=1", env=NOBODY).stdout)["accounts"][0]
    written = (source / "src/present/pdk-history-text.c").read_text(encoding="utf-8")
    used = {"accounts"} | history.keys() | history["days"][0].keys() | set(re.findall(r'\[FIELD_\w+\] = "(\w+)"', written))
    assert "start" in kept and kept - {"start"} == used, kept ^ used
    code += (source / "src/present/pdk-snapshot-json.c").read_text(encoding="utf-8")
    for name in members.union(*sections.values()):
        # What is put together of two parts: a name and its window, or that of a model.
        parts = [part for part in re.split(r"(?:_[WR])?(?:\[MODEL\])?$|NAME", name) if part]
        unknown = [part for part in parts if f'"{part}"' not in code and f'"{part.removesuffix("_requests")}"' not in code
                   and not re.search(rf'"{part.removesuffix("_today")}(_%s)?"', code)]
        assert not unknown, f"nothing in JSON is called {name}"


def check_sentences(interface: Interface, source: Path) -> None:
    """What the page on troubles quotes is what the program says."""
    said = []
    for path in (source / "src").rglob("*.c"):
        for literals in re.findall(r'\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)[,)]|,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)[,)]', path.read_text(encoding="utf-8")):
            said += ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', part)).replace("\\n", "") for part in literals if part]
    patterns = [re.sub(r"%(?:u|s|d)", "…", sentence) for sentence in said]
    page = (source / "docs/TROUBLESHOOTING.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^> (.*)$", page, re.MULTILINE)
    unknown = [sentence for sentence in quoted if sentence not in patterns]
    assert quoted and not unknown, "the program does not say:\n" + "\n".join(unknown)


def check_pictures(interface: Interface, source: Path) -> None:
    """The pictures that stores show are there, in the sizes that they are told."""
    text = (source / "data/io.github.paddock.Paddock.metainfo.xml.in").read_text(encoding="utf-8")
    pictures = re.findall(r'<image width="(\d+)" height="(\d+)">https://\S+/main/(docs/screenshots/\S+\.png)</image>', text)
    assert len(pictures) == text.count("<image"), pictures
    for width, height, path in pictures:
        head = (source / path).read_bytes()[:24]
        size = struct.unpack(">II", head[16:24])
        assert size == (int(width), int(height)), f"{path} is {size}"


def compare_words(interface: Interface, text: str) -> None:
    options = set(re.findall(r"(?<![\w-])(--[a-z]+)", text))
    assert options == interface.options, options ^ interface.options
    missing = {command for command in interface.commands if not re.search(rf"\b{command}\b", text)}
    assert not missing, missing


def compare_completions(interface: Interface, complete) -> None:
    """`complete` takes the words before the cursor, and returns what they may go on with."""
    commands = {word for word in complete([""]) if not word.startswith("-")}
    assert commands == interface.commands, commands ^ interface.commands
    general = {word.rstrip("=") for word in complete(["--"])} | {"--help"}
    assert general <= interface.options, general - interface.options
    for command in sorted(interface.commands):
        offered = {word.rstrip("=") for word in complete([command, "--"])}
        taken = {option for option in interface.options - {"--help", "--version"} if interface.takes(command, option)}
        assert offered == taken, f"{command}: {offered ^ taken}"


def check_calls(interface: Interface, source: Path) -> None:
    """The page on privacy lists the calls that the code makes, all of them and no others."""
    page = (source / "docs/PRIVACY.md").read_text(encoding="utf-8").split("## What is read")[0]
    # Routes in core/ are those that logs tell of, but for the one that a header spells out.
    files = [*(path for name in ("io", "sources", "monitor", "ui") for path in (source / "src" / name).glob("*.c")),
             source / "src/core/pdk-route.h"]
    made = {call for path in files for call in re.findall(r'"(/api/[a-z/]+)', path.read_text(encoding="utf-8"))}
    told = set(re.findall(r"/api/[a-z/]+", page))
    assert made == told, made ^ told


def check_bash(interface: Interface, source: Path) -> None:
    file = source / "data/completions/paddock.bash"
    compare_words(interface, file.read_text(encoding="utf-8"))

    def complete(words: list[str]) -> list[str]:
        # What bash-completion would find out, so that this needs only bash.
        script = f"""
            _init_completion () {{ cur=$CUR prev=$PREV words=($WORDS "$CUR") cword=$((${{#words[@]}} - 1)) split=false; }}
            compopt () {{ :; }}
            source {file}
            _paddock
            printf '%s\\n' "${{COMPREPLY[@]}}" """
        line = ["paddock", *words]
        answer = run("bash", "-c", script, env={"WORDS": " ".join(line[:-1]), "CUR": line[-1], "PREV": line[-2],
                                                "PATH": "/usr/bin:/bin"})
        assert not answer.stderr, answer.stderr
        return answer.stdout.split()

    compare_completions(interface, complete)


# A shell on a terminal of its own, which prints what it would offer. $1 is the folder of the completion, $2 the line.
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= PS2= fpath=(${(q)1} \$fpath); autoload -Uz compinit _paddock; compinit -u -D; compdef _paddock paddock"
zpty -w shell '
compadd () {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; local hit; for hit in $hits; do print -r -- HIT:$hit; done
}
finish () { print -r -- NO-MORE; exit }
comppostfuncs=(finish); bindkey "^I" complete-word'
zpty -n -w shell "$2"$'\t'
output=
while [[ $output != *$'\n'NO-MORE$'\r'* ]] && zpty -r shell part; do output+=$part; done
print -r -- "${output//$'\r'/}"
"""


def check_zsh(interface: Interface, source: Path) -> None:
    file = source / "data/completions/_paddock"
    compare_words(interface, file.read_text(encoding="utf-8"))
    if not shutil.which("zsh"):
        return

    def complete(words: list[str]) -> list[str]:
        answer = run("zsh", "-f", "-c", ZSH, "zsh", str(file.parent.resolve()), " ".join(["paddock", *words]),
                     env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TERM": "xterm", "LC_ALL": "C.UTF-8"})
        assert answer.returncode == 0 and "NO-MORE" in answer.stdout, answer.stdout + answer.stderr
        return re.findall(r"HIT:([\w-]+)$", answer.stdout, re.MULTILINE)

    compare_completions(interface, complete)


def check_fish(interface: Interface, source: Path) -> None:
    file = source / "data/completions/paddock.fish"
    words = re.sub(r"(?<= )-l (?=[a-z])", "--", file.read_text(encoding="utf-8").replace("set -l ", "set "))
    compare_words(interface, words)
    if not shutil.which("fish"):
        return

    def complete(words: list[str]) -> list[str]:
        answer = run("fish", "--no-config", "-c", f"source {file}; complete -C 'paddock {' '.join(words)}'")
        assert answer.returncode == 0, answer.stderr
        return [line.split("\t")[0] for line in answer.stdout.splitlines()]

    compare_completions(interface, complete)


CHECKS = {"help": check_help, "manual": check_manual, "settings": check_settings, "json": check_json, "sentences": check_sentences,
          "pictures": check_pictures, "calls": check_calls, "bash": check_bash, "zsh": check_zsh, "fish": check_fish}

if __name__ == "__main__":
    CHECKS[sys.argv[1]](Interface(sys.argv[2]), Path(sys.argv[3]))
