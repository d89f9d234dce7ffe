"""The built model under the grammar of evidence: whatever it picks is borne out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inference.language.generator import GovernedGenerator
from inference.language.verification import ClaimVerifier
from inference.runtime import OnnxModel
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Draft, Evidence, ModelIdentity
from sereno.domain.vitals import Language
from sereno.settings import Settings
from tests.support import require
from tests.unit.inference.language.samples import (
    ALARM,
    CHANGE,
    EPISODE,
    EXTREME,
    GAP,
    GROUP,
    NOTE_IN_PART,
    PARTIAL,
    PRESSURE_NOW,
    SENSORS,
    SPO2_NOW,
    evidence,
)

ROOT = Path(__file__).parents[2]
FACTS = (
    ALARM, SENSORS, PARTIAL, SPO2_NOW, PRESSURE_NOW, GROUP, CHANGE, EPISODE, EXTREME, GAP,
    NOTE_IN_PART,
)  # fmt: skip
NIGHT = evidence(*(replace(fact, id=f"F{n}") for n, fact in enumerate(FACTS, 1)))
ALL_OPTIONAL = replace(NIGHT, required=())


@pytest.fixture(scope="module")
def model() -> OnnxModel:
    for folder in (Settings().model, ROOT / ".cache" / "model"):
        if (folder / "manifest.json").exists():
            return OnnxModel.load(folder, provider="cpu", threads=2)
    require(None, "no model: run `sereno model build`")
    raise AssertionError


def write(
    model: OnnxModel, found: Evidence, language: Language, *, temperature: float = 0, seed: int = 0
) -> Draft:
    generator = GovernedGenerator(
        model, ModelIdentity(model.info.name), temperature=temperature, seed=seed
    )
    return generator.write(found, language)


@pytest.mark.parametrize("language", Language)
def test_every_required_fact_is_told_and_borne_out(model: OnnxModel, language: Language) -> None:
    draft = write(model, NIGHT, language)
    assert ClaimVerifier().verify(draft.sentences, NIGHT, language).refusals == ()
    told = [cited for sentence in draft.sentences for cited in sentence.citations]
    assert told == list(NIGHT.required)
    assert draft.timings.tokens > 5 * draft.timings.steps  # most tokens are forced


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_it_picks_when_free_is_borne_out(
    model: OnnxModel, language: Language, seed: int
) -> None:
    draft = write(model, ALL_OPTIONAL, language, temperature=1.5, seed=seed)
    assert ClaimVerifier().verify(draft.sentences, ALL_OPTIONAL, language).refusals == ()


def test_the_same_seed_gives_the_same_text(model: OnnxModel) -> None:
    first, again = (
        write(model, NIGHT, Language.SPANISH, temperature=1.0, seed=7) for _ in range(2)
    )
    assert first.sentences == again.sentences
    assert first.prompt_hash == again.prompt_hash


def test_a_deadline_that_has_passed_ends_it(model: OnnxModel) -> None:
    generator = GovernedGenerator(model, ModelIdentity("default"))
    past = datetime.now(UTC) - timedelta(seconds=1)
    with pytest.raises(ModelError, match="deadline"):
        generator.write(NIGHT, Language.ENGLISH, deadline=past)
