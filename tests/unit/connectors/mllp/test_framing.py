"""Where messages begin and end in a stream."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mllp.framing import (
    CUT_BY_CLOSE,
    CUT_BY_START,
    HEAD,
    TOO_LONG,
    Deframer,
    Frame,
    framed,
)

BLOCKS = st.sampled_from([b"\x0b", b"\x1c\r", b"\x1c", b"\r", b"\n", b"MSH|", b"x", b"\x00"])
STREAMS = st.lists(st.one_of(BLOCKS, st.binary(max_size=6)), max_size=30).map(b"".join)


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        pytest.param(b"\x0bMSH|1\r\x1c\r", [b"MSH|1\r"], id="as the standard says"),
        pytest.param(b"\x0ba\r\x1c\r\x0bb\r\x1c\r", [b"a\r", b"b\r"], id="one after the other"),
        pytest.param(b"\x0ba\r\x1c\x0bb\r\x1c", [b"a\r", b"b\r"], id="an end without its CR"),
        pytest.param(b"MSH|1\r\x1c\r", [b"MSH|1\r"], id="no start block"),
        pytest.param(b"\r\n\x0ba\x1c\r\r\n \n\x0bb\x1c\r", [b"a", b"b"], id="lines between"),
        pytest.param(b"\x0ba\r\x0bb\r\x1c\r", [b"a\r", b"b\r"], id="no end block, whole lines"),
        pytest.param(b"\x0b\x1c\r\x1c\r\x0b\x0b\x1c\r", [], id="empty frames"),
        pytest.param(b"\x0bMSH|1\r", [], id="not ended yet"),
    ],
)
def test_messages_are_found(stream: bytes, found: list[bytes]) -> None:
    assert Deframer().feed(stream) == [Frame(content) for content in found]


def test_a_message_cut_in_the_middle_of_a_line_is_none() -> None:
    """The 12 of a 120 must never be a value."""
    cut, whole = Deframer().feed(b"\x0bMSH|1\rOBX|||||12\x0bMSH|2\r\x1c\r")
    assert cut == Frame(b"MSH|1\rOBX|||||12", CUT_BY_START)
    assert whole == Frame(b"MSH|2\r")


def test_what_never_ends_comes_out_with_a_fault() -> None:
    deframer = Deframer()
    assert deframer.feed(b"\x0bMSH|1\r") == []
    assert deframer.open
    assert deframer.finish(CUT_BY_CLOSE) == [Frame(b"MSH|1\r", CUT_BY_CLOSE)]
    assert not deframer.open
    assert deframer.finish(CUT_BY_CLOSE) == []


def test_a_gigantic_message_is_not_held_and_the_next_is_read() -> None:
    deframer = Deframer(largest=HEAD)
    frames = []
    for _ in range(64):
        frames += deframer.feed(b"\x0bMSH|" if not deframer.open else b"x" * HEAD)
        assert deframer.held <= 2 * HEAD
    frames += deframer.feed(b"\x1c\r\x0bMSH|2\r\x1c\r")
    assert [(frame.fault, len(frame.content)) for frame in frames] == [(TOO_LONG, HEAD), (None, 6)]


@given(st.lists(st.binary(min_size=1).filter(lambda b: not set(b) & {0x0B, 0x1C}), max_size=5))
def test_what_is_framed_is_found_again(contents: list[bytes]) -> None:
    found = Deframer().feed(b"".join(map(framed, contents)))
    assert [each.content for each in found] == [c for c in contents if c.strip(b"\r\n \t\x00\x1c")]


@given(STREAMS, st.lists(st.integers(0, 200), max_size=12))
def test_how_a_stream_is_cut_changes_nothing(stream: bytes, cuts: list[int]) -> None:
    whole, parts = Deframer(largest=12), Deframer(largest=12)
    expected = whole.feed(stream) + whole.finish(CUT_BY_CLOSE)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    found = []
    for begin, end in pairwise(places):
        found += parts.feed(stream[begin:end])
    assert found + parts.finish(CUT_BY_CLOSE) == expected
