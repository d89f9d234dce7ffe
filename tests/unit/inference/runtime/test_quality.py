import math
from pathlib import Path

import numpy as np
import pytest

from inference.runtime.quality import Predictions, evaluation_texts, predictions, tokenised
from sereno.domain.errors import ModelError

TEXTS = [np.array([0, 1, 2]), np.array([3, 3])]


def test_knowing_nothing_has_the_perplexity_of_the_vocabulary() -> None:
    flat = [np.zeros((3, 4), np.float32), np.zeros((2, 4), np.float32)]
    assert predictions(flat, TEXTS).perplexity == pytest.approx(4)


def test_being_sure_and_right_has_perplexity_one() -> None:
    sure = [np.eye(4, dtype=np.float32)[[1, 2, 0]] * 50, np.eye(4, dtype=np.float32)[[3, 0]] * 50]
    judged = predictions(sure, TEXTS)
    assert judged.perplexity == pytest.approx(1)
    assert judged.likeliest == (1, 2, 3)


def test_loss_is_the_mean_over_all_next_tokens_of_all_texts() -> None:
    logits = [np.log(np.array([[1, 2, 1], [1, 1, 6]], np.float32)), np.zeros((1, 3), np.float32)]
    judged = predictions(logits, [np.array([0, 1]), np.array([2])])
    assert judged.loss == pytest.approx(-math.log(0.5))


def test_agreement_counts_positions() -> None:
    assert Predictions(1, (1, 2, 3, 4)).agreement(Predictions(2, (1, 2, 0, 4))) == 0.75


def test_the_evaluation_text_is_several_notes_in_english_and_spanish() -> None:
    texts = evaluation_texts()
    assert len(texts) == 10
    assert sum("frecuencia" in text for text in texts) == 4
    assert all(len(text) > 1000 for text in texts)


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not load"):
        tokenised(tmp_path, ["Pulse 80."])
