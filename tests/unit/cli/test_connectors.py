"""Listing what can be read, trying a source, and how the sources of a ward fare."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sereno.bootstrap import services
from sereno.cli import main
from sereno.domain.stream import Batch, Rejected
from sereno.ports import Standing, Topic
from sereno.services.delivery.health import DestinationHealth, DestinationState
from sereno.services.ingestion.health import SourceHealth, SourceState
from sereno.settings import Settings
from tests.fakes.clock import NOON

Sereno = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sereno(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sereno:
    monkeypatch.setenv("SERENO_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def test_the_schemes_are_listed(sereno: Sereno) -> None:
    code, out, _ = sereno("connectors", "list", "--json")
    assert code == 0
    told = json.loads(out)
    assert {"csv", "sim", "wfdb"} <= set(told["sources"])
    assert {"mllp+out", "parquet", "webhook+https"} <= set(told["destinations"])
    assert "webhook+https" in sereno("connectors", "list")[1]


def test_a_source_that_is_there_is_told_and_nothing_of_it_is_kept(
    sereno: Sereno, tmp_path: Path
) -> None:
    file = tmp_path / "Concepcion.csv"
    file.write_text("Time [s],HR\n0,80\n1,81\n")
    code, out, _ = sereno("connectors", "test", f"csv:{file}", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["source"] == "csv"
    assert "1 value" in told["found"]
    assert "Concepcion" not in out
    assert json.loads(sereno("patients", "--json")[1]) == []


@pytest.mark.parametrize("source", ["csv:/nowhere/Concepcion.csv", "morse:key"])
def test_a_source_that_is_not_there_is_an_error_with_its_remedy(
    sereno: Sereno, source: str
) -> None:
    code, _, err = sereno("connectors", "test", source)
    assert code != 0
    assert ";" in err
    assert "Concepcion" not in err


def test_how_sources_fare_is_shown_with_what_is_wrong(sereno: Sereno, tmp_path: Path) -> None:
    well, ill = SourceHealth("mllp:2575"), SourceHealth("mqtt (source 2)")
    well.took(Batch(source="x", subject=None, rejected=(Rejected(b"", "no header"),)), None, NOON)
    ill.state, ill.error = SourceState.WAITING, "the broker does not answer; start it"
    with services(Settings(data_dir=tmp_path / "data")) as given:
        given.leases.beat("ingest", {"sources": [well.told(NOON), ill.told(NOON)]})
    code, out, _ = sereno("connectors", "status")
    assert code == 0
    for told in ("mllp:2575", "reading", "1 x no header", "waiting", "start it"):
        assert told in out
    first, second = json.loads(sereno("connectors", "status", "--json")[1])["sources"]
    assert (first["rejected"], second["state"]) == (1, "waiting")


def test_how_destinations_fare_is_shown_with_what_is_wrong(sereno: Sereno, tmp_path: Path) -> None:
    health = DestinationHealth("webhook+https (destination 1)", DestinationState.WAITING)
    health.error = "it can not be reached; start it, or check its address and the network"
    oldest = datetime.now(UTC) - timedelta(hours=3)
    health.standing = Standing(
        number=1, topics=frozenset({Topic.ALARMS}), waiting=1234, oldest=oldest, given_up=7
    )
    with services(Settings(data_dir=tmp_path / "data")) as given:
        given.leases.beat("ingest", {"sources": [], "destinations": [health.facts()]})
    code, out, _ = sereno("connectors", "status")
    assert code == 0
    for told in ("webhook+https", "waiting", "1,234", "3 h", "7", "start it"):
        assert told in out
    (told,) = json.loads(sereno("connectors", "status", "--json")[1])["destinations"]
    assert (told["topics"], told["given_up"]) == (["alarms"], 7)


def test_a_destination_is_tried_without_telling_it_anything(sereno: Sereno, tmp_path: Path) -> None:
    code, out, _ = sereno("connectors", "test", f"parquet:{tmp_path}", "--destination", "--json")
    assert code == 0
    assert json.loads(out) == {
        "destination": "parquet",
        "found": "the folder is there and can be written in",
    }
    code, _, err = sereno("connectors", "test", "mllp+out://localhost:1")
    assert code != 0
    assert "nobody listens there; start it" in err


def test_where_nothing_runs_it_says_what_would(sereno: Sereno, tmp_path: Path) -> None:
    with services(Settings(data_dir=tmp_path / "data")):
        pass
    assert "SERENO_SOURCES" in sereno("connectors", "status")[1]
