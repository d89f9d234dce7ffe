"""A model of our own: the default one, tuned on our texts about recordings."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sereno.bootstrap.clocks import StandingClock
from sereno.bootstrap.models import verify_folder
from sereno.bootstrap.sources import recorded
from sereno.settings import DEFAULT_MODEL, Settings

if TYPE_CHECKING:
    from inference.factory.pairs import Pair
    from inference.factory.tuning import Tuned


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningWish:
    """How to tune: on `windows` of `sources`, working in the folder `work`; bounds for training.

    `notes` is a file of clinical texts to rehearse beside, parted by lines of ---.
    """

    sources: Sequence[str]
    work: Path
    windows: int
    steps: int
    minutes: float
    seed: int = 0
    notes: Path | None = None
    wheel: Path | None = None


def tune_model(
    settings: Settings, name: str, wish: TuningWish, progress: Callable[[str, int, int], None]
) -> "Tuned":
    """A model called `name`: the default one, tuned on our texts about recordings.

    Raises InvalidEntry or Conflict for the name, SourceError, ConfigurationError where the factory
    is not set up, ModelError.
    """
    from inference.factory.interpreter import interpreter
    from inference.factory.pairs import read_notes
    from inference.factory.tuning import Tuning, tune
    from inference.runtime.models import new_name

    new_name(settings.models, name)
    interpreter(settings.factory_dir)
    verify_folder(settings.models / DEFAULT_MODEL)
    if wish.notes:
        read_notes(wish.notes)  # or what ails them is told only after the recordings were read
    tuning = Tuning(
        work=wish.work, factory=settings.factory_dir, steps=wish.steps, minutes=wish.minutes,
        seed=wish.seed, notes=wish.notes, wheel=wish.wheel,
    )  # fmt: skip
    return tune(_pairs(wish, progress), name, settings.models, tuning, progress)


def _pairs(
    wish: TuningWish, progress: Callable[[str, int, int], None]
) -> "tuple[list[Pair], list[Pair]]":
    """What is trained on, and what is held out."""
    import anyio

    from inference.factory.pairs import pair
    from sereno.services.evaluation import read
    from sereno.services.tuning import told

    progress("read", 0, 1)
    clock = StandingClock()
    recordings = anyio.run(read, [recorded(each, clock) for each in wish.sources])
    progress("read", 1, 1)
    chance = random.Random(wish.seed)  # noqa: S311 - not a secret
    trained: list[Pair] = []
    held: list[Pair] = []
    for n, each in enumerate(told(recordings, wish.windows, "UTC", chance), 1):
        made = pair(each.evidence, each.language, each.form, chance)
        (held if each.held_out else trained).append(made)
        progress("write", n, wish.windows)
    return trained, held
