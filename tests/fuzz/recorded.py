"""Targets of what lies in files: recordings, tables, maps; addresses of sources; sealed blocks."""

import atexit
import gzip
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sereno.domain.errors import SerenoError, SourceError, Unreadable
from sereno.domain.stream import Rejected
from tests.fakes.clock import NOON, FakeClock
from tests.fuzz.target import Run, Target, files, read

_LONGEST = 4096
# Of memory: a folder that the disk never sees.
_FOLDER = Path(tempfile.mkdtemp(prefix="sereno-fuzz-", dir="/dev/shm"))


def remove_files() -> None:
    """Remove what targets wrote."""
    shutil.rmtree(_FOLDER, ignore_errors=True)


atexit.register(remove_files)


def _opening(scheme: str, path: Path, **options: str) -> Any:
    from connectors.opening import Opening

    return Opening(
        scheme=scheme, path=str(path), options=options, patient="p", zone="Europe/Madrid",
        clock=FakeClock(),
    )  # fmt: skip


def _file(scheme: str, name: str, opener: Callable[[Any], Any], **options: str) -> Run:
    path = _FOLDER / name

    def run(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(SourceError):
            read(opener(_opening(scheme, path, **options)))

    return run


def _edf() -> Run:
    from connectors.replay.edf import read_edf

    return _file("edf", "a.edf", read_edf)


def _edf_seeds(data: Path) -> Iterable[bytes]:
    from tests.fakes.files import CHEST, FINGER, write_edf

    path = _FOLDER / "seed.edf"
    records = [[[0] * 250, [30_000]]] * 3
    write_edf(path, [CHEST, FINGER], records, kind="EDF+D", onsets=["+0", "+1", "+9"])
    yield path.read_bytes()
    write_edf(path, [CHEST, FINGER], records, kind="EDF+C", onsets=["+0", "+1", "+2"])
    yield path.read_bytes()
    yield from files(data, "vital-sqi/*.edf", _LONGEST)


def _fit() -> Run:
    import fitdecode  # noqa: F401 - so that it is instrumented too

    from connectors.replay.fit import read_fit

    return _file("fit", "a.fit", read_fit)


def _health() -> Run:
    from connectors.replay.health import read_health

    return _file("health", "a.xml", read_health)


def _health_seeds(data: Path) -> Iterable[bytes]:
    from tests.fakes.files import health_export, health_record

    rows = [
        health_record("HeartRate", 72, "count/min"),
        health_record("BodyTemperature", 98, "degF"),
    ]
    yield health_export(rows, "<!DOCTYPE HealthData [\n<!ELEMENT a (b)>\n]>\n").encode()
    yield from files(data, "wearables/apple-health/**/*.xml", _LONGEST)


def _health_zip() -> Run:
    """An electrocardiogram within an export's zip, and the zip itself."""
    from connectors.replay.health import read_health

    return _file("health", "a.zip", read_health)


def _health_zip_seeds(_: Path) -> Iterable[bytes]:
    from tests.fakes.files import health_export, health_record, write_zip

    ecg = "a,2026-03-01 08:00:00 +0100\nb,512 hertz\nc,mV\n1\n2\n"
    export = health_export([health_record("HeartRate", 72, "count/min")])
    path = _FOLDER / "seed.zip"
    write_zip(path, {"export.xml": export, "electrocardiograms/a.csv": ecg})
    yield path.read_bytes()


def _vital() -> Run:
    from connectors.replay.vital import read_vital

    inner = _file("vital", "a.vital", read_vital)
    return lambda data: inner(gzip.compress(data, 0))


def _vital_seeds(_: Path) -> Iterable[bytes]:
    from tests.fakes.files import VitalWriter

    for packed in (False, True):
        vital = VitalWriter(packed=packed)
        vital.device(1, "Solar8000")
        vital.track(1, "HR", "/min", device=1)
        vital.track(2, "ECG_II", "mV", rate=25, form=5, device=1)
        for second in range(3):
            vital.number(1, 1.77e9 + second, 60)
            vital.samples(2, 1.77e9 + second, [1] * 25)
        yield gzip.decompress(vital.write(_FOLDER / "seed.vital").read_bytes())


def _wfdb() -> Run:
    """A header, a line of five signs, and what its samples are."""
    import wfdb  # noqa: F401 - so that it is instrumented too

    from connectors.replay.wfdb_record import read_wfdb

    folder = _FOLDER / "wfdb"
    folder.mkdir(exist_ok=True)

    def run(data: bytes) -> None:
        header, _, samples = data.partition(_SEPARATOR)
        (folder / "a.hea").write_bytes(header)
        (folder / "a.dat").write_bytes(samples)
        (folder / "b.hea").write_bytes(b"b 1 250 20\na.dat 16 200/mV 16 0 0 0 0 II\n")
        with suppress(SourceError):
            read(read_wfdb(_opening("wfdb", folder / "a")))

    return run


_SEPARATOR = b"\n=====\n"


def _wfdb_seeds(data: Path) -> Iterable[bytes]:
    samples = bytes(range(200))
    for path in sorted((data / "wfdb").rglob("*.hea"))[:40]:
        told = path.read_text().replace(path.stem, "a")
        yield told.encode() + _SEPARATOR + samples
    for kind in ("16", "80", "212", "310", "311", "24", "32", "61", "160", "8", "0", "516"):
        header = f"a 2 250/10(1) 40 10:00:00 24/11/2026\na.dat {kind} 200/mV 16 0 0 0 0 II\n"
        more = f"a.dat {kind}x2:1+3 200(5)/mmHg 16 0 0 0 0 ABP\n#<age>: 60 <sex>: F\n"
        yield (header + more).encode() + _SEPARATOR + samples
    yield b"a/2 1 250 40\nb 20\n~ 20\n" + _SEPARATOR + samples
    yield b"a/2 1 250 40\nb 0\nb 20\n" + _SEPARATOR + samples


def _csv() -> Run:
    from connectors.replay.tables import read_csv

    return _file("csv", "a.csv", read_csv)


def _csv_seeds(data: Path) -> Iterable[bytes]:
    yield from files(data, "bidmc/*02*.csv", 1024)
    yield from files(data, "vital-sqi/*.csv", 1024)
    yield from files(data, "*/*.csv", 1024)
    for path in sorted((data / "bidmc").glob("*_Signals.csv.gz"))[:1]:
        with gzip.open(path) as stream:
            yield stream.read(1024)
    yield b"Patient;Fecha;Hora;FC;Nivel\na;24/11/2026;10:05;60,5;alert\na;25/11/2026;0:05;61;V\n"
    yield b"RecordID,Time,Parameter,Value,error\n1,00:07,HR,73,0\n1,00:37,Temp,-17.8,1\n"
    yield b"time [ms],II,PLETH,RESP\n0,1,2,3\n8,1,2,3\n16,2,3,4\n24,2,3,4\n32,1,1,1\n"


def _parquet() -> Run:
    """Typed cells: what a Parquet file of any bytes holds is pyarrow's business, and its crash."""
    from connectors.replay.tables import read_parquet

    return _file("parquet", "a.parquet", read_parquet)


def _parquet_seeds(_: Path) -> Iterable[bytes]:
    from datetime import timedelta

    from tests.fakes.recordings import write_parquet

    path = _FOLDER / "seed.parquet"
    times = [NOON + timedelta(seconds=each) for each in range(5)]
    for columns in (
        {"time": times, "HR": [60.0, None, 61.0, 0.0, 62.0], "patient": ["a", "b", "a", "b", "a"]},
        {"hour": [0, 1, 2, 3, 4], "SpO2": [97, 98, 0, -1, 99]},
        {"time": [timedelta(seconds=e) for e in range(5)], "label": ["HR"] * 5, "value": ["1"] * 5},
    ):
        yield write_parquet(path, columns).read_bytes()


def _maps() -> Run:
    """Maps of tables, of codes, and templates: as TOML or, where it begins with a brace, JSON."""
    from connectors.codes import CodeMap
    from connectors.maps import read_map
    from connectors.mqtt.template import Template
    from connectors.replay.mapping import TableMap

    kinds = (CodeMap, TableMap, Template)

    def run(data: bytes) -> None:
        path = _FOLDER / ("a.json" if data.startswith(b"{") else "a.toml")
        path.write_bytes(data)
        for kind in kinds:
            try:
                read_map(str(path), kind)
            except SourceError as exc:
                _short(exc)

    return run


def _maps_seeds(data: Path) -> Iterable[bytes]:
    import connectors

    folder = Path(connectors.__file__).parent
    yield from files(folder, "mqtt/templates/*.toml", _LONGEST)
    docs = folder.parent / "docs"
    for page in (docs / "reference" / "connectors.md", *sorted((docs / "connectors").glob("*.md"))):
        for block in page.read_text().split("```")[1::2]:
            if block.startswith(("toml", "json")):
                yield block.partition("\n")[2].encode()
    yield from files(data, "iomt/*Template*.json", _LONGEST)


def _short(exc: SerenoError) -> None:
    assert len(str(exc)) < 5000


def _csv_by_map() -> Run:
    """A table by a map: the map, a line of five signs, the table."""
    from connectors.replay.tables import read_csv

    table, told = _FOLDER / "m.csv", _FOLDER / "m.toml"

    def run(data: bytes) -> None:
        head, _, rest = data.partition(_SEPARATOR)
        told.write_bytes(head)
        table.write_bytes(rest)
        with suppress(SourceError):
            read(read_csv(_opening("csv", table, map=str(told))))

    return run


def _csv_by_map_seeds(_: Path) -> Iterable[bytes]:
    yield (
        (
            b'patient = "H"\n'
            b'time = { column = "C", format = "%d/%m/%Y %H:%M", zone = "Europe/Madrid" }\n'
            b'[signals]\n"D" = "spo2"\n"T" = { signal = "temperature", unit = "degF" }\n'
        )
        + _SEPARATOR
        + b"H,C,D,T\na,24/11/2026 10:05,97,98.6\na,24/11/2026 10:06,98,99\n"
    )
    yield (
        (
            b'time = { column = "t", kind = "hours", start = 2026-03-01T08:00:00Z }\n'
            b'parameter = "p"\nvalue = "v"\nunit = "u"\nrate = 100.5\n[signals]\n"x" = "ecg"\n'
        )
        + _SEPARATOR
        + b"t,p,v,u\n1,x,2,mV\n2,x,3,uV\n"
    )


_ADDRESSES = (
    "csv:/no/such.csv?map=/x&numbering=y", "wfdb:/no/such", "mqtt://u@h:1883/ward/#?template=sereno",
    "mqtts://h/$share/g/a/+?client_id=x&tls_ca=/x", "fhir://0.0.0.0:8480/?token=env:HOME",
    "fhir+https://h/fhir?every=30s", "mllp://h:2575?map=/x&largest=4&connections=3",
    "edf:~/x?zone=UTC",
    "sim:ward?beds=2&seed=1&history=4h&duration=30m&since=2026-11-24T08:00:00Z&rate=125",
    "folder:/tmp/none?every=5s", "ble:AA:BB:CC:DD:EE:FF?bed=4&user=1", "health:/x",
    "vital:/x", "fit:/x",
    "parquet:/x", "sim:ward?scenario=sepsis&minutes_to_onset=2&cuff_minutes=15&waveforms=0",
)  # fmt: skip


def _addresses() -> Run:
    """Nothing is listened on, asked or written: a connector that opens is only made."""
    from connectors import open_source

    def run(data: bytes) -> None:
        source = data.decode("utf-8", "replace")
        if source.startswith("folder:"):
            source = "folder:" + str(_FOLDER) + source[7:]
        try:
            connector = open_source(source, clock=FakeClock(), patient=None, speed=None)
        except SerenoError as exc:
            _short(exc)
            return
        assert connector.name

    return run


def _packed() -> Iterator[tuple[int, bytes]]:
    from datetime import timedelta

    from sereno.domain.stream import Batch, Movement, MovementKind, Observation, WaveformChunk
    from sereno.domain.vitals import Signal
    from sereno.ports import Received
    from sereno.storage import columns, waves
    from sereno.storage.received import packed

    for values in ([60.0] * 3, [60.5, 61.25, 0.1, float("nan")] * 9, [1e300, 2.0, -0.0]):
        seen = tuple(
            Observation(Signal.HEART_RATE, NOON + timedelta(seconds=n), value, "a/b")
            for n, value in enumerate(values)
        )
        chunks = [WaveformChunk(Signal.ECG, NOON, 250.0, tuple(values), "a", "II")] * 2
        batch = Batch(
            source="a", subject=None, observations=seen, waveforms=tuple(chunks), sent=NOON,
            rejected=(Rejected(b"x", "y"),),
            movement=Movement(kind=MovementKind.ADMITTED, time=NOON),
        )  # fmt: skip
        yield 0, columns.pack(columns.of(seen), 1)
        yield 1, waves.pack(chunks)
        yield 2, packed(Received(None, batch, None))


def _blocks() -> Run:
    """Sealed blocks lie behind an AEAD: these are bytes that nobody could have put there."""
    from sereno.domain.vitals import Signal
    from sereno.storage import columns, waves
    from sereno.storage.received import unpacked

    def run(data: bytes) -> None:
        kind, content = (data[0] if data else 0) % 3, data[1:]
        with suppress(Unreadable):
            if kind == 0:
                columns.observations(columns.unpack(content))
            elif kind == 1:
                waves.unpack(content, Signal.ECG)
            else:
                unpacked(content)

    return run


def _blocks_seeds(_: Path) -> Iterable[bytes]:
    """Uncompressed too, so that what is inside is reached."""
    from sereno.storage.packing import inflated

    for kind, content in _packed():
        yield bytes([kind]) + content
        if kind < 2:
            yield bytes([kind]) + b"\x00" + inflated(content)


TARGETS = {
    "EDF": Target(_edf, _edf_seeds),
    "FIT": Target(_fit, lambda data: files(data, "wearables/fit/*", _LONGEST)),
    "Apple Health XML": Target(_health, _health_seeds, shape="text"),
    "Apple Health zip": Target(_health_zip, _health_zip_seeds),
    "VitalDB .vital": Target(_vital, _vital_seeds),
    "WFDB headers and samples": Target(_wfdb, _wfdb_seeds, longest=1024, shape="text"),
    "CSV": Target(_csv, _csv_seeds, longest=2048, shape="text"),
    "CSV by a map": Target(_csv_by_map, _csv_by_map_seeds, longest=2048, shape="text"),
    "Parquet": Target(_parquet, _parquet_seeds),
    "maps and templates": Target(_maps, _maps_seeds, shape="text"),
    "addresses of sources": Target(
        _addresses, lambda _: [each.encode() for each in _ADDRESSES], longest=256, shape="text"
    ),
    "sealed blocks": Target(_blocks, _blocks_seeds, longest=1024),
}
