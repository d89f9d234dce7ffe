"""The way to bleak: imported where it is used, its errors as SourceError with the remedy."""

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import anyio
from anyio.lowlevel import RunVar

from sereno.domain.errors import SourceError

if TYPE_CHECKING:
    from bleak import BleakClient, BleakScanner
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData

_log = logging.getLogger(__name__)

_CONNECT_WITHIN = 30.0  # s
_LEAVE_WITHIN = 5.0  # s
# ATT errors (Core specification, volume 3, part F, 3.4.1.1): authentication, authorization, the
# encryption's key size, encryption.
_UNPAIRED_CODES: Final = frozenset({0x05, 0x08, 0x0C, 0x0F})
_UNPAIRED_BY_BLUEZ: Final = re.compile(r"\.(Authentication\w+|NotAuthorized)\Z|Not paired")
_PAIR: Final = (
    "the device wants to be paired; set it to pairing and run `bluetoothctl pair ADDRESS` once, "
    "or add pair=1"
)
_NO_RADIO: Final = {  # names of bleak's BleakBluetoothNotAvailableReason
    "NO_BLUETOOTH": "this machine has no Bluetooth radio; plug one in",
    "NO_BLE_CENTRAL_ROLE": "the Bluetooth radio has no Low Energy; plug in one of 4.0 or newer",
    "POWERED_OFF": "the Bluetooth radio is off; run `bluetoothctl power on`",
    "DENIED_BY_USER": "Bluetooth is denied to this program; allow it in the system's settings",
    "DENIED_BY_SYSTEM": "Bluetooth is denied to this program; allow it in the system's settings",
}
_BASE: Final = "-0000-1000-8000-00805f9b34fb"  # of UUIDs that the Bluetooth SIG numbers

# One at a time: BlueZ refuses to begin a connection while another one begins.
_beginning: RunVar[anyio.Lock] = RunVar("beginning a connection")


@dataclass(frozen=True, slots=True)
class Radio:
    """bleak's classes, and the adapter to use ("hci1"; None for the system's first)."""

    scanner: "type[BleakScanner]"
    client: "type[BleakClient]"
    error: type[Exception]
    adapter: str | None

    @property
    def bluez(self) -> Any:
        """The adapter, as bleak's classes are told it."""
        return {"adapter": self.adapter} if self.adapter else {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which device: by its address, or by the name that it advertises, or how that begins."""

    address: str | None = None
    name: str | None = None
    prefix: bool = False

    def matches(self, device: "BLEDevice", advertised: "AdvertisementData") -> bool:
        """Whether this is the one."""
        if self.address is not None:
            return device.address.upper() == self.address
        name = advertised.local_name or device.name or ""
        wanted = self.name or ""
        return name.startswith(wanted) if self.prefix else name == wanted


def open_radio(adapter: str | None) -> Radio:
    """bleak, if it is installed. Raises SourceError."""
    try:
        from bleak import BleakClient, BleakScanner
        from bleak.exc import BleakError
    except ImportError as exc:
        raise SourceError("Bluetooth needs bleak; run pip install 'sereno[ble]'") from exc
    return Radio(BleakScanner, BleakClient, BleakError, adapter)


async def find(radio: Radio, wanted: Wanted, within: float) -> "BLEDevice | None":
    """The device, if it is heard `within` seconds. Raises SourceError.

    A name is listened for all that time: where two devices have it, neither is taken.
    """
    with mended(radio):
        if wanted.address is not None:
            return await radio.scanner.find_device_by_filter(
                wanted.matches, timeout=within, bluez=radio.bluez
            )
        heard = await radio.scanner.discover(within, return_adv=True, bluez=radio.bluez)
    found = [device for device, advertised in heard.values() if wanted.matches(device, advertised)]
    if len(found) > 1:
        raise SourceError(f"{len(found)} devices have that name; write the address of the one")
    return found[0] if found else None


@asynccontextmanager
async def connected(
    radio: Radio, device: "BLEDevice", *, pair: bool, gone: Callable[[], None]
) -> "AsyncIterator[BleakClient]":
    """A connection, ended in any case. `gone` is called when the device ends it.

    Raises SourceError where it can not be made.
    """
    client = radio.client(
        device,
        disconnected_callback=lambda _: gone(),
        timeout=_CONNECT_WITHIN,
        pair=pair,
        bluez=radio.bluez,
    )
    try:
        with mended(radio):
            async with _one_at_a_time():
                await client.connect()
        yield client
    finally:
        await _leave(radio, client)


async def _leave(radio: Radio, client: "BleakClient") -> None:
    """Disconnect, cancelled or not; a link that is lost already is no error."""
    with anyio.move_on_after(_LEAVE_WITHIN, shield=True):
        try:
            if client.is_connected:
                await client.disconnect()
        except (radio.error, OSError, EOFError, TimeoutError) as error:
            _log.debug("disconnecting failed: %s", type(error).__name__)


def _one_at_a_time() -> anyio.Lock:
    try:
        return _beginning.get()
    except LookupError:
        lock = anyio.Lock()
        _beginning.set(lock)
        return lock


@contextmanager
def mended(radio: Radio) -> Iterator[None]:
    """What bleak raises as SourceError. Its words are not repeated: they may name a device."""
    try:
        yield
    except TimeoutError as exc:
        raise SourceError("the device did not answer in time; bring it nearer") from exc
    except (OSError, EOFError) as exc:
        raise SourceError(
            "the system's Bluetooth service does not answer; install bluez and run "
            "`systemctl start bluetooth`"
        ) from exc
    except radio.error as exc:
        raise SourceError(_remedy(exc)) from exc


def wants_pairing(error: BaseException | None) -> bool:
    """Whether what bleak raised means that the device wants to be paired first."""
    if getattr(error, "code", None) in _UNPAIRED_CODES:
        return True
    by_bluez = getattr(error, "dbus_error", "")
    return bool(by_bluez and _UNPAIRED_BY_BLUEZ.search(f"{by_bluez} {error}".replace("\n", " ")))


def _remedy(error: Exception) -> str:
    if wants_pairing(error):
        return _PAIR
    reason = getattr(getattr(error, "reason", None), "name", "")
    if reason:
        return _NO_RADIO.get(reason, "Bluetooth is not there; check `bluetoothctl show`")
    named = getattr(error, "dbus_error", "") or type(error).__name__
    return f"the connection failed ({named}); see that the device is on and near"


def number_of(uuid: str) -> int | None:
    """The 16-bit number of a UUID that the Bluetooth SIG assigned; None for a maker's own."""
    text = uuid.lower()
    return int(text[4:8], 16) if text.startswith("0000") and text.endswith(_BASE) else None
