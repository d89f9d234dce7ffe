"""CSV and Parquet files as recordings."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

from connectors.maps import read_map
from connectors.opening import Opening
from connectors.replay.layout import Layout, arrange
from connectors.replay.mapping import TableMap
from connectors.replay.naming import name_of
from connectors.replay.opening import replayed
from connectors.replay.player import Replay, Window
from connectors.replay.rows import Row, RowReader
from sereno.domain.errors import MalformedInput, SourceError

_SAMPLE = 512  # rows from which the time's kind and the rate are inferred
_LONGEST_LINE = 1 << 20  # bytes
_DELIMITERS = ",;\t|"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
_PARQUET_ROWS = 4096  # read at once
# What pyarrow raises, its own errors being these too, where a file is damaged.
_ARROW_ERRORS = (
    OSError, ValueError, TypeError, KeyError, IndexError, OverflowError, NotImplementedError,
    MemoryError, RuntimeError,
)  # fmt: skip


def open_csv(opening: Opening) -> Replay:
    """`csv:PATH?map=FILE`: comma, semicolon or tab separated, plain or gzipped."""
    return replayed(opening, read_csv(opening))


def open_parquet(opening: Opening) -> Replay:
    """`parquet:PATH?map=FILE`."""
    return replayed(opening, read_parquet(opening))


def read_csv(opening: Opening) -> "CsvRecording":
    """The CSV file itself."""
    return CsvRecording(*_told(opening))


def read_parquet(opening: Opening) -> "ParquetRecording":
    """The Parquet file itself."""
    return ParquetRecording(*_told(opening))


def _told(opening: Opening) -> "tuple[Path, TableMap, Whose]":
    opening.allow_options("map", "numbering")
    told = read_map(opening.options.get("map"), TableMap)
    return opening.file(), told, Whose(opening.patient, opening.options.get("numbering"))


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a table's rows are: of one `patient`, or of those that it names by a `numbering`.

    No numbering is the file's own: its patients are nobody's of another file.
    """

    patient: str | None = None
    numbering: str | None = None


class CsvRecording:
    """A CSV file as a `Recording`. Each line is a row: a line that is no row costs no other.

    Raises SourceError where it can not be opened, MalformedInput where its columns are unknown.
    """

    def __init__(self, path: Path, told: TableMap, whose: Whose | None = None) -> None:
        self._path = path
        self._told = told
        self._whose = whose or Whose()
        self.name = name_of("csv", path)
        header, rows = self._open_rows()
        try:
            self._header = header
            self._layout = arrange(header, _good(islice(rows, _SAMPLE)), told)
        finally:
            rows.close()
        self.ignored = self._layout.ignored

    def windows(self) -> Iterator[Window]:
        """Read it through; see `Recording`."""
        header, rows = self._open_rows()
        try:
            sample = list(islice(rows, _SAMPLE))
            layout = arrange(header, _good(sample), self._told)
            reader = _reader(layout, self, self._path, self._whose, comma=self._comma)
            yield from reader.windows(chain(sample, rows))
        finally:
            rows.close()

    @property
    def _comma(self) -> bool:
        """Whether decimals follow a comma: told, or where a semicolon parts the columns."""
        return self._told.decimal == "," or (not self._told.decimal and self._delimiter == ";")

    def _open_rows(self) -> tuple[list[str], "_Rows"]:
        rows = _Rows(self._path)
        try:
            first = rows.header()
            self._delimiter = self._told.delimiter or _delimiter(first)
            rows.delimiter = self._delimiter
            return rows.cells(first), rows
        except BaseException:
            rows.close()
            raise


class _Rows:
    """The lines of a CSV file as rows, its header first."""

    def __init__(self, path: Path) -> None:
        self.delimiter = ","
        try:
            self._stream = _open_bytes(path)
        except OSError as exc:
            raise SourceError("the file can not be opened; check its permissions") from exc

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def header(self) -> str:
        """The first line that is not empty. Raises MalformedInput."""
        try:
            line = b"\n"
            while line and not line.strip():
                line = self._stream.readline(_LONGEST_LINE)
        except (OSError, EOFError, zlib.error) as exc:
            raise MalformedInput("the file is not what its name says; is it damaged?") from exc
        if line.startswith(_UTF16):
            raise MalformedInput("the file is UTF-16; save it as UTF-8")
        text = _text(line.removeprefix(_UTF8_MARK))
        if not text.strip() or "\0" in text:
            raise MalformedInput("the file is empty or no CSV; it needs a first line of names")
        return text

    def cells(self, line: str) -> list[str]:
        """A line's cells."""
        try:
            return next(csv.reader([line.rstrip("\r\n")], delimiter=self.delimiter), [])
        except csv.Error as exc:
            raise MalformedInput("its quotes or line ends are not those of a CSV") from exc

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        while True:
            try:
                line = self._stream.readline(_LONGEST_LINE)
            except (OSError, EOFError, zlib.error):
                self.close()
                return Row((), b"", "the file is cut off or damaged here; its rest is lost")
            except ValueError:  # closed by the line above
                raise StopIteration from None
            if not line:
                raise StopIteration
            if line.strip():
                return self._row(line)

    def _row(self, line: bytes) -> Row:
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            return Row((), line, f"it is longer than {_LONGEST_LINE} bytes")
        text = _text(line)
        if '"' not in text:
            return Row(text.rstrip("\r\n").split(self.delimiter), line)
        try:
            return Row(self.cells(text), line)
        except MalformedInput as exc:
            return Row((), line, str(exc))


def _open_bytes(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


class ParquetRecording:
    """A Parquet file as a `Recording`, of which only the columns in use are read.

    Raises SourceError where it can not be opened, MalformedInput where its columns are unknown.
    """

    def __init__(self, path: Path, told: TableMap, whose: Whose | None = None) -> None:
        self._path = path
        self._told = told
        self._whose = whose or Whose()
        self.name = name_of("parquet", path)
        with self._file() as file:
            names = list(file.schema_arrow.names)
            self._sample = list(map(tuple, islice(self._read(file, names, _SAMPLE), _SAMPLE)))
        layout = arrange(names, self._sample, told)
        self.ignored = layout.ignored
        used = sorted(_used(layout))
        self._names = [names[index] for index in used]
        self._sample = [tuple(row[index] for index in used) for row in self._sample]

    def windows(self) -> Iterator[Window]:
        """Read it through; see `Recording`."""
        layout = arrange(self._names, self._sample, self._told)
        reader = _reader(layout, self, self._path, self._whose, comma=False)
        with self._file() as file:
            rows = self._read(file, self._names, _PARQUET_ROWS)
            yield from reader.windows(map(Row, rows))

    def _read(self, file: Any, names: Sequence[str], size: int) -> Iterator[Sequence[object]]:
        try:
            yield from _rows(file, names, size)
        except _ARROW_ERRORS as exc:
            raise MalformedInput("the file is damaged; what could be read was") from exc

    def _file(self) -> Any:
        import pyarrow.parquet

        try:
            return pyarrow.parquet.ParquetFile(self._path, pre_buffer=False)
        except _ARROW_ERRORS as exc:
            raise MalformedInput("it is no Parquet file, or damaged; write it again") from exc


def _rows(file: Any, names: Sequence[str], size: int) -> Iterator[Sequence[object]]:
    for batch in file.iter_batches(batch_size=size, columns=list(names)):
        yield from zip(*(_values(batch.column(name)) for name in names), strict=True)


def _values(column: Any) -> list[object]:
    """A column's values as plain Python: nanoseconds would need pandas, and are not needed."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    elif pa.types.is_duration(column.type) and column.type.unit == "ns":
        column = column.cast(pa.duration("us"), safe=False)
    values: list[object] = column.to_pylist()
    return values


def _used(layout: Layout) -> set[int]:
    used = {*layout.time, *layout.facts.values(), *(column.index for column in layout.columns)}
    long = layout.long
    more = (long.parameter, long.value, long.text, long.unit, long.error) if long else ()
    return used | {index for index in (layout.patient, *more) if index is not None}


def _reader(
    layout: Layout,
    recording: CsvRecording | ParquetRecording,
    path: Path,
    whose: Whose,
    *,
    comma: bool,
) -> RowReader:
    stem = Path(path.name.removesuffix(".gz")).stem
    return RowReader(
        layout,
        recording.name,
        default=whose.patient or stem,
        authority=stem if whose.numbering is None else whose.numbering,
        only=whose.patient,
        comma=comma,
    )


def _good(rows: Iterator[Row] | list[Row]) -> list[Sequence[object]]:
    return [row.cells for row in rows if not row.wrong]


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")  # never fails, and is what older Spanish exports are in
