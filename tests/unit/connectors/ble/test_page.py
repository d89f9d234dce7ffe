"""The page about Bluetooth says what the code does, and its example can be opened."""

import re
import shlex
from pathlib import Path

import pytest

from connectors import open_source
from connectors.ble import OPTIONS, session
from connectors.ble.meaning import SERVICES, UNTAKEN_SERVICES
from tests.fakes.clock import FakeClock

PAGE = (Path(__file__).parents[4] / "docs" / "connectors" / "ble.md").read_text()


def test_every_option_is_explained() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(OPTIONS)


@pytest.mark.parametrize(
    "word", [*SERVICES, *UNTAKEN_SERVICES.values(), str(session._MOST_WAITING)]
)
def test_every_service_and_bound_is_explained(word: str) -> None:
    assert word in PAGE


def test_the_sources_of_the_example_can_be_opened(tmp_path: Path) -> None:
    found = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert found
    (tmp_path / "who").write_text("MRN-1\n")
    sources = [each for each in shlex.split(found[1]) if each.startswith("ble:")]
    assert len(sources) == 3
    for source in sources:
        opened = open_source(source.replace("/etc/sereno", str(tmp_path)), clock=FakeClock())
        assert opened.name.startswith("ble:C0:FF:EE:00:00:0")
