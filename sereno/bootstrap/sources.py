"""Where observations come from: recordings, and what the settings name."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import anyio

from sereno.bootstrap.clocks import SystemClock
from sereno.domain.errors import NotFound, SerenoError
from sereno.domain.stream import Batch, Subject
from sereno.ports import Clock, Connector, Reachable, Rereadable, Store

if TYPE_CHECKING:
    from sereno.bootstrap.composition import Services


FOUND_WITHIN_S: Final = 10


def recorded(source: str, clock: Clock | None = None) -> Connector:
    """A recording as fast as it can be read, with its own times. Raises SourceError.

    A simulated one ends at what `clock` says; None is the machine's.
    """
    from connectors import open_source

    return open_source(source, speed=None, clock=clock or SystemClock())


def configured_sources(given: "Services") -> list[Connector]:
    """What the settings name, opened once it is read."""
    sources = enumerate(given.settings.sources, 1)
    return [OpenedWhenRead(number, source, given) for number, source in sources]


def as_somebodys(connector: Connector, typed: str, store: Store) -> Connector:
    """`connector`, whose messages are of whom `typed` names: somebody on record, where one is.

    By id, identifier, bed or name; else somebody new is called that. Raises Conflict where it
    fits several.
    """
    try:
        known = store.find(typed)
    except NotFound:
        return connector
    subject = Subject(identifier=known.identifier, authority=known.authority)
    return _OfSomebodyKnown(connector, typed, subject)


class _OfSomebodyKnown:
    """What names nobody, and so bears what was typed, is `subject`'s."""

    def __init__(self, behind: Connector, typed: str, subject: Subject) -> None:
        self.name = behind.name
        self._behind, self._typed, self._subject = behind, typed, subject

    async def batches(self) -> AsyncIterator[Batch]:
        async for batch in self._behind.batches():
            its = batch.subject
            bears = its is not None and (its.identifier, its.authority) == (self._typed, "")
            yield replace(batch, subject=self._subject) if bears else batch


def rereaders_of(
    sources: tuple[str, ...], open_: Callable[[str], Connector]
) -> Mapping[str, Rereadable]:
    """Those of the settings' sources that can read one message again, by their names.

    One that can not be opened now is left out.
    """
    found = {}
    for number, source in enumerate(sources, 1):
        try:
            connector = open_(source)
        except SerenoError:
            continue
        if isinstance(connector, Rereadable):
            found[_named(number, source)] = connector
    return found


def known_schemes() -> list[str]:
    """The schemes of sources that can be read here."""
    from connectors import known_schemes as schemes

    return schemes()


async def try_source(given: "Services", source: str) -> str:
    """What is found at `source`, in a line; nothing of it is kept. Raises SourceError."""
    connector = given.source(source)
    if isinstance(connector, Reachable):
        return await connector.check()
    with anyio.move_on_after(FOUND_WITHIN_S):
        async with aclosing(connector.batches()) as batches:  # type: ignore[type-var]
            async for first in batches:
                return f"it can be read: {_held(first)} come first"
        return "it can be read, and holds nothing"
    return f"it can be opened; nothing came within {FOUND_WITHIN_S} s"


def _named(number: int, source: str) -> str:
    return f"{source.partition(':')[0]} (source {number})"  # a path may name somebody


def _held(batch: Batch) -> str:
    counts = {
        "value": len(batch.observations),
        "stretch of waveform": len(batch.waveforms),
        "unread piece": len(batch.rejected),
    }
    plural = {"stretch of waveform": "stretches of waveform"}
    named = [
        f"{n} {what if n == 1 else plural.get(what, what + 's')}" for what, n in counts.items() if n
    ]
    return ", ".join(named) or "none"


class OpenedWhenRead:
    """A source of the settings: one that can not be opened does not keep the others from it."""

    def __init__(self, number: int, source: str, given: "Services") -> None:
        self.name = _named(number, source)
        self._source = source
        self._given = given

    async def batches(self) -> AsyncIterator[Batch]:
        """Open it, each time anew, and read. Raises SourceError."""
        source = self._source
        if source.startswith("sim:") and self._given.views.patients(discharged=True):
            # A ward that starts anew has another past; the one that is stored stands.
            source = re.sub(r"(?<=[?&])history=[^&]*&?", "", source).rstrip("?&")
        async for batch in self._given.source(source).batches():
            yield batch
