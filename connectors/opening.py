"""From `scheme:path?option=value` to a connector, or to a destination."""

import ipaddress
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio

from sereno.domain.errors import InvalidEntry, SourceError
from sereno.ports import Clock, Connector, Destination, Topic

GROUP = "sereno.connectors"
DESTINATION_GROUP = "sereno.destinations"

# Imported only when used: wfdb and pyarrow cost tens of megabytes each.
_BUILT_IN: Mapping[str, str] = {
    "ble": "connectors.ble:open_ble",
    "csv": "connectors.replay.tables:open_csv",
    "edf": "connectors.replay.edf:open_edf",
    "fhir": "connectors.fhir.listener:open_listener",
    "fhir+http": "connectors.fhir.poller:open_poller",
    "fhir+https": "connectors.fhir.poller:open_poller",
    "fit": "connectors.replay.fit:open_fit",
    "folder": "connectors.folder:open_folder",
    "health": "connectors.replay.health:open_health",
    "mllp": "connectors.mllp:open_mllp",
    "mqtt": "connectors.mqtt:open_mqtt",
    "mqtts": "connectors.mqtt:open_mqtt",
    "parquet": "connectors.replay.tables:open_parquet",
    "relay": "connectors.relay.listener:open_listener",
    "sim": "connectors.simulator:open_ward",
    "vital": "connectors.replay.vital:open_vital",
    "wfdb": "connectors.replay.wfdb_record:open_wfdb",
}

_DESTINATIONS: Mapping[str, str] = {
    "fhir+push+http": "connectors.fhir.pusher:open_pusher",
    "fhir+push+https": "connectors.fhir.pusher:open_pusher",
    "mllp+out": "connectors.mllp.sender:open_sender",
    "parquet": "connectors.parquet:open_folder",
    "sereno+http": "connectors.relay.sending:open_sending",
    "sereno+https": "connectors.relay.sending:open_sending",
    "webhook+http": "connectors.webhook:open_webhook",
    "webhook+https": "connectors.webhook:open_webhook",
}

# Who is told of recordings, too. The others page somebody, or write into the hospital's record.
TOLD_OF_RECORDINGS = frozenset({"parquet", "sereno+http", "sereno+https"})

_LONGEST_SECRET = 4096  # characters
_LONGEST_NAMED = 40  # characters of an option that is named as not known
_SECONDS: Mapping[str, float] = {"s": 1, "m": 60, "h": 3600, "d": 86400}

# An option list can only follow the last "?", so that a path may hold one too.
_OPTIONS = re.compile(
    r"\A(?P<path>.*?)\?(?P<options>[a-z_0-9]+=[^&?]*(?:&[a-z_0-9]+=[^&?]*)*)\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a peer is: `rest` is what follows the host and the port, without the first "/"."""

    host: str
    port: int
    user: str | None
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an opener is given: the source taken apart, and how it is to be played.

    `path` is what stands between the scheme and the options, as it was typed; `options` are
    percent-decoded. `speed` is a multiple of real time, None for as fast as possible. `shift`
    asks for recorded times to be moved to the present. `zone` is the clinic's IANA time zone, for
    senders whose times name none.
    """

    scheme: str
    path: str
    options: Mapping[str, str] = field(default_factory=dict)
    patient: str | None = None
    speed: float | None = 1.0
    shift: bool = False
    zone: str = "UTC"
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep

    def address(self, port: int) -> "Address":
        """`path` as `//user@host:port/rest`, where `port` is the usual one. Raises SourceError."""
        try:
            parts = urlsplit(f"{self.scheme}:{self.path}")
            host, given, secret = parts.hostname, parts.port, parts.password
        except ValueError:
            host = given = secret = None
        if secret is not None:
            raise SourceError(
                f"a password in an address is seen by others; write "
                f"{self.scheme}://USER@HOST?password=file:/PATH"
            )
        if not host:
            raise SourceError(f"an address is written {self.scheme}://HOST:{port}")
        user = unquote(parts.username) if parts.username else None
        return Address(
            host, port if given is None else given, user, unquote(parts.path.lstrip("/"))
        )

    def secret(self, name: str) -> str | None:
        """An option that refers to a secret: `file:/PATH` or `env:NAME`; None where it is absent.

        Raises SourceError where the reference leads nowhere, or is the secret itself.
        """
        reference = self.options.get(name)
        if reference is None:
            return None
        kind, _, where = reference.partition(":")
        if kind == "env" and where:
            found = os.environ.get(where)
        elif kind == "file" and where:
            found = _first_line(path_of(where))
        else:
            raise SourceError(
                f"{name} must not stand where others can read it; write {name}=file:/PATH or "
                f"{name}=env:NAME"
            )
        if not found:
            raise SourceError(f"{name} is empty or can not be read; check what {kind}: refers to")
        return found

    def existing(self, name: str) -> Path | None:
        """An option that names a file, such as a certificate. Raises SourceError."""
        text = self.options.get(name)
        if text is None:
            return None
        path = path_of(text)
        if not is_file(path):
            raise SourceError(f"{name} names no file; check {name}=")
        return path

    def file(self) -> Path:
        """`path` as an existing file. Raises SourceError."""
        path = path_of(self.path)
        if not is_file(path):  # its name may be a patient's, and is not repeated
            raise SourceError(f"there is no such file; check the path after '{self.scheme}:'")
        return path

    def allow_options(self, *known: str) -> None:
        """Raise SourceError for an option that the connector does not know."""
        unknown = sorted(set(self.options) - set(known))
        if unknown:
            raise SourceError(
                f"{self.scheme}: knows no option {unknown[0][:_LONGEST_NAMED]!r}; known are: "
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

    def duration(self, name: str, default: float, *, low: float, high: float) -> float:
        """An option such as `30s`, `5m`, `2h` or `1d` in seconds; a bare number is seconds.

        Raises SourceError for any other, and beyond `low` and `high`.
        """
        text = self.options.get(name)
        if text is None:
            return default
        factor = _SECONDS.get(text[-1:])
        try:
            value = float(text) if factor is None else float(text[:-1]) * factor
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise SourceError(
                f"{name} is written like 30s, 5m or 2h, from {low:g} to {high:g} seconds"
            )
        return value

    def chosen(self, name: str, default: str, *known: str) -> str:
        """An option that is one of a few words. Raises SourceError for any other."""
        word = self.options.get(name, default)
        if word not in known:
            raise SourceError(f"{name} must be one of: {', '.join(known)}")
        return word

    def topics(self, *offered: Topic, usual: frozenset[Topic] | None = None) -> frozenset[Topic]:
        """What a destination is told: `tell=alarms,scores`, of what it can be told.

        Where nothing is said, what is `usual`, else all of it. Raises SourceError.
        """
        told = self.options.get("tell")
        known = {topic.value: topic for topic in offered or Topic}
        if told is None:
            return frozenset(known.values()) if usual is None else usual
        words = [word.strip() for word in told.split(",")]
        if not words or not set(words) <= set(known):
            raise SourceError(f"tell names one or more of: {', '.join(sorted(known))}")
        return frozenset(known[word] for word in words)


Opener = Callable[[Opening], Connector]
DestinationOpener = Callable[[Opening], Destination]


def path_of(text: str) -> Path:
    """`text` as a path, where `~` and `~NAME` are somebody's home. Raises SourceError."""
    if "\0" in text:
        raise SourceError("a path holds no NUL; check it")
    try:
        return Path(text).expanduser()
    except RuntimeError as exc:
        raise SourceError("a path begins with the home (~) of nobody; write it in full") from exc


def is_file(path: Path) -> bool:
    """Whether a file is there; not where its name is longer than any file's."""
    with suppress(OSError):
        return path.is_file()
    return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there; not where its name is longer than any folder's."""
    with suppress(OSError):
        return path.is_dir()
    return False


def is_loopback(host: str) -> bool:
    """Whether what goes to `host`, or is listened for there, stays on this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def known_schemes() -> list[str]:
    """The schemes that can be opened here, our own and those of installed plug-ins."""
    return sorted({*_BUILT_IN, *(point.name for point in entry_points(group=GROUP))})


def known_destinations() -> list[str]:
    """The schemes of those who can be told, our own and those of installed plug-ins."""
    group = entry_points(group=DESTINATION_GROUP)
    return sorted({*_DESTINATIONS, *(point.name for point in group)})


def open_destination(
    destination: str,
    *,
    clock: Clock,
    zone: str = "UTC",
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> Destination:
    """Whom `destination` names, without a connection yet; `zone` is the clinic's.

    Raises SourceError for an unknown scheme or option, or a missing file.
    """
    scheme, separator, rest = destination.partition(":")
    if not separator or not rest:
        raise SourceError(f"a destination is written scheme:path; {_known_destinations()}")
    path, options = _take_apart(rest)
    opening = Opening(
        scheme=scheme, path=path, options=options, zone=zone, clock=clock, sleep=sleep
    )
    return _destination_opener(scheme)(opening)


def place_of(written: str) -> str:
    """A source or a destination without its options."""
    scheme, separator, rest = written.partition(":")
    return f"{scheme}{separator}{_take_apart(rest)[0]}"


def open_source(
    source: str,
    *,
    clock: Clock,
    patient: str | None = None,
    speed: float | None = 1.0,
    shift: bool = False,
    zone: str = "UTC",
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> Connector:
    """The connector that `source` names.

    `patient` names the one patient of a source that tells none, or picks one of those it tells.
    `speed` is a multiple of real time, None for as fast as possible. `shift` moves recorded
    times to the present: a recording then starts now, or ends now when it is played faster than
    real time, since its times would run into the future. `zone` is the clinic's. `sleep` waits
    for seconds.

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
        zone=zone, clock=clock, sleep=sleep,
    )  # fmt: skip
    return _opener(scheme)(opening)


def _take_apart(rest: str) -> tuple[str, dict[str, str]]:
    match = _OPTIONS.match(rest)
    if match is None:
        return rest, {}
    pairs = (pair.partition("=") for pair in match["options"].split("&"))
    return match["path"], {name: unquote(value) for name, _, value in pairs}


def _first_line(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8") as stream:
            return stream.readline(_LONGEST_SECRET).strip()
    except (OSError, UnicodeDecodeError):
        return None


def _opener(scheme: str) -> Opener:
    if scheme in _BUILT_IN:
        opener: Opener = _imported(_BUILT_IN[scheme])
        return opener
    for point in entry_points(group=GROUP, name=scheme):
        plug_in: Opener = point.load()
        return plug_in
    raise SourceError(f"no connector reads that scheme; {_known()}")


def _known() -> str:
    return f"known schemes are: {', '.join(known_schemes())}"


def _destination_opener(scheme: str) -> DestinationOpener:
    if scheme in _DESTINATIONS:
        opener: DestinationOpener = _imported(_DESTINATIONS[scheme])
        return opener
    for point in entry_points(group=DESTINATION_GROUP, name=scheme):
        plug_in: DestinationOpener = point.load()
        return plug_in
    raise SourceError(f"nobody is told by that scheme; {_known_destinations()}")


def _imported(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _known_destinations() -> str:
    return f"known schemes are: {', '.join(known_destinations())}"
