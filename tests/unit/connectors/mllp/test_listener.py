"""The listener over real sockets: answers, bounds, and peers that go."""

import gc
import logging
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from anyio.abc import SocketAttribute
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors import open_source
from connectors.mllp.framing import CUT_BY_CLOSE, CUT_BY_SILENCE, TOO_LONG, framed
from connectors.mllp.listener import Listener
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch
from tests.fakes.certificates import write_certificates
from tests.fakes.clock import FakeClock
from tests.fakes.hl7 import Sender, header, obx, oru, sample, verdict

pytestmark = pytest.mark.anyio
SECONDS = 20  # far beyond what any of this takes


@dataclass
class Ward:
    """A listener and its reader, who keeps what came and acknowledges it."""

    listener: Listener
    batches: list[Batch] = field(default_factory=list)
    acknowledging: bool = True
    refusal: str | None = None
    room: anyio.Event = field(default_factory=anyio.Event)

    async def read(self) -> None:
        stream: Any = self.listener.batches()
        try:
            async for batch in stream:
                self.batches.append(batch)
                await self.room.wait()
                if self.acknowledging and batch.acknowledge:
                    await batch.acknowledge(self.refusal)
        finally:
            await stream.aclose()

    async def acknowledge(self, *places: int) -> None:
        for place in places:
            acknowledge = self.batches[place].acknowledge
            assert acknowledge
            await acknowledge(self.refusal)

    def values(self) -> list[float]:
        return [each.value for batch in self.batches for each in batch.observations]

    def reasons(self) -> list[str]:
        return [each.reason for batch in self.batches for each in batch.rejected]

    async def until(self, holds: Callable[[], object]) -> None:
        while not holds():  # noqa: ASYNC110 - what is waited for is a list
            await anyio.sleep(0.005)


@asynccontextmanager
async def listening(options: str = "", **changes: Any) -> AsyncIterator[Ward]:
    found = open_source(f"mllp://127.0.0.1:0{options}", clock=FakeClock())
    assert isinstance(found, Listener)
    found._listening = replace(found._listening, **changes)
    ward = Ward(found)
    ward.room.set()
    with anyio.fail_after(SECONDS):
        async with anyio.create_task_group() as group:
            group.start_soon(ward.read)
            await ward.until(lambda: found.port)
            yield ward
            group.cancel_scope.cancel()


async def test_a_message_is_answered_once_it_is_kept_and_not_before() -> None:
    async with listening() as ward:
        ward.acknowledging = False
        sender = await Sender.connect(ward.listener.port)
        await sender.send(oru(obx()))
        await ward.until(lambda: ward.batches)
        with anyio.move_on_after(0.1) as waited:
            await sender.answer()
        assert waited.cancelled_caught
        await ward.acknowledge(0)
        assert verdict(await sender.answer()) == ("AA", "17")
        assert ward.values() == [82]
        await sender.stream.aclose()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(oru(obx()), "AA", id="a vital sign"),
        pytest.param(oru(obx("1742-6^ALT^LN")), "AA", id="a laboratory's"),
        pytest.param(oru(obx(value="wild")), "AE", id="no number"),
        pytest.param(oru(obx(), obx("9279-1^^LN", "wild")), "AA", id="one of two"),
        pytest.param(oru(obx(), about=[]), "AE", id="of nobody"),
        pytest.param(oru(obx(), first=header("ORM^O01")), "AR", id="an order"),
        pytest.param(b"PID|||1\r", "AR", id="no header"),
        pytest.param(b"\x80\x81", "AR", id="noise"),
    ],
)
async def test_a_sender_hears_what_became_of_its_message(content: bytes, expected: str) -> None:
    async with listening() as ward:
        sender = await Sender.connect(ward.listener.port)
        assert (await sender.ask(content))[0] == expected
        assert (await sender.ask(oru(obx())))[0] == "AA"  # and is heard on
        await sender.stream.aclose()


async def test_a_sender_hears_why_its_patient_is_not_taken() -> None:
    async with listening() as ward:
        ward.refusal = "the record is damaged"
        sender = await Sender.connect(ward.listener.port)
        await sender.send(oru(obx()))
        answered = await sender.answer()
        assert answered.segments[1][1:4] == ["AE", "17", "the record is damaged"]
        await sender.stream.aclose()


async def test_a_message_of_several_patients_is_answered_when_all_are_kept() -> None:
    async with listening() as ward:
        ward.acknowledging = False
        sender = await Sender.connect(ward.listener.port)
        await sender.send(sample("gateway"))
        await ward.until(lambda: len(ward.batches) == 3)
        await ward.acknowledge(2, 1)
        with anyio.move_on_after(0.05) as waited:
            await sender.answer()
        assert waited.cancelled_caught  # the first message waits, and the second for its turn
        await ward.acknowledge(0)
        assert [verdict(await sender.answer()) for _ in range(2)] == [
            ("AA", "B1-1"),
            ("AA", "B1-2"),
        ]
        await sender.stream.aclose()


async def test_twenty_senders_at_once_each_hear_their_own_answers() -> None:
    async with listening() as ward:

        async def talk(n: int) -> None:
            sender = await Sender.connect(ward.listener.port)
            for m in range(25):
                content = oru(obx(value=str(20 + n)), first=header(control=f"{n}-{m}"))
                assert await sender.ask(content) == ("AA", f"{n}-{m}")
            await sender.stream.aclose()

        async with anyio.create_task_group() as group:
            for n in range(20):
                group.start_soon(talk, n)
        assert sorted(ward.values()) == [20 + n for n in range(20) for _ in range(25)]


async def test_a_sender_that_waits_for_no_answer_is_held_back_and_loses_nothing() -> None:
    async with listening() as ward:
        ward.room = anyio.Event()
        sender = await Sender.connect(ward.listener.port)
        count = 2000
        async with anyio.create_task_group() as group:

            async def pour() -> None:
                for n in range(count):
                    await sender.send(oru(obx(), first=header(control=str(n))))

            group.start_soon(pour)
            await ward.until(lambda: ward.batches)
            await anyio.sleep(0.1)
            assert len(ward.batches) == 1
            ward.room.set()
            heard = [verdict(await sender.answer())[1] for _ in range(count)]
        assert heard == [str(n) for n in range(count)]
        assert len(ward.batches) == count
        await sender.stream.aclose()


async def test_a_sender_that_never_fetches_its_answers_keeps_nobody_else() -> None:
    async with listening() as ward:
        deaf = await Sender.connect(ward.listener.port)

        async def pour() -> None:
            while True:
                await deaf.send(oru(obx()) * 50)

        async with anyio.create_task_group() as group:
            group.start_soon(pour)
            await ward.until(lambda: len(ward.batches) > 200)
            other = await Sender.connect(ward.listener.port)
            assert await other.ask(oru(obx())) == ("AA", "17")
            group.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            await deaf.stream.aclose()
            await other.stream.aclose()


@pytest.mark.parametrize("reset", [False, True])
async def test_a_sender_killed_within_a_message_leaves_a_dead_letter_and_no_value(
    reset: bool,
) -> None:
    async with listening() as ward:
        sender = await Sender.connect(ward.listener.port)
        await sender.raw(framed(oru(obx()))[:-40])
        if reset:  # as when its machine's kernel throws the connection away
            await anyio.sleep(0.05)
            raw = sender.stream.extra(SocketAttribute.raw_socket)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await sender.stream.aclose()
        await ward.until(ward.reasons)
        assert (ward.reasons(), ward.values()) == ([CUT_BY_CLOSE], [])
        again = await Sender.connect(ward.listener.port)
        assert (await again.ask(oru(obx())))[0] == "AA"
        assert ward.values() == [82]
        await again.stream.aclose()


async def test_a_half_closed_sender_still_hears_its_answer() -> None:
    async with listening() as ward:
        sender = await Sender.connect(ward.listener.port)
        await sender.send(oru(obx()))
        await sender.stream.send_eof()
        assert verdict(await sender.answer()) == ("AA", "17")
        with pytest.raises(anyio.EndOfStream):
            await sender.stream.receive()
        await sender.stream.aclose()


async def test_a_sender_that_falls_silent_within_a_message_is_told() -> None:
    async with listening(stalled=0.1) as ward:
        sender = await Sender.connect(ward.listener.port)
        await sender.raw(b"\x0b" + oru(obx()))
        assert verdict(await sender.answer()) == ("AR", "17")
        assert (ward.reasons(), ward.values()) == ([CUT_BY_SILENCE], [])
        await anyio.sleep(0.3)  # silence between messages is nothing
        assert (await sender.ask(oru(obx())))[0] == "AA"
        await sender.stream.aclose()


async def test_a_sender_without_end_blocks_is_read_at_its_next_message() -> None:
    async with listening() as ward:
        sender = await Sender.connect(ward.listener.port)
        await sender.raw(b"\x0b" + oru(obx()) + b"\x0b" + oru(obx(value="90")))
        assert verdict(await sender.answer()) == ("AA", "17")
        assert ward.values() == [82]
        await sender.stream.aclose()


async def test_a_gigantic_message_is_refused_and_the_sender_heard_on() -> None:
    async with listening("?largest=0.1") as ward:
        sender = await Sender.connect(ward.listener.port)
        async with anyio.create_task_group() as group:
            group.start_soon(sender.send, oru("NTE|" + "x" * 5_000_000))
            assert verdict(await sender.answer()) == ("AR", "17")
        assert ward.reasons() == [TOO_LONG]
        assert (await sender.ask(oru(obx())))[0] == "AA"
        await sender.stream.aclose()


async def test_one_connection_too_many_is_turned_away() -> None:
    async with listening("?connections=1") as ward:
        first = await Sender.connect(ward.listener.port)
        assert (await first.ask(oru(obx())))[0] == "AA"
        second = await Sender.connect(ward.listener.port)
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await second.ask(oru(obx()))
        await second.stream.aclose()
        await first.stream.aclose()


async def test_in_an_answerless_mode_nothing_is_answered_unless_the_option_says_so() -> None:
    quiet = oru(obx(), first=header(rest="|||NE|NE"))
    for options, expected in (("", "B"), ("?answer=original", "17")):
        async with listening(options) as ward:
            sender = await Sender.connect(ward.listener.port)
            await sender.send(quiet)
            await sender.send(oru(obx(), first=header(control="B")))
            assert verdict(await sender.answer()) == ("AA", expected)
            await sender.stream.aclose()


async def test_a_resent_message_tells_the_same() -> None:
    async with listening() as ward:
        sender = await Sender.connect(ward.listener.port)
        for _ in range(2):
            await sender.ask(sample("intellibridge"))
        first, second = ward.batches
        assert first.observations == second.observations
        assert first.subject == second.subject
        await sender.stream.aclose()


async def test_the_stream_may_be_left_and_opened_again() -> None:
    listener = open_source("mllp://127.0.0.1:0", clock=FakeClock())
    assert isinstance(listener, Listener)
    for _ in range(2):
        async with anyio.create_task_group() as group:
            ward = Ward(listener)
            group.start_soon(ward.read)
            await anyio.sleep(0.05)
            sender = await Sender.connect(listener.port)
            await sender.raw(b"\x0bMSH|^~")
            await anyio.sleep(0.05)
            group.cancel_scope.cancel()
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await sender.stream.receive()
        await sender.stream.aclose()


@pytest.mark.parametrize(
    ("host", "options", "said"),
    [
        ("127.0.0.1", "", 0),
        ("0.0.0.0", "", 1),
        ("0.0.0.0", "?tls_certificate={0}/server.pem&tls_key={0}/server.key", 1),
        (
            "0.0.0.0",
            "?tls_certificate={0}/server.pem&tls_key={0}/server.key&clients={0}/ca.pem",
            0,
        ),
    ],
    ids=["this machine", "plain", "anybody over TLS", "known over TLS"],
)
async def test_a_port_that_hears_anybody_is_warned_of_once(
    host: str, options: str, said: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_certificates(tmp_path)
    listener = open_source(f"mllp://{host}:0{options.format(tmp_path)}", clock=FakeClock())
    assert isinstance(listener, Listener)
    words = "anybody who reaches the port can send and discharge"
    assert (words in await listener.check()) == bool(said)
    assert words not in caplog.text
    for _ in range(2):  # it is told at the start, and not at each reconnection
        async with anyio.create_task_group() as group:
            listener.port = 0
            ward = Ward(listener)
            group.start_soon(ward.read)
            await ward.until(lambda: listener.port)
            await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
    warnings = [each for each in caplog.records if each.levelno == logging.WARNING]
    told = [each.getMessage() for each in warnings if words in each.getMessage()]
    assert len(told) == said
    assert all("tls_certificate=" in each and "clients=" in each for each in told)


async def test_a_port_that_is_taken_is_told_with_its_remedy() -> None:
    async with listening() as ward:
        other = open_source(f"mllp://127.0.0.1:{ward.listener.port}", clock=FakeClock())
        assert isinstance(other, Listener)
        read: tuple[Callable[[], Awaitable[object]], ...] = (other.check, Ward(other).read)
        for each in read:
            with pytest.raises(SourceError, match=r"taken; .+"):
                await each()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("mllp://", "HOST:2575"),
        ("mllp:2575", "HOST:2575"),
        ("mllp://0.0.0.0:2575/ward", "take away"),
        ("mllp://somebody@0.0.0.0", "take away"),
        ("mllp://0.0.0.0?size=3", "no option"),
        ("mllp://0.0.0.0?answer=never", "asked, original"),
        ("mllp://0.0.0.0?connections=0", "from 1"),
        ("mllp://0.0.0.0?clients=/nowhere", "names no file"),
        ("mllp://0.0.0.0?tls_password=secret", "file:/PATH"),
        ("mllp://0.0.0.0?map=/nowhere", "map="),
    ],
)
def test_what_is_written_wrongly_is_told(source: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(source, clock=FakeClock())


def test_a_map_that_is_none_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text("[codes]\nHR = 'heart'\n")
    with pytest.raises(MalformedInput, match="codes"):
        open_source(f"mllp://0.0.0.0?map={tmp_path}/map.toml", clock=FakeClock())


@dataclass(frozen=True)
class Authority:
    """A certificate authority of this test's own."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def issue(self, name: str, *, password: bytes | None = None, root: bool = False) -> Path:
        """NAME.pem and NAME.key, signed by this authority."""
        key = self.key if root else ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named("root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        secret: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password:
            secret = serialization.BestAvailableEncryption(password)
        pem = serialization.Encoding.PEM
        (self.folder / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
        (self.folder / f"{name}.key").write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, secret)
        )
        return self.folder / name


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    authority = Authority(tmp_path)
    authority.issue("root", root=True)
    for name in ("server", "client"):
        authority.issue(name)
    authority.issue("locked", password=b"open sesame")
    (tmp_path / "other").mkdir()
    Authority(tmp_path / "other").issue("stranger", root=True)
    return tmp_path


def client(certificates: Path, name: str | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certificates / "root.pem")
    if name:
        context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    return context


def secured(folder: Path, *more: str, name: str = "server") -> str:
    options = [f"tls_certificate={folder}/{name}.pem", f"tls_key={folder}/{name}.key", *more]
    return "?" + "&".join(options)


async def test_over_tls_all_is_the_same(certificates: Path) -> None:
    async with listening(secured(certificates)) as ward:
        sender = await Sender.connect(ward.listener.port, client(certificates))
        assert await sender.ask(oru(obx())) == ("AA", "17")
        await sender.raw(framed(oru(obx()))[:-40])
        await sender.stream.aclose()
        await ward.until(ward.reasons)
        assert ward.reasons() == [CUT_BY_CLOSE]
        plain = await Sender.connect(ward.listener.port)
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await plain.ask(oru(obx()))
        await plain.stream.aclose()


@pytest.mark.parametrize("name", [None, "other/stranger"])
async def test_only_clients_of_the_authority_are_heard(
    certificates: Path, name: str | None
) -> None:
    async with listening(secured(certificates, f"clients={certificates}/root.pem")) as ward:
        sender = await Sender.connect(ward.listener.port, client(certificates, name))
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await sender.ask(oru(obx()))
        await anyio.aclose_forcefully(sender.stream)
        known = await Sender.connect(ward.listener.port, client(certificates, "client"))
        assert await known.ask(oru(obx())) == ("AA", "17")
        assert len(ward.batches) == 1
        await known.stream.aclose()


async def test_a_key_may_be_locked_by_a_secret(certificates: Path) -> None:
    (certificates / "secret").write_text("open sesame\n")
    options = secured(certificates, f"tls_password=file:{certificates}/secret", name="locked")
    async with listening(options) as ward:
        sender = await Sender.connect(ward.listener.port, client(certificates))
        assert (await sender.ask(oru(obx())))[0] == "AA"
        await sender.stream.aclose()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("?tls_key={0}/server.key", "needs a certificate"),
        ("?tls_certificate={0}/server.pem&tls_key={0}/client.key", "used together"),
        ("?tls_certificate={0}/locked.pem&tls_key={0}/locked.key", "used together"),
        (
            "?tls_certificate={0}/server.pem&tls_key={0}/server.key&clients={0}/server.key",
            "clients",
        ),
    ],
)
def test_certificates_that_do_not_fit_are_told(
    certificates: Path, options: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(f"mllp://0.0.0.0{options.format(certificates)}", clock=FakeClock())


async def test_what_was_answered_is_freed_at_once() -> None:
    """References in a circle would keep each message until the collector comes by."""
    async with listening() as ward:
        sender = await Sender.connect(ward.listener.port)
        await sender.ask(oru(obx()))
        gc.collect()
        gc.disable()
        try:
            before = sum(isinstance(each, Batch) for each in gc.get_objects())
            for _ in range(20):
                await sender.ask(oru(obx()))
            ward.batches.clear()
            after = sum(isinstance(each, Batch) for each in gc.get_objects())
        finally:
            gc.enable()
        assert after <= before
        await sender.stream.aclose()
