"""Waveforms come back whole, in order and once."""

import math

import pytest

from sereno.domain.patients import Patient
from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Store
from tests.contract.store.records import LATER, SECOND, lead
from tests.fakes.clock import NOON


def test_waveforms_that_overlap_a_range_come_in_order(store: Store, ana: Patient) -> None:
    chunks = [lead(second, channel) for second in range(6) for channel in ("II", "V")]
    pleth = lead(2, "", Signal.PLETH)
    for at in range(0, 12, 4):
        store.commit([Commit(patient=ana.id, waveforms=tuple(chunks[at : at + 4]))])
    store.commit([Commit(patient=ana.id, waveforms=(pleth,))])
    found = store.waveforms(ana.id, Signal.ECG, NOON + 1.5 * SECOND, NOON + 3 * SECOND)
    assert found == chunks[2:8]
    assert store.waveforms(ana.id, Signal.PLETH, NOON, LATER) == [pleth]
    assert store.waveforms(ana.id, Signal.PRESSURE, NOON, LATER) == []


def test_missing_samples_stay_missing_and_the_rest_exact(store: Store, ana: Patient) -> None:
    samples = (0.5, math.nan, -0.25, math.nan, 1.125)
    chunk = WaveformChunk(Signal.PLETH, NOON, 0.7, samples, "file")
    store.commit([Commit(patient=ana.id, waveforms=(chunk,))])
    (found,) = store.waveforms(ana.id, Signal.PLETH, NOON, NOON)
    assert [value.hex() for value in found.samples] == [value.hex() for value in samples]
    assert found.rate == 0.7


def test_samples_without_a_decimal_step_keep_24_bits(store: Store, ana: Patient) -> None:
    samples = tuple(math.sin(k) * math.pi for k in range(100))
    chunk = WaveformChunk(Signal.ECG, NOON, 100.0, samples, "file")
    store.commit([Commit(patient=ana.id, waveforms=(chunk,))])
    (found,) = store.waveforms(ana.id, Signal.ECG, NOON, NOON)
    assert list(found.samples) == pytest.approx(samples, rel=2**-23)


def test_waveforms_are_kept_exactly_once(store: Store, ana: Patient) -> None:
    first = [lead(0), lead(1), lead(0, "V")]
    sifted = store.sift(ana.id, (), first)
    assert sifted.waveforms == tuple(first)
    store.commit([Commit(patient=ana.id, waveforms=sifted.waveforms)])
    again = store.sift(ana.id, (), [lead(1), lead(0, "V"), lead(2), lead(2), lead(-1)])
    assert again.waveforms == (lead(2), lead(-1))


def test_a_late_stretch_is_found_however_many_came_since(store: Store, ana: Patient) -> None:
    def short(at: int) -> WaveformChunk:
        return WaveformChunk(Signal.PLETH, NOON + at * SECOND, 1.0, (float(at % 9),), "sim")

    later = [at for at in range(4500) if at != 7]
    store.commit([Commit(patient=ana.id, waveforms=(short(at),)) for at in later])
    sifted = store.sift(ana.id, (), [short(7), short(8)])
    assert sifted.waveforms == (short(7),)
    store.commit([Commit(patient=ana.id, waveforms=sifted.waveforms)])
    found = store.waveforms(ana.id, Signal.PLETH, NOON + 6.5 * SECOND, NOON + 8 * SECOND)
    assert found == [short(6), short(7), short(8)]
