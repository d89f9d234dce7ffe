"""The page about FHIR says what the code does, and its example works."""

import json
import re
from pathlib import Path

import pytest

from connectors.fhir import listener, poller
from connectors.fhir.answers import several
from connectors.fhir.encounters import _HERE, _STAYS
from tests.fakes.fhir import read
from tests.fakes.reading import observations

PAGE = (Path(__file__).parents[4] / "docs" / "connectors" / "fhir.md").read_text()


def options(scheme: str) -> set[str]:
    table = PAGE.partition(f"| option of `{scheme}:` |")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


@pytest.mark.parametrize(
    ("scheme", "known"), [("fhir", listener.OPTIONS), ("fhir+https", poller.OPTIONS)]
)
def test_every_option_is_explained(scheme: str, known: tuple[str, ...]) -> None:
    assert options(scheme) == set(known)


@pytest.mark.parametrize("word", sorted(_HERE | _STAYS))
def test_every_kind_of_stay_is_explained(word: str) -> None:
    assert re.search(rf"\b{word}\b", PAGE)


def test_the_example_is_answered_as_it_says() -> None:
    found = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert found
    reading = read(json.loads(found[1]))
    (told,) = observations(reading.batches)
    assert (told.value, told.source) == (pytest.approx(37.3889, abs=1e-4), "fhir:8480/MON-12")
    answer = several(reading)
    statuses = [each["response"]["status"][:3] for each in answer["entry"]]
    assert statuses == ["200", "201", "200"]
    assert "not taken: no vital sign: LOINC 718-7" in json.dumps(answer)
