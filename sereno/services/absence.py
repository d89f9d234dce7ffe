"""Time in which nobody watched, found when the ingest process starts, and told once to everybody.

A process that is stopped on purpose says so in its last sign of life; one that was killed, or lost
its power, does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sereno.ports import Beats
from sereno.services.watchdog import STOPPED_AFTER

# The statement on the ward's screen stays for this long: whoever comes to it should read it.
TOLD_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """Nobody watched from `since` until `until`; `planned` where somebody had stopped Sereno."""

    since: datetime
    until: datetime
    planned: bool

    def facts(self) -> dict[str, Any]:
        """As a sign of life carries it."""
        since, until = self.since.isoformat(), self.until.isoformat()
        return {"since": since, "until": until, "planned": self.planned}


def found(beats: Beats, now: datetime) -> Absence | None:
    """Since the ingest process gave its last sign of life; None where that is no time to tell."""
    if "ingest" not in beats:
        return None
    last = beats["ingest"]
    gap = now - last.at > STOPPED_AFTER
    return Absence(last.at, now, "stopped" in last.facts) if gap else None


def told(facts: Mapping[str, Any], now: datetime) -> Absence | None:
    """The one that a sign of life carries, while it is to be told."""
    carried = facts.get("absence")
    if carried is None:
        return None
    since, until = (datetime.fromisoformat(carried[each]) for each in ("since", "until"))
    return Absence(since, until, carried["planned"]) if now - until < TOLD_FOR else None
