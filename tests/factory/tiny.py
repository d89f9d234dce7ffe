"""Models of some ten thousand random numbers, as folders: one spells bytes, some only read."""

import string
from pathlib import Path
from typing import Any

TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<turn>{{ message['role'] }}\n"
    "{{ message['content'] }}</turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<turn>assistant\n{% endif %}"
)


def model(seed: int = 0, *, tied: bool = False) -> Any:
    """Two layers of Llama in float32; `tied`, its embedding is its output too."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer()), hidden_size=64, intermediate_size=96, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=4096,
            bos_token_id=0, eos_token_id=2, pad_token_id=2, tie_word_embeddings=tied,
        )
    ).eval()  # fmt: skip


def tokenizer() -> Any:
    """A token a byte, and three of the chat's own."""
    from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from transformers import GPT2TokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    own = ["<s>", "<turn>", "</turn>"]
    inner = Tokenizer(BPE({each: n for n, each in enumerate([*own, *letters])}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens([AddedToken(each, special=True) for each in own])
    ends = {"bos_token": "<s>", "eos_token": "</turn>", "unk_token": "</turn>"}
    made = GPT2TokenizerFast(tokenizer_object=inner, **ends, pad_token="</turn>")
    made.chat_template = TEMPLATE
    return made


def write(folder: Path, *, tied: bool = False) -> Path:
    """The model and its tokenizer, as Hugging Face's libraries write them."""
    model(tied=tied).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


def write_encoder(folder: Path, family: str, head: str) -> Path:
    """Two layers of `family`, "Bert" or "DistilBert", under `head`, with a tokenizer of letters."""
    import torch
    import transformers

    reader = _reader(folder)
    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(
        vocab_size=len(reader), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=128, num_labels=3,
    )  # fmt: skip
    getattr(transformers, f"{family}{head}")(config).save_pretrained(folder)
    reader.save_pretrained(folder)
    return folder


def _reader(folder: Path) -> Any:
    from transformers import BertTokenizerFast

    letters = string.ascii_lowercase + string.digits + ".,:;()%/-"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{a}" for a in letters)]
    (folder / "vocab.txt").write_text("\n".join(words))
    return BertTokenizerFast(vocab_file=str(folder / "vocab.txt"))
