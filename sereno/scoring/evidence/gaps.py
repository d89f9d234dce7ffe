"""What was not measured, as facts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Score
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.case import CORE, FAMILIES, Case

# Two intervals make a rhythm; a break of at least three usual ones, and of five minutes, is a gap.
GAP_INTERVALS = 3
SHORTEST_GAP = timedelta(minutes=5)


# Where there are too few values to know the rhythm: the longest that the NEWS2 chart leaves between
# observations at a score of 1 to 4 (Royal College of Physicians, 2017, chart 4).
GAP_WITHOUT_RHYTHM = timedelta(hours=6)
# Data that begin this long after the window does are said to.
LATE_START = timedelta(hours=1)


def gap_facts(case: Case, score: Score | None) -> list[Fact]:
    """Where nothing was measured: at all, late, in between, at the end, or of some signals."""
    window = case.window
    if not case.series:
        return [_gap("nothing", window.start, window.end, Severity.SERIOUS)]
    first = min(values[0].time for values in case.series.values())
    last = max(values[-1].time for values in case.series.values())
    facts = []
    if first - window.start >= LATE_START:
        facts.append(_gap("before", window.start, first, Severity.NOTABLE))
    core = [(family[0], _family_values(case, family)) for _, family in FAMILIES]
    core = [(lead, values) for lead, values in core if lead in CORE]
    facts += [fact for lead, values in core for fact in _breaks(case, lead, values, last)]
    if window.end - last >= _longest_usual(values for _, values in core if values):
        facts.append(_gap("since", last, window.end, Severity.SERIOUS))
    unmeasured = tuple(lead for lead, values in core if not values)
    unsaid = tuple(lead for lead in unmeasured if score is None or lead not in score.missing)
    if unsaid:
        facts.append(
            replace(_gap("never", window.start, window.end, Severity.NOTABLE), signals=unsaid)
        )
    return facts


def _family_values(case: Case, family: Sequence[Signal]) -> tuple[Observation, ...]:
    values = (value for signal in family for value in case.series.get(signal, ()))
    return tuple(sorted(values, key=lambda value: value.time))


def _usual(values: Sequence[Observation]) -> timedelta:
    """The shortest break that counts as a gap in `values`."""
    times = sorted({value.time for value in values})
    if len(times) < 3:
        return GAP_WITHOUT_RHYTHM
    rhythm = median((b - a).total_seconds() for a, b in pairwise(times))
    return max(SHORTEST_GAP, GAP_INTERVALS * timedelta(seconds=rhythm))


def _longest_usual(families: Iterable[Sequence[Observation]]) -> timedelta:
    """The break after which all is silent: the least of what counts for any of them."""
    return min((_usual(values) for values in families), default=GAP_WITHOUT_RHYTHM)


def _breaks(
    case: Case, lead: Signal, values: Sequence[Observation], last_of_all: datetime
) -> list[Fact]:
    """The longest gap between two values, with how many there were, and the one at the end."""
    if not values:
        return []
    least = _usual(values)
    inner = [(a.time, b.time) for a, b in pairwise(values) if b.time - a.time >= least]
    facts = []
    if inner:
        start, end = max(inner, key=lambda gap: (gap[1] - gap[0], -gap[0].timestamp()))
        gap = _gap("between", start, end, Severity.NOTABLE, lead)
        facts.append(replace(gap, values={"count": float(len(inner))}))
    stopped = values[-1].time
    if case.window.end - stopped >= least and last_of_all - stopped >= SHORTEST_GAP:
        facts.append(_gap("since", stopped, case.window.end, Severity.NOTABLE, lead))
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
