"""Exports a model that reads and does not write: it labels words or texts, or embeds them.

optimum exports it in 32-bit floats; what the graph says of our evaluation notes must be what the
original says.
"""

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
import transformers
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_MASKED_LM_MAPPING_NAMES,
    MODEL_MAPPING_NAMES,
)

from inference.runtime.manifest import EMBEDS, LABELS_TEXTS, LABELS_WORDS
from sereno.domain.errors import ModelError

ALLOWED: Final = 1e-3  # the largest difference of a logit, or of a number of an embedding
_LONGEST: Final = 512  # tokens of a text, which is what most encoders take
_AT_ONCE: Final = 2  # texts, the shorter one padded


@dataclass(frozen=True, slots=True)
class Task:
    """`kind` is the manifest's and optimum's word; the rest are names of the libraries' classes."""

    kind: str
    original: str  # after "Auto"
    exported: str  # after "ORT"
    output: str


_TOKENS: Final = "ModelForTokenClassification"
_SEQUENCES: Final = "ModelForSequenceClassification"
_WORDS: Final = Task(LABELS_WORDS, _TOKENS, _TOKENS, "logits")
_TEXTS: Final = Task(LABELS_TEXTS, _SEQUENCES, _SEQUENCES, "logits")
_EMBEDDING: Final = Task(EMBEDS, "Model", "ModelForFeatureExtraction", "last_hidden_state")


def task_of(given: Path) -> Task | None:
    """What the encoder in the folder `given` does; None where no encoder's config.json is there."""
    try:
        config = json.loads((given / "config.json").read_bytes())
        architecture = str(config["architectures"][0])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    for task in (_WORDS, _TEXTS):
        if architecture.endswith(task.original.removeprefix("Model")):
            return task
    return _EMBEDDING if _is_bare_encoder(architecture, config) else None


def _is_bare_encoder(architecture: str, config: Mapping[str, Any]) -> bool:
    """Whether it is the body, without a head, of a family that is trained with masked words."""
    family = config.get("model_type")
    return (
        architecture == MODEL_MAPPING_NAMES.get(family)
        and family in MODEL_FOR_MASKED_LM_MAPPING_NAMES
        and not config.get("is_encoder_decoder")
        and not config.get("is_decoder")
    )


def opened(given: Path, task: Task) -> tuple[Any, Any]:
    """The model in float32 and its tokenizer. No code that comes with a model is run.

    Raises ModelError where a weight is not there, which would be filled in at random.
    """
    auto, options = getattr(transformers, f"Auto{task.original}"), {"local_files_only": True}
    model, told = auto.from_pretrained(
        given, dtype=torch.float32, trust_remote_code=False, output_loading_info=True, **options
    )
    # Some are published without their pooler; what is exported does not come out of it.
    spared = ("pooler",) if task is _EMBEDDING else ()
    lacking = [each for each in told["missing_keys"] if not each.startswith(spared)]
    if lacking:
        raise ModelError(f"the weights in {given} lack {lacking[0]}: fetch the model anew")
    tokenizer = transformers.AutoTokenizer.from_pretrained(
        given, trust_remote_code=False, **options
    )
    return model.eval(), tokenizer


def export(checkpoint: Path, folder: Path, task: Task) -> None:
    """Write the graph, its configuration and its tokenizer into `folder`."""
    from optimum.exporters.onnx import main_export

    with warnings.catch_warnings():  # of what a trace may miss: `difference` finds it
        warnings.simplefilter("ignore")
        main_export(
            str(checkpoint), folder, task=task.kind, library_name="transformers",
            local_files_only=True, do_validation=False, no_post_process=True,
        )  # fmt: skip


def difference(folder: Path, original: tuple[Any, Any], task: Task, texts: Sequence[str]) -> float:
    """The largest difference between what the graph in `folder` and the original give.

    Raises ModelError where it is above ALLOWED, or where the texts are cut into other tokens.
    """
    import optimum.onnxruntime

    exported = getattr(optimum.onnxruntime, f"ORT{task.exported}").from_pretrained(
        folder, local_files_only=True
    )
    model, theirs = original
    ours = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if any(ours(text).input_ids != theirs(text).input_ids for text in texts):
        raise ModelError("its tokenizer does not read alike once it is saved: choose another model")
    asked = _asked(ours, model.config, texts)
    found = [_apart(exported, model, task.output, each) for each in asked]
    worst = float(torch.stack(found).max())
    if not worst <= ALLOWED:  # nor is what is no number
        raise ModelError(
            f"the exported graph differs from the original by {worst:.2g}, more than the "
            f"{ALLOWED:g} allowed: choose another model"
        )
    return worst


def _asked(tokenizer: Any, config: Any, texts: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    positions = getattr(config, "max_position_embeddings", _LONGEST) - _before_the_first(config)
    longest = min(_LONGEST, positions, tokenizer.model_max_length)
    for n in range(0, len(texts), _AT_ONCE):
        some = list(texts[n : n + _AT_ONCE])
        yield tokenizer(
            some, padding=True, truncation=True, max_length=longest, return_tensors="pt"
        )


def _before_the_first(config: Any) -> int:
    """How many positions a family leaves out before a text's first word, as RoBERTa's do."""
    offset = any(name in str(config.model_type) for name in ("roberta", "camembert", "longformer"))
    return int(config.pad_token_id) + 1 if offset else 0


def _apart(exported: Any, original: Any, output: str, asked: Mapping[str, Any]) -> torch.Tensor:
    # A tokenizer may give more than the model takes.
    asked = {name: each for name, each in asked.items() if name in exported.input_names}
    with torch.no_grad():
        apart = (exported(**asked)[output] - original(**asked)[output]).abs()
    # What stands where a text is padded is nobody's.
    return (apart[asked["attention_mask"].bool()] if apart.dim() == 3 else apart).max()
