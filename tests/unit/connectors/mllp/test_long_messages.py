"""Messages made to cost more than their length, in hours or gigabytes: they take neither.

Nothing here asserts a time: a cost that grows with the square of these lengths runs into the
limit of every test.
"""

import tracemalloc
from datetime import UTC, datetime

import pytest

from connectors.mllp.answers import answer
from connectors.mllp.parsing import parse
from connectors.mllp.reading import Reading
from connectors.mllp.waves import TOO_MANY_CHANNELS
from tests.fakes.hl7 import PID, PV1, SENT, header, obx, oru, read, reader

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
MANY = 300_000
LETTERS = 40 << 20  # bytes of all dead letters of one message
WAVE = "131328^MDC_ECG_ELEC_POTL^MDC"


def test_a_field_with_a_million_line_breaks() -> None:
    (message,) = parse(oru("OBX||TX|x||note", *["ab"] * 1_000_000))
    assert message.segments[-1][-1].count("\n") == 1_000_000


@pytest.mark.parametrize("about", [(PID, PV1), ()], ids=["of a patient", "of nobody"])
def test_dead_letters_do_not_repeat_a_long_header_without_end(about: tuple[str, ...]) -> None:
    rows = [f"{obx(value='x')}\rPV1||I|{n}" for n in range(10_000)]
    reading = read(oru(*rows, first=header(rest="|" + "x" * 500_000), about=about))
    letters = [each for batch in reading.batches for each in batch.rejected]
    assert len(letters) == 10_000
    assert sum(len(each.content) for each in letters) < LETTERS


def test_dead_letters_of_many_movements() -> None:
    patients = [f"PID|||{n}" for n in range(20_000)]
    reading = read("\r".join([header("ADT^A40") + "|" + "x" * 500_000, *patients]).encode())
    letters = [each for batch in reading.batches for each in batch.rejected]
    assert len(letters) == 20_000
    assert sum(len(each.content) for each in letters) < LETTERS


def test_many_rows_that_are_refused() -> None:
    assert len(read(oru(*[obx(value="x")] * 100_000)).warnings) == 100_000


def test_many_patients_of_one_movement() -> None:
    patients = [f"PID|||{n}\rPV1||I|{n}" for n in range(50_000)]
    reading = read("\r".join([header("ADT^A01"), *patients]).encode())
    assert sum(batch.movement is not None for batch in reading.batches) == 50_000


def test_a_place_of_a_million_parts() -> None:
    row = obx(sub="1.0", device="MON"), obx(sub="." * 2_000_000)
    assert len(told(read(oru(*row)))) == 2


def test_many_waveforms_with_an_attribute_each() -> None:
    rows = [
        f"OBX||NA|{WAVE}|1.{n}|1^2^3|mV||||||||{SENT}\rOBX||NM|0^MDC_ATTR_SAMP_RATE^MDC|1.{n}.1|100|Hz"
        for n in range(30_000)
    ]
    strangers = ["OBX||NM|0^MDC_ATTR_SAMP_RATE^MDC|9.9|100|Hz"] * 30_000
    reading = read(oru(*rows, *strangers))
    assert sum(len(batch.waveforms) for batch in reading.batches) == 30_000


def test_channels_without_end_are_refused() -> None:
    channels = f"OBX||CD|x&CHN|1|{'~' * MANY}"
    waves = [f"OBX||NA|x&WAV|{n}|1^2" for n in range(MANY // 10)]
    assert TOO_MANY_CHANNELS in read(oru(channels, *waves)).warnings


def test_what_is_remembered_is_short() -> None:
    """A sender that makes up codes, units and names fills no memory."""
    by = reader()
    tracemalloc.start()
    for n in range(20):
        long = f"{n}" + "x" * 500_000
        read(
            oru(obx(code=f"8867-4^{long}^LN"), obx(unit=long), about=(f"PID|||1||{long}", PV1)), by
        )
        read(oru(obx(time=f"20260314120000+0{':' * 500_000}{n % 10}00")), by)
    kept, _ = tracemalloc.get_traced_memory()
    assert kept < 5 << 20
    for n in range(5000):
        long = f"{n}" + "x" * 500
        read(oru(obx(code=f"8867-4^{long}^LN"), about=(f"PID|||1||{long}", PV1)), by)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 24 << 20


@pytest.mark.parametrize("version", ["2." + "9" * 5000, "2.5" + ".1" * 100_000])
def test_a_version_of_any_length_is_answered(version: str) -> None:
    (message,) = parse(oru(obx(), first=header(version=version)))
    assert answer(message, None, [], now=NOW, control="1")


def told(reading: Reading) -> list[float]:
    return [each.value for batch in reading.batches for each in batch.observations]
