"""Where observations come from."""

from collections.abc import AsyncIterator
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
