"""What an ingestion counts, without keeping all that it counts."""

from dataclasses import replace

from sereno.domain.surveillance import Direction, Episode
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.services.tally import Tally
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
