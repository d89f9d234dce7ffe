"""What ADT messages tell of a stay."""

from datetime import UTC, datetime

import pytest

from connectors.mllp.movements import NO_FORMER
from connectors.mllp.reading import NO_PATIENT
from connectors.mllp.rows import NO_TIME
from sereno.domain.stream import Movement, MovementKind, Subject
from tests.fakes.hl7 import PID, PV1, adt, obx, read, reader

EVN = "EVN||20260314100000+0000||||20260314093000+0000"
AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("A01", MovementKind.ADMITTED),
        ("A02", MovementKind.ADMITTED),
        ("A03", MovementKind.DISCHARGED),
        ("A04", MovementKind.ADMITTED),
        ("A08", MovementKind.ADMITTED),
        ("A11", MovementKind.DISCHARGED),
        ("A12", MovementKind.ADMITTED),
        ("A13", MovementKind.READMITTED),
    ],
)
def test_a_patient_comes_goes_and_moves(event: str, kind: MovementKind) -> None:
    (batch,) = read(adt(event, EVN, PID, PV1)).batches
    assert batch.movement == Movement(kind=kind, time=AT)
    assert batch.subject
    assert (batch.subject.identifier, batch.subject.bed) == ("SYN-1", "ICU 4 B")


def test_two_identifiers_of_one_patient_are_merged() -> None:
    (batch,) = read(adt("A40", EVN, PID, "MRG|OLD-9^^^SYNTH^MR")).batches
    assert batch.movement == Movement(
        kind=MovementKind.MERGED, time=AT, former=Subject(identifier="OLD-9", authority="SYNTH")
    )


def test_several_merges_of_one_message_are_told_one_by_one() -> None:
    batches = read(adt("A40", EVN, PID, "MRG|OLD-8", PID, "MRG|OLD-9")).batches
    assert [b.movement and b.movement.former and b.movement.former.identifier for b in batches] == [
        "OLD-8",
        "OLD-9",
    ]


@pytest.mark.parametrize(
    ("event", "segments", "hour"),
    [
        ("A01", ("EVN||20260314100000+0000", PID), 10),
        ("A01", ("EVN", PID), 12),
        ("A01", (PID,), 12),
        ("A03", ("EVN||20260314100000+0000", PID, "PV1" + "|" * 45 + "20260314080000+0000"), 8),
    ],
)
def test_the_time_is_that_of_the_event_as_far_as_it_is_told(
    event: str, segments: tuple[str, ...], hour: int
) -> None:
    (batch,) = read(adt(event, *segments)).batches
    assert batch.movement
    assert batch.movement.time == datetime(2026, 3, 14, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "segments",
    [
        pytest.param((PID, "PV1" + "|" * 45 + "20260314080000"), id="an update after the stay"),
        pytest.param((PID, "PV1||P|ICU^4^B"), id="somebody who is expected"),
    ],
)
def test_who_is_not_here_is_not_admitted(segments: tuple[str, ...]) -> None:
    reading = read(adt("A08", EVN, *segments))
    assert (reading.batches, reading.fault) == ([], None)


@pytest.mark.parametrize("event", ["A05", "A31", "A60", ""])
def test_other_events_are_not_taken_and_told(event: str) -> None:
    by = reader()
    reading = read(adt(event, EVN, PID, PV1), by)
    assert (reading.batches, reading.fault, reading.answered) == ([], None, True)
    assert by._codes.ignored == (f"ADT^{event}",)


@pytest.mark.parametrize(
    ("event", "segments", "reason"),
    [
        ("A01", (PV1,), NO_PATIENT),
        ("A01", ("PID|||", PV1), NO_PATIENT),
        ("A40", (PID,), NO_FORMER),
    ],
)
def test_a_movement_that_lacks_who_is_refused(
    event: str, segments: tuple[str, ...], reason: str
) -> None:
    reading = read(adt(event, EVN, *segments))
    (batch,) = reading.batches
    assert reading.fault
    assert (reading.fault.kind, reading.fault.reason) == ("AE", reason)
    assert batch.subject is None
    assert batch.rejected[0].content.startswith(b"MSH")


def test_a_training_system_moves_nobody() -> None:
    reading = read(adt("A03", EVN, PID, PV1, mode="T"))
    assert reading.fault
    assert reading.fault.code == 202
    assert not any(batch.movement for batch in reading.batches)


def test_what_was_measured_at_admission_is_taken_too() -> None:
    (batch,) = read(adt("A01", EVN, PID, PV1, obx())).batches
    assert [each.value for each in batch.observations] == [82]
    assert batch.movement


def test_what_was_measured_at_some_time_is_not_taken_for_now() -> None:
    reading = read(adt("A01", EVN, PID, PV1, obx(time="")))
    (batch,) = reading.batches
    assert batch.movement
    assert batch.observations == ()
    assert reading.warnings == [f"heart_rate: {NO_TIME}"]
