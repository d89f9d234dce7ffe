"""Texts about recordings of the open sets, drawn by a seed and not by hand, as a page a language.

Of each set that is there and whose licence lets derived texts be shown, windows are drawn and
written as the model process would write them. Nothing of a recording but its set is named.

    .venv/bin/python benchmarks/samples.py --data ../shared/data [--seed 0]
"""

import argparse
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import anyio

from sereno.bootstrap import evaluation, recorded
from sereno.domain.evidence import SUMMARIES, Draft, Form
from sereno.domain.stream import Batch
from sereno.domain.vitals import Language
from sereno.services.evaluation import Evaluation, Recording, cases, cut, read
from sereno.settings import Settings

PAGES: Final = Path(__file__).parents[1] / "docs" / "explanation"
EACH: Final = 20  # texts a language
PATIENTS: Final = 40  # of a set, those told first: reading thousands would take minutes


@dataclass(frozen=True, slots=True)
class Set:
    """An open set of recordings: its name, its licence, and how its folder is read."""

    name: str
    licence: str
    source: str


SETS: Final = (
    Set("MIMIC-III Clinical Database Demo (PhysioNet)",
        "Open Data Commons Open Database License 1.0",
        "parquet:{}/mimic3-demo/vital_chartevents.parquet"),
    Set("eICU Collaborative Research Database Demo (PhysioNet), harmonised by YAIB",
        "Open Data Commons Open Database License 1.0",
        "parquet:{}/yaib-eicu_demo/sepsis/dyn.parquet"),
    Set("PhysioNet/Computing in Cardiology Challenge 2019, training set B",
        "Creative Commons Attribution 4.0 International",
        "parquet:{}/cinc2019/training_setB.parquet"),
)  # fmt: skip
TITLES: Final = {
    Language.ENGLISH: "Samples in English",
    Language.SPANISH: "Samples in Spanish",
}


def main() -> None:
    """Write both pages."""
    options = _options()
    judging = evaluation(Settings())
    recordings = [_first(options.data, each) for each in SETS]
    for language in Language:
        page = PAGES / f"samples-{language.value}.md"
        page.write_text("\n".join(_page(judging, recordings, language, options.seed)) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data", help="the folder of the sets")
    parser.add_argument("--seed", type=int, default=0, help="which windows are drawn")
    return parser.parse_args()


class First:
    """A connector whose source ends after its first `PATIENTS` subjects."""

    def __init__(self, source: str) -> None:
        self._inner = recorded(source)
        self.name = self._inner.name

    async def batches(self) -> AsyncIterator[Batch]:
        """Until another subject comes."""
        known: set[str] = set()
        async for batch in self._inner.batches():
            known.add(batch.subject.identifier if batch.subject else "")
            if len(known) > PATIENTS:
                return
            yield batch


def _first(data: str, each: Set) -> list[Recording]:
    return anyio.run(read, [First(each.source.format(data))])


def _page(
    judging: Evaluation, recordings: Sequence[Sequence[Recording]], language: Language, seed: int
) -> Iterator[str]:
    yield f"# {TITLES[language]}"
    yield ""
    yield (
        f"{EACH} texts about recordings of open sets, drawn by seed {seed} and not by hand, in turn"
        " over the forms and the sets. The model wrote them and the verifier read them, as on the"
        " ward. Times are UTC and, like all dates of these sets, moved."
    )
    yield ""
    yield from (f"{n}. {each.name}, {each.licence}" for n, each in enumerate(SETS, 1))
    yield ""
    yield f"`.venv/bin/python benchmarks/samples.py --seed {seed}` writes this page anew."
    kinds = itertools.product(SUMMARIES, range(len(SETS)))
    turns = itertools.islice(itertools.cycle(kinds), EACH)
    for turn, (form, which) in enumerate(turns):
        draft = _written(judging, recordings[which], form, language, seed + turn)
        yield ""
        yield f"## {turn + 1}. {form.value}, set {which + 1}, by the {draft.source}"
        yield ""
        yield draft.text.replace("\n", "\n\n")


def _written(
    judging: Evaluation, recordings: Sequence[Recording], form: Form, language: Language, seed: int
) -> Draft:
    """One text about a window that the seed draws."""
    ((recording, windows),) = cut(recordings, timedelta(hours=form.hours), 1, seed)
    (case,) = cases(recording, windows, "UTC", form)
    return judging.write(case.evidence, language)


if __name__ == "__main__":
    main()
