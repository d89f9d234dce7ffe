"""The vocabulary of vital signs: one table of codes, units, plausible ranges and names.

Codes: LOINC (loinc.org), IEEE 11073-10101 (MDC reference ids and context-free codes: partition
times 65536 plus code), units in UCUM. None stands where the standard has no code of that meaning;
a comment beside it says so. Plausible ranges are what a living patient and a working sensor can
show; they are wider than any alarm limit, and a value outside is kept but flagged, never scored.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from types import MappingProxyType

from sereno.domain.errors import MalformedInput


class Language(StrEnum):
    """The languages that screens and texts speak."""

    ENGLISH = "en"
    SPANISH = "es"


class Signal(StrEnum):
    """What is measured. The value is the name used in files, tables and JSON."""

    __hash__ = str.__hash__  # an enumeration's own is slow, and every value is looked up by it

    HEART_RATE = "heart_rate"
    PULSE_RATE = "pulse_rate"
    SPO2 = "spo2"
    RESPIRATORY_RATE = "respiratory_rate"
    TEMPERATURE = "temperature"
    CUFF_SYSTOLIC = "cuff_systolic"
    CUFF_DIASTOLIC = "cuff_diastolic"
    CUFF_MEAN = "cuff_mean"
    INVASIVE_SYSTOLIC = "invasive_systolic"
    INVASIVE_DIASTOLIC = "invasive_diastolic"
    INVASIVE_MEAN = "invasive_mean"
    END_TIDAL_CO2 = "end_tidal_co2"
    FIO2 = "fio2"
    OXYGEN_FLOW = "oxygen_flow"
    OXYGEN_GIVEN = "oxygen_given"
    CONSCIOUSNESS = "consciousness"
    GLASGOW_COMA_SCALE = "glasgow_coma_scale"
    GLUCOSE = "glucose"
    ECG = "ecg"
    PLETH = "pleth"
    RESPIRATION = "respiration"
    PRESSURE = "pressure"


class Kind(Enum):
    """How a signal's values are to be read."""

    NUMERIC = "numeric"
    ORDINAL = "ordinal"
    WAVEFORM = "waveform"


class Consciousness(IntEnum):
    """ACVPU, the NEWS2 chart's scale (Royal College of Physicians, 2017), as stored values."""

    ALERT = 0
    NEW_CONFUSION = 1
    VOICE = 2
    PAIN = 3
    UNRESPONSIVE = 4

    @property
    def letter(self) -> str:
        """The chart's letter: A, C, V, P or U."""
        return "ACVPU"[self.value]


def half_up(value: float) -> int:
    """`value` as a whole number, half up; float noise below a millionth is ignored."""
    return math.floor(round(value, 6) + 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vital:
    """One row of the vocabulary.

    `unit` is the UCUM code that values are kept in; `low` and `high` bound what is plausible, in
    that unit; `decimals` is how many places a screen or a text shows.
    """

    signal: Signal
    kind: Kind = Kind.NUMERIC
    loinc: str | None
    mdc: str | None
    mdc_code: int | None
    unit: str
    low: float
    high: float
    decimals: int = 0
    english: str
    spanish: str
    abbreviation: str
    other_loinc: tuple[str, ...] = ()
    other_mdc: tuple[int, ...] = ()

    def name(self, language: Language) -> str:
        """The signal's name in `language`, in lower case."""
        return self.spanish if language is Language.SPANISH else self.english

    def plausible(self, value: float) -> bool:
        """Whether a living patient and a working sensor can show `value` (NaN is not)."""
        return self.low <= value <= self.high

    def rounded(self, value: float) -> float:
        """`value` as it is shown, charted and judged: half up to `decimals` places.

        Noise of floating point below a millionth of a step is ignored: 38.05 becomes 38.1.
        """
        scale: int = 10**self.decimals
        return half_up(value * scale) / scale


# fmt: off
_ROWS = (
    Vital(
        signal=Signal.HEART_RATE, loinc="8867-4", mdc="MDC_ECG_HEART_RATE", mdc_code=147842,
        unit="/min", low=10, high=300, english="heart rate", spanish="frecuencia cardíaca",
        abbreviation="HR", other_loinc=("76282-3",),  # beat to beat by ECG
    ),
    Vital(
        signal=Signal.PULSE_RATE, loinc="8889-8", mdc="MDC_PULS_OXIM_PULS_RATE", mdc_code=149530,
        unit="/min", low=10, high=300, english="pulse rate", spanish="frecuencia del pulso",
        abbreviation="PR", other_loinc=("8893-0",),  # by palpation
        other_mdc=(149514, 149546),  # MDC_PULS_RATE, MDC_PULS_RATE_NON_INV
    ),
    Vital(
        signal=Signal.SPO2, loinc="59408-5", mdc="MDC_PULS_OXIM_SAT_O2", mdc_code=150456,
        unit="%", low=30, high=100, english="oxygen saturation", spanish="saturación de oxígeno",
        abbreviation="SpO2", other_loinc=("2708-6",),
    ),
    Vital(
        signal=Signal.RESPIRATORY_RATE, loinc="9279-1", mdc="MDC_RESP_RATE", mdc_code=151562,
        unit="/min", low=0, high=100, english="respiratory rate",
        spanish="frecuencia respiratoria", abbreviation="RR",
        # From the airway, the chest's impedance, the ventilator and the capnograph.
        other_mdc=(151570, 151578, 151586, 151594),
    ),
    Vital(
        signal=Signal.TEMPERATURE, loinc="8310-5", mdc="MDC_TEMP_BODY", mdc_code=150364,
        unit="Cel", low=25, high=45, decimals=1, english="temperature", spanish="temperatura",
        # In the axilla, core, mouth, rectum and ear. Skin temperature is another measurement.
        abbreviation="Temp", other_loinc=("8328-7", "8329-5", "8331-1", "8332-9", "8333-7"),
        # MDC_TEMP, core, tympanic; rectal, oral, ear and axillary of the thermometer's profile.
        other_mdc=(150344, 150368, 150392, 188420, 188424, 188428, 188452),
    ),
    Vital(
        signal=Signal.CUFF_SYSTOLIC, loinc="8480-6", mdc="MDC_PRESS_BLD_NONINV_SYS",
        mdc_code=150021, unit="mm[Hg]", low=30, high=300, english="systolic pressure",
        spanish="presión sistólica", abbreviation="NIBP sys", other_loinc=("76534-7",),
        other_mdc=(150301,),
    ),
    Vital(
        signal=Signal.CUFF_DIASTOLIC, loinc="8462-4", mdc="MDC_PRESS_BLD_NONINV_DIA",
        mdc_code=150022, unit="mm[Hg]", low=10, high=200, english="diastolic pressure",
        spanish="presión diastólica", abbreviation="NIBP dia", other_loinc=("76535-4",),
        other_mdc=(150302,),
    ),
    Vital(
        signal=Signal.CUFF_MEAN, loinc="8478-0", mdc="MDC_PRESS_BLD_NONINV_MEAN",
        mdc_code=150023, unit="mm[Hg]", low=15, high=250, english="mean pressure",
        spanish="presión media", abbreviation="NIBP mean", other_loinc=("76536-2",),
        other_mdc=(150303,),
    ),
    Vital(
        signal=Signal.INVASIVE_SYSTOLIC, loinc="76215-3", mdc="MDC_PRESS_BLD_ART_ABP_SYS",
        mdc_code=150037, unit="mm[Hg]", low=30, high=300, english="arterial systolic pressure",
        spanish="presión arterial invasiva sistólica", abbreviation="ABP sys",
        other_mdc=(150033,),
    ),
    Vital(
        signal=Signal.INVASIVE_DIASTOLIC, loinc="76213-8", mdc="MDC_PRESS_BLD_ART_ABP_DIA",
        mdc_code=150038, unit="mm[Hg]", low=10, high=200, english="arterial diastolic pressure",
        spanish="presión arterial invasiva diastólica", abbreviation="ABP dia",
        other_mdc=(150034,),
    ),
    Vital(
        signal=Signal.INVASIVE_MEAN, loinc="76214-6", mdc="MDC_PRESS_BLD_ART_ABP_MEAN",
        mdc_code=150039, unit="mm[Hg]", low=15, high=250, english="arterial mean pressure",
        spanish="presión arterial invasiva media", abbreviation="ABP mean", other_mdc=(150035,),
    ),
    Vital(
        # 19891-1 is the partial pressure; 19889-5 the fraction of the breath, which some send.
        signal=Signal.END_TIDAL_CO2, loinc="19891-1", mdc="MDC_CONC_AWAY_CO2_ET",
        mdc_code=151708, unit="mm[Hg]", low=1, high=120, english="end-tidal CO2",
        spanish="CO2 al final de la espiración", abbreviation="etCO2", other_loinc=("19889-5",),
    ),
    Vital(
        signal=Signal.FIO2, loinc="3150-0", mdc="MDC_CONC_AWAY_O2_INSP", mdc_code=152196,
        unit="%", low=21, high=100, english="inspired oxygen", spanish="oxígeno inspirado",
        abbreviation="FiO2", other_mdc=(153144,),  # MDC_CONC_GASDLV_O2_INSP, as delivered
    ),
    Vital(
        # MDC has the fresh gas of an anaesthesia machine, but not what a mask or cannula is given.
        signal=Signal.OXYGEN_FLOW, loinc="3151-8", mdc=None, mdc_code=None, unit="L/min",
        low=0, high=80, decimals=1, english="oxygen flow", spanish="flujo de oxígeno",
        abbreviation="O2 flow",
    ),
    Vital(
        # 1 on supplemental oxygen, 0 on air: the NEWS2 chart's "air or oxygen" row. LOINC and MDC
        # code devices, flows and concentrations, but not whether oxygen is given at all.
        signal=Signal.OXYGEN_GIVEN, kind=Kind.ORDINAL, loinc=None, mdc=None, mdc_code=None,
        unit="1", low=0, high=1, english="supplemental oxygen", spanish="oxígeno suplementario",
        abbreviation="O2",
    ),
    Vital(
        # LOINC's is AVPU; new confusion came with NEWS2. MDC has coma scales alone.
        signal=Signal.CONSCIOUSNESS, kind=Kind.ORDINAL, loinc="80288-4", mdc=None, mdc_code=None,
        unit="1", low=0, high=4, english="consciousness", spanish="nivel de conciencia",
        abbreviation="ACVPU",
    ),
    Vital(
        signal=Signal.GLASGOW_COMA_SCALE, loinc="9269-2", mdc="MDC_SCORE_GLAS_COMA",
        mdc_code=153728, unit="{score}", low=3, high=15, english="Glasgow coma scale",
        spanish="escala de coma de Glasgow", abbreviation="GCS",
    ),
    Vital(
        signal=Signal.GLUCOSE, loinc="2339-0", mdc="MDC_CONC_GLU_GEN", mdc_code=160020,
        unit="mg/dL", low=10, high=1500, english="glucose", spanish="glucosa",
        # In plasma, in blood by the mole, and capillary by meter, by mass and by the mole.
        abbreviation="Gluc", other_loinc=("2345-7", "15074-8", "41653-7", "14743-9"),
        # IEEE 11073-10417: capillary, venous, arterial, undetermined; whole blood and plasma each.
        other_mdc=(160184, 160188, 160192, 160196, 160200, 160204, 160364, 160368),
    ),
    # LOINC names results; a stretch of samples has no code there.
    Vital(
        signal=Signal.ECG, kind=Kind.WAVEFORM, loinc=None, mdc="MDC_ECG_ELEC_POTL",
        mdc_code=131328, unit="mV", low=-20, high=20, decimals=2, english="ECG", spanish="ECG",
        abbreviation="ECG",
        # I, II, V1 to V6; III, aVR, aVL, aVF.
        other_mdc=(*range(131329, 131337), *range(131389, 131393)),
    ),
    Vital(
        signal=Signal.PLETH, kind=Kind.WAVEFORM, loinc=None, mdc="MDC_PULS_OXIM_PLETH",
        mdc_code=150452, unit="1", low=-1e6, high=1e6, decimals=2, english="pleth",
        spanish="pletismografía", abbreviation="Pleth",
    ),
    Vital(
        signal=Signal.RESPIRATION, kind=Kind.WAVEFORM, loinc=None, mdc="MDC_IMPED_TTHOR",
        mdc_code=151780, unit="1", low=-1e6, high=1e6, decimals=2, english="respiration",
        spanish="respiración", abbreviation="Resp",
    ),
    Vital(
        signal=Signal.PRESSURE, kind=Kind.WAVEFORM, loinc=None, mdc="MDC_PRESS_BLD_ART_ABP",
        mdc_code=150036, unit="mm[Hg]", low=-50, high=350, english="arterial pressure",
        spanish="presión arterial", abbreviation="ABP", other_mdc=(150032,),
    ),
)
# fmt: on

VITALS: Mapping[Signal, Vital] = MappingProxyType({row.signal: row for row in _ROWS})

_MMHG_PER_KPA = 7.50061683  # 1 mmHg = 133.322387415 Pa (BIPM, SI brochure, 8th ed., table 8)
_MG_DL_PER_MMOL_L = 18.0156  # molar mass of glucose, 180.156 g/mol

_CONVERSIONS: Mapping[tuple[str, str], Callable[[float], float]] = MappingProxyType(
    {
        ("[degF]", "Cel"): lambda f: (f - 32) * 5 / 9,
        ("K", "Cel"): lambda k: k - 273.15,
        ("kPa", "mm[Hg]"): lambda p: p * _MMHG_PER_KPA,
        ("1", "%"): lambda fraction: fraction * 100,
        ("mmol/L", "mg/dL"): lambda c: c * _MG_DL_PER_MMOL_L,
        ("Hz", "/min"): lambda hz: hz * 60,
        ("uV", "mV"): lambda v: v / 1000,
        ("V", "mV"): lambda v: v * 1000,
    }
)

# The same unit in the spellings that devices and files use, as UCUM.
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "bpm": "/min", "{beats}/min": "/min", "{Beats}/min": "/min", "beats/min": "/min",
        "{breaths}/min": "/min", "breaths/min": "/min", "rpm": "/min", "1/min": "/min",
        "pm": "/min", "/MIN": "/min", "C": "Cel", "°C": "Cel", "degC": "Cel", "cel": "Cel",
        "F": "[degF]", "°F": "[degF]", "degF": "[degF]", "mmHg": "mm[Hg]", "mmhg": "mm[Hg]",
        "mm(hg)": "mm[Hg]", "kpa": "kPa", "percent": "%", "fraction": "1", "NU": "1", "nu": "1",
        "mv": "mV", "l/min": "L/min", "lpm": "L/min", "mg/dl": "mg/dL", "mmol/l": "mmol/L",
        "{score}": "{score}", "points": "{score}",
    }
)  # fmt: skip


def to_unit(signal: Signal, value: float, unit: str | None) -> float:
    """Convert `value` from `unit` (UCUM or a common spelling) to the unit `signal` is kept in.

    No unit means the vocabulary's own. Raises MalformedInput where no conversion is known.
    """
    wanted = VITALS[signal].unit
    given = _SPELLINGS.get(unit, unit) if unit else wanted
    if given == wanted:
        return value
    convert = _CONVERSIONS.get((given, wanted))
    if convert is None:
        raise MalformedInput(f"{signal.value} can not be read in {given!r}; send it in {wanted!r}")
    return convert(value)
