"""Files that are either whole or not there."""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sereno.domain.errors import ModelError


def write_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Write `chunks` to `path` so that a crash at any moment leaves no partial file by that name.

    Raises ModelError where the disk is full or the folder can not be written.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as exc:
        raise _explained(path, exc) from exc
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explained(path: Path, exc: OSError) -> ModelError:
    if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ModelError(
            f"no space left for {path}: free 500 MB there, or choose another --data-dir"
        )
    return ModelError(f"can not write {path} ({exc.strerror}): make the folder writable")
