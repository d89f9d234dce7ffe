"""The whole program, running: store, simulator, a recording, ingest, model process and web."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

NAME: Final = "nora"
PASSWORD: Final = "blue lamps over the river"
WAIT_MS: Final = 60_000
START_S: Final = 60
STOP_S: Final = 20
# The recording's patient is well for this long, from the moment that the program starts.
WELL_S: Final = 25
RECORDING_S: Final = 900


@dataclass
class Program:
    """A running program and how to sign in to it."""

    address: str
    data_dir: Path


@dataclass
class Visitor:
    """A page of the program, with what went wrong on it and where it called."""

    page: "Page"
    program: Program
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def sign_in(self, name: str = NAME) -> "Page":
        """Sign in and wait for the ward."""
        self.page.goto(self.program.address)
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("nav a", timeout=WAIT_MS)
        return self.page

    def watch(self) -> None:
        """Note every request to another host and every error of the page."""
        ours = self.program.address.split("://")[1]
        local = (f"http://{ours}", f"ws://{ours}", "data:", "blob:")
        self.page.on(
            "request",
            lambda request: (
                None if request.url.startswith(local) else self.foreign.append(request.url)
            ),
        )
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _hear(self, said: "ConsoleMessage") -> None:
        """Streamlit looks for its server below the page's own path first, and is told 404."""
        looking = "/_stcore/" in said.location["url"] and "404" in said.text
        if said.type == "error" and not looking:
            self.errors.append(f"{said.text} ({said.location['url']})")


def recording(path: Path, begin: datetime) -> Path:
    """A patient who is well at first and then loses oxygen: one row a second, from `begin`."""
    rows = ["time,HR,SpO2,RESP"]
    for second in range(RECORDING_S):
        well = second < WELL_S
        at = (begin + timedelta(seconds=second)).isoformat()
        values = (78, 97, 15) if well else (128, 79, 29)
        rows.append(",".join([at, *map(str, values)]))
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


@contextmanager
def started(command: str, data_dir: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """One of our own processes over `data_dir`; ended afterwards."""
    environment = os.environ | {
        "SERENO_DATA_DIR": str(data_dir),
        "SERENO_PORT": "0",
        "SERENO_MODEL_DIR": str(data_dir / "none"),
        **{f"SERENO_{name.upper()}": value for name, value in settings.items()},
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "sereno.cli", *command.split()],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def address_of(process: subprocess.Popen[str]) -> str:
    """The address that `sereno run --json` tells once the dashboard can be opened."""
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r'"address": "([^"]+)"', line):
            return found[1]
    pytest.fail(f"the program ended before it told an address: {''.join(said)}")


def prepare(data_dir: Path, *sources: str) -> None:
    """An account, and what `sources` tell at once."""
    from sereno.bootstrap import services
    from sereno.domain.roles import Actor
    from sereno.settings import Settings

    with services(Settings(data_dir=data_dir)) as given:
        given.access.create_account(NAME, PASSWORD, Actor("root"))
    for source in sources:
        with started(f"ingest {source} --speed max --json", data_dir) as process:
            said, _ = process.communicate(timeout=START_S)
            assert process.returncode == 0, said


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """`sereno run` over three simulated beds and a recording of someone who deteriorates."""
    data_dir = tmp_path_factory.mktemp("data")
    prepare(data_dir, "sim:ward?beds=3&seed=7&history=2h&duration=1s&waveforms=0")
    begin = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    path = recording(tmp_path_factory.mktemp("recordings") / "Room-9.csv", begin)
    sources = json.dumps(["sim:ward?beds=3&seed=7", f"csv:{path}"])
    with started("run --json", data_dir, sources=sources) as process:
        yield Program(address_of(process), data_dir)


@pytest.fixture
def visitor(program: Program, new_page: Callable[..., "Page"]) -> Iterator[Callable[..., Visitor]]:
    """Open a page of the program: `visitor(width=390, locale="es-ES")`.

    Afterwards no page may have called another host, nor have had an error.
    """
    visitors: list[Visitor] = []

    def visit(**options: Any) -> Visitor:
        new = Visitor(new_page(**options), program)
        new.page.set_default_timeout(WAIT_MS)
        new.watch()
        visitors.append(new)
        return new

    yield visit
    for each in visitors:
        assert each.foreign == []
        assert each.errors == []
