"""The facts that the program finds in real recordings, against the reference's.

The two share no code; each follows docs/reference. Where they differ one of them is wrong, or the
documents are silent.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors import open_source
from inference.evaluation.agreement import Disagreement, disagreements
from inference.evaluation.reference import expected
from sereno.domain.evidence import Evidence, Window
from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Episode, Score, ScoreKind
from sereno.scoring.evidence import gather
from sereno.scoring.watch import Findings, Watch
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio

HOURS = timedelta(hours=4)
MOST_WINDOWS = 18  # three days: the reference reads the whole record anew for each
PATIENT = Patient(id="p", identifier="p")
ON_SCALE_2 = replace(PATIENT, spo2_scale=SpO2Scale.SCALE_2, spo2_scale_ordered_by="a doctor")

WFDB = "wfdb:{}/wfdb/multi-segment/s00001/s00001-2896-10-10-00-31n"
MIMIC = "parquet:{}/mimic3-demo/vital_chartevents.parquet"
CINC_2012 = "parquet:{}/cinc2012/set-a.parquet"
CINC_2019 = "parquet:{}/cinc2019/training_setB.parquet"
EICU = "parquet:{}/yaib-eicu_demo/sepsis/dyn.parquet"


async def patients(source: str, most: int) -> dict[str, list[Observation]]:
    """What a source tells of its first patients, each signal, moment and source once."""
    told: dict[str, dict[Any, Observation]] = {}
    async for batch in open_source(source, clock=FakeClock(), speed=None).batches():
        name = batch.subject.identifier if batch.subject else ""
        if name not in told and len(told) == most:
            break
        for each in batch.observations:
            key = (each.signal, each.time, each.source)
            told.setdefault(name, {})[key] = each
    return {
        name: sorted(values.values(), key=lambda each: each.time)
        for name, values in told.items()
        if values
    }


class Played:
    """The program's surveillance of one patient, window after window."""

    def __init__(self, patient: Patient) -> None:
        self.watch = Watch(patient)
        self.scores: list[Score] = []
        self.episodes: dict[str, Episode] = {}
        self.alarms: dict[str, Alarm] = {}

    def take(self, findings: Findings) -> None:
        self.scores += [each for each in findings.scores if each.kind is ScoreKind.NEWS2]
        self.episodes |= {each.id: each for each in findings.episodes}
        self.alarms |= {each.id: each for each in findings.alarms}

    def evidence(self, window: Window, told: list[Observation]) -> Evidence:
        self.episodes |= {each.id: each for each in self.watch.latest.episodes}
        self.alarms |= {each.id: each for each in self.watch.latest.alarms}
        before = [each for each in self.scores if each.time <= window.start]
        within = [each for each in self.scores if each.time > window.start]
        return gather(
            "p", window, told, scores=before[-1:] + within,
            episodes=[each for each in self.episodes.values() if lasts(each, window.start)],
            alarms=list(self.alarms.values()),
        )  # fmt: skip


def lasts(episode: Episode, until: datetime) -> bool:
    return episode.end is None or episode.end >= until


def windows(
    told: list[Observation], patient: Patient
) -> Iterator[tuple[Window, list[Observation], Evidence]]:
    """Windows of four hours, or as long as the record, each with what was told by its end."""
    played, start, done = Played(patient), told[0].time, 0
    last = min(told[-1].time, start + MOST_WINDOWS * HOURS)
    while start < last:
        window = Window(start, min(start + HOURS, last))
        known = [each for each in told if each.time <= window.end]
        played.take(played.watch.observe(known[done:]))
        played.take(played.watch.advance(window.end))
        yield window, known, played.evidence(window, known)
        start, done = window.end, len(known)


def compare(told: list[Observation], patient: Patient) -> tuple[int, list[Disagreement]]:
    """How many facts there were, and the differences.

    A text may leave out what is not required, and the evidence holds only so many of those: where
    a required fact differs, the others are not compared.
    """
    count, found = 0, list[Disagreement]()
    for window, known, evidence in windows(told, patient):
        count += len(evidence.facts)
        here = disagreements(expected(known, window, patient), evidence)
        required = [each for each in here if each.required]
        found += required or here
    return count, found


async def check(source: str, most: int, patient: Patient = PATIENT) -> None:
    compared = 0
    for name, told in (await patients(source, most)).items():
        count, differences = compare(told, patient)
        assert not differences, (name, differences)
        compared += count
    assert compared


@pytest.mark.parametrize(
    ("source", "most"), [(MIMIC, 4), (CINC_2012, 4), (CINC_2019, 6), (EICU, 8)]
)
async def test_facts_of_a_few_stays(shared_data: Path, source: str, most: int) -> None:
    await check(source.format(shared_data), most)


async def test_facts_on_the_other_saturation_scale(shared_data: Path) -> None:
    await check(EICU.format(shared_data), 8, ON_SCALE_2)


@pytest.mark.parametrize("number", ["02", "05", "15", "23", "33", "41", "44", "50"])
async def test_facts_of_bedside_numerics(shared_data: Path, number: str) -> None:
    """A value a second, for eight minutes."""
    await check(f"csv:{shared_data}/bidmc/bidmc_{number}_Numerics.csv", 1)


async def test_facts_of_a_value_a_minute(shared_data: Path) -> None:
    """32 hours with the monitor's own gaps and sentinels."""
    await check(WFDB.format(shared_data), 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "most"), [(MIMIC, 56), (CINC_2012, 100), (CINC_2019, 100), (EICU, 150)]
)
async def test_facts_of_many_stays(shared_data: Path, source: str, most: int) -> None:
    await check(source.format(shared_data), most)
