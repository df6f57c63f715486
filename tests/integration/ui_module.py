# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the program exports all that the applet's module takes from it. Symbols are bound when they are first
used, so that one that is missing would only be noticed then."""

import subprocess
import sys


def symbols(path: str, which: str) -> set[str]:
    lines = subprocess.run(["nm", "-D", which, path], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[-1] for line in lines if line.split()[-1].startswith("pdk_")}


program, module = sys.argv[1:]
wanted, offered = symbols(module, "--undefined-only"), symbols(program, "--defined-only")
assert len(wanted) > 20, wanted
assert wanted <= offered, sorted(wanted - offered)
assert not symbols(module, "--defined-only") & offered, "nothing is there twice"
