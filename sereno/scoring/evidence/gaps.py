"""What was not measured, as facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.surveillance import Score
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.case import CORE, FAMILIES, Case

# A break of at least three usual intervals is a gap, but none shorter than its signal's own: what
# streams is missed within minutes, what is charted by hand after a round of observations.
GAP_INTERVALS = 3
SHORTEST_GAP: Mapping[Signal, timedelta] = MappingProxyType(
    {
        Signal.SPO2: timedelta(minutes=5),
        Signal.RESPIRATORY_RATE: timedelta(minutes=5),
        Signal.HEART_RATE: timedelta(minutes=5),
        Signal.CUFF_SYSTOLIC: timedelta(minutes=30),
        Signal.CONSCIOUSNESS: timedelta(hours=2),
        Signal.TEMPERATURE: timedelta(hours=2),
    }
)
# Where there are too few values to know the rhythm: the longest that the NEWS2 chart leaves between
# observations at a score of 1 to 4 (Royal College of Physicians, 2017, chart 4).
GAP_WITHOUT_RHYTHM = timedelta(hours=6)
# Two values have one interval, which is no rhythm yet.
RHYTHM_NEEDS = 2
# Signals that stop within this of each other have stopped together.
TOGETHER = timedelta(minutes=5)
# Data that begin this long after the window does are said to.
LATE_START = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Track:
    """When the signals of one family spoke, and the shortest silence of theirs that is a gap."""

    lead: Signal
    times: Sequence[datetime]
    least: timedelta


def gap_facts(case: Case, score: Score | None) -> list[Fact]:
    """Where nothing was measured: at all, late, in between, at the end, or of some signals."""
    window = case.window
    if not case.series:
        return [_gap("nothing", window.start, window.end, Severity.SERIOUS)]
    first = min(values[0].time for values in case.series.values())
    last = max(values[-1].time for values in case.series.values())
    tracks = [_track(case, family) for _, family in FAMILIES if family[0] in CORE]
    facts = []
    if first - window.start >= LATE_START:
        facts.append(_gap("before", window.start, first, Severity.NOTABLE))
    facts += [fact for track in tracks for fact in _breaks(case, track, last)]
    least = min((track.least for track in tracks if track.times), default=GAP_WITHOUT_RHYTHM)
    if window.end - last >= least:
        facts.append(_gap("since", last, window.end, Severity.SERIOUS))
    missing = () if score is None else score.missing
    never = tuple(track.lead for track in tracks if not track.times and track.lead not in missing)
    if never:
        unmeasured = _gap("never", window.start, window.end, Severity.NOTABLE)
        facts.append(replace(unmeasured, signals=never))
    return facts


def _track(case: Case, family: Sequence[Signal]) -> _Track:
    times = [value.time for signal in family for value in case.series.get(signal, ())]
    times.sort()
    intervals = [(b - a).total_seconds() for a, b in pairwise(times) if b > a]
    if len(intervals) < RHYTHM_NEEDS:
        return _Track(family[0], times, GAP_WITHOUT_RHYTHM)
    usual = timedelta(seconds=GAP_INTERVALS * median(intervals))
    return _Track(family[0], times, max(SHORTEST_GAP[family[0]], usual))


def _breaks(case: Case, track: _Track, last_of_all: datetime) -> list[Fact]:
    """The longest gap between two values, with how many there were, and the one at the end."""
    if not track.times:
        return []
    inner = [(a, b) for a, b in pairwise(track.times) if b - a >= track.least]
    facts = []
    if inner:
        start, end = max(inner, key=lambda gap: gap[1] - gap[0])  # the first of equals
        gap = _gap("between", start, end, Severity.NOTABLE, track.lead)
        facts.append(replace(gap, values={"count": float(len(inner))}))
    end, stopped = case.window.end, track.times[-1]
    if end - stopped >= track.least and last_of_all - stopped >= TOGETHER:
        facts.append(_gap("since", stopped, end, Severity.NOTABLE, track.lead))
    return facts


def _gap(
    extent: str, start: datetime, end: datetime, severity: Severity, signal: Signal | None = None
) -> Fact:
    return Fact(
        id="",
        kind=FactKind.GAP,
        severity=severity,
        signal=signal,
        times={"start": start, "end": end},
        durations={"length": end - start},
        labels={"extent": extent},
        ongoing=extent in ("since", "never", "nothing"),
        spans=() if signal is None else (SampleSpan(signal, start, end, 0),),
    )
