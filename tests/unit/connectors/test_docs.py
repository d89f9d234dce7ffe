"""The pages about sources say what the code does."""

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from connectors import known_schemes, open_source
from connectors.folder import OPTIONS as FOLDER_OPTIONS
from connectors.kit import DEVICE_RULES, RECORDING_RULES
from connectors.replay.mapping import TableMap
from connectors.replay.times import TimeKind
from connectors.simulator.scenarios import SCENARIOS
from connectors.simulator.ward import OPTIONS
from sereno.domain.vitals import Signal
from tests.fakes.clock import FakeClock
from tests.fakes.files import (
    CHEST,
    RECORD,
    VitalWriter,
    health_export,
    health_record,
    write_edf,
    write_fit,
    write_zip,
)
from tests.fakes.reading import read_all

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "reference" / "connectors.md").read_text()


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(OPTIONS, id="the ward's options"),
        pytest.param(tuple(SCENARIOS), id="scenarios"),
        pytest.param(tuple(TimeKind), id="kinds of time"),
        pytest.param(tuple(Signal), id="signals"),
        pytest.param(tuple(TableMap.model_fields), id="keys of a map"),
    ],
)
def test_every_word_that_can_be_written_is_explained(names: tuple[str, ...]) -> None:
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_every_scheme_is_explained() -> None:
    assert [name for name in known_schemes() if f"| `{name}:" not in PAGE] == []


def test_the_map_in_the_reference_is_one() -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found
    told = TableMap.model_validate(tomllib.loads(found[1]))
    assert told.signals["Dedo"].signal is Signal.SPO2


def _vital(path: Path) -> None:
    vital = VitalWriter()
    vital.track(1, "HR")
    vital.number(1, 1.77e9, 60)
    vital.write(path)


def _export(path: Path) -> None:
    write_zip(path, {"export.xml": health_export([health_record("HeartRate", 72, "count/min")])})


# A file of each kind that has a page with an example.
FILES: dict[str, Callable[[Path], object]] = {
    "edf": lambda path: write_edf(path, [CHEST], [[[0] * 250]]),
    "fit": lambda path: write_fit(path, [(RECORD, {"timestamp": 1_140_000_000, "heart_rate": 60})]),
    "health": _export,
    "vital": _vital,
}


def example(scheme: str) -> tuple[str, str | None]:
    """The source and the patient of the first command on a page."""
    page = (DOCS / "connectors" / f"{scheme}.md").read_text()
    found = re.search(r"```sh\n(sereno ingest .*?)\n```", page, re.DOTALL)
    assert found
    _, _, source, *rest = shlex.split(found[1])
    return source, rest[rest.index("--patient") + 1] if "--patient" in rest else None


@pytest.mark.parametrize("scheme", FILES)
def test_the_example_of_a_page_reads_a_file(
    tmp_path: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, patient = example(scheme)
    monkeypatch.chdir(tmp_path)
    FILES[scheme](Path(source.partition(":")[2].partition("?")[0]))
    connector = open_source(source, clock=FakeClock(), patient=patient, speed=None)
    (batch,) = anyio.run(read_all, connector)
    assert batch.subject
    assert batch.subject.identifier == patient


def test_the_example_of_a_folder_watches_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox").mkdir()
    assert open_source(example("folder")[0], clock=FakeClock()).name.startswith("folder:")


def test_every_option_of_a_folder_is_explained() -> None:
    page = (DOCS / "connectors" / "folder.md").read_text()
    assert [name for name in FOLDER_OPTIONS if f"| `{name}` |" not in page] == []


def test_every_rule_of_a_connector_is_on_the_page_about_writing_one() -> None:
    page = (DOCS / "how-to" / "write-a-connector.md").read_text()
    rules = [*RECORDING_RULES, *DEVICE_RULES]
    told = [f"| `{rule.name}` | {rule.promise.rstrip('.')} |" for rule in rules]
    assert [line for line in told if line not in page] == []
