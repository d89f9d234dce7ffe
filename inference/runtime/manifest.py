"""What a model folder holds, by hash, and how good it is: written last, checked at every load.

A folder without a manifest is no model: `build` writes it once everything else is on disk. Most
models write; an encoder (EncoderInfo) is kept beside them, and is never loaded to write.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from inference.runtime.files import write_atomically
from sereno.domain.errors import ModelError, ModelMissing

NAME = "manifest.json"
ADAPTER = "adapter.safetensors"  # what was merged into a tuned model's weights
_VERSION = 1
# Kinds of models, in the words of Hugging Face's libraries.
WRITES: Final = "text-generation"
LABELS_WORDS: Final = "token-classification"
LABELS_TEXTS: Final = "text-classification"
EMBEDS: Final = "feature-extraction"
# And what each does with a text, in plain words.
DOES: Final[Mapping[str, str]] = MappingProxyType(
    {
        WRITES: "writes",
        LABELS_WORDS: "labels words",
        LABELS_TEXTS: "labels texts",
        EMBEDS: "embeds texts",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """A built model.

    `perplexity` and `perplexity_original` are of the built model and of the weights it was made
    from, over the same `evaluated_tokens`; `next_token_agreement` is the share of positions at
    which both find the same token likeliest. `hashes` maps each file to its SHA-256, in hex.
    """

    name: str
    bytes: int
    perplexity: float
    perplexity_original: float
    next_token_agreement: float
    evaluated_tokens: int
    source: str
    source_sha256: str
    hashes: Mapping[str, str]

    @property
    def kind(self) -> str:
        """In Hugging Face's words."""
        return WRITES

    @property
    def does(self) -> str:
        """In plain words."""
        return DOES[self.kind]

    @property
    def perplexity_ratio(self) -> float:
        """How much worse than the original it predicts; 1 is no worse."""
        return self.perplexity / self.perplexity_original

    @property
    def adapter(self) -> str | None:
        """The SHA-256 of the adapter that is merged into the weights; None where there is none."""
        return self.hashes.get(ADAPTER)

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values, for `--json`."""
        more = {"kind": self.kind, "does": self.does, "perplexity_ratio": self.perplexity_ratio}
        return {**asdict(self), **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderInfo:
    """A model that reads and does not write, exported from torch.

    `kind` is LABELS_WORDS, LABELS_TEXTS or EMBEDS. Over `evaluated_texts` texts no number that it
    gives lay farther from the original's than `largest_difference`; `allowed_difference` was the
    bound. `hashes` maps each file to its SHA-256, in hex.
    """

    name: str
    bytes: int
    kind: str
    largest_difference: float
    allowed_difference: float
    evaluated_texts: int
    source: str
    source_sha256: str
    hashes: Mapping[str, str]

    @property
    def does(self) -> str:
        """In plain words."""
        return DOES[self.kind]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values, for `--json`."""
        return {**asdict(self), "does": self.does}


Info = ModelInfo | EncoderInfo


def write_manifest(folder: Path, info: Info) -> None:
    """Declare the folder a complete model."""
    text = json.dumps({"version": _VERSION, **asdict(info)}, indent=1, sort_keys=True)
    write_atomically(folder / NAME, [text.encode()])


def model_info(folder: Path) -> ModelInfo:
    """What the manifest of a model that writes says, files unseen.

    Raises ModelMissing where there is no model, ModelError where the manifest is not ours or the
    model does not write.
    """
    info = any_info(folder)
    if isinstance(info, EncoderInfo):
        raise ModelError(
            f"the model in {folder} {info.does} and writes no text: choose one that "
            "writes, as `sereno model list` says"
        )
    return info


def any_info(folder: Path) -> Info:
    """What the manifest says, files unseen, whatever the model does.

    Raises ModelMissing where there is no model, ModelError where the manifest is not ours.
    """
    try:
        raw = json.loads((folder / NAME).read_bytes())
    except FileNotFoundError as exc:
        raise ModelMissing(f"no model in {folder}: run `sereno model build`") from exc
    except (OSError, ValueError) as exc:
        raise _damaged(folder, f"{NAME} can not be read") from exc
    try:
        if raw.pop("version") != _VERSION:
            raise _damaged(folder, f"{NAME} is of another version of Sereno")
        if "kind" not in raw:
            return ModelInfo(**raw)
        if raw["kind"] not in DOES or raw["kind"] == WRITES:
            raise _damaged(folder, f"{NAME} is of another version of Sereno")
        return EncoderInfo(**raw)
    except (AttributeError, KeyError, TypeError) as exc:
        raise _damaged(folder, f"{NAME} lacks what it must say") from exc


def verify(folder: Path) -> ModelInfo:
    """Compare every file of a model that writes with its hash in the manifest.

    Raises ModelMissing where there is no model, ModelError naming the first file that differs, or
    where the model does not write.
    """
    info = model_info(folder)
    _compare(folder, info)
    return info


def verify_any(folder: Path) -> Info:
    """As `verify`, whatever the model does."""
    info = any_info(folder)
    _compare(folder, info)
    return info


def _compare(folder: Path, info: Info) -> None:
    for name, expected in info.hashes.items():
        if Path(name).name != name:
            raise _damaged(folder, f"{NAME} names a file outside the folder")
        try:
            actual = sha256_of(folder / name)
        except OSError as exc:
            raise _damaged(folder, f"{name} can not be read") from exc
        if actual != expected:
            raise _damaged(folder, f"{name} is not the file that was built")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(folder: Path, what: str) -> ModelError:
    return ModelError(
        f"the model in {folder} is damaged ({what}): run `sereno model build`, or have another one "
        "used with `sereno model use`"
    )
