"""The sources, the destinations and the dead letters as plain data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sereno.domain.patients import Patient
from sereno.domain.stream import Observation
from sereno.services.charting import LONGEST_REASON
from sereno.services.destinations import DestinationView
from sereno.services.ingestion.health import SourceState
from sereno.services.letters import LetterLine, OpenLetter
from sereno.services.sources import SourceView
from sereno.services.views import CONTINUOUS_STALE, SILENT_AFTER
from streamlit_app.presenting.common import TIME_WORDS, Data, length_ms, ms
from streamlit_app.texts import Words, unit

# Who can not be read stands first; who has come to an end needs nobody.
_ORDER: Final = (
    SourceState.GAVE_UP,
    SourceState.WAITING,
    SourceState.READING,
    SourceState.ENDED,
)
GROUPS: Final = 12
LISTED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A letter that stands open in a dialog, and what was answered to what was sent there.

    `times` counts openings, `answers` what was sent: a dialog is drawn once for each opening.
    """

    letter: OpenLetter
    times: int
    answers: int = 0
    problem: str | None = None


def sources(
    views: Sequence[SourceView],
    destinations: Sequence[DestinationView],
    told: datetime | None,
    now: datetime,
    words: Words,
    *,
    down: bool,
) -> Data:
    """The cards, as the component `sources` takes them. `told` is when ingest last spoke."""
    in_order = sorted(views, key=lambda one: _ORDER.index(one.state))
    return {
        "now": ms(now),
        "lang": words.language.value,
        "told": ms(told) if told else None,
        "down": down,
        "silentAfter": length_ms(SILENT_AFTER),
        "quietAfter": length_ms(CONTINUOUS_STALE),
        "words": words.some(
            *TIME_WORDS,
            "add_source",
            "add_source_more",
            "destinations",
            "ingest_gone",
            "ingest_never",
            "ingest_told",
            "its_clock",
            "given_up",
            "last_message",
            "last_told",
            "newest_value",
            "nosources",
            "patients_fed",
            "per_minute",
            "refused_by_it",
            "sources",
            "told_in_all",
            "values_in_all",
            "waiting_for_it",
            "waits_for",
        ),
        "sources": [_source(one, words) for one in in_order],
        "destinations": [_destination(one, now, words) for one in destinations],
    }


def letters(
    lines: Sequence[LetterLine],
    chosen: str | None,
    now: datetime,
    words: Words,
    *,
    may_act: bool,
    opened: Data | None = None,
) -> Data:
    """The list and its groups, as the component `letters` takes them; `chosen` is a group's key.

    Who may not act is offered no opening.
    """
    counts = Counter((one.source, one.reason) for one in lines)
    groups = [(_key(*each), *each, n) for each, n in counts.most_common(GROUPS)]
    picked = [one for one in lines if chosen in (None, _key(one.source, one.reason))]
    shown = picked[:LISTED]
    return {
        "now": ms(now),
        "lang": words.language.value,
        "mayAct": may_act,
        "lead": words("letters_lead", n=len(shown), of=words.whole(len(picked))),
        "words": words.some(
            *TIME_WORDS,
            "as_it_says",
            "choose_patient",
            "close",
            "content",
            "letters",
            "no_reader",
            "noletters",
            "open",
            "read_by",
            "reason",
            "replay",
            "replay_help",
            "replay_title",
            "reread",
            "reread_help",
            "reread_title",
            "settle",
            "settle_help",
            "settle_title",
            "whose",
        ),
        "groups": [
            {"key": key, "source": source, "reason": reason, "count": words.whole(n)}
            | {"chosen": key == chosen}
            for key, source, reason, n in groups
        ],
        "letters": [
            {"id": one.number, "time": ms(one.time), "source": one.source, "reason": one.reason}
            for one in shown
        ],
        "opened": opened,
    }


def opened_letter(
    opened: Opened, patients: Sequence[Patient], readers: Sequence[str], words: Words
) -> Data:
    """The letter that stands open, with its content. `readers` can read a message again."""
    letter, line = opened.letter, opened.letter.line
    return {
        "key": f"{line.number} {opened.times}",
        "id": line.number,
        "title": words("letter_title", n=line.number),
        "time": ms(line.time),
        "source": line.source,
        "reason": line.reason,
        "text": letter.text,
        "values": [_value(one, words) for one in letter.values] or None,
        "patients": [{"id": one.id, "label": _label(one)} for one in patients],
        "readers": [{"id": one, "label": one} for one in readers],
        "longest": LONGEST_REASON,
        "answer": f"{opened.times} {opened.answers}",
        "problem": opened.problem,
    }


def _source(source: SourceView, words: Words) -> Data:
    return {
        "name": source.name,
        "state": source.state.value,
        "stateWord": words(f"source_{source.state.value}"),
        "error": source.error if source.fails else None,
        "perMinute": words.whole(source.per_minute),
        "newest": ms(source.newest) if source.newest else None,
        "last": ms(source.last) if source.last else None,
        "clock": _clock(source, words),
        "skewed": source.skewed,
        "patients": words.whole(source.patients),
        "values": words.whole(source.values),
        "unread": _unread(source, words),
        "reasons": [[words.whole(n), reason] for reason, n in source.reasons.items()],
    }


def _destination(one: DestinationView, now: datetime, words: Words) -> Data:
    return {
        "name": one.name,
        "state": one.state.value,
        "stateWord": words(f"destination_{one.state.value}"),
        "topics": ", ".join(words(f"topic_{topic}") for topic in one.topics),
        "error": one.error if one.fails else None,
        "waiting": words.whole(one.waiting),
        "oldest": None if one.behind is None else ms(now - one.behind),
        "last": ms(one.last) if one.last else None,
        "told": words.whole(one.told),
        "refused": words.whole(one.refused),
        "givenUp": words.whole(one.given_up),
        "lost": bool(one.refused or one.given_up),
    }


def _clock(source: SourceView, words: Words) -> str:
    if source.skew is None:
        return words("clock_untold")
    if not source.skewed:
        return words("clock_right")
    seconds = source.skew.total_seconds()
    way = "clock_behind" if seconds > 0 else "clock_ahead"
    return words(way, n=words.number(abs(seconds), 1))


def _unread(source: SourceView, words: Words) -> str | None:
    parts = []
    if source.rejected:
        parts.append(words("unread_pieces", n=words.whole(source.rejected)))
    if source.refused:
        parts.append(words("unread_refused", n=words.whole(source.refused)))
    return " · ".join(parts) or None


def _value(value: Observation, words: Words) -> Data:
    text = f"{words.value(value.signal, value.value)} {unit(value.signal)}".strip()
    return {"label": words.short(value.signal), "text": text, "time": ms(value.time)}


def _label(patient: Patient) -> str:
    name = patient.name if patient.name != patient.label else None
    return f"{patient.label} · {name}" if name else patient.label


def _key(source: str, reason: str) -> str:
    return f"{source}\n{reason}"
