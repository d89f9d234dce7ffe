"""A connector from outside: `connectors new`, built, installed beside Sereno, held to the rules."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(600)  # a whole check begins a dozen records
Sereno = Callable[..., subprocess.CompletedProcess[str]]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=560,
        env=ours | {"MYPYPATH": str(ROOT)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `connectors new` writes."""
    folder = tmp_path_factory.mktemp("plug-in") / "pump"
    command = (sys.executable, "-m", "sereno.cli", "connectors", "new", folder, "--scheme", "pump")
    done = run(*command, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "sereno connectors check pump" in done.stdout
    return folder


@pytest.fixture(scope="module")
def sereno(project: Path) -> Sereno:
    """The command line of an environment in which the project is installed."""
    home = project.parent / "environment"
    venv.create(home)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "sereno.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")
    python = home / "bin" / "python"
    done = run(
        sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index",
        "--no-deps", "--no-build-isolation", project, cwd=project,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(python, "-m", *arguments, cwd=project.parent)

    return call


def test_it_is_listed_and_says_that_no_device_is_there(sereno: Sereno) -> None:
    listed = sereno("sereno.cli", "connectors", "list", "--json")
    assert "pump" in json.loads(listed.stdout)["sources"]
    tried = sereno("sereno.cli", "connectors", "test", "pump://127.0.0.1:1", "--data-dir", "data")
    assert tried.returncode == 5
    assert "no device answers there; check" in tried.stderr


def test_it_keeps_every_rule(sereno: Sereno) -> None:
    done = sereno("sereno.cli", "connectors", "check", "pump", "--json")
    told = json.loads(done.stdout)
    assert [each for each in told["rules"] if each["verdict"] != "ok"] == []
    assert told["verdict"] == "ok"
    assert done.returncode == 0


def test_its_own_tests_pass(sereno: Sereno, project: Path) -> None:
    done = sereno("pytest", "-q", str(project), "-k", "protocol or told-as-said or duplicates")
    assert done.returncode == 0, done.stdout


def test_it_reads_as_our_own_code_does(project: Path) -> None:
    ignored = "--extend-ignore=INP001,D,S101,I001"
    checked = run(
        sys.executable, "-m", "ruff", "check", "--no-cache", ignored, "--config",
        ROOT / "pyproject.toml", project, cwd=project,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
    typed = run(
        sys.executable, "-m", "mypy", "--strict", "--cache-dir", project.parent / "types",
        "sereno_pump", cwd=project,
    )  # fmt: skip
    assert typed.returncode == 0, typed.stdout
