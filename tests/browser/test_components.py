"""Components alone in a real browser, fed by hand: what they do while what they show changes."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import streamlit_app
from sereno.domain.vitals import Language
from sereno.services.letters import LetterLine, OpenLetter
from sereno.services.views import AlarmRow, Views
from streamlit_app.presenting.alarms import alarms
from streamlit_app.presenting.common import TIME_WORDS
from streamlit_app.presenting.score import score
from streamlit_app.presenting.sources import Opened, letters, opened_letter
from streamlit_app.presenting.ward import ward as cards
from streamlit_app.texts import Words
from tests.fakes.clock import START
from tests.fakes.ward import ward

if TYPE_CHECKING:
    from playwright.sync_api import Page

NewPage = Callable[..., "Page"]

PARTS = Path(streamlit_app.__file__).with_name("components")
# As Streamlit does it: each in a shadow root, called anew with whatever there is to show.
MOUNT = """async (text) => {
    const host = document.body.appendChild(document.createElement("div"));
    const root = host.attachShadow({ mode: "open" });
    const file = new Blob([text], { type: "text/javascript" });
    const component = (await import(URL.createObjectURL(file))).default;
    window.told = [];
    const setTriggerValue = (name, value) => window.told.push([name, value]);
    const setStateValue = setTriggerValue;
    window.feed = (data) => {
        window.leave = component({ parentElement: root, data, setTriggerValue, setStateValue });
    };
}"""


@dataclass
class Mounted:
    """A component on a page of its own."""

    page: "Page"

    def feed(self, data: Any) -> None:
        self.page.evaluate("data => window.feed(data)", json.loads(json.dumps(data)))

    @property
    def focused(self) -> str:
        """What has the focus within it: of which alarm, and what it says."""
        found: str = self.page.evaluate(
            """() => {
                const held = document.activeElement.shadowRoot?.activeElement;
                return held ? `${held.dataset.id ?? held.tagName} ${held.textContent}` : "nothing";
            }"""
        )
        return found

    @property
    def told(self) -> list[list[Any]]:
        """What it has given back."""
        found: list[list[Any]] = self.page.evaluate("window.told")
        return found


def mounted(name: str, page: "Page") -> Mounted:
    page.set_default_timeout(5000)
    page.evaluate(
        MOUNT, "".join((PARTS / f"{one}.js").read_text("utf-8") for one in ("common", name))
    )
    return Mounted(page)


def styled(name: str, page: "Page") -> Mounted:
    """As `mounted`, with its style."""
    component = mounted(name, page)
    page.evaluate(
        """(text) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(text);
            document.body.lastElementChild.shadowRoot.adoptedStyleSheets = [sheet];
        }""",
        "".join((PARTS / f"{one}.css").read_text("utf-8") for one in ("common", name)),
    )
    return component


def unread(*numbers: int, text: str | None = None, problem: str | None = None) -> Any:
    """What the list of dead letters is given; with a `text`, that of the first stands open."""
    lines = [LetterLine(n, START, "hl7:1", "no such segment") for n in numbers]
    words, opened = Words(Language.ENGLISH), None
    if text is not None:
        letter = OpenLetter(lines[0], (), text)
        answers = 0 if problem is None else 1
        standing = Opened(letter=letter, times=1, answers=answers, problem=problem)
        opened = opened_letter(standing, ward().patients(), ["hl7 (source 1)"], words)
    return letters(lines, None, START, words, may_act=True, opened=opened)


def test_a_letter_that_is_being_mended_stays_as_it_is_typed(new_page: NewPage) -> None:
    found = mounted("letters", new_page())
    found.feed(unread(1))
    found.page.locator("button", has_text="Open").click()
    assert found.told[0][0] == "open"
    found.feed(unread(1, text="OBX|8o"))
    box = found.page.locator("textarea")
    box.fill("OBX|80")
    found.feed(unread(1, 2, 3, text="OBX|8o"))
    found.page.wait_for_timeout(500)
    found.page.locator("button", has_text="Read again").click()
    name, sent = found.told[-1]
    assert (name, sent["letter"], sent["text"]) == ("reread", 1, "OBX|80")
    assert (sent["source"], sent["patient"]) == ("hl7 (source 1)", None)

    found.feed(unread(1, text="OBX|8o", problem="it can still not be read"))
    assert found.page.locator(".problem").inner_text() == "it can still not be read"
    assert box.input_value() == "OBX|80"
    found.feed(unread(2))
    assert not found.page.locator("dialog").is_visible()


def listed(*ids: str, at: timedelta = timedelta(0)) -> Any:
    """What the list of alarms is given: those of the ward on paper, in that order."""
    store = ward()
    rows = [AlarmRow(one := store.alarm(name), store.find(one.patient)) for name in ids]
    return alarms(rows, {}, START + at, Words(Language.ENGLISH), may_act=True)


@pytest.fixture
def alarm_list(new_page: NewPage) -> Mounted:
    found = mounted("alarms", new_page())
    found.feed(listed("a-silent", "a-off"))
    return found


def acknowledge(page: "Page", bed: str) -> None:
    page.locator("li.alarm", has_text=bed).locator("button", has_text="Acknowledge").click()


def test_the_form_is_of_the_alarm_that_was_clicked_wherever_the_list_goes(
    alarm_list: Mounted,
) -> None:
    """A list that was sorted anew between two clicks opened another patient's form."""
    page = alarm_list.page
    acknowledge(page, "Bed 3")
    where = page.locator("dialog button", has_text="Doctor informed").bounding_box()
    alarm_list.feed(listed("a-spo2", "a-off", "a-silent"))
    assert page.locator("li.alarm").first.inner_text().startswith("Bed 2"), "the list goes on"
    dialog = page.locator("dialog")
    assert "Bed 3" in dialog.inner_text()
    assert "Olga Petrova" in dialog.inner_text()
    assert "source silent" in dialog.inner_text()
    assert dialog.locator("button", has_text="Doctor informed").bounding_box() == where
    page.wait_for_timeout(500)
    assert where
    page.mouse.click(where["x"] + 5, where["y"] + 5)
    reason = {"alarm": "a-silent", "reason": "Doctor informed"}
    assert alarm_list.told == [["acknowledge", reason]]
    assert not dialog.is_visible()


def test_what_is_typed_stays_while_the_list_changes(alarm_list: Mounted) -> None:
    page = alarm_list.page
    acknowledge(page, "Bed 3")
    page.keyboard.type("Cable ")
    alarm_list.feed(listed("a-spo2", "a-off", "a-silent"))
    page.keyboard.type("changed")
    page.keyboard.press("Enter")
    assert alarm_list.told == [["acknowledge", {"alarm": "a-silent", "reason": "Cable changed"}]]


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (("a-off",), "No longer in this list."),
        (("a-rate",), "Acknowledged by luis: Doctor informed"),
    ],
)
def test_an_alarm_that_is_settled_meanwhile_can_not_be_acknowledged_unawares(
    alarm_list: Mounted, then: tuple[str, ...], said: str
) -> None:
    page = alarm_list.page
    acknowledge(page, "Bed 3")
    data = listed(*then)
    if then == ("a-rate",):  # as if it were that one that somebody else took note of
        data["alarms"][0]["id"] = "a-silent"
    alarm_list.feed(data)
    page.locator("dialog", has_text=said).wait_for()
    assert page.locator("dialog button", has_text="Doctor informed").is_disabled()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert alarm_list.told == []


def test_the_second_click_of_a_double_click_chooses_no_reason(alarm_list: Mounted) -> None:
    page = alarm_list.page
    # Both at once: a busy machine may take longer between two clicks than a hand does.
    page.evaluate(
        """() => {
            const root = document.body.lastElementChild.shadowRoot;
            const pressed = (where, said) =>
                [...root.querySelectorAll(`${where} button`)]
                    .find((one) => one.textContent === said);
            pressed("li.alarm", "Acknowledge").click();
            pressed("dialog", "Seen at the bedside").click();
        }"""
    )
    assert alarm_list.told == []
    assert page.locator("dialog").is_visible()


@pytest.mark.parametrize(
    ("key", "held", "why"),
    [
        ("Escape", "aa-spo2 Acknowledge", "nothing was done: it goes back"),
        ("Enter", "ha-rate Details", "the next row, whose alarm is acknowledged already"),
    ],
)
def test_the_keyboard_goes_on_where_the_dialog_was_left(
    alarm_list: Mounted, key: str, held: str, why: str
) -> None:
    page = alarm_list.page
    alarm_list.feed(listed("a-spo2", "a-rate", "a-off"))
    acknowledge(page, "Bed 2")
    page.keyboard.type("Seen")
    page.keyboard.press(key)
    assert alarm_list.focused.startswith(held), why


def test_the_focus_stays_with_its_alarm_and_is_not_lost_with_it(alarm_list: Mounted) -> None:
    page = alarm_list.page
    acknowledge(page, "Bed 3")
    page.keyboard.type("Seen")
    page.keyboard.press("Enter")
    assert alarm_list.focused == "aa-off Acknowledge"
    alarm_list.feed(listed("a-spo2", "a-silent", "a-off"))
    assert alarm_list.focused == "aa-off Acknowledge"
    alarm_list.feed(listed("a-spo2", "a-silent"))
    assert alarm_list.focused == "aa-silent Acknowledge", "the row that is nearest now"
    alarm_list.feed(listed())
    assert alarm_list.focused == "UL ", "the list itself"
    page.locator("ul").and_(page.get_by_label("Alarms")).wait_for(state="attached")


# Charted at 1, 2 and 3 h of a trend that covers 24 h, and once more at 12 h; 40 px are an hour.
FLOWS = [[1, 2.0], [2, 2.0], [3, 6.0], [12, 4.0]]
HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("until", "runs", "why"),
    [
        (24, [(1, 9), (12, 18)], "six hours after the last entry nobody knows"),
        (15, [(1, 9), (12, 15)], "the trend, or the stay, ends before"),
    ],
)
def test_what_is_held_is_drawn_in_steps_that_end_where_it_is_too_old(
    new_page: NewPage, until: int, runs: list[tuple[int, int]], why: str
) -> None:
    page = new_page(width=46 + 12 + 24 * 40 + 16)  # the trend's margins, and the page's
    trend = mounted("trend", page)
    trend.feed(charted(until))
    path = page.locator("path.line").get_attribute("d")
    assert path
    assert "L" not in path, "no ramp between two entries"
    assert [(hour(first), hour(last)) for first, last in ends(path)] == runs, why
    assert len(re.findall("V", path)) == 2, "one rise for each entry that follows on another"


def charted(until: int) -> Any:
    """What a trend of 24 hours is given that begins at the epoch."""
    points = [[at * HOUR_MS, flow, flow, flow] for at, flow in FLOWS]
    line = {"label": "O₂", "cls": "flow", "dots": False, "quiet": False, "points": points}
    lane = {
        "id": "oxygen", "label": "O₂", "unit": "L/min", "decimals": 1, "domain": [0, 6],
        "gap": 6 * HOUR_MS, "lines": [line | {"held": True, "until": until * HOUR_MS}],
    }  # fmt: skip
    words = Words(Language.ENGLISH).some(*TIME_WORDS, "nodata", "point", "legend")
    return {
        "now": 24 * HOUR_MS, "start": 0, "end": 24 * HOUR_MS, "step": HOUR_MS // 12, "lang": "en",
        "words": words, "describe": "", "lanes": [lane], "episodes": [],
        "alarms": [], "scores": [], "marks": [],
    }  # fmt: skip


def ends(path: str) -> list[tuple[float, float]]:
    """Where each unbroken run of a path of steps begins and ends, in pixels."""
    runs = [re.findall(r"[MH]([\d.]+)", run) for run in re.findall("M[^M]+", path)]
    return [(float(run[0]), float(run[-1])) for run in runs]


def hour(pixel: float) -> int:
    return round((pixel - 46) / 40)


def a_summary(*texts: str) -> Any:
    words = Words(Language.ENGLISH)
    return {
        "now": 0, "lang": "en", "textLang": "en", "facts": [], "marked": [], "source": ["by us"],
        "words": words.some(*TIME_WORDS, "facts", "original", "missing"), "decisions": [],
        "rejected": False, "missing": [], "original": "", "since": "",
        "sentences": [
            {"parts": [{"text": text, "quoted": False}], "facts": [], "section": None, "line": 0}
            for text in texts
        ],
    }  # fmt: skip


def test_what_is_mounted_anew_leaves_no_copy_of_what_it_showed(new_page: NewPage) -> None:
    component = mounted("summary", new_page())
    component.feed(a_summary("Calm."))
    component.page.evaluate("() => window.leave()")
    component.feed(a_summary("Not so."))
    expect = component.page.locator(".text")
    assert expect.all_text_contents() == ["Not so. "]


def test_what_has_changed_since_a_text_stands_above_it_and_can_not_be_read_over(
    new_page: NewPage,
) -> None:
    component = styled("summary", new_page())
    component.feed(a_summary("Calm."))
    component.page.locator(".text").wait_for()
    assert component.page.locator("[role=status]").count() == 0
    component.feed(a_summary("Calm.") | {"since": "Changed since this text: NEWS2 18, was 2"})
    shown = component.page.locator("[role=status]")
    assert shown.text_content() == "Changed since this text: NEWS2 18, was 2"
    box, text = shown.bounding_box(), component.page.locator(".text").bounding_box()
    assert box
    assert text
    assert box["y"] + box["height"] <= text["y"]
    assert shown.evaluate("node => parseInt(getComputedStyle(node).fontWeight)") >= 600


def test_markup_in_a_quotation_is_shown_as_it_is(new_page: NewPage) -> None:
    data = a_summary("")
    data["sentences"][0]["parts"] = [{"text": "<img src=x onerror=alert(1)>", "quoted": True}]
    component = mounted("summary", new_page())
    component.feed(data)
    assert component.page.locator("q").text_content() == "<img src=x onerror=alert(1)>"
    assert component.page.locator("img").count() == 0


def choices(**changed: Any) -> Any:
    """What the decisions beneath a summary are given."""
    words = Words(Language.ENGLISH).some(
        "accept", "edit", "reject", "reject_now", "save", "cancel", "reason", "edit_reason",
        "edit_help", "missing",
    )  # fmt: skip
    base = {
        "lang": "en", "textLang": "en", "words": words, "of": None, "kept": "", "text": "Calm.",
        "longest": 4000, "longestReason": 200, "findings": [], "missing": [], "open": False,
    }  # fmt: skip
    return base | changed


def deciding(new_page: NewPage) -> Mounted:
    component = mounted("feedback", new_page())
    component.feed(choices())
    return component


def test_an_edit_is_sent_while_it_is_typed_and_saved_with_what_was_read(new_page: NewPage) -> None:
    component = deciding(new_page)
    component.page.get_by_role("button", name="Edit").click()
    component.page.locator("textarea").fill("SpO2 12%.")
    component.page.wait_for_function('() => window.told.some((each) => each[1] === "SpO2 12%.")')
    label = "not verified: no fact holds “12”"
    finding = {"text": "SpO2 12%.", "standing": "unverified", "label": label}
    component.feed(choices(findings=[finding], missing=["F1 score 4"], of="r9"))
    assert label in (component.page.locator(".finding.unverified").text_content() or "")
    assert component.page.locator(".missing li").all_text_contents() == ["F1 score 4"]
    assert component.page.locator("textarea").input_value() == "SpO2 12%."
    component.page.get_by_role("button", name="Save the edit").click()
    sent = {"opinion": "edited", "text": "SpO2 12%.", "reason": "", "of": None}
    assert ["decide", sent] in component.told


def test_what_is_typed_stays_until_it_is_kept(new_page: NewPage) -> None:
    component = deciding(new_page)
    component.page.get_by_role("button", name="Reject").click()
    component.page.locator("input").fill("wrong bed")
    component.page.get_by_role("button", name="Reject it").click()
    component.feed(choices())  # refused
    component.page.evaluate("() => window.leave()")
    component.feed(choices())  # mounted anew
    assert component.page.locator("input").input_value() == "wrong bed"
    component.feed(choices(kept="r1", of="r1"))
    assert component.page.locator("input").count() == 0
    assert component.told[-1] == ["mode", None]


def test_a_rejection_without_a_reason_is_not_sent(new_page: NewPage) -> None:
    component = deciding(new_page)
    component.page.get_by_role("button", name="Reject").click()
    component.page.locator("input").fill("  ")
    component.page.get_by_role("button", name="Reject it").click()
    assert not any(name == "decide" for name, _ in component.told)
    component.page.get_by_role("button", name="Cancel").click()
    component.page.get_by_role("button", name="Accept").click()
    assert component.told[-1] == ["decide", {"opinion": "accepted", "of": None}]


OVERLAPS = """() => {
    const cards = [...document.body.lastElementChild.shadowRoot.querySelectorAll(".card")];
    const boxes = cards.map((card) => card.getBoundingClientRect());
    const apart = (a, b) =>
        a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
    return boxes.some((one, at) => boxes.slice(at + 1).some((other) => !apart(one, other)));
}"""
MOVING = """() => document.body.lastElementChild.shadowRoot.getAnimations()
    .filter((each) => each.effect.target.matches(".card")).length"""


@pytest.mark.parametrize(("motion", "moving"), [("no-preference", 4), ("reduce", 0)])
def test_cards_that_change_places_never_lie_over_each_other(
    new_page: NewPage, motion: str, moving: int
) -> None:
    page = new_page(width=1440, height=900, reduced_motion=motion)
    view = Views(store := ward(), store, store.clock)  # type: ignore[arg-type]
    data = cards(view.ward(), Words(Language.ENGLISH))
    component = styled("ward", page)
    component.feed(data)
    component.feed(data | {"beds": data["beds"][::-1]})
    assert page.evaluate(MOVING) == moving
    for _ in range(10):
        assert not page.evaluate(OVERLAPS)
        page.wait_for_timeout(30)
    page.wait_for_function(f"() => ({MOVING})() === 0")


def test_what_is_not_there_is_not_written_out_as_null(new_page: NewPage) -> None:
    """A card without a line said "null" where the line would have stood."""
    view = Views(store := ward(), store, store.clock)  # type: ignore[arg-type]
    words = Words(Language.ENGLISH)
    patients = [bed.patient.id for bed in view.ward().beds]
    shown = [("ward", cards(view.ward(), words))]
    shown += [("score", score(view.patient(each), words)) for each in patients]
    for name, data in shown:
        page = new_page()
        mounted(name, page).feed(data)
        told = page.evaluate("document.body.lastElementChild.shadowRoot.textContent")
        assert told
        assert not re.search(r"\b(null|undefined|NaN)\b", told), name
