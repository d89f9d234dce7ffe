"""The order of the facts, and which of them a text must tell."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.evidence import SECTIONS, SUMMARIES, FactKind, Form, Section
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Response
from sereno.domain.vitals import Signal
from sereno.scoring.evidence import SECTION, gather
from tests.unit.scoring.evidence.facts import (
    BREATHS,
    HEART,
    LOW,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    WINDOW,
    a_score,
    an_alarm,
    an_episode,
    every,
    every_minute,
    of,
)
from tests.unit.scoring.streams import at


def _night() -> dict[str, Any]:
    return {
        "scores": [a_score(7, 200, response=Response.EMERGENCY)],
        "episodes": [an_episode("e1", SPO2, LOW, 92, 12, 21, 84)],
        "alarms": [an_alarm("a1")],
    }


def _vitals() -> list[Observation]:
    usual = ((SPO2, 93), (BREATHS, 18), (HEART, 80), (SYSTOLIC, 120), (TEMPERATURE, 37))
    return [value for signal, level in usual for value in every_minute(signal, level)]


def test_facts_are_numbered_in_the_order_in_which_they_are_told() -> None:
    found = of(_vitals(), **_night())
    kinds = [fact.kind for fact in found.facts]
    assert [fact.id for fact in found.facts] == [f"F{n}" for n in range(1, len(kinds) + 1)]
    assert kinds[:2] == [FactKind.ALARM, FactKind.SCORE]
    assert kinds[2:4] == [FactKind.EPISODE, FactKind.GAP]
    assert kinds[-2:] == [FactKind.MEASURE, FactKind.RESPONSE]
    sections = [SECTION[fact.signal] for fact in every(found, FactKind.MEASURE) if fact.signal]
    assert sections == sorted(sections)


def test_alarms_scores_gaps_core_values_and_what_is_serious_are_required() -> None:
    found = of([*_vitals(), *every_minute(Signal.GLUCOSE, 110)], **_night())
    optional = [fact.signal for fact in found.facts if fact.id not in found.required]
    assert optional == [Signal.GLUCOSE]


@given(
    values=st.lists(
        st.tuples(
            st.sampled_from([each for each in Signal if each in SECTION]),
            st.integers(-10, 250),
            st.floats(0, 300, allow_nan=False),
        ),
        max_size=40,
    )
)
def test_any_record_gives_facts_that_can_be_told(values: list[tuple[Signal, int, float]]) -> None:
    """Also what two sources say at once, or out of order, or outside the window."""
    record = [Observation.judged(signal, at(minutes=n), value, "s") for signal, n, value in values]
    found = gather("p1", WINDOW, record)
    good = {
        (each.signal, each.time) for each in record
        if each.quality is Quality.GOOD and WINDOW.start <= each.time <= WINDOW.end
    }  # fmt: skip
    assert set(found.required) <= {fact.id for fact in found.facts}
    assert found.facts
    for fact in every(found, FactKind.MEASURE):
        assert (fact.signal, fact.times["at"]) in good


@pytest.mark.parametrize("form", SUMMARIES)
def test_every_form_numbers_its_facts_in_its_own_order(form: Form) -> None:
    found = of(_vitals(), **_night(), form=form)
    assert [fact.id for fact in found.facts] == [f"F{n}" for n in range(1, len(found.facts) + 1)]
    assert set(found.required) <= {fact.id for fact in found.facts}


@pytest.mark.parametrize("form", [Form.HANDOVER, Form.SHIFT])
def test_a_handover_goes_by_situation_background_assessment_and_recommendation(form: Form) -> None:
    found = of(_vitals(), **_night(), form=form)
    sections = [list(Section).index(SECTIONS[fact.kind]) for fact in found.facts]
    assert sections == sorted(sections)
    assert set(sections) == {0, 1, 2, 3}
    ranged = {fact.signal for fact in every(found, FactKind.RANGE)}
    assert ranged == (set() if form is Form.HANDOVER else {SPO2, BREATHS, HEART, SYSTOLIC,
                                                           TEMPERATURE})  # fmt: skip


def test_a_trend_report_leaves_alarms_and_what_to_do_to_others() -> None:
    found = of(_vitals(), **_night(), form=Form.TREND)
    kinds = [fact.kind for fact in found.facts]
    assert kinds[0] is FactKind.RANGE
    assert kinds[-1] is FactKind.SCORE
    assert not {FactKind.ALARM, FactKind.RESPONSE} & set(kinds)


@pytest.mark.parametrize(
    ("left_out", "lead"),
    [
        ((), FactKind.ALARM),
        (("alarms",), FactKind.EPISODE),
        (("alarms", "episodes"), FactKind.MEASURE),  # 93% is two points
    ],
)
def test_a_line_tells_the_score_and_what_matters_most(
    left_out: tuple[str, ...], lead: FactKind
) -> None:
    record = {name: what for name, what in _night().items() if name not in left_out}
    found = of(_vitals(), **record, form=Form.LINE)
    assert {fact.kind for fact in found.facts} == {FactKind.SCORE, lead}
    assert set(found.required) == {fact.id for fact in found.facts}


def test_an_alarm_that_is_over_yields_to_what_goes_on() -> None:
    over = replace(an_alarm("a1"), present=False, ended=at(hours=1))
    found = of(_vitals(), **{**_night(), "alarms": [over]}, form=Form.LINE)
    assert FactKind.EPISODE in {fact.kind for fact in found.facts}
