"""Where the pages find what they may use. The web app puts it here before the first page runs.

Streamlit runs the pages in this same process, once per viewer and rerun, and hands them nothing:
so the services stand in one module-level place. They hold no viewer's state.
"""

from dataclasses import dataclass
from typing import Final

from sereno.domain.clock import Clock
from sereno.services.access import Access
from sereno.services.charting import Charting
from sereno.services.explaining import Explaining
from sereno.services.feedback import Feedback
from sereno.services.handover import Handover
from sereno.services.letters import Letters
from sereno.services.lines import Lines
from sereno.services.questions import Questions
from sereno.services.read_audit import ReadAudit
from sereno.services.sources import Sources
from sereno.services.summarisation import Summarisation
from sereno.services.views import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """The services that pages call, and the clock by which they tell how old things are.

    `cookie` names the cookie with the session's token.
    """

    access: Access
    views: Views
    read_audit: ReadAudit
    charting: Charting
    feedback: Feedback
    summarisation: Summarisation
    handover: Handover
    explaining: Explaining
    lines: Lines
    letters: Letters
    sources: Sources
    questions: Questions
    clock: Clock
    cookie: str


class _Place:
    """Holds the one Screens of this process."""

    def __init__(self) -> None:
        self.screens: Screens | None = None


_PLACE: Final = _Place()


def use(screens: Screens) -> None:
    """Give the pages their services."""
    _PLACE.screens = screens


def screens() -> Screens:
    """The services. Raises LookupError where no web app has given any."""
    if _PLACE.screens is None:
        message = "the pages run inside `sereno run`; start that instead of Streamlit itself"
        raise LookupError(message)
    return _PLACE.screens
