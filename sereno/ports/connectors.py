"""Where observations come from."""

from collections.abc import AsyncIterator, Iterable
from typing import Protocol, runtime_checkable

from sereno.domain.stream import Batch


@runtime_checkable
class Connector(Protocol):
    """A source of observations.

    `name` identifies it in alarms and health ("wfdb:5a810400", no patient data:
    files are called after patients).
    """

    name: str

    def batches(self) -> AsyncIterator[Batch]:
        """Yield batches in the order of the source until it ends, at the pace of the reader.

        Raises SourceError where the source can not be reached or is no such source. What can not
        be parsed is yielded as `Rejected`, and the rest goes on.
        """
        ...


@runtime_checkable
class Rereadable(Protocol):
    """A connector whose input comes in messages, each of which can be read by itself."""

    def reread(self, content: bytes) -> Iterable[Batch]:
        """What one message holds, as it would have come through `batches`.

        What can not be parsed is among it as `Rejected`. Nobody is answered. It may be called on a
        connector that is not being read, and then opens nothing.
        """
        ...


@runtime_checkable
class Reachable(Protocol):
    """A connector to something that can be asked, before it is read, whether it is there."""

    async def check(self) -> str:
        """Whether it could be read now: what was found, in a few words without patient data.

        Raises SourceError with the remedy where it could not. It takes nothing in and leaves
        nothing behind.
        """
        ...
