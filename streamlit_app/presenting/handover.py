"""A handover of the ward as plain data.

It may be read on paper: all its times are in one zone, that of its texts, and carry their day where
it is not the day on which it was asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sereno.services.feedback import Reviewed
from sereno.services.handover import Entry, WardHandover
from sereno.services.since import Since
from streamlit_app.presenting.cited import Part
from streamlit_app.presenting.common import TIME_WORDS, Data, ms
from streamlit_app.presenting.summary import summary
from streamlit_app.presenting.ward import who
from streamlit_app.texts import Words


def handover(
    found: WardHandover,
    texts: Mapping[str, Reviewed | None],
    since: Mapping[str, Since],
    now: datetime,
    zone: ZoneInfo,
    words: Words,
) -> Data:
    """All beds, as the component `handover` takes them.

    `texts` are the summaries by the ids of the outputs, with what was decided about them; None is
    one that can not be read. `since` is what has happened since each, by the summary's id. `zone`
    is the one in which the texts tell clock times.
    """
    asked = found.asked.astimezone(zone)
    return {
        "now": ms(now),
        "asked": ms(asked),
        "lang": words.language.value,
        "words": words.some(*TIME_WORDS, "facts", "handover_print", "missing"),
        "title": f"{words('handover_title')} · {asked:%d/%m/%Y %H:%M} · {found.by}",
        "notice": words("notice"),
        "beds": [_bed(entry, texts, since, asked, words) for entry in found.entries],
    }


def _bed(
    entry: Entry,
    texts: Mapping[str, Reviewed | None],
    since: Mapping[str, Since],
    asked: datetime,
    words: Words,
) -> Data:
    text = texts.get(entry.output) if entry.output else None
    lacks = entry.missed or entry.output is not None
    return {
        "id": entry.patient.id,
        "href": f"/patient?id={entry.patient.id}",
        "label": entry.patient.label,
        "detail": who(entry.patient, asked.date(), words),
        "text": _text(text, since[text.summary.id], asked, words) if text else None,
        "instead": words("handover_missed" if lacks else "handover_waits"),
    }


def _text(text: Reviewed, since: Since, asked: datetime, words: Words) -> Data:
    """The text that stands with the facts that it cites, and the id under which it is kept."""
    data = summary(text, [], asked, words, since)
    cited = {name for said in data["sentences"] for name in said["facts"]}
    return {
        "sentences": data["sentences"],
        "decisions": [_said(parts, asked) for parts in data["decisions"]],
        "rejected": data["rejected"],
        "since": data["since"],
        "missing": data["missing"],
        "lang": data["textLang"],
        "facts": [
            {"id": fact["id"], "text": _said(fact["parts"], asked)}
            for fact in data["facts"]
            if fact["id"] in cited
        ],
        "source": f"{_said(data['source'], asked)} · {text.summary.id}",
    }


def _said(parts: Iterable[Part], asked: datetime) -> str:
    """Words and moments (in milliseconds) as one text, by the clock of the handover."""
    return "".join(_clock(part, asked) if isinstance(part, int) else part for part in parts)


def _clock(milliseconds: int, asked: datetime) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, asked.tzinfo)
    return f"{moment:%H:%M}" if moment.date() == asked.date() else f"{moment:%d/%m %H:%M}"
