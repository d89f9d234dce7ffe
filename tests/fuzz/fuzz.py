"""Fuzzes every parser, each in a process of its own, and prints what came of it (`make fuzz`).

    .venv-fuzz/bin/python -m tests.fuzz.fuzz [--bytes 10000000] [--only NAME] [--jobs 2]

Inputs that were found lie under `--out`, outside the repository. The exit status says whether
there are any.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.fuzz import coded, recorded

_STALE = 300.0  # s without news, after which a process is taken for lost
_MOST_STARTS = 20  # of one parser: each start after the first is a finding
_NAMES = (*coded.TARGETS, *recorded.TARGETS)


@dataclass
class Done:
    """What came of one parser. Times in seconds, memory in bytes."""

    executions: int = 0
    bytes: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    memory: int = 0
    findings: dict[str, int] = field(default_factory=dict)

    def add(self, told: dict[str, object]) -> None:
        """Add what one process did."""
        more = Done(**told)  # type: ignore[arg-type]
        self.executions += more.executions
        self.bytes += more.bytes
        self.seconds += more.seconds
        self.slowest = max(self.slowest, more.slowest)
        self.memory = max(self.memory, more.memory)
        for name, count in more.findings.items():
            self.findings[name] = self.findings.get(name, 0) + count


def main() -> None:
    """Fuzz, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=10_000_000)
    parser.add_argument("--least", type=int, default=5_000, help="inputs, at least")
    parser.add_argument("--only", action="append", choices=_NAMES)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("/tmp/sereno-fuzz"))
    options = parser.parse_args()
    table = Table("parser", "inputs", "MB", "s", "slowest, ms", "peak memory, MB", "findings")
    found = 0
    with ThreadPoolExecutor(options.jobs) as several:
        names = options.only or _NAMES
        for name, done in zip(names, several.map(lambda n: fuzz(n, options), names), strict=True):
            found += len(done.findings)
            table.add_row(
                name, f"{done.executions:,}", f"{done.bytes / 1e6:.1f}", f"{done.seconds:.0f}",
                f"{1000 * done.slowest:.0f}", f"{done.memory / 2**20:.0f}",
                "\n".join(f"{kind} ({count})" for kind, count in done.findings.items()) or "none",
            )  # fmt: skip
    Console(width=140).print(table)
    sys.exit(found > 0)


def fuzz(name: str, options: argparse.Namespace) -> Done:
    """Fuzz one parser, with another process where one is lost."""
    out = options.out / re.sub(r"\W+", "-", name)
    out.mkdir(parents=True, exist_ok=True)
    done = Done()
    for start in range(_MOST_STARTS):
        told = out / "told.json"
        told.unlink(missing_ok=True)
        command = [
            sys.executable, "-m", "tests.fuzz.worker", name, "--out", str(out),
            "--bytes", str(options.bytes - done.bytes),
            "--least", str(options.least - done.executions),
            "--data", str(options.data), "--seed", str(options.seed + start),
        ]  # fmt: skip
        with (
            (out / "log").open("ab") as log,
            subprocess.Popen(command, stdout=log, stderr=log) as its,
        ):
            lost = _wait(its, told)
        if told.exists():
            done.add(json.loads(told.read_text()))
        if its.returncode == 0 and not lost:
            break
        done.findings[f"process lost ({its.returncode})"] = start + 1
        current = (out / "current").read_bytes()
        (out / f"lost-{start}").write_bytes(current[8 : 8 + int.from_bytes(current[:8], "little")])
    return done


def _wait(its: "subprocess.Popen[bytes]", told: Path) -> bool:
    """Wait for its end; whether it had to be ended since it told nothing for long."""
    began = time.time()
    while its.poll() is None:
        time.sleep(0.5)
        last = told.stat().st_mtime if told.exists() else began
        if time.time() - last > _STALE:
            its.kill()
            return True
    return False


if __name__ == "__main__":
    main()
