"""A line between a device and Sereno that can be cut."""

import asyncio
import socket
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final, Self

_PIECE: Final = 1 << 16  # bytes
HERE: Final = "127.0.0.1"


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.create_server((HERE, 0)) as found:
        port: int = found.getsockname()[1]
        return port


class Line:
    """Hands on what comes at `port` to `to` of `host`, and back, until it is cut."""

    def __init__(self, to: int, host: str = HERE) -> None:
        self._to = to
        self._host = host
        self.port = 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, HERE, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        await self.cut()

    async def cut(self) -> None:
        """Break every connection, in both directions and without a goodbye."""
        for end in self._ends:
            end.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._ends.add(writer)
        with suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection(self._host, self._to)
            self._ends.add(far_writer)
            try:
                await _until_one_ends(_pump(reader, far_writer), _pump(far_reader, writer))
            finally:
                far_writer.transport.abort()
                self._ends.discard(far_writer)
        writer.transport.abort()
        self._ends.discard(writer)


async def _until_one_ends(*pumps: Coroutine[Any, Any, None]) -> None:
    tasks = {asyncio.create_task(each) for each in pumps}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_PIECE):
        writer.write(data)
        await writer.drain()
