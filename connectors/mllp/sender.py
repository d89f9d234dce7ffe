"""The way back: what was measured, scores and alarms to the hospital's record, over MLLP."""

import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import anyio
from anyio.abc import ByteStream
from anyio.streams.tls import TLSStream

from connectors.listening import tls_to
from connectors.mllp.framing import LARGEST, Deframer, framed
from connectors.mllp.listener import PORT
from connectors.mllp.parsing import Message, at, parse
from connectors.mllp.writing import write, write_alarm
from connectors.opening import Opening, is_loopback
from sereno.domain.errors import MalformedInput, RefusedByPeer, SourceError
from sereno.domain.patients import Patient
from sereno.domain.stream import Subject
from sereno.domain.surveillance import Score
from sereno.ports import Clock, Outgoing, Topic

OPTIONS: Final = ("tell", "waveforms", "tries", "authority", "tls", "tls_certificate", "tls_key",
    "tls_password")  # fmt: skip
TOPICS: Final = (Topic.MEASURED, Topic.SCORES, Topic.ALARMS)
AT_ONCE: Final = 32  # of a page
APPLICATION: Final = "SERENO"
_CONNECT_WITHIN: Final = 10.0  # s
_ANSWER_WITHIN: Final = 30.0  # s, as many receivers give a sender
_ROWS: Final = 500  # OBX of one message
_KEY: Final = 15  # characters of a key in MSH-10, which holds 20; its number is behind it
_READ: Final = 64 << 10  # bytes
_ALERT_WITHIN: Final = 1.0  # s; by TLS 1.3 a refusal of our certificate comes after the handshake
_TAKEN: Final = frozenset({"AA", "CA"})
_REFUSED: Final = frozenset({"AE", "AR", "CE", "CR"})
CLOSED: Final = "it closed the connection; see its log"
NOBODY: Final = "nobody listens there; start it, or check its address and the network"
UNTRUSTED: Final = "no TLS connection could be made; check authority= and its certificate"
NO_TLS: Final = (
    "somebody listens there, and does not speak TLS; check the port, or leave out authority="
)
UNWELCOME: Final = (
    "it ended the TLS connection; see its log, and where it wants a certificate of ours, check "
    "tls_certificate= and tls_key="
)


def open_sender(opening: Opening) -> "Sender":
    """`mllp+out://HOST:2575?tell=scores,alarms&authority=FILE`."""
    opening.allow_options(*OPTIONS)
    address = opening.address(PORT)
    if address.user or address.rest:
        raise SourceError(f"a receiver is written mllp+out://HOST:{PORT}; take away the rest")
    tls = tls_to(opening)
    if tls is None and not is_loopback(address.host) and opening.options.get("tls") != "no":
        raise SourceError(
            "names and values would travel in the clear to another machine; add authority=FILE, "
            "or tls=no where the network is protected otherwise"
        )
    return Sender(
        Receiver(
            host=address.host,
            port=address.port,
            tls=tls,
            waveforms=opening.chosen("waveforms", "no", "yes", "no") == "yes",
            tries=int(opening.number("tries", 5, low=1, high=100)),
        ),
        topics=opening.topics(*TOPICS),
        clock=opening.clock,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who is told, and how. `tries` is how often what it refuses is sent."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    waveforms: bool = False
    tries: int = 5
    connect_within: float = _CONNECT_WITHIN
    answer_within: float = _ANSWER_WITHIN


class Sender:
    """A Destination that is told by HL7 v2: one message is on its way at a time."""

    live_first = False
    most = AT_ONCE

    def __init__(self, receiver: Receiver, *, topics: frozenset[Topic], clock: Clock) -> None:
        self.name = f"mllp:{receiver.host}:{receiver.port}"
        self.topics = topics
        self._receiver = receiver
        self._clock = clock
        self._stream: ByteStream | None = None
        self._deframer = Deframer(LARGEST)
        self._refusals: Counter[str] = Counter()  # by control id
        self._refused: dict[str, str] = {}  # for good, by control id, and why
        self._taken: set[str] = set()  # control ids of the page that is under way

    async def deliver(self, told: Sequence[Outgoing]) -> None:
        """Send each and wait for its answer; see `sereno.ports.Destination`."""
        try:
            for each in told:
                await self._tell(each)
        except BaseException:
            await self.close()
            raise
        self._taken.clear()
        self._refusals.clear()
        self._refused.clear()

    async def check(self) -> str:
        """Whether somebody listens there; see `sereno.ports.Reachable`. Raises SourceError."""
        try:
            stream = await self._connected()
            if self._receiver.tls:
                await _stays(stream)
        finally:
            await self.close()
        secured = "with TLS" if self._receiver.tls else "without TLS"
        return f"port {self._receiver.port} is listened on, {secured}"

    async def close(self) -> None:
        """Let go of the connection."""
        stream, self._stream = self._stream, None
        self._deframer = Deframer(LARGEST)
        if stream is not None:
            await anyio.aclose_forcefully(stream)

    async def _tell(self, told: Outgoing) -> None:
        """Send its messages. One that is refused is named last, so that the others are taken."""
        controls = []
        for number, content in enumerate(self._messages(told)):
            control = _control(told.key, number)
            controls.append(control)
            if control not in self._taken and control not in self._refused:
                self._judge(control, await self._answer(content, control))
        whys = [self._refused.pop(each) for each in controls if each in self._refused]
        if whys:
            self._taken.difference_update(controls)
            raise RefusedByPeer(told.key, whys[0])

    def _messages(self, told: Outgoing) -> Iterator[bytes]:
        """The messages of one row, each with a control id that is the same whenever it is sent."""
        subject, number = _subject(told.patient), 0
        waveforms = told.waveforms if self._receiver.waveforms else ()
        sent = self._clock.now()
        for first in range(0, max(len(told.observations), 1), _ROWS):
            some = told.observations[first : first + _ROWS]
            waves, scores = (waveforms, _told_first(told.scores)) if first == 0 else ((), [])
            if some or waves or scores:
                yield write(
                    subject, some, waves, application=APPLICATION, sent=sent,
                    control=_control(told.key, number), scores=scores,
                )  # fmt: skip
                number += 1
        alarms = {each.id: each for each in told.alarms}
        for event in told.events:
            if event.alarm in alarms:
                control = _control(told.key, number)
                yield write_alarm(
                    subject, alarms[event.alarm], event,
                    application=APPLICATION, sent=sent, control=control,
                )  # fmt: skip
                number += 1

    def _judge(self, control: str, answer: Message) -> None:
        """What an answer means: taken, or refused so often that it is for good.

        Raises SourceError where it is to be sent again.
        """
        (acknowledged,) = [each for each in answer.segments if each[0] == "MSA"]
        code = at(acknowledged, 1).strip()
        if code in _TAKEN:
            self._taken.add(control)
            self._refusals.pop(control, None)
            return
        if code not in _REFUSED:
            raise SourceError("its answer says neither AA, AE nor AR (MSA-1); see its log")
        self._refusals[control] += 1
        said = f"it answered {code}{_error(answer)}; see its log"
        if self._refusals[control] < self._receiver.tries:
            raise SourceError(said)
        del self._refusals[control]
        self._refused[control] = said

    async def _answer(self, content: bytes, control: str) -> Message:
        """Send, and wait for the answer to this very message. Raises SourceError."""
        try:
            stream = await self._connected()
            with anyio.fail_after(self._receiver.answer_within):
                await stream.send(framed(content))
                while True:
                    for frame in self._deframer.feed(await stream.receive(_READ)):
                        if (answer := _answers(frame.content, control)) is not None:
                            return answer
        except TimeoutError as exc:
            raise SourceError("it did not answer in time; see its log") from exc
        except _ENDED as exc:
            raise SourceError(UNWELCOME if self._receiver.tls else CLOSED) from exc

    async def _connected(self) -> ByteStream:
        """The connection, made at need. Raises SourceError."""
        if self._stream is None:
            self._stream = await _connect(self._receiver)
        return self._stream


_ENDED: Final = (
    OSError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError
)  # fmt: skip


async def _connect(receiver: Receiver) -> ByteStream:
    """A connection, with TLS where that is asked for. Raises SourceError."""
    try:
        with anyio.fail_after(receiver.connect_within):
            stream = await anyio.connect_tcp(receiver.host, receiver.port)
    except OSError as exc:
        raise SourceError(NOBODY) from exc
    if receiver.tls is None:
        return stream
    try:
        with anyio.fail_after(receiver.connect_within):
            return await TLSStream.wrap(
                stream, hostname=receiver.host, ssl_context=receiver.tls, standard_compatible=False
            )
    except BaseException as exc:
        await anyio.aclose_forcefully(stream)
        if isinstance(exc, ssl.SSLCertVerificationError):
            raise SourceError(UNTRUSTED) from exc
        if isinstance(exc, _ENDED):
            raise SourceError(NO_TLS) from exc
        raise


async def _stays(stream: ByteStream) -> None:
    """Wait whether it ends a connection that was just made. Raises SourceError."""
    try:
        with anyio.move_on_after(_ALERT_WITHIN):
            await stream.receive(1)
    except _ENDED as exc:
        raise SourceError(UNWELCOME) from exc


def _told_first(scores: Sequence[Score]) -> list[Score]:
    """Those with a total, without what was scored anew: a receiver would take it for the first."""
    return [each for each in scores if each.total is not None and each.rescored is None]


def _subject(patient: Patient) -> Subject:
    return Subject(
        identifier=patient.identifier,
        authority=patient.authority,
        name=patient.name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        bed=patient.bed,
    )


def _control(key: str, number: int) -> str:
    return f"{key[:_KEY]}-{number}"


def _answers(content: bytes, control: str) -> Message | None:
    """The answer in `content`, if it is one to that message."""
    try:
        messages = parse(content)
    except MalformedInput as exc:
        raise SourceError("its answer is no HL7 message; see its log") from exc
    for message in messages:
        for segment in message.segments:
            if segment[0] == "MSA" and at(segment, 2).strip() == control:
                return message
    return None


def _error(answer: Message) -> str:
    """The code of the first error that an answer tells; its words may quote what was sent."""
    for segment in answer.segments:
        if segment[0] == "ERR":
            code = answer.delimiters.first(at(segment, 3)).strip()
            if code.isascii() and code.isdigit() and len(code) < 6:
                return f" with error {code}"
    return ""
