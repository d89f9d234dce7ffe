"""Which words of a note may be quoted, and that no note goes untold."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.evaluation.agreement import disagreements
from inference.evaluation.reference import expected
from sereno.domain.evidence import Evidence, FactKind, Form
from sereno.domain.patients import Note
from sereno.scoring.evidence.notes import LONGEST_QUOTE, MOST_NOTES, MOST_QUOTES
from tests.unit.scoring.evidence.facts import WINDOW, every, of
from tests.unit.scoring.streams import at

LONG = "She slept well until four in the morning and then asked for water twice. "
SEEN = "Seen by Dr. Ruiz and by the night nurse, who will call the family at six o'clock sharp. "
OTHER = LONG.replace("She", "The patient")
ODD = '"«»“. \n\t\u202e\u200b\u2028\x07\x85aA1ñÉ²\u0301_!?…𝔸'


def note(text: str, hours: float = 1.0, author: str = "nora") -> Note:
    return Note(time=at(hours=hours), author=author, text=text)


def told(*notes: Note, form: Form = Form.HANDOVER) -> Evidence:
    return of([], notes=notes, form=form)


def quotes(text: str) -> list[tuple[str, str]]:
    facts = every(told(note(text)), FactKind.NOTE)
    return [(fact.labels["extent"], fact.labels["text"]) for fact in facts]


@pytest.mark.parametrize(
    ("text", "spans", "why"),
    [
        ("family informed", [("whole", "family informed")], "a short one is quoted whole"),
        ("  pain 7/10 \n\n  sleeps\t\n", [("whole", "pain 7/10\nsleeps")], "line by line"),
        ("a  b", [("whole", "a  b")], "spaces within a line are the note's"),
        (
            LONG * 4 + OTHER * 9,
            [("part", (LONG * 4).strip()), ("part", (OTHER * 3).strip())],
            "runs of whole sentences",
        ),
        ("x" * 301, [("none", "")], "one sentence too long to be quoted"),
        ("x" * 301 + ". Pain 7/10.", [("part", "Pain 7/10.")], "what can be quoted is"),
        (
            f"{LONG * 3}{SEEN}{LONG}",
            [("part", (LONG * 3).strip()), ("part", f"{SEEN}{LONG.strip()}")],
            "an abbreviation ends no sentence",
        ),
        (
            f"{LONG * 4}Temp 38.2 at 03:10. 39 at 04:00. TAC. Then calm.",
            [
                ("part", (LONG * 4).strip()),
                ("part", "Temp 38.2 at 03:10. 39 at 04:00. TAC. Then calm."),
            ],
            "nor does a decimal point; a number may begin one",
        ),
        ("calm\u202e39", [("none", "")], "what turns the direction of writing is not shown"),
        ("calm\x07", [("none", "")], "nor a control"),
        ("calm\u200b", [("none", "")], "nor what is not seen"),
        ("says “no”", [("whole", "says “no”")], "other marks can stand around it"),
        ("“no” and «no»", [("none", "")], "no marks are left to stand around it"),
        ("<b>bold</b> [F1]", [("whole", "<b>bold</b> [F1]")], "markup is words like others"),
        (" \n ", [("none", "")], "an empty note is a note"),
    ],
)
def test_what_may_be_quoted(text: str, spans: list[tuple[str, str]], why: str) -> None:
    assert quotes(text) == spans, why


def test_the_newest_notes_come_first_and_the_very_newest_is_required() -> None:
    found = told(*(note(f"note {n}", n / 2) for n in range(6)))
    facts = every(found, FactKind.NOTE)
    assert [fact.labels["text"] for fact in facts] == ["note 5", "note 4", "note 3"]
    assert len(facts) == MOST_NOTES
    assert [fact.id in found.required for fact in facts] == [True, False, False]
    assert facts[0].times == {"at": at(hours=2.5)}
    assert facts[0].labels["author"] == "nora"


def test_of_a_long_note_only_the_first_span_is_required() -> None:
    found = told(note(LONG * 4 + OTHER * 9))
    facts = every(found, FactKind.NOTE)
    assert len(facts) == MOST_QUOTES
    assert [fact.id in found.required for fact in facts] == [True, False]


def test_a_note_of_another_time_is_not_told() -> None:
    early = note("before", -0.1)
    late = Note(time=WINDOW.end + timedelta(seconds=1), author="nora", text="after")
    assert every(told(early, late), FactKind.NOTE) == []


def test_the_same_words_of_the_same_minute_are_told_once() -> None:
    twice = [note("calm"), Note(time=at(hours=1, seconds=20), author="ines", text="calm")]
    assert len(every(told(*twice), FactKind.NOTE)) == 1


@pytest.mark.parametrize(
    ("form", "holds"),
    [(Form.LINE, False), (Form.HANDOVER, True), (Form.SHIFT, True), (Form.TREND, False)],
)
def test_handovers_and_shift_reports_hold_notes(form: Form, *, holds: bool) -> None:
    assert bool(every(told(note("calm"), form=form), FactKind.NOTE)) is holds


notes = st.builds(
    Note,
    time=st.integers(-30, 270).map(lambda minutes: at(minutes=minutes)),
    author=st.just("nora"),
    text=st.one_of(
        st.text(max_size=400),
        st.text(st.sampled_from(ODD), max_size=900),
        st.lists(st.sampled_from([LONG, "No.", "Dr. ", "TAC. ", "ok", "\n", '"', "«"])).map(
            "".join
        ),
    ),
)


@given(st.lists(notes, max_size=5))
def test_the_reference_reads_notes_alike(several: list[Note]) -> None:
    wanted = expected([], WINDOW, notes=several)
    assert disagreements(wanted, told(*several)) == []


@given(st.lists(notes, min_size=1, max_size=5))
def test_every_quotation_stands_in_its_note(several: list[Note]) -> None:
    found = told(*several)
    for fact in every(found, FactKind.NOTE):
        text = fact.labels["text"]
        assert len(text) <= LONGEST_QUOTE
        mine = [each for each in several if each.time == fact.times["at"]]
        lines = [[line.strip() for line in each.text.splitlines()] for each in mine]
        assert any("\n".join(line for line in each if line).find(text) >= 0 for each in lines)
    inside = [each for each in several if WINDOW.start <= each.time <= WINDOW.end]
    assert bool(inside) is bool(every(found, FactKind.NOTE))
