"""What explains an alarm, as plain data."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from sereno.services.explaining import Explained
from sereno.services.since import Since
from streamlit_app.presenting.cited import Part, author, cited_text, of_summary
from streamlit_app.presenting.common import Data, ms
from streamlit_app.texts import Words

MINUTE: Final = timedelta(minutes=1)


def explanation(found: Explained, marked: list[str], now: datetime, words: Words) -> Data:
    """The text, as the component `summary` takes it. `marked` are the ids of marked facts."""
    text = of_summary(found.text)
    return cited_text(text, marked, now, words, Since()) | {"source": _source(found, words)}


def in_list(found: Explained, words: Words) -> Data:
    """The text in the list of alarms: each sentence leads to its samples on the patient's page."""
    return {
        "lang": found.text.language.value,
        "sentences": [
            {"text": each.text, "href": _place(found, each.citations), "facts": each.citations}
            for each in found.text.draft.sentences
        ],
        "source": _source(found, words),
    }


def _place(found: Explained, facts: tuple[str, ...]) -> str:
    asked = {"id": found.alarm.patient, "alarm": found.alarm.id, "mark": ",".join(facts)}
    return f"/patient?{urlencode(asked)}"


def _source(found: Explained, words: Words) -> list[Part]:
    """Who wrote it, when and how long ago that is, and whether the alarm has gone on since."""
    whole = found.age - found.age % MINUTE
    age = words("ago").format(words.length(whole)) if whole else words("just_now")
    note = (" · ", words("gone_on")) if found.gone_on else ()
    return [
        author(of_summary(found.text), words),
        " · ",
        ms(found.text.created),
        f" ({age})",
        *note,
    ]
