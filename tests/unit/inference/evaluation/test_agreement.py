"""How differences are found: each kind of difference, made by hand in evidence that agrees."""

from dataclasses import replace
from typing import Any

import pytest

from inference.evaluation.agreement import disagreements
from inference.evaluation.reference import Expected
from sereno.domain.evidence import Evidence, Fact, FactKind, Severity, Window
from sereno.domain.vitals import Signal
from tests.unit.inference.evaluation.told import HOUR, at

WINDOW = Window(at(0), at(HOUR))
EXPECTED = Expected(
    kind=FactKind.MEASURE, severity=0, signal=Signal.SPO2, value=97, times={"at": at(HOUR)},
    ongoing=True, required=True,
)  # fmt: skip
FACT = Fact(
    id="F1", kind=FactKind.MEASURE, severity=Severity.NORMAL, signal=Signal.SPO2, value=97.0,
    times={"at": at(HOUR)}, ongoing=True,
)  # fmt: skip


def evidence(*facts: Fact, required: tuple[str, ...] = ("F1",)) -> Evidence:
    return Evidence(patient="p", window=WINDOW, facts=facts, required=required)


def test_what_is_alike_agrees() -> None:
    assert not disagreements([EXPECTED], evidence(FACT))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": 96.0}, "value"),
        ({"ongoing": False}, "ongoing"),
        ({"severity": Severity.NOTABLE}, "severity"),
        ({"times": {"at": at(1)}}, "times.at"),
        ({"times": {}}, "times.at"),
        ({"values": {"diastolic": 60.0}}, "values.diastolic"),
        ({"labels": {"word": "other"}}, "labels.word"),
    ],
)
def test_every_field_is_compared(changed: dict[str, Any], field: str) -> None:
    [difference] = disagreements([EXPECTED], evidence(replace(FACT, **changed)))
    assert (difference.kind, difference.field, difference.required) == ("measure", field, True)


def test_what_a_text_must_state_is_compared() -> None:
    [difference] = disagreements([EXPECTED], evidence(FACT, required=()))
    assert (difference.field, difference.expected, difference.found) == ("required", True, False)


def test_a_fact_too_many_or_too_few() -> None:
    [missing] = disagreements([EXPECTED], evidence())
    [extra] = disagreements([], evidence(FACT))
    assert (missing.field, extra.field) == ("missing", "extra")
    assert (missing.required, extra.required) == (True, True)


def test_an_episode_is_compared_with_a_group_of_them() -> None:
    one = replace(EXPECTED, kind=FactKind.EPISODE, values={"threshold": 92})
    other = replace(FACT, kind=FactKind.GROUP, values={"threshold": 92})
    assert [each.field for each in disagreements([one], evidence(other))] == ["kind"]
