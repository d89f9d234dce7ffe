"""Runs what needs torch in the factory's own environment, as a process. No torch here."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from sereno.domain.errors import ConfigurationError, ModelError

_ROOT: Final = Path(__file__).parents[2]
_BESIDE: Final = _ROOT / ".venv-factory"  # where `make factory` puts it
_OURS: Final = ("inference", "sereno")  # what the factory's programs import of ours
# Only its own objects are wanted, and errors; workers that wait do not spin.
_QUIET: Final = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}
_STOP_WITHIN_S: Final = 10.0

Tell = Callable[[dict[str, Any]], None]


def interpreter(factory: Path | None) -> Path:
    """The Python of the environment `factory`, or of the one beside the code.

    Raises ConfigurationError where it is not set up.
    """
    python = (factory or _BESIDE) / "bin" / "python"
    if not python.exists():
        raise ConfigurationError(
            f"the model factory is not set up ({python} is not there): run `make factory` in "
            "Sereno's folder, or set SERENO_FACTORY_DIR to its environment"
        )
    return python


def run(factory: Path | None, module: str, arguments: Sequence[str], tell: Tell) -> None:
    """Run one of the factory's programs to its end; `tell` hears each object that it prints.

    Raises ConfigurationError where the factory is not set up, ModelError with the program's last
    words where it fails.
    """
    python = interpreter(factory)
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile("w+") as errors:
        for name in _OURS:  # and nothing else of the environment that we run in
            (Path(scratch) / name).symlink_to(_ROOT / name, target_is_directory=True)
        command = [str(python), "-m", module, *arguments]
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONHOME"}
        environment |= {"PYTHONPATH": scratch, **_QUIET}
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process:
            _listen(process, tell)
        if process.returncode:
            errors.seek(0)
            raise ModelError(_last_words(errors.read(), process.returncode))


def _listen(process: "subprocess.Popen[str]", tell: Tell) -> None:
    try:
        for line in process.stdout or ():
            if line.startswith("{"):
                tell(json.loads(line))
    except BaseException:  # whoever waits has given up: nothing is left running
        process.terminate()
        try:
            process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


def _last_words(errors: str, code: int) -> str:
    lines = errors.strip().splitlines()
    return lines[-1][:400] if lines else f"the model factory ended with {code}: run it again"
