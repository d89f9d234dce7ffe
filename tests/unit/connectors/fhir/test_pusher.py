"""What is pushed to a FHIR server: valid R4, there once, and read back as the same."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import anyio
import pytest
from fhir.resources.R4B.bundle import Bundle

from connectors import open_destination, open_source
from connectors.fhir.pusher import Pusher
from sereno.domain.errors import RefusedByPeer, SourceError
from sereno.domain.stream import Batch
from sereno.domain.vitals import Signal
from tests.fakes.bundles import BundleReceiver
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.outgoing import NAME, ZORAIDA, everything, measured, value

pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> Iterator[BundleReceiver]:
    with BundleReceiver() as listening:
        yield listening


@asynccontextmanager
async def pushing(port: int, options: str = "") -> AsyncIterator[Pusher]:
    written = f"fhir+push+http://localhost:{port}/fhir{options}"
    opened = open_destination(written, clock=FakeClock())
    assert isinstance(opened, Pusher)
    try:
        yield opened
    finally:
        await opened.close()


async def test_every_bundle_is_valid_r4(server: BundleReceiver) -> None:
    async with pushing(server.port, "?waveforms=yes") as peer:
        await peer.deliver([everything()])
    for told in server.taken:
        Bundle.model_validate(told)
    kinds = [kind for kind, _ in server.resources]
    assert sorted(kinds) == ["Flag", "Observation", "Observation", "Observation"]


async def test_what_is_told_twice_is_there_once(server: BundleReceiver) -> None:
    async with pushing(server.port) as peer:
        page = [everything(), measured(2, 81.0)]
        await peer.deliver(page)
        before = dict(server.resources)
        await peer.deliver([replace(each, key="0" * 32, number=9) for each in page])
    assert server.resources == before


async def test_a_correction_takes_the_place_of_what_it_corrects(server: BundleReceiver) -> None:
    corrected = replace(value(1, 90.0), version=2)
    async with pushing(server.port) as peer:
        await peer.deliver([measured(1, 80.0), measured(2, observations=(corrected,))])
    (resource,) = server.resources.values()
    assert resource["valueQuantity"]["value"] == 90
    assert resource["status"] == "corrected"


async def test_a_pressure_is_one_observation_of_its_parts(server: BundleReceiver) -> None:
    parts = tuple(
        value(1, of, signal)
        for signal, of in ((Signal.CUFF_DIASTOLIC, 70.0), (Signal.CUFF_SYSTOLIC, 120.0))
    )
    async with pushing(server.port) as peer:
        await peer.deliver([measured(1, observations=parts)])
    (resource,) = server.resources.values()
    assert [each["valueQuantity"]["value"] for each in resource["component"]][:2] == [120, 70]


async def test_whom_it_is_about_is_told_by_the_hospitals_own_identifier(
    server: BundleReceiver,
) -> None:
    async with pushing(server.port) as peer:
        await peer.deliver([measured(1)])
    ((_, body),) = server.seen
    (resource,) = server.resources.values()
    assert resource["subject"]["identifier"]["value"] == ZORAIDA.identifier
    assert NAME.encode() not in body


@pytest.mark.parametrize("status", [500, 404, 409, 429])
async def test_an_entry_that_is_not_taken_now_is_told_again(
    server: BundleReceiver, status: int
) -> None:
    server.statuses = [status]
    async with pushing(server.port) as peer:
        with pytest.raises(SourceError, match=str(status)) as caught:
            await peer.deliver([measured(1)])
        assert not isinstance(caught.value, RefusedByPeer)
        await peer.deliver([measured(1)])
    assert len(server.resources) == 1


async def test_an_entry_that_is_refused_names_its_message(server: BundleReceiver) -> None:
    server.statuses = [201, 422]
    page = [measured(1), measured(2)]
    async with pushing(server.port) as peer:
        with pytest.raises(RefusedByPeer, match="it answered 422") as caught:
            await peer.deliver(page)
    assert caught.value.key == page[1].key


async def test_a_refused_entry_does_not_hide_one_that_is_to_be_told_again(
    server: BundleReceiver,
) -> None:
    told = measured(1, 80.0, 81.0)
    async with pushing(server.port) as peer:
        server.statuses = [422, 503]
        with pytest.raises(SourceError, match="503") as caught:
            await peer.deliver([told])
        assert not isinstance(caught.value, RefusedByPeer)
        server.statuses = [422]
        with pytest.raises(RefusedByPeer, match="422"):
            await peer.deliver([told])
    assert len(server.resources) == 1


@pytest.mark.parametrize("whole", [True, False], ids=["a bundle", "an entry"])
async def test_what_is_behind_a_refused_bundle_is_told_before_it_is_named(
    server: BundleReceiver, *, whole: bool
) -> None:
    told = measured(1, *map(float, range(60, 260)), 80.0)  # a bundle and one more
    if whole:
        server.answers = [400]
    else:
        server.statuses = [422]
    async with pushing(server.port) as peer:
        with pytest.raises(RefusedByPeer) as caught:
            await peer.deliver([told])
    assert caught.value.key == told.key
    assert len(server.resources) == (1 if whole else 200)


async def test_a_score_told_anew_stands_beside_the_first(server: BundleReceiver) -> None:
    (score,) = everything().scores
    anew = replace(score, total=9, rescored=NOON + timedelta(hours=1))
    async with pushing(server.port) as peer:
        for number, each in enumerate((score, anew, anew)):
            await peer.deliver([measured(number, observations=(), scores=(each,))])
    for told in server.taken:
        Bundle.model_validate(told)
    first, second = server.resources.values()
    assert [each["valueQuantity"]["value"] for each in (first, second)] == [7, 9]
    assert "issued" not in first
    assert second["issued"] == "2026-03-14T13:00:00Z"
    assert second["note"] == [{"text": "scored anew, of what came late"}]


async def test_an_answer_that_is_no_bundle_is_no_answer(server: BundleReceiver) -> None:
    server.answered = lambda _: b"<html>"  # type: ignore[method-assign]
    async with pushing(server.port) as peer:
        with pytest.raises(SourceError, match="its answer is no FHIR Bundle; check the address"):
            await peer.deliver([measured(1)])


async def test_our_own_listener_reads_back_what_was_measured(tmp_path: Any) -> None:
    (tmp_path / "token").write_text("a token of nobody\n")
    token = f"token=file:{tmp_path / 'token'}"
    source: Any = open_source(f"fhir://localhost:0/fhir?{token}", clock=FakeClock())
    batches: list[Batch] = []

    async def read() -> None:
        async for batch in source.batches():
            batches.append(batch)
            if batch.acknowledge:
                await batch.acknowledge(None)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        with anyio.fail_after(20):
            while source.port == 0:  # noqa: ASYNC110
                await anyio.sleep(0.005)
            async with pushing(source.port, f"?{token}&tell=measured") as peer:
                await peer.deliver([measured(1, 80.0, 81.0)])
        tasks.cancel_scope.cancel()
    values = [each for batch in batches for each in batch.observations]
    assert [(each.time, each.value) for each in values] == [
        (each.time, each.value) for each in (value(1), value(2, 81.0))
    ]
    assert {batch.subject and batch.subject.identifier for batch in batches} == {ZORAIDA.identifier}
