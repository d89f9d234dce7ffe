"""A watched folder: files of every known kind are read as they arrive, each once.

What was read is moved to `done/`, what could not be to `failed/`; nothing is ever deleted. A file
is moved once all of it is on disk, so that one whose reading was interrupted is read again.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread

from connectors.folder.inbox import DONE, FAILED, Arrival, Inbox
from connectors.folder.kinds import TABLES, reader_of
from connectors.opening import Opening, is_folder, path_of
from connectors.replay.naming import name_of
from connectors.replay.player import Recording, Replay
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch, Rejected

OPTIONS: Final = ("every", "live", "map", "numbering", "once")
_TRIES: Final = 5  # of a file that can not be opened: another program may still hold it
_log = logging.getLogger(__name__)


def open_folder(opening: Opening) -> "Folder":
    """`folder:PATH?every=5s&map=FILE&numbering=NAME&live=1&once=1`."""
    opening.allow_options(*OPTIONS)
    if opening.shift:
        raise SourceError("a watched folder keeps the times of its files; leave --shift out")
    root = path_of(opening.path)
    if not is_folder(root):
        raise SourceError("there is no such folder; make it, and check the path after 'folder:'")
    return Folder(opening, root)


class Folder:
    """A Connector and a Reachable. It never ends, but for `once`."""

    def __init__(self, opening: Opening, root: Path) -> None:
        self.name = name_of("folder", root.absolute())
        self._opening = opening
        self._every = opening.duration("every", 5, low=0.1, high=3600)
        self._live = bool(opening.number("live", 0, low=0, high=1))
        self._once = bool(opening.number("once", 0, low=0, high=1))
        self._root = root
        self._tries: dict[Path, int] = {}
        self.taken = self.failed = 0  # files, since it was opened

    async def check(self) -> str:
        """How many files wait; see `sereno.ports.Reachable`."""
        inbox = Inbox(self._root, self._opening.clock)
        return f"the folder is there; {await anyio.to_thread.run_sync(inbox.waiting)} files wait"

    def batches(self) -> AsyncIterator[Batch]:
        """What arrives, for ever; see `sereno.ports.Connector`."""
        return self._batches()

    async def _batches(self) -> AsyncGenerator[Batch]:
        inbox = Inbox(self._root, self._opening.clock)
        await anyio.to_thread.run_sync(inbox.prepare)
        while True:
            arrivals = await anyio.to_thread.run_sync(inbox.ready)
            for arrival in arrivals:
                async with aclosing(self._read(arrival, inbox)) as batches:
                    async for batch in batches:
                        yield batch
            if self._once and not arrivals and not inbox.restless:
                return
            await self._opening.sleep(self._every)

    async def _read(self, arrival: Arrival, inbox: Inbox) -> AsyncGenerator[Batch]:
        """One file's batches; then, once they are on disk, it is put where it belongs."""
        receipts = _Receipts()
        wrong = None
        try:
            recording = await anyio.to_thread.run_sync(self._opened, arrival, inbox)
            replay = Replay(recording, clock=self._opening.clock, speed=None)
            async with aclosing(replay.batches()) as batches:
                async for batch in batches:
                    yield receipts.for_(replace(batch, source=self.name, live=self._live))
        except MalformedInput as exc:
            wrong = str(exc)
        except SourceError as exc:
            if self._again(arrival):
                return
            wrong = str(exc)
        except Exception as exc:  # noqa: BLE001 - one file must not keep the others from being read
            wrong = f"reading it broke ({type(exc).__name__}); report it"
            _log.error("%s: a file broke its reader (%s)", self.name, type(exc).__name__)
        if wrong is not None:
            letter = Rejected(inbox.told(arrival), f"a file was not read to its end: {wrong}")
            yield receipts.for_(
                Batch(source=self.name, subject=None, rejected=(letter,), live=self._live)
            )
        await receipts.all()
        failed = wrong is not None or receipts.refused
        await anyio.to_thread.run_sync(inbox.put, arrival, FAILED if failed else DONE)
        self._count(arrival, failed=failed)

    def _opened(self, arrival: Arrival, inbox: Inbox) -> Recording:
        if arrival.kind is None:
            raise MalformedInput("it is of no kind that is read here; see the manual's list")
        options = {}
        if arrival.kind in TABLES:
            given = self._opening.options
            options = {name: given[name] for name in ("map",) if name in given}
            options["numbering"] = given.get("numbering", "")
        path = arrival.path.with_suffix("") if arrival.kind == "wfdb" else arrival.path
        return reader_of(arrival.kind)(
            replace(
                self._opening,
                scheme=arrival.kind,
                path=str(path),
                options=options,
                patient=self._opening.patient or inbox.patient_of(arrival),
                speed=None,
            )
        )

    def _again(self, arrival: Arrival) -> bool:
        """Whether a file that could not be opened is tried once more at the next look."""
        tries = self._tries.get(arrival.path, 0) + 1
        if tries >= _TRIES:
            self._tries.pop(arrival.path, None)
            return False
        self._tries[arrival.path] = tries
        return True

    def _count(self, arrival: Arrival, *, failed: bool) -> None:
        self._tries.pop(arrival.path, None)
        self.taken += not failed
        self.failed += failed
        _log.info("%s: %d files read, %d not", self.name, self.taken, self.failed)


class _Receipts:
    """What of a file's batches is not yet on disk."""

    def __init__(self) -> None:
        self._left = 0
        self._none_left = anyio.Event()
        self.refused = False

    def for_(self, batch: Batch) -> Batch:
        """`batch`, whose receipt is waited for."""
        self._left += 1
        about_somebody = batch.subject is not None
        return replace(batch, acknowledge=partial(self._received, about_somebody))

    async def _received(self, about_somebody: bool, reason: str | None) -> None:  # noqa: FBT001
        self._left -= 1
        self.refused = self.refused or (about_somebody and reason is not None)
        if self._left == 0:
            self._none_left.set()
            self._none_left = anyio.Event()

    async def all(self) -> None:
        """Wait for all of them."""
        while self._left:
            await self._none_left.wait()
