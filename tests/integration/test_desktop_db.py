# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop app's database: every number against a count in Python, while the app writes, and without a
trace."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import time
from datetime import datetime
from pathlib import Path

from desktop_db import LATEST, OPTIONAL, Writer, count, told
from fake_ollama import closed_port
from paddock import Account, Box, Watch, preloaded


def _path(box: Box) -> Path:
    return box.home / "copy/db.sqlite"


def _settings(box: Box, **keys: object) -> None:
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}", paths={"db_path": str(_path(box))}, **keys))


def _fill(box: Box, n_chats: int = 20, **details: object) -> Writer:
    writer = Writer(_path(box), **details)  # type: ignore[arg-type]
    writer.fill(time.time(), n_chats)
    _settings(box)
    return writer


def _differences(account: Account, path: Path) -> dict[str, object]:
    """What is not as the independent count has it, windows and days included."""
    found = {name: (expected, told(account.metrics, account["daily_series"], name))
             for name, expected in count(path, account.now).items()}
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def _listing(folder: Path) -> list[object]:
    return sorted((path.name, path.stat().st_mtime_ns, path.stat().st_ctime_ns, path.stat().st_atime_ns,
                   path.stat().st_size) for path in folder.iterdir())


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def every_schema_is_counted(box: Box) -> None:
    for version in range(1, LATEST + 1):
        for migrated in (False, True):
            shutil.rmtree(_path(box).parent, ignore_errors=True)
            _fill(box, version=version, migrated=migrated, seed=version).close()
            account = box.status()
            assert not _differences(account, _path(box)), (version, migrated, _differences(account, _path(box)))
            assert account.state("desktop_db") == "ok"
            assert "desktop_db_error" not in account.diagnostics
            assert account.attributes.get("context_length") == ("4096" if 2 <= version < 14 else None)
            assert account.attributes.get("turbo_enabled") == ("false" if version >= 6 else None)
            assert account.attributes.get("auto_update_enabled") == ("true" if version >= 15 else None)


def columns_may_be_missing(box: Box) -> None:
    for name in OPTIONAL:
        shutil.rmtree(_path(box).parent, ignore_errors=True)
        writer = _fill(box)
        writer.db.execute(f"ALTER TABLE messages DROP COLUMN {name}")
        account = box.status()
        assert not _differences(account, _path(box)), (name, _differences(account, _path(box)))


def newer_schema_is_counted(box: Box) -> None:
    writer = _fill(box)
    writer.db.execute("ALTER TABLE messages ADD COLUMN mood TEXT")
    writer.db.execute("ALTER TABLE messages DROP COLUMN stream")
    assert not _differences(box.status(), _path(box))


def found_without_a_hint(box: Box) -> None:
    for i, place in enumerate((".ollama", ".config/Ollama", ".local/share/Ollama")):
        writer = Writer(box.home / place / "db.sqlite")
        writer.save_chat("a", [time.time() - 60] * (i + 1))
        writer.close()
        box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"),
                           {**box.account(f"http://127.0.0.1:{closed_port()}"), "id": "other"})
        first, other = box.statuses()
        assert first.metric("total_messages") == i + 1
        assert other.metric("total_messages") is None, "counted once"


def leaves_no_trace(box: Box) -> None:
    writer, folder = _fill(box), _path(box).parent
    for is_open in (True, False):
        if not is_open:
            writer.close()
        assert len(list(folder.iterdir())) == (3 if is_open else 1), "with and without a log beside it"
        content, before = _bytes(folder), _listing(folder)
        assert box.status().metric("total_messages")
        assert _listing(folder) == before
        assert _bytes(folder) == content


def takes_no_lock(box: Box) -> None:
    """So no writer ever waits: neither the database nor what is beside it is locked, not even for reading."""
    notes, folder = box.home / "locks", _path(box).parent
    writer = _fill(box)
    box.log().add(time.time() - 1)
    for is_open in (True, False):
        if not is_open:
            writer.close()
        notes.unlink(missing_ok=True)
        account = box.status(env=preloaded() | {"PADDOCK_TEST_LOCKS": str(notes)})
        assert account.metric("total_messages")
        locked = {Path(line) for line in notes.read_text().splitlines()}
        assert any(path.name.startswith("history.sqlite") for path in locked), "locks are seen"
        assert not [path for path in locked if path.parent == folder], locked


def read_only_folder(box: Box) -> None:
    writer = _fill(box)
    expected = count(_path(box), time.time())["total_messages"]
    folder = _path(box).parent
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    assert box.status(as_nobody=True).metric("total_messages") == expected
    folder.chmod(0o755)
    writer.close()


def message_begins_with_the_messages(box: Box) -> None:
    writer = Writer(_path(box))
    now = time.time()
    writer.save_chat("a", [now - 2, now - 1, now])
    _settings(box)
    account = box.status()
    assert account["message"].startswith(f"{account.metric('messages_today'):.0f} msgs today, "), account["message"]


def log_knows_better(box: Box) -> None:
    _fill(box)
    log = box.log()
    for _ in range(3):
        log.add(time.time() - 1)
    account = box.status()
    assert account.metric("requests_5h") == 3
    assert account.metric("messages_5h") == count(_path(box), account.now)["messages_5h"]


def settings_and_user(box: Box) -> None:
    writer = _fill(box)
    writer.db.execute("UPDATE settings SET selected_model = '<i>m</i>', context_length = 8192, think_enabled = 1")
    writer.db.execute("INSERT INTO users (name, email, plan) VALUES ('ada', 'ada@example.invalid', 'pro')")
    attributes = box.status().attributes
    assert attributes["selected_model"] == "<i>m</i>"
    assert attributes["context_length"] == "8192"
    assert attributes["think_enabled"] == "true"
    assert (attributes["account_name"], attributes["account_email"], attributes["plan_name"]) == (
        "ada", "ada@example.invalid", "pro")
    assert attributes["token_estimation"] == "chars_div_4"


def server_knows_the_user_better(box: Box) -> None:
    writer = _fill(box)
    writer.db.execute("INSERT INTO users (name, email, plan) VALUES ('old', 'old@example.invalid', 'old')")
    server = box.server(signed_in=True)
    box.write_settings(box.account(server, paths={"db_path": str(_path(box))}))
    attributes = box.status().attributes
    assert attributes["plan_name"] == "pro"
    assert "old" not in (attributes.get("account_name"), attributes.get("account_email")), attributes


def days_are_local(box: Box) -> None:
    for zone in ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"):
        shutil.rmtree(_path(box).parent, ignore_errors=True)
        _fill(box, seed=len(zone)).close()
        account = box.status(env={"TZ": zone})
        before = os.environ.get("TZ")
        os.environ["TZ"] = zone
        time.tzset()
        try:
            assert not _differences(account, _path(box)), zone
            today = datetime.fromtimestamp(account.now).strftime("%Y-%m-%d")
        finally:
            os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
            time.tzset()
        series = {day["date"]: day["value"] for day in account["daily_series"]["messages"]}
        assert series[today] == account.metric("messages_today")


def nonsense_is_not_fatal(box: Box) -> None:
    writer = _fill(box)
    now = time.time()
    for created in (None, 7, 3.5, b"\xff\x00", "yesterday", "2026-13-45 99:99:99", "2026-01-01", ""):
        writer.add_message("chat-1", "user", now, created_at=created if created is not None else "")
    writer.add_message("chat-1", "assistant", now, content=b"\xff\xfe", model_name=b"\0\1", thinking=12)
    writer.add_message("chat-1", "assistant", now, model_name="m" * 5000, thinking_time_start="x", model_cloud="text")
    writer.add_message("chat-1", "user", now + 86400)
    account = box.status()
    assert account.metric("total_messages") == writer.db.execute("SELECT count(*) FROM messages").fetchone()[0]
    found = {name: pair for name, pair in _differences(account, _path(box)).items() if len(name) < 1000}
    assert not found, found
    assert "future" in account.diagnostics["desktop_db_error"]
    assert re.search(r"\b10 messages in .*db.sqlite have .* no sense", account.diagnostics["desktop_db_error"])
    assert len([name for name in account.diagnostics if name.startswith("desktop_db")]) == 1


def _fails(box: Box, state: str = "failed") -> Account:
    log = box.log()
    log.add(time.time() - 1)
    account = box.status()
    assert account.state("desktop_db") == state, account
    assert "db.sqlite" in account.diagnostics["desktop_db_error"]
    assert account.metric("requests_5h"), "the log is unharmed"
    assert account.metric("messages_today") is None
    return account


def missing_file(box: Box) -> None:
    _settings(box)
    _fails(box, "absent")


def missing_file_that_nobody_named(box: Box) -> None:
    box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
    box.log().add(time.time() - 1)
    account = box.status()
    assert account.state("desktop_db") == "absent"
    assert "desktop_db_error" not in account.diagnostics


def not_a_database(box: Box) -> None:
    _settings(box)
    _path(box).parent.mkdir()
    for content in (b"", b"text", os.urandom(100_000), b"SQLite format 3\0" + os.urandom(8176)):
        _path(box).write_bytes(content)
        _fails(box)
    _path(box).unlink()
    _path(box).mkdir()
    _fails(box)
    _path(box).rmdir()
    os.mkfifo(_path(box))
    _fails(box)


def another_programs_database(box: Box) -> None:
    _settings(box)
    _path(box).parent.mkdir()
    db = sqlite3.connect(_path(box))
    db.execute("CREATE TABLE messages (subject TEXT)")
    db.close()
    _fails(box)


def rows_without_end(box: Box) -> None:
    """What is no table is not read: a view may go on for ever."""
    numbers = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
    chats, messages = "CREATE TABLE chats (id TEXT)", "CREATE TABLE messages (id INTEGER PRIMARY KEY, chat_id TEXT, role TEXT)"
    _settings(box)
    _path(box).parent.mkdir()
    for statements in ((chats, f"CREATE VIEW messages AS {numbers} x AS rowid, 'a' AS chat_id, 'user' AS role FROM n"),
                       (messages, f"CREATE VIEW chats AS {numbers} 'a' || x AS id FROM n")):
        _path(box).unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(_path(box))) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()
        _fails(box)


def half_copied(box: Box) -> None:
    """Wherever it was cut, with and without a log beside it: no number is told of what is not whole."""
    writer, folder = _fill(box), _path(box).parent
    live = _bytes(folder)
    writer.close()
    closed = _bytes(folder)
    box.log().add(time.time() - 1)
    for files in (closed, live):
        for name, content in files.items():
            for part in (0.1, 0.5, 0.9, 1 - 1 / len(content)):
                _replace(folder, files | {name: content[:int(len(content) * part)]})
                account = box.status()
                assert account.metric("requests_5h")
                if name == "db.sqlite" and files is closed:
                    assert account.state("desktop_db") == "failed"
                else:
                    _assert_as_sqlite(account, box)


def _replace(folder: Path, files: dict[str, bytes]) -> None:
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        if not name.endswith("-shm"):
            (folder / name).write_bytes(content)


def _find_damage(path: Path) -> str:
    """What SQLite itself finds wrong with it: "pages", "indices" alone, which only some questions need, or "". """
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            if db.execute("PRAGMA quick_check(1)").fetchone()[0].startswith("***"):
                return "pages"
        count(path, time.time())
    except sqlite3.Error:
        return "pages"
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            return "" if db.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok" else "indices"
    except sqlite3.Error:
        return "indices"


def _assert_as_sqlite(account: Account, box: Box) -> None:
    """What SQLite takes for sound is counted as it is, and anything else is told of."""
    copy = box.home / "copy-for-sqlite"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(_path(box).parent, copy)
    damage, state = _find_damage(copy / "db.sqlite"), account.state("desktop_db")
    assert state in {"": ["ok"], "indices": ["ok", "failed"], "pages": ["failed"]}[damage], (damage, account)
    if state == "failed":
        assert account.diagnostics["desktop_db_error"]
        assert account.metric("total_messages") is None
        return
    # Requests are the log's.
    found = {name: pair for name, pair in _differences(account, copy / "db.sqlite").items()
             if not re.match("requests[ _][0-9t]", name)}
    assert not found, found


def flipped_bits(box: Box) -> None:
    writer, folder = _fill(box), _path(box).parent
    box.log().add(time.time() - 1)
    live = _bytes(folder)
    writer.close()
    closed = _bytes(folder)
    pick = random.Random(7)
    for i in range(80):
        original = live if i % 2 else closed
        name = pick.choice([name for name in original if not name.endswith("-shm")])
        damaged = bytearray(original[name])
        for _ in range(pick.choice((1, 10, 1000))):
            # In the header, at the beginning of a page, or anywhere.
            place = pick.choice((pick.randrange(100), pick.randrange(len(damaged) // 4096) * 4096 + pick.randrange(16),
                                 pick.randrange(len(damaged))))
            damaged[place] ^= 1 << pick.randrange(8)
        _replace(folder, original | {name: bytes(damaged)})
        account = box.status()
        assert account.metric("requests_5h")
        _assert_as_sqlite(account, box)


def damaged_log_is_told(box: Box) -> None:
    """What stands in the log before the damage is counted, as SQLite does."""
    writer, folder = _fill(box), _path(box).parent
    box.log().add(time.time() - 1)
    live, pick = _bytes(folder), random.Random(5)
    for _ in range(10):
        damaged = bytearray(live["db.sqlite-wal"])
        damaged[32 + pick.randrange(len(damaged) // 2)] ^= 1 << pick.randrange(8)
        _replace(folder, live | {"db.sqlite-wal": bytes(damaged)})
        account = box.status()
        assert account.metric("requests_5h")
        assert "db.sqlite" in account.diagnostics["desktop_db_error"], account
        _assert_as_sqlite(account, box)
    writer.close()


def unreadable(box: Box) -> None:
    _fill(box).close()
    _path(box).chmod(0)
    account = box.status(as_nobody=True, expect=1)
    assert "db.sqlite" in account.diagnostics["desktop_db_error"]


def exclusively_locked(box: Box) -> None:
    _fill(box).close()
    holder = subprocess.Popen([sys.executable, "-c", textwrap.dedent("""
        import sqlite3, sys
        db = sqlite3.connect(sys.argv[1], isolation_level=None)
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("BEGIN EXCLUSIVE")
        print("locked", flush=True)
        sys.stdin.read()"""), str(_path(box))], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout and holder.stdin
    holder.stdout.readline()
    _fails(box)
    holder.stdin.close()
    holder.wait()


def huge_sparse_file(box: Box) -> None:
    _fill(box).close()
    expected = count(_path(box), time.time())["total_messages"]
    os.truncate(_path(box), 5 << 30)
    account = box.status()
    assert account.metric("total_messages") == expected


def _until_counted(watch: Watch, path: Path) -> Account:
    return watch.until(lambda account: account.metric("total_messages") is not None and not _differences(account, path))


def changes_are_followed(box: Box) -> None:
    """A long row of what an app does, each time against a count of everything. There are more chats than are
    looked at in turn."""
    writer = _fill(box, n_chats=250)
    watch, now, pick = box.watch(), time.time(), random.Random(3)
    _until_counted(watch, _path(box))
    for i in range(12):
        for _ in range(pick.randrange(1, 5)):
            chat = f"chat-{pick.randrange(270)}"
            what = pick.randrange(4)
            if what == 0:
                writer.save_chat(chat, [now - 50 + j for j in range(pick.randrange(1, 9))])
            elif what == 1:
                with writer.transaction():
                    writer.db.execute("INSERT OR IGNORE INTO chats (id) VALUES (?)", [chat])
                    writer.add_message(chat, "user", now)
            elif what == 2:
                writer.update_last(chat, now)
            else:
                writer.delete_chat(chat)
        if i % 3 == 0:
            writer.close()
            writer = Writer(_path(box), seed=100 + i)
        with writer.transaction():
            writer.db.execute("INSERT OR IGNORE INTO chats (id) VALUES ('mark')")
            writer.add_message("mark", "user", now)
        _until_counted(watch, _path(box))


def file_from_the_future(box: Box) -> None:
    """As of a clock that was set back, or of the computer that shares it; and what is new in it is seen."""
    _settings(box)
    _fill(box).close()
    behind = preloaded(-86400)
    account = box.status(env=behind)
    assert account.state("desktop_db") == "ok" and account.metric("total_conversations") == 21, account
    watch = box.watch(env=behind)
    watch.until(lambda account: account.metric("total_conversations") == 21)
    with contextlib.closing(sqlite3.connect(_path(box))) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("INSERT INTO chats (id) VALUES ('another')")
        db.commit()
    watch.until(lambda account: account.metric("total_conversations") == 22)


def replaced_and_deleted(box: Box) -> None:
    _fill(box).close()
    watch = box.watch()
    _until_counted(watch, _path(box))
    other = Writer(box.home / "other.sqlite", seed=9)
    other.fill(time.time(), 5)
    other.close()
    (box.home / "other.sqlite").rename(_path(box))
    _until_counted(watch, _path(box))
    _path(box).unlink()
    watch.until(lambda account: account.state("desktop_db") == "absent" and account.metric("total_messages") is None)


def damaged_while_watching(box: Box) -> None:
    """What was counted before stays, marked as old."""
    writer = _fill(box)
    writer.close()
    watch = box.watch()
    before = _until_counted(watch, _path(box))
    content = bytearray(_path(box).read_bytes())
    content[100:120] = bytes(20)
    (box.home / "damaged").write_bytes(content)
    (box.home / "damaged").rename(_path(box))
    after = watch.until(lambda account: account.state("desktop_db") == "stale")
    assert after.metric("total_messages") == before.metric("total_messages")
    assert "db.sqlite" in after.diagnostics["desktop_db_error"]


def while_the_app_writes(box: Box) -> None:
    """The app saves as fast as it can, and would give up at once where it had to wait. What we read is of one
    moment: in each chat, and so in all of them, there is one answer to each question."""
    _fill(box).close()
    writer = subprocess.Popen([sys.executable, "-c", textwrap.dedent("""
        import os, sqlite3, sys, time
        db = sqlite3.connect(sys.argv[1], isolation_level=None)
        db.execute("DELETE FROM chats"); db.execute("DELETE FROM messages")
        db.execute("PRAGMA busy_timeout = 0")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA wal_autocheckpoint = 50")
        print("ready", flush=True)
        i = 0
        while os.getppid() == int(sys.argv[2]) and not os.path.exists(sys.argv[3]):
            i += 1
            chat = f"c{i % 30}"
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT OR IGNORE INTO chats (id) VALUES (?)", [chat])
            db.execute("DELETE FROM messages WHERE chat_id = ?", [chat])
            for role in ["user", "assistant"] * (i % 7 + 1):
                db.execute("INSERT INTO messages (chat_id, role, content, created_at) VALUES (?, ?, ?,"
                           " CURRENT_TIMESTAMP)", [chat, role, "x" * 800])
            db.execute("COMMIT")
            time.sleep(0.01)
        """), str(_path(box)), str(os.getpid()), str(box.home / "stop")], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    writer.stdout.readline()
    watch, n_seen = box.watch(), 0
    try:
        while n_seen < 4:
            account = watch.until(lambda account: account.state("desktop_db") == "ok")
            n_seen += 1
            users, answers = account.metric("total_user_messages"), account.metric("total_assistant_messages")
            assert users == answers and account.metric("total_messages") == users * 2, account
    finally:
        (box.home / "stop").touch()
    assert writer.wait() == 0, "it met a lock"
    watch.stop()
    account = box.status()
    assert not _differences(account, _path(box)), _differences(account, _path(box))
