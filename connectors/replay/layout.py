"""What each column of a table is: by its name, or by a map."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

from connectors.maps import SignalMap
from connectors.replay.channels import (
    Channel,
    converter,
    known_names,
    numeric,
    plain,
    same,
    unit_of,
    waveform,
)
from connectors.replay.mapping import TableMap
from connectors.replay.times import (
    EPOCH,
    TimeKind,
    TimeReader,
    day_format,
    infer_kind,
    time_columns,
)
from sereno.domain.errors import MalformedInput
from sereno.domain.vitals import VITALS, Kind, Signal

# In the order of preference; the most particular one that follows one person through a file.
_PATIENTS = (
    "patient", "patientid", "subjectid", "recordid", "mrn", "nhc", "paciente", "stayid",
    "icustayid", "patientunitstayid", "caseid",
)  # fmt: skip
_PARAMETERS = ("parameter", "parametername", "label", "variable", "itemname", "vitalsign", "param")
_VALUES = ("valuenum", "value", "val", "valor", "result")
_TEXTS = ("value", "valuetext")
_VALUE_UNITS = ("valueuom", "unit", "units", "unidad", "uom")
_ERRORS = ("error", "iserror")
_FACTS = {
    "sex": ("sex", "gender", "sexo"),
    "birth_date": ("birthdate", "dateofbirth", "dob", "fechanacimiento"),
    "name": ("patientname", "nombre"),
    "bed": ("bed", "bedid", "cama"),
}
# Challenge 2012 (physionet.org/content/challenge-2012) calls the invasive mean pressure MAP.
_DIALECTS: Mapping[str, Mapping[str, Signal]] = {"recordid": {"map": Signal.INVASIVE_MEAN}}
_FASTEST_NUMERICS = 0.05  # s: rows this close, or closer, are samples of waveforms
_FEWEST_STEPS = 3
_GAP = 5  # times the usual step
_ROUNDING = 0.004  # of a rate, within which a whole number of Hz is meant
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a wide table that holds one signal."""

    index: int
    channel: Channel
    convert: Callable[[float], float] | None

    @property
    def is_waveform(self) -> bool:
        """Whether it holds samples of a waveform."""
        return VITALS[self.channel.signal].kind is Kind.WAVEFORM


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """The columns of a table with one value a row."""

    parameter: int
    value: int
    text: int | None
    unit: int | None
    error: int | None
    mapped: Mapping[str, SignalMap]
    dialect: Mapping[str, Signal]

    def channel(self, label: str, unit: str | None) -> Channel | None:
        """What `label` names in this table; None where it is not known."""
        if self.mapped:
            entry = self.mapped.get(label.strip())
            return Channel(entry.signal, unit_of(entry.unit or unit), label) if entry else None
        special = self.dialect.get(plain(label))
        return Channel(special, unit_of(unit), label) if special else numeric(label, unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The roles of a table's columns. `rate` is in Hz, of the waveform columns."""

    width: int
    time: tuple[int, ...]
    times: TimeReader
    patient: int | None
    columns: tuple[Column, ...] = ()
    long: Long | None = None
    rate: float = 0.0
    facts: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def arrange(header: Sequence[str], sample: Sequence[Sequence[object]], told: TableMap) -> Layout:
    """The layout of a table with the names `header`, whose first rows are `sample`.

    Raises MalformedInput where no time or no signal is found.
    """
    if told.time and told.time.column not in [name.strip() for name in header]:
        raise MalformedInput(f"the map's time column {told.time.column!r} is not in the file")
    time = _time_columns(header, told)
    if not time:
        raise MalformedInput(f"no column is known to hold the time; {_seen(header)}")
    times = _time_reader(header, sample, told, time)
    patient = _named(header, told.patient)[0] if told.patient else _first(header, _PATIENTS)
    facts = {fact: i for fact, names in _FACTS.items() if (i := _first(header, names)) is not None}
    long = _long(header, told, patient)
    taken = {*time, patient, *facts.values()}
    if long is not None:
        return Layout(
            width=len(header), time=time, times=times, patient=patient, long=long, facts=facts
        )
    rate = told.rate or _rate(sample, time, times)
    columns, ignored = _columns(header, told, taken, fast=bool(rate))
    if not columns:
        raise MalformedInput(f"no column is known to hold a signal; {_seen(header)}")
    return Layout(
        width=len(header), time=time, times=times, patient=patient, columns=columns,
        rate=rate, facts=facts, ignored=ignored,
    )  # fmt: skip


def _time_columns(header: Sequence[str], told: TableMap) -> tuple[int, ...]:
    """The map's time column; the time of day beside it belongs to it where it holds days alone."""
    inferred = time_columns(header)
    if told.time is None:
        return inferred
    column = _named(header, told.time.column)
    days_alone = told.time.format and not re.search(r"%[HIXcsT]", told.time.format)
    return inferred if days_alone and inferred[:1] == column else column


def _seen(header: Sequence[str]) -> str:
    """The columns seen and those known. A first line of data is not repeated: it is a patient's."""
    if any(cell.strip()[:1].isdigit() for cell in header):
        return "its first line looks like data: put the column names there, or tell them in a map"
    seen = ", ".join(repr(name.strip()[:40]) for name in header[:_LISTED])
    return (
        f"it has {seen}{', ...' if len(header) > _LISTED else ''}; known are names such as "
        f"{known_names()}; else tell them with ?map=FILE, a TOML file such as: time = 'When' "
        f"[signals] 'Pulse ox' = 'spo2'"
    )


def _named(header: Sequence[str], name: str) -> tuple[int, ...]:
    names = [column.strip() for column in header]
    if name.strip() not in names:
        raise MalformedInput(f"the map's column {name!r} is not in the file; {_seen(header)}")
    return (names.index(name.strip()),)


def _first(header: Sequence[str], wanted: Sequence[str]) -> int | None:
    keys = [plain(name) for name in header]
    return next((keys.index(key) for key in wanted if key in keys), None)


def _time_reader(
    header: Sequence[str], sample: Sequence[Sequence[object]], told: TableMap, time: tuple[int, ...]
) -> TimeReader:
    how = told.time
    kind = how.kind if how and how.kind else None
    if kind is None:
        cells = [time_cell(row, time) for row in sample if len(row) > max(time)]
        pattern = (how.format if how else None) or day_format(header[time[0]], cells)
        if pattern is not None:
            return TimeReader(TimeKind.DATETIME, zone=_zone(told), pattern=pattern)
        label = header[time[0]] if len(time) == 1 else ""
        kind = infer_kind(label, [cell for cell in cells if cell not in {None, ""}])
    return TimeReader(
        kind,
        start=how.start if how and how.start else EPOCH,
        zone=_zone(told),
        pattern=how.format if how else None,
    )


def _zone(told: TableMap) -> ZoneInfo:
    return ZoneInfo(told.time.zone if told.time else "UTC")


def time_cell(row: Sequence[object], time: tuple[int, ...]) -> object:
    """The cell that tells the time; a date and a time of day are put together."""
    if len(time) == 1:
        return row[time[0]]
    day = str(row[time[0]]).strip().partition(" ")[0].partition("T")[0]
    return f"{day} {str(row[time[1]]).strip()}"


def _long(header: Sequence[str], told: TableMap, patient: int | None) -> Long | None:
    if told.parameter and told.value:
        parameter: int | None = _named(header, told.parameter)[0]
        value: int | None = _named(header, told.value)[0]
    elif told.signals and any(name in map(str.strip, header) for name in told.signals):
        return None
    else:
        parameter, value = _first(header, _PARAMETERS), _first(header, _VALUES)
    if parameter is None or value is None:
        return None
    text = _first(header, _TEXTS)
    return Long(
        parameter=parameter,
        value=value,
        text=text if text != value else None,
        unit=_named(header, told.unit)[0] if told.unit else _first(header, _VALUE_UNITS),
        error=_first(header, _ERRORS),
        mapped=told.signals,
        dialect=_DIALECTS.get(plain(header[patient]), {}) if patient is not None else {},
    )


def _columns(
    header: Sequence[str], told: TableMap, taken: set[int | None], *, fast: bool
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    columns: list[Column] = []
    ignored: list[str] = []
    for name in told.signals:
        _named(header, name)
    for index, name in enumerate(header):
        if index in taken:
            continue
        channel = _channel(name.strip(), told, fast=fast)
        if channel is None or any(same(channel, other.channel) for other in columns):
            ignored.append(name.strip())
        else:
            columns.append(Column(index, channel, converter(channel)))
    return tuple(columns), tuple(ignored)


def _channel(name: str, told: TableMap, *, fast: bool) -> Channel | None:
    if told.signals:
        entry = told.signals.get(name)
        return Channel(entry.signal, unit_of(entry.unit), name) if entry else None
    return (waveform(name) if fast else None) or numeric(name)


def _rate(
    sample: Sequence[Sequence[object]],
    time: tuple[int, ...],
    times: TimeReader,
) -> float:
    """The rate in Hz of rows that follow each other as samples of waveforms do; else 0."""
    moments = []
    for row in sample:
        try:
            moments.append(times.read(time_cell(row, time), ""))
        except (MalformedInput, IndexError):
            continue
    steps = [(b - a).total_seconds() for a, b in pairwise(moments) if b >= a]
    forward = sorted(step for step in steps if step > 0)
    if len(forward) < _FEWEST_STEPS or forward[len(forward) // 2] > _FASTEST_NUMERICS:
        return 0.0
    # The mean, since written times are often rounded, but not over gaps.
    even = [step for step in steps if step <= _GAP * forward[len(forward) // 2]]
    rate = len(even) / sum(even)
    whole = round(rate)
    return float(whole) if abs(rate - whole) < _ROUNDING * rate else rate
