"""LoRA on a tiny model: it learns, goes on after a kill as if there had been none, and merges."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.factory import pairs
from inference.factory.pairs import Pair
from inference.runtime.adapter import Adapter
from tests.factory import tiny

pytestmark = [pytest.mark.factory, pytest.mark.slow, pytest.mark.timeout(900)]

MODULES = {
    "attn_q": "self_attn.q_proj", "attn_output": "self_attn.o_proj", "ffn_down": "mlp.down_proj"
}  # fmt: skip
STEPS = 24
Told = list[dict[str, Any]]


@pytest.fixture(scope="session")
def factory() -> Any:
    return pytest.importorskip("inference.factory.adapter")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    told = [
        Pair(
            prompt=f"Bed {n}: ", text="SpO2 93 %, calm.", language="en", form="line", governed=True
        )
        for n in range(8)
    ]
    pairs.write(tmp_path / pairs.TRAIN, told)
    pairs.write(tmp_path / pairs.HELD_OUT, told[:2])
    (tmp_path / "notes.txt").write_text("Slept well.\n---\nAte half.")
    return tmp_path


@pytest.fixture
def run(factory: Any, work: Path) -> Callable[..., Told]:
    plan = factory.Plan(steps=STEPS, tokens=96, rate=5e-3, every=4, tried=STEPS, minutes=10)
    spell = tiny.tokenizer()
    codec = factory.Codec(lambda text: spell(text).input_ids, spell.eos_token_id)

    def tuned(*, die_at: int = 0, without_notes: bool = False, **changes: Any) -> Told:
        notes = None if without_notes else work / "notes.txt"
        told: Told = []

        def tell(each: dict[str, Any]) -> None:
            told.append(each)
            if die_at and each["step"] == die_at:
                raise KeyboardInterrupt

        factory.tune(tiny.model(), work, codec, replace(plan, **changes), tell, notes)
        return told

    return tuned


def adapter(work: Path) -> bytes:
    return (work / "adapter.safetensors").read_bytes()


def test_it_learns_the_texts_and_says_so(run: Callable[..., Told]) -> None:
    told = run()
    losses = [each["loss"] for each in told if "loss" in each]
    assert len(losses) == STEPS
    assert told[-1]["held_out"] < losses[0] - 0.5


def test_a_run_that_was_killed_ends_with_the_same_adapter(
    run: Callable[..., Told], work: Path
) -> None:
    run()
    whole = adapter(work)
    for kept in ("adapter.safetensors", "checkpoint.pt"):
        (work / kept).unlink()
    with pytest.raises(KeyboardInterrupt):
        run(die_at=11)
    told = run()
    assert told[0]["step"] == 9  # after the checkpoint at 8
    assert adapter(work) == whole


def test_a_checkpoint_of_other_texts_is_not_gone_on_from(
    run: Callable[..., Told], work: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(die_at=11)
    (work / "notes.txt").write_text("Another note.")
    assert run()[0]["step"] == 1


def test_notes_that_happen_to_lie_there_are_neither_read_nor_part_of_the_run(
    run: Callable[..., Told], work: Path
) -> None:
    run(without_notes=True)
    whole = adapter(work)
    (work / "notes.txt").unlink()
    assert [each for each in run(without_notes=True) if "loss" in each] == []
    assert adapter(work) == whole
    (work / "notes.txt").write_text("Slept well.")
    assert run()[0]["step"] == 1  # with notes it is another run


def test_a_run_that_has_ended_is_not_run_again(run: Callable[..., Told], work: Path) -> None:
    run()
    whole = adapter(work)
    assert [each for each in run() if "loss" in each] == []
    assert adapter(work) == whole


def test_a_run_ends_with_its_minutes(run: Callable[..., Told], work: Path) -> None:
    assert [each for each in run(minutes=0) if "loss" in each] == []
    assert adapter(work)


def test_numpy_merges_what_peft_merges(factory: Any, run: Callable[..., Told], work: Path) -> None:
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    run()
    before = {name: each.numpy().copy() for name, each in tiny.model().state_dict().items()}
    tuned, _ = factory._prepared(tiny.model(), factory.Plan())
    set_peft_model_state_dict(tuned, load_file(work / "adapter.safetensors"))
    after = tuned.merge_and_unload().state_dict()
    ours = Adapter(work / "adapter.safetensors")
    for kind, module in MODULES.items():
        name = f"model.layers.1.{module}.weight"
        gained = ours.delta(f"blk.1.{kind}.weight", before[name].shape)
        assert np.abs(gained).max() > 1e-4
        assert np.allclose(before[name] + gained, after[name].numpy(), atol=1e-6)
