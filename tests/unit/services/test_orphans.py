"""What a killed supervisor leaves behind is found and stopped; what is not ours is left alone."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from sereno.domain.errors import Conflict
from sereno.services.foundation import Foundation
from sereno.services.orphans import WAIT, Orphan, Takeover, left_behind, serves
from sereno.services.supervision import SUPERVISOR_LEASE
from tests.fakes.clock import FakeClock
from tests.support import require

# Says that it is ready, once its environment can be read in /proc, and stays.
STAYS = "import time; print(flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAYS}"
SUPERVISED = ("sereno.cli", "process", "web", "--supervisor", "run-1")


@contextmanager
def process(data_dir: Path, *words: str, code: str = STAYS) -> Iterator["subprocess.Popen[bytes]"]:
    """A process over `data_dir` whose command line ends with `words`."""
    require(condition=Path("/proc").exists(), reason="no /proc")
    with subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env={"SERENO_DATA_DIR": str(data_dir)},
        stdout=subprocess.PIPE,
    ) as started:
        assert started.stdout
        started.stdout.readline()
        try:
            yield started
        finally:
            started.kill()


def told(foundation: Foundation, pid: int) -> None:
    """The last sign of life of a supervisor whose web process has that number."""
    foundation.leases.beat(SUPERVISOR_LEASE, {"processes": {"web": pid}, "since": {}})


def test_a_process_that_was_supervised_here_is_left_behind(
    foundation: Foundation, tmp_path: Path
) -> None:
    with process(tmp_path, *SUPERVISED) as web:
        told(foundation, web.pid)
        assert left_behind(foundation.leases, tmp_path) == [Orphan("web", web.pid, tmp_path)]


@pytest.mark.parametrize(
    ("words", "folder", "why"),
    [
        (("another", "program"), ".", "the number is another program's by now"),
        (("sereno.cli", "process", "web"), ".", "nobody supervised it"),
        (("sereno.cli", "process", "model", "--supervisor", "run-1"), ".", "it is another of ours"),
        (SUPERVISED, "elsewhere", "it works over other data"),
    ],
)
def test_what_is_not_ours_is_left_alone(
    foundation: Foundation, tmp_path: Path, words: tuple[str, ...], folder: str, why: str
) -> None:
    with process(tmp_path / folder, *words) as stranger:
        told(foundation, stranger.pid)
        assert left_behind(foundation.leases, tmp_path) == [], why


def test_a_process_that_has_ended_is_not_left_behind(
    foundation: Foundation, tmp_path: Path
) -> None:
    with process(tmp_path, *SUPERVISED) as web:
        pass
    told(foundation, web.pid)
    assert left_behind(foundation.leases, tmp_path) == []


@pytest.mark.parametrize(
    ("address", "names", "holds"),
    [
        ("http://127.0.0.1:8501", ["web"], True),
        ("http://127.0.0.1:8502", ["web"], False),
        ("http://127.0.0.1:8501", ["ingest"], False),
        (None, ["web"], False),
    ],
)
def test_the_port_is_ours_where_the_web_process_that_is_left_told_of_it(
    foundation: Foundation, address: str | None, names: list[str], *, holds: bool
) -> None:
    foundation.leases.beat("web", {"holder": "w", "address": address})
    left = [Orphan(name, 1, Path("/data")) for name in names]
    assert serves(foundation.leases, left, 8501) is holds


@pytest.mark.parametrize("code", [STAYS, STUBBORN], ids=["willing", "stubborn"])
def test_a_takeover_ends_what_is_left_and_gives_the_lease_back(
    foundation: Foundation, tmp_path: Path, clock: FakeClock, code: str
) -> None:
    with process(tmp_path, *SUPERVISED, code=code) as web:
        left = [Orphan("web", web.pid, tmp_path)]
        Takeover(leases=foundation.leases, holder="next", sleep=reaping(web, clock)).stop(left)
        assert web.poll() is not None
    assert foundation.leases.holder(SUPERVISOR_LEASE) is None


def reaping(web: "subprocess.Popen[bytes]", clock: FakeClock) -> Callable[[float], None]:
    """A sleep that gives the process a moment to end, and turns the clock."""

    def sleep(seconds: float) -> None:
        clock.turn(timedelta(seconds=seconds))
        with suppress(subprocess.TimeoutExpired):
            web.wait(0.02)

    return sleep


def test_a_supervisor_that_lives_is_not_taken_over_from(
    foundation: Foundation, tmp_path: Path, clock: FakeClock
) -> None:
    with process(tmp_path, *SUPERVISED) as web:

        def sleep(seconds: float) -> None:  # meanwhile the other one renews its lease
            clock.turn(timedelta(seconds=seconds))
            foundation.leases.acquire(SUPERVISOR_LEASE, "alive", WAIT)

        sleep(0)
        with pytest.raises(Conflict, match="another `sereno run`"):
            Takeover(leases=foundation.leases, holder="next", sleep=sleep).stop(
                [Orphan("web", web.pid, tmp_path)]
            )
        assert web.poll() is None
