"""Accepting, editing and rejecting a summary on the patient's page."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sereno.domain.evidence import Summary
from sereno.domain.review import Checked, Doubt, Finding, Opinion, Review, Standing
from sereno.domain.vitals import Language
from tests.fakes.clock import START
from tests.fakes.texts import summary
from tests.unit.streamlit_app.pages.stage import HOUR, House, drawn

MARKUP = "<img src=x> **bold**"
FINDINGS = (
    Finding("SpO2 84%.", Standing.VERIFIED, ("F1",)),
    Finding(f"{MARKUP}.", Standing.UNCHECKED, line=1),
    Finding("No fever.", Standing.UNVERIFIED, doubt=Doubt.DENIAL, what="no", line=1),
)


def reviewed(house: House, **parts: Any) -> tuple[Summary, Review]:
    """A summary that was edited."""
    written = summary("p2", START)
    house.store.kept_summaries["p2"] = [written]
    base: dict[str, Any] = {
        "opinion": Opinion.EDITED, "text": "edited", "checked": Checked(FINDINGS, ("F2",)),
        "reason": "she said so",
    }  # fmt: skip
    review = Review(
        id="r1", summary=written.id, patient="p2", written=written.created, at=START, by="ines",
        **(base | parts),
    )  # fmt: skip
    house.store.kept_reviews.append(review)
    return written, review


def test_an_edit_stands_with_every_sentence_marked_and_the_original_in_reach(house: House) -> None:
    written, _ = reviewed(house)
    data = drawn(house.page("patient", patient="p2"), "summary")
    assert [(each["standing"], each["label"]) for each in data["sentences"]] == [
        ("verified", ""),
        ("unchecked", "not checked against the record"),
        ("unverified", "not verified: no fact denies this (“no”)"),
    ]
    assert data["sentences"][1]["parts"] == [{"text": f"{MARKUP}.", "quoted": False}]
    assert [each["line"] for each in data["sentences"]] == [0, 1, 1]
    assert data["original"] == written.draft.text
    (edited,) = data["decisions"]
    assert (edited[0], edited[-1]) == ("Edited by ines", ": she said so")
    assert [each.split()[0] for each in data["missing"]] == ["F2"]


def test_the_words_are_the_viewer_s(house: House) -> None:
    reviewed(house)
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    data = drawn(house.page("patient", patient="p2"), "summary")
    assert data["decisions"][0][0] == "Editado por ines"
    assert data["sentences"][2]["label"] == "sin verificar: ningún hecho niega esto («no»)"


@pytest.mark.parametrize(
    ("opinion", "said", "rejected"),
    [
        (Opinion.ACCEPTED, "Accepted by ines", False),
        (Opinion.REJECTED, "Rejected by ines", True),
    ],
)
def test_a_decision_is_told_and_the_text_stays(
    house: House, opinion: Opinion, said: str, *, rejected: bool
) -> None:
    reviewed(house, opinion=opinion, text=None, checked=None)
    data = drawn(house.page("patient", patient="p2"), "summary")
    assert data["decisions"][0][0] == said
    assert data["rejected"] is rejected
    assert data["original"] == ""
    assert len(data["sentences"]) == 2


def test_who_edited_and_who_decided_last_are_both_told(house: House) -> None:
    _, edit = reviewed(house)
    later = replace(
        edit, id="r2", by="nora", of="r1", opinion=Opinion.REJECTED, text=None, checked=None,
        at=START + HOUR,
    )  # fmt: skip
    house.store.kept_reviews.append(later)
    data = drawn(house.page("patient", patient="p2"), "summary")
    assert [each[0] for each in data["decisions"]] == ["Edited by ines", "Rejected by nora"]
    assert data["rejected"]
    assert drawn(house.page("patient", patient="p2"), "feedback")["of"] == "r1"


def test_who_may_only_look_sees_what_was_decided_and_decides_nothing(house: House) -> None:
    reviewed(house)
    house.door.only_look()
    app = house.page("patient", patient="p2")
    assert drawn(app, "summary")["decisions"]
    with pytest.raises(pytest.fail.Exception):
        drawn(app, "feedback")


def decide(wanted: dict[str, object]) -> None:
    """What the page does with a decision that its component sends."""
    from streamlit_app import shell
    from streamlit_app.views import feedback

    visit = shell.enter({})
    found = visit.screens.views.last_summary("p2")
    assert found
    feedback.decide(visit, visit.screens.feedback.about(found), wanted)


@pytest.mark.parametrize(
    ("wanted", "opinion"),
    [
        ({"opinion": "accepted", "of": None}, Opinion.ACCEPTED),
        ({"opinion": "rejected", "reason": "wrong bed", "of": None}, Opinion.REJECTED),
        ({"opinion": "edited", "text": "Calm.", "reason": "", "of": None}, Opinion.EDITED),
    ],
)
def test_what_the_viewer_decides_is_kept_in_their_name(
    house: House, wanted: dict[str, Any], opinion: Opinion
) -> None:
    house.store.kept_summaries["p2"] = [summary("p2", START)]
    app = AppTest.from_function(decide, args=(wanted,), default_timeout=20).run()
    assert not app.exception
    (kept,) = house.store.kept_reviews
    assert (kept.opinion, kept.by) == (opinion, "nora")
    assert app.session_state["decided"] == kept.id


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"opinion": "accepted", "of": None}, "read it again"),
        ({"opinion": "rejected", "reason": " ", "of": "r1"}, "needs a reason"),
        ({"opinion": "edited", "text": "", "reason": "", "of": "r1"}, "change the text"),
    ],
)
def test_a_decision_that_is_refused_is_said_and_not_kept(
    house: House, wanted: dict[str, Any], why: str
) -> None:
    reviewed(house)
    app = AppTest.from_function(decide, args=(wanted,), default_timeout=20).run()
    assert any(why in each.value for each in app.error)
    assert len(house.store.kept_reviews) == 1
    assert "decided" not in app.session_state


def test_while_the_viewer_decides_a_newer_summary_does_not_take_its_place(house: House) -> None:
    older, newer = summary("p2", START - HOUR), summary("p2", START)
    house.store.kept_summaries["p2"] = [newer, older]
    app = house.page("patient", patient="p2", deciding=("p2", older.id))
    at = older.created.timestamp() * 1000
    assert drawn(app, "summary")["source"][2] == round(at)
