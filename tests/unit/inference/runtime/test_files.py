import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.runtime.files import write_atomically
from sereno.domain.errors import ModelError


def failing(code: int) -> Iterator[bytes]:
    """Chunks of which the second can not be written."""
    yield b"first"
    raise OSError(code, "failed")


def test_chunks_become_one_file_in_a_folder_made_for_it(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "file", [b"one ", b"two"])
    assert (tmp_path / "new" / "file").read_bytes() == b"one two"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "no space left"),
        (errno.EDQUOT, "no space left"),
        (errno.EIO, "can not write"),
    ],
)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, code: int, remedy: str
) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(ModelError, match=remedy):
        write_atomically(tmp_path / "file", failing(code))
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_where_the_folder_should_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(ModelError, match="can not write"):
        write_atomically(tmp_path / "taken" / "file", [b""])
