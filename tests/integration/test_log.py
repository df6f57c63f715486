# SPDX-License-Identifier: GPL-3.0-or-later
"""Server logs of every kind, and what happens to them while they are read."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

from fake_ollama import GinLog, gin_line
from paddock import Account, Box


def _status(box: Box, **details: object) -> Account:
    box.write_settings(box.account(box.server()))
    account = box.status(expect=0, **details)
    assert account.metric("models_total") is not None, "the server is unharmed"
    return account


def _check_error(account: Account, *words: str) -> None:
    sentence = account.diagnostics.get("server_log_error", "")
    assert len(sentence) > 15 and "\n" not in sentence, repr(sentence)
    assert any(word in sentence.lower() for word in words), f"none of {words} in {sentence!r}"


def _now_line(**details: object) -> str:
    return gin_line(time.time() - 1, **details) + "\n"


def missing(box: Box) -> None:
    account = _status(box)
    assert account.state("server_log") == "absent"
    assert "requests_5h" not in account.metrics
    _check_error(account, ".ollama/logs")


def named_in_no_encoding(box: Box) -> None:
    folder = box.root / "logs"
    folder.mkdir()
    os.mkfifo(os.fsencode(folder) + b"/server-\xfc\x1b[31m.log")
    box.write_settings(box.account(box.server(), logs_dir=str(folder)))
    account = box.status(expect=0)
    assert account.state("server_log") == "failed"
    _check_error(account, "\ufffd")
    page = box.run("status").stdout
    assert "\x1b" not in page and "\ufffd" in page, repr(page)


def missing_where_the_settings_say(box: Box) -> None:
    box.write_settings(box.account(box.server(), logs_dir=str(box.root / "nowhere")))
    account = box.status(expect=0)
    assert account.state("server_log") in ("absent", "failed")
    assert "requests_5h" not in account.metrics
    _check_error(account, "nowhere")


def _as_nobody(box: Box, folder_mode: int, file_mode: int) -> Account:
    """Root reads everything, so as root the binary is run as nobody."""
    for path in (box.root, *box.root.rglob("*")):
        os.chown(path, 65534, 65534)
    box.write_settings(box.account(box.server()))
    log = box.log()
    log.write(_now_line())
    if os.geteuid() == 0:
        os.chown(log.path, 0, 0)
        os.chown(log.path.parent, 0, 0)
    log.path.chmod(file_mode)
    log.path.parent.chmod(folder_mode)
    try:
        return box.status(expect=0, as_nobody=True)
    finally:
        log.path.parent.chmod(0o755)


def unreadable_file(box: Box) -> None:
    account = _as_nobody(box, 0o755, 0o000)
    assert account.state("server_log") == "failed"
    assert "requests_5h" not in account.metrics
    _check_error(account, "permission", "right", "read", "denied")


def unreadable_folder(box: Box) -> None:
    account = _as_nobody(box, 0o000, 0o644)
    assert account.state("server_log") == "failed"
    assert "requests_5h" not in account.metrics
    _check_error(account, "permission", "right", "read", "denied")


def folder_in_place_of_the_file(box: Box) -> None:
    (box.logs / "server.log").mkdir(parents=True)
    account = _status(box)
    assert "requests_5h" not in account.metrics
    _check_error(account, "server.log", "folder", "directory", "regular")


def fifo_in_place_of_the_file(box: Box) -> None:
    box.logs.mkdir(parents=True)
    os.mkfifo(box.logs / "server.log")
    account = _status(box)
    assert "requests_5h" not in account.metrics
    _check_error(account, "server.log", "pipe", "regular")


def device_in_place_of_the_file(box: Box) -> None:
    box.logs.mkdir(parents=True)
    (box.logs / "server.log").symlink_to("/dev/zero")
    assert "requests_5h" not in _status(box).metrics


def link_that_leads_to_itself(box: Box) -> None:
    box.logs.mkdir(parents=True)
    (box.logs / "server.log").symlink_to("server.log")
    assert "requests_5h" not in _status(box).metrics


def one_bad_file_spares_the_others(box: Box) -> None:
    box.log("server-1.log").write(_now_line())
    os.mkfifo(box.logs / "server-2.log")
    (box.logs / "server-3.log").mkdir()
    account = _status(box)
    assert account.metric("requests_5h") == 1
    assert "server_log_error" in account.diagnostics


def other_files_of_the_folder_are_left_alone(box: Box) -> None:
    box.log().write(_now_line())
    for name in ("app.log", "server.log.bak", "myserver.log", "upgrade.log"):
        box.log(name).write(_now_line())
    assert _status(box).metric("requests_5h") == 1


def file_instead_of_a_folder(box: Box) -> None:
    (box.home / "nohup.out").write_text(_now_line())
    box.write_settings(box.account(box.server(), logs_dir=str(box.home / "nohup.out")))
    assert box.status(expect=0).metric("requests_5h") == 1


def empty(box: Box) -> None:
    box.log()
    account = _status(box)
    assert account.metric("requests_5h") in (None, 0)
    assert "server_log_error" not in account.diagnostics


def without_a_single_access_line(box: Box) -> None:
    box.log().write("time=2026-11-20T15:04:05.123Z level=INFO msg=\"Listening on 127.0.0.1:11434 (version 0.32.5)\"\n" * 50)
    account = _status(box)
    assert account.metric("requests_5h") in (None, 0)


def binary(box: Box) -> None:
    noise = bytes(range(256)) * 4096
    log = box.log()
    log.write(noise + b"\n" + _now_line().encode() + noise + b"\n" + _now_line().encode())
    assert _status(box).metric("requests_5h") == 2


def zeros_before_a_line(box: Box) -> None:
    log = box.log()
    log.write(b"\0" * 60_000 + _now_line().encode())
    log.write(_now_line())
    assert _status(box).metric("requests_5h") == 2


def line_of_64_kib(box: Box) -> None:
    log = box.log()
    log.write(_now_line())
    log.write("x" * 200_000 + _now_line())
    log.write("y" * 5_000_000 + "\n")
    log.write(_now_line())
    account = _status(box)
    assert account.metric("requests_5h") == 2
    _check_error(account, "long")


def endless_line(box: Box) -> None:
    log = box.log()
    log.write(_now_line())
    log.write(b"z" * (64 << 20))
    assert _status(box).metric("requests_5h") == 1


def colours_and_carriage_returns(box: Box) -> None:
    stamp = time.strftime("%Y/%m/%d - %H:%M:%S", time.gmtime(time.time() - 1))
    box.log().write(f"[GIN] {stamp} |\x1b[97;42m 200 \x1b[0m|     150.598µs |       127.0.0.1 |"
                    f"\x1b[97;46m POST    \x1b[0m \"/api/chat\"\r\n")
    account = _status(box)
    assert account.metric("requests_5h") == 1
    assert abs(account.metric("avg_latency_ms_5h") - 0.150598) < 1e-3


def prefixes(box: Box) -> None:
    log = box.log()
    line = _now_line()
    for prefix in ("", "ollama  | ", "ollama-1  | ", "[ollama]   | ", "[pod/x/ollama] ", "Nov 20 15:04:05 host ollama[123]: ",
                   "2026-11-20T15:04:05.233596000Z ", "2026-11-20T15:04:05.233596000Z stdout F ", "\ufeff"):
        log.write(prefix + line)
    assert _status(box).metric("requests_5h") == 9


def docker_json(box: Box) -> None:
    escaped = _now_line().rstrip("\n").replace('"', '\\"')
    box.log().write('{"log":"' + escaped + '\\n","stream":"stdout","time":"2026-11-20T15:04:05.233596000Z"}\n')
    assert _status(box).metric("requests_5h") == 1


def quoted_lines_do_not_count(box: Box) -> None:
    log = box.log()
    log.write(_now_line())
    log.write('time=2026-11-20T15:04:05Z level=INFO msg="somebody said ' + _now_line().strip().replace('"', '\\"') + '"\n')
    assert _status(box).metric("requests_5h") == 1


def unlikely_numbers(box: Box) -> None:
    log = box.log()
    stamp = time.strftime("%Y/%m/%d - %H:%M:%S", time.gmtime(time.time() - 1))
    for status, latency in (("200", "99999999999999999999h0m0s"), ("99999999999", "1s"), ("-1", "1s"), ("200", "-5s"), ("200", "NaN"),
                            ("200", ""), ("", "1s")):
        log.write(f'[GIN] {stamp} | {status} | {latency} | 127.0.0.1 | POST     "/api/chat"\n')
    for odd in ("2026/13/45 - 99:99:99", "0000/00/00 - 00:00:00", "9999/12/31 - 23:59:59", "99999/01/01 - 00:00:00"):
        log.write(f'[GIN] {odd} | 200 | 1s | 127.0.0.1 | POST     "/api/chat"\n')
    log.write(_now_line())
    account = _status(box)
    assert 1 <= account.metric("requests_5h") <= 8
    for name, value in account.metrics.items():
        assert value >= 0 and value < 1e18, (name, value)


# While it is read


def _watch(box: Box):
    box.write_settings(box.account(box.server()))
    return box.watch()


def _counts(number: int):
    return lambda account: account.metric("requests_5h") == number


def growing(box: Box) -> None:
    log = box.log()
    log.write(_now_line())
    watch = _watch(box)
    watch.until(_counts(1))
    log.write(_now_line())
    watch.until(_counts(2))
    log.write(_now_line() * 10)
    watch.until(_counts(12))


def appears_later(box: Box) -> None:
    watch = _watch(box)
    watch.until(lambda account: account.state("server_log") == "absent")
    box.log().write(_now_line())
    watch.until(_counts(1))


def half_written_last_line(box: Box) -> None:
    log = box.log()
    line = _now_line()
    log.write(line + line[:40])
    watch = _watch(box)
    watch.until(_counts(1))
    log.write(line[40:])
    watch.until(_counts(2))
    log.write(line.rstrip("\n"))  # whole, but for its newline
    log.write("\n" + line)
    watch.until(_counts(4))


def rotated_by_renaming(box: Box) -> None:
    log = box.log()
    # Lines of their own, so that neither file is mistaken for the other.
    log.write("".join(_now_line(latency_ms=100 + number) for number in range(3)))
    watch = _watch(box)
    watch.until(_counts(3))
    log.path.rename(log.path.with_name("server-1.log"))
    box.log("server-1.log").write(_now_line())  # the writer still has the old file open
    box.log().write("".join(_now_line(latency_ms=200 + number) for number in range(2)))
    watch.until(_counts(6))
    box.log().write(_now_line())
    watch.until(_counts(7))


def copied_and_truncated(box: Box) -> None:
    log = box.log()
    # Lines of their own, so that neither file is mistaken for the other.
    log.write("".join(_now_line(latency_ms=100 + number) for number in range(3)))
    watch = _watch(box)
    watch.until(_counts(3))
    shutil.copy(log.path, log.path.with_name("server-1.log"))
    os.truncate(log.path, 0)
    log.write(_now_line(latency_ms=900))
    watch.until(_counts(4))
    log.write(_now_line(latency_ms=901))
    watch.until(_counts(5))


def truncated(box: Box) -> None:
    log = box.log()
    log.write(_now_line(latency_ms=1) * 3)
    watch = _watch(box)
    watch.until(_counts(3))
    os.truncate(log.path, 0)
    log.write(_now_line(latency_ms=2))
    watch.until(_counts(4))


def replaced(box: Box) -> None:
    log = box.log()
    log.write(_now_line(latency_ms=1) * 3)
    watch = _watch(box)
    watch.until(_counts(3))
    fresh = box.log("fresh")
    fresh.write(_now_line(latency_ms=2))
    fresh.path.rename(log.path)
    watch.until(_counts(4))


def single_file_is_rotated(box: Box) -> None:
    """As logrotate does: by renaming, or by copying and emptying, with numbers or dates; and old ones stay unread."""
    pick = random.Random(4)
    for number, (name, is_copied) in enumerate((("ollama.log.1", False), ("ollama.log.1", True), ("ollama.log-20261121", True),
                                                ("ollama.log-20261121", False), ("ollama-20261121.log", False),
                                                ("ollama.1.log", True))):
        path = box.root / f"var-{number}/ollama.log"
        log = GinLog(path)
        box.write_settings(box.account(box.server(), logs_dir=str(path), id=f"n{number}"))

        def write(many: int, to: GinLog = log) -> None:
            to.write("".join(gin_line(time.time() - 1, latency_ms=pick.uniform(1, 60000)) + "\n" for _ in range(many)))

        write(100, GinLog(f"{path}.2"))
        write(10)
        assert box.status().metric("requests_7d") == 10
        write(5)
        old = path.with_name(name)
        if is_copied:
            shutil.copy(path, old)
            os.truncate(path, 0)
        else:
            path.rename(old)
        write(2)
        assert box.status().metric("requests_7d") == 17, (name, is_copied)
        write(20)
        assert box.status().metric("requests_7d") == 37, (name, is_copied)


def deleted(box: Box) -> None:
    log = box.log()
    log.write(_now_line(latency_ms=1) * 3)
    watch = _watch(box)
    watch.until(_counts(3))
    log.path.unlink()
    box.log().write(_now_line(latency_ms=2) * 2)
    watch.until(_counts(5))


def written_while_it_is_read(box: Box) -> None:
    """Many small writes, of which none may be lost or counted twice."""
    log = box.log()
    watch = _watch(box)
    for number in range(200):
        line = _now_line(latency_ms=number + 1)
        cut = number % len(line)
        log.write(line[:cut])
        log.write(line[cut:])
        if number % 50 == 0:
            watch.until(lambda account: (account.metric("requests_5h") or 0) > 0)
    watch.until(_counts(200))


def vram_of_the_last_start(box: Box) -> None:
    log = box.log()
    log.write('time=2026-11-20T15:04:05.123+01:00 level=INFO source=routes.go:1 msg="Listening on 127.0.0.1:11434 (version 0.32.5)"\n'
              'time=2026-11-20T15:04:06.123+01:00 level=INFO source=types.go:42 msg="inference compute" id=GPU-1 library=CUDA '
              'compute=8.9 name=CUDA0 description="NVIDIA GeForce RTX 4090" total="24.0 GiB" available="22.9 GiB"\n')
    account = _status(box)
    assert account.metric("vram_total_bytes") == 24 << 30


# Log files where package managers put them


def homebrew_log(box: Box) -> None:
    brew = box.root / "brew/var/log"
    brew.mkdir(parents=True)
    (brew / "ollama.log").write_text(gin_line(time.time() - 1) + "\n")
    box.write_settings(box.account(box.server()))
    environment = {"HOMEBREW_PREFIX": str(box.root / "brew")}
    assert box.status(expect=0, env=environment).metric("requests_5h") == 1
    # The folder that the server itself knows goes before. What was read elsewhere, was a request all the same.
    (brew / "ollama.log").write_text(gin_line(time.time() - 1) + "\n" + gin_line(time.time() - 1) + "\n")
    box.log().write(2 * (gin_line(time.time() - 1) + "\n"))
    assert box.status(expect=0, env=environment).metric("requests_5h") == 3


def homebrew_log_at_home(box: Box) -> None:
    brew = box.home / ".linuxbrew/var/log"
    brew.mkdir(parents=True)
    (brew / "ollama.log").write_text(gin_line(time.time() - 1) + "\n")
    box.write_settings(box.account(box.server()))
    assert box.status(expect=0).metric("requests_5h") == 1


_TIMINGS = ("slot print_timing: id  0 | task 44 | prompt eval time =     100.00 ms /  {prompt:4} tokens (    0.05 ms per token)\n"
            "       eval time =     500.00 ms /  {output:4} tokens (   14.70 ms per token)\n"
            "      total time =     600.00 ms /  {total:4} tokens\n")


def _timings(prompt: int, output: int) -> str:
    return _TIMINGS.format(prompt=prompt, output=output, total=prompt + output)


def tokens_of_requests(box: Box) -> None:
    log = box.log()
    log.write(_timings(1000, 50) + _now_line(latency_ms=900) + _timings(1, 2) + _now_line(latency_ms=900))
    account = _status(box)
    for window in ("5h", "1d", "7d"):
        assert account.metric(f"log_prompt_tokens_{window}") == 1001
        assert account.metric(f"log_output_tokens_{window}") == 52
        assert account.metric(f"tokens_per_second_{window}") == 52
        assert f"log_unattributed_tokens_{window}" not in account.metrics
    assert account.data["daily_series"]["log_output_tokens"][-1]["value"] == 52
    assert account.data["daily_series"]["log_prompt_tokens"][-1]["value"] == 1001


def tokens_of_unknown_requests(box: Box) -> None:
    log = box.log()
    log.write(_now_line(method="GET", path="/api/ps"))
    log.write(_timings(10, 5) + _timings(20, 6) + _now_line(latency_ms=900))
    account = _status(box)
    assert account.metric("log_prompt_tokens_5h") == 30 and account.metric("log_output_tokens_5h") == 11
    for account in (account, box.status()):  # the second knows it from the history
        assert account.metric("log_unattributed_tokens_5h") == account.metric("log_unattributed_tokens_30d") == 41


def tokens_of_the_long_past(box: Box) -> None:
    """Those of requests that are too old to be read are in no other hour."""
    log = box.log()
    now = time.time()
    for days in (120, 100, 80, 50, 0.1):
        log.write("slot print_timing: id  0 | task 44 | prompt eval time =     100.00 ms /  1000 tokens (    0.05 ms per token)\n"
                  "       eval time =     500.00 ms /  50 tokens (   14.70 ms per token)\n"
                  "      total time =     600.00 ms /  1050 tokens\n" + gin_line(now - days * 86400, latency_ms=900) + "\n")
    box.write_settings(box.account(box.server()))
    account = box.status()
    assert account.metric("log_prompt_tokens_7d") == 1000 and account.metric("requests_7d") == 1, account
    days = box.run("history", "--json", "--days", "365", expect=0).json()["accounts"][0]["days"]
    assert sum(day["requests"] for day in days) == 2 and sum(day.get("prompt_tokens", 0) for day in days) == 2000, days


def no_tokens_are_not_zero(box: Box) -> None:
    box.log().write(_now_line())
    account = _status(box)
    assert not [name for name in account.metrics if "token" in name], account.metrics
    assert "log_output_tokens" not in account.data["daily_series"]


def utf16_of_a_redirection(box: Box) -> None:
    log = box.log()
    text = ("\ufeff" + _now_line(latency_ms=0.0085) * 3).replace("\n", "\r\n")
    log.path.parent.mkdir(parents=True, exist_ok=True)
    log.path.write_bytes(text.encode("utf-16-le"))
    assert _status(box).metric("requests_5h") == 3


def long_past_is_passed_over(box: Box) -> None:
    """Of a large log, only the end is read: what it says is the same."""
    log = box.log()
    day = 86400
    old = "".join(gin_line(time.time() - 400 * day + number * 30000) + "\n" for number in range(1000))
    log.path.parent.mkdir(parents=True, exist_ok=True)
    with log.path.open("w", encoding="utf-8") as stream:
        for line in old.splitlines(keepends=True):
            stream.write(line * 300)
    log.write("".join(gin_line(time.time() - days * day - 60) + "\n" for days in range(52, -1, -1)))
    account = _status(box)
    assert account.metric("requests_7d") == 7 and account.metric("requests_5h") == 1
    assert len(account.data["daily_series"]["requests"]) == 30
    assert sum(point["value"] for point in account.data["daily_series"]["requests"]) in (29, 30, 31)


def gpus_of_the_last_start(box: Box) -> None:
    stamp = 'time=2026-11-20T15:04:05.123+01:00 level=INFO source=x.go:1 msg='
    start = stamp + '"Listening on 127.0.0.1:11434 (version 0.32.5)"\n'
    device = stamp + '"inference compute" id={0} library={1} name={0} description="Card {0}" total="{2} GiB" available="7.0 GiB"\n'
    box.log().write(start + device.format(1, "CUDA", 80.0) + start + device.format(1, "CUDA", 24.0) +
                    device.format(2, "ROCm", 16.0) + device.format("cpu", "cpu", 128.0))
    account = _status(box)
    assert account.metric("vram_total_bytes") == 40 << 30
    assert [gpu["name"] for gpu in account.data["gpus"]] == ["Card 1", "Card 2"]
    assert account.data["gpus"][0] == {"name": "Card 1", "library": "CUDA", "total_bytes": 24 << 30, "available_bytes": 7 << 30}


def more_files_than_are_read(box: Box) -> None:
    for number in range(70):
        box.log(f"server-{number}.log").add(time.time() - 60 - number)
    box.write_settings(box.account(box.server()))
    account = box.status()
    assert account.metric("requests_5h") == 64 and account.state("server_log") == "ok"
    assert account.diagnostics["server_log_error"] == (f"{box.logs} has too many log files (more than 64), and the oldest are not "
                                                       "counted: move away those that are not needed.")
