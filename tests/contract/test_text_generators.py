"""What every TextGenerator must do, by whatever means it writes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from inference.language.generator import GovernedGenerator
from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.evidence import Evidence, Form, ModelIdentity
from sereno.domain.vitals import Language
from sereno.ports import TextGenerator
from tests.fakes.completer import FirstChoice
from tests.unit.inference.language.strategies import evidences

GENERATORS: list[TextGenerator] = [
    TemplateGenerator(),
    GovernedGenerator(FirstChoice(), ModelIdentity("first choice")),
]
every_generator = pytest.mark.parametrize("generator", GENERATORS, ids=lambda each: each.name)
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
