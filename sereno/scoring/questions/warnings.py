"""Alarms of a patient: open ones, and those of a period."""

from collections import Counter
from collections.abc import Sequence

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity, Window
from sereno.domain.questions import Aspect, Call, Finding, Lead, Polarity, Stretch
from sereno.domain.surveillance import Alarm, Condition, Priority, ScoreKind
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.scoring.evidence.alarms import alarm_facts
from sereno.scoring.questions.building import finding
from sereno.scoring.questions.record import Looking

ONSETS = 5  # alarms of a period that are told one by one, the newest


def alarms(call: Call, looking: Looking) -> Finding:
    """Open alarms where no period is said, else how many began in it, and how urgent they were."""
    if call.period.stretch in (Stretch.UNSAID, Stretch.NOW) and call.aspect is not Aspect.WHEN:
        return _open(call, looking)
    return _of_period(call, looking)


def _open(call: Call, looking: Looking) -> Finding:
    record, window = looking.record, looking.window
    known = _about(call, record.alarms(window.start, record.at))
    signals = [signal for signal in Signal if VITALS[signal].kind is not Kind.WAVEFORM]
    onset = min([window.start, *(each.onset for each in known if each.active)])
    case = looking.case(signals, Window(onset, record.at))
    facts = alarm_facts(case, known, record.scores(onset, record.at, ScoreKind.NEWS2))
    number = sum(each.active for each in known)
    if not facts:
        return finding(looking, [_tally(looking, (), "open")], _lead(call, 0))
    return finding(
        looking,
        [_tally(looking, [a for a in known if a.active], "open"), *facts],
        _lead(call, number),
    )


def _of_period(call: Call, looking: Looking) -> Finding:
    record, window = looking.record, looking.window
    found = _about(call, record.alarms(window.start, window.end))
    began = [each for each in found if window.start <= each.onset <= window.end]
    latest = sorted(began, key=lambda each: each.onset)[-ONSETS:]
    # One whose limit of now was passed later yet is counted: what it told then is not known.
    known = [each for each in latest if each.since <= window.end]
    told = [fact for each in known if (fact := _raised(each)) is not None]
    return finding(looking, [_tally(looking, began, "began"), *told], _lead(call, len(began)))


def _raised(alarm: Alarm) -> Fact | None:
    """Since when an alarm's limit was passed, and its worst value; of a technical one none."""
    signal, worst = alarm.signal, alarm.value if alarm.extreme is None else alarm.extreme
    limited = alarm.condition is Condition.LIMIT and signal is not None and alarm.limit is not None
    if worst is None or not (limited or alarm.condition is Condition.SCORE):
        return None
    shown = VITALS[signal].rounded if limited and signal else round
    return Fact(
        id="",
        kind=FactKind.RAISED,
        severity=Severity.NORMAL,
        signal=signal if limited else None,
        direction=alarm.direction if limited else None,
        value=float(shown(worst)),
        unit=VITALS[signal].unit if limited and signal else "{score}",
        values={"threshold": float(shown(alarm.limit or 0.0))} if limited else {},
        times={"start": alarm.since},
        labels={"priority": alarm.priority.name.lower(), "score": "" if limited else "news2"},
        members=(alarm.id,),
        spans=(SampleSpan(signal, alarm.since, alarm.held_until(alarm.raised), 1),)
        if limited and signal
        else (),
    )


def _about(call: Call, known: Sequence[Alarm]) -> list[Alarm]:
    """Those of the topics that are asked about, or all."""
    signals = {signal for topic in call.topics for signal in topic.signals}
    if call.score is not None:
        return [each for each in known if each.condition is Condition.SCORE]
    return [each for each in known if not signals or each.signal in signals]


def _lead(call: Call, number: int) -> Lead:
    if call.aspect is Aspect.HOW_OFTEN:
        return Lead(Polarity.COUNT, number)
    if call.aspect is Aspect.WHETHER:
        return Lead(Polarity.YES if bool(number) is not call.fine else Polarity.NO)
    return Lead(Polarity.TOLD)


def _tally(looking: Looking, counted: Sequence[Alarm], which: str) -> Fact:
    by = Counter(each.priority for each in counted)
    start = looking.record.at if which == "open" else looking.window.start
    return Fact(
        id="",
        kind=FactKind.TALLY,
        severity=Severity.NORMAL,
        value=float(len(counted)),
        values={
            priority.name.lower(): float(by[priority]) for priority in Priority if by[priority]
        },
        times={"start": start, "end": looking.window.end},
        labels={"which": which},
        members=tuple(each.id for each in counted),
    )
