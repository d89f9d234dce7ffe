"""What an ingestion counts, without keeping all that it counts."""

from dataclasses import replace

from sereno.domain.stream import Batch, Rejected
from sereno.domain.surveillance import Direction, Episode
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.services.ingestion.tally import MOST_REASONS, OTHER_REASONS, Tally
from tests.fakes.clock import NOON
from tests.fakes.streams import SECOND


def episode(number: int) -> Episode:
    return Episode(
        id=f"ana-e{number}",
        signal=Signal.SPO2,
        direction=Direction.LOW,
        threshold=92.0,
        start=NOON,
        last=NOON,
        end=None,
        extreme=80.0,
        extreme_time=NOON,
    )


def test_episodes_are_counted_once_and_only_ongoing_ones_are_remembered() -> None:
    tally = Tally()
    for number in range(100):
        begun = episode(number)
        for told in (begun, begun, replace(begun, end=NOON + SECOND)):
            tally.kept([Commit(patient="ana", episodes=(told,))])
    tally.kept([Commit(patient="ana", episodes=(episode(100),))])

    assert tally.episodes == 101
    assert tally.ongoing == {"ana-e100"}


def test_reasons_are_counted_and_only_so_many_are_told_apart() -> None:
    tally = Tally()
    rejected = tuple(Rejected(b"", f"wrong in {n % (MOST_REASONS + 5)}") for n in range(200))
    tally.received_batch(Batch(source="file", subject=None, rejected=rejected), None)

    assert sum(tally.reasons.values()) == tally.rejected == 200
    assert len(tally.reasons) == MOST_REASONS + 1
    assert tally.reasons[OTHER_REASONS] == 5 * (200 // (MOST_REASONS + 5))
