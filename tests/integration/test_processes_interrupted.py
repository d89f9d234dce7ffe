"""A command that somebody stops says so."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sereno.bootstrap import services
from sereno.domain.errors import Conflict, NotFound
from sereno.domain.roles import Actor
from sereno.domain.stream import Observation, Rejected, Subject
from sereno.domain.vitals import Signal
from sereno.services.letters import written
from sereno.settings import Settings

WAIT_S = 60.0
KILLED = 4  # times, each at another place
VALUES = 24
REPLAYING = """
import sys
from pathlib import Path
from sereno.bootstrap import services
from sereno.domain.errors import Conflict
from sereno.domain.roles import Actor
from sereno.settings import Settings

with services(Settings(data_dir=Path(sys.argv[1]))) as given:
    for letter in given.letters.newest(99):
        asked = given.letters.replay(letter.number, sys.argv[2], Actor("nora"))
        print("asked", flush=True)
        try:
            given.surveillance.settle(asked.patient, asked.command)
        except Conflict:
            pass  # a former process had asked for it, and it was done before this
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_ingestion_that_is_stopped_says_so_and_keeps_what_was_acknowledged(
    tmp_path: Path, number: signal.Signals
) -> None:
    source = ("ingest", "sim:ward?beds=1&waveforms=0")
    command = [sys.executable, "-m", "sereno.cli", *source, "--data-dir", str(tmp_path)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=os.environ, stdout=pipe, stderr=pipe, text=True)
    with services(Settings(data_dir=tmp_path)) as given:
        store, until = given._foundation.store, time.monotonic() + WAIT_S
        while time.monotonic() < until:
            if any(store.latest(each.id) for each in store.patients()):
                break
            time.sleep(0.2)
        process.send_signal(number)
        out, err = process.communicate(timeout=WAIT_S)
        assert any(store.latest(each.id) for each in store.patients())

    assert (process.returncode, out) == (130, "")
    assert err == "interrupted: what was acknowledged is kept\n"


def test_a_replay_that_is_killed_anywhere_is_done_once_or_can_be_asked_for_again(
    tmp_path: Path,
) -> None:
    """However far it came, no letter is lost and no value doubled."""
    begin = datetime.now(UTC) - timedelta(minutes=10)
    values = [
        Observation(Signal.HEART_RATE, begin + timedelta(seconds=n), 80 + n, "hl7:1")
        for n in range(VALUES)
    ]
    with services(Settings(data_dir=tmp_path)) as given:
        store = given._foundation.store
        patient = store.admit(Subject(identifier="MRN-1")).id
        letters = [Rejected(json.dumps(written([one])).encode(), "nobody's") for one in values]
        store.commit([], [("hl7:1", each) for each in letters])
    for asked_for in range(KILLED):
        command = [sys.executable, "-c", REPLAYING, str(tmp_path), patient]
        process = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        for _ in range(asked_for + 1):
            assert process.stdout.readline() == "asked\n"
        process.kill()  # while that is being carried out, wherever it stands
        process.communicate(timeout=WAIT_S)

    with services(Settings(data_dir=tmp_path)) as given:
        store = given._foundation.store
        for letter in store.dead_letters():
            with contextlib.suppress(Conflict, NotFound):  # it was asked for before, and is done
                asked = given.letters.replay(letter.number, patient, Actor("nora"))
                given.surveillance.settle(asked.patient, asked.command)
        kept = store.observations(patient, begin, begin + timedelta(hours=1))
        assert kept == values
        assert store.dead_letters() == []
        assert given._foundation.commands.pending() == []
