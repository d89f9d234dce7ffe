"""Acknowledgements: MSH, MSA and ERR, in the sender's own delimiters, encoding and mode."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from connectors.mllp.parsing import Message, Segment, at, encode, escape, parse
from connectors.mllp.reading import Fault
from connectors.mllp.times import as_time

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
    kind = "AA" if fault is None else fault.kind
    accept, application = at(asked.header, 15).strip(), at(asked.header, 16).strip()
    if not original and {accept, application} & _MODES:
        if _wanted(application, kind):
            pass
        elif _wanted(accept, kind):
            kind = _COMMIT[kind]
        else:
            return None
    segments = [
        _header(asked, now, control),
        _acknowledgement(asked, kind, fault, warnings),
        *_errors(asked, fault, warnings),
    ]
    separator = asked.delimiters.field
    text = "".join(separator.join(each).rstrip(separator) + "\r" for each in segments)
    return encode(text, asked.codec)


def _wanted(mode: str, kind: str) -> bool:
    return mode in {"AL", "SU" if kind == "AA" else "ER"}


def _header(asked: Message, now: datetime, control: str) -> Segment:
    """MSH with the two sides swapped; the separator stands between its fields."""
    told, delimiters = asked.header, asked.delimiters
    kind = at(told, 9).split(delimiters.component)
    words = ["ACK", *kind[1:2], *(["ACK"] if len(kind) > 2 else [])]
    return [
        "MSH", delimiters.header, at(told, 5), at(told, 6), at(told, 3), at(told, 4),
        as_time(now.replace(microsecond=0)), "", delimiters.component.join(words), control,
        at(told, 11) or "P", at(told, 12) or "2.5", "", "", "", "", "", at(told, 18),
    ]  # fmt: skip


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
