"""How a source fares: what it delivers, how fast, by which clock, and what can not be read."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sereno.domain.stream import Batch

MINUTE: Final = timedelta(minutes=1)
SKEWS_KEPT: Final = 31
MOST_REASONS: Final = 8
OTHER_REASONS: Final = "other reasons"


class SourceState(StrEnum):
    """Where a source stands."""

    READING = "reading"
    WAITING = "waiting"  # it failed and is tried again
    ENDED = "ended"
    GAVE_UP = "gave_up"


@dataclass(slots=True)
class SourceHealth:
    """What is told about a source: no patient data but opaque ids.

    `skew` is how far the source's clock is behind ours, the way here included; None where it
    tells no time of sending. `newest` is the time of the newest value, `last` when anything came.
    """

    name: str
    state: SourceState = SourceState.READING
    error: str | None = None
    batches: int = 0
    values: int = 0
    waveforms: int = 0
    refused: int = 0  # batches of patients whose record is damaged
    rejected: int = 0  # pieces that could not be read
    reasons: Counter[str] = field(default_factory=Counter)
    last: datetime | None = None
    newest: datetime | None = None
    patients: set[str] = field(default_factory=set)
    _minutes: deque[tuple[datetime, int]] = field(default_factory=lambda: deque(maxlen=2))
    _skews: deque[timedelta] = field(default_factory=lambda: deque(maxlen=SKEWS_KEPT))

    @property
    def gave_up(self) -> bool:
        """Whether it is read no more because it failed."""
        return self.state is SourceState.GAVE_UP

    def took(self, batch: Batch, patient: str | None, now: datetime) -> None:
        """A batch has come."""
        self.batches += 1
        self.values += len(batch.observations)
        self.waveforms += len(batch.waveforms)
        self.last = now
        if patient:
            self.patients.add(patient)
        if batch.sent is not None:
            self._skews.append(now - batch.sent)
        for value in batch.observations:
            if self.newest is None or value.time > self.newest:
                self.newest = value.time
        for piece in batch.rejected:
            self._reject(piece.reason)
        self._count(now)

    def skew(self) -> timedelta | None:
        """How far the source's clock is behind ours, by the middle of its newest messages."""
        return sorted(self._skews)[len(self._skews) // 2] if self._skews else None

    def per_minute(self, now: datetime) -> int:
        """The messages of the last whole minute, or of this one where it is the first."""
        counts = [n for begun, n in self._minutes if now - begun < 2 * MINUTE]
        return counts[0] if counts else 0

    def told(self, now: datetime) -> dict[str, Any]:
        """As a mapping that JSON can say."""
        skew = self.skew()
        return {
            "name": self.name,
            "state": self.state.value,
            "error": self.error,
            "batches": self.batches,
            "values": self.values,
            "waveforms": self.waveforms,
            "per_minute": self.per_minute(now),
            "refused": self.refused,
            "rejected": self.rejected,
            "reasons": dict(self.reasons.most_common()),
            "last": self.last.isoformat() if self.last else None,
            "newest": self.newest.isoformat() if self.newest else None,
            "skew_s": round(skew.total_seconds(), 3) if skew is not None else None,
            "patients": len(self.patients),
        }

    def _reject(self, reason: str) -> None:
        self.rejected += 1
        few = reason in self.reasons or len(self.reasons) < MOST_REASONS
        self.reasons[reason if few else OTHER_REASONS] += 1

    def _count(self, now: datetime) -> None:
        if not self._minutes or now - self._minutes[-1][0] >= MINUTE:
            self._minutes.append((now, 0))
        begun, n = self._minutes[-1]
        self._minutes[-1] = (begun, n + 1)
