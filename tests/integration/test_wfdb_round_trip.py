"""What was read of a WFDB record, written by PhysioNet's own library, is read as the same again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from connectors import open_source
from sereno.domain.stream import Batch, Observation, WaveformChunk
from sereno.domain.vitals import VITALS, Signal
from tests.fakes.clock import FakeClock
from tests.fakes.reading import observations, read_all, waveforms

pytestmark = pytest.mark.anyio
# By which of its names a record tells each signal.
NAMES: Mapping[Signal, str] = {
    Signal.HEART_RATE: "HR", Signal.PULSE_RATE: "PULSE", Signal.SPO2: "SpO2",
    Signal.RESPIRATORY_RATE: "RESP", Signal.INVASIVE_SYSTOLIC: "ABP Sys",
    Signal.INVASIVE_DIASTOLIC: "ABP Dias", Signal.INVASIVE_MEAN: "ABP Mean",
    Signal.CUFF_SYSTOLIC: "NBP Sys", Signal.CUFF_DIASTOLIC: "NBP Dias",
    Signal.CUFF_MEAN: "NBP Mean",
}  # fmt: skip
MINUTE = 60
SOME = timedelta(minutes=6)  # of a recording of half an hour
# A WFDB header has no room for UCUM's signs.
UNITS = {"mm[Hg]": "mmHg", "/min": "bpm", "1": "NU", "Cel": "degC"}


async def read(path: Path) -> list[Batch]:
    return await read_all(open_source(f"wfdb:{path}", clock=FakeClock(), speed=None))


@pytest.mark.parametrize("name", ["100", "03700181", "multi-segment/s00001/3975656_0013"])
async def test_waveforms(shared_data: Path, tmp_path: Path, name: str) -> None:
    whole = waveforms(await read(shared_data / "wfdb" / name))
    original = [each for each in whole if each.start < whole[0].start + SOME]
    assert original
    path = written_waveforms(tmp_path, original)
    again = waveforms(await read(path))
    kept = by_lead(again)
    for lead, samples in by_lead(original).items():
        assert list(kept[lead]) == list(samples)
        for start, values in samples.items():
            np.testing.assert_allclose(kept[lead][start], values, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["s00001-2896-10-10-00-31n", "s00001-2896-10-09-01-56n"])
async def test_numerics(shared_data: Path, tmp_path: Path, name: str) -> None:
    original = observations(await read(shared_data / "wfdb" / "multi-segment" / "s00001" / name))
    assert original
    again = observations(await read(written_numerics(tmp_path, original)))
    assert sorted(map(told, again)) == sorted(map(told, original))


def by_lead(chunks: Iterable[WaveformChunk]) -> dict[Any, dict[datetime, list[float]]]:
    """By signal, lead and rate the samples of each second."""
    found: dict[Any, dict[datetime, list[float]]] = defaultdict(dict)
    for each in chunks:
        found[each.signal, each.channel, each.rate][each.start] = list(each.samples)
    return found


def told(each: Observation) -> tuple[Any, ...]:
    return each.signal, each.time, round(each.value, 6), each.quality


def written_waveforms(folder: Path, chunks: Iterable[WaveformChunk]) -> Path:
    """The chunks as one record: each lead a signal of its own rate, at its own gain."""
    leads: dict[str, list[WaveformChunk]] = defaultdict(list)
    for chunk in chunks:
        leads[chunk.channel].append(chunk)
    begin = min(each[0].start for each in leads.values())
    slowest = min(each[0].rate for each in leads.values())
    columns = [placed(each, begin) for each in leads.values()]
    per_frame = [round(each[0].rate / slowest) for each in leads.values()]
    frames = min(len(each) // n for each, n in zip(columns, per_frame, strict=True))
    columns = [each[: frames * n] for each, n in zip(columns, per_frame, strict=True)]
    units = [VITALS[each[0].signal].unit for each in leads.values()]
    return _write(
        folder,
        begin,
        slowest,
        [*leads],
        units,
        {"e_p_signal": columns, "samps_per_frame": per_frame},
    )


def placed(chunks: list[WaveformChunk], begin: datetime) -> Any:
    """Samples by their time; NaN where none was."""
    rate = chunks[0].rate
    last = chunks[-1]
    size = round((last.start - begin).total_seconds() * rate) + len(last.samples)
    samples = np.full(size, np.nan)
    for chunk in chunks:
        first = round((chunk.start - begin).total_seconds() * rate)
        samples[first : first + len(chunk.samples)] = chunk.samples
    return samples


def written_numerics(folder: Path, values: list[Observation]) -> Path:
    """Values a minute apart as one record: each signal a column."""
    begin = values[0].time
    signals = list(dict.fromkeys(each.signal for each in values))
    minutes = [round((each.time - begin).total_seconds() / MINUTE) for each in values]
    table = np.full((max(minutes) + 1, len(signals)), np.nan)
    for each, minute in zip(values, minutes, strict=True):
        table[minute, signals.index(each.signal)] = each.value
    units = [VITALS[each].unit for each in signals]
    names = [NAMES[each] for each in signals]
    return _write(folder, begin, 1 / MINUTE, names, units, {"p_signal": table})


def _write(
    folder: Path,
    begin: datetime,
    rate: float,
    names: list[str],
    units: list[str],
    samples: dict[str, Any],
) -> Path:
    import wfdb

    wfdb.wrsamp(
        "again", fs=rate, sig_name=names, fmt=["32"] * len(names),
        units=[UNITS.get(unit, unit) for unit in units],
        base_date=date(begin.year, begin.month, begin.day),
        base_time=time(begin.hour, begin.minute, begin.second, begin.microsecond),
        write_dir=str(folder), **samples,
    )  # fmt: skip
    return folder / "again"
