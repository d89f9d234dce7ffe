"""The limits and thresholds that hold where a clinician has set none, each with its source.

"Beyond" is strict, so the chart's "91% or less" is written as below 92. They are for adults.

- NEWS2: the band of the chart that gives 3 points in that parameter, or the most it can give
  (Royal College of Physicians, 2017, chart 1).
- MERIT: the calling criteria for a medical emergency team of the MERIT study (Lancet 2005; 365:
  2091): pulse below 40 or above 140, breaths below 5 or above 36, systolic pressure below 90.
- BTS: the British Thoracic Society's guideline for oxygen (Thorax 2017; 72: i1): below 85% oxygen
  starts at 15 L/min; the target with hypercapnic risk is 88 to 92%.
- ADA: hypoglycaemia of level 1 and 2 (American Diabetes Association, Standards of Care): below 70
  and 54 mg/dL.
- GCS: a coma scale of 8 or less is coma, with the airway at risk (Teasdale and Jennett 1974; ATLS).

Delays: an oximeter's alarms are mostly brief, and holding them back by some 15 to 19 s leaves
about a third of them (Goerges et al., Anesth Analg 2009; 108: 1546). What may kill within minutes
waits 10 s; what is measured by the spot does not wait.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

from sereno.domain.errors import InvalidEntry
from sereno.domain.patients import SpO2Scale
from sereno.domain.surveillance import Condition, Direction, Limit, Priority
from sereno.domain.vitals import VITALS, Consciousness, Kind, Signal
from sereno.scoring.alarms import Rung
from sereno.scoring.episodes import Threshold
from sereno.scoring.news2 import ROW_OF, SPO2_SCALE_1, SPO2_SCALE_2_ON_AIR
from sereno.scoring.readings import FULL_GCS, HEART

URGENT_DELAY = timedelta(seconds=10)
LESS_URGENT_DELAY = timedelta(seconds=15)
SPOT = timedelta(0)
# A limit of a patient's own: an alarm that is held back longer than this is none.
LONGEST_DELAY = timedelta(minutes=5)


def _low(
    signal: Signal, value: float, priority: Priority, hysteresis: float, delay: timedelta
) -> Limit:
    return _limit(signal, Direction.LOW, value, priority, hysteresis, delay)


def _high(
    signal: Signal, value: float, priority: Priority, hysteresis: float, delay: timedelta
) -> Limit:
    return _limit(signal, Direction.HIGH, value, priority, hysteresis, delay)


def _limit(
    signal: Signal,
    direction: Direction,
    value: float,
    priority: Priority,
    hysteresis: float,
    delay: timedelta,
) -> Limit:
    """What is of high priority latches: it stays until someone has acknowledged it."""
    return Limit(
        signal=signal,
        direction=direction,
        value=value,
        priority=priority,
        hysteresis=hysteresis,
        delay=delay,
        latching=priority is Priority.HIGH,
    )


_HIGH, _MEDIUM = Priority.HIGH, Priority.MEDIUM
_BREATHS, _RATE = ROW_OF[Signal.RESPIRATORY_RATE], ROW_OF[Signal.HEART_RATE]
_SYSTOLIC, _DEGREES = ROW_OF[Signal.CUFF_SYSTOLIC], ROW_OF[Signal.TEMPERATURE]
SCALE_2_TARGET = 88  # BTS: the lower end of the target
LOW_GLUCOSE = 70  # ADA

_HEART = tuple(
    limit
    for signal in HEART
    for limit in (
        _high(signal, _RATE.high, _MEDIUM, 3, LESS_URGENT_DELAY),  # NEWS2
        _high(signal, 140, _HIGH, 3, URGENT_DELAY),  # MERIT
        _low(signal, _RATE.low, _HIGH, 2, URGENT_DELAY),  # NEWS2, and MERIT within one beat
    )
)
_PRESSURE = tuple(
    limit
    for signal, delay in (
        (Signal.CUFF_SYSTOLIC, SPOT),
        (Signal.INVASIVE_SYSTOLIC, URGENT_DELAY),
    )
    for limit in (
        _low(signal, _SYSTOLIC.low, _HIGH, 3, delay),  # NEWS2, and MERIT within 1 mmHg
        _high(signal, _SYSTOLIC.high, _MEDIUM, 3, delay),  # NEWS2
    )
)

LIMITS: tuple[Limit, ...] = (
    _low(Signal.SPO2, SPO2_SCALE_1.low, _MEDIUM, 1, LESS_URGENT_DELAY),  # NEWS2
    _low(Signal.SPO2, 85, _HIGH, 1, URGENT_DELAY),  # BTS
    _low(Signal.RESPIRATORY_RATE, _BREATHS.low, _MEDIUM, 1, LESS_URGENT_DELAY),  # NEWS2
    _low(Signal.RESPIRATORY_RATE, 5, _HIGH, 1, URGENT_DELAY),  # MERIT
    _high(Signal.RESPIRATORY_RATE, _BREATHS.high, _MEDIUM, 1, LESS_URGENT_DELAY),  # NEWS2
    _high(Signal.RESPIRATORY_RATE, 36, _HIGH, 1, URGENT_DELAY),  # MERIT
    *_HEART,
    *_PRESSURE,
    _low(Signal.TEMPERATURE, _DEGREES.low, _MEDIUM, 0.1, SPOT),  # NEWS2
    _high(Signal.TEMPERATURE, _DEGREES.high, _MEDIUM, 0.1, SPOT),  # NEWS2: 2, its most for fever
    _high(Signal.CONSCIOUSNESS, Consciousness.ALERT, _MEDIUM, 0, SPOT),  # NEWS2
    _high(Signal.CONSCIOUSNESS, Consciousness.VOICE, _HIGH, 0, SPOT),  # as GCS: pain is about 8
    _low(Signal.GLASGOW_COMA_SCALE, FULL_GCS, _MEDIUM, 0, SPOT),  # NEWS2, derived: not alert
    _low(Signal.GLASGOW_COMA_SCALE, 9, _HIGH, 0, SPOT),  # GCS
    _low(Signal.GLUCOSE, LOW_GLUCOSE, _MEDIUM, 2, SPOT),  # ADA
    _low(Signal.GLUCOSE, 54, _HIGH, 2, SPOT),  # ADA
)

# In force instead of the limits of SpO2 above, on a clinician's order of scale 2.
SCALE_2_LIMITS: tuple[Limit, ...] = (
    _low(Signal.SPO2, SCALE_2_TARGET, _MEDIUM, 1, LESS_URGENT_DELAY),
    _low(Signal.SPO2, SPO2_SCALE_2_ON_AIR.low, _HIGH, 1, URGENT_DELAY),  # NEWS2
)

# Where the chart gives its most, and fever's 2 points.
_CHARTED = tuple(
    threshold
    for signal, row in ROW_OF.items()
    for threshold in (
        Threshold(signal, Direction.LOW, row.low),
        Threshold(signal, Direction.HIGH, row.high),
    )
)
THRESHOLDS: tuple[Threshold, ...] = (
    Threshold(Signal.SPO2, Direction.LOW, SPO2_SCALE_1.low),  # NEWS2
    *_CHARTED,  # NEWS2
    Threshold(Signal.CONSCIOUSNESS, Direction.HIGH, Consciousness.ALERT),  # NEWS2
    Threshold(Signal.GLASGOW_COMA_SCALE, Direction.LOW, FULL_GCS),  # NEWS2, derived
    Threshold(Signal.GLUCOSE, Direction.LOW, LOW_GLUCOSE),
)
SCALE_2_THRESHOLDS: tuple[Threshold, ...] = (Threshold(Signal.SPO2, Direction.LOW, SCALE_2_TARGET),)

# NEWS2 as an alarm, by its response (RCP 2017, chart 2): the level compared is the response's rank.
# Three points in one parameter have no rung: that parameter's own limit above lies at the same
# boundary and has alarmed already. Scores of streams waver as their values do: a rise counts once
# it has lasted as long as one would count breaths.
SCORE_DELAY = timedelta(seconds=30)
SCORE_RUNGS: tuple[Rung, ...] = (
    Rung(priority=Priority.MEDIUM, value=2, delay=SCORE_DELAY, shown=5),  # 5 or 6: urgent
    Rung(priority=Priority.HIGH, value=3, delay=SCORE_DELAY, latching=True, shown=7),  # emergency
)

# Technical alarms. IEC 60601-1-8, table 1 ranks an alarm by what comes of not heeding it and how
# soon. With a whole source silent nothing is watched: harm could come promptly, medium. With one
# sensor off or out of its senses the others still watch: low. What is dated in the future can not
# be scored: nothing is watched then either.
TECHNICAL_DELAY = timedelta(seconds=10)
ARTEFACT_DELAY = timedelta(seconds=60)  # movement is common and short
TECHNICAL_RUNGS: Mapping[Condition, Rung] = MappingProxyType(
    {
        Condition.SENSOR_OFF: Rung(priority=Priority.LOW, value=0, delay=TECHNICAL_DELAY),
        Condition.IMPLAUSIBLE: Rung(priority=Priority.LOW, value=0, delay=ARTEFACT_DELAY),
        Condition.SOURCE_SILENT: Rung(priority=Priority.MEDIUM, value=0),
        Condition.CLOCK_WRONG: Rung(priority=Priority.MEDIUM, value=0),
    }
)
# A source is silent after three of its usual intervals, never sooner than this...
LEAST_SILENCE = timedelta(seconds=30)
# ...and at the latest after the longest round of observations that the RCP allows (chart 4).
MOST_SILENCE = timedelta(hours=12)
# A source whose signals others deliver is given up once it has been silent for so long: a monitor
# is soon swapped, and a cable that was pulled by mistake soon put back.
TAKEOVER = timedelta(minutes=5)
# A living patient's observation that is dated later than now by more than this is not scored: it
# would keep what comes after it from being so. Its source's clock is trusted again once its times
# have been right for as long.
MOST_AHEAD = timedelta(seconds=60)


def default_limits(scale: SpO2Scale = SpO2Scale.SCALE_1) -> tuple[Limit, ...]:
    """The limits of a patient for whom none was set, under that SpO2 scale."""
    if scale is SpO2Scale.SCALE_1:
        return LIMITS
    return tuple(each for each in LIMITS if each.signal is not Signal.SPO2) + SCALE_2_LIMITS


def thresholds_for(scale: SpO2Scale) -> tuple[Threshold, ...]:
    """The thresholds of episodes under that SpO2 scale."""
    if scale is SpO2Scale.SCALE_1:
        return THRESHOLDS
    kept = tuple(each for each in THRESHOLDS if each.signal is not Signal.SPO2)
    return kept + SCALE_2_THRESHOLDS


def key_of(limit: Limit) -> tuple[Signal, Direction, Priority]:
    """What a limit takes the place of: the one of its signal, direction and priority."""
    return limit.signal, limit.direction, limit.priority


def check_limit(limit: Limit, known: Iterable[Limit]) -> None:
    """See that `limit` can be met, can end, and leaves a calm range between the others.

    `known` are those in force. Raises InvalidEntry that says what to enter instead.
    """
    vital = VITALS[limit.signal]
    name, low = vital.english, limit.direction is Direction.LOW
    if vital.kind is Kind.WAVEFORM:
        raise InvalidEntry(f"a waveform such as {name} has no limit; set one of a value")
    if not vital.plausible(limit.value):
        raise InvalidEntry(
            f"{name} can not be {limit.value:g}; enter {vital.low:g} to {vital.high:g} {vital.unit}"
        )
    if vital.rounded(limit.value) != limit.value:  # a screen would tell another than is in force
        raise InvalidEntry(
            f"{name} is judged as it is shown; enter a limit with {vital.decimals} decimals, "
            f"such as {vital.rounded(limit.value):g} {vital.unit}"
        )
    if not timedelta(0) <= limit.delay <= LONGEST_DELAY:
        longest = f"{LONGEST_DELAY.total_seconds():g}"
        raise InvalidEntry(f"an alarm may not be held back so; enter a delay of 0 to {longest} s")
    room = vital.high - limit.value if low else limit.value - vital.low
    if not 0 <= limit.hysteresis <= room:
        raise InvalidEntry(
            f"its alarm would never end; enter a hysteresis of 0 to {room:g} {vital.unit}"
        )
    _check_between(limit, known)


def _check_between(limit: Limit, known: Iterable[Limit]) -> None:
    """A low limit at or above a high one would leave no value that is calm."""
    low = limit.direction is Direction.LOW
    others = [e.value for e in known if e.signal is limit.signal and e.direction != limit.direction]
    edge = min(others, default=None) if low else max(others, default=None)
    if edge is None or (limit.value < edge if low else limit.value > edge):
        return
    vital = VITALS[limit.signal]
    side, other, wanted = ("low", "high", "below") if low else ("high", "low", "above")
    raise InvalidEntry(
        f"no {vital.english} would be calm: the {other} limit is {edge:g} {vital.unit}; "
        f"enter a {side} limit {wanted} it, or move that one first"
    )
