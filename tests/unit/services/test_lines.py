"""The line of each bed's card."""

from collections.abc import Sequence

import pytest

from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.evidence import Evidence, Refusal, Sentence, Verdict
from sereno.domain.vitals import Language, Signal
from sereno.ports import Verifier
from sereno.services.lines import Lines
from sereno.services.views import BedView, Views
from tests.fakes.clock import MINUTE
from tests.fakes.paper import PaperStore
from tests.fakes.ward import ward

EN, ES = Language.ENGLISH, Language.SPANISH


def beds(store: PaperStore) -> dict[str, BedView]:
    views = Views(store, store, store.clock)  # type: ignore[arg-type]
    return {bed.patient.id: bed for bed in views.ward().beds}


def lines(verifier: Verifier | None = None) -> Lines:
    return Lines(TemplateGenerator(), verifier or ClaimVerifier(), zone="UTC")


@pytest.mark.parametrize(
    ("bed", "language", "line"),
    [
        ("p2", EN, "Alarm since 07:54: SpO2 below 88%, lowest 84%."),
        ("p2", ES, "Alarma desde las 07:54: SpO2 por debajo del 88 %, mínimo del 84 %."),
        ("p3", EN, "Technical alarm since 07:40: no data from the source."),
        ("p1", EN, None),  # no points: the card says so already
    ],
)
def test_it_tells_what_matters_most(bed: str, language: Language, line: str | None) -> None:
    assert lines().of(beds(ward())[bed], language) == line


def test_it_follows_the_card_at_once() -> None:
    store = ward()
    composed = lines()
    before = composed.of(beds(store)["p2"], EN)
    store.clock.time += MINUTE
    store.beds["p2"].values = {**store.beds["p2"].values, Signal.SPO2: 70.0}  # type: ignore[misc]
    after = composed.of(beds(store)["p2"], EN)
    assert before == "Alarm since 07:54: SpO2 below 88%, lowest 84%."
    assert after is not None
    assert after != before


def test_what_does_not_verify_is_not_shown() -> None:
    class Refuses:
        def verify(
            self, sentences: Sequence[Sentence], evidence: Evidence, language: Language
        ) -> Verdict:
            return Verdict((Refusal(sentences[0].text, "so it is told"),))

    assert lines(Refuses()).of(beds(ward())["p2"], EN) is None
