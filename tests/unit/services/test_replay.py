"""Replays: the same text from the sealed evidence, and plain words where something differs."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from inference.language.generator import GovernedGenerator
from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.errors import Forgotten, ModelMissing, NotFound
from sereno.domain.evidence import ModelIdentity, Run, Summary, Window
from sereno.domain.stream import Observation
from sereno.domain.vitals import Signal
from sereno.ports import Commit, TextGenerator
from sereno.services.author import Author, Request
from sereno.services.foundation import Foundation
from sereno.services.replay import Difference, Replaying
from tests.fakes.clock import NOON
from tests.fakes.completer import FirstChoice
from tests.fakes.streams import ANA

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
IDENTITY = ModelIdentity("calm-1", {"model.onnx": "ab", "tokenizer.json": "cd"})


class Elsewhere(FirstChoice):
    """The same model on another device."""

    provider = "cuda"


@dataclass
class Desk:
    """A patient with a window of values, and who writes about it."""

    foundation: Foundation
    patient: str
    identity: ModelIdentity = IDENTITY
    completer: FirstChoice = field(default_factory=FirstChoice)
    asked: Run | None = None

    def commit(self, minutes: range, rate: float) -> None:
        values = tuple(
            Observation(Signal.HEART_RATE, NOON - n * MINUTE, rate, "fake") for n in minutes
        )
        self.foundation.store.commit([Commit(patient=self.patient, observations=values)])

    def write(self, generator: TextGenerator | None = None) -> Summary:
        def given() -> TextGenerator:
            if generator is None:
                raise ModelMissing("no model; build one")
            return generator

        author = Author(self.foundation, TemplateGenerator(), ClaimVerifier(), zone="UTC")
        request = Request(patient=self.patient, window=Window(NOON - HOUR, NOON))
        summary = author.write(request, given)
        self.foundation.store.keep_summary(summary)
        return self.replaying.output(summary.id)

    def model(self, run: Run | None = None) -> TextGenerator:
        self.asked = run
        return GovernedGenerator(self.completer, self.identity)

    @property
    def replaying(self) -> Replaying:
        return Replaying(self.foundation.store, TemplateGenerator(), self.model)


@pytest.fixture
def desk(foundation: Foundation) -> Desk:
    found = Desk(foundation, foundation.store.admit(ANA).id)
    found.commit(range(0, 30, 2), 80.0)
    return found


@pytest.mark.parametrize("by_model", [True, False])
def test_after_late_data_an_output_replays_to_the_same_text(desk: Desk, by_model: bool) -> None:
    written = desk.write(desk.model() if by_model else None)
    desk.commit(range(1, 30, 2), 150.0)
    now = desk.write(desk.model() if by_model else None)
    assert now.draft.text != written.draft.text, "the late data tell something else"

    replay = desk.replaying.replay(written)

    assert (replay.same, replay.failed, replay.differences) == (True, False, ())
    assert replay.again
    assert replay.again.text == written.draft.text
    assert written.draft.source == ("model" if by_model else "template")


def test_the_record_tells_what_an_output_was_made_from(desk: Desk) -> None:
    written = desk.write(desk.model())

    assert written.draft.run == Run(provider="cpu", temperature=0.0, seed=0)
    assert written.draft.model == IDENTITY
    assert written.draft.prompt_hash
    assert written.evidence_hash
    assert written.program


def test_the_model_is_run_again_as_it_was(desk: Desk) -> None:
    written = desk.write(desk.model())
    run = Run(provider="cpu", temperature=0.7, seed=3)
    desk.replaying.replay(replace(written, draft=replace(written.draft, run=run)))
    assert desk.asked == run


def test_another_model_or_provider_is_told_and_is_no_failure(desk: Desk) -> None:
    written = desk.write(desk.model())
    other = replace(written, draft=replace(written.draft, sentences=()))  # it wrote otherwise
    desk.identity = ModelIdentity("calm-2", {"model.onnx": "ef", "tokenizer.json": "cd"})
    desk.completer = Elsewhere()

    replay = desk.replaying.replay(other)

    assert (replay.same, replay.failed) == (False, False)
    assert replay.differences == (
        Difference("model.onnx", "ab", "ef"), Difference("provider", "cpu", "cuda"),
    )  # fmt: skip


def test_another_text_from_all_the_same_is_a_failure(desk: Desk) -> None:
    written = desk.write(desk.model())
    replay = desk.replaying.replay(replace(written, draft=replace(written.draft, sentences=())))
    assert (replay.same, replay.failed) == (False, True)


CHANGED = [
    ("program", {"program": "0.0.1"}),
    ("evidence", {"evidence_hash": "00"}),
]


@pytest.mark.parametrize(("what", "changes"), CHANGED)
def test_what_else_is_not_as_it_was_is_told(desk: Desk, what: str, changes: dict[str, str]) -> None:
    replay = desk.replaying.replay(replace(desk.write(desk.model()), **changes))  # type: ignore[arg-type]
    assert replay.same
    assert [each.what for each in replay.differences] == [what]


def test_what_a_server_wrote_is_not_tried(desk: Desk) -> None:
    written = desk.write(desk.model())
    server = replace(written.draft, model=ModelIdentity("large (gpu.clinic:8000)"), run=None)

    replay = desk.replaying.replay(replace(written, draft=server))

    assert (replay.again, replay.same, replay.failed) == (None, False, False)


def test_an_output_from_before_there_was_a_record_replays(desk: Desk) -> None:
    written = desk.write(desk.model())
    old = replace(written, program=None, evidence_hash=None, draft=replace(written.draft, run=None))
    replay = desk.replaying.replay(old)
    assert (replay.same, replay.differences) == (True, ())


def test_what_is_not_there_any_more_is_not_replayed(desk: Desk) -> None:
    written = desk.write(desk.model())
    with pytest.raises(NotFound):
        desk.replaying.output("0123456789abcdef")
    desk.foundation.store.forget(desk.patient)
    with pytest.raises((NotFound, Forgotten)):
        desk.replaying.output(written.id)
