"""What every TextGenerator must do, by whatever means it writes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from inference.language.dialects import Dialect
from inference.language.generator import GovernedGenerator
from inference.language.on_premises import OnPremises
from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from inference.remote import Server
from sereno.domain.evidence import Evidence, Form, ModelIdentity
from sereno.domain.vitals import Language
from sereno.ports import TextGenerator
from tests.fakes.completer import FirstChoice
from tests.fakes.openai_server import Fake
from tests.unit.inference.language.strategies import evidences


class Obedient(Server):
    """A server without a network that keeps to whatever grammar it is told."""

    def __init__(self) -> None:
        super().__init__("http://localhost/v1")

    def get(self, path: str, patience_s: float) -> Any:
        return Fake().reply(path, None)

    def post(self, path: str, body: Mapping[str, Any], patience_s: float) -> Any:
        return Fake().reply(path, dict(body))


GENERATORS: list[TextGenerator] = [
    TemplateGenerator(),
    GovernedGenerator(FirstChoice(), ModelIdentity("first choice")),
    *(OnPremises(Obedient(), dialect=dialect) for dialect in Dialect),
]
every_generator = pytest.mark.parametrize(
    "generator", GENERATORS, ids=["template", "governed", *(f"openai {each}" for each in Dialect)]
)
every_language = pytest.mark.parametrize("language", Language)
FEW = settings(max_examples=25)


@every_generator
@every_language
@FEW
@given(found=evidences())
def test_it_states_what_is_required_and_what_it_states_is_borne_out(
    generator: TextGenerator, language: Language, found: Evidence
) -> None:
    draft = generator.write(found, language, Form.HANDOVER, deadline=None)
    assert ClaimVerifier().verify(draft.sentences, found, language).accepted
    assert draft.source == generator.name


@every_generator
@FEW
@given(found=evidences())
def test_it_states_no_fact_twice_and_keeps_their_order(
    generator: TextGenerator, found: Evidence
) -> None:
    draft = generator.write(found, Language.ENGLISH, Form.HANDOVER, deadline=None)
    cited = [fact for sentence in draft.sentences for fact in sentence.citations]
    known = [fact.id for fact in found.facts]
    assert cited == [fact for fact in known if fact in cited]


@every_generator
@FEW
@given(found=evidences())
def test_the_same_evidence_gives_the_same_text(generator: TextGenerator, found: Evidence) -> None:
    first, again = (
        generator.write(each, Language.SPANISH, Form.HANDOVER, deadline=None)
        for each in (found, replace(found))
    )
    assert first.sentences == again.sentences
