"""Trends as plain data: lanes of series, with episodes, alarms, scores and marks."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sereno.domain.evidence import Evidence, Fact, SampleSpan
from sereno.domain.surveillance import Alarm, Direction, Episode, Score
from sereno.domain.vitals import VITALS, Signal
from sereno.services.views import BY_HAND, HELD, HELD_FOR, TREND_STEPS, Series, TrendView
from streamlit_app.presenting.common import (
    TIME_WORDS,
    Data,
    alarm_text,
    length_ms,
    level,
    ms,
    score_text,
)
from streamlit_app.presenting.vitals import CUFF, LINE
from streamlit_app.texts import Words, unit

# Lanes from top to bottom: signals that share a scale share a lane.
LANES: Final[Mapping[str, tuple[Signal, ...]]] = MappingProxyType(
    {
        "rate": (Signal.HEART_RATE, Signal.PULSE_RATE),
        "spo2": (Signal.SPO2,),
        "breathing": (Signal.RESPIRATORY_RATE,),
        "pressure": (*LINE[:2], *CUFF[:2]),
        "temperature": (Signal.TEMPERATURE,),
        "etco2": (Signal.END_TIDAL_CO2,),
        "oxygen": (Signal.OXYGEN_FLOW,),
        "fio2": (Signal.FIO2,),
        "glucose": (Signal.GLUCOSE,),
        "gcs": (Signal.GLASGOW_COMA_SCALE,),
    }
)
# What an axis shows at least, so that small changes look small; values beyond widen it.
DOMAINS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "rate": (50, 120),
        "spo2": (88, 100),
        "breathing": (8, 26),
        "pressure": (60, 160),
        "temperature": (35.5, 38.5),
        "etco2": (25, 50),
        "oxygen": (0, 6),
        "fio2": (21, 40),
        "glucose": (70, 180),
        "gcs": (3, 15),
    }
)
# A line is broken where this many steps are empty; what is taken by hand keeps its line longer.
GAP_STEPS: Final = 3
# Marks at the very edge of the chart would be half a mark.
EDGE: Final = timedelta(minutes=1)


def trend(view: TrendView, marks: Iterable[tuple[Fact, SampleSpan]], words: Words) -> Data:
    """The chart, as the component `trend` takes it. `marks` are facts and their samples."""
    lanes = [lane for name in LANES if (lane := _lane(name, view, words))]
    shown = {lane["id"] for lane in lanes}
    return {
        "now": ms(view.now),
        "start": ms(view.start),
        "end": ms(view.end),
        "step": length_ms(view.step),
        "lang": words.language.value,
        "words": words.some(*TIME_WORDS, "nodata", "point")
        | {"legend": words("legend", hours=HELD_FOR // timedelta(hours=1))},
        "describe": _describe(lanes, view, words),
        "lanes": lanes,
        "episodes": [_episode(episode, view, words) for episode in view.episodes],
        "alarms": [
            _alarm(alarm, view, words)
            for alarm in view.alarms
            if alarm.held_until(view.end) >= view.start
        ],
        "scores": [[ms(s.time), _total(s), level(s), _anew(s, words)] for s in view.scores],
        "marks": [mark for fact, span in marks for mark in _marks(fact, span, view, shown)],
    }


def marked_spans(evidence: Evidence, facts: Iterable[str]) -> list[tuple[Fact, SampleSpan]]:
    """The samples that facts rest on; a group's are its members'."""
    by_id = {fact.id: fact for fact in evidence.facts}
    spans = []
    for name in facts:
        if (fact := by_id.get(name)) is None:
            continue
        resting = fact.spans or tuple(s for m in fact.members if m in by_id for s in by_id[m].spans)
        spans += [(fact, span) for span in resting]
    return spans


def hours_back(age: timedelta) -> int:
    """The hours of the shortest trend that shows what is so old; of the longest, where none does.

    The trend ends now, and the summary may have been written hours ago.
    """
    return next((h for h in TREND_STEPS if timedelta(hours=h) >= age + EDGE), max(TREND_STEPS))


def lane_of(signal: Signal) -> str | None:
    """The lane that a signal is drawn in."""
    return next((name for name, signals in LANES.items() if signal in signals), None)


def _lane(name: str, view: TrendView, words: Words) -> Data | None:
    series = sorted((one for one in view.series if one.signal in LANES[name]), key=_order)
    if not series:
        return None
    if series[0].signal is Signal.HEART_RATE:
        series = series[:1]  # the pulse says the same again
    leader = series[0].signal
    label = words("pressure") if name == "pressure" else words.short(leader)
    hand = leader in BY_HAND
    return {
        "id": name,
        "label": label,
        "unit": unit(leader),
        "decimals": VITALS[leader].decimals,
        "domain": DOMAINS[name],
        "gap": length_ms(HELD_FOR) if hand else GAP_STEPS * length_ms(view.step),
        "lines": [_line(one, series[0], words) for one in series],
    }


def _order(series: Series) -> int:
    order = [signal for signals in LANES.values() for signal in signals]
    return order.index(series.signal)


def _line(series: Series, leader: Series, words: Words) -> Data:
    """A cuff's readings are dots: nothing was measured between them. What is held is a step."""
    kind = series.signal.value.rsplit("_", 1)[-1]
    cuff = series.signal in CUFF
    return {
        "label": words.short(series.signal),
        "cls": kind,
        "dots": cuff,
        "held": series.signal in HELD,
        "until": ms(series.until),
        "quiet": cuff and leader.signal not in CUFF,
        "points": [
            [ms(b.start), round(b.minimum, 2), round(b.median, 2), round(b.maximum, 2)]
            for b in series.bins
        ],
    }


def _episode(episode: Episode, view: TrendView, words: Words) -> Data:
    sign = "<" if episode.direction is Direction.LOW else ">"
    extreme = words.value(episode.signal, episode.extreme)
    threshold = words.value(episode.signal, episode.threshold)
    text = f"{words.short(episode.signal)} {sign} {threshold}: {extreme} {unit(episode.signal)}"
    return {
        "lane": lane_of(episode.signal),
        "start": ms(episode.start),
        "end": ms(view.end if episode.ongoing else episode.last),
        "threshold": episode.threshold,
        "direction": episode.direction.value,
        "text": f"{text} ({words('ongoing')})" if episode.ongoing else text,
    }


def _alarm(alarm: Alarm, view: TrendView, words: Words) -> Data:
    end = view.end if alarm.present or alarm.ended is None else alarm.ended
    return {
        "time": ms(alarm.onset if alarm.late else alarm.raised),
        "end": ms(end),
        "priority": int(alarm.priority),
        "text": alarm_text(alarm, words),
    }


def _total(score: Score) -> str:
    """The total; of a partial score the least that it is."""
    partial = score.partial and score.total is not None
    return f"≥{score.total}" if partial else score_text(score)


def _anew(score: Score, words: Words) -> str:
    """What is said of a score that was told anew; nothing where it stands as it was told."""
    return "" if score.rescored is None else words("rescored")


def _marks(fact: Fact, span: SampleSpan, view: TrendView, shown: set[str]) -> list[Data]:
    """The stretches to mark; only the first bears the fact's name."""
    lane = lane_of(span.signal)
    return [
        {
            "lane": lane if lane in shown else None,
            "start": ms(start),
            "end": ms(end),
            "label": "" if at else fact.id,
        }
        for at, (start, end) in enumerate(_beyond(fact, span, view) or [(span.start, span.end)])
    ]


def _beyond(fact: Fact, span: SampleSpan, view: TrendView) -> list[tuple[datetime, datetime]]:
    """Where the samples of a span lie beyond the fact's threshold, to the trend's steps.

    An alarm's span lasts from its onset until it ends, gaps and returns within included.
    """
    threshold = fact.values.get("threshold")
    if threshold is None or fact.direction is None:
        return []
    low = fact.direction is Direction.LOW
    runs: list[tuple[datetime, datetime]] = []
    for at, value in _worst(span, view, low=low):
        if value < threshold if low else value > threshold:
            start = runs.pop()[0] if runs and at <= runs[-1][1] else max(at, span.start)
            runs.append((start, min(at + view.step, span.end)))
    return runs


def _worst(span: SampleSpan, view: TrendView, *, low: bool) -> Iterator[tuple[datetime, float]]:
    """The lowest or highest value, as it is judged, of each step that holds samples of a span."""
    for series in view.series:
        for step in series.bins if series.signal is span.signal else ():
            if span.start - view.step < step.start <= span.end:
                value = step.minimum if low else step.maximum
                yield step.start, VITALS[span.signal].rounded(value)


def _describe(lanes: list[Data], view: TrendView, words: Words) -> str:
    """What is drawn, and no value: the monitor tells the newest, and sooner."""
    hours = (view.end - view.start) // timedelta(hours=1)
    return f"{words('trends')}, {hours} {words('h')}: {', '.join(lane['label'] for lane in lanes)}"
