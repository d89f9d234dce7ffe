"""Blocks of phrasings as a Lark grammar for llguidance, and its texts parsed back.

Each block is one terminal, so that what a choice leaves open is forced byte by byte and costs no
decoding step. Sentences follow each other with a space; the text begins with one too, since the
tokenizer joins a space to the word after it.
"""

import json
from collections.abc import Sequence

from inference.language.phrases import Block
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Sentence


def lark(blocks: Sequence[Block]) -> str:
    """The grammar of all texts that take one phrasing of each block, in order."""
    order = " ".join(f"S{n}?" if block.optional else f"S{n}" for n, block in enumerate(blocks))
    rules = [f"S{n}: {_choices(block)}" for n, block in enumerate(blocks)]
    return "\n".join([f"start: {order}", *rules])


def _choices(block: Block) -> str:
    return " | ".join(json.dumps(f" {said.text}", ensure_ascii=False) for said in block.phrasings)


def parse(text: str, blocks: Sequence[Block]) -> tuple[Sentence, ...]:
    """The sentences of a text of the grammar, each with what it cites.

    Raises ModelError where the text is not of the grammar, or could be read in two ways.
    """
    readings = _readings(text.strip(), tuple(blocks))
    if len(readings) != 1:
        raise ModelError(
            f"the model's text reads in {len(readings)} ways: run `sereno model verify`"
        )
    return readings[0]


def _readings(text: str, blocks: tuple[Block, ...]) -> list[tuple[Sentence, ...]]:
    """Every way in which `text` comes from `blocks`; two are enough to know that it is unclear."""
    if not blocks:
        return [] if text else [()]
    found: list[tuple[Sentence, ...]] = []
    for said in blocks[0].phrasings:
        rest = text[len(said.text) :]
        if text.startswith(said.text) and (not rest or rest.startswith(" ")):
            found += [(said, *more) for more in _readings(rest.lstrip(" "), blocks[1:])]
    if blocks[0].optional:
        found += _readings(text, blocks[1:])
    return list(dict.fromkeys(found))[:2]
