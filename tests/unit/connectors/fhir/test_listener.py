"""The listener over real connections: who may send, what is answered, and when."""

import hashlib
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from connectors import open_source
from connectors.fhir.listener import Listener
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from tests.fakes.certificates import write_certificates
from tests.fakes.clock import FakeClock
from tests.fakes.fhir import begun, bundle, kept, observation, patient
from tests.fakes.reading import read_all

pytestmark = pytest.mark.anyio
TOKEN = "a token of nobody's"
JSON = "application/fhir+json"


def opened(folder: Path, options: str = "", host: str = "127.0.0.1") -> Listener:
    (folder / "token").write_text(TOKEN + "\n")
    source = f"fhir://{host}:0/?token=file:{folder / 'token'}{options}"
    found = open_source(source, clock=FakeClock())
    assert isinstance(found, Listener)
    return found


def client(listener: Listener, token: str = TOKEN, **more: Any) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": JSON}
    base = more.pop("base", f"http://127.0.0.1:{listener.port}")
    return httpx2.AsyncClient(base_url=base, headers=headers, trust_env=False, **more)


@asynccontextmanager
async def sending(
    listener: Listener, **more: Any
) -> AsyncIterator[tuple[httpx2.AsyncClient, list[Batch]]]:
    async with kept(listener) as batches, client(listener, **more) as sender:
        yield sender, batches


def diagnostics(answer: httpx2.Response) -> str:
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    return " ".join(issue["diagnostics"] for issue in told["issue"])


async def test_an_observation_is_created_and_in_the_stream(tmp_path: Path) -> None:
    async with sending(opened(tmp_path)) as (sender, batches):
        answer = await sender.post("/fhir/Observation", json=observation())
        assert answer.status_code == 201
        assert answer.headers["content-type"].startswith(JSON)
        assert [o.value for batch in batches for o in batch.observations] == [80]


async def test_a_put_is_taken_like_a_post(tmp_path: Path) -> None:
    async with sending(opened(tmp_path)) as (sender, batches):
        answer = await sender.put("/fhir/Observation/o1", json=observation(id="o1"))
        assert answer.status_code == 201
        assert len(batches) == 1


async def test_nothing_is_answered_before_it_is_kept(tmp_path: Path) -> None:
    listener = opened(tmp_path)
    stream: Any = listener.batches()
    taken, answered = anyio.Event(), anyio.Event()
    batches: list[Batch] = []

    async def take() -> None:
        batches.append(await anext(stream))
        taken.set()

    async def send() -> None:
        async with client(listener) as sender:
            answer = await sender.post("/fhir/Observation", json=observation())
            assert answer.status_code == 201
            answered.set()

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(take)
            await begun()
            group.start_soon(send)
            await taken.wait()
            await anyio.sleep(0.2)
            assert not answered.is_set()
            assert batches[0].acknowledge is not None
            await batches[0].acknowledge(None)
            await answered.wait()
    await stream.aclose()


async def test_a_transaction_is_answered_entry_by_entry(tmp_path: Path) -> None:
    sent = bundle(
        patient(), observation(), observation(code="8302-2", unit="cm"), observation(unit="kg")
    )
    async with sending(opened(tmp_path)) as (sender, _):
        answer = await sender.post("/fhir", json=sent)
    told = answer.json()
    assert (answer.status_code, told["type"]) == (200, "transaction-response")
    assert [each["response"]["status"][:3] for each in told["entry"]] == [
        "200",
        "201",
        "200",
        "422",
    ]
    assert "LOINC 8302-2" in json.dumps(told["entry"][2])


async def test_what_lies_among_the_dead_letters_is_told(tmp_path: Path) -> None:
    listener = opened(tmp_path)
    async with kept(listener, lambda _: "another process"), client(listener) as sender:
        answer = await sender.post("/fhir/Observation", json=observation())
    assert (answer.status_code, diagnostics(answer)) == (422, "another process")


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "words"),
    [
        ("/fhir/Observation", b"{", {}, 400, "no JSON"),
        ("/fhir/Observation", b'{"resourceType": "Observation", "x": NaN}', {}, 400, "no JSON"),
        ("/fhir/Observation", b"\xff\xfe", {}, 400, "no JSON"),
        ("/fhir/Observation", b"[" * 100_000, {}, 400, "no JSON"),
        ("/fhir/Observation", b"[]", {}, 400, "no FHIR resource"),
        ("/fhir/Observation", b'{"resourceType": "Patient"}', {}, 400, "another type"),
        ("/fhir", b'{"resourceType": "Observation"}', {}, 400, "another type"),
        ("/fhir", b'{"resourceType": "Bundle", "type": "subscription"}', {}, 422, "no Bundle"),
        ("/fhir/Observation", b"<a/>", {"Content-Type": "application/fhir+xml"}, 415, "fhir"),
        ("/fhir/Observation", b"{}", {"Content-Type": f"{JSON}; fhirVersion=3.0"}, 415, "R4"),
        ("/fhir/Observation", b"{}", {"Content-Encoding": "gzip"}, 415, "Encoding"),
        ("/fhir/Observation", b"{}", {"Authorization": "Bearer wrong"}, 401, "token"),
        ("/fhir/Observation", b"{}", {"Authorization": f"Basic {TOKEN}"}, 401, "token"),
        ("/fhir/Observation", b"{}", {"Authorization": ""}, 401, "token"),
        ("/fhir/Medication", b"{}", {}, 404, "address"),
        ("/elsewhere/at/all", b"{}", {}, 404, "address"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named(
    tmp_path: Path, path: str, body: bytes, headers: dict[str, str], status: int, words: str
) -> None:
    async with sending(opened(tmp_path)) as (sender, batches):
        answer = await sender.post(path, content=body, headers=headers)
    assert answer.status_code == status
    assert words in diagnostics(answer)
    assert not batches


async def test_a_refusal_names_what_is_wrong_and_nothing_of_the_patient(tmp_path: Path) -> None:
    bad = observation(valueQuantity={"value": "Concepcion", "code": "/min"})
    async with sending(opened(tmp_path)) as (sender, batches):
        answer = await sender.post("/fhir/Observation", json=bad)
    assert answer.status_code == 422
    assert "no number" in diagnostics(answer)
    assert "Concepcion" not in answer.text
    assert [piece.reason for batch in batches for piece in batch.rejected] == [
        "its value is no number"
    ]


async def test_a_body_that_is_too_large_is_refused_before_it_is_there(tmp_path: Path) -> None:
    async with sending(opened(tmp_path, "&largest=0.1")) as (sender, batches):
        answer = await sender.post("/fhir/Observation", content=b" " * 200_000)
        assert answer.status_code == 413

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(50):
                yield b" " * 4096

        answer = await sender.post("/fhir/Observation", content=pieces())
        assert answer.status_code == 413
        assert (await sender.post("/fhir/Observation", json=observation())).status_code == 201
    assert len(batches) == 1


async def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    listener = opened(tmp_path)
    listener._listening = _hurried(listener)
    async with kept(listener):
        answer = await anyio.to_thread.run_sync(_half_a_request, listener.port)
    assert answer.startswith(b"HTTP/1.1 408")


async def test_a_connection_that_asks_nothing_is_closed(tmp_path: Path) -> None:
    listener = opened(tmp_path)
    listener._listening = _hurried(listener)
    async with kept(listener):
        assert await anyio.to_thread.run_sync(_silence, listener.port) == b""


def _hurried(listener: Listener) -> Any:
    return replace(listener._listening, body_wait=0.2, header_wait=0.3)


def _half_a_request(port: int) -> bytes:
    head = (
        f"POST /fhir HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: {JSON}\r\nContent-Length: 100\r\n\r\n{{"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as held:
        held.sendall(head.encode())
        return held.recv(65536)


def _silence(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as held:
        held.sendall(b"POST /fhir HTT")
        try:
            return held.recv(65536)
        except ConnectionResetError:
            return b""


async def test_twenty_clients_at_once_over_tls(tmp_path: Path) -> None:
    write_certificates(tmp_path)
    listener = opened(
        tmp_path, f"&tls_certificate={tmp_path / 'server.pem'}&tls_key={tmp_path / 'server.key'}"
    )
    trusted = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    statuses: list[int] = []

    async def send(number: int) -> None:
        base = f"https://localhost:{listener.port}"
        async with client(listener, base=base, verify=trusted) as sender:
            for minute in range(10):
                told = observation(
                    subject={"reference": f"Patient/n{number}"},
                    effectiveDateTime=f"2026-03-01T08:{minute:02}:00Z",
                )
                statuses.append((await sender.post("/fhir/Observation", json=told)).status_code)

    async with kept(listener) as batches, anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(send, number)
    assert statuses == [201] * 200
    assert len({(b.subject, o.time) for b in batches for o in b.observations}) == 200


async def test_several_clients_have_a_name_each_and_ids_of_their_own(tmp_path: Path) -> None:
    hashes = {
        name: hashlib.sha256(f"{name} of nobody".encode()).hexdigest() for name in ("icu", "er")
    }
    (tmp_path / "clients").write_text("".join(f"{name} {each}\n" for name, each in hashes.items()))
    found = open_source(f"fhir://127.0.0.1:0/?clients={tmp_path / 'clients'}", clock=FakeClock())
    assert isinstance(found, Listener)
    async with kept(found) as batches:
        for name in hashes:
            async with client(found, token=f"{name} of nobody") as sender:
                assert (
                    await sender.post("/fhir/Observation", json=observation())
                ).status_code == 201
        async with client(found, token="icu of somebody") as sender:
            assert (await sender.post("/fhir/Observation", json=observation())).status_code == 401
    assert [b.subject.authority for b in batches if b.subject] == ["icu", "er"]
    assert [o.source for b in batches for o in b.observations] == ["fhir:0/icu", "fhir:0/er"]


async def test_whoever_waits_is_told_to_send_again_when_the_reader_leaves(tmp_path: Path) -> None:
    listener = opened(tmp_path)
    answers: list[httpx2.Response] = []

    async def send() -> None:
        async with client(listener) as sender:
            answers.append(await sender.post("/fhir/Observation", json=observation()))

    async with anyio.create_task_group() as group:
        stream: Any = listener.batches()

        async def take() -> None:
            await anext(stream)
            await stream.aclose()

        group.start_soon(take)
        await begun()
        group.start_soon(send)
    assert [each.status_code for each in answers] == [503]
    assert answers[0].headers["retry-after"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listener.port), timeout=1)


async def test_it_can_be_read_again_after_it_was_cancelled(tmp_path: Path) -> None:
    listener = opened(tmp_path)
    for _ in range(2):
        async with anyio.create_task_group() as group:
            group.start_soon(read_all, listener)
            await begun()
            group.cancel_scope.cancel()
    async with sending(listener) as (sender, _):
        assert (await sender.post("/fhir/Observation", json=observation())).status_code == 201


async def test_neither_queries_nor_tokens_nor_patients_are_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listener = opened(tmp_path)
    async with kept(listener):
        caplog.clear()
        caplog.set_level(logging.DEBUG)
        caplog.set_level(logging.WARNING, "httpx2")
        caplog.set_level(logging.WARNING, "httpcore2")
        told = observation(subject={"reference": "Patient/Concepcion"})
        async with client(listener) as sender:
            await sender.post("/fhir/Observation?name=Concepcion", json=told)
            await sender.post("/fhir/Concepcion", json=told)
    assert "Concepcion" not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("fhir://127.0.0.1:0/", "token"),
        ("fhir://127.0.0.1:0/?token=in-the-open-for-all", "file:"),
        ("fhir://0.0.0.0:0/?token=file:{0}/token", "tls_certificate"),
        ("fhir://127.0.0.1:0/?token=file:{0}/short", "short"),
        ("fhir://127.0.0.1:0/?clients={0}/token", "NAME"),
        ("fhir://127.0.0.1:0/?token=file:{0}/token&clients={0}/token", "token"),
        ("fhir://127.0.0.1:0/?token=file:{0}/token&tls_key={0}/token", "certificate"),
        ("fhir://127.0.0.1:0/?token=file:{0}/token&tls_certificate={0}/token", "certificate"),
        ("fhir://127.0.0.1:0/?token=file:{0}/token&port=1", "option"),
        ("fhir://somebody@127.0.0.1:0/?token=file:{0}/token", "user"),
    ],
)
def test_what_can_not_be_opened_says_what_to_write(tmp_path: Path, source: str, words: str) -> None:
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "short").write_text("short")
    with pytest.raises(SourceError, match=words):
        open_source(source.format(tmp_path), clock=FakeClock())


async def test_a_port_that_is_taken_is_said_to_be(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listener = opened(tmp_path)
        listener._listening = replace(listener._listening, port=taken.getsockname()[1])
        with pytest.raises(SourceError, match="another"):
            await listener.check()
        with pytest.raises(SourceError, match="another"):
            await read_all(listener)
