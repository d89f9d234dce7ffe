"""A server of the clinic is asked where its user said, and what goes wrong names the remedy."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from inference.language.dialects import Dialect
from inference.language.on_premises import OnPremises
from inference.language.verification import ClaimVerifier
from inference.remote import LARGEST_ANSWER, Server
from sereno.bootstrap import generator_server
from sereno.bootstrap.writers import loader
from sereno.domain.errors import ModelError, ModelMissing
from sereno.domain.evidence import Draft, Form
from sereno.domain.vitals import Language
from sereno.settings import Settings
from tests.fakes.openai_server import Fake, running
from tests.support import require
from tests.unit.inference.language.samples import EPISODE, SPO2_NOW, evidence

FOUND = evidence(SPO2_NOW, replace(EPISODE, id="F2"))
SECRET = "Zubizarreta"


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running(Fake()) as opened:
        yield opened


def write(fake: Fake, **more: Any) -> Draft:
    generator = OnPremises(Server(fake.url, more.pop("key", None)), **more)
    return generator.write(FOUND, Language.ENGLISH, Form.HANDOVER)


OWNERS = [
    ("sereno", Dialect.LARK),
    ("llamacpp", Dialect.GBNF),
    ("me", Dialect.GBNF),
    ("vllm", Dialect.VLLM),
    ("somebody", Dialect.JSON_SCHEMA),
]


@pytest.mark.parametrize(("owner", "dialect"), OWNERS)
def test_a_server_is_told_the_grammar_as_it_reads_it(
    fake: Fake, owner: str, dialect: Dialect
) -> None:
    fake.owner = owner
    assert OnPremises(Server(fake.url)).choice().dialect is dialect
    draft = write(fake)
    assert ClaimVerifier().verify(draft.sentences, FOUND, Language.ENGLISH).accepted
    assert draft.source == "model"
    assert draft.model is not None
    assert draft.model.name.startswith("large (127.0.0.1:")
    assert draft.timings.tokens == 42


def test_what_is_set_is_not_asked_for(fake: Fake) -> None:
    write(fake, model="mine", dialect=Dialect.JSON_SCHEMA)
    ((path, asked),) = fake.heard
    assert (path, asked["model"], asked["temperature"]) == ("/v1/chat/completions", "mine", 0)
    assert "response_format" in asked


def test_without_a_grammar_sentences_carry_marks_and_the_verifier_judges(fake: Fake) -> None:
    draft = write(fake, dialect=Dialect.NONE)
    assert ClaimVerifier().verify(draft.sentences, FOUND, Language.ENGLISH).accepted
    fake.answer = lambda _: "The patient is well. [F1]"
    draft = write(fake, dialect=Dialect.NONE)
    assert not ClaimVerifier().verify(draft.sentences, FOUND, Language.ENGLISH).accepted


def test_the_key_goes_along_and_is_shown_nowhere(fake: Fake) -> None:
    write(fake, key=SECRET)
    assert fake.keys == [f"Bearer {SECRET}"] * 2
    assert SECRET not in repr(Server(fake.url, SECRET))


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "SERENO_GENERATOR_GRAMMAR"),
        (401, "SERENO_GENERATOR_API_KEY"),
        (404, "SERENO_GENERATOR_MODEL"),
        (429, "limit"),
        (500, "answers with 500"),
    ],
)
def test_a_refusal_names_the_remedy_and_quotes_nothing(
    fake: Fake, status: int, remedy: str
) -> None:
    fake.status, fake.raw = status, SECRET.encode()
    with pytest.raises(ModelError, match=remedy) as caught:
        write(fake, model="large", dialect=Dialect.LARK)
    assert SECRET not in str(caught.value)


def test_it_goes_nowhere_else(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(Fake()) as elsewhere:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, elsewhere.url)
        write(fake)
        fake.status, fake.headers = 307, {"Location": f"{elsewhere.url}/chat/completions"}
        with pytest.raises(ModelError, match="answers with 307"):
            write(fake, model="large", dialect=Dialect.LARK)
        assert elsewhere.heard == []


ANSWERS = [
    (b"<html>", "JSON"),
    (b"{}", "as OpenAI's clients expect"),
    (b"[]", "as OpenAI's clients expect"),
    (b'{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}', "to the end"),
    (b" " * (LARGEST_ANSWER + 1), "without end"),
]


@pytest.mark.parametrize(("raw", "words"), ANSWERS, ids=lambda each: str(each)[:12])
def test_an_answer_that_is_none_is_told(fake: Fake, raw: bytes, words: str) -> None:
    fake.raw = raw
    with pytest.raises(ModelError, match=words):
        write(fake, model="large", dialect=Dialect.LARK)


def test_a_text_that_was_cut_is_no_summary(fake: Fake) -> None:
    fake.finish = "length"
    with pytest.raises(ModelError, match="end of the text"):
        write(fake)


def test_a_model_that_it_does_not_serve_is_told(fake: Fake) -> None:
    with pytest.raises(ModelError, match="SERENO_GENERATOR_MODEL"):
        write(fake, model="another")


def test_a_deadline_is_kept(fake: Fake) -> None:
    fake.release = threading.Event()
    generator = OnPremises(Server(fake.url), model="large", dialect=Dialect.LARK)
    for seconds in (0.3, -1):
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        with pytest.raises(ModelError, match="in time"):
            generator.write(FOUND, Language.ENGLISH, Form.HANDOVER, deadline=until)


def test_a_server_that_is_not_there_is_told() -> None:
    with running(Fake()) as fake:
        pass
    with pytest.raises(ModelError, match=r"can not be reached \(ConnectionRefusedError\)"):
        write(fake)


ADDRESSES = [
    ("http://gpu.clinic:8000/v1", "over TLS"),
    ("ftp://gpu.clinic", "no address"),
    ("gpu.clinic:8000", "no address"),
    ("https://", "no address"),
    ("https://me:secret@gpu.clinic", "SERENO_GENERATOR_API_KEY"),
]


@pytest.mark.parametrize(("url", "words"), ADDRESSES)
def test_an_address_that_would_not_do_is_refused_before_anything_is_sent(
    url: str, words: str
) -> None:
    with pytest.raises(ModelMissing, match=words) as caught:
        Server(url)
    assert "me:secret" not in str(caught.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody trusts, and its key."""
    require(shutil.which("openssl"), "no openssl: apt-get install openssl")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "tls.crt", folder / "tls.key"
    command = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=gpu", "-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(key), "-out", str(made)),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


def test_its_certificate_is_verified(certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with running(Fake(), context) as fake:
        with pytest.raises(ModelError, match="SERENO_GENERATOR_AUTHORITY"):
            OnPremises(Server(fake.url)).choice()
        trusted = Server(fake.url, authority=certificate[0])
        assert OnPremises(trusted).choice().model == "large"
        assert len(fake.heard) == 1


def test_the_settings_choose_it(fake: Fake) -> None:
    settings = Settings(
        generator="openai", generator_url=fake.url, generator_api_key=SecretStr(SECRET)
    )
    draft = loader(settings)().write(FOUND, Language.SPANISH, Form.HANDOVER, deadline=None)
    assert ClaimVerifier().verify(draft.sentences, FOUND, Language.SPANISH).accepted
    assert "large writes at" in generator_server(settings)
    with pytest.raises(ModelMissing, match="SERENO_GENERATOR_URL"):
        loader(Settings(generator="openai"))()
