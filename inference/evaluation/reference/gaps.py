"""Gaps: when the core signals were not measured (evidence.md, "Gaps")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from inference.evaluation.reference.facts import Expected
from inference.evaluation.reference.record import CORE, FAMILIES, by_signal
from sereno.domain.evidence import FactKind, Window
from sereno.domain.stream import Observation
from sereno.domain.vitals import Signal

_STREAM: Final = timedelta(minutes=2)
_ROUNDS: Final = timedelta(minutes=75)
_SLOW: Final = timedelta(hours=6)
_LEAST_AFTER_STREAM: Final = {
    "saturation": timedelta(minutes=5),
    "breathing": timedelta(minutes=5),
    "heart": timedelta(minutes=5),
    "systolic": timedelta(minutes=30),
}
_CUFF: Final = Signal.CUFF_SYSTOLIC
_APART: Final = timedelta(minutes=5)  # what stopped less before the last value stopped with it
_LATE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Family:
    """One family's good values in the window, in order of time, and what is a gap after each."""

    name: str
    values: Sequence[Observation]
    streams: frozenset[tuple[Signal, str]]

    @property
    def signal(self) -> Signal:
        """The signal that names the family: its first, measured or not."""
        return FAMILIES[self.name][0]

    @property
    def moments(self) -> list[datetime]:
        return sorted({each.time for each in self.values})

    def least(self, moment: datetime) -> timedelta:
        """How long a silence must last after the values of `moment` to be a gap."""
        times = self.moments
        if len(times) < 3:
            return _SLOW
        if self.name not in _LEAST_AFTER_STREAM:
            floor = _SLOW
        elif any(self._streams(each) for each in self.values if each.time == moment):
            floor = _LEAST_AFTER_STREAM[self.name]
        else:
            floor = _ROUNDS
        return max(3 * _usual(times), floor)

    def _streams(self, each: Observation) -> bool:
        return (each.signal, each.source) in self.streams


def gap_facts(
    good: Sequence[Observation], window: Window, missing: Iterable[Signal]
) -> list[Expected]:
    """The gaps of the window. `good` are its good values; `missing` what a partial score names."""
    if not good:
        return [_gap("nothing", window.start, window.end)]
    families = [_family(name, good) for name in CORE]
    measured = [family for family in families if family.values]
    facts = [fact for family in measured for fact in _between(family)]
    facts += _since(measured, good[-1].time, window)
    if good[0].time - window.start >= _LATE:
        facts.append(_gap("before", window.start, good[0].time))
    named = {name for name in CORE if set(FAMILIES[name]) & set(missing)}
    never = [each.name for each in families if not each.values and each.name not in named]
    if never:
        signals = tuple(FAMILIES[name][0] for name in never)
        facts.append(_gap("never", window.start, window.end, signals=signals))
    return facts


def _family(name: str, good: Sequence[Observation]) -> _Family:
    values = [each for each in good if each.signal in FAMILIES[name]]
    streams = set()
    for signal, own in by_signal(values).items():
        for source in {each.source for each in own}:
            times = sorted({each.time for each in own if each.source == source})
            if signal is not _CUFF and len(times) > 1 and _usual(times) <= _STREAM:
                streams.add((signal, source))
    return _Family(name, values, frozenset(streams))


def _usual(times: Sequence[datetime]) -> timedelta:
    """The median of the intervals between two or more moments."""
    seconds = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    return timedelta(seconds=median(seconds))


def _between(family: _Family) -> list[Expected]:
    """The longest gap between two values of a family, and how many there were."""
    times = family.moments
    gaps = [
        (later - earlier, earlier, later)
        for earlier, later in pairwise(times)
        if later - earlier >= timedelta(minutes=5) and later - earlier >= family.least(earlier)
    ]
    if not gaps:
        return []
    _, start, end = max(gaps, key=lambda gap: gap[0])
    return [_gap("between", start, end, signal=family.signal, count=len(gaps))]


def _since(measured: Sequence[_Family], newest: datetime, window: Window) -> list[Expected]:
    """The core signals that stopped; all of them, where no signal has been measured since."""
    facts = []
    for family in measured:
        last = family.values[-1]
        stopped = window.end - last.time >= family.least(last.time)
        if stopped and newest - last.time >= _APART:
            facts.append(_gap("since", last.time, window.end, signal=family.signal))
    silent = window.end - newest
    if any(silent >= family.least(family.values[-1].time) for family in measured):
        facts.append(_gap("since", newest, window.end))
    return facts


def _gap(
    extent: str,
    start: datetime,
    end: datetime,
    *,
    signal: Signal | None = None,
    signals: tuple[Signal, ...] = (),
    count: int | None = None,
) -> Expected:
    all_stopped = extent == "since" and signal is None
    return Expected(
        kind=FactKind.GAP,
        severity=2 if extent == "nothing" or all_stopped else 1,
        signal=signal,
        signals=signals,
        values={} if count is None else {"count": count},
        times={"start": start, "end": end},
        durations={"length": end - start},
        labels={"extent": extent},
        ongoing=extent in ("since", "never", "nothing"),
        required=True,
    )
