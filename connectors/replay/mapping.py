"""Map files: what the columns of a table mean, where their names do not tell.

TOML or JSON; see docs/reference/connectors.md. What a map does not say is inferred.
"""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from connectors.replay.times import TimeKind
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.vitals import Signal

_LARGEST = 1 << 20  # bytes; a map is a page of text


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TimeMap(_Options):
    """The time column: its name, how it is written, and what it leaves out."""

    column: str
    kind: TimeKind | None = None
    format: str | None = None  # strptime, for dates that are not ISO 8601
    zone: str = "UTC"  # of times that name none
    start: datetime | None = None  # where relative times count from; needs a zone

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.start is not None and self.start.tzinfo is None:
            raise ValueError("start needs a zone, such as 2026-03-01T08:00:00Z")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as exc:
            raise ValueError("zone is not an IANA time zone, such as Europe/Madrid") from exc
        return self


def _named(value: object) -> object:
    return {"signal": value} if isinstance(value, str) else value


def _in_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class SignalMap(_Options):
    """What one column, or one name in the parameter column, stands for."""

    signal: Signal
    unit: str | None = None


class TableMap(_Options):
    """A whole map file."""

    time: Annotated[TimeMap, BeforeValidator(_in_column)] | None = None
    patient: str | None = None  # the column that tells patients apart
    parameter: str | None = None  # long tables: the columns that name and hold the value
    value: str | None = None
    unit: str | None = None
    signals: dict[str, Annotated[SignalMap, BeforeValidator(_named)]] = Field(default_factory=dict)
    rate: float | None = Field(default=None, gt=0, le=10_000)  # Hz, of the waveform columns
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal["", ".", ","] = ""  # empty: a comma where ";" parts columns

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.parameter is None) != (self.value is None):
            raise ValueError("a long table needs both parameter and value")
        return self


def read_map(file: str | None) -> TableMap:
    """The map in `file`, or an empty one. Raises SourceError, MalformedInput."""
    if file is None:
        return TableMap()
    path = Path(file).expanduser()
    try:
        content = _parse(path)
    except OSError as exc:
        raise SourceError("the map file can not be opened; check map=") from exc
    except ValueError as exc:  # covers UTF-8, TOML and JSON errors
        raise MalformedInput(f"the map file is no valid TOML or JSON: {exc}") from exc
    try:
        return TableMap.model_validate(content)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the map"
        raise MalformedInput(f"the map file is wrong at {where}: {first['msg']}") from exc


def _parse(path: Path) -> Any:
    with path.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError("larger than a megabyte")
    text = content.decode("utf-8-sig")
    return json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
