"""The destination: a file for each page, written whole or not at all, and each row in one alone."""

import errno
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from anyio import to_thread

from connectors.opening import Opening
from sereno.domain.errors import SourceError
from sereno.domain.vitals import VITALS
from sereno.ports import Outgoing, Topic

OPTIONS: Final = ("every", "names")
AT_ONCE: Final = 4000  # rows of the outbox in a file: some 40,000 values of a ward
_HOUR: Final = 3600.0
_DAY: Final = 24 * _HOUR
_NAME: Final = re.compile(r"values-(\d+)-(\d+)-[0-9a-f]{16}\.parquet")
_HALF: Final = re.compile(rf"\.{_NAME.pattern}\.part")  # one that is being written
_MODE: Final = 0o600  # as all that is kept of patients
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def open_folder(opening: Opening) -> "ParquetFolder":
    """`parquet:/folder?every=1h`."""
    opening.allow_options(*OPTIONS)
    if not opening.path.startswith(("/", "~")):
        raise SourceError("a folder is written in full; write parquet:/FOLDER?every=1h")
    return ParquetFolder(
        Path(opening.path).expanduser(),
        timedelta(seconds=opening.duration("every", _HOUR, low=1, high=_DAY)),
        names=opening.chosen("names", "no", "yes", "no") == "yes",
    )


class ParquetFolder:
    """A Destination that is told every so often, with a file for each page.

    A file's name says which rows of the outbox it holds, and their keys stand in it: what is told
    again, since nobody noted that it was told, is found there and left out.
    """

    topics = frozenset({Topic.MEASURED})
    live_first = False
    most = AT_ONCE

    def __init__(self, folder: Path, every: timedelta, *, names: bool) -> None:
        self.name = "parquet"  # a folder may be called after anybody
        self.every = every
        self._folder = folder
        self._names = names
        self._cleared = False

    async def deliver(self, told: Sequence[Outgoing]) -> None:
        """Write them; see `sereno.ports.Destination`."""
        await to_thread.run_sync(partial(self._write, [each for each in told if each.observations]))

    async def check(self) -> str:
        """Whether it can be written in; see `sereno.ports.Reachable`. Raises SourceError."""
        await to_thread.run_sync(self._try)
        return "the folder is there and can be written in"

    def _try(self) -> None:
        if not self._folder.is_dir():
            raise SourceError("the folder is not there; make it, or check the path")
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise SourceError("the folder may not be written in; check who owns it")

    def _write(self, told: list[Outgoing]) -> None:
        self._try()
        try:
            self._clear()
            known = self._written(told)
            rest = [each for each in told if each.key not in known]
            if rest:
                self._put(rest)
        except OSError as exc:
            if exc.errno in _FULL:
                raise SourceError("no space is left for the folder; free some") from exc
            raise SourceError(
                "the folder can not be written in; check its disk and who owns it"
            ) from exc

    def _clear(self) -> None:
        """Delete, once, what was being written when the process was killed."""
        if not self._cleared:
            for path in self._folder.iterdir():
                if _HALF.fullmatch(path.name):
                    path.unlink(missing_ok=True)
        self._cleared = True

    def _written(self, told: Sequence[Outgoing]) -> set[str]:
        """The keys of those that stand in a file already."""
        if not told:
            return set()
        first, last = told[0].number, told[-1].number
        overlapping = [
            path
            for path in self._folder.iterdir()
            if (match := _NAME.fullmatch(path.name))
            and int(match[1]) <= last
            and first <= int(match[2])
        ]
        return {key for path in overlapping for key in _keys(path)}

    def _put(self, told: Sequence[Outgoing]) -> None:
        import pyarrow.parquet

        digest = hashlib.sha256("".join(each.key for each in told).encode()).hexdigest()[:16]
        name = f"values-{told[0].number:012}-{told[-1].number:012}-{digest}.parquet"
        half = self._folder / f".{name}.part"
        try:
            half.unlink(missing_ok=True)
            with _new(half) as written:
                table = _table(told, names=self._names)
                pyarrow.parquet.write_table(table, written, compression="zstd")
                written.flush()
                os.fsync(written.fileno())
            half.replace(self._folder / name)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _new(path: Path) -> BinaryIO:
    """A file that was not there, for its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb")


def _keys(path: Path) -> Iterator[str]:
    import pyarrow.lib
    import pyarrow.parquet

    try:
        column = pyarrow.parquet.read_table(path, columns=["key"])["key"]
    except pyarrow.lib.ArrowInvalid as exc:
        raise SourceError(
            "a file in the folder is damaged; move it away, and it is written again"
        ) from exc
    yield from set(column.to_pylist())


def _table(told: Sequence[Outgoing], *, names: bool) -> Any:
    """A row a value. Whom it is about is an opaque id, unless names are asked for."""
    import pyarrow as pa

    values = [(each, one) for each in told for one in each.observations]
    text = pa.dictionary(pa.int32(), pa.string())
    columns: dict[str, Any] = {
        "patient": pa.array([each.patient.id for each, _ in values], text),
        "parameter": pa.array([one.signal.value for _, one in values], text),
        "time": pa.array([one.time for _, one in values], pa.timestamp("us", tz="UTC")),
        "value": pa.array([one.value for _, one in values], pa.float64()),
        "unit": pa.array([VITALS[one.signal].unit for _, one in values], text),
        "quality": pa.array([one.quality.value for _, one in values], text),
        "source": pa.array([one.source for _, one in values], text),
        "version": pa.array([one.version for _, one in values], pa.int32()),
    }
    if names:
        for name in ("identifier", "authority", "name", "bed"):
            cells = [getattr(each.patient, name) for each, _ in values]
            columns[name] = pa.array(cells, text)
    columns["key"] = pa.array([each.key for each, _ in values], text)
    return pa.table(columns)
