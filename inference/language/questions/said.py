"""What a question says, worked out from its notions: topics, period, direction, limit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time

from inference.language.questions.lexing import Read
from inference.language.questions.notions import Event, Notion, Sense
from inference.language.questions.units import in_fahrenheit, recorded
from sereno.domain.questions import Period, Stretch, Topic
from sereno.domain.surveillance import Direction, ScoreKind

_LOW, _HIGH = Direction.LOW, Direction.HIGH
# A bare word for a score beside the coma scale means that scale.
_GENERIC = frozenset(
    ["score", "scores", "scoring", "scored", "points", "puntos", "escala", "puntuacion", "puntaje"]
)
_PASSED = frozenset({"ha pasado", "paso", "gone"})  # a limit, where a number follows
_WARM, _HOT = 34.0, 43.0  # degrees: no other signal is told in such numbers
_PREDICATE = frozenset({Sense.IS, Sense.HAPPENED, Sense.STILL})
_SAID_OF = frozenset(
    {Sense.SCORE, Sense.TOPIC, Sense.EVENT, Sense.ALARM, Sense.IS, Sense.SHOULD, Sense.PROTOCOL}
)
_WORST = frozenset(
    ["worst", "el peor", "la peor", "los peores", "las peores", "peor valor", "poorest"]
)
# The hour at which what is called so begins, and for how many it is: "eight this evening".
_HOURS_OF = {
    Stretch.MORNING: (0, 12),
    Stretch.AFTERNOON: (12, 12),
    Stretch.NIGHT: (20, 12),
    Stretch.SMALL_HOURS: (0, 8),
}
_PARTS = tuple(_HOURS_OF)
_DAY = 24 * 60  # minutes
_RUNNING = frozenset({Stretch.SHIFT, Stretch.LAST, Stretch.SINCE, Stretch.ALL, Stretch.NOW})
_WHAT = frozenset(
    [
        "what",
        "what's",
        "whats",
        "which",
        "que",
        "cual",
        "cuales",
        "cual es",
        "cual fue",
        "cual ha sido",
        "cuales son",
        "list",
        "show me",
        "lista",
        "tell me",
    ]
)


@dataclass(frozen=True, slots=True)
class Said:
    """One question in one language; `ward` says that it is put to the whole ward."""

    read: Read
    ward: bool

    @property
    def _topics(self) -> tuple[Topic, ...]:
        named = [each for each in self.read.about(Sense.TOPIC) if isinstance(each, Topic)]
        events = [each.topic for each in self._events]
        well = [each for each in self.read.about(Sense.WELL) if isinstance(each, Topic)]
        every = dict.fromkeys([*events, *well, *named])
        if not every and any(n.words.startswith("spik") for n in self.read.notions):
            return (Topic.TEMPERATURE,)
        if not every and self._number is not None:
            return self._told_in_such_numbers(self._number)
        if (
            Topic.SATURATION in every
            and Topic.OXYGEN in every
            and self._words("oxygen", "o2", "oxigeno")
            and not self._amount_asked()
        ):
            del every[Topic.OXYGEN]
        return tuple(every)

    def _amount_asked(self) -> bool:
        """Whether "how much oxygen" is asked, beside the saturation."""
        return any(
            before is Sense.HOW_MANY and n.about is Topic.OXYGEN
            for before, n, _ in self._in_context()
        )

    def _told_in_such_numbers(self, number: float) -> tuple[Topic, ...]:
        """What is measured in the unit that is said, or else in a number like this."""
        said = " ".join(n.words for n in self.read.notions if n.sense is Sense.NUMBER)
        if "mmol" in said or "mg/dl" in said:
            return (Topic.GLUCOSE,)
        if in_fahrenheit(said):
            return (Topic.TEMPERATURE,)
        return (Topic.TEMPERATURE,) if _WARM < number < _HOT else ()

    def _words(self, *words: str) -> bool:
        return any(n.sense is Sense.TOPIC and n.words in words for n in self.read.notions)

    @property
    def _events(self) -> list[Event]:
        return [each for each in self.read.about(Sense.EVENT) if isinstance(each, Event)]

    @property
    def _score(self) -> ScoreKind | None:
        """The score that is named; a bare "score" beside the coma scale means that scale."""
        named = [n for n in self.read.notions if n.sense is Sense.SCORE]
        if Topic.COMA_SCALE in self._topics:
            named = [each for each in named if each.words not in _GENERIC]
        kinds = [each.about for each in named if isinstance(each.about, ScoreKind)]
        if ScoreKind.QSOFA in kinds:
            return ScoreKind.QSOFA
        return kinds[0] if kinds else None

    @property
    def _periods(self) -> list[Period]:
        """Those said; one that lies before another, said alone, is the last such stretch."""
        said = list(dict.fromkeys(merged(self.read.notions)))
        if len(said) == 1 and said[0].stretch is Stretch.BEFORE:
            return [replace(said[0], stretch=Stretch.LAST)]
        return said

    @property
    def _period(self) -> Period:
        """The period said; a part of the day narrows the day that is said with it."""
        periods = self._periods
        if not periods:
            return Period(stretch=Stretch.NOW) if self.read.has(Sense.NOW) else Period()
        narrower = [p for p in periods if p.stretch is not Stretch.ALL]
        periods = narrower or periods
        clocked = [p for p in periods if p.start is not None or p.end is not None]
        first = clocked[0] if clocked else periods[0]
        days = max((p.days for p in periods if p.stretch is Stretch.TODAY), default=0)
        parts = (Stretch.MORNING, Stretch.AFTERNOON, Stretch.NIGHT, Stretch.SMALL_HOURS)
        part = next((p for p in periods if p.stretch in parts), None)
        if len(periods) > 1 and part is not None and days and not clocked:
            return replace(part, days=days)
        if clocked and days and not first.days:
            return replace(first, days=days)
        return first

    @property
    def _direction(self) -> Direction | None:
        events = self._events
        if events:
            return events[0].direction
        up = (Sense.ABOVE, Sense.AT_LEAST, Sense.UPWARD, Sense.RISING, Sense.HIGHEST)
        down = (Sense.BELOW, Sense.AT_MOST, Sense.DOWNWARD, Sense.FALLING, Sense.LOWEST)
        for senses in ((up[0], down[0]), (up[1], down[1]), (up[2], down[2]), (up[3], down[3])):
            if self.read.has(senses[0]) is not self.read.has(senses[1]):
                return _HIGH if self.read.has(senses[0]) else _LOW
        return None

    @property
    def _number(self) -> float | None:
        numbers = [each for each in self.read.about(Sense.NUMBER) if isinstance(each, float)]
        return numbers[0] if numbers else None

    def _number_of(self, topic: Topic | None) -> float | None:
        """The number in the unit in which `topic` is recorded; of a score as it is said."""
        number = self._number
        if number is None or topic is None:
            return number
        said = next(
            n.words for n in self.read.notions if n.sense is Sense.NUMBER and n.about == number
        )
        return recorded(number, said, topic)

    def _limit(self, step: float, topic: Topic | None = None) -> float | None:
        """The limit strictly beyond which something counts."""
        number, has = self._number_of(topic), self.read.has
        if number is None:
            return None
        passed = any(n.words in _PASSED for n in self.read.notions)
        if has(Sense.AT_LEAST, Sense.AT_MOST) or not (passed or has(Sense.ABOVE, Sense.BELOW)):
            beyond = step if self._direction is _LOW else -step
            return round(number + beyond, 6)
        return number

    def _on_the_whole(self) -> bool:
        return self.read.has(Sense.CONDITION, Sense.DIFFER, Sense.ALL_TOPICS)

    def _worse(self) -> bool | None:
        has = self.read.has
        if has(Sense.WORSE) and has(Sense.BETTER):
            return None
        worse = any(
            n.sense is Sense.FIRST and n.words in ("peor", "peores") for n in self.read.notions
        )
        worse = worse and not self.ward and not self._worst
        of_all = not self._topics and self._score is None
        if has(Sense.WORSE) or (worse and (has(Sense.THAN) or of_all or self._predicate("peor"))):
            return True
        return False if has(Sense.BETTER) else None

    @property
    def _worst(self) -> bool:
        """Whether the worst value of something is asked for, not whether it is worse."""
        for before, notion, after in self._in_context():
            if notion.sense is not Sense.FIRST:
                continue
            if notion.words in _WORST:
                return True
            named = after in (Sense.TOPIC, Sense.SCORE, Sense.EVENT)
            if notion.words in ("peor", "peores") and named and before not in _PREDICATE:
                return True
        return False

    def _predicate(self, words: str) -> bool:
        """Whether `words` say how something is: "is ... worse"."""
        return self.read.has(*_PREDICATE) and any(n.words == words for n in self.read.notions)

    def _in_context(self) -> Iterator[tuple[Sense | None, Notion, Sense | None]]:
        """Each notion between the senses beside it; words for the patient stand beside nothing."""
        told = [n for n in self.read.notions if n.sense is not Sense.PATIENT]
        for index, notion in enumerate(told):
            before = told[index - 1].sense if index else None
            after = told[index + 1].sense if index + 1 < len(told) else None
            yield before, notion, after

    def _moved(self) -> Direction | None:
        up = self.read.has(Sense.RISING, Sense.ABOVE, Sense.UPWARD, Sense.HIGHEST)
        down = self.read.has(Sense.FALLING, Sense.BELOW, Sense.DOWNWARD, Sense.LOWEST)
        if up is down:
            return None if up else self._more_of_it()
        return _HIGH if up else _LOW

    def _more_of_it(self) -> Direction | None:
        """Which way it went for "more tachycardic than" and "less oxygen than"."""
        more, less = self.read.has(Sense.MORE), self.read.has(Sense.LESS)
        if not self.read.has(Sense.THAN) or (more and less):
            return None
        way = self._events[0].direction if self._events else (_HIGH if more or less else None)
        if way is None or not less:
            return way
        return _LOW if way is _HIGH else _HIGH

    def _two_periods(self, *, explicit: bool) -> tuple[Period, Period | None]:
        """What is compared with what; the one said last is that of before, where two are said."""
        periods = [p for p in self._periods if p.stretch is not Stretch.NOW]
        before = next((p for p in periods if p.stretch is Stretch.BEFORE), None)
        if before is not None and len(periods) > 1:
            return next(p for p in periods if p is not before), before
        if len(periods) > 1:
            first, second = periods[0], periods[-1]
            return (second, first) if _earlier(first, second) else (first, second)
        if not periods:
            return Period(), None
        return _against_one(periods[0], explicit=explicit)

    def _fine(self) -> bool:
        """Whether the question asks if all is well."""
        return self.read.has(Sense.WELL) or (self.read.has(Sense.NORMAL) and not self._events)

    def _asks_whether(self) -> bool:
        """Whether it is a yes-or-no question: nothing in it asks for more."""
        return not self.read.has(
            Sense.WHEN, Sense.HOW_LONG, Sense.HOW_OFTEN, Sense.HOW_MANY, Sense.WHY, Sense.WHO,
        ) and not self._asks_what()  # fmt: skip

    def _asks_what(self) -> bool:
        """What or which; a "que" behind what it says more of asks for nothing."""
        for before, notion, _ in self._in_context():
            if notion.sense is Sense.QUERY and notion.words in _WHAT:
                return not (notion.words == "que" and before in _SAID_OF)
        return False


def merged(notions: Sequence[Notion]) -> Iterator[Period]:
    """The periods; a day or a part of it and the clock time said right beside it are one."""
    told: list[tuple[int, Period]] = []
    for index, notion in enumerate(notions):
        if notion.sense is not Sense.PERIOD or not isinstance(notion.about, Period):
            continue
        period = notion.about
        beside = bool(told) and told[-1][0] == index - 1
        joined = joined_with(told[-1][1], period) if beside else None
        if joined is not None:
            told[-1] = (index, joined)
        else:
            told.append((index, period))
    clocked = [period for _, period in told if period.start or period.end]
    settled = not all(period.halves for period in clocked)  # one is of the morning: so are all
    for _, period in told:
        yield replace(period, halves=False) if settled else period


def joined_with(one: Period, other: Period) -> Period | None:
    """The clock time of a day or of a part of it; None where these are two periods."""
    clocked = [each for each in (one, other) if each.start is not None or each.end is not None]
    days = [each for each in (one, other) if each.stretch in (Stretch.TODAY, *_PARTS)]
    if len(clocked) != 1 or len(days) != 1 or clocked[0].days:
        return None
    if days[0].stretch is Stretch.TODAY:
        return replace(clocked[0], days=days[0].days)
    return _within(clocked[0], days[0])


def _within(clocked: Period, part: Period) -> Period | None:
    """The clock times of the half that lies in a part of the day; None unless there is one."""
    if part.stretch is Stretch.NIGHT and part.days:
        return None  # before midnight or behind it: of two days
    fits = [
        replace(clocked, start=start, end=end, days=part.days, halves=False)
        for start in _halves(clocked.start, clocked)
        for end in _halves(clocked.end, clocked)
        if _lies_in(part.stretch, start, end)
    ]
    return fits[0] if len(fits) == 1 else None


def _halves(clock: time | None, period: Period) -> tuple[time | None, ...]:
    if clock is None or not period.halves:
        return (clock,)
    return (clock, clock.replace(hour=(clock.hour + 12) % 24))


def _lies_in(part: Stretch, *clocks: time | None) -> bool:
    """Whether these times lie in the part of the day, and one behind the other."""
    begin, hours = _HOURS_OF[part]
    told = [60 * each.hour + each.minute - 60 * begin for each in clocks if each is not None]
    since = [each % _DAY for each in told]
    return all(each <= 60 * hours for each in since) and since == sorted(set(since))


def _against_one(only: Period, *, explicit: bool) -> tuple[Period, Period | None]:
    """What is compared where one period is said."""
    if only.stretch is Stretch.SINCE and only.days and only.start == time(0):
        return Period(), Period(stretch=Stretch.TODAY, days=only.days)
    if only.stretch in (Stretch.AGO, Stretch.AT) or only.days:
        return Period(), only
    if only.stretch in _RUNNING or not explicit:
        return only, None
    return (only, None) if only.stretch is Stretch.TODAY else (Period(), only)


def _earlier(one: Period, other: Period) -> bool:
    """Whether a period is said to lie before another."""

    def back(period: Period) -> float:
        if period.stretch is Stretch.AGO:
            return period.hours
        return 24.0 * period.days + (12.0 if period.stretch is Stretch.NIGHT else 0.0)

    return back(one) > back(other)
