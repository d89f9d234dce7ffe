"""A verified summary of eight facts, end to end, beside llama.cpp held by the same language.

From a window of observations in memory: facts, grammar, generation, verification. llama.cpp gets
the same prompt, the same texts as a GBNF grammar, the same threads, and the same weights as Q4_0;
its text is parsed and verified too. The two take turns, so that both see the same machine.

Both may write the same characters in another number of tokens: a GBNF grammar holds characters, not
tokens, so llama.cpp often spells a forced word in pieces, where ours puts it down whole at once.

    .venv/bin/python benchmarks/summary.py [--rounds 9]
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from peers.beside import (
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

from inference.runtime import OnnxModel
from sereno.domain.evidence import Evidence
from sereno.domain.vitals import Language

FACTS = 8
SOURCE = "sim:ward?beds=1&scenario=sepsis&seed=7&waveforms=0&duration=4h&minutes_to_onset=60"
# Beside the time, of one text each: what it was, and where the time went.
OURS = ("characters", "tokens", "steps", "prefill_ms", "decode_ms")
THEIRS = ("characters", "tokens")


def eight_facts(bed: Bed) -> Evidence:
    """The required ones first, then the most severe of the others."""
    full = bed.evidence()
    ranked = sorted(full.facts, key=lambda f: (f.id not in full.required, -f.severity))
    kept = {fact.id for fact in ranked[:FACTS]}
    return replace(
        full,
        facts=tuple(fact for fact in full.facts if fact.id in kept),
        required=tuple(name for name in full.required if name in kept),
    )


def measure(
    bed: Bed, model: OnnxModel, ask: Ask | None, language: Language, rounds: int
) -> dict[str, Any]:
    """Both in turns, after one round each that is not counted."""
    mine, other = [], []
    for _ in track(range(rounds + 1), description=f"Summaries in {language.name.lower()}"):
        mine.append(ours(model, lambda: eight_facts(bed), language))
        if ask:
            other.append(theirs(ask, lambda: eight_facts(bed), language))
    result = _told(mine, OURS)
    if other:
        result["llama_cpp"] = _told(other, THEIRS)
        beside = result["llama_cpp"]["seconds"]["median"]
        result["speedup"] = beside / result["seconds"]["median"]
    return result


def _told(texts: list[dict[str, float]], names: tuple[str, ...]) -> dict[str, Any]:
    seconds = spread([text["seconds"] for text in texts[1:]])
    return {"seconds": seconds} | {name: texts[-1][name] for name in names}


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
    args = options("Time a verified summary beside llama.cpp.", rounds=9).parse_args()
    model = OnnxModel.load(args.model, provider="cpu", threads=threads())
    ((name, observations),) = simulated(SOURCE).items()
    bed = watched(name, observations)
    with llama_cpp(args.peer, args.model, args.wheel) as ask:
        results = {lang.value: measure(bed, model, ask, lang, args.rounds) for lang in Language}
    show(results)
    keep("summary", {"processor": _processor(), "summary": results})


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")


if __name__ == "__main__":
    main()
