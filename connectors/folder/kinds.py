"""What kind of recording a file is: by its first bytes, else by its suffix."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from connectors.opening import Opening
from connectors.replay.player import Recording

# Imported only when used, as the schemes are.
_READERS: Final[Mapping[str, str]] = {
    "csv": "connectors.replay.tables:read_csv",
    "edf": "connectors.replay.edf:read_edf",
    "fit": "connectors.replay.fit:read_fit",
    "health": "connectors.replay.health:read_health",
    "parquet": "connectors.replay.tables:read_parquet",
    "vital": "connectors.replay.vital:read_vital",
    "wfdb": "connectors.replay.wfdb_record:read_wfdb",
}
KINDS: Final = tuple(_READERS)
TABLES: Final = frozenset({"csv", "parquet"})
_SUFFIXES: Final[Mapping[str, str]] = {
    ".csv": "csv", ".csv.gz": "csv", ".tsv": "csv", ".tsv.gz": "csv", ".edf": "edf", ".bdf": "edf",
    ".fit": "fit", ".xml": "health", ".zip": "health", ".parquet": "parquet", ".vital": "vital",
    ".hea": "wfdb",
}  # fmt: skip
_LARGEST_HEADER: Final = 1 << 20  # bytes of a WFDB header
_MOST_SEGMENTS: Final = 10_000


def reader_of(kind: str) -> Callable[[Opening], Recording]:
    """What reads files of `kind`."""
    module, _, name = _READERS[kind].partition(":")
    read: Callable[[Opening], Recording] = getattr(import_module(module), name)
    return read


def kind_of(path: Path) -> str | None:
    """The scheme that reads the file; None where there is none. Raises OSError."""
    with path.open("rb") as stream:
        head = stream.read(512)
    if head.startswith((b"0       ", b"\xffBIOSEMI")):
        return "edf"
    if head[8:12] == b".FIT":
        return "fit"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x1f\x8b") and _unpacked(head).startswith(b"VITA"):
        return "vital"
    name = path.name.lower()
    return next((kind for suffix, kind in _SUFFIXES.items() if name.endswith(suffix)), None)


def parts_of(header: Path) -> Iterator[Path]:
    """The files that a WFDB header names, and that its segments name in turn. Raises OSError."""
    for name, is_segment in _named(header):
        part = header.with_name(f"{name}.hea" if is_segment else name)
        yield part
        if is_segment and part.is_file():
            yield from (part.with_name(other) for other, more in _named(part) if not more)


def _named(header: Path) -> list[tuple[str, bool]]:
    """Names of a header's lines, and whether they are segments; none that leads elsewhere."""
    with header.open("rb") as stream:
        text = stream.read(_LARGEST_HEADER).decode("latin-1")
    lines = [line.split() for line in text.splitlines() if line.strip() and line[0] != "#"]
    segments = bool(lines) and "/" in lines[0][0]
    names = dict.fromkeys(line[0] for line in lines[1 : _MOST_SEGMENTS + 1])
    return [(name, segments) for name in names if name != "~" and Path(name).name == name]


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 16)
    except zlib.error:
        return b""
