"""Reads become lines of the audit log, few of them, and go on where none can be written."""

import logging

import pytest

from sereno.services import read_audit as module
from sereno.services.read_audit import ReadAudit
from tests.fakes.books import Diary, FullDiary
from tests.fakes.clock import MINUTE, SECOND, Hands

OPENED = ("nora", "patient_opened", "p1")


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def read_audit(diary: Diary, clock: Hands) -> ReadAudit:
    return ReadAudit(diary, clock)


def test_a_page_that_stands_open_is_one_line_in_a_quarter_of_an_hour(
    read_audit: ReadAudit, diary: Diary, clock: Hands
) -> None:
    for _ in range(30):
        read_audit.opened("nora", "p1")
        clock.time += MINUTE
    assert diary.lines == [OPENED, OPENED]
    assert diary.details == ["", ""], "who, what and whom, and nothing else"


def test_another_viewer_and_another_patient_are_lines_of_their_own(
    read_audit: ReadAudit, diary: Diary
) -> None:
    for who, patient in (("nora", "p1"), ("nora", "p2"), ("luis", "p1"), ("nora", "p1")):
        read_audit.opened(who, patient)
    assert [(who, patient) for who, _, patient in diary.lines] == [
        ("nora", "p1"), ("nora", "p2"), ("luis", "p1"),
    ]  # fmt: skip


def test_on_a_full_disk_the_read_goes_on_and_the_log_tells_of_the_missing_line(
    clock: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    diary = FullDiary()
    read_audit = ReadAudit(diary, clock)
    with caplog.at_level(logging.ERROR):
        read_audit.opened("nora", "p1")
        assert not read_audit.note("nora", "vitals_shown", "p1")
    assert "patient_opened of patient p1 is not in the audit log: the disk is full" in caplog.text
    assert "nora" not in caplog.text, "names of accounts are kept sealed"
    diary.full = False
    clock.time += module.RETRIED_ONCE_IN
    read_audit.opened("nora", "p1")
    assert diary.lines == [OPENED], "it is tried again soon, and not in a quarter of an hour"


def test_a_page_that_looks_every_second_does_not_try_a_full_disk_every_second(
    clock: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    """A busy database keeps a writer waiting for seconds, and the page's numbers with it."""
    read_audit = ReadAudit(FullDiary(), clock)
    with caplog.at_level(logging.ERROR):
        for _ in range(120):
            read_audit.opened("nora", "p1")
            clock.time += SECOND
    assert len(caplog.records) == 120 * SECOND / module.RETRIED_ONCE_IN


def test_what_is_remembered_is_bounded(read_audit: ReadAudit, diary: Diary) -> None:
    for number in range(module.READS_KNOWN + 1):
        read_audit.opened("nora", f"p{number}")
    read_audit.opened("nora", "p0")
    assert len(diary.lines) == module.READS_KNOWN + 2, "a line too many rather than one too few"
