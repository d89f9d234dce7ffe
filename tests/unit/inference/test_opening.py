"""A generator from outside is found by its entry point, and may break without taking us along."""

from pathlib import Path

import pytest

from inference.language.template import TemplateGenerator
from inference.opening import known_generators, open_generator
from sereno.bootstrap.writers import loader
from sereno.domain.errors import ModelError, ModelMissing
from sereno.domain.evidence import Evidence, Form
from sereno.domain.vitals import Language
from sereno.ports import TextGenerator
from sereno.settings import Settings
from tests.fakes.clock import START
from tests.fakes.texts import summary

PLUG_IN = """
from sereno.domain.evidence import Draft, Sentence


class Terse:
    name = "terse"

    def write(self, evidence, language, form, *, deadline):
        return Draft(sentences=(Sentence("Well.", ()),), source="model")


class Crude(Terse):
    def write(self, evidence, language, form, *, deadline):
        raise RuntimeError("Ana Zubizarreta")


class Absent:
    def __init__(self):
        raise OSError("no route to host")
"""
EVIDENCE: Evidence = summary("p1", START).evidence


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution with three generators."""
    (tmp_path / "terse_plug_in.py").write_text(PLUG_IN)
    info = tmp_path / "terse_plug_in-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: terse-plug-in\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[sereno.generators]\nterse = terse_plug_in:Terse\ncrude = terse_plug_in:Crude\n"
        "absent = terse_plug_in:Absent\ngone = terse_plug_in:Gone\ngoverned = terse_plug_in:Terse\n"
        "template = terse_plug_in:Terse\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


def ours() -> TextGenerator:
    return TemplateGenerator()


def test_the_one_that_is_named_writes_under_its_name_whatever_it_says() -> None:
    assert {"governed", "terse"} <= set(known_generators())
    generator = loader(Settings(generator="terse"))()
    draft = generator.write(EVIDENCE, Language.ENGLISH, Form.HANDOVER, deadline=None)
    assert (generator.name, draft.source) == ("terse", "terse")


def test_our_own_can_not_be_replaced() -> None:
    assert isinstance(open_generator("governed", ours, ours), TemplateGenerator)


def test_none_can_be_called_as_our_texts_say_of_themselves() -> None:
    """Else what it wrote would be shown as fixed wording."""
    assert "template" not in known_generators()
    with pytest.raises(ModelMissing, match="no generator is called 'template'"):
        open_generator("template", ours, ours)


def test_a_name_that_nobody_has_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ModelMissing, match=r"SERENO_GENERATOR to one of: .*governed.*terse"):
        loader(Settings(generator="verbose"))()


@pytest.mark.parametrize(("name", "kind"), [("absent", "OSError"), ("gone", "AttributeError")])
def test_one_that_can_not_be_loaded_leaves_the_summary_to_the_template(
    name: str, kind: str
) -> None:
    with pytest.raises(ModelError, match=f"can not be loaded \\({kind}\\)"):
        open_generator(name, ours, ours)


def test_what_goes_wrong_in_it_is_ours_and_quotes_nothing() -> None:
    crude = open_generator("crude", ours, ours)
    with pytest.raises(ModelError, match=r"can not be run \(RuntimeError\)") as caught:
        crude.write(EVIDENCE, Language.ENGLISH, Form.HANDOVER, deadline=None)
    assert "Ana" not in str(caught.value)
