"""What a device has stored: asked for by its Record Access Control Point, each record once.

The control point is 0x2A52 of the glucose service (GLS 1.0.1) and of the pulse oximeter service
(PLXS 1.0.1). Nothing is ever deleted on the device.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Final

from sereno.domain.stream import Acknowledge

_log = logging.getLogger(__name__)

_MOST_KNOWN = 10_000  # records; beyond, the store tells what it has
_REPORT, _RESPONSE = 1, 6  # op codes
_ALL, _FROM = 1, 3  # operators: all records; greater than or equal to
_BY_SEQUENCE = 1  # filter
_SUCCESS, _NO_RECORDS = 1, 6  # response codes
REPORT_ALL: Final = bytes([_REPORT, _ALL])
_REASONS: Final = {
    2: "it can not report records", 3: "it does not know that operator",
    4: "it does not have that operator", 5: "it does not know that operand",
    7: "it could not abort", 8: "it broke off", 9: "it does not have that operand",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """0x2A52, indicated: what became of a request."""

    request: int
    code: int


def report_from(sequence: int) -> bytes:
    """The request for the record `sequence` and all later ones."""
    return bytes([_REPORT, _FROM, _BY_SEQUENCE]) + sequence.to_bytes(2, "little")


def answer(data: bytes) -> Answer | None:
    """Decode an indication of 0x2A52; None where it is no answer to a request."""
    return Answer(data[2], data[3]) if len(data) >= 4 and data[0] == _RESPONSE else None


class Records:
    """Which records of one device are kept already, across its connections.

    A record counts once it is on disk. What a meter numbers is asked for from the last such one
    on, that one included: where it does not come again the same, the meter has been reset, and all
    is asked for. Without numbers all is asked for each time, and what is known is passed over.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, None] = OrderedDict()
        self._waiting: set[bytes] = set()
        self._last: tuple[int, bytes] | None = None
        self._asked_from: tuple[int, bytes] | None = None
        self._found = False

    def ask(self) -> bytes:
        """What to write to the control point of a new connection."""
        self._asked_from = None if self._waiting else self._last
        self._waiting.clear()
        self._found = False
        return REPORT_ALL if self._asked_from is None else report_from(self._asked_from[0])

    def came(self, data: bytes, sequence: int | None) -> Acknowledge | None:
        """How to acknowledge a record that has come; None where it is kept already."""
        key = blake2b(data, digest_size=16).digest()
        self._found = self._found or self._asked_from == (sequence, key)
        if sequence is not None:
            self._last = (sequence, key)
        if key in self._kept:
            return None
        self._waiting.add(key)
        return partial(self._keep, key)

    async def _keep(self, key: bytes, refused: str | None) -> None:
        self._waiting.discard(key)
        self._kept[key] = None
        if len(self._kept) > _MOST_KNOWN:
            self._kept.popitem(last=False)

    def answered(self, data: bytes) -> bytes | None:
        """What to ask next, after an indication of the control point; None where that is all."""
        found = answer(data)
        if found is None or found.request != _REPORT:
            return None
        if self._asked_from is not None and not (found.code == _SUCCESS and self._found):
            self._asked_from = None
            return REPORT_ALL
        if found.code not in {_SUCCESS, _NO_RECORDS}:
            why = _REASONS.get(found.code, f"answer {found.code}")
            _log.warning("a device did not report what it has stored: %s", why)
        return None
