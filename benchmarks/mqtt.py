"""How many values a second come from a real mosquitto to a reader that acknowledges at once.

Messages of the template "sereno", with one value and with five, wait at the broker in a persistent
session and are then read with QoS 1: through the connector, where what is at hand of each bed
becomes a batch that is acknowledged, and beside it by paho-mqtt, which only parses their JSON. Both
run in turns, in the same run; the median is told. `decoded` is the template alone, without a
broker. `whole` is a real ingest process that seals, scores and keeps them, from the first message
sent until the last value stands in the record: a ward of two hundred beds that sends as fast as the
broker takes it. There what is missing or doubled is counted.

    python benchmarks/mqtt.py [--messages N] [--runs N]

Needs Debian's mosquitto.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from connectors import open_source
from connectors.mqtt import packets
from connectors.mqtt.decoding import Decoder
from connectors.mqtt.packets import Publish
from connectors.mqtt.template import read_template
from sereno.bootstrap import services
from sereno.bootstrap.clocks import SystemClock
from sereno.domain.vitals import Signal
from sereno.settings import Settings

RESULTS = Path(__file__).parent / "results" / "mqtt.json"
Taken = tuple[float, float]  # seconds by the wall, and of CPU
BEGIN = datetime(2026, 11, 24, 8, tzinfo=UTC)
BEDS = 40
WARD = 200  # beds of the whole path
WITHIN_S = 300.0
IN_FLIGHT = 1000  # for both sides
AT_ONCE = 500  # messages that the filler sends before it waits
VALUES: tuple[dict[str, float], ...] = (
    {"heart_rate": 72},
    {"heart_rate": 72, "spo2": 97, "respiratory_rate": 16, "temperature": 36.7, "pulse_rate": 71},
)


def payloads(
    values: dict[str, float], count: int, *, beds: int = BEDS, begin: datetime = BEGIN
) -> list[bytes]:
    """A ward that sends in turn, bed by bed, a second apart."""
    return [
        json.dumps(
            {
                "bed": f"B{n % beds}",
                "device": f"monitor-{n % beds}",
                "time": (begin + timedelta(seconds=n // beds)).isoformat(),
                **values,
            }
        ).encode()
        for n in range(count)
    ]


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """A broker on a free port, without limits."""
    program = shutil.which("mosquitto", path=f"/usr/sbin:{os.environ.get('PATH', '')}")
    if program is None:
        raise SystemExit("no mosquitto: apt-get install mosquitto")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
        "max_inflight_messages 0\nset_tcp_nodelay true\nlog_type error\n"
    )
    broker = subprocess.Popen([program, "-c", str(config)])
    try:
        time.sleep(0.5)
        yield port
    finally:
        broker.terminate()
        broker.wait()


def fill(port: int, topic: str, messages: Sequence[bytes]) -> None:
    """Have the broker keep them for its sessions."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(
            packets.connect(
                "filler", credentials=(None, None), clean=True, keep_alive=0, session=0,
                receive_maximum=10, largest=1 << 20,
            )
        )  # fmt: skip
        link.recv(1000)
        name = topic.encode()
        head = len(name).to_bytes(2) + name
        for first in range(0, len(messages), AT_ONCE):
            some = messages[first : first + AT_ONCE]
            link.sendall(
                b"".join(
                    packets._packet(0x32, head + (n + 1).to_bytes(2) + b"\0" + each)
                    for n, each in enumerate(some)
                )
            )
            left = 4 * len(some)
            while left > 0:
                left -= len(link.recv(left))


class Watch:
    """Seconds by the wall, and of this process's CPU, since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> Taken:
        """What has passed."""
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def sereno(port: int, topic: str, messages: Sequence[bytes], values: int) -> Taken:
    """From the connection to the last batch, each acknowledged; a message holds so many values."""
    source = f"mqtt://127.0.0.1:{port}/{topic}?in_flight={IN_FLIGHT}"

    async def read(count: int) -> Taken:
        watch = Watch()
        connector: Any = open_source(source, clock=SystemClock())
        async with aclosing(connector.batches()) as batches:
            async for batch in batches:
                await batch.acknowledge(None)
                count -= len(batch.observations)
                if not count:
                    break
        return watch.read()

    async def subscribe() -> None:
        connector: Any = open_source(source, clock=SystemClock())
        with anyio.move_on_after(0.5):
            await anext(connector.batches())

    anyio.run(subscribe)
    fill(port, topic, messages)
    return anyio.run(read, values * len(messages))


def paho(port: int, topic: str, messages: Sequence[bytes]) -> Taken:
    """From the first message to the last, each parsed and acknowledged."""
    watch: Watch | None = None
    left = len(messages)

    def connected() -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, f"peer-{topic}", protocol=MQTTProtocolVersion.MQTTv5
        )
        told = Properties(PacketTypes.CONNECT)
        told.SessionExpiryInterval, told.ReceiveMaximum = 3600, IN_FLIGHT
        client.connect("127.0.0.1", port, clean_start=False, properties=told)
        return client

    def received(_: object, __: object, message: Any) -> None:
        nonlocal left, watch
        watch = watch or Watch()
        json.loads(message.payload)
        left -= 1

    client = connected()
    client.on_connect = lambda client, *_: client.subscribe(topic, 1)
    client.on_subscribe = lambda client, *_: client.disconnect()
    client.loop_forever()
    fill(port, topic, messages)
    client = connected()
    client.on_message = received
    while left:
        client.loop(0.1)
    assert watch is not None
    taken = watch.read()
    client.disconnect()
    return taken


def decoded(messages: Sequence[bytes]) -> Taken:
    """The template alone."""
    decoder = Decoder(read_template("sereno"), source="mqtt:x")
    incoming = [Publish("ward/1", each, packet_id=1) for each in messages]
    now = datetime.now(UTC)
    watch = Watch()
    for each in incoming:
        decoder.decode(each, now)
    return watch.read()


def whole(port: int, topic: str, values: dict[str, float], count: int) -> dict[str, float]:
    """Values a second from the first message sent until all are scored and kept."""
    begin = datetime.now(UTC) - timedelta(seconds=count // WARD)  # none lies ahead of now
    messages = payloads(values, count, beds=WARD, begin=begin)
    source = f"mqtt://127.0.0.1:{port}/{topic}?in_flight={IN_FLIGHT}"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        settings = Settings(data_dir=Path(folder), sources=())
        command = [sys.executable, "-m", "sereno.cli", "process", "ingest", "--holder", "mqtt"]
        environment = os.environ | {"SERENO_SOURCES": json.dumps([source])}
        with services(settings) as given, (Path(folder) / "bench.log").open("wb") as log:
            store = given._foundation.store
            process = subprocess.Popen(
                [*command, "--data-dir", folder], env=environment, stdout=log, stderr=log
            )
            try:
                probe = payloads(values, 1, begin=begin - timedelta(seconds=1))
                _until(lambda: bool(store.patients()), lambda: fill(port, topic, probe))
                watch = Watch()
                fill(port, topic, messages)
                _until(lambda: all(_arrived(store, begin, count)))
                took, _ = watch.read()
            finally:
                process.send_signal(signal.SIGTERM)
                _, _, used = os.wait4(process.pid, 0)
            found = _kept(store, begin)
    return {
        "values_per_second": round(count * len(values) / took),
        "cpu_microseconds_per_message": round((used.ru_utime + used.ru_stime) / count * 1e6, 1),
        "missing": count * len(values) - len(set(found)),
        "doubled": len(found) - len(set(found)),
    }


def _until(done: Callable[[], bool], meanwhile: Callable[[], object] = lambda: None) -> None:
    until = time.monotonic() + WITHIN_S
    while not done():
        if time.monotonic() > until:
            raise RuntimeError("what was sent did not come to stand in the record")
        meanwhile()
        time.sleep(0.1)


def _arrived(store: Any, begin: datetime, count: int) -> Iterator[bool]:
    """Whether the last value of each bed stands."""
    last = begin + timedelta(seconds=count // WARD - 1)
    patients = store.patients()
    yield len(patients) == WARD
    for patient in patients:
        yield store.latest(patient.id)[Signal.HEART_RATE].time == last


def _kept(store: Any, begin: datetime) -> list[tuple[str, datetime, Signal]]:
    """What stands of each bed, an entry for each version."""
    return [
        (patient.id, one.time, one.signal)
        for patient in store.patients()
        for one in store.observations(patient.id, begin, datetime.now(UTC))
        for _ in range(one.version)
    ]


def measure(port: int, values: dict[str, float], count: int, runs: int) -> dict[str, Any]:
    """The medians of `runs`: values a second, and microseconds of CPU for a message."""
    messages = payloads(values, count)
    taken: dict[str, list[Taken]] = {"sereno": [], "paho": [], "decoded": []}
    for run in range(runs):
        topic = f"ward/{len(values)}/{run}"
        taken["sereno"].append(sereno(port, f"{topic}/s", messages, len(values)))
        taken["paho"].append(paho(port, f"{topic}/p", messages))
        taken["decoded"].append(decoded(messages))
    return {name: _summary(each, len(values), count) for name, each in taken.items()}


def _summary(taken: list[Taken], values: int, count: int) -> dict[str, float]:
    wall, cpu = (statistics.median(each) for each in zip(*taken, strict=True))
    return {
        "values_per_second": round(count * values / wall),
        "cpu_microseconds_per_message": round(cpu / count * 1e6, 1),
    }


def main() -> None:
    """Run, print a table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    result: dict[str, object] = {
        "benchmark": "mqtt",
        "unit": "values/s",
        "runs": options.runs,
        "messages": options.messages,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }
    with tempfile.TemporaryDirectory() as folder, mosquitto(Path(folder)) as port:
        for values in VALUES:
            found = measure(port, values, options.messages, options.runs)
            print(f"{len(values)} values in a message, values/s")
            for name, each in found.items():
                cpu = each["cpu_microseconds_per_message"]
                print(f"  {name:8} {each['values_per_second']:>9,}  CPU {cpu:>6} us a message")
            speedup = found["sereno"]["values_per_second"] / found["paho"]["values_per_second"]
            print(f"  speedup  {speedup:9.2f}")
            through = whole(port, f"whole/{len(values)}", values, options.messages)
            print(
                f"  whole    {through['values_per_second']:>9,}"
                f"  CPU {through['cpu_microseconds_per_message']:>6} us a message;"
                f" {through['missing']} missing, {through['doubled']} doubled"
            )
            found["whole"] = through
            result[f"values_{len(values)}"] = {**found, "speedup": round(speedup, 3)}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
