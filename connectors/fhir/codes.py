"""What Observation.code means: the clinic's map, then the standards; looked up once, then kept."""

from dataclasses import dataclass
from typing import Final

from connectors.codes import CodeMap
from connectors.fhir.mapping import LEADS, LOINC, MDC, MDC_OID, SNOMED, codings, signal_of
from connectors.fhir.people import named
from sereno.domain.vitals import VITALS, Kind, Signal

_MOST_KEPT: Final = 4096  # lists of codes that are remembered; a hospital's senders use hundreds
_MOST_TOLD: Final = 200  # codes that are named as not taken
_MOST_CODES: Final = 16  # of one concept
_LONGEST_KEPT: Final = 512  # characters of the systems and codes of a concept that is remembered
_EXACT: Final = frozenset({MDC, MDC_OID})  # it tells the pulse from the heart rate


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a concept stands for.

    `unit` is what a map says, None where the sender's own holds. `detail` tells a second code of
    the same signal apart from the first, in the source's name; `channel` is a waveform's lead.
    """

    signal: Signal
    unit: str | None = None
    detail: str = ""
    channel: str = ""


Codings = tuple[tuple[str, str], ...]


class Codes:
    """The codes of one source. `ignored` are those that stand for nothing here."""

    def __init__(self, codes: CodeMap) -> None:
        self._map = codes
        self._first: dict[Signal, str] = {}
        for code, meant in codes.codes.items():
            self._first.setdefault(meant.signal, code.partition("^")[0])
        self._meanings: dict[Codings, Meaning | None] = {}
        self._ignored: dict[str, None] = {}

    @property
    def ignored(self) -> tuple[str, ...]:
        """Codes that came and are not taken, the first few hundred."""
        return tuple(self._ignored)

    def meaning(self, found: Codings) -> Meaning | None:
        """What these codes of one concept mean; None where they are no vital sign."""
        try:
            return self._meanings[found]
        except KeyError:
            pass
        meaning = self._look_up(found[:_MOST_CODES])
        if len(found) <= _MOST_CODES and _length(found) <= _LONGEST_KEPT:
            if len(self._meanings) >= _MOST_KEPT:
                self._meanings.clear()
            self._meanings[found] = meaning
        return meaning

    def ignore(self, found: Codings) -> str:
        """Note that they are not taken; how they are named."""
        system, code = found[0] if found else ("", "")
        told = f"{_SYSTEMS.get(system, 'other system')} {named(code)}" if code else "no code"
        if len(self._ignored) < _MOST_TOLD:
            self._ignored[told] = None
        return told

    def _look_up(self, found: Codings) -> Meaning | None:
        for system, code in found:
            mapped = self._map.meaning(code, system)
            if mapped is not None:
                detail = "" if self._first[mapped.signal] == code else named(code)
                return Meaning(mapped.signal, mapped.unit, detail)
        for system, code in sorted(found, key=lambda pair: pair[0] not in _EXACT):
            signal = signal_of(system, code)
            if signal is not None:
                return _meaning(signal, code)
        return None


def _length(found: Codings) -> int:
    return sum(len(system) + len(code) for system, code in found)


def _meaning(signal: Signal, code: str) -> Meaning:
    if VITALS[signal].kind is Kind.WAVEFORM:
        return Meaning(signal, channel=LEADS.get(code, ""))
    return Meaning(signal, detail="" if code in _USUAL[signal] else named(code))


def _usual(signal: Signal) -> frozenset[str]:
    vital = VITALS[signal]
    codes = [each["code"] for each in codings(signal)]
    return frozenset([*codes, *filter(None, (vital.loinc, vital.mdc))])


_USUAL: Final = {signal: _usual(signal) for signal in Signal}
_SYSTEMS: Final = {
    LOINC: "LOINC", MDC: "MDC", MDC_OID: "MDC", SNOMED: "SNOMED",
}  # fmt: skip
