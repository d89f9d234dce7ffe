"""Each rule for devices finds the connector that breaks it, on a rig that speaks HL7."""

import gc
import logging
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import anyio
import pytest

from connectors import open_source
from connectors.kit import (
    RECORD_RULES,
    SECRET,
    WIRE_RULES,
    Bench,
    NotTried,
    Rule,
    Unsayable,
    Verdict,
    judge,
)
from connectors.kit.bench import Kept, exactly
from connectors.kit.findings import Broken
from connectors.kit.rig import Said, Sending
from connectors.kit.rigs.mllp import Hl7Sender
from sereno.bootstrap.conformance import ward_in
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch, Observation, Quality, Rejected
from sereno.domain.vitals import Signal
from sereno.ports import Connector

pytestmark = pytest.mark.anyio
RULES: dict[str, Rule[Bench]] = {rule.name: rule for rule in [*WIRE_RULES, *RECORD_RULES]}
Stream = AsyncIterator[Batch]
Change = Callable[[Batch], Batch]
_log = logging.getLogger(__name__)


class Wrapped:
    def __init__(self, good: Connector, defect: Callable[[Connector], Stream]) -> None:
        self.name = good.name
        self._good = good
        self._defect = defect

    def batches(self) -> Stream:
        return self._defect(self._good)


def bench(defect: Callable[[Connector], Stream], rig: Any = Hl7Sender) -> Bench:
    def opener(source: str, **more: Any) -> Connector:
        return Wrapped(open_source(source, **more), defect)

    return Bench(
        open_rig=rig, open_ward=lambda folder: ward_in(folder, opener), opener=opener, within_s=1.5
    )


def each(change: Change) -> Callable[[Connector], Stream]:
    async def stream(good: Connector) -> Stream:
        async for batch in good.batches():
            yield change(batch)

    return stream


def values(**told: Any) -> Callable[[Connector], Stream]:
    def change(batch: Batch) -> Batch:
        found = tuple(
            replace(o, **{n: v(o) if callable(v) else v for n, v in told.items()})
            for o in batch.observations
        )
        return replace(batch, observations=found)

    return each(change)


def logs(batch: Batch) -> Batch:
    _log.info("received %s", batch.subject)
    return batch


def quotes(batch: Batch) -> Batch:
    told = tuple(Rejected(one.content, repr(one.content)) for one in batch.rejected)
    return replace(batch, rejected=told)


async def answers_early(good: Connector) -> Stream:
    async for batch in good.batches():
        if batch.acknowledge:
            await batch.acknowledge(None)
        yield replace(batch, acknowledge=None)


def answers_no_refusal(batch: Batch) -> Batch:
    async def acknowledge(refused: str | None) -> None:
        if refused is None and batch.acknowledge:
            await batch.acknowledge(None)

    return replace(batch, acknowledge=acknowledge)


async def ends_with_what_is_damaged(good: Connector) -> Stream:
    async for batch in good.batches():
        yield batch
        if batch.rejected:
            await anyio.sleep_forever()


async def gathers(good: Connector) -> Stream:
    held = []
    async for batch in good.batches():
        held.append(bytearray(5 << 20))
        yield batch


def made_up(batch: Batch) -> Batch:
    more = tuple(replace(o, time=o.time + timedelta(minutes=1)) for o in batch.observations)
    return replace(batch, observations=batch.observations + more)


def never_ahead(o: Observation) -> datetime:
    return min(o.time, datetime.now(UTC))


def newest_alone() -> Callable[[Connector], Stream]:
    newest = datetime.min.replace(tzinfo=UTC)

    def change(batch: Batch) -> Batch:
        nonlocal newest
        told = tuple(o for o in batch.observations if o.time >= newest)
        newest = max([newest, *(o.time for o in told)])
        return replace(batch, observations=told)

    return each(change)


def arrival() -> Callable[[Connector], Stream]:
    return values(time=lambda _: datetime.now(UTC))


async def leaves_open(good: Connector) -> Stream:
    LEFT.append(Path(__file__).open())  # noqa: ASYNC230, SIM115
    async for batch in good.batches():
        yield batch


LEFT: list[Any] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """What a defect leaves open, closed after all; what it has lost, collected without a word."""
    yield
    while LEFT:
        LEFT.pop().close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


async def opens_once(good: Connector) -> Stream:
    if LEFT:
        raise SourceError("it is open already; close it")
    async for batch in good.batches():
        if not LEFT:
            LEFT.append(Path(__file__).open())  # noqa: ASYNC230, SIM115
        yield batch


ANOTHER_ZONE = timezone(timedelta(hours=1))
DEFECTS: dict[str, tuple[str, Callable[[], Callable[[Connector], Stream]]]] = {
    "another value": ("told-as-said", lambda: values(value=lambda o: o.value + 1)),
    "another zone": (
        "told-as-said",
        lambda: values(time=lambda o: o.time.astimezone(ANOTHER_ZONE)),
    ),
    "nobody's": ("told-as-said", lambda: each(lambda b: replace(b, subject=None))),
    "its log": ("no-patient-data", lambda: each(logs)),
    "its reasons": ("no-patient-data", lambda: each(quotes)),
    "its source": ("no-patient-data", lambda: values(source=SECRET)),
    "rejects nothing": ("damaged", lambda: each(lambda b: replace(b, rejected=()))),
    "keeps no bytes": (
        "damaged",
        lambda: each(
            lambda b: replace(b, rejected=tuple(Rejected(b"", r.reason) for r in b.rejected))
        ),
    ),
    "answers early": ("answered-in-time", lambda: answers_early),
    "answers no refusal": ("refusals-are-answered", lambda: each(answers_no_refusal)),
    "answers early, and it is lost": ("comes-again", lambda: answers_early),
    "takes its time for the device's": ("comes-again", arrival),
    "gathers": ("held-back", lambda: gathers),
    "opens once": ("stops", lambda: opens_once),
    "leaves something open": ("closes", lambda: leaves_open),
    "twice at two times": ("duplicates", arrival),
    "the newest alone": ("disorder", newest_alone),
    "makes values up": ("gaps", lambda: each(made_up)),
    "no value of the future": ("clock-ahead", lambda: values(time=never_ahead)),
    "nothing of the past": ("clock-jumps", newest_alone),
    "not converted": ("units", lambda: values(value=lambda o: o.value * 1.8 + 32)),
    "all is well": ("impossible", lambda: values(quality=Quality.GOOD)),
    "a reason that quotes": ("dead-letters", lambda: each(quotes)),
}


@pytest.mark.parametrize(("rule", "make"), DEFECTS.values(), ids=DEFECTS)
async def test_a_defect_breaks_its_rule(
    rule: str, make: Callable[[], Callable[[Connector], Stream]]
) -> None:
    found = await judge(RULES[rule], bench(make()))
    assert found.verdict is Verdict.BROKEN, found
    assert found.found
    assert found.remedy


async def test_a_device_that_waits_for_nothing_is_told_what_is_lost() -> None:
    class Careless(Hl7Sender):
        waits = False

    found = await judge(RULES["answered-in-time"], bench(each(lambda b: b), Careless))
    assert found.verdict is Verdict.NOT_TRIED


async def test_what_a_device_can_not_say_is_not_tried() -> None:
    class Unitless(Hl7Sender):
        def message(self, said: Said) -> bytes:
            if said.unit:
                raise Unsayable("it has no units")
            return super().message(said)

    found = await judge(RULES["wrong-units"], bench(each(lambda b: b), Unitless))
    assert found.verdict is Verdict.NOT_TRIED
    assert "no units" in found.found


async def test_a_rig_that_is_not_here_is_not_tried() -> None:
    @asynccontextmanager
    async def missing(_: Path) -> AsyncIterator[Any]:
        raise NotTried("there is no broker here; apt-get install one")
        yield

    found = await judge(RULES["duplicates"], bench(each(lambda b: b), missing))
    assert found.verdict is Verdict.NOT_TRIED


AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
SAID = [Said(who="7", at=AT, value=80.0), Said(who="8", at=AT, value=81.0)]


def stands(who: str, value: float, version: int = 1) -> Kept:
    return Kept(frozenset({who}), Signal.HEART_RATE, AT, value, version, good=True)


WRONG = {
    "missing": [stands("7", 80.0)],
    "twice": [stands("7", 80.0), stands("8", 81.0), stands("8", 81.0)],
    "another value": [stands("7", 80.0), stands("8", 82.0)],
    "corrections": [stands("7", 80.0), stands("8", 81.0, 2)],
    "nobody said": [stands("7", 80.0), stands("8", 81.0), stands("9", 81.0)],
}


@pytest.mark.parametrize("kept", WRONG.values(), ids=WRONG)
def test_a_record_that_is_not_what_was_said_is_told(kept: list[Kept]) -> None:
    exactly([stands("7", 80.0), stands("8", 81.0)], SAID)
    with pytest.raises(Broken):
        exactly(kept, SAID)


async def test_a_sender_sends_again_until_it_is_answered_and_in_order() -> None:
    heard: list[bytes] = []

    async def deliver(message: bytes) -> None:
        heard.append(message)
        if len(heard) < 3:
            raise ConnectionError

    async with Sending(deliver) as sending:
        sending.send(b"1")
        sending.send(b"2")
        with anyio.fail_after(10):
            while len(sending):  # noqa: ASYNC110
                await anyio.sleep(0.01)
    assert heard == [b"1", b"1", b"1", b"2"]
