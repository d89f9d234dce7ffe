"""The connector against a fake of bleak: what a device, a radio and a reader may do to it."""

import inspect
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from connectors import open_source
from connectors.ble import Device, session
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch, Subject
from tests.fakes import bluetooth, gatt
from tests.fakes.bluetooth import ADDRESS, Air, Peripheral, installed
from tests.fakes.clock import MINUTE, NOON, SECOND, FakeClock
from tests.fakes.gatt import float32, sfloat
from tests.fakes.reading import observations, rejected, values
from tests.support import require

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 14, 11, 55)  # noqa: DTZ001 - a device's clock has no zone
HEART = {0x180D: {0x2A37: None, 0x2A38: b"\x01"}}
OXIMETER = {0x1822: {0x2A5F: None}}
CUFF = {0x1810: {0x2A35: None}}
METER = {0x1808: {0x2A18: None, 0x2A34: None, 0x2A52: None}}
PRESSURE = gatt.blood_pressure(sfloat(120), sfloat(80), sfloat(93), at=AT)


def meter(count: int, **how: Any) -> Peripheral:
    """Records 1, 2, 3... of 101, 102, 103... mg/dL, a minute apart."""
    records = [
        gatt.glucose(n, AT - timedelta(minutes=30 - n), concentration=sfloat(100 + n, -5))
        for n in range(1, count + 1)
    ]
    return Peripheral(METER, records=records, **how)


def opened(
    options: str = "", path: str = ADDRESS, patient: str | None = "MRN-1", **how: Any
) -> Device:
    clock = how.setdefault("clock", FakeClock())
    how.setdefault("sleep", clock.sleep)
    found = open_source(f"ble:{path}{options}", patient=patient, **how)
    assert isinstance(found, Device)
    return found


@asynccontextmanager
async def reading(source: Device) -> "AsyncIterator[Reading]":
    """Read in the background, as the reader of a ward does."""
    found = Reading()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(found.run, source)
        await anyio.wait_all_tasks_blocked()
        yield found
        tasks.cancel_scope.cancel()


class Reading:
    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.error: SourceError | None = None
        self.acknowledges = True

    async def run(self, source: Device) -> None:
        self.error = None
        try:
            async for batch in source.batches():
                self.batches.append(batch)
                if batch.acknowledge and self.acknowledges:
                    await batch.acknowledge(None)
        except SourceError as error:
            self.error = error

    async def settled(self) -> None:
        for _ in range(3):
            await anyio.wait_all_tasks_blocked()


async def test_what_a_device_notifies_is_told_as_it_comes() -> None:
    clock, strap = FakeClock(), Peripheral(HEART)
    with installed(Air(strap)):
        async with reading(opened(clock=clock)) as found:
            strap.tell(0x2A37, gatt.heart_rate(72))
            await found.settled()
            clock.turn(SECOND)
            strap.tell(0x2A37, gatt.heart_rate(73))
            await found.settled()
    first, second = observations(found.batches)
    assert (first.value, first.time) == (72, NOON)
    assert (second.value, second.time) == (73, NOON + SECOND)
    assert first.source == f"ble:{ADDRESS}/heart_rate"
    assert {batch.source for batch in found.batches} == {f"ble:{ADDRESS}"}
    assert {batch.subject for batch in found.batches} == {Subject(identifier="MRN-1")}
    assert {batch.acknowledge for batch in found.batches} == {None}


async def test_two_that_come_at_once_are_two_moments() -> None:
    strap = Peripheral(HEART)
    with installed(Air(strap)):
        async with reading(opened()) as found:
            strap.tell(0x2A37, gatt.heart_rate(72))
            strap.tell(0x2A37, gatt.heart_rate(73))
            await found.settled()
    times = [each.time for each in observations(found.batches)]
    assert times == sorted(set(times))
    assert len(times) == 2


async def test_a_sensor_of_light_tells_the_pulse() -> None:
    watch = Peripheral({0x180D: {0x2A37: None, 0x2A38: b"\x02"}})
    with installed(Air(watch)):
        async with reading(opened()) as found:
            watch.tell(0x2A37, gatt.heart_rate(72))
            await found.settled()
    assert values(found.batches, "pulse_rate") == [72]


async def test_several_services_at_once_and_those_alone_that_are_asked_for() -> None:
    both = Peripheral({**HEART, **OXIMETER, **CUFF})
    with installed(Air(both)):
        async with reading(opened("?services=heart_rate,blood_pressure")) as found:
            assert not both.listens(0x2A5F)
            both.tell(0x2A37, gatt.heart_rate(72))
            both.tell(0x2A35, PRESSURE)
            await found.settled()
    assert values(found.batches, "heart_rate") == [72]
    assert values(found.batches, "cuff_systolic") == [120]


async def test_what_can_not_be_read_is_a_dead_letter_and_the_rest_goes_on() -> None:
    oximeter = Peripheral(OXIMETER)
    with installed(Air(oximeter)):
        async with reading(opened()) as found:
            oximeter.tell(0x2A5F, b"\x00\x61")
            oximeter.tell(0x2A5F, gatt.continuous(sfloat("+inf"), sfloat(72)))
            oximeter.tell(0x2A5F, gatt.continuous(sfloat("nan"), sfloat("nan")))
            oximeter.tell(0x2A5F, gatt.continuous(sfloat(97), sfloat(70)))
            await found.settled()
    assert [piece.content[:3] for piece in rejected(found.batches)] == [
        b"\x00\x61",
        b"\x00\xfe\x07",
    ]
    assert values(found.batches, "spo2") == [97]
    assert values(found.batches, "pulse_rate") == [72, 70]


async def test_a_device_that_streams_and_leaves_can_not_be_reached() -> None:
    """What had come is told first; then it is looked for again, and goes on."""
    air = Air(strap := Peripheral(HEART))
    source = opened()
    with installed(air):
        async with reading(source) as found:
            strap.tell(0x2A37, gatt.heart_rate(72))
            strap.drop()
            await found.settled()
            assert found.error
            assert "out of reach" in str(found.error)
            air.peripherals.clear()
            await found.run(source)
            assert "not heard" in str(found.error)
            air.peripherals.append(strap)
            async with reading(source) as again:
                strap.tell(0x2A37, gatt.heart_rate(80))
                await again.settled()
    assert values(found.batches, "heart_rate") == [72]
    assert values(again.batches, "heart_rate") == [80]


async def test_a_device_that_measures_now_and_then_is_waited_for() -> None:
    air = Air(cuff := Peripheral(CUFF))
    with installed(air):
        async with reading(
            opened("?services=blood_pressure", sleep=lambda _: anyio.sleep(0.01))
        ) as found:
            cuff.tell(0x2A35, PRESSURE)
            await found.settled()
            air.peripherals.clear()
            cuff.drop()
            scans = air.scans
            while air.scans < scans + 3:  # noqa: ASYNC110 - the fake tells nobody
                await anyio.sleep(0.01)
            air.peripherals.append(cuff)
            while not cuff.listens(0x2A35):  # noqa: ASYNC110 - as above
                await anyio.sleep(0.01)
            cuff.tell(0x2A35, PRESSURE)
            await found.settled()
    assert found.error is None
    first, second = [observations([batch]) for batch in found.batches]
    assert first == second  # the same source and time: the store keeps it once


async def test_a_device_that_is_connected_and_silent_is_looked_for_again() -> None:
    source = opened()
    source._options = replace(source._options, silence=0.05)
    strap = Peripheral(HEART)
    with installed(Air(strap)):
        found = Reading()
        with anyio.fail_after(5):
            await found.run(source)
    assert found.error
    assert "silent" in str(found.error)
    assert strap.clients == []


@pytest.mark.parametrize("numbered", [True, False], ids=["by number", "all each time"])
async def test_what_is_stored_is_told_once_however_often_it_is_connected(numbered: bool) -> None:
    source, kind, found = opened(), meter(3, numbered=numbered), Reading()
    with installed(Air(kind)):
        for stored in (3, 3, 4):
            kind.records = meter(stored).records
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(found.run, source)
                await found.settled()
                tasks.cancel_scope.cancel()
            assert len(observations(found.batches)) == stored
    assert [each.value for each in observations(found.batches)] == [101, 102, 103, 104]


async def test_what_an_oximeter_has_stored_is_told_once() -> None:
    both = sfloat(97), sfloat(72)
    checks = [gatt.spot_check(*both, at=AT), gatt.spot_check(*both, status=0x0200)]
    kind = Peripheral({0x1822: {0x2A5E: None, 0x2A52: None}}, records=checks, stored_by=0x2A5E)
    source, found = opened(), Reading()
    with installed(Air(kind)):
        for _ in range(2):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(found.run, source)
                await found.settled()
                tasks.cancel_scope.cancel()
    assert values(found.batches, "spo2") == [97]
    assert {piece.reason for piece in rejected(found.batches)} == {
        "a stored measurement without a time"
    }


async def test_what_is_stored_comes_again_the_same_until_it_is_on_disk() -> None:
    source, kind = opened(), meter(2)
    with installed(Air(kind)):
        found = Reading()
        found.acknowledges = False
        for _ in range(2):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(found.run, source)
                await found.settled()
                tasks.cancel_scope.cancel()
    seen = observations(found.batches)
    assert seen[:2] == seen[2:]
    assert all(batch.acknowledge for batch in found.batches)


async def test_nothing_is_ever_deleted_on_a_device() -> None:
    kind = meter(2)
    with installed(Air(kind)):
        async with reading(opened()) as found:
            await found.settled()
    assert [request[0] for request in kind.written] == [1]


async def test_a_control_solution_keeps_no_later_record_from_being_numbered() -> None:
    control = gatt.glucose(2, AT, concentration=sfloat(90, -5), sample=10)
    kind = Peripheral(METER, records=[*meter(1).records, control])
    source = opened()
    with installed(Air(kind)):
        for _ in range(2):
            async with reading(source) as found:
                await found.settled()
    assert kind.written == [b"\x01\x01", b"\x01\x03\x01\x02\x00"]
    assert source.ignored == ("glucose of a control solution",)
    assert found.batches == []


async def test_the_clocks_zone_is_the_clinics_or_the_options() -> None:
    for how, hour in (({"zone": "Europe/Madrid"}, 10), ({}, 11)):
        cuff = Peripheral(CUFF)
        with installed(Air(cuff)):
            async with reading(opened("", **how)) as found:
                cuff.tell(0x2A35, PRESSURE)
                await found.settled()
        assert {each.time for each in observations(found.batches)} == {
            datetime(2026, 3, 14, hour, 55, tzinfo=UTC)
        }
    with installed(Air(cuff := Peripheral(CUFF))):
        async with reading(opened("?zone=Asia/Tokyo")) as found:
            cuff.tell(0x2A35, PRESSURE)
            await found.settled()
    assert observations(found.batches)[0].time.hour == 2


async def test_the_devices_own_clock_is_told_and_corrects_nothing() -> None:
    late = Peripheral({**CUFF, 0x1805: {0x2A2B: gatt.current_time(AT + timedelta(minutes=2))}})
    with installed(Air(late)):
        async with reading(opened()) as found:
            late.tell(0x2A35, PRESSURE)
            await found.settled()
    (batch,) = found.batches
    assert batch.sent == NOON - 3 * MINUTE
    assert batch.observations[0].time == NOON - 5 * MINUTE


@pytest.mark.parametrize(
    "told", [b"", b"\x01", gatt.current_time(None), b"\xea\x07\x0d\x01\x00\x00\x00\x01\x00\x00"]
)
async def test_a_clock_that_can_not_be_read_keeps_nothing_back(told: bytes) -> None:
    cuff = Peripheral({**CUFF, 0x1805: {0x2A2B: told}})
    with installed(Air(cuff)):
        async with reading(opened()) as found:
            cuff.tell(0x2A35, PRESSURE)
            await found.settled()
    assert found.batches[0].sent is None
    assert found.batches[0].observations


async def test_in_a_bed_nothing_is_taken_of_who_lay_there_before() -> None:
    old = gatt.blood_pressure(sfloat(120), sfloat(80), sfloat(93), at=AT - timedelta(days=2))
    both = Peripheral({**CUFF, **METER}, records=meter(2).records)
    with installed(Air(both)):
        async with reading(opened("?bed=ICU%207", patient=None)) as found:
            both.tell(0x2A35, old)
            both.tell(0x2A35, PRESSURE)
            await found.settled()
    assert both.written == []
    assert [piece.reason for piece in rejected(found.batches)] == [
        "measured longer ago than stored= allows, by the device's clock"
    ]
    assert values(found.batches, "cuff_systolic") == [120]
    assert {batch.subject for batch in found.batches} == {Subject.in_bed("ICU 7")}


async def test_a_stored_measurement_without_a_time_is_a_dead_letter() -> None:
    kind = Peripheral(METER, records=[gatt.glucose(1, None, concentration=sfloat(100, -5))])
    with installed(Air(kind)):
        async with reading(opened()) as found:
            await found.settled()
    assert [piece.reason for piece in rejected(found.batches)] == [
        "a stored measurement without a time"
    ]


async def test_a_slow_reader_does_not_gather_without_a_bound() -> None:
    def flood(strap: Peripheral) -> None:
        for _ in range(2 * session._MOST_WAITING):
            strap.tell(0x2A37, gatt.heart_rate(72))

    strap, found = Peripheral(HEART, on_subscribe=flood), Reading()
    with installed(Air(strap)):
        await found.run(opened())
    assert "more came than could be kept" in str(found.error)
    assert len(found.batches) == session._MOST_WAITING
    assert strap.clients == []


async def test_a_reader_that_leaves_ends_the_connection() -> None:
    strap = Peripheral(HEART, on_subscribe=lambda each: each.tell(0x2A37, gatt.heart_rate(72)))
    with installed(Air(strap)):
        stream = opened().batches()
        async for _ in stream:
            break
        assert len(strap.clients) == 1
        await stream.aclose()
        assert strap.clients == []


async def test_the_device_may_leave_while_it_is_being_asked() -> None:
    strap = Peripheral(HEART, on_subscribe=lambda each: each.drop())
    with installed(Air(strap)):
        found = Reading()
        await found.run(opened())
    assert found.error


FAULTS: dict[str, tuple[Callable[[Air, Peripheral], None], str]] = {
    "no bluez": (lambda air, _: setattr(air, "fault", FileNotFoundError()), "bluez"),
    "bluez gone": (lambda air, _: setattr(air, "fault", EOFError()), "bluez"),
    "radio off": (
        lambda air, _: setattr(
            air, "fault", bluetooth.BleakBluetoothNotAvailableError(
                "off", bluetooth.BleakBluetoothNotAvailableReason.POWERED_OFF
            )
        ),
        "bluetoothctl power on",
    ),
    "no radio": (
        lambda air, _: setattr(
            air, "fault", bluetooth.BleakBluetoothNotAvailableError(
                "none", bluetooth.BleakBluetoothNotAvailableReason.NO_BLUETOOTH
            )
        ),
        "plug one in",
    ),
    "not paired": (lambda _, each: setattr(each, "unpaired", True), "bluetoothctl pair"),
    "pairing refused": (
        lambda air, _: setattr(
            air, "refuse", bluetooth.BleakDBusError("org.bluez.Error.AuthenticationFailed", [])
        ),
        "bluetoothctl pair",
    ),
    "busy": (
        lambda air, _: setattr(
            air, "refuse", bluetooth.BleakDBusError("org.bluez.Error.InProgress", ["Concepcion"])
        ),
        "org.bluez.Error.InProgress",
    ),
    "no answer": (lambda air, _: setattr(air, "refuse", TimeoutError()), "bring it nearer"),
    "nothing known": (
        lambda _, each: setattr(each, "holds", {0x181D: {0x2A9D: None}}), "but weight"
    ),
    "away": (lambda air, _: air.peripherals.clear(), "switch it on"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_error_names_the_remedy_and_nobody(fault: str) -> None:
    air = Air(oximeter := Peripheral({**HEART, 0x180A: {0x2A24: b"X"}}, name="Concepcion"))
    spoil, remedy = FAULTS[fault]
    spoil(air, oximeter)
    with installed(air):
        found = Reading()
        await found.run(opened())
        with pytest.raises(SourceError, match=remedy):
            await opened().check()
    assert remedy in str(found.error)
    assert "Concepcion" not in str(found.error)
    assert oximeter.clients == []


async def test_without_bleak_it_says_what_to_install() -> None:
    with installed(None), pytest.raises(SourceError, match=r"pip install 'sereno\[ble\]'"):
        await opened().check()


async def test_it_pairs_where_it_is_asked_to() -> None:
    cuff = Peripheral({**CUFF, 0x180F: {0x2A19: b"\x50"}}, unpaired=True)
    with installed(Air(cuff)):
        said = await opened("?pair=1").check()
    assert said == "it is there and measures blood_pressure; battery at 80%"


async def test_to_try_a_device_subscribes_to_nothing() -> None:
    heard: list[Peripheral] = []
    kind = meter(2, on_subscribe=heard.append)
    with installed(Air(kind)):
        await opened().check()
    assert (heard, kind.written, kind.clients) == ([], [], [])


async def test_the_log_tells_a_low_battery_and_no_name(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    strap = Peripheral(
        {**HEART, 0x180A: {0x2A29: b"Maker\0", 0x2A24: b"M1\n", 0x2A25: b"SERIAL"},
         0x180F: {0x2A19: b"\x0a"}},
        name="Concepcion",
    )  # fmt: skip
    with installed(Air(strap)):
        async with reading(opened()):
            pass
    (record,) = [each for each in caplog.records if each.name.startswith("connectors.ble")]
    assert record.levelno == logging.WARNING
    assert "Maker M1; battery at 10%" in record.getMessage()
    assert "Concepcion" not in caplog.text
    assert "SERIAL" not in caplog.text


async def test_the_log_names_once_what_has_no_place(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    both = Peripheral({0x1809: {0x2A1C: None}, 0x181D: {0x2A9D: None}})
    source = opened()
    with installed(Air(both)):
        async with reading(source) as found:
            for _ in range(2):
                both.tell(0x2A1C, gatt.temperature(float32(306, -1), site=4))
            await found.settled()
    assert source.ignored == ("weight", "temperature of a finger or toe")
    assert [caplog.text.count(f"not taken: {each}") for each in source.ignored] == [1, 1]
    assert found.batches == []


@pytest.mark.parametrize(
    ("path", "heard", "found"),
    [
        pytest.param("c0:ff:ee:00:00:01", ["Cuff"], True, id="an address in small letters"),
        pytest.param("Cuff", ["Cuff"], True, id="a name"),
        pytest.param("Cuff*", ["Cuff 12"], True, id="how a name begins"),
        pytest.param("Cuff", ["Cuff 12"], False, id="not the whole name"),
        pytest.param("Cuff*", ["Cuff 1", "Cuff 2"], False, id="two are heard"),
        pytest.param("Cuff", [None], False, id="no name"),
    ],
)
async def test_which_device_it_is(path: str, heard: list[str | None], found: bool) -> None:
    devices = [
        Peripheral(CUFF, address=f"C0:FF:EE:00:00:0{n}", name=name)
        for n, name in enumerate(heard, 1)
    ]
    with installed(Air(*devices)):
        if found:
            assert await opened(path=path).check()
        else:
            with pytest.raises(SourceError):
                await opened(path=path).check()


def test_a_name_may_be_somebodys_and_is_not_told() -> None:
    assert "Concepcion" not in opened(path="Concepcion*").name


async def test_whose_it_is_may_stand_in_a_file(tmp_path: Any) -> None:
    (tmp_path / "who").write_text("MRN-9\n")
    cuff = Peripheral(CUFF)
    with installed(Air(cuff)):
        async with reading(opened(f"?patient=file:{tmp_path}/who", patient=None)) as found:
            cuff.tell(0x2A35, PRESSURE)
            await found.settled()
    assert found.batches[0].subject == Subject(identifier="MRN-9")


@pytest.mark.parametrize(
    ("source", "patient", "remedy"),
    [
        pytest.param(f"{ADDRESS}", None, "bed=NAME", id="nobody's"),
        pytest.param(f"{ADDRESS}?bed=7", "MRN-1", "add one of", id="two people's"),
        pytest.param(f"{ADDRESS}?patient=MRN-1", None, "patient=file:", id="told in the open"),
        pytest.param(
            f"{ADDRESS}?services=ecg", "MRN-1", "services are heart_rate", id="no service"
        ),
        pytest.param(f"{ADDRESS}?silence=1", "MRN-1", "from 5 to", id="too impatient"),
        pytest.param(f"{ADDRESS}?user=300", "MRN-1", "from -1 to 254", id="no user"),
        pytest.param(f"{ADDRESS}?zone=Mars", "MRN-1", "zone=Europe/Madrid", id="no zone"),
        pytest.param(f"{ADDRESS}?mtu=3", "MRN-1", "knows no option", id="no option"),
        pytest.param("*", "MRN-1", "ble:AA:BB", id="any device"),
        pytest.param("x" * 300, "MRN-1", "ble:AA:BB", id="no device has such a name"),
    ],
)
def test_a_source_that_can_not_be_is_refused(source: str, patient: str | None, remedy: str) -> None:
    with pytest.raises(SourceError, match=remedy):
        open_source(f"ble:{source}", clock=FakeClock(), patient=patient)


def test_the_fake_has_bleaks_own_signatures() -> None:
    """What the connector calls, with the parameters that bleak names."""
    try:
        import bleak
    except ImportError:
        require(condition=False, reason="no bleak: pip install 'sereno[ble]'")
        raise
    pairs: list[tuple[Any, Any]] = [
        (bleak.BleakClient.__init__, bluetooth.FakeClient.__init__),
        (bleak.BleakScanner.discover, bluetooth.FakeScanner.discover),
        (bleak.BleakScanner.find_device_by_filter, bluetooth.FakeScanner.find_device_by_filter),
    ]
    calls = ("connect", "disconnect", "read_gatt_char", "write_gatt_char", "start_notify")
    pairs += [(getattr(bleak.BleakClient, n), getattr(bluetooth.FakeClient, n)) for n in calls]
    for real, fake in pairs:
        assert _parameters(real) == _parameters(fake)
    for name in ("services", "is_connected"):
        assert isinstance(getattr(bleak.BleakClient, name), property)
    codes = bleak.exc.BleakGATTProtocolError(5), bluetooth.BleakGATTProtocolError(5)
    assert codes[0].code == codes[1].code
    assert bleak.exc.BleakDBusError("org.bluez.Error.Failed", []).dbus_error
    reasons = bleak.exc.BleakBluetoothNotAvailableReason
    assert {each.name for each in bluetooth.BleakBluetoothNotAvailableReason} <= {
        each.name for each in reasons
    }


def _parameters(call: Callable[..., Any]) -> list[tuple[str, Any, Any]]:
    given = inspect.signature(call).parameters.values()
    return [(each.name, each.kind, each.default) for each in given]
