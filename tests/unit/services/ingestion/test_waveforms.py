"""What the waveforms say of the numbers is kept, scored and shown with them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sereno.domain.stream import Batch, Observation, Quality, WaveformChunk
from sereno.domain.vitals import Signal
from sereno.ports import Sifted
from sereno.scoring.watch import Watch
from sereno.scoring.waveforms.listener import Heard, Listener
from sereno.services.foundation import Foundation
from sereno.services.ingestion.listening import listened
from sereno.services.ingestion.transaction import Watched
from tests.fakes.clock import NOON
from tests.fakes.streams import ANA, ScriptedSource, beats
from tests.unit.scoring.streams import PATIENT, START
from tests.unit.scoring.waveforms import drawn
from tests.unit.scoring.waveforms.drawn import Samples
from tests.unit.services.ingestion.running import DAY, heart_rates, ingestion

pytestmark = pytest.mark.anyio


def batch(samples: Samples, values: list[float], seconds: int = 40) -> Batch:
    """Waveforms of `seconds` before noon, with heart rates beside them."""
    begin = NOON - timedelta(seconds=seconds)
    waves = [
        replace(chunk, start=begin + (chunk.start - START))
        for chunk in drawn.chunks(Signal.ECG, samples, source="fake")
    ]
    told = beats(values, start=begin).observations
    return Batch(source="fake", subject=ANA, observations=told, waveforms=tuple(waves))


def kept(foundation: Foundation) -> list[Observation]:
    patient = foundation.store.find("MRN-0042")
    return foundation.store.observations(patient.id, NOON - DAY, NOON + DAY)


async def test_a_rate_that_nobody_measures_is_derived_kept_and_the_latest(
    foundation: Foundation,
) -> None:
    await ingestion(foundation, ScriptedSource([batch(drawn.ecg(40, 80), [])])).run()
    assert heart_rates(foundation) == pytest.approx([80] * 6, abs=1)
    patient = foundation.store.find("MRN-0042")
    latest = foundation.store.latest(patient.id)[Signal.HEART_RATE]
    assert latest.source == "derived:ecg:fake"


async def test_what_comes_again_is_neither_derived_nor_marked_twice(
    foundation: Foundation,
) -> None:
    values = [70.0] * 40
    for samples, told in ((drawn.noisy(drawn.ecg(40)), values), (drawn.ecg(40), [])):
        for _ in range(2):
            await ingestion(foundation, ScriptedSource([batch(samples, told)])).run()
    found = [(each.version, each.quality) for each in kept(foundation)]
    assert len(found) == 40
    assert {version for version, _ in found} == {1}
    assert {Quality.GOOD, Quality.ARTEFACT} == {quality for _, quality in found}


async def test_a_late_lead_after_a_restart_gives_no_rate_for_a_second_time(
    foundation: Foundation,
) -> None:
    first = batch(drawn.ecg(40, 80), [])
    await ingestion(foundation, ScriptedSource([first])).run()
    before = kept(foundation)
    other = replace(first, waveforms=tuple(replace(w, channel="V") for w in first.waveforms))
    await ingestion(foundation, ScriptedSource([other])).run()
    assert kept(foundation) == before


class Faulty(Listener):
    """A listener with a bug."""

    def hear(self, chunks: Any, observations: Any, calm: Any) -> Heard:
        message = "a bug"
        raise KeyError(message)


async def test_a_fault_in_judging_waveforms_costs_no_value(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = batch(drawn.ecg(40), [70.0, 71.0])
    watched = Watched(PATIENT, Watch(PATIENT), live=True, told=NOON)
    watched.listener = Faulty()
    sifted = Sifted(new=told.observations, corrections=(), duplicates=0, waveforms=told.waveforms)
    assert listened(watched, sifted, NOON) == list(told.observations)
    assert "can not be judged" in caplog.text


async def test_nothing_is_derived_of_a_waveform_dated_in_the_future(
    foundation: Foundation,
) -> None:
    ahead = batch(drawn.ecg(40), [])
    moved: list[WaveformChunk] = [
        replace(chunk, start=chunk.start + timedelta(hours=3)) for chunk in ahead.waveforms
    ]
    await ingestion(foundation, ScriptedSource([replace(ahead, waveforms=tuple(moved))])).run()
    assert kept(foundation) == []
