# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases as Ollama's desktop app writes them, in every version of its schema, and a count of what is in
them that shares nothing with Paddock's: plain loops over all rows."""

from __future__ import annotations

import collections
import contextlib
import random
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

# The app's schema as it was first, each table in the order that a new database of today has it in, and what
# each later version adds at that place.
SETTINGS = [
    (1, "id INTEGER PRIMARY KEY CHECK (id = 1)"),
    (1, "device_id TEXT NOT NULL DEFAULT ''"),
    (1, "has_completed_first_run BOOLEAN NOT NULL DEFAULT 0"),
    (1, "expose BOOLEAN NOT NULL DEFAULT 0"),
    (2, "survey BOOLEAN NOT NULL DEFAULT TRUE"),
    (1, "browser BOOLEAN NOT NULL DEFAULT 0"),
    (1, "models TEXT NOT NULL DEFAULT ''"),
    (1, "agent BOOLEAN NOT NULL DEFAULT 0"),
    (1, "tools BOOLEAN NOT NULL DEFAULT 0"),
    (1, "working_dir TEXT NOT NULL DEFAULT ''"),
    (2, "context_length INTEGER NOT NULL DEFAULT 4096"),
    (1, "window_width INTEGER NOT NULL DEFAULT 0"),
    (1, "window_height INTEGER NOT NULL DEFAULT 0"),
    (1, "config_migrated BOOLEAN NOT NULL DEFAULT 0"),
    (5, "airplane_mode BOOLEAN NOT NULL DEFAULT 0"),
    (6, "turbo_enabled BOOLEAN NOT NULL DEFAULT 0"),
    (6, "websearch_enabled BOOLEAN NOT NULL DEFAULT 0"),
    (6, "selected_model TEXT NOT NULL DEFAULT ''"),
    (6, "sidebar_open BOOLEAN NOT NULL DEFAULT 0"),
    (16, "last_home_view TEXT NOT NULL DEFAULT 'chat'"),
    (17, "onboarding_version INTEGER NOT NULL DEFAULT 0"),
    (8, "think_enabled BOOLEAN NOT NULL DEFAULT 0"),
    (8, "think_level TEXT NOT NULL DEFAULT ''"),
    (13, "cloud_setting_migrated BOOLEAN NOT NULL DEFAULT 0"),
    (1, "remote TEXT NOT NULL DEFAULT ''"),
    (15, "auto_update_enabled BOOLEAN NOT NULL DEFAULT 1"),
    (18, "claude_desktop_used BOOLEAN NOT NULL DEFAULT 0"),
    (1, "schema_version INTEGER NOT NULL DEFAULT 1"),
]
CHATS = [
    (1, "id TEXT PRIMARY KEY"),
    (1, "title TEXT NOT NULL DEFAULT ''"),
    (1, "created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"),
    (9, "browser_state TEXT"),
]
MESSAGES = [
    (1, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
    (1, "chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE"),
    (1, "role TEXT NOT NULL"),
    (1, "content TEXT NOT NULL DEFAULT ''"),
    (1, "thinking TEXT NOT NULL DEFAULT ''"),
    (1, "stream BOOLEAN NOT NULL DEFAULT 0"),
    (1, "model_name TEXT"),
    (1, "model_cloud BOOLEAN"),
    (1, "model_ollama_host BOOLEAN"),
    (1, "created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"),
    (1, "updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"),
    (1, "thinking_time_start TIMESTAMP"),
    (1, "thinking_time_end TIMESTAMP"),
    (4, "tool_result TEXT"),
]
OF_MESSAGE = "id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE, "
# All else that a version brings.
STEPS = {
    1: "CREATE INDEX idx_messages_chat_id ON messages (chat_id);"
       f"CREATE TABLE tool_calls ({OF_MESSAGE} type TEXT NOT NULL, function_name TEXT NOT NULL,"
       " function_arguments TEXT NOT NULL, function_result TEXT);"
       "CREATE INDEX idx_tool_calls_message_id ON tool_calls (message_id);",
    3: f"CREATE TABLE attachments ({OF_MESSAGE} filename TEXT NOT NULL, data BLOB NOT NULL);",
    7: "CREATE INDEX idx_attachments_message_id ON attachments (message_id);",
    10: "CREATE TABLE users (name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',"
        " plan TEXT NOT NULL DEFAULT '', cached_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);",
    11: "ALTER TABLE settings DROP COLUMN remote;",
    12: "ALTER TABLE settings ADD COLUMN remote TEXT NOT NULL DEFAULT '';",
    14: "UPDATE settings SET context_length = 0 WHERE context_length = 4096;",
}
# What a message may lack in a database that is not quite the app's.
OPTIONAL = ["content", "thinking", "stream", "model_name", "model_cloud", "model_ollama_host", "created_at", "updated_at",
            "thinking_time_start", "thinking_time_end", "tool_result"]
LATEST = 18
MODELS = ["llama3.2:3b", "qwen3-coder:480b-cloud", "gpt-oss:20b", "<b>bold & co</b>"]
TOOLS = ["web_search", "web_fetch", "browser.open"]


def make_schema(db: sqlite3.Connection, version: int, migrated: bool) -> None:
    """A database that was new in that version, or one of the first version that was brought up to it: columns
    that were added later then stand at the end."""
    first = 1 if migrated else version
    for name, columns in (("settings", SETTINGS), ("chats", CHATS), ("messages", MESSAGES)):
        db.execute(f"CREATE TABLE {name} ({', '.join(text for since, text in columns if since <= first)})")
    db.execute("INSERT INTO settings (id) VALUES (1)")
    for step in range(1, version + 1):
        for name, columns in (("settings", SETTINGS), ("chats", CHATS), ("messages", MESSAGES)):
            for since, text in columns if step > first else []:
                if since == step and "CURRENT_TIMESTAMP" not in text:
                    db.execute(f"ALTER TABLE {name} ADD COLUMN {text}")
        for statement in STEPS.get(step, "").split(";"):
            db.execute(statement)
    db.execute("UPDATE settings SET schema_version = ?", [version])


class Writer:
    """Writes chats as the app does."""

    def __init__(self, path: Path, version: int = LATEST, migrated: bool = False, seed: int = 1) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.random = path, random.Random(seed)
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA busy_timeout = 5000")
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA foreign_keys = ON")
        if not self.db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'messages'").fetchone():
            make_schema(self.db, version, migrated)
        self.columns = [row[1] for row in self.db.execute("PRAGMA table_info(messages)")]

    def close(self) -> None:
        self.db.close()

    def time_text(self, when: float) -> str:
        """As Go writes it in some zone, or as SQLite does."""
        hours = self.random.choice([None, 0, -7, 2, 5.5])
        if hours is None:
            return datetime.fromtimestamp(int(when), timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
        moment = datetime.fromtimestamp(when, timezone(timedelta(hours=hours)))
        fraction = moment.strftime(".%f").rstrip("0").rstrip(".")
        return moment.strftime("%Y-%m-%d %H:%M:%S") + fraction + moment.isoformat()[-6:]

    def add_message(self, chat: str, role: str, when: float, content: str | None = None, **more: Any) -> int:
        values: dict[str, Any] = {"chat_id": chat, "role": role, "created_at": self.time_text(when),
                                  "content": self.random.choice("aäß漢") * self.random.randrange(1, 300)
                                  if content is None else content}
        if role == "assistant":
            values["model_name"] = self.random.choice(MODELS)
            if self.random.random() < 0.3:
                values.update(thinking="hm" * 20, thinking_time_start=self.time_text(int(when)),
                              thinking_time_end=self.time_text(int(when) + 4))
        values["updated_at"] = self.time_text(when)
        values.update(more)
        values = {name: value for name, value in values.items() if name in self.columns}
        marks = ", ".join("?" * len(values))
        cursor = self.db.execute(f"INSERT INTO messages ({', '.join(values)}) VALUES ({marks})", list(values.values()))
        message = cursor.lastrowid
        tables = {row[0] for row in self.db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if role == "assistant" and "tool_calls" in tables and self.random.random() < 0.4:
            self.db.execute("INSERT INTO tool_calls (message_id, type, function_name, function_arguments)"
                            " VALUES (?, 'function', ?, '{}')", [message, self.random.choice(TOOLS)])
        if role == "user" and "attachments" in tables and self.random.random() < 0.2:
            self.db.execute("INSERT INTO attachments (message_id, filename, data) VALUES (?, 'a.png', ?)",
                            [message, b"\0" * 5000])
        return message or 0

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        yield
        self.db.execute("COMMIT")

    def save_chat(self, chat: str, times: list[float]) -> None:
        """All messages of the chat are deleted and written again."""
        with self.transaction():
            self.db.execute("INSERT OR IGNORE INTO chats (id) VALUES (?)", [chat])
            self.db.execute("DELETE FROM messages WHERE chat_id = ?", [chat])
            for i, when in enumerate(times):
                self.add_message(chat, ["user", "assistant", "tool", "assistant"][i % 4], when)

    def update_last(self, chat: str, when: float) -> None:
        """An answer grows while it is being given."""
        self.db.execute("UPDATE messages SET content = content || 'more'"
                        " WHERE id = (SELECT max(id) FROM messages WHERE chat_id = ?)", [chat])

    def delete_chat(self, chat: str) -> None:
        self.db.execute("DELETE FROM chats WHERE id = ?", [chat])

    def fill(self, now: float, n_chats: int = 20) -> None:
        for i in range(n_chats):
            start = now - self.random.choice([3600, 6 * 3600, 30 * 3600, 5 * 86400, 20 * 86400, 200 * 86400])
            self.save_chat(f"chat-{i}", [start + 30 * j for j in range(self.random.randrange(1, 12))])
        self.db.execute("INSERT INTO chats (id) VALUES ('empty')")


def parse_time(text: Any) -> float | None:
    if not isinstance(text, str):
        return None
    text = re.sub(r"\.(\d{1,6})\d*", lambda match: "." + match[1].ljust(6, "0"), text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def characters(text: Any) -> int:
    """Of what may not be good UTF-8: all bytes but those that continue another one."""
    return sum(byte & 0xC0 != 0x80 for byte in text.encode(errors="surrogateescape")) if isinstance(text, str) else 0


def place(model: str) -> str:
    return "cloud" if model.endswith("-cloud") else "local"


def told(metrics: dict[str, float], series: dict[str, Any], name: str) -> float | None:
    """What was told under a name of count()."""
    name, _, date = name.partition(" ")
    if not date:
        return metrics.get(name)
    return next((day["value"] for day in series.get(name, []) if day["date"] == date), None)


def count(path: Path, now: float) -> dict[str, float]:
    """The metrics that must come out, by name, and the days that are not 0, as "series date"; days are those of
    this process's zone."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    db.text_factory = lambda text: text.decode(errors="surrogateescape")
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    tools, attachments = collections.defaultdict(list), collections.Counter()
    if "tool_calls" in tables:
        for row in db.execute("SELECT message_id, function_name FROM tool_calls"):
            tools[row[0]].append(row[1])
    if "attachments" in tables:
        attachments.update(row[0] for row in db.execute("SELECT message_id FROM attachments"))
    midnight = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    starts = {"today": midnight - 0.001, "5h": now - 5 * 3600, "1d": now - 86400, "7d": now - 7 * 86400}
    sums: dict[str, float] = collections.Counter()
    sessions: dict[str, set[str]] = {window: set() for window in starts}
    chars, model_chars, thinking, n_timed = collections.Counter(), collections.Counter(), 0.0, 0
    pending: dict[str, int] = collections.Counter()
    first_day = datetime.fromtimestamp(midnight).date() - timedelta(days=29)
    day_sessions: dict[str, set[str]] = collections.defaultdict(set)
    for row in db.execute("SELECT * FROM messages ORDER BY id"):
        message = dict(row)
        n_chars = characters(message.get("content")) + characters(message.get("thinking"))
        names = ["messages"]
        names += {"user": ["user_messages"], "assistant": ["assistant_messages"]}.get(message["role"], [])
        names += ["tool_calls"] * len(tools[message["id"]]) + ["attachments"] * attachments[message["id"]]
        model = message.get("model_name") if isinstance(message.get("model_name"), str) else None
        for name in names:
            sums["total_" + name] += 1
        for tool in tools[message["id"]]:
            sums["tool_" + key(tool)] += 1
        chars["total_tokens"] += n_chars
        if message["role"] != "assistant":
            pending[message["chat_id"]] += n_chars
        else:
            if model:
                sums[f"model_{key(model)}_requests"] += 1
                model_chars[f"model_{key(model)}_input_tokens"] += pending[message["chat_id"]]
                model_chars[f"model_{key(model)}_output_tokens"] += n_chars
                model_chars[f"model_{key(model)}_total_tokens"] += pending[message["chat_id"]] + n_chars
                sums[f"source_{place(model)}_requests"] += 1
            pending[message["chat_id"]] = 0
            begin = parse_time(message.get("thinking_time_start"))
            end = parse_time(message.get("thinking_time_end"))
            if message.get("thinking") or begin:
                sums["thinking_requests"] += 1
            if begin and end:
                thinking += end - begin
                n_timed += 1
        when = parse_time(message.get("created_at"))
        day = datetime.fromtimestamp(when).date() if when is not None and when <= now + 300 else None
        if day is not None and day >= first_day:
            day_sessions[f"sessions {day}"].add(message["chat_id"])
            sums[f"messages {day}"] += 1
            sums[f"requests {day}"] += message["role"] == "assistant"
            chars[f"tokens {day}"] += n_chars
            for tool in tools[message["id"]]:
                sums[f"tool_calls {day}"] += 1
                sums[f"tool_{key(tool)} {day}"] += 1
            if model and message["role"] == "assistant":
                sums[f"requests_model_{key(model)} {day}"] += 1
        for window, start in starts.items():
            if when is None or not start < when <= now + 300:
                continue
            sessions[window].add(message["chat_id"])
            chars[f"tokens_{window}"] += n_chars
            for name in names:
                if name != "assistant_messages":
                    sums[f"{name}_{window}"] += 1
            if message["role"] == "assistant":
                sums[f"requests_{window}"] += 1
                if model and window == "today":
                    sums[f"model_{key(model)}_requests_today"] += 1
                    sums[f"source_{place(model)}_requests_today"] += 1
    for window, chats in sessions.items():
        sums[f"sessions_{window}"] = len(chats)
    sums.update({name: len(chats) for name, chats in day_sessions.items()})
    for name, n in (chars + model_chars).items():
        sums[name] = n // 4
    sums["total_thinking_seconds"] = round(thinking, 3)
    if n_timed:
        sums["avg_thinking_seconds"] = round(thinking / n_timed, 3)
    sums["total_conversations"] = db.execute("SELECT count(*) FROM chats").fetchone()[0]
    db.close()
    return dict(sums)
