"""From bytes to segments and fields."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mllp.parsing import Delimiters, at, decode, escape, parse, unescape, written
from sereno.domain.errors import MalformedInput

USUAL = Delimiters()
SIGNS = st.lists(
    st.sampled_from([c for c in string.punctuation if c not in "+-.,"]),
    min_size=5, max_size=5, unique=True,
)  # fmt: skip


def parts(content: bytes, name: str) -> list[list[str]]:
    (message,) = parse(content)
    return [segment for segment in message.segments if segment[0] == name]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_segments_end_as_their_sender_likes(end: str) -> None:
    lines = [r"MSH|^~\&|A|B", "PID|||7", "", "OBX|1|NM|HR||80"]
    (message,) = parse(end.join(lines).encode() + end.encode())
    assert [segment[0] for segment in message.segments] == ["MSH", "PID", "OBX"]
    assert message.header[:5] == ["MSH", "|", r"^~\&", "A", "B"]
    assert at(message.segments[2], 5) == "80"
    assert at(message.segments[2], 50) == ""


def test_a_line_break_inside_a_field_does_not_end_its_segment() -> None:
    content = b"MSH|^~\\&|A\rNTE|1||first\nsecond line\rOBX|1|NM|HR||80\r"
    assert parts(content, "NTE") == [["NTE", "1", "", "first\nsecond line"]]
    assert parts(content, "OBX")[0][5] == "80"


def test_a_frame_may_hold_several_messages_and_a_batch() -> None:
    content = b"FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rPID|1\r"
    first, second = parse(content + b"MSH#^~\\&#B\rPID#2\rBTS|2\rFTS|1\r")
    assert [at(each.header, 3) for each in (first, second)] == ["A", "B"]
    assert second.segments[1] == ["PID", "2"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"PID|1\rMSH|^~\\&\r", id="another segment first"),
        pytest.param(b"hello", id="no segment"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"MSH", id="a header of three letters"),
        pytest.param(b"MSH|^^\\&|A\r", id="two delimiters that are one"),
        pytest.param(b"MSH|^~.&|A\r", id="a delimiter that numbers are written with"),
        pytest.param(b"MSHa^~\\&aA\r", id="a letter as separator"),
    ],
)
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedInput):
        parse(content)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (r"^~\&", USUAL),
        (r"^~\&#", USUAL),
        ("", USUAL),
        ("$%*@", Delimiters("|", "$", "%", "*", "@")),
        ("&~\\", Delimiters("|", "&", "~", "\\", "\x1d")),
    ],
)
def test_delimiters_are_the_senders_own(second: str, expected: Delimiters) -> None:
    (message,) = parse(f"MSH|{second}|A\r".encode())
    assert message.delimiters == expected


@given(SIGNS, st.text(max_size=12), st.text(max_size=12))
def test_any_delimiters_part_fields_and_are_escaped(signs: list[str], one: str, two: str) -> None:
    d = Delimiters(*signs)
    field = f"{escape(one, d)}{d.component}{escape(two, d)}"
    (message,) = parse(f"MSH{d.field}{d.header}{d.field}A\rOBX{d.field}{field}\r".encode())
    assert message.delimiters == d
    assert d.parts(message.segments[1][1]) == [one, two]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"120\X2F\80", "120/80"),
        (r"\XC3B1\o", "ño"),
        (r"\XF1\o", "ño"),
        (r"one\.br\two\.sp2\three\.in+4\!", "one\ntwo\nthree!"),
        (r"\H\bold\N\ \Z12\ \C2842\ ", "bold   "),
        (r"C:\temp\new", r"C:\temp\new"),
        (r"5 \ 6", r"5 \ 6"),
        (r"\Xzz\ \Q\ \\", r"\Xzz\ \Q\ \\"),
        ("\\", "\\"),
    ],
)
def test_escapes_are_read_and_what_is_none_stays(text: str, meant: str) -> None:
    assert unescape(text, USUAL) == meant


@given(st.text())
def test_what_is_escaped_is_read_back(text: str) -> None:
    escaped = escape(text, USUAL)
    assert unescape(escaped, USUAL) == text
    assert not set(escaped) & set("|^&~\r\n\x0b\x1c")


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("8859/1", "latin-1"),
        ("8859/15", "iso8859-15"),
        ("UNICODE", "utf-8"),
        ("", "utf-8"),
        ("", "latin-1"),
        ("ASCII", "latin-1"),  # said wrongly, as it often is
        ("UNICODE UTF-8", "latin-1"),
        ("nonsense", "utf-8"),
        ("8859/1~UNICODE UTF-8", "latin-1"),
        ("UNICODE UTF-16", "utf-16"),
        ("", "utf-16"),
        ("UNICODE UTF-16", "utf-16-le"),
        ("", "utf-16-be"),
        ("", "utf-8-sig"),
        ("GB 18030-2000", "gb18030"),
    ],
)
def test_a_name_is_read_in_its_encoding_and_answered_in_it(charset: str, codec: str) -> None:
    text = rf"MSH|^~\&|A||||||ORU^R01|1|P|2.5||||||{charset}" + "\rPID|||||Núñez\r"
    (message,) = parse(text.encode(codec))
    assert message.segments[1][5] == "Núñez"
    assert decode(written(message, message.segments))[0].rstrip("\r") == text.rstrip("\r")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_refused(content: bytes) -> None:
    try:
        messages = parse(content)
    except MalformedInput:
        return
    assert all(segment[0] for message in messages for segment in message.segments)


@given(st.binary(max_size=200))
def test_whatever_follows_a_header_is_parsed(content: bytes) -> None:
    messages = parse(b"MSH|^~\\&|A\r" + content.replace(b"MSH", b""))
    assert at(messages[0].header, 3).startswith("A")
