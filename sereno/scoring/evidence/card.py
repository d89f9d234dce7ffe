"""The one fact that a bed's card puts into words: what matters most now, of what it shows.

docs/reference/evidence.md, "The line of a card", defines it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sereno.domain.evidence import Evidence, Fact, FactKind, Severity, Window
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Condition, Score, ScoreKind
from sereno.scoring.evidence.alarms import alarm_facts
from sereno.scoring.evidence.case import Case
from sereno.scoring.evidence.scores import score_facts


def leading_fact(
    patient: str,
    window: Window,
    latest: Iterable[Observation],
    *,
    scores: Sequence[Score] = (),
    alarms: Sequence[Alarm] = (),
    zone: str = "UTC",
) -> Evidence | None:
    """The evidence of a card's line; None where there is neither an alarm nor a score.

    `latest` are the newest values of each signal, `scores` those of the window by time, `alarms`
    the open ones: nothing but what the card shows, so that the line can not contradict it.
    """
    news2 = tuple(each for each in scores if each.kind is ScoreKind.NEWS2)
    case = Case.of(window, latest, news2[-1] if news2 else None)
    present = [each for each in alarms if each.present and each.condition is not Condition.SCORE]
    found = [*alarm_facts(case, present, news2), *score_facts(news2)]
    lead = min(found, key=_place, default=None)
    if lead is None:
        return None
    labels = {**lead.labels, "brief": "card"}
    fact = replace(lead, id="F1", labels=labels, spans=())
    return Evidence(patient=patient, window=window, facts=(fact,), required=("F1",), zone=zone)


def _place(fact: Fact) -> int:
    """An alarm of a limit; then of equipment that leaves the patient unwatched; then the score."""
    if fact.kind is FactKind.SCORE:
        return 2 if fact.value else 4
    if fact.labels["condition"] == Condition.LIMIT:
        return 0
    return 1 if fact.severity >= Severity.SERIOUS else 3
