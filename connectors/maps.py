"""Map files: what a clinic says the names and codes of its sources mean. TOML or JSON."""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from connectors.opening import path_of
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.vitals import Signal

_LARGEST = 1 << 20  # bytes; a map is a page of text


class Options(BaseModel):
    """A part of a map file: closed and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignalMap(Options):
    """What one name or code stands for. Without a unit, what the source says holds."""

    signal: Signal
    unit: str | None = None


def _named(value: object) -> object:
    return {"signal": value} if isinstance(value, str) else value


# `"HR" = "heart_rate"`, or `"Temp" = { signal = "temperature", unit = "degF" }`.
NamedSignal = Annotated[SignalMap, BeforeValidator(_named)]
M = TypeVar("M", bound=Options)


def read_map(file: str | None, kind: type[M]) -> M:
    """The map in `file`, or an empty one. Raises SourceError, MalformedInput."""
    if file is None:
        return kind()
    path = path_of(file)
    try:
        content = _parse(path)
    except OSError as exc:
        raise SourceError("the map file can not be opened; check map=") from exc
    except RecursionError as exc:
        raise MalformedInput("the map file is nested deeper than any map is") from exc
    except ValueError as exc:  # covers UTF-8, TOML and JSON errors
        raise MalformedInput(f"the map file is no valid TOML or JSON: {exc}") from exc
    try:
        return kind.model_validate(content)
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
