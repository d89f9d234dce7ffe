"""Who is told of what is kept: what the settings name."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn

from sereno.domain.errors import ConfigurationError
from sereno.ports import Destination, Reachable
from sereno.settings import Settings

if TYPE_CHECKING:
    from sereno.bootstrap.composition import Services
    from sereno.services.delivery import Bounds, Named

_MEGABYTE: Final = 1 << 20


def configured_destinations(given: "Services") -> "list[Named]":
    """What the settings name, opened once it is told. One that stands there twice says so then."""
    from connectors import TOLD_OF_RECORDINGS, place_of
    from sereno.services.delivery import Named

    named: dict[str, Named] = {}
    for number, one in enumerate(given.settings.destinations, 1):
        scheme, place = one.partition(":")[0], place_of(one)
        name = f"{scheme} (destination {number})"
        opens: Callable[[], Destination] = partial(given.destination, one)
        if place in named:  # it has no rows of its own
            place, opens = f"{number} {one}", partial(_twice, named[place].name)
        named[place] = Named(place, name, opens, recordings=scheme in TOLD_OF_RECORDINGS)
    return list(named.values())


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


def _twice(first: str) -> NoReturn:
    raise ConfigurationError(
        f"it is the same as {first} of SERENO_DESTINATIONS; name it once, with all that it is to "
        "be told in tell="
    )
