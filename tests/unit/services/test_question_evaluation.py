"""Playing recordings up to the moment of a question, and what the report says of the answers."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from inference.evaluation.answers import judge_answer
from sereno.domain.errors import ConfigurationError
from sereno.domain.stream import Batch, Observation
from sereno.domain.vitals import Signal
from sereno.services.question_evaluation import QuestionEvaluation, load
from tests.fakes.clock import NOON
from tests.fakes.streams import ANA, ScriptedSource
from tests.unit.services.test_answering import ANSWERING

LINE: Mapping[str, Any] = {
    "id": "en-1",
    "language": "en",
    "source": "fake:{data}/x",
    "patients": [ANA.identifier],
    "at": NOON.isoformat(),
    "question": "heart rate?",
    "expect": {"outcome": "answered", "tools": ["vitals"], "numbers": [80]},
}


def written(folder: Path, *lines: Mapping[str, Any]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def source(_: str) -> ScriptedSource:
    beats = [
        Observation(Signal.HEART_RATE, NOON + timedelta(minutes=minutes), value, "fake")
        for minutes, value in ((-5, 80), (5, 130))
    ]
    return ScriptedSource([Batch(source="fake", subject=ANA, observations=tuple(beats))])


def run(folder: Path, *lines: Mapping[str, Any]) -> Any:
    asked = load(written(folder, *lines), folder)
    return anyio.run(QuestionEvaluation(ANSWERING, judge_answer, source, "UTC").run, asked)


def test_only_what_was_recorded_up_to_the_moment_is_known(tmp_path: Path) -> None:
    report = run(tmp_path, LINE)
    assert (report.accuracy, report.wrong) == (1.0, ())


def test_answerable_ones_and_others_are_counted_apart(tmp_path: Path) -> None:
    lactate = {**LINE, "question": "lactate?", "expect": {"outcome": "not_recorded"}}
    wrong = {**LINE, "id": "en-2", "expect": {"outcome": "answered", "numbers": [81]}}
    report = run(tmp_path, LINE, wrong, lactate)
    assert (report.answerable, report.accuracy, report.refusals) == (2, 0.5, 1.0)
    (case,) = report.wrong
    assert (case.id, case.faults) == ("en-2", ("no 81",))
    assert "80/min" in case.text


def test_what_should_be_refused_and_was_answered_is_told(tmp_path: Path) -> None:
    report = run(tmp_path, {**LINE, "expect": {"outcome": "declined"}})
    assert (report.refusals, report.answered_wrongly) == (0.0, 1)


@pytest.mark.parametrize("change", [{"at": "noon"}, {"expect": {}}, {"language": "xx"}])
def test_a_line_of_another_form_is_named_and_not_quoted(
    tmp_path: Path, change: Mapping[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match="line 2") as refused:
        load(written(tmp_path, LINE, {**LINE, **change}), tmp_path)
    assert "heart rate" not in str(refused.value)


def test_a_folder_that_is_needed_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--data"):
        load(written(tmp_path, LINE), None)


def test_a_patient_who_is_not_in_the_source_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="source holds nothing"):
        run(tmp_path, {**LINE, "patients": ["nobody"]})
