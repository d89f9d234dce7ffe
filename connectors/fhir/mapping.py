"""What FHIR R4 calls things: one table for what is read and what is written.

How a value survives the way out and in again:

- its time is `effectiveDateTime`, its signal the codings of `codings`, MDC first;
- its source is a logical reference, `device.identifier` with the system `SOURCE`;
- its quality, unless it is good, stands beside `dataAbsentReason` in the extension `QUALITY`, which
  holds `code` (a `Quality`) and `value` (a Quantity). There is no value[x] then, by which a
  reader that does not know the extension might take it for a value (rule obs-6);
- its version is `meta.versionId`, and above 1 the status is `corrected`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.codes import by_loinc, by_mdc
from sereno.domain.stream import Quality
from sereno.domain.vitals import VITALS, Consciousness, Signal

# Code systems (terminology.hl7.org, and hl7.org/fhir/R4/terminologies-systems.html).
LOINC: Final = "http://loinc.org"
MDC: Final = "urn:iso:std:iso:11073:10101"
MDC_OID: Final = "urn:oid:2.16.840.1.113883.6.24"  # the same, as older senders name it
SNOMED: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ACT_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
IDENTIFIER_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
TEST_DATA: Final = "HTEST"  # in ACT_REASON, as meta.security: of a device in demonstration mode

# Ours. An x- namespace of URNs, since no domain is everybody's who runs this.
QUALITY: Final = "urn:x-sereno:fhir:quality"
SOURCE: Final = "urn:x-sereno:source"
PATIENT: Final = "urn:x-sereno:patient"  # the system of our own id of a patient
# The system of a bed's label, where the subject is whoever lies there; Location.identifier too.
BED_SYSTEM: Final = "urn:x-sereno:bed"

# Of the observation whose components are these: the panel's LOINC and MDC code and its parts.
PRESSURE_PANEL: Final = ("85354-9", "150020")
INVASIVE_PANEL: Final = (None, "150036")
PRESSURE_PARTS: Final = (Signal.CUFF_SYSTOLIC, Signal.CUFF_DIASTOLIC, Signal.CUFF_MEAN)
INVASIVE_PARTS: Final = (
    Signal.INVASIVE_SYSTOLIC,
    Signal.INVASIVE_DIASTOLIC,
    Signal.INVASIVE_MEAN,
)
OXYGEN_PARTS: Final = (Signal.OXYGEN_FLOW, Signal.FIO2)  # of a pulse oximetry (US Core)

# What the profiles of R4 demand beside the vocabulary's own code, the first where they do.
_MORE_LOINC: Final[Mapping[Signal, tuple[str, ...]]] = MappingProxyType(
    {
        Signal.SPO2: ("2708-6", "59408-5"),
        # The AVPU scale; 80288-4 has other answers in some editions.
        Signal.CONSCIOUSNESS: ("67775-7", "80288-4"),
    }
)
_SNOMED_CODES: Final[Mapping[Signal, str]] = MappingProxyType(
    {
        Signal.CONSCIOUSNESS: "1104441000000107",  # ACVPU scale score
        Signal.OXYGEN_GIVEN: "371825009",  # patient on oxygen
    }
)
# The profiles of hl7.org/fhir/R4/observation-vitalsigns.html that an observation keeps.
_PROFILE: Final = "http://hl7.org/fhir/StructureDefinition/"
VITAL_SIGNS_PROFILE: Final = f"{_PROFILE}vitalsigns"
PRESSURE_PROFILE: Final = f"{_PROFILE}bp"
PROFILES: Final[Mapping[Signal, str]] = MappingProxyType(
    {
        Signal.HEART_RATE: f"{_PROFILE}heartrate",
        Signal.SPO2: f"{_PROFILE}oxygensat",
        Signal.RESPIRATORY_RATE: f"{_PROFILE}resprate",
        Signal.TEMPERATURE: f"{_PROFILE}bodytemp",
    }
)
VITAL_SIGNS: Final = "vital-signs"
_CATEGORIES: Final[Mapping[Signal, str]] = MappingProxyType(
    {
        Signal.CONSCIOUSNESS: "survey",
        Signal.GLASGOW_COMA_SCALE: "survey",
        Signal.OXYGEN_GIVEN: "therapy",
        Signal.GLUCOSE: "laboratory",
        Signal.ECG: "procedure",
        Signal.PLETH: "procedure",
        Signal.RESPIRATION: "procedure",
        Signal.PRESSURE: "procedure",
    }
)

# The answers of consciousness: LOINC's (of 67775-7; LA6560-2 is its "confused") and SNOMED's.
CONSCIOUSNESS: Final[Mapping[Consciousness, tuple[str, str, str]]] = MappingProxyType(
    {
        Consciousness.ALERT: ("LA9340-6", "248234008", "Alert"),
        Consciousness.NEW_CONFUSION: ("LA6560-2", "130987000", "Confused"),
        Consciousness.VOICE: ("LA17108-4", "300202002", "Responds to voice"),
        Consciousness.PAIN: ("LA17107-6", "450847001", "Responds to pain"),
        Consciousness.UNRESPONSIVE: ("LA9343-0", "422768004", "Unresponsive"),
    }
)
# Whether oxygen is given: SNOMED's yes and no (373066001, 373067005).
OXYGEN_GIVEN: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {1: ("373066001", "Yes"), 0: ("373067005", "No")}
)

# The reason that stands where a value may not, and what is made of one that came without ours.
ABSENT_REASONS: Final[Mapping[Quality, str]] = MappingProxyType(
    {
        Quality.SENSOR_OFF: "temp-unknown",
        Quality.IMPLAUSIBLE: "error",
        Quality.DEMO: "masked",
        Quality.ARTEFACT: "error",
    }
)
SENSOR_OFF_REASONS: Final = frozenset({"temp-unknown", "error", "not-a-number"})

# ECG leads by their MDC code (ISO/IEEE 11073-10101), for waveforms' channels.
LEADS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "131329": "I", "131330": "II", "131389": "III", "131390": "aVR", "131391": "aVL",
        "131392": "aVF", "131331": "V1", "131332": "V2", "131333": "V3", "131334": "V4",
        "131335": "V5", "131336": "V6",
    }
)  # fmt: skip
_LEAD_CODES: Final = {lead.casefold(): code for code, lead in LEADS.items()}


def category(signal: Signal) -> str:
    """The code in `CATEGORY` that an observation of `signal` belongs to."""
    return _CATEGORIES.get(signal, VITAL_SIGNS)


def codings(signal: Signal, channel: str = "") -> list[dict[str, str]]:
    """Every coding of `signal`, the most exact first; of a lead where `channel` names one."""
    vital = VITALS[signal]
    mdc = str(vital.mdc_code) if vital.mdc_code else None
    if signal is Signal.ECG:
        mdc = _LEAD_CODES.get(channel.casefold(), mdc)
    loinc = _MORE_LOINC.get(signal) or ((vital.loinc,) if vital.loinc else ())
    found = [(MDC, mdc), *((LOINC, code) for code in loinc), (SNOMED, _SNOMED_CODES.get(signal))]
    return [{"system": system, "code": code} for system, code in found if code]


def signal_of(system: str, code: str) -> Signal | None:
    """The signal that `code` of `system` means; None for any other."""
    table = _BY_SYSTEM.get(system)
    found = table.get(code) if table else None
    if found is None and table is not None:
        found = by_loinc(code) if system == LOINC else by_mdc(code) if system != SNOMED else None
    return found


_LOINC_SIGNALS: Final = {code: each for each, more in _MORE_LOINC.items() for code in more}
_BY_SYSTEM: Final[Mapping[str, Mapping[str, Signal]]] = MappingProxyType(
    {
        LOINC: _LOINC_SIGNALS,
        MDC: {},
        MDC_OID: {},
        SNOMED: {code: each for each, code in _SNOMED_CODES.items()},
    }
)
