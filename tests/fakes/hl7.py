"""HL7 v2 messages of nobody, and a sender that speaks MLLP over a real socket."""

import ssl
from collections.abc import Iterable
from datetime import UTC, tzinfo
from pathlib import Path

import anyio
from anyio.abc import ByteStream

from connectors.codes import CodeMap
from connectors.mllp.coding import Codes
from connectors.mllp.framing import Deframer, framed
from connectors.mllp.parsing import Message, parse
from connectors.mllp.reading import Reader, Reading
from connectors.mllp.times import Times
from sereno.domain.stream import Observation

SAMPLES = Path(__file__).parents[1] / "data" / "hl7"
SENT = "20260314120000+0000"
PID = "PID|||SYN-1^^^SYNTH^MR||Doe^Jane||19500101|F"
PV1 = "PV1||I|ICU^4^B"
NAME = "mllp:2575"


def header(
    kind: str = "ORU^R01^ORU_R01", *, control: str = "17", version: str = "2.6", rest: str = ""
) -> str:
    return rf"MSH|^~\&|MON|WARD|EHR|HOSP|{SENT}||{kind}|{control}|P|{version}{rest}"


def obx(
    code: str = "8867-4^HR^LN", value: str = "82", unit: str = "/min", *, kind: str = "NM",
    sub: str = "", flag: str = "", status: str = "F", time: str = SENT, device: str = "",
) -> str:  # fmt: skip
    return f"OBX||{kind}|{code}|{sub}|{value}|{unit}||{flag}|||{status}|||{time}||||{device}"


def oru(*rows: str, first: str | None = None, about: Iterable[str] = (PID, PV1)) -> bytes:
    return "".join(f"{line}\r" for line in (first or header(), *about, "OBR|1", *rows)).encode()


def adt(event: str, *segments: str, mode: str = "P") -> bytes:
    first = header(f"ADT^{event}").replace("|P|", f"|{mode}|")
    return "".join(f"{line}\r" for line in (first, *segments)).encode()


def reader(codes: dict[str, object] | None = None, *, zone: tzinfo = UTC) -> Reader:
    found = CodeMap.model_validate({"codes": codes or {}})
    return Reader(NAME, Codes(found), Times(zone))


def read(content: bytes, by: Reader | None = None) -> Reading:
    """The one message in `content`."""
    (message,) = parse(content)
    return (by or reader()).read(message)


def told(content: bytes, by: Reader | None = None) -> list[Observation]:
    """What was measured, by the one message in `content`."""
    return [each for batch in read(content, by).batches for each in batch.observations]


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.hl7").read_bytes()


class Sender:
    """Sends messages to a port and waits for answers."""

    def __init__(self, stream: ByteStream) -> None:
        self.stream = stream
        self._deframer = Deframer()
        self._answers: list[Message] = []

    @classmethod
    async def connect(cls, port: int, tls: ssl.SSLContext | None = None) -> "Sender":
        if tls is None:
            return cls(await anyio.connect_tcp("127.0.0.1", port))
        return cls(
            await anyio.connect_tcp("127.0.0.1", port, ssl_context=tls, tls_hostname="localhost")
        )

    async def send(self, content: bytes) -> None:
        await self.stream.send(framed(content))

    async def raw(self, content: bytes) -> None:
        await self.stream.send(content)

    async def answer(self) -> Message:
        """The next answer."""
        while not self._answers:
            for frame in self._deframer.feed(await self.stream.receive()):
                self._answers += parse(frame.content)
        return self._answers.pop(0)

    async def ask(self, content: bytes) -> tuple[str, str]:
        """MSA-1 and MSA-2 of the answer to `content`."""
        await self.send(content)
        return verdict(await self.answer())


def verdict(answered: Message) -> tuple[str, str]:
    """MSA-1 and MSA-2."""
    msa = next(each for each in answered.segments if each[0] == "MSA")
    return msa[1], msa[2]
