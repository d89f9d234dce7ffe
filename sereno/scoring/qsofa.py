"""qSOFA, the quick sepsis-related organ failure assessment (Singer et al., JAMA 2016; 315: 801).

One point each for a respiratory rate of 22/min or more, a systolic pressure of 100 mmHg or less,
and altered mentation (GCS below 15); two or more point to a poor outcome in suspected infection.
"""

from datetime import datetime

from sereno.domain.patients import Patient
from sereno.domain.surveillance import Score, ScoreKind, ScorePart
from sereno.domain.vitals import Signal, half_up
from sereno.scoring.news2 import PREGNANT
from sereno.scoring.readings import SYSTOLIC, Readings, Scorable, chosen, fresh, not_alert

FAST_BREATHING = 22  # breaths/min, and more
LOW_SYSTOLIC = 100  # mmHg, and less
ADULT = 18  # full years; it was derived in adults (Seymour et al., JAMA 2016; 315: 762)
UNDER_AGE = "under_18"

PARAMETERS = (Signal.RESPIRATORY_RATE, Signal.CUFF_SYSTOLIC, Signal.CONSCIOUSNESS)


def score(readings: Readings, patient: Patient, now: datetime) -> Score:
    """QSOFA at `now`, partial as NEWS2 is; values are rounded half up to whole numbers."""
    why_not = unfit(patient, now)
    if why_not is not None:
        return Score(kind=ScoreKind.QSOFA, time=now, total=None, lowest=None, highest=None,
                     not_scored=why_not)  # fmt: skip
    parts = _parts(readings, now)
    total = sum(part.points for part in parts.values())
    missing = tuple(signal for signal in PARAMETERS if signal not in parts)
    return Score(
        kind=ScoreKind.QSOFA,
        time=now,
        total=total if parts else None,
        lowest=total,
        highest=total + len(missing),
        parts=tuple(parts.values()),
        missing=missing,
    )


def unfit(patient: Patient, now: datetime) -> str | None:
    """Why the patient may not be scored: UNDER_AGE, PREGNANT or None."""
    age = patient.age(now.date())
    if age is not None and age < ADULT:
        return UNDER_AGE
    return PREGNANT if patient.pregnant else None


def _parts(readings: Readings, now: datetime) -> dict[Signal, ScorePart]:
    breaths = fresh(readings, Signal.RESPIRATORY_RATE, now)
    pressure = chosen(readings, SYSTOLIC, now)
    mentation = not_alert(readings, now)
    parts: dict[Signal, ScorePart] = {}
    if breaths is not None:
        fast = half_up(breaths.value) >= FAST_BREATHING
        parts[Signal.RESPIRATORY_RATE] = _part(breaths, altered=fast)
    if pressure is not None:
        low = half_up(pressure.value) <= LOW_SYSTOLIC
        parts[Signal.CUFF_SYSTOLIC] = _part(pressure, altered=low)
    if mentation is not None:
        part = _part(mentation.reading, altered=mentation.holds, derived=mentation.derived)
        parts[Signal.CONSCIOUSNESS] = part
    return parts


def _part(reading: Scorable, *, altered: bool, derived: str | None = None) -> ScorePart:
    derived = derived or reading.derived
    return ScorePart(reading.signal, reading.value, reading.time, int(altered), derived)
