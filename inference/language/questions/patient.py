"""Questions about one patient: which tool a question calls, or none."""

from dataclasses import dataclass, replace
from itertools import pairwise

from inference.language.questions.notions import Sense
from inference.language.questions.said import Said
from sereno.domain.questions import Aspect, Call, Period, Stretch, Tool, Topic
from sereno.domain.surveillance import Direction, Response
from sereno.domain.vitals import VITALS

_LOW, _HIGH = Direction.LOW, Direction.HIGH
# What a note may be about where nothing else is said to be looked for.
_SOUGHT_ELSE = (
    Sense.UPWARD, Sense.DOWNWARD, Sense.ALARM, Sense.PROTOCOL, Sense.RESPONSE, Sense.WELL,
    Sense.WORSE, Sense.BETTER,
)  # fmt: skip
_SHORTEST_SOUGHT = 2  # letters of a word that is looked for in notes, and more
_RAISED = 4.0  # a NEWS2 above it is what a raised one means: an urgent response (RCP 2017)
_ANY = frozenset(
    [
        "any",
        "hay",
        "alguna",
        "alguno",
        "algun",
        "tenemos",
        "there been",
        "been any",
        "consta",
        "constan",
    ]
)
_WHICH = frozenset(["what", "which", "que", "cual", "cual es", "cual fue", "cuanto"])
# What is asked by its value, and not by whether it is given.
_AMOUNTS = frozenset(
    ["fio2", "fi02", "flow", "flow rate", "o2 flow", "oxygen flow", "oxygen flow rate",
     "o2 flow rate", "inspired oxygen", "litres", "liters", "oxygen concentration",
     "fraccion inspirada", "fraccion inspirada de oxigeno",
     "fraccion inspiratoria de oxigeno", "fraccion inspirada de o2", "flujo", "flujo de oxigeno",
     "flujo de o2", "cuantos litros", "a cuantos litros"]
)  # fmt: skip
_BEYOND = (
    Sense.UPWARD, Sense.DOWNWARD, Sense.ABOVE, Sense.BELOW, Sense.RISING, Sense.FALLING,
    Sense.HIGHEST, Sense.LOWEST, Sense.NORMAL, Sense.DIFFER, Sense.WORSE, Sense.BETTER,
)  # fmt: skip
_NEWEST = frozenset({"latest", "most recent", "newest", "current", "latest value"})
_ON_OXYGEN = frozenset({"on oxygen", "on o2", "con oxigeno", "con o2"})


@dataclass(frozen=True, slots=True)
class PatientQuestion(Said):
    """A question about one patient. The narrower tools are tried before the wider ones."""

    def call(self) -> Call | None:
        """The call that is sure; None where none is."""
        for attempt in (
            self._notes,
            self._protocol,
            self._alarms,
            self._comparison,
            self._scored,
            self._gaps,
            self._extremes,
            self._episodes,
            self._vitals,
        ):
            call = attempt()
            if call is not None:
                return call
        return None

    def _notes(self) -> Call | None:
        if not self.read.has(Sense.NOTE):
            return None
        senses = (
            Sense.TOPIC, Sense.EVENT, Sense.UNRECORDED, Sense.ADVICE, Sense.TREATMENT,
            Sense.ILLNESS, Sense.NUMBER,
        )  # fmt: skip
        quoted = [n.words for n in self.read.notions if n.sense is Sense.QUOTED]
        words = [n.words for n in self.read.notions if n.sense in senses]
        unread = [word for word in [*words, *self.read.unknown] if len(word) > _SHORTEST_SOUGHT]
        others = [n.words for n in self.read.notions if n.sense in _SOUGHT_ELSE]
        found = tuple(quoted) or tuple(word.rstrip("s") for word in unread or others)
        aspect = Aspect.WHETHER if self._asks_whether() else Aspect.LATEST
        return Call(tool=Tool.NOTES, aspect=aspect, period=self._period, words=found)

    def _protocol(self) -> Call | None:
        has = self.read.has
        responses = [each for each in self.read.about(Sense.RESPONSE) if isinstance(each, Response)]
        named = bool(responses) and self._score is not None and not has(Sense.WHY, Sense.HIGHEST)
        often = self._score is not None and any(
            n.words.startswith(("cada cuant", "how often")) for n in self.read.notions
        )
        if not has(Sense.PROTOCOL) and not named and not (often and not has(Sense.HAPPENED)):
            return None
        whether = bool(responses) and self._asks_whether()
        return Call(
            tool=Tool.PROTOCOL,
            aspect=Aspect.WHETHER if whether else Aspect.LATEST,
            response=responses[0] if whether else None,
        )

    def _alarms(self) -> Call | None:
        if not self.read.has(Sense.ALARM):
            return None
        has = self.read.has
        aspect = Aspect.LATEST
        if has(Sense.HOW_MANY, Sense.HOW_OFTEN):
            aspect = Aspect.HOW_OFTEN
        elif self._asks_whether():
            aspect = Aspect.WHETHER
        period = self._period
        past = has(Sense.HAPPENED, Sense.WHEN, Sense.HOW_OFTEN, Sense.LAST_TIME) and not has(
            Sense.OPEN, Sense.NOW
        )
        if period.stretch is Stretch.UNSAID and past:
            period = Period(stretch=Stretch.LAST, hours=24)
        if has(Sense.OPEN, Sense.STILL) and not self._periods:
            period = Period()
        return Call(
            tool=Tool.ALARMS, aspect=aspect, topics=self._topics, period=period,
            score=self._score,
        )  # fmt: skip

    def _comparison(self) -> Call | None:
        has = self.read.has
        worse = self._worse()
        both = has(Sense.WORSE) and has(Sense.BETTER)
        limitless = self._number is None and self._beyond_a_period()
        moves = has(Sense.RISING, Sense.FALLING) and self._number is None
        since = has(Sense.SINCE) or any(
            n.words.startswith(("since", "desde ")) for n in self.read.notions
        )
        gone = has(Sense.UPWARD, Sense.DOWNWARD) and since and self._asks_whether()
        moves = moves or (gone and self._number is None and not self._events)
        named = bool(self._periods)
        against_said = has(Sense.THAN, Sense.DIFFER) or limitless
        compares = moves or both or has(Sense.DIFFER, Sense.THAN) or (limitless and named)
        narrower = (
            self._number is not None
            or has(Sense.HOW_LONG, Sense.HOW_OFTEN)
            or (has(Sense.HIGHEST, Sense.LOWEST) and not has(Sense.THAN))
        )
        of_something = both or self._topics or self._score is not None or self._on_the_whole()
        explained = self._score is not None and has(Sense.WHY)
        if explained or (worse is None and (not compares or narrower or not of_something)):
            return None
        period, against = self._two_periods(explicit=against_said)
        direction = None if worse is not None else self._moved()
        if direction is not None and Topic.CONSCIOUSNESS in self._topics:
            worse, direction = (direction is _HIGH) is bool(self._events), None
        return Call(
            tool=Tool.COMPARE, aspect=Aspect.WHETHER, topics=self._topics, direction=direction,
            period=period, against=against, worse=worse, score=self._score,
        )  # fmt: skip

    def _scored(self) -> Call | None:
        score, has = self._score, self.read.has
        wanting = has(Sense.MISSING) and not (self._topics or has(Sense.WHY, Sense.NOW))
        if score is None or wanting:
            return None
        base = Call(tool=Tool.SCORE, period=self._period, score=score)
        raised = has(Sense.UPWARD)
        if has(Sense.WHY):
            base = replace(base, aspect=Aspect.WHY)
        elif self._number is not None and self._of_another_time():
            # When, how long or how often a score lay beyond is not told: its highest is, with when.
            low = self._direction is _LOW
            base = replace(base, aspect=Aspect.LOWEST if low else Aspect.HIGHEST)
        elif self._number is not None:
            direction, limit = self._direction or _HIGH, self._limit(1.0)
            base = replace(base, aspect=Aspect.WHETHER, direction=direction, limit=limit)
        elif has(Sense.HIGHEST) or self._worst or (raised and not self._asks_whether()):
            base = replace(base, aspect=Aspect.HIGHEST)
        elif has(Sense.LOWEST):
            base = replace(base, aspect=Aspect.LOWEST)
        elif raised:
            base = replace(base, aspect=Aspect.WHETHER, direction=_HIGH, limit=_RAISED)
        elif self._over_a_stretch():
            base = replace(base, aspect=Aspect.HIGHEST)
        return base

    def _of_another_time(self) -> bool:
        """Whether a limit of the score is asked about that no "now" answers."""
        has = self.read.has
        if has(Sense.WHEN, Sense.HOW_LONG, Sense.HOW_OFTEN, Sense.LAST_TIME):
            return True
        unsaid = self._period.stretch is Stretch.UNSAID
        return unsaid and has(Sense.HAPPENED) and not has(Sense.IS, Sense.NOW)

    def _over_a_stretch(self) -> bool:
        """Whether a period of some length is asked about."""
        period = self._period
        said = period.stretch not in (Stretch.UNSAID, Stretch.NOW, Stretch.UNTIL)
        return said and not period.moment and not self.read.has(Sense.LATEST)

    def _beyond_a_period(self) -> bool:
        """Whether something is said to be above or below what it was in a period."""
        verbs = (Sense.HAPPENED, Sense.IS, Sense.PATIENT)
        told = [n.sense for n in self.read.notions if n.sense not in verbs]
        sides = (Sense.ABOVE, Sense.BELOW)
        return any(one in sides and after is Sense.PERIOD for one, after in pairwise(told))

    def _gaps(self) -> Call | None:
        has, topics = self.read.has, self._topics
        base = Call(tool=Tool.GAPS, topics=topics, period=self._period)
        without = any(
            n.sense is Sense.NOT and n.words in ("without", "sin") for n in self.read.notions
        )
        nothing_beyond = self._number is None and not self._events and not has(*_BEYOND)
        silence = without or nothing_beyond or has(Sense.MISSING, Sense.MEASURED)
        if has(Sense.LONGEST) and silence and topics:
            return replace(base, aspect=Aspect.HOW_LONG)
        if has(Sense.MISSING) and not self._number:
            return self._missing(base)
        return None if self._events or self._score else self._last_or_whether(base)

    def _missing(self, base: Call) -> Call:
        if base.topics and self.read.has(Sense.HOW_LONG, Sense.WHEN, Sense.LAST_TIME):
            return replace(base, aspect=Aspect.LATEST, period=Period())
        return replace(base, aspect=Aspect.WHETHER if base.topics else Aspect.MISSING)

    def _last_or_whether(self, base: Call) -> Call | None:
        has, topics = self.read.has, base.topics
        if self._any_at_all():
            return replace(base, aspect=Aspect.WHETHER)
        if self._value_of_last_time():
            return None
        timed = has(Sense.WHEN) and has(Sense.MEASURED, Sense.LATEST) and not self._value_first()
        value = has(Sense.HIGHEST, Sense.LOWEST, Sense.ABOVE, Sense.BELOW)
        if (
            (has(Sense.LAST_TIME) or timed)
            and not value
            and (topics or has(Sense.MEASURED, Sense.ALL_TOPICS))
        ):
            return replace(base, aspect=Aspect.LATEST, period=Period())
        done = has(Sense.MEASURED) and has(Sense.IS, Sense.HAPPENED) and self._asks_whether()
        if not topics and done and has(Sense.ALL_TOPICS):
            return replace(base, aspect=Aspect.LATEST, period=Period())
        counted = has(Sense.HOW_OFTEN, Sense.HOW_MANY, Sense.QUERY, Sense.RANGE, Sense.LATEST)
        measured = has(Sense.MEASURED) or self._device_put()
        if topics and measured and self._asks_whether() and not value and not counted:
            return replace(base, aspect=Aspect.WHETHER)
        return None

    def _value_of_last_time(self) -> bool:
        """Whether a value is asked for: "what temperature did he have the last time?"."""
        told = [n for n in self.read.notions if n.sense is not Sense.PATIENT]
        asked = any(
            one.sense is Sense.QUERY and one.words in _WHICH and other.sense is Sense.TOPIC
            for one, other in pairwise(told)
        )
        return asked and not self.read.has(Sense.WHEN, Sense.HOW_LONG)

    def _value_first(self) -> bool:
        """Whether the latest value is asked for, and its time beside it."""
        asked = [n for n in self.read.notions if n.sense in (Sense.LATEST, Sense.WHEN)]
        return bool(asked) and asked[0].words in _NEWEST

    def _device_put(self) -> bool:
        """Whether a thermometer is spoken of: to put one is to measure."""
        names = ("thermometer", "termometro")
        return any(n.sense is Sense.TOPIC and n.words in names for n in self.read.notions)

    def _any_at_all(self) -> bool:
        """Whether there is any value: "any glucose today?". Any temperature may mean a fever."""
        if not self._asks_whether() or self.read.has(*_BEYOND) or self._number is not None:
            return False
        doubtful = Topic.TEMPERATURE in self._topics and not self.read.has(Sense.MEASURED)
        named = any(after is Sense.TOPIC and n.words in _ANY for _, n, after in self._in_context())
        return named and not doubtful and Topic.OXYGEN not in self._topics

    def _extremes(self) -> Call | None:
        has, topics = self.read.has, self._topics
        if not topics or self._number is not None:
            return None
        aspect = None
        if has(Sense.HIGHEST) is not has(Sense.LOWEST):
            aspect = Aspect.HIGHEST if has(Sense.HIGHEST) else Aspect.LOWEST
        elif self._events and has(Sense.MORE) and not has(Sense.THAN) and has(Sense.HAPPENED):
            low = self._events[0].direction is _LOW
            aspect = Aspect.LOWEST if low else Aspect.HIGHEST
        elif has(Sense.MORE) and not has(Sense.THAN) and self._went() is not None:
            aspect = Aspect.LOWEST if self._went() is _LOW else Aspect.HIGHEST
        elif self._worst:
            aspect = Aspect.LOWEST if topics[0].worse_when_low else Aspect.HIGHEST
        if aspect is None or has(Sense.HOW_OFTEN):
            return None
        return Call(tool=Tool.EXTREMES, aspect=aspect, topics=topics, period=self._period)

    def _went(self) -> Direction | None:
        """Which way it went where it is asked when it did so most."""
        up, down = self.read.has(Sense.UPWARD), self.read.has(Sense.DOWNWARD)
        if up is down or not self.read.has(Sense.WHEN):
            return None
        return _HIGH if up else _LOW

    def _episodes(self) -> Call | None:
        topics, has = self._topics, self.read.has
        if not topics or not self._asks_for_event():
            return None
        aspect = self._event_aspect()
        direction = self._direction
        step = 10.0 ** -VITALS[topics[0].signals[0]].decimals
        limit, number = self._limit(step, topics[0]), self._number_of(topics[0])
        fine = aspect in (Aspect.NOW, Aspect.WHETHER) and self._fine()
        stayed = has(Sense.STAYED) and aspect in (Aspect.NOW, Aspect.WHETHER)
        if stayed and number is not None and direction is not None:
            # It stayed below a limit if nothing came to it: the other side, the limit counted in.
            fine, upward = True, direction is _LOW
            direction = _HIGH if upward else _LOW
            limit = round(number + (-step if upward else step), 6)
        if has(Sense.WELL) or (has(Sense.NORMAL) and not self._events and self._number is None):
            direction = None
        return Call(
            tool=Tool.VITALS if aspect is Aspect.NOW else Tool.EPISODES, aspect=aspect,
            topics=self._event_topics(), direction=direction,
            limit=limit, period=self._period, fine=fine,
        )  # fmt: skip

    def _event_topics(self) -> tuple[Topic, ...]:
        """Of an event its own topic, unless others are asked about beside it."""
        if self._events and self._number is None:
            return tuple(dict.fromkeys(each.topic for each in self._events))
        return self._topics[:1] if self._number is not None else self._topics

    def _asks_for_event(self) -> bool:
        has = self.read.has
        if self._events or has(Sense.WELL, Sense.NORMAL):
            return True
        if self._number is not None and has(
            Sense.ABOVE,
            Sense.BELOW,
            Sense.AT_LEAST,
            Sense.AT_MOST,
            Sense.UPWARD,
            Sense.DOWNWARD,
            Sense.HIGHEST,
            Sense.LOWEST,
        ):
            return True
        if self._topics == (Topic.OXYGEN,) and (self._oxygen_given() or self.ward):
            return True
        if Topic.OXYGEN in self._topics and has(Sense.WHEN, Sense.HOW_LONG):
            return not self._words(*_AMOUNTS)
        moved = has(Sense.UPWARD, Sense.DOWNWARD)
        asked = self._asks_whether() or has(Sense.WHEN, Sense.HOW_LONG, Sense.HOW_OFTEN)
        return moved and asked

    def _oxygen_given(self) -> bool:
        """Whether it is asked if oxygen is given at all, and not how much."""
        said = {n.words for n in self.read.notions if n.sense is Sense.TOPIC}
        verb = self.read.has(Sense.IS, Sense.HAPPENED, Sense.STILL) and not said & _AMOUNTS
        return self._asks_whether() and (verb or bool(said & _ON_OXYGEN))

    def _event_aspect(self) -> Aspect:
        has = self.read.has
        counted = [n.words for n in self.read.notions if n.sense is Sense.HOW_MANY]
        limited = self._number is not None and counted and "how much" not in counted
        if has(Sense.HOW_OFTEN) or limited or (counted and self._events):
            return Aspect.HOW_OFTEN
        if has(Sense.HOW_LONG, Sense.LONGEST):
            return Aspect.HOW_LONG
        if has(Sense.WHEN) or has(Sense.LAST_TIME):
            return Aspect.WHEN
        asks_now = has(Sense.IS, Sense.NORMAL, Sense.WELL) and not has(Sense.HAPPENED)
        present = has(Sense.NOW, Sense.STILL) or asks_now
        if present and not [p for p in self._periods if p.stretch is not Stretch.NOW]:
            return Aspect.NOW
        return Aspect.WHETHER

    def _vitals(self) -> Call | None:
        has, topics = self.read.has, self._topics
        if not topics and not has(Sense.ALL_TOPICS, Sense.CONDITION):
            return None
        period = self._period
        ranged = has(Sense.RANGE) or (has(Sense.HIGHEST) and has(Sense.LOWEST))
        latest = (Stretch.UNSAID, Stretch.NOW, Stretch.UNTIL)
        over = period.stretch not in latest and not period.moment
        counted = has(Sense.HOW_OFTEN) and has(Sense.MEASURED)
        if ranged or counted or (over and not has(Sense.LATEST)):
            return Call(tool=Tool.VITALS, aspect=Aspect.RANGE, topics=topics, period=period)
        return Call(tool=Tool.VITALS, topics=topics, period=period)
