#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a server log of any size for measurements: access lines of inference requests and of
polling, and the server's own messages between them, in the mix of a busy machine.

Give the size, or the number of requests a day; the time stamps then run evenly over the days before
the end, in UTC.
"""

import argparse
import random
import sys
import time

FILLERS = [
    'time={iso}.123Z level=INFO source=server.go:1234 msg="llama runner started in 2.31 seconds"\n',
    'time={iso}.456Z level=DEBUG source=sched.go:480 msg="context for request finished" '
    'runner.name=registry.ollama.ai/library/llama3.2:3b runner.size="3.3 GiB" runner.pid=4242\n',
    "llama_model_loader: - kv  12:             llama.attention.head_count u32              = 24\n",
    "slot print_timing: id  0 | task 44 | prompt eval time =      78.86 ms /  1684 tokens "
    "(    0.05 ms per token, 21354.30 tokens per second)\n",
    "load_tensors: layer  17 assigned to device CUDA0, is_swa = 0\n",
]

ROUTES = ["/api/chat"] * 6 + ["/api/generate"] * 2 + ["/v1/chat/completions", "/api/embed"]
OTHERS = [("GET", "/api/ps"), ("GET", "/api/tags"), ("GET", "/api/version"), ("HEAD", "/")]
STATUSES = [200] * 94 + [404, 400, 499, 500, 503, 200]


def latency(rand):
    seconds = rand.lognormvariate(1.0, 1.2)
    if seconds >= 60:
        return f"{int(seconds) // 60}m{int(seconds) % 60}s"
    return f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"


def access(rand, is_request):
    """One access line, with {date} left open."""
    client = rand.choice(["127.0.0.1", "192.168.1.20", "::1"])
    if is_request:
        status, method, path, took = (
            rand.choice(STATUSES), "POST", rand.choice(ROUTES), latency(rand))
    else:
        method, path = rand.choice(OTHERS)
        status, took = 200, f"{rand.uniform(10, 900):.3f}".rstrip("0").rstrip(".") + "µs"
    return f'[GIN] {{date}} | {status} | {took:>13} | {client:>15} | {method:<7}  "{path}"\n'


def batches(rand):
    """Endless blocks of text to be stamped, each with the number of its requests."""
    blocks = []
    for _ in range(200):
        lines = []
        for _ in range(4):
            lines.append(access(rand, True))
            lines += [access(rand, False) for _ in range(4)]
            lines += rand.sample(FILLERS, 2)
        rand.shuffle(lines)
        blocks.append("".join(lines))
    while True:
        yield from blocks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=256, help="MiB")
    parser.add_argument("--days", type=float, default=7, help="how far back the log goes")
    parser.add_argument("--end", type=int, default=int(time.time()), help="Unix seconds")
    parser.add_argument("--per-day", type=int, help="requests a day, instead of a size")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    rand = random.Random(args.seed)
    source = batches(rand)
    if args.per_day:
        n_blocks = int(args.per_day * args.days / 4)
    else:
        sample = [next(source) for _ in range(200)]
        mean = sum(len(block.encode()) + block.count("{") * 13 for block in sample) / len(sample)
        n_blocks = int(args.size * 1024 * 1024 / mean)

    start = args.end - args.days * 86400
    out = sys.stdout.buffer
    for i in range(n_blocks):
        stamp = time.gmtime(start + args.days * 86400 * i / n_blocks)
        text = next(source).replace("{date}", time.strftime("%Y/%m/%d - %H:%M:%S", stamp))
        out.write(text.replace("{iso}", time.strftime("%Y-%m-%dT%H:%M:%S", stamp)).encode())


if __name__ == "__main__":
    main()
