import pytest

from connectors.ble.records import REPORT_ALL, Records, report_from

pytestmark = pytest.mark.anyio
DONE, NONE_FOUND, NO_FILTER = b"\x06\x00\x01\x01", b"\x06\x00\x01\x06", b"\x06\x00\x01\x09"


async def keep(records: Records, data: bytes, sequence: int | None) -> bool:
    """Whether it was new."""
    acknowledge = records.came(data, sequence)
    if acknowledge is not None:
        await acknowledge(None)
    return acknowledge is not None


def test_the_request_for_later_records_is_as_specified() -> None:
    assert report_from(0x1234) == bytes.fromhex("01 03 01 3412")


async def test_only_later_records_are_asked_for_again() -> None:
    records = Records()
    assert records.ask() == REPORT_ALL
    assert await keep(records, b"one", 1)
    assert await keep(records, b"two", 2)
    assert records.answered(DONE) is None
    assert records.ask() == report_from(2)
    assert not await keep(records, b"two", 2)
    assert await keep(records, b"three", 3)
    assert records.answered(DONE) is None
    assert records.ask() == report_from(3)


async def test_what_was_not_kept_comes_again() -> None:
    records = Records()
    records.ask()
    await keep(records, b"one", 1)
    assert records.came(b"two", 2) is not None
    assert records.ask() == REPORT_ALL
    assert not await keep(records, b"one", 1)
    assert await keep(records, b"two", 2)


async def test_a_meter_that_was_reset_is_asked_for_all() -> None:
    records = Records()
    records.ask()
    await keep(records, b"two", 2)
    records.ask()
    assert await keep(records, b"another two", 2)
    assert records.answered(DONE) == REPORT_ALL
    assert await keep(records, b"another one", 1)
    assert records.answered(DONE) is None


async def test_a_meter_that_was_emptied_or_has_no_filter_is_asked_for_all() -> None:
    for refusal in (NONE_FOUND, NO_FILTER):
        records = Records()
        records.ask()
        await keep(records, b"two", 2)
        records.ask()
        assert records.answered(refusal) == REPORT_ALL
        assert records.answered(refusal) is None


async def test_without_numbers_all_is_asked_for_and_what_is_known_passed_over() -> None:
    records = Records()
    records.ask()
    assert await keep(records, b"one", None)
    assert records.ask() == REPORT_ALL
    assert not await keep(records, b"one", None)


def test_other_indications_ask_for_nothing() -> None:
    records = Records()
    records.ask()
    for data in (b"", b"\x06\x00", b"\x05\x00\x03\x00", b"\x06\x00\x02\x01", b"\xff" * 20):
        assert records.answered(data) is None
