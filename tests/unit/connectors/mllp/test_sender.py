"""The way back over real sockets: our own listener takes what is sent, and others refuse it."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.abc import ByteStream, SocketAttribute

from connectors import open_destination, open_source
from connectors.mllp.listener import Listener
from connectors.mllp.parsing import at, parse
from connectors.mllp.sender import Sender, _subject
from connectors.mllp.writing import write_alarm
from sereno.domain.errors import RefusedByPeer, SourceError
from sereno.domain.stream import Batch
from sereno.domain.surveillance import AlarmStep
from sereno.domain.vitals import VITALS, Signal
from sereno.ports import Topic
from tests.fakes.certificates import write_certificates
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.hl7_record import Record, receiving
from tests.fakes.outgoing import NAME, ZORAIDA, everything, measured, value

pytestmark = pytest.mark.anyio


def sender(port: int, options: str = "") -> Sender:
    opened = open_destination(f"mllp+out://localhost:{port}{options}", clock=FakeClock())
    assert isinstance(opened, Sender)
    return opened


async def test_our_own_listener_reads_back_what_was_measured() -> None:
    """Values, scores and an alarm; of the latter the value alone, as of any alarm."""
    source: Any = open_source("mllp://localhost:0", clock=FakeClock())
    assert isinstance(source, Listener)
    batches: list[Batch] = []

    async def read() -> None:
        async for batch in source.batches():
            batches.append(batch)
            if batch.acknowledge:
                await batch.acknowledge(None)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        while source.port == 0:  # noqa: ASYNC110
            await anyio.sleep(0.005)
        peer = sender(source.port, "?waveforms=yes")
        told = everything(7)
        with anyio.fail_after(20):
            await peer.deliver([told, measured(8, 81.0)])
        await peer.close()
        tasks.cancel_scope.cancel()
    values = [each for batch in batches for each in batch.observations]
    rates = [each for each in values if each.signal is Signal.HEART_RATE]
    assert [(each.time, each.value) for each in rates] == [
        (each.time, each.value) for each in (value(7), value(8, 81.0))
    ]
    assert [each.value for each in values if each.signal is Signal.SPO2][:1] == [84.0]
    waves = [each for batch in batches for each in batch.waveforms]
    assert [each.signal for each in waves] == [Signal.ECG]
    subjects = {batch.subject for batch in batches}
    assert {each and (each.identifier, each.authority, each.name) for each in subjects} == {
        (ZORAIDA.identifier, ZORAIDA.authority, NAME)
    }
    assert [each for batch in batches for each in batch.rejected] == []


async def test_one_message_is_on_its_way_at_a_time_over_one_connection() -> None:
    async with receiving(Record()) as record:
        peer = sender(record.port)
        for number in range(3):
            await peer.deliver([measured(2 * number + 1), measured(2 * number + 2)])
        await peer.close()
    assert record.connections == 1
    assert record.controls == [f"{measured(n).key[:15]}-0" for n in range(1, 7)]


async def test_an_alarm_is_a_message_for_each_step() -> None:
    async with receiving(Record()) as record:
        peer = sender(record.port, "?tell=alarms")
        assert peer.topics == frozenset({Topic.ALARMS})
        await peer.deliver([replace(everything(), observations=(), waveforms=(), scores=())])
        await peer.close()
    assert [at(each.header, 9) for each in record.seen] == ["ORU^R40^ORU_R40"] * 2
    facets = [
        {
            at(segment, 3).split("^")[1]: at(segment, 5)
            for segment in each.segments
            if segment[0] == "OBX"
        }
        for each in record.seen
    ]
    assert [each["MDC_ATTR_EVENT_PHASE"] for each in facets] == ["start", "update"]
    assert facets[0]["MDC_ATTR_ALARM_STATE"] == "active"
    assert facets[0]["MDC_ATTR_ALARM_PRIORITY"] == "PH"
    assert facets[0][VITALS[Signal.SPO2].english] == "84.0"


@pytest.mark.parametrize("step", AlarmStep)
def test_every_step_can_be_said(step: AlarmStep) -> None:
    row = everything()
    event = replace(row.events[0], what=step)
    content = write_alarm(
        _subject(ZORAIDA), row.alarms[0], event, application="SERENO", sent=NOON, control="1"
    )
    (message,) = parse(content)
    assert at(message.header, 9).startswith("ORU^R40")


async def test_a_refusal_is_tried_some_times_and_then_named() -> None:
    async with receiving(
        Record(["AA", "AE", "AE", "AE"], "ERR|||101^Required^HL70357\r")
    ) as record:
        peer = sender(record.port, "?tries=3")
        page = [measured(1), measured(2), measured(3)]
        for _ in range(2):
            with pytest.raises(
                SourceError, match="it answered AE with error 101; see its log"
            ) as e:
                await peer.deliver(page)
            assert not isinstance(e.value, RefusedByPeer)
        with pytest.raises(RefusedByPeer, match="it answered AE with error 101") as caught:
            await peer.deliver(page)
        assert caught.value.key == page[1].key
        await peer.deliver([page[0], page[2]])
        await peer.close()
    first, second, third = (f"{each.key[:15]}-0" for each in page)
    assert record.controls == [first, second, second, second, third]


async def test_a_refused_value_keeps_no_alarm_from_the_record() -> None:
    async with receiving(Record(["AE", "AE", "AE"])) as record:
        peer = sender(record.port, "?tries=3")
        row, after = replace(everything(), waveforms=(), scores=()), measured(2)
        for _ in range(2):
            with pytest.raises(SourceError, match="AE") as caught:
                await peer.deliver([row, after])
            assert not isinstance(caught.value, RefusedByPeer)
        with pytest.raises(RefusedByPeer, match="it answered AE") as refused:
            await peer.deliver([row, after])
        assert refused.value.key == row.key
        await peer.deliver([after])
        await peer.close()
    kinds = [at(each.header, 9).split("^")[1] for each in record.seen]
    assert kinds == ["R01", "R01", "R01", "R40", "R40", "R01"]


async def test_what_was_refused_for_good_is_not_sent_again_while_the_rest_waits() -> None:
    async with receiving(Record(["AE", "AE", "AA"])) as record:
        peer = sender(record.port, "?tries=1")
        row = replace(everything(), waveforms=(), scores=())
        with pytest.raises(RefusedByPeer):
            await peer.deliver([row])  # its value and one of its alarms
        await peer.close()
    assert record.controls == [f"{row.key[:15]}-{n}" for n in range(3)]


async def test_a_score_told_anew_is_left_out() -> None:
    (score,) = everything().scores
    anew, none = replace(score, rescored=NOON), replace(score, total=None)
    async with receiving(Record()) as record:
        peer = sender(record.port)
        await peer.deliver(
            [measured(n, observations=(), scores=(s,)) for n, s in enumerate((anew, none, score))]
        )
        await peer.close()
    assert record.controls == [f"{measured(2).key[:15]}-0"]


async def test_what_is_taken_after_a_refusal_is_taken() -> None:
    async with receiving(Record(["AR"])) as record:
        peer = sender(record.port)
        with pytest.raises(SourceError, match="AR"):
            await peer.deliver([measured(1)])
        await peer.deliver([measured(1)])
        await peer.close()


async def test_the_words_of_the_peer_are_not_repeated() -> None:
    async with receiving(Record(["AE"], f"ERR|||{NAME}^x|E||||{NAME}\r")) as record:
        peer = sender(record.port)
        with pytest.raises(SourceError) as caught:
            await peer.deliver([measured(1)])
        await peer.close()
    assert str(caught.value) == "it answered AE; see its log"


async def test_the_answer_to_another_message_is_no_answer() -> None:
    async def late(stream: ByteStream, control: str) -> None:
        await stream.send(record.ack("of before"))
        await stream.send(record.ack(control))

    record = Record(answer=late)
    async with receiving(record):
        peer = sender(record.port)
        await peer.deliver([measured(1), measured(2)])
        await peer.close()


async def test_one_that_does_not_answer_is_left() -> None:
    async def silent(_: ByteStream, __: str) -> None: ...

    record = Record(answer=silent)
    async with receiving(record):
        peer = sender(record.port)
        peer._receiver = replace(peer._receiver, answer_within=0.05)
        with pytest.raises(SourceError, match="it did not answer in time; see its log"):
            await peer.deliver([measured(1)])


async def test_one_that_hangs_up_is_told_again_over_a_new_connection() -> None:
    async def hang_up(stream: ByteStream, control: str) -> None:
        if record.connections == 1:
            await stream.aclose()
        else:
            await stream.send(record.ack(control))

    record = Record(answer=hang_up)
    async with receiving(record):
        peer = sender(record.port)
        with pytest.raises(SourceError, match="it closed the connection; see its log"):
            await peer.deliver([measured(1)])
        await peer.deliver([measured(1)])
        await peer.close()
    assert record.connections == 2
    assert len(set(record.controls)) == 1


async def test_nobody_there_is_said_with_the_remedy() -> None:
    async with receiving(Record()) as record:
        port = record.port
    with pytest.raises(SourceError, match="nobody listens there; start it, or check its address"):
        await sender(port).deliver([measured(1)])
    with pytest.raises(SourceError, match="nobody listens there"):
        await sender(port).check()


async def test_tls_must_be_of_the_authority(tmp_path: Path) -> None:
    write_certificates(tmp_path)
    pair = f"tls_certificate={tmp_path / 'server.pem'}&tls_key={tmp_path / 'server.key'}"
    source: Any = open_source(f"mllp://localhost:0?{pair}", clock=FakeClock())

    async def read() -> None:
        async for batch in source.batches():
            if batch.acknowledge:
                await batch.acknowledge(None)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        while source.port == 0:  # noqa: ASYNC110
            await anyio.sleep(0.005)
        good = sender(source.port, f"?authority={tmp_path / 'ca.pem'}")
        with anyio.fail_after(20):
            await good.deliver([measured(1)])
            assert await good.check() == f"port {source.port} is listened on, with TLS"
            bad = sender(source.port, f"?authority={tmp_path / 'other-ca.pem'}")
            with pytest.raises(SourceError, match="check authority= and its certificate"):
                await bad.deliver([measured(1)])
        await good.close()
        tasks.cancel_scope.cancel()


async def test_one_that_wants_our_certificate_is_tried_again_and_said(tmp_path: Path) -> None:
    """By TLS 1.3 its refusal comes after the handshake, with what is read first."""
    write_certificates(tmp_path)
    files = {
        "tls_certificate": "server.pem", "tls_key": "server.key", "clients": "ca.pem",
    }  # fmt: skip
    written = "&".join(f"{name}={tmp_path / file}" for name, file in files.items())
    source: Any = open_source(f"mllp://localhost:0?{written}", clock=FakeClock())
    kept: list[Batch] = []

    async def read() -> None:
        async for batch in source.batches():
            kept.append(batch)
            if batch.acknowledge:
                await batch.acknowledge(None)

    authority = f"?authority={tmp_path / 'ca.pem'}"
    ours = f"&tls_certificate={tmp_path / 'client.pem'}&tls_key={tmp_path / 'client.key'}"
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        while source.port == 0:  # noqa: ASYNC110
            await anyio.sleep(0.005)
        with anyio.fail_after(20):
            peer = sender(source.port, authority)
            for ask in (peer.check, lambda: peer.deliver([measured(1)])):
                with pytest.raises(SourceError, match="check tls_certificate= and") as caught:
                    await ask()
                assert not isinstance(caught.value, RefusedByPeer)
            welcome = sender(source.port, authority + ours)
            assert "with TLS" in await welcome.check()
            await welcome.deliver([measured(1)])
            await welcome.close()
        tasks.cancel_scope.cancel()
    assert len(kept) == 1


@pytest.mark.parametrize("error", [ssl.SSLError(1, "alert"), OSError(5, "broken")])
async def test_a_connection_that_breaks_costs_no_message(error: OSError) -> None:
    class Breaking(ByteStream):
        async def send(self, item: bytes) -> None: ...
        async def send_eof(self) -> None: ...
        async def aclose(self) -> None: ...
        async def receive(self, max_bytes: int = 65536) -> bytes:
            raise error

    async with receiving(Record()) as record:
        peer = sender(record.port)
        peer._stream = Breaking()
        with pytest.raises(SourceError, match="it closed the connection") as caught:
            await peer.deliver([measured(1)])
        assert not isinstance(caught.value, RefusedByPeer)
        await peer.deliver([measured(1)])
        await peer.close()


@asynccontextmanager
async def served(serve: Callable[[ByteStream], Awaitable[None]]) -> AsyncIterator[int]:
    """Somebody at a port of this machine."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        yield listener.extra(SocketAttribute.local_port)
        tasks.cancel_scope.cancel()


async def _silent(stream: ByteStream) -> None:
    async with stream:
        await anyio.sleep_forever()


async def _hangs_up(stream: ByteStream) -> None:
    async with stream:
        await stream.receive()


async def _answers_plainly(stream: ByteStream) -> None:
    async with stream:
        await stream.receive()
        await stream.send(b"what?")


@pytest.mark.parametrize("serve", [_silent, _hangs_up, _answers_plainly])
async def test_one_that_speaks_no_tls_is_said(tmp_path: Path, serve: Any) -> None:
    write_certificates(tmp_path)
    async with served(serve) as port:
        peer = sender(port, f"?authority={tmp_path / 'ca.pem'}")
        peer._receiver = replace(peer._receiver, connect_within=0.5)
        with pytest.raises(SourceError, match="does not speak TLS; check the port, or leave out"):
            await peer.check()


def test_names_do_not_travel_in_the_clear_by_oversight() -> None:
    with pytest.raises(SourceError, match="add authority=FILE, or tls=no"):
        open_destination("mllp+out://10.0.0.1", clock=FakeClock())
    open_destination("mllp+out://10.0.0.1?tls=no", clock=FakeClock())
