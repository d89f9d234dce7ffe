"""Whom the settings name: each once, known again by its place, and none of them ends the ward."""

from pathlib import Path

import pytest

from sereno.bootstrap import configured_destinations, services
from sereno.domain.errors import SerenoError
from sereno.services.delivery import Named
from sereno.settings import Settings


def named(folder: Path, *destinations: str) -> list[Named]:
    with services(Settings(data_dir=folder / "data", destinations=destinations)) as given:
        return configured_destinations(given)


def test_an_address_is_cut_where_it_is_opened(tmp_path: Path) -> None:
    """A path may hold a "?" of its own: only the last one begins the options."""
    first, second = f"parquet:{tmp_path}/a?b", f"parquet:{tmp_path}/a?c"
    found = named(tmp_path, f"{first}?every=1h", second)
    assert [each.identity for each in found] == [first, second]


def test_one_that_stands_twice_waits_with_its_error(tmp_path: Path) -> None:
    place = f"parquet:{tmp_path}"
    found = named(tmp_path, place, f"{place}?every=1h", place)
    assert found[0].open().name
    assert len({each.identity for each in found}) == 3
    for each in found[1:]:
        with pytest.raises(SerenoError, match=r"the same as parquet \(destination 1\)"):
            each.open()


def test_only_another_sereno_and_a_folder_are_told_of_recordings(tmp_path: Path) -> None:
    schemes = ["parquet", "sereno+https", "webhook+https", "mllp+out", "fhir+push+https", "bell"]
    found = named(tmp_path, *(f"{each}://host/x" for each in schemes))
    assert [each.recordings for each in found] == [True, True, False, False, False, False]
