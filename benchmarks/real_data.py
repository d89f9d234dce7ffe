"""What becomes of every file of ../shared/data: what is taken of it, what is refused and why.

    .venv/bin/python benchmarks/real_data.py --data ../shared/data [--write PAGE]

Each file goes through the connector that would read it in a clinic. With --write the tables replace
those of the page, which is docs/connectors/real-data.md.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import anyio
from rich.console import Console
from rich.table import Table

from connectors import open_source
from connectors.codes import CodeMap
from connectors.fhir.codes import Codes
from connectors.fhir.reading import Reader, State, parse
from connectors.mqtt.decoding import Decoder
from connectors.mqtt.packets import Publish
from connectors.mqtt.template import read_template
from sereno.bootstrap.clocks import SystemClock
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch, Quality

NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MOST_REASONS: Final = 4  # of one file that are named
BEGIN: Final = "<!-- tables: benchmarks/real_data.py -->"


@dataclass
class Read:
    """What became of one file. `left` are reasons for what is not taken and was not to be."""

    values: int = 0
    flagged: int = 0
    waveforms: float = 0.0  # s
    patients: set[tuple[str, str]] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    whole: str = ""  # why all of it is refused

    def add(self, batch: Batch) -> None:
        """Count what a batch holds."""
        self.values += len(batch.observations)
        self.flagged += sum(each.quality is not Quality.GOOD for each in batch.observations)
        self.waveforms += sum(len(chunk.samples) / chunk.rate for chunk in batch.waveforms)
        if batch.subject is not None:
            self.patients.add((batch.subject.authority, batch.subject.identifier))
        self.refused.update(each.reason for each in batch.rejected)


Reading = Callable[[Path], Read]


def played(scheme: str) -> Reading:
    """By a connector of recordings."""

    def read(path: Path) -> Read:
        found = Read()
        source = f"{scheme}:{path}"
        patient = "p" if scheme == "health" else None

        async def play() -> None:
            connector = open_source(source, clock=SystemClock(), speed=None, patient=patient)
            async for batch in connector.batches():
                found.add(batch)
            found.left.update(f"`{name}`" for name in getattr(connector, "ignored", ()))

        try:
            anyio.run(play)
        except SourceError as exc:
            found.whole = str(exc).partition(";")[0]
        return found

    return read


def hl7(path: Path) -> Read:
    """By the listener of HL7 v2."""
    listener = open_source("mllp://127.0.0.1:2575", clock=SystemClock())
    found = Read()
    for batch in listener.reread(path.read_bytes()):  # type: ignore[attr-defined]
        found.add(batch)
    found.left.update(f"`{code}`" for code in getattr(listener, "ignored", ()))
    return found


def fhir(path: Path) -> Read:
    """By the listener of FHIR."""
    reader = Reader("fhir:8480", Codes(CodeMap()), zone="UTC", clock=SystemClock())
    found = Read()
    try:
        reading = reader.read(parse(path.read_bytes()), authority="fhir")
    except SourceError as exc:
        found.whole = str(exc)
        return found
    for batch in reading.batches:
        found.add(batch)
    for outcome in reading.outcomes:
        if outcome.state is State.IGNORED:
            found.left.update(f"{outcome.kind}: {reason}" for reason in outcome.reasons)
    return found


def iomt(path: Path) -> Read:
    """By the template of Azure IoT."""
    decoder = Decoder(read_template("azure-iot"), source="mqtt:x", zone="UTC")
    decoded = decoder.decode(Publish("devices/d/messages", path.read_bytes()), NOW)
    found = Read()
    for part in decoded.told:
        found.add(
            Batch(
                source="mqtt:x", subject=part.subject, observations=tuple(part.observations),
                waveforms=tuple(part.waveforms),
            )
        )  # fmt: skip
    found.refused.update(list(decoded.reasons))
    return found


# Each folder: what its files are read by, and which of them.
FOLDERS: Final[tuple[tuple[str, str, str, Reading], ...]] = (
    ("hl7v2", "**/*.*", "mllp", hl7),
    ("fhir", "r4/*.json", "fhir", fhir),
    ("fhir", "us-core/*.json", "fhir", fhir),
    ("fhir", "phd/*.json", "fhir", fhir),
    ("fhir", "synthea/*.json", "fhir", fhir),
    ("iomt", "*.json", "mqtt, azure-iot", iomt),
    ("wearables", "fit/*", "fit", played("fit")),
    ("wearables", "apple-health/**/*.xml", "health", played("health")),
    ("wfdb", "**/*.hea", "wfdb", played("wfdb")),
    ("bidmc", "*.csv*", "csv", played("csv")),
    ("vital-sqi", "*.edf", "edf", played("edf")),
    ("vital-sqi", "*.csv", "csv", played("csv")),
    ("mimic3-demo", "*.parquet", "parquet", played("parquet")),
    ("yaib-eicu_demo", "**/*.parquet", "parquet", played("parquet")),
    ("cinc2012", "*.csv", "csv", played("csv")),
    ("cinc2012", "*.parquet", "parquet", played("parquet")),
    ("cinc2019", "*.parquet", "parquet", played("parquet")),
    ("tabular", "*", "csv", played("csv")),
)
COLUMNS: Final = (
    "file",
    "read by",
    "values",
    "not good",
    "waveforms, s",
    "patients",
    "refused",
    "left alone",
)


def rows(data: Path) -> Iterator[tuple[str, list[str]]]:
    """A folder, and a row, for each file."""
    for folder, pattern, by, reading in FOLDERS:
        files = sorted(path for path in (data / folder).glob(pattern) if path.is_file())
        for number, path in enumerate(files, 1):
            name = str(path.relative_to(data / folder))
            if "synthea" in name:  # files are called after the people that were made up
                name = f"synthea/{number:02}.json"
            yield folder, row(name, by, reading(path))


def row(name: str, by: str, found: Read) -> list[str]:
    """A file as a row of the table."""
    return [
        f"`{name}`", by, counted(found.values), counted(found.flagged), counted(found.waveforms),
        counted(len(found.patients)), found.whole or several(found.refused), several(found.left),
    ]  # fmt: skip


def counted(number: float) -> str:
    """A number, where it is not nought."""
    return f"{number:,.0f}" if number else ""


def several(reasons: Counter[str]) -> str:
    """Reasons with their counts, the commonest first."""
    told = [
        f"{reason} ({n})" if n > 1 else reason for reason, n in reasons.most_common(MOST_REASONS)
    ]
    more = len(reasons) - len(told)
    return (
        "; ".join([*told, f"{more} more"] if more else told).replace("|", "\\|").replace("\n", " ")
    )


def main() -> None:
    """Read them all, and print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    folders: dict[str, list[list[str]]] = {}
    for folder, told in rows(options.data):
        folders.setdefault(folder, []).append(told)
    if options.write:
        head = options.write.read_text().partition(BEGIN)[0]
        options.write.write_text(f"{head}{BEGIN}\n{''.join(map(section, folders.items()))}")
        return
    console = Console(width=200)
    for folder, found in folders.items():
        table = Table(*COLUMNS, title=folder)
        for each in found:
            table.add_row(*each)
        console.print(table)


def section(folder: tuple[str, list[list[str]]]) -> str:
    """A folder's table in Markdown, without the columns that are empty in it."""
    name, found = folder
    used = [n for n, _ in enumerate(COLUMNS) if any(each[n] for each in found)]
    lines = [COLUMNS, ["---"] * len(COLUMNS), *found]
    told = "\n".join("| " + " | ".join(line[n] for n in used) + " |" for line in lines)
    return f"\n## {name}\n\n{told}\n"


if __name__ == "__main__":
    main()
