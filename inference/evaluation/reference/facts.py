"""What a fact must say, to be compared field by field with a Fact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sereno.domain.evidence import FactKind
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One fact as docs/reference/evidence.md defines it, kind by kind.

    The fields mean what those of sereno.domain.evidence.Fact mean and hold what the document's
    table of kinds names. `severity` is 0 to 3; `required` says whether a text must state the fact.
    """

    kind: FactKind
    severity: int
    signal: Signal | None = None
    direction: Direction | None = None
    value: float | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)
    durations: Mapping[str, timedelta] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    ongoing: bool = False
    required: bool = False
