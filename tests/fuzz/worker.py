"""Fuzzes one parser in a process of its own; `tests.fuzz.fuzz` starts it.

What a parser raises that is no documented error, what takes longer or more memory than is allowed,
is a finding: its input is kept, the shortest of each kind, and fuzzing goes on. The input in hand
lies in `current` all the time, for when the process itself is lost.
"""

import argparse
import json
import mmap
import os
import random
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

import atheris

from tests.fuzz import coded, recorded
from tests.fuzz.mutating import mutated, stretched

LONGEST_WAIT = 10.0  # s of CPU for one input
MOST_MEMORY = 1 << 30  # bytes beyond what the libraries take
_EVERY = 100  # inputs, of which one is made long
_STRETCHED = 1 << 16  # bytes of one that is made long
_LARGEST = 1 << 22  # bytes of `current`
_TOLD_EVERY = 2.0  # s
_OURS = ("/connectors/", "/sereno/", "/tests/fuzz/target")
_INSTRUMENTED = [
    "connectors",
    "fitdecode",
    "wfdb",
    "sereno.storage.packing",
    "sereno.storage.columns",
]


class Hang(BaseException):
    """An input took too long."""


class Tally:
    """What was done so far, and what was found."""

    def __init__(self, out: Path, wanted: int, least: int) -> None:
        self._out = out
        self._wanted = wanted
        self._least = least
        self._began = time.monotonic()
        self._told = 0.0
        self._base = self._peak()
        self.executions = 0
        self.bytes = 0
        self.slowest = 0.0
        self.findings: dict[str, int] = {}
        with (out / "current").open("wb+") as stream:
            stream.truncate(_LARGEST)
            self._current = mmap.mmap(stream.fileno(), _LARGEST)

    def try_out(self, run: Any, data: bytes) -> None:
        """Give `data` to the parser."""
        self._current[:8] = len(data).to_bytes(8, "little")
        self._current[8 : 8 + len(data)] = data
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST_WAIT)
        try:
            run(data)
        except (Exception, Hang) as exc:  # noqa: BLE001 - that is what is looked for
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._found(exc, data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.slowest = max(self.slowest, time.process_time() - began)
        self.executions += 1
        self.bytes += len(data)
        if time.monotonic() - self._told > _TOLD_EVERY:
            self.tell()
        if self.bytes >= self._wanted and self.executions >= self._least:
            self.tell()
            sys.stderr.flush()
            recorded.remove_files()
            os._exit(0)  # libFuzzer takes any other end for a crash

    def tell(self) -> None:
        """Write down how far it has come."""
        self._told = time.monotonic()
        told = {
            "executions": self.executions,
            "bytes": self.bytes,
            "seconds": self._told - self._began,
            "slowest": self.slowest,
            "memory": self._peak() - self._base,
            "findings": self.findings,
        }
        (self._out / "told.json").write_text(json.dumps(told))

    def _found(self, exc: BaseException, data: bytes) -> None:
        frames = traceback.extract_tb(exc.__traceback__)
        ours = [each for each in frames if any(part in each.filename for part in _OURS)]
        where = ours[-1] if ours else frames[-1]
        name = f"{type(exc).__name__}-{Path(where.filename).stem}-{where.name}-{where.lineno}"
        self.findings[name] = self.findings.get(name, 0) + 1
        kept = self._out / name
        if not kept.exists() or kept.stat().st_size > len(data):
            kept.write_bytes(data)
            report = "".join(traceback.format_exception(exc))
            kept.with_name(f"{name}.txt").write_text(report[-6000:])

    def _peak(self) -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _too_long(_: int, __: FrameType | None) -> None:
    raise Hang


def main() -> None:
    """Fuzz until so many bytes, and so many inputs, have been tried."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--bytes", type=int, required=True)
    parser.add_argument("--least", type=int, default=0, help="inputs, at least")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with atheris.instrument_imports(include=_INSTRUMENTED):
        target = {**coded.TARGETS, **recorded.TARGETS}[options.name]
        run = target.load()
    corpus = options.out / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = [each[: 4 * target.longest] for each in target.seeds(options.data)]
    for number, each in enumerate(seeds):
        (corpus / f"seed{number}").write_bytes(each)
    tally = Tally(options.out, options.bytes, options.least)
    dice = random.Random(options.seed)
    signal.signal(signal.SIGPROF, _too_long)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_MEMORY, resource.RLIM_INFINITY))

    def one(data: bytes) -> None:
        tally.try_out(run, data)
        if tally.executions % _EVERY == 0:
            tally.try_out(run, stretched(data, _STRETCHED, dice))

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return mutated(data, most, seed, target.shape, atheris.Mutate)

    atheris.Setup(
        [
            sys.argv[0], str(corpus), f"-max_len={target.longest}",
            "-timeout=600", "-rss_limit_mb=0",
            "-len_control=0", f"-seed={options.seed}", f"-artifact_prefix={options.out}/lost-",
            "-verbosity=0",
        ],
        one,
        **({} if target.shape == "bytes" else {"custom_mutator": mutate}),
    )  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    main()
