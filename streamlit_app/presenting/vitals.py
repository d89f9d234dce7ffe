"""Which readings stand together, in what order: heart, oxygen, breathing, pressure, the rest."""

from collections.abc import Collection, Mapping
from typing import Final

from sereno.domain.vitals import Consciousness, Signal
from sereno.services.views import Reading
from streamlit_app.presenting.common import Data, reading_data
from streamlit_app.texts import Words

# Cuff and arterial line, each with systolic, diastolic and mean.
CUFF: Final = (Signal.CUFF_SYSTOLIC, Signal.CUFF_DIASTOLIC, Signal.CUFF_MEAN)
LINE: Final = (Signal.INVASIVE_SYSTOLIC, Signal.INVASIVE_DIASTOLIC, Signal.INVASIVE_MEAN)

Readings = Mapping[Signal, Reading]


def rate(readings: Readings, words: Words) -> Data | None:
    """The heart rate, else the pulse rate, under its own name; the usable and newer one first."""
    found = [s for s in (Signal.HEART_RATE, Signal.PULSE_RATE) if s in readings]
    usable = [signal for signal in found if readings[signal].usable] or found
    return one(readings, usable[0], words) if usable else None


def one(readings: Readings, signal: Signal, words: Words) -> Data | None:
    """One reading, where there is one."""
    return reading_data(signal, readings[signal], words) if signal in readings else None


def pressure(readings: Readings, words: Words) -> Data | None:
    """Systolic over diastolic with the mean, from whichever of line and cuff is newer."""
    pairs = [pair for pair in (CUFF, LINE) if pair[0] in readings]
    if not pairs:
        return None
    systolic, diastolic, mean = max(pairs, key=lambda pair: readings[pair[0]].observation.time)
    data = reading_data(systolic, readings[systolic], words)
    kind = "ABP" if systolic is Signal.INVASIVE_SYSTOLIC else "NIBP"
    data["label"] = f"{words('pressure')} ({words.short(systolic).split()[0] or kind})"
    below = readings.get(diastolic)
    if below and below.usable and not data["off"]:
        data["value"] += f"/{words.value(diastolic, below.observation.value)}"
    middle = readings.get(mean)
    if middle and middle.usable:
        data["small"] = f"({words.value(mean, middle.observation.value)})"
    states = [reading.alarm for s in (systolic, diastolic, mean) if (reading := readings.get(s))]
    worst = max((state for state in states if state), default=None)
    data["state"] = worst.name.lower() if worst else None
    return data


def oxygen(readings: Readings, words: Words) -> Data | None:
    """Air or oxygen, with how much where that is known."""
    given = readings.get(Signal.OXYGEN_GIVEN)
    amount = next((s for s in (Signal.OXYGEN_FLOW, Signal.FIO2) if s in readings), None)
    if given is not None and (amount is None or not given.observation.value):
        return reading_data(Signal.OXYGEN_GIVEN, given, words)
    return one(readings, amount, words) if amount else None


def _not_alert(readings: Readings, words: Words) -> Data | None:
    found = readings.get(Signal.CONSCIOUSNESS)
    alert = found is None or found.observation.value == Consciousness.ALERT
    return None if alert else one(readings, Signal.CONSCIOUSNESS, words)


def first(readings: Readings, words: Words) -> list[Data]:
    """What a ward card shows, the three largest first; consciousness where it is not alert."""
    large = (
        rate(readings, words),
        one(readings, Signal.SPO2, words),
        one(readings, Signal.RESPIRATORY_RATE, words),
    )
    small = (
        pressure(readings, words),
        one(readings, Signal.TEMPERATURE, words),
        oxygen(readings, words),
        _not_alert(readings, words),
    )
    return [data for data in large if data] + [data | {"cls": "small"} for data in small if data]


def strip(readings: Readings, words: Words, *, beside: Collection[Signal] = ()) -> list[Data]:
    """Every reading in a monitor's order, but those that stand beside the waves `beside`."""
    main = (
        rate(readings, words) if Signal.ECG not in beside else None,
        one(readings, Signal.SPO2, words) if Signal.PLETH not in beside else None,
        one(readings, Signal.RESPIRATORY_RATE, words) if Signal.RESPIRATION not in beside else None,
        pressure(readings, words) if Signal.PRESSURE not in beside else None,
        one(readings, Signal.TEMPERATURE, words),
        oxygen(readings, words),
    )
    others = (
        Signal.CONSCIOUSNESS,
        Signal.GLASGOW_COMA_SCALE,
        Signal.END_TIDAL_CO2,
        Signal.GLUCOSE,
    )
    found = (*main, *(one(readings, signal, words) for signal in others))
    return [data for data in found if data]
