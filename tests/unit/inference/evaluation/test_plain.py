"""What the judge of a text for the patient calls stated, missing and invented."""

from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.evaluation.plain import judge_plain
from inference.language.phrases import compose
from sereno.domain.evidence import Evidence, Fact, Form
from sereno.domain.vitals import Language
from tests.unit.inference.evaluation.test_judging import known
from tests.unit.inference.language.samples import (
    CHANGE,
    EPISODE,
    EXTREME,
    GAP,
    GROUP,
    PRESSURE_NOW,
    SPO2_NOW,
)
from tests.unit.inference.language.strategies import derivation
from tests.unit.inference.language.test_plain import (
    CHILD,
    HEART_NOW,
    OXYGEN_NOW,
    PLAIN,
    SEEN,
    TOGETHER,
    told,
)

EN, ES = Language.ENGLISH, Language.SPANISH
KINDS = (
    SPO2_NOW, OXYGEN_NOW, HEART_NOW, PRESSURE_NOW, GROUP, EPISODE, CHANGE, EXTREME, SEEN, TOGETHER,
    GAP, CHILD,
)  # fmt: skip


@pytest.mark.parametrize("language", Language)
@settings(max_examples=20)
@given(found=PLAIN, random=st.randoms(use_true_random=False))
def test_whatever_the_verifier_accepts_states_all_and_invents_nothing(
    found: Evidence, random: Random, language: Language
) -> None:
    said = derivation(compose(found, language, Form.PATIENT), random)
    text = " ".join(each.text for each in said)
    judged = judge_plain(text, known(found), language=language, zone=ZoneInfo(found.zone))
    assert (judged.missing, judged.missing_durations, judged.invented) == ((), (), ())


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("fact", KINDS)
def test_a_fact_that_is_left_out_is_missing(fact: Fact, language: Language) -> None:
    text = {EN: "Nobody wrote anything.", ES: "Nadie escribió nada."}[language]
    judged = judge_plain(text, known(told(fact)), language=language, zone=ZoneInfo("UTC"))
    assert len(judged.missing) == judged.required == 1


@pytest.mark.parametrize(
    ("fact", "text", "why"),
    [
        (HEART_NOW, "Your heart rate is now higher than usual: 72 beats a minute.", "it is usual"),
        (HEART_NOW, "Your heart rate was in the usual range.", "now is not said"),
        (SPO2_NOW, "The oxygen in your blood is now in the usual range.", "93% is low"),
        (EPISODE, "Your heart rate was clearly higher than usual from 01:30, for about 3 hours.",
         "another length"),
        (GROUP, ("The oxygen in your blood was clearly lower than usual 6 times from 03:12, for"
                 " 9 minutes at the longest."), "another count"),
        (CHANGE, ("Your heart rate went down between 03:00 and 07:00, and was then higher than"
                  " usual: 112 beats a minute."), "the other way"),
        (GAP, "Your temperature was measured at 03:10.", "it was not"),
    ],
)  # fmt: skip
def test_a_fact_told_wrongly_is_missing(fact: Fact, text: str, why: str) -> None:
    judged = judge_plain(text, known(told(fact)), language=EN, zone=ZoneInfo("UTC"))
    assert len(judged.missing) == 1, why


def test_numbers_times_and_durations_of_no_named_fact_are_invented() -> None:
    text = (
        "Your heart rate is now in the usual range: 73 beats a minute. Your heart rate was higher"
        " than usual from 02:00 on 20 November, for 12 minutes."
    )
    judged = judge_plain(text, known(told(HEART_NOW)), language=EN, zone=ZoneInfo("UTC"))
    assert sorted(each.partition(":")[0] for each in judged.invented) == ["02", "12 min", "73"]
