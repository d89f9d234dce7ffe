"""Real clinical text, charted as notes: what is quoted of it is borne out."""

import csv
import gzip
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from inference.evaluation.agreement import disagreements
from inference.evaluation.judging import judge
from inference.evaluation.reference import expected
from inference.language.grammar import parse
from inference.language.phrases import compose
from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.evidence import Evidence, Sentence, Window
from sereno.domain.patients import Note
from sereno.domain.vitals import Language
from sereno.scoring.evidence import gather
from sereno.services.charting import LONGEST_NOTE
from tests.support import real_data, require

END = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
WINDOW = Window(END - timedelta(hours=4), END)
MOST = 150  # of a source: each is read in a few milliseconds


def zipped(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def table(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


SOURCES = {
    "spaccc": (Language.SPANISH, "spaccc-es.jsonl.gz", None),
    "meddocan": (Language.SPANISH, "meddocan-dev.jsonl.gz", None),
    "aci-bench": (Language.ENGLISH, "aci-bench/valid.csv", "note"),
    "mts-dialog": (Language.ENGLISH, "mts-dialog/MTS-Dialog-ValidationSet.csv", "section_text"),
}


def notes(source: str) -> tuple[Language, list[Note]]:
    """The texts as a clinician could chart them: as long as a note may be."""
    language, name, column = SOURCES[source]
    path = real_data() / "text" / name
    require(path.exists(), f"no {name} in {path.parent}")
    texts = table(path, column) if column else zipped(path)
    return language, [
        Note(time=END - timedelta(minutes=9 + n % 200), author="nora", text=text[:LONGEST_NOTE])
        for n, text in enumerate(texts[:MOST])
    ]


def told(*several: Note) -> Evidence:
    return gather("p", WINDOW, [], notes=several)


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_quoted_of_real_notes_is_borne_out(source: str) -> None:
    language, several = notes(source)
    for one, other in pairwise(several):
        found = told(one, other)
        blocks = compose(found, language)
        draft = TemplateGenerator().write(found, language)
        assert ClaimVerifier().verify(draft.sentences, found, language).accepted
        text = " ".join(said.text for said in draft.sentences)
        assert [said.citations for said in parse(text, blocks)] == [
            said.citations for said in draft.sentences
        ]


@pytest.mark.parametrize("source", SOURCES)
def test_the_reference_and_the_judge_agree(source: str) -> None:
    language, several = notes(source)
    for note in several:
        found, wanted = told(note), expected([], WINDOW, notes=[note])
        assert disagreements(wanted, found) == []
        text = TemplateGenerator().write(found, language).text
        judgement = judge(text, wanted, language=language, zone=ZoneInfo("UTC"))
        assert (judgement.missing, judgement.invented) == ((), ())


@pytest.mark.parametrize("source", SOURCES)
def test_a_quotation_of_another_note_is_refused(source: str) -> None:
    language, several = notes(source)
    for one, other in pairwise(several):
        mine, foreign = told(one), told(other)
        said = TemplateGenerator().write(foreign, language).sentences[-1]
        if said.text != TemplateGenerator().write(mine, language).sentences[-1].text:
            claim = Sentence(said.text, ("F2",))
            assert not ClaimVerifier().verify([claim], mine, language).accepted


@pytest.mark.parametrize("source", SOURCES)
def test_most_real_notes_can_be_quoted(source: str) -> None:
    _, several = notes(source)
    facts = [told(note).fact("F2") for note in several]
    unquoted = sum(fact.labels["extent"] == "none" for fact in facts)
    assert unquoted <= len(facts) / 20
