"""From a generator's name to what writes: our own, or one that a plug-in brings."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib.metadata import entry_points
from typing import Final

from sereno.domain.errors import ModelError, ModelMissing, SerenoError
from sereno.domain.evidence import Draft, Evidence, Form
from sereno.domain.vitals import Language
from sereno.ports import TextGenerator

GROUP: Final = "sereno.generators"
GOVERNED: Final = "governed"  # our own: the model, held by the grammar of the evidence
OPENAI: Final = "openai"  # a server of the clinic that speaks as OpenAI's does
_OURS: Final = frozenset({"model", "template"})  # what our texts say wrote them


def known_generators() -> list[str]:
    """The generators that can be opened here, our own and those of installed plug-ins."""
    brought = {point.name for point in entry_points(group=GROUP)}
    return sorted({GOVERNED, OPENAI, *brought} - _OURS)


def open_generator(
    name: str, governed: Callable[[], TextGenerator], openai: Callable[[], TextGenerator]
) -> TextGenerator:
    """The generator called `name`; `governed` and `openai` make ours, which can not be replaced.

    Raises ModelMissing where there is none of that name, ModelError where it can not be loaded.
    """
    if name == GOVERNED:
        return governed()
    if name == OPENAI:
        return openai()
    for point in entry_points(group=GROUP, name=name) if name not in _OURS else ():
        try:
            return PluggedIn(name, point.load()())
        except SerenoError:
            raise
        except Exception as error:
            raise _broken(name, "loaded", error) from error
    raise ModelMissing(
        f"no generator is called {name!r}; set SERENO_GENERATOR to one of: "
        f"{', '.join(known_generators())}"
    )


class PluggedIn:
    """A generator from outside, whose errors become ours: it may break and nothing else with it."""

    def __init__(self, name: str, inner: TextGenerator) -> None:
        self.name = name
        self._inner = inner

    def write(
        self, evidence: Evidence, language: Language, form: Form, *, deadline: datetime | None
    ) -> Draft:
        """Write. Raises ModelError where it can not, whatever went wrong."""
        try:
            draft = self._inner.write(evidence, language, form, deadline=deadline)
            return replace(draft, source=self.name)  # nothing of it passes for ours
        except SerenoError:
            raise
        except Exception as error:
            raise _broken(self.name, "run", error) from error


def _broken(name: str, what: str, error: Exception) -> ModelError:
    """Its kind and not its words, which may hold what it was to write about."""
    kind = type(error).__name__
    return ModelError(
        f"the generator {name!r} can not be {what} ({kind}); mend it or unset SERENO_GENERATOR"
    )
