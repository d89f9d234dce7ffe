"""A message while it is read, and what it was found to hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from connectors.mqtt.packets import user_properties
from sereno.domain.stream import Observation, Quality, Subject, WaveformChunk

MOST_ROWS: Final = 5_000  # of a message, and as many values
LONGEST_NAME: Final = 256  # characters of an identifier, and of any text that is remembered
_MOST_REASONS = 3  # that are told of one message
_MOST_REMEMBERED = 10_000  # subjects, devices, names: then they are looked up anew
_K = TypeVar("_K")
_V = TypeVar("_V")


class Incoming:
    """A message taken apart: its payload parsed, the parts of its topic, its properties."""

    __slots__ = ("_found", "_properties", "levels", "root")

    def __init__(self, levels: Sequence[str], properties: bytes, root: Any) -> None:
        self.root = root
        self.levels = levels
        self._properties = properties
        self._found: dict[str, str] | None = None

    @property
    def user_properties(self) -> dict[str, str]:
        """The sender's own properties, read where a path asks for one."""
        if self._found is None:
            self._found = user_properties(self._properties)
        return self._found


@dataclass(slots=True)
class Part:
    """What a message tells of one subject."""

    subject: Subject
    observations: list[Observation] = field(default_factory=list)
    waveforms: list[WaveformChunk] = field(default_factory=list)


@dataclass(slots=True)
class Decoded:
    """What a message holds: `told`, a part for each subject; `reasons` why more was not read.

    With neither of them it is none of the template's messages.
    """

    told: list[Part] = field(default_factory=list)
    parts: dict[int, Part] = field(default_factory=dict)  # while it is read, by the subject's id
    reasons: dict[str, None] = field(default_factory=dict)
    sent: datetime | None = None
    count: int = 0

    def refuse(self, reason: str) -> None:
        """Add why something of it could not be read."""
        if len(self.reasons) < _MOST_REASONS:
            self.reasons[reason] = None


@dataclass(slots=True)
class Row:
    """A row that is being read, and where what it tells goes."""

    row: Any
    up: Any
    message: Incoming
    time: datetime
    source: str
    part: Part
    decoded: Decoded
    quality: Quality | None


def remembered(known: dict[_K, _V], key: _K, value: _V) -> _V:
    """`value`, which `known` keeps by `key`; a cache that is full is emptied.

    A long text is not kept: what a sender makes up must not fill the memory.
    """
    if isinstance(key, str) and len(key) > LONGEST_NAME:
        return value
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    known[key] = value
    return value
