"""The house keeps its own rules: what is installed, what is pinned, what may import what."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Protocol

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sereno import ports
from sereno.settings import Settings
from tests.support import require

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}

ENTRY_POINTS = {"sereno.cli", "sereno.asgi", "sereno.api", "streamlit_app"}
OPEN_TO_ENTRY_POINTS = {"sereno.bootstrap", "sereno.services", "sereno.settings", "sereno.domain"}

# What only the factory's environment may hold: gigabytes, and releases with known holes.
FACTORY_ONLY = {"torch", "transformers", "optimum", "optimum-onnx", "peft", "accelerate"}


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): release for name, release in pinned}


def _required(*extras: str) -> list[Requirement]:
    lists = [PROJECT["project"]["dependencies"], *(EXTRAS[extra] for extra in extras or EXTRAS)]
    found = [Requirement(line) for requirements in lists for line in requirements]
    return [requirement for requirement in found if requirement.name != "sereno"]


@pytest.mark.parametrize("requirement", _required(), ids=str)
def test_every_dependency_is_pinned_inside_its_range(requirement: Requirement) -> None:
    assert requirement.specifier.contains(_pins()[canonicalize_name(requirement.name)])


def test_pins_are_names_and_releases_alone() -> None:
    pinned = re.compile(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+")
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not pinned.fullmatch(line)] == []


def test_nothing_of_the_factory_reaches_a_clinic() -> None:
    assert FACTORY_ONLY.isdisjoint(_pins())
    assert FACTORY_ONLY.isdisjoint(requirement.name for requirement in _required())


def test_cpu_and_gpu_bring_different_builds() -> None:
    cpu, gpu = ({Requirement(line).name for line in EXTRAS[extra]} for extra in ("cpu", "gpu"))
    assert cpu.isdisjoint(gpu)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_of_code_is_a_package_that_the_linter_sees(package: str) -> None:
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    hidden = {folder for folder in folders if not (folder / "__init__.py").exists()}
    # Alembic loads its scripts by path; they are no package on purpose.
    assert {folder for folder in hidden if "migrations" not in folder.parts} == set()


def test_every_entry_point_is_held_to_its_contract() -> None:
    assert _existing(ENTRY_POINTS) <= set(CONTRACTS["entry-points"]["source_modules"])
    behind = (_layered() | set(PACKAGES)) - ENTRY_POINTS - OPEN_TO_ENTRY_POINTS - {"sereno"}
    assert _existing(behind) <= set(CONTRACTS["entry-points"]["forbidden_modules"])


def test_every_package_of_the_core_has_a_layer() -> None:
    parts = {
        f"sereno.{path.stem}"
        for path in (ROOT / "sereno").iterdir()
        if not path.name.startswith("_")
        and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    assert parts <= _layered()


def test_every_contract_on_imports_is_on_the_page_about_the_architecture() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text()
    assert set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)) == set(CONTRACTS)


def test_every_seam_has_a_contract_that_its_implementations_are_held_to() -> None:
    seams = {
        name
        for name, what in vars(ports).items()
        if isinstance(what, type) and Protocol in what.__bases__
    }
    trees = (ast.parse(path.read_bytes()) for path in (ROOT / "tests/contract").rglob("*.py"))
    told = " ".join(ast.get_docstring(tree) or "" for tree in trees)
    assert len(seams) > 1
    assert seams <= set(re.findall(r"\w+", told))


def _layered() -> set[str]:
    return set(re.findall(r"[\w.]+", " ".join(CONTRACTS["layers"]["layers"])))


def _existing(modules: set[str]) -> set[str]:
    return {module for module in modules if _source(module)}


def _source(module: str) -> bool:
    path = ROOT / module.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@pytest.mark.parametrize(("asked", "present"), [("cpu", "gpu"), ("gpu", "cpu")])
def test_make_refuses_to_mix_builds(tmp_path: Path, asked: str, present: str) -> None:
    environment = tmp_path / "venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").touch()
    (environment / f".installed-{present}").touch()
    result = _make(f"VENV={environment}", f"EXTRA={asked}", f"{environment}/.installed-{asked}")
    assert result.returncode != 0
    assert "run make clean first" in result.stdout


def test_make_names_what_an_old_python_needs(tmp_path: Path) -> None:
    result = _make(f"VENV={tmp_path / 'venv'}", "PYTHON=false", f"{tmp_path / 'venv'}/bin/python")
    assert result.returncode != 0
    assert "Python 3.11 or newer" in result.stdout


def _make(*arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
    except FileNotFoundError:
        require(condition=False, reason="no make: apt-get install make")
        raise


def test_every_setting_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(Settings.model_fields)


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("docs/**/*.md")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_everything_imported_is_a_declared_dependency() -> None:
    product = _required("ble", "cpu", "gpu", "postgres")
    declared = {canonicalize_name(requirement.name) for requirement in product}
    brings = packages_distributions()
    missing = {
        module
        for module in _imported() - set(PACKAGES) - sys.stdlib_module_names
        if declared.isdisjoint(canonicalize_name(name) for name in brings.get(module, []))
    }
    assert missing == set()


def _imported() -> set[str]:
    """The top-level names that the product imports, but for the factory, which has its own list."""
    factory = ROOT / "inference" / "factory"
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    trees = [ast.parse(path.read_bytes()) for path in files if factory not in path.parents]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    plain = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    of = {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module and not n.level}
    return {name.partition(".")[0] for name in plain | of}
