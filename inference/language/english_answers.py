"""English phrasings of what only answers tell."""

from collections.abc import Callable, Mapping

from inference.language.english import WORDS
from inference.language.style import Told
from sereno.domain.evidence import FactKind
from sereno.domain.questions import Lead, Polarity
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal

_SCORES = {"news2": "NEWS2", "qsofa": "qSOFA"}
_WHICH = {"now": "", "highest": "highest ", "lowest": "lowest "}
_WAYS = {Direction.HIGH: "higher", Direction.LOW: "lower", None: "the same"}
_PRIORITIES = ("high", "medium", "low")
_LEADS = {
    Polarity.YES: "Yes.",
    Polarity.NO: "No.",
    Polarity.NONE_RECORDED: "None recorded.",
    Polarity.SILENT: "The record does not say.",
    Polarity.UNREAD: "Not all of that was understood: please put it in other words.",
    Polarity.UNCERTAIN: "That can not be told for certain.",
    Polarity.DECLINED: "That is not for the record to answer.",
}


def lead(said: Lead) -> str:
    """The first words of an answer; nothing where the facts speak for themselves."""
    if said.polarity is Polarity.COUNT:
        return f"{said.count}."
    return _LEADS.get(said.polarity, "")


def _within(told: Told) -> tuple[str, ...]:
    start, end, count = told.time("start"), told.time("end"), told.whole("count")
    if told.signal is Signal.CONSCIOUSNESS:
        if count == "1":
            return (f"alert in the one reading at {start}",)
        return (f"alert in all {count} readings from {start} to {end}",)
    low = told.fact.direction is Direction.LOW
    name, beyond = WORDS.names[told.signal], "below" if low else "above"
    if count == "1":
        return (
            f"{name} not {beyond} {told.threshold} in the one reading: {told.value} at {start}",
        )
    worst = f"{'lowest' if low else 'highest'} {told.value} at {told.time('at')}"
    return (
        (
            f"{name} not {beyond} {told.threshold} in any of {count} readings from {start} to"
            f" {end}, {worst}"
        ),
        (
            f"from {start} to {end}, none of {count} readings of {name} {beyond}"
            f" {told.threshold}, {worst}"
        ),
    )


def _spread(told: Told) -> tuple[str, ...]:
    name, start, end = WORDS.names[told.signal], told.time("start"), told.time("end")
    span = f"{told.of('lowest')} to {told.of('highest')}, median {told.value}"
    count = told.whole("count")
    return (
        f"{name} {span}, in {count} readings from {start} to {end}",
        f"from {start} to {end}, {name} {span} in {count} readings",
    )


def _comparison(told: Told) -> tuple[str, ...]:
    fact, way = told.fact, _WAYS[told.fact.direction]
    score = fact.labels.get("score")
    if score:
        value, before = (_total(told, name) for name in ("value", "before"))
        name = _SCORES[score]
    else:
        value, before, name = told.value, told.of("before"), WORDS.names[told.signal]
        if told.signal is Signal.CONSCIOUSNESS:
            value, before = (_mind(each) for each in (fact.value or 0, fact.values["before"]))
    if fact.labels["by"] == "value":
        return (
            f"{name} {value} at {told.time('end')}, {before} at {told.time('before_end')}: {way}",
        )
    by = {"median": "median ", "highest": "highest "}[fact.labels["by"]]
    return (
        (
            f"{by}{name} {value} from {told.time('start')} to {told.time('end')}, {before} from"
            f" {told.time('before_start')} to {told.time('before_end')}: {way}"
        ),
    )


def _mind(value: float) -> str:
    return WORDS.minds[int(value)]


def _total(told: Told, which: str) -> str:
    """A total, with how high it could be where it is partial."""
    fact = told.fact
    value = (fact.value or 0.0) if which == "value" else fact.values[which]
    most = fact.values.get("highest" if which == "value" else "before_highest")
    return f"{value:.0f}" if most is None else f"{value:.0f} (partial, up to {most:.0f})"


def _total_at(told: Told) -> tuple[str, ...]:
    fact = told.fact
    name = f"{_WHICH[told.label('which')]}{_SCORES[told.label('score')]}"
    because = WORDS.points(told)
    if fact.signals:
        bounds = f"partial, range {told.whole('lowest')} to {told.whole('highest')}"
        missing = WORDS.listed(fact.signals)
        return (
            f"{name} {fact.value:.0f} at {told.time('at')} ({bounds}){because}; missing: {missing}",
        )
    return (f"{name} {fact.value:.0f} at {told.time('at')}{because}",)


def _lasted(told: Told) -> tuple[str, ...]:
    name, count, total = WORDS.names[told.signal], told.whole("count"), told.span("total")
    if told.signal is Signal.CONSCIOUSNESS:
        return (f"consciousness altered for {total} in all, in {count} episodes",)
    beyond = "below" if told.fact.direction is Direction.LOW else "above"
    return (f"{name} {beyond} {told.threshold} for {total} in all, in {count} episodes",)


def _ended(told: Told) -> tuple[str, ...]:
    at = told.time("end")
    if told.signal is Signal.CONSCIOUSNESS:
        return (f"consciousness last altered at {at}",)
    beyond = "below" if told.fact.direction is Direction.LOW else "above"
    return (f"{WORDS.names[told.signal]} last {beyond} {told.threshold} at {at}",)


def _raised(told: Told) -> tuple[str, ...]:
    head = f"{told.label('priority')}-priority alarm at {told.time('start')}"
    if told.fact.signal is None:
        return (f"{head}: NEWS2 up to {told.fact.value:.0f}",)
    if told.signal is Signal.CONSCIOUSNESS:
        return (f"{head}: altered consciousness, at worst {_mind(told.fact.value or 0)}",)
    low = told.fact.direction is Direction.LOW
    beyond, most = ("below", "lowest") if low else ("above", "highest")
    name = WORDS.names[told.signal]
    return (f"{head}: {name} {beyond} {told.threshold}, {most} {told.value}",)


def _tally(told: Told) -> tuple[str, ...]:
    fact = told.fact
    number, is_open = int(fact.value or 0), told.label("which") == "open"
    noun = "alarm" if number == 1 else "alarms"
    when = (
        f"at {told.time('end')}" if is_open else f"from {told.time('start')} to {told.time('end')}"
    )
    what = f"{number or 'no'} {'open ' if is_open else ''}{noun} {when}"
    listed = ", ".join(
        f"{told.whole(each)} of {each} priority" for each in _PRIORITIES if each in fact.values
    )
    return (f"{what}: {listed}" if listed else what,)


PHRASINGS: Mapping[FactKind, Callable[[Told], tuple[str, ...]]] = {
    FactKind.WITHIN: _within,
    FactKind.SPREAD: _spread,
    FactKind.COMPARISON: _comparison,
    FactKind.TOTAL: _total_at,
    FactKind.LASTED: _lasted,
    FactKind.ENDED: _ended,
    FactKind.RAISED: _raised,
    FactKind.TALLY: _tally,
}
