"""OBX rows of one patient to observations and waveforms."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from operator import itemgetter
from typing import Final, NamedTuple

from connectors.mllp import waves
from connectors.mllp.coding import Codes, Converter, Meaning, named
from connectors.mllp.groups import Group
from connectors.mllp.parsing import Delimiters, Message, Segment, at, written
from connectors.mllp.remembering import Remembered
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
_GOOD: Final = Quality.GOOD  # kept at hand: an Enum takes a while to find its members
_DEMO: Final = Quality.DEMO
_NO_RESULT: Final = frozenset({"X", "I", "O", "N"})  # OBX-11: not obtained, pending, not asked
_WITHDRAWN: Final = frozenset({"D", "W"})
_CORRECTED: Final = "C"
_PLACE: Final = re.compile(r"[0-9.]{1,40}")  # an OBX-4 that is a place and no words
_LONGEST_PLACE: Final = 64  # characters of an OBX-4 that places a row in equipment
_MOST_COLUMNS: Final = 4096  # remembered; each device sends a few dozen
_COLUMN: Final = itemgetter(3, 6, 8, 11)  # of an OBX: what a column is told by
_COLUMN_READ: Final = 12  # fields of an OBX, so that all of these are there
MOST_IN_A_LETTER: Final = 256 << 10  # bytes of a message kept among the dead letters
_MOST_IN_LETTERS: Final = 32 << 20  # bytes of all letters of one message, which repeat its header

NO_TIME: Final = "it has no time of day in OBX-14, OBR-7 or MSH-7"
WITHDRAWN: Final = (
    "was withdrawn by its sender (OBX-11 is D or W); what came before stays on record"
)
TWICE: Final = "it came twice for one moment, with different values"
A_NUMBER: Final = "a number tells no level of consciousness; send A, C, V, P or U"


class Piece(NamedTuple):
    """One signal of a column: what its observations share. `convert` may raise MalformedInput."""

    meaning: Meaning
    convert: Converter
    source: str


class Column(NamedTuple):
    """What rows of one device share that differ in value, time and place: looked up once.

    `pieces` has a place for each number of a value. `flagged` is what the sender says of it.
    """

    meaning: Meaning | None
    status: str
    flagged: Quality | None
    pieces: tuple[Piece | None, ...]


_Told = tuple[str, str, tuple[str, ...], Delimiters]  # application, device, fields


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
        self._columns = Remembered(self._column, _MOST_COLUMNS)

    def read(self, context: Context, group: Group) -> Results:
        """What the rows of `group` hold. A row that can not be understood is among the rejected."""
        return _Reading(self._codes, self._times, self._columns, self._source, context).read(group)

    def _column(self, key: _Told) -> Column:
        application, device, (code, unit, flags, status), delimiters = key
        meaning = self._codes.meaning(code, delimiters)
        pieces: tuple[Piece | None, ...] = ()
        if meaning is not None and not meaning.waveform:
            pieces = tuple(
                self._piece(each, unit, application, device, delimiters) if each else None
                for each in meaning.parts or (meaning,)
            )
        return Column(meaning, status, _flagged(flags, delimiters), pieces)

    def _piece(
        self, meaning: Meaning, unit: str, application: str, device: str, delimiters: Delimiters
    ) -> Piece:
        try:
            convert = self._codes.convert(meaning, unit, delimiters)
        except MalformedInput as exc:
            convert = _refusing(str(exc))
        return Piece(meaning, convert, self._source(application, device, meaning.detail))

    def _source(self, application: str, device: str, detail: str = "") -> str:
        """The name of a device's values: the connector, the application, the equipment."""
        found = "/".join(part for part in (self._name, application, device) if part)
        return f"{found}#{detail}" if detail else found


class _Reading:
    """The rows of one patient in one message."""

    def __init__(
        self,
        codes: Codes,
        times: Times,
        columns: Mapping[_Told, Column],
        source: Callable[[str, str], str],
        context: Context,
    ) -> None:
        self._codes = codes
        self._times = times
        self._columns = columns
        self._source = source
        self._context = context
        self._delimiters = context.delimiters
        self._results = Results()
        self._seen: dict[tuple[str, datetime, str], int] = {}
        self._equipment: dict[str, str] = {}  # by OBX-18
        self._devices: dict[str, str] = {}  # by OBX-4
        self._waves: list[waves.Wave] = []
        self._by_place: dict[str, waves.Wave] = {}  # the last one, by OBX-4
        self._begun: waves.Recording | None = None  # of the order that is read

    def read(self, group: Group) -> Results:
        last: Segment | None = None
        for row, order in group.rows:
            if order is not last:
                self._begun, last = None, order
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
        device = self._device(row)
        fields = row if len(row) >= _COLUMN_READ else [*row, *[""] * _COLUMN_READ]
        application = self._context.application
        column = self._columns[application, device, _COLUMN(fields), self._delimiters]
        meaning = column.meaning
        if meaning is None:
            self._other(row, order)
        elif not row[5] or column.status in _NO_RESULT:
            return
        elif column.status in _WITHDRAWN:
            raise MalformedInput(f"{meaning.name} {WITHDRAWN}")
        elif meaning.waveform:
            self._wave(row, order, meaning)
        else:
            try:
                self._measurement(row, order, column, meaning)
            except MalformedInput as exc:
                raise MalformedInput(f"{meaning.name}: {exc}") from exc

    def _measurement(
        self, row: Segment, order: Segment | None, column: Column, meaning: Meaning
    ) -> None:
        """The numbers that an OBX-5 holds, each of its signal."""
        if meaning.parts:
            for piece, raw in zip(column.pieces, pair(row[5], self._delimiters), strict=False):
                self._number(row, order, column, piece, raw)
            return
        if meaning.worded:
            raw = _worded(meaning, row[5], self._delimiters)
        else:
            raw = numeric(row[2], row[5], self._delimiters)
        self._number(row, order, column, column.pieces[0], raw)

    def _number(
        self,
        row: Segment,
        order: Segment | None,
        column: Column,
        piece: Piece | None,
        raw: float | None,
    ) -> None:
        """Keep a number as it was written, unless it is blank or of no signal."""
        if piece is None or raw is None:
            return
        moment = self._moment(row, order) or self._context.sent
        if moment is None:
            raise MalformedInput(NO_TIME)
        meaning, convert, source = piece
        value = convert(raw) if convert else raw
        judged = _DEMO if self._context.demo else column.flagged
        if judged is None:
            plain = meaning.low <= value <= meaning.high and raw
            judged = _GOOD if plain else quality(meaning.signal, raw, value)
        found = Observation(meaning.signal, moment, value, source, judged)
        self._keep(found, meaning.name, row[4], corrected=column.status == _CORRECTED)

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

    def _device(self, row: Segment) -> str:
        """The equipment that OBX-18 names, else that in which OBX-4 says a row is contained."""
        device, place = "", row[4]
        if len(row) > 18 and row[18]:
            device = self._named(row[18])
            if place.endswith(".0"):
                self._devices[place.split(".0", 1)[0]] = device
        return device or (self._container(place) if self._devices else "")

    def _named(self, told: str) -> str:
        found = self._equipment.get(told)
        if found is None:
            parts = self._delimiters.parts(told.partition(self._delimiters.repetition)[0])
            found = next((named(part) for part in parts if part.strip()), "")
            self._equipment[told] = found
        return found

    def _container(self, place: str) -> str:
        """The equipment in whose row, by OBX-4, this one is contained: 1.2.1.3 is in 1.2 and 1."""
        if len(place) <= _LONGEST_PLACE:
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
        return self._source(self._context.application, self._device(row))

    def _other(self, row: Segment, order: Segment | None) -> None:
        """A row that is no vital sign by its code: an attribute, a part of a W01, or not ours."""
        name = waves.attribute(row, self._delimiters)
        part = waves.category(row, self._delimiters) if name is None else None
        if name:
            self._attach(name, row)
        elif part == "TIM":
            self._recording().begin(row, self._time(row[5]))
        elif part == "CHN":
            self._recording().define(row, self._codes, self._delimiters)
        elif part == "WAV":
            start = self._moment(row, order)
            source = self._wave_source(row)
            self._results.chunks += self._recording().read(
                row, start, source, self._codes, self._delimiters
            )
        elif name is None and part is None and row[5]:
            self._codes.ignore(row[3])

    def _recording(self) -> waves.Recording:
        self._begun = self._begun or waves.Recording()
        return self._begun

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


def _flagged(field: str, delimiters: Delimiters) -> Quality | None:
    """What the sender itself says of a value (OBX-8)."""
    told = field.split(delimiters.repetition)
    known = [FLAGS[flag] for each in told if (flag := delimiters.first(each)) in FLAGS]
    return Quality.DEMO if Quality.DEMO in known else next(iter(known), None)


def _refusing(reason: str) -> Converter:
    def refuse(_: float) -> float:
        raise MalformedInput(reason)

    return refuse


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
