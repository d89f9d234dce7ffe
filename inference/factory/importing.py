"""Turns any causal language model that GenAI's builder knows into a model folder of ours.

    python -m inference.factory.importing SOURCE FOLDER NAME

SOURCE is a folder as Hugging Face's libraries write it, a GGUF file or a folder that holds one, or
the id of a model on the hub. Weights become 8-bit integers. Progress goes to standard output, a
JSON object a line; what went wrong is the last line of standard error.
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

from inference.runtime import manifest, quality
from inference.runtime.manifest import ModelInfo, sha256_of
from inference.runtime.quality import Predictions
from inference.runtime.reference import Tokens
from sereno.domain.errors import ModelError, SerenoError

_HUB_ID: Final = re.compile(r"[\w.-]+/[\w.-]+")
_WANTED: Final = ("*.json", "*.safetensors", "*.model", "*.jinja", "*.txt")
_WEIGHTS: Final = ("*.safetensors", "*.gguf", "*.bin")
# An embedding stays in floats: shared with the output in 8 bits, the builder's graph does not load.
_OPTIONS: Final = ("accuracy_level=4", "block_size=32", "is_symmetric=false", "hf_token=false")
_LEFT_OUT: Final = frozenset({"manifest.json"})


def bring(source: str, folder: Path, name: str) -> ModelInfo:
    """Export, quantise and measure the model at `source` into the empty `folder`.

    Raises ModelError naming the remedy.
    """
    with tempfile.TemporaryDirectory() as scratch:
        given = found(source, Path(scratch))
        _tell("read", 0, 1)
        model, tokenizer = opened(given)
        checkpoint = Path(scratch) / "checkpoint"
        model.save_pretrained(checkpoint)
        tokenizer.save_pretrained(checkpoint)
        _tell("read", 1, 1)
        _export(checkpoint, folder, Path(scratch))
    return _measured(folder, name, source, given, (model, tokenizer))


def found(source: str, scratch: Path) -> Path:
    """The folder or GGUF file that `source` names, fetched where it is the id of a model."""
    path = Path(source).expanduser()
    if path.is_dir():
        held = sorted(path.glob("*.gguf"))
        return path if (path / "config.json").exists() or len(held) != 1 else held[0]
    if path.is_file() or not _HUB_ID.fullmatch(source):
        return path
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
    try:
        model = AutoModelForCausalLM.from_pretrained(where, dtype=torch.float32, **options)
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


def _measured(
    folder: Path, name: str, source: str, given: Path, original: tuple[Any, Any]
) -> ModelInfo:
    model, tokenizer = original
    texts = quality.evaluation_texts()
    ids = quality.tokenised(folder, texts)
    _check_tokens(ids, [tokenizer(text).input_ids for text in texts])
    built = quality.predictions(quality.logits_of(folder, ids, _tell), ids)
    before = quality.predictions(_logits(model, ids), ids)
    info = _info(folder, name, (built, before), (source, _digest(given)))
    manifest.write_manifest(folder, info)
    return info


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


def _info(
    folder: Path, name: str, measured: tuple[Predictions, Predictions], came: tuple[str, str]
) -> ModelInfo:
    built, before = measured
    files = sorted(each for each in folder.iterdir() if each.name not in _LEFT_OUT)
    return ModelInfo(
        name=name,
        bytes=sum(each.stat().st_size for each in files),
        perplexity=built.perplexity,
        perplexity_original=before.perplexity,
        next_token_agreement=built.agreement(before),
        evaluated_tokens=len(before.likeliest),
        source=Path(came[0]).name if Path(came[0]).exists() else came[0],
        source_sha256=came[1],
        hashes={each.name: sha256_of(each) for each in files},
    )


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
