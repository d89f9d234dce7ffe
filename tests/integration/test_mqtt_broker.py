"""A real mosquitto: what is not acknowledged comes again, whoever is killed in between."""

import gc
import json
import signal
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from connectors import open_source
from connectors.mqtt import packets
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from sereno.ports import Reachable
from tests.fakes.broker import Broker, locked, running_broker
from tests.fakes.clock import FakeClock
from tests.fakes.reading import observations

pytestmark = pytest.mark.anyio

BEGIN = datetime(2026, 3, 14, 8, tzinfo=UTC)
QUIET = 1.0  # s without a message: nothing more will come
MOST_MEMORY = 4 << 20  # bytes


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with running_broker(tmp_path) as started:
        yield started


@pytest.fixture(scope="module")
def locked_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("locked")
    with running_broker(folder, **locked(folder)) as started:
        yield started


def connect(source: str) -> Any:
    return open_source(source, clock=FakeClock())


class Reading:
    """A reader that asks for a batch when the test does; `lost` is why there are no more."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._asked, self.asked = anyio.create_memory_object_stream[None](1)[::-1]
        self._found, self.found = anyio.create_memory_object_stream[Batch](1)
        self.lost: SourceError | None = None

    async def run(self) -> None:
        async with aclosing(self._stream), self._asked, self._found:
            try:
                async for _ in self._asked:
                    await self._found.send(await anext(self._stream))
            except SourceError as exc:
                self.lost = exc

    async def take(self, most: int = 10_000, *, acknowledge: bool = True) -> list[Batch]:
        """What comes until it is quiet, at most so much."""
        found: list[Batch] = []
        while len(found) < most and self.lost is None:
            with suppress(
                anyio.WouldBlock, anyio.BrokenResourceError
            ):  # it was asked for when it was quiet before
                self.asked.send_nowait(None)
            with anyio.move_on_after(QUIET), suppress(anyio.EndOfStream):
                found.append(await self.found.receive())
                if acknowledge and found[-1].acknowledge:
                    await found[-1].acknowledge(None)
                continue
            break
        return found


@asynccontextmanager
async def reading(broker: Broker, source: str) -> AsyncIterator[Reading]:
    """A reader that has subscribed."""
    before = broker.subscriptions()
    reader = Reading(connect(source).batches())
    async with anyio.create_task_group() as group:
        group.start_soon(reader.run)
        reader.asked.send_nowait(None)
        with anyio.fail_after(20):
            while broker.subscriptions() == before:  # noqa: ASYNC110 - mosquitto tells its log
                await anyio.sleep(0.01)
        yield reader
        group.cancel_scope.cancel()
    reader.asked.close()
    reader.found.close()


async def subscribed(broker: Broker, source: str) -> None:
    """Let the broker know of the session, and leave."""
    async with reading(broker, source):
        pass


def numbered(
    numbers: Iterable[int], topic: str = "ward/4", pad: int = 0, bed: str | None = None
) -> list[tuple[str, bytes]]:
    """A message a second; the number stands in its time. Of several beds each is a batch."""
    return [
        (
            topic,
            json.dumps(
                {
                    "bed": bed or str(n),
                    "heart_rate": 72,
                    "time": (BEGIN + timedelta(seconds=n)).isoformat(),
                    "pad": "x" * pad,
                }
            ).encode(),
        )
        for n in numbers
    ]


def numbers(batches: Iterable[Batch]) -> list[int]:
    return [(each.time - BEGIN) // timedelta(seconds=1) for each in observations(batches)]


async def publish(broker: Broker, messages: list[tuple[str, bytes]], **how: Any) -> None:
    await anyio.to_thread.run_sync(lambda: broker.publish(messages, **how))


async def test_what_was_not_acknowledged_when_the_broker_was_killed_comes_again(
    broker: Broker,
) -> None:
    source = broker.source("ward/#")
    await subscribed(broker, source)
    await publish(broker, numbered(range(600)))
    async with reading(broker, source) as stream:
        kept = await stream.take(250)
        open_at_the_end = await stream.take(100, acknowledge=False)
        broker.settle()
        broker.kill()
        await stream.take()
        assert "; check" in str(stream.lost)
    with pytest.raises(SourceError, match="; check"):
        await anext(connect(source).batches())
    broker.start()
    async with reading(broker, source) as stream:
        later = await stream.take()
    assert set(numbers(open_at_the_end)) <= set(numbers(later))
    assert set(numbers(kept)) | set(numbers(later)) == set(range(600))


async def test_a_broker_that_has_forgotten_the_session_is_told_of(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    connector = connect(broker.source("ward/#"))
    for loses in (False, False, True):
        if loses:
            broker.kill()
            (broker.folder / "mosquitto.db").unlink()
            broker.start()
        assert "is lost" not in caplog.text
        with anyio.move_on_after(QUIET):
            await anext(connector.batches())
    assert "the broker kept no session; what came meanwhile is lost" in caplog.text


READER = """
import sys, anyio
from connectors import open_source
from tests.fakes.clock import FakeClock

async def main():
    stream = open_source(sys.argv[1], clock=FakeClock()).batches()
    for _ in range(100):
        await (batch := await anext(stream)).acknowledge(None)
        print(batch.observations[0].time.isoformat(), flush=True)
    for _ in range(50):
        await anext(stream)
    print("full", flush=True)
    await anyio.sleep_forever()

anyio.run(main)
"""


def _read_and_be_killed(source: str) -> set[int]:
    """The numbers that another process acknowledged before it was killed with more in its hands."""
    reader = subprocess.Popen([sys.executable, "-c", READER, source], stdout=subprocess.PIPE)
    assert reader.stdout is not None
    kept = set()
    for line in reader.stdout:
        if line == b"full\n":
            break
        moment = datetime.fromisoformat(line.decode().strip())
        kept.add((moment - BEGIN) // timedelta(seconds=1))
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    reader.stdout.close()
    return kept


async def test_what_was_not_acknowledged_when_the_reader_was_killed_comes_again(
    broker: Broker,
) -> None:
    source = broker.source("ward/#")
    await subscribed(broker, source)
    await publish(broker, numbered(range(400)))
    kept = await anyio.to_thread.run_sync(_read_and_be_killed, source)
    async with reading(broker, source) as stream:
        later = set(numbers(await stream.take()))
    assert len(kept) == 100
    assert kept | later == set(range(400))
    assert len(later) >= 300


async def test_a_resent_message_has_the_time_and_source_of_the_first_time(broker: Broker) -> None:
    source = broker.source("ward/#")
    await subscribed(broker, source)
    await publish(broker, numbered(range(3)))
    async with reading(broker, source) as stream:
        first = await stream.take(acknowledge=False)
    async with reading(broker, source) as stream:
        again = await stream.take()
    assert observations(first) == observations(again)


async def test_what_was_acknowledged_does_not_come_again(broker: Broker) -> None:
    source = broker.source("ward/#")
    await subscribed(broker, source)
    await publish(broker, numbered(range(50)))
    async with reading(broker, source) as stream:
        assert len(await stream.take()) == 50
    async with reading(broker, source) as stream:
        assert await stream.take() == []


async def test_messages_of_one_bed_that_wait_are_taken_and_acknowledged_together(
    broker: Broker,
) -> None:
    source = broker.source("ward/#")
    await subscribed(broker, source)
    await publish(broker, numbered(range(50), bed="4"))
    async with reading(broker, source) as stream:
        assert numbers(await stream.take(acknowledge=False)) == list(range(50))
    async with reading(broker, source) as stream:
        again = await stream.take()
        assert len(again) < 50
        assert numbers(again) == list(range(50))
    async with reading(broker, source) as stream:
        assert await stream.take() == []


async def test_what_is_malformed_is_told_once_and_then_gone(broker: Broker) -> None:
    source = broker.source("ward/#")
    await subscribed(broker, source)
    await publish(broker, [("ward/4", b"{"), ("ward/4", b""), ("ward/4", b"\xff" * 1000)])
    async with reading(broker, source) as stream:
        found = await stream.take()
    assert [piece.content for batch in found for piece in batch.rejected] == [
        b"ward/4\n{", b"ward/4\n", b"ward/4\n" + b"\xff" * 1000,
    ]  # fmt: skip
    async with reading(broker, source) as stream:
        assert await stream.take() == []


async def test_a_message_of_several_patients_is_done_when_all_of_it_is(broker: Broker) -> None:
    source = broker.source("ward/#")
    await subscribed(broker, source)
    rows = [{"bed": bed, "heart_rate": 72, "time": "2026-03-14T08:00:00Z"} for bed in "45"]
    await publish(broker, [("ward/4", json.dumps(rows).encode())])
    async with reading(broker, source) as stream:
        first, second = await stream.take(acknowledge=False)
        assert first.acknowledge is not None
        await first.acknowledge(None)
        await first.acknowledge(None)  # told twice it is still one
    async with reading(broker, source) as stream:
        again = await stream.take()
    assert [batch.subject for batch in again] == [first.subject, second.subject]


async def test_what_a_template_passes_over_is_not_kept_waiting(
    broker: Broker, tmp_path: Path
) -> None:
    template = tmp_path / "mine.toml"
    template.write_text(
        "only = [{ path = 'topic[1]', equals = 'vitals' }]\n"
        "[subject]\nbed = '@.bed'\n[time]\nat = '@.time'\n"
        "[[values]]\nsignal = 'heart_rate'\npath = '@.heart_rate'\n"
    )
    source = broker.source(f"ward/#?template={template}&in_flight=2")
    await subscribed(broker, source)
    await publish(broker, numbered(range(9), "ward/other") + numbered([9], "ward/vitals"))
    async with reading(broker, source) as stream:
        assert numbers(await stream.take()) == [9]
    async with reading(broker, source) as stream:
        assert await stream.take() == []


async def test_clients_of_a_group_share_what_comes(broker: Broker) -> None:
    sources = [broker.source(f"ward/#?group=sereno&client_id={name}") for name in ("a", "b")]
    assert len({connect(source).name for source in sources}) == 1
    async with reading(broker, sources[0]) as one, reading(broker, sources[1]) as other:
        found: list[list[int]] = [[], []]

        async def read(at: int, stream: Reading) -> None:
            found[at] = numbers(await stream.take())

        async with anyio.create_task_group() as group:
            group.start_soon(read, 0, one)
            group.start_soon(read, 1, other)
            await publish(broker, numbered(range(300)))
    assert sorted(found[0] + found[1]) == list(range(300))
    assert all(found)


async def test_no_more_is_in_flight_than_was_agreed(broker: Broker) -> None:
    source = broker.source("ward/#?in_flight=20")
    await subscribed(broker, source)
    await publish(broker, numbered(range(200)))
    async with reading(broker, source) as stream:
        held = await stream.take(acknowledge=False)
        assert numbers(held) == list(range(20))
        for batch in held[:5]:
            assert batch.acknowledge
            await batch.acknowledge(None)
        more = await stream.take(acknowledge=False)
        assert numbers(more) == list(range(20, 25))
        for batch in [*held[5:], *more]:
            assert batch.acknowledge
            await batch.acknowledge(None)
        assert numbers(await stream.take()) == list(range(25, 200))


@pytest.mark.parametrize("qos", [0, 1])
async def test_a_reader_that_does_not_take_fills_no_memory(broker: Broker, qos: int) -> None:
    source = broker.source(f"ward/#?qos={qos}&in_flight=65535")
    async with reading(broker, source) as stream:
        await publish(broker, numbered(range(1)))  # what was asked for; nothing more is
        gc.collect()
        tracemalloc.start()
        try:
            await publish(broker, [("ward/4", b"x" * 20_000)] * 1500, qos=qos)
            await anyio.sleep(QUIET)
            here = tracemalloc.take_snapshot().filter_traces(
                [
                    tracemalloc.Filter(True, "*/connectors/*"),
                    tracemalloc.Filter(True, "*/asyncio/*"),
                ]
            )
        finally:
            tracemalloc.stop()
        assert sum(each.size for each in here.statistics("filename")) < MOST_MEMORY
        if qos:
            taken = await stream.take()
            assert sum(len(batch.rejected) for batch in taken) == 1500


async def test_a_retained_message_comes_once_with_its_own_time(broker: Broker) -> None:
    await publish(broker, numbered([5]), retain=True)
    source = broker.source("ward/#")
    async with reading(broker, source) as stream:
        assert numbers(await stream.take()) == [5]
    async with reading(broker, source) as stream:
        assert await stream.take() == []


ARRIVAL = """
[subject]
bed = "topic[1]"
[time]
arrival = true
[[values]]
signal = "heart_rate"
path = "@"
"""


async def test_without_a_time_of_its_own_nothing_old_looks_fresh(
    broker: Broker, tmp_path: Path
) -> None:
    template = tmp_path / "bare.toml"
    template.write_text(ARRIVAL)
    source = broker.source(f"ward/#?template={template}")
    await subscribed(broker, source)
    await publish(broker, [("ward/4", b"70")], retain=True)
    await publish(broker, [("ward/4", b"71")])
    async with reading(broker, source) as stream:
        found = await stream.take(acknowledge=False)
        assert [piece.reason for batch in found for piece in batch.rejected] == [
            "when it came is not known, and it tells no time of its own"
        ]
        await publish(broker, [("ward/4", b"72")])
        fresh = observations(await stream.take(acknowledge=False))
    assert [(each.value, each.time) for each in fresh] == [(72, FakeClock().now())]
    async with reading(broker, source) as stream:
        assert observations(await stream.take()) == []


async def test_qos_0_waits_for_no_acknowledgement(broker: Broker) -> None:
    async with reading(broker, broker.source("ward/#?qos=0")) as stream:
        await publish(broker, numbered(range(3)))
        found = await stream.take()
    assert numbers(found) == [0, 1, 2]
    assert [batch.acknowledge for batch in found] == [None] * 3


async def test_an_odd_property_of_a_sender_ends_nothing(broker: Broker) -> None:
    """A user property that is no UTF-8, written byte by byte: no client library sends one."""
    source = broker.source("ward/#")
    await subscribed(broker, source)
    with socket.create_connection(("localhost", broker.port)) as sender:
        hello = packets.connect(
            "odd", credentials=(None, None), clean=True, keep_alive=0, session=0,
            receive_maximum=9, largest=1000,
        )  # fmt: skip
        sender.sendall(hello)
        sender.recv(100)
        properties = b"\x26\x00\x02\xff\xfe\x00\x01x"
        ((_, payload),) = numbered([3])
        body = b"\x00\x06ward/4\x00\x01" + bytes((len(properties),)) + properties + payload
        sender.sendall(packets._packet(0x32, body))
        sender.settimeout(5)
        sender.recv(100)
    await publish(broker, numbered([4]))
    async with reading(broker, source) as stream:
        assert 4 in numbers(await stream.take())


async def test_two_processes_with_one_client_id_are_told(broker: Broker) -> None:
    source = broker.source("ward/#")
    async with reading(broker, source) as one, reading(broker, source):
        await one.take()
    assert one.lost is not None
    assert "give each process its own client_id=" in str(one.lost)


async def test_asking_whether_it_is_there_takes_nothing_from_the_reader(broker: Broker) -> None:
    source = broker.source("ward/#?group=sereno&client_id=a")
    asked = connect(source)
    assert isinstance(asked, Reachable)
    await subscribed(broker, source)
    await publish(broker, numbered(range(20)))
    for _ in range(2):
        assert await asked.check() == "the broker answers and grants the subscription"
    async with reading(broker, source) as stream:
        assert numbers(await stream.take()) == list(range(20))


async def test_a_locked_broker_is_read_over_tls_with_user_and_certificate(
    locked_broker: Broker,
) -> None:
    source = _locked(locked_broker)
    await subscribed(locked_broker, source)
    await publish(locked_broker, numbered(range(3)))
    async with reading(locked_broker, source) as stream:
        assert numbers(await stream.take()) == [0, 1, 2]


def _locked(broker: Broker, **changed: str | None) -> str:
    folder = broker.folder
    options: dict[str, str | None] = {
        "tls_ca": f"{folder}/ca.pem", "tls_certificate": f"{folder}/client.pem",
        "tls_key": f"{folder}/client.key", "password": f"file:{folder}/password", **changed,
    }  # fmt: skip
    given = "&".join(f"{name}={value}" for name, value in options.items() if value)
    return broker.source(f"ward/#?{given}")


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        ({"password": "env:SERENO_TEST_WRONG"}, "check USER@ and password="),
        ({"tls_ca": None}, "give its authority with tls_ca=FILE"),
        ({"tls_ca": "{folder}/other-ca.pem"}, "give its authority with tls_ca=FILE"),
        ({"tls_certificate": None, "tls_key": None}, "give tls_certificate= and tls_key="),
    ],
)
async def test_what_a_locked_broker_refuses_is_told_with_its_remedy(
    locked_broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
    changed: dict[str, str | None],
    remedy: str,
) -> None:
    monkeypatch.setenv("SERENO_TEST_WRONG", "wrong")
    filled = {k: v.format(folder=locked_broker.folder) if v else v for k, v in changed.items()}
    connector = connect(_locked(locked_broker, **filled))
    for attempt in (connector.check, lambda: anext(connector.batches())):
        with pytest.raises(SourceError, match=remedy):
            await attempt()


async def test_what_can_not_be_reached_is_told_with_its_remedy(
    broker: Broker, locked_broker: Broker
) -> None:
    ca = f"{locked_broker.folder}/ca.pem"
    for source, remedy in (
        ("mqtt://no-such-host.invalid/ward/#", "check the name after //"),
        ("mqtt://127.0.0.1:1/ward/#", "check the host, the port and that it runs"),
        (f"mqtts://127.0.0.1:{broker.port}/ward/#?tls_ca={ca}", "check the port"),
        (f"mqtt://127.0.0.1:{locked_broker.port}/ward/#", "begins with mqtts://"),
    ):
        with pytest.raises(SourceError, match=remedy):
            await connect(source).check()


async def test_a_topic_that_is_not_granted_is_told(tmp_path: Path) -> None:
    (tmp_path / "acl").write_text("topic read other/#\n")
    lines = ("allow_anonymous true", f"acl_file {tmp_path}/acl")
    with running_broker(tmp_path, lines=lines) as broker:
        asked = connect(broker.source("ward/#"))
        said = None
        try:
            said = await asked.check()
        except SourceError as exc:
            assert "access list" in str(exc)  # noqa: PT017 - mosquitto 2.0 grants, and sends nothing
        assert said is None or said
