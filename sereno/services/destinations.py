"""What the ingest process last told of each destination: for screens and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sereno.services.delivery.health import DestinationState


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationView:
    """Who is told, as of `as_of`. See `DestinationHealth`; it holds no patient data.

    `told` counts since ingest started; `waiting`, of `size` bytes, is what it has yet to be told,
    the first for `behind` so long. `refused` and `given_up` are what it never got.
    """

    name: str
    state: DestinationState
    as_of: datetime
    error: str | None = None
    topics: tuple[str, ...] = ()
    told: int = 0
    last: datetime | None = None
    waiting: int = 0
    size: int = 0
    behind: timedelta | None = None
    refused: int = 0
    given_up: int = 0

    @property
    def fails(self) -> bool:
        """Whether it can not be told now."""
        return self.state is DestinationState.WAITING


def destination_view(facts: Mapping[str, Any], as_of: datetime, now: datetime) -> DestinationView:
    """The view of what `DestinationHealth` told."""
    oldest, last = facts.get("oldest"), facts.get("last")
    return DestinationView(
        name=facts["name"],
        state=DestinationState(facts["state"]),
        as_of=as_of,
        error=facts.get("error"),
        topics=tuple(facts.get("topics", ())),
        told=facts.get("told", 0),
        last=datetime.fromisoformat(last) if last else None,
        waiting=facts.get("waiting", 0),
        size=facts.get("size", 0),
        behind=now - datetime.fromisoformat(oldest) if oldest else None,
        refused=facts.get("refused", 0),
        given_up=facts.get("given_up", 0),
    )
