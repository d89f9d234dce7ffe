"""From the rows of a table to observations and stretches of waveform."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from connectors.replay.channels import (
    Channel,
    converter,
    has_words,
    number,
    observation,
    plain,
    word,
)
from connectors.replay.layout import Column, Layout, Long, time_cell
from connectors.replay.player import WINDOW, Entry, Window, merged
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Quality, Rejected, Subject, WaveformChunk

_LONGEST_REJECTED = 4096  # bytes of a bad row that are kept
_SUBJECTS = 1024  # patients whose facts are remembered at once
_LABELS = 4096  # names of a long table that are remembered at once
_LONGEST_LABEL = 256  # characters of one that is
_LONGEST_IDENTIFIER = 200
_MOST_NAMED, _LONGEST_NAMED = 5, 40  # columns that a reason names, and characters of each name
_NAN = float("nan")
# Male and female by letter, word, and Challenge 2012 and 2019's numbers (physionet.org).
_SEXES = {
    "f": "female", "female": "female", "mujer": "female", "0": "female", "00": "female",
    "m": "male", "male": "male", "hombre": "male", "1": "male", "10": "male",
}  # fmt: skip
_SEX_LABELS = frozenset({"gender", "sex", "sexo"})

_Convert = Callable[[float], float] | None


class Row(NamedTuple):
    """One row's cells, and the bytes it was read from; or no cells and what is wrong with it."""

    cells: Sequence[object]
    content: bytes = b""
    wrong: str = ""


class RowReader:
    """Reads rows in their order.

    `default` names the one patient of a table that tells none. Where it does, they are kept apart
    from those of other tables by `authority`, and `only` picks one of them. `comma` tells that
    decimals follow one.
    """

    def __init__(
        self,
        layout: Layout,
        source: str,
        *,
        default: str,
        authority: str,
        only: str | None = None,
        comma: bool = False,
    ) -> None:
        self._layout = layout
        self._source = source
        self._default = default
        self._authority = authority if layout.patient is not None else ""
        self._only = only if layout.patient is not None else None
        self._comma = comma
        self._channel = lru_cache(_LABELS)(self._find_channel)
        self._subjects: OrderedDict[str, Subject] = OrderedDict()
        self._waves: dict[str, _Waves] = {}
        self._entries: list[Entry] = []
        self._rejected: list[Rejected] = []

    def windows(self, rows: Iterable[Row]) -> Iterator[Window]:
        """All rows, about `WINDOW` observations at a time. Raises SourceError."""
        # A stretch of waveform is as large as a hundred observations.
        limit = WINDOW // 16 if self._layout.rate else WINDOW
        for row in rows:
            self._take(row)
            if len(self._entries) + len(self._rejected) >= limit:
                yield self._window()
        for waves in self._waves.values():
            self._entries += waves.rest()
        if self._entries or self._rejected:
            yield self._window()
        if self._only is not None and not self._subjects:
            raise SourceError("no row is about the patient asked for; leave --patient out for all")

    def _window(self) -> Window:
        window = Window(self._entries, self._rejected)
        self._entries, self._rejected = [], []
        return window

    def _take(self, row: Row) -> None:
        wrong = row.wrong
        if not wrong:
            try:
                self._take_cells(row.cells)
            except MalformedInput as exc:
                wrong = str(exc)
        if wrong:
            content = row.content or repr(list(row.cells)).encode(errors="replace")
            self._rejected.append(Rejected(content[:_LONGEST_REJECTED], wrong))

    def _take_cells(self, cells: Sequence[object]) -> None:
        layout = self._layout
        if len(cells) != layout.width:
            raise MalformedInput(f"it has {len(cells)} cells where the header has {layout.width}")
        patient = self._default if layout.patient is None else _identifier(cells[layout.patient])
        if self._only is not None and patient != self._only:
            return
        time = layout.times.read(time_cell(cells, layout.time), patient)
        subject = self._subject(patient, cells)
        if layout.long is None:
            self._take_wide(cells, subject, time)
        else:
            self._take_long(layout.long, cells, subject, time)

    def _subject(self, patient: str, cells: Sequence[object]) -> Subject:
        known = self._subjects.get(patient)
        if known is None:
            known = Subject(identifier=patient, authority=self._authority)
        if self._layout.facts:
            facts = {name: _fact(name, cells[i]) for name, i in self._layout.facts.items()}
            if any(value != getattr(known, name) for name, value in facts.items()):
                known = merged(known, replace(known, **facts))  # type: ignore[arg-type]
        return self._remember(known)

    def _remember(self, subject: Subject) -> Subject:
        if self._subjects.get(subject.identifier) is not subject:
            self._subjects[subject.identifier] = subject
            if len(self._subjects) > _SUBJECTS:
                self._subjects.popitem(last=False)
        return subject

    def _take_wide(self, cells: Sequence[object], subject: Subject, time: datetime) -> None:
        wrong: list[str] = []
        samples: list[float] = []
        for column in self._layout.columns:
            raw = None
            try:
                raw = self._raw(column.channel, cells[column.index])
            except MalformedInput as exc:
                wrong.append(f"column {column.channel.name[:_LONGEST_NAMED]!r} is {exc}")
            if column.is_waveform:
                samples.append(_NAN if raw is None else raw)
            elif raw is not None:
                self._observe(column.channel, column.convert, subject, time, raw)
        if samples:
            self._entries += self._waves_of(subject).take(time, samples)
        if len(wrong) > _MOST_NAMED:
            wrong[_MOST_NAMED:] = [f"and {len(wrong) - _MOST_NAMED} more"]
        if wrong:
            raise MalformedInput("; ".join(wrong))

    def _waves_of(self, subject: Subject) -> "_Waves":
        waves = self._waves.get(subject.identifier)
        if waves is None:
            columns = [column for column in self._layout.columns if column.is_waveform]
            waves = _Waves(subject, columns, self._layout.rate or 1.0, self._source)
            self._waves[subject.identifier] = waves
            if len(self._waves) > _SUBJECTS:
                self._entries += self._waves.pop(next(iter(self._waves))).rest()
        return waves

    def _take_long(
        self, long: Long, cells: Sequence[object], subject: Subject, time: datetime
    ) -> None:
        label = str(cells[long.parameter])
        unit = cells[long.unit] if long.unit is not None else None
        short = len(label) <= _LONGEST_LABEL and len(str(unit)) <= _LONGEST_LABEL
        look_up = self._channel if short else self._find_channel
        channel, convert = look_up(label, unit if isinstance(unit, str) else None)
        if channel is None:
            if plain(label) in _SEX_LABELS:  # the one static descriptor that fits a Subject
                sex = _fact("sex", cells[long.value])
                self._remember(merged(subject, replace(subject, sex=_text_or_none(sex))))
            return
        raw = self._raw(channel, cells[long.value])
        if raw is None and long.text is not None:
            raw = self._raw(channel, cells[long.text])
        if raw is not None:
            in_error = long.error is not None and _is_true(cells[long.error])
            self._observe(channel, convert, subject, time, raw, in_error=in_error)

    def _find_channel(self, label: str, unit: str | None) -> tuple[Channel | None, _Convert]:
        long = self._layout.long
        channel = long.channel(label, unit) if long is not None else None
        return channel, converter(channel) if channel is not None else None

    def _observe(
        self,
        channel: Channel,
        convert: _Convert,
        subject: Subject,
        time: datetime,
        raw: float,
        *,
        in_error: bool = False,
    ) -> None:
        found = observation(channel, convert, time, raw, self._source)
        if found is None:
            return
        if in_error and found.quality is Quality.GOOD:
            found = replace(found, quality=Quality.ARTEFACT)
        self._entries.append(Entry(subject, found))

    def _raw(self, channel: Channel, cell: object) -> float | None:
        """The number in a cell; None where it is blank. Raises MalformedInput."""
        if not isinstance(cell, str):
            return _plain_number(cell)
        if has_words(channel.signal):
            return word(channel.signal, cell)
        return number(cell.replace(",", ".") if self._comma else cell)


class _Waves:
    """Gathers the waveform columns of one patient into stretches of a second."""

    def __init__(
        self, subject: Subject, columns: Sequence[Column], rate: float, source: str
    ) -> None:
        self._subject = subject
        self._columns = columns
        self._rate = rate
        self._source = source
        self._size = max(1, round(rate))
        self._step = timedelta(seconds=1 / rate)
        self._start = datetime.min.replace(tzinfo=UTC)
        self._taken = 0
        self._samples: list[list[float]] = []

    def take(self, time: datetime, samples: list[float]) -> list[Entry]:
        """Add the samples of one moment; what is complete comes back.

        Written times are often rounded, so samples follow each other evenly until the time
        column says otherwise by more than two steps.
        """
        done: list[Entry] = []
        due = self._start + timedelta(seconds=self._taken / self._rate)
        if not self._taken or abs(time - due) > 2 * self._step:
            done, self._start, self._taken = self.rest(), time, 0
        elif len(self._samples) == self._size:
            done, self._start, self._taken = self.rest(), due, 0
        self._samples.append(samples)
        self._taken += 1
        return done

    def rest(self) -> list[Entry]:
        """All that has been gathered."""
        rows, self._samples = self._samples, []
        if not rows:
            return []
        return [
            Entry(self._subject, self._chunk(column, values))
            for column, values in zip(self._columns, zip(*rows, strict=True), strict=True)
            if any(value == value for value in values)  # noqa: PLR0124 - not all NaN
        ]

    def _chunk(self, column: Column, values: tuple[float, ...]) -> WaveformChunk:
        convert = column.convert
        return WaveformChunk(
            column.channel.signal,
            self._start,
            self._rate,
            tuple(map(convert, values)) if convert else values,
            self._source,
            column.channel.name,
        )


def _identifier(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a column of whole numbers with a gap is one of floats
    text = "" if cell is None else str(cell).strip()
    if not text or text.casefold() == "nan":
        raise MalformedInput("it names no patient")
    if len(text) > _LONGEST_IDENTIFIER:
        raise MalformedInput(f"its patient's name is longer than {_LONGEST_IDENTIFIER} letters")
    return text


def _fact(name: str, cell: object) -> object:
    """What a cell tells of the patient; None where it tells nothing that is understood."""
    text = "" if cell is None else str(cell).strip()
    if name == "sex":
        return _SEXES.get(plain(text))
    if name == "birth_date":
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return None
    return text[:_LONGEST_IDENTIFIER] or None


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _is_true(cell: object) -> bool:
    return str(cell).strip().casefold() in {"1", "1.0", "true", "yes"}


def _plain_number(cell: object) -> float | None:
    if cell is None:
        return None
    try:
        value = float(cell)  # type: ignore[arg-type]  # that is what is tried
    except (TypeError, ValueError, OverflowError) as exc:
        raise MalformedInput("not a number") from exc
    if value in {float("inf"), float("-inf")}:
        raise MalformedInput("not a finite number")
    return value if value == value else None  # noqa: PLR0124 - NaN
