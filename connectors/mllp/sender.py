"""The way back: what was measured, scores and alarms to the hospital's record, over MLLP."""

import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import anyio
from anyio.abc import ByteStream

from connectors.listening import tls_to
from connectors.mllp.framing import LARGEST, Deframer, framed
from connectors.mllp.listener import PORT
from connectors.mllp.parsing import Message, at, parse
from connectors.mllp.writing import write, write_alarm
from connectors.opening import Opening, is_loopback
from sereno.domain.errors import MalformedInput, RefusedByPeer, SourceError
from sereno.domain.patients import Patient
from sereno.domain.stream import Subject
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
_TAKEN: Final = frozenset({"AA", "CA"})
_REFUSED: Final = frozenset({"AE", "AR", "CE", "CR"})


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
        self._refusals: Counter[str] = Counter()
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

    async def check(self) -> str:
        """Whether somebody listens there; see `sereno.ports.Reachable`. Raises SourceError."""
        await self._connected()
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
        for number, content in enumerate(self._messages(told)):
            control = _control(told.key, number)
            if control in self._taken:
                continue
            self._judge(told.key, await self._answer(content, control))
            self._taken.add(control)

    def _messages(self, told: Outgoing) -> Iterator[bytes]:
        """The messages of one row, each with a control id that is the same whenever it is sent."""
        subject, number = _subject(told.patient), 0
        waveforms = told.waveforms if self._receiver.waveforms else ()
        sent = self._clock.now()
        for first in range(0, max(len(told.observations), 1), _ROWS):
            some = told.observations[first : first + _ROWS]
            waves, scores = (waveforms, told.scores) if first == 0 else ((), ())
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

    def _judge(self, key: str, answer: Message) -> None:
        """What an answer means. Raises SourceError, and RefusedByPeer after so many refusals."""
        (acknowledged,) = [each for each in answer.segments if each[0] == "MSA"]
        code = at(acknowledged, 1).strip()
        if code in _TAKEN:
            return
        if code not in _REFUSED:
            raise SourceError("its answer says neither AA, AE nor AR (MSA-1); see its log")
        self._refusals[key] += 1
        said = f"it answered {code}{_error(answer)}; see its log"
        if self._refusals[key] >= self._receiver.tries:
            del self._refusals[key]
            raise RefusedByPeer(key, said)
        raise SourceError(said)

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
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError) as exc:
            raise SourceError("it closed the connection; see its log") from exc

    async def _connected(self) -> ByteStream:
        """The connection, made at need. Raises SourceError."""
        if self._stream is None:
            receiver = self._receiver
            try:
                with anyio.fail_after(_CONNECT_WITHIN):
                    self._stream = await _connect(receiver)
            except ssl.SSLError as exc:
                raise SourceError(
                    "no TLS connection could be made; check authority= and its certificate"
                ) from exc
            except (OSError, TimeoutError, anyio.BrokenResourceError, anyio.EndOfStream) as exc:
                raise SourceError(
                    "nobody listens there; start it, or check its address and the network"
                ) from exc
        return self._stream


async def _connect(receiver: Receiver) -> ByteStream:
    if receiver.tls is None:
        return await anyio.connect_tcp(receiver.host, receiver.port)
    return await anyio.connect_tcp(
        receiver.host, receiver.port, ssl_context=receiver.tls, tls_hostname=receiver.host,
        tls_standard_compatible=False,
    )  # fmt: skip


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
