"""How a page is run, who looks at it, and what it drew."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

import streamlit_app
from sereno.domain.roles import Role
from sereno.domain.vitals import Language
from sereno.services.access import Viewer
from tests.fakes.books import Diary
from tests.fakes.clock import START
from tests.fakes.paper import PaperQueue, PaperStore
from tests.fakes.texts import PaperExplainer, PaperHandover, PaperWriter

HOUR = timedelta(hours=1)


class Door:
    """Lets in whoever the test says."""

    def __init__(self) -> None:
        self.inside: Viewer | None = Viewer(
            account="nora",
            role=Role.CLINICIAN,
            language=Language.ENGLISH,
            session=b"",
            idle_until=START + HOUR,
            expires=START + HOUR,
        )

    def viewer(self, token: str | None) -> Viewer | None:
        return self.inside

    def only_look(self) -> None:
        assert self.inside
        self.inside = replace(self.inside, role=Role.VIEWER)

    def choose_language(self, viewer: Viewer, language: Language) -> None:
        self.inside = replace(viewer, language=language)


def script(name: str) -> None:
    """One page, as app.py runs it."""
    import importlib

    from streamlit_app import shell

    visit = shell.enter({})
    importlib.import_module(f"streamlit_app.views.{name}").show(visit)


def front_page() -> AppTest:
    """The whole app, as a browser first sees it."""
    path = Path(streamlit_app.__file__).with_name("app.py")
    return AppTest.from_file(str(path), default_timeout=20).run()


@dataclass
class House:
    """The pages with what stands behind them."""

    door: Door
    store: PaperStore
    queue: PaperQueue
    writer: PaperWriter
    diary: Diary
    handover: PaperHandover
    explainer: PaperExplainer

    def page(self, name: str, **state: Any) -> AppTest:
        app = AppTest.from_function(script, args=(name,), default_timeout=20)
        for key, value in state.items():
            app.session_state[key] = value
        return app.run()


def drawn(app: AppTest, name: str) -> Any:
    """What a component was given."""
    nodes = [app._tree]
    while nodes:
        node = nodes.pop()
        nodes += getattr(node, "children", {}).values()
        proto = getattr(node, "proto", None)
        if getattr(proto, "component_name", "") == f"sereno_{name}":
            return json.loads(proto.json)
    pytest.fail(f"no {name} on the page")


def patient_box(app: AppTest) -> Selectbox:
    """The box of a patient's page that turns to another one."""
    return next(box for box in app.selectbox if (box.key or "").startswith("patient_box"))
