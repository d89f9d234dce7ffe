"""What a message's header (MSH) says that is the same in all of its sender's messages."""

from dataclasses import dataclass
from typing import Final

from connectors.mllp.coding import named
from connectors.mllp.parsing import Delimiters, Message, Segment, at
from connectors.mllp.remembering import Remembered

_NOT_REAL: Final = frozenset({"T", "D"})  # MSH-11: training, debugging
# Sender and receiver; the type, the mode, the version; what answers are wanted; the character set.
_LASTING: Final = frozenset({3, 4, 5, 6, 9, 11, 12, 15, 16, 18})
_FIELDS: Final = 19
MOST_SENDERS: Final = 256  # that are remembered


@dataclass(frozen=True, slots=True)
class Header:
    """Who sends what: `kind` and `event` as ORU and R01, `version` as 2.6.

    `demo` marks a message that is not about anybody real.
    """

    kind: str
    event: str
    version: str
    application: str
    demo: bool


def header(message: Message) -> Header:
    """What the header of `message` says."""
    return _HEADERS[lasting(message.header), message.delimiters]


def lasting(told: Segment) -> tuple[str, ...]:
    """A header with those fields alone that are read, and are the same in every message."""
    return tuple([at(told, field) if field in _LASTING else "" for field in range(_FIELDS)])


def _look(key: tuple[tuple[str, ...], Delimiters]) -> Header:
    told, delimiters = list(key[0]), key[1]
    kind, event = (*delimiters.parts(at(told, 9)), "")[:2]
    application = delimiters.first(at(told, 3)) or delimiters.first(at(told, 4))
    return Header(
        kind=kind,
        event=event,
        version=delimiters.first(at(told, 12)).strip(),
        application=named(application),
        demo=delimiters.first(at(told, 11)) in _NOT_REAL,
    )


_HEADERS: Final = Remembered(_look, MOST_SENDERS)
