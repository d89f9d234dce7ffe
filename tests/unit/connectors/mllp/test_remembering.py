"""What is looked up once changes nothing of what is read."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.mllp import answers, headers
from connectors.mllp.answers import answer
from connectors.mllp.parsing import parse
from connectors.mllp.reading import Reader, Reading
from connectors.mllp.remembering import Remembered
from tests.fakes.hl7 import reader

NOW = datetime(2026, 3, 14, 12, 0, 1, tzinfo=UTC)
MAP: dict[str, object] = {
    "HR": "heart_rate", "TMP": {"signal": "temperature", "unit": "degF"}, "T2": "temperature",
    "BP/1": "cuff_systolic", "BP/2": "cuff_diastolic", "X^A": "spo2", "X^B": "pulse_rate",
}  # fmt: skip

# What the parts of a message may be, by the place in `TEXT`; the first makes a good message.
PARTS = {
    "signs": [r"|^~\&", r"|&~\^", r"#^~\&", "|^~!&", r"|~^\&", "|^"],
    "application": ["MON", "", r"M\T\N", "M&N"],
    "facility": ["W", "", "W&X"],
    "receiver": ["EHR", "", r"E\T\R"],
    "receiving": ["H", ""],
    "encoding": ["", "UNICODE UTF-8", "8859/1"],
    "sent": ["20260314120000+0000", "", "20260314120000", "now"],
    "type": ["ORU^R01^ORU_R01", "ORU&R01", "ADT^A01", "ACK", "QRY^A19"],
    "mode": ["P", "T", "", "D^T"],
    "version": ["2.6", "", "3", "2.3^x"],
    "accept": ["", "AL", "NE"],
    "application_accept": ["", "ER", "SU"],
    "pid": ["PID|||7^^^A^MR||Doe^J||1950|F", "PID|||7&8^^^A^MR", r"PID|||\S\7", "PID|1|7", "OBR|1"],
    "pv1": ["PV1||I|ICU^4^B", "PV1||I|ICU&4", "PV1||I|ICU^5||||||||||||B6", "PV1|1"],
    "order": ["OBR|1", "OBR|1||||||20260314115900", "OBR|1||||||now"],
    "first": ["", "OBX||NM|X^^99|1.0||||||||||||||M9\r"],
    "code": [
        "8867-4^HR^LN", "8867-4&HR&LN", r"X^\T\^A", "X^^A", "X^^B", "HR", "HR!F!", "TMP", "T2",
        "BP", "147842^MDC_ECG_HEART_RATE^MDC", "131329^MDC_ECG_ELEC_POTL_II^MDC", "HR&TIM", "",
    ],
    "value": ["80", "37.1", "0", "-999", "", "1^2^3", "120/80", "A", "<5", "9" * 400, ".5", "."],
    "unit": ["", "/min", "Cel", "[degF]^^UCUM", "264864^^MDC", r"\S\min", "Reaumur"],
    "flag": ["", "DEMO", "N~INV", "N^INV", "QUES&x", r"\T\DEMO"],
    "status": ["F", "", "C", "D", "X"],
    "time": ["", "20260314120000", "20260314120000.5-0500", "2026", "now"],
    "device": ["", "M1^MAKER", "M1&MAKER", "~M2", r"M\T\1"],
    "place": ["", "1", "1.0", "1.1", "1.1.2", "words"],
    "cut": ["", *("|" * n for n in range(1, 14))],  # from where on a row ends
}  # fmt: skip
TEXT = (
    "MSH{signs}|{application}|{facility}|{receiver}|{receiving}|{sent}||{type}|7|{mode}|{version}"
    "|||{accept}|{application_accept}||{encoding}\r{pid}\r{pv1}\r{order}\r{first}"
)
ROW = "OBX||NM|{code}|{place}|{value}|{unit}||{flag}|||{status}|||{time}||||{device}"
MEMORIES: list[dict[Any, Any]] = [headers._HEADERS, answers._USUAL]
CHANGES = st.sampled_from([(name, part) for name, parts in PARTS.items() for part in parts])


def written(parts: dict[str, str]) -> bytes:
    row = ROW.format(**parts).split("|")
    text = TEXT.format(**parts) + "|".join(row[: len(row) - len(parts["cut"])])
    return text.replace("|", parts["signs"][0]).encode()


def forget() -> None:
    for each in MEMORIES:
        each.clear()


def outcome(content: bytes, by: Reader) -> list[tuple[Reading, bytes | None]]:
    found = []
    for message in parse(content):
        reading = by.read(message)
        told = answer(message, reading.fault, reading.warnings, now=NOW, control="1")
        found.append((reading, told))
    return found


@given(st.lists(CHANGES, min_size=1, max_size=8))
def test_a_message_is_read_the_same_whatever_came_before(changes: list[tuple[str, str]]) -> None:
    by = reader(MAP)
    parts = {name: first for name, (first, *_) in PARTS.items()}
    forget()
    outcome(written(parts), by)
    for name, part in changes:
        parts[name] = part
        after_others = outcome(written(parts), by)
        kept = [dict(each) for each in MEMORIES]
        forget()
        assert outcome(written(parts), reader(MAP)) == after_others
        for memory, former in zip(MEMORIES, kept, strict=True):
            memory.update(former)


def test_so_many_are_remembered_and_no_more() -> None:
    looked: list[tuple[str, ...]] = []

    def look(key: tuple[str, ...]) -> str:
        looked.append(key)
        return key[0]

    known = Remembered(look, most=3)
    for each in "abaca":
        assert known[each,] == each
    assert "".join(key[0] for key in looked) == "abc"
    assert known["d",] == "d"
    assert len(known) == 1
    assert known["a",] == "a"


def test_what_is_long_is_looked_up_each_time() -> None:
    known: Remembered[tuple[object, ...], int] = Remembered(len, most=3)
    assert known["a", ("b" * 5000, "c")] == 2
    assert not known
