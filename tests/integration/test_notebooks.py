"""Every notebook runs from top to bottom, in a kernel of its own."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
A_CELL_S = 240


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    environment = os.environ | {
        "MPLBACKEND": "agg",
        "PYTHONPATH": str(ROOT),
        "SERENO_MODEL_DIR": str(tmp_path / "none"),  # the template writes: other tests have models
    }
    client = NotebookClient(notebook, timeout=A_CELL_S, resources={"metadata": {"path": ROOT}})

    client.execute(env=environment)

    said = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("verified" in output.get("text", "") for output in said)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_printed(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert [cell.id for cell in notebook.cells if cell.get("outputs")] == []
