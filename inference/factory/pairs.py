"""From evidence to what a model is tuned on: a prompt and a text that answers it. No torch.

The texts are drawn from our own phrasings (inference.language.phrases), so that all they say is
borne out by the evidence: which facts beyond the required ones, and in which words, is chance. Half
of the prompts are those of a governed summary, half tell the findings in words, as they are told to
a model that is left to itself.
"""

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from inference.evaluation.ungoverned import findings_prompt
from inference.language import prompt as prompts
from inference.language.phrases import Block, compose
from inference.runtime.files import write_atomically
from sereno.domain.errors import SourceError
from sereno.domain.evidence import Evidence, Form, Sentence
from sereno.domain.vitals import Language

TRAIN: Final = "train.jsonl"
HELD_OUT: Final = "held-out.jsonl"
_BETWEEN_NOTES: Final = re.compile(r"^---[ \t]*$", re.MULTILINE)
# Of the facts that a text may leave out, the share that it tells: short, middling and whole texts.
_FULLNESS: Final = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A prompt in the chat format of the default model, and the text that answers it."""

    prompt: str
    text: str
    language: str
    form: str
    governed: bool


def pair(evidence: Evidence, language: Language, form: Form, chance: random.Random) -> Pair:
    """One text about `evidence`, its length, words and kind of prompt drawn by `chance`.

    Asked for findings in words, it tells them all; else the most severe of those that it may leave
    out come first.
    """
    governed = chance.random() < 0.5
    fullness = chance.choice(_FULLNESS) if governed else 1.0
    said = _sentences(evidence, compose(evidence, language, form), fullness, chance)
    asked = prompts.chat if governed else findings_prompt
    text = " ".join(each.text for each in said)
    return Pair(
        prompt=asked(evidence, language, form),
        # The grammar's texts begin with a space, since the tokenizer joins it to the first word.
        text=f" {text}" if governed else text,
        language=language.value,
        form=form.value,
        governed=governed,
    )


def _sentences(
    evidence: Evidence, blocks: Sequence[Block], fullness: float, chance: random.Random
) -> Iterator[Sentence]:
    optional = [n for n, block in enumerate(blocks) if block.optional]
    optional.sort(key=lambda n: (-_severity(evidence, blocks[n]), n))
    left_out = set(optional[math.ceil(fullness * len(optional)) :])
    for n, block in enumerate(blocks):
        if n not in left_out:
            yield chance.choice(_of_fullness(block, fullness))


def _severity(evidence: Evidence, block: Block) -> int:
    return max(evidence.fact(each).severity for each in block.phrasings[0].citations)


def _of_fullness(block: Block, fullness: float) -> Sequence[Sentence]:
    """Of a block's phrasings those that tell all, those that tell least, or any."""
    if fullness == 1:
        return block.full
    if fullness:
        return block.phrasings
    least = min(len(said.citations) for said in block.phrasings)
    return [said for said in block.phrasings if len(said.citations) == least]


def write(path: Path, pairs: Iterable[Pair]) -> None:
    """One JSON object a line."""
    lines = (json.dumps(asdict(each), ensure_ascii=False).encode() + b"\n" for each in pairs)
    write_atomically(path, lines)


def read(path: Path) -> list[Pair]:
    """What `write` wrote."""
    with path.open(encoding="utf-8") as file:
        return [Pair(**json.loads(line)) for line in file]


def read_notes(path: Path) -> list[str]:
    """Clinical texts, which lines of --- part; what is empty is no text.

    Raises SourceError where the file holds none.
    """
    try:
        parts = _BETWEEN_NOTES.split(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise SourceError(f"{path} can not be read as text: save it as UTF-8") from exc
    told = [part.strip() for part in parts]
    if not any(told):
        raise SourceError(f"{path} holds no text: part clinical notes by lines of ---")
    return [each for each in told if each]


def variety(texts: Iterable[str]) -> Mapping[str, float]:
    """Distinct-1, -2 and -3: of all runs of n words in the texts, the share that differ.

    Digits count as one, or every value would pass for another wording (Li et al., NAACL 2016).
    """
    words = [_worded(text).split() for text in texts]
    return {f"distinct_{n}": _distinct(words, n) for n in (1, 2, 3)}


def _worded(text: str) -> str:
    return "".join("0" if letter.isdigit() else letter for letter in text.lower())


def _distinct(texts: Sequence[Sequence[str]], n: int) -> float:
    runs = Counter(
        run for words in texts for run in zip(*(words[i:] for i in range(n)), strict=False)
    )
    return len(runs) / max(1, runs.total())
