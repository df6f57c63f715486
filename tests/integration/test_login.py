# SPDX-License-Identifier: GPL-3.0-or-later
"""login and logout: the key of an account in the keyring of the session, and everything that keyrings do."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import termios
import time

from gi.repository import Gio, GLib
from keyring import FakeKeyring, start_bus, start_gnome_keyring, start_stuck_bus
from paddock import DEADLINE, Box, Result, binary, check_clean

KEY = "0123456789abcdef.The-Key_of-this-Test"
# As in pdk-error.h.
NOT_FOUND, MALFORMED, PERMISSION, TIMED_OUT, FAILED = 1, 5, 3, 10, 0


def _login(box: Box, *arguments: str, text: str = KEY + "\n", expect: int = 0) -> Result:
    done = subprocess.run([binary(), "login", *arguments], env=box.environment, cwd=box.home, input=text.encode(),
                          capture_output=True, timeout=DEADLINE)
    result = Result(done.returncode, done.stdout.decode(), done.stderr.decode())
    check_clean(result.stderr)
    assert result.code == expect, result
    assert len((result.stdout + result.stderr).splitlines()) == 1, result
    assert text.strip() == "" or text.strip() not in result.stdout + result.stderr, result
    return result


def _logout(box: Box, *arguments: str, expect: int = 0) -> Result:
    result = box.run("logout", *arguments, expect=expect)
    assert len((result.stdout + result.stderr).splitlines()) == 1, result
    return result


def _lookup(box: Box, *arguments: str) -> str:
    done = subprocess.run([os.environ["PADDOCK_TEST_KEY_LOOKUP"], *arguments], env=box.environment, capture_output=True,
                          timeout=DEADLINE)
    check_clean(done.stderr.decode())
    assert done.returncode == 0, done
    return done.stdout.decode().rstrip("\n")


def _fake(box: Box, mode: str) -> FakeKeyring:
    start_bus(box)
    return FakeKeyring(box, mode)


# With the real thing


def real_keyring(box: Box) -> None:
    start_bus(box)
    start_gnome_keyring(box)
    assert _lookup(box, "ollama") == "none"
    assert "“ollama” is in the keyring" in _login(box).stdout
    assert _lookup(box, "ollama") == f"key {KEY}"
    assert _lookup(box, "other") == "none"
    _login(box, text="another-key")
    assert _lookup(box, "ollama") == "key another-key"
    assert "no longer" in _logout(box).stdout
    assert _lookup(box, "ollama") == "none"
    assert "had no key" in _logout(box).stdout


def accounts_have_keys_of_their_own(box: Box) -> None:
    box.write_settings(box.account(id="one"), box.account(id="two"))
    start_bus(box)
    start_gnome_keyring(box)
    _login(box, "--account", "one", text="key-one")
    _login(box, "--account", "two", text="key-two")
    assert [_lookup(box, name) for name in ("one", "two")] == ["key key-one", "key key-two"]
    _logout(box, "--account", "one")
    assert [_lookup(box, name) for name in ("one", "two")] == ["none", "key key-two"]


# Which account, which key


def item_is_found_by_others(box: Box) -> None:
    keyring = _fake(box, "well")
    _login(box)
    assert keyring.item["attributes"] == {"xdg:schema": "io.github.paddock.Paddock", "account": "ollama", "purpose": "ollama-cloud"}
    assert "Paddock" in keyring.item["label"] and "ollama" in keyring.item["label"]
    assert keyring.item["secret"] == KEY


def account_has_to_be_known(box: Box) -> None:
    keyring = _fake(box, "well")
    box.write_settings(box.account(id="one"), box.account(id="two"))
    for command in ("login", "logout"):
        assert "--account" in box.run(command, expect=2).stderr
        assert "“three”" in box.run(command, "--account", "three", expect=2).stderr
    box.write_settings_text("{")
    for command in ("login", "logout"):
        assert "settings.json:1" in box.run(command, expect=2).stderr
    assert keyring.item is None


def key_is_never_an_argument(box: Box) -> None:
    keyring = _fake(box, "well")
    result = box.run("login", KEY, expect=2)
    assert "standard input" in result.stderr and KEY not in result.stderr
    assert keyring.item is None


def what_is_no_key(box: Box) -> None:
    keyring = _fake(box, "well")
    for text in ("", "\n", "two words\n", "one\ntwo\n", "tab\t\n", "k" * 1025, "k" * 100000, "café\n", "\x1b[A\n", "nul\0\n"):
        result = _login(box, text=text, expect=1)
        assert "key" in result.stderr
        assert text.strip() or "settings/keys" in result.stderr, "where there are some"
    assert keyring.item is None
    for text in (KEY, KEY + "\r\n", "k" * 1024 + "\r\n"):
        _login(box, text=text)
        assert keyring.item["secret"] == text.strip()


def closed_standard_input(box: Box) -> None:
    _fake(box, "well")
    done = subprocess.run(["sh", "-c", f"exec '{binary()}' login <&-"], env=box.environment, capture_output=True, timeout=DEADLINE)
    assert done.returncode == 1 and b"standard input cannot be read" in done.stderr, done


# A keyring that is not there, or does not do what it should


def _fails(box: Box, words: str, code: int, lookup: bool = True) -> None:
    login, logout = _login(box, expect=1), _logout(box, expect=1)
    assert words in login.stderr and "the key is not stored" in login.stderr, login
    assert words in logout.stderr and "no key was removed" in logout.stderr, logout
    if code != PERMISSION:
        assert "“api_key_env”" in login.stderr, login
    if lookup:
        answer = _lookup(box, "ollama")
        assert answer.startswith(f"error {code} ") and words in answer, answer


def without_a_bus(box: Box) -> None:
    del box.environment["XDG_RUNTIME_DIR"]
    _fails(box, "no session bus", NOT_FOUND)


def bus_that_is_gone(box: Box) -> None:
    box.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={box.root}/no-bus"
    _fails(box, "no session bus", NOT_FOUND)


def bus_that_says_nothing(box: Box) -> None:
    start_stuck_bus(box)
    _fails(box, "did not answer within 5 seconds", TIMED_OUT)


def without_a_keyring(box: Box) -> None:
    start_bus(box)
    _fails(box, "no keyring (Secret Service) runs", NOT_FOUND)


def silent_keyring(box: Box) -> None:
    _fake(box, "silent")
    _fails(box, "did not answer within 5 seconds", TIMED_OUT)


def keyring_that_falls_silent(box: Box) -> None:
    _fake(box, "mute")
    answer = _lookup(box, "ollama")
    assert answer.startswith(f"error {TIMED_OUT} "), answer


def keyring_that_refuses(box: Box) -> None:
    _fake(box, "refuses")
    _fails(box, "the disk is full", FAILED)
    assert "\u202e" not in _lookup(box, "ollama") and "GDBus" not in _lookup(box, "ollama")


def locked_keyring(box: Box) -> None:
    keyring = _fake(box, "locked")
    keyring.put(KEY)
    for result in (_login(box, text="another-key", expect=1), _logout(box, expect=1)):
        assert "locked" in result.stderr or "dismissed" in result.stderr, result
    assert keyring.item["secret"] == KEY
    # Nobody is asked anything for a look.
    answer = _lookup(box, "ollama")
    assert answer.startswith(f"error {PERMISSION} ") and "locked" in answer, answer
    assert _lookup(box, "other") == "none"


def keyring_that_is_unlocked(box: Box) -> None:
    keyring = _fake(box, "unlocks")
    keyring.put("older-key")
    _login(box)
    assert keyring.item["secret"] == KEY
    assert _lookup(box, "ollama") == f"key {KEY}"


def logout_unlocks(box: Box) -> None:
    keyring = _fake(box, "unlocks")
    keyring.put(KEY)
    assert "no longer" in _logout(box).stdout
    assert keyring.item is None


def question_is_not_waited_for_by_a_look(box: Box) -> None:
    keyring = _fake(box, "asks")
    keyring.put(KEY)
    assert _lookup(box, "ollama").startswith(f"error {PERMISSION} ")


def waiting_for_a_person_ends_with_an_interrupt(box: Box) -> None:
    _fake(box, "asks")
    process = subprocess.Popen([binary(), "login"], env=box.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(KEY.encode())
    process.stdin.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE) == -signal.SIGINT


def what_others_have_put_there(box: Box) -> None:
    keyring = _fake(box, "well")
    for text in ("", "two words", "key\r\nX-Header: injected", "k" * 5000):
        keyring.put(text)
        answer = _lookup(box, "ollama")
        assert answer.startswith(f"error {MALFORMED} ") and "paddock login" in answer, answer
        assert "words" not in answer and "Header" not in answer, answer


def cancelled_look(box: Box) -> None:
    _fake(box, "silent")
    assert _lookup(box, "--cancel", "ollama") == "cancelled"


# The running applet is told


def applet_is_told(box: Box) -> None:
    _fake(box, "well")
    bus = Gio.DBusConnection.new_for_address_sync(
        box.environment["DBUS_SESSION_BUS_ADDRESS"],
        Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    info = Gio.DBusNodeInfo.new_for_xml(
        '<node><interface name="org.freedesktop.Application"><method name="ActivateAction"><arg type="s" direction="in"/>'
        '<arg type="av" direction="in"/><arg type="a{sv}" direction="in"/></method></interface></node>')
    told: list[str] = []

    def on_call(_bus, _sender, _path, _interface, _method, arguments, invocation) -> None:
        told.append(arguments.unpack()[0])
        invocation.return_value(None)

    bus.register_object("/io/github/paddock/Paddock", info.interfaces[0], on_call, None, None)
    bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                  GLib.Variant("(su)", ("io.github.paddock.Paddock", 0)), None, 0, -1, None)

    def run(command: str) -> None:
        process = subprocess.Popen([binary(), command], env=box.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert process.stdin
        process.stdin.write(KEY.encode())
        process.stdin.close()
        deadline = time.monotonic() + DEADLINE
        while process.poll() is None and time.monotonic() < deadline:
            GLib.MainContext.default().iteration(False)
        assert process.wait(DEADLINE) == 0

    run("login")
    assert told == ["refresh"]
    run("logout")
    assert told == ["refresh", "refresh"]
    # Where there was no key, there is no news.
    run("logout")
    assert told == ["refresh", "refresh"]


# On a terminal


class Terminal:
    """`paddock login` as the leader of a terminal of its own."""

    def __init__(self, box: Box) -> None:
        self.master, self.slave = pty.openpty()
        box.cleanup.callback(os.close, self.master)
        box.cleanup.callback(os.close, self.slave)
        self.shown = b""
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", "sh", "-c", "trap : INT TSTP TERM HUP QUIT; \"$@\"; echo status=$?", "sh", binary(), "login"],
            env=box.environment, stdin=self.slave, stdout=self.slave, stderr=self.slave)
        box.cleanup.callback(self.process.wait)
        box.cleanup.callback(self.process.kill)

    def until(self, text: str) -> str:
        deadline = time.monotonic() + DEADLINE
        while text.encode() not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"“{text}” did not come: {self.shown!r}"
            self.shown += os.read(self.master, 4096)
        return self.shown.decode()

    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())


def terminal_does_not_show_the_key(box: Box) -> None:
    keyring = _fake(box, "well")
    terminal = Terminal(box)
    terminal.until("(it is not shown): ")
    assert not terminal.echoes()
    terminal.type(KEY + "\n")
    shown = terminal.until("status=0")
    assert "is in the keyring" in shown and KEY not in shown, shown
    assert keyring.item["secret"] == KEY
    assert termios.tcgetattr(terminal.slave) == terminal.before


def terminal_takes_one_line(box: Box) -> None:
    keyring = _fake(box, "well")
    terminal = Terminal(box)
    terminal.until("(it is not shown): ")
    terminal.type("k" * 2000 + "\n")
    assert "longer than" in terminal.until("status=1")
    assert keyring.item is None


def terminal_end_of_input(box: Box) -> None:
    _fake(box, "well")
    terminal = Terminal(box)
    terminal.until("(it is not shown): ")
    terminal.type("\x04")
    assert "the key is empty" in terminal.until("status=1")
    assert terminal.echoes()


def terminal_is_given_back_at_an_interrupt(box: Box) -> None:
    for typed, number in (("\x03", signal.SIGINT), ("\x1c", signal.SIGQUIT)):
        terminal = Terminal(box)
        terminal.until("(it is not shown): ")
        terminal.type("half-a-key" + typed)
        shown = terminal.until(f"status={128 + number}")
        assert "half" not in shown, shown
        assert termios.tcgetattr(terminal.slave) == terminal.before


def _started(box: Box) -> tuple[subprocess.Popen, int, int, list]:
    """Without a shell in between, so that it is sure whom a signal reaches."""
    master, slave = pty.openpty()
    box.cleanup.callback(os.close, master)
    box.cleanup.callback(os.close, slave)
    before = termios.tcgetattr(slave)
    process = subprocess.Popen([binary(), "login"], env=box.environment, stdin=slave, stdout=slave, stderr=slave,
                               preexec_fn=os.setpgrp)  # a group that can be stopped, since its parent is outside
    box.cleanup.callback(process.wait)
    box.cleanup.callback(process.kill)
    return process, master, slave, before


def _read_until(master: int, text: bytes) -> bytes:
    shown = b""
    while text not in shown:
        ready, _, _ = select.select([master], [], [], DEADLINE)
        assert ready, shown
        shown += os.read(master, 4096)
    return shown


def terminal_is_given_back_at_any_signal(box: Box) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGUSR1, signal.SIGXCPU):
        process, master, slave, before = _started(box)
        _read_until(master, b"): ")
        assert termios.tcgetattr(slave) != before
        process.send_signal(number)
        assert process.wait(DEADLINE) == -number
        assert termios.tcgetattr(slave) == before, number


def terminal_asks_again_after_a_stop(box: Box) -> None:
    keyring = _fake(box, "well")
    process, master, slave, before = _started(box)
    _read_until(master, b"): ")
    process.send_signal(signal.SIGTSTP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)
    assert termios.tcgetattr(slave) == before
    process.send_signal(signal.SIGCONT)
    _read_until(master, b"): ")
    os.write(master, f"{KEY}\n".encode())
    assert KEY.encode() not in _read_until(master, b"is in the keyring")
    assert process.wait(DEADLINE) == 0
    assert keyring.item["secret"] == KEY and termios.tcgetattr(slave) == before
