"""The web process's end of the socket: asks the model process, and hears it word for word."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import anyio
from anyio.abc import SocketStream
from anyio.streams.buffered import BufferedByteReceiveStream

from sereno.domain.completion import Asked, Step
from sereno.domain.errors import Conflict, ModelError
from sereno.services.serving import wire
from sereno.services.serving.turns import BUSY

ABSENT: Final = "the model process is not running; start `sereno run`, or `sereno model serve`"
BROKE: Final = "the model process ended in the middle of the text; ask again"
# Beyond the deadline, which the model process keeps by itself, for its last words to arrive.
GRACE: Final = timedelta(seconds=5)


class Conversation:
    """One text being written. Leaving its context cancels it."""

    def __init__(self, stream: SocketStream) -> None:
        self._lines = BufferedByteReceiveStream(stream)
        self.waited_s = 0.0
        self._heard = False

    async def steps(self) -> AsyncIterator[Step]:
        """Its steps, to the last.

        Raises InvalidEntry for what can not be written at all, Conflict where others were first,
        ModelError where the model is missing or breaks.
        """
        while True:
            told = await self._told()
            if isinstance(told, wire.Failed):
                raise told.error
            if isinstance(told, wire.Waited):
                self.waited_s = told.seconds
                continue
            yield told
            if told.finish:
                return

    async def _told(self) -> wire.Told:
        try:
            line = await self._lines.receive_until(b"\n", wire.LONGEST_LINE)
            told = wire.read_answer(line)
        except (anyio.EndOfStream, anyio.IncompleteRead, anyio.BrokenResourceError) as exc:
            # Nothing at all: it had no room for us. Later: it died.
            raise ModelError(BROKE) if self._heard else Conflict(BUSY) from exc
        except (anyio.DelimiterNotFound, *wire.MALFORMED) as exc:
            raise ModelError("the model process is another release; restart `sereno run`") from exc
        self._heard = True
        return told


class Asking:
    """Asks the model process over the socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def ask(self, asked: Asked, patience: timedelta) -> AsyncIterator[Conversation]:
        """Ask for a text, for which its client waits no longer than `patience`.

        Raises ModelError where no model process runs, or it is silent beyond that.
        """
        stream = await self._connected()
        try:
            with anyio.fail_after((patience + GRACE).total_seconds()):
                await stream.send(wire.request(asked, patience))
                yield Conversation(stream)
        except TimeoutError as exc:
            raise ModelError("the model process does not answer; look into its log") from exc
        except anyio.BrokenResourceError as exc:
            raise ModelError(BROKE) from exc
        finally:
            with anyio.CancelScope(shield=True):
                await stream.aclose()

    async def _connected(self) -> SocketStream:
        try:
            folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as exc:
            raise ModelError(ABSENT) from exc
        try:
            return await anyio.connect_unix(wire.place(folder))
        except OSError as exc:
            raise ModelError(ABSENT) from exc
        finally:
            os.close(folder)
