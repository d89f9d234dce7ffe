"""Questions put to the whole ward: who first, for whom something holds, who has the highest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from inference.language.questions.notions import Sense
from inference.language.questions.patient import PatientQuestion
from sereno.domain.questions import Aspect, Call, Period, Stretch, Tool
from sereno.domain.surveillance import Direction, Response, ScoreKind

# The total above which NEWS2 asks for it (RCP 2017).
_ASKED_FROM: Mapping[object, float] = {Response.URGENT: 4.0, Response.EMERGENCY: 6.0}
_WORST_VALUE = frozenset(["peor", "la peor", "el peor", "peores", "worst"])


@dataclass(frozen=True, slots=True)
class WardQuestion(PatientQuestion):
    """A question about everybody; what it asks of each is read as of one patient."""

    def call(self) -> Call | None:
        """The call that is sure; None where none is."""
        has = self.read.has
        inner = self._ward_inner()
        if inner is not None:
            aspect = Aspect.WHEN if has(Sense.WHO, Sense.WHICH_BED) else Aspect.WHETHER
            if has(Sense.HOW_MANY, Sense.HOW_OFTEN):
                aspect = Aspect.HOW_OFTEN
            if inner.aspect in (Aspect.HIGHEST, Aspect.LOWEST):
                aspect = inner.aspect
            return Call(tool=Tool.WARD, aspect=aspect, of=inner, period=inner.period)
        if has(Sense.FIRST, Sense.WORSE, Sense.CONDITION, Sense.SCORE, Sense.ALL_TOPICS):
            return Call(tool=Tool.WARD, aspect=Aspect.FIRST)
        return None

    def _ward_inner(self) -> Call | None:
        """What is asked about each patient; None where only their order is."""
        has, topics = self.read.has, self._topics
        if has(Sense.ALARM):
            alarms = self._alarms()
            return alarms and replace(alarms, aspect=Aspect.WHETHER)
        response = self._answered_by()
        if response is not None and not has(Sense.FIRST):
            return response
        if self._score is not None:
            return self._ward_score(self._score)
        if has(Sense.MISSING) or (has(Sense.NOT) and has(Sense.MEASURED)):
            return Call(tool=Tool.GAPS, aspect=Aspect.WHETHER, topics=topics, period=self._period,
                        fine=bool(topics))  # fmt: skip
        return (self._ward_values() if topics else None) or self._ward_comparison()

    def _ward_values(self) -> Call | None:
        """The extreme or the event; the present ones where nothing speaks of the past."""
        past = self.read.has(Sense.HAPPENED) or bool(self._periods)
        extreme = self._extremes() or self._worst_of_all()
        if extreme is not None:
            return extreme if past else replace(extreme, tool=Tool.VITALS)
        event = self._episodes()
        if event is None or event.aspect is Aspect.NOW:
            return event
        if past:
            return replace(event, aspect=Aspect.WHETHER)
        return replace(event, tool=Tool.VITALS, aspect=Aspect.NOW)

    def _answered_by(self) -> Call | None:
        """Whose score asks for an urgent or an emergency response."""
        said = self.read.about(Sense.RESPONSE)
        limit = next((_ASKED_FROM[each] for each in said if each in _ASKED_FROM), None)
        if limit is None or self._topics or self._number is not None:
            return None
        return Call(tool=Tool.SCORE, aspect=Aspect.WHETHER, score=ScoreKind.NEWS2,
                    direction=Direction.HIGH, limit=limit)  # fmt: skip

    def _worst_of_all(self) -> Call | None:
        """Who has the worst value: "whose saturation is worst?"."""
        has = self.read.has
        worst = has(Sense.FIRST, Sense.WORSE) and not has(Sense.THAN, Sense.PERIOD)
        if not worst or self._number is not None or self._events:
            return None
        if not any(n.words in _WORST_VALUE for n in self.read.notions):
            return None
        low = self._topics[0].worse_when_low
        aspect = Aspect.LOWEST if low else Aspect.HIGHEST
        return Call(tool=Tool.EXTREMES, aspect=aspect, topics=self._topics, period=self._period)

    def _ward_comparison(self) -> Call | None:
        if self._worse() is None or self.read.has(Sense.FIRST):
            return None
        return self._comparison()

    def _ward_score(self, kind: ScoreKind) -> Call:
        scored = self._scored() or Call(tool=Tool.SCORE, score=kind)
        if scored.aspect is Aspect.WHETHER:
            return scored
        lowest = scored.aspect is Aspect.LOWEST
        period = self._period
        if not self._periods:
            period = Period(stretch=Stretch.LAST, hours=0)
        aspect = Aspect.LOWEST if lowest else Aspect.HIGHEST
        return replace(scored, aspect=aspect, score=kind, period=period)
