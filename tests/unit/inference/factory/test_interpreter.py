"""The factory's programs as processes; any Python stands for its environment here."""

import sys
from pathlib import Path
from typing import Any

import pytest

from inference.factory.interpreter import run
from sereno.domain.errors import ConfigurationError, ModelError


@pytest.fixture
def factory(tmp_path: Path) -> Path:
    (tmp_path / "factory" / "bin").mkdir(parents=True)
    (tmp_path / "factory" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path / "factory"


def test_each_object_that_a_program_prints_is_heard(factory: Path, tmp_path: Path) -> None:
    (tmp_path / "told.json").write_text('{"step": "train", "done": 1}')
    heard: list[Any] = []
    run(factory, "json.tool", ["--compact", str(tmp_path / "told.json")], heard.append)
    assert heard == [{"step": "train", "done": 1}]


def test_what_a_program_prints_otherwise_is_not(factory: Path) -> None:
    heard: list[Any] = []
    run(factory, "platform", [], heard.append)
    assert heard == []


def test_our_code_is_found_and_what_is_installed_beside_us_is_not(factory: Path) -> None:
    run(factory, "inference.factory.interpreter", [], lambda _: None)


def test_a_program_that_fails_is_told_by_its_last_words(factory: Path) -> None:
    with pytest.raises(ModelError, match="No module named no_such_module"):
        run(factory, "no_such_module", [], lambda _: None)


def test_a_factory_that_is_not_set_up_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="make factory"):
        run(tmp_path / "nowhere", "platform", [], lambda _: None)


def test_a_listener_that_gives_up_leaves_no_process(factory: Path, tmp_path: Path) -> None:
    (tmp_path / "told.json").write_text('{"step": "train"}')

    def give_up(_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(factory, "json.tool", ["--compact", str(tmp_path / "told.json")], give_up)
