"""OBX rows of one patient to observations and waveforms."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from connectors.mllp import waves
from connectors.mllp.coding import Codes, Meaning, named
from connectors.mllp.groups import Group
from connectors.mllp.parsing import Delimiters, Message, Segment, at, written
from connectors.mllp.times import Times
from connectors.mllp.values import numeric, pair, words
from connectors.replay.channels import quality, word
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Observation, Quality, Rejected, WaveformChunk
from sereno.domain.vitals import Signal

# OBX-8 as IHE PCD tells the state of a measurement.
FLAGS: Final = {
    "DEMO": Quality.DEMO,
    "TEST": Quality.DEMO,
    "NAV": Quality.SENSOR_OFF,
    "INV": Quality.ARTEFACT,
    "QUES": Quality.ARTEFACT,
    "CAL": Quality.ARTEFACT,
    "CALIB": Quality.ARTEFACT,
}
_NO_RESULT: Final = frozenset({"X", "I", "O", "N"})  # OBX-11: not obtained, pending, not asked
_WITHDRAWN: Final = frozenset({"D", "W"})
_CORRECTED: Final = "C"
_PLACE: Final = re.compile(r"[0-9.]{1,40}")  # an OBX-4 that is a place and no words
_LONGEST_PLACE: Final = 64  # characters of an OBX-4 that places a row in equipment
_MOST_NAMES: Final = 10_000  # names of sources that are remembered
MOST_IN_A_LETTER: Final = 256 << 10  # bytes of a message kept among the dead letters
_MOST_IN_LETTERS: Final = 32 << 20  # bytes of all letters of one message, which repeat its header

NO_TIME: Final = "it has no time of day in OBX-14, OBR-7 or MSH-7"
WITHDRAWN: Final = (
    "was withdrawn by its sender (OBX-11 is D or W); what came before stays on record"
)
TWICE: Final = "it came twice for one moment, with different values"
A_NUMBER: Final = "a number tells no level of consciousness; send A, C, V, P or U"

Source = tuple[str, str, str]  # application, device, detail


@dataclass(slots=True)
class Context:
    """What all rows of a message share. `demo` marks a message that is not about anybody real.

    `event` is the EVN of a movement. `room` is how many bytes its letters may still have.
    """

    message: Message
    zone: tzinfo | None
    sent: datetime | None
    application: str
    demo: bool
    times: dict[str, datetime | None] = field(default_factory=dict)
    event: Segment = field(default_factory=list)
    room: int = _MOST_IN_LETTERS

    def letter(self, segments: Iterable[Segment]) -> bytes:
        """`segments` as they came; nothing once the message's letters are too large together."""
        if self.room <= 0:
            return b""
        content = written(self.message, segments)
        self.room -= len(content)
        return content[:MOST_IN_A_LETTER]

    @property
    def delimiters(self) -> Delimiters:
        """Those of the message."""
        return self.message.delimiters


@dataclass(slots=True)
class Results:
    """What the rows of one patient hold."""

    observations: list[Observation] = field(default_factory=list)
    chunks: list[WaveformChunk] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.observations or self.chunks or self.rejected)


class Rows:
    """Reads rows of the source called `name`."""

    def __init__(self, name: str, codes: Codes, times: Times) -> None:
        self._name = name
        self._codes = codes
        self._times = times
        self._sources: dict[Source, str] = {}

    def read(self, context: Context, group: Group) -> Results:
        """What the rows of `group` hold. A row that can not be understood is among the rejected."""
        return _Reading(self._codes, self._times, self.source, context).read(group)

    def source(self, key: Source) -> str:
        """The name of a device's values: the connector, the application, the equipment."""
        found = self._sources.get(key)
        if found is None:
            if len(self._sources) >= _MOST_NAMES:
                self._sources.clear()
            application, device, detail = key
            found = "/".join(part for part in (self._name, application, device) if part)
            found = self._sources[key] = f"{found}#{detail}" if detail else found
        return found


class _Reading:
    """The rows of one patient in one message."""

    def __init__(
        self, codes: Codes, times: Times, source: Callable[[Source], str], context: Context
    ) -> None:
        self._codes = codes
        self._times = times
        self._source = source
        self._context = context
        self._delimiters = context.delimiters
        self._results = Results()
        self._seen: dict[tuple[str, datetime, str], int] = {}
        self._equipment: dict[str, str] = {}  # by OBX-18
        self._devices: dict[str, str] = {}  # by OBX-4
        self._waves: list[waves.Wave] = []
        self._by_place: dict[str, waves.Wave] = {}  # the last one, by OBX-4
        self._recording = waves.Recording()

    def read(self, group: Group) -> Results:
        last: Segment | None = None
        for row, order in group.rows:
            if order is not last:
                self._recording, last = waves.Recording(), order
            try:
                self._row(row, order)
            except MalformedInput as exc:
                self._reject(group, row, order, str(exc))
        for wave in self._waves:
            try:
                self._results.chunks += waves.read_wave(wave, self._codes, self._delimiters)
            except MalformedInput as exc:
                self._reject(group, wave.row, wave.order, f"{wave.meaning.name}: {exc}")
        return self._results

    def _row(self, row: Segment, order: Segment | None) -> None:
        size = len(row)
        if size > 18 and row[18] and row[4].endswith(".0"):
            self._devices[row[4].split(".0", 1)[0]] = self._device(row)
        meaning = self._codes.meaning(row[3], self._delimiters)
        if meaning is None:
            self._other(row, order)
            return
        status = row[11] if size > 11 else ""
        if not row[5] or status in _NO_RESULT:
            return
        if status in _WITHDRAWN:
            raise MalformedInput(f"{meaning.name} {WITHDRAWN}")
        if meaning.waveform:
            self._wave(row, order, meaning)
        else:
            self._measurement(row, order, meaning, corrected=status == _CORRECTED)

    def _measurement(
        self, row: Segment, order: Segment | None, meaning: Meaning, *, corrected: bool
    ) -> None:
        try:
            told = self._told(meaning, row)
            if not told:
                return
            moment = self._moment(row, order) or self._context.sent
            if moment is None:
                raise MalformedInput(NO_TIME)  # noqa: TRY301 - the signal's name goes before it
            unit = row[6] if len(row) > 6 else ""
            flagged = self._flagged(row)
            device = self._device(row) or self._container(row[4])
            for each, raw in told:
                convert = self._codes.convert(each, unit, self._delimiters)
                value = convert(raw) if convert else raw
                source = self._source((self._context.application, device, each.detail))
                judged = flagged
                if judged is None:
                    plain = each.low <= value <= each.high and raw
                    judged = Quality.GOOD if plain else quality(each.signal, raw, value)
                found = Observation(each.signal, moment, value, source, judged)
                self._keep(found, each.name, row[4], corrected=corrected)
        except MalformedInput as exc:
            raise MalformedInput(f"{meaning.name}: {exc}") from exc

    def _told(self, meaning: Meaning, row: Segment) -> list[tuple[Meaning, float]]:
        """What an OBX-5 holds: of which signal, and the number as it was written."""
        field = row[5]
        if meaning.parts:
            numbers = pair(field, self._delimiters)
            pieces = zip(meaning.parts, numbers, strict=False)
            return [(each, raw) for each, raw in pieces if each is not None and raw is not None]
        if meaning.worded:
            raw = _worded(meaning, field, self._delimiters)
        else:
            raw = numeric(row[2], field, self._delimiters)
        return [] if raw is None else [(meaning, raw)]

    def _keep(self, found: Observation, name: str, sub: str, *, corrected: bool) -> None:
        """Keep it beside the others of its message: a second sensor's values are told apart."""
        key = (name, found.time, found.source)
        kept = self._results.observations
        place = self._seen.setdefault(key, len(kept))
        if place == len(kept):
            kept.append(found)
        elif kept[place] == found:
            return
        elif corrected:
            kept[place] = found
        elif not _PLACE.fullmatch(sub) or found.source.endswith(f"#{sub}"):
            raise MalformedInput(TWICE)
        else:
            source = f"{found.source}#{sub}"
            other = Observation(found.signal, found.time, found.value, source, found.quality)
            self._keep(other, name, sub, corrected=corrected)

    def _moment(self, row: Segment, order: Segment | None) -> datetime | None:
        """OBX-14, else OBR-7."""
        moment = self._time(row[14]) if len(row) > 14 else None
        if moment is None and order is not None and len(order) > 7:
            return self._time(order[7])
        return moment

    def _time(self, field: str) -> datetime | None:
        if not field:
            return None
        times = self._context.times
        try:
            return times[field]
        except KeyError:
            context = self._context
            moment = self._times.read(self._delimiters.first(field), context.zone, context.sent)
        times[field] = moment
        return moment

    def _flagged(self, row: Segment) -> Quality | None:
        """What the sender itself says of a value."""
        if self._context.demo:
            return Quality.DEMO
        flags = row[8] if len(row) > 8 else ""
        if not flags:
            return None
        told = flags.split(self._delimiters.repetition)
        known = [FLAGS[flag] for each in told if (flag := self._delimiters.first(each)) in FLAGS]
        return Quality.DEMO if Quality.DEMO in known else next(iter(known), None)

    def _device(self, row: Segment) -> str:
        """The equipment that OBX-18 names."""
        if len(row) <= 18 or not row[18]:
            return ""
        told = row[18]
        found = self._equipment.get(told)
        if found is None:
            parts = self._delimiters.parts(told.partition(self._delimiters.repetition)[0])
            found = next((named(part) for part in parts if part.strip()), "")
            self._equipment[told] = found
        return found

    def _container(self, place: str) -> str:
        """The equipment in whose row, by OBX-4, this one is contained: 1.2.1.3 is in 1.2 and 1."""
        if self._devices and len(place) <= _LONGEST_PLACE:
            while place:
                if place in self._devices:
                    return self._devices[place]
                place = place.rpartition(".")[0]
        return ""

    def _wave(self, row: Segment, order: Segment | None, meaning: Meaning) -> None:
        if row[2] in waves.ARRAYS:
            start = self._moment(row, order)
            end = self._time(at(order, 8)) if order else None
            wave = waves.Wave(row, order, meaning, start, end, self._wave_source(row))
            self._waves.append(wave)
            self._by_place[row[4]] = wave

    def _wave_source(self, row: Segment) -> str:
        device = self._device(row) or self._container(row[4])
        return self._source((self._context.application, device, ""))

    def _other(self, row: Segment, order: Segment | None) -> None:
        """A row that is no vital sign by its code: an attribute, a part of a W01, or not ours."""
        name = waves.attribute(row, self._delimiters)
        part = waves.category(row, self._delimiters) if name is None else None
        if name:
            self._attach(name, row)
        elif part == "TIM":
            self._recording.begin(row, self._time(row[5]))
        elif part == "CHN":
            self._recording.define(row, self._codes, self._delimiters)
        elif part == "WAV":
            start = self._moment(row, order)
            source = self._wave_source(row)
            self._results.chunks += self._recording.read(
                row, start, source, self._codes, self._delimiters
            )
        elif name is None and part is None and row[5]:
            self._codes.ignore(row[3])

    def _attach(self, name: str, row: Segment) -> None:
        """An attribute to the waveform in which OBX-4 says that it is contained."""
        wave = self._by_place.get(row[4]) or self._by_place.get(row[4].rpartition(".")[0])
        if wave is not None:
            wave.attributes.setdefault(name, row)

    def _reject(self, group: Group, row: Segment, order: Segment | None, reason: str) -> None:
        """The row as a message of its own, which can be mended and read again."""
        alone = Group(group.pid, group.pv1, rows=[(row, order)])
        content = self._context.letter([self._context.message.header, *alone.segments()])
        self._results.rejected.append(Rejected(content, reason))


def _worded(meaning: Meaning, field: str, delimiters: Delimiters) -> float | None:
    """A level or a yes, said in words."""
    fault = MalformedInput("it holds no word")
    for text in words(field, delimiters):
        if meaning.signal is Signal.CONSCIOUSNESS and not meaning.own and text[0] in "0123456789":
            fault = MalformedInput(A_NUMBER)
            continue
        try:
            return word(meaning.signal, text)
        except MalformedInput as exc:
            fault = exc
    raise fault
