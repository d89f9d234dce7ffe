"""Ten seconds of ECG or pleth: what is good, what is bad, and of what kind a fault is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sereno.domain.vitals import Signal
from sereno.scoring.waveforms.quality import STRETCH, Fault, Verdict, assess
from tests.unit.scoring.waveforms import drawn
from tests.unit.scoring.waveforms.drawn import RATE, Samples

E, P = Signal.ECG, Signal.PLETH
HALF = np.where(np.arange(round(STRETCH * RATE)) > 400, np.nan, drawn.ecg(STRETCH))


@pytest.mark.parametrize("per_minute", [45, 60, 72, 100, 140, 180, 210])
@pytest.mark.parametrize(("signal", "draw"), [(E, drawn.ecg), (P, drawn.pleth)])
def test_clean_beats_are_good_and_their_rate_is_told(
    signal: Signal, draw: type, per_minute: float
) -> None:
    found = assess(signal, draw(STRETCH, per_minute), RATE)
    assert found.verdict is Verdict.GOOD
    assert found.fault is None
    assert found.rate == pytest.approx(per_minute, abs=2)


@pytest.mark.parametrize(
    ("signal", "samples", "fault", "spoils"),
    [
        (E, HALF, Fault.GAP, False),
        (E, np.full(1250, 0.3), Fault.FLAT, False),
        (P, np.full(1250, 0.3), Fault.FLAT, False),
        (E, drawn.asystole(STRETCH), Fault.FLAT, False),
        (E, drawn.fibrillation(STRETCH), Fault.NO_BEATS, False),
        (E, drawn.clipped(drawn.ecg(STRETCH)), Fault.SATURATED, True),
        (P, drawn.clipped(drawn.pleth(STRETCH)), Fault.SATURATED, True),
        (E, drawn.noisy(drawn.ecg(STRETCH)), Fault.NOISE, True),
        (P, drawn.noisy(drawn.pleth(STRETCH)), Fault.NOISE, True),
        (P, drawn.moved(drawn.pleth(STRETCH)), Fault.MOTION, True),
    ],
    ids=[
        "gap", "still ECG", "still pleth", "asystole", "fibrillation", "cut ECG", "cut pleth",
        "noise in an ECG", "noise in a pleth", "motion",
    ],
)  # fmt: skip
def test_a_bad_stretch_says_what_is_wrong_and_whether_a_patient_can_be_the_cause(
    signal: Signal, samples: Samples, fault: Fault, spoils: bool
) -> None:
    found = assess(signal, samples, RATE)
    assert (found.verdict, found.fault, found.index) == (Verdict.BAD, fault, 0)
    assert fault.spoils is spoils


def test_a_ventricular_tachycardia_is_never_told_to_be_the_sensors_fault() -> None:
    for per_minute in range(120, 260, 10):
        found = assess(E, drawn.tachycardia(STRETCH, per_minute), RATE)
        assert found.fault is None or not found.fault.spoils


@given(height=st.floats(1e-3, 1e4), offset=st.floats(-1e4, 1e4))
def test_the_size_and_the_place_of_a_pulse_do_not_matter(height: float, offset: float) -> None:
    """Poor perfusion makes a small pulse, and a good one still."""
    found = assess(P, drawn.pleth(STRETCH) * height + offset, RATE)
    assert found.verdict is Verdict.GOOD


@given(
    samples=arrays.arrays(
        np.float64, st.integers(0, 700), elements=st.floats(-1e6, 1e6) | st.just(np.nan)
    ),
    signal=st.sampled_from([E, P]),
    rate=st.sampled_from([50.0, 62.5, 125.0]),
)
def test_whatever_comes_is_judged(samples: Samples, signal: Signal, rate: float) -> None:
    found = assess(signal, samples, rate)
    assert 0 <= found.index <= 1
    assert (found.verdict is Verdict.BAD) == (found.fault is not None)
