"""How a destination fares: what it has been told, what waits for it, and what it never got."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sereno.ports import Standing


class DestinationState(StrEnum):
    """Where a destination stands."""

    TELLING = "telling"
    WAITING = "waiting"  # it failed and is tried again
    ELSEWHERE = "elsewhere"  # another process tells it


@dataclass(slots=True)
class DestinationHealth:
    """What is told about a destination: no patient data. `last` is when it last took anything."""

    name: str
    state: DestinationState = DestinationState.TELLING
    error: str | None = None
    standing: Standing | None = None
    told: int = 0  # rows since this process began
    last: datetime | None = None

    def facts(self) -> dict[str, Any]:
        """As a mapping that JSON can say."""
        known = self.standing
        return {
            "name": self.name,
            "state": self.state.value,
            "error": self.error,
            "topics": sorted(known.topics) if known else [],
            "told": self.told,
            "last": self.last.isoformat() if self.last else None,
            "waiting": known.waiting if known else 0,
            "size": known.size if known else 0,
            "oldest": known.oldest.isoformat() if known and known.oldest else None,
            "refused": known.refused if known else 0,
            "given_up": known.given_up if known else 0,
        }
