"""Files larger than the memory that they may take."""

import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

BEGIN = datetime(2024, 3, 1, 8)  # noqa: DTZ001 - the offset follows
RECORDS = 560_000  # 200 MB of XML
CAP = 400 << 20  # bytes of addresses, of which the interpreter and its libraries take most
READ = f"""
import resource, sys, anyio
from connectors import open_source
from tests.fakes.clock import FakeClock

async def count(source):
    return sum([len(batch.observations) async for batch in source.batches()])

resource.setrlimit(resource.RLIMIT_AS, ({CAP}, {CAP}))
source = open_source(sys.argv[1], clock=FakeClock(), speed=None, patient="p")
print(source.ignored, anyio.run(count, source))
"""
RECORD = (
    '<Record type="HKQuantityTypeIdentifier{kind}" sourceName="Reloj" sourceVersion="10.1" '
    'device="&lt;&lt;HKDevice: 0x282a45810&gt;, name:Apple Watch, hardware:Watch6,4&gt;" '
    'unit="count/min" creationDate="{at}" startDate="{at}" endDate="{at}" value="72">\n'
    ' <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n</Record>\n'
)


@pytest.mark.slow
def test_an_export_of_200_mb_is_read_in_a_fraction_of_it(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    write(path)
    done = subprocess.run(
        [sys.executable, "-c", READ, f"health:{path}"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stderr, done.stdout) == ("", f"('StepCount',) {RECORDS * 3 // 4}\n")


def write(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        with zipped.open("apple_health_export/export.xml", "w", force_zip64=True) as export:
            export.write(b"<HealthData>\n")
            for number in range(RECORDS):
                at = f"{BEGIN + timedelta(minutes=number):%Y-%m-%d %H:%M:%S} +0100"
                kind = "HeartRate" if number % 4 else "StepCount"
                export.write(RECORD.format(kind=kind, at=at).encode())
            export.write(b"</HealthData>\n")
        assert zipped.infolist()[0].file_size > 200e6
