"""HL7 v2: from bytes to segments and fields, and back.

Fields are kept as they were written and are taken apart where they are looked at: most never are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from sereno.domain.errors import MalformedInput

Segment = list[str]  # its name and its fields, so that segment[3] is field 3; in MSH too

_NEVER: Final = "\x1d"  # stands where a sender has no such delimiter: in no message
_USUAL: Final = "^~\\&"
_OF_NUMBERS: Final = " +-.,"
_ENVELOPE: Final = frozenset({"FHS", "BHS", "BTS", "FTS"})
_NO_SEGMENTS: Final = _ENVELOPE | {"MSH"}  # of the message that is being read
_SIGNS: Final = 5
_MSH_18: Final = 17  # of a header cut at its separator: MSH-1 is the separator itself
NO_HEADER: Final = "it does not begin with a message header (MSH)"

# HL7 table 0211 and what senders write in its stead, without case, blanks and signs.
_CHARSETS: Final = {
    "ascii": "utf-8", "usascii": "utf-8", "unicode": "utf-8", "unicodeutf8": "utf-8",
    "utf8": "utf-8", "unicodeutf16": "utf-16", "utf16": "utf-16", "unicodeutf32": "utf-32",
    "utf32": "utf-32", "gb180302000": "gb18030", "ksx1001": "euc_kr", "big5": "big5",
    "isoir87": "iso2022_jp", "isoir159": "iso2022_jp_1", "windows1252": "cp1252",
    "cp1252": "cp1252", "1252": "cp1252", "isoir100": "iso8859-1", "isoir101": "iso8859-2",
    **{
        f"{prefix}8859{part}": f"iso8859-{part}"
        for prefix in ("", "iso") for part in (*range(1, 12), 13, 14, 15, 16)
    },
}  # fmt: skip
_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


class Delimiters(NamedTuple):
    """The signs that part fields, components, repetitions and subcomponents, and that escape."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    sub: str = "&"

    def parts(self, field: str) -> list[str]:
        """The components of `field` as plain text."""
        parts = field.split(self.component)
        if self.escape in field:
            return [unescape(part, self) for part in parts]
        return parts

    def first(self, field: str) -> str:
        """The first subcomponent of the first component of the first repetition, as plain text."""
        for sign in (self.repetition, self.component, self.sub):
            if sign in field:
                field = field.partition(sign)[0]
        return self.plain(field)

    def plain(self, text: str) -> str:
        """`text` without its escapes."""
        return unescape(text, self) if self.escape in text else text

    @property
    def header(self) -> str:
        """MSH-2."""
        return f"{self.component}{self.repetition}{self.escape}{self.sub}".rstrip(_NEVER)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its segments in order, the header first. `codec` is the encoding it came in."""

    delimiters: Delimiters
    segments: list[Segment]
    codec: str = "utf-8"

    @property
    def header(self) -> Segment:
        """MSH; header[10] is MSH-10."""
        return self.segments[0]


def at(segment: Segment, index: int) -> str:
    """The field `index` of `segment`; empty where the segment ends before it."""
    return segment[index] if index < len(segment) else ""


def parse(content: bytes) -> list[Message]:
    """The messages in `content`, in order: one as a rule, many in a batch (FHS, BHS).

    Raises MalformedInput where it begins with no header, or its delimiters can not be told apart.
    """
    text, codec = decode(content)
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    messages: list[Message] = []
    segments: list[Segment] = []
    separator = ""
    more: list[str] = []  # the further lines of a field that has line breaks in it
    for line in text.split("\r"):
        if separator:
            segment = line.split(separator)
            name = segment[0]
            if len(name) == 3 and name not in _NO_SEGMENTS and name.isalnum():
                if more:
                    _go_on(segments, more)
                segments.append(segment)
                continue
        name = line[:3]
        if name == "MSH":
            _go_on(segments, more)
            delimiters = _delimiters(line)
            separator = delimiters.field
            segments = [_header(line, separator)]
            messages.append(Message(delimiters, segments, codec))
        elif name in _ENVELOPE or not line.strip(" \t\x00"):
            continue
        elif not messages:
            raise MalformedInput(NO_HEADER)
        else:  # a line break inside a field
            more.append(line)
    if not messages:
        raise MalformedInput(NO_HEADER)
    _go_on(segments, more)
    return messages


def _go_on(segments: list[Segment], more: list[str]) -> None:
    """Add lines to the last field at once: one by one, each would copy all before it."""
    if more:
        segments[-1][-1] = "\n".join((segments[-1][-1], *more))
        more.clear()


def decode(content: bytes) -> tuple[str, str]:
    """`content` as text, and the codec that it is written in.

    A wrong or missing MSH-18 is borne: UTF-8 is tried next, and Windows' Western set last.
    """
    if content.isascii() and b"\x00" not in content and b"\x1b" not in content:
        return content.decode("ascii"), "utf-8"
    for codec in (_marked(content), _charset(content), "utf-8", "cp1252"):
        if codec is None:
            continue
        try:
            return content.decode(codec).removeprefix("\ufeff"), codec.removesuffix("-sig")
        except UnicodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def encode(text: str, codec: str) -> bytes:
    """`text` in a sender's own encoding; what that can not say becomes a question mark."""
    return text.encode(codec, errors="replace")


def written(message: Message, segments: Iterable[Segment]) -> bytes:
    """`segments` as they stood in `message`."""
    return encode("\r".join(as_line(each, message.delimiters) for each in segments), message.codec)


def as_line(segment: Segment, delimiters: Delimiters) -> str:
    """A segment as text."""
    if segment[0] == "MSH":
        return "MSH" + delimiters.field + delimiters.field.join(segment[2:])
    return delimiters.field.join(segment)


def unescape(text: str, delimiters: Delimiters) -> str:
    r"""`text` with \F\, \S\, \X0D\, \.br\ and their like as what they stand for.

    What is no escape stays as it is written.
    """
    mark = delimiters.escape
    pieces: list[str] = []
    begin = 0
    start = text.find(mark)
    while start >= 0:
        end = text.find(mark, start + 1)
        if end < 0:
            break
        meant = _meant(text[start + 1 : end], delimiters)
        if meant is None:
            start = end
            continue
        pieces += (text[begin:start], meant)
        begin = end + 1
        start = text.find(mark, begin)
    pieces.append(text[begin:])
    return "".join(pieces)


def escape(text: str, delimiters: Delimiters) -> str:
    """`text` as it may stand in a field: `unescape` gives it back."""
    return "".join(_escapes(delimiters).get(letter, letter) for letter in text)


@lru_cache(maxsize=64)
def _escapes(delimiters: Delimiters) -> dict[str, str]:
    mark = delimiters.escape
    letters = dict.fromkeys("\r\n\x0b\x1c\x00")
    found = {letter: f"{mark}X{ord(letter):02X}{mark}" for letter in letters}
    for letter, code in _signs(delimiters).items():
        found[code] = f"{mark}{letter}{mark}"
    return found


def _signs(delimiters: Delimiters) -> dict[str, str]:
    return {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.sub,
        "R": delimiters.repetition,
        "E": delimiters.escape,
    }


def _meant(code: str, delimiters: Delimiters) -> str | None:
    kind = code[:1]
    if len(code) == 1:
        return _signs(delimiters).get(code, "" if code in "HN" else "#" if code == "P" else None)
    if kind == "X":
        return _hexadecimal(code[1:])
    if kind == ".":  # formatting commands: a break or a blank where they part words
        return "\n" if code[1:3] in {"br", "sp", "ce"} else " " if code[1:3] == "sk" else ""
    if kind in {"C", "M", "Z"} and code[1:].isalnum():  # other sets, and the sender's own
        return ""
    return None


def _hexadecimal(digits: str) -> str | None:
    try:
        content = bytes.fromhex(digits)
    except ValueError:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _delimiters(line: str) -> Delimiters:
    end = line.find(line[3], 4) if len(line) > len("MSH|") else -1
    return _told((line[3:] if end < 0 else line[3:end])[:_SIGNS])


@lru_cache(maxsize=64)
def _told(signs: str) -> Delimiters:
    for usual in _USUAL[max(0, len(signs) - 1) :]:
        signs += _NEVER if usual in signs else usual
    real = [sign for sign in signs if sign != _NEVER]
    if len(signs) < 5 or len(set(real)) < len(real):
        raise MalformedInput("its delimiters (MSH-1 and MSH-2) can not be told apart")
    if any(sign.isalnum() or not sign.isprintable() or sign in _OF_NUMBERS for sign in real):
        raise MalformedInput("its delimiters (MSH-1 and MSH-2) are no signs that can part values")
    return Delimiters(*signs)


def _header(line: str, separator: str) -> Segment:
    segment = line.split(separator)
    segment.insert(1, separator)
    return segment


def _marked(content: bytes) -> str | None:
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return codec
    begin = content[:2]
    if begin in {b"M\x00", b"F\x00", b"B\x00"}:
        return "utf-16-le"
    return "utf-16-be" if begin in {b"\x00M", b"\x00F", b"\x00B"} else None


def _charset(content: bytes) -> str | None:
    """The codec that MSH-18 names; None where there is none, or none that is known."""
    begin = content.find(b"MSH")
    if begin < 0:
        return None
    line = content[begin : begin + 2048].partition(b"\r")[0].partition(b"\n")[0]
    fields = line.split(line[3:4] or b"|")
    if len(fields) <= _MSH_18 or not fields[_MSH_18]:
        return None
    named = fields[_MSH_18].decode("latin-1").partition("~")[0].partition("^")[0]
    return _CHARSETS.get("".join(letter for letter in named.casefold() if letter.isalnum()))
