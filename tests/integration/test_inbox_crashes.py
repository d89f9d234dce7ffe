"""`kill -9` in the midst of receiving: what was answered stands in the record, and once."""

import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sereno.bootstrap import services
from sereno.domain.vitals import Signal
from sereno.settings import Settings

BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)
SENDERS = 6
KILLS = 5

# Each sender has one message in flight, and begins after the last that was answered. It tells each
# answer on its standard output, where it stays though the process is killed.
RECEIVING = """
import os, sys
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import anyio
from sereno.bootstrap import services
from sereno.domain.stream import Batch, Observation, Subject
from sereno.domain.vitals import Signal
from sereno.settings import Settings

BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)
first, last = [int(each) for each in sys.argv[2].split(",")], int(sys.argv[3])

class Numbers:
    name = "numbers"

    async def batches(self):
        send, receive = anyio.create_memory_object_stream(0)
        async def sender(who):
            subject = Subject(identifier=f"bed {who}")
            for number in range(first[who], last):
                answered = anyio.Event()
                async def acknowledge(refused):
                    assert refused is None
                    os.write(1, f"{who} {number}\\n".encode())
                    answered.set()
                at = BEGAN + timedelta(seconds=number)
                value = Observation(Signal.HEART_RATE, at, 60 + number % 40, "numbers")
                await stream.send(Batch(
                    source="numbers", subject=subject, observations=(value,),
                    acknowledge=acknowledge,
                ))
                await answered.wait()
        async def all_of_them():
            async with stream, anyio.create_task_group() as senders:
                for who in range(len(first)):
                    senders.start_soon(sender, who)
        stream = send
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(all_of_them)
            async with receive:
                async for batch in receive:
                    yield batch

with services(Settings(data_dir=Path(sys.argv[1]))) as given:
    anyio.run(given.ingestion("test", [Numbers()]).run)
"""


def receive(folder: Path, done: list[int], last: int, kill_after_s: float | None) -> None:
    """Receive from where each sender is, until all is answered or it is killed."""
    begin = ",".join(map(str, done))
    command = [sys.executable, "-c", RECEIVING, str(folder), begin, str(last)]
    kill_at = None
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            who, number = map(int, line.split())
            done[who] = number + 1
            if kill_after_s is not None:
                kill_at = kill_at or time.monotonic() + kill_after_s
                if time.monotonic() >= kill_at:
                    process.send_signal(signal.SIGKILL)
                    kill_after_s = None


def kept(folder: Path, who: int) -> list[int]:
    """The numbers that stand in the record."""
    with services(Settings(data_dir=folder)) as given:
        store = given._foundation.store
        patient = store.find(f"bed {who}").id
        end = BEGAN + timedelta(days=1)
        found = store.observations(patient, BEGAN, end, [Signal.HEART_RATE])
    assert all(each.version == 1 for each in found)
    return [(each.time - BEGAN) // timedelta(seconds=1) for each in found]


@pytest.mark.timeout(280)
def test_nothing_that_was_answered_is_lost_or_doubled(tmp_path: Path) -> None:
    chance = random.Random(4)
    done = [0] * SENDERS
    for _ in range(KILLS):
        receive(tmp_path, done, 10**6, chance.uniform(0.05, 0.6))
    answered = list(done)
    assert min(answered) > 0
    receive(tmp_path, done, max(answered) + 1, None)
    for who in range(SENDERS):
        assert kept(tmp_path, who) == list(range(max(answered) + 1))
