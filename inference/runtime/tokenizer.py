"""The files that ONNX Runtime GenAI wants beside the graph, made from GGUF's metadata.

SmolLM2 splits every digit from its neighbours and then does byte-level BPE; nothing is added before
a text. A tokenizer derived by the usual converters lacks the digits' split, and GenAI then finds no
id for some pieces (-1).
"""

import json
from typing import Any

from inference.runtime.weights import (
    CONTEXT,
    HEAD_SIZE,
    HEADS,
    HIDDEN,
    KEY_HEADS,
    LAYERS,
    VOCABULARY,
    Weights,
)

_CONTROL = 3  # GGUF's token type of those that stand for themselves, such as <|im_end|>
_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}


def companion_files(weights: Weights) -> dict[str, bytes]:
    """Name and content of each: the tokenizer's two files and GenAI's configuration."""
    tokens = weights.field("tokenizer.ggml.tokens")
    kinds = weights.field("tokenizer.ggml.token_type")
    special = [i for i, kind in enumerate(kinds) if kind == _CONTROL]
    ends = {
        name: int(weights.field(f"tokenizer.ggml.{key}_token_id"))
        for name, key in (("bos", "bos"), ("eos", "eos"), ("pad", "padding"), ("unk", "unknown"))
    }
    files = {
        "tokenizer.json": _tokenizer(tokens, weights.field("tokenizer.ggml.merges"), special),
        "tokenizer_config.json": _tokenizer_config(tokens, special, ends),
        "genai_config.json": _genai_config(ends),
    }
    return {
        name: json.dumps(content, ensure_ascii=False).encode() for name, content in files.items()
    }


def _tokenizer(tokens: list[str], merges: list[str], special: list[int]) -> dict[str, Any]:
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": i, **_added(tokens[i])} for i in special],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Digits", "individual_digits": True},
                {**_BYTE_LEVEL, "use_regex": True},
            ],
        },
        "post_processor": None,
        "decoder": {**_BYTE_LEVEL, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: i for i, token in enumerate(tokens)},
            "merges": merges,
        },
    }


def _added(token: str) -> dict[str, Any]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"content": token, **flags, "special": True}


def _tokenizer_config(
    tokens: list[str], special: list[int], ends: dict[str, int]
) -> dict[str, Any]:
    return {
        # The class that GenAI knows for byte-level BPE without a leading token.
        "tokenizer_class": "GPT2Tokenizer",
        "add_prefix_space": False,
        "add_bos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": CONTEXT,
        "added_tokens_decoder": {str(i): _added(tokens[i]) for i in special},
        **{f"{name}_token": tokens[i] for name, i in ends.items()},
    }


def _genai_config(ends: dict[str, int]) -> dict[str, Any]:
    return {
        "model": {
            "type": "llama",
            "vocab_size": VOCABULARY,
            "context_length": CONTEXT,
            **{f"{name}_token_id": ends[name] for name in ("bos", "eos", "pad")},
            "decoder": {
                "filename": "model.onnx",
                "session_options": {"log_id": "sereno", "provider_options": []},
                "hidden_size": HIDDEN,
                "head_size": HEAD_SIZE,
                "num_attention_heads": HEADS,
                "num_key_value_heads": KEY_HEADS,
                "num_hidden_layers": LAYERS,
                "inputs": {
                    "input_ids": "input_ids",
                    "attention_mask": "attention_mask",
                    "past_key_names": "past_key_values.%d.key",
                    "past_value_names": "past_key_values.%d.value",
                },
                "outputs": {
                    "logits": "logits",
                    "present_key_names": "present.%d.key",
                    "present_value_names": "present.%d.value",
                },
            },
        },
        "search": {"do_sample": False, "past_present_share_buffer": True, "max_length": CONTEXT},
    }
