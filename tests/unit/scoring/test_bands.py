"""Within one band of the charts no score can change: that is what scoring rests on."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.vitals import VITALS, Signal
from sereno.scoring import news2, qsofa
from sereno.scoring.bands import SCORED, band
from tests.unit.scoring.streams import ON_SCALE_2, PATIENT, START, readings


@given(data=st.data(), signal=st.sampled_from(sorted(SCORED)))
def test_values_of_one_band_score_alike(data: st.DataObject, signal: Signal) -> None:
    vital = VITALS[signal]
    values = st.one_of(
        st.integers(int(vital.low), int(vital.high)).map(float),
        st.floats(vital.low, vital.high),
    )
    one, other = data.draw(values), data.draw(values)
    oxygen = data.draw(
        st.sampled_from([{}, {Signal.OXYGEN_GIVEN: 0.0}, {Signal.OXYGEN_GIVEN: 1.0}])
    )
    if band(signal, one) != band(signal, other):
        return
    for patient in (PATIENT, ON_SCALE_2):
        for scorer in (news2.score, qsofa.score):
            scores = [
                scorer(readings({**oxygen, signal: value}), patient, START)
                for value in (one, other)
            ]
            told = [
                replace(score, parts=tuple(replace(part, value=0) for part in score.parts))
                for score in scores
            ]
            assert told[0] == told[1]
