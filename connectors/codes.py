"""What coded values mean: LOINC, IEEE 11073 (MDC) and a clinic's own codes, to the vocabulary."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pydantic import Field

from connectors.maps import NamedSignal, Options, SignalMap
from sereno.domain.vitals import VITALS, Signal, Vital

# Units of ISO/IEEE 11073-10101, by code and by reference id, as UCUM. A code is partition 4 times
# 65536 plus the term code.
_MDC_UNITS: Final = (
    (262656, "MDC_DIM_DIMLESS", "1"),
    (262688, "MDC_DIM_PERCENT", "%"),
    (264274, "MDC_DIM_MILLI_G_PER_DL", "mg/dL"),
    (264864, "MDC_DIM_BEAT_PER_MIN", "/min"),
    (264928, "MDC_DIM_RESP_PER_MIN", "/min"),
    (264992, "MDC_DIM_L_PER_MIN", "L/min"),
    (265987, "MDC_DIM_KILO_PASCAL", "kPa"),
    (266016, "MDC_DIM_MMHG", "mm[Hg]"),
    (266418, "MDC_DIM_MILLI_VOLT", "mV"),
    (266419, "MDC_DIM_MICRO_VOLT", "uV"),
    (266560, "MDC_DIM_FAHR", "[degF]"),
    (266866, "MDC_DIM_MILLI_MOLE_PER_L", "mmol/L"),
    (268192, "MDC_DIM_DEGC", "Cel"),
)


class CodeMap(Options):
    """A map file of codes: `"HR" = "heart_rate"` under `[codes]`.

    A key is a code, or CODE^SYSTEM where two systems use one code for different things.
    """

    codes: dict[str, NamedSignal] = Field(default_factory=dict)

    def meaning(self, code: str, system: str = "") -> SignalMap | None:
        """What the clinic says that `code` of `system` means; None where it says nothing."""
        return self.codes.get(f"{code}^{system}") or self.codes.get(code)


def by_loinc(code: str) -> Signal | None:
    """The signal of a LOINC code."""
    return _LOINC.get(code)


def by_mdc(code: str) -> Signal | None:
    """The signal of an MDC code: its number, context free, or its reference id."""
    return _MDC.get(code)


def unit_by_mdc(code: str) -> str | None:
    """The UCUM unit of an MDC dimension: its number or its reference id."""
    return _UNITS.get(code)


def _unique(pairs: Iterable[tuple[str, Signal]]) -> Mapping[str, Signal]:
    found: dict[str, Signal] = {}
    for code, signal in pairs:
        if found.setdefault(code, signal) is not signal:
            raise ValueError(f"{code} stands for two signals; mend the vocabulary")
    return MappingProxyType(found)


def _loinc_codes(vital: Vital) -> Iterator[str]:
    yield from (code for code in (vital.loinc, *vital.other_loinc) if code)


def _mdc_codes(vital: Vital) -> Iterator[str]:
    yield from (str(code) for code in (vital.mdc_code, *vital.other_mdc) if code)
    if vital.mdc:
        yield vital.mdc


_LOINC: Final = _unique(
    (code, each.signal) for each in VITALS.values() for code in _loinc_codes(each)
)
_MDC: Final = _unique((code, each.signal) for each in VITALS.values() for code in _mdc_codes(each))
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {name: unit for code, refid, unit in _MDC_UNITS for name in (str(code), refid)}
)
