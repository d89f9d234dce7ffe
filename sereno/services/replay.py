"""Writing an output again, from what was kept with it, to see whether the text is the same.

The evidence is the sealed snapshot: what has arrived since for the same window changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sereno import __version__
from sereno.domain.evidence import Draft, ModelIdentity, Run, Summary
from sereno.domain.fingerprint import fingerprint
from sereno.ports import Store, TextGenerator

# Summaries kept before the run was: the model has always been asked like this.
_ALWAYS: Final = Run(provider="cpu", temperature=0.0, seed=0)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was: a file of the model, the provider, the program..."""

    what: str
    recorded: str | None
    now: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of it. `again` is the text written now; None where none could be tried.

    `differences` tell what else is not as it was when the output was written.
    """

    output: Summary
    again: Draft | None
    differences: tuple[Difference, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the text is the same, byte for byte, and cites the same facts."""
        return self.again is not None and self.again.sentences == self.output.draft.sentences

    @property
    def failed(self) -> bool:
        """Whether the text is another although all that it was made from is the same."""
        return self.again is not None and not self.same and not self.differences


class Replaying:
    """Replays outputs. `model` gives our model, run like that; it raises ModelError."""

    def __init__(
        self, store: Store, template: TextGenerator, model: Callable[[Run], TextGenerator]
    ) -> None:
        self._store = store
        self._template = template
        self._model = model

    def output(self, output_id: str) -> Summary:
        """The output of that id, with its record. Raises NotFound or Forgotten."""
        return self._store.summary(output_id)

    def replay(self, output: Summary) -> Replay:
        """Write it again. Raises ModelError where our model is missing or breaks.

        What a server of the clinic or a plug-in wrote is not tried: only they can write it again.
        """
        writer = self._writer(output.draft)
        if writer is None:
            return Replay(output=output, again=None)
        again = writer.write(output.evidence, output.language, output.form, deadline=None)
        return Replay(output=output, again=again, differences=tuple(_differences(output, again)))

    def _writer(self, draft: Draft) -> TextGenerator | None:
        if draft.source == self._template.name:
            return self._template
        # Ours is known by the hashes of its files; a server tells a name and no more.
        if draft.source == "model" and draft.model and draft.model.hashes:
            return self._model(draft.run or _ALWAYS)
        return None


def _differences(output: Summary, again: Draft) -> Iterator[Difference]:
    was = output.draft
    yield from _files(was.model, again.model)
    pairs = (
        ("provider", _provider(was), _provider(again)),
        ("prompt", was.prompt_hash, again.prompt_hash),
        ("evidence", output.evidence_hash, fingerprint(output.evidence)),
        ("program", output.program, __version__),
    )
    for what, recorded, now in pairs:
        if recorded is not None and recorded != now:  # None: kept before this was recorded
            yield Difference(what, recorded, now)


def _provider(draft: Draft) -> str | None:
    return draft.run.provider if draft.run else None


def _files(was: ModelIdentity | None, now: ModelIdentity | None) -> Iterator[Difference]:
    old, new = (dict(each.hashes) if each else {} for each in (was, now))
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Difference(name, old.get(name), new.get(name))
