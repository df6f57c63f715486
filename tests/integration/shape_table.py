#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints a table of every shape that a server's log comes in: lines in, events out, and an independent count.

    shape_table.py TALLY_DUMP [NAME...]

Each shape is the same stream of requests, polling and messages, written the way one collector, terminal or accident
writes it. The applet's own readers count it (in the test program tally-dump), and so does count() below, which knows
nothing of prefixes: it is told by the writer what was a request when it was written. The exit status is 1 where the two
differ.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

NOW = 1795183445
N_STEPS = 400
INFERENCES = ["/api/chat", "/api/generate", "/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/completions",
              "/api/embed", "/api/embeddings", "/v1/embeddings"]
OTHERS = [("GET", "/api/tags"), ("GET", "/api/ps"), ("HEAD", "/"), ("OPTIONS", "/api/chat"), ("GET", "/api/chat"),
          ("POST", "/api/show"), ("POST", "/api/chat/"), ("POST", "//api/chat")]
MESSAGES = [
    'time={iso}.123Z level=INFO source=sched.go:480 msg="new model will fit" parallel=1',
    'time={iso}.123Z level=DEBUG source=x.go:1 msg="user pasted [GIN] {date} | 200 | 1s | ::1 | POST \\"/api/chat\\""',
    "slot print_timing: id  0 | task 44 | prompt eval time =      78.86 ms /  1684 tokens (    0.05 ms per token)",
    "       eval time =    2468.01 ms /    34 tokens (   72.59 ms per token,    13.78 tokens per second)",
    "[GIN-debug] POST   /api/chat                 --> github.com/ollama/ollama/server.(*Server).ChatHandler-fm (6 handlers)",
    '{{"function":"log_server_request","level":"INFO","method":"POST","path":"/completion","status":200}}',
    "Error #01: write tcp 127.0.0.1:11434->127.0.0.1:57686: write: broken pipe",
    "llama_model_loader: - kv  12: llama.attention.head_count u32 = 24",
]
LATENCIES = ["0s", "73ns", "8µs", "8.461µs", "1.2ms", "999.999999ms", "1s", "59.5320998s", "1m0s", "9m52s", "1h0m0s", "100h0m0s"]


class Line:
    """A line of the stream, not yet in any shape."""

    def __init__(self, text: str, moment: int, is_access: bool, is_inference: bool) -> None:
        self.text, self.moment, self.is_access, self.is_inference = text, moment, is_access, is_inference


def stream(seed: int, gin: Callable[..., str]) -> Iterator[Line]:
    pick = random.Random(seed)
    for step in range(N_STEPS):
        moment = NOW - 3000 + step * 5
        stamp = {"date": time.strftime("%Y/%m/%d - %H:%M:%S", time.gmtime(moment)),
                 "iso": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))}
        route = pick.choice(INFERENCES) + pick.choice(["", "", "", "?beta=true", "?x=a|b&y=%22"])
        status, latency = pick.choice([200] * 5 + [404, 499, 500]), pick.choice(LATENCIES)
        client = pick.choice(["127.0.0.1", "192.168.1.20", "::1", "2001:db8::1", "::ffff:198.51.100.7", ""])
        yield Line(gin(stamp["date"], status, latency, client, "POST", route), moment, True, True)
        method, path = pick.choice(OTHERS)
        yield Line(gin(stamp["date"], 200, latency, client, method, path), moment, True, False)
        yield Line(gin(stamp["date"], 404, latency, client, "POST", '/api/a b\\"c\\n|\\\\|'), moment, True, False)
        yield Line(pick.choice(MESSAGES).format(**stamp), moment, False, False)


def plain(date: str, status: int, latency: str, client: str, method: str, path: str) -> str:
    return f'[GIN] {date} | {status} | {latency:>13} | {client:>15} | {method:<7}  "{path}"'


def coloured(date: str, status: int, latency: str, client: str, method: str, path: str) -> str:
    return (f'[GIN] {date} |\x1b[97;42m {status} \x1b[0m| {latency:>13} | {client:>15} |\x1b[97;46m {method:<7} \x1b[0m '
            f'"{path}"')


def newer(date: str, status: int, latency: str, client: str, method: str, path: str) -> str:
    """Other widths, and a latency in colour."""
    return f'[GIN] {date} | {status} |\x1b[97;42m {latency:>8} \x1b[0m| {client:>15} | {method:<7}    "{path}"'


def damaged(mark: str) -> Callable[..., str]:
    return lambda date, status, latency, client, method, path: plain(date, status, latency.replace("µ", mark), client,
                                                                   method, path)


# --------------------------------------------------------------------------------------------------
# Shapes: what is written of a stream, as bytes, with how many inferences that were in it are whole.

Shape = Callable[[list[Line]], tuple[bytes, int]]


def each(write: Callable[[Line], str], encoding: str = "utf-8") -> Shape:
    """Every line by itself."""
    return lambda lines: ("".join(write(line) for line in lines).encode(encoding), sum(line.is_inference for line in lines))


def prefixed(prefix: str) -> Shape:
    def write(line: Line) -> str:
        at = time.gmtime(line.moment)
        return time.strftime(prefix, at) + line.text + "\n"
    return each(write)


def json_file(line: Line) -> str:
    iso = time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime(line.moment))
    return json.dumps({"log": line.text + "\n", "stream": "stdout", "time": iso}, separators=(",", ":")) + "\n"


def utf16(lines: list[Line]) -> tuple[bytes, int]:
    data, wanted = each(lambda line: line.text + "\r\n")(lines)
    return b"\xff\xfe" + data.decode().encode("utf-16-le"), wanted


def with_bom(lines: list[Line]) -> tuple[bytes, int]:
    data, wanted = prefixed("")(lines)
    return b"\xef\xbb\xbf" + data, wanted


def with_holes(lines: list[Line]) -> tuple[bytes, int]:
    """Runs of NUL bytes in front of good lines, and half a line in front of some of these."""
    out, pick = [], random.Random(1)
    for line in lines:
        if pick.random() < 0.2:
            out.append("half a li" if pick.random() < 0.5 else "")
            out.append("\0" * pick.choice([1, 10, 185_000 if pick.random() < 0.02 else 100]))
        out.append(line.text + "\n")
    return "".join(out).encode(), sum(line.is_inference for line in lines)


def torn(lines: list[Line]) -> tuple[bytes, int]:
    """Access lines that end anywhere, with the next one right behind."""
    out, wanted, pick = [], 0, random.Random(2)
    accesses = [line for line in lines if line.is_access]
    for line, following in zip(accesses, accesses[1:] + [None]):
        if following is not None and pick.random() < 0.3:
            cut = pick.randrange(30, len(line.text) - 1)
            out.append(line.text[:cut])
        else:
            out.append(line.text + "\n")
            wanted += line.is_inference
    return "".join(out).encode(), wanted


def several(lines: list[Line]) -> tuple[bytes, int]:
    """Two and three runs on a line: newlines that were lost."""
    pick = random.Random(3)
    accesses = [line for line in lines if line.is_access]
    text = "".join(line.text + ("" if pick.random() < 0.5 else "\n") for line in accesses)
    return (text + "\n").encode(), sum(line.is_inference for line in accesses)


def several_json(lines: list[Line]) -> tuple[bytes, int]:
    accesses = [line for line in lines if line.is_access]
    pairs = [Line(a.text + b.text, a.moment, True, False) for a, b in zip(accesses[::2], accesses[1::2])]
    return "".join(map(json_file, pairs)).encode(), sum(line.is_inference for line in accesses)


def unfinished(lines: list[Line]) -> tuple[bytes, int]:
    """The last line has no newline, and is whole."""
    accesses = [line for line in lines if line.is_inference]
    return "\n".join(line.text for line in accesses).encode(), len(accesses)


SHAPES: dict[str, tuple[Callable[..., str], Shape]] = {
    "plain": (plain, prefixed("")),
    "CRLF": (plain, each(lambda line: line.text + "\r\n")),
    "colours and CRLF": (coloured, each(lambda line: line.text + "\r\n")),
    "gin 1.12, coloured latency": (newer, prefixed("")),
    "UTF-8 byte order mark": (plain, with_bom),
    "UTF-16LE and CRLF": (plain, utf16),
    "µ as ┬╡": (damaged("┬╡"), prefixed("")),
    "µ as Âµ": (damaged("Âµ"), prefixed("")),
    "µ as u": (damaged("u"), prefixed("")),
    "journald": (plain, prefixed("%b %d %H:%M:%S host ollama[123]: ")),
    "journald, other months": (plain, prefixed("Nov. 20 %H:%M:%S host ollama[123]: ")),
    "journald, host is ollama": (plain, prefixed("%b %d %H:%M:%S ollama ollama[123]: ")),
    "journald, no host": (plain, prefixed("%b %d %H:%M:%S ollama[123]: ")),
    "journald, short-iso": (plain, prefixed("%Y-%m-%dT%H:%M:%S+0000 host ollama[123]: ")),
    "compose": (plain, prefixed("ollama  | ")),
    "compose, numbered": (plain, prefixed("ollama-1  | ")),
    "compose, brackets": (plain, prefixed("[ollama]   | ")),
    "kubectl --prefix": (plain, prefixed("[pod/ollama-0/ollama] ")),
    "docker -t": (plain, prefixed("%Y-%m-%dT%H:%M:%S.233596000Z ")),
    "compose and docker -t": (plain, prefixed("ollama-1  | %Y-%m-%dT%H:%M:%S.233596000Z ")),
    "docker json-file": (plain, each(json_file)),
    "docker json-file, colours": (coloured, each(json_file)),
    "CRI": (plain, prefixed("%Y-%m-%dT%H:%M:%S.233596000Z stdout F ")),
    "holes of NUL bytes": (plain, with_holes),
    "torn lines": (plain, torn),
    "several on a line": (plain, several),
    "several on a line, json-file": (plain, several_json),
    "no last newline": (plain, unfinished),
}


def count(tally_dump: str, data: bytes) -> int:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "server.log").write_bytes(data)
        done = subprocess.run([tally_dump, f"--now={NOW}", "--zone=UTC", "--log-zone=UTC", folder], check=True,
                              stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return json.loads(done.stdout)["windows"]["5h"]["requests"]


def main() -> int:
    tally_dump, wanted_shapes = sys.argv[1], sys.argv[2:] or list(SHAPES)
    n_wrong = 0
    print(f"{'shape':30}{'lines in':>10}{'events out':>12}{'independent':>13}")
    for number, name in enumerate(wanted_shapes):
        gin, shape = SHAPES[name]
        data, expected = shape(list(stream(number, gin)))
        found = count(tally_dump, data)
        newline = "\n".encode("utf-16-le") if data.startswith(b"\xff\xfe") else b"\n"
        print(f"{name:30}{data.count(newline):10}{found:12}{expected:13}{'' if found == expected else '   differs'}")
        n_wrong += found != expected
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
