"""What has happened since a text about a patient: one rule and the same words for every text.

A text is of a window, and stays on a screen, in a list or on paper while the patient goes on.
docs/explanation/summaries.md, "A text grows old", says it for readers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sereno.domain.surveillance import Alarm, AlarmStep, Condition, Priority, Score
from sereno.domain.vitals import VITALS, Language
from sereno.ports import Store
from sereno.scoring.pairs import leading

MOST_NAMED: Final = 3  # of several patients; the ward's cards tell all of them
WORSE: Final = frozenset({AlarmStep.RAISED, AlarmStep.WORSENED, AlarmStep.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What came after a text's window; what it does not know, and its reader must.

    `alarms` were raised, worsened or came back since, the most urgent first. Where NEWS2 has risen,
    `risen_to` is the one in force and `risen_from` the one at the window's end, if there was one;
    else both are None, whatever it is.
    """

    alarms: tuple[Alarm, ...] = ()
    risen_to: Score | None = None
    risen_from: Score | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.alarms) or self.risen_to is not None

    @property
    def urgency(self) -> tuple[int, int, int]:
        """Sorts the most urgent first: by priority, then NEWS2, then how many alarms."""
        worst = max((alarm.priority for alarm in self.alarms), default=0)
        return (-worst, -_total(self.risen_to), -len(self.alarms))


def since(store: Store, patient: str, end: datetime, until: datetime) -> Since:
    """What came of a patient from after `end` to `until`, by the times of what was measured.

    An alarm of pulse that one of the heart rate tells as well does not count.
    Raises NotFound, Forgotten or Unreadable.
    """
    alarms = leading(store.alarms(patient, start=end), max(end, until))
    before, score = (_in_force(store, patient, at) for at in (end, max(end, until)))
    risen = _total(score) > _total(before)
    grown = (alarm for alarm in alarms if _grew(store, alarm, end))
    return Since(
        alarms=tuple(sorted(grown, key=_pressing)),
        risen_to=score if risen else None,
        risen_from=before if risen else None,
    )


def _pressing(alarm: Alarm) -> tuple[int, bool, bool]:
    """Sorts the more urgent first; of them the patient's before the equipment's, and what lasts."""
    return (-alarm.priority, alarm.condition.technical, not alarm.present)


def _grew(store: Store, alarm: Alarm, end: datetime) -> bool:
    """Whether it was raised, worsened or came back after `end`."""
    if alarm.raised > end:
        return True
    steps = store.alarm_events(alarm.id)
    return any(step.what in WORSE and step.time > end for step in steps)


def _in_force(store: Store, patient: str, at: datetime) -> Score | None:
    found = store.scores(patient, at, at)
    return found[-1] if found else None


def _total(score: Score | None) -> int:
    """What is known of it."""
    return (score.total if score else None) or 0


_EN_ES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "since": ("Changed since this text: {what}", "Ha cambiado desde este texto: {what}"),
        "one": (
            "a {priority}-priority alarm ({about})",
            "una alarma de prioridad {priority} ({about})",
        ),
        "many": (
            "{n} alarms, the most urgent of {priority} priority ({about})",
            "{n} alarmas, la más urgente de prioridad {priority} ({about})",
        ),
        "high": ("high", "alta"),
        "medium": ("medium", "media"),
        "low": ("low", "baja"),
        "equipment": ("equipment", "equipo"),
        "risen": ("NEWS2 {now}, was {before}", "NEWS2 {now}, antes {before}"),
        "new": ("NEWS2 {now}, none before", "NEWS2 {now}, antes ninguno"),
        "one_more": ("And 1 more bed", "Y 1 cama más"),
        "more": ("And {n} more beds", "Y {n} camas más"),
        "least": ("at least {n}", "{n} como mínimo"),
    }
)


def told(found: Since, language: Language) -> str:
    """A line that says what has happened to a patient; empty where nothing has."""
    return _say("since", language, what=_what(found, language)) if found else ""


def told_of(beds: Sequence[tuple[str, Since]], language: Language) -> str:
    """A line that says what has happened to whom, by label; of many the first few."""
    named = [f"{label}: {_what(found, language)}" for label, found in beds[:MOST_NAMED]]
    more = len(beds) - MOST_NAMED
    if more > 0:
        named.append(_say("one_more" if more == 1 else "more", language, n=more))
    return _say("since", language, what=". ".join(named)) if named else ""


def _what(found: Since, language: Language) -> str:
    alarms = [_alarms(found.alarms, language)] if found.alarms else []
    to = found.risen_to
    score = [_score(to, found.risen_from, language)] if to else []
    return "; ".join([*alarms, *score])


def _alarms(alarms: Sequence[Alarm], language: Language) -> str:
    worst = alarms[0]
    return _say(
        "one" if len(alarms) == 1 else "many",
        language,
        n=len(alarms),
        priority=_say(_PRIORITIES[worst.priority], language),
        about=_about(worst, language),
    )


def _about(alarm: Alarm, language: Language) -> str:
    if alarm.condition is Condition.SCORE:
        return "NEWS2"
    if alarm.condition.technical or alarm.signal is None:
        return _say("equipment", language)
    return VITALS[alarm.signal].name(language)


def _score(now: Score, before: Score | None, language: Language) -> str:
    if before is None or before.total is None:
        return _say("new", language, now=_number(now, language))
    known = {"now": _number(now, language), "before": _number(before, language)}
    return _say("risen", language, **known)


def _number(score: Score, language: Language) -> str:
    """The total; of a partial score the least that it is."""
    return _say("least", language, n=score.total) if score.partial else str(score.total)


_PRIORITIES: Final = {Priority.HIGH: "high", Priority.MEDIUM: "medium", Priority.LOW: "low"}


def _say(key: str, language: Language, **fields: object) -> str:
    return _EN_ES[key][language is Language.SPANISH].format(**fields)
