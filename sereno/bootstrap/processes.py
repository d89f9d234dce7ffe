"""Our own processes: their names, how they are started, and one that only helps."""

import json
import os
import secrets
import subprocess
import sys
from typing import Final

from sereno.settings import Settings

STOP_WITHIN_S: Final = 5.0
WARD: Final = ("ingest", "model", "web")  # what `sereno run` keeps alive
MODEL_ALONE: Final = ("model", "web")  # what `sereno model serve` does


def new_holder(what: str) -> str:
    """A name for a process in the leases, never used before."""
    return f"{what}-{secrets.token_hex(8)}"


def command_line(name: str, *more: str) -> tuple[str, ...]:
    """The command line of one of our own processes."""
    return (sys.executable, "-m", "sereno.cli", "process", name, *more)


def surroundings(settings: Settings) -> dict[str, str]:
    """Ours, with what the command line or the demonstration has decided."""
    chosen = {
        "SERENO_DATA_DIR": str(settings.data_dir),
        "SERENO_PORT": str(settings.port),
        "SERENO_SOURCES": json.dumps(settings.sources),
    }
    if settings.model_dir is not None:
        chosen["SERENO_MODEL_DIR"] = str(settings.model_dir)
    return os.environ | chosen


class ModelProcess:
    """A model process of our own, for one summary."""

    def __init__(self, settings: Settings) -> None:
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command_line("model", "--holder", new_holder("helper"), "--until-idle"),
            env=surroundings(settings), stdin=quiet, stdout=quiet, stderr=quiet,
        )  # fmt: skip

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it: asked first, so that it gives back the model's lease, then made to."""
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
