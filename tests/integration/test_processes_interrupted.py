"""A command that somebody stops says so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sereno.bootstrap import services
from sereno.settings import Settings

WAIT_S = 60.0


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
