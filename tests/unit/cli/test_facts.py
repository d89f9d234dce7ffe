"""The facts beneath a text on the command line, in the text's language."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sereno.cli.facts import fact_line
from sereno.domain.evidence import Fact, FactKind, Severity
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Language, Signal

AT = datetime(2026, 3, 14, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parts", "english", "spanish"),
    [
        (
            {"kind": FactKind.EXTREME, "signal": Signal.TEMPERATURE, "value": 38.5, "unit": "Cel",
             "times": {"at": AT}},
            "F1  extreme  temperature  38.5 °C  at 13:05",
            "F1  extremo  temperatura  38,5 °C  a las 13:05",
        ),
        (
            {"kind": FactKind.MEASURE, "signal": Signal.OXYGEN_GIVEN, "value": 1.0},
            "F1  measure  oxygen given  yes",
            "F1  último  oxígeno suplementario  sí",
        ),
        (
            {"kind": FactKind.SCORE, "value": 3.0, "labels": {"score": "news2"},
             "values": {"lowest": 3.0, "highest": 14.0}, "signals": (Signal.SPO2,)},
            "F1  score  NEWS2  3 to 14 (partial)",
            "F1  puntuación  NEWS2  3 a 14 (parcial)",
        ),
        (
            {"kind": FactKind.RANGE, "signal": Signal.RESPIRATORY_RATE, "value": 18.0,
             "unit": "/min", "values": {"lowest": 14.0, "highest": 22.0}},
            "F1  range  respiratory rate  14 to 22 /min, median 18",
            "F1  rango  frecuencia respiratoria  14 a 22 /min, mediana 18",
        ),
        (
            {"kind": FactKind.RANGE, "signal": Signal.RESPIRATORY_RATE, "value": 16.0,
             "unit": "/min", "values": {"lowest": 16.0, "highest": 16.0}},
            "F1  range  respiratory rate  16 /min throughout",
            "F1  rango  frecuencia respiratoria  16 /min en todo momento",
        ),
        (
            {"kind": FactKind.ALARM, "labels": {"condition": "sensor_off"},
             "signal": Signal.SPO2, "signals": (Signal.SPO2,), "times": {"start": AT}},
            "F1  alarm  spo2, sensor off  start 13:05",
            "F1  alarma  saturación de oxígeno, sensor retirado  desde 13:05",
        ),
        (
            {"kind": FactKind.ALARM, "labels": {"condition": "score"}, "value": 18.0},
            "F1  alarm  NEWS2  18",
            "F1  alarma  NEWS2  18",
        ),
        (
            {"kind": FactKind.CHANGE, "signal": Signal.SPO2, "value": 90.0, "unit": "%",
             "values": {"from": 97.0, "to": 90.0}},
            "F1  change  spo2  97 → 90 %",
            "F1  cambio  saturación de oxígeno  97 → 90 %",
        ),
        (
            {"kind": FactKind.CHANGE, "signal": Signal.CONSCIOUSNESS, "value": 1.0,
             "values": {"from": 0.0, "to": 1.0}},
            "F1  change  consciousness  A → C",
            "F1  cambio  nivel de conciencia  A → C",
        ),
        (
            {"kind": FactKind.MEASURE, "signal": Signal.SPO2, "value": 90.0, "unit": "%",
             "times": {"at": AT - timedelta(hours=12)}},
            "F1  measure  spo2  90 %  at 01:05",
            "F1  último  saturación de oxígeno  90 %  a la 01:05",
        ),
        (
            {"kind": FactKind.SCORE, "value": 2.0, "labels": {"score": "qsofa"}},
            "F1  score  qSOFA  2",
            "F1  puntuación  qSOFA  2",
        ),
        (
            {"kind": FactKind.RAISED, "signal": Signal.SPO2, "labels": {"score": ""}},
            "F1  raised  spo2",
            "F1  alarma  saturación de oxígeno",
        ),
        (
            {"kind": FactKind.NOTE, "labels": {"author": "nora"}},
            "F1  note  nora",
            "F1  nota  nora",
        ),
    ],
)  # fmt: skip
def test_a_fact_is_told_in_a_line(parts: dict[str, Any], english: str, spanish: str) -> None:
    fact = Fact(**{"id": "F1", "severity": Severity.NORMAL} | parts)
    zone = ZoneInfo("Europe/Madrid")
    assert fact_line(fact, zone, Language.ENGLISH) == english
    assert fact_line(fact, zone, Language.SPANISH) == spanish


@pytest.mark.parametrize("kind", list(FactKind))
def test_every_kind_has_a_name_of_its_own_in_spanish(kind: FactKind) -> None:
    fact = Fact(id="F1", kind=kind, severity=Severity.NORMAL)
    assert fact_line(fact, ZoneInfo("UTC"), Language.ENGLISH) == f"F1  {kind.value}"
    said = fact_line(fact, ZoneInfo("UTC"), Language.SPANISH).removeprefix("F1  ")
    assert said not in ("", kind.value)


@pytest.mark.parametrize("condition", [each for each in Condition if each.technical])
def test_whatever_is_wrong_with_the_equipment_has_a_name_in_spanish(condition: Condition) -> None:
    labels = {"condition": condition.value}
    fact = Fact(id="F1", kind=FactKind.ALARM, severity=Severity.NORMAL, labels=labels)
    english = condition.value.replace("_", " ")
    assert fact_line(fact, ZoneInfo("UTC"), Language.ENGLISH) == f"F1  alarm  {english}"
    spanish = fact_line(fact, ZoneInfo("UTC"), Language.SPANISH).removeprefix("F1  alarma")
    assert spanish.strip() not in ("", english)
