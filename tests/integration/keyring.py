# SPDX-License-Identifier: GPL-3.0-or-later
"""A session bus of a test's own, and the keyrings that live on it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from paddock import DEADLINE, Box, Json

HERE = Path(__file__).resolve().parent

# Nothing on this bus is started by being asked for, so that there is no keyring but the test's.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_bus(box: Box) -> None:
    """Starts a bus, which all that runs in the box from now on finds."""
    config = box.root / "bus.conf"
    config.write_text(BUS.format(folder=box.runtime))
    bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"], env=box.environment,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    box.cleanup.callback(_end, bus)
    assert bus.stdout
    address = bus.stdout.readline().strip()
    assert address, "the bus did not start"
    box.environment["DBUS_SESSION_BUS_ADDRESS"] = address


class FakeKeyring:
    """fake_keyring.py in a mode of its own."""

    def __init__(self, box: Box, mode: str) -> None:
        self.path = box.root / "keyring.json"
        process = subprocess.Popen([sys.executable, str(HERE / "fake_keyring.py"), mode, str(self.path)],
                                   env=box.environment, stdout=subprocess.PIPE, text=True)
        box.cleanup.callback(_end, process)
        self.process = process
        assert process.stdout
        assert process.stdout.readline() == "ready\n", "the keyring did not start"

    def put(self, secret: str, account: str = "ollama") -> None:
        attributes = {"xdg:schema": "io.github.paddock.Paddock", "account": account, "purpose": "ollama-cloud"}
        self.path.write_text(json.dumps({"attributes": attributes, "label": "", "secret": secret}))

    def end(self) -> None:
        _end(self.process)

    @property
    def item(self) -> Json:
        return json.loads(self.path.read_text()) if self.path.exists() else None


def start_gnome_keyring(box: Box) -> None:
    """The real one, with a new keyring that is unlocked."""
    watch = subprocess.Popen(["gdbus", "wait", "--session", "--timeout", str(int(DEADLINE)), "org.freedesktop.secrets"],
                             env=box.environment)
    daemon = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
                              env=box.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    box.cleanup.callback(_end, daemon)
    assert daemon.stdin
    daemon.stdin.write(b"password")
    daemon.stdin.close()
    assert watch.wait(DEADLINE) == 0, "the keyring did not start"


def start_stuck_bus(box: Box) -> None:
    """A socket that takes connections and says nothing."""
    import socket

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(box.runtime / "stuck"))
    listener.listen()
    kept: list[socket.socket] = []

    def accept() -> None:
        try:
            while True:
                kept.append(listener.accept()[0])
        except OSError:
            pass

    threading.Thread(target=accept, daemon=True).start()
    box.cleanup.callback(listener.close)
    box.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={box.runtime}/stuck"
