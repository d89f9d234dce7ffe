"""Checks what a sentence says of what was not measured."""

from collections.abc import Sequence

from inference.language.verification.claims import (
    Claims,
    Roles,
    clocks,
    counted,
    lengths,
    need,
    only,
    sort,
    without_of,
)
from inference.language.verification.lexicon import DATA, PRESSURE, Idea
from inference.language.verification.reading import Item
from inference.language.verification.times import Times
from sereno.domain.evidence import Fact
from sereno.domain.vitals import Language, Signal

_GAP = Roles({}, {})
_OF_AN_ALARM = ("stopped", "interrupted")  # what the alarm is about, and how long, must be said


def check_gap(items: Sequence[Item], fact: Fact, times: Times, _: Language) -> None:
    """What was not measured, and from when to when."""
    claims = sort(without_of(items), _GAP)
    extent = fact.labels["extent"]
    allowed = {
        "nothing": (Idea.NOTHING, Idea.WINDOW),
        "never": (Idea.ABSENT, Idea.WINDOW),
        "before": (Idea.ABSENT, Idea.WINDOW),
    }.get(extent, (Idea.ABSENT, Idea.GAPS, Idea.TIMES))
    only(claims, *allowed)
    misplaced = (Idea.BEYOND, Idea.EXTREME, Idea.TREND)
    need(not any(claims.has(idea) for idea in misplaced), "not how a gap is told")
    _check_absence(claims, fact, extent)
    wanted = {
        "since": ("start",), "stopped": ("start",), "before": ("end",),
        "between": ("start", "end"), "interrupted": ("start", "end"),
    }  # fmt: skip
    clocks(claims, fact, wanted.get(extent, ()), times)
    need(claims.clocks == [] or extent in wanted, "a time in what was never measured")
    _gap_cues(claims, extent)
    role = "longest" if claims.has(Idea.LONGEST) else "length"
    lasting = ("since", "between", *_OF_AN_ALARM)
    need(extent in lasting or not claims.lengths, "a duration without its gap")
    lengths(claims, role, fact.durations["length"], wanted=extent in _OF_AN_ALARM)
    count = fact.values.get("count", 1.0)
    need(claims.has(Idea.LONGEST) is (count > 1), "one gap and several are mixed up")
    counted(claims, count if count > 1 else None)


def _check_absence(claims: Claims, fact: Fact, extent: str) -> None:
    """Something says that there is nothing, and names what."""
    if extent == "nothing":
        need(claims.has(Idea.NOTHING) and not claims.has(Idea.SIGNAL), "not told as nothing")
        return
    need(claims.has(Idea.WINDOW) or extent != "before", "as if there had been none ever before")
    starts = extent == "before" and claims.has(Idea.BEGIN)
    several = claims.has(Idea.GAPS)
    absent = len(claims.about(Idea.ABSENT))
    need(absent == (0 if several or starts else 1), "no word, or two, say that it is missing")
    named = claims.about(Idea.SIGNAL)
    if extent == "never":
        wanted = [_lacking(signal) for signal in fact.signals]
        need(sorted(map(str, named)) == sorted(map(str, wanted)), "not what was never measured")
        need(claims.has(Idea.WINDOW), "it does not say where nothing was measured")
    elif fact.signals:
        wanted = [_lacking(signal) for signal in fact.signals]
        need(sorted(map(str, named)) == sorted(map(str, wanted)), "not what was missing")
    elif fact.signal is None:
        need(named in ([], [DATA]), "it names a signal where all are missing")
    else:
        need(named == [_lacking(fact.signal)], "it names another signal than the fact")


def _lacking(signal: Signal) -> object:
    """What is named when it is missing: both pressures, not the systolic alone."""
    return PRESSURE if signal is Signal.CUFF_SYSTOLIC else signal


def _gap_cues(claims: Claims, extent: str) -> None:
    """Since is for a gap that goes on, before for one at the start."""
    since = claims.has(Idea.SINCE)
    need(since is (extent in ("since", "stopped")), "whether the gap goes on is told wrongly")
    before = claims.has(Idea.BEFORE) or claims.has(Idea.BEGIN)
    need(before is (extent == "before"), "where the gap lies is told wrongly")
