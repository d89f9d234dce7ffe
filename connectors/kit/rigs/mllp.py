"""A monitor's gateway: it sends HL7 v2 over MLLP, and waits for the answer to each message."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final, Self

from connectors.kit.rig import Said, Sending
from connectors.kit.rigs.line import HERE, Line, free_port
from sereno.domain.vitals import VITALS

_START, _END = b"\x0b", b"\x1c\r"
_TIME: Final = "%Y%m%d%H%M%S+0000"


class Hl7Sender:
    """A `Rig` that connects to Sereno, which listens on `host`."""

    waits = True

    def __init__(self, _folder: Path, host: str = HERE) -> None:
        self._port = free_port()
        self.source = f"mllp://{host}:{self._port}"
        self.nowhere = "mllp://203.0.113.1:2575"  # RFC 5737: for documentation, nobody's
        self._line = Line(self._port, host)
        self._sending = Sending(self._deliver)
        self._numbers = count(1)
        self._stack = AsyncExitStack()
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._line)
        await self._stack.enter_async_context(self._sending)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._hang_up()
        await self._stack.aclose()

    def message(self, said: Said) -> bytes:
        """An ORU^R01 with one value."""
        vital = VITALS[said.signal]
        unit = said.unit or vital.unit
        value = "" if said.value is None else f"{said.value:g}"
        return self._oru(
            f"OBX|1|NM|{vital.loinc}^^LN||{value}|{unit}|||||F|||{said.at:{_TIME}}", said.who
        )

    def damaged(self, secret: str) -> Sequence[bytes]:
        """A value that is a name, one whose time is, and what is no message at all."""
        now = datetime.now(UTC)
        row = "OBX|1|NM|8867-4^^LN||{}|/min|||||F|||{}"
        return (
            self._oru(row.format(secret, f"{now:{_TIME}}"), secret),
            self._oru(row.format(80, secret), secret),
            f"{secret} is no message".encode(),
        )

    def _oru(self, row: str, who: str) -> bytes:
        now = f"{datetime.now(UTC):{_TIME}}"
        rows = (
            rf"MSH|^~\&|KIT|WARD|||{now}||ORU^R01^ORU_R01|{next(self._numbers)}|P|2.6",
            f"PID|||{who}^^^KIT^MR",
            f"OBR|1|||VITALS|||{now}",
            row,
        )
        return "".join(f"{each}\r" for each in rows).encode()

    def send(self, message: bytes) -> None:
        """Put it behind those that wait."""
        self._sending.send(message)

    def unanswered(self) -> int:
        """How many wait for an answer."""
        return len(self._sending)

    async def cut(self) -> None:
        """Break the connection."""
        await self._line.cut()

    async def _deliver(self, message: bytes) -> None:
        try:
            self._open = self._open or await asyncio.open_connection(HERE, self._line.port)
            reader, writer = self._open
            writer.write(_START + message + _END)
            await writer.drain()
            await reader.readuntil(_END)
        except (OSError, EOFError):
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        if self._open is not None:
            self._open[1].transport.abort()
            self._open = None
