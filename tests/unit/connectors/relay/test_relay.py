"""From an edge box's destination to a hospital's source, over real connections."""

import logging
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from connectors import open_source
from connectors.opening import Opening
from connectors.relay import sending, web, wire
from connectors.relay.listener import Listener
from connectors.relay.sending import Sending, open_sending
from connectors.serving import hashed
from sereno.domain.errors import RefusedByPeer, SourceError
from sereno.domain.patients import Discharge, Stay
from sereno.domain.stream import Batch, MovementKind, Quality
from sereno.ports import Destination, Outgoing, Topic
from tests.fakes.certificates import write_certificates
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.fhir import begun, kept
from tests.fakes.reading import observations, waveforms
from tests.fakes.relay import outgoing, patient, value, wave

pytestmark = pytest.mark.anyio
SECRET = "a secret of nobody's"


def listening(folder: Path, options: str = "", host: str = "127.0.0.1") -> Listener:
    (folder / "secret").write_text(SECRET + "\n")
    whose = "" if "edges=" in options else f"secret=file:{folder / 'secret'}&name=north"
    source = f"relay://{host}:0?{whose}{options}"
    found = open_source(source, clock=FakeClock())
    assert isinstance(found, Listener)
    return found


def telling(
    port: int,
    folder: Path,
    *,
    secret: str = SECRET,
    tls: bool = False,
    host: str = "127.0.0.1",
    clock: FakeClock | None = None,
    **options: str,
) -> Sending:
    (folder / "mine").write_text(secret)
    opening = Opening(
        scheme="sereno+https" if tls else "sereno+http",
        path=f"//{host}:{port}",
        options={"secret": f"file:{folder / 'mine'}", **options},
        clock=clock or FakeClock(),
    )
    return open_sending(opening)


@asynccontextmanager
async def both(
    folder: Path,
    keep: Callable[[Batch], str | None] = lambda _: None,
    options: str = "",
    **more: Any,
) -> AsyncIterator[tuple[Sending, list[Batch]]]:
    listener = listening(folder, options)
    async with kept(listener, keep) as batches:
        edge = telling(listener.port, folder, **more)
        try:
            yield edge, batches
        finally:
            await edge.close()


async def test_all_that_is_told_is_in_the_stream_in_its_order(tmp_path: Path) -> None:
    told = [outgoing(number) for number in range(600)]
    async with both(tmp_path) as (edge, batches):
        await edge.deliver(told)
    assert [each.observations for each in batches] == [
        tuple(replace(v, source=f"edge north/{v.source}") for v in one.observations) for one in told
    ]
    assert {each.source for each in batches} == {batches[0].source}
    assert batches[0].source.startswith("relay:")


async def test_every_field_of_what_was_measured_arrives(tmp_path: Path) -> None:
    measured = value(3, -999, quality=Quality.SENSOR_OFF, version=3, source="derived:ecg:wfdb:x")
    stretch = wave(1, [0.1, float("nan"), 0.3])
    one = outgoing(1, observations=(measured, value(source="charted")), waveforms=(stretch,))
    async with both(tmp_path) as (edge, batches):
        await edge.deliver([one])
    (batch,) = batches
    assert batch.observations == (
        replace(measured, source="derived:ecg:edge north/wfdb:x"),
        replace(value(), source="edge north/charted"),
    )
    (chunk,) = batch.waveforms
    assert repr(chunk) == repr(replace(stretch, source=f"edge north/{stretch.source}",
                                       samples=tuple(stretch.samples)))  # fmt: skip
    assert batch.sent == NOON
    assert batch.live
    subject = batch.subject
    assert subject is not None
    assert (subject.identifier, subject.authority) == ("4711", "HOSP")
    assert (subject.name, subject.bed) == ("Ana Prueba", "7")


@pytest.mark.parametrize("authority", ["", "bed"])
async def test_who_has_no_number_of_an_authority_is_the_edge_boxs_own(
    tmp_path: Path, authority: str
) -> None:
    """Two boxes that each have a bed 1 must never write into one record."""
    own = patient("1", authority=authority)
    for options, expected in (("", "edge north/id-1"), ("&identifiers=hospital", authority)):
        async with both(tmp_path, options=options) as (edge, batches):
            await edge.deliver([outgoing(patient=own)])
        assert batches[0].subject is not None
        assert batches[0].subject.authority == expected


async def test_the_end_of_a_stay_and_its_going_on_are_movements(tmp_path: Path) -> None:
    ended = Discharge(at=NOON, by="nora", reason="home")
    told = [
        outgoing(1, stay=Stay(ended=ended)),
        outgoing(2, stay=Stay()),
        outgoing(3, stay=Stay(ended=replace(ended, live=False))),
    ]
    async with both(tmp_path) as (edge, batches):
        await edge.deliver(told)
    first, second, third = [each.movement for each in batches]
    assert first is not None
    assert (first.kind, first.time) == (MovementKind.DISCHARGED, NOON)
    assert second is not None
    assert (second.kind, second.time) == (MovementKind.ADMITTED, told[1].time)
    assert third is None


async def test_a_recording_stays_one(tmp_path: Path) -> None:
    async with both(tmp_path) as (edge, batches):
        await edge.deliver([outgoing(live=False)])
    assert not batches[0].live


async def test_nothing_is_delivered_before_all_of_it_is_kept(tmp_path: Path) -> None:
    listener = listening(tmp_path)
    stream: Any = listener.batches()
    delivered = anyio.Event()

    async def tell() -> None:
        await begun()
        edge = telling(listener.port, tmp_path)
        await edge.deliver([outgoing(1), outgoing(2)])
        delivered.set()
        await edge.close()

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(tell)
            first, second = await anext(stream), await anext(stream)
            await second.acknowledge(None)
            await second.acknowledge(None)  # told twice, it counts once
            await anyio.sleep(0.2)
            assert not delivered.is_set()
            await first.acknowledge(None)
            await delivered.wait()
    await stream.aclose()


async def test_what_lies_among_the_dead_letters_is_told_by_its_key(tmp_path: Path) -> None:
    def keep(batch: Batch) -> str | None:
        return "their record is damaged" if batch.observations[0].value == 62 else None

    async with both(tmp_path, keep) as (edge, batches):
        with pytest.raises(RefusedByPeer, match="refused it: their record is damaged") as caught:
            await edge.deliver([outgoing(1), outgoing(2), outgoing(3)])
        assert caught.value.key == "key-2"
        assert len(batches) == 3


async def test_what_is_not_understood_costs_nobody_else(tmp_path: Path) -> None:
    async with both(tmp_path) as (edge, batches):
        with pytest.raises(RefusedByPeer, match="refused it: a name") as caught:
            await edge.deliver([outgoing(1), outgoing(2, observations=(value(source="m" * 600),))])
        assert caught.value.key == "key-2"
        assert batches == []
        await edge.deliver([outgoing(1)])
        assert len(batches) == 1


async def test_much_goes_in_as_small_portions_as_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hospital, or a proxy before it, that takes little at once is told in smaller portions."""
    monkeypatch.setattr(web, "LARGEST", 100_000)
    chance = random.Random(7)
    waves = tuple(wave(s, [chance.random() for _ in range(500)]) for s in range(300))
    async with both(tmp_path) as (edge, batches):
        await edge.deliver([outgoing(1, waveforms=waves)])
    assert len(batches) > 3
    assert [each.start for each in dict.fromkeys(waveforms(batches))] == [w.start for w in waves]


async def test_a_hospital_that_has_no_room_asks_for_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MOST_HELD", 10)
    async with both(tmp_path) as (edge, _):
        with pytest.raises(SourceError, match="can take no more"):
            await edge.deliver([outgoing()])
    async with kept(listener := listening(tmp_path)), httpx2.AsyncClient() as client:
        answer = await client.post(
            f"http://127.0.0.1:{listener.port}/relay",
            content=b"x" * 100,
            headers={"Authorization": f"Bearer {SECRET}", "Content-Type": wire.MEDIA},
        )
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_what_is_not_kept_in_time_is_told_again(tmp_path: Path) -> None:
    listener = listening(tmp_path)
    listener._listening = replace(listener._listening, kept_wait=0.2)
    stream: Any = listener.batches()

    async def never() -> None:
        async for _ in stream:
            pass

    async with anyio.create_task_group() as group:
        group.start_soon(never)
        await begun()
        edge = telling(listener.port, tmp_path)
        with pytest.raises(SourceError, match="can take no more"):
            await edge.deliver([outgoing()])
        await edge.close()
        group.cancel_scope.cancel()
    await stream.aclose()


async def test_what_is_late_waits_until_what_was_late_is_worked_in(tmp_path: Path) -> None:
    """And what is new waits for none of it."""
    listener = listening(tmp_path)
    stream: Any = listener.batches()
    held: list[Batch] = []
    old = [value(-60 - number) for number in range(web.MOST_LATE + 10)]
    late = [outgoing(number, observations=(each,)) for number, each in enumerate(old)]

    async def take() -> None:
        async for batch in stream:
            await batch.acknowledge(None)
            held.append(batch)
            del batch

    async def tell(what: list[Outgoing]) -> None:
        edge = telling(listener.port, tmp_path)
        await edge.deliver(what)
        await edge.close()

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            group.start_soon(take)
            await begun()
            group.start_soon(tell, late)
            while len(held) < web.MOST_LATE:  # noqa: ASYNC110 - a list
                await anyio.sleep(0.01)
            await tell([outgoing(99)])
            assert len(held) == web.MOST_LATE + 1
            assert held[-1].observations[0].time > NOON
            held.clear()
            while len(held) < 10:  # noqa: ASYNC110 - a list
                await anyio.sleep(0.01)
            group.cancel_scope.cancel()
    await stream.aclose()


async def test_a_reader_that_ends_answers_that_it_is_to_be_sent_again(tmp_path: Path) -> None:
    listener = listening(tmp_path)
    stream: Any = listener.batches()
    edge = None

    async def tell() -> None:
        nonlocal edge
        await begun()
        edge = telling(listener.port, tmp_path)
        with pytest.raises(SourceError, match=r"can take no more|was cut"):
            await edge.deliver([outgoing(1), outgoing(2)])

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(tell)
            await anext(stream)
            await stream.aclose()
    assert edge is not None
    await edge.close()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"SRLY\x01\xff\xff\xff\x7f", 413, id="as large as it says"),
        pytest.param(b"SRLY\x02\0\0\0\0", 415, id="another version"),
        pytest.param(b"<html>", 400, id="another thing"),
    ],
)
async def test_what_is_no_message_is_answered_so(
    tmp_path: Path, content: bytes, status: int
) -> None:
    listener = listening(tmp_path)
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": wire.MEDIA}
    async with kept(listener) as batches, httpx2.AsyncClient(headers=headers) as client:
        base = f"http://127.0.0.1:{listener.port}"
        assert (await client.post(f"{base}/relay", content=content)).status_code == status
        assert (await client.post(f"{base}/", content=content)).status_code == 404
        other = await client.post(f"{base}/relay", headers={"Content-Type": "text/xml"})
        assert other.status_code == 415
        unknown = await client.post(f"{base}/relay", headers={"Authorization": "Bearer x"})
        assert (unknown.status_code, unknown.headers["www-authenticate"]) == (401, "Bearer")
    assert batches == []


async def test_several_edge_boxes_are_told_apart_by_their_secrets(tmp_path: Path) -> None:
    (tmp_path / "edges").write_text(
        "".join(f"{name} {hashed(name * 8)}\n" for name in ("north", "south"))
    )
    listener = listening(tmp_path, f"&edges={tmp_path / 'edges'}".lstrip("&"))
    async with kept(listener) as batches:
        for name in ("north", "south"):
            edge = telling(listener.port, tmp_path, secret=name * 8)
            await edge.deliver([outgoing()])
            assert f"calls this box {name}" in await edge.check()
            await edge.close()
    assert [each.source.partition("/")[0] for each in observations(batches)] == [
        "edge north",
        "edge south",
    ]


async def test_what_has_waited_moves_nobody_back(tmp_path: Path) -> None:
    moved, there = patient(bed="9"), patient(bed="7")
    async with both(tmp_path) as (edge, batches):
        await edge.deliver([outgoing(5, patient=moved)])
        await edge.deliver([outgoing(1, patient=there), outgoing(2, patient=there)])
        await edge.deliver([outgoing(6, patient=there)])
    beds = [each.subject.bed for each in batches if each.subject]
    assert beds == ["9", "9", "9", "7"]


async def test_it_is_a_destination(tmp_path: Path) -> None:
    edge: Destination = telling(1, tmp_path)
    assert (edge.name, edge.live_first) == ("sereno:127.0.0.1", True)
    assert edge.topics == {Topic.MEASURED, Topic.STAY}


# What is wrong, in plain words.


@asynccontextmanager
async def secured(folder: Path) -> AsyncIterator[Listener]:
    write_certificates(folder)
    files = f"&tls_certificate={folder / 'server.pem'}&tls_key={folder / 'server.key'}"
    listener = listening(folder, files)
    async with kept(listener):
        yield listener


async def test_over_tls_it_says_who_it_is_and_how_far_the_clocks_are_apart(tmp_path: Path) -> None:
    async with secured(tmp_path) as listener:
        clock = FakeClock(NOON + timedelta(seconds=3))
        edge = telling(
            listener.port, tmp_path, tls=True, clock=clock, tls_ca=str(tmp_path / "ca.pem")
        )
        said = await edge.check()
        assert said == "the hospital answers and calls this box north; the clocks are 3.0 s apart"
        await edge.deliver([outgoing()])
        await edge.close()


@pytest.mark.parametrize("way", [1, -1])
async def test_a_wrong_clock_is_told(tmp_path: Path, way: int) -> None:
    async with both(tmp_path, clock=FakeClock(NOON + way * timedelta(minutes=5))) as (edge, _):
        told = f"300 s {'ahead of' if way > 0 else 'behind'} the hospital's; set both"
        with pytest.raises(SourceError, match=told):
            await edge.check()


async def _nobody(folder: Path) -> Sending:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    return telling(port, folder, tls=True)


async def _no_host(folder: Path) -> Sending:
    return telling(8444, folder, tls=True, host="no-such-host.invalid")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        pytest.param(_nobody, "nobody listens at that address; check", id="nobody"),
        pytest.param(_no_host, "no machine has that name|can not be reached", id="no host"),
    ],
)
async def test_who_is_not_there_is_told_in_plain_words(
    tmp_path: Path, make: Callable[[Path], Awaitable[Sending]], why: str
) -> None:
    edge = await make(tmp_path)
    for ask in (edge.check, lambda: edge.deliver([outgoing()])):
        with pytest.raises(SourceError, match=why):
            await ask()
    await edge.close()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        pytest.param({"tls_ca": "other-ca.pem"}, sending.NO_AUTHORITY, id="another authority"),
        pytest.param({}, sending.NO_AUTHORITY, id="no authority"),
        pytest.param({"tls_ca": "server.key"}, "tls_ca holds no certificate", id="no certificate"),
        pytest.param(
            {"tls_ca": "ca.pem", "secret": "another secret of mine"}, sending.NOT_KNOWN, id="secret"
        ),
        pytest.param({"tls_ca": "ca.pem", "host": "127.0.0.2"}, sending.OTHER_NAME, id="name"),
    ],
)
async def test_what_is_wrong_is_told_in_plain_words(
    tmp_path: Path, options: dict[str, str], why: str
) -> None:
    write_certificates(tmp_path)
    files = f"&tls_certificate={tmp_path / 'server.pem'}&tls_key={tmp_path / 'server.key'}"
    async with kept(listener := listening(tmp_path, files, host="0.0.0.0")):
        told = dict(options)
        if "tls_ca" in told:
            told["tls_ca"] = str(tmp_path / told["tls_ca"])
        with pytest.raises(SourceError) as caught:
            await telling(listener.port, tmp_path, tls=True, **told).check()
        assert why in str(caught.value)


async def test_tls_and_none_do_not_go_together(tmp_path: Path) -> None:
    async with kept(listener := listening(tmp_path)):
        with pytest.raises(SourceError, match="does not speak TLS"):
            await telling(listener.port, tmp_path, tls=True).check()
    async with secured(tmp_path) as listener:
        with pytest.raises(SourceError, match="was cut"):
            await telling(listener.port, tmp_path).check()


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (403, sending.NOT_KNOWN), (404, sending.NO_RELAY), (302, sending.NO_RELAY),
        (415, sending.OLDER), (429, sending.BUSY), (502, sending.BUSY), (500, "answered 500"),
        (413, sending.SMALL), (400, sending.BETWEEN), (422, sending.BETWEEN),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rows", [1, 2])
async def test_whatever_is_answered_is_tried_again(
    tmp_path: Path, status: int, why: str, rows: int
) -> None:
    def refuse(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, text="<html>", headers={"location": "http://elsewhere"})

    edge = telling(1, tmp_path)
    edge._kept = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse))
    with pytest.raises(SourceError) as caught:
        await edge.deliver([outgoing(number) for number in range(rows)])
    assert why in str(caught.value)
    assert not isinstance(caught.value, RefusedByPeer)
    await edge.close()


async def test_a_refusal_that_names_none_of_them_is_tried_again(tmp_path: Path) -> None:
    def refuse(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(422, json={"error": "of another", "key": "of another"})

    edge = telling(1, tmp_path)
    edge._kept = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse))
    with pytest.raises(SourceError, match="does not say what") as caught:
        await edge.deliver([outgoing(1), outgoing(2)])
    assert not isinstance(caught.value, RefusedByPeer)
    await edge.close()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("relay://0.0.0.0:0?secret=file:{}", "must be encrypted"),
        ("relay://127.0.0.1:0", "without a secret"),
        ("relay://127.0.0.1:0?secret=file:{}&name=a/b", "name is what"),
        ("relay://127.0.0.1:0?secret=file:{}&identifiers=mine", "identifiers="),
        ("relay://127.0.0.1:0/x?secret=file:{}", "without more"),
        ("relay://127.0.0.1:0?secret=file:{}&secrets=1", "knows no option"),
        ("relay://127.0.0.1:0?secret=file:{}x", "secret is empty"),
    ],
)
def test_a_source_that_is_written_wrong_says_how(tmp_path: Path, source: str, why: str) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with pytest.raises(SourceError, match=why):
        open_source(source.format(tmp_path / "secret"), clock=FakeClock())


def test_a_short_secret_is_refused_on_both_sides(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("1234")
    with pytest.raises(SourceError, match="too short"):
        open_source(f"relay://127.0.0.1:0?secret=file:{tmp_path / 'short'}", clock=FakeClock())
    with pytest.raises(SourceError, match="16 letters"):
        telling(1, tmp_path, secret="1234")


def test_what_is_measured_leaves_the_machine_encrypted_alone(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="must travel encrypted"):
        telling(1, tmp_path, host="192.0.2.1")


async def test_nothing_of_a_patient_or_a_secret_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with both(tmp_path) as (edge, _):
        await edge.deliver([outgoing()])
        with pytest.raises(RefusedByPeer) as caught:
            await edge.deliver([outgoing(observations=(value(source="Ana" * 200),))])
    told = caplog.text + str(caught.value) + edge.name + repr(edge._peer)
    assert [word for word in (SECRET, "Ana", "4711") if word in told] == []
