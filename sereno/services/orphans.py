"""What a supervisor that was killed leaves behind: found by its last sign of life, and stopped.

A process counts as ours only where its command line is one of ours and its environment names our
data directory: a number alone may be another program's by now. Where the system has no /proc nobody
is found; there, what was left behind makes way by itself once another supervisor holds the lease.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sereno.domain.errors import Conflict
from sereno.ports import Leases
from sereno.services.supervision import SUPERVISOR_LEASE

_log = logging.getLogger(__name__)
HOLD: Final = timedelta(seconds=10)
# A supervisor that lives renews its lease every second; the lease of one that was killed runs out.
WAIT: Final = HOLD + timedelta(seconds=2)
STOPPING: Final = timedelta(seconds=10)  # to stop by themselves before they are made to
ENDING: Final = timedelta(seconds=2)  # to be gone once they were made to
ROUND: Final = timedelta(seconds=0.2)


@dataclass(frozen=True, slots=True)
class Orphan:
    """A process that was supervised over `data_dir`."""

    name: str
    pid: int
    data_dir: Path

    def runs(self) -> bool:
        """Whether it is there still; one that ended and was not waited for says nothing."""
        wanted = {"sereno.cli", "process", self.name, "--supervisor"}
        return wanted <= _words(self.pid, "cmdline") and (
            f"SERENO_DATA_DIR={self.data_dir}" in _words(self.pid, "environ")
        )

    def signal(self, number: signal.Signals) -> None:
        """Send it `number`, if it is there still."""
        if self.runs():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def left_behind(leases: Leases, data_dir: Path) -> list[Orphan]:
    """The processes that the last supervisor told of and that still run."""
    _, facts = leases.beats().get(SUPERVISOR_LEASE, (None, {}))
    told = [Orphan(name, pid, data_dir) for name, pid in facts.get("processes", {}).items()]
    return [each for each in told if each.runs()]


def serves(leases: Leases, left: Sequence[Orphan], port: int) -> bool:
    """Whether the web process among `left` is what holds `port`."""
    _, facts = leases.beats().get("web", (None, {}))
    told = urlsplit(facts.get("address") or "").port
    return told == port and any(each.name == "web" for each in left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """Stops what a supervisor that is no more left behind, in the name of `holder`.

    `sleep` is told seconds.
    """

    leases: Leases
    holder: str
    sleep: Callable[[float], None] = time.sleep

    def stop(self, left: Sequence[Orphan]) -> None:
        """End them: asked first, then made to.

        Raises Conflict where the supervisor still runs: its lease does not run out within `WAIT`.
        """
        self._take_lease()
        _log.warning("taking over from a supervisor that was killed")
        try:
            for number, patience in ((signal.SIGTERM, STOPPING), (signal.SIGKILL, ENDING)):
                for each in left:
                    each.signal(number)
                if self._gone_within(patience, left):
                    return
        finally:
            self.leases.release(SUPERVISOR_LEASE, self.holder)

    def _take_lease(self) -> None:
        for _ in range(WAIT // ROUND):
            if self.leases.acquire(SUPERVISOR_LEASE, self.holder, HOLD):
                return
            self.sleep(ROUND.total_seconds())
        raise Conflict("another `sereno run` uses this data directory; stop it, or give --data-dir")

    def _gone_within(self, patience: timedelta, left: Sequence[Orphan]) -> bool:
        """Wait for them, keeping the lease."""
        for _ in range(patience // ROUND):
            if not any(each.runs() for each in left):
                return True
            self.leases.acquire(SUPERVISOR_LEASE, self.holder, HOLD)
            self.sleep(ROUND.total_seconds())
        return False


def _words(pid: int, what: str) -> set[str]:
    """What /proc says of `pid`; nothing where there is no such process, or it is not ours."""
    try:
        raw = Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return set()
    return set(raw.decode(errors="replace").split("\0"))
