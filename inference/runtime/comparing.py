"""Two models side by side, in turns on the same machine: size, prediction, agreement and speed."""

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inference.runtime import quality
from inference.runtime.generator import OnnxModel
from inference.runtime.manifest import sha256_of, verify
from inference.runtime.quality import Predictions
from inference.runtime.source import Progress

ROUNDS: Final = 5  # of the race, after one that does not count
_TOKENS: Final = 64  # written in each
_TOKENIZER: Final = "tokenizer.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One of the two. `bits_a_byte` is what a text costs, whatever tokens it is cut into.

    `perplexity` is a token's, and comparable between models of one tokenizer alone. `read_ms` is
    the time for a prompt of a ward note, `tokens_a_second` how fast it writes on; medians.
    """

    name: str
    bytes: int
    perplexity: float
    bits_a_byte: float
    prompt_tokens: int
    read_ms: float
    tokens_a_second: float
    adapter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both, and the share of positions at which they find the same token likeliest.

    `agreement` is None where they cut texts into different tokens.
    """

    first: Measured
    second: Measured
    agreement: float | None


def compare(folders: tuple[Path, Path], progress: Progress) -> Comparison:
    """Measure the models in two folders.

    Raises ModelError where one is damaged, does not run or does not write.
    """
    for folder in folders:
        verify(folder)  # both, before the first takes its time to load
    models = [OnnxModel.load(folder, provider="cpu") for folder in folders]
    found = [_predictions(folder, progress) for folder in folders]
    races = _race(models, progress)
    first, second = (_measured(*each) for each in zip(folders, models, found, races, strict=True))
    alike = len({sha256_of(folder / _TOKENIZER) for folder in folders}) == 1
    agreement = found[0].agreement(found[1]) if alike else None
    return Comparison(first=first, second=second, agreement=agreement)


def _predictions(folder: Path, progress: Progress) -> Predictions:
    texts = quality.tokenised(folder, quality.evaluation_texts())
    return quality.predictions(quality.logits_of(folder, texts, progress), texts)


def _race(models: Sequence[OnnxModel], progress: Progress) -> list[list[tuple[int, float, float]]]:
    """For each model, of every round: prompt tokens, milliseconds to read it, tokens a second."""
    note = quality.evaluation_texts()[0]
    laps: list[list[tuple[int, float, float]]] = [[] for _ in models]
    for n in range(ROUNDS + 1):
        progress("race", n, ROUNDS + 1)
        for model, told in zip(models, laps, strict=True):
            told.append(_lap(model, note))
    progress("race", ROUNDS + 1, ROUNDS + 1)
    return [told[1:] for told in laps]


def _lap(model: OnnxModel, note: str) -> tuple[int, float, float]:
    prompt = model.chat.ids(note)
    options = {"max_length": len(prompt) + _TOKENS + 1, "min_length": len(prompt) + _TOKENS}
    writer = model.generator(options, "", None, forced=False)
    started = time.perf_counter()
    writer.append_tokens(prompt)
    read = time.perf_counter()
    for _ in range(_TOKENS):
        writer.generate_next_token()
    written = time.perf_counter()
    return len(prompt), (read - started) * 1e3, _TOKENS / (written - read)


def _measured(
    folder: Path, model: OnnxModel, found: Predictions, laps: list[tuple[int, float, float]]
) -> Measured:
    size = sum(len(text.encode()) for text in quality.evaluation_texts())
    return Measured(
        name=folder.name,
        bytes=model.info.bytes,
        perplexity=found.perplexity,
        bits_a_byte=found.loss * len(found.likeliest) / math.log(2) / size,
        prompt_tokens=laps[0][0],
        read_ms=statistics.median(lap[1] for lap in laps),
        tokens_a_second=statistics.median(lap[2] for lap in laps),
        adapter=model.info.adapter,
    )
