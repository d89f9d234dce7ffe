"""What is kept is told to others: in order, at least once, and again after whatever happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import Vault
from sereno.domain.errors import KeyUnavailable, RefusedByPeer, SourceError, StorageError
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Subject
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Outgoing, Topic
from sereno.services.backoff import Backoff
from sereno.services.delivery import Bounds, Delivery, DestinationState, Named
from sereno.services.delivery.lanes import Lanes
from sereno.services.foundation import Foundation
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.destinations import FakeDestination
from tests.fakes.streams import ANA

pytestmark = pytest.mark.anyio
SHORT = timedelta(milliseconds=1)
QUICK = Backoff(first=SHORT, longest=SHORT)
BOUNDS = Bounds(
    look=timedelta(milliseconds=5), again=QUICK, storage=QUICK, standing=timedelta(0),
    within=timedelta(seconds=5),
)  # fmt: skip


async def call(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return work(*args, **kwargs)


class Ward:
    """Two patients of whom values are kept, and a destination."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.store = foundation.store
        self.ana = self.store.admit(ANA)
        self.ben = self.store.admit(Subject(identifier="MRN-0043"))

    def measure(self, *values: int, patient: Patient | None = None) -> None:
        """A value a second; the value is the second."""
        for value in values:
            at = NOON + timedelta(seconds=value)
            one = Observation(Signal.HEART_RATE, at, float(value), "sim")
            self.store.commit([Commit(patient=(patient or self.ana).id, observations=(one,))])

    def enlist(self, *destinations: FakeDestination) -> None:
        for each in destinations:
            self.foundation.outbox.enlist(each.name, each.topics)

    def delivery(self, *destinations: FakeDestination, **given_: Any) -> Delivery:
        named = [
            Named(each.name, f"{each.name} (destination)", _opens(each), recordings=True)
            for each in destinations
        ]
        given_ = {"holder": "test", "bounds": BOUNDS} | given_
        return Delivery(self.foundation, named, given_.pop("call", call), **given_)

    async def told_until(
        self, done: Callable[[], Any], *destinations: FakeDestination, **given_: Any
    ) -> Delivery:
        """Tell them until `done`."""
        delivery = self.delivery(*destinations, **given_)
        await running(delivery, done)
        return delivery


def _opens(destination: FakeDestination) -> Callable[[], FakeDestination]:
    return lambda: destination


async def running(delivery: Delivery, done: Callable[[], Any]) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(delivery.run)
        with anyio.fail_after(20):
            while not done():  # noqa: ASYNC110 - what is waited for is in another task
                await anyio.sleep(0.002)
        tasks.cancel_scope.cancel()
    await delivery.leave()


@pytest.fixture
def ward(foundation: Foundation) -> Ward:
    return Ward(foundation)


async def test_all_is_told_in_order_a_page_at_a_time(ward: Ward) -> None:
    peer = FakeDestination(most=3)
    ward.enlist(peer)
    ward.measure(*range(7))
    await ward.told_until(lambda: len(peer.told) == 7, peer)
    assert peer.pages == [[0, 1, 2], [3, 4, 5], [6]]


async def test_what_is_kept_while_it_runs_is_told_at_once(ward: Ward) -> None:
    peer = FakeDestination()
    delivery = ward.delivery(peer, bounds=Bounds(look=timedelta(hours=1)))

    async def keep() -> None:
        with anyio.fail_after(20):
            while not delivery.facts()[0]["topics"]:  # noqa: ASYNC110
                await anyio.sleep(0.002)
        ward.measure(1)
        delivery.kept()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep)
        await running(delivery, lambda: peer.values == [1])


async def test_a_peer_that_is_down_is_told_again_with_the_same_keys(ward: Ward) -> None:
    keys: list[list[str]] = []

    async def fail_twice(told: Sequence[Outgoing]) -> None:
        keys.append([each.key for each in told])
        if len(keys) <= 2:
            raise SourceError("nobody listens there; start it")

    peer = FakeDestination(before=fail_twice)
    ward.enlist(peer)
    ward.measure(1, 2)
    await ward.told_until(lambda: len(peer.told) == 2, peer)
    assert keys[0] == keys[1] == keys[2]
    assert peer.values == [1, 2]


async def test_its_health_says_what_is_wrong_and_how_much_waits(ward: Ward) -> None:
    peer = FakeDestination(error=SourceError("nobody listens there; start it"))
    ward.enlist(peer)
    ward.measure(1, 2, 3)
    delivery = await ward.told_until(lambda: peer.tries > 2, peer)
    (facts,) = delivery.facts()
    assert facts["state"] == DestinationState.WAITING.value
    assert facts["error"] == "nobody listens there; start it"
    assert (facts["waiting"], facts["told"], facts["oldest"]) == (3, 0, NOON.isoformat())
    assert facts["topics"] == ["measured"]


async def test_after_an_outage_of_a_day_all_of_it_is_told_in_order(
    ward: Ward, clock: FakeClock
) -> None:
    peer = FakeDestination(error=SourceError("it is down"), most=100)
    ward.enlist(peer)
    delivery = ward.delivery(peer)

    async def outage() -> None:
        for hour in range(24):
            ward.measure(3600 * hour, patient=ward.ana)
            ward.measure(3600 * hour + 1, patient=ward.ben)
            clock.turn(timedelta(hours=1))
            tries = peer.tries
            while peer.tries <= tries:  # noqa: ASYNC110
                await anyio.sleep(0.001)
        peer.error = None

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(outage)
        await running(delivery, lambda: len(peer.told) == 48)
    expected = [second for hour in range(24) for second in (3600 * hour, 3600 * hour + 1)]
    assert peer.values == expected
    assert delivery.facts()[0]["given_up"] == 0


async def test_after_a_week_the_oldest_are_given_up_and_that_is_said(
    ward: Ward, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    peer = FakeDestination(error=SourceError("it is down"))
    ward.enlist(peer)
    ward.measure(1, 2)
    clock.turn(timedelta(days=5))
    ward.measure(3)
    clock.turn(timedelta(days=3))
    delivery = ward.delivery(peer)
    await running(delivery, lambda: delivery.facts()[0]["given_up"])
    assert delivery.facts()[0]["given_up"] == 2
    assert "fake (destination): 2 were too old or too many, and are given up" in caplog.text
    peer.error = None
    await ward.told_until(lambda: peer.told, peer)
    assert peer.values == [3]


async def test_what_is_refused_for_good_is_left_out_and_the_rest_is_told(ward: Ward) -> None:
    async def refuse(told: Sequence[Outgoing]) -> None:
        for each in told:
            if each.observations[0].value == 2:
                raise RefusedByPeer(each.key, "it answered 422")

    peer = FakeDestination(before=refuse)
    ward.enlist(peer)
    ward.measure(1, 2, 3)
    delivery = await ward.told_until(lambda: len(peer.told) == 2, peer)
    assert peer.values == [1, 3]
    (letter,) = ward.store.dead_letters()
    assert letter.what.reason == "it answered 422"
    await running(delivery, lambda: delivery.facts()[0]["refused"] == 1)


async def test_a_refusal_of_what_nobody_told_it_is_tried_again(ward: Ward) -> None:
    peer = FakeDestination(error=RefusedByPeer("no such key", "it is confused"))
    ward.enlist(peer)
    ward.measure(1)
    await ward.told_until(lambda: peer.tries > 3, peer)
    assert ward.store.dead_letters() == []


async def test_a_bug_loses_the_one_message_that_it_is_about(
    ward: Ward, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_(told: Sequence[Outgoing]) -> None:
        if any(each.observations[0].value == 2 for each in told):
            raise ValueError("Ana Pérez")

    peer = FakeDestination(before=break_)
    ward.enlist(peer)
    ward.measure(1, 2, 3)
    await ward.told_until(ward.store.dead_letters, peer)
    assert peer.values == [1, 3]
    (letter,) = ward.store.dead_letters()
    assert letter.what.reason == "Sereno failed at it (ValueError); the log says where: report it"
    assert "Ana" not in "".join(each.getMessage() for each in caplog.records)


async def test_what_breaks_on_everything_loses_nothing(ward: Ward) -> None:
    """The reason is around them, such as a full disk, and is mended some day."""

    async def break_(_: Sequence[Outgoing]) -> None:
        if peer.tries < 40:
            raise OSError("no space left")

    peer = FakeDestination(before=break_)
    ward.enlist(peer)
    ward.measure(1, 2)
    await ward.told_until(lambda: len(peer.told) == 2, peer)
    assert peer.values == [1, 2]
    assert ward.store.dead_letters() == []


async def test_a_plug_in_that_lacks_something_waits_and_holds_nobody_up(ward: Ward) -> None:
    class Half(FakeDestination):
        def __getattribute__(self, name: str) -> Any:
            if name == "live_first":
                raise AttributeError(name)
            return super().__getattribute__(name)

    half, whole = Half("half"), FakeDestination("whole")
    ward.enlist(half, whole)
    ward.measure(1)
    delivery = ward.delivery(half, whole)
    await running(delivery, lambda: whole.told and delivery.facts()[0]["error"])
    assert delivery.facts()[0]["state"] == DestinationState.WAITING.value
    assert "(AttributeError)" in delivery.facts()[0]["error"]


async def test_whatever_fails_in_telling_one_the_others_are_told(ward: Ward) -> None:
    @dataclass
    class Odd(FakeDestination):
        every: Any = "an hour"

    odd, whole = Odd("odd"), FakeDestination("whole")
    ward.enlist(odd, whole)
    delivery = ward.delivery(odd, whole)

    async def later() -> None:
        while not delivery.facts()[0]["error"]:  # noqa: ASYNC110
            await anyio.sleep(0.001)
        ward.measure(1)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(later)
        await running(delivery, lambda: 1 in whole.values)


async def test_recordings_are_told_to_those_alone_who_take_them(ward: Ward) -> None:
    """A recording that is played must not page anybody."""
    pager, folder = FakeDestination("pager"), FakeDestination("folder")
    named = [
        Named("pager", "pager", _opens(pager)),
        Named("folder", "folder", _opens(folder), recordings=True),
    ]
    delivery = Delivery(ward.foundation, named, call, holder="test", bounds=BOUNDS)

    async def later() -> None:
        while not all(each["topics"] for each in delivery.facts()):  # noqa: ASYNC110
            await anyio.sleep(0.001)
        ward.measure(1)
        live = Observation(Signal.HEART_RATE, NOON + timedelta(seconds=2), 2.0, "sim")
        ward.store.commit([Commit(patient=ward.ana.id, observations=(live,), horizon=NOON)])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(later)
        await running(delivery, lambda: pager.told and len(folder.told) == 2)
    assert (pager.values, folder.values) == ([2], [1, 2])


async def test_a_page_that_takes_long_is_told_under_the_lease(ward: Ward, clock: FakeClock) -> None:
    hold, holders = timedelta(seconds=0.3), []

    async def slowly(_: Sequence[Outgoing]) -> None:
        for _step in range(6):
            clock.turn(hold / 2)
            await anyio.sleep(0.15)
            holders.append(ward.foundation.leases.holder("destination:1"))

    peer = FakeDestination(before=slowly)
    ward.enlist(peer)
    ward.measure(1)
    bounds = Bounds(look=SHORT, again=QUICK, hold=hold)
    await ward.told_until(lambda: peer.told, peer, bounds=bounds)
    assert holders == ["test"] * 6


async def test_who_stands_by_asks_for_the_lease_now_and_then_alone(ward: Ward) -> None:
    asked = 0

    async def counting(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        nonlocal asked
        asked += work.__name__ == "acquire"
        return work(*args, **kwargs)

    peer = FakeDestination()
    ward.enlist(peer)
    assert ward.foundation.leases.acquire("destination:1", "other", timedelta(hours=1))
    delivery = ward.delivery(peer, call=counting, bounds=Bounds(look=timedelta(hours=1)))
    rung = 0

    def commits() -> bool:
        nonlocal rung
        if delivery.facts()[0]["state"] == "elsewhere":
            delivery.kept()
            rung += 1
        return rung > 20

    await running(delivery, commits)
    assert asked == 1


async def test_a_row_that_can_not_be_opened_now_is_told_once_it_can(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = FakeDestination()
    ward.enlist(peer)
    ward.measure(1)
    opener, tries = Vault.opener, 0

    def missing(vault: Vault, patient: str) -> Any:
        nonlocal tries
        tries += 1
        if tries < 5:
            raise KeyUnavailable("the key store lacks a key")
        return opener(vault, patient)

    monkeypatch.setattr(Vault, "opener", missing)
    await ward.told_until(lambda: peer.told, peer)
    assert ward.store.dead_letters() == []


async def test_a_peer_that_hangs_is_left_after_a_while(ward: Ward) -> None:
    async def hang(_: Sequence[Outgoing]) -> None:
        if peer.tries == 1:
            await anyio.sleep_forever()

    peer = FakeDestination(before=hang)
    ward.enlist(peer)
    ward.measure(1)
    bounds = Bounds(look=SHORT, again=QUICK, within=timedelta(milliseconds=20))
    await ward.told_until(lambda: peer.told, peer, bounds=bounds)
    assert peer.tries == 2


async def test_one_that_is_down_does_not_hold_the_others_up(ward: Ward) -> None:
    down = FakeDestination("down", error=SourceError("it is down"))
    up = FakeDestination("up")
    ward.enlist(down, up)
    ward.measure(*range(5))
    await ward.told_until(lambda: len(up.told) == 5, down, up)


async def test_what_was_told_is_noted_however_often_the_database_refuses(ward: Ward) -> None:
    refusals = 3

    async def refusing(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        nonlocal refusals
        if work.__name__ == "told" and refusals:
            refusals -= 1
            raise StorageError("the database is busy")
        return work(*args, **kwargs)

    peer = FakeDestination()
    ward.enlist(peer)
    ward.measure(1)
    delivery = ward.delivery(peer, call=refusing)
    await running(delivery, lambda: delivery.facts()[0]["told"] == 1)
    assert peer.values == [1]


async def test_of_two_processes_one_tells_it_and_the_other_takes_over(
    ward: Ward, clock: FakeClock
) -> None:
    ours, theirs = FakeDestination(), FakeDestination()
    ward.enlist(ours)
    ward.measure(1)
    first, second = ward.delivery(ours, holder="first"), ward.delivery(theirs, holder="second")
    await running(first, lambda: ours.told)  # and leaves
    assert ward.foundation.leases.acquire("destination:1", "third", timedelta(seconds=10))
    ward.measure(2)

    async def killed() -> None:
        while second.facts()[0]["state"] != "elsewhere":  # noqa: ASYNC110
            await anyio.sleep(0.001)
        assert theirs.told == []
        clock.turn(timedelta(seconds=11))  # the third was killed and renews nothing

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(killed)
        await running(second, lambda: theirs.told)
    assert theirs.values == [2]


async def test_what_can_not_be_opened_is_tried_again_and_keeps_its_bounds(
    ward: Ward, clock: FakeClock
) -> None:
    opened = 0

    def open_() -> FakeDestination:
        nonlocal opened
        opened += 1
        raise SourceError("secret is empty or can not be read")

    ward.foundation.outbox.enlist("x", frozenset({Topic.MEASURED}))
    ward.measure(1)
    clock.turn(timedelta(days=8))
    delivery = Delivery(
        ward.foundation, [Named("x", "webhook (destination 1)", open_)], call,
        holder="test", bounds=BOUNDS,
    )  # fmt: skip
    await running(delivery, lambda: opened > 2)
    (facts,) = delivery.facts()
    assert facts["error"] == "secret is empty or can not be read"
    assert facts["given_up"] == 1
    assert ward.foundation.outbox.dismiss(clock.now() - timedelta(days=1)) == {}


async def test_what_leaves_the_house_stands_in_the_audit_log(ward: Ward, clock: FakeClock) -> None:
    peer = FakeDestination()
    delivery = ward.delivery(peer)

    async def work() -> None:
        for hour in range(3):
            ward.measure(*range(10 * hour, 10 * hour + 10))
            while len(peer.told) < 10 * hour + 10:  # noqa: ASYNC110
                await anyio.sleep(0.001)
            clock.turn(timedelta(minutes=61))
            audited = len(ward.foundation.audit.read())
            while len(ward.foundation.audit.read()) == audited:  # noqa: ASYNC110
                await anyio.sleep(0.001)

    done: list[bool] = []

    async def worked() -> None:
        while not delivery.facts()[0]["topics"]:  # noqa: ASYNC110
            await anyio.sleep(0.001)
        await work()
        done.append(True)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(worked)
        await running(delivery, lambda: done)
    lines = [(each.actor, each.action, each.detail) for each in ward.foundation.audit.read()]
    hourly = ("sereno", "delivered", "fake (destination): 10 messages")
    begun = ("sereno", "delivery_begun", "fake (destination): measured")
    assert lines == [hourly, hourly, hourly, begun]


async def test_what_is_new_goes_first_after_an_outage_where_that_is_asked_for(ward: Ward) -> None:
    peer = FakeDestination(live_first=True, most=2)
    ward.enlist(peer)
    ward.measure(*range(8))
    new = iter(range(100, 104))

    async def more(_: Sequence[Outgoing]) -> None:
        """While the first pages are told something new is kept."""
        value = next(new, None)
        if value is not None:
            ward.measure(value)

    peer.before = more
    await ward.told_until(lambda: len(peer.told) == 12, peer)
    assert peer.pages[:4] == [[0, 1], [100], [2, 3], [101, 102]]
    old = [each for each in peer.values if each < 100]
    live = [each for each in peer.values if each >= 100]
    assert (old, live) == (sorted(old), sorted(live))


async def test_what_has_waited_and_is_not_taken_does_not_hold_up_what_is_new(ward: Ward) -> None:
    async def refuse_old(told: Sequence[Outgoing]) -> None:
        nonlocal failed
        if down and any(each.observations[0].value < 100 for each in told):
            failed += 1
            raise SourceError("it answered 503")

    down, failed = True, 0
    peer = FakeDestination(live_first=True, before=refuse_old)
    ward.enlist(peer)
    ward.measure(1, 2)
    delivery = ward.delivery(peer)

    async def work() -> None:
        nonlocal down
        for value in range(100, 105):
            so_far = failed
            while failed < so_far + 3:  # noqa: ASYNC110
                await anyio.sleep(0.001)
            ward.measure(value)
            while value not in peer.values:  # noqa: ASYNC110
                await anyio.sleep(0.001)
        assert delivery.facts()[0]["error"] == "it answered 503"
        down = False

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await running(delivery, lambda: len(peer.told) == 7)
    assert peer.values == [100, 101, 102, 103, 104, 1, 2]


async def test_pages_that_are_cut_for_their_size_are_gathered_all_the_same(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dataclass
    class Hourly(FakeDestination):
        every: timedelta = timedelta(hours=1)

    monkeypatch.setattr("sereno.storage.outbox.PAGE_BYTES", 1)
    peer = Hourly(most=100)
    ward.enlist(peer)
    ward.measure(1, 2, 3)
    await ward.told_until(lambda: len(peer.told) == 3, peer)
    assert peer.pages == [[1], [2], [3]]


async def test_what_is_told_now_and_then_waits_for_its_time(ward: Ward, clock: FakeClock) -> None:
    @dataclass
    class Hourly(FakeDestination):
        every: timedelta = timedelta(hours=1)
        closed: int = 0

        async def close(self) -> None:
            self.closed += 1

    peer = Hourly(most=100)
    ward.enlist(peer)
    ward.measure(0)
    delivery = ward.delivery(peer)

    async def work() -> None:
        while not peer.told:  # noqa: ASYNC110
            await anyio.sleep(0.001)
        for hour in range(1, 4):
            ward.measure(10 * hour)
            delivery.kept()
            await anyio.sleep(0.02)
            ward.measure(10 * hour + 1)
            delivery.kept()
            await anyio.sleep(0.02)
            assert len(peer.pages) == hour
            clock.turn(timedelta(hours=1))
            while len(peer.pages) == hour:  # noqa: ASYNC110
                await anyio.sleep(0.001)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await running(delivery, lambda: len(peer.told) == 7)
    assert peer.pages == [[0], [10, 11], [20, 21], [30, 31]]
    assert peer.closed == 1


@given(
    rows=st.lists(st.sampled_from(["row", "interrupted", "turn"]), max_size=60),
    live_first=st.booleans(),
    most=st.integers(1, 4),
)
def test_no_row_is_passed_over_and_each_lane_goes_in_order(
    rows: list[str], live_first: bool, most: int
) -> None:
    lanes, waiting, told, newest = Lanes(live_first=live_first), [], [], 0
    for what in [*rows, *["turn"] * 70]:
        if what == "row":
            newest += 1
            waiting.append(newest)
        elif what == "interrupted":
            lanes.interrupted(max(waiting, default=0))
        else:
            for stretch in lanes.stretches:
                end = newest + 1 if stretch.before is None else stretch.before
                page = [each for each in waiting if stretch.first <= each < end][:most]
                if not page and stretch.before is not None:
                    lanes.caught_up()
                told += page
                waiting = [each for each in waiting if each not in page]
    assert sorted(told) == list(range(1, newest + 1))
    if not live_first:
        assert told == sorted(told)
