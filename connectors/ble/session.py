"""One connection to a device: what it is, what it tells, and what it has stored."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

import anyio

from connectors.ble.meaning import (
    HEART_RATE,
    KINDS,
    OXIMETER,
    SERVICES,
    THERMOMETER,
    UNTAKEN_SERVICES,
    Kind,
    Known,
    Told,
    heart_signal,
)
from connectors.ble.measurements import current_time
from connectors.ble.radio import Radio, mended, number_of, wants_pairing
from connectors.ble.records import Records
from sereno.domain.errors import MalformedInput, SourceError

if TYPE_CHECKING:
    from bleak import BleakClient
    from bleak.backends.characteristic import BleakGATTCharacteristic

_log = logging.getLogger(__name__)

_MOST_WAITING = 1_000  # notifications between the device and a slow reader
_LONGEST_MODEL = 40  # characters
_LOW_BATTERY = 15  # %
_CONTROL_POINT = 0x2A52
_BODY_LOCATION, _TEMPERATURE_TYPE = 0x2A38, 0x2A1D
_CLOCK = (0x1805, 0x2A2B)
_BATTERY = (0x180F, 0x2A19)
_MAKER, _MODEL = (0x180A, 0x2A29), (0x180A, 0x2A24)


@dataclass(frozen=True, slots=True)
class Heard:
    """A notification or indication of a measurement, and when it arrived."""

    kind: Kind
    data: bytes
    arrived: datetime

    @property
    def service(self) -> int:
        """The number of the service that it is of."""
        return self.kind.service


@dataclass(frozen=True, slots=True)
class Answered:
    """An indication of the control point of a service."""

    service: int
    data: bytes


class Session:
    """What comes by one connection. Used as a context, so that its stream is closed.

    `learn` reads what the device is, `subscribe` begins, `next` tells one notification after the
    other. `records` are those of the device's services, kept from one connection to the next.
    """

    def __init__(
        self,
        name: str,
        radio: Radio,
        records: Mapping[int, Records],
        *,
        services: frozenset[str],
        user: int | None,
        arrival: Callable[[], datetime],
    ) -> None:
        self._name = name
        self._radio = radio
        self._records = records
        self._services = services
        self._user = user
        self._arrival = arrival
        self._send, self._receive = anyio.create_memory_object_stream[Heard | Answered](
            _MOST_WAITING
        )
        self._overrun = False
        self._there: dict[tuple[int, int], BleakGATTCharacteristic] = {}
        self._kinds: list[Kind] = []
        self.known = Known()
        self.device_time: datetime | None = None
        self.about = ""
        self.untaken: tuple[str, ...] = ()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._send.close()
        self._receive.close()

    def end(self) -> None:
        """The device has gone: what has come is still told, and then no more."""
        self._send.close()

    @property
    def measures(self) -> list[str]:
        """The services that are read."""
        return list(dict.fromkeys(kind.name for kind in self._kinds))

    @property
    def streams(self) -> bool:
        """Whether something comes all the time."""
        return any(kind.streams for kind in self._kinds)

    def keeps(self, heard: Heard, told: Told) -> bool:
        """Whether the device tells it again at the next connection, if it is asked."""
        if heard.service not in self._records or not self._stores(heard.service):
            return False
        return told.sequence is not None or (told.at is not None and heard.service == OXIMETER)

    def _stores(self, service: int) -> bool:
        wanted = any(kind.service == service for kind in self._kinds)
        return wanted and (service, _CONTROL_POINT) in self._there

    async def learn(self, client: "BleakClient") -> None:
        """Read what the device is and what its clock shows. Raises SourceError."""
        with mended(self._radio):
            self._look(client)
            location = await self._read(client, (HEART_RATE, _BODY_LOCATION))
            site = await self._read(client, (THERMOMETER, _TEMPERATURE_TYPE))
            self.known = Known(
                heart=heart_signal(location[0] if location else None),
                site=site[0] if site else None,
                user=self._user,
            )
            await self._introduce(client)
            clock = await self._read(client, _CLOCK)
        try:
            self.device_time = current_time(clock) if clock else None
        except MalformedInput:
            _log.warning("%s: the device tells no time that can be read", self._name)

    def _look(self, client: "BleakClient") -> None:
        """What the device offers; of a characteristic that comes twice the first."""
        for service in client.services:
            number = number_of(service.uuid)
            if number is None:
                continue
            if number in UNTAKEN_SERVICES:
                self.untaken += (UNTAKEN_SERVICES[number],)
            for each in service.characteristics:
                which = number_of(each.uuid)
                if which is not None:
                    self._there.setdefault((number, which), each)
        offered = [each for each in KINDS if (each.service, each.characteristic) in self._there]
        self._kinds = [each for each in offered if each.name in self._services]
        if not self._kinds:
            also = sorted({each.name for each in offered} | set(self.untaken))
            raise SourceError(
                f"the device measures nothing that is asked for, but "
                f"{', '.join(also) or 'what nobody has standardised'}; services are "
                f"{', '.join(SERVICES)}"
            )

    async def _introduce(self, client: "BleakClient") -> None:
        """Tell the log what the device is, and how full its battery. Its number is left out."""
        maker, model = [_text(await self._read(client, where)) for where in (_MAKER, _MODEL)]
        battery = await self._read(client, _BATTERY)
        what = " ".join(filter(None, (maker, model)))
        level = f"battery at {battery[0]}%" if battery else ""
        self.about = "".join(f"; {each}" for each in (what, level) if each)
        low = bool(battery) and battery[0] <= _LOW_BATTERY
        _log.log(
            logging.WARNING if low else logging.INFO,
            "%s: connected, reads %s%s", self._name, ", ".join(self.measures), self.about,
        )  # fmt: skip

    async def _read(self, client: "BleakClient", where: tuple[int, int]) -> bytes:
        """A value that may be absent; empty where it is, or can not be read."""
        there = self._there.get(where)
        if there is None or "read" not in there.properties:
            return b""
        try:
            return bytes(await client.read_gatt_char(there))
        except self._radio.error as error:
            if wants_pairing(error) or not client.is_connected:
                raise
            return b""

    async def subscribe(self, client: "BleakClient") -> None:
        """Begin: measurements first, then what is stored. Raises SourceError."""
        with mended(self._radio):
            for kind in self._kinds:
                there = self._there[kind.service, kind.characteristic]
                await client.start_notify(there, self._hearing(kind))
            for service, records in self._records.items():
                if self._stores(service):
                    there = self._there[service, _CONTROL_POINT]
                    await client.start_notify(there, self._answering(service))
                    await client.write_gatt_char(there, records.ask(), response=True)

    def _hearing(self, kind: Kind) -> "Callable[[BleakGATTCharacteristic, bytearray], None]":
        return lambda _, data: self._put(Heard(kind, bytes(data), self._arrival()))

    def _answering(self, service: int) -> "Callable[[BleakGATTCharacteristic, bytearray], None]":
        return lambda _, data: self._put(Answered(service, bytes(data)))

    def _put(self, item: Heard | Answered) -> None:
        try:
            self._send.send_nowait(item)
        except anyio.WouldBlock:
            self._overrun = True
            self._send.close()
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            pass  # it came while the connection was being ended

    async def next(self, client: "BleakClient") -> Heard | None:
        """The next measurement; None once the device has gone. Raises SourceError."""
        while True:
            try:
                heard = await self._receive.receive()
            except anyio.EndOfStream:
                if self._overrun:
                    raise SourceError(
                        "more came than could be kept; see what holds the database up"
                    ) from None
                return None
            if isinstance(heard, Heard):
                return heard
            await self._go_on(client, heard)

    async def _go_on(self, client: "BleakClient", heard: Answered) -> None:
        """After an answer of a control point: ask for more, where there is more to ask for."""
        more = self._records[heard.service].answered(heard.data)
        if more is not None:
            with mended(self._radio):
                there = self._there[heard.service, _CONTROL_POINT]
                await client.write_gatt_char(there, more, response=True)


def _text(data: bytes) -> str:
    """A device's own words, kept short and on one line."""
    text = data.decode("utf-8", errors="replace").rstrip("\0")
    return "".join(each for each in text if each.isprintable())[:_LONGEST_MODEL].strip()
