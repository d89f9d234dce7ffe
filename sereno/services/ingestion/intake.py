"""Between readers and writer: what a sender waits for is kept first, and answered then.

Whatever it takes to score what has come, its sender waits for one write alone. What nobody waits
for, such as a recording, goes to the writer as it is. What another process watches is left in the
inbox for it.
"""

import contextlib
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

import anyio
import anyio.lowlevel
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from sereno.domain.errors import SerenoError
from sereno.ports import Inbox, Received
from sereno.services.ingestion.patience import Caller
from sereno.services.ingestion.sources import Item

KEPT_AT_ONCE: Final = 512
GATHERED_OVER: Final = 8  # rounds of the event loop
NOBODYS: Final = ""
_log = logging.getLogger(__name__)


class Intake:
    """Keeps in the inbox what is to be answered, answers, and hands on what is ours.

    `holder` names this process; `ours` says whether it watches a patient. What is `done` is taken
    out of the inbox with the next that comes in, or by `tidy`.
    """

    def __init__(
        self, inbox: Inbox, holder: str, ours: Callable[[str], bool], caller: Caller
    ) -> None:
        self._inbox = inbox
        self._holder = holder
        self._ours = ours
        self._caller = caller
        self._done: list[int] = []
        self._returned: list[int] = []
        self._answered = False
        self._since: datetime | None = None

    async def run(
        self, arrived: MemoryObjectReceiveStream[Item], ready: MemoryObjectSendStream[Item]
    ) -> None:
        """Until no more arrives. A full `ready` holds the readers back."""
        async with arrived, ready:
            async for first in arrived:
                # Whoever sends at the same time is answered by the same write.
                for _ in range(GATHERED_OVER):
                    await anyio.lowlevel.checkpoint()
                for item in await self._keep([first, *_at_hand(arrived)]):
                    await ready.send(item)

    def answers(self) -> bool:
        """Whether anybody was answered since this was last asked."""
        answered, self._answered = self._answered, False
        return answered

    def done(self, numbers: Sequence[int]) -> None:
        """These stand in the record now."""
        self._done += numbers

    async def tidy(self) -> None:
        """Take out what is done, and give back what others are to do; or do so later."""
        if not (self._done or self._returned):
            return
        try:
            if self._returned:
                await self._caller.call(self._inbox.release, self._returned)
                self._returned = []
            with self._taking_out() as done:
                await self._caller.call(self._inbox.keep, (), (), done)
        except SerenoError as refused:
            _log.warning("the inbox is tidied later: %s", refused)

    def give_back(self, numbers: Sequence[int]) -> None:
        """These are left to whoever watches the patients now."""
        self._returned += numbers

    async def take(self, patients: Collection[str], most: int) -> list[Received]:
        """What others have left for us; nothing while the database refuses."""
        try:
            return await self._caller.call(self._inbox.take, self._holder, patients, most)
        except SerenoError as refused:
            _log.warning("what others received is looked for later: %s", refused)
            return []

    async def left_behind(self, most: int, after: int) -> list[Received]:
        """What the former process of our name had not done."""
        return await self._caller.insist(self._inbox.held, self._holder, most, after)

    def had_no_room(self) -> datetime | None:
        """Since when nothing could be kept, told once it can be again."""
        since, self._since = self._since, None
        return since

    async def _keep(self, items: Sequence[Item]) -> list[Item]:
        """What the writer is to have of these, once it is kept and answered."""
        due = [each for each in items if isinstance(each, Received) and each.batch.acknowledge]
        if not due:
            return list(items)
        holders = [self._holder if self._is_ours(each) else NOBODYS for each in due]
        with self._taking_out() as done:
            numbers = await self._caller.insist(self._inbox.keep, due, holders, done)
        self._since = self._caller.had_no_room() or self._since
        for each in due:
            await _answer(each)
        self._answered = True
        kept = {
            id(each): replace(each, number=number) if holder else None
            for each, holder, number in zip(due, holders, numbers, strict=True)
        }
        found = [kept.get(id(each), each) for each in items]
        return [each for each in found if each is not None]

    @contextmanager
    def _taking_out(self) -> Iterator[list[int]]:
        """What is done, while it is taken out; what is not taken out is still to be."""
        done, self._done = self._done, []
        try:
            yield done
        except BaseException:
            self._done += done
            raise

    def _is_ours(self, received: Received) -> bool:
        return received.patient is None or self._ours(received.patient)


async def _answer(received: Received) -> None:
    """Tell the sender; one that can not be told sends it again, and it is known by then."""
    acknowledge = received.batch.acknowledge
    if acknowledge is None:
        return
    try:
        await acknowledge(received.refused)
    except (SerenoError, OSError) as error:
        kind = type(error).__name__
        _log.warning("%s took no acknowledgement: %s", received.batch.source, kind)


def _at_hand(arrived: MemoryObjectReceiveStream[Item]) -> list[Item]:
    items: list[Item] = []
    with contextlib.suppress(anyio.WouldBlock, anyio.EndOfStream):
        while len(items) < KEPT_AT_ONCE - 1:
            items.append(arrived.receive_nowait())
    return items
