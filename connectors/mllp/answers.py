"""Acknowledgements: MSH, MSA and ERR, in the sender's own delimiters, encoding and mode."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from connectors.mllp.headers import MOST_SENDERS, lasting
from connectors.mllp.parsing import Delimiters, Message, Segment, at, encode, escape, parse
from connectors.mllp.reading import Fault
from connectors.mllp.remembering import Remembered
from connectors.mllp.times import as_second

_MODES: Final = frozenset({"AL", "NE", "ER", "SU"})  # HL7 table 0155
_COMMIT: Final = {"AA": "CA", "AE": "CE", "AR": "CR"}
_MOST_TOLD: Final = 10  # warnings in one answer
_LONGEST: Final = 80  # characters of MSA-3
_LONGEST_VERSION: Final = 16  # characters, as 2.5.1
_WARNED: Final = 102  # table 0357: data type error
_ERR_SINCE: Final = (2, 5)  # the version that gave ERR a code, a severity and words

# What stands in for the header of bytes that are no message.
_NOBODY: Final = parse(b"MSH|^~\\&|||||||ACK||P|2.5\r")[0]


def answer(
    message: Message | None,
    fault: Fault | None,
    warnings: Sequence[str],
    *,
    now: datetime,
    control: str,
    original: bool = False,
) -> bytes | None:
    """What the sender of `message` is told; None where it wants to hear nothing.

    `control` is the answer's own MSH-10. With `original` the mode is the original one, whatever
    MSH-15 and MSH-16 ask for. In the enhanced mode one answer is sent: the application's where it
    is asked for, since by then the message is kept, and else the commit's.
    """
    asked = message or _NOBODY
    usual = _USUAL[lasting(asked.header), asked.delimiters]
    kind = "AA" if fault is None else fault.kind
    if usual.enhanced and not original:
        kind = usual.kinds.get(kind, "")
    if not kind:
        return None
    segments = [_acknowledgement(asked, kind, fault, warnings)]
    if fault or warnings:
        segments += _errors(asked, fault, warnings)
    separator = asked.delimiters.field
    told = "".join([separator.join(each).rstrip(separator) + "\r" for each in segments])
    begin, middle, end = usual.header
    return encode(f"{begin}{as_second(now)}{middle}{control}{end}\r{told}", asked.codec)


class _Usual(NamedTuple):
    """What all answers to a sender share: their MSH around its time and its id, and the mode.

    In the enhanced mode `kinds` are what is said for AA, AE and AR; what is missing is not said.
    """

    header: tuple[str, str, str]
    enhanced: bool
    kinds: Mapping[str, str]


def _look(key: tuple[tuple[str, ...], Delimiters]) -> _Usual:
    told, delimiters = list(key[0]), key[1]
    accept, application = at(told, 15).strip(), at(told, 16).strip()
    kinds = {kind: commit for kind, commit in _COMMIT.items() if _wanted(accept, kind)}
    kinds |= {kind: kind for kind in _COMMIT if _wanted(application, kind)}
    return _Usual(_header(told, delimiters), bool({accept, application} & _MODES), kinds)


_USUAL: Final = Remembered(_look, MOST_SENDERS)


def _wanted(mode: str, kind: str) -> bool:
    return mode in {"AL", "SU" if kind == "AA" else "ER"}


def _header(told: Segment, delimiters: Delimiters) -> tuple[str, str, str]:
    """MSH with the two sides swapped, in three pieces: its time and its id go between them."""
    kind = at(told, 9).split(delimiters.component)
    words = ["ACK", *kind[1:2], *(["ACK"] if len(kind) > 2 else [])]
    separator = delimiters.field
    begin = ["MSH", delimiters.header, at(told, 5), at(told, 6), at(told, 3), at(told, 4), ""]
    middle = ["", "", delimiters.component.join(words), ""]
    end = ["", at(told, 11) or "P", at(told, 12) or "2.5", "", "", "", "", "", at(told, 18)]
    return (
        separator.join(begin), separator.join(middle), separator.join(end).rstrip(separator)
    )  # fmt: skip


def _acknowledgement(
    asked: Message, kind: str, fault: Fault | None, warnings: Sequence[str]
) -> Segment:
    words = fault.reason if fault else ""
    if not fault and warnings:
        words = f"taken but for {len(warnings)}: {warnings[0]}"
    return ["MSA", kind, at(asked.header, 10), escape(words[:_LONGEST], asked.delimiters)]


def _errors(asked: Message, fault: Fault | None, warnings: Sequence[str]) -> list[Segment]:
    """An ERR for what is wrong; for what was only left out, where its version has warnings."""
    told = [(fault.code, "E", fault.reason)] if fault else []
    if not told and _version(asked) >= _ERR_SINCE:
        told = [(_WARNED, "W", each) for each in warnings[:_MOST_TOLD]]
    delimiters = asked.delimiters
    segments: list[Segment] = []
    for code, severity, reason in told:
        words = escape(reason, delimiters)
        if _version(asked) >= _ERR_SINCE:
            coded = delimiters.component.join((str(code), _CODES[code], "HL70357"))
            segments.append(["ERR", "", "", coded, severity, "", "", "", words])
        else:
            place = delimiters.sub.join((str(code), _CODES[code], "HL70357"))
            segments.append(["ERR", delimiters.component * 3 + place])
    return segments


def _version(asked: Message) -> tuple[int, ...]:
    text = asked.delimiters.first(at(asked.header, 12)) or "2.5"
    parts = text[:_LONGEST_VERSION].split(".")
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit())


_CODES: Final = {
    100: "Segment sequence error",
    101: "Required field missing",
    102: "Data type error",
    200: "Unsupported message type",
    202: "Unsupported processing id",
    203: "Unsupported version id",
    207: "Application internal error",
}
