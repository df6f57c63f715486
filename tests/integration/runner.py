#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one test function, or checks that the build runs them all.

    runner.py test_status.py::reports_models     one test, in a box of its own
    runner.py test_status.py                     every test of a file (by hand)
    runner.py --check FOLDER FILE::TEST...       fails unless these are all the tests of that folder

A test is a public function that takes a `box`; whatever it raises is its failure.
"""

from __future__ import annotations

import importlib.util
import inspect
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from paddock import Box

HERE = Path(__file__).resolve().parent
Test = Callable[[Box], None]


def tests_of(path: Path) -> dict[str, Test]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    spec.loader.exec_module(module)
    return {name: function for name, function in vars(module).items()
            if inspect.isfunction(function) and function.__module__ == path.stem
            and list(inspect.signature(function).parameters) == ["box"] and not name.startswith("_")}


def run(name: str, test: Test) -> bool:
    started = time.monotonic()
    box = Box()
    try:
        test(box)
        box.close()
    except BaseException:  # also the interrupt: whatever was started has to go
        traceback.print_exc()
        try:
            box.close()
        except AssertionError:
            traceback.print_exc()
        print(f"FAIL {name}", flush=True)
        return False
    print(f"ok {name} ({time.monotonic() - started:.1f} s)", flush=True)
    return True


def check(folder: Path, listed: list[str]) -> bool:
    written = {f"{path.name}::{name}" for path in folder.glob("test_*.py") for name in tests_of(path)}
    for name in sorted(written - set(listed)):
        print(f"{name} is written, but not in meson.build")
    for name in sorted(set(listed) - written):
        print(f"{name} is in meson.build, but not written")
    return written == set(listed)


def main() -> int:
    if sys.argv[1:2] == ["--check"]:
        return 0 if check(Path(sys.argv[2]), sys.argv[3:]) else 1
    # As in a terminal, though it may be nohup or a shell's background that started us and had them ignored.
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL),
                            (signal.SIGHUP, signal.SIG_DFL)):
        signal.signal(number, handler)
    passed = True
    for argument in sys.argv[1:]:
        file, _, wanted = argument.partition("::")
        tests = tests_of(HERE / file)
        if wanted and wanted not in tests:
            print(f"no test {argument}")
            return 1
        for name in [wanted] if wanted else list(tests):
            passed = run(f"{Path(file).name}::{name}", tests[name]) and passed
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
