"""What is derived of a waveform is never taken for what a monitor measured."""

from dataclasses import replace

from sereno.domain.evidence import FactKind
from sereno.domain.stream import derived_source
from sereno.domain.vitals import Signal
from tests.unit.scoring.evidence.facts import HEART, every, of
from tests.unit.scoring.streams import stream

MEASURED = stream(HEART, [80] * 60, step=60)
DERIVED = [
    replace(each, value=140.0, source=derived_source(Signal.ECG, "monitor"))
    for each in stream(HEART, [140] * 60, start=30, step=60)
]


def test_a_fact_about_a_derived_rate_says_of_what_it_was_made() -> None:
    (fact,) = every(of(DERIVED), FactKind.MEASURE)
    assert (fact.value, fact.labels) == (140, {"derived": "ecg"})


def test_where_a_rate_was_measured_what_was_derived_is_left_out() -> None:
    (fact,) = every(of([*MEASURED, *DERIVED]), FactKind.MEASURE)
    assert (fact.value, fact.labels, fact.spans[0].count) == (80, {}, 1)
