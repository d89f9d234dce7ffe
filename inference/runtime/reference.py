"""SmolLM2 in plain numpy float32: what the original weights predict, to measure others against.

The architecture is Llama's: RMS norms, rotary positions, grouped-query attention, a SwiGLU feed-
forward and an output projection tied to the embedding. Slow but exact: no cache, whole texts.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from inference.runtime.packing import rotary_caches
from inference.runtime.source import Progress
from inference.runtime.weights import (
    BLOCK,
    HEAD_SIZE,
    HEADS,
    HIDDEN,
    KEY_HEADS,
    LAYERS,
    NORM_EPSILON,
    VOCABULARY,
    Floats,
    Weights,
)

Tokens = npt.NDArray[np.int64]


def logits(weights: Weights, texts: Sequence[Tokens], progress: Progress) -> Iterator[Floats]:
    """The logits of every position of each text, (tokens, vocabulary), one text after the other.

    Layers are the outer loop, so that one layer's floats are in memory at a time.
    """
    table = _embedding(weights)
    states = [table[text] for text in texts]
    for layer in range(LAYERS):
        progress("measure the original", layer, LAYERS)
        _run_layer(weights, layer, states)
    progress("measure the original", LAYERS, LAYERS)
    gain = weights.floats("output_norm.weight")
    for state in states:
        yield _norm(state, gain) @ table.T


def _embedding(weights: Weights) -> Floats:
    scales, codes = weights.q8("token_embd.weight")
    blocks = codes.reshape(VOCABULARY, HIDDEN // BLOCK, BLOCK).astype(np.float32)
    return (blocks * scales[..., None]).reshape(VOCABULARY, HIDDEN)


def _run_layer(weights: Weights, layer: int, states: list[Floats]) -> None:
    """Replace each text's state by what the layer makes of it."""
    block = f"blk.{layer}"
    names = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    query, key, value, output, gate, up, down = (
        weights.q4(f"{block}.{name}.weight").dequantised().T for name in names
    )
    before = weights.floats(f"{block}.attn_norm.weight")
    after = weights.floats(f"{block}.ffn_norm.weight")
    for i, state in enumerate(states):
        normed = _norm(state, before)
        attended = _attend(normed @ query, normed @ key, normed @ value)
        mixed = state + attended @ output
        normed = _norm(mixed, after)
        states[i] = mixed + (_silu(normed @ gate) * (normed @ up)) @ down


def _attend(query: Floats, key: Floats, value: Floats) -> Floats:
    """Causal attention; every key head serves three query heads."""
    length = len(query)
    queries = _rotated(_heads(query, HEADS))
    keys = np.repeat(_rotated(_heads(key, KEY_HEADS)), HEADS // KEY_HEADS, axis=0)
    values = np.repeat(_heads(value, KEY_HEADS), HEADS // KEY_HEADS, axis=0)
    scores = queries @ keys.swapaxes(1, 2) / np.float32(np.sqrt(HEAD_SIZE))
    scores[:, np.triu(np.ones((length, length), bool), 1)] = -np.inf
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    return np.asarray((shares @ values).swapaxes(0, 1).reshape(length, HEADS * HEAD_SIZE))


def _heads(values: Floats, heads: int) -> Floats:
    return values.reshape(len(values), heads, HEAD_SIZE).swapaxes(0, 1)


def _rotated(values: Floats) -> Floats:
    """Turn each half-pair of dimensions by its position's angle."""
    cosines, sines = (cache[: values.shape[1]] for cache in rotary_caches())
    first, second = np.split(values, 2, axis=-1)
    turned = (first * cosines - second * sines, second * cosines + first * sines)
    return np.concatenate(turned, axis=-1)


def _norm(values: Floats, gain: Floats) -> Floats:
    mean_square = np.mean(values * values, axis=-1, keepdims=True)
    return np.asarray(values / np.sqrt(mean_square + np.float32(NORM_EPSILON)) * gain)


def _silu(values: Floats) -> Floats:
    return np.asarray(values / (1 + np.exp(-values)))
