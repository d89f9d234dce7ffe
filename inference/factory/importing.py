"""Turns any causal language model that GenAI's builder knows into a model folder of ours.

    python -m inference.factory.importing SOURCE FOLDER NAME

SOURCE is a folder as Hugging Face's libraries write it, a GGUF file or a folder that holds one, or
the id of a model on the hub. Weights become 8-bit integers; an encoder (inference.factory.encoders)
keeps its floats. Progress goes to standard output, a JSON object a line; what went wrong is the
last line of standard error.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from inference.factory import encoders, pieces
from inference.runtime import manifest, quality
from inference.runtime.manifest import EncoderInfo, Info, ModelInfo, sha256_of
from inference.runtime.reference import Tokens
from sereno.domain.errors import ModelError, SerenoError

_HUB_ID: Final = re.compile(r"[\w.-]+/[\w.-]+")
_WANTED: Final = ("*.json", "*.safetensors", "*.model", "*.jinja", "*.txt")
_WEIGHTS: Final = ("*.safetensors", "*.gguf", "*.bin")
# An embedding stays in floats: shared with the output in 8 bits, as the builder has it wherever the
# model's two are one and nobody objects, its graph does not load.
_OPTIONS: Final = (
    "accuracy_level=4", "block_size=32", "is_symmetric=false", "hf_token=false",
    "shared_embeddings=false",
)  # fmt: skip
_LEFT_OUT: Final = frozenset({"manifest.json"})


def bring(source: str, folder: Path, name: str) -> Info:
    """Export and measure the model at `source` into the empty `folder`, quantised if it writes.

    Raises ModelError naming the remedy.
    """
    with tempfile.TemporaryDirectory() as scratch:
        given = found(source, Path(scratch))
        task = encoders.task_of(given)
        original = opened(given) if task is None else _opened_encoder(given, task)
        checkpoint = Path(scratch) / "checkpoint"
        for part in original:
            part.save_pretrained(checkpoint)
        _tell("read", 1, 1)
        if task is None:
            _export(checkpoint, folder, Path(scratch))
            info: Info = _measured(folder, name, (source, _digest(given)), original)
        else:
            _export_encoder(checkpoint, folder, task)
            info = _compared(folder, name, (source, _digest(given)), original, task)
        manifest.write_manifest(folder, info)
        return info


def found(source: str, scratch: Path) -> Path:
    """The folder or GGUF file that `source` names, fetched where it is the id of a model."""
    path = Path(source).expanduser()
    if path.is_dir():
        held = sorted(path.glob("*.gguf"))
        return path if (path / "config.json").exists() or len(held) != 1 else held[0]
    if path.is_file():
        return path
    if not _HUB_ID.fullmatch(source):
        raise ModelError(f"there is no {source}: give a folder, a GGUF file or OWNER/MODEL")
    from huggingface_hub import snapshot_download

    _tell("fetch", 0, 1)
    try:
        return Path(snapshot_download(source, local_dir=scratch / "hub", allow_patterns=_WANTED))
    except Exception as exc:  # every way in which a network can fail
        raise ModelError(
            f"{source} is no folder here and can not be fetched ({type(exc).__name__}): on a "
            f"connected machine run `hf download {source} --local-dir FOLDER`, carry the folder "
            "over and run `sereno model import FOLDER`"
        ) from exc


def opened(given: Path) -> tuple[Any, Any]:
    """The model in float32 and its tokenizer. No code that comes with a model is run."""
    gguf = given.suffix == ".gguf"
    where, more = (given.parent, {"gguf_file": given.name}) if gguf else (given, {})
    options = {"local_files_only": True, "trust_remote_code": False, **more}
    _tell("read", 0, 1)
    try:
        model = AutoModelForCausalLM.from_pretrained(where, dtype=torch.float32, **options)
        if gguf and pieces.is_gemma(given):
            return model.eval(), pieces.tokenizer(given)
        return model.eval(), AutoTokenizer.from_pretrained(where, **options)
    except Exception as exc:
        raise ModelError(
            f"{given} holds no causal language model that can be read "
            f"({_first_line(exc)}): give the folder of its config.json"
        ) from exc


def _export(checkpoint: Path, folder: Path, scratch: Path) -> None:
    _tell("export", 0, 1)
    builder = [sys.executable, "-m", "onnxruntime_genai.models.builder"]
    paths = ["-i", str(checkpoint), "-o", str(folder), "-c", str(scratch / "cache")]
    kind = ["-p", "int8", "-e", "cpu", "--extra_options", *_OPTIONS]
    done = subprocess.run([*builder, *paths, *kind], check=False, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]
        raise ModelError(f"GenAI's builder can not export it ({last}): choose another model")
    _tell("export", 1, 1)


def _opened_encoder(given: Path, task: encoders.Task) -> tuple[Any, Any]:
    _tell("read", 0, 1)
    try:
        return encoders.opened(given, task)
    except SerenoError:
        raise
    except Exception as exc:
        raise ModelError(
            f"{given} can not be read as what its config.json says ({_first_line(exc)}): give the "
            "model's whole folder, its tokenizer too"
        ) from exc


def _export_encoder(checkpoint: Path, folder: Path, task: encoders.Task) -> None:
    _tell("export", 0, 1)
    try:
        encoders.export(checkpoint, folder, task)
    except Exception as exc:
        raise ModelError(
            f"optimum can not export it ({_first_line(exc)}): choose another model"
        ) from exc
    _tell("export", 1, 1)


def _compared(
    folder: Path, name: str, came: tuple[str, str], original: tuple[Any, Any], task: encoders.Task
) -> EncoderInfo:
    texts = quality.evaluation_texts()
    _tell("compare with the original", 0, 1)
    apart = encoders.difference(folder, original, task, texts)
    _tell("compare with the original", 1, 1)
    return EncoderInfo(
        kind=task.kind,
        largest_difference=apart,
        allowed_difference=encoders.ALLOWED,
        evaluated_texts=len(texts),
        **_of_folder(folder, name, came),
    )


def _measured(
    folder: Path, name: str, came: tuple[str, str], original: tuple[Any, Any]
) -> ModelInfo:
    model, tokenizer = original
    texts = quality.evaluation_texts()
    ids = quality.tokenised(folder, texts)
    _check_tokens(ids, [tokenizer(text).input_ids for text in texts])
    built = quality.predictions(quality.logits_of(folder, ids, _tell), ids)
    before = quality.predictions(_logits(model, ids), ids)
    return ModelInfo(
        perplexity=built.perplexity,
        perplexity_original=before.perplexity,
        next_token_agreement=built.agreement(before),
        evaluated_tokens=len(before.likeliest),
        **_of_folder(folder, name, came),
    )


def _check_tokens(ours: Sequence[Tokens], theirs: Sequence[Sequence[int]]) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        if mine.tolist() != list(other):
            raise ModelError(
                "the model's tokenizer reads a text otherwise at run time than where the model "
                "was made: bring the model's original folder instead of a converted one"
            )


def _logits(model: Any, texts: Sequence[Tokens]) -> Iterator[Any]:
    for n, text in enumerate(texts):
        _tell("measure the original", n, len(texts))
        with torch.no_grad():
            yield model(torch.from_numpy(text[None])).logits[0].float().numpy()
    _tell("measure the original", len(texts), len(texts))


def _of_folder(folder: Path, name: str, came: tuple[str, str]) -> dict[str, Any]:
    """What every manifest says: the name, the files, and where they came from."""
    files = sorted(each for each in folder.iterdir() if each.name not in _LEFT_OUT)
    return {
        "name": name,
        "bytes": sum(each.stat().st_size for each in files),
        "source": Path(came[0]).name if Path(came[0]).exists() else came[0],
        "source_sha256": came[1],
        "hashes": {each.name: sha256_of(each) for each in files},
    }


def _digest(given: Path) -> str:
    """Of all files with weights, by name."""
    files = [given] if given.is_file() else sorted(p for kind in _WEIGHTS for p in given.glob(kind))
    every = "".join(f"{each.name} {sha256_of(each)}\n" for each in files)
    return hashlib.sha256(every.encode()).hexdigest()


def _first_line(exc: Exception) -> str:
    return str(exc).strip().partition("\n")[0][:200]


def _tell(step: str, done: int, total: int) -> None:
    sys.stdout.write(json.dumps({"step": step, "done": done, "total": total}) + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run from a shell: see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m inference.factory.importing")
    parser.add_argument("source")
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    chosen: Any = parser.parse_args(arguments)
    try:
        bring(chosen.source, chosen.folder, chosen.name)
    except SerenoError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
