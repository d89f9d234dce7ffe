"""The connector: one device, its notifications as they come and what it has stored."""

import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import anyio

from connectors.ble.dating import Dating
from connectors.ble.meaning import KINDS, METER, OXIMETER, SERVICES, Told
from connectors.ble.radio import Radio, Wanted, connected, find, open_radio
from connectors.ble.records import Records
from connectors.ble.session import Heard, Session
from connectors.opening import Opening
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch, Observation, Rejected, Subject

if TYPE_CHECKING:
    from bleak import BleakClient
    from bleak.backends.device import BLEDevice

_log = logging.getLogger(__name__)

OPTIONS: Final = (
    "patient", "bed", "services", "user", "stored", "zone", "adapter", "pair", "wait", "silence"
)  # fmt: skip
# An address, or the UUID that stands for it on a Mac.
_ADDRESS = re.compile(
    r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE
)
_LONGEST_NAME = 248  # bytes, of a device's name (Core specification, volume 3, part C, 3.2.2)
_WAIT, _LONGEST_WAIT = 10.0, 300.0  # s
_SILENCE, _LONGEST_SILENCE = 60.0, 86_400.0  # s
_YEAR = 24.0 * 365  # h
_BETWEEN_VISITS = 1.0  # s
_LARGEST_USER = 254
_FORM = "a device is written ble:AA:BB:CC:DD:EE:FF, ble:NAME or ble:BEGINNING*"
_WENT = "the device went out of reach; bring it near and see to its battery"
_NOT_THERE = (
    "the device is not heard; switch it on, bring it near, and see that nothing else is connected "
    "to it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source says of its device. Times are in seconds, `stored` in hours."""

    services: frozenset[str]
    user: int | None
    stored: float
    pair: bool
    adapter: str | None
    wait: float
    silence: float


def open_ble(opening: Opening) -> "Device":
    """`ble:AA:BB:CC:DD:EE:FF?bed=7&services=pulse_oximeter`. Raises SourceError."""
    opening.allow_options(*OPTIONS)
    wanted = _wanted(opening.path)
    subject = _subject(opening)
    name = wanted.address or blake2s(opening.path.encode(), digest_size=4).hexdigest()
    options = _options(opening, named=opening.options.get("bed") is None)
    dating = Dating(opening.clock, _zone(opening), options.stored)
    return Device(f"ble:{name}", wanted, subject, options, dating, opening.sleep)


class Device:
    """A Connector, and Reachable, over one device.

    A device that streams can not be reached when it is away. One that only measures now and then
    (a thermometer, a cuff, a meter) is waited for: it is away most of the time. `ignored` names
    what came and has no place in the vocabulary.
    """

    def __init__(
        self,
        name: str,
        wanted: Wanted,
        subject: Subject,
        options: Options,
        dating: Dating,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.name = name
        self._wanted = wanted
        self._subject = subject
        self._options = options
        self._dating = dating
        self._sleep = sleep
        stored = (METER, OXIMETER) if options.stored else ()
        self._records = {service: Records() for service in stored}
        self._streams = any(kind.streams and kind.name in options.services for kind in KINDS)
        self._ignored: dict[str, None] = {}

    @property
    def ignored(self) -> tuple[str, ...]:
        """What came and was not taken, in a few words each."""
        return tuple(self._ignored)

    async def check(self) -> str:
        """Whether the device is heard and can be connected; see `sereno.ports.Reachable`.

        It subscribes to nothing: many devices delete what they have stored once it is told.
        """
        radio = open_radio(self._options.adapter)
        device = await find(radio, self._wanted, self._options.wait)
        if device is None:
            raise SourceError(_NOT_THERE)
        async with self._connected(radio, device) as (session, _):
            return f"it is there and measures {', '.join(session.measures)}{session.about}"

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield what comes, until the device can not be reached; see `sereno.ports.Connector`."""
        radio = open_radio(self._options.adapter)
        while True:
            device = await find(radio, self._wanted, self._options.wait)
            if device is not None:
                async with aclosing(self._visit(radio, device)) as visit:
                    async for batch in visit:
                        yield batch
            if self._streams:
                raise SourceError(_NOT_THERE if device is None else _WENT)
            await self._sleep(_BETWEEN_VISITS)

    @asynccontextmanager
    async def _connected(
        self, radio: Radio, device: "BLEDevice"
    ) -> "AsyncIterator[tuple[Session, BleakClient]]":
        session = Session(
            self.name, radio, self._records, services=self._options.services,
            user=self._options.user, arrival=self._dating.arrival,
        )  # fmt: skip
        pair = self._options.pair
        async with session, connected(radio, device, pair=pair, gone=session.end) as client:
            await session.learn(client)
            yield session, client

    async def _visit(self, radio: Radio, device: "BLEDevice") -> AsyncGenerator[Batch]:
        """One connection, from its beginning to its end. Raises SourceError."""
        async with self._connected(radio, device) as (session, client):
            self._pass_over(*session.untaken)
            self._streams = session.streams
            self._dating.learn(session.device_time)
            await session.subscribe(client)
            while (heard := await self._heard(session, client)) is not None:
                batch = await self._batch(heard, session)
                if batch is not None:
                    yield batch

    async def _heard(self, session: Session, client: "BleakClient") -> Heard | None:
        """The next notification; None once the device has gone. Raises SourceError."""
        with anyio.move_on_after(self._options.silence if session.streams else None):
            return await session.next(client)
        raise SourceError("the device is connected and silent; see that it is worn and on")

    async def _batch(self, heard: Heard, session: Session) -> Batch | None:
        """What one notification tells; None where that is nothing, or known already."""
        told = self._told(heard, session)
        acknowledge = None
        if session.keeps(heard, told):
            acknowledge = self._records[heard.service].came(heard.data, told.sequence)
            if acknowledge is None:
                return None
        if told.untaken:
            self._pass_over(told.untaken)
        observations, problems = self._dated(told, heard)
        if not observations and not problems:
            if acknowledge is not None:
                await acknowledge(None)
            return None
        return Batch(
            source=self.name,
            subject=self._subject,
            observations=observations,
            rejected=(Rejected(heard.data, "; ".join(problems)),) if problems else (),
            sent=self._dating.sent(heard.arrived),
            acknowledge=acknowledge,
        )

    def _pass_over(self, *named: str) -> None:
        """Say of each once that it has no place here. The names are those of a table."""
        for each in named:
            if each not in self._ignored:
                self._ignored[each] = None
                _log.info("%s: not taken: %s", self.name, each)

    def _told(self, heard: Heard, session: Session) -> Told:
        try:
            return heard.kind.tell(heard.data, session.known)
        except MalformedInput as exc:
            return Told(problems=(str(exc),))

    def _dated(
        self, told: Told, heard: Heard
    ) -> tuple[tuple[Observation, ...], tuple[str, ...]]:  # fmt: skip
        """The observations, and why something is none."""
        if not told.readings:
            return (), told.problems
        try:
            at = self._dating.moment(told, heard.arrived)
        except MalformedInput as exc:
            return (), (*told.problems, str(exc))
        source = f"{self.name}/{heard.kind.name}"
        found = [Observation(r.signal, at, r.value, source, r.quality) for r in told.readings]
        return tuple(found), told.problems


def _wanted(path: str) -> Wanted:
    text = unquote(path)
    if _ADDRESS.fullmatch(text):
        return Wanted(address=text.upper())
    name = text.removesuffix("*")
    if not name or len(name.encode()) > _LONGEST_NAME or not name.isprintable():
        raise SourceError(_FORM)
    return Wanted(name=name, prefix=text.endswith("*"))


def _subject(opening: Opening) -> Subject:
    bed, patient = opening.options.get("bed"), opening.secret("patient")
    told = [each for each in (bed, patient, opening.patient) if each]
    if len(told) != 1:
        raise SourceError(
            "a device does not tell whose it is; add one of bed=NAME, patient=env:NAME or "
            "patient=file:/PATH, or give --patient"
        )
    return Subject.in_bed(told[0]) if bed else Subject(identifier=told[0])


def _options(opening: Opening, *, named: bool) -> Options:
    user = opening.number("user", -1, low=-1, high=_LARGEST_USER)
    return Options(
        services=_services(opening.options.get("services")),
        user=int(user) if user >= 0 else None,
        # A bed's device may hold what was measured of whoever lay there before.
        stored=opening.number("stored", _YEAR if named else 0, low=0, high=_YEAR),
        pair=opening.number("pair", 0, low=0, high=1) == 1,
        adapter=opening.options.get("adapter"),
        wait=opening.number("wait", _WAIT, low=1, high=_LONGEST_WAIT),
        silence=opening.number("silence", _SILENCE, low=5, high=_LONGEST_SILENCE),
    )


def _services(text: str | None) -> frozenset[str]:
    if text is None:
        return frozenset(SERVICES)
    asked = frozenset(text.split(","))
    if not asked <= SERVICES.keys():
        raise SourceError(f"no such service; services are {', '.join(SERVICES)}")
    return asked


def _zone(opening: Opening) -> ZoneInfo:
    try:
        return ZoneInfo(opening.options.get("zone", opening.zone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise SourceError("no such time zone; write zone=Europe/Madrid") from exc
