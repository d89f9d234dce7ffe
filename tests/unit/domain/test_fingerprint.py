"""The fingerprint of evidence: any change shows, and a later release finds the same."""

from dataclasses import fields, make_dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from sereno.domain.evidence import Evidence, Fact, Severity, Window
from sereno.domain.fingerprint import fingerprint
from sereno.domain.vitals import Signal
from tests.unit.inference.language.samples import GROUP, SPO2_NOW, WINDOW, evidence

FOUND = evidence(SPO2_NOW, replace(GROUP, id="F2"))
SECOND = timedelta(seconds=1)

OF_A_FACT: list[dict[str, Any]] = [
    {"value": 92.0}, {"values": {"lowest": 90.0}}, {"times": {}}, {"unit": "1"},
    {"durations": {"length": SECOND}}, {"ongoing": False}, {"members": ("e1",)},
    {"signal": Signal.HEART_RATE}, {"severity": Severity.NORMAL}, {"labels": {"a": "b"}},
]  # fmt: skip
CHANGES: list[tuple[str, Evidence]] = [
    ("the patient", replace(FOUND, patient="q")),
    ("the window", replace(FOUND, window=Window(WINDOW.start, WINDOW.end + SECOND))),
    ("the zone", replace(FOUND, zone="Europe/Madrid")),
    ("the plan", replace(FOUND, required=("F1",))),
    ("the order", replace(FOUND, facts=FOUND.facts[::-1])),
    *(
        (f"a fact's {next(iter(change))}", replace(FOUND, facts=(replace(SPO2_NOW, **change),)))
        for change in OF_A_FACT
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "changed"), CHANGES)
def test_any_change_gives_another(what: str, changed: Evidence) -> None:
    assert fingerprint(changed) != fingerprint(FOUND), what


def test_no_two_of_them_are_the_same() -> None:
    assert len({fingerprint(changed) for _, changed in CHANGES}) == len(CHANGES)


def test_a_field_that_a_later_release_adds_changes_nothing_where_it_is_not_used() -> None:
    later: Any = make_dataclass(
        "Later", [("added", "str | None", None)], bases=(Fact,), frozen=True, kw_only=True
    )

    def as_of_later(fact: Fact) -> Any:
        return later(**{each.name: getattr(fact, each.name) for each in fields(Fact)})

    upgraded = replace(FOUND, facts=tuple(map(as_of_later, FOUND.facts)))
    assert fingerprint(upgraded) == fingerprint(FOUND)


def test_the_order_in_which_a_mapping_was_filled_does_not_count() -> None:
    values = {"lowest": 84.0, "highest": 97.0}
    one, other = (
        evidence(replace(SPO2_NOW, values=dict(pairs)))
        for pairs in (values.items(), reversed(values.items()))
    )
    assert fingerprint(one) == fingerprint(other)
