"""Each rule for recordings finds the connector that breaks it."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from connectors import open_source
from connectors.kit import RECORDING_RULES, SECRET, Recording, Verdict, judge
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch, Quality, Rejected
from sereno.ports import Connector

pytestmark = pytest.mark.anyio
RULES = {rule.name: rule for rule in RECORDING_RULES}
Stream = AsyncIterator[Batch]
_log = logging.getLogger(__name__)


def recording(folder: Path, rows: int = 400, **more: Any) -> Recording:
    path = folder / f"{SECRET}.csv"
    lines = [f"{i},{60 + i % 40}" for i in range(rows)]
    lines[3] = f"{SECRET},1"
    path.write_text("\n".join(["Time [s],HR", *lines]) + "\n")
    return Recording(source=f"csv:{path}", secrets=(SECRET,), bad=1, **more)


def rows_for(rule: str) -> int:
    return 20_000 if rule in {"sizes", "bounded"} else 400


class Wrapped:
    """A connector that is well, and a defect that its stream goes through."""

    def __init__(self, good: Connector, defect: Callable[[Connector], Stream], name: str) -> None:
        self.name = name or good.name
        self._good = good
        self._defect = defect

    def batches(self) -> Stream:
        return self._defect(self._good)


def opener(defect: Callable[[Connector], Stream], name: str = "") -> Callable[..., Connector]:
    return lambda source, **more: Wrapped(open_source(source, **more), defect, name)


def changed(**values: Any) -> Callable[[Connector], Stream]:
    """Each value with other attributes, which may be functions of what it was."""

    async def stream(good: Connector) -> Stream:
        async for batch in good.batches():
            told = tuple(
                replace(each, **{n: v(each) if callable(v) else v for n, v in values.items()})
                for each in batch.observations
            )
            yield replace(batch, observations=told)

    return stream


async def the_same(good: Connector) -> Stream:
    async for batch in good.batches():
        yield batch


async def rejects_nothing(good: Connector) -> Stream:
    async for batch in good.batches():
        yield replace(batch, rejected=())


async def is_nobodys(good: Connector) -> Stream:
    async for batch in good.batches():
        yield replace(batch, subject=None)


async def quotes(good: Connector) -> Stream:
    async for batch in good.batches():
        yield replace(batch, rejected=(Rejected(b"", f"{SECRET} is no number"),))


async def logs(good: Connector) -> Stream:
    _log.debug("reading %s", SECRET)
    async for batch in good.batches():
        yield batch


async def twice(good: Connector) -> Stream:
    async for batch in good.batches():
        yield batch
        yield batch


async def backwards(good: Connector) -> Stream:
    for batch in [batch async for batch in good.batches()][::-1]:
        yield batch


async def at_once(good: Connector) -> Stream:
    found = [batch async for batch in good.batches()]
    told = tuple(each for batch in found for each in batch.observations)
    yield replace(found[0], observations=told * 20)


async def gathers(good: Connector) -> Stream:
    held = [batch async for batch in good.batches()]
    bytes_held = [bytearray(100_000) for _ in range(100)]
    for batch in held:
        yield batch
    bytes_held.clear()


LEFT: list[Any] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """What a defect leaves open, closed after all."""
    yield
    while LEFT:
        LEFT.pop().close()


async def leaves_open(good: Connector) -> Stream:
    LEFT.append(Path(__file__).open())  # noqa: ASYNC230, SIM115
    async for batch in good.batches():
        yield batch


def only_once() -> Callable[[Connector], Stream]:
    times = count()

    async def stream(good: Connector) -> Stream:
        if next(times) == 0:
            async for batch in good.batches():
                yield batch

    return stream


def by_chance() -> Callable[[Connector], Stream]:
    times = count()
    return changed(value=lambda each: each.value + next(times) % 11)


DEFECTS: dict[str, tuple[str, Callable[[], Callable[..., Connector]]]] = {
    "ends for good": ("is-a-connector", lambda: opener(only_once())),
    "another zone": (
        "utc",
        lambda: opener(changed(time=lambda o: o.time.astimezone(timezone(timedelta(hours=1))))),
    ),
    "the future": ("shift", lambda: opener(changed(time=lambda o: o.time + timedelta(days=1)))),
    "old times": ("shift", lambda: opener(changed(time=lambda o: o.time - timedelta(days=1)))),
    "not finite": ("judged", lambda: opener(changed(value=float("nan")))),
    "not judged": ("judged", lambda: opener(changed(value=999.0, quality=Quality.GOOD))),
    "twice": ("in-order", lambda: opener(twice)),
    "backwards": ("in-order", lambda: opener(backwards)),
    "rejects nothing": ("understood", lambda: opener(rejects_nothing)),
    "nobody's": ("understood", lambda: opener(is_nobodys)),
    "its name": ("no-patient-data", lambda: opener(the_same, f"csv:{SECRET}")),
    "its source": ("no-patient-data", lambda: opener(changed(source=f"{SECRET}/1"))),
    "its reasons": ("no-patient-data", lambda: opener(quotes)),
    "its log": ("no-patient-data", lambda: opener(logs)),
    "by chance": ("the-same", lambda: opener(by_chance())),
    "all at once": ("sizes", lambda: opener(at_once)),
    "gathers": ("bounded", lambda: opener(gathers)),
    "leaves something open": ("left-early", lambda: opener(leaves_open)),
}


@pytest.mark.parametrize(("rule", "make"), DEFECTS.values(), ids=DEFECTS)
async def test_a_defect_breaks_its_rule(
    rule: str, make: Callable[[], Callable[..., Connector]], tmp_path: Path
) -> None:
    found = await judge(RULES[rule], recording(tmp_path, rows_for(rule), opener=make()))
    assert found.verdict is Verdict.BROKEN, found
    assert found.found
    assert found.remedy


async def test_an_error_that_quotes_breaks_a_rule(tmp_path: Path) -> None:
    def open_(source: str, **more: Any) -> Connector:
        try:
            return open_source(source, **more)
        except SourceError as exc:
            raise SourceError(f"no {source}; check it") from exc

    found = await judge(RULES["errors-quote-nothing"], recording(tmp_path, opener=open_))
    assert found.verdict is Verdict.BROKEN


@pytest.mark.parametrize("rule", RECORDING_RULES, ids=lambda rule: rule.name)
async def test_a_connector_that_is_well_keeps_all(rule: Any, tmp_path: Path) -> None:
    found = await judge(rule, recording(tmp_path, rows_for(rule.name), opener=opener(the_same)))
    assert found.verdict is Verdict.KEPT, found


async def test_what_breaks_is_told_by_its_kind_and_place_alone(tmp_path: Path) -> None:
    async def breaks(_: Connector) -> Stream:
        raise KeyError(SECRET)
        yield Batch(source="", subject=None)

    found = await judge(RULES["judged"], recording(tmp_path, opener=opener(breaks)))
    assert found.verdict is Verdict.BROKEN
    assert "KeyError" in found.found
    assert "test_rules_of_recordings.py" in found.found
    assert SECRET not in found.found
