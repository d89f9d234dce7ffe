"""A receiver of HL7 v2 of another make: it takes and refuses as a test wants."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from anyio.abc import ByteStream, SocketAttribute

from connectors.mllp.framing import Deframer, framed
from connectors.mllp.parsing import Message, at, parse

ACK = "MSH|^~\\&|R||SERENO||||ACK|1|P|2.6\rMSA|{code}|{control}\r{error}"


@dataclass
class Record:
    """A receiver of another make: it answers each message with the next of `codes`, then AA."""

    codes: list[str] = field(default_factory=list)
    error: str = ""
    seen: list[Message] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    answer: Callable[[ByteStream, str], Awaitable[None]] | None = None

    async def serve(self, stream: ByteStream) -> None:
        self.connections += 1
        deframer = Deframer()
        async with stream:
            while True:
                try:
                    data = await stream.receive()
                except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
                    return
                for frame in deframer.feed(data):
                    (message,) = parse(frame.content)
                    self.seen.append(message)
                    control = at(message.header, 10)
                    if self.answer is not None:
                        await self.answer(stream, control)
                    else:
                        await stream.send(self.ack(control))

    def ack(self, control: str) -> bytes:
        code = self.codes.pop(0) if self.codes else "AA"
        error = "" if code == "AA" else self.error
        return framed(ACK.format(code=code, control=control, error=error).encode())

    @property
    def controls(self) -> list[str]:
        return [at(each.header, 10) for each in self.seen]


@asynccontextmanager
async def receiving(record: Record) -> AsyncIterator[Record]:
    listener = await anyio.create_tcp_listener(local_host="localhost")
    record.port = listener.extra(SocketAttribute.local_port)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, record.serve)
        yield record
        tasks.cancel_scope.cancel()
