"""A connector whose messages are lines: `HR=80|MRN-0042`, a heart rate and whose it is."""

import re
from collections.abc import AsyncIterator, Iterator

from sereno.domain.stream import Batch, Observation, Rejected, Subject
from sereno.domain.vitals import Signal
from tests.fakes.clock import NOON

_LINE = re.compile(rb"HR=(\d+)\|([\w-]+)")


class LineReader:
    """Implements Connector and Rereadable; `given` is what it was asked to read again."""

    name = "lines:test"

    def __init__(self) -> None:
        self.given: list[bytes] = []

    async def batches(self) -> AsyncIterator[Batch]:
        for batch in ():
            yield batch

    def reread(self, content: bytes) -> Iterator[Batch]:
        self.given.append(content)
        for line in content.split():
            found = _LINE.fullmatch(line)
            if found is None:
                yield Batch(source=self.name, subject=None, rejected=(Rejected(line, "no line"),))
                continue
            value = Observation.judged(Signal.HEART_RATE, NOON, float(found[1]), self.name)
            subject = Subject(identifier=found[2].decode())
            yield Batch(source=self.name, subject=subject, observations=(value,))
