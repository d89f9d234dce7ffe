"""The texts of alarms in real recordings: their facts against the reference's, and what they say.

Each alarm is explained as it stood whenever its state changed.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from inference.evaluation.agreement import disagreements
from inference.evaluation.judging import judge
from inference.evaluation.reference.explanation import explained
from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.evidence import Evidence, Form
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm
from sereno.domain.vitals import Language
from sereno.scoring.evidence import explain
from sereno.scoring.evidence.explanation import surroundings_of
from tests.integration.test_reference import (
    CINC_2012,
    EICU,
    MIMIC,
    PATIENT,
    WFDB,
    Played,
    patients,
)

pytestmark = pytest.mark.anyio

STEP = timedelta(minutes=20)
UTC_ZONE = ZoneInfo("UTC")


def alarms(told: list[Observation], most: int) -> Iterator[tuple[Alarm, datetime, Evidence]]:
    """Alarms whenever they have changed, with the end of their text and its evidence."""
    played, states, done, found = Played(PATIENT), dict[str, object](), 0, 0
    end = told[0].time
    while end < told[-1].time and found < most:
        end += STEP
        known = [each for each in told[done:] if each.time <= end]
        played.take(played.watch.observe(known))
        played.take(played.watch.advance(end))
        played.alarms |= {each.id: each for each in played.watch.latest.alarms}
        done += len(known)
        for alarm in played.alarms.values():
            state = (alarm.priority, alarm.present, alarm.active, alarm.onset)
            if states.get(alarm.id) != state:
                states[alarm.id] = state
                found += 1
                yield alarm, *_evidence(alarm, end, told[:done], played)


def _evidence(
    alarm: Alarm, now: datetime, told: list[Observation], played: Played
) -> tuple[datetime, Evidence]:
    end = now if alarm.active or alarm.ended is None else max(alarm.onset, alarm.ended)
    known = [each for each in told if each.time <= end]
    near = surroundings_of(alarm, end).start
    before = [each for each in played.scores if each.time <= near][-1:]
    scores = before + [each for each in played.scores if near < each.time <= end]
    return end, explain(alarm, end, known, scores=scores)


@pytest.mark.parametrize(
    ("source", "stays", "most"), [(MIMIC, 4, 30), (WFDB, 1, 60), (CINC_2012, 3, 30), (EICU, 3, 20)]
)
async def test_texts_of_the_alarms_of_a_few_stays(
    shared_data: Path, source: str, stays: int, most: int
) -> None:
    compared = 0
    for told in (await patients(source.format(shared_data), stays)).values():
        for alarm, end, evidence in alarms(told, most):
            facts = explained([each for each in told if each.time <= end], alarm, end, PATIENT)
            assert disagreements(facts, evidence) == [], (alarm, end)
            for language in Language:
                draft = TemplateGenerator().write(evidence, language, Form.ALARM)
                verdict = ClaimVerifier().verify(draft.sentences, evidence, language)
                assert verdict.accepted, (verdict, draft.text)
                judged = judge(draft.text, facts, language=language, zone=UTC_ZONE)
                assert (judged.missing, judged.invented) == ((), ()), draft.text
            compared += 1
    assert compared
