"""FHIR out and in again is the same: what our own encoder writes, our own reader takes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fhir import encoding, mapping
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.surveillance import Response, Score, ScoreKind, ScorePart
from sereno.domain.vitals import VITALS, Kind, Signal
from tests.fakes.clock import NOON
from tests.fakes.fhir import read
from tests.fakes.reading import observations, waveforms

NUMERIC = [signal for signal, row in VITALS.items() if row.kind is not Kind.WAVEFORM]
WAVES = [signal for signal, row in VITALS.items() if row.kind is Kind.WAVEFORM]


@st.composite
def values(draw: st.DrawFn) -> Observation:
    """A value that the vocabulary holds for possible, of any quality but what it contradicts."""
    vital = VITALS[draw(st.sampled_from(NUMERIC))]
    steps = draw(st.integers(0, 1000))
    raw = vital.low + (vital.high - vital.low) * steps / 1000
    value = float(round(raw)) if vital.kind is Kind.ORDINAL else round(raw, 2)
    quality = draw(st.sampled_from(Quality))
    if value == 0 and vital.signal is Signal.RESPIRATORY_RATE:  # what a sensor that is off says
        quality = Quality.SENSOR_OFF
    return Observation(vital.signal, NOON, value, "mllp:2575/GATE/MON-12", quality)


@given(values(), st.integers(1, 3))
def test_a_value_of_any_quality_comes_back_as_it_was(one: Observation, version: int) -> None:
    told = encoding.value("id", "p1", replace(one, version=version), "d1")
    (back,) = observations(read(told).batches)
    kept = (back.signal, back.time, back.value, back.quality)
    assert kept == (one.signal, one.time, pytest.approx(one.value), one.quality)
    assert back.source.endswith(one.source)


@pytest.mark.parametrize("parts", [mapping.PRESSURE_PARTS, mapping.INVASIVE_PARTS])
def test_a_pressure_comes_back_in_its_parts(parts: tuple[Signal, ...]) -> None:
    told = [Observation(each, NOON, 90.0 + n, "m") for n, each in enumerate(parts)]
    back = observations(read(encoding.pressures("id", "p1", told, None)).batches)
    assert [(each.signal, each.value) for each in back] == [(e.signal, e.value) for e in told]


@pytest.mark.parametrize("signal", WAVES)
def test_a_waveform_comes_back_sample_by_sample(signal: Signal) -> None:
    samples = tuple(round(0.01 * n, 2) for n in range(125))
    chunk = WaveformChunk(signal, NOON, 125.0, samples, "m", "II")
    found = waveforms(read(encoding.waveform("id", "p1", chunk, None)).batches)
    assert [sample for each in found for sample in each.samples] == pytest.approx(samples)
    assert {(each.signal, each.rate) for each in found} == {(signal, 125.0)}
    assert found[0].start == NOON


def test_the_parts_of_a_score_are_no_values_of_their_own() -> None:
    part = ScorePart(Signal.HEART_RATE, 120.0, NOON, 2)
    score = Score(
        kind=ScoreKind.NEWS2, time=NOON, total=2, lowest=2, highest=2, parts=(part,),
        response=Response.WARD, red=False,
    )  # fmt: skip
    assert observations(read(encoding.score("id", "p1", score)).batches) == []
