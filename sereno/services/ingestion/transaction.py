"""What one transaction keeps about each patient, gathered as it is found."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from sereno.domain.patients import Discharge, Note, Patient, Stay
from sereno.domain.stream import Batch, Observation, Rejected, WaveformChunk
from sereno.domain.surveillance import Alarm, AlarmEvent, Episode, Score
from sereno.ports import Commit, Received
from sereno.scoring.late import parted
from sereno.scoring.limits import MOST_AHEAD
from sereno.scoring.watch import Findings, Watch
from sereno.scoring.waveforms.listener import Listener
from sereno.services.letters import written
from sereno.services.live import framed

LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Watched:
    """One patient at hand. `told` is when the watch was last told the time.

    `listener` judges what comes by its waveforms, from where the watch stood when it began.
    """

    patient: Patient
    watch: Watch
    live: bool
    told: datetime
    listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self.listener = Listener(self.watch.now)

    def learn(self, known: Patient) -> None:
        """Take what is recorded; whether they are discharged, who has the patient knows best."""
        self.patient = replace(known, discharged=self.patient.discharged)

    def discharge(self, discharge: Discharge) -> None:
        """Their stay has ended."""
        self.patient = replace(self.patient, discharged=discharge)
        self.live = False
        self.listener = Listener(self.watch.now)

    def readmit(self, at: datetime, *, live: bool, awaited: bool) -> None:
        """They are back; see `Watch.readmit`."""
        self.patient = replace(self.patient, discharged=None)
        self.live = live
        self.watch.readmit(at, awaited=awaited)


@dataclass(slots=True)
class Changes:
    """What the next transaction keeps about one patient; the latest of each alarm and episode."""

    patient: str
    observations: list[Observation] = field(default_factory=list)
    waveforms: list[WaveformChunk] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    episodes: dict[str, Episode] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    events: list[AlarmEvent] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    carried_out: list[str] = field(default_factory=list)
    moved: bool = False  # whether the watch's state is to be kept
    stay: Stay | None = None  # whether it has ended or goes on, where that has changed
    letters: list[int] = field(default_factory=list)  # dead letters that are settled by it
    taken_back: bool = False  # whether they are back since they are measured, and nobody said so

    def add(self, findings: Findings) -> None:
        """Add what the watch found."""
        self.scores += findings.scores
        self.episodes |= {each.id: each for each in findings.episodes}
        self.alarm(findings.alarms, findings.events)
        self.moved = True

    def alarm(self, alarms: Iterable[Alarm], events: Iterable[AlarmEvent]) -> None:
        """Add alarms as they stand now, and what happened to them."""
        self.alarms |= {each.id: each for each in alarms}
        self.events += events

    def turn(self, stay: Stay) -> None:
        """Their stay has ended, or goes on again."""
        self.stay, self.moved = stay, True

    def commit(self, watched: Watched, now: datetime) -> Commit:
        """All of it, with the state from which watching goes on.

        Of the living a value that is dated in the future must not stand for the present.
        """
        state = framed(watched.watch.snapshot(), live=watched.live) if self.moved else None
        return Commit(
            patient=self.patient,
            observations=tuple(self.observations),
            waveforms=tuple(self.waveforms),
            scores=tuple(self.scores),
            episodes=tuple(self.episodes.values()),
            alarms=tuple(self.alarms.values()),
            events=tuple(self.events),
            notes=tuple(self.notes),
            state=state,
            carried_out=tuple(self.carried_out),
            stay=self.stay,
            letters=tuple(self.letters),
            holders=watched.watch.holders,
            horizon=now + MOST_AHEAD if watched.live else None,
        )


def tell(
    watched: Watched, changes: Changes, observations: Sequence[Observation], now: datetime
) -> list[Observation]:
    """Tell the watch what was measured; what of it came late, and it was not told."""
    timely, late = parted(observations, watched.watch.heard, now if watched.live else None)
    if timely:
        changes.add(watched.watch.observe(in_order(timely)))
    return late


def put_off(watched: Watched, changes: Changes, late: Sequence[Observation]) -> bool:
    """Note that these are to be judged anew; whether there are any."""
    if late:
        watched.watch.fall_behind(late)
        changes.moved = True
    return bool(late)


@dataclass(slots=True)
class Transaction:
    """One transaction's worth, and what arrived that it is made of.

    `elsewhere` are the numbers in the inbox of what another process is to take.
    """

    changes: dict[str, Changes] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)
    dead_letters: list[tuple[str, Rejected]] = field(default_factory=list)
    arrived: list[Received] = field(default_factory=list)
    elsewhere: list[int] = field(default_factory=list)

    def of(self, patient: str) -> Changes:
        """The patient's changes, begun at need."""
        return self.changes.setdefault(patient, Changes(patient))

    @property
    def letters(self) -> frozenset[int]:
        """The dead letters that are settled by it, of whichever patient."""
        return frozenset(one for each in self.changes.values() for one in each.letters)

    def bury(self, item: Received, reason: str) -> None:
        """Put what arrived among the dead letters."""
        self.dead_letters += [(item.batch.source, each) for each in _unread(item.batch, reason)]

    @property
    def done(self) -> list[int]:
        """The numbers in the inbox of what arrived."""
        return [each.number for each in self.arrived if each.number is not None]

    def bury_merge(self, item: Received, reason: str) -> None:
        """Put a merge that can not be carried out among the dead letters."""
        self.dead_letters.append((item.batch.source, Rejected(b"", f"a merge: {reason}")))
        self.arrived.append(item)

    def hand_on(self, item: Received, reason: str) -> None:
        """Leave what another process is to take to it; what is in no inbox is buried."""
        if item.number is None:
            self.bury(item, reason)
        else:
            self.elsewhere.append(item.number)

    def drop(self, patient: str, reason: str | None) -> None:
        """Keep nothing of a patient; with a reason, what arrived goes to the dead letters."""
        for each in self._take_out(patient):
            self.arrived.append(each)
            if reason:
                self.bury(each, reason)

    def drop_elsewhere(self, patient: str, reason: str) -> None:
        """Keep nothing of a patient whom another process watches now."""
        for each in self._take_out(patient):
            self.hand_on(each, reason)

    def _take_out(self, patient: str) -> list[Received]:
        """Keep nothing of a patient; what arrived of them."""
        self.changes.pop(patient, None)
        self.commits = [each for each in self.commits if each.patient != patient]
        theirs = [each for each in self.arrived if each.patient == patient]
        self.arrived = [each for each in self.arrived if each.patient != patient]
        return theirs


def _unread(batch: Batch, reason: str) -> Iterator[Rejected]:
    """Its values for the dead letters; waveforms are too many."""
    if batch.observations or batch.waveforms:
        yield Rejected(json.dumps(written(batch.observations)).encode(), reason)


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """Oldest first, as a watch takes them."""
    return sorted(observations, key=lambda each: each.time)
