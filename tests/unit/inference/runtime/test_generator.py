"""The model that `sereno model build` made, under small grammars."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inference.runtime import OnnxModel, quality, verify
from inference.runtime.generator import LONGEST, providers
from sereno.domain.errors import ConfigurationError, ModelError
from sereno.settings import Settings
from tests.support import require

ROOT = Path(__file__).parents[4]
PROMPT = (
    "<|im_start|>user\nHeart rate 118. Saturation fell from 96 to 84.<|im_end|>\n"
    "<|im_start|>assistant\n"
)
GRAMMAR = """start: pulse " " oxygen
pulse: ("The heart rate is " | "Pulse ") RATE " beats per minute" ("." | ", which is high.")
oxygen: ("La saturación bajó" | "Saturation fell") " a 84 %."
RATE: "118"
"""


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The default model: where the settings say, or in the checkout's cache."""
    for folder in (Settings().model, ROOT / ".cache" / "model"):
        if (folder / "manifest.json").exists():
            return folder
    require(None, "no model: run `sereno model build`")
    raise AssertionError


@pytest.fixture(scope="session")
def model(model_folder: Path) -> OnnxModel:
    return OnnxModel.load(model_folder, provider="cpu", threads=2)


def test_the_grammar_is_kept_and_forced_tokens_cost_no_step(model: OnnxModel) -> None:
    done = model.complete(PROMPT, GRAMMAR)
    assert done.finished
    assert "118 beats per minute" in done.text
    assert done.text.endswith(" a 84 %.")
    assert done.tokens > 3 * done.steps


def test_greedy_text_is_the_same_every_time(model: OnnxModel) -> None:
    assert model.complete(PROMPT, GRAMMAR).text == model.complete(PROMPT, GRAMMAR).text


def test_sampling_follows_its_seed(model: OnnxModel) -> None:
    texts = [
        model.complete(PROMPT, max_tokens=12, temperature=1.5, seed=seed).text for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_a_text_cut_by_its_length_says_so(model: OnnxModel) -> None:
    done = model.complete(PROMPT, GRAMMAR, max_tokens=3)
    assert not done.finished
    assert done.tokens < model.complete(PROMPT, GRAMMAR).tokens


def test_a_run_of_forced_tokens_past_the_length_does_no_harm(model: OnnxModel) -> None:
    """GenAI itself writes past the end of its buffers here."""
    forced = " ".join(f"Number {i} follows." for i in range(100))
    done = model.complete(PROMPT, f'start: "{forced}"', max_tokens=2)
    assert forced.startswith(done.text)
    assert model.complete(PROMPT, GRAMMAR).finished


def test_an_endless_grammar_ends_at_the_longest_text(model: OnnxModel) -> None:
    grammar = f'start: ("{"No change. " * 60}" | "{"All stable. " * 60}") start'
    done = model.complete(PROMPT, grammar, max_tokens=100_000)
    assert not done.finished
    assert LONGEST <= done.tokens < LONGEST + 1024


def test_stop_is_asked_before_each_step(model: OnnxModel) -> None:
    asked: list[bool] = []

    def after_two() -> bool:
        asked.append(True)
        return len(asked) > 2

    done = model.complete(PROMPT, max_tokens=50, stop=after_two)
    assert (done.finished, done.steps, len(asked)) == (False, 2, 3)


def test_a_grammar_that_is_none_is_an_error_with_its_reason(model: OnnxModel) -> None:
    with pytest.raises(ModelError, match="nonsense"):
        model.complete(PROMPT, "start: nonsense")


def test_a_prompt_longer_than_the_model_can_attend_to_is_refused(model: OnnxModel) -> None:
    with pytest.raises(ModelError, match="could not write"):
        model.complete("word " * 9000)


def test_the_provider_is_told_and_an_unknown_one_refused(
    model: OnnxModel, model_folder: Path
) -> None:
    assert (model.provider, model.threads) == ("cpu", 2)
    with pytest.raises(ConfigurationError, match="auto, cpu or cuda"):
        OnnxModel.load(model_folder, provider="tpu")


@pytest.mark.skipif("cuda" in providers(), reason="this build has CUDA")
def test_cuda_is_refused_by_a_build_without_it(model_folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="gpu extra"):
        OnnxModel.load(model_folder, provider="cuda")


def test_a_model_that_was_changed_is_not_loaded(model_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model_folder, tmp_path / "model", copy_function=os.symlink)
    (folder / "genai_config.json").unlink()
    (folder / "genai_config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"genai_config\.json is not the file"):
        OnnxModel.load(folder)


def test_the_model_is_as_good_and_as_small_as_promised(model_folder: Path) -> None:
    info = verify(model_folder)
    assert info.perplexity_ratio < 1.03
    assert info.next_token_agreement > 0.93
    assert info.bytes < 200_000_000
    assert info.evaluated_tokens > 4000


LISTS_WHAT_IS_OPEN = """
import os, sys, time
from pathlib import Path
from inference.runtime import OnnxModel
model = OnnxModel.load(Path(sys.argv[1]))
model.complete("Once", max_tokens=3)
time.sleep(0.5)
for name in os.listdir("/proc/self/fd"):
    try:
        print(os.readlink(f"/proc/self/fd/{name}"))
    except FileNotFoundError:
        pass
"""


def test_no_telemetry_even_where_the_environment_asks_for_it(
    model_folder: Path, tmp_path: Path
) -> None:
    """Switched on, ONNX Runtime keeps a device id and a queue of events under the home folder."""
    told = {name: value for name, value in os.environ.items() if name != "CI"}
    told |= {"HOME": str(tmp_path), "ORT_DISABLE_TELEMETRY": "0", "PYTHONPATH": str(ROOT)}
    told.pop("XDG_CACHE_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", LISTS_WHAT_IS_OPEN, str(model_folder)],
        env=told,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert list(tmp_path.iterdir()) == []
    assert "socket:" not in done.stdout
    assert ".onnxruntime" not in done.stdout


def test_a_model_is_measured_at_every_position(model_folder: Path) -> None:
    """Decoding computes the last one's logits alone."""
    texts = quality.tokenised(model_folder, ["Pulse 80, calm."])
    (scores,) = quality.logits_of(model_folder, texts, lambda *_: None)
    assert scores.shape == (len(texts[0]), 49152)
