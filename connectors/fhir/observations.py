"""From one Observation to values and stretches of waveform, with what is refused in it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from connectors.fhir import times, values
from connectors.fhir.codes import Codes, Meaning
from connectors.fhir.mapping import ACT_REASON, INVASIVE_PARTS, PRESSURE_PARTS, TEST_DATA
from connectors.fhir.people import MODIFIED, Resource, codings
from connectors.replay.channels import quality
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.vitals import VITALS, Kind, Signal

_TAKEN: Final = frozenset({"preliminary", "final", "amended", "corrected"})
_WITHDRAWN: Final = "entered-in-error"
_STATUSES: Final = _TAKEN | {_WITHDRAWN, "registered", "cancelled", "unknown"}
_MOST_COMPONENTS: Final = 100
_MOST_SAMPLES: Final = 1_000_000  # of one SampledData
_INVASIVE: Final = dict(zip(PRESSURE_PARTS, INVASIVE_PARTS, strict=True))

NO_STATUS: Final = "it has no status of R4"
NOT_YET: Final = "its status says that there is no value: registered, cancelled or unknown"
OF_ANOTHER: Final = "it is about somebody other than its subject (focus)"
PANEL: Final = "a panel without values of its own: its members are read by themselves"
NO_VALUE: Final = "it holds no value"
NO_CODE: Final = "no vital sign"
TOO_MANY: Final = "it has more components than are read"


@dataclass(slots=True)
class Found:
    """What an Observation came to. `ignored` says why nothing was taken where nothing was."""

    observations: list[Observation] = field(default_factory=list)
    waveforms: list[WaveformChunk] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ignored: str = ""

    def __bool__(self) -> bool:
        return bool(self.observations or self.waveforms)


def read(resource: Resource, codes: Codes, source: str, zone: tzinfo) -> Found:
    """What `resource` holds. Raises MalformedInput where all of it is to be refused."""
    found = Found()
    status = _status(resource)
    if status not in _TAKEN and status != _WITHDRAWN:
        found.ignored = NOT_YET
        return found
    reading = _Reading(resource, codes, source, zone, found)
    reading.withdrawn = status == _WITHDRAWN
    reading.run()
    return found


def _status(resource: Resource) -> str:
    if "modifierExtension" in resource or "implicitRules" in resource:
        raise MalformedInput(MODIFIED)
    status = resource.get("status")
    if not isinstance(status, str) or status not in _STATUSES:
        raise MalformedInput(NO_STATUS)
    if resource.get("focus"):
        raise MalformedInput(OF_ANOTHER)
    return status


class _Reading:
    """One Observation; what is found is put into `found`."""

    def __init__(
        self, resource: Resource, codes: Codes, source: str, zone: tzinfo, found: Found
    ) -> None:
        self._resource = resource
        self._codes = codes
        self._source = source
        self._zone = zone
        self._found = found
        self._time: tuple[datetime, datetime] | None = None
        self._demo = _is_test(resource)
        self.withdrawn = False

    def run(self) -> None:
        its_codes = tuple(codings(self._resource.get("code")))
        meaning = self._codes.meaning(its_codes)
        invasive = meaning is not None and meaning.signal is Signal.PRESSURE
        components = _components(self._resource)
        if meaning is not None:
            self._take(self._resource, meaning)
        # The parts of a score, such as NEWS2, rest on older values: they are none of their own.
        for part in () if _is_survey(self._resource) else components:
            self._component(part, invasive=invasive)
        if not self._found and not self._found.refused:
            self._found.ignored = self._why_nothing(its_codes, meaning)

    def _component(self, part: dict[str, Any], *, invasive: bool) -> None:
        its_codes = tuple(codings(part.get("code")))
        meaning = self._codes.meaning(its_codes)
        if meaning is None:
            self._codes.ignore(its_codes)
            return
        signal = _INVASIVE.get(meaning.signal) if invasive else None
        if signal is not None:
            meaning = Meaning(signal, meaning.unit, meaning.detail)
        self._take(part, meaning)

    def _take(self, part: dict[str, Any], meaning: Meaning) -> None:
        """Take the value of `part`; what can not be taken is refused by its reason."""
        if "modifierExtension" in part:
            self._found.refused.append(MODIFIED)
            return
        try:
            if (data := part.get("valueSampledData")) is not None:
                self._samples(data, meaning)
            elif VITALS[meaning.signal].kind is not Kind.WAVEFORM:
                self._value(part, meaning)
        except MalformedInput as exc:
            self._found.refused.append(str(exc))

    def _value(self, part: dict[str, Any], meaning: Meaning) -> None:
        signal = meaning.signal
        if (kept := values.withheld(part, signal)) is not None:
            self._add(meaning, self._moment(), *kept)
        elif (told := values.numeric(part, signal, meaning.unit)) is not None:
            raw, value = told
            self._add(meaning, self._moment(), value, quality(signal, raw, value))
        elif values.absent(part) and VITALS[signal].kind is Kind.NUMERIC:
            self._add(meaning, self._moment(), 0.0, Quality.SENSOR_OFF)

    def _add(self, meaning: Meaning, at: datetime, value: float, judged: Quality) -> None:
        if self.withdrawn:
            judged = Quality.ARTEFACT
        elif self._demo:
            judged = Quality.DEMO
        source = f"{self._source}#{meaning.detail}" if meaning.detail else self._source
        self._found.observations.append(Observation(meaning.signal, at, value, source, judged))

    def _moment(self) -> datetime:
        return self._taken()[1]

    def _taken(self) -> tuple[datetime, datetime]:
        if self._time is None:
            self._time = times.taken(self._resource, self._zone)
        return self._time

    def _samples(self, data: object, meaning: Meaning) -> None:
        if self.withdrawn or self._demo:
            return  # a waveform has no quality, and this one is nobody's
        period, samples = values.sampled(data, meaning.signal, meaning.unit)
        if len(samples) > _MOST_SAMPLES:
            raise MalformedInput(values.NO_SAMPLES)
        start, signal = self._taken()[0], meaning.signal
        if VITALS[signal].kind is Kind.WAVEFORM:
            self._found.waveforms += _chunks(meaning, start, period, samples, self._source)
            return
        for place, value in enumerate(samples):
            if not math.isnan(value):
                at = start + timedelta(milliseconds=period * place)
                self._add(meaning, at, value, quality(signal, value, value))

    def _why_nothing(self, its_codes: tuple[tuple[str, str], ...], meaning: Meaning | None) -> str:
        if "hasMember" in self._resource and meaning is None:
            return PANEL
        if meaning is None:
            return f"{NO_CODE}: {self._codes.ignore(its_codes)}"
        return NO_VALUE


def _is_survey(resource: Resource) -> bool:
    """Whether it is a score or a questionnaire, by its category."""
    told = resource.get("category")
    categories = told if isinstance(told, list) else []
    return any(code == "survey" for each in categories for _, code in codings(each))


def _components(resource: Resource) -> list[dict[str, Any]]:
    told = resource.get("component")
    components = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    if len(components) > _MOST_COMPONENTS:
        raise MalformedInput(TOO_MANY)
    return components


def _is_test(resource: Resource) -> bool:
    """Whether it is marked as test data (HTEST), as of a device in demonstration mode."""
    meta = resource.get("meta")
    if not isinstance(meta, dict):
        return False
    marks = [*codings({"coding": meta.get("security")}), *codings({"coding": meta.get("tag")})]
    return (ACT_REASON, TEST_DATA) in marks


def _chunks(
    meaning: Meaning, start: datetime, period: float, samples: list[float], source: str
) -> Iterator[WaveformChunk]:
    """Stretches of a second, without those in which nothing was read."""
    rate = 1000 / period
    size = max(1, round(rate))
    for first in range(0, len(samples), size):
        piece = samples[first : first + size]
        if not all(map(math.isnan, piece)):
            at = start + timedelta(milliseconds=period * first)
            yield WaveformChunk(meaning.signal, at, rate, piece, source, meaning.channel)
