from pathlib import Path

import pytest

from connectors import Opening, known_schemes, open_source
from sereno.domain.errors import InvalidEntry, SourceError
from sereno.ports import Connector
from tests.fakes.clock import FakeClock
from tests.fakes.reading import observations, read_all

pytestmark = pytest.mark.anyio
CSV = "Time [s],HR\n0,80\n1,81\n"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("plain.csv", id="plain"),
        pytest.param("bed 3, night.csv", id="spaces and a comma"),
        pytest.param("12:30.csv", id="a colon"),
        pytest.param("why?.csv", id="a question mark"),
        pytest.param("a=b&c.csv", id="signs of options"),
        pytest.param("50%25.csv", id="a percent sign is no escape in a path"),
        pytest.param("señal.csv", id="accents"),
    ],
)
async def test_a_path_is_taken_as_it_is_typed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CSV)
    connector = open_source(f"csv:{tmp_path / name}", clock=FakeClock(), speed=None)
    assert len(observations(await read_all(connector))) == 2


async def test_options_follow_the_last_question_mark(tmp_path: Path) -> None:
    (tmp_path / "why?.csv").write_text("When,Pulse ox\n0,97\n")
    (tmp_path / "the map.toml").write_text("time = 'When'\n[signals]\n'Pulse ox' = 'spo2'\n")
    source = f"csv:{tmp_path / 'why?.csv'}?map={tmp_path}/the%20map.toml"
    connector = open_source(source, clock=FakeClock(), speed=None)
    assert [each.value for each in observations(await read_all(connector))] == [97]


SCHEMES = (
    r"ble, csv, edf, fhir, fhir\+http, fhir\+https, fit, folder, health, mllp, mqtt, mqtts, "
    "parquet, relay, sim, vital, wfdb"
)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("", "scheme:path", id="nothing"),
        pytest.param("csv", f"known schemes are: {SCHEMES}$", id="no path"),
        pytest.param("csv:", "known schemes are", id="empty path"),
        pytest.param("hl8:x", f"known schemes are: {SCHEMES}$", id="unknown scheme"),
        pytest.param("csv:/no/such.csv", "check the path", id="no CSV file"),
        pytest.param("parquet:/no/such", "check the path", id="no Parquet file"),
        pytest.param("wfdb:/no/such", "without a suffix", id="no record"),
        pytest.param("wfdb:s3://bucket/record", "no WFDB header", id="no cloud is asked"),
        pytest.param("wfdb:a::b/record", "'::'", id="chained file systems are never opened"),
        pytest.param(
            "csv:x.csv?delimeter=;", "there is no such file|knows no option", id="bad option"
        ),
        pytest.param("sim:street", "sim:ward", id="no such place"),
        pytest.param("sim:ward?bed=3", "known are: beds", id="misspelt option"),
        pytest.param("sim:ward?beds=0", "from 1 to", id="no beds"),
        pytest.param("sim:ward?beds=many", "must be a number", id="no number"),
        pytest.param("sim:ward?scenario=plague", "known are: mixed, stable", id="no scenario"),
        pytest.param("sim:ward?rate=99", "125 or 250", id="odd rate"),
        pytest.param("sim:ward?history=long", "30s, 5m or 2h", id="no duration"),
    ],
)
def test_a_source_that_can_not_be_opened_says_what_to_do(source: str, told: str) -> None:
    with pytest.raises(SourceError, match=told) as caught:
        open_source(source, clock=FakeClock())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_a_speed_is_above_zero(speed: float) -> None:
    with pytest.raises(InvalidEntry, match="'max'"):
        open_source("sim:ward", clock=FakeClock(), speed=speed)


@pytest.mark.parametrize(
    ("options", "number"), [({}, 9600), ({"baud": "300"}, 300), ({"baud": "1.5e3"}, 1500)]
)
def test_a_connector_is_given_its_number(options: dict[str, str], number: float) -> None:
    opening = Opening(scheme="pump", path="x", options=options, clock=FakeClock())
    assert opening.number("baud", 9600, low=300, high=115_200) == number


@pytest.mark.parametrize("text", ["abc", "", "299", "1e9", "nan", "-inf"])
def test_any_other_is_refused_with_its_bounds(text: str) -> None:
    opening = Opening(scheme="pump", path="x", options={"baud": text}, clock=FakeClock())
    with pytest.raises(SourceError, match="baud must be a number from 300 to 115200"):
        opening.number("baud", 9600, low=300, high=115_200)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(None, 60), ("30s", 30), ("5m", 300), ("1.5h", 5400), ("1d", 86_400), ("45", 45)],
)
def test_a_connector_is_given_a_length_of_time_in_seconds(text: str | None, seconds: float) -> None:
    options = {} if text is None else {"pause": text}
    opening = Opening(scheme="pump", path="x", options=options, clock=FakeClock())
    assert opening.duration("pause", 60, low=1, high=86_400) == seconds


@pytest.mark.parametrize("text", ["", "s", "0s", "-5s", "2d", "nans", "infd", "5 minutes", "5M"])
def test_what_is_no_length_of_time_is_refused_with_its_bounds(text: str) -> None:
    opening = Opening(scheme="pump", path="x", options={"pause": text}, clock=FakeClock())
    with pytest.raises(SourceError, match="pause is written like 30s, 5m or 2h, from 1 to 86400"):
        opening.duration("pause", 60, low=1, high=86_400)


PLUG_IN = """
class Quiet:
    name = "quiet:test"

    async def batches(self):
        return
        yield


def open_quiet(opening):
    assert opening.path == "here" and opening.options == {"level": "3"}
    return Quiet()
"""


async def test_a_connector_from_outside_is_found_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quiet_plug_in.py").write_text(PLUG_IN)
    info = tmp_path / "quiet_plug_in-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: quiet-plug-in\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[sereno.connectors]\nquiet = quiet_plug_in:open_quiet\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert "quiet" in known_schemes()
    connector = open_source("quiet:here?level=3", clock=FakeClock())
    assert isinstance(connector, Connector)
    assert await read_all(connector) == []
