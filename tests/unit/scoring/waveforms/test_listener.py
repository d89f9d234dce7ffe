"""Waveforms beside the numbers that come with them: marks, what must never be hidden, and rates."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sereno.domain.stream import CHARTED, Observation, Quality, WaveformChunk, relayed_source
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Signal
from sereno.scoring.watch import Watch
from sereno.scoring.waveforms.listener import MEASURED, MOST_HELD, MOST_STRIPS, Heard, Listener
from tests.unit.scoring.streams import PATIENT, at, seen
from tests.unit.scoring.waveforms import drawn
from tests.unit.scoring.waveforms.drawn import Samples, calm, chunks, numbers

E, P, R = Signal.ECG, Signal.PLETH, Signal.RESPIRATION
HR, PR, SPO2, RR = (
    Signal.HEART_RATE, Signal.PULSE_RATE, Signal.SPO2, Signal.RESPIRATORY_RATE,
)  # fmt: skip
A_WHILE = 40  # seconds


def heard(
    waves: dict[Signal, Samples], values: dict[Signal, float], seconds: int = A_WHILE
) -> Heard:
    """What a fresh listener says of a monitor's waveforms and numbers."""
    told = [chunk for signal, samples in waves.items() for chunk in chunks(signal, samples)]
    return Listener().hear(told, numbers(values, seconds), calm)


def marked(found: Heard, signal: Signal) -> int:
    return sum(
        each.quality is Quality.ARTEFACT for each in found.observations if each.signal is signal
    )


def alarms(waves: dict[Signal, Samples], values: dict[Signal, float]) -> set[tuple[object, object]]:
    """What a watch alarms of, told through a listener second by second, and a minute after."""
    watch, listener = Watch(PATIENT), Listener()
    watch.observe(numbers({HR: 80, PR: 80, SPO2: 97}, 1))
    told = [
        chunk for signal, samples in waves.items() for chunk in chunks(signal, samples, start=1)
    ]
    for second in range(1, A_WHILE):
        now = [chunk for chunk in told if chunk.start == at(second)]
        found = listener.hear(now, [seen(s, v, at(second)) for s, v in values.items()], watch.calm)
        watch.observe(found.observations)
    return {(alarm.condition, alarm.signal) for alarm in watch.latest.alarms}


# Marks.


def test_what_comes_without_waveforms_is_left_as_it_is() -> None:
    values = numbers({HR: 80, SPO2: 97}, 5)
    assert Listener().hear((), values, calm) == Heard(tuple(values))


def test_numbers_beside_clean_waveforms_are_left_as_they_are() -> None:
    found = heard({E: drawn.ecg(A_WHILE), P: drawn.pleth(A_WHILE)}, {HR: 72, PR: 72, SPO2: 97})
    assert {each.quality for each in found.observations} == {Quality.GOOD}


def test_of_what_is_relayed_nothing_is_marked_and_nothing_derived() -> None:
    """That was done where it was measured, and comes along."""
    waves = [*chunks(E, drawn.ecg(A_WHILE)), *chunks(P, drawn.noisy(drawn.pleth(A_WHILE)))]
    values = numbers({SPO2: 97}, A_WHILE)
    here = Listener().hear(waves, values, calm)
    assert here.derived
    assert marked(here, SPO2)
    told = [replace(each, source=relayed_source("n", each.source)) for each in waves]
    known = tuple(replace(each, source=relayed_source("n", each.source)) for each in values)
    assert Listener().hear(told, known, calm) == Heard(known)


@pytest.mark.parametrize("spoil", [drawn.noisy, drawn.clipped, drawn.moved])
def test_the_numbers_of_a_bad_pleth_are_artefact_and_those_of_the_ecg_are_not(
    spoil: type,
) -> None:
    found = heard(
        {E: drawn.ecg(A_WHILE), P: spoil(drawn.pleth(A_WHILE))}, {HR: 72, PR: 75, SPO2: 97}
    )
    assert marked(found, SPO2) > A_WHILE / 2
    assert marked(found, PR) > A_WHILE / 2
    assert marked(found, HR) == 0


def test_a_heart_rate_is_artefact_only_where_every_lead_is_bad() -> None:
    good, bad = drawn.ecg(A_WHILE), drawn.noisy(drawn.ecg(A_WHILE))
    for second_lead, expected in ((good, False), (bad, True)):
        told = [
            *chunks(E, bad, channel="II"),
            *chunks(E, second_lead, channel="V"),
        ]
        found = Listener().hear(told, numbers({HR: 72}, A_WHILE), calm)
        assert (marked(found, HR) > 0) is expected


def test_another_devices_waveform_says_nothing_of_a_number() -> None:
    told = list(chunks(E, drawn.noisy(drawn.ecg(A_WHILE))))
    found = Listener().hear(told, numbers({HR: 72}, A_WHILE, source="wristband"), calm)
    assert marked(found, HR) == 0


def test_a_tachycardia_read_from_noise_is_artefact_while_a_good_pulse_contradicts_it() -> None:
    """And is told after a minute all the same."""
    seconds = 120
    waves = {E: drawn.noisy(drawn.ecg(seconds)), P: drawn.pleth(seconds)}
    found = heard(waves, {HR: 180}, seconds)
    times = [each.time for each in found.observations if each.quality is Quality.ARTEFACT]
    assert times
    assert max(times) - min(times) < MOST_HELD
    assert found.observations[-1].quality is Quality.GOOD


# What must never be hidden.


@pytest.mark.parametrize(
    ("waves", "values", "about"),
    [
        ({E: drawn.tachycardia(A_WHILE), P: drawn.pleth(A_WHILE, 190)}, {HR: 190}, HR),
        ({E: drawn.tachycardia(A_WHILE), P: np.full(5000, 0.2)}, {HR: 190}, HR),
        ({E: drawn.clipped(drawn.tachycardia(A_WHILE))}, {HR: 190}, HR),
        ({E: drawn.noisy(drawn.tachycardia(A_WHILE)), P: drawn.noisy(drawn.pleth(A_WHILE))},
         {HR: 190}, HR),
        ({E: drawn.fibrillation(A_WHILE), P: np.full(5000, 0.2)}, {HR: 250}, HR),
        ({E: drawn.asystole(A_WHILE)}, {HR: 15}, HR),
        ({E: np.zeros(5000), P: np.zeros(5000)}, {HR: 15}, HR),
        ({E: drawn.ecg(A_WHILE, 32)}, {HR: 32}, HR),
        ({E: drawn.ecg(A_WHILE), P: drawn.noisy(drawn.pleth(A_WHILE) * 0.1)}, {PR: 30}, PR),
        ({E: drawn.ecg(A_WHILE), P: drawn.pleth(A_WHILE) * 1e-3}, {SPO2: 80}, SPO2),
        ({E: drawn.ecg(A_WHILE), P: drawn.noisy(drawn.pleth(A_WHILE))}, {SPO2: 80}, SPO2),
        ({E: drawn.ecg(A_WHILE), P: drawn.moved(drawn.pleth(A_WHILE))}, {SPO2: 80}, SPO2),
        ({E: drawn.ecg(A_WHILE), P: np.round(drawn.pleth(A_WHILE) * 2)}, {SPO2: 80}, SPO2),
    ],
    ids=[
        "ventricular tachycardia with a pulse", "without a pulse", "cut off by the monitor",
        "in noise, and the pulse too", "fibrillation", "asystole", "all lines flat",
        "a slow heart", "electrical activity without a pulse", "desaturation, poor perfusion",
        "desaturation in noise",
        "desaturation while moving", "desaturation, a pulse of three steps",
    ],
)  # fmt: skip
def test_a_crisis_alarms_whatever_its_waveforms_are_like(
    waves: dict[Signal, Samples], values: dict[Signal, float], about: Signal
) -> None:
    assert (Condition.LIMIT, about) in alarms(waves, values)


@given(seed=st.integers(0, 2**32), size=st.floats(0, 5), value=st.floats(30, 91))
@settings(max_examples=25)
def test_a_saturation_below_its_limit_is_never_marked(seed: int, size: float, value: float) -> None:
    pleth = drawn.pleth(20) + np.random.default_rng(seed).normal(0, size, 2500)
    found = heard({E: drawn.ecg(20), P: pleth}, {SPO2: value}, 20)
    assert marked(found, SPO2) == 0


def test_what_raises_no_limit_alarm_raises_a_technical_one_when_it_lasts() -> None:
    watch, seconds = Watch(PATIENT), 100
    watch.observe(numbers({SPO2: 97}, 1))
    waves = {P: drawn.noisy(drawn.pleth(seconds))}
    watch.observe(heard(waves, {SPO2: 97}, seconds).observations)
    assert [a.condition for a in watch.latest.alarms] == [Condition.IMPLAUSIBLE]


# Rates.


def rates(found: Heard) -> dict[str, list[float]]:
    told: dict[str, list[float]] = {}
    for each in found.derived:
        if each.quality is Quality.GOOD:
            told.setdefault(each.source, []).append(each.value)
    return told


def test_rates_that_nobody_measures_are_derived_and_say_of_what() -> None:
    told = [
        *chunks(E, drawn.ecg(60, 80)),
        *chunks(P, drawn.pleth(60, 80)),
        *chunks(R, drawn.breaths(60, 15), 25.0),
    ]
    found = rates(Listener().hear(told, (), calm))
    assert set(found) == {"derived:ecg:monitor", "derived:pleth:monitor",
                          "derived:respiration:monitor"}  # fmt: skip
    assert found["derived:ecg:monitor"] == pytest.approx([80] * 9, abs=1)
    assert found["derived:pleth:monitor"] == pytest.approx([80] * 9, abs=1)
    assert found["derived:respiration:monitor"] == pytest.approx([15] * 2, abs=1)


@pytest.mark.parametrize("measured", [HR, PR])
def test_no_rate_of_the_heart_is_derived_while_a_device_measures_one(measured: Signal) -> None:
    assert heard({E: drawn.ecg(A_WHILE), P: drawn.pleth(A_WHILE)}, {measured: 72}).derived == ()


def test_what_was_measured_long_ago_keeps_nothing_from_being_derived() -> None:
    listener = Listener()
    listener.hear((), [seen(HR, 72, at(0))], calm)
    late = MEASURED.total_seconds()
    assert listener.hear(list(chunks(E, drawn.ecg(20), start=late - 60)), (), calm).derived == ()
    assert listener.hear(list(chunks(E, drawn.ecg(20), start=late)), (), calm).derived


def test_a_rate_charted_by_hand_is_no_stream_and_keeps_nothing_from_being_derived() -> None:
    charted = [seen(RR, 20, at(0), source=CHARTED)]
    told = list(chunks(R, drawn.breaths(60, 15), 25.0))
    assert Listener().hear(told, charted, calm).derived


def test_once_derived_a_rate_that_is_not_sure_any_more_is_told_as_artefact() -> None:
    samples = np.concatenate([drawn.ecg(30), drawn.fibrillation(30)])
    found = Listener().hear(list(chunks(E, samples)), (), calm).derived
    assert found[0].quality is Quality.GOOD
    assert found[-1].quality is Quality.ARTEFACT


def test_nothing_is_derived_of_a_bad_waveform_from_the_start() -> None:
    told = list(chunks(E, drawn.noisy(drawn.ecg(A_WHILE))))
    assert Listener().hear(told, (), calm).derived == ()


def test_nothing_is_derived_at_a_time_that_another_listener_may_have_told() -> None:
    told = list(chunks(E, drawn.ecg(A_WHILE)))
    found = Listener(at(20)).hear(told, (), calm).derived
    assert found
    assert min(each.time for each in found) > at(20)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12))
@settings(max_examples=25)
def test_it_does_not_matter_how_what_came_is_parted(sizes: list[int]) -> None:
    told = list(chunks(E, drawn.ecg(A_WHILE)))
    whole = Listener().hear(told, (), calm).derived
    assert _parted(told, sizes) == whole


def _parted(told: Sequence[WaveformChunk], sizes: Sequence[int]) -> tuple[Observation, ...]:
    listener, found, place = Listener(), list[Observation](), 0
    while place < len(told):
        for size in sizes:
            found += listener.hear(told[place : place + size], (), calm).derived
            place += size
    return tuple(found)


def test_what_it_remembers_is_bounded() -> None:
    listener = Listener()
    for lead in range(5 * MOST_STRIPS):
        listener.hear(list(chunks(E, drawn.ecg(15), channel=str(lead))), (), calm)
    assert len(listener._ears) == MOST_STRIPS
    assert max(len(ear.strip.samples) for ear in listener._ears.values()) <= 1250


def test_a_late_chunk_and_a_gap_are_no_trouble() -> None:
    told = list(chunks(E, drawn.ecg(60)))
    found = Listener().hear([*told[:20], told[3], *told[40:]], (), calm).derived
    assert {each.quality for each in found} <= {Quality.GOOD, Quality.ARTEFACT}
    assert [each.time for each in found] == sorted({each.time for each in found})
