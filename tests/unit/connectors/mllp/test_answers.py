"""What a sender is told, in its own delimiters, encoding and mode."""

from datetime import UTC, datetime

import pytest

from connectors.mllp.answers import answer
from connectors.mllp.parsing import Message, parse
from connectors.mllp.reading import Fault
from tests.fakes.hl7 import header

NOW = datetime(2026, 3, 14, 12, 0, 1, 500, tzinfo=UTC)
FAULT = Fault("AE", 102, "a value | is ^ no number")


def message(first: str) -> Message:
    return parse(f"{first}\r".encode())[0]


def told(first: str, fault: Fault | None = None, warnings: tuple[str, ...] = ()) -> str | None:
    content = answer(message(first), fault, warnings, now=NOW, control="c1")
    return None if content is None else content.decode().replace("\r", "\n")


def test_the_two_sides_are_swapped_and_the_control_id_comes_back() -> None:
    assert told(header(control=r"17\T\x")) == (
        "MSH|^~\\&|EHR|HOSP|MON|WARD|20260314120001+0000||ACK^R01^ACK|c1|P|2.6\nMSA|AA|17\\T\\x\n"
    )


def test_a_fault_is_told_with_its_code_and_escaped() -> None:
    assert told(header("ORU^R01", version="2.5.1"), FAULT) == (
        "MSH|^~\\&|EHR|HOSP|MON|WARD|20260314120001+0000||ACK^R01|c1|P|2.5.1\n"
        "MSA|AE|17|a value \\F\\ is \\S\\ no number\n"
        "ERR|||102^Data type error^HL70357|E||||a value \\F\\ is \\S\\ no number\n"
    )


def test_an_old_version_is_told_in_its_own_form() -> None:
    text = told(header("ORU^R01", version="2.3"), FAULT)
    assert text
    assert text.endswith("ERR|^^^102&Data type error&HL70357\n")


def test_what_was_left_out_of_what_was_taken_is_told_as_a_warning() -> None:
    text = told(header(), None, ("spo2: a bound", "other"))
    assert text
    assert "MSA|AA|17|taken but for 2: spo2: a bound\n" in text
    assert text.count("|W||||") == 2
    old = told(header(version="2.3"), None, ("spo2: a bound",))
    assert old
    assert "ERR" not in old


@pytest.mark.parametrize(
    ("accept", "application", "fine", "wrong"),
    [
        ("", "", "AA", "AE"),
        ("AL", "NE", "CA", "CE"),
        ("AL", "", "CA", "CE"),
        ("NE", "AL", "AA", "AE"),
        ("AL", "AL", "AA", "AE"),
        ("ER", "NE", None, "CE"),
        ("SU", "NE", "CA", None),
        ("NE", "ER", None, "AE"),
        ("AL", "ER", "CA", "AE"),
        ("NE", "NE", None, None),
        ("XX", "", "AA", "AE"),
    ],
)
def test_a_sender_hears_what_it_asked_for(
    accept: str, application: str, fine: str | None, wrong: str | None
) -> None:
    first = header(rest=f"|||{accept}|{application}")
    for fault, expected in ((None, fine), (FAULT, wrong)):
        text = told(first, fault)
        assert (text and text.split("MSA|")[1][:2]) == expected


def test_the_original_mode_can_be_held_to() -> None:
    first = message(header(rest="|||NE|NE"))
    content = answer(first, None, (), now=NOW, control="1", original=True)
    assert content
    assert b"MSA|AA|17" in content


@pytest.mark.parametrize("codec", ["utf-16", "utf-8", "iso8859-1"])
def test_the_answer_is_in_the_senders_encoding(codec: str) -> None:
    charset = {"utf-16": "UNICODE UTF-16", "utf-8": "UNICODE UTF-8", "iso8859-1": "8859/1"}[codec]
    first = header(control="Ñ-1", rest=f"||||||{charset}")
    content = answer(parse(first.encode(codec))[0], None, (), now=NOW, control="1")
    assert content
    assert "MSA|AA|Ñ-1" in content.decode(codec)
    assert f"|{charset}\r" in content.decode(codec)


def test_other_delimiters_are_kept() -> None:
    text = told("MSH#*%!@#MON#W#E#H#20260314##ORU*R01#9#P#2.5", FAULT)
    assert text
    assert text.startswith("MSH#*%!@#E#H#MON#W#20260314120001+0000##ACK*R01#c1#P#2.5\nMSA#AE#9#")


def test_bytes_that_are_no_message_are_answered_all_the_same() -> None:
    content = answer(None, Fault("AR", 100, "no header"), (), now=NOW, control="1")
    assert content
    assert b"MSA|AR||no header\r" in content
