"""A Gemma of some thousand random numbers in a GGUF file, as llama.cpp's converter writes one."""

import string
from pathlib import Path
from typing import Any

CONTROL = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
BLANKS = ["\n", "\n\n", "\n\n\n", "  ", "   ", "\t"]
JOINED = ["he", "▁t", "▁the", "ab", "bc", "abc"]  # the earlier is joined first
LETTERS = ["▁", *string.ascii_letters, *string.digits, *".,:;()%/-<>áéíóúñ¿¡°"]
_TEXT, _CONTROL, _OWN, _BYTE = 1, 3, 4, 6


def pieces() -> list[tuple[str, float, int]]:
    """Each piece, its score and its type. The converter scores marks and blanks -1000."""
    spelled = [(each, -1000.0, _CONTROL) for each in CONTROL]
    spelled += [(each, -1000.0, _OWN) for each in [*BLANKS, "<table>"]]
    spelled += [(f"<0x{n:02X}>", 0.0, _BYTE) for n in range(256)]
    return spelled + [(p, -float(n), _TEXT) for n, p in enumerate([*JOINED, *LETTERS])]


def model() -> Any:
    """Two layers in float32."""
    import torch
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    torch.manual_seed(0)
    return Gemma3ForCausalLM(
        Gemma3TextConfig(
            vocab_size=len(pieces()), hidden_size=64, intermediate_size=96, num_hidden_layers=2,
            num_attention_heads=2, num_key_value_heads=1, head_dim=32, sliding_window=512,
            max_position_embeddings=4096,
        )
    ).eval()  # fmt: skip


def write(path: Path) -> Path:
    """The model and its tokenizer in the GGUF file `path`."""
    import gguf

    made = model()
    writer = gguf.GGUFWriter(path, "gemma3")
    _configure(writer, made.config)
    _tokenize(writer)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.GEMMA3, 2)
    for name, tensor in made.model.state_dict().items():
        called = names.get_name(f"model.{name.removesuffix('.weight')}")
        # A norm is kept as its distance from one by transformers, and whole in GGUF.
        writer.add_tensor(f"{called}.weight", (tensor + ("norm" in name)).numpy())
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file):
        step()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _configure(writer: Any, config: Any) -> None:
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_sliding_window(config.sliding_window)


def _tokenize(writer: Any) -> None:
    spelled, scores, types = zip(*pieces(), strict=True)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(spelled)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_pad_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_unk_token_id(3)
    writer.add_add_space_prefix(False)
