"""The bar on every page as plain data."""

from collections.abc import Sequence
from typing import Final

from sereno.domain.vitals import Language
from sereno.services.views import SystemView
from streamlit_app.presenting.common import TIME_WORDS, Data, ms
from streamlit_app.texts import Words

_NAMES: Final = {Language.ENGLISH: "English", Language.SPANISH: "Español"}
_DOWN: Final = (("ingest", "ingest_down", "bad"), ("model", "model_down", "warn"))


def frame(
    system: SystemView | None,
    pages: Sequence[tuple[str, str]],
    page: str,
    words: Words,
    *,
    user: str,
    unseen: int,
    now_ms: int,
) -> Data:
    """The bar, as the component `frame` takes it.

    `pages` are (id, path); no `system` means that the database does not answer.
    """
    other = Language.ENGLISH if words.language is Language.SPANISH else Language.SPANISH
    return {
        "now": now_ms,
        "lang": words.language.value,
        "otherLang": other.value,
        "otherName": _NAMES[other],
        "page": page,
        "pages": [{"id": name, "href": path, "label": words(name)} for name, path in pages],
        "user": user,
        "unseen": unseen,
        "notices": _notices(system, words),
        "words": words.some(
            *TIME_WORDS, "pages", "unseen", "signout", "notice", "lost", "ending", "never"
        ),
    }


def _notices(system: SystemView | None, words: Words) -> list[Data]:
    if system is None:
        return [{"kind": "bad", "text": words("storage_down"), "since": None}]
    return [
        {"kind": kind, "text": words(key), "since": _since(system, process)}
        for process, key, kind in _DOWN
        if not system.up(process)
    ]


def _since(system: SystemView, process: str) -> int | None:
    age = system.ages.get(process)
    return None if age is None else ms(system.now - age)
