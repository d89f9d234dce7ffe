"""Tunes the default model with LoRA (Hu et al., ICLR 2022) on the CPU: seeded, resumable.

    python -m inference.factory.adapter WEIGHTS.gguf FOLDER --steps 160

FOLDER holds train.jsonl and held-out.jsonl (inference.factory.pairs) and gets adapter.safetensors;
--notes names clinical texts to rehearse beside. Progress goes to standard output, a JSON object a
line. A run that was killed goes on from its last checkpoint and ends with the adapter that it would
have ended with.
"""

import argparse
import hashlib
import json
import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import save
from tokenizers import Tokenizer
from torch.nn import functional

from inference.factory import pairs
from inference.factory.checkpoint import load
from inference.runtime.files import write_atomically
from inference.runtime.tokenizer import companion_files
from inference.runtime.weights import Weights

ADAPTER: Final = "adapter.safetensors"
CHECKPOINT: Final = "checkpoint.pt"
_LONGEST: Final = 768  # tokens of prompt and text; what is longer is left out
_NOTE_TOKENS: Final = 192  # of a note's beginning
_TRIED: Final = 8  # held-out texts that the loss is taken over, at most
_IGNORED: Final = -100  # the label of a token that is not to be learnt
_WARM_UP: Final = 0.05  # of the steps
_LARGEST_GRADIENT: Final = 1.0

Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to tune.

    `tokens` is about how many a batch holds, `notes` the share of batches that are notes.
    """

    steps: int = 160
    tokens: int = 512
    rank: int = 8
    alpha: int = 16
    rate: float = 2e-3
    notes: float = 0.15
    seed: int = 0
    every: int = 10  # steps between two checkpoints
    tried: int = 50  # steps between two trials on what is held out
    minutes: float = 40  # after so long it ends with what it has


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids, of which those from `start` on are to be learnt."""

    ids: tuple[int, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Codec:
    """`encode` gives a text's tokens, `end` is the one that ends a text."""

    encode: Callable[[str], list[int]]
    end: int


def tune(
    model: Any, folder: Path, codec: Codec, plan: Plan, tell: Tell, notes: Path | None = None
) -> Path:
    """Tune `model` on what `folder` holds and `notes` beside; where the adapter is."""
    tuned, optimiser = _prepared(model, plan)
    made, tried = _examples(folder, codec)
    rehearsed = _notes(notes, codec) if notes else []
    known = _fingerprint(folder, plan, notes)
    step, spent = _resume(folder, tuned, optimiser, known)
    started = time.monotonic() - spent
    while step < plan.steps and spent < plan.minutes * 60:
        if step % plan.every == 0:
            _keep(folder, tuned, optimiser, (known, step, spent))
        if step and step % plan.tried == 0:
            tell({"step": step, "of": plan.steps, "held_out": held_out_loss(tuned, tried)})
        loss = _step(tuned, optimiser, _batch(made, rehearsed, plan, step), plan, step)
        step, spent = step + 1, time.monotonic() - started
        tell({"step": step, "of": plan.steps, "loss": loss, "seconds": round(spent, 1)})
    tell({"step": step, "of": plan.steps, "held_out": held_out_loss(tuned, tried)})
    # Kept, so that whoever was interrupted after training need not train again.
    _keep(folder, tuned, optimiser, (known, step, spent))
    path = folder / ADAPTER
    write_atomically(path, [_packed(tuned, plan)])
    return path


def _prepared(model: Any, plan: Plan) -> tuple[Any, Any]:
    torch.manual_seed(plan.seed)
    wanted = LoraConfig(
        r=plan.rank, lora_alpha=plan.alpha, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    tuned = get_peft_model(model, wanted)
    tuned.train()
    learnt = [each for each in tuned.parameters() if each.requires_grad]
    return tuned, torch.optim.AdamW(learnt, lr=plan.rate, weight_decay=0.0)


def _examples(folder: Path, codec: Codec) -> tuple[list[Example], list[Example]]:
    made = []
    for name in (pairs.TRAIN, pairs.HELD_OUT):
        told = [_example(each, codec) for each in pairs.read(folder / name)]
        made.append([each for each in told if len(each.ids) <= _LONGEST])
    return made[0], made[1][:_TRIED]


def _example(pair: pairs.Pair, codec: Codec) -> Example:
    asked = codec.encode(pair.prompt)
    return Example((*asked, *codec.encode(pair.text), codec.end), len(asked))


def _notes(path: Path, codec: Codec) -> list[Example]:
    texts = pairs.read_notes(path)
    return [Example(tuple(codec.encode(text)[:_NOTE_TOKENS]), 1) for text in texts]


def _batch(
    made: Sequence[Example], notes: Sequence[Example], plan: Plan, step: int
) -> list[Example]:
    """Examples of like length, about `plan.tokens` in all: the same for the same step."""
    chance = random.Random(f"{plan.seed} {step}")  # noqa: S311 - not a secret
    kind = notes if notes and chance.random() < plan.notes else made
    first = chance.choice(kind)
    alike = sorted(
        chance.sample(kind, min(len(kind), 64)), key=lambda e: abs(len(e.ids) - len(first.ids))
    )
    return [first, *alike[: max(0, plan.tokens // len(first.ids) - 1)]]


def _step(tuned: Any, optimiser: Any, batch: list[Example], plan: Plan, step: int) -> float:
    for group in optimiser.param_groups:
        group["lr"] = plan.rate * _share_of_rate(step / plan.steps)
    loss = _loss(tuned, batch)
    loss.backward()
    learnt = optimiser.param_groups[0]["params"]
    torch.nn.utils.clip_grad_norm_(learnt, _LARGEST_GRADIENT)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return float(loss.detach())


def _share_of_rate(done: float) -> float:
    """Up in a straight line, then down along a half cosine."""
    if done < _WARM_UP:
        return (done + 1e-3) / (_WARM_UP + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP)))


def _loss(tuned: Any, batch: Sequence[Example]) -> torch.Tensor:
    """Mean loss in nats over the tokens to be learnt; no others' logits are computed."""
    longest = max(len(each.ids) for each in batch)
    ids = torch.zeros((len(batch), longest), dtype=torch.long)
    wanted = torch.full_like(ids, _IGNORED)
    for row, each in enumerate(batch):
        ids[row, : len(each.ids)] = torch.tensor(each.ids)
        wanted[row, each.start - 1 : len(each.ids) - 1] = torch.tensor(each.ids[each.start :])
    inner = tuned.get_base_model()
    # Padding follows the text, and attention is causal: nothing that is learnt sees it.
    states = inner.model(input_ids=ids, use_cache=False).last_hidden_state
    learnt = wanted != _IGNORED
    return functional.cross_entropy(inner.lm_head(states[learnt]).float(), wanted[learnt])


def held_out_loss(tuned: Any, tried: Sequence[Example]) -> float:
    """Mean loss in nats over the held-out texts' tokens; 0 where there are none."""
    tuned.eval()
    total = learnt = 0.0
    with torch.no_grad():
        for each in tried:
            count = len(each.ids) - each.start
            total += float(_loss(tuned, [each])) * count
            learnt += count
    tuned.train()
    return total / learnt if learnt else 0.0


def _fingerprint(folder: Path, plan: Plan, notes: Path | None) -> str:
    """Of all that decides what comes out; a checkpoint of another run is not gone on from."""
    found = hashlib.sha256(json.dumps({**asdict(plan), "minutes": None}).encode())
    for path in (folder / pairs.TRAIN, folder / pairs.HELD_OUT, notes):
        if path:
            found.update(path.read_bytes())
    return found.hexdigest()


def _keep(folder: Path, tuned: Any, optimiser: Any, at: tuple[str, int, float]) -> None:
    held = BytesIO()
    state = {
        k: v.clone()
        for k, v in get_peft_model_state_dict(tuned, save_embedding_layers=False).items()
    }
    torch.save({"at": at, "adapter": state, "optimiser": optimiser.state_dict()}, held)
    write_atomically(folder / CHECKPOINT, [held.getvalue()])


def _resume(folder: Path, tuned: Any, optimiser: Any, known: str) -> tuple[int, float]:
    """The step to go on from, and the seconds that were spent before."""
    path = folder / CHECKPOINT
    if not path.exists():
        return 0, 0.0
    kept = torch.load(path, weights_only=True)
    theirs, step, spent = kept["at"]
    if theirs != known:
        return 0, 0.0
    set_peft_model_state_dict(tuned, kept["adapter"])
    optimiser.load_state_dict(kept["optimiser"])
    return int(step), float(spent)


def _packed(tuned: Any, plan: Plan) -> bytes:
    """As peft names them, in half precision; what W gains is `scale` * B A."""
    state = get_peft_model_state_dict(tuned, save_embedding_layers=False)
    halves = {name: each.half().contiguous() for name, each in sorted(state.items())}
    # One entry alone: of several, the library writes now this one first and now that.
    return bytes(save(halves, metadata={"scale": str(plan.alpha / plan.rank)}))


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Run from a shell: see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m inference.factory.adapter")
    parser.add_argument("weights", type=Path)
    parser.add_argument("folder", type=Path)
    default = Plan()
    for name in ("steps", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(default, name))
    parser.add_argument("--notes", type=Path)
    parser.add_argument("--minutes", type=float, default=default.minutes)
    chosen: Any = parser.parse_args(arguments)
    companions = companion_files(Weights(chosen.weights))
    tokenizer = Tokenizer.from_str(companions["tokenizer.json"].decode())
    end = tokenizer.token_to_id("<|im_end|>")
    plan = Plan(steps=chosen.steps, seed=chosen.seed, minutes=chosen.minutes)

    def encode(text: str) -> list[int]:
        return list(tokenizer.encode(text).ids)

    tune(load(chosen.weights), chosen.folder, Codec(encode, end), plan, _say, chosen.notes)


if __name__ == "__main__":
    main()
