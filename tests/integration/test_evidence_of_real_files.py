"""The facts of real recordings, against what the files themselves hold."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.evidence import Fact, FactKind, Window
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import VITALS, Language, Signal
from sereno.scoring.evidence import gather
from sereno.scoring.limits import THRESHOLDS
from tests.support import require
from tests.unit.scoring.tracking import find_episodes

START = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
COLUMNS = {
    "HR": Signal.HEART_RATE,
    "PULSE": Signal.PULSE_RATE,
    "RESP": Signal.RESPIRATORY_RATE,
    "SpO2": Signal.SPO2,
}
Series = dict[Signal, list[tuple[datetime, float]]]


def numerics(path: Path) -> Series:
    """The columns of a BIDMC file, by the signals that they are."""
    series: Series = {signal: [] for signal in COLUMNS.values()}
    with path.open() as file:
        for number, row in enumerate(csv.DictReader(file, skipinitialspace=True)):
            for column, signal in COLUMNS.items():
                if row[column] not in ("", "NaN"):
                    moment = START + timedelta(seconds=number)
                    series[signal].append((moment, float(row[column])))
    return series


def good(signal: Signal, values: list[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    return [(moment, value) for moment, value in values if VITALS[signal].plausible(value)]


def holds(fact: Fact, series: Series) -> bool:
    """Whether the file bears the fact out, told by plain lists and nothing of ours."""
    signal = fact.signal
    if signal is None:
        return fact.kind is FactKind.GAP
    values = good(signal, series[signal])
    if fact.kind is FactKind.MEASURE:
        return (fact.times["at"], fact.value) == values[-1]
    if fact.kind is FactKind.CHANGE:
        return (fact.values["from"], fact.values["to"]) == (values[0][1], values[-1][1])
    if fact.kind is FactKind.EXTREME:
        levels = [value for _, value in values]
        worst = min(levels) if fact.direction == "low" else max(levels)
        return (fact.times["at"], fact.value) == (values[levels.index(worst)][0], worst)
    inside = [value for moment, value in values if moment >= fact.times["start"]]
    if fact.kind in (FactKind.EPISODE, FactKind.GROUP):
        reached = (fact.times["at"], fact.value) in values
        most = min(inside) if fact.direction == "low" else max(inside)
        return reached and fact.value == most
    return fact.kind is FactKind.GAP


def test_every_fact_of_every_bedside_recording_is_in_its_file(shared_data: Path) -> None:
    files = sorted((shared_data / "bidmc").glob("*_Numerics.csv"))
    require(files, "no BIDMC recordings: get data/bidmc of the shared folder anew")
    for path in files:
        series = numerics(path)
        observations = sorted(
            (
                Observation.judged(signal, moment, value, "bidmc")
                for signal, values in series.items()
                for moment, value in values
            ),
            key=lambda each: each.time,
        )
        end = observations[-1].time
        scored = [each for each in observations if each.quality is Quality.GOOD]
        episodes = find_episodes(scored, THRESHOLDS, now=end)
        evidence = gather("p", Window(START, end), observations, episodes=episodes)
        wrong = [fact for fact in evidence.facts if not holds(fact, series)]
        assert not wrong, (path.name, wrong)
        for language in Language:
            draft = TemplateGenerator().write(evidence, language)
            assert ClaimVerifier().verify(draft.sentences, evidence, language).accepted
