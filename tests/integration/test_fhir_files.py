"""Files of the standard, of US Core, of the guide for personal devices and of Synthea.

Each goes in through the code; what becomes of it is counted by hand beside. fhir.resources, which
shares nothing with what is tested, judges that what is taken was R4 to begin with.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.fhir.reading import Reading, State, parse
from sereno.domain.vitals import VITALS
from tests.fakes.fhir import reader
from tests.fakes.reading import observations, waveforms
from tests.support import require

# Taken, not taken, refused. Refused are a sampled ECG without a unit and a value of another's.
OUTCOMES = {
    "r4": (9, 42, 2),
    "us-core": (4, 3, 0),
    "phd": (31, 33, 0),
    "synthea": (91, 1854, 0),
}


def files(shared_data: Path, kind: str) -> list[Path]:
    found = sorted((shared_data / "fhir" / kind).glob("*.json"))
    require(found, "no FHIR resources: get data/fhir of the shared folder anew")
    return found


def read(path: Path) -> Reading:
    return reader().read(parse(path.read_bytes()), authority="fhir")


@pytest.mark.parametrize("kind", OUTCOMES)
def test_every_file_goes_in(shared_data: Path, kind: str) -> None:
    outcomes = Counter(
        each.state for path in files(shared_data, kind) for each in read(path).outcomes
    )
    assert (outcomes[State.TAKEN], outcomes[State.IGNORED], outcomes[State.REFUSED]) == OUTCOMES[
        kind
    ]


def _resources(told: Any) -> Iterator[dict[str, Any]]:
    if told["resourceType"] == "Bundle":
        for entry in told["entry"]:
            yield from _resources(entry["resource"])
    else:
        yield told


@pytest.mark.parametrize("kind", OUTCOMES)
def test_as_many_values_are_taken_as_a_plain_search_for_their_codes_finds(
    shared_data: Path, kind: str
) -> None:
    """Counted over the JSON, by code and by the key of a value alone."""
    codes = {
        code for vital in VITALS.values() for code in (vital.loinc, *vital.other_loinc) if code
    }
    codes |= {str(c) for vital in VITALS.values() for c in (vital.mdc_code, *vital.other_mdc) if c}
    for path in files(shared_data, kind):
        counted = 0
        for resource in _resources(json.loads(path.read_bytes())):
            if resource["resourceType"] == "Observation" and resource["status"] == "final":
                for part in (resource, *resource.get("component", [])):
                    known = {each["code"] for each in part["code"].get("coding", [])} & codes
                    counted += bool(known and "value" in part.get("valueQuantity", {}))
        assert len(observations(read(path).batches)) == counted, path.name


def test_a_waveform_of_the_guide_is_whole(shared_data: Path) -> None:
    (path,) = (each for each in files(shared_data, "phd") if each.stem == "rtsa-example-2")
    chunks = waveforms(read(path).batches)
    raw = json.loads(path.read_bytes())["valueSampledData"]["data"].split()
    told = [sample for chunk in chunks for sample in chunk.samples]
    assert told == pytest.approx([-3300 + 1.612 * float(each) for each in raw])


@pytest.mark.parametrize("kind", OUTCOMES)
def test_whatever_is_taken_is_r4_in_the_eyes_of_another(shared_data: Path, kind: str) -> None:
    from fhir.resources.R4B.observation import Observation

    for path in files(shared_data, kind):
        for resource in _resources(json.loads(path.read_bytes())):
            if resource["resourceType"] == "Observation":
                reading = reader().read(resource, authority="fhir")
                if reading.outcomes[0].state is State.TAKEN:
                    Observation.model_validate(resource)
