"""Processes kept alive: what dies is restarted, what hangs is ended, all are stopped together."""

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from sereno.domain.errors import Conflict, StorageFull
from sereno.services.backoff import Backoff
from sereno.services.foundation import Foundation
from sereno.services.supervision import (
    SUPERVISOR_LEASE,
    Herald,
    Program,
    SupervisionBounds,
    Supervisor,
)
from tests.fakes.clock import FakeClock
from tests.fakes.streams import SECOND

pytestmark = pytest.mark.anyio
SHORT = timedelta(milliseconds=10)
BOUNDS = SupervisionBounds(
    backoff=Backoff(first=SHORT, longest=SHORT),
    round=SHORT,
    hold=SHORT,
    hung=5 * SECOND,
    starting=5 * SECOND,
    stuck=20 * SHORT,
)
SLEEPS = "import time; time.sleep(600)"
ENDS = "raise SystemExit(3)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"


@dataclass
class Seen:
    """A watcher that notes every look."""

    looks: list[Any] = field(default_factory=list)

    def look(self, beats: Any) -> None:
        self.looks.append(beats)


def program(name: str, code: str) -> Program:
    return Program(name=name, command=(sys.executable, "-c", code), environment=dict(os.environ))


def noting(starts: Path) -> Program:
    """A program that writes a point into a file of its name whenever it starts."""
    return program(starts.name, f"open({str(starts)!r}, 'a').write('.')\n{SLEEPS}")


def supervisor(foundation: Foundation, *programs: Program, **given: Any) -> Supervisor:
    return Supervisor(
        programs=programs,
        leases=foundation.leases,
        clock=foundation.clock,
        watchers=given.pop("watchers", ()),
        holder="run",
        bounds=given.pop("bounds", BOUNDS),
    )


def running(foundation: Foundation) -> dict[str, int]:
    beat = foundation.leases.beats().get(SUPERVISOR_LEASE)
    return dict(beat[1]["processes"]) if beat else {}


async def until(done: Callable[[], Any]) -> Any:
    with anyio.fail_after(30):
        while not (answer := done()):  # noqa: ASYNC110 - what is waited for is in the database
            await anyio.sleep(0.01)
    return answer


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_what_dies_is_started_again_and_the_rest_is_left_alone(
    foundation: Foundation,
) -> None:
    kept = supervisor(foundation, program("mortal", SLEEPS), program("other", SLEEPS))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        first = await until(lambda: len(running(foundation)) == 2 and running(foundation))
        os.kill(first["mortal"], 9)
        await until(lambda: running(foundation).get("mortal") not in (None, first["mortal"]))
        second = running(foundation)
        kept.stop()

    assert second["other"] == first["other"]
    assert all(gone(pid) for pid in (*first.values(), *second.values()))
    assert foundation.leases.holder(SUPERVISOR_LEASE) is None


async def test_what_hangs_is_ended(foundation: Foundation, clock: FakeClock) -> None:
    kept = supervisor(foundation, program("model", SLEEPS))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        first = await until(lambda: running(foundation).get("model"))
        clock.turn(6 * SECOND)  # and no sign of life
        await until(lambda: running(foundation).get("model") not in (None, first))
        kept.stop()


async def test_what_starts_has_longer_until_its_first_sign_of_life(
    foundation: Foundation, clock: FakeClock
) -> None:
    """On a busy machine a model was ended as it loaded, again and again."""
    bounds = replace(BOUNDS, starting=60 * SECOND)
    kept = supervisor(foundation, program("model", SLEEPS), bounds=bounds)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        first = await until(lambda: running(foundation).get("model"))
        clock.turn(6 * SECOND)
        await anyio.sleep(20 * SHORT.total_seconds())
        assert running(foundation)["model"] == first
        foundation.leases.beat("model", {})
        clock.turn(6 * SECOND)
        await until(lambda: running(foundation).get("model") not in (None, first))
        kept.stop()


async def test_what_sits_on_a_job_past_its_deadline_is_ended(
    foundation: Foundation, clock: FakeClock
) -> None:
    kept = supervisor(
        foundation,
        program("model", SLEEPS),
        bounds=SupervisionBounds(round=SHORT, hung=600 * SECOND),
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        first = await until(lambda: running(foundation).get("model"))
        clock.turn(SECOND)
        foundation.leases.beat("model", {"due": clock.now().isoformat()})
        clock.turn(6 * SECOND)
        await until(lambda: running(foundation).get("model") not in (None, first))
        kept.stop()


HOLDS_ONCE = """
import pathlib, sqlite3, sys, time
database, done = map(pathlib.Path, sys.argv[1:])
if not done.exists():
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    done.touch()
time.sleep(600)
"""


async def test_what_hangs_within_a_transaction_is_ended_though_nobody_can_write_meanwhile(
    foundation: Foundation, clock: FakeClock, tmp_path: Path
) -> None:
    """Until it is, not even the alarm that monitoring has stopped can be raised."""
    done, seen = tmp_path / "done", Seen()
    command = (sys.executable, "-c", HOLDS_ONCE, str(tmp_path / "sereno.db"), str(done))
    hangs = Program(name="ingest", command=command, environment=dict(os.environ))
    bounds = replace(BOUNDS, hung=600 * SECOND, starting=600 * SECOND)
    web = tmp_path / "web"
    programs = (hangs, noting(web))
    kept = supervisor(foundation, *programs, watchers=[seen], bounds=bounds)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        await until(lambda: done.exists() and web.exists())
        looks = len(seen.looks)
        clock.turn(11 * SECOND)
        await until(lambda: len(seen.looks) > looks + 1)  # it is written again
        assert web.read_text() == "."  # silent too, but only since nobody can write
        kept.stop()


async def test_a_lock_that_is_none_of_ours_ends_each_once_and_not_again_and_again(
    foundation: Foundation, clock: FakeClock, tmp_path: Path
) -> None:
    starts = [tmp_path / name for name in ("ingest", "model", "web")]
    noted = [
        program(each.name, f"open({str(each)!r}, 'a').write('.')\n{SLEEPS}") for each in starts
    ]
    bounds = replace(BOUNDS, hung=600 * SECOND, starting=600 * SECOND, freed=SHORT)
    kept = supervisor(foundation, *noted, bounds=bounds)

    def started() -> list[int]:
        return [len(each.read_text()) if each.exists() else 0 for each in starts]

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        await until(lambda: started() == [1, 1, 1] and len(running(foundation)) == len(starts))
        with closing(sqlite3.connect(tmp_path / "sereno.db", isolation_level=None)) as stranger:
            stranger.execute("BEGIN IMMEDIATE")
            clock.turn(11 * SECOND)
            await until(lambda: started() == [2, 2, 2])
            clock.turn(11 * SECOND)
            await anyio.sleep(1)
            assert started() == [2, 2, 2]
        kept.stop()


async def test_a_full_disk_ends_nobody(foundation: Foundation, clock: FakeClock) -> None:
    """There signs of life can not be written, and nobody hangs."""

    class Full:
        def look(self, beats: Any) -> None:
            full.append(1)
            raise StorageFull("the disk is full; free some space")

    full: list[int] = []
    kept = supervisor(foundation, program("ingest", SLEEPS), watchers=[Full()])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        first = await until(lambda: running(foundation).get("ingest"))
        clock.turn(20 * SECOND)
        await until(lambda: len(full) >= 50)
        assert not gone(first)
        kept.stop()


async def test_what_does_not_stop_when_asked_is_made_to(foundation: Foundation) -> None:
    bounds = SupervisionBounds(round=SHORT, stopping=SHORT)
    kept = supervisor(foundation, program("stubborn", STUBBORN), bounds=bounds)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        pid = await until(lambda: running(foundation).get("stubborn"))
        kept.stop()

    assert gone(pid)


async def test_what_ends_at_once_is_tried_with_growing_waits(foundation: Foundation) -> None:
    seen = Seen()
    kept = supervisor(foundation, program("broken", ENDS), watchers=[seen])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.run)
        await until(lambda: len(seen.looks) > 10)
        kept.stop()


async def test_there_is_one_supervisor(foundation: Foundation) -> None:
    foundation.leases.acquire(SUPERVISOR_LEASE, "another", timedelta(hours=1))

    with pytest.raises(Conflict, match="another `sereno run`"):
        await supervisor(foundation).run()


async def test_the_address_is_told_once_and_only_if_it_is_new(
    foundation: Foundation, clock: FakeClock
) -> None:
    told: list[str] = []
    foundation.leases.beat("web", {"address": "http://old"})
    herald = Herald(clock, told.append)

    for address in (None, "http://new", "http://new"):
        herald.look(foundation.leases.beats())
        clock.turn(SECOND)
        foundation.leases.beat("web", {"address": address})
    herald.look(foundation.leases.beats())

    assert told == ["http://new"]
