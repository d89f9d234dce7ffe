"""Observations of one patient: found by id, by what they are of, and walked through by time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import groupby
from typing import Final

from sereno.domain.errors import NotFound
from sereno.domain.stream import Observation, WaveformChunk
from sereno.domain.surveillance import Score, ScoreKind
from sereno.domain.vitals import VITALS, Signal
from sereno.domain.vitals import Kind as SignalKind
from sereno.ports import Resource, ResourceEncoder, Store
from sereno.services.fhir.ids import (
    FIRST,
    LAST,
    MICROSECOND,
    NO_SOURCE,
    ObservationId,
    device_id,
    earlier,
    later,
    source_mark,
)
from sereno.services.fhir.terms import Criterion

# So much time is read at once to begin with; then more or less, so as to find about so many.
FIRST_SLICE: Final = timedelta(minutes=1)
FOUND_AT_ONCE: Final = 500
LEADS: Final = ("", "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")

Key = tuple[datetime, str]  # sorts observations: when, and the id


class Form(Enum):
    """How what was measured becomes an observation."""

    VALUE = "value"
    PRESSURES = "pressures"  # one of several parts
    WAVEFORM = "waveform"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of observation. `tag` stands for it in ids, and never changes."""

    tag: str
    form: Form
    signals: tuple[Signal, ...] = ()
    score: ScoreKind | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An observation that is made into a resource only where it is wanted."""

    key: Key
    make: Callable[[], Resource]


_PRESSURES: Final = (
    Measured(
        "nibp",
        Form.PRESSURES,
        (Signal.CUFF_SYSTOLIC, Signal.CUFF_DIASTOLIC, Signal.CUFF_MEAN),
    ),
    Measured(
        "abp",
        Form.PRESSURES,
        (Signal.INVASIVE_SYSTOLIC, Signal.INVASIVE_DIASTOLIC, Signal.INVASIVE_MEAN),
    ),
)
_TAGS: Final = {
    Signal.HEART_RATE: "hr", Signal.PULSE_RATE: "pr", Signal.SPO2: "spo2",
    Signal.RESPIRATORY_RATE: "rr", Signal.TEMPERATURE: "temp", Signal.END_TIDAL_CO2: "etco2",
    Signal.FIO2: "fio2", Signal.OXYGEN_FLOW: "o2flow", Signal.OXYGEN_GIVEN: "o2",
    Signal.CONSCIOUSNESS: "acvpu", Signal.GLASGOW_COMA_SCALE: "gcs", Signal.GLUCOSE: "gluc",
    Signal.ECG: "ecg", Signal.PLETH: "pleth", Signal.RESPIRATION: "resp",
    Signal.PRESSURE: "abpwave",
}  # fmt: skip


def _of(signal: Signal, tag: str) -> Measured:
    wave = VITALS[signal].kind is SignalKind.WAVEFORM
    return Measured(tag, Form.WAVEFORM if wave else Form.VALUE, (signal,))


ALL: Final = (
    *(_of(signal, tag) for signal, tag in _TAGS.items()),
    *_PRESSURES,
    *(Measured(kind.value, Form.SCORE, score=kind) for kind in ScoreKind),
)
_BY_TAG: Final = {each.tag: each for each in ALL}
_KIND_OF: Final = {signal: each for each in ALL for signal in each.signals}


class Measurements:
    """Reads observations from a store, and makes them into resources."""

    def __init__(self, store: Store, encoder: ResourceEncoder) -> None:
        self._store = store
        self._encoder = encoder

    def read(self, found: ObservationId) -> Resource:
        """The observation of that id. Raises NotFound, Forgotten or Unreadable."""
        kind = _BY_TAG.get(found.tag)
        if kind:
            end = _after(found.time)
            for each in self._slice(found.patient, (kind,), found.time, end):
                if each.key[1] == str(found):
                    return each.make()
        raise NotFound("there is no such Observation")

    def kinds(self, criteria: Iterable[Criterion]) -> tuple[Measured, ...]:
        """Those kinds of which any could fit: what else there is need not be read."""
        by_kind = [each for each in criteria if each.parameter.name in ("code", "category")]
        return tuple(
            kind
            for kind in ALL
            if any(all(one.fits(sample) for one in by_kind) for sample in self._samples(kind))
        )

    def walk(
        self,
        patient: str,
        kinds: Sequence[Measured],
        bounds: tuple[datetime, datetime] = (FIRST, LAST),
        *,
        newest_first: bool = True,
        after: Key | None = None,
    ) -> Iterator[Found]:
        """All within `bounds` by time, those alone that come after the key `after`.

        Each stretch of time is read when it is come to: what arrives late behind it is left out,
        and nothing is told twice.
        """
        span = self._store.span(patient)
        if span is None:
            return
        start = max(bounds[0], span[0])
        end = min(bounds[1], _after(span[1]))
        if after:
            start, end = (start, min(end, _after(after[0]))) if newest_first else (
                max(start, after[0]), end,
            )  # fmt: skip
        for slice_ in self._slices(patient, kinds, start, end, newest_first=newest_first):
            for found in slice_:
                if after is None or (found.key < after if newest_first else found.key > after):
                    yield found

    def _slices(
        self,
        patient: str,
        kinds: Sequence[Measured],
        start: datetime,
        end: datetime,
        *,
        newest_first: bool,
    ) -> Iterator[list[Found]]:
        width = FIRST_SLICE
        while start < end:
            if newest_first:
                cut = max(start, earlier(end, width))
                found = self._slice(patient, kinds, cut, end)
                end = cut
            else:
                cut = min(end, later(start, width))
                found = self._slice(patient, kinds, start, cut)
                start = cut
            yield sorted(found, key=lambda each: each.key, reverse=newest_first)
            if len(found) < FOUND_AT_ONCE:
                width *= 2
            elif len(found) > 2 * FOUND_AT_ONCE:
                width = max(width / 2, timedelta(seconds=1))

    def _slice(
        self, patient: str, kinds: Sequence[Measured], start: datetime, end: datetime
    ) -> list[Found]:
        """What began from `start` on and before `end`."""
        found: list[Found] = []
        until = end - MICROSECOND
        numeric = [
            signal
            for kind in kinds
            if kind.form in (Form.VALUE, Form.PRESSURES)
            for signal in kind.signals
        ]
        if numeric:
            read = self._store.observations(patient, start, until, numeric)
            found += self._numerics(patient, read)
        for kind in kinds:
            if kind.form is Form.WAVEFORM:
                chunks = self._store.waveforms(patient, kind.signals[0], start, until)
                found += [
                    self._wave(patient, kind, chunk)
                    for chunk in chunks
                    if start <= chunk.start < end
                ]
            elif kind.score:
                scores = self._store.scores(patient, start, until, kind.score)
                found += [
                    self._score(patient, kind, score)
                    for score in scores
                    if start <= score.time < end
                ]
        return found

    def _numerics(self, patient: str, read: Sequence[Observation]) -> Iterator[Found]:
        for time, together in groupby(read, key=lambda one: one.time):
            parts: dict[tuple[str, str], list[Observation]] = {}
            for one in together:
                parts.setdefault((_KIND_OF[one.signal].tag, one.source), []).append(one)
            for (tag, source), those in parts.items():
                its_id = str(ObservationId(patient, tag, time, source_mark(source)))
                yield self._numeric(patient, its_id, _BY_TAG[tag].form, those)

    def _numeric(self, patient: str, its_id: str, form: Form, those: list[Observation]) -> Found:
        device = device_id(those[0].source)

        def make() -> Resource:
            if form is Form.PRESSURES:
                return self._encoder.pressures(its_id, patient, those, device)
            return self._encoder.value(its_id, patient, those[0], device)

        return Found((those[0].time, its_id), make)

    def _wave(self, patient: str, kind: Measured, chunk: WaveformChunk) -> Found:
        mark = source_mark(chunk.source, chunk.channel)
        its_id = str(ObservationId(patient, kind.tag, chunk.start, mark))
        device = device_id(chunk.source)
        return Found(
            (chunk.start, its_id), lambda: self._encoder.waveform(its_id, patient, chunk, device)
        )

    def _score(self, patient: str, kind: Measured, score: Score) -> Found:
        its_id = str(ObservationId(patient, kind.tag, score.time, NO_SOURCE))
        return Found((score.time, its_id), lambda: self._encoder.score(its_id, patient, score))

    def _samples(self, kind: Measured) -> Iterator[Resource]:
        """Such observations as `kind` is made into: their codes and category are those of all."""
        if kind.score:
            score = Score(kind=kind.score, time=FIRST, total=0, lowest=0, highest=0)
            yield self._encoder.score("1", "1", score)
        elif kind.form is Form.WAVEFORM:
            channels = LEADS if kind.signals == (Signal.ECG,) else ("",)
            for channel in channels:
                chunk = WaveformChunk(kind.signals[0], FIRST, 1.0, (0.0,), "", channel)
                yield self._encoder.waveform("1", "1", chunk, None)
        else:
            one = Observation(kind.signals[0], FIRST, 0.0, "")
            if kind.form is Form.PRESSURES:
                yield self._encoder.pressures("1", "1", [one], None)
            else:
                yield self._encoder.value("1", "1", one, None)


def _after(moment: datetime) -> datetime:
    return later(moment, MICROSECOND)
