"""What a patient's waveforms say of the numbers that come with them, and the rates they give.

A number whose own waveform is bad is marked as artefact, and where nobody measures a rate it is
derived from a good waveform. Nothing that tells a crisis is hidden by it:

- Only faults of the sensor mark (`Fault.spoils`): never a flat line, which may be asystole; never
  the want of beats, which may be fibrillation; never a gap, which says nothing.
- Every lead of that waveform from the number's own source must have such a fault.
- A value beyond an alarm's limit is marked only where another good waveform of the patient shows
  a rate that is within the limits and another one, and for no longer than `MOST_HELD`. There is
  no such witness for a saturation: one that is too low is never marked. Nor is a slow pulse: an
  ECG that looks well may have none.

What another Sereno relays it has judged already: nothing of that is marked, nor derived of it.

A listener is pure: time is that of the samples. It remembers some seconds, and nothing of a
restart; until they are full again it says nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np

from sereno.domain.stream import (
    Observation,
    Quality,
    WaveformChunk,
    derived_from,
    derived_source,
    is_charted,
    is_relayed,
)
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.readings import HEART
from sereno.scoring.waveforms import quality
from sereno.scoring.waveforms.breaths import of_respiration
from sereno.scoring.waveforms.quality import Assessment, Verdict
from sereno.scoring.waveforms.strip import Strip

# The waveform by which a number is judged.
OWN: Final[Mapping[Signal, Signal]] = MappingProxyType(
    {
        Signal.HEART_RATE: Signal.ECG,
        Signal.PULSE_RATE: Signal.PLETH,
        Signal.SPO2: Signal.PLETH,
    }
)
# By what a value beyond a limit may be contradicted.
WITNESS: Final[Mapping[Signal, Signal]] = MappingProxyType(
    {Signal.HEART_RATE: Signal.PLETH, Signal.PULSE_RATE: Signal.ECG}
)
APART: Final = 10.0  # /min between a value and its witness, to contradict it
FRESH: Final = timedelta(seconds=5)  # how far a judgement may lie from a number's time
MOST_HELD: Final = timedelta(seconds=60)
STEP: Final = timedelta(seconds=2)  # how often a stretch is judged
MOST_STRIPS: Final = 8  # leads of one patient that are followed; a bedside monitor sends five

# What is derived of each waveform, how often it is told, and from how many seconds at which rate.
RATES: Final[Mapping[Signal, Signal]] = MappingProxyType(
    {
        Signal.ECG: Signal.HEART_RATE,
        Signal.PLETH: Signal.PULSE_RATE,
        Signal.RESPIRATION: Signal.RESPIRATORY_RATE,
    }
)
EVERY: Final[Mapping[Signal, timedelta]] = MappingProxyType(
    {
        Signal.ECG: timedelta(seconds=6),
        Signal.PLETH: timedelta(seconds=6),
        Signal.RESPIRATION: timedelta(seconds=16),
    }
)
BREATHS_OVER: Final = 32.0  # s: five breaths where somebody breathes slowly
_STRIPS: Final[Mapping[Signal, tuple[float, float]]] = MappingProxyType(
    {
        Signal.ECG: (quality.STRETCH, 100.0),
        Signal.PLETH: (quality.STRETCH, 50.0),
        Signal.RESPIRATION: (BREATHS_OVER, 8.0),
    }
)
# A device measures a signal whose last value is no older than this: nothing is derived then.
MEASURED: Final = timedelta(minutes=5)

Calm = Callable[[Signal], tuple[float, float]]  # within which values of a signal alarm nobody


class _Lead(NamedTuple):
    signal: Signal
    source: str
    channel: str


@dataclass(slots=True)
class _Ear:
    """One lead: its strip, the newest judgement of it, and when that was made."""

    strip: Strip
    judged: Assessment | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The observations that were told, in their order, marked; and what was derived."""

    observations: tuple[Observation, ...]
    derived: tuple[Observation, ...] = ()


@dataclass(slots=True)
class Listener:
    """Listens to one patient's waveforms.

    Nothing is derived at a time up to `since`: another listener may have done so already.
    """

    since: datetime | None = None
    _ears: dict[_Lead, _Ear] = field(default_factory=dict)
    _measured: dict[Signal, datetime] = field(default_factory=dict)
    _told: dict[str, datetime] = field(default_factory=dict)  # by source, when last derived
    _held: dict[tuple[Signal, str], datetime] = field(default_factory=dict)

    def hear(
        self, chunks: Sequence[WaveformChunk], observations: Sequence[Observation], calm: Calm
    ) -> Heard:
        """Take what came, in whatever order, by its own times."""
        if not (chunks or self._ears):
            self._note(observations)
            return Heard(tuple(observations))
        marked, derived = list(observations), list[Observation]()
        places = sorted(range(len(marked)), key=lambda place: marked[place].time)
        waiting = sorted(chunks, key=lambda chunk: chunk.end)
        at = 0
        for place in places:
            while at < len(waiting) and waiting[at].end <= marked[place].time + STEP:
                derived += self._listen(waiting[at])
                at += 1
            marked[place] = self._marked(marked[place], calm)
            self._note([marked[place]])
        for chunk in waiting[at:]:
            derived += self._listen(chunk)
        return Heard(tuple(marked), tuple(derived))

    def _note(self, observations: Iterable[Observation]) -> None:
        """Note what a device measures; what is charted now and then ends no stream."""
        for each in observations:
            by_device = not is_charted(each.source) and derived_from(each.source) is None
            if each.quality is Quality.GOOD and by_device:
                known = self._measured.get(each.signal, each.time)
                self._measured[each.signal] = max(known, each.time)

    # Marks.

    def _marked(self, observation: Observation, calm: Calm) -> Observation:
        """The observation, as artefact where its own waveform says so."""
        own = OWN.get(observation.signal)
        if own is None or observation.quality is not Quality.GOOD or is_relayed(observation.source):
            return observation
        key = observation.signal, observation.source
        if not self._spoiled(own, observation):
            self._held.pop(key, None)
            return observation
        low, high = calm(observation.signal)
        if not low <= observation.value <= high:
            since = self._held.setdefault(key, observation.time)
            if observation.time - since >= MOST_HELD or not self._contradicted(observation, calm):
                return observation
        return replace(observation, quality=Quality.ARTEFACT)

    def _spoiled(self, waveform: Signal, observation: Observation) -> bool:
        """Whether all leads of the waveform from that source have a fault of the sensor now."""
        found = [
            ear.judged
            for lead, ear in self._ears.items()
            if lead.signal is waveform
            and lead.source == observation.source
            and ear.judged is not None
            and _near(ear, observation.time)
        ]
        return bool(found) and all(each.fault is not None and each.fault.spoils for each in found)

    def _contradicted(self, observation: Observation, calm: Calm) -> bool:
        """Whether another good waveform shows a rate within the limits, and another one."""
        witness = WITNESS.get(observation.signal)
        if witness is None:
            return False
        low, high = calm(observation.signal)
        if witness is Signal.ECG and observation.value < low:
            return False
        return any(
            ear.judged.verdict is Verdict.GOOD
            and ear.judged.rate is not None
            and low <= ear.judged.rate <= high
            and abs(ear.judged.rate - observation.value) > APART
            for lead, ear in self._ears.items()
            if lead.signal is witness and ear.judged is not None and _near(ear, observation.time)
        )

    # Waveforms.

    def _listen(self, chunk: WaveformChunk) -> Iterator[Observation]:
        """Take a chunk; what is derived by it."""
        if chunk.signal not in _STRIPS:
            return
        ear = self._ear(_Lead(chunk.signal, chunk.source, chunk.channel))
        if not ear.strip.add(chunk) or not ear.strip.full:
            return
        end = chunk.end
        if ear.at is not None and end - ear.at < STEP:
            return
        if chunk.signal is not Signal.RESPIRATION:
            ear.judged = quality.assess(chunk.signal, ear.strip.samples, ear.strip.rate)
        ear.at = end
        yield from self._derive(chunk, ear)

    def _ear(self, lead: _Lead) -> _Ear:
        ear = self._ears.pop(lead, None) or _Ear(Strip(*_STRIPS[lead.signal]))
        self._ears[lead] = ear  # the last of them: whoever was heard longest ago is forgotten
        if len(self._ears) > MOST_STRIPS:
            del self._ears[next(iter(self._ears))]
        return ear

    def _derive(self, chunk: WaveformChunk, ear: _Ear) -> Iterator[Observation]:
        """The rate of the waveform where nobody measures one, if it is time to tell it."""
        end, source = chunk.end, derived_source(chunk.signal, chunk.source)
        rate, before = RATES[chunk.signal], self._told.get(source)
        if is_relayed(source) or (self.since is not None and end <= self.since):
            return
        if self._is_measured(rate, end) or (
            before is not None and end - before < EVERY[chunk.signal]
        ):
            return
        value, good = self._rate(chunk, ear)
        good = good and VITALS[rate].plausible(value)
        if good or before is not None:
            self._told[source] = end
            yield Observation(rate, end, value, source, Quality.GOOD if good else Quality.ARTEFACT)

    def _is_measured(self, rate: Signal, now: datetime) -> bool:
        """Whether somebody measures that rate, the heart's by ECG or pulse."""
        signals = HEART if rate in HEART else (rate,)
        return any(
            signal in self._measured and now - self._measured[signal] < MEASURED
            for signal in signals
        )

    def _rate(self, chunk: WaveformChunk, ear: _Ear) -> tuple[float, bool]:
        """What the waveform gives, by its best lead, and whether that may be scored."""
        if chunk.signal is Signal.RESPIRATION:
            samples = ear.strip.samples
            found = None if np.isnan(samples).any() else of_respiration(samples, ear.strip.rate)
            return (0.0, False) if found is None else (found.per_minute, True)
        judged = [
            other.judged
            for lead, other in self._ears.items()
            if lead[:2] == (chunk.signal, chunk.source)
            and other.judged is not None
            and _near(other, chunk.end)
        ]
        best = max(judged, key=lambda each: (each.verdict is Verdict.GOOD, each.index))
        return best.rate or 0.0, best.verdict is Verdict.GOOD


def _near(ear: _Ear, time: datetime) -> bool:
    return ear.at is not None and abs(ear.at - time) <= FRESH
