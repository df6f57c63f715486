#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what Paddock costs. Measures, and never judges.

    bench.py [--build FOLDER] [--quick] [start] [tail] [journal] [poll] [huge] [desktop] [memory] [tray] [loop] [scroll]

start   a cold `paddock status` on a large log that it has never seen, against grep reading the same bytes; and
        another one, which goes on from the history
tail    the same of a log whose last 30 days are its last 5 percent
journal a cold `paddock status` on a journal of 300,000 entries, against journalctl reading the same
poll    the processor time of a poll that finds nothing new, and how often `paddock watch` wakes up
huge    the same, with 10 GB of log and a year of history; and what `paddock watch` holds after 7 days at a request a second
desktop the desktop app's database of a million messages, against the sqlite3 shell
memory  private memory of the applet in a panel, less that of the least tray program there can be, and how often
        it wakes up between polls
tray    time from exec until the item is in the tray, against the same
loop    the longest gap of a 1 ms heartbeat on the main loop while every source is in trouble
scroll  the same in the applet, while somebody opens the window, searches, sorts and scrolls through 10,000 models; and
        through 40, which is what the toolkit takes by itself; and while somebody listens, as a screen reader does

Times are medians. `memory`, `tray` and `scroll` bring up a desktop of their own, off screen.
"""

from __future__ import annotations

import argparse
import os
import random
import shlex
import shutil
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
sys.dont_write_bytecode = True
from desktop_db import Writer  # noqa: E402
from fake_ollama import closed_port, gin_line, many_models  # noqa: E402
from journal import entry, write  # noqa: E402
from paddock import Box  # noqa: E402

DAY = 86400
ROUTES = ["/api/chat"] * 5 + ["/v1/chat/completions"] * 3 + ["/api/generate", "/api/embed", "/api/tags", "/api/ps"]


def say(text: str) -> None:
    print(text, flush=True)


# --------------------------------------------------------------------------------------------------
# Logs.


def write_log(path: Path, megabytes: float | None = None, lines: int | None = None, days: float = 7, until: float = 0,
              is_more: bool = False) -> int:
    """A log from so many days ago until as many, of one size or the other, in the order of time, maybe after what is there
    already; returns the number of lines."""
    pick = random.Random(1)
    # Everything but the time comes from a pool, which keeps the writing of a large log bearable.
    pool = [gin_line(0, pick.choices((200, 404, 500), (96, 2, 2))[0], pick.lognormvariate(7, 1.5),
                     "GET" if route in ("/api/tags", "/api/ps") else "POST", route)
            for route in ROUTES for _ in range(100)]
    tails = [line[len("[GIN] 2026/11/20 - 15:04:05"):] + "\n" for line in pool]
    if lines is None:
        assert megabytes is not None
        average = sum(len(tail.encode()) for tail in tails) / len(tails) + len("[GIN] 2026/11/20 - 15:04:05")
        lines = int(megabytes * (1 << 20) / average)
    now = time.time()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a" if is_more else "w", encoding="utf-8", buffering=1 << 20) as stream:
        last, stamp = -1, ""
        for number in range(lines):
            second = int(now - until * DAY - (days - until) * DAY * (1 - number / lines))
            if second != last:
                last, stamp = second, time.strftime("[GIN] %Y/%m/%d - %H:%M:%S", time.gmtime(second))
            stream.write(stamp + pick.choice(tails))
    return lines


def into_page_cache(path: Path) -> None:
    with path.open("rb", buffering=0) as stream:
        while stream.read(1 << 20):
            pass


# --------------------------------------------------------------------------------------------------
# Processes.


def timed(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Wall and processor seconds of a command. Its output is read: grep looks no further than the first match when it
    goes to /dev/null."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def median_of(runs: int, measure: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    results = [measure() for _ in range(runs)]
    return statistics.median(wall for wall, _ in results), statistics.median(cpu for _, cpu in results)


def medians_by_turns(runs: int, *measures: Callable[[], tuple[float, float]]) -> list[tuple[float, float]]:
    """Of several that are compared: what makes the machine slow for a second meets all of them."""
    results = [[measure() for measure in measures] for _ in range(runs)]
    return [(statistics.median(wall for wall, _ in one), statistics.median(cpu for _, cpu in one)) for one in zip(*results)]


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, of threads that have ended too: its clock, as clock_getcpuclockid(3) makes it."""
    return time.clock_gettime((~pid << 3) | 2)


def wake_ups(pid: int) -> dict[str, int]:
    """How often each of its threads went to sleep by itself so far, and so was woken up."""
    counts = {}
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        for line in status.read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                counts[status.parent.name] = int(line.split()[1])
    return counts


def wake_ups_since(pid: int, before: dict[str, int]) -> int:
    return sum(count - before.get(thread, 0) for thread, count in wake_ups(pid).items())


def private_dirty_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty"):
            return int(line.split()[1])
    raise AssertionError("no Private_Dirty")


@contextmanager
def watching(box: Box, paddock: Path, interval: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(paddock), "watch", "--json", "--interval", str(interval)]
    process = subprocess.Popen(command, env=box.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


# --------------------------------------------------------------------------------------------------
# The measurements.


def bench_start(options: argparse.Namespace) -> None:
    megabytes = 32 if options.quick else 256
    with Box() as box:
        box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
        status = [str(options.paddock), "status"]
        empty_wall, empty_cpu = median_of(5, lambda: timed(status, box.environment))
        path = box.logs / "server.log"
        lines = write_log(path, megabytes)
        into_page_cache(path)
        grep = ["grep", "-c", r"^\[GIN\]", str(path)]

        def first() -> tuple[float, float]:
            shutil.rmtree(box.data, ignore_errors=True)
            return timed(status, box.environment)

        def again() -> tuple[float, float]:
            # The second one turns the history's log on, and waits for the disk.
            timed(status, box.environment)
            return timed(status, box.environment)

        (grep_wall, grep_cpu), (wall, cpu), (again_wall, again_cpu) = medians_by_turns(
            9, lambda: timed(grep, {**os.environ, "LC_ALL": "C"}), first, again)
        say(f"start: status without a log             {empty_wall * 1e3:8.1f} ms, cpu {empty_cpu * 1e3:.1f} ms")
        say(f"start: status, {megabytes} MiB, {lines:,} lines  {wall * 1e3:8.1f} ms, cpu {cpu * 1e3:.1f} ms")
        say(f"start: grep -c                          {grep_wall * 1e3:8.1f} ms, cpu {grep_cpu * 1e3:.1f} ms")
        say(f"start: status / grep                    {wall / grep_wall:8.2f}    cpu {cpu / grep_cpu:.2f}")
        say(f"start: status again, from the history   {again_wall * 1e3:8.1f} ms, cpu {again_cpu * 1e3:.1f} ms")
        say(f"start: status again / grep              {again_wall / grep_wall:8.2f}    cpu {again_cpu / grep_cpu:.2f}")


def bench_tail(options: argparse.Namespace) -> None:
    megabytes = 80 if options.quick else 256
    with Box() as box:
        box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
        path = box.logs / "server.log"
        write_log(path, megabytes * 0.95, days=62, until=30)
        write_log(path, megabytes * 0.05, days=30, is_more=True)
        into_page_cache(path)
        grep = ["grep", "-c", r"^\[GIN\]", str(path)]

        def first() -> tuple[float, float]:
            shutil.rmtree(box.data, ignore_errors=True)
            return timed([str(options.paddock), "status"], box.environment)

        (grep_wall, _), (wall, cpu) = medians_by_turns(
            15, lambda: timed(grep, {**os.environ, "LC_ALL": "C"}), first)
        say(f"tail: status, last 5 % of {megabytes} MiB {wall * 1e3:8.1f} ms, cpu {cpu * 1e3:.1f} ms")
        say(f"tail: grep -c                        {grep_wall * 1e3:8.1f} ms")
        say(f"tail: status / grep                  {wall / grep_wall:8.2f}")


# What journald adds to an entry of its own accord.
TRUSTED = {
    "_TRANSPORT": "stdout", "SYSLOG_FACILITY": "3", "SYSLOG_IDENTIFIER": "ollama", "_PID": "123", "_UID": "997", "_GID": "997",
    "_COMM": "ollama", "_EXE": "/usr/local/bin/ollama", "_CMDLINE": "/usr/local/bin/ollama serve", "_CAP_EFFECTIVE": "0",
    "_SELINUX_CONTEXT": "unconfined", "_SYSTEMD_CGROUP": "/system.slice/ollama.service", "_SYSTEMD_SLICE": "system.slice",
    "_SYSTEMD_INVOCATION_ID": "0123456789abcdef0123456789abcdef",
}


def write_journal(folder: Path, entries: int, files: int, days: float = 7) -> list[Path]:
    """Entries over the last days, of which one in ten is another unit's."""
    pick = random.Random(1)
    now = time.time()
    paths = [folder / (f"system@{number}.journal" if number else "system.journal") for number in reversed(range(files))]
    for number, path in enumerate(paths):
        part = []
        for index in range(entries // files):
            when = now - days * DAY * (1 - (number + index / (entries // files)) / files)
            route = pick.choice(ROUTES)
            method = "GET" if route in ("/api/tags", "/api/ps") else "POST"
            unit = "ollama.service" if pick.random() < 0.9 else "other.service"
            part.append(entry(when, gin_line(when, 200, pick.lognormvariate(7, 1.5), method, route), {**TRUSTED, "_SYSTEMD_UNIT": unit}))
        write(path, *part)
        into_page_cache(path)
    return sorted(folder.glob("*.journal"))


def bench_journal(options: argparse.Namespace) -> None:
    entries = 30_000 if options.quick else 300_000
    for files in (1, 20):
        with Box() as box:
            folder = box.root / "journal"
            box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
            status = [str(options.paddock), "status"]
            _, empty_cpu = median_of(5, lambda: timed(status, box.environment))
            paths = write_journal(folder, entries, files)
            box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}", journal_unit="ollama.service", journal_dir=str(folder)))

            def cold() -> tuple[float, float]:
                shutil.rmtree(box.data, ignore_errors=True)
                return timed(status, box.environment)
            wall, cpu = median_of(5, cold)
            named = " ".join(f"--file {shlex.quote(str(path))}" for path in paths)
            reader = ["sh", "-c", f"journalctl {named} -u ollama -o cat | cat > /dev/null"]
            reader_wall, reader_cpu = median_of(5, lambda: timed(reader, dict(os.environ)))
            say(f"journal: status without one           {empty_cpu * 1e3:8.1f} ms cpu")
            say(f"journal: status, {entries:,} entries in {len(paths)} files  {cpu * 1e3:8.1f} ms cpu, {wall * 1e3:.1f} ms")
            say(f"journal: journalctl                   {reader_cpu * 1e3:8.1f} ms cpu, {reader_wall * 1e3:.1f} ms")
            say(f"journal: status / journalctl          {cpu / reader_cpu:8.2f}")
            if files > 1:
                polls = 10 if options.quick else 60
                with watching(box, options.paddock, 1) as process:
                    settle(process.pid)
                    used, wakes = cpu_seconds(process.pid), wake_ups(process.pid)
                    time.sleep(polls)
                    say(f"journal: poll with nothing new        {(cpu_seconds(process.pid) - used) / polls * 1e6:8.0f} µs cpu, "
                        f"{wake_ups_since(process.pid, wakes) / polls:.1f} wake-ups")


def bench_poll(options: argparse.Namespace) -> None:
    polls = 10 if options.quick else 60
    megabytes = 32 if options.quick else 256
    for name, size in (("empty", 0.0), (f"{megabytes} MiB", float(megabytes))):
        with Box() as box:
            server = box.server(models=many_models(7))
            box.write_settings(box.account(server))
            if size:
                write_log(box.logs / "server.log", size)
            else:
                box.log()
            with watching(box, options.paddock, 1) as process:
                server.wait_for("/api/ps", count=3, timeout=120)
                since, cpu, wakes, started = server.mark(), cpu_seconds(process.pid), wake_ups(process.pid), time.perf_counter()
                server.wait_for("/api/ps", count=polls, since=since, timeout=polls * 10)
                passed = time.perf_counter() - started
                cost = (cpu_seconds(process.pid) - cpu) / polls
                woken = wake_ups_since(process.pid, wakes) / polls
            say(f"poll: nothing new, {name:8}  {cost * 1e6:8.0f} µs cpu, {woken:.1f} wake-ups a poll, {passed / polls:.2f} s apart")
    with Box() as box:
        server = box.server()
        box.write_settings(box.account(server))
        with watching(box, options.paddock, 3600) as process:
            server.wait_for("/api/ps")
            settle(process.pid)
            seconds = 5 if options.quick else 30
            wakes, cpu = wake_ups(process.pid), cpu_seconds(process.pid)
            time.sleep(seconds)
            say(f"poll: between polls        {wake_ups_since(process.pid, wakes) / seconds:8.2f} wake-ups a second, "
                f"{(cpu_seconds(process.pid) - cpu) / seconds * 1e6:.0f} µs cpu a second")


def poll_cost(box: Box, options: argparse.Namespace, polls: int) -> tuple[float, int]:
    """Processor seconds of a poll that finds nothing new, and private memory in KiB."""
    server = box.server(models=many_models(7))
    box.write_settings(box.account(server))
    with watching(box, options.paddock, 1) as process:
        server.wait_for("/api/ps", count=5, timeout=120)
        since, cpu = server.mark(), cpu_seconds(process.pid)
        server.wait_for("/api/ps", count=polls, since=since, timeout=polls * 10)
        return (cpu_seconds(process.pid) - cpu) / polls, private_dirty_kib(process.pid)


def bench_huge(options: argparse.Namespace) -> None:
    polls = 10 if options.quick else 30
    gigabytes = 1 if options.quick else 10
    with Box() as box:
        path = box.logs / "server.log"
        # Long ago, again and again: what is old is not read, and so need not be of different times.
        write_log(path, 64, days=300, until=299)
        block = path.read_bytes()
        with path.open("ab") as stream:
            for _ in range(gigabytes * 1000 // 67 - 5):
                stream.write(block)
        write_log(path, 256, days=60, is_more=True)
        box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
        wall, cpu = timed([str(options.paddock), "status"], box.environment)
        say(f"huge: first status, {path.stat().st_size / 1e9:.1f} GB   {wall * 1e3:8.1f} ms, cpu {cpu * 1e3:.1f} ms")
        with sqlite3.connect(box.data / "paddock/history.sqlite") as db:
            columns = [row[1] for row in db.execute("PRAGMA table_info (hour)")]
            rest = ", ".join(name for name in columns if name != "start_sec")
            for days in range(30, 365, 30):
                db.execute(f"INSERT OR IGNORE INTO hour (start_sec, {rest}) SELECT start_sec - ?, {rest} FROM hour"
                           " WHERE start_sec > ?", (days * DAY, time.time() - 30 * DAY))
            hours = db.execute("SELECT count(*) FROM hour").fetchone()[0]
        cost, private = poll_cost(box, options, polls)
        say(f"huge: poll, nothing new        {cost * 1e6:8.0f} µs cpu, {hours:,} hours of history; {private / 1024:.1f} MiB private")
    with Box() as box:
        write_log(box.logs / "server.log", lines=7 * DAY)
        cost, private = poll_cost(box, options, polls)
        say(f"huge: 7 days at 1 request/s    {private / 1024:8.1f} MiB private, poll {cost * 1e6:.0f} µs cpu")


def settle(pid: int, seconds: float = 2.0) -> None:
    """Waits until the process has done nothing for a while."""
    quiet_since, last = time.monotonic(), cpu_seconds(pid)
    deadline = time.monotonic() + 120
    while time.monotonic() < min(quiet_since + seconds, deadline):
        time.sleep(0.1)
        used = cpu_seconds(pid)
        if used - last > 0.002:
            quiet_since = time.monotonic()
        last = used


def in_a_desktop(options: argparse.Namespace, what: str) -> None:
    """Runs this program's inner half in a panel off screen."""
    command = [str(HERE.parent / "desktop/desktop"), "--host", "systray", "--", "/usr/bin/python3", str(Path(__file__).resolve()),
               "--build", str(options.build), "--inside", what] + (["--quick"] if options.quick else [])
    subprocess.run(command, check=False)


def _panel(box: Box):  # type: ignore[no-untyped-def]  # known inside of a desktop alone, since it needs GObject
    sys.path.insert(0, str(HERE.parent / "desktop"))
    from panel import Panel
    return Panel(box)


def inside_memory(options: argparse.Namespace) -> None:
    per_day = 1000 if options.quick else 100_000
    with Box() as box:
        panel = _panel(box)
        write_log(box.logs / "server.log", lines=per_day * 7)
        server = box.server(models=many_models(200))
        box.write_settings(box.account(server), poll_interval_seconds=1)
        sizes = {}
        for name, program in (("bare tray", options.bare_tray), ("applet", options.paddock)):
            os.environ["PADDOCK"] = str(program)
            applet = panel.start()
            item = applet.item()
            if name == "applet":
                item.wait_for("Title", lambda title: "200 models" in title)
                server.wait_for("/api/ps", count=10)
            settle(applet.process.pid)
            sizes[name] = private_dirty_kib(applet.process.pid)
            if name == "applet":
                box.write_settings(box.account(server), poll_interval_seconds=3600)
                settle(applet.process.pid)
                seconds = 5 if options.quick else 30
                wakes = wake_ups(applet.process.pid)
                time.sleep(seconds)
                say(f"memory: applet wakes up {wake_ups_since(applet.process.pid, wakes) / seconds:.2f} times a second between polls")
            applet.process.terminate()
            applet.wait()
        say(f"memory: bare tray   {sizes['bare tray'] / 1024:8.2f} MiB private dirty")
        say(f"memory: applet      {sizes['applet'] / 1024:8.2f} MiB, 200 models, {per_day:,} requests a day for 7 days")
        say(f"memory: difference  {(sizes['applet'] - sizes['bare tray']) / 1024:8.2f} MiB")


def inside_tray(options: argparse.Namespace) -> None:
    from gi.repository import Gio, GLib

    runs = 3 if options.quick else 11
    with Box() as box:
        panel = _panel(box)
        box.write_settings(box.account(box.server()))
        loop = GLib.MainLoop()
        registered_at: list[float] = []

        def on_registered(*_: object) -> None:
            registered_at.append(time.perf_counter())
            loop.quit()
        panel.bus.signal_subscribe(None, "org.kde.StatusNotifierWatcher", "StatusNotifierItemRegistered", None, None,
                                   Gio.DBusSignalFlags.NONE, on_registered)

        def one_run(program: Path) -> float | None:
            """Seconds until the item is registered. The indicator library forgets to do so when a busy machine has two
            answers of the bus change places; the applet notices, and the bare program does not."""
            started = time.perf_counter()
            process = subprocess.Popen([str(program)], env=box.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            bound = GLib.timeout_add_seconds(10, loop.quit)
            loop.run()
            process.terminate()
            process.wait()
            if not registered_at:
                return None
            GLib.source_remove(bound)
            return registered_at.pop() - started

        # By turns, so that what else the machine does is in both.
        programs = {"bare tray": options.bare_tray, "applet": options.paddock}
        times: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(runs):
            for name, program in programs.items():
                seconds = one_run(program)
                if seconds is None:
                    say(f"tray: {name:10} was not registered in one run")
                else:
                    times[name].append(seconds)
        medians = {name: statistics.median(times[name]) for name in programs}
        for name, median in medians.items():
            say(f"tray: {name:10} {median * 1e3:8.1f} ms until its item is registered")
        say(f"tray: ratio      {medians['applet'] / medians['bare tray']:8.2f}")


def bench_loop(options: argparse.Namespace) -> None:
    program = options.build / "tests/bench/heartbeat"
    if not program.exists():
        say("loop: there is no heartbeat program in this build")
        return
    megabytes = 64 if options.quick else 1024
    with Box() as box:
        write_log(box.logs / "server.log", megabytes)
        hanging = box.server()
        hanging.route("*", lambda exchange: exchange.hang())
        dead = box.account("http://no-such-host.invalid:11434", id="dead")
        settings = [box.account(hanging, id="hanging"), dead, box.account(box.server(models=many_models(10_000)), id="large")]
        box.write_settings(*settings, poll_interval_seconds=1)
        done = subprocess.run([str(program), str(box.settings_path), "10" if options.quick else "40"], env=box.environment,
                              capture_output=True, text=True, check=False)
        for line in (done.stdout + done.stderr).splitlines():
            say(f"loop: {line}")


class Heart:
    """The heartbeat in a running applet."""

    def __init__(self, box: Box, options: argparse.Namespace) -> None:
        self.path = box.root / "heartbeat"
        box.environment |= {"LD_PRELOAD": str(options.build / "tests/bench/heart-preload.so"), "HEARTBEAT_FILE": str(self.path)}

    def ask(self, pid: int) -> str:
        """What was measured since it was asked before."""
        before = self.path.stat().st_size if self.path.exists() else 0
        os.kill(pid, signal.SIGUSR1)
        deadline = time.monotonic() + 60
        while not self.path.exists() or self.path.stat().st_size == before:
            assert time.monotonic() < deadline, "no heartbeat"
            time.sleep(0.01)
        return self.path.read_text().splitlines()[-1]


# Hears what a screen reader does of a window, and says nothing.
LISTENER = """
import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi
listener = Atspi.EventListener.new(lambda event: None)
for event in ("children-changed", "state-changed", "selection-changed", "active-descendant-changed", "property-change"):
    listener.register("object:" + event)
print("listening", flush=True)
Atspi.event_main()
"""


@contextmanager
def listening(wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    process = subprocess.Popen([sys.executable, "-c", LISTENER], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def inside_scroll(options: argparse.Namespace) -> None:
    for count, is_heard in ((40, False), (10_000, False), (10_000, True)):
        say(f"scroll: {count:,} models" + (", and somebody listens" if is_heard else ""))
        with Box() as box:
            panel = _panel(box)
            with listening(is_heard):
                scroll(box, panel, options, count, is_heard)


def scroll(box: Box, panel, options: argparse.Namespace, count: int, is_heard: bool) -> None:  # type: ignore[no-untyped-def]
    from panel import frame_of, xdotool

    heart = Heart(box, options)
    box.log()
    models = [{**model, "size": number * 10**6} for number, model in enumerate(many_models(count))]
    server = box.server(models=models)
    box.write_settings(box.account(server), poll_interval_seconds=1)
    os.environ["PADDOCK"] = str(options.paddock)
    applet = panel.start(accessible=is_heard)
    applet.item().wait_for("Title", lambda title: f"{count:,} models" in title or f"{count} models" in title)
    # A tool that tells the applet something is no part of it.
    del box.environment["LD_PRELOAD"]
    repeats = "20" if options.quick else "200"

    def show(name: str, *keys: str) -> None:
        if keys:
            xdotool(*keys)
        time.sleep(1)
        say(f"scroll: {name:30} {heart.ask(applet.process.pid)}")

    time.sleep(2)
    heart.ask(applet.process.pid)
    panel.tell("details")
    window = applet.wait_for_window()
    xdotool("windowactivate", "--sync", window)
    show("the window opens")
    show("polls that find the same")
    # One goes and one comes, so that there are never more than are kept.
    server.models = [{**models[0], "name": "another:latest", "size": 1}, *models[1:]]
    server.wait_for("/api/tags", count=2, since=server.mark())
    show("a poll that finds another one")
    # The models are what stands last, and this brings them into view.
    xdotool("key", "ctrl+f")
    x, y, width, height = frame_of(window)
    xdotool("mousemove", str(x + width // 2), str(y + height - 100))
    show("a search, letter by letter", "type", "--delay", "150", "model-000")
    show("the search is taken back", "key", "Escape")
    # From the field to the choice of the order, and on to the list.
    xdotool("key", "--delay", "100", "Tab", "space")
    show("sorted by size", "key", "--delay", "100", "Down", "Return")
    xdotool("key", "--delay", "100", "ctrl+f", "Tab", "Tab", "Home")
    show("End", "key", "End")
    show("Home", "key", "Home")
    show("Page Down", "key", "--repeat", repeats, "--delay", "30", "Page_Down")
    show("Down", "key", "--repeat", repeats, "--delay", "30", "Down")
    show("the wheel", "click", "--repeat", repeats, "--delay", "30", "4")
    say(f"scroll: memory of its own              {private_dirty_kib(applet.process.pid) / 1024:8.1f} MiB")


def write_chats(path: Path, messages: int, days: float) -> None:
    """Chats of fifty messages of 2 kB, over the last days."""
    writer = Writer(path)
    writer.db.execute("PRAGMA synchronous = OFF")
    pick = random.Random(1)
    with writer.transaction():
        for i in range(messages // 50):
            chat, start = f"0190f5d2-7c1b-7a3e-9d44-{i:012d}", time.time() - 3600 - pick.random() * days * DAY
            writer.db.execute("INSERT INTO chats (id) VALUES (?)", [chat])
            writer.db.executemany(
                "INSERT INTO messages (chat_id, role, content, model_name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
                [(chat, *(("assistant", "x" * 2000, f"m{i % 7}") if j % 2 else ("user", "x" * 2000, None)),
                  writer.time_text(start + j), writer.time_text(start + j)) for j in range(50)])
    writer.close()


# Writes without end, as the app does, and tells how long it waited for its turn.
BUSY_WRITER = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA busy_timeout = 5000")
db.execute("PRAGMA synchronous = OFF")
waits, end = [], time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    started = time.perf_counter()
    db.execute("BEGIN IMMEDIATE")
    waits.append(time.perf_counter() - started)
    db.execute("INSERT INTO messages (chat_id, role, content) VALUES ('busy', 'user', ?)", ["x" * 2000])
    db.execute("COMMIT")
    time.sleep(0.002)
waits.sort()
print(f"median {waits[len(waits) // 2] * 1e3:.3f} ms, 99 % {waits[-1 - len(waits) // 100] * 1e3:.3f} ms, most {waits[-1] * 1e3:.3f} ms")
"""


def writer_waits(path: Path, seconds: float) -> str:
    command = [sys.executable, "-c", BUSY_WRITER, str(path), str(seconds)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def bench_desktop(options: argparse.Namespace) -> None:
    messages = 50_000 if options.quick else 1_000_000
    # The second one is the worst for memory: single messages are kept for 32 days.
    for days in (365, 31):
        with Box() as box:
            say(f"desktop: {messages:,} messages of 2 kB in {days} days")
            desktop(box, options, messages, days)


def desktop(box: Box, options: argparse.Namespace, messages: int, days: float) -> None:
    path = box.home / ".ollama/db.sqlite"
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
    write_chats(path, messages, days)
    into_page_cache(path)
    # No more than what all of the numbers need at least.
    shell = ["sqlite3", "-readonly", str(path), "SELECT role, model_name, substr(created_at, 1, 10), count(*),"
             " sum(length(content)), sum(length(thinking)) FROM messages GROUP BY 1, 2, 3"]
    if shutil.which("sqlite3"):
        shell_wall, shell_cpu = median_of(3, lambda: timed(shell, box.environment))
        say(f"desktop: sqlite3                        {shell_wall * 1e3:8.1f} ms, cpu {shell_cpu * 1e3:.1f} ms")
    wall, cpu = median_of(3, lambda: timed([str(options.paddock), "status"], box.environment))
    say(f"desktop: status                         {wall * 1e3:8.1f} ms, cpu {cpu * 1e3:.1f} ms")
    with watching(box, options.paddock, 1) as process:
        settle(process.pid)
        before = cpu_seconds(process.pid)
        time.sleep(5)
        idle = (cpu_seconds(process.pid) - before) / 5
        before = cpu_seconds(process.pid)
        writer = Writer(path)
        for i in range(5):
            writer.add_message(f"0190f5d2-7c1b-7a3e-9d44-{i:012d}", "user", time.time())
            time.sleep(1)
        poll = (cpu_seconds(process.pid) - before) / 5
        writer.close()
        say(f"desktop: poll, nothing new              {idle * 1e3:8.2f} ms cpu")
        say(f"desktop: poll after a new message       {poll * 1e3:8.2f} ms cpu")
        say(f"desktop: memory of its own              {private_dirty_kib(process.pid) / 1024:8.1f} MiB")
        seconds = 5 if options.quick else 20
        say(f"desktop: a writer waits for its turn, with watch:    {writer_waits(path, seconds)}")
    say(f"desktop: a writer waits for its turn, without watch: {writer_waits(path, seconds)}")


BENCHES = {
    "desktop": bench_desktop,
    "start": bench_start,
    "tail": bench_tail,
    "journal": bench_journal,
    "poll": bench_poll,
    "huge": bench_huge,
    "memory": lambda options: in_a_desktop(options, "memory"),
    "tray": lambda options: in_a_desktop(options, "tray"),
    "loop": bench_loop,
    "scroll": lambda options: in_a_desktop(options, "scroll"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Prints what Paddock costs.")
    parser.add_argument("--build", type=Path, default=Path("build"), help="a build folder, best with --buildtype=release")
    parser.add_argument("--quick", action="store_true", help="smaller logs and fewer runs, to see that it works")
    parser.add_argument("--inside", choices=("memory", "tray", "scroll"), help=argparse.SUPPRESS)
    parser.add_argument("benches", nargs="*", choices=[*BENCHES, []], help="all, when none is named")
    options = parser.parse_args()
    options.build = options.build.resolve()
    options.paddock = options.build / "src/paddock"
    options.bare_tray = options.build / "tests/bench/bare-tray"
    if options.inside:
        {"memory": inside_memory, "scroll": inside_scroll, "tray": inside_tray}[options.inside](options)
        return 0
    if not options.paddock.exists():
        print(f"bench: there is no {options.paddock}", file=sys.stderr)
        return 2
    for name in options.benches or BENCHES:
        BENCHES[name](options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
