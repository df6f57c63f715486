# SPDX-License-Identifier: GPL-3.0-or-later
"""Journal files, made of export text by systemd's own tool, and the events in that text."""

from __future__ import annotations

import re
import struct
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from counts import Event
from fake_ollama import gin_line

BOOTS = ("6c7c6013a26343b29e964691ff25d04c", "11111111222222223333333344444444", "aaaaaaaabbbbbbbbccccccccdddddddd")
UNIT = {"_SYSTEMD_UNIT": "ollama.service"}

# What the exports here hold, read back without any of Paddock's code.
_ACCESS = re.compile(rb'\[GIN\] [0-9/]+ - [0-9:]+ \|[^|]*?(\d{3}) [^|]*\|\s*([0-9.]+)(\xc2\xb5s|ms|s) \|[^|]*\|[^"]*?([A-Z]+) [^"]*"([^"]*)"')
_SCALE = {b"\xc2\xb5s": 1e-3, b"ms": 1.0, b"s": 1e3}


def tool() -> str:
    for folder in ("/usr/lib/systemd", "/lib/systemd"):
        path = Path(folder, "systemd-journal-remote")
        if path.exists():
            return str(path)
    raise AssertionError("systemd-journal-remote is not installed")


def entry(when: float, message: str | bytes, fields: dict[str, str] | None = None, boot: int = 0, up: float | None = None) -> bytes:
    """One entry in export format; `when` is the journal's own time stamp in Unix seconds."""
    data = message.encode() if isinstance(message, str) else message
    lines = {"__REALTIME_TIMESTAMP": str(int(when * 1e6)), "__MONOTONIC_TIMESTAMP": str(int((when % 1e6 if up is None else up) * 1e6)),
             "_BOOT_ID": BOOTS[boot], "_MACHINE_ID": "a91663387a90b89f185d4e860000001a", "_HOSTNAME": "host", "PRIORITY": "6",
             **(UNIT if fields is None else fields)}
    head = "".join(f"{name}={value}\n" for name, value in lines.items()).encode()
    return head + b"MESSAGE\n" + struct.pack("<Q", len(data)) + data + b"\n\n"


def request(when: float, fields: dict[str, str] | None = None, boot: int = 0, prefix: str = "", **details: object) -> bytes:
    """An access line as the journal has it. The time in its text is an hour off, since nobody should look at it."""
    return entry(when, prefix + gin_line(when - 3600, **details), fields, boot)


def write(path: Path, *entries: bytes) -> Path:
    """Makes the file, or appends to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([tool(), "-o", str(path), "-"], input=b"".join(entries), capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    path.chmod(0o644)
    return path


def _entries(text: bytes) -> list[dict[str, bytes]]:
    entries: list[dict[str, bytes]] = [{}]
    while text:
        line, _, text = text.partition(b"\n")
        if not line:
            entries.append({})
        elif b"=" in line:
            name, _, value = line.partition(b"=")
            entries[-1][name.decode()] = value
        else:
            (size,) = struct.unpack("<Q", text[:8])
            entries[-1][line.decode()], text = text[8:8 + size], text[8 + size + 1:]
    return [one for one in entries if one]


def events(*exports: bytes) -> list[Event]:
    """The requests in export text that are Ollama's by default."""
    found = []
    for one in _entries(b"".join(exports)):
        ours = (one.get("_SYSTEMD_UNIT") in (b"ollama.service", b"snap.ollama.listener.service")
                or one.get("_SYSTEMD_USER_UNIT") == b"ollama.service" or one.get("CONTAINER_NAME") == b"ollama")
        line = _ACCESS.search(one.get("MESSAGE", b""))
        if ours and line:
            status, number, unit, method, path = line.groups()
            found.append(Event(int(one["__REALTIME_TIMESTAMP"]) // 1_000_000, path.decode(), method.decode(), int(status),
                               float(number) * _SCALE[unit]))
    return found


def day(when: float) -> str:
    return datetime.fromtimestamp(when, timezone.utc).date().isoformat()
