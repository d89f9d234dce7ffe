"""The default model on an NVIDIA GPU, beside the same machine's processor.

Speed: reading a prompt of clinical text until the first token is there, and writing on greedily
without a grammar, one token a step; a verified summary of eight facts; the handovers of a ward, one
after another. Sameness: perplexity of the ten clinical notes, and whether what is written on either
side is the same text. The processor does it with all its cores, and with two.

For an installation with CUDA (`make setup EXTRA=gpu`); elsewhere it says so and measures nothing.

    .venv/bin/python benchmarks/gpu.py [--rounds 9] [--beds 24]
"""

import subprocess
import time
from collections.abc import Iterator
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

from peers.beside import FORM, Bed, keep, options, ours, simulated, spread, threads, watched
from rich.console import Console
from rich.table import Table
from summary import FACTS, eight_facts
from summary import SOURCE as ONE_BED
from ward import SOURCE as WARD

from inference.language.generator import GovernedGenerator
from inference.runtime import OnnxModel
from inference.runtime.generator import CPU, CUDA
from inference.runtime.quality import (
    Predictions,
    evaluation_texts,
    logits_of,
    predictions,
    tokenised,
)
from sereno.domain.errors import ConfigurationError, ModelError
from sereno.domain.evidence import ModelIdentity
from sereno.domain.vitals import Language

PROMPTS = (256, 2048)  # tokens
DECODE = 128  # tokens
LOADS = 3


def loads(folder: Path, provider: str, threads: int) -> tuple[OnnxModel, dict[str, float]]:
    """The model, and the milliseconds in which it was verified and loaded, several times."""
    times = []
    for _ in range(LOADS):
        model = OnnxModel.load(folder, provider=provider, threads=threads)
        times.append(model.load_ms)
    return model, spread(times)


def free(model: OnnxModel, notes: list[int], rounds: int) -> dict[str, Any]:
    """Tokens a second, read and written."""
    result: dict[str, Any] = {}
    for length in PROMPTS:
        prompt = list(islice(cycle(notes), length))
        _speeds(model, prompt)
        runs = [_speeds(model, prompt) for _ in range(rounds)]
        result[f"prefill_{length}"] = spread([run[0] for run in runs])
        result[f"decode_after_{length}"] = spread([run[1] for run in runs])
    return result


def _speeds(model: OnnxModel, prompt: list[int]) -> tuple[float, float]:
    length = len(prompt) + DECODE + 1
    generator = model.generator(
        {"max_length": length, "min_length": length}, "", None, forced=False
    )
    started = time.perf_counter()
    generator.append_tokens(prompt)
    _next(generator)
    read = time.perf_counter()
    for _ in range(DECODE):
        _next(generator)
    written = time.perf_counter()
    return len(prompt) / (read - started), DECODE / (written - read)


def _next(generator: Any) -> None:
    """One token, wherever it is made; asking for it waits until it is."""
    generator.generate_next_token()
    generator.get_next_tokens()


def summaries(model: OnnxModel, bed: Bed, rounds: int) -> dict[str, Any]:
    """Seconds of a verified summary of eight facts, by language."""
    result = {}
    for language in Language:
        runs = [ours(model, lambda: eight_facts(bed), language) for _ in range(rounds + 1)][1:]
        result[language.value] = {
            name: spread([run[name] for run in runs])
            for name in ("seconds", "prefill_ms", "decode_ms", "tokens", "steps")
        }
    return result


def ward(model: OnnxModel, beds: list[Bed]) -> dict[str, float]:
    """Seconds in all of a ward handed over once in English, each text verified."""
    runs = [ours(model, bed.evidence, Language.ENGLISH) for bed in beds]
    return {name: sum(run[name] for run in runs) for name in ("seconds", "cpu_seconds")}


def written(model: OnnxModel, beds: list[Bed], notes: list[list[int]]) -> dict[str, list[str]]:
    """Texts to compare: every bed's in both languages, and each note's beginning continued."""
    writer = GovernedGenerator(model, ModelIdentity("default"))
    begun = [model.tokenizer.decode(note[: PROMPTS[0]]) for note in notes]
    return {
        "governed": [
            writer.write(bed.evidence(), language, FORM).text
            for bed in beds
            for language in Language
        ],
        "free": [model.complete(text, max_tokens=DECODE).text for text in begun],
    }


def judged(folder: Path, *, on_cuda: bool) -> Predictions:
    """How the model predicts the notes."""
    texts = tokenised(folder, evaluation_texts())
    return predictions(logits_of(folder, texts, lambda *_: None, on_cuda=on_cuda), texts)


def measure(folder: Path, beds: tuple[Bed, list[Bed]], rounds: int) -> dict[str, Any]:
    """Each side in turn; what both wrote is compared at the end."""
    one, many = beds
    notes = [[int(token) for token in text] for text in tokenised(folder, evaluation_texts())]
    sides, texts = {}, {}
    for name, provider, count in _sides():
        before = _memory_mb()
        model, loaded = loads(folder, provider, count)
        sides[name] = {
            "load_ms": loaded,
            "free": free(model, list(chain(*notes)), rounds),
            "summary": summaries(model, one, rounds),
            "ward": ward(model, many),
            "gpu_memory_mb": _memory_mb() - before,
        }
        if count == threads():  # how many threads changes no text
            texts[name] = written(model, many, notes)
        del model
    return {
        "sides": sides,
        "same": {kind: _same(texts[CPU][kind], texts[CUDA][kind]) for kind in texts[CPU]},
        "perplexity": _perplexities(folder),
    }


def _sides() -> Iterator[tuple[str, str, int]]:
    yield CUDA, CUDA, threads()
    yield CPU, CPU, threads()
    if threads() > 2:
        yield f"{CPU}, two threads", CPU, 2


def _same(these: list[str], those: list[str]) -> dict[str, Any]:
    """How many texts are the same, and at which character the others part."""
    parted = [_parting(a, b) for a, b in zip(these, those, strict=True) if a != b]
    return {"texts": len(these), "same": len(these) - len(parted), "part_at": parted}


def _parting(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _perplexities(folder: Path) -> dict[str, float]:
    here, there = judged(folder, on_cuda=False), judged(folder, on_cuda=True)
    return {
        CPU: here.perplexity, CUDA: there.perplexity, "agreement": there.agreement(here),
    }  # fmt: skip


def _memory_mb() -> float:
    return float(_asked("memory.used").removesuffix(" MiB"))


def _asked(what: str) -> str:
    command = ["nvidia-smi", f"--query-gpu={what}", "--format=csv,noheader", "--id=0"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def show(result: dict[str, Any]) -> None:
    """The table."""
    table = Table(title=f"The default model on {result['gpu']} (median)")
    for heading in ("", *result["sides"]):
        table.add_column(heading)
    sides = list(result["sides"].values())
    table.add_row("load, ms", *(f"{side['load_ms']['median']:.0f}" for side in sides))
    for name in sides[0]["free"]:
        speeds = (f"{side['free'][name]['median']:.0f}" for side in sides)
        table.add_row(f"{name.replace('_', ' ')}, tokens a second", *speeds)
    for name in sides[0]["summary"]:
        seconds = (f"{side['summary'][name]['seconds']['median']:.3f}" for side in sides)
        table.add_row(f"a summary of {FACTS} facts, {name}, s", *seconds)
    table.add_row("the ward, s", *(f"{side['ward']['seconds']:.2f}" for side in sides))
    table.add_row("GPU memory, MB", *(f"{side['gpu_memory_mb']:.0f}" for side in sides))
    Console().print(table)
    Console().print({name: result[name] for name in ("same", "perplexity", "auto")})


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = options("Time the model on a GPU.", rounds=9)
    parser.add_argument("--beds", type=int, default=24)
    args = parser.parse_args()
    try:
        OnnxModel.load(args.model, provider=CUDA)
    except (ConfigurationError, ModelError) as error:
        Console(stderr=True).print(f"not measured: {error}")
        return
    ((name, observations),) = simulated(ONE_BED).items()
    many = [watched(*bed) for bed in simulated(WARD.format(beds=args.beds)).items()]
    machine = {"gpu": _asked("name"), "driver": _asked("driver_version")}
    auto = OnnxModel.load(args.model).provider
    found = measure(args.model, (watched(name, observations), many), args.rounds)
    result = {**machine, "auto": auto, "beds": args.beds, **found}
    show(result)
    keep("gpu", result)


if __name__ == "__main__":
    main()
