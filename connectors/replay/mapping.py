"""Map files: what the columns of a table mean, where their names do not tell.

See docs/reference/connectors.md. What a map does not say is inferred.
"""

from datetime import datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from connectors.maps import NamedSignal, Options
from connectors.replay.times import TimeKind, possible_format


class TimeMap(Options):
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
        if self.format is not None and not possible_format(self.format):
            raise ValueError("format names one part of a time twice")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as exc:
            raise ValueError("zone is not an IANA time zone, such as Europe/Madrid") from exc
        return self


def _in_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class TableMap(Options):
    """A whole map file."""

    time: Annotated[TimeMap, BeforeValidator(_in_column)] | None = None
    patient: str | None = None  # the column that tells patients apart
    parameter: str | None = None  # long tables: the columns that name and hold the value
    value: str | None = None
    unit: str | None = None
    signals: dict[str, NamedSignal] = Field(default_factory=dict)
    rate: float | None = Field(default=None, ge=0.001, le=10_000)  # Hz, of the waveform columns
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal["", ".", ","] = ""  # empty: a comma where ";" parts columns

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.parameter is None) != (self.value is None):
            raise ValueError("a long table needs both parameter and value")
        return self
