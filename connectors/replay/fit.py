"""FIT files of watches, straps and bands (developer.garmin.com/fit): their numbers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from connectors.opening import Opening
from connectors.replay.channels import Channel, observation
from connectors.replay.naming import name_of
from connectors.replay.opening import replayed
from connectors.replay.player import WINDOW, Entry, Replay, Window
from connectors.replay.times import EPOCH
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Rejected, Subject
from sereno.domain.vitals import Signal

# A record's `temperature` is the device's own, and `saturated_hemoglobin_percent` a muscle's.
_FIELDS: Final[Mapping[str, Mapping[str, Signal]]] = {
    "record": {
        "heart_rate": Signal.HEART_RATE,
        "enhanced_respiration_rate": Signal.RESPIRATORY_RATE,
        "core_temperature": Signal.TEMPERATURE,
    },
    "monitoring": {"heart_rate": Signal.HEART_RATE},
    "hr": {"filtered_bpm": Signal.HEART_RATE},
    "spo2_data": {"reading_spo2": Signal.SPO2},
    "respiration_rate": {"respiration_rate": Signal.RESPIRATORY_RATE},
    "blood_pressure": {
        "systolic_pressure": Signal.CUFF_SYSTOLIC,
        "diastolic_pressure": Signal.CUFF_DIASTOLIC,
        "mean_arterial_pressure": Signal.CUFF_MEAN,
        "heart_rate": Signal.PULSE_RATE,
    },
}
_FIT_EPOCH: Final = datetime(1989, 12, 31, tzinfo=UTC)
_FIRST_MOMENT: Final = 0x10000000  # s: a clock that was never set counts from the first start
_CUT: Final = "the file is cut off here; its rest is lost"
_DAMAGED: Final = "the file is damaged here; its rest is lost"


def open_fit(opening: Opening) -> Replay:
    """`fit:PATH`."""
    return replayed(opening, read_fit(opening))


def read_fit(opening: Opening) -> "FitRecording":
    """The file itself."""
    opening.allow_options()
    return FitRecording(opening.file(), opening.patient)


class FitRecording:
    """A FIT file, or several in one, as a `Recording`."""

    ignored: tuple[str, ...] = ()  # a file holds hundreds of kinds of fields

    def __init__(self, path: Path, patient: str | None = None) -> None:
        self._path = path
        self._subject = Subject(identifier=patient or path.stem)
        self.name = name_of("fit", path)

    def windows(self) -> Iterator[Window]:
        """Read it through; see `Recording`. Raises MalformedInput where nothing is found in it."""
        entries: list[Entry] = []
        found = 0
        wrong = ""
        try:
            for entry in self._entries():
                entries.append(entry)
                found += 1
                if len(entries) == WINDOW:
                    yield Window(entries, [])
                    entries = []
        except MalformedInput as exc:
            wrong = str(exc)
        if not found and wrong:
            raise MalformedInput(f"{wrong}; nothing was found before, so send it again")
        if not found:
            raise MalformedInput(
                "the FIT file holds no heart rate, SpO2, respiratory rate, pressure or body "
                "temperature; send a recording of one"
            )
        if entries or wrong:
            yield Window(entries, [Rejected(b"", wrong)] if wrong else [])

    def _entries(self) -> Iterator[Entry]:
        """All values until the file ends, or until it is damaged. Raises MalformedInput."""
        import fitdecode

        try:
            stream = self._path.open("rb")
        except OSError as exc:
            raise SourceError("the file can not be opened; check its permissions") from exc
        with stream, _reader(stream) as reader:
            frames = iter(reader)
            while (frame := _next(frames)) is not None:
                if isinstance(frame, fitdecode.FitDataMessage):
                    yield from self._message(frame, reader.last_timestamp)
                elif isinstance(frame, fitdecode.FitCRC) and not frame.matched:
                    raise MalformedInput("its checksum does not fit: what it holds may be damaged")

    def _message(self, message: Any, last: Any) -> Iterator[Entry]:
        fields = _FIELDS.get(message.name)
        if fields is None:
            return
        times = _times(message, last)
        for field in message.fields:
            signal = fields.get(field.name)
            if signal is None or field.value is None:
                continue
            for time, value in zip(times, _listed(field.value), strict=False):
                entry = self._entry(signal, time, value)
                if entry is not None:
                    yield entry

    def _entry(self, signal: Signal, time: datetime | None, value: object) -> Entry | None:
        if time is None or not isinstance(value, int | float):
            return None
        found = observation(Channel(signal), None, time, float(value), self.name)
        return Entry(self._subject, found) if found is not None else None


def _reader(stream: Any) -> Any:
    import fitdecode

    return fitdecode.FitReader(
        stream,
        check_crc=fitdecode.CrcCheck.READONLY,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )


def _next(frames: Iterator[Any]) -> Any:
    """The next part of a file, None at its end. Raises MalformedInput where it is damaged."""
    import fitdecode

    try:
        return next(frames, None)
    except fitdecode.FitEOFError as exc:
        raise MalformedInput(_CUT) from exc
    except fitdecode.FitHeaderError as exc:
        raise MalformedInput("no FIT file begins here, or its beginning is damaged") from exc
    except Exception as exc:  # asserts, and whatever a flipped bit leads to
        raise MalformedInput(_DAMAGED) from exc


def _times(message: Any, last: Any) -> Sequence[datetime | None]:
    """When its values were taken: the beats of an `hr` message have a moment each."""
    if message.name == "hr":
        moments = [
            moment
            for field in message.fields
            if field.name == "event_timestamp"
            for moment in _listed(field.value)
        ]
        return [moment if isinstance(moment, datetime) else None for moment in moments]
    time = message.get_value("timestamp", fallback=None)
    if isinstance(time, datetime):
        return [time]
    if isinstance(time, int) and time < _FIRST_MOMENT:
        return [EPOCH + timedelta(seconds=time)]
    short = message.get_value("timestamp_16", fallback=None)
    if isinstance(short, int) and isinstance(last, int) and last >= _FIRST_MOMENT:
        return [_FIT_EPOCH + timedelta(seconds=last + ((short - last) & 0xFFFF))]
    return []


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else (value,)
