"""The API as a client sees it: answers, errors and limits, over a model process on paper."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sereno.api.completions import Completions
from sereno.api.requests import LARGEST_BODY
from sereno.domain.completion import Asked, Step
from sereno.domain.errors import (
    AccessDenied,
    Conflict,
    InvalidEntry,
    ModelError,
    ModelMissing,
    StorageFull,
    WrongScope,
)
from sereno.services.serving.allowance import Allowance
from sereno.services.serving.asking import Asking
from sereno.services.serving.keys import Keys
from tests.fakes.clock import START
from tests.fakes.speaker import Speaker

KEY = {"Authorization": "Bearer right"}
CHAT = "/v1/chat/completions"
SECRET = "Zubizarreta"
HELLO: dict[str, Any] = {"model": "small", "messages": [{"role": "user", "content": SECRET}]}


@dataclass
class Doorkeeper:
    """Knows one key, and notes who asks."""

    noted: list[tuple[str, str]] = field(default_factory=list)
    full: bool = False

    def who(self, secret: str | None) -> str:
        if secret == "for patients":
            raise WrongScope("this key was made for something else")
        if secret != "right":
            raise AccessDenied("no valid key")
        return "dictation"

    def note_use(self, who: str, what: str) -> None:
        if self.full:
            raise StorageFull("the disk is full")
        self.noted.append((who, what))


@dataclass
class Conversation:
    speaker: Speaker
    asked: Asked
    breaks_after: int | None = None
    waited_s: float = 0.5

    async def steps(self) -> AsyncIterator[Step]:
        for number, step in enumerate(self.speaker.write(self.asked)):
            if number == self.breaks_after:
                raise ModelError("the model process ended in the middle of the text")
            if step.text or step.finish:
                yield step


@dataclass
class Server:
    speaker: Speaker = field(default_factory=Speaker)
    keys: Doorkeeper = field(default_factory=Doorkeeper)
    breaks_after: int | None = None
    missing: bool = False
    broken: bool = False

    @asynccontextmanager
    async def ask(self, asked: Asked, patience: timedelta) -> AsyncIterator[Conversation]:
        if self.broken:
            raise RuntimeError(SECRET)
        yield Conversation(self.speaker, asked, self.breaks_after)

    def served(self) -> tuple[str, Any]:
        if self.missing:
            raise ModelMissing("no model: run `sereno model build`")
        return "small", START

    @property
    def app(self) -> Completions:
        return Completions(
            keys=cast("Keys", self.keys),
            asking=cast("Asking", self),
            allowance=Allowance(requests=3, tokens=2000, seconds=lambda: 0.0),
            served=self.served,
            deadline=timedelta(seconds=60),
        )


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def client(server: Server) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[*server.app.routes()]), headers=KEY) as opened:
        yield opened


def events(body: str) -> list[Any]:
    return [
        line if (line := each.removeprefix("data: ")) == "[DONE]" else json.loads(line)
        for each in body.strip().split("\n\n")
    ]


def test_a_chat_is_answered_with_its_usage_and_how_it_ended(
    client: TestClient, server: Server
) -> None:
    told = client.post(CHAT, json=HELLO | {"max_tokens": 3}).json()
    assert told["object"] == "chat.completion"
    (choice,) = told["choices"]
    assert choice["message"] == {"role": "assistant", "content": "All is calm", "refusal": None}
    assert choice["finish_reason"] == "length"
    assert told["usage"] == {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6}
    assert server.keys.noted == [("dictation", "chat_completed")]


def test_a_prompt_is_gone_on_with(client: TestClient, server: Server) -> None:
    told = client.post("/v1/completions", json={"model": "small", "prompt": "So: "}).json()
    assert told["choices"][0]["text"] == "All is calm."
    assert told["choices"][0]["finish_reason"] == "stop"
    assert server.speaker.heard[0].prompt == "So: "
    assert server.keys.noted == [("dictation", "text_completed")]


def test_a_stream_comes_in_pieces_and_ends_as_clients_expect(client: TestClient) -> None:
    wanted = {"stream": True, "stream_options": {"include_usage": True}}
    response = client.post(CHAT, json=HELLO | wanted)
    assert response.headers["content-type"].startswith("text/event-stream")
    *chunks, last, done = events(response.text)
    assert done == "[DONE]"
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(each.get("content", "") for each in deltas) == "All is calm."
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks][-2:] == [None, "stop"]
    assert (last["choices"], last["usage"]["total_tokens"]) == ([], 7)
    assert len({chunk["id"] for chunk in chunks}) == 1


def test_the_models_are_listed(client: TestClient) -> None:
    told = client.get("/v1/models").json()
    assert [each["id"] for each in told["data"]] == ["small"]
    assert client.get("/v1/models/small").json() == told["data"][0]


def refusal(response: Any) -> tuple[int, str, str | None]:
    body = response.json()["error"]
    assert set(body) == {"message", "type", "param", "code"}
    assert SECRET not in response.text
    return response.status_code, body["type"], body["code"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic right", "right"])
@pytest.mark.parametrize("path", ["/v1/models", CHAT, "/v1/nothing"])
def test_nothing_is_told_without_a_valid_key(
    client: TestClient, path: str, header: str, server: Server
) -> None:
    response = client.post(path, json=HELLO, headers={"Authorization": header})
    assert refusal(response) == (401, "invalid_request_error", "invalid_api_key")
    assert response.headers["www-authenticate"] == "Bearer"
    assert server.speaker.heard == []


def test_a_key_for_something_else_asks_no_model(client: TestClient, server: Server) -> None:
    response = client.post(CHAT, json=HELLO, headers={"Authorization": "Bearer for patients"})
    assert refusal(response) == (403, "invalid_request_error", "insufficient_scope")
    assert server.speaker.heard == []


INVALID: list[tuple[str, str, dict[str, Any], tuple[int, str | None]]] = [
    ("POST", CHAT, HELLO | {"n": 2}, (400, None)),
    ("POST", CHAT, HELLO | {"model": SECRET}, (404, "model_not_found")),
    ("GET", f"/v1/models/{SECRET}", {}, (404, "model_not_found")),
    ("POST", f"/v1/{SECRET}", HELLO, (404, "unknown_url")),
    ("GET", CHAT, {}, (404, "unknown_url")),
    ("POST", CHAT, HELLO | {"user": "x" * LARGEST_BODY}, (413, "request_too_large")),
]


@pytest.mark.parametrize(("method", "path", "body", "expected"), INVALID)
def test_what_can_not_be_done_is_told_in_the_clients_form(
    client: TestClient, method: str, path: str, body: Any, expected: tuple[int, str | None]
) -> None:
    response = client.request(method, path, json=body)
    status, kind, code = refusal(response)
    assert ((status, code), kind) == (expected, "invalid_request_error")


def test_a_page_of_another_site_can_not_ask_without_being_asked_first(client: TestClient) -> None:
    response = client.post(CHAT, content=json.dumps(HELLO), headers={"content-type": "text/plain"})
    assert refusal(response)[0] == 400


FAILURES = [
    (InvalidEntry("the grammar is none"), 400, None, None),
    (Conflict("too many"), 503, "model_busy", "2"),
    (ModelMissing("run `sereno model build`"), 503, "model_missing", "5"),
    (ModelError("start `sereno run`"), 503, "model_unavailable", "5"),
    (StorageFull("a path with a name"), 503, "database_unavailable", "5"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("error", "status", "code", "retry"), FAILURES)
def test_what_the_model_process_can_not_do_has_its_status_and_when_to_try_again(
    client: TestClient,
    server: Server,
    error: Any,
    status: int,
    code: str | None,
    retry: str | None,
    stream: bool,
) -> None:
    server.speaker.error = error
    response = client.post(CHAT, json=HELLO | {"stream": stream})
    assert refusal(response)[::2] == (status, code)
    assert response.headers.get("retry-after") == retry


def test_a_model_process_that_ends_midway_is_an_error_in_the_stream(
    client: TestClient, server: Server
) -> None:
    server.breaks_after = 3
    whole = client.post(CHAT, json=HELLO)
    assert refusal(whole)[0] == 503
    *_, chunk, last = events(client.post(CHAT, json=HELLO | {"stream": True}).text)
    assert chunk["choices"][0]["delta"] == {"content": " is"}
    assert last["error"]["code"] == "model_unavailable"


def test_no_model_is_told_before_anybody_is_asked(client: TestClient, server: Server) -> None:
    server.missing = True
    assert refusal(client.post(CHAT, json=HELLO))[::2] == (503, "model_missing")
    assert refusal(client.get("/v1/models"))[::2] == (503, "model_missing")


def test_beyond_its_limits_a_key_is_told_when_to_come_back(client: TestClient) -> None:
    for _ in range(3):
        assert client.post(CHAT, json=HELLO | {"max_tokens": 9}).status_code == 200
    response = client.post(CHAT, json=HELLO | {"max_tokens": 9})
    assert refusal(response) == (429, "rate_limit_exceeded", "rate_limit_exceeded")
    assert response.headers["retry-after"] == "60"


def test_without_a_line_in_the_audit_log_nothing_is_asked(
    client: TestClient, server: Server
) -> None:
    server.keys.full = True
    assert refusal(client.post(CHAT, json=HELLO))[0] == 503
    assert server.speaker.heard == []


def test_an_error_nobody_expected_is_one_without_its_words(
    client: TestClient, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.broken = True
    assert refusal(client.post(CHAT, json=HELLO))[:2] == (500, "server_error")
    assert SECRET not in caplog.text


def test_what_happened_is_measured_and_holds_nothing_of_it(server: Server) -> None:
    app = server.app
    with TestClient(Starlette(routes=[*app.routes()]), headers=KEY) as client:
        client.post(CHAT, json=HELLO)
        client.post(CHAT, json=HELLO | {"n": 2})
        client.get("/v1/models", headers={"Authorization": ""})
    value = app.meters.registry.get_sample_value
    for outcome in ("done", "invalid", "unauthorised"):
        assert value("sereno_api_requests_total", {"outcome": outcome}) == 1
    assert value("sereno_api_first_token_seconds_count") == 1
    assert value("sereno_api_tokens_per_second_count") == 1
    assert value("sereno_api_queue_seconds_sum") == 0.5
    assert value("sereno_api_tokens_total", {"kind": "text"}) == 4
