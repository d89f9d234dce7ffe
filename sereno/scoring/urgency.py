"""Who on the ward needs somebody first: the same order on the screen and in answers."""

from collections.abc import Sequence

from sereno.domain.surveillance import Alarm, OperatorState, Priority, Score


def urgency(score: Score | None, alarms: Sequence[Alarm]) -> tuple[int, int, int, int]:
    """Sorts the sickest first: a high alarm about the patient, then NEWS2, then the rest.

    A high alarm counts while its condition holds, and after that until it is acknowledged.
    """
    clinical = [alarm for alarm in alarms if not alarm.condition.technical]
    high = any(a.priority is Priority.HIGH and (a.present or unseen(a)) for a in clinical)
    total = (score.total if score else None) or 0
    highest = (score.highest if score else None) or 0
    return (-int(high), -total, -len(clinical), -highest)


def unseen(alarm: Alarm) -> bool:
    """Whether an alarm asks for attention that nobody has given it yet."""
    return alarm.active and alarm.operator is OperatorState.NONE
