"""On the screen a derived rate says of what it was made."""

from datetime import timedelta

import pytest

from sereno.domain.stream import Observation, derived_source
from sereno.domain.surveillance import ScorePart
from sereno.domain.vitals import Language, Signal
from sereno.services.views import Reading
from streamlit_app.presenting.common import reading_data
from streamlit_app.presenting.score import _part
from streamlit_app.texts import Words
from tests.unit.scoring.streams import START

HR = Signal.HEART_RATE


@pytest.mark.parametrize(
    ("language", "told"), [(Language.ENGLISH, "/min from ECG"), (Language.SPANISH, "/min de ECG")]
)
def test_a_derived_rate_is_told_apart_beside_its_unit(language: Language, told: str) -> None:
    made = Observation(HR, START, 80, derived_source(Signal.ECG, "monitor"))
    drawn = reading_data(HR, Reading(made, timedelta(minutes=2), None), Words(language))
    assert (drawn["value"], drawn["unit"]) == ("80", told)


@pytest.mark.parametrize(
    ("made_of", "note"),
    [("respiration", "from Resp"), ("ecg", "from ECG"), ("gcs", "from GCS"), (None, None)],
)
def test_a_part_of_a_score_says_of_what_it_was_made(made_of: str | None, note: str | None) -> None:
    part = ScorePart(HR, 80, START, 0, made_of)
    assert _part(part, Words(Language.ENGLISH))["note"] == note
