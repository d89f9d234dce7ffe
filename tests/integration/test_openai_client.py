"""The model served to OpenAI's own client by the real processes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from inference.language.dialects import Dialect
from inference.language.on_premises import OnPremises
from inference.language.verification import ClaimVerifier
from inference.remote import Server
from sereno.bootstrap import Services, services
from sereno.domain.evidence import Window
from sereno.domain.roles import Actor
from sereno.domain.stream import Observation
from sereno.domain.vitals import Language, Signal
from sereno.ports import Commit
from sereno.settings import Settings
from tests.fakes.clock import NOON
from tests.fakes.streams import ANA
from tests.support import require
from tests.unit.inference.language.samples import EPISODE, PRESSURE_NOW, SPO2_NOW, evidence

WAIT_S = 90.0
SECRET = "Zubizarreta"
QUESTION: Any = [{"role": "user", "content": f"{SECRET} has a heart rate of 118. Say so."}]
ENDLESS: Any = [{"role": "user", "content": "Write a long story about a night watchman."}]
FOUND = evidence(SPO2_NOW, replace(PRESSURE_NOW, id="F2"), replace(EPISODE, id="F3"))
BED = {
    "type": "object",
    "properties": {"bed": {"type": "integer"}, "note": {"type": "string", "maxLength": 60}},
    "required": ["bed", "note"],
    "additionalProperties": False,
}


@dataclass
class Served:
    """A running server, its data and a key."""

    folder: Path
    address: str
    given: Services
    key: str
    model: str = ""
    clients: dict[str, OpenAI] = field(default_factory=dict)

    def client(self, key: str | None = None) -> OpenAI:
        key = key or self.key
        if key not in self.clients:
            # Nothing is tried again, so that a test sees each answer.
            base = f"{self.address}/v1"
            self.clients[key] = OpenAI(base_url=base, api_key=key, max_retries=0)
        return self.clients[key]

    def chat(self, messages: Any = QUESTION, **more: Any) -> Any:
        return self.client().chat.completions.create(model=self.model, messages=messages, **more)

    def read(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.address}{path}") as page:
            return str(page.read().decode())

    def metric(self, name: str) -> float:
        page = self.read("/metrics")
        (value,) = re.findall(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
        return float(value)

    def pid(self, name: str) -> int | None:
        beat = self.given.leases.beats().get("supervisor")
        return beat[1]["processes"].get(name) if beat else None


def eventually(what: Callable[[], Any], within_s: float = WAIT_S) -> Any:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if answer := what():
            return answer
        time.sleep(0.05)
    pytest.fail(f"not within {within_s} s")


@contextmanager
def serving(folder: Path, *command: str, **more: str) -> Iterator[Served]:
    model = Settings().model
    require((model / "manifest.json").exists(), "no model: run `sereno model build`")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    surroundings = os.environ | {"SERENO_PORT": port, "SERENO_MODEL_DIR": str(model)} | more
    line = [sys.executable, "-m", "sereno.cli", *command, "--data-dir", str(folder)]
    quiet = subprocess.DEVNULL
    settings = Settings(data_dir=folder, model_dir=model)
    with services(settings) as given:
        key = given.keys.add("tests", Actor("it"))
        process = subprocess.Popen(line, env=surroundings, stdout=quiet, stderr=quiet)
        served = Served(folder, f"http://127.0.0.1:{port}", given, key)
        try:
            served.model = eventually(lambda: ready(served))
            yield served
        finally:
            for client in served.clients.values():
                client.close()
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(WAIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def ready(served: Served) -> str | None:
    """The model's name, once a text can be had. Few requests are allowed: health is asked first."""
    try:
        health = json.loads(served.read("/healthz"))
    except OSError as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        return None
    if health["processes"].get("model") != "up":
        return None
    try:
        (model,) = served.client().models.list().data
        served.client().completions.create(model=model.id, prompt="A", max_tokens=1)
    except openai.APIError:
        return None
    return model.id


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    limits = {"SERENO_API_REQUESTS_PER_MINUTE": "1000", "SERENO_API_TOKENS_PER_MINUTE": "1000000"}
    with serving(tmp_path_factory.mktemp("served"), "model", "serve", **limits) as running:
        yield running


def test_a_chat_is_answered_and_the_same_every_time(served: Served) -> None:
    first, again = (served.chat(max_tokens=16) for _ in range(2))
    assert first.choices[0].message.content == again.choices[0].message.content != ""
    assert first.choices[0].finish_reason == "length"
    assert first.usage.completion_tokens == 16
    assert first.usage.total_tokens == first.usage.prompt_tokens + 16


def test_a_stream_tells_the_same_text_in_pieces(served: Served) -> None:
    whole = served.chat(max_tokens=24)
    options = {"include_usage": True}
    chunks = list(served.chat(max_tokens=24, stream=True, stream_options=options))
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == whole.choices[0].message.content
    assert len([piece for piece in pieces if piece]) > 5
    assert chunks[-1].usage == whole.usage


def test_a_prompt_is_gone_on_with_up_to_a_stop_sequence(served: Served) -> None:
    def told(**more: Any) -> Any:
        ask = served.client().completions.create
        return ask(model=served.model, prompt="The heart beats", max_tokens=30, **more).choices[0]

    whole = told()
    stop = whole.text[5:9]
    cut = told(stop=[stop])
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert (cut.finish_reason, whole.finish_reason) == ("stop", "length")


def test_sampling_follows_its_seed(served: Served) -> None:
    texts = [
        served.chat(max_tokens=12, temperature=1.5, seed=seed).choices[0].message.content
        for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_a_schema_holds_the_text(served: Served) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "bed", "schema": BED, "strict": True}}
    for seed in range(3):
        done = served.chat(response_format=wanted, temperature=1.0, seed=seed, max_tokens=120)
        told = json.loads(done.choices[0].message.content)
        assert set(told) == {"bed", "note"}
        assert isinstance(told["bed"], int)
        assert done.choices[0].finish_reason == "stop"


def test_a_grammar_holds_the_text(served: Served) -> None:
    lark = 'start: "heart rate " NUMBER " bpm"\nNUMBER: /[0-9]{2,3}/'
    for seed in range(3):
        done = served.chat(extra_body={"grammar": lark}, temperature=1.0, seed=seed)
        assert re.fullmatch(r"heart rate \d{2,3} bpm", done.choices[0].message.content)


def test_a_grammar_that_forces_a_run_of_any_length_does_no_harm(served: Served) -> None:
    lark = f'start: "{"Nothing changes. " * 2000}"'
    done = served.chat(extra_body={"grammar": lark}, max_tokens=40)
    assert (done.usage.completion_tokens, done.choices[0].finish_reason) == (40, "length")
    assert served.chat(max_tokens=4).choices[0].message.content


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"n": 2}, "n: Input should be 1"),
    ({"extra_body": {"grammar": "start: nowhere"}}, r"not valid Lark.*line 1, column 8"),
    (
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "x", "schema": {"type": "nothing"}},
            }
        },
        "JSON schema",
    ),
    ({"messages": [{"role": "user", "content": f"{SECRET} " * 2000}]}, "serves 1536 in all"),
    ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
]


@pytest.mark.parametrize(("more", "words"), REFUSED, ids=lambda each: str(each)[:20])
def test_what_can_not_be_done_is_a_bad_request(
    served: Served, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=words) as caught:
        served.chat(**more)
    assert SECRET not in str(caught.value)


def test_another_model_is_not_found(served: Served) -> None:
    with pytest.raises(openai.NotFoundError, match=served.model):
        served.client().chat.completions.create(model="gpt-5", messages=QUESTION)


def test_a_wrong_key_and_a_revoked_one_are_refused(served: Served) -> None:
    with pytest.raises(openai.AuthenticationError, match="sereno keys add"):
        served.client("sereno-guess").models.list()
    key = served.given.keys.add("short-lived", Actor("it"))
    assert served.client(key).models.list()
    served.given.keys.revoke("short-lived", Actor("it"))
    with pytest.raises(openai.AuthenticationError):
        served.client(key).models.list()


def test_a_client_that_hangs_up_ends_its_text(served: Served) -> None:
    cancelled = 'sereno_api_requests_total{outcome="cancelled"}'
    before = served.metric(cancelled)
    stream = served.chat(ENDLESS, max_tokens=1000, stream=True)
    next(iter(stream))
    stream.close()
    eventually(lambda: served.metric(cancelled) == before + 1, within_s=10)
    started = time.monotonic()
    served.chat(max_tokens=1)
    assert time.monotonic() - started < 10  # the long one would have taken longer than that


def test_a_client_that_hangs_up_before_a_whole_answer_ends_it_too(served: Served) -> None:
    cancelled = 'sereno_api_requests_total{outcome="cancelled"}'
    before = served.metric(cancelled)
    with pytest.raises(openai.APITimeoutError):
        served.client().with_options(timeout=1.0).chat.completions.create(
            model=served.model, messages=ENDLESS, max_tokens=1000
        )
    eventually(lambda: served.metric(cancelled) == before + 1, within_s=10)


def test_a_summary_goes_before_a_long_text(served: Served) -> None:
    """And the text goes on where it was, to the same end."""
    store = served.given._foundation.store
    ana = store.admit(ANA)
    minutes = range(60)
    heart = [
        Observation(Signal.HEART_RATE, NOON - timedelta(minutes=n), 80.0 + n, "x") for n in minutes
    ]
    store.commit([Commit(patient=ana.id, observations=tuple(heart))])
    undisturbed = served.chat(ENDLESS, max_tokens=140)
    stream = iter(served.chat(ENDLESS, max_tokens=140, stream=True))
    pieces = [next(stream) for _ in range(5)]
    asking = served.given.summarisation
    job = asking.request(ana.id, Window(NOON - timedelta(hours=1), NOON))
    summary = eventually(lambda: asking.progress(job).summary, within_s=30)
    pieces += stream
    told = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert summary.draft.source == "model"
    assert told == undisturbed.choices[0].message.content
    assert summary.created.timestamp() < time.time()


@pytest.mark.parametrize("dialect", [None, Dialect.JSON_SCHEMA])
@pytest.mark.parametrize("language", Language)
def test_another_sereno_writes_summaries_from_it(
    served: Served, language: Language, dialect: Dialect | None
) -> None:
    server = Server(f"{served.address}/v1", served.key)
    draft = OnPremises(server, dialect=dialect).write(FOUND, language)
    assert ClaimVerifier().verify(draft.sentences, FOUND, language).accepted
    assert draft.model is not None
    assert draft.model.name.startswith(served.model)


def test_a_model_process_killed_midway_is_an_error_and_the_next_request_is_answered(
    served: Served,
) -> None:
    before = eventually(lambda: served.pid("model"))
    stream = iter(served.chat(ENDLESS, max_tokens=1000, stream=True))
    next(stream)
    next(stream)
    os.kill(before, signal.SIGKILL)
    with pytest.raises(openai.APIError, match="ended in the middle"):
        list(stream)
    with pytest.raises(openai.APIStatusError) as caught:
        served.chat(max_tokens=2)
    assert caught.value.status_code == 503
    assert caught.value.response.headers["retry-after"] == "5"
    eventually(lambda: ready(served))
    assert served.pid("model") != before


def test_what_was_asked_is_kept_nowhere_and_who_asked_is(served: Served) -> None:
    served.chat(max_tokens=2)
    files = [path for path in served.folder.rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
    assert SECRET not in served.read("/metrics")
    lines = served.given._foundation.audit.read(limit=1000)
    assert {"key tests"} == {line.actor for line in lines if line.action == "chat_completed"}
    assert SECRET not in str(lines)


def test_health_tells_of_the_model_and_the_dashboard_is_not_there(served: Served) -> None:
    health = json.loads(served.read("/healthz"))
    assert health["processes"] == {"model": "up"}
    assert served.metric("sereno_api_first_token_seconds_count") > 0
    with pytest.raises(urllib.error.HTTPError) as caught:
        served.read("/_stcore/health")
    caught.value.close()


def test_beside_the_dashboard_keys_have_limits(tmp_path: Path) -> None:
    limits = {"SERENO_API_REQUESTS_PER_MINUTE": "8", "SERENO_SOURCES": "[]"}
    with serving(tmp_path, "run", **limits) as served:

        def until_refused() -> None:
            for _ in range(9):
                served.chat(max_tokens=1)

        with pytest.raises(openai.RateLimitError, match="8 times a minute") as caught:
            until_refused()
        assert 0 < int(caught.value.response.headers["retry-after"]) <= 60
        streamed = served.client(served.given.keys.add("other", Actor("it")))
        chunks = streamed.completions.create(
            model=served.model, prompt="Once", max_tokens=3, stream=True
        )
        assert len(list(chunks)) >= 3
