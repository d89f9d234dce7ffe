"""How recordings are cut into cases, and what a report says of a generator and of the verifier."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.errors import ConfigurationError, ModelError
from sereno.domain.evaluation import Judgement
from sereno.domain.evidence import (
    SUMMARIES,
    Draft,
    Evidence,
    FactKind,
    Form,
    Refusal,
    Sentence,
    Verdict,
)
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import Language, Signal
from sereno.services.evaluation import Case, Evaluation, Recording, cases, cut, read
from tests.fakes.clock import NOON
from tests.fakes.streams import ANA, ScriptedSource, beats

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EN = Language.ENGLISH


def recording(*values: tuple[float, float], quality: Quality = Quality.GOOD) -> Recording:
    """Heart rates as (minutes from noon, value)."""
    return Recording(
        ANA,
        [
            Observation(Signal.HEART_RATE, NOON + minutes * MINUTE, value, "fake", quality)
            for minutes, value in values
        ],
    )


HOURLY = recording(*((60 * n, 80 + n) for n in range(10)))


class Writer:
    """A generator that writes one sentence a fact, or fails."""

    name = "writer"

    def __init__(self, words: str = "fact", *, fails: bool = False) -> None:
        self.words, self.fails = words, fails

    def write(
        self, evidence: Evidence, language: Language, form: Form, *, deadline: datetime | None
    ) -> Draft:
        if self.fails:
            raise ModelError("it broke")
        said = tuple(Sentence(f"{self.words} {each.id}.", (each.id,)) for each in evidence.facts)
        return Draft(sentences=said, source=self.name)


class Wary:
    """A verifier that refuses every sentence with the word in it."""

    def __init__(self, word: str) -> None:
        self.word = word

    def verify(
        self, sentences: Sequence[Sentence], evidence: Evidence, language: Language
    ) -> Verdict:
        wrong = [each for each in sentences if self.word in each.text]
        return Verdict(tuple(Refusal(each.text, "a bad word") for each in wrong))


def judge(text: str, _case: Case, **_: Any) -> Judgement:
    """Two facts, one of them lasting; the one missing whose word is missing."""
    return Judgement(
        required=2,
        durations=1,
        missing=() if "fact" in text else ("the fact",),
        missing_durations=() if "fact" in text else ("the fact",),
        invented=("9",) if "invented" in text else (),
    )


def twice(text: str, _language: Language, chance: Random) -> Iterator[tuple[str, str]]:
    yield "bad", f"bad {text}"
    yield "odd", f"odd {chance.randrange(10**9)} {text}"


def judging(writer: Writer, *, free: bool = False, word: str = "bad") -> Evaluation:
    return Evaluation(writer, Writer("template fact"), Wary(word), judge, twice, free=free)


@given(
    minutes=st.lists(st.integers(0, 3000), min_size=1, max_size=40),
    hours=st.floats(0.2, 30),
    count=st.integers(1, 20),
)
def test_windows_do_not_overlap_and_each_holds_a_value(
    minutes: list[int], hours: float, count: int
) -> None:
    made = recording(*((minute, 80) for minute in sorted(minutes)))
    chosen = cut([made], hours * HOUR, count)
    ((_, windows),) = chosen
    assert len(windows) <= count
    for window in windows:
        assert window.end - window.start <= hours * HOUR
        assert any(window.start <= each.time <= window.end for each in made.observations)
    assert all(one.end < other.start for one, other in pairwise(windows))


def test_every_value_is_in_a_window_and_a_short_recording_is_one() -> None:
    ((_, windows),) = cut([HOURLY], 4 * HOUR, 99)
    inside = [w for each in HOURLY.observations for w in windows if w.start <= each.time <= w.end]
    assert (len(windows), len(inside)) == (3, 10)
    ((_, (only,)),) = cut([HOURLY], 40 * HOUR, 99)
    assert (only.start, only.end) == (NOON, NOON + 9 * HOUR)


def test_the_same_seed_draws_the_same_windows() -> None:
    many = [HOURLY] * 5
    assert cut(many, HOUR, 7, seed=1) == cut(many, HOUR, 7, seed=1) != cut(many, HOUR, 7, seed=2)


def test_a_recording_without_a_valid_value_holds_no_window() -> None:
    assert cut([recording((0, 0), quality=Quality.SENSOR_OFF)], HOUR, 9) == []
    with pytest.raises(ConfigurationError, match="no window"):
        judging(Writer()).summaries([], EN, "UTC")


def test_what_a_source_tells_is_kept_by_subject_once_and_in_order() -> None:
    later = beats([81, 82], start=NOON + MINUTE)
    source = ScriptedSource(
        [later, beats([80]), beats([80]), beats([70]), beats([9], subject=None)]
    )
    (found,) = anyio.run(read, [source])
    told = [(each.value, each.version) for each in found.observations]
    assert (found.subject, told) == (ANA, [(80, 1), (70, 2), (81, 1), (82, 1)])


def test_a_case_knows_nothing_of_what_comes_after_its_window() -> None:
    """The heart is fast from 14:00 on; it is over at 18:00."""
    values = [(60 * n, 150 if 2 <= n < 6 else 80) for n in range(10)]
    made = recording(*values)
    ((_, windows),) = cut([made], HOUR, 99)
    found = {case.window.start.hour: case for case in cases(made, windows, "UTC")}
    open_alarms = {
        hour: [each.ongoing for each in case.evidence.facts if each.kind is FactKind.ALARM]
        for hour, case in found.items()
    }
    assert open_alarms[12] == []
    assert any(open_alarms[14])
    assert not any(open_alarms[19])
    for case in found.values():
        assert max(each.time for each in case.observations) <= case.window.end


def test_what_was_corrected_is_no_evidence() -> None:
    """A store gives the latest versions, and so does this."""
    source = ScriptedSource([beats([140]), beats([80]), beats([82], start=NOON + MINUTE)])
    made = anyio.run(read, [source])
    ((_, windows),) = cut(made, HOUR, 1)
    (case,) = cases(made[0], windows, "UTC")
    assert FactKind.CHANGE not in {each.kind for each in case.evidence.facts}


def test_a_window_that_is_left_out_changes_no_other() -> None:
    ((_, windows),) = cut([HOURLY], HOUR, 99)
    every = {case.window: case.evidence for case in cases(HOURLY, windows, "UTC")}
    some = {case.window: case.evidence for case in cases(HOURLY, windows[1::3], "UTC")}
    assert some.items() <= every.items()


@pytest.mark.parametrize(
    ("writer", "free", "recall", "invented", "fallback"),
    [
        pytest.param(Writer(), False, 1.0, 0, 0.0, id="good"),
        pytest.param(Writer("nothing"), False, 0.5, 0, 0.0, id="leaves out a fact"),
        pytest.param(Writer("bad invented"), False, 1.0, 0, 1.0, id="refused: the template's"),
        pytest.param(Writer(fails=True), False, 1.0, 0, 1.0, id="broken: the template's"),
        pytest.param(Writer("bad invented fact"), True, 1.0, 3, 0.0, id="free: as it comes"),
    ],
)
def test_a_report_counts_what_is_missing_and_invented(
    writer: Writer, free: bool, recall: float, invented: int, fallback: float
) -> None:
    done: list[int] = []
    report = judging(writer, free=free).summaries(
        cut([HOURLY], 4 * HOUR, 99), EN, "UTC", done.append
    )
    assert (report.windows, report.patients, done) == (3, 1, [1, 2, 3])
    assert (report.required_fact_recall, report.invented_facts) == (recall, invented)
    assert report.duration_recall == (0.0 if recall < 1 else 1.0)
    assert report.fallback_rate == fallback
    faulty = recall < 1 or invented or fallback
    assert len(report.worst) == (3 if faulty else 0)


def test_false_sentences_are_counted_once_each_by_kind() -> None:
    chosen = cut([HOURLY], 4 * HOUR, 99)
    report = judging(Writer()).mutations(chosen, 10_000, EN, "UTC")
    made_bad = report.by_kind["bad"]
    assert (report.originals, report.refused_originals) == (made_bad, 0)
    assert report.by_kind["odd"] == 20 * made_bad
    assert report.accepted_mutations == report.by_kind["odd"]  # this verifier does not mind odd
    assert report.worst[0].startswith("odd: fact F1. -> odd ")


def test_no_more_are_made_than_asked_for_and_refused_true_ones_are_counted() -> None:
    chosen = cut([HOURLY], 4 * HOUR, 99)
    report = judging(Writer(), word="fact").mutations(chosen, 5, EN, "UTC")
    assert (report.count, report.accepted_mutations) == (5, 0)
    assert report.refused_originals == report.originals > 0


@pytest.mark.parametrize("form", SUMMARIES)
def test_a_report_is_of_the_texts_of_one_form_and_says_how_they_read(form: Form) -> None:
    chosen = cut([HOURLY], 4 * HOUR, 99)
    report = judging(Writer()).summaries(chosen, EN, "UTC", form=form)
    assert report.form is form
    assert report.wording.repeated_sentences == 0
    assert report.wording.words > 0
    asked = {
        case.evidence.form for made, windows in chosen for case in cases(made, windows, "UTC", form)
    }
    assert asked == {form}
