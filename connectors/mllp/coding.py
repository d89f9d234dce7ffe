"""What OBX-3 and OBX-6 mean: codes to signals, units to conversions. Looked up once, then kept."""

import logging
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from connectors.codes import CodeMap, by_loinc, by_mdc, unit_by_mdc
from connectors.maps import SignalMap
from connectors.mllp.parsing import Delimiters
from connectors.mllp.remembering import Remembered
from connectors.replay.channels import Channel, converter, has_words, plain, unit_of
from sereno.domain.errors import MalformedInput
from sereno.domain.vitals import VITALS, Kind, Signal

_log = logging.getLogger(__name__)

OWN: Final = "99SERENO"  # the coding system of what no standard has a code for: a signal's name
_LOINC: Final = frozenset({"LN", "LOINC", "LNC"})
_MDC: Final = "MDC"
_MOST_KEPT: Final = 4096  # codes and units that are remembered; a hospital's senders use hundreds
_MOST_TOLD: Final = 200  # codes that are named as not taken
_CODE: Final = re.compile(r"[^A-Za-z0-9_.-]")  # what may end a code, whatever the delimiters
_LEAST: Final = 1e-9  # above 0, which may mean that nothing is attached
_LONGEST: Final = 40  # characters of a name that a sender chose
_LEADS: Final[Mapping[str, str]] = {
    **{str(131329 + n): lead for n, lead in enumerate(("I", "II"))},
    **{str(131330 + n): f"V{n}" for n in range(1, 7)},
    **{str(131389 + n): lead for n, lead in enumerate(("III", "aVR", "aVL", "aVF"))},
}
_NAMES: Final = {signal.value: signal for signal in Signal}
_SPELT: Final = {  # units in words, as `plain` leaves them
    "beatsperminute": "/min", "beatsperminutes": "/min", "beatmin": "/min", "beatspermin": "/min",
    "breathsperminute": "/min", "breathspermin": "/min", "respmin": "/min", "brmin": "/min",
    "brpm": "/min", "lpermin": "L/min", "literspermin": "L/min", "litersperminute": "L/min",
    "degreesc": "Cel", "degreesf": "[degF]", "degreescelsius": "Cel", "degreesfahrenheit": "[degF]",
    "pointscale": "{score}", "milligramsperdeciliter": "mg/dL",
}  # fmt: skip
_LEAD_NAMES: Final = {lead.upper(): lead for lead in _LEADS.values()}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for.

    `unit` is what a map says, None where the sender's own holds. `detail` tells a second code of
    the same signal apart from the first, in the source's name. `parts` are those of `120/80`.
    Values from `low` to `high` need no second look: they are plausible, and no sentinel.
    """

    signal: Signal
    name: str
    unit: str | None = None
    detail: str = ""
    waveform: bool = False
    worded: bool = False
    own: bool = False
    channel: str = ""
    parts: tuple["Meaning | None", ...] = ()
    low: float = math.inf
    high: float = -math.inf


Converter = Callable[[float], float] | None


class Codes:
    """Codes and units of one source. `ignored` are the codes that stand for nothing here."""

    def __init__(self, codes: CodeMap) -> None:
        self._map = codes
        self._first: dict[Signal, str] = {}
        for code, meant in codes.codes.items():
            self._first.setdefault(meant.signal, code.partition("^")[0])
        self._meanings = Remembered(self._look_up, _MOST_KEPT)
        self._converters = Remembered(_converter, _MOST_KEPT)
        self._ignored: dict[str, None] = {}

    @property
    def ignored(self) -> tuple[str, ...]:
        """Codes that came and are not taken, the first two hundred."""
        return tuple(_printable(field) for field in self._ignored)

    def meaning(self, field: str, delimiters: Delimiters) -> Meaning | None:
        """What an OBX-3 means; None where it is no vital sign."""
        return self._meanings[field, delimiters]

    def ignore(self, field: str) -> None:
        """Note that `field` is not taken; the log names its code once."""
        told = field[:_LONGEST]
        if told in self._ignored or len(self._ignored) >= _MOST_TOLD:
            return
        self._ignored[told] = None
        _log.info("not taken, since it is no vital sign: %s", named(_CODE.split(told)[0]) or "-")

    def convert(self, meaning: Meaning, unit: str, delimiters: Delimiters) -> Converter:
        """How values in `unit` (OBX-6) become the vocabulary's; None where they are in it.

        Raises MalformedInput where no conversion is known.
        """
        found = self._converters[meaning.signal, meaning.unit or unit, delimiters]
        if isinstance(found, str):
            raise MalformedInput(found)
        return found

    def _look_up(self, key: tuple[str, Delimiters]) -> Meaning | None:
        field, delimiters = key
        parts = [part.strip() for part in delimiters.parts(field)] + [""] * 6
        triples = (tuple(parts[:3]), tuple(parts[3:6]))
        for code, text, system in triples:
            if code and (found := self._coded(code, text, system, parts)):
                return found
        return None

    def _coded(self, code: str, text: str, system: str, parts: list[str]) -> Meaning | None:
        mapped = self._map.meaning(code, system)
        if mapped is not None:
            detail = "" if self._first[mapped.signal] == code else named(code)
            return _meaning(mapped.signal, mapped.unit, detail, code, parts)
        if pieces := self._pieces(code, system):
            first = next(piece for piece in pieces if piece is not None)
            return Meaning(first.signal, first.name, parts=pieces)
        signal = _standard(code, text, system)
        if signal is None:
            return None
        usual = VITALS[signal]
        first_of = {usual.loinc, usual.mdc, str(usual.mdc_code), signal.value}
        detail = "" if code in first_of or usual.kind is Kind.WAVEFORM else named(code)
        return _meaning(signal, None, detail, code, parts, own=system == OWN)

    def _pieces(self, code: str, system: str) -> tuple[Meaning | None, ...]:
        """What `120/80` under `code` holds, where the map names `code/1` and `code/2`."""
        found = [self._map.meaning(f"{code}/{n}", system) for n in (1, 2, 3)]
        pieces = tuple(_plain(each) if each else None for each in found)
        return pieces if any(pieces) else ()


def _printable(text: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "_" for c in text) or "no code"


def named(text: str) -> str:
    """A sender's own name for a device or a code, as it may stand in a source's name."""
    return _cleaned(text[: 2 * _LONGEST])


@lru_cache(maxsize=_MOST_KEPT)
def _cleaned(text: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in text.strip())
    return kept[:_LONGEST]


def _plain(mapped: SignalMap) -> Meaning:
    signal = mapped.signal
    return Meaning(signal, signal.value, mapped.unit, low=_low(signal), high=_high(signal))


def _meaning(
    signal: Signal, unit: str | None, detail: str, code: str, parts: list[str], *, own: bool = False
) -> Meaning:
    waveform = VITALS[signal].kind is Kind.WAVEFORM
    channel = _channel(code, parts) if waveform else ""
    return Meaning(
        signal, signal.value, unit, detail, waveform, has_words(signal), own, channel,
        low=_low(signal), high=_high(signal),
    )  # fmt: skip


def _low(signal: Signal) -> float:
    return max(VITALS[signal].low, _LEAST)


def _high(signal: Signal) -> float:
    return VITALS[signal].high


def _channel(code: str, parts: list[str]) -> str:
    """The lead of a waveform: as we write it ourselves, by its reference id, by its number."""
    if parts[5] == OWN:
        return parts[3]
    for text in (parts[0], parts[1]):
        lead = _LEAD_NAMES.get(text.rpartition("_")[2].upper())
        if lead and text.upper().startswith(_MDC):
            return lead
    return _LEADS.get(code, "")


def _standard(code: str, text: str, system: str) -> Signal | None:
    if system in _LOINC:
        return by_loinc(code)
    if system == _MDC or code.startswith("MDC_") or text.startswith("MDC_"):
        return by_mdc(code) or by_mdc(text)
    if system == OWN:
        return _NAMES.get(code)
    return by_loinc(code) if not system and "-" in code else None


def _converter(key: tuple[Signal, str, Delimiters]) -> Converter | str:
    """A conversion, or why there is none."""
    signal, field, delimiters = key
    usual = VITALS[signal].unit
    for unit in _units(field, delimiters):
        if unit == "1" and usual in {"{score}", "1"}:
            return None
        if VITALS[signal].kind is Kind.WAVEFORM and usual == "1":
            return None
        try:
            return converter(Channel(signal, unit))
        except MalformedInput:
            continue
    return f"{signal.value} came in a unit that can not be converted; send it in {usual}"


def _units(field: str, delimiters: Delimiters) -> list[str | None]:
    """The units that an OBX-6 may mean, in UCUM, the likeliest first."""
    parts = [part.strip() for part in delimiters.parts(field) if part.strip()]
    by_code = [unit for part in parts if (unit := unit_by_mdc(part))]
    spelt = [_SPELT.get(plain(part)) or unit_of(part) for part in parts if part != _MDC]
    return [*by_code, *spelt] or [None]
