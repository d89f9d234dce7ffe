"""Checks what a sentence says to the patient: exactly what its fact bears out, part for part.

A sentence is read into parts: a concept, a time with the word before it, a duration, a count, a
number with its unit. What the fact bears out is a list of such parts, and the sentence must hold
these and no other. Only two states of mind with their times have an order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inference.language.verification.claims import Mismatch, need
from inference.language.verification.lexicon import Concept
from inference.language.verification.plain_words import (
    CUES,
    HOURS,
    MINUTES,
    VOCABULARY,
    Plain,
)
from inference.language.verification.reading import Clock, Item, Mark, Quantity, read_with
from inference.language.verification.times import Times, is_momentary, same_number
from inference.language.verification.usual import margin, side
from sereno.domain.evidence import Fact, FactKind
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Language, Signal

_OXYGEN = frozenset({Signal.OXYGEN_FLOW, Signal.FIO2, Signal.OXYGEN_GIVEN})
_SYSTOLIC = frozenset({Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC})
_AIR = 21  # percent of oxygen
_COUNTED = frozenset({Plain.TIMES, Plain.SINGLES, Plain.NOT_MEASURED})


@dataclass(frozen=True, slots=True)
class Timed:
    """A time as it is said, with the word before it."""

    cue: object
    clock: Clock


@dataclass(frozen=True, slots=True)
class Spell:
    """A duration as it is said: minutes, or half hours where it is rounded to them."""

    minutes: int
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """How often."""

    times: int


@dataclass(frozen=True, slots=True)
class When:
    """A moment that must be said, and the word before it."""

    cue: Plain
    moment: datetime


@dataclass(frozen=True, slots=True)
class Level:
    """A number that must be said, with a unit of its signal; `lower` is the second of a pair."""

    signal: Signal
    value: float
    lower: float | None = None


Part = Item | Timed | Spell | Many
Wanted = Concept | When | Spell | Many | Level


def check_plain(
    text: str, facts: Sequence[Fact], times: Times, language: Language, *, adults: bool
) -> None:
    """Raise Mismatch or NotUnderstood unless `facts` bear `text` out.

    `adults` says whether the usual ranges hold for whom it is about.
    """
    items = read_with(text, VOCABULARY[language])
    need(items and items[-1] == Mark("."), "no full stop ends it")
    need(items.count(Mark(".")) == 1, "more than one sentence")
    said = list(_parts([item for item in items if not isinstance(item, Mark)]))
    reading = _Reading(times, language)
    if adults and facts and all(_is_usual(fact) for fact in facts):
        _check_usual(said, facts, reading)
        return
    need(len(facts) == 1, "it mixes several facts")
    (fact,) = facts
    need(fact.kind in _WANTED, "no sentence for the patient may state a fact of this kind")
    if fact.kind is FactKind.CHANGE and fact.signal is Signal.CONSCIOUSNESS:
        _check_minds(said, fact, reading)
    else:
        reading.match(said, _WANTED[fact.kind](fact, adults))


def _parts(items: Sequence[Item]) -> Iterator[Part]:
    """Each time with its cue, each duration and count as one; an "and" between names is none."""
    left = list(items)
    while left:
        found = (take(left) for take in (_timed, _hours, _minutes, _many))
        length, part = next((each for each in found if each is not None), (1, left[0]))
        del left[:length]
        if part != Concept(Plain.AND):
            yield part


_Taken = tuple[int, Part] | None


def _timed(left: Sequence[Item]) -> _Taken:
    cue, clock = left[0], left[1] if len(left) > 1 else None
    if isinstance(cue, Concept) and cue.idea in CUES and isinstance(clock, Clock):
        return 2, Timed(cue.idea, clock)
    return None


def _hours(left: Sequence[Item]) -> _Taken:
    """About so many hours, and perhaps a half; the unit may come with the half."""
    number = left[1] if left[0] == Concept(Plain.ABOUT) and len(left) > 1 else None
    if not isinstance(number, Quantity) or number.lower is not None:
        return None
    half = len(left) > 2 and left[2] == Concept(Plain.HALF)
    if number.unit not in HOURS and not (half and number.unit is None):
        return None
    return 2 + half, Spell(int(60 * number.value) + 30 * half, rounded=True)


def _minutes(left: Sequence[Item]) -> _Taken:
    item = left[0]
    if item == Concept(Plain.MOMENT):
        return 1, Spell(0)
    if isinstance(item, Quantity) and item.unit in MINUTES and item.value == int(item.value):
        return 1, Spell(int(item.value))
    return None


def _many(left: Sequence[Item]) -> _Taken:
    """A number before "times" or what else is counted, or a word for one."""
    item, following = left[0], left[1] if len(left) > 1 else None
    if isinstance(item, Concept) and item.idea is Plain.TIMES and isinstance(item.about, int):
        return 1, Many(item.about)
    whole = isinstance(item, Quantity) and item.unit is None and item.lower is None
    counted = isinstance(following, Concept) and following.idea in _COUNTED
    if not whole or not counted:
        return None
    times = item.value if isinstance(item, Quantity) else 0
    need(times == int(times), "a count that is not whole")
    return (2 if following == Concept(Plain.TIMES) else 1), Many(int(times))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Compares what is said with what a fact bears out."""

    times: Times
    language: Language

    def match(self, said: Sequence[Part], wanted: Sequence[Wanted]) -> None:
        """All that is wanted is said, once, and nothing else."""
        left = list(said)
        for want in wanted:
            fitting = [n for n, part in enumerate(left) if self.fits(part, want)]
            need(fitting, f"it does not say {_told(want)}, or not rightly")
            del left[fitting[0]]
        need(not left, f"it says more than its fact: {', '.join(map(_told, left))}")

    def fits(self, part: Part, want: Wanted) -> bool:
        """Whether a part of the sentence is the one wanted."""
        match part, want:
            case Timed(cue, clock), When(wanted_cue, moment):
                return cue is wanted_cue and self.times.same(clock, moment)
            case Quantity(), Level():
                return self._is_level(part, want)
        return part == want

    def _is_level(self, part: Quantity, want: Level) -> bool:
        units = VOCABULARY[self.language].units
        fits = part.unit is not None and want.signal in units[part.unit]
        paired = (part.lower is None) is (want.lower is None)
        lower = part.lower is None or same_number(part.lower, want.lower)
        return fits and paired and lower and same_number(part.value, want.value)


def _told(part: object) -> str:
    """A part in a word, for a reason: never its number."""
    return part.idea.name.lower() if isinstance(part, Concept) else type(part).__name__.lower()


def _is_usual(fact: Fact) -> bool:
    return fact.kind is FactKind.MEASURE and side(fact) == "usual"


def _check_usual(said: Sequence[Part], facts: Sequence[Fact], reading: _Reading) -> None:
    """Several signals of one moment, each in its usual range."""
    fresh = facts[0].ongoing
    need(all(fact.ongoing is fresh for fact in facts), "present and earlier values are mixed")
    wanted: list[Wanted] = [_signal(fact.signal) for fact in facts]
    wanted += [Concept(Plain.USUAL), *_moment(facts[0])]
    reading.match(said, wanted)
    told = [part for part in said if isinstance(part, Timed)]
    moments = [When(Plain.AT, fact.times["at"]) for fact in facts]
    together = all(reading.fits(part, moment) for part in told for moment in moments)
    need(together, "it mixes values of several moments")


def _check_minds(said: Sequence[Part], fact: Fact, reading: _Reading) -> None:
    """Two states of mind in order, each beside its time."""
    held = Concept(Plain.HELD)
    rest = [part for part in said if part != held]
    need(held in said and len(rest) == 4, "not two states with their times")
    for half, name, moment in ((rest[:2], "from", "start"), (rest[2:], "to", "end")):
        reading.match(half, [_mind(fact.values[name]), When(Plain.AT, fact.times[moment])])


def _signal(signal: Signal | None) -> Concept:
    """The name; both scales of consciousness have one."""
    scale = signal is Signal.GLASGOW_COMA_SCALE
    return Concept(Plain.SIGNAL, Signal.CONSCIOUSNESS if scale else signal)


def _moment(fact: Fact) -> list[Wanted]:
    """That it is so now, or was so at its time."""
    if fact.ongoing:
        return [Concept(Plain.HOLDS), Concept(Plain.NOW)]
    return [Concept(Plain.HELD), When(Plain.AT, fact.times["at"])]


def _level(fact: Fact, *, adults: bool) -> list[Wanted]:
    """The number, with the systolic of two pressures called so where it stands alone.

    That of the coma scale is told only where nothing else says how it is.
    """
    if adults and fact.signal is Signal.GLASGOW_COMA_SCALE:
        return []
    signal, value = fact.signal, fact.value
    if signal is None or value is None:
        raise Mismatch("the fact has no number")
    lower = fact.values.get("diastolic")
    upper = [Concept(Plain.UPPER)] if signal in _SYSTOLIC and lower is None else []
    return [*upper, Level(signal, value, lower)]


def _mind(value: float | None) -> Concept:
    return Concept(Plain.MIND, int(value or 0))


def _measure(fact: Fact, adults: bool) -> list[Wanted]:  # noqa: FBT001
    signal = fact.signal
    if signal is Signal.CONSCIOUSNESS:
        return [_mind(fact.value), *_moment(fact)]
    if signal in _OXYGEN:
        given = (fact.value or 0) > (_AIR if signal is Signal.FIO2 else 0)
        return [Concept(Plain.OXYGEN, given), *_moment(fact)]
    where = _where(fact, adults=adults)
    return [_signal(signal), *_moment(fact), *where, *_level(fact, adults=adults)]


def _where(fact: Fact, *, adults: bool) -> list[Wanted]:
    """On which side of the usual range; nothing where only the number may be told."""
    found = side(fact) if adults else None
    if found == "usual":
        return [Concept(Plain.USUAL)]
    return [] if found is None else [Concept(Plain.BEYOND_USUAL, found)]


def _change(fact: Fact, adults: bool) -> list[Wanted]:  # noqa: FBT001
    where = _where(fact, adults=adults)
    return [
        _signal(fact.signal),
        Concept(Plain.WENT, fact.direction),
        When(Plain.BETWEEN, fact.times["start"]),
        When(Plain.AND, fact.times["end"]),
        Concept(Plain.HOLDS if fact.ongoing else Plain.HELD),
        Concept(Plain.NOW if fact.ongoing else Plain.THEN),
        *where,
        *([] if Concept(Plain.USUAL) in where else _level(fact, adults=adults)),
    ]


def _extreme(fact: Fact, adults: bool) -> list[Wanted]:  # noqa: FBT001
    at = When(Plain.AT, fact.times["at"])
    if fact.signal is Signal.CONSCIOUSNESS:
        return [Concept(Plain.HELD), _mind(fact.value), at]
    if fact.signal is Signal.OXYGEN_GIVEN:
        return [Concept(Plain.HELD), Concept(Plain.OXYGEN, bool(fact.value)), at]
    most = Concept(Plain.MOST, fact.direction)
    return [_signal(fact.signal), most, at, *_level(fact, adults=adults)]


def _beyond(fact: Fact, *, adults: bool) -> list[Wanted]:
    """What is abnormal, and in which way; by the limit alone where that is not the usual range."""
    if fact.signal is Signal.CONSCIOUSNESS:
        return [Concept(Plain.ALTERED)]
    need(fact.signal is not None, "the fact has no signal")
    signal, limit = fact.signal or Signal.SPO2, fact.values["threshold"]
    far = margin(signal, fact.direction, limit) if adults else None
    if far is None:
        return [_signal(signal), Concept(Plain.BEYOND_LIMIT, fact.direction)]
    clearly = [Concept(Plain.CLEARLY)] if far > 0 else []
    return [_signal(signal), *clearly, Concept(Plain.BEYOND_USUAL, fact.direction)]


def _episode(fact: Fact, adults: bool) -> list[Wanted]:  # noqa: FBT001
    what, length = _beyond(fact, adults=adults), fact.durations["length"]
    ongoing, start = fact.ongoing, fact.times["start"]
    so_far = [Concept(Plain.SO_FAR)] if ongoing else []
    if is_momentary(length):
        at = When(Plain.AT, fact.times["at"])
        return [*what, Concept(Plain.HELD), Concept(Plain.SINGLE), at, *so_far]
    if ongoing:
        held: list[Wanted] = [Concept(Plain.HOLDS), When(Plain.SINCE, start)]
    else:
        held = [Concept(Plain.HELD), When(Plain.FROM, start)]
    return [*what, *held, _spell(length), *so_far]


def _spell(length: timedelta) -> Spell:
    """Minutes below an hour, half hours from there on; both rounded half up."""
    minutes = int(length.total_seconds() / 60 + 0.5)
    if minutes < 60:
        return Spell(minutes)
    return Spell(30 * int(length.total_seconds() / 1800 + 0.5), rounded=True)


def _group(fact: Fact, adults: bool) -> list[Wanted]:  # noqa: FBT001
    longest = fact.durations["longest"]
    if is_momentary(longest):
        how_long: list[Wanted] = [Concept(Plain.SINGLES)]
    else:
        how_long = [_spell(longest), Concept(Plain.AT_LONGEST)]
    return [
        *_beyond(fact, adults=adults),
        Concept(Plain.HELD),
        When(Plain.FROM, fact.times["start"]),
        Many(int(fact.values["count"])),
        *how_long,
        *([Concept(Plain.STILL_SO)] if fact.ongoing else []),
    ]


def _score(fact: Fact, _: bool) -> list[Wanted]:  # noqa: FBT001
    """Only that there is none, and why, since the usual ranges do not hold then either."""
    return [Concept(Plain.NO_RANGES, fact.labels.get("not_scored"))]


def _alarm(fact: Fact, adults: bool) -> list[Wanted]:  # noqa: FBT001
    condition = Condition(fact.labels["condition"])
    need(not condition.technical, "an alarm of the equipment")
    returned, now = fact.labels.get("gone") == "returned", fact.ongoing
    lasting = now and not returned
    if condition is Condition.SCORE:
        what: list[Wanted] = [Concept(Plain.TOGETHER, lasting)]
    else:
        held = Concept(Plain.HOLDS if lasting else Plain.HELD)
        what = [*_beyond(fact, adults=adults), held]
    start = When(Plain.SINCE if lasting else Plain.FROM, fact.times["start"])
    raised = Concept(Plain.ALARM_ON if now else Plain.ALARM_CAME)
    return [raised, *what, start, *_since(fact), *_seen(fact)]


def _since(fact: Fact) -> list[Wanted]:
    """What became of an alarm's condition; nothing where it has held all the time."""
    if fact.labels.get("gone") == "returned":
        return [Concept(Plain.AGAIN), When(Plain.SINCE, fact.times["returned"])]
    if fact.ongoing:
        return []
    unmeasured = fact.labels.get("gone") == "unmeasured"
    return [Concept(Plain.UNMEASURED if unmeasured else Plain.GONE)]


def _seen(fact: Fact) -> list[Wanted]:
    if fact.labels.get("operator") != "acknowledged":
        return []
    return [Concept(Plain.SEEN), When(Plain.AT, fact.times["acknowledged"])]


def _gap(fact: Fact, _: bool) -> list[Wanted]:  # noqa: FBT001
    start, end = fact.times["start"], fact.times["end"]
    extent, unmeasured = fact.labels["extent"], Concept(Plain.NOT_MEASURED)
    if extent == "nothing":
        return [Concept(Plain.HOURS), Concept(Plain.NOTHING)]
    if extent == "before":
        return [Concept(Plain.HOURS), Concept(Plain.NO_EARLIER), When(Plain.BEFORE, end)]
    if extent == "never":
        return [Concept(Plain.HOURS), unmeasured, *map(_signal, fact.signals)]
    if extent == "since":
        what = [Concept(Plain.NO_READINGS)]
        if fact.signal is not None:
            what = [_signal(fact.signal), unmeasured]
        return [*what, When(Plain.SINCE, start)]
    count = int(fact.values.get("count", 1))
    several: list[Wanted] = [Many(count), Concept(Plain.LONGEST_GAP)] if count > 1 else []
    between: list[Wanted] = [When(Plain.BETWEEN, start), When(Plain.AND, end)]
    return [_signal(fact.signal), unmeasured, *several, *between]


_WANTED: Mapping[FactKind, Callable[[Fact, bool], list[Wanted]]] = {
    FactKind.MEASURE: _measure,
    FactKind.CHANGE: _change,
    FactKind.EXTREME: _extreme,
    FactKind.EPISODE: _episode,
    FactKind.GROUP: _group,
    FactKind.SCORE: _score,
    FactKind.ALARM: _alarm,
    FactKind.GAP: _gap,
}
