"""bleak without a radio: its classes, as far as they are used, over devices that a test makes up.

`Air` is what can be heard; `installed` puts it where `import bleak` finds it. The classes carry
bleak's names and signatures, and raise its errors under its conditions.
"""

# ruff: noqa: ARG003, ASYNC109, B006 - the signatures are bleak's own

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType, SimpleNamespace
from typing import Any

import anyio.lowlevel

ADDRESS = "C0:FF:EE:00:00:01"


class BleakError(Exception):
    pass


class BleakDBusError(BleakError):
    def __init__(self, dbus_error: str, error_body: list[Any]) -> None:
        super().__init__(dbus_error, *error_body)

    @property
    def dbus_error(self) -> str:
        return self.args[0]


class BleakGATTProtocolError(BleakError):
    def __init__(self, error_code: int) -> None:
        super().__init__(error_code, "GATT Protocol Error")

    @property
    def code(self) -> int:
        return self.args[0]


class BleakBluetoothNotAvailableReason(Enum):
    NO_BLUETOOTH = 1
    POWERED_OFF = 3


class BleakBluetoothNotAvailableError(BleakError):
    def __init__(self, msg: str, reason: BleakBluetoothNotAvailableReason) -> None:
        super().__init__(msg, reason)

    @property
    def reason(self) -> BleakBluetoothNotAvailableReason:
        return self.args[1]


def uuid(number: int) -> str:
    return f"0000{number:04x}-0000-1000-8000-00805f9b34fb"


@dataclass
class Peripheral:
    """A device. `holds` is what its characteristics read, by service; None for what only tells.

    `unpaired` refuses what is read, written or subscribed to. `records` is what it has stored
    behind a control point, told by the characteristic `stored_by`; `numbered` whether it filters
    by the sequence number.
    """

    holds: dict[int, dict[int, bytes | None]]
    address: str = ADDRESS
    name: str | None = "Cuff"
    unpaired: bool = False
    records: list[bytes] = field(default_factory=list)
    stored_by: int = 0x2A18
    numbered: bool = True
    on_subscribe: Callable[["Peripheral"], None] | None = None
    written: list[bytes] = field(default_factory=list)
    clients: list[Any] = field(default_factory=list)
    connections: int = 0

    def tell(self, characteristic: int, data: bytes, service: int | None = None) -> None:
        """Notify or indicate to whoever subscribed."""
        for client in list(self.clients):
            for (of, which), callback in list(client.callbacks.items()):
                if which == characteristic and service in {None, of}:
                    callback(bytearray(data))

    def drop(self) -> None:
        """Go out of reach."""
        for client in list(self.clients):
            client.lost()

    def listens(self, characteristic: int) -> bool:
        return any(which == characteristic for c in self.clients for _, which in c.callbacks)

    def report(self, service: int, request: bytes) -> None:
        self.written.append(bytes(request))
        if request[:2] == b"\x01\x03" and not self.numbered:
            self.tell(0x2A52, bytes([6, 0, 1, 4]), service)
            return
        first = int.from_bytes(request[3:5], "little") if request[1] == 3 else 0
        found = [each for each in self.records if int.from_bytes(each[1:3], "little") >= first]
        for record in found:
            self.tell(self.stored_by, record, service)
        self.tell(0x2A52, bytes([6, 0, 1, 1 if found else 6]), service)


class Air:
    """What can be heard. `fault` is raised by whoever scans."""

    def __init__(self, *peripherals: Peripheral) -> None:
        self.peripherals = list(peripherals)
        self.fault: BaseException | None = None
        self.scans = 0
        self.refuse: BaseException | None = None

    def heard(self) -> list[tuple[Any, Any]]:
        self.scans += 1
        if self.fault:
            raise self.fault
        return [
            (
                SimpleNamespace(address=each.address, name=each.name, details={"of": each}),
                SimpleNamespace(local_name=each.name, service_uuids=[], rssi=-60),
            )
            for each in self.peripherals
        ]


class FakeScanner:
    air: Air

    @classmethod
    async def discover(
        cls, timeout: float = 5.0, *, return_adv: bool = False, **kwargs: Any
    ) -> Any:
        await anyio.lowlevel.checkpoint()
        heard = cls.air.heard()
        if return_adv:
            return {device.address: (device, advertised) for device, advertised in heard}
        return [device for device, _ in heard]

    @classmethod
    async def find_device_by_filter(
        cls, filterfunc: Any, timeout: float = 10.0, **kwargs: Any
    ) -> Any:
        await anyio.lowlevel.checkpoint()
        return next((d for d, a in cls.air.heard() if filterfunc(d, a)), None)


class FakeClient:
    air: Air

    def __init__(
        self,
        address_or_ble_device: Any,
        disconnected_callback: Any = None,
        services: Any = None,
        *,
        timeout: float = 30,
        pair: bool = False,
        bluez: Any = {},
        winrt: Any = {},
        backend: Any = None,
        **kwargs: Any,
    ) -> None:
        self.of: Peripheral = address_or_ble_device.details["of"]
        self.callback = disconnected_callback
        self.pair_first = pair
        self.callbacks: dict[tuple[int, int], Any] = {}
        self._connected = False

    @property
    def is_connected(self) -> bool:
        return self._connected

    async def connect(self, **kwargs: Any) -> None:
        await anyio.lowlevel.checkpoint()
        if self.air.refuse:
            raise self.air.refuse
        if self.of not in self.air.peripherals:
            raise BleakError("Device was not found")
        if self.pair_first:
            self.of.unpaired = False
        self._connected = True
        self.of.connections += 1
        self.of.clients.append(self)

    async def disconnect(self) -> None:
        await anyio.lowlevel.checkpoint()
        self.lost()

    def lost(self) -> None:
        if self._connected:
            self._connected = False
            self.of.clients.remove(self)
            self.callbacks.clear()
            if self.callback:
                self.callback(self)

    @property
    def services(self) -> Any:
        if not self._connected:
            raise BleakError("Service Discovery has not been performed yet")
        return [
            SimpleNamespace(
                uuid=uuid(number),
                characteristics=[
                    SimpleNamespace(
                        uuid=uuid(which),
                        where=(number, which),
                        properties=["notify"] if value is None else ["read"],
                    )
                    for which, value in held.items()
                ],
            )
            for number, held in self.of.holds.items()
        ]

    async def _ready(self) -> None:
        await anyio.lowlevel.checkpoint()
        if not self._connected:
            raise BleakError("Not connected")
        if self.of.unpaired:
            raise BleakGATTProtocolError(0x05)

    async def read_gatt_char(
        self, char_specifier: Any, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        await self._ready()
        service, which = char_specifier.where
        return bytearray(self.of.holds[service][which] or b"")

    async def write_gatt_char(
        self, char_specifier: Any, data: Any, response: bool | None = None
    ) -> None:
        await self._ready()
        self.of.report(char_specifier.where[0], bytes(data))

    async def start_notify(
        self, char_specifier: Any, callback: Any, *, bluez: Any = {}, cb: Any = {}, **kwargs: Any
    ) -> None:
        await self._ready()
        self.callbacks[char_specifier.where] = lambda data: callback(char_specifier, data)
        if self.of.on_subscribe:
            self.of.on_subscribe(self.of)


def module(air: Air) -> ModuleType:
    """What `import bleak` gives."""
    found = ModuleType("bleak")
    found.BleakScanner = type("BleakScanner", (FakeScanner,), {"air": air})  # type: ignore[attr-defined]
    found.BleakClient = type("BleakClient", (FakeClient,), {"air": air})  # type: ignore[attr-defined]
    found.exc = ModuleType("bleak.exc")  # type: ignore[attr-defined]
    found.exc.BleakError = BleakError
    return found


@contextmanager
def installed(air: Air | None) -> Iterator[None]:
    """Let `import bleak` find `air`; None for a machine that has no bleak."""
    before = {name: each for name, each in sys.modules.items() if name.split(".")[0] == "bleak"}
    for name in before:
        del sys.modules[name]
    put: dict[str, Any] = {"bleak": None, "bleak.exc": None}
    if air is not None:
        found = module(air)
        put = {"bleak": found, "bleak.exc": found.exc}
    sys.modules.update(put)
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]
        sys.modules.update(before)
