"""An ECG of an Apple Health export: a page of CSV in the phone's own language.

The words before the samples are the phone's, so that what they say is told by its form: a moment,
a rate in hertz, a unit. One lead, half a minute.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Final

from connectors.replay.channels import Channel, converter, number
from connectors.replay.tracks import FASTEST, seconds
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import Signal

_LONGEST_LINE: Final = 4096  # bytes
_LONGEST_HEAD: Final = 40  # lines before the samples
_MOST_SAMPLES: Final = 200_000
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ?([+-]\d{4})")
_RATE: Final = re.compile(r"(\d{2,5}(?:[.,]\d{1,9})?) ?(?:hz|her[tc])", re.IGNORECASE)
_UNITS: Final = {"µV": "uV", "μV": "uV", "uV": "uV", "mV": "mV", "V": "V"}


def chunks_of(stream: IO[bytes], source: str) -> list[WaveformChunk]:
    """The ECG in stretches of a second. Raises MalformedInput."""
    start, rate, unit = None, None, None
    samples: list[float] = []
    for number_of_line, line in enumerate(_lines(stream)):
        value = _sample(line)
        if value is not None and start and rate and unit:
            samples.append(value)
            if len(samples) > _MOST_SAMPLES:
                raise MalformedInput("it has more samples than any ECG of a watch")
            continue
        if samples or number_of_line > _LONGEST_HEAD:
            raise MalformedInput("a sample is no number")
        start = start or _start(line)
        rate = rate or _rate(line)
        unit = unit or _UNITS.get(line.rpartition(",")[2].strip('" '))
    if not samples or start is None or rate is None or unit is None:
        raise MalformedInput("it tells no time, rate, unit or samples")
    return _cut(samples, start, rate, unit, source)


def _lines(stream: IO[bytes]) -> Iterator[str]:
    while line := stream.readline(_LONGEST_LINE):
        text = line.decode("utf-8-sig", errors="replace").strip()
        if text:
            yield text


def _sample(line: str) -> float | None:
    try:
        return number(line.strip('"').replace(",", "."))
    except MalformedInput:
        return None


def _start(line: str) -> datetime | None:
    match = _MOMENT.search(line)
    try:
        return datetime.fromisoformat(match[1] + match[2]).astimezone(UTC) if match else None
    except (ValueError, OverflowError):
        return None


def _rate(line: str) -> float | None:
    match = _RATE.search(line)
    rate = float(match[1].replace(",", ".")) if match else 0.0
    return rate if 1 <= rate < FASTEST else None


def _cut(
    samples: list[float], start: datetime, rate: float, unit: str, source: str
) -> list[WaveformChunk]:
    convert = converter(Channel(Signal.ECG, unit)) or float
    size = round(rate)
    return [
        WaveformChunk(
            Signal.ECG,
            start + seconds(first, rate),
            rate,
            tuple(map(convert, samples[first : first + size])),
            source,
            "I",
        )
        for first in range(0, len(samples), size)
    ]
