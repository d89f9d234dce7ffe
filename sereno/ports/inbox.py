"""What was received and answered, until it is worked in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sereno.domain.stream import Batch


@dataclass(frozen=True, slots=True)
class Received:
    """A batch and whose it is; None where its sender named nobody, or somebody out of reach.

    `refused` is why nobody takes it. `number` is its place in the inbox, once it has one.
    """

    patient: str | None
    batch: Batch
    refused: str | None = None
    number: int | None = None


class Inbox(Protocol):
    """What senders were told is kept, sealed on disk until it stands in the record.

    Each entry is in the hands of one process, `holder`, or of nobody: then it waits for whoever
    watches the patient. What is taken twice, because a process ended before it was done, is
    found again by the store as a duplicate.
    """

    def keep(
        self, received: Sequence[Received], holders: Sequence[str], settled: Sequence[int] = ()
    ) -> list[int]:
        """Keep all of it in one durable transaction, or none; the number of each.

        `holders` names in whose hands each is, "" for nobody's. `settled` are the numbers of what
        stands in the record now, and is forgotten here. Raises StorageFull or StorageError.
        """
        ...

    def take(self, holder: str, patients: Collection[str], most: int) -> list[Received]:
        """Take into hand, oldest first, what others hold or nobody does of these patients.

        And of those who are nobody's what lies in nobody's hands. At most so many.
        """
        ...

    def held(self, holder: str, most: int, after: int = 0) -> list[Received]:
        """What a former process of the same name had in hand, oldest first."""
        ...

    def release(self, numbers: Sequence[int]) -> None:
        """Put back what others are to take."""
        ...

    def drop(self, patient: str) -> None:
        """Forget what waits of a patient."""
        ...

    def waiting(self) -> frozenset[str]:
        """The patients of whom anything waits, in whoever's hands."""
        ...
