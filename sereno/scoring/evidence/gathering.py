"""From a patient's record to the evidence of a window."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sereno.domain.evidence import Evidence, Fact, FactKind, Form, Window
from sereno.domain.patients import Note
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Episode, Score, ScoreKind
from sereno.scoring.evidence.alarms import alarm_facts
from sereno.scoring.evidence.case import Case
from sereno.scoring.evidence.gaps import gap_facts
from sereno.scoring.evidence.notes import note_facts
from sereno.scoring.evidence.planning import holds, plan
from sereno.scoring.evidence.scores import response_facts, score_facts
from sereno.scoring.evidence.signals import range_facts, signal_facts


def gather(  # noqa: PLR0913 - the parts of a record, and the form of the text
    patient: str,
    window: Window,
    observations: Iterable[Observation],
    *,
    scores: Sequence[Score] = (),
    episodes: Sequence[Episode] = (),
    alarms: Sequence[Alarm] = (),
    notes: Sequence[Note] = (),
    zone: str = "UTC",
    form: Form = Form.HANDOVER,
) -> Evidence:
    """The facts about `patient` (opaque id) in `window`, in the order in which `form` tells them.

    `observations` of any quality, `scores` by time with the one in force at the window's start
    first, `episodes` and `alarms` that overlap the window, and `notes`, as the store gives them.
    Observations from before the window tell only whether an alarm is over whose signal has none in
    it. Works for a value a second and for a value an hour; without any good value the only fact is
    that there is none, beside open alarms.
    """
    kept = tuple(score for score in scores if score.time <= window.end)
    news2 = tuple(score for score in kept if score.kind is ScoreKind.NEWS2)
    score = news2[-1] if news2 else None
    case = Case.of(window, observations, score)
    if form is Form.PATIENT:  # told without their limits, alarms last from their onset
        alarms = [replace(alarm, passed=None) for alarm in alarms]
    facts = [
        *alarm_facts(case, alarms, news2),
        *score_facts(news2),
        *_marked(case, range_facts(case) if holds(form, FactKind.RANGE) else ()),
        *_marked(case, signal_facts(case, episodes)),
        # Without its score a text has no other place for what that misses.
        *gap_facts(case, None if form is Form.PATIENT else score),
        *(note_facts(window, notes) if holds(form, FactKind.NOTE) else ()),
        *response_facts(news2),
    ]
    chosen, required = plan(facts, form)
    return Evidence(
        patient=patient, window=window, facts=chosen, required=required, zone=zone, form=form
    )


def _marked(case: Case, facts: Iterable[Fact]) -> list[Fact]:
    """Facts with the label "derived" where their signal was made of a waveform."""
    return [
        replace(fact, labels={**fact.labels, "derived": waveform})
        if fact.signal is not None and (waveform := case.derived(fact.signal)) is not None
        else fact
        for fact in facts
    ]
