"""The ingest process tells destinations what it keeps, and says in its beat how they fare."""

import pytest

from sereno.domain.errors import SourceError
from sereno.ports import Topic
from sereno.services.delivery import Named
from sereno.services.foundation import Foundation
from tests.fakes.destinations import FakeDestination
from tests.fakes.streams import ScriptedSource, beats
from tests.unit.services.ingestion.running import heart_rates, ingestion, stopped_when

pytestmark = pytest.mark.anyio


async def test_what_is_read_is_kept_and_told(foundation: Foundation) -> None:
    peer = FakeDestination(topics=frozenset(Topic))
    foundation.outbox.enlist("peer", peer.topics)
    running = ingestion(foundation, ScriptedSource([beats([80, 81])]), beat_as="ingest")
    running.tell([Named("peer", "fake (destination 1)", lambda: peer)])
    await stopped_when(running, lambda: peer.told)
    assert [each.value for each in peer.told[0].observations] == [80, 81]
    assert peer.told[0].patient.identifier == "MRN-0042"
    (facts,) = foundation.leases.beats()["ingest"].facts["destinations"]
    assert facts["name"] == "fake (destination 1)"
    assert foundation.leases.holder("destination:1") is None  # it was let go of


async def test_a_peer_that_is_down_delays_nobody(foundation: Foundation) -> None:
    peer = FakeDestination(error=SourceError("it is down"))
    foundation.outbox.enlist("peer", peer.topics)
    running = ingestion(foundation, ScriptedSource([beats([80])]))
    running.tell([Named("peer", "fake (destination 1)", lambda: peer)])
    await stopped_when(running, lambda: peer.tries and heart_rates(foundation) == [80])


async def test_a_command_that_ends_keeps_for_others_and_tells_nobody_itself(
    foundation: Foundation,
) -> None:
    peer = FakeDestination()
    number = foundation.outbox.enlist("peer", peer.topics)[0].number
    running = ingestion(foundation, ScriptedSource([beats([80])]))
    running.tell([Named("peer", "fake (destination 1)", lambda: peer)])
    await running.run()
    assert peer.told == []
    assert foundation.outbox.newest(number) > 0
