#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts server logs a second time, in a few plain lines of Python, and compares.

Random logs, in several zones and over changes of the clock, go through the applet's own readers (in
the test program tally-dump) and through count() below, which shares nothing with them.
"""

import argparse
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

KINDS = {
    "/api/chat": "chat", "/v1/chat/completions": "chat", "/v1/responses": "chat",
    "/v1/messages": "chat", "/api/generate": "generate", "/v1/completions": "generate",
    "/api/embed": "embed", "/api/embeddings": "embed", "/v1/embeddings": "embed",
    "/v1/images/generations": "other", "/v1/images/edits": "other",
    "/v1/audio/transcriptions": "other",
}

ACCESS = re.compile(
    r"^(?:\S+ +\| |\w+ \d+ [\d:]+ \S+ \w+\[\d+\]: |\S+Z )?"
    r"\[GIN\] (\d{4}/\d\d/\d\d - \d\d:\d\d:\d\d) \|\s*(\d+)\s*\|\s*(\S+)\s*\|[^|]*\|"
    r'\s*(\S+)\s+"((?:[^"\\]|\\.)*)"')
COLOUR = re.compile("\x1b\\[[0-9;]*m")
PART = re.compile(r"([\d.]+)(h|ms|m|ns|us|µs|s)")
UNIT_MSEC = {"h": 3.6e6, "m": 6e4, "s": 1e3, "ms": 1, "us": 1e-3, "µs": 1e-3, "ns": 1e-6}

WINDOWS = {"5h": 5 * 3600, "1d": 86400, "7d": 7 * 86400}
MAX_AHEAD = 300


def read_events(text, log_zone):
    """Yields (time, kind or None, status, milliseconds) of each access line."""
    previous = None
    for line in text.split("\n"):
        found = ACCESS.match(COLOUR.sub("", line))
        if not found:
            continue
        date, status, took, method, path = found.groups()
        try:
            local = datetime.strptime(date, "%Y/%m/%d - %H:%M:%S")
        except ValueError:
            continue
        moment = local.replace(tzinfo=ZoneInfo(log_zone)).timestamp()
        again = local.replace(tzinfo=ZoneInfo(log_zone), fold=1).timestamp()
        # In autumn's second hour, the wall clock has stepped back.
        if again > moment and previous is not None and previous > moment + 5:
            moment = again
        previous = moment
        kind = KINDS.get(path.split("?")[0]) if method == "POST" else None
        msec = sum(float(number) * UNIT_MSEC[unit] for number, unit in PART.findall(took))
        yield moment, kind, int(status), msec


def percentile(values, percent):
    return sorted(values)[math.ceil(percent * len(values) / 100) - 1] if values else 0


def sums(events, with_latency):
    result = {"requests": len(events)}
    for kind in ("chat", "generate", "embed") + (("other",) if with_latency else ()):
        result[kind] = sum(1 for event in events if event[1] == kind)
    result["http_4xx"] = sum(1 for event in events if 400 <= event[2] < 500)
    result["http_5xx"] = sum(1 for event in events if event[2] >= 500)
    if with_latency:
        latencies = [event[3] for event in events]
        result["latency_sum_msec"] = sum(latencies)
        result["p50_msec"] = percentile(latencies, 50)
        result["p95_msec"] = percentile(latencies, 95)
    return result


def count(text, now, zone, log_zone):
    """What tally-dump should say."""
    def day(moment):
        return datetime.fromtimestamp(moment, ZoneInfo(zone)).date()

    lines = list(read_events(text, log_zone))
    events = [event for event in lines if event[1] is not None]
    past = [event for event in events if event[0] <= now + MAX_AHEAD]
    windows = {"today": [event for event in past if day(event[0]) == day(now)]}
    for name, seconds in WINDOWS.items():
        windows[name] = [event for event in past if event[0] > now - seconds]

    days = []
    known = [event[0] for event in lines if event[0] <= now + MAX_AHEAD]
    for back in range(29, -1, -1):
        date = day(now) - timedelta(days=back)
        if known and date >= day(min(known)):
            here = [event for event in past if day(event[0]) == date]
            days.append({"date": date.isoformat(), **sums(here, False)})
    return {
        "windows": {name: sums(inside, True) for name, inside in windows.items()},
        "n_future": len(events) - len(past),
        "days": days,
    }


def duration(rand):
    """A latency as Go writes it."""
    nsec = int(10 ** rand.uniform(1.5, 12.5))
    if nsec >= 60 * 10 ** 9:
        seconds = nsec // 10 ** 9
        hours = f"{seconds // 3600}h" if seconds >= 3600 else ""
        return f"{hours}{seconds // 60 % 60}m{seconds % 60}s"
    for unit, size in (("s", 10 ** 9), ("ms", 10 ** 6), ("µs", 1000)):
        if nsec >= size:
            digits = len(str(size)) - 1
            return f"{nsec // size}.{nsec % size:0{digits}d}".rstrip("0").rstrip(".") + unit
    return f"{nsec}ns"


def access_line(rand, local):
    date = local.strftime("%Y/%m/%d - %H:%M:%S")
    status = rand.choice([200, 200, 200, 200, 400, 404, 499, 500, 503])
    method = rand.choice(["POST"] * 6 + ["GET", "HEAD", "OPTIONS"])
    path = rand.choice(list(KINDS) + ["/api/ps", "/api/chat/", "//api/chat", "/", "/a\\\"b|c"])
    path += rand.choice(["", "", "", "?beta=true", "?a=\\\"|"])
    client = rand.choice(["127.0.0.1", "::1", "", "::ffff:198.51.100.7"])
    took = duration(rand)
    if rand.random() < 0.1:
        return (f"[GIN] {date} |\x1b[97;42m {status} \x1b[0m| {took:>13} | {client:>15} "
                f'|\x1b[97;46m {method:<7} \x1b[0m "{path}"\r')
    prefix = rand.choice([""] * 6 + ["ollama-1  | ", "Nov 20 15:04:05 host ollama[123]: ",
                                     "2026-11-20T15:04:05.233596000Z "])
    return f'{prefix}[GIN] {date} | {status} | {took:>13} | {client:>15} | {method:<7}  "{path}"'


def other_line(rand, local):
    quoted = access_line(rand, local).replace('"', '\\"')
    return rand.choice([
        "", "Error #01: write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe",
        f'time={local.isoformat()} level=INFO msg="saw {quoted}"', f"somebody wrote {quoted}",
        "[GIN-debug] POST   /api/chat                 --> main.func1 (5 handlers)",
        "[GIN] 2026/13/45 - 15:04:05 | 200 | 1s | ::1 | POST \"/api/chat\"", "x" * 70000,
    ])


def make_log(rand, now, user_zone, log_zone):
    """A log with lines in the order of time, thick where windows begin and end, as one text."""
    zone = ZoneInfo(log_zone)
    n_lines = rand.choice([0, 1, 2, 30, 300, 1500])
    spread = rand.choice([3600, 8 * 3600, 40 * 86400])
    today = datetime.fromtimestamp(now, ZoneInfo(user_zone))
    midnight = int(today.replace(hour=0, minute=0, second=0).timestamp())
    edges = [now, now + MAX_AHEAD, midnight, now - 5 * 3600, now - 86400, now - 7 * 86400]
    moments = [now - rand.uniform(-2 * 3600, spread) for _ in range(n_lines)]
    moments += [edge + rand.randint(-2, 2) for edge in edges for _ in range(rand.choice([0, 3]))]
    lines = []
    for moment in sorted(int(moment) for moment in moments):
        local = datetime.fromtimestamp(moment, zone)
        lines.append(access_line(rand, local))
        if rand.random() < 0.3:
            lines.append(other_line(rand, local))
    text = "".join(line + "\n" for line in lines)
    return text[:-1] if lines and rand.random() < 0.3 else text


# Zones with what is special about them, and a moment shortly after it, or five hours.
CASES = [
    ("UTC", "UTC", "2026-11-20T12:00:00+00:00"),
    ("Europe/Berlin", "UTC", "2026-11-20T23:30:00+00:00"),
    ("Europe/Berlin", "Europe/Berlin", "2026-10-25T05:00:00+01:00"),
    ("Europe/Berlin", "Europe/Berlin", "2026-10-25T07:30:00+01:00"),
    ("Europe/Berlin", "Europe/Berlin", "2026-03-29T05:00:00+02:00"),
    ("America/New_York", "America/New_York", "2026-11-01T03:00:00-05:00"),
    ("America/Santiago", "America/Santiago", "2026-09-06T03:00:00-03:00"),
    ("America/Santiago", "UTC", "2026-04-05T02:00:00-04:00"),
    ("America/Havana", "America/Havana", "2026-11-01T02:00:00-05:00"),
    ("Australia/Lord_Howe", "Australia/Lord_Howe", "2026-04-05T03:00:00+10:30"),
    ("Asia/Kathmandu", "America/St_Johns", "2026-11-20T12:00:00+00:00"),
    ("Pacific/Kiritimati", "Pacific/Niue", "2026-11-20T12:00:00+00:00"),
]


def differences(got, expected, where=""):
    """Yields a line for each value that differs."""
    if isinstance(expected, dict):
        for key in sorted(set(got) | set(expected)):
            yield from differences(got.get(key), expected.get(key), f"{where}/{key}")
    elif isinstance(expected, list) and len(got) == len(expected):
        for i, (one, other) in enumerate(zip(got, expected)):
            yield from differences(one, other, f"{where}/{i}")
    elif isinstance(expected, float) and got is not None:
        if not math.isclose(got, expected, rel_tol=1e-5, abs_tol=1e-9):
            yield f"{where}: {got}, independently {expected}"
    elif got != expected:
        yield f"{where}: {got}, independently {expected}"


def split(rand, text):
    """The log as files: rotated sometimes, as server-1.log and server.log."""
    lines = text.splitlines(keepends=True)
    if len(lines) < 10 or rand.random() < 0.5:
        return {"server.log": text}
    middle = len(lines) // 2
    return {"server-1.log": "".join(lines[:middle]), "server.log": "".join(lines[middle:])}


def check(tally_dump, seed, zone, log_zone, now):
    rand = random.Random(f"{seed} {zone} {log_zone}")
    text = make_log(rand, now, zone, log_zone)
    with tempfile.TemporaryDirectory() as folder:
        for age, (name, part) in enumerate(split(rand, text).items()):
            path = Path(folder, name)
            path.write_text(part, newline="")
            os.utime(path, (now + age, now + age))
        command = [tally_dump, "--now", str(now), "--zone", zone, "--log-zone", log_zone, folder]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=60).stdout
    found = list(differences(json.loads(output), count(text, now, zone, log_zone)))
    for line in found:
        print(f"seed {seed}, {zone}, log in {log_zone}, now {now}: {line}")
    return not found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tally_dump", help="the test program")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    is_good = True
    for seed in range(args.seed, args.seed + args.rounds):
        for zone, log_zone, moment in CASES:
            now = int(datetime.fromisoformat(moment).timestamp())
            is_good &= check(args.tally_dump, seed, zone, log_zone, now)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
