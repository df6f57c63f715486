# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real binary ($PADDOCK) in a home of its own.

A Box is an empty home, an empty environment and the servers of one test. Every run in it is checked for
what must never happen, whatever the test is about: a crash, a sanitizer's report, a GLib warning.
Waits are waits for an event, with a deadline.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from fake_ollama import FakeCloud, FakeOllama, GinLog

# How long anything may take before it counts as hanging: far more than is needed, since the machine may
# be busy and the build instrumented.
DEADLINE = float(os.environ.get("PADDOCK_TEST_DEADLINE", "60"))

NEVER_ON_STDERR = re.compile(r"Sanitizer|runtime error:|CRITICAL|WARNING|assertion .* failed|core dumped")
PASSED_ON = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "G_SLICE", "LLVM_PROFILE_FILE", "GCOV_PREFIX")

Json = Any


@dataclasses.dataclass(frozen=True)
class Result:
    code: int
    stdout: str
    stderr: str

    def json(self) -> Json:
        return json.loads(self.stdout)


def binary() -> str:
    path = os.environ.get("PADDOCK")
    if not path:
        raise AssertionError("PADDOCK must name the binary to test")
    return str(Path(path).resolve())


def copy_program(folder: Path) -> Path:
    """The program with the module that its commands load."""
    module = Path(binary()).parent / "io/paddock-curl.so"
    if module.exists():
        (folder / "io").mkdir(exist_ok=True)
        shutil.copy(module, folder / "io")
    return Path(shutil.copy(binary(), folder / "paddock"))


def check_clean(stderr: str) -> None:
    found = NEVER_ON_STDERR.search(stderr)
    assert not found, f"on standard error:\n{stderr}"


def preloaded(clock_offset: int = 0) -> dict[str, str]:
    """The environment that puts preload.c between the binary and the C library."""
    return {
        "LD_PRELOAD": os.environ["PADDOCK_TEST_PRELOAD"],
        "PADDOCK_TEST_CLOCK_OFFSET": str(clock_offset),
        # The sanitizer wants to be loaded first, which it need not be for these few functions.
        "ASAN_OPTIONS": ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"))),
    }


def unix(text: str) -> int:
    """The Unix seconds of a time stamp in a snapshot."""
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


class Account:
    """One account of a snapshot, with the questions that tests ask."""

    def __init__(self, data: dict[str, Json], generated_at: str) -> None:
        self.data = data
        self.now = unix(generated_at)

    def __getitem__(self, key: str) -> Json:
        return self.data[key]

    def metric(self, name: str) -> Json:
        """The value of a metric, None where it is not known."""
        metric = self.data.get("metrics", {}).get(name)
        return None if metric is None else metric["value"]

    def quota(self, name: str) -> tuple[float, float, float, str]:
        """Value, limit, remaining and unit of a metric that has a limit."""
        metric = self.data["metrics"][name]
        return metric["value"], metric["limit"], metric["remaining"], metric["unit"]

    @property
    def metrics(self) -> dict[str, Json]:
        return {name: metric["value"] for name, metric in self.data.get("metrics", {}).items()}

    @property
    def attributes(self) -> dict[str, str]:
        return self.data.get("attributes", {})

    @property
    def diagnostics(self) -> dict[str, str]:
        return self.data.get("diagnostics", {})

    @property
    def model_names(self) -> list[str]:
        return [model["name"] for model in self.data.get("models", [])]

    def state(self, source: str) -> str | None:
        return self.data.get("sources", {}).get(source, {}).get("state")

    def __repr__(self) -> str:
        return json.dumps(self.data, indent=1, ensure_ascii=False)


def accounts_of(snapshot: Json) -> list[Account]:
    assert snapshot["schema"] == 1, snapshot
    return [Account(account, snapshot["generated_at"]) for account in snapshot["accounts"]]


class Box:
    """A scratch home. Closing it ends everything that was started in it."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="paddock-test-"))
        self.root.chmod(0o755)
        self.home = self.root / "home"
        self.config = self.home / ".config"
        self.data = self.home / ".local/share"
        self.runtime = self.root / "run"
        self.logs = self.home / ".ollama/logs"
        self.settings_path = self.config / "paddock/settings.json"
        for folder in (self.home, self.runtime):
            folder.mkdir()
        self.runtime.chmod(0o700)
        self.environment = {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_DATA_HOME": str(self.data),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_STATE_HOME": str(self.home / ".local/state"),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        self.environment |= {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self.cleanup = contextlib.ExitStack()

    def close(self) -> None:
        self.cleanup.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What stands around the binary

    def server(self, **details: Any) -> FakeOllama:
        return self.cleanup.enter_context(FakeOllama(**details))

    def cloud(self, *keys: str, **details: Any) -> FakeCloud:
        return self.cleanup.enter_context(FakeCloud(*keys, **details))

    def log(self, name: str = "server.log", **details: Any) -> GinLog:
        return GinLog(self.logs / name, **details)

    def account(self, server: FakeOllama | str | None = None, **keys: Any) -> dict[str, Json]:
        """An account block; the machine's own journal is kept out of the test."""
        account: dict[str, Json] = {"id": "ollama", "provider": "ollama", "journal_unit": ""}
        if server is not None:
            account["base_url"] = server if isinstance(server, str) else server.base_url
        return account | keys

    def write_settings(self, *accounts: dict[str, Json], **keys: Any) -> None:
        self.write_settings_text(json.dumps({**keys, "accounts": list(accounts)}, indent=2))

    def write_settings_text(self, text: str) -> None:
        """Replaces the settings as an editor does: a new file, renamed into place."""
        self.settings_path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.settings_path.with_name("settings.json.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.rename(self.settings_path)

    # Running

    def _command(self, arguments: tuple[str, ...], as_nobody: bool) -> list[str]:
        if not as_nobody or os.geteuid() != 0:
            return [binary(), *arguments]
        # A copy, since nobody may not be let into the folder of the build.
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(copy_program(self.root)), *arguments]

    def run(self, *arguments: str, env: dict[str, str | None] | None = None, timeout: float = DEADLINE,
            as_nobody: bool = False, expect: int | tuple[int, ...] | None = None) -> Result:
        done = subprocess.run(self._command(arguments, as_nobody), env=self._environment(env), cwd=self.home,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
        result = Result(done.returncode, done.stdout.decode(), done.stderr.decode())
        check_clean(result.stderr)
        assert result.code >= 0, f"killed by signal {-result.code}\n{result.stderr}"
        if expect is not None:
            codes = (expect,) if isinstance(expect, int) else expect
            assert result.code in codes, f"exit status {result.code} instead of {expect}\n{result.stdout}\n{result.stderr}"
        return result

    def status(self, *arguments: str, expect: int = 0, **details: Any) -> Account:
        """The one account of `status --json`."""
        accounts = self.statuses(*arguments, expect=expect, **details)
        assert len(accounts) == 1, accounts
        return accounts[0]

    def statuses(self, *arguments: str, expect: int = 0, **details: Any) -> list[Account]:
        return accounts_of(self.run("status", "--json", *arguments, expect=expect, **details).json())

    def watch(self, *arguments: str, env: dict[str, str | None] | None = None, json_lines: bool = True,
              interval: int = 1) -> Watch:
        command = [binary(), "watch", "--interval", str(interval), *(["--json"] if json_lines else []), *arguments]
        return self.cleanup.enter_context(Watch(command, self._environment(env), self.home))

    def _environment(self, changes: dict[str, str | None] | None) -> dict[str, str]:
        merged = {**self.environment, **(changes or {})}
        return {name: value for name, value in merged.items() if value is not None}


class Watch:
    """A running `paddock watch`, whose lines are taken one by one."""

    def __init__(self, command: list[str], env: dict[str, str], cwd: Path) -> None:
        self.process = subprocess.Popen(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.errors: list[str] = []
        self._readers = [threading.Thread(target=self._read_lines, daemon=True),
                         threading.Thread(target=self._read_errors, daemon=True)]
        for reader in self._readers:
            reader.start()

    def _read_lines(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.decode())
        self._lines.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.errors.append(line.decode())

    def line(self, timeout: float = DEADLINE) -> str:
        """The next line."""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError(f"no line within {timeout} s; stderr: {''.join(self.errors)}") from None
        assert line is not None, f"watch ended with {self.process.wait()}; stderr: {''.join(self.errors)}"
        return line

    def until(self, wanted: Callable[[Account], Any], timeout: float = DEADLINE) -> Account:
        """Takes lines until the first account of one is as wanted; the lines in between are gone."""
        deadline = time.monotonic() + timeout
        last = None
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            assert line is not None, f"watch ended with {self.process.wait()}; stderr: {''.join(self.errors)}"
            accounts = accounts_of(json.loads(line))
            if accounts:
                last = accounts[0]
                if wanted(last):
                    return last
        raise AssertionError(f"not seen within {timeout} s; last: {last!r}; stderr: {''.join(self.errors)}")

    def rest(self) -> list[str]:
        """All lines that are left, once it has been stopped."""
        return list(iter(self._lines.get, None))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends it and returns its exit status, negative for a signal."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(DEADLINE)
        for reader in self._readers:
            reader.join(DEADLINE)
        check_clean("".join(self.errors))
        return code

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for reader in self._readers:
            reader.join(10)
        check_clean("".join(self.errors))
