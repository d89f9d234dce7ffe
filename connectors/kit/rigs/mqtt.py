"""A device that publishes to a broker: a real mosquitto, on a port and in a folder of its own."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from connectors.kit.findings import NotTried
from connectors.kit.rig import TRY_AGAIN_S, Said, Sending, Unsayable
from connectors.kit.rigs.line import HERE, Line, free_port

_TOPIC: Final = "ward/kit"
_STARTS_WITHIN_S: Final = 20.0
_SUBSCRIBED: Final = re.compile(r"^\d+: \S+ [012] \S+$", re.MULTILINE)
# MQTT 3.1.1, where a packet is a kind, a length and what follows.
_CONNECT: Final = b"\x10\x0f\x00\x04MQTT\x04\x02\x00\x00\x00\x03kit"
_ANSWER: Final = 4  # bytes, of a CONNACK and of a PUBACK
_PUBLISH_ONCE_AT_LEAST: Final = 0x32


class MqttPublisher:
    """A `Rig` whose messages Sereno takes from a broker, which keeps them until then.

    A message has its topic in the first line, as among the dead letters.
    """

    waits = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._line = Line(self._port)
        self.source = ""
        self.nowhere = f"mqtt://{HERE}:1/{_TOPIC}"
        self._sending = Sending(self._deliver)
        self._stack = AsyncExitStack()
        self._broker: subprocess.Popen[bytes] | None = None
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        await self._start()
        await self._stack.enter_async_context(self._line)
        self.source = f"mqtt://{HERE}:{self._line.port}/{_TOPIC}"
        await self._stack.enter_async_context(self._sending)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._hang_up()
        await self._stack.aclose()
        if self._broker is not None:
            self._broker.kill()
            self._broker.wait()

    async def _start(self) -> None:
        program = shutil.which("mosquitto", path=f"/usr/sbin:{os.environ.get('PATH', '')}")
        if program is None:
            raise NotTried("there is no mosquitto here; apt-get install mosquitto")
        config = self._folder / "mosquitto.conf"
        lines = (
            f"listener {self._port} {HERE}", "user root", "allow_anonymous true",
            "persistence false", "max_queued_messages 0", "max_inflight_messages 0",
            "log_dest stderr", "log_type error", "log_type subscribe",
        )  # fmt: skip
        config.write_text("\n".join(lines) + "\n")
        self._broker = self._begun(program, config)
        async with asyncio.timeout(_STARTS_WITHIN_S):
            while not await _listens(self._port):  # noqa: ASYNC110 - a port tells no one
                await asyncio.sleep(TRY_AGAIN_S)

    def _begun(self, program: str, config: Path) -> subprocess.Popen[bytes]:
        with self._log.open("wb") as log:
            return subprocess.Popen([program, "-c", config], stdout=log, stderr=log)

    @property
    def _log(self) -> Path:
        return self._folder / "mosquitto.log"

    def message(self, said: Said) -> bytes:
        """What the template `sereno` reads."""
        if said.unit is not None:
            raise Unsayable("its messages name no unit")
        told: dict[str, object] = {"bed": said.who, "time": said.at.isoformat()}
        if said.value is None:
            told["quality"] = "sensor_off"
        told[said.signal.value] = 0 if said.value is None else said.value
        return _on_topic(json.dumps(told))

    def damaged(self, secret: str) -> Sequence[bytes]:
        """A value that is a name, a time that is, and what is no JSON."""
        now = datetime.now(UTC).isoformat()
        return (
            _on_topic(json.dumps({"bed": secret, "time": now, "heart_rate": secret})),
            _on_topic(json.dumps({"bed": secret, "time": secret, "heart_rate": 80})),
            _on_topic(f"{secret} is no message"),
        )

    def send(self, message: bytes) -> None:
        """Put it behind those that the broker does not have yet."""
        self._sending.send(message)

    def unanswered(self) -> int | None:
        """What the broker has, it keeps; whether Sereno acknowledged it, it does not tell."""
        return len(self._sending) or None

    async def cut(self) -> None:
        """Break the connection between Sereno and the broker."""
        await self._line.cut()

    async def _deliver(self, message: bytes) -> None:
        await self._subscribed()
        topic, _, payload = message.partition(b"\n")
        body = len(topic).to_bytes(2) + topic + (1).to_bytes(2) + payload
        try:
            if self._open is None:
                self._open = await asyncio.open_connection(HERE, self._port)
                self._open[1].write(_CONNECT)
                await self._open[0].readexactly(_ANSWER)
            reader, writer = self._open
            writer.write(bytes([_PUBLISH_ONCE_AT_LEAST]) + _length(len(body)) + body)
            await reader.readexactly(_ANSWER)
        except (OSError, EOFError):
            self._hang_up()
            raise

    async def _subscribed(self) -> None:
        """A broker keeps nothing for whom it has never seen."""
        while self._open is None and not _SUBSCRIBED.search(self._log.read_text()):  # noqa: ASYNC110
            await asyncio.sleep(TRY_AGAIN_S)

    def _hang_up(self) -> None:
        if self._open is not None:
            self._open[1].transport.abort()
            self._open = None


def _on_topic(payload: str) -> bytes:
    return f"{_TOPIC}\n{payload}".encode()


def _length(size: int) -> bytes:
    """MQTT's variable byte integer."""
    found = bytearray()
    while True:
        size, rest = divmod(size, 128)
        found.append(rest | (128 if size else 0))
        if not size:
            return bytes(found)


async def _listens(port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection(HERE, port)
        writer.transport.abort()
        return True
    return False
