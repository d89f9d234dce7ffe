"""What is to be told to others, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from sereno.domain.patients import Patient, Stay
from sereno.domain.stream import Observation, WaveformChunk
from sereno.domain.surveillance import Alarm, AlarmEvent, Score


class Topic(StrEnum):
    """What a destination may ask to be told."""

    MEASURED = "measured"  # observations and waveforms, every one
    SCORES = "scores"
    ALARMS = "alarms"  # each alarm as it stands after a step of its life, with the step
    STAY = "stay"  # that somebody was discharged, or is back


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What one transaction has to tell of one patient; empty in what nobody asked for.

    `number` rises with the order in which it was kept, for each patient at least. `key` is random
    and the same however often it is delivered: who is told twice knows it by that. `live` is False
    of a recording.
    """

    number: int
    key: str
    time: datetime
    patient: Patient
    observations: tuple[Observation, ...] = ()
    waveforms: tuple[WaveformChunk, ...] = ()
    scores: tuple[Score, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    events: tuple[AlarmEvent, ...] = ()
    stay: Stay | None = None
    live: bool = True


class Destination(Protocol):
    """Somebody who is told: a program, another Sereno, the hospital's record, a folder.

    `name` has no patient data in it. `live_first` is that after an outage what is new goes first,
    and what has waited between, each in its order; else all goes in order. `most` is how many it
    takes at a time.
    """

    name: str
    topics: frozenset[Topic]
    live_first: bool
    most: int

    async def deliver(self, told: Sequence[Outgoing]) -> None:
        """Tell it, in this order; all of it has arrived for good once this returns.

        What is told again after an error, or after the process was killed, has the same keys.
        Raises SourceError where it is to be tried again later; RefusedByPeer where one of them
        will never be taken, whose key it names: the rest is told without it.
        """
        ...


@runtime_checkable
class Gathering(Protocol):
    """A destination that is told now and then: what waits is gathered for `every` so long."""

    every: timedelta


@runtime_checkable
class Closable(Protocol):
    """A destination that holds a connection between two pages."""

    async def close(self) -> None:
        """Let go of it; another page opens one anew."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a destination has been told. `number` is what it is called by in the outbox.

    `waiting` rows of `size` bytes wait for it, the first since `oldest`. It was `told` so many
    since it is there, has `refused` so many for good, and `given_up` are those that were too old,
    too many or damaged. Of those told `audited` stand in the audit log.
    """

    number: int
    topics: frozenset[Topic]
    waiting: int = 0
    size: int = 0
    oldest: datetime | None = None
    told: int = 0
    refused: int = 0
    given_up: int = 0
    audited: int = 0


class Outbox(Protocol):
    """What the store's commits have to tell others, sealed, until everybody has been told it.

    A row is kept in the transaction of what it is about, for those who are enlisted by then, and
    deleted once each of them has it or it was given up. Where each stands outlives any process.
    Calls of one destination come from one process at a time. All raise StorageFull or StorageError.
    """

    def enlist(
        self, identity: str, topics: frozenset[Topic], *, recordings: bool = True
    ) -> tuple[Standing, bool]:
        """Tell it from now on, of `topics`; and whether it is new, or was told of others before.

        `recordings` is whether it is told of patients who are not watched by the clock, too.
        """
        ...

    def standing(self, destination: int) -> Standing | None:
        """Where it stands; None for one that is dismissed."""
        ...

    def page(
        self, destination: int, most: int, *, first: int = 0, before: int | None = None
    ) -> list[Outgoing]:
        """What it has yet to be told, by number, of those from `first` on and before `before`.

        At most so many, and some megabytes, but one at least. Who was forgotten is left out; what
        is damaged is given up, and a dead letter tells of it. Raises KeyUnavailable where the key
        store lacks a key: nothing is given up for that.
        """
        ...

    def newest(self, destination: int) -> int:
        """The number of the last row that waits for it; 0 where none does."""
        ...

    def told(self, destination: int, numbers: Sequence[int]) -> None:
        """It has these for good."""
        ...

    def refuse(self, destination: int, source: str, told: Outgoing, reason: str) -> None:
        """It will never take this one: a dead letter of `source` tells why, without its content."""
        ...

    def give_up(self, destination: int, before: datetime, beyond: int) -> tuple[int, int]:
        """Give up what is older, and the oldest `beyond` bytes; how many rows and bytes went.

        That is some hundreds of rows a call, so that other writers are not held up; none is left
        to give up where none went.
        """
        ...

    def audited(self, destination: int, told: int) -> None:
        """The audit log tells of so many."""
        ...

    def see(self, identity: str) -> int | None:
        """It still stands in somebody's settings; its number, where it is enlisted."""
        ...

    def dismiss(self, before: datetime) -> dict[int, int]:
        """Tell no more who was last seen before then; how many rows went, of each.

        That is some hundreds of rows a call; all is done where it tells of nobody.
        """
        ...
