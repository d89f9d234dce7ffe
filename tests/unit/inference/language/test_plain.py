"""The text for the patient: what it says, that it verifies, and what of it is refused."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from inference.evaluation.mutations import mutants
from inference.language.phrases import compose
from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier, TypedTextChecker
from sereno.domain.evidence import Evidence, Fact, FactKind, Form, Sentence, Severity
from sereno.domain.review import Standing
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Language, Signal
from tests.unit.inference.language.samples import (
    ALARM,
    CHANGE,
    EPISODE,
    EXTREME,
    GAP,
    GROUP,
    HIGH,
    PRESSURE_NOW,
    SENSORS,
    SPO2_NOW,
    at,
    evidence,
    fact,
)
from tests.unit.inference.language.strategies import derivation, of_windows

EN, ES = Language.ENGLISH, Language.SPANISH
FEW = settings(max_examples=20)
VERIFIER = ClaimVerifier()
OXYGEN = {Signal.FIO2, Signal.OXYGEN_FLOW, Signal.OXYGEN_GIVEN}
JARGON = ("SpO2", "NEWS2", "FiO2", "GCS", "episod", "threshold", "umbral", "saturación", "acknowl")


def told(*facts: Fact) -> Evidence:
    """Evidence for the patient, each fact to be told."""
    named = (replace(each, id=f"F{n}") for n, each in enumerate(facts, 1))
    return replace(evidence(*named), form=Form.PATIENT)


def plainest(found: Evidence, language: Language) -> str:
    return TemplateGenerator().write(found, language, Form.PATIENT).text


def refused(text: str, found: Evidence, language: Language, *cited: str) -> bool:
    verdict = VERIFIER.verify([Sentence(text, cited)], found, language)
    return any(refusal.claim == text for refusal in verdict.refusals)


def for_patients(found: Evidence) -> Evidence:
    """What of random evidence the plan of this form could hold."""

    def fits(each: Fact) -> bool:
        if each.kind is FactKind.ALARM:
            return not Condition(each.labels["condition"]).technical
        if each.kind is FactKind.SCORE:
            return each.labels.get("not_scored") in {"under_16", "pregnant"}
        if each.kind is FactKind.CHANGE and each.signal in (Signal.OXYGEN_FLOW, Signal.FIO2):
            return False
        return each.kind not in (FactKind.RANGE, FactKind.RESPONSE, FactKind.NOTE)

    kept = tuple(filter(fits, found.facts))
    return replace(found, facts=kept, required=tuple(f.id for f in kept), form=Form.PATIENT)


PLAIN = of_windows().map(for_patients)

HEART_NOW = fact(FactKind.MEASURE, Signal.HEART_RATE, value=72.0, times={"at": at("06:58")},
                 severity=Severity.NORMAL, ongoing=True)  # fmt: skip
OXYGEN_NOW = replace(SPO2_NOW, value=97.0, severity=Severity.NORMAL)
SEEN = replace(
    ALARM, values={"threshold": 92.0}, times={**ALARM.times, "acknowledged": at("05:50")},
    labels={**ALARM.labels, "operator": "acknowledged"},
)  # fmt: skip
CHILD = fact(FactKind.SCORE, times={"at": at("07:00")},
             labels={"score": "news2", "not_scored": "under_16"})  # fmt: skip
TOGETHER = fact(
    FactKind.ALARM, value=7.0, times={"start": at("05:00")}, ongoing=False,
    labels={"condition": "score", "priority": "high", "operator": "none"},
)  # fmt: skip

SAID = [
    (
        (OXYGEN_NOW, HEART_NOW),
        "The oxygen in your blood and your heart rate are now in the usual range.",
        "El oxígeno en su sangre y su frecuencia cardíaca están ahora dentro de lo habitual.",
    ),
    (
        (SPO2_NOW,),
        "The oxygen in your blood is now lower than usual: 93%.",
        "El oxígeno en su sangre está ahora más bajo de lo habitual: 93 %.",
    ),
    (
        (replace(SPO2_NOW, value=94.0, severity=Severity.NOTABLE),),  # of two scales, one or other
        "The oxygen in your blood is now 94%.",
        "El oxígeno en su sangre es ahora del 94 %.",
    ),
    (
        (PRESSURE_NOW,),
        "At 06:00, your blood pressure was lower than usual: 104/62 mmHg.",
        "A las 06:00, su presión arterial estaba más baja de lo habitual: 104/62 mmHg.",
    ),
    (
        (replace(PRESSURE_NOW, value=125.0, values={"diastolic": 95.0}),),  # half of it is usual
        "At 06:00, your blood pressure was 125/95 mmHg.",
        "A las 06:00, su presión arterial era de 125/95 mmHg.",
    ),
    (
        (replace(ALARM, values={"threshold": 92.0}),),
        "An alarm is on: the oxygen in your blood has been clearly lower than usual since 05:38.",
        (
            "Hay una alarma activa: el oxígeno en su sangre está claramente más bajo de lo habitual"
            " desde las 05:38."
        ),
    ),
    (
        (SEEN,),
        (
            "An alarm is on: the oxygen in your blood has been clearly lower than usual since"
            " 05:38;"
            " your care team saw it at 05:50."
        ),
        (
            "Hay una alarma activa: el oxígeno en su sangre está claramente más bajo de lo habitual"
            " desde las 05:38; el equipo que le atiende la vio a las 05:50."
        ),
    ),
    (
        (replace(ALARM, signal=Signal.HEART_RATE, direction=HIGH, values={"threshold": 80.0}),),
        "An alarm is on: your heart rate has been above the limit set for you since 05:38.",
        (
            "Hay una alarma activa: su frecuencia cardíaca está por encima del límite fijado para"
            " usted desde las 05:38."
        ),
    ),
    (
        (TOGETHER,),
        (
            "An alarm came on: your readings, taken together, needed more attention from 05:00, but"
            " what set it off is over."
        ),
        (
            "Se activó una alarma: sus mediciones, en conjunto, necesitaron más atención a"
            " partir de"
            " las 05:00, pero lo que la activó ya pasó."
        ),
    ),
    (
        (replace(CHANGE, ongoing=True),),
        (
            "Your heart rate went up between 03:00 and 07:00, and is now higher than usual:"
            " 112 beats a minute."
        ),
        (
            "Su frecuencia cardíaca subió entre las 03:00 y las 07:00, y ahora está más alta de lo"
            " habitual: 112 latidos por minuto."
        ),
    ),
    (
        (EPISODE,),
        "Your heart rate was clearly higher than usual from 01:30, for about 4 hours.",
        (
            "Su frecuencia cardíaca estuvo claramente más alta de lo habitual a partir de la 01:30,"
            " durante alrededor de 4 horas."
        ),
    ),
    (
        (GROUP,),
        (
            "The oxygen in your blood was clearly lower than usual 7 times from 03:12, for 9"
            " minutes"
            " at the longest."
        ),
        (
            "El oxígeno en su sangre estuvo claramente más bajo de lo habitual 7 veces a"
            " partir de las"
            " 03:12, la vez más larga durante 9 minutos."
        ),
    ),
    (
        (EXTREME,),
        "Your temperature was highest at 05:00: 39.4 °C.",
        "Su temperatura tuvo su valor más alto a las 05:00: 39,4 °C.",
    ),
    (
        (replace(EXTREME, signal=Signal.FIO2, value=35.0, unit="%"),),
        "The share of oxygen you breathe in was highest at 05:00: 35%.",
        "La parte de oxígeno que usted respira tuvo su valor más alto a las 05:00: 35 %.",
    ),
    (
        (replace(EXTREME, signal=Signal.OXYGEN_GIVEN, value=1.0, unit=None),),
        "At 05:00, you were getting extra oxygen.",
        "A las 05:00, usted estaba recibiendo oxígeno extra.",
    ),
    (
        (GAP,),
        "Your temperature has not been measured since 03:10.",
        "Su temperatura no se ha medido desde las 03:10.",
    ),
    (
        (HEART_NOW, CHILD),  # the ranges of adults comfort no child
        (
            "Your heart rate is now 72 beats a minute. The usual ranges are not used here,"
            " since they"
            " are those of adults."
        ),
        (
            "Su frecuencia cardíaca es ahora de 72 latidos por minuto. Aquí no se usan los valores"
            " habituales, porque son los de personas adultas."
        ),
    ),
]


@pytest.mark.parametrize(("facts", "english", "spanish"), SAID)
def test_the_plainest_phrasing_is_verified(
    facts: tuple[Fact, ...], english: str, spanish: str
) -> None:
    found = told(*facts)
    for language, said in ((EN, english), (ES, spanish)):
        assert plainest(found, language) == said
        draft = TemplateGenerator().write(found, language, Form.PATIENT)
        assert VERIFIER.verify(draft.sentences, found, language).refusals == ()


@pytest.mark.parametrize("language", Language)
@FEW
@given(found=PLAIN, random=st.randoms(use_true_random=False))
def test_whatever_the_grammar_allows_is_accepted_and_free_of_jargon(
    found: Evidence, random: Random, language: Language
) -> None:
    sentences = derivation(compose(found, language, Form.PATIENT), random)
    assert VERIFIER.verify(sentences, found, language).refusals == ()
    for said in sentences:
        assert not [word for word in JARGON if word.lower() in said.text.lower()]


@pytest.mark.parametrize(("facts", "english", "spanish"), SAID)
def test_what_a_clinician_leaves_as_it_is_stays_verified(
    facts: tuple[Fact, ...], english: str, spanish: str
) -> None:
    """An edit cites nothing: the facts that bear each sentence out are found again."""
    found = told(*facts)
    for language, said in ((EN, english), (ES, spanish)):
        checked = TypedTextChecker().check(said, found, language)
        assert {each.standing for each in checked.findings} == {Standing.VERIFIED}
        assert checked.missing == ()


@pytest.mark.parametrize(
    "said", ["You are fine.", "Your heart rate is 40 beats a minute.", "SpO2 93%.", "Sleep well."]
)
def test_whatever_else_is_told_to_a_patient_is_marked(said: str) -> None:
    (finding,) = TypedTextChecker().check(said, told(SPO2_NOW), EN).findings
    assert finding.standing is Standing.UNVERIFIED


@pytest.mark.parametrize("language", Language)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(found=PLAIN, random=st.randoms(use_true_random=False))
def test_mutations_are_refused(found: Evidence, random: Random, language: Language) -> None:
    for said in derivation(compose(found, language, Form.PATIENT), random):
        for kind, text in mutants(said.text, language, random):
            assert refused(text, found, language, *said.citations), (kind, said.text, text)


@pytest.mark.parametrize("language", Language)
@FEW
@given(found=PLAIN)
def test_a_sentence_of_one_fact_is_refused_for_another(found: Evidence, language: Language) -> None:
    sentences = TemplateGenerator().write(found, language, Form.PATIENT).sentences
    assume(len(sentences) > 1)
    one, other = sentences[0], sentences[-1]
    about = {found.fact(name).signal for name in (*one.citations, *other.citations)}
    assume(not about <= OXYGEN)  # without oxygen is without oxygen, however it is measured
    assert refused(one.text, found, language, *other.citations)
    assert refused(other.text, found, language, *one.citations)


# One line a claim that the fact does not bear out; each with why.
FALSE = [
    (HEART_NOW, EN, "Your heart rate is now in the usual range, and you are fine.", "a comfort"),
    (HEART_NOW, EN, "Your heart rate was in the usual range.", "when?"),
    (HEART_NOW, EN, "Your pulse is now in the usual range.", "another signal"),
    (HEART_NOW, EN, "Your heart rate is in the usual range.", "nothing says that it is now"),
    (HEART_NOW, EN, "Your heart rate and your breathing are now in the usual range.", "one of two"),
    (replace(HEART_NOW, value=91.0), EN, "Your heart rate is now in the usual range.", "91"),
    (SPO2_NOW, EN, "The oxygen in your blood is now in the usual range.", "93%"),
    (replace(SPO2_NOW, value=97.0, severity=Severity.SERIOUS), EN,
     "The oxygen in your blood is now in the usual range.", "too much for whom it is limited"),
    (replace(PRESSURE_NOW, value=150.0), EN,
     "At 06:00, your blood pressure was in the usual range.", "NEWS2 gives it no points"),
    (SPO2_NOW, EN, "SpO2 93%.", "a clinical sentence"),
    (ALARM, EN, "High-priority alarm since 05:38: SpO2 below 85%, lowest 84%, not acknowledged.",
     "a clinical sentence"),
    (ALARM, EN, "An alarm is on: the oxygen in your blood has been lower than usual since 05:38.",
     "it is further out than that"),
    (ALARM, EN, ("An alarm is on: the oxygen in your blood has been clearly lower than usual since"
     " 05:38; your care team saw it at 05:38."), "nobody did"),
    (SEEN, EN, ("An alarm is on: the oxygen in your blood has been clearly lower than usual since"
     " 05:50; your care team saw it at 05:38."), "the times swapped"),
    (SEEN, EN, ("An alarm is on: the oxygen in your blood has been clearly lower than usual since"
     " 05:38."), "that it was seen is left out"),
    (EPISODE, EN, ("Your heart rate has been clearly higher than usual since 01:30, for about"
     " 4 hours."), "it is over"),
    (EPISODE, EN, "Your heart rate was clearly higher than usual from 01:30, for 4 hours.",
     "as if it were exact"),
    (EPISODE, ES, ("Su frecuencia cardíaca estuvo claramente más alta de lo habitual a partir de la"
     " 01:30, durante alrededor de 4 horas y media."), "ten minutes are no half hour"),
    (GROUP, EN, ("The oxygen in your blood was clearly lower than usual 7 times from 03:12, for"
     " 9 minutes."), "as if each had lasted so"),
    (SENSORS, EN, "An alarm is on since 06:10.", "of the equipment"),
    (CHILD, EN, "The usual ranges are not used here, since they do not hold in pregnancy.",
     "another reason"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "language", "text", "why"), FALSE)
def test_false_claims(what: Fact, language: Language, text: str, why: str) -> None:
    assert refused(text, told(what), language, "F1"), why


def test_what_is_said_to_the_patient_is_refused_to_the_staff() -> None:
    """A limit and a number are left out here that a nurse needs."""
    handover = evidence(replace(ALARM, values={"threshold": 92.0}))
    text = "An alarm is on: the oxygen in your blood has been clearly lower than usual since 05:38."
    assert refused(text, handover, EN, "F1")


def test_values_of_several_moments_do_not_share_a_sentence() -> None:
    earlier = replace(HEART_NOW, ongoing=False, times={"at": at("05:00")})
    found = told(replace(OXYGEN_NOW, ongoing=False), earlier)
    together = "At 06:59, the oxygen in your blood and your heart rate were in the usual range."
    assert refused(together, found, EN, "F1", "F2")
    assert plainest(found, EN) == (
        "At 06:59, the oxygen in your blood was in the usual range. Your heart rate was in the"
        " usual range at 05:00."
    )


@pytest.mark.parametrize(
    ("length", "english", "spanish"),
    [
        (timedelta(seconds=20), "less than a minute", "menos de un minuto"),
        (timedelta(seconds=40), "1 minute", "1 minuto"),
        (timedelta(minutes=59), "59 minutes", "59 minutos"),
        (timedelta(minutes=60), "about 1 hour", "alrededor de 1 hora"),
        (timedelta(minutes=75), "about 1 and a half hours", "alrededor de 1 hora y media"),
        (timedelta(minutes=150), "about 2 and a half hours", "alrededor de 2 horas y media"),
    ],
)
def test_durations_are_those_of_everyday(length: timedelta, english: str, spanish: str) -> None:
    found = told(replace(EPISODE, durations={"length": length}))
    for language, said in ((EN, f"for {english}."), (ES, f"durante {spanish}.")):
        assert plainest(found, language).endswith(said)
        draft = TemplateGenerator().write(found, language, Form.PATIENT)
        assert VERIFIER.verify(draft.sentences, found, language).accepted


def test_a_day_has_its_month_in_full() -> None:
    found = told(replace(GAP, times={**GAP.times, "start": at("03:10") - timedelta(days=2)}))
    assert plainest(found, EN).endswith("since 03:10 on 20 November.")
    assert plainest(found, ES).endswith("desde las 03:10 del 20 de noviembre.")
