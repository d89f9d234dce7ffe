"""A model of another architecture is brought in, and writes on the governed path."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from inference.language.generator import GovernedGenerator
from inference.runtime import OnnxModel, verify
from inference.runtime.comparing import compare
from inference.runtime.manifest import ModelInfo
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Form, ModelIdentity
from sereno.domain.vitals import Language
from tests.factory import tiny, tiny_gemma
from tests.unit.inference.language.samples import GAP, GROUP, SCORE, evidence

pytestmark = [pytest.mark.factory, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="session")
def importing() -> Any:
    return pytest.importorskip("inference.factory.importing")


@pytest.fixture(scope="session")
def gemma(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    return tiny_gemma.write(tmp_path_factory.mktemp("gemma") / "gemma.gguf")


@pytest.fixture(scope="session")
def brought(importing: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    original = tiny.write(tmp_path_factory.mktemp("original"))
    folder = tmp_path_factory.mktemp("brought")
    importing.bring(str(original), folder, "tiny")
    return folder


def test_its_manifest_holds_every_file_and_how_well_it_predicts(brought: Path) -> None:
    info: ModelInfo = verify(brought)
    assert info.name == "tiny"
    assert set(info.hashes) == {each.name for each in brought.iterdir()} - {"manifest.json"}
    assert info.perplexity_ratio == pytest.approx(1, abs=0.02)
    assert info.next_token_agreement > 0.8
    assert info.adapter is None


def test_it_is_spoken_to_in_its_own_format(brought: Path) -> None:
    model = OnnxModel.load(brought, provider="cpu", threads=1)
    prompt = "<|im_start|>user\nBed 4 </turn>?<|im_end|>\n<|im_start|>assistant\n"
    told = model.tokenizer.decode(model.chat.ids(prompt))
    assert told.count("</turn>") <= 1  # the one of the format: what is said ends no turn
    assert "im_start" not in told
    assert model.context == 4096


@pytest.mark.parametrize("language", Language)
def test_it_writes_what_the_evidence_holds_and_nothing_else(
    brought: Path, language: Language
) -> None:
    """Random weights: whatever they prefer, the grammar leaves true sentences alone."""
    found = evidence(SCORE, GROUP, GAP)
    model = OnnxModel.load(brought, provider="cpu", threads=1)
    draft = GovernedGenerator(model, ModelIdentity("tiny")).write(found, language, Form.HANDOVER)
    assert {each for said in draft.sentences for each in said.citations} == set(found.required)


def test_a_model_beside_itself_agrees_and_is_as_large(brought: Path) -> None:
    found = compare((brought, brought), lambda *_: None)
    assert found.agreement == 1
    assert found.first.bytes == found.second.bytes == verify(brought).bytes
    assert found.first.perplexity == pytest.approx(verify(brought).perplexity, rel=1e-3)
    # A token is a byte here, so that both say the same in another unit.
    assert found.first.bits_a_byte == pytest.approx(math.log2(found.first.perplexity), rel=0.01)
    assert found.first.tokens_a_second > 0


def test_one_whose_embedding_is_its_output_too_loads_and_predicts_as_well(
    importing: Any, tmp_path: Path
) -> None:
    given, folder = tmp_path / "given", tmp_path / "brought"
    for each in (given, folder):
        each.mkdir()
    importing.bring(str(tiny.write(given, tied=True)), folder, "tied")
    assert verify(folder).perplexity_ratio == pytest.approx(1, abs=0.02)


def test_a_folder_without_a_model_is_refused(importing: Any, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        importing.bring(str(tmp_path), tmp_path / "out", "none")


def test_a_tokenizer_that_reads_otherwise_at_run_time_is_refused(importing: Any) -> None:
    import numpy as np

    def tokens(*ids: int) -> Sequence[Any]:
        return [np.array(ids)]

    importing._check_tokens(tokens(1, 2), [[1, 2]])
    with pytest.raises(ModelError, match="original folder"):
        importing._check_tokens(tokens(1, 3), [[1, 2]])


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("abc", ["abc"]),  # ab, and then c
        ("the", ["t", "he"]),  # no piece of the start of a text
        ("a the", ["a", "▁the"]),
        ("a  the", ["a", "▁▁", "t", "he"]),  # runs of blanks before all else
        ("a\n\n\nb", ["a", "\n\n\n", "b"]),
        ("<table>", ["<table>"]),
        ("<\n\n", ["<", "\n\n"]),
        ("<bos>", ["<bos>"]),
        ("₂", ["<0xE2>", "<0x82>", "<0x82>"]),  # what no piece spells, by its bytes
    ],
)
def test_a_gemmas_pieces_are_joined_as_llama_cpp_joins_them(
    gemma: Path, text: str, cut: list[str]
) -> None:
    from inference.factory import pieces

    assert pieces.tokenizer(gemma).tokenize(text) == cut


@pytest.mark.parametrize(
    ("family", "kind", "read_here"),
    [
        ("gemma3", "llama", True),
        ("gemma9", "gpt2", False),  # a later one whose pieces have no scores
        ("llama", "llama", False),
    ],
)
def test_only_a_gemma_whose_pieces_have_scores_is_read_by_them(
    tmp_path: Path, family: str, kind: str, *, read_here: bool
) -> None:
    from gguf import GGUFWriter

    from inference.factory import pieces

    writer = GGUFWriter(tmp_path / "some.gguf", family)
    writer.add_tokenizer_model(kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    assert pieces.is_gemma(tmp_path / "some.gguf") is read_here


def test_a_gemma_in_a_gguf_file_comes_in_and_reads_as_it_was_taught(
    importing: Any, gemma: Path, tmp_path: Path
) -> None:
    """Refused, were its tokens at run time others, without that of a text's start too."""
    importing.bring(str(gemma), tmp_path, "gemma")
    model = OnnxModel.load(tmp_path, provider="cpu", threads=1)
    assert verify(tmp_path).perplexity_ratio == pytest.approx(1, abs=0.02)
    ids = model.chat.ids("¿SpO₂ 91%?\n\n  the 2nd")
    assert ids[0] == tiny_gemma.CONTROL.index("<bos>")
    assert model.tokenizer.decode(ids[1:]) == "¿SpO₂ 91%?\n\n  the 2nd"


def test_a_mistyped_path_is_not_looked_for_on_the_network(importing: Any, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no /nowhere/model\.gguf"):
        importing.found("/nowhere/model.gguf", tmp_path)


def test_a_hub_that_can_not_be_reached_is_told_with_the_way_around(
    importing: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="sereno model import FOLDER"):
        importing.found("nobody/no-such-model", tmp_path)


def test_what_goes_wrong_is_the_last_line_that_it_says(
    importing: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert importing.main([str(tmp_path), str(tmp_path / "out"), "none"]) == 1
    told = capsys.readouterr()
    assert "config.json" in told.err.splitlines()[-1]
    assert all(isinstance(json.loads(line), dict) for line in told.out.splitlines())
