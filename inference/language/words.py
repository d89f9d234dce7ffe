"""What a language calls things, and the phrases that every language puts together alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inference.language.style import Told
from sereno.domain.surveillance import Response
from sereno.domain.vitals import Signal

_OXYGEN = (Signal.OXYGEN_GIVEN, Signal.OXYGEN_FLOW)
_NO_POINTS = ("from", "lowest", "highest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The names of one language.

    `channels` name pressures of which both values are told, or neither; `minds` the states of
    consciousness by their ACVPU value. `at_least`, `unknown` and `up_to` bound a response.
    """

    names: Mapping[Signal, str]
    channels: Mapping[Signal, str]
    minds: Sequence[str]
    room_air: str
    responses: Mapping[Response, str]
    at_least: str
    unknown: str
    up_to: str

    def reading(self, told: Told) -> str:
        """A measure as it stands in a list: "SpO2 93%", "BP 104/62 mmHg", "room air"."""
        signal, value = told.signal, told.fact.value or 0.0
        if signal is Signal.CONSCIOUSNESS:
            return self.minds[int(value)]
        if signal in _OXYGEN and not value:
            return self.room_air
        if signal is Signal.OXYGEN_GIVEN:
            return self.names[signal]
        if "diastolic" in told.fact.values:
            both = f"{told.style.number(value)}/{told.whole('diastolic')}"
            return f"{self.channels[signal]} {both} mmHg"
        return f"{self.names[signal]} {told.value}"

    def listed(self, signals: Iterable[Signal]) -> str:
        """Signals by their names."""
        return ", ".join(self.names[signal] for signal in signals)

    def sensors(self, signals: Iterable[Signal]) -> str:
        """Signals by what measures them: one pressure stands for its channel."""
        return ", ".join(self.channels.get(signal, self.names[signal]) for signal in signals)

    def points(self, told: Told) -> str:
        """What gives the points of a score, behind a colon; nothing where nothing does."""
        parts = ", ".join(
            f"{self.names[Signal(key)]} {points:.0f}"
            for key, points in told.fact.values.items()
            if key not in _NO_POINTS
        )
        return f": {parts}" if parts else ""

    def response(self, told: Told) -> str:
        """What a score asks for; of a partial one, between the least and the most."""
        most = self.responses[told.worst]
        if told.least is told.worst:
            return most
        least = f"{self.at_least} {self.responses[told.least]}" if told.least else self.unknown
        return f"{least}, {self.up_to} {most}"
