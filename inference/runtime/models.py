"""The models on this machine: a folder each, side by side, and which of them is in use."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from inference.runtime import manifest
from inference.runtime.build import alone, put_in_place
from inference.runtime.files import write_atomically
from inference.runtime.generator import OnnxModel
from inference.runtime.manifest import Info, ModelInfo, any_info, verify
from sereno.domain.errors import Conflict, InvalidEntry, ModelError, ModelMissing
from sereno.settings import DEFAULT_MODEL, MODEL_IN_USE

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def checked_name(name: str) -> str:
    """The same name, if a folder may bear it. Raises InvalidEntry."""
    if not _NAME.fullmatch(name) or name.endswith((".building", ".partial")):
        raise InvalidEntry(
            "a model's name has small letters, digits, dots, dashes and underscores, 63 at most; "
            "choose another"
        )
    return name


def new_name(models: Path, name: str) -> str:
    """A name that may be given to another model. Raises InvalidEntry or Conflict."""
    if checked_name(name) == DEFAULT_MODEL:
        raise Conflict(f"{DEFAULT_MODEL!r} is what `sereno model build` makes; choose another name")
    if (models / name).exists():
        raise Conflict(f"there is a model {name!r} already; choose another name, or delete "
                       f"{models / name}")  # fmt: skip
    return name


def known(models: Path) -> list[tuple[str, Info | ModelError]]:
    """Every model by its folder's name, and what its manifest says or why it can not be read."""
    return [(folder.name, _told(folder)) for folder in sorted(models.glob("*")) if _is(folder)]


def _is(folder: Path) -> bool:
    return (folder / manifest.NAME).exists() and not folder.name.endswith(".building")


def _told(folder: Path) -> Info | ModelError:
    try:
        return any_info(folder)
    except ModelError as error:
        return error


def folder_of(models: Path, name: str) -> Path:
    """Where the model called `name` lies. Raises ModelMissing naming those that there are."""
    names = [each for each, _ in known(models)]
    if not names:
        raise ModelMissing(f"there is no model in {models}: run `sereno model build`")
    if name not in names:
        raise ModelMissing(f"no model is called {name!r}; there are: {', '.join(names)}")
    return models / name


def use(models: Path, name: str) -> ModelInfo:
    """Have Sereno use the model called `name` from its next start on, if it is whole.

    Raises ModelMissing naming those that there are, ModelError where a file differs or the model
    does not write.
    """
    info = verify(folder_of(models, name))
    write_atomically(models / MODEL_IN_USE, [f"{name}\n".encode()])
    return info


def add(models: Path, name: str, make: Callable[[Path], Info]) -> Info:
    """Have `make` fill a new folder, try whether what writes loads, and then give it its name.

    Under that name there is a whole model or none. Raises what `make` raises, ModelError where the
    run time does not load what was made, Conflict while another process makes it.
    """
    folder = models / new_name(models, name)
    site = folder.with_name(f"{name}.building")
    with alone(folder):
        shutil.rmtree(site, ignore_errors=True)
        site.mkdir(parents=True)
        try:
            info = make(site)
            if isinstance(info, ModelInfo):
                OnnxModel.load(site, provider="cpu")
            put_in_place(site, folder)
        finally:
            shutil.rmtree(site, ignore_errors=True)
    return info
