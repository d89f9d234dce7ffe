"""The tokenizer of a Gemma in a GGUF file: pieces with scores, of which neighbours are joined.

transformers 4.57 makes one of such a file that weighs whole words (Unigram), knows no mark but four
and joins runs of blanks last. Made anew here, in the form of the family's own tokenizer.json, it
reads as llama.cpp does; what it was compared on is told in docs/decisions/0021.
"""

from pathlib import Path
from typing import Any, Final

from tokenizers import AddedToken, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from transformers import GemmaTokenizerFast
from transformers.convert_slow_tokenizer import generate_merges

from inference.runtime.weights import Weights

# GGUF's types of pieces that a text is not joined to.
_CONTROL: Final = 3
_OWN: Final = 4  # runs of blanks, and marks such as <table>
_SPACE: Final = "▁"
_FIRST: Final = 1.0  # above all scores, which end at 0: runs of blanks are joined before all else
_ENDS: Final = {"bos": "bos", "eos": "eos", "pad": "padding", "unk": "unknown"}


def is_gemma(gguf: Path) -> bool:
    """Whether it is a model of the family with pieces that have scores, as GGUF calls "llama".

    Raises ModelError where it is no GGUF.
    """
    field = Weights(gguf).field
    family = str(field("general.architecture")).startswith("gemma")
    return family and field("tokenizer.ggml.model") == "llama"


def tokenizer(gguf: Path) -> Any:
    """The file's tokenizer as one of transformers'. Raises ModelError where it is no GGUF."""
    field = Weights(gguf).field
    raw: list[str] = field("tokenizer.ggml.tokens")
    types: list[int] = field("tokenizer.ggml.token_type")
    ends = {
        f"{each}_token": raw[field(f"tokenizer.ggml.{key}_token_id")] for each, key in _ENDS.items()
    }
    inner = Tokenizer(_joined(raw, types, field("tokenizer.ggml.scores"), ends["unk_token"]))
    inner.normalizer = normalizers.Replace(" ", _SPACE)
    inner.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    inner.decoder = decoders.Sequence(
        [decoders.Replace(_SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    typed = list(zip(raw, types, strict=True))
    inner.add_special_tokens([_mark(each) for each, kind in typed if kind == _CONTROL])
    # No blanks: after a mark that only begins alike, the run time looks past what follows it.
    inner.add_tokens([_mark(each) for each, kind in typed if kind == _OWN and each.strip()])
    return GemmaTokenizerFast(tokenizer_object=inner, **ends)


def _joined(raw: list[str], types: list[int], scores: list[float], unknown: str) -> BPE:
    """The pair whose piece scores highest is joined first."""
    own = [kind == _OWN for kind in types]
    # In a piece of its own GGUF keeps spaces as a text has them.
    spelled = [p.replace(" ", _SPACE) if alone else p for p, alone in zip(raw, own, strict=True)]
    ranks = [_FIRST if alone else score for score, alone in zip(scores, own, strict=True)]
    ids = {piece: n for n, piece in enumerate(spelled)}
    pairs = generate_merges(ids, dict(zip(spelled, ranks, strict=True)))
    return BPE(ids, pairs, unk_token=unknown, fuse_unk=True, byte_fallback=True)


def _mark(piece: str) -> AddedToken:
    return AddedToken(piece, normalized=False)
