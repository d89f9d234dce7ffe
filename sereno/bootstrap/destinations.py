"""Who is told of what is kept: what the settings name."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from sereno.domain.errors import ConfigurationError
from sereno.ports import Reachable
from sereno.settings import Settings

if TYPE_CHECKING:
    from sereno.bootstrap.composition import Services
    from sereno.services.delivery import Bounds, Named

_MEGABYTE: Final = 1 << 20


def configured_destinations(given: "Services") -> "list[Named]":
    """What the settings name, opened once it is told. Raises ConfigurationError for one twice."""
    from sereno.services.delivery import Named

    settings = given.settings.destinations
    twice = [place for place, times in Counter(map(_place, settings)).items() if times > 1]
    if twice:
        scheme = twice[0].partition(":")[0]
        raise ConfigurationError(
            f"a destination {scheme}: stands twice in SERENO_DESTINATIONS; name it once, with all "
            "that it is to be told in tell="
        )
    return [
        Named(_place(one), _named(number, one), partial(given.destination, one))
        for number, one in enumerate(settings, 1)
    ]


def delivery_bounds(settings: Settings) -> "Bounds":
    """For how long, and how much of it, what is to be told is kept."""
    from sereno.services.delivery import Bounds

    age: timedelta = settings.outbox_age
    return Bounds(age=age, size=settings.outbox_megabytes * _MEGABYTE)


def known_destination_schemes() -> list[str]:
    """The schemes of those who can be told."""
    from connectors import known_destinations

    return known_destinations()


def is_destination(given: "Services", written: str) -> bool:
    """Whether `written` is somebody to be told, and no source: by the settings, or its scheme."""
    from connectors import known_destinations, known_schemes

    scheme = written.partition(":")[0]
    if scheme in known_schemes():
        return written in given.settings.destinations
    return scheme in known_destinations()


async def try_destination(given: "Services", destination: str) -> str:
    """Whether it is there, in a line; nothing is told. Raises SourceError."""
    opened = given.destination(destination)
    if isinstance(opened, Reachable):
        return await opened.check()
    return "it can be opened; whether it is there shows when it is told something"


def _place(destination: str) -> str:
    """By what the outbox knows it again: a changed option makes no other destination of it."""
    return destination.partition("?")[0]


def _named(number: int, destination: str) -> str:
    return f"{destination.partition(':')[0]} (destination {number})"
