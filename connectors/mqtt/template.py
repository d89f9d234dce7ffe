"""Templates: what the messages of a topic mean, as a clinic writes it down. TOML or JSON."""

from importlib.resources import files
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from connectors.maps import NamedSignal, Options, read_map
from connectors.mqtt import paths
from connectors.opening import is_file, path_of
from connectors.replay.times import possible_format
from sereno.domain.errors import SourceError
from sereno.domain.vitals import VITALS, Kind, Signal

_FOLDER = files("connectors.mqtt") / "templates"
MOST_RATE: Final = 10_000  # Hz
LEAST_RATE: Final = 1  # Hz: a stretch of a second holds a sample

TimeKind = Literal["any", "iso", "s", "ms", "us", "ns"]
Encoding = Literal[
    "numbers", "int8", "int16le", "int16be", "uint16le", "uint16be", "int32le", "int32be",
    "float32le", "float32be", "float64le", "float64be",
]  # fmt: skip
Scalar = str | bool | int | float


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _path(text: str) -> str:
    paths.compiled(text)
    return text


def _rows(text: str) -> str:
    paths.rows(text)
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError) as exc:
        raise ValueError("no such time zone; write one such as Europe/Madrid") from exc
    return text


def _numeric(signal: Signal) -> Signal:
    if VITALS[signal].kind is Kind.WAVEFORM:
        raise ValueError("that is a waveform; it belongs under [[waveforms]]")
    return signal


def _waveform(signal: Signal) -> Signal:
    if VITALS[signal].kind is not Kind.WAVEFORM:
        raise ValueError("that is no waveform; it belongs under [[values]]")
    return signal


OnePath = Annotated[str, AfterValidator(_path)]
# A path, or several of which the first that leads somewhere holds.
Paths = Annotated[tuple[OnePath, ...], BeforeValidator(_listed)]
OneOfRows = Annotated[str, AfterValidator(_rows)]
Scalars = Annotated[tuple[Scalar, ...], BeforeValidator(_listed)]


class Only(Options):
    """A condition: `path` leads to one of `equals`, or with none given leads anywhere."""

    path: Paths
    equals: Scalars = ()


class Whom(Options):
    """Whom a row is about: a patient, else whoever lies in a bed, else who wears a device.

    `authority` is whose number the patient's is. A bed is told with its patient where both are
    there; `device` also tells the devices of one patient apart.
    """

    patient: Paths = ()
    authority: str = ""
    bed: Paths = ()
    device: Paths = ()


class When(Options):
    """The time of a row. `zone` is for times that tell none; without it they are the clinic's.

    With `arrival` the moment when the message came is taken where no path tells one.
    """

    at: Paths = ()
    kind: TimeKind = "any"
    format: str | None = None
    zone: Annotated[str, AfterValidator(_zone)] | None = None
    date: Paths = ()  # of a time that is but one of the day
    nanoseconds: Paths = ()  # to be added
    arrival: bool = False

    @model_validator(mode="after")
    def _told(self) -> "When":
        if not self.at and not self.arrival:
            raise ValueError("at must tell where the time stands, or arrival = true that none does")
        if self.format is not None and not possible_format(self.format):
            raise ValueError("format names one part of a time twice")
        return self


class Flag(Options):
    """What a path leads to where the values of a row are no measurement."""

    path: Paths
    sensor_off: Scalars = ()
    artefact: Scalars = ()
    demo: Scalars = ()


class Value(Options):
    """One signal of a row. The unit is written here, or found by `unit_path`.

    `exponent` leads to a power of ten by which the value is multiplied; `by_offset` says that the
    path leads to an object from seconds or milliseconds after the row's time to a value.
    """

    signal: Annotated[Signal, AfterValidator(_numeric)]
    path: Paths
    unit: str | None = None
    unit_path: Paths = ()
    exponent: Paths = ()
    by_offset: Literal["s", "ms"] | None = None
    only: tuple[Only, ...] = ()
    flags: tuple[Flag, ...] = ()


class Named(Options):
    """A row that tells the name of its signal and its value.

    `signals` maps names; with `vocabulary` the names and codes that Sereno knows are read too. Of a
    name with `separator` in it the last part counts where the whole is not known. `samples` and
    `rate` are for names of waveforms.
    """

    name: Paths
    value: Paths = ()
    unit_path: Paths = ()
    separator: str | None = Field(default=None, min_length=1, max_length=3)
    signals: dict[str, NamedSignal] = Field(default_factory=dict)
    vocabulary: bool = False
    samples: Paths = ()
    rate: Paths = ()


class Waveform(Options):
    """Evenly spaced samples, the first at the row's time: an array, or text in base64.

    A sample is its number times `scale` plus `offset`.
    """

    signal: Annotated[Signal, AfterValidator(_waveform)]
    path: Paths
    rate: float | None = Field(default=None, ge=LEAST_RATE, le=MOST_RATE)  # Hz
    rate_path: Paths = ()
    encoding: Encoding = "numbers"
    scale: float = 1.0
    offset: float = 0.0
    unit: str | None = None
    channel: str = Field(default="", max_length=32)
    channel_path: Paths = ()
    only: tuple[Only, ...] = ()

    @model_validator(mode="after")
    def _rated(self) -> "Waveform":
        if self.rate is None and not self.rate_path:
            raise ValueError("rate or rate_path must tell how fast the samples follow")
        return self


class Template(Options):
    """What the messages of a topic mean. `rows` is where rows stand: the first that has any."""

    title: str = ""
    format: Literal["json", "sparkplug-b"] = "json"
    rows: Annotated[tuple[OneOfRows, ...], BeforeValidator(_listed)] = ("$",)
    only: tuple[Only, ...] = ()
    subject: Whom = Whom()
    time: When
    sent: Paths = ()
    values: tuple[Value, ...] = ()
    named: Named | None = None
    waveforms: tuple[Waveform, ...] = ()
    flags: tuple[Flag, ...] = ()

    @model_validator(mode="after")
    def _reads_something(self) -> "Template":
        if not self.values and not self.waveforms and self.named is None:
            raise ValueError("it reads nothing; add [[values]], [named] or [[waveforms]]")
        return self


def ready_templates() -> list[str]:
    """The names of the templates that come with Sereno."""
    names = (each.name for each in _FOLDER.iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def read_template(text: str) -> Template:
    """The ready template of that name, or the one in that file.

    Raises SourceError, and MalformedInput where it is there and wrong.
    """
    ready = ready_templates()
    if text in ready:
        return _read(str(_FOLDER / f"{text}.toml"))
    if not is_file(path_of(text)):
        raise SourceError(
            f"template names no file and none of the ready ones, which are: {', '.join(ready)}"
        )
    return _read(text)


def _read(file: str) -> Template:
    return read_map(file, Template)
