"""`/fhir` of the running program: the how-to works as it stands, and no log tells whom."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sereno.bootstrap import services
from sereno.cli.ingest import ingest_all
from sereno.domain.roles import Actor, Scope
from sereno.settings import Settings
from tests.support import require

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "read-as-fhir.md"
WARD = "sim:ward?beds=3&seed=7&history=600s&duration=60s"
SOMEBODY = "Estrella"  # whom the how-to looks for
WAIT_S = 60.0


@dataclass
class Served:
    """The web process over a ward."""

    address: str
    folder: Path
    key: str

    def get(self, path: str) -> int:
        bearer = {"Authorization": f"Bearer {self.key}"}
        request = urllib.request.Request(f"{self.address}{path}", headers=bearer)
        try:
            with urllib.request.urlopen(request) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code


def environment(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {"SERENO_DATA_DIR": str(folder), "SERENO_PORT": str(port)}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with services(Settings(data_dir=folder)) as given:
        ingest_all(given, [WARD], speed=None, quiet=True)
        key = given.keys.add("tests", Actor("it"), [Scope.FHIR])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-m", "sereno.cli", "process", "web", "--holder", "tests"]
    said = (folder / "said").open("wb")
    process = subprocess.Popen(line, env=environment(folder, port), stdout=said, stderr=said)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz")
        yield Served(address, folder, key)
    finally:
        process.terminate()
        process.wait(WAIT_S)
        said.close()


def wait_for(url: str) -> None:
    until = time.monotonic() + WAIT_S
    while True:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            assert time.monotonic() < until, "the web process does not answer"
            time.sleep(0.1)


def test_no_log_holds_what_was_searched_for(served: Served) -> None:
    """What the process writes anywhere, and what uvicorn would log, is looked through."""
    assert served.get("/fhir/Patient?name=Zoraida&_format=json") == 200
    assert served.get("/fhir/Patient?identifier=NHC-7730112") == 200
    assert served.get("/fhir/Patient/Zoraida-Quintanilla") == 404
    assert served.get("/fhir/Nothing/Zoraida?name=NHC-7730112") == 404
    assert served.get("/fhir/Patient?birthdate=NHC-7730112") == 400
    for path in served.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"Zoraida" not in content, path
            assert b"NHC-7730112" not in content, path


def test_the_how_to_works_as_it_stands(served: Served, tmp_path: Path) -> None:
    for program in ("bash", "curl", "jq"):
        require(shutil.which(program), f"no {program}: apt-get install {program}")
    steps = re.findall(
        r"^ +```sh\n(.*?)^ +```", HOW_TO.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert len(steps) == 6
    port = int(served.address.rpartition(":")[2])
    before = f'sereno() {{ "{sys.executable}" -m sereno.cli "$@"; }}\n'
    answers = []
    for step in steps:
        script = before + step.replace("http://127.0.0.1:8501", served.address)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, check=False, text=True,
            env=environment(served.folder, port), capture_output=True, timeout=WAIT_S,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), (step, done.stderr)
        answers.append(done.stdout)
    _, kinds, _, newest, following, _ = answers
    assert {"Patient", "Observation", "Flag"} <= set(kinds.split())
    assert (tmp_path / "patient").read_text().strip() not in ("", "null")
    assert "heart rate" in newest
    assert '"total":' in newest
    assert "_cursor=" in following
    exported = {path.name: path.read_text().count("\n") for path in tmp_path.glob("*.ndjson")}
    assert exported["Patient.ndjson"] == 3
    assert exported["Observation.ndjson"] > 100
    for name in ("ehr.header", "export.header"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
