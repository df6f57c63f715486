#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A programmable Ollama on loopback.

As a library it gives each test a server of its own, whose every route can be told to misbehave, and
which records what it was asked. By hand it is something to point the applet at:

    fake_ollama.py --port 11434 --models 200 --loaded 2 --log-dir /some/folder --rate 2

HTTP is spoken over plain sockets, since half of what a test wants from this server is HTTP done wrong.
Each connection has a thread. Nothing here sleeps: what has to wait waits for an event that the test (or
the end of the server) sets.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import hashlib
import json
import random
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "api"

# The first server version that has a route; those that are not named here have always been there.
ROUTES_SINCE = {
    "/api/version": (0, 1, 18),
    "/api/ps": (0, 1, 38),
    "/api/me": (0, 12, 0),
    "/api/status": (0, 16, 2),
    "/api/balance": (0, 40, 1),
    "/api/usage": (0, 40, 1),
}
POST_ONLY = {"/api/me", "/api/show", "/api/generate", "/api/chat", "/api/embed"}
REASONS = {200: "OK", 204: "No Content", 301: "Moved Permanently", 302: "Found", 307: "Temporary Redirect"}


def fixture(name: str) -> Any:
    """The parsed body of tests/fixtures/api/NAME."""
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def version_tuple(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def has_left(connection: socket.socket) -> bool:
    """Whether the other side has hung up."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


# --------------------------------------------------------------------------------------------------
# What was asked, and the means to answer it.


@dataclasses.dataclass(frozen=True)
class Request:
    time: float
    connection: int
    method: str
    path: str  # without the query
    query: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Exchange:
    """One request and the connection to answer it on."""

    def __init__(self, server: FakeOllama, connection: socket.socket, request: Request) -> None:
        self.server = server
        self.connection = connection
        self.request = request
        self.keep_alive = request.headers.get("connection", "").lower() != "close"

    def raw(self, data: bytes) -> None:
        self.connection.sendall(data)

    def head(self, status: int, length: int | None, content_type: str = "application/json; charset=utf-8",
             headers: dict[str, str] | None = None) -> None:
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", f"Content-Type: {content_type}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        self.raw(("\r\n".join(lines) + "\r\n\r\n").encode())

    def answer(self, status: int, body: bytes, content_type: str = "application/json; charset=utf-8",
               headers: dict[str, str] | None = None) -> None:
        self.head(status, len(body), content_type, headers)
        self.raw(body)

    def hang(self) -> None:
        """Waits for the server's end, or the peer's, whichever comes first."""
        while not self.server.closing.wait(0.02) and not has_left(self.connection):
            pass
        self.keep_alive = False


Behaviour = Callable[[Exchange], None]


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Behaviour:
    data = json.dumps(body).encode()
    return lambda exchange: exchange.answer(status, data, headers=headers)


def text_answer(body: str | bytes, status: int = 200, content_type: str = "text/plain") -> Behaviour:
    data = body.encode() if isinstance(body, str) else body
    return lambda exchange: exchange.answer(status, data, content_type)


def hang_before_headers() -> Behaviour:
    return lambda exchange: exchange.hang()


def hang_after_headers(length: int | None = 4000) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        exchange.head(200, length)
        exchange.raw(b'{"models":[')
        exchange.hang()
    return behave


def close_at_once() -> Behaviour:
    def behave(exchange: Exchange) -> None:
        exchange.keep_alive = False
    return behave


def close_in_the_middle() -> Behaviour:
    def behave(exchange: Exchange) -> None:
        exchange.head(200, 5000)
        exchange.raw(b'{"models":[{"name":"half')
        exchange.keep_alive = False
    return behave


def html() -> Behaviour:
    page = "<!DOCTYPE html><html><head><title>Router login</title></head><body><b>Sign in</b></body></html>"
    return text_answer(page, content_type="text/html")


def server_error(status: int = 500) -> Behaviour:
    return json_answer({"error": "something <b>broke</b> inside"}, status)


def not_found() -> Behaviour:
    return text_answer("404 page not found", 404)


def redirect(url: str, status: int = 302) -> Behaviour:
    return lambda exchange: exchange.answer(status, b"", headers={"Location": url + exchange.request.path})


def huge(megabytes: int = 100, chunked: bool = False) -> Behaviour:
    """A body that is valid JSON as far as one cares to read it: an endless list of models."""
    block = (b'{"name":"' + b"m" * 1000 + b'"},') * 64

    def behave(exchange: Exchange) -> None:
        exchange.keep_alive = False
        total = megabytes << 20
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        head += "Transfer-Encoding: chunked\r\n\r\n" if chunked else f"Content-Length: {total}\r\n\r\n"
        exchange.raw(head.encode())
        piece = f"{len(block):x}\r\n".encode() + block + b"\r\n" if chunked else block
        for _ in range(total // len(block)):
            exchange.raw(piece)
            exchange.server.bytes_streamed += len(block)
    return behave


def brackets(count: int = 100_000, close: bool = False) -> Behaviour:
    return text_answer(b'{"models":' + b"[" * count + (b"]" * count + b"}" if close else b""), content_type="application/json")


def not_http() -> Behaviour:
    def behave(exchange: Exchange) -> None:
        exchange.raw(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        exchange.keep_alive = False
    return behave


def slow(seconds: float, then: Behaviour) -> Behaviour:
    """Answers after a while."""
    def behave(exchange: Exchange) -> None:
        exchange.server.closing.wait(seconds)
        then(exchange)
    return behave


class Gate:
    """A behaviour that waits until it is opened, then does as the one it stands before would."""

    def __init__(self, server: FakeOllama, path: str) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()
        self.path = path
        server.route(path, self)

    def open(self) -> None:
        self.opened.set()

    def __call__(self, exchange: Exchange) -> None:
        self.entered.set()
        while not self.opened.wait(0.02) and not exchange.server.closing.is_set():
            if has_left(exchange.connection):
                return
        exchange.server.answer_as_ollama(exchange)


# --------------------------------------------------------------------------------------------------
# Models.


def models_of(version: str) -> list[dict[str, Any]]:
    """The models that the documentation of that version shows."""
    number = version_tuple(version)
    if number >= (0, 30) or number == (0, 0, 0):
        return fixture("tags_v0.30+_types.json")["models"]
    if number >= (0, 2):
        return fixture("tags_v0.2-v0.29_docs.json")["models"]
    return fixture("tags_v0.1.38-v0.1.41_types.json")["models"]


def running_of(version: str) -> list[dict[str, Any]]:
    number = version_tuple(version)
    if number >= (0, 10) or number == (0, 0, 0):
        return fixture("ps_v0.10+_types_partial-offload.json")["models"]
    if number >= (0, 2):
        return fixture("ps_v0.2-v0.9_docs.json")["models"]
    return fixture("ps_v0.1.38-v0.1.41_types.json")["models"]


def make_model(name: str, size: int = 2_019_393_189, digest: str | None = None, **changes: Any) -> dict[str, Any]:
    """One entry of /api/tags, as servers since 0.30 write it."""
    model = {
        "name": name,
        "model": name,
        "modified_at": "2026-11-01T10:00:00Z",
        "size": size,
        "digest": hashlib.sha256(name.encode()).hexdigest() if digest is None else digest,
        "details": {
            "parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"],
            "parameter_size": "3.2B", "quantization_level": "Q4_K_M",
            "context_length": 131072, "embedding_length": 3072,
        },
        "capabilities": ["completion", "tools"],
    }
    model.update(changes)
    return model


def make_running(name: str, size: int = 3_500_000_000, vram: int | None = None, context: int = 8192,
                 expires_at: str | None = None) -> dict[str, Any]:
    """One entry of /api/ps, as servers since 0.10 write it."""
    model = make_model(name, size)
    del model["modified_at"], model["capabilities"]
    in_four_minutes = datetime.now(timezone.utc) + timedelta(minutes=4)
    model["expires_at"] = expires_at or in_four_minutes.isoformat().replace("+00:00", "Z")
    model["size_vram"] = size if vram is None else vram
    model["context_length"] = context
    return model


def many_models(count: int) -> list[dict[str, Any]]:
    return [make_model(f"model-{number:05d}:latest") for number in range(count)]


# --------------------------------------------------------------------------------------------------
# The cloud.


def usage_of(query: str) -> Any:
    """What the cloud says was used in the range that a query names."""
    files = {"range=7d": "../cloud/usage_7d.json", "range=30d": "../cloud/usage_30d_legacy.json"}
    return fixture(files.get(query, "usage_24h_docs.json"))


# --------------------------------------------------------------------------------------------------
# The access log.


def go_duration(nanoseconds: int) -> str:
    """A duration as gin 1.10 prints it: Go's own text, in whole seconds above a minute."""
    if nanoseconds > 60 * 10**9:
        nanoseconds -= nanoseconds % 10**9
        minutes, seconds = divmod(nanoseconds // 10**9, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}h{minutes}m{seconds}s" if hours else f"{minutes}m{seconds}s"
    for size, unit in ((10**9, "s"), (10**6, "ms"), (10**3, "µs")):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.9f}".rstrip("0").rstrip(".") + unit
    return f"{nanoseconds}ns" if nanoseconds else "0s"


def gin_line(when: float, status: int = 200, latency_ms: float = 1200.0, method: str = "POST",
             path: str = "/api/chat", client: str = "127.0.0.1", zone: tzinfo = timezone.utc) -> str:
    """One access line without its newline. `when` is in Unix seconds, `zone` is the server's."""
    stamp = datetime.fromtimestamp(int(when), zone).strftime("%Y/%m/%d - %H:%M:%S")
    latency = go_duration(round(latency_ms * 1e6))
    return f'[GIN] {stamp} | {status:3d} | {latency:>13} | {client:>15} | {method:<7}  "{path}"'


class GinLog:
    """A server log that is appended to as Ollama appends: a whole line in one write."""

    def __init__(self, path: Path | str, zone: tzinfo = timezone.utc) -> None:
        self.path = Path(path)
        self.zone = zone
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    def add(self, when: float, **details: Any) -> str:
        line = gin_line(when, zone=self.zone, **details)
        self.write(line + "\n")
        return line

    def add_gpu(self, gibibytes: float = 24.0) -> None:
        """What the server writes at its start of the graphics memory that it finds."""
        stamp = datetime.fromtimestamp(time.time(), timezone.utc).isoformat()
        self.write(f'time={stamp} level=INFO source=types.go:42 msg="inference compute" id=GPU-0 library=CUDA name=CUDA0 '
                   f'description="RTX" total="{gibibytes} GiB" available="{gibibytes} GiB"\n')

    def write(self, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        with self.path.open("ab", buffering=0) as stream:
            stream.write(data)


# --------------------------------------------------------------------------------------------------
# The server.


class FakeOllama:
    """Listens from construction until stop(); restart() comes back on the same port."""

    def __init__(self, port: int = 0, version: str = "0.40.12", models: list[dict[str, Any]] | None = None,
                 running: list[dict[str, Any]] | None = None, signed_in: bool = False,
                 cloud_disabled: bool = False, log: GinLog | None = None, host: str = "127.0.0.1",
                 tls: ssl.SSLContext | None = None) -> None:
        self.version = version
        self.models = models_of(version) if models is None else models
        self.running = running_of(version) if running is None else running
        self.signed_in = signed_in
        self.cloud_disabled = cloud_disabled
        self.balance: Any = fixture("balance_credit-plan_docs.json")
        self.log = log
        self.tls = tls
        self.host = host
        self.port = port
        self.requests: list[Request] = []
        self.bytes_streamed = 0
        self.closing = threading.Event()
        self._routes: dict[str, Behaviour] = {}
        self._changed = threading.Condition()
        self._connections: dict[int, socket.socket] = {}
        self._answered: set[int] = set()
        self._connection_count = 0
        self._in_flight: dict[str, dict[int, socket.socket]] = {}
        self.most_in_flight: dict[str, int] = {}
        self._listener: socket.socket | None = None
        self.start()

    # Life

    def start(self) -> None:
        self.closing = threading.Event()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.host, self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener, self.closing), daemon=True).start()

    def stop(self) -> None:
        """From here on the port refuses, and every open connection is reset or closed."""
        self.closing.set()
        if self._listener:
            # shutdown() wakes the thread that is in accept(); close() alone would leave it there.
            try:
                self._listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self._listener.close()
            self._listener = None
        self.drop_connections()

    def drop_connections(self, idle_within: float = 0) -> None:
        """Hangs up; with `idle_within`, as soon as nothing is being answered, which must be within so many seconds,
        and only where something was answered before: the question of a new connection may be on its way."""
        with self._changed:
            if idle_within and not self._changed.wait_for(lambda: not any(self._in_flight.values()), idle_within):
                raise AssertionError(f"still answering after {idle_within} s: {self._in_flight}")
            connections = [connection for number, connection in self._connections.items()
                           if not idle_within or number in self._answered]
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def restart(self) -> None:
        self.stop()
        self.start()

    def __enter__(self) -> FakeOllama:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://[{self.host}]:{self.port}" if ":" in self.host else f"{scheme}://{self.host}:{self.port}"

    # Telling it what to do, asking what it saw

    def route(self, path: str, behaviour: Behaviour | None) -> None:
        """Makes a path (or "*", every path) behave; None gives it back its proper answer."""
        with self._changed:
            if behaviour is None:
                self._routes.pop(path, None)
            else:
                self._routes[path] = behaviour

    def seen(self, path: str | None = None, since: int = 0) -> list[Request]:
        with self._changed:
            return [r for r in self.requests[since:] if path is None or r.path == path]

    def mark(self) -> int:
        """A place in the record, for seen(since=…) and wait_for(since=…)."""
        with self._changed:
            return len(self.requests)

    def wait_for(self, path: str | None, count: int = 1, since: int = 0, timeout: float = 30.0) -> list[Request]:
        """Waits until `count` requests to `path` (None: to any) have come in, and returns them."""
        def matching() -> list[Request]:
            return [r for r in self.requests[since:] if path is None or r.path == path]
        with self._changed:
            if not self._changed.wait_for(lambda: len(matching()) >= count, timeout):
                raise AssertionError(f"{len(matching())} of {count} requests to {path or 'anything'} within {timeout} s; "
                                     f"seen: {[r.path for r in self.requests[since:]]}")
            return matching()

    @property
    def connection_count(self) -> int:
        with self._changed:
            return self._connection_count

    # HTTP

    def _accept(self, listener: socket.socket, closing: threading.Event) -> None:
        while not closing.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._changed:
                self._connection_count += 1
                number = self._connection_count
                self._connections[number] = connection
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            for request in self._read_requests(connection, number):
                exchange = Exchange(self, connection, request)
                self._enter(request)
                try:
                    self._behave(exchange)
                finally:
                    self._leave(request)
                if not exchange.keep_alive:
                    break
        except OSError:
            pass  # the peer went away, which is its right
        finally:
            with self._changed:
                self._connections.pop(number, None)
            connection.close()

    def _read_requests(self, connection: socket.socket, number: int) -> Iterator[Request]:
        stream = connection.makefile("rb")
        while True:
            first = stream.readline(65536).decode("latin-1").split()
            if len(first) != 3:
                return
            headers: dict[str, str] = {}
            while (line := stream.readline(65536).decode("latin-1").strip()):
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", "0")))
            path, _, query = first[1].partition("?")
            yield Request(time.time(), number, first[0], path, query, headers, body)

    def _enter(self, request: Request) -> None:
        with self._changed:
            self.requests.append(request)
            # Whoever hung up has given that request up.
            flights = {number: connection for number, connection in self._in_flight.get(request.path, {}).items()
                       if not has_left(connection)}
            flights[request.connection] = self._connections[request.connection]
            self._in_flight[request.path] = flights
            self.most_in_flight[request.path] = max(len(flights), self.most_in_flight.get(request.path, 0))
            self._changed.notify_all()

    def _leave(self, request: Request) -> None:
        with self._changed:
            self._in_flight[request.path].pop(request.connection, None)
            self._answered.add(request.connection)
            self._changed.notify_all()

    def _behave(self, exchange: Exchange) -> None:
        path = exchange.request.path
        with self._changed:
            behaviour = self._routes.get(path) or self._routes.get("*")
        if behaviour:
            behaviour(exchange)
        else:
            self.answer_as_ollama(exchange)

    # Ollama

    def answer_as_ollama(self, exchange: Exchange) -> None:
        started = time.monotonic()
        path, method = exchange.request.path, exchange.request.method
        number = version_tuple(self.version)
        development = number == (0, 0, 0)
        if not development and number < ROUTES_SINCE.get(path, (0,)):
            status, body = 404, b"404 page not found"
        elif method not in (("POST",) if path in POST_ONLY else ("GET", "HEAD")):
            status, body = 405, b"405 method not allowed"
        else:
            status, value = self._value(path, exchange.request)
            body = b"404 page not found" if value is None else json.dumps(value).encode()
        plain = status in (404, 405) and not body.startswith(b"{")
        kind = "text/plain" if plain else "application/json; charset=utf-8"
        if self.log:
            passed = (time.monotonic() - started) * 1e3
            shown = f"{path}?{exchange.request.query}" if exchange.request.query else path
            self.log.add(time.time(), status=status, latency_ms=passed, method=method, path=shown)
        exchange.answer(status, b"" if method == "HEAD" else body, kind)

    def _value(self, path: str, request: Request) -> tuple[int, Any]:
        simple: dict[str, Callable[[], Any]] = {
            "/api/version": lambda: {"version": self.version},
            "/api/tags": lambda: {"models": self.models},
            "/api/ps": lambda: {"models": self.running},
            "/api/status": self._status,
        }
        if path in simple:
            return 200, simple[path]()
        if path == "/api/me":
            return (200, fixture("me_200_signed-in_types.json")) if self.signed_in else (401, fixture("me_401_signed-out.json"))
        if path in ("/api/balance", "/api/usage"):
            return self._relayed(path, request.query)
        if path == "/api/show":
            return self._show(request)
        if path == "/api/generate":
            return self._generate(request)
        return 404, None

    def _status(self) -> Any:
        return fixture("status_cloud-off-env.json" if self.cloud_disabled else "status_cloud-on.json")

    def _relayed(self, path: str, query: str) -> tuple[int, Any]:
        if self.cloud_disabled:
            return 403, fixture("error_403_cloud-disabled.json")
        if not self.signed_in:
            return 401, fixture("me_401_signed-out.json")
        return 200, self.balance if path == "/api/balance" else usage_of(query)

    def _show(self, request: Request) -> tuple[int, Any]:
        name = request.json().get("model") or request.json().get("name")
        if not any(model.get("name") == name for model in self.models):
            return 404, {"error": f"model '{name}' not found"}
        return 200, copy.deepcopy(fixture("show_openapi.json"))

    def _generate(self, request: Request) -> tuple[int, Any]:
        body = request.json()
        name = body.get("model", "")
        final = fixture("generate_final-chunk_docs.json") | {"model": name}
        if body.get("keep_alive") == 0 and not body.get("prompt"):
            self.running = [model for model in self.running if model.get("name") != name]
            final |= {"response": "", "done_reason": "unload"}
        return 200, final


class FakeCloud(FakeOllama):
    """ollama.com, as someone with one of its keys meets it."""

    def __init__(self, *keys: str, **details: Any) -> None:
        self.keys = set(keys)
        super().__init__(**details)

    def _value(self, path: str, request: Request) -> tuple[int, Any]:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.keys:
            return 401, {"error": "unauthorized"}
        if path == "/api/me":
            return 200, fixture("../cloud/me.json")
        if path == "/api/balance":
            return 200, self.balance
        return (200, usage_of(request.query)) if path == "/api/usage" else super()._value(path, request)


class Recorder(FakeOllama):
    """A server that nobody should ever talk to; `requests` says whether somebody did."""


def closed_port() -> int:
    """A loopback port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --------------------------------------------------------------------------------------------------
# By hand.


def write_traffic(log: GinLog, rate: float, stop: threading.Event) -> None:
    """Invents requests, `rate` a second on average, until told to stop."""
    paths = ["/api/chat"] * 6 + ["/v1/chat/completions"] * 3 + ["/api/generate", "/api/embed"]
    while not stop.wait(random.expovariate(rate)):
        status = random.choices((200, 404, 499, 500), (94, 2, 2, 2))[0]
        log.add(time.time(), status=status, latency_ms=random.lognormvariate(7, 1), path=random.choice(paths))


def main() -> None:
    parser = argparse.ArgumentParser(description="A fake Ollama on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--version", default="0.40.12", help="the Ollama version to be")
    parser.add_argument("--models", type=int, help="how many models, instead of the documentation's")
    parser.add_argument("--loaded", type=int, default=1, help="how many models are in memory")
    parser.add_argument("--log-dir", type=Path, help="folder to write server.log to")
    parser.add_argument("--rate", type=float, default=0.0, help="invented requests a second in that log")
    parser.add_argument("--signed-in", action="store_true")
    parser.add_argument("--cloud-disabled", action="store_true")
    parser.add_argument("--slow", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--hang", action="append", default=[], metavar="PATH", help="a route that never answers")
    options = parser.parse_args()

    zone = datetime.now().astimezone().tzinfo or timezone.utc
    log = GinLog(options.log_dir / "server.log", zone) if options.log_dir else None
    server = FakeOllama(options.port, options.version, None if options.models is None else many_models(options.models),
                        [make_running(f"model-{number:05d}:latest") for number in range(options.loaded)],
                        options.signed_in, options.cloud_disabled, log)
    for path in options.hang:
        server.route(path, hang_before_headers())
    if options.slow:
        server.route("*", slow(options.slow, server.answer_as_ollama))
    print(server.base_url, flush=True)
    try:
        if log and options.rate > 0:
            write_traffic(log, options.rate, server.closing)
        server.closing.wait()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()
