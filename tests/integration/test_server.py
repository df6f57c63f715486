# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers gone wrong: each gives a diagnostic, harms no other source, and crashes nothing."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import fake_ollama as fake
from fake_ollama import FakeOllama, closed_port, fixture, make_model, make_running
from paddock import Account, Box, preloaded


def _status_with_log(box: Box, server: FakeOllama | str, **details: Any) -> Account:
    """The status of an account that has, besides this server, a log of two requests."""
    log = box.log()
    log.add(time.time() - 5)
    log.add(time.time() - 5, path="/api/generate", status=500)
    box.write_settings(box.account(server))
    account = box.status(expect=0, **details)
    assert account.metric("requests_5h") == 2, "the log is unharmed"
    assert account.metric("http_5xx_5h") == 1
    assert account.state("server_log") == "ok"
    assert account["status"] == "ok"
    return account


def _check_diagnostic(account: Account, *words: str) -> str:
    sentence = account.diagnostics.get("local_api_error", "")
    assert account.state("local_api") == "failed", account["sources"]
    assert 20 <= len(sentence) <= 600, repr(sentence)
    assert "\n" not in sentence and "\x1b" not in sentence, repr(sentence)
    assert sentence.rstrip().endswith((".", "?", "!")), f"not a sentence: {sentence!r}"
    assert not words or any(word in sentence.lower() for word in words), f"none of {words} in {sentence!r}"
    for name in ("models_total", "loaded_models"):
        assert name not in account.metrics, "what is not known is left out"
    return sentence


def _check_bad(box: Box, behaviour: fake.Behaviour, *words: str) -> FakeOllama:
    server = box.server()
    server.route("*", behaviour)
    _check_diagnostic(_status_with_log(box, server), *words)
    return server


def refused(box: Box) -> None:
    _check_diagnostic(_status_with_log(box, f"http://127.0.0.1:{closed_port()}"), "refused", "nothing answers")


def name_does_not_resolve(box: Box) -> None:
    account = _status_with_log(box, "http://ollama.none.test:11434", env=preloaded())
    sentence = _check_diagnostic(account)
    assert "ollama.none.test" in sentence, sentence


def proxy_of_the_environment(box: Box) -> None:
    """It may be what failed; and a server nearby is seldom meant to be asked through one."""
    refusing = box.server()
    refusing.route("*", fake.text_answer("<html>", 403))
    for proxy, word in ((f"http://user:secret@127.0.0.1:{closed_port()}", "Nothing answers"), (refusing.base_url, "(status 403)")):
        env = {**preloaded(), "http_proxy": proxy, "all_proxy": proxy}
        box.write_settings(box.account("http://ollama.none.test:11434"))
        sentence = _check_diagnostic(box.status(expect=1, env=env), "no_proxy")
        assert word in sentence and "“http_proxy”" in sentence and "secret" not in sentence, sentence
        assert "proxy" not in _check_diagnostic(box.status(expect=1, env=env | {"no_proxy": "none.test"}))
        box.write_settings(box.account(f"http://127.0.0.1:{closed_port()}"))
        assert "proxy" not in _check_diagnostic(box.status(expect=1, env=env)), "this machine is always asked directly"


def hangs_before_headers(box: Box) -> None:
    _check_bad(box, fake.hang_before_headers(), "answer", "respon")


def hangs_after_headers(box: Box) -> None:
    _check_bad(box, fake.hang_after_headers(), "answer", "respon")


def closes_at_once(box: Box) -> None:
    _check_bad(box, fake.close_at_once())


def closes_in_the_middle(box: Box) -> None:
    _check_bad(box, fake.close_in_the_middle())


def answers_html(box: Box) -> None:
    server = _check_bad(box, fake.html())
    assert server.seen(), "it was asked"


def answers_500(box: Box) -> None:
    _check_bad(box, fake.server_error(500), "500")


def answers_503(box: Box) -> None:
    _check_bad(box, fake.server_error(503), "503")


def answers_401(box: Box) -> None:
    _check_bad(box, fake.server_error(401), "401", "unauthor", "sign", "key")


def answers_403(box: Box) -> None:
    """So does Ollama itself when it is asked by a name that is not this machine's."""
    server = _check_bad(box, fake.server_error(403), "refuses to answer (status 403)")
    assert "look at" not in box.status(expect=0).diagnostics["local_api_error"], server.base_url


def answers_304(box: Box) -> None:
    _check_bad(box, lambda exchange: exchange.raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "error (status 304)")


def answers_404_everywhere(box: Box) -> None:
    _check_bad(box, fake.not_found(), "check the address")


def address_of_something_else_at_the_server(box: Box) -> None:
    server = box.server()
    for end in ("/v1", "/api", "/v1/", "/api/generate"):
        box.write_settings(box.account(server.base_url + end))
        sentence = _check_diagnostic(box.status(expect=1))
        assert "“/v1” or “/api”" in sentence and "404" in sentence, sentence


def models_are_not_there(box: Box) -> None:
    """Routes came with releases, but this one has always been there."""
    server = box.server()
    server.route("/api/tags", fake.not_found())
    account = _status_with_log(box, server)
    assert account.metric("models_total") is None and account.metric("loaded_models") == 1
    assert account.diagnostics["local_api_error"].startswith(f"{server.base_url}/api/tags "), account
    assert "404" in account.diagnostics["local_api_error"]


def answers_something_else_than_http(box: Box) -> None:
    _check_bad(box, fake.not_http())


def redirects(box: Box) -> None:
    elsewhere = box.server()
    for status in (301, 302, 307, 308):
        server = box.server()
        server.route("*", fake.redirect(elsewhere.base_url, status))
        box.write_settings(box.account(server))
        _check_diagnostic(box.status(expect=1))
    assert elsewhere.seen() == [], "a redirect is never followed"


def streams_100_megabytes(box: Box) -> None:
    server = _check_bad(box, fake.huge(100), "large", "big", "long", "mib", "mb", "more than")
    assert server.bytes_streamed < 90 << 20, "the client leaves when it has had enough"


def streams_100_megabytes_in_chunks(box: Box) -> None:
    _check_bad(box, fake.huge(100, chunked=True), "large", "big", "long", "mib", "mb", "more than")


def nests_100_000_brackets(box: Box) -> None:
    _check_bad(box, fake.brackets(100_000))


def nests_100_000_brackets_and_closes_them(box: Box) -> None:
    _check_bad(box, fake.brackets(100_000, close=True))


def nests_inside_of_a_model(box: Box) -> None:
    server = box.server()
    nested = '{"models":[{"name":"a:latest","details":{"families":' + "[" * 5000 + "]" * 5000 + "}}]}"
    server.route("/api/tags", fake.text_answer(nested, content_type="application/json"))
    account = _status_with_log(box, server)
    assert "local_api_error" in account.diagnostics


def empty_body(box: Box) -> None:
    _check_bad(box, fake.text_answer(b"", content_type="application/json"))


def null_body(box: Box) -> None:
    _check_bad(box, fake.text_answer(b"null", content_type="application/json"))


def invalid_utf8(box: Box) -> None:
    _check_bad(box, fake.text_answer(b'{"models":[{"name":"\xff\xfe\x80"}]', content_type="application/json"))


def wrong_types_at_the_top(box: Box) -> None:
    for body in ([], 7, "text", True, {"models": 7}, {"models": "x"}, {"models": {"a": 1}}):
        server = box.server()
        server.route("*", fake.json_answer(body))
        box.write_settings(box.account(server))
        _check_diagnostic(box.status(expect=1))


WRONG: tuple[Any, ...] = (None, True, 0, -1, 1.5, 1e308, 2**63, -(2**63) - 1, "", "text", [], ["x", 3], {}, {"a": {"b": []}})


def _broken_copies(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Copies of an object with one field of it, at any depth, missing or of each wrong type."""
    def walk(node: Any, path: list[str]) -> Iterator[list[str]]:
        for key, child in node.items():
            yield [*path, key]
            if isinstance(child, dict):
                yield from walk(child, [*path, key])
    for path in list(walk(value, [])):
        for wrong in (..., *WRONG):
            broken = copy.deepcopy(value)
            node = broken
            for key in path[:-1]:
                node = node[key]
            if wrong is ...:
                del node[path[-1]]
            else:
                node[path[-1]] = wrong
            yield broken


def wrong_types_in_every_field_of_a_model(box: Box) -> None:
    good = make_model("good:latest", size=500)
    broken = list(_broken_copies(make_model("odd:latest")))
    assert len(broken) > 150
    server = box.server(models=[good, *broken, make_model("last:latest", size=70)], running=[])
    account = _status_with_log(box, server)
    assert "good:latest" in account.model_names
    assert "last:latest" in account.model_names
    for model in account["models"]:
        assert isinstance(model["name"], str) and model["name"]
        assert model.get("size_bytes", 0) >= 0, model
    assert account.metric("model_storage_bytes") is None, "a sum with unknown parts is not known"


def wrong_types_in_every_field_of_a_loaded_model(box: Box) -> None:
    server = box.server(running=[make_running("good:latest"), *_broken_copies(make_running("odd:latest"))])
    account = _status_with_log(box, server)
    names = [model["name"] for model in account["running"]]
    assert "good:latest" in names
    for model in account["running"]:
        assert model.get("size_bytes", 0) >= 0 and model.get("vram_bytes", 0) >= 0, model
        assert model.get("context_length", 0) >= 0, model


def wrong_types_in_the_small_answers(box: Box) -> None:
    for path, body in (("/api/version", {"version": "0.40.12"}), ("/api/status", fixture("status_cloud-on.json")),
                       ("/api/me", fixture("me_200_signed-in_types.json"))):
        server = box.server()
        for broken in list(_broken_copies(body))[::4]:
            server.route(path, fake.json_answer(broken))
            box.write_settings(box.account(server))
            account = box.status(expect=0)
            assert account.metric("models_total") == len(server.models), (path, broken)


def models_that_are_not_objects(box: Box) -> None:
    server = box.server(models=[7, None, "x", [], make_model("good:latest"), {}, {"name": ""}])
    account = _status_with_log(box, server)
    assert account.model_names == ["good:latest"]
    assert account.metric("models_total") == 1


def ten_thousand_models(box: Box) -> None:
    models = fake.many_models(10_000)
    account = _status_with_log(box, box.server(models=models))
    assert account.metric("models_total") == 10_000
    assert len(account["models"]) == 10_000
    assert account.metric("model_storage_bytes") == sum(model["size"] for model in models)


def more_models_than_are_kept(box: Box) -> None:
    models = [{"name": f"m{number}"} for number in range(12_000)]
    account = _status_with_log(box, box.server(models=models))
    assert len(account["models"]) <= 10_000
    assert account.diagnostics, "that some are not shown is said"


ODD_NAMES = ["<b>bold</b> & <a href='x'>link</a>", "%s%n%d", "two\nlines", "tab\there", "\u202eright to left", "\u2066iso\u2069",
             "nul\u0000byte", "esc\u001b[31mred", "x" * 10_240, "\u00e9" * 5000, "\U0001f999" * 3000, "../../etc/passwd", "$(id)", "a\u0301" * 200]


def odd_names(box: Box) -> None:
    server = box.server(models=[make_model(name) for name in ODD_NAMES], running=[make_running(name) for name in ODD_NAMES])
    account = _status_with_log(box, server)
    assert account.metric("models_total") == len(ODD_NAMES)
    assert account.model_names[0] == ODD_NAMES[0], "markup is text"
    for name in account.model_names + [model["name"] for model in account["running"]]:
        assert len(name.encode()) <= 260, len(name.encode())


def odd_names_in_plain_text(box: Box) -> None:
    server = box.server(models=[make_model(name) for name in ODD_NAMES], running=[make_running(name) for name in ODD_NAMES])
    box.write_settings(box.account(server))
    text = box.run("status", expect=0).stdout
    assert "\x1b" not in text and "\0" not in text, "nothing reaches the terminal as an escape sequence"
    assert "\u202e" not in text, "nor turns its lines around"
    assert all(len(line) < 1000 for line in text.splitlines())


def odd_names_in_json(box: Box) -> None:
    """It may be looked at in a terminal, too; what a program reads is nonetheless the name itself."""
    names = ["esc\u001b[31m", "csi\u009b31m", "\u202eleft", "line\u2028"]
    server = box.server(models=[make_model(name) for name in names], running=[])
    box.write_settings(box.account(server))
    result = box.run("status", "--json", expect=0)
    assert not {"\u001b", "\u009b", "\u202e", "\u2028"} & set(result.stdout)
    assert [model["name"] for model in result.json()["accounts"][0]["models"]] == names


def odd_version(box: Box) -> None:
    for version in ("0.33.0-rc2", "0.0.0", "", "not a version", "9" * 3000, "1.2.3\n\x1b[2J<b>"):
        server = box.server()
        server.route("/api/version", fake.json_answer({"version": version}))
        box.write_settings(box.account(server))
        account = box.status(expect=0)
        assert account.metric("models_total") == len(server.models), version[:40]
        assert len(account.attributes.get("server_version", "")) <= 260


def one_bad_route_spares_the_others(box: Box) -> None:
    server = box.server()
    server.route("/api/ps", fake.server_error(500))
    account = _status_with_log(box, server)
    assert account.metric("models_total") == len(server.models)
    assert "loaded_models" not in account.metrics
    assert "local_api_error" in account.diagnostics


def secret_of_an_error_is_not_repeated(box: Box) -> None:
    server = box.server()
    link = "https://ollama.com/connect?name=host&key=c2VjcmV0"
    server.route("/api/tags", fake.json_answer({"error": "unauthorized", "signin_url": link}, 401))
    account = _status_with_log(box, server)
    assert "c2VjcmV0" not in json.dumps(account.diagnostics)


def _old(box: Box, version: str) -> Account:
    server = box.server(version=version)
    account = _status_with_log(box, server)
    assert account.metric("models_total") == len(server.models)
    assert "local_api_error" not in account.diagnostics, account.diagnostics
    assert account.state("local_api") == "ok"
    assert account.attributes["server_version"] == version
    assert server.seen("/api/me") == [], "a route that it does not know would only fill its log"
    return account


def server_0_1_38(box: Box) -> None:
    account = _old(box, "0.1.38")
    assert account.metric("loaded_models") == 1
    assert account.metric("loaded_vram_bytes") in (None, 0), "size_vram is absent where it is 0"
    assert "context_window" not in account.metrics


def server_0_5(box: Box) -> None:
    account = _old(box, "0.5.7")
    assert account.metric("loaded_vram_bytes") == 5137025024
    assert "context_window" not in account.metrics


def server_0_12_offline(box: Box) -> None:
    server = box.server(version="0.12.6")
    server.route("/api/me", fake.json_answer(None))
    account = _status_with_log(box, server)
    assert "account_name" not in account.attributes
    assert "local_api_error" not in account.diagnostics


def server_before_ps(box: Box) -> None:
    server = box.server(version="0.1.30")
    account = _status_with_log(box, server)
    assert account.metric("models_total") == 1
    assert "loaded_models" not in account.metrics, "not known, so left out"
    assert account.state("local_api") == "ok", account.diagnostics


def server_of_tomorrow(box: Box) -> None:
    server = box.server(version="1.7.0")
    for model in server.models:
        model["something_new"] = {"deep": [1, 2, {"x": None}]}
    account = _old_like(box, server)
    assert account.attributes["server_version"] == "1.7.0"


def _old_like(box: Box, server: FakeOllama) -> Account:
    account = _status_with_log(box, server)
    assert account.metric("models_total") == len(server.models)
    assert "local_api_error" not in account.diagnostics
    return account


def server_on_ipv6(box: Box) -> None:
    account = _status_with_log(box, box.server(host="::1"))
    assert account.attributes["server_version"] == "0.40.12"


def base_url_with_a_path(box: Box) -> None:
    server = box.server()
    server.route("/ollama/api/tags", fake.json_answer({"models": [make_model("behind-a-proxy:latest")]}))
    server.route("/ollama/api/ps", fake.json_answer({"models": []}))
    server.route("/ollama/api/version", fake.json_answer({"version": "0.40.12"}))
    for suffix in ("/ollama", "/ollama/"):
        box.write_settings(box.account(server.base_url + suffix))
        assert box.status(expect=0).model_names == ["behind-a-proxy:latest"]
    assert server.seen("/api/tags") == []
