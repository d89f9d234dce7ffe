"""A folder into which files are put: which of them are whole, and where they go when they are read.

A file is whole when two looks find it with the same size and time of change. Writing under another
name (`.part`) and renaming is safer still, on a share that stalls.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from connectors.folder.kinds import kind_of, parts_of
from sereno.domain.errors import SourceError
from sereno.ports import Clock

DONE, FAILED = "done", "failed"
PATIENCE: Final = timedelta(minutes=15)  # for what a file lacks, or for what it may belong to
MOST_FILES: Final = 10_000  # that are looked at at once; the others when these are done
_UNFINISHED: Final = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".temp")
_MOST_NAMESAKES: Final = 10_000

_GONE: Final = "the folder is not there; is the share connected?"
_WRITE: Final = "let Sereno write to the folder"

_Sign = tuple[int, int]  # size and time of change


@dataclass(frozen=True, slots=True)
class Arrival:
    """One recording: its file and those that belong to it. `kind` is None where none is known."""

    kind: str | None
    path: Path
    files: tuple[Path, ...]


@dataclass(slots=True)
class _Seen:
    sign: _Sign
    since: datetime  # when it was first seen like this
    looks: int = 1


class Inbox:
    """What lies in `root`. Raises SourceError where it can not be looked into."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self._root = root
        self._clock = clock
        self._seen: dict[Path, _Seen] = {}
        self.restless = True  # whether the latest look found anything new or changed

    def waiting(self) -> int:
        """How many files lie there."""
        return len(self._look())

    def prepare(self) -> None:
        """Make the folders that files are moved to, before any is read. Raises SourceError."""
        if not self._root.is_dir():
            raise SourceError(_GONE)
        try:
            for where in (DONE, FAILED):
                (self._root / where).mkdir(exist_ok=True)
        except OSError as exc:
            raise SourceError(f"{DONE}/ or {FAILED}/ can not be made; {_WRITE}") from exc

    def ready(self) -> list[Arrival]:
        """What is whole now, in the order of its arrival."""
        self._note(self._look())
        headers = [path for path in self._seen if path.suffix.lower() == ".hea"]
        parts = {header: tuple(_parts(header)) for header in headers if self._whole(header)}
        claimed = {part for each in parts.values() for part in each}
        found = []
        for path in list(self._seen):
            if path in claimed or not self._whole(path):
                continue
            arrival = self._arrival(path, parts)
            if arrival is not None:
                found.append(arrival)
        return sorted(found, key=lambda each: (self._seen[each.path].sign[1], str(each.path)))

    def patient_of(self, arrival: Arrival) -> str | None:
        """The folder within the folder that it lies in; None where it lies in none."""
        inside = arrival.path.relative_to(self._root).parts
        return inside[0] if len(inside) > 1 else None

    def told(self, arrival: Arrival) -> bytes:
        """Where it lies, for the sealed dead letter alone."""
        return os.fsencode(arrival.path.relative_to(self._root))

    def put(self, arrival: Arrival, where: str) -> None:
        """Move it to `where`, beside what went there before. Raises SourceError.

        One that has changed since it was found stays where it is, and is read again.
        """
        if any(_sign(file) != self._seen[file].sign for file in arrival.files):
            return
        inside = [file.relative_to(self._root) for file in arrival.files]
        try:
            target = self._free(where, inside)
            for file, name in zip(arrival.files, inside, strict=True):
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                file.rename(target / name)
                self._seen.pop(file, None)
        except OSError as exc:
            raise SourceError(f"a file can not be moved to {where}/; {_WRITE}") from exc

    def _free(self, where: str, names: list[Path]) -> Path:
        """`where`, or a numbered folder within it where it has files of these names already."""
        for number in range(1, _MOST_NAMESAKES):
            target = self._root / where / (str(number) if number > 1 else "")
            if not any((target / name).exists() for name in names):
                return target
        raise FileExistsError

    def _look(self) -> dict[Path, _Sign]:
        if not self._root.is_dir():
            raise SourceError(_GONE)
        found: dict[Path, _Sign] = {}
        for path in _files(self._root):
            sign = _sign(path)
            if sign is not None:
                found[path] = sign
            if len(found) >= MOST_FILES:
                break
        return found

    def _note(self, found: Mapping[Path, _Sign]) -> None:
        now = self._clock.now()
        self.restless = False
        for path, sign in found.items():
            seen = self._seen.get(path)
            if seen is None or seen.sign != sign:
                self._seen[path] = _Seen(sign, now)
                self.restless = True
            else:
                seen.looks += 1
        for path in self._seen.keys() - found.keys():
            del self._seen[path]

    def _whole(self, path: Path) -> bool:
        seen = self._seen.get(path)
        return seen is not None and seen.looks > 1 and (seen.sign[0] > 0 or self._waited(path))

    def _waited(self, path: Path) -> bool:
        return self._clock.now() - self._seen[path].since >= PATIENCE

    def _arrival(self, path: Path, parts: Mapping[Path, tuple[Path, ...]]) -> Arrival | None:
        """`path` with all that belongs to it; None where some of that may still come."""
        if path in parts:
            if not all(map(self._whole, parts[path])) and not self._waited(path):
                return None
            there = [part for part in parts[path] if part in self._seen]
            return Arrival("wfdb", path, tuple(dict.fromkeys([path, *there, *self._beside(path)])))
        kind = _kind(path)
        if kind is None and (self._has_header(path) or not self._waited(path)):
            return None
        return Arrival(kind, path, (path,))

    def _beside(self, header: Path) -> Iterator[Path]:
        """Annotations of a WFDB record, which are not read: they go where it goes."""
        for path in list(self._seen):
            alike = path.parent == header.parent and path.stem == header.stem
            if alike and path != header and _kind(path) is None:
                yield path

    def _has_header(self, path: Path) -> bool:
        return path.with_suffix(".hea") in self._seen


def _sign(path: Path) -> _Sign | None:
    """Size and time of change; None where it is gone, or not for us."""
    try:
        status = path.stat(follow_symlinks=False)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _files(root: Path) -> Iterator[Path]:
    """Files that may be read, to any depth; links lead elsewhere and are left alone."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        taken = {DONE, FAILED} if here == root else set()
        folders[:] = sorted(name for name in folders if name not in taken and name[0] != ".")
        for name in sorted(names):
            if name[0] not in ".~" and not name.lower().endswith(_UNFINISHED):
                path = here / name
                if not path.is_symlink():
                    yield path


def _parts(header: Path) -> Iterator[Path]:
    try:
        yield from parts_of(header)
    except OSError:
        return


def _kind(path: Path) -> str | None:
    try:
        return kind_of(path)
    except OSError:  # gone meanwhile, or held by another program: nothing is known yet
        return None
