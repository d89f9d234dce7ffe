"""What is to be told to others, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

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
