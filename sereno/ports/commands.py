"""What others ask of the one writer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class CommandKind(StrEnum):
    """What others ask the one writer to do."""

    ACKNOWLEDGE = "acknowledge"  # alarm, reason
    CHART = "chart"  # values: [[signal, value, iso time], ...]
    NOTE = "note"  # text
    SPO2_SCALE = "spo2_scale"  # scale: 1 or 2
    SET_LIMIT = "set_limit"  # a Limit as a mapping, reason
    DISCHARGE = "discharge"  # reason
    READMIT = "readmit"
    REPLAY = (
        "replay"  # values, letter: the number of the dead letter that is settled by it, or None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A change that the ingest process is to carry out, durable until it has."""

    id: str
    kind: CommandKind
    patient: str
    issued_by: str
    issued_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


class CommandQueue(Protocol):
    """Commands wait here for the one writer; `Commit.carried_out` takes them off."""

    def submit(
        self, kind: CommandKind, patient: str, issued_by: str, payload: Mapping[str, Any]
    ) -> str:
        """Keep a command durably; its id."""
        ...

    def pending(self, patients: Collection[str] | None = None, limit: int = 100) -> list[Command]:
        """Those not yet carried out, oldest first; of these `patients` alone where given.

        One that does not open any more is refused here.
        """
        ...

    def refuse(self, command_id: str, reason: str) -> None:
        """Take one off that can not be carried out."""
        ...

    def outcome(self, command_id: str) -> str | None:
        """None while it waits, "" once carried out, else the reason it was refused."""
        ...
