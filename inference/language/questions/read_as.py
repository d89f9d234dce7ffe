"""How a question was read, in one line, from the call alone: never from the question's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from inference.language import english, spanish
from inference.language.style import Style
from sereno.domain.evidence import Window
from sereno.domain.questions import Aspect, Call, Scope, Tool, Topic
from sereno.domain.surveillance import Direction, ScoreKind
from sereno.domain.vitals import Language

# English and Spanish of each.
_WORDS = {
    "head": ("Read as", "Leído como"),
    "ward": ("each patient", "cada paciente"),
    "first": ("whole ward: who needs somebody first", "toda la planta: a quién atender primero"),
    "all": ("vital signs", "constantes"),
    "now": ("now", "ahora"),
    "latest": ("latest value", "último valor"),
    "range": ("range and median", "rango y mediana"),
    "highest": ("highest", "máximo"),
    "lowest": ("lowest", "mínimo"),
    "whether": ("whether there was any", "si lo hubo"),
    "when": ("when", "cuándo"),
    "how_long": ("how long", "cuánto tiempo"),
    "how_often": ("how often", "cuántas veces"),
    "why": ("what gives its points", "qué da sus puntos"),
    "usual_low": ("below the usual limit", "por debajo del límite habitual"),
    "usual_high": ("above the usual limit", "por encima del límite habitual"),
    "usual": ("beyond the usual limits", "fuera de los límites habituales"),
    "altered": ("altered", "alterado"),
    "given": ("given", "administrado"),
    "fine": ("whether that was never so", "si nunca fue así"),
    "below": ("below", "por debajo de"),
    "above": ("above", "por encima de"),
    "compared": ("compared", "comparación"),
    "higher": ("whether higher", "si es más alto"),
    "lower": ("whether lower", "si es más bajo"),
    "worse": ("whether worse", "si está peor"),
    "better": ("whether better", "si está mejor"),
    "against": ("against", "frente a"),
    "alarms": ("alarms", "alarmas"),
    "open": ("open alarms", "alarmas abiertas"),
    "measured": ("when last measured", "cuándo se midió por última vez"),
    "was_measured": ("whether measured", "si se midió"),
    "silence": ("longest time without a value", "más tiempo sin un valor"),
    "missing": ("what is not measured", "qué no se mide"),
    "protocol": ("what the NEWS2 protocol asks for", "qué pide el protocolo NEWS2"),
    "routine": ("whether NEWS2 asks for a routine response", "si NEWS2 pide respuesta de rutina"),
    "urgent": ("whether NEWS2 asks for an urgent response", "si NEWS2 pide respuesta urgente"),
    "emergency": (
        "whether NEWS2 asks for an emergency response", "si NEWS2 pide respuesta de emergencia",
    ),
    "notes": ("notes", "notas"),
    "to": ("{0} to {1}", "de {0} a {1}"),
    "at": ("at {0}", "a {0}"),
    "oxygen": ("oxygen", "oxígeno"),
}  # fmt: skip
_SCORES = {ScoreKind.NEWS2: "NEWS2", ScoreKind.QSOFA: "qSOFA"}


def read_as(call: Call, scope: Scope, language: Language) -> str:
    """Implements ReadAsWriter: "Read as: heart rate, highest, 12:00 to 16:00"."""
    line = _Line(call, scope, language)
    return f"{line.word('head')}: {', '.join(line.parts())}"


@dataclass(frozen=True, slots=True)
class _Line:
    call: Call
    scope: Scope
    language: Language

    def word(self, key: str) -> str:
        return _WORDS[key][self.language is Language.SPANISH]

    def parts(self) -> Iterator[str]:
        """What, what of it, and of when."""
        if self.call.tool is Tool.WARD:
            yield from self._of_ward()
            return
        yield from self._subject()
        yield from self._asked()
        when = self._when()
        if when:
            yield when

    def _of_ward(self) -> Iterator[str]:
        of = self.call.of
        if of is None:
            yield self.word("first")
            return
        yield self.word("ward")
        yield from _Line(of, self.scope, self.language).parts()

    def _subject(self) -> Iterator[str]:
        call = self.call
        if call.tool is Tool.ALARMS:
            yield self.word("alarms" if self.scope.window else "open")
        if call.topics:
            yield ", ".join(self._topic(topic) for topic in call.topics)
        elif call.score or call.tool in (Tool.SCORE, Tool.COMPARE):
            yield _SCORES[call.score or ScoreKind.NEWS2]
        elif call.tool is Tool.VITALS:
            yield self.word("all")

    def _topic(self, topic: Topic) -> str:
        names = (spanish if self.language is Language.SPANISH else english).WORDS.names
        return self.word("oxygen") if topic is Topic.OXYGEN else names[topic.signals[0]]

    def _asked(self) -> Iterator[str]:
        call, tool = self.call, self.call.tool
        if tool is Tool.EPISODES or (tool is Tool.VITALS and call.aspect is Aspect.NOW):
            yield self._beyond()
            yield from [] if call.aspect is Aspect.NOW else [self.word(call.aspect.value)]
            yield from [self.word("fine")] if call.fine else []
        elif tool in (Tool.VITALS, Tool.EXTREMES):
            yield self.word(call.aspect.value)
        elif tool is Tool.SCORE:
            yield from self._of_score()
        elif tool is Tool.COMPARE:
            yield self._compared()
        else:
            yield from self._others()

    def _others(self) -> Iterator[str]:
        """Of alarms, gaps, the protocol and notes."""
        call, tool = self.call, self.call.tool
        if tool is Tool.GAPS:
            key = {Aspect.LATEST: "measured", Aspect.HOW_LONG: "silence"}.get(call.aspect)
            yield self.word(key or ("was_measured" if call.topics else "missing"))
        elif tool is Tool.PROTOCOL:
            yield self.word(call.response.value if call.response else "protocol")
        elif tool is Tool.NOTES:
            yield self.word("notes")

    def _of_score(self) -> Iterator[str]:
        call = self.call
        if call.limit is not None:
            low = call.direction is Direction.LOW
            yield f"{self.word('below' if low else 'above')} {call.limit:.0f}"
        elif call.aspect is not Aspect.LATEST:
            yield self.word(call.aspect.value)

    def _beyond(self) -> str:
        call = self.call
        low = call.direction is Direction.LOW
        if call.topics == (Topic.CONSCIOUSNESS,):
            return self.word("altered")
        if call.limit is not None and call.topics:
            limit = self._style.quantity(call.topics[0].signals[0], call.limit)
            return f"{self.word('below' if low else 'above')} {limit}"
        if call.topics == (Topic.OXYGEN,):
            return self.word("given")
        if call.direction is None:
            return self.word("usual")
        return self.word("usual_low" if low else "usual_high")

    def _compared(self) -> str:
        call = self.call
        if call.worse is not None:
            return self.word("worse" if call.worse else "better")
        if call.direction is None:
            return self.word("compared")
        return self.word("lower" if call.direction is Direction.LOW else "higher")

    @property
    def _style(self) -> Style:
        """Clock times of the day of the question go without their day."""
        zone = ZoneInfo(self.scope.zone)
        local = self.scope.at.astimezone(zone).replace(tzinfo=None)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return Style(self.language, zone, midnight - timedelta(seconds=1))

    def _when(self) -> str:
        window, against = self.scope.window, self.scope.against
        if window is None:
            return self.word("now") if self._of_moment() else ""
        said = self._stretch(window)
        if against is None:
            return said
        return f"{said} {self.word('against')} {self._stretch(against)}"

    def _of_moment(self) -> bool:
        return self.call.tool is Tool.SCORE or self.call.aspect is Aspect.NOW

    def _stretch(self, window: Window) -> str:
        start, end = self._clock(window.start), self._clock(window.end)
        if window.start == window.end:
            return self.word("at").format(end)
        return self.word("to").format(start, end)

    def _clock(self, moment: datetime) -> str:
        return self._style.clock(moment)
