"""What every `Destination` keeps, those that are `Closable` or `Gathering` too.

Add a case here, and it must keep all of it: docs/how-to/write-a-connector.md.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from connectors import known_destinations, open_destination, open_source
from connectors.mllp.parsing import at
from connectors.relay.listener import Listener
from sereno.domain.errors import SourceError
from sereno.ports import Closable, Destination, Gathering, Topic
from tests.fakes.bundles import BundleReceiver
from tests.fakes.clock import FakeClock
from tests.fakes.fhir import kept
from tests.fakes.hl7_record import Record, receiving
from tests.fakes.outgoing import IDENTIFIER, NAME, SAID, everything, measured
from tests.fakes.reading import values
from tests.fakes.receiver import Receiver

pytestmark = pytest.mark.anyio
SECRET = "quetiapina"


@dataclass
class Peer:
    """A destination and what has arrived at whom it tells: the heart rates, in order."""

    destination: Destination
    arrived: Callable[[], list[float]]


@asynccontextmanager
async def _webhook(folder: Path) -> AsyncIterator[Peer]:
    (folder / "secret").write_text(SECRET)
    with Receiver() as receiver:
        written = f"webhook+http://localhost:{receiver.port}/{SECRET}"
        options = f"secret=file:{folder / 'secret'}&tell=measured,scores,alarms,stay&names=yes"
        yield Peer(
            _opened(f"{written}?{options}"),
            lambda: [one["value"] for each in receiver.taken for one in each.get("values", ())],
        )


@asynccontextmanager
async def _mllp(_: Path) -> AsyncIterator[Peer]:
    def arrived() -> list[float]:
        rows = [segment for each in record.seen for segment in each.segments]
        return [float(at(row, 5)) for row in rows if at(row, 3).startswith("8867-4")]

    async with receiving(Record()) as record:
        yield Peer(_opened(f"mllp+out://localhost:{record.port}"), arrived)


@asynccontextmanager
async def _parquet(folder: Path) -> AsyncIterator[Peer]:
    (folder / "out").mkdir()

    def arrived() -> list[float]:
        files = sorted((folder / "out").glob("*.parquet"))
        tables = [pyarrow.parquet.read_table(path).to_pylist() for path in files]
        return [row["value"] for table in tables for row in table]

    yield Peer(_opened(f"parquet:{folder / 'out'}"), arrived)
    for path in (folder / "out").iterdir():
        path.unlink()
    (folder / "out").rmdir()


@asynccontextmanager
async def _fhir(_: Path) -> AsyncIterator[Peer]:
    def arrived() -> list[float]:
        found = [*receiver.resources.values()]
        rates = [each for each in found if each["code"].get("text") == "heart rate"]
        return [each["valueQuantity"]["value"] for each in rates]

    with BundleReceiver() as receiver:
        yield Peer(_opened(f"fhir+push+http://localhost:{receiver.port}/fhir"), arrived)


@asynccontextmanager
async def _sereno(folder: Path) -> AsyncIterator[Peer]:
    (folder / "secret").write_text(SECRET * 2)
    listener = open_source(
        f"relay://127.0.0.1:0?secret=file:{folder / 'secret'}", clock=FakeClock()
    )
    assert isinstance(listener, Listener)
    async with kept(listener) as batches:
        written = f"sereno+http://localhost:{listener.port}?secret=file:{folder / 'secret'}"
        yield Peer(_opened(written), lambda: values(batches, "heart_rate"))


CASES: dict[str, Any] = {
    "fhir+push+http": _fhir,
    "mllp+out": _mllp,
    "parquet": _parquet,
    "sereno+http": _sereno,
    "webhook+http": _webhook,
}


def _opened(written: str) -> Destination:
    return open_destination(written, clock=FakeClock())


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_every_scheme_is_under_contract() -> None:
    same = {each.replace("+https", "+http") for each in known_destinations()}
    assert same == set(CASES)


async def test_all_of_a_page_has_arrived_in_order_once_it_is_told(
    case: Any, tmp_path: Path
) -> None:
    async with case(tmp_path) as peer:
        await peer.destination.deliver([measured(n, 60.0 + n) for n in (1, 2, 3)])
        assert peer.arrived() == [61.0, 62.0, 63.0]
        await peer.destination.deliver([measured(n, 60.0 + n) for n in (4, 5)])
        assert peer.arrived() == [61.0, 62.0, 63.0, 64.0, 65.0]
        await _close(peer.destination)


async def test_something_of_every_kind_can_be_told(case: Any, tmp_path: Path) -> None:
    async with case(tmp_path) as peer:
        await peer.destination.deliver([everything(), measured(2, observations=())])
        assert peer.arrived()[:1] == [80.0]
        await _close(peer.destination)


async def test_a_page_can_be_told_after_it_was_closed(case: Any, tmp_path: Path) -> None:
    async with case(tmp_path) as peer:
        await peer.destination.deliver([measured(1, 61.0)])
        await _close(peer.destination)
        await _close(peer.destination)
        await peer.destination.deliver([measured(2, 62.0)])
        assert peer.arrived() == [61.0, 62.0]
        await _close(peer.destination)


async def test_one_that_is_away_is_said_with_the_remedy_and_told_nothing(
    case: Any, tmp_path: Path
) -> None:
    async with case(tmp_path) as peer:
        destination = peer.destination
    with pytest.raises(SourceError) as caught:
        await destination.deliver([everything()])
    said = str(caught.value)
    assert ";" in said
    assert "\n" not in said
    assert [word for word in (NAME, IDENTIFIER, SAID, SECRET, "ICU 7") if word in said] == []
    await _close(destination)


async def test_it_says_who_it_is_without_secrets_and_how_it_is_told(
    case: Any, tmp_path: Path
) -> None:
    async with case(tmp_path) as peer:
        destination = peer.destination
        assert destination.name
        assert SECRET not in destination.name + repr(destination)
        assert destination.topics
        assert destination.topics <= set(Topic)
        assert destination.most >= 1
        assert isinstance(destination.live_first, bool)
        if isinstance(destination, Gathering):
            assert destination.every > timedelta(0)


async def _close(destination: Destination) -> None:
    if isinstance(destination, Closable):
        await destination.close()
