"""From `scheme:path?option=value` to a connector."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import unquote

import anyio

from sereno.domain.errors import InvalidEntry, SourceError
from sereno.ports import Clock, Connector

GROUP = "sereno.connectors"

# Imported only when used: wfdb and pyarrow cost tens of megabytes each.
_BUILT_IN: Mapping[str, str] = {
    "csv": "connectors.replay.tables:open_csv",
    "parquet": "connectors.replay.tables:open_parquet",
    "sim": "connectors.simulator:open_ward",
    "wfdb": "connectors.replay.wfdb_record:open_wfdb",
}

# An option list can only follow the last "?", so that a path may hold one too.
_OPTIONS = re.compile(
    r"\A(?P<path>.*?)\?(?P<options>[a-z_0-9]+=[^&?]*(?:&[a-z_0-9]+=[^&?]*)*)\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an opener is given: the source taken apart, and how it is to be played.

    `path` is what stands between the scheme and the options, as it was typed; `options` are
    percent-decoded. `speed` is a multiple of real time, None for as fast as possible. `shift`
    asks for recorded times to be moved to the present.
    """

    scheme: str
    path: str
    options: Mapping[str, str] = field(default_factory=dict)
    patient: str | None = None
    speed: float | None = 1.0
    shift: bool = False
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep

    def file(self) -> Path:
        """`path` as an existing file. Raises SourceError."""
        path = Path(self.path).expanduser()
        if not path.is_file():  # its name may be a patient's, and is not repeated
            raise SourceError(f"there is no such file; check the path after '{self.scheme}:'")
        return path

    def allow_options(self, *known: str) -> None:
        """Raise SourceError for an option that the connector does not know."""
        unknown = sorted(set(self.options) - set(known))
        if unknown:
            raise SourceError(
                f"{self.scheme}: knows no option {unknown[0]!r}; known are: "
                f"{', '.join(sorted(known)) or 'none'}"
            )

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        """An option as a number from `low` to `high`. Raises SourceError for any other."""
        text = self.options.get(name)
        try:
            value = default if text is None else float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise SourceError(f"{name} must be a number from {low:g} to {high:g}")
        return value


Opener = Callable[[Opening], Connector]


def known_schemes() -> list[str]:
    """The schemes that can be opened here, our own and those of installed plug-ins."""
    return sorted({*_BUILT_IN, *(point.name for point in entry_points(group=GROUP))})


def open_source(
    source: str,
    *,
    clock: Clock,
    patient: str | None = None,
    speed: float | None = 1.0,
    shift: bool = False,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> Connector:
    """The connector that `source` names.

    `patient` names the one patient of a source that tells none, or picks one of those it tells.
    `speed` is a multiple of real time, None for as fast as possible. `shift` moves recorded
    times to the present: a recording then starts now, or ends now when it is played faster than
    real time, since its times would run into the future. `sleep` waits for seconds.

    Raises InvalidEntry for a speed that is none, SourceError for an unknown scheme or option, a
    missing file or one without a known channel, MalformedInput where the file can not be
    understood at all.
    """
    if speed is not None and not 0 < speed < float("inf"):
        raise InvalidEntry("speed must be a number above 0, or 'max' for as fast as possible")
    scheme, separator, rest = source.partition(":")
    if not separator or not rest:
        raise SourceError(f"a source is written scheme:path; {_known()}")
    path, options = _take_apart(rest)
    opening = Opening(
        scheme=scheme, path=path, options=options, patient=patient, speed=speed, shift=shift,
        clock=clock, sleep=sleep,
    )  # fmt: skip
    return _opener(scheme)(opening)


def _take_apart(rest: str) -> tuple[str, dict[str, str]]:
    match = _OPTIONS.match(rest)
    if match is None:
        return rest, {}
    pairs = (pair.partition("=") for pair in match["options"].split("&"))
    return match["path"], {name: unquote(value) for name, _, value in pairs}


def _opener(scheme: str) -> Opener:
    if scheme in _BUILT_IN:
        module, _, name = _BUILT_IN[scheme].partition(":")
        opener: Opener = getattr(import_module(module), name)
        return opener
    for point in entry_points(group=GROUP, name=scheme):
        plug_in: Opener = point.load()
        return plug_in
    raise SourceError(f"no connector reads that scheme; {_known()}")


def _known() -> str:
    return f"known schemes are: {', '.join(known_schemes())}"
