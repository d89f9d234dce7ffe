"""The pages, run by Streamlit's own tester over a ward on paper."""

from collections.abc import Iterator

import pytest

from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier, TypedTextChecker
from sereno.services.charting import Charting
from sereno.services.feedback import Feedback
from sereno.services.letters import Letters
from sereno.services.lines import Lines
from sereno.services.read_audit import ReadAudit
from sereno.services.sources import Sources
from sereno.services.views import Views
from streamlit_app import context
from tests.fakes.answers import PaperAnswers
from tests.fakes.books import Diary
from tests.fakes.letters import LineReader
from tests.fakes.paper import PaperQueue
from tests.fakes.texts import PaperExplainer, PaperHandover, PaperWriter
from tests.fakes.ward import ward
from tests.unit.streamlit_app.pages.stage import Door, House


@pytest.fixture
def house() -> Iterator[House]:
    store = ward()
    door, queue, writer, diary = Door(), PaperQueue(store), PaperWriter(store), Diary()
    handover = PaperHandover(store)
    explainer = PaperExplainer(store)
    charting = Charting(store, queue, diary)  # type: ignore[arg-type]
    context.use(
        context.Screens(
            access=door,  # type: ignore[arg-type]
            views=Views(store, store, store.clock),  # type: ignore[arg-type]
            read_audit=ReadAudit(diary, store.clock),
            charting=charting,
            letters=Letters(store, charting, diary, lambda: {"lines (source 1)": LineReader()}),  # type: ignore[arg-type]
            sources=Sources(store, store.clock),  # type: ignore[arg-type]
            feedback=Feedback(
                store,  # type: ignore[arg-type]
                TypedTextChecker(),
                diary,
                store.clock,
            ),
            summarisation=writer,  # type: ignore[arg-type]
            handover=handover,  # type: ignore[arg-type]
            lines=Lines(TemplateGenerator(), ClaimVerifier(), zone="UTC"),
            explaining=explainer,  # type: ignore[arg-type]
            questions=PaperAnswers(),  # type: ignore[arg-type]
            clock=store.clock,
            cookie="sereno-session",
        )
    )
    return House(door, store, queue, writer, diary, handover, explainer)
