"""The time zone in which summaries tell clock times."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from sereno.settings import Settings, machine_zone


@pytest.mark.parametrize(
    ("told", "link", "file", "zone", "why"),
    [
        ("Europe/Madrid", "America/Lima", None, "Europe/Madrid", "TZ is of this process alone"),
        (":Europe/Madrid", None, None, "Europe/Madrid", "POSIX writes names so"),
        ("CET-1CEST,M3.5.0", "America/Lima", None, "America/Lima", "a rule without a name"),
        ("", "America/Lima", "Asia/Tokyo", "America/Lima", "the file may be an old one"),
        (None, None, "Asia/Tokyo\n", "Asia/Tokyo", "no link"),
        (None, "Mars/Olympus", "Asia/Tokyo", "Asia/Tokyo", "no such zone"),
        (None, None, "Hora de Perú", "UTC", "no name at all"),
        (None, None, None, "UTC", "nothing is told"),
        ("../../etc", None, None, "UTC", "a path is no name"),
    ],
)
def test_the_machine_s_zone(
    tmp_path: Path, told: str | None, link: str | None, file: str | None, zone: str, why: str
) -> None:
    if link is not None:
        (tmp_path / "localtime").symlink_to(f"../usr/share/zoneinfo/{link}")
    if file is not None:
        (tmp_path / "timezone").write_text(file)
    environment = {} if told is None else {"TZ": told}
    assert machine_zone(environment, tmp_path) == zone, why


@pytest.mark.parametrize("name", ["Madrid", "Europe", "", "/etc/localtime", "../UTC", "UTC+1"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="write an IANA name"):
        Settings(zone=name)
