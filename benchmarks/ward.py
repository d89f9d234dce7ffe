"""Handing over a ward of 24 beds, beside llama.cpp; and how soon the first token comes.

Each bed: facts from its four hours of observations in memory, grammar, generation, verification,
one bed after the other. llama.cpp gets the same prompts, the same texts as GBNF, the same threads
and the same weights as Q4_0, and its texts are parsed and verified too. CPU seconds are of all the
process; energy is read where a meter may be read (/sys/class/powercap).

The first token is timed cold, from the grammar's text to the token; after a rewind to what all
prompts of the ward share; and after one to the end of a prompt whose evidence has not changed. The
last two are what a cache of prefixes could give: docs/decisions/0022.

    .venv/bin/python benchmarks/ward.py [--rounds 3] [--beds 24]
"""

import os
import statistics
import time
from pathlib import Path
from typing import Any

from peers.beside import (
    FORM,
    Ask,
    Bed,
    keep,
    llama_cpp,
    options,
    ours,
    simulated,
    spread,
    theirs,
    threads,
    watched,
)
from rich.console import Console
from rich.progress import track
from rich.table import Table

from inference.language import prompt as prompts
from inference.language.grammar import lark
from inference.language.phrases import compose
from inference.runtime import OnnxModel
from sereno.domain.vitals import Language

SOURCE = "sim:ward?beds={beds}&seed=7&waveforms=0&duration=4h&minutes_to_onset=60"
METER = Path("/sys/class/powercap/intel-rapl:0/energy_uj")
LANGUAGE = Language.ENGLISH
OURS = ("seconds", "cpu_seconds", "tokens", "steps")
THEIRS = ("seconds", "cpu_seconds", "tokens")


def our_ward(model: OnnxModel, beds: list[Bed]) -> dict[str, float]:
    """The ward handed over once: seconds, CPU seconds, tokens and steps."""
    texts = [ours(model, bed.evidence, LANGUAGE) for bed in beds]
    return {name: sum(text[name] for text in texts) for name in OURS}


def their_ward(ask: Ask, beds: list[Bed]) -> dict[str, float]:
    """The same by llama.cpp, which counts no steps."""
    texts = [theirs(ask, bed.evidence, LANGUAGE) for bed in beds]
    return {name: sum(text[name] for text in texts) for name in THEIRS}


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


def measure(model: OnnxModel, beds: list[Bed], ask: Ask | None, rounds: int) -> dict[str, Any]:
    """Both in turns, after one bed each that is not counted."""
    our_ward(model, beds[:1])
    mine, other, first, joules = [], [], [], []
    for _ in track(range(rounds), description="The ward"):
        before = _joules()
        mine.append(our_ward(model, beds))
        after = _joules()
        joules += [] if before is None or after is None else [after - before]
        other += [their_ward(ask, beds)] if ask else []
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
    parser = options("Time the handover of a ward beside llama.cpp.", rounds=3)
    parser.add_argument("--beds", type=int, default=24)
    args = parser.parse_args()
    model = OnnxModel.load(args.model, provider="cpu", threads=threads())
    observed = simulated(SOURCE.format(beds=args.beds))
    beds = [watched(*each) for each in track(list(observed.items()), description="The beds")]
    with llama_cpp(args.peer, args.model, args.wheel) as ask:
        result = measure(model, beds, ask, args.rounds)
    show(result)
    keep("ward", {"load": os.getloadavg()[0], "ward": result})


if __name__ == "__main__":
    main()
