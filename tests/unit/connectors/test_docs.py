"""The reference page says what the code does."""

import re
import tomllib
from pathlib import Path

import pytest

from connectors import known_schemes
from connectors.replay.mapping import TableMap
from connectors.replay.times import TimeKind
from connectors.simulator.scenarios import SCENARIOS
from connectors.simulator.ward import OPTIONS
from sereno.domain.vitals import Signal

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "connectors.md").read_text()


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
