"""How well a model predicts a fixed clinical text, beside the weights that it was made from.

The text is smollm2/evaluation.txt: ten invented ward notes, six English and four Spanish. It was
written for this purpose and no model was tuned on it.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

import inference
from inference.runtime.chat import opening
from inference.runtime.cuda import load_cuda_libraries, with_half_attention
from inference.runtime.reference import Tokens
from inference.runtime.source import Progress
from inference.runtime.weights import Floats
from sereno.domain.errors import ModelError

_SEPARATOR = "\n---\n"
_FATAL_ONLY = 4  # ONNX Runtime's log level; it warns that more than the last logits were asked for


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model thought of each next token: mean loss in nats, and the likeliest tokens."""

    loss: float
    likeliest: tuple[int, ...]

    @property
    def perplexity(self) -> float:
        """The exponential of the mean loss."""
        return math.exp(self.loss)

    def agreement(self, other: "Predictions") -> float:
        """The share of positions at which both find the same token likeliest."""
        pairs = zip(self.likeliest, other.likeliest, strict=True)
        return sum(mine == theirs for mine, theirs in pairs) / len(self.likeliest)


def evaluation_texts() -> list[str]:
    """The notes, one string each."""
    text = files(inference).joinpath("runtime/smollm2/evaluation.txt").read_text("utf-8")
    return text.strip().split(_SEPARATOR)


def tokenised(folder: Path, texts: Iterable[str]) -> list[Tokens]:
    """The texts as token ids, by the tokenizer of the model in `folder`.

    Raises ModelError where it does not load.
    """
    import onnxruntime_genai as genai

    try:
        tokenizer = genai.Tokenizer(genai.Model(str(folder)))
    except RuntimeError as exc:
        reason = str(exc).strip().partition("\n")[0][:200]
        raise ModelError(
            f"the model in {folder} does not load ({reason}): make it anew, or use another"
        ) from exc
    first = opening(tokenizer)
    return [np.asarray([*first, *tokenizer.encode(text)], np.int64) for text in texts]


def predictions(logits: Iterable[Floats], texts: Sequence[Tokens]) -> Predictions:
    """Judge logits, (tokens, vocabulary) for each text, by the tokens that came next."""
    loss, likeliest = 0.0, []
    for scores, text in zip(logits, texts, strict=True):
        peaks = scores.max(axis=-1)
        logs = peaks + np.log(np.exp(scores - peaks[:, None]).sum(axis=-1))
        following = scores[np.arange(len(text) - 1), text[1:]]
        loss += float((logs[:-1] - following).sum(dtype=np.float64))
        likeliest += scores[:-1].argmax(axis=-1).tolist()
    return Predictions(loss / len(likeliest), tuple(likeliest))


def logits_of(
    folder: Path, texts: Sequence[Tokens], progress: Progress, *, on_cuda: bool = False
) -> Iterator[Floats]:
    """The logits that the model in `folder` gives for every position of each text.

    On the processor, or as it runs `on_cuda`. Raises ModelError where it does not load or run.
    """
    run = _session(folder, on_cuda=on_cuda)
    for i, text in enumerate(texts):
        progress("measure the model", i, len(texts))
        yield run(text)
    progress("measure the model", len(texts), len(texts))


def _session(folder: Path, *, on_cuda: bool) -> Callable[[Tokens], Floats]:
    try:
        session = _opened_on_cuda(folder) if on_cuda else _opened(folder / "model.onnx", "CPU")
    except Exception as exc:  # ONNX Runtime raises classes of its own, unrelated to each other
        raise ModelError(
            f"the model in {folder} does not load ({exc}): run `sereno model build`"
        ) from exc
    inputs = [*session.get_inputs(), *session.get_overridable_initializers()]
    known = {each.name for each in inputs}
    empty = np.zeros((1, *_past_of(folder)), np.float16 if on_cuda else np.float32)
    past = {name: empty for name in known if name.startswith("past")}

    def run(text: Tokens) -> Floats:
        feeds = {
            "input_ids": text[None],
            "attention_mask": np.ones_like(text)[None],
            "position_ids": np.arange(len(text))[None],
            "logits_from": np.zeros(1, np.int64),  # every position's
        }
        asked = {name: value for name, value in feeds.items() if name in known}
        return np.asarray(session.run(["logits"], {**asked, **past})[0][0])

    return run


def _opened(graph: Path | bytes, provider: str, **entries: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL_ONLY
    for name, value in entries.items():
        options.add_session_config_entry(f"session.{name}", value)
    chosen = [f"{provider}ExecutionProvider"]
    return onnxruntime.InferenceSession(graph, options, providers=chosen)


def _opened_on_cuda(folder: Path) -> Any:
    load_cuda_libraries()
    graph = with_half_attention((folder / "model.onnx").read_bytes())
    weights = {"model_external_initializers_file_folder_path": str(folder)}
    return _opened(graph, "CUDA", **weights)


def _past_of(folder: Path) -> tuple[int, int, int]:
    """Heads, length and size of a layer's past before the first token."""
    try:
        told = json.loads((folder / "genai_config.json").read_bytes())["model"]["decoder"]
        return int(told["num_key_value_heads"]), 0, int(told["head_size"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelError(
            f"genai_config.json in {folder} can not be read: run `sereno model build`"
        ) from exc
