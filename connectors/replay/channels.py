"""What the channels of recordings are called, and what their values mean.

One table from the names that monitors, research exports and charts use to the vocabulary; the
same for values that are no measurement (sensor off) and for words that stand for a value.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import VITALS, Kind, Signal, to_unit

# Names as `plain` leaves them: lower case, letters and digits alone.
_NUMERIC_NAMES: Mapping[Signal, str] = {
    Signal.HEART_RATE: "hr heartrate ecghr hrecg heartratebpm hrbpm fc frecuenciacardiaca",
    Signal.PULSE_RATE: "pulse pulserate pr pulsebpm prbpm pulsespo2 frecuenciadepulso pulso",
    Signal.SPO2: "spo2 spo2pct o2sat osat oxygensaturation o2saturationpulseoxymetry "
    "pulseoximetry sato2 spo2r spo2l saturacion",
    Signal.RESPIRATORY_RATE: "resp rr respirationrate respiratoryrate resprate awrr fr "
    "respirations frecuenciarespiratoria",
    Signal.TEMPERATURE: "temp temperature tempc temperaturec temperaturecelsius bodytemperature "
    "tcore temperatura tmp",
    Signal.CUFF_SYSTOLIC: "nbpsys nibpsys nbpsystolic nibpsystolic nisysabp sbp systolic "
    "systolicbp systolicbloodpressure noninvasivebloodpressuresystolic noninvasivesystolic "
    "nisbp pas tas",
    Signal.CUFF_DIASTOLIC: "nbpdias nbpdia nibpdias nibpdia nbpdiastolic nibpdiastolic nidiasabp "
    "dbp diastolic diastolicbp diastolicbloodpressure noninvasivebloodpressurediastolic "
    "noninvasivediastolic nidbp pad tad",
    Signal.CUFF_MEAN: "nbpmean nibpmean nbpmeanpressure nimap map mbp meanbp "
    "meanarterialpressure noninvasivebloodpressuremean noninvasivemean nimbp pam tam",
    Signal.INVASIVE_SYSTOLIC: "abpsys abpsystolic artsys artsystolic ibpsys sysabp "
    "arterialbpsystolic arterialbloodpressuresystolic arterialsystolic systemicsystolic",
    Signal.INVASIVE_DIASTOLIC: "abpdias abpdia abpdiastolic artdias artdia artdiastolic ibpdia "
    "diasabp arterialbpdiastolic arterialbloodpressurediastolic arterialdiastolic "
    "systemicdiastolic",
    Signal.INVASIVE_MEAN: "abpmean artmean ibpmean arterialbpmean arterialbloodpressuremean "
    "arterialmean systemicmean",
    Signal.END_TIDAL_CO2: "etco2 endtidalco2 co2et etco2mmhg",
    Signal.FIO2: "fio2 fio2pct fio2set inspiredo2fraction inspiredoxygen",
    Signal.OXYGEN_FLOW: "o2flow o2flowlpm oxygenflow",
    Signal.OXYGEN_GIVEN: "o2deliverydevice o2deliverydevices oxygendevice supplementaloxygen "
    "oxygentherapy o2given",
    Signal.CONSCIOUSNESS: "levelofconsciousness acvpu avpu consciousness",
    Signal.GLASGOW_COMA_SCALE: "gcs gcstotal glasgow glasgowcomascale totalgcs",
    Signal.GLUCOSE: "glucose glu bloodglucose glucosa",
}
# Names that tell the unit of their values.
_NAMES_WITH_UNIT: Mapping[str, tuple[Signal, str]] = {
    "tempf": (Signal.TEMPERATURE, "[degF]"),
    "temperaturef": (Signal.TEMPERATURE, "[degF]"),
    "temperaturefahrenheit": (Signal.TEMPERATURE, "[degF]"),
    "glucosemmoll": (Signal.GLUCOSE, "mmol/L"),
}
_WAVEFORM_NAMES: Mapping[Signal, str] = {
    Signal.ECG: "i ii iii avr avl avf v v1 v2 v3 v4 v5 v6 mcl mcl1 mcl2 mcl3 mcl4 mcl5 mcl6 mli "
    "mlii mliii mv1 mv2 mv5 ecg ecg1 ecg2 ecg3 ecgi ecgii ecgiii ecgv",
    Signal.PLETH: "pleth ppg plethwaveform plethysmogram plethysmograph",
    Signal.RESPIRATION: "resp respiration imp thorax",
    Signal.PRESSURE: "abp art ao uap bp ibp arterialpressure",
}

_UNITS: Mapping[str, str] = {  # beyond those that the vocabulary itself spells
    "bpm": "/min", "inspmin": "/min", "min": "/min", "mmhg": "mm[Hg]", "degc": "Cel", "c": "Cel",
    "celsius": "Cel", "cel": "Cel", "degf": "[degF]", "f": "[degF]", "fahrenheit": "[degF]",
    "lpm": "L/min", "lmin": "L/min", "mgdl": "mg/dL", "mmoll": "mmol/L", "kpa": "kPa", "k": "K",
    "": "%", "pct": "%", "percent": "%", "fraction": "1", "decfrc": "1", "points": "{score}",
    "score": "{score}", "mv": "mV", "uv": "uV",
}  # fmt: skip

# What exports write where there was no measurement; only where the value is not plausible too.
_SENTINELS = frozenset(
    {-1.0, -9.0, -99.0, -999.0, -9999.0, 999.0, 9999.0, 32767.0, -32768.0, 65535.0}
)
_GOOD = Quality.GOOD  # kept at hand: an Enum takes a while to find its members
_ZERO_IS_REAL = frozenset({Signal.OXYGEN_FLOW, Signal.OXYGEN_GIVEN, Signal.CONSCIOUSNESS})
_ZERO_FAHRENHEIT = (0 - 32) * 5 / 9  # an empty Fahrenheit field after its conversion
_BLANK = frozenset({"", "na", "nan", "null", "none", "nil", "n/a", "-", "--", "---", "?"})

_WORDS: Mapping[Signal, Mapping[str, float | None]] = {
    # ACVPU, Royal College of Physicians 2017; "lethargic" stands for none of the five.
    Signal.CONSCIOUSNESS: {
        "a": 0, "alert": 0, "c": 1, "confused": 1, "confusion": 1, "newconfusion": 1, "v": 2,
        "voice": 2, "verbal": 2, "arousetovoice": 2, "p": 3, "pain": 3, "arousetopain": 3,
        "arousetostimulation": 3, "u": 4, "unresponsive": 4,
    },
    # None: says how the airway is held, and nothing about oxygen.
    Signal.OXYGEN_GIVEN: {
        "none": 0, "roomair": 0, "air": 0, "ra": 0, "no": 0, "false": 0, "yes": 1, "true": 1,
        "nasalcannula": 1, "aerosolcool": 1, "facetent": 1, "nonrebreather": 1, "ventimask": 1,
        "mediumconcmask": 1, "bipapmask": 1, "cpapmask": 1, "highflowneb": 1, "simplemask": 1,
        "highflownasalcannula": 1, "trachmask": 1, "tpiece": 1, "endotrachealtube": None,
        "tracheostomytube": None,
    },
}  # fmt: skip

_LONGEST_LEAD = 64  # characters
_BRACKETED = re.compile(r"\A(.*?)\s*[\[(]\s*([^\[\]()]*?)\s*[\])]\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Channel:
    """A signal, the unit that its values come in (None: the vocabulary's), and the lead."""

    signal: Signal
    unit: str | None = None
    name: str = ""


def plain(label: str) -> str:
    """`label` without case, accents, spaces and signs, for look-up."""
    letters = unicodedata.normalize("NFKD", label).casefold()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def unit_of(text: str | None) -> str | None:
    """A unit in any usual spelling as UCUM; None where none is given. Unknown ones pass as is."""
    if not text or not text.strip():
        return None
    return _UNITS.get(plain(text), text.strip())


def part_unit(label: str) -> tuple[str, str | None]:
    """Part `Time [s]` into its name and its unit. `NBP [Mean]` is all name."""
    match = _BRACKETED.match(label)
    if match and plain(match[2]) in _UNITS.keys() | {"s", "ms", "h", "hh:mm", "sec", "hours"}:
        return match[1], match[2]
    return label, None


def numeric(label: str, unit: str | None = None) -> Channel | None:
    """The numeric channel that `label` names; None where it is not known."""
    name, bracketed = (label, None) if plain(label) in _NUMERIC else part_unit(label)
    key = plain(name)
    if key in _NAMES_WITH_UNIT:
        return Channel(*_NAMES_WITH_UNIT[key], label.strip())
    signal = _NUMERIC.get(key)
    return Channel(signal, unit_of(unit or bracketed), label.strip()) if signal else None


def waveform(label: str, unit: str | None = None) -> Channel | None:
    """The waveform channel that `label` names; None where it is not known."""
    name, bracketed = part_unit(label)
    signal = _WAVES.get(plain(name))
    if signal is None:
        return None
    # Pleth and respiration are relative: whatever their device calls the unit, they stay as is.
    given = None if VITALS[signal].unit == "1" else unit_of(unit or bracketed)
    return Channel(signal, given, lead_name(name))


def lead_name(label: str) -> str:
    """What tells a waveform's lead apart: `label` as it may be shown and kept."""
    kept = "".join(letter for letter in label.strip() if letter.isprintable())
    return kept[:_LONGEST_LEAD].upper()


def same(one: Channel, other: Channel) -> bool:
    """Whether two channels would be told apart by nothing in the store."""
    wave = VITALS[one.signal].kind is Kind.WAVEFORM
    return one.signal is other.signal and (not wave or one.name == other.name)


def converter(channel: Channel) -> Callable[[float], float] | None:
    """How the channel's values become the vocabulary's unit; None where they are in it.

    Raises MalformedInput where no conversion is known.
    """
    signal, unit = channel.signal, channel.unit
    if signal is Signal.FIO2:  # a label's unit is often wrong here; the value itself is not
        return _oxygen_percent
    if unit is None or (to_unit(signal, 1.0, unit) == 1.0 and to_unit(signal, 2.0, unit) == 2.0):
        return None
    return lambda value: to_unit(signal, value, unit)


def _oxygen_percent(value: float) -> float:
    return value * 100 if 0 < value <= 1 else value  # air holds 21%: up to 1 is a fraction


def number(cell: str) -> float | None:
    """The number in `cell`; None where it is blank. Raises MalformedInput."""
    text = cell.strip()
    if text.casefold() in _BLANK:
        return None
    try:
        value = float(text)
    except ValueError as exc:
        raise MalformedInput("not a number") from exc
    if math.isinf(value) or "_" in text:
        raise MalformedInput("not a finite number")
    return value


def word(signal: Signal, cell: str) -> float | None:
    """The value that a charted word or number stands for; None where it tells nothing.

    Raises MalformedInput for a word without a meaning in the vocabulary.
    """
    words = _WORDS.get(signal, {})
    key = plain(cell)
    if key in words:
        return words[key]
    try:
        return number(cell)
    except MalformedInput as exc:
        raise MalformedInput("neither a number nor a word of the vocabulary") from exc


def has_words(signal: Signal) -> bool:
    """Whether values of `signal` may be charted as words."""
    return signal in _WORDS


def quality(signal: Signal, raw: float, value: float) -> Quality:
    """How far a value can be trusted: `raw` as it was written, `value` in the kept unit."""
    if raw == 0 and signal not in _ZERO_IS_REAL:
        return Quality.SENSOR_OFF  # a monitor writes 0 where nothing is attached
    if VITALS[signal].plausible(value):
        return _GOOD
    if raw in _SENTINELS or (signal is Signal.TEMPERATURE and abs(value - _ZERO_FAHRENHEIT) < 0.05):
        return Quality.SENSOR_OFF
    return Quality.IMPLAUSIBLE


def observation(
    channel: Channel,
    convert: Callable[[float], float] | None,
    time: datetime,
    raw: float,
    source: str,
) -> Observation | None:
    """One value as an observation; None for NaN, which means that nothing was sampled."""
    if raw != raw:  # noqa: PLR0124 - NaN, and faster than math.isnan in this inner loop
        return None
    value = convert(raw) if convert else raw
    signal = channel.signal
    return Observation(signal, time, value, source, quality(signal, raw, value))


def known_names() -> str:
    """A few of the names that are understood, for an error's remedy."""
    return (
        "HR, PULSE, SpO2, RESP, Temp, NBP Sys, NBP Dias, ABP Sys, EtCO2, FiO2, GCS, II, PLETH, ABP"
    )


def _numeric_table() -> dict[str, Signal]:
    table = {name: signal for signal, names in _NUMERIC_NAMES.items() for name in names.split()}
    for signal, row in VITALS.items():
        if row.kind is not Kind.WAVEFORM:
            codes = [row.loinc, *row.other_loinc, row.mdc]
            names = [signal.value, row.english, row.spanish, row.abbreviation, *filter(None, codes)]
            table.update({plain(name): signal for name in names if plain(name) not in table})
    return table


_NUMERIC = _numeric_table()
_WAVES = {name: signal for signal, names in _WAVEFORM_NAMES.items() for name in names.split()}
