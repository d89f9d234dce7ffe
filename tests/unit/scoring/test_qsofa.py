"""qSOFA: one point each for fast breathing, low pressure and altered mentation."""

from dataclasses import replace
from datetime import date

import pytest

from sereno.domain.surveillance import ScoreKind
from sereno.domain.vitals import Signal
from sereno.scoring import qsofa
from tests.unit.scoring.streams import PATIENT, START, readings

RR, SBP = Signal.RESPIRATORY_RATE, Signal.CUFF_SYSTOLIC
GCS, ACVPU = Signal.GLASGOW_COMA_SCALE, Signal.CONSCIOUSNESS


@pytest.mark.parametrize(
    ("rr", "sbp", "gcs", "total"),
    [
        (21, 101, 15, 0),
        (22, 101, 15, 1),
        (21.5, 101, 15, 1),
        (21, 100, 15, 1),
        (21, 100.5, 15, 0),
        (21, 101, 14, 1),
        (30, 80, 9, 3),
    ],
)
def test_its_three_criteria(rr: float, sbp: float, gcs: float, total: int) -> None:
    score = qsofa.score(readings({RR: rr, SBP: sbp, GCS: gcs}), PATIENT, START)
    assert (score.kind, score.total, score.partial) == (ScoreKind.QSOFA, total, False)
    assert (score.lowest, score.highest) == (total, total)


def test_what_is_missing_makes_it_partial() -> None:
    score = qsofa.score(readings({RR: 25.0}), PATIENT, START)
    assert (score.total, score.lowest, score.highest) == (1, 1, 3)
    assert score.missing == (SBP, ACVPU)
    assert qsofa.score({}, PATIENT, START).total is None


def test_mentation_may_come_from_either_scale() -> None:
    (part,) = qsofa.score(readings({GCS: 14.0}), PATIENT, START).parts
    assert (part.signal, part.points, part.derived) == (GCS, 1, "gcs")
    (part,) = qsofa.score(readings({ACVPU: 1.0}), PATIENT, START).parts
    assert (part.signal, part.points, part.derived) == (ACVPU, 1, None)


@pytest.mark.parametrize(
    ("born", "pregnant", "expected"),
    [
        (date(2008, 3, 2), False, "under_18"),
        (date(2008, 3, 1), False, None),
        (date(1980, 1, 1), True, "pregnant"),
        (None, None, None),
    ],
)
def test_it_is_for_adults_who_are_not_pregnant(
    born: date | None, pregnant: bool | None, expected: str | None
) -> None:
    patient = replace(PATIENT, birth_date=born, pregnant=pregnant)
    assert qsofa.score(readings({RR: 25.0}), patient, START).not_scored == expected
