# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: options, wrong calls, signals, pipes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time

from fake_ollama import hang_before_headers, make_model, make_running, many_models
from paddock import DEADLINE, Box, binary


def help_names_every_command(box: Box) -> None:
    result = box.run("--help", expect=0)
    for word in ("status", "watch", "login", "logout", "--demo", "--config", "--version"):
        assert word in result.stdout, word
    assert result.stderr == ""


def help_of_a_command(box: Box) -> None:
    assert "--json" in box.run("status", "--help", expect=0).stdout
    assert "--interval" in box.run("watch", "--help", expect=0).stdout


def version(box: Box) -> None:
    result = box.run("--version", expect=0)
    assert re.fullmatch(r"paddock \d+\.\d+\.\d+\S*\n", result.stdout.lower()), result.stdout


def wrong_calls(box: Box) -> None:
    box.write_settings(box.account(box.server()))
    for call in (["nonsense"], ["status", "--nonsense"], ["status", "extra"], ["status", "--account"], ["watch", "--format=nonsense"],
                 ["watch", "--interval", "0"], ["watch", "--interval", "-5"], ["watch", "--interval", "often"],
                 ["status", "--format=waybar"], ["--nonsense"], ["--config"], ["status", "watch"]):
        result = box.run(*call, expect=2)
        assert result.stdout == "", call
        assert 1 <= len(result.stderr.splitlines()) <= 3, (call, result.stderr)


def wrong_calls_are_told_the_way_out(box: Box) -> None:
    box.write_settings(box.account(box.server(), id="home"), box.account(box.server(), id="big-box"))
    for call in (["nonsense"], ["help"], ["--nonsense"], ["status", "extra"], ["watch", "-x"], ["--interval", "often"], ["status", "--account"]):
        assert "“paddock --help”" in box.run(*call, expect=2).stderr, call
    for call in (["status"], ["watch"], ["history"], ["login"], ["logout"]):
        stderr = box.run(*call, "--account", "nobody", expect=2).stderr
        assert "“nobody”" in stderr and "home, big-box" in stderr, stderr
    for call in (["status"], ["watch"], ["history"]):
        stderr = box.run(*call, "--demo", "--account", "nobody", expect=2).stderr
        assert stderr.endswith(": demo\n"), stderr
    assert "--config" in box.run("status", "--config=", expect=2).stderr


def wrong_calls_stay_on_one_line(box: Box) -> None:
    odd = "a\nb\x1b[31m\u202e"
    box.write_settings(box.account(box.server(), id=odd + "c"))
    for call in ([odd], ["status", odd], ["status", "--account", odd], ["history", "--account", odd], ["login", "--account", odd],
                 ["status", "--config", odd], ["watch", "--format", odd], ["--" + odd], ["watch", "--interval", odd]):
        stderr = box.run(*call, expect=2).stderr
        assert len(stderr.splitlines()) == 1 and not {"\x1b", "\u202e"} & set(stderr), (call, stderr)


def messages_in_the_locale_of_scripts(box: Box) -> None:
    stderr = box.run("nonsense", env={"LC_ALL": "C"}, expect=2).stderr
    assert "“nonsense”" in stderr, stderr


def help_onto_a_full_disk(box: Box) -> None:
    for option in ("--help", "--version"):
        for where in (">/dev/full", ">&-"):
            done = subprocess.run(["sh", "-c", f'exec "$0" {option} {where}', binary()], env=box.environment, capture_output=True,
                                  timeout=DEADLINE)
            assert done.returncode == 1 and done.stderr, (option, where, done)


def broken_applet(box: Box) -> None:
    """The commands do without the applet's part of the program, and whoever asks for it is told."""
    program = shutil.copy(binary(), box.root / "program")
    module = box.root / "ui/paddock-ui.so"
    module.parent.mkdir()
    module.write_bytes(b"")
    result = subprocess.run([program], env=box.environment, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert result.returncode == 2, result
    assert re.fullmatch(r"paddock: the tray applet cannot be loaded \(.*paddock-ui\.so.*\); .*\n", result.stderr), result.stderr
    result = subprocess.run([program, "status", "--demo"], env=box.environment, capture_output=True, text=True,
                            timeout=DEADLINE, check=False)
    assert result.returncode == 0 and "models" in result.stdout, result


def broken_http(box: Box) -> None:
    """A part that is missing costs what is asked over HTTP alone, and is named."""
    program = shutil.copy(binary(), box.root / "program")
    module = box.root / "io/paddock-curl.so"
    module.parent.mkdir()
    module.write_bytes(b"")
    server = box.server()
    box.log().add(time.time() - 1)
    box.write_settings(box.account(server))
    result = subprocess.run([program, "status", "--json"], env=box.environment, capture_output=True, text=True,
                            timeout=DEADLINE, check=False)
    account = json.loads(result.stdout)["accounts"][0]
    assert account["metrics"]["requests_5h"]["value"] == 1, account
    assert re.search(r"a part of Paddock cannot be loaded; install it again: .*paddock-curl\.so",
                     account["diagnostics"]["local_api_error"]), account["diagnostics"]
    assert server.seen() == []


def nothing_is_never_a_format(box: Box) -> None:
    result = box.run("%s%s%n", expect=2)
    assert "%s%s%n" in result.stderr


def options_may_stand_before_the_command(box: Box) -> None:
    box.write_settings(box.account(box.server()))
    other = box.root / "other.json"
    other.write_text(json.dumps({"accounts": [box.account(box.server(), id="other")]}))
    assert box.run("--config", str(other), "status", "--json", expect=0).json()["accounts"][0]["id"] == "other"


def demo_status(box: Box) -> None:
    account = box.status("--demo", expect=0)
    assert account["status"] == "ok"
    assert account.metric("requests_5h") and account.metric("models_total")
    assert account["models"] and account["running"]
    again = box.run("--demo", "status", "--json", expect=0)
    assert again.json()["accounts"]


def demo_touches_nothing(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    before = box.settings_path.read_bytes()
    box.status("--demo", expect=0)
    assert server.seen() == []
    assert box.settings_path.read_bytes() == before


def demo_watch(box: Box) -> None:
    watch = box.watch("--demo")
    watch.until(lambda account: account.metric("models_total"))
    assert watch.stop() in (0, -signal.SIGTERM)


def commands_to_no_applet(box: Box) -> None:
    for command in ("details", "refresh", "quit"):
        for env in ({"DBUS_SESSION_BUS_ADDRESS": f"unix:path={box.root}/no-bus"}, {}, {"XDG_RUNTIME_DIR": None}):
            result = box.run(command, env=env, expect=1)
            assert len(result.stderr.splitlines()) == 1, result.stderr
            assert "no session bus" in result.stderr and "; try it in" in result.stderr, result.stderr
            assert result.stdout == ""


def applet_without_a_display(box: Box) -> None:
    result = box.run(expect=(1, 2))
    assert 1 <= len(result.stderr.splitlines()) <= 3, result.stderr


def waybar_lines(box: Box) -> None:
    server = box.server(running=[make_running("a<b>&c:latest")])
    box.write_settings(box.account(server))
    watch = box.watch("--format=waybar", json_lines=False)
    line = json.loads(watch.line())
    while "models" not in line["text"]:
        line = json.loads(watch.line())
    assert {"text", "tooltip"} <= line.keys()
    assert all(isinstance(line[key], str) for key in ("text", "tooltip"))
    assert "<b>" not in line["text"] and "a&lt;b&gt;&amp;c:latest" in line["tooltip"], "Waybar reads markup"


def watch_fills_a_template(box: Box) -> None:
    server = box.server(models=[make_model("a:latest")], running=[make_running("b<c:latest")])
    box.write_settings(box.account(server))
    watch = box.watch("--format={models_total} of them, {nothing_such} · {server_version}", json_lines=False)
    while (line := watch.line().rstrip("\n")) != "1 of them · 0.40.12":
        assert line in ("", "1 of them", "0.40.12"), line
    server.models = [make_model("a:latest"), make_model("b:latest")]
    while line != "2 of them · 0.40.12":
        line = watch.line().rstrip("\n")


def watch_prints_plain_lines(box: Box) -> None:
    server = box.server(models=[make_model("a:latest")], running=[])
    box.write_settings(box.account(server))
    watch = box.watch(json_lines=False)
    line = watch.line()
    while "1 models" not in line and "1 model" not in line:
        line = watch.line()
    server.models = [make_model("a:latest"), make_model("b:latest")]
    while "2 models" not in line:
        line = watch.line()


def watch_ends_on_sigterm(box: Box) -> None:
    box.write_settings(box.account(box.server()))
    for number in (signal.SIGTERM, signal.SIGINT):
        watch = box.watch()
        watch.line()
        assert watch.stop(number) in (0, -number, 128 + number)


def watch_ends_on_sigterm_amid_a_request(box: Box) -> None:
    server = box.server()
    server.route("*", hang_before_headers())
    box.write_settings(box.account(server))
    watch = box.watch()
    server.wait_for("/api/tags")
    assert watch.stop() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)


def watch_does_not_wait_for_its_reader(box: Box) -> None:
    # More than a pipe holds, and nobody reads it.
    server = box.server(models=many_models(2000))
    box.write_settings(box.account(server))
    process = subprocess.Popen([binary(), "watch", "--json", "--interval", "1"], env=box.environment, cwd=box.home,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    box.cleanup.callback(process.kill)
    assert process.stdout and process.stderr
    server.wait_for("/api/ps", count=3)
    server.models = many_models(3)
    server.wait_for("/api/ps", count=3, since=server.mark())
    counts = [len(json.loads(process.stdout.readline())["accounts"][0]["models"]) for _ in range(2)]
    assert counts == [2000, 3]
    server.models = many_models(2000)
    server.wait_for("/api/ps", count=3, since=server.mark())
    process.terminate()
    assert process.wait(DEADLINE) == 0
    assert process.stderr.read() == b""
    process.stdout.close()
    process.stderr.close()


def watch_ends_with_its_reader(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    process = subprocess.Popen([binary(), "watch", "--json", "--interval", "1"], env=box.environment, cwd=box.home,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    box.cleanup.callback(process.kill)
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    # Nothing changes, so that it has nothing to print, and finds out all the same.
    assert process.wait(DEADLINE) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def status_into_a_closed_pipe(box: Box) -> None:
    box.write_settings(box.account(box.server()))
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([binary(), "status", "--json"], env=box.environment, cwd=box.home, stdout=writing,
                          stderr=subprocess.PIPE, timeout=DEADLINE)
    os.close(writing)
    assert done.returncode >= 0, "no signal ends it"
    assert done.stderr == b"", "that nobody reads is theirs to decide"


def standard_streams_that_are_closed(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    for closed in (">&-", "<&- >&-", "<&- >&- 2>&-"):
        for command in ("status --json", "status", "watch --json", "watch"):
            done = subprocess.run(["sh", "-c", f'exec "$0" {command} {closed}', binary()], env=box.environment, cwd=box.home,
                                  capture_output=True, timeout=DEADLINE)
            assert done.returncode == 1, (command, closed, done)
            assert "2>" in closed or b"Bad file descriptor" in done.stderr, (command, closed, done)
    # What is printed must not go to the server, whose connection would have that number.
    assert {request.method for request in server.seen()} <= {"GET", "POST"}


def status_onto_a_full_disk(box: Box) -> None:
    box.write_settings(box.account(box.server()))
    with open("/dev/full", "wb") as full:
        done = subprocess.run([binary(), "status", "--json"], env=box.environment, cwd=box.home, stdout=full,
                              stderr=subprocess.PIPE, timeout=DEADLINE)
    assert done.returncode != 0, "output that is lost is an error"


def empty_environment(box: Box) -> None:
    """Not even a HOME, as a system unit or a bare container has it."""
    keep = {name: value for name, value in box.environment.items() if name.endswith("SAN_OPTIONS")}
    done = subprocess.run([binary(), "status", "--json", "--demo"], env=keep, cwd=box.home, capture_output=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accounts"]
    done = subprocess.run([binary(), "status", "--json"], env=keep, cwd=box.home, capture_output=True, timeout=DEADLINE)
    assert done.returncode in (0, 1), done.stderr
    assert json.loads(done.stdout)["schema"] == 1


def folders_that_are_not_absolute(box: Box) -> None:
    """They count as not set, as the XDG Base Directory Specification says."""
    server = box.server(signed_in=True)
    box.write_settings(box.account(server))
    names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
    account = box.status(env={name: "relative/folder" for name in names})
    assert account.metric("models_total") == len(server.models) and account.metric("credit_included_usd")
    assert not (box.home / "relative").exists() and (box.data / "paddock/history.sqlite").exists()
    assert (box.home / ".local/state/paddock/cloud").is_dir()


def home_that_cannot_be_written(box: Box) -> None:
    server = box.server()
    box.write_settings(box.account(server))
    for path in (box.home, box.config, box.settings_path.parent):
        path.chmod(0o555)
    account = box.status(expect=0, as_nobody=True)
    assert account.metric("models_total") == len(server.models)


def other_language(box: Box) -> None:
    box.write_settings(box.account(box.server()))
    for locale in ("C", "C.UTF-8", "de_DE.UTF-8", "nonsense"):
        account = box.status(expect=0, env={"LC_ALL": locale})
        assert account.metric("models_total"), locale


def key_is_never_printed(box: Box) -> None:
    key = "sk-very-secret-0123456789"
    server, cloud = box.server(), box.server(signed_in=True)
    box.write_settings(box.account(server, api_key_env="MY_KEY", cloud_base_url=cloud.base_url))
    result = box.run("status", "--json", env={"MY_KEY": key, "G_MESSAGES_DEBUG": "all"}, expect=(0, 1))
    assert key not in result.stdout + result.stderr
    for request in server.seen():
        assert key not in json.dumps(request.headers), "the key goes to the cloud alone"


def messages_for_developers_go_to_standard_error(box: Box) -> None:
    box.write_settings(box.account("http://127.0.0.1:1"))
    for arguments in (("status", "--json"), ("history", "--json")):
        result = box.run(*arguments, env={"G_MESSAGES_DEBUG": "all"}, expect=(0, 1))
        assert result.json()["schema"] == 1, result.stdout
        assert arguments[0] == "history" or "DEBUG" in result.stderr
