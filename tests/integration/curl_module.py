# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that libcurl is linked with the module that is loaded when it is wanted, and with nothing that every command
loads."""

import subprocess
import sys


def needs_curl(path: str) -> bool:
    lines = subprocess.run(["readelf", "-d", path], check=True, capture_output=True, text=True).stdout.splitlines()
    return any("NEEDED" in line and "libcurl" in line for line in lines)


program, module = sys.argv[1:]
assert needs_curl(module), "a module without curl"
assert not needs_curl(program), "curl is loaded by every command"
