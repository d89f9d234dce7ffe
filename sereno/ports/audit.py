"""Who did what to whom, for the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who did what to whom. Of one that was altered, `action` says so and the rest is empty."""

    number: int
    time: datetime
    actor: str
    action: str
    patient: str | None = None
    detail: str = ""


class AuditLog(Protocol):
    """Who did what to whom, chained so that a removed or altered line shows."""

    def record(self, actor: str, action: str, patient: str | None = None, detail: str = "") -> None:
        """Append a line; `detail` holds no measured value and no identity."""
        ...

    def read(self, patient: str | None = None, limit: int = 100) -> list[AuditLine]:
        """The newest lines first, at most `limit`; of this patient alone where given.

        A line that does not open may have been about anybody, and is always among them. About a
        patient the whole log is searched where need be, however long that takes.
        """
        ...

    def verify(self) -> bool:
        """Whether the chain is whole."""
        ...
