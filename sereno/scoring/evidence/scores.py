"""The score in force at the window's end as a fact."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.surveillance import Response, Score
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.severity import ROWS

# The NEWS2 parameter that each signal stands for.
_PARAMETER: Mapping[Signal, Signal] = MappingProxyType(
    {
        **ROWS,
        Signal.OXYGEN_FLOW: Signal.OXYGEN_GIVEN,
        Signal.FIO2: Signal.OXYGEN_GIVEN,
        Signal.GLASGOW_COMA_SCALE: Signal.CONSCIOUSNESS,
    }
)


_RESPONSE_SEVERITY: Mapping[Response, Severity] = MappingProxyType(
    {
        Response.ROUTINE: Severity.NORMAL,
        Response.WARD: Severity.NOTABLE,
        Response.URGENT_WARD: Severity.SERIOUS,
        Response.URGENT: Severity.SERIOUS,
        Response.EMERGENCY: Severity.CRITICAL,
    }
)


def score_facts(scores: Sequence[Score]) -> list[Fact]:
    """The last of `scores`, with what the first was where they can be compared."""
    if not scores:
        return []
    last = scores[-1]
    labels = {"score": last.kind.value}
    if last.response is not None:
        labels["response"] = last.response.value
    if last.total is not None and last.partial and last.worst_response is not None:
        labels["worst_response"] = last.worst_response.value
    if last.total is None:
        labels["not_scored"] = last.not_scored or "no_data"
    values = {
        _PARAMETER.get(part.signal, part.signal).value: float(part.points)
        for part in last.parts
        if part.points
    }
    times = {"at": last.time}
    if last.total is not None and last.partial:
        values |= {"lowest": float(last.lowest or 0), "highest": float(last.highest or 0)}
    first = scores[0]
    if _comparable(first, last):
        values["from"] = float(first.total or 0)
        times["from"] = first.time
    return [
        Fact(
            id="",
            kind=FactKind.SCORE,
            severity=_severity(last),
            value=None if last.total is None else float(last.total),
            unit="{score}" if last.total is not None else None,
            values=values,
            times=times,
            labels=labels,
            signals=() if last.total is None else last.missing,
            spans=tuple(
                SampleSpan(part.signal, part.observed, part.observed, 1) for part in last.parts
            ),
        )
    ]


def response_facts(scores: Sequence[Score]) -> list[Fact]:
    """What the protocol of the last of `scores` asks for, with what is missing to be certain."""
    last = scores[-1] if scores else None
    least, most = (last.response, last.worst_response) if last else (None, None)
    if last is None or least is None or most is None:
        return []
    return [
        Fact(
            id="",
            kind=FactKind.RESPONSE,
            severity=_severity(last),
            times={"at": last.time},
            labels={
                "score": last.kind.value,
                "response": least.value,
                "worst_response": most.value,
            },
            signals=() if last.certain else last.missing,
            spans=tuple(
                SampleSpan(part.signal, part.observed, part.observed, 1) for part in last.parts
            ),
        )
    ]


def _severity(score: Score) -> Severity:
    """That of what the score asks for at least.

    One that could ask for more is never NORMAL, since nobody knows that all is well. It is no
    more than NOTABLE for that: most beds miss a parameter now and then.
    """
    known = _RESPONSE_SEVERITY[score.response or Response.ROUTINE]
    return known if score.certain else max(known, Severity.NOTABLE)


def _comparable(first: Score, last: Score) -> bool:
    """Whether two scores rest on the same parameters and differ."""
    scored = first.total is not None and last.total is not None
    return scored and first.total != last.total and not first.missing and not last.missing
