"""What stands for a device, so that the kit can make it speak."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self, runtime_checkable

from sereno.domain.vitals import Signal

TRY_AGAIN_S: Final = 0.05
MOST_WAITING: Final = 100_000  # messages that a device of the kit keeps


class Unsayable(Exception):
    """The device has no words for it: a unit where its protocol has none, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One value that the kit has the device tell.

    `who` is a bed or an identifier. `at` is UTC, a whole second, by the device's clock. `value` is
    in the vocabulary's unit, or in `unit` (UCUM); None says that nothing is attached.
    """

    who: str
    at: datetime
    value: float | None
    signal: Signal = Signal.HEART_RATE
    unit: str | None = None


@runtime_checkable
class Rig(Protocol):
    """A device, or a program that behaves like one. The kit opens it with `async with`.

    `source` is what Sereno is given to read it, for as long as it is open; `nowhere` is one of the
    same scheme where nobody is, or where this process may not listen. `waits` says whether it keeps
    what is not acknowledged and sends that again, by itself, as soon as it is connected.
    """

    source: str
    nowhere: str
    waits: bool

    def message(self, said: Said) -> bytes:
        """One message that tells `said`. Raises Unsayable."""
        ...

    def damaged(self, secret: str) -> Sequence[bytes]:
        """Messages that hold `secret`, a patient's name, and can not be read: at least one."""
        ...

    def send(self, message: bytes) -> None:
        """Have `message` sent as soon as may be, after those before it. Does not wait."""
        ...

    def unanswered(self) -> int | None:
        """How many messages are not acknowledged by Sereno yet; None where it can not tell."""
        ...

    async def cut(self) -> None:
        """Break all connections without a goodbye. What comes next is connected anew."""
        ...


# Opens the rig of a scheme; it is given an empty folder. What projects name as `sereno.rigs`.
OpenRig = Callable[[Path], AbstractAsyncContextManager[Rig]]


class Sending:
    """A sender with one message on its way: the next goes when that one is answered.

    `deliver` sends one message and returns once it is answered; where it raises OSError or
    EOFError, the message is sent again.
    """

    def __init__(self, deliver: Callable[[bytes], Awaitable[None]]) -> None:
        self._deliver = deliver
        self._waiting: deque[bytes] = deque()
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def send(self, message: bytes) -> None:
        """Put it behind those that wait."""
        if len(self._waiting) >= MOST_WAITING:
            raise OverflowError("the device keeps no more; read what it sends")
        self._waiting.append(message)
        self._more.set()

    def __len__(self) -> int:
        return len(self._waiting)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            if not self._waiting:
                self._more.clear()
                await self._more.wait()
            try:
                await self._deliver(self._waiting[0])
            except (OSError, EOFError):
                await asyncio.sleep(TRY_AGAIN_S)
            else:
                self._waiting.popleft()
