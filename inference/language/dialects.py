"""The same blocks in the notations of other servers, and the texts that come back.

`lark` is ours, `gbnf` llama.cpp's, which vLLM's xgrammar reads too; `json_schema` is OpenAI's own
`response_format`, which most servers hold a decoder to; with `marks` nothing holds it, and each
sentence ends with what it cites. Whatever comes back is judged by the verifier in any case.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import groupby, takewhile
from typing import Any, Final

from inference.language.grammar import lark, parse
from inference.language.phrases import Block
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Sentence

# What a note says between quotation marks marks nothing.
_MARKED: Final = re.compile(
    r"""\s*((?:"[^"\n]*"|«[^»\n]*»|[^"«])*?)\s*\[\s*([^\[\]]+?)\s*\]""", re.DOTALL
)


class Dialect(StrEnum):
    """How a server is told what its text may be."""

    LARK = "lark"  # Sereno
    GBNF = "gbnf"  # llama-server, llama-cpp-python
    VLLM = "vllm"  # vLLM 0.12 and newer
    JSON_SCHEMA = "json_schema"  # OpenAI's response_format: TGI, Ray Serve, older vLLM
    NONE = "none"


def fields(dialect: Dialect, blocks: Sequence[Block]) -> dict[str, Any]:
    """What is added to a request, so that the server holds its decoder to `blocks`."""
    if dialect is Dialect.LARK:
        return {"grammar": lark(blocks)}
    if dialect is Dialect.GBNF:
        return {"grammar": gbnf(blocks)}
    if dialect is Dialect.VLLM:
        return {"structured_outputs": {"grammar": gbnf(blocks)}}
    if dialect is Dialect.JSON_SCHEMA:
        wanted = {"name": "summary", "strict": True, "schema": json_schema(blocks)}
        return {"response_format": {"type": "json_schema", "json_schema": wanted}}
    return {}


def read(dialect: Dialect, text: str, blocks: Sequence[Block]) -> tuple[Sentence, ...]:
    """The sentences of a server's answer, each with what it cites.

    Raises ModelError where it did not keep to what it was told.
    """
    if dialect is Dialect.NONE:
        return marked(text)
    try:
        return from_json(text, blocks) if dialect is Dialect.JSON_SCHEMA else parse(text, blocks)
    except ModelError as exc:
        raise ModelError(
            "the server did not keep to the grammar; set SERENO_GENERATOR_GRAMMAR to one it keeps"
        ) from exc


def gbnf(blocks: Sequence[Block]) -> str:
    """The texts of `lark(blocks)` in llama.cpp's notation.

    Phrasings that begin alike share their beginning: llama.cpp follows every alternative apart,
    and would be many times slower with them side by side.
    """
    order = " ".join(f"s{n}?" if block.optional else f"s{n}" for n, block in enumerate(blocks))
    rules = [
        f"s{n} ::= {_factored([f' {said.text}' for said in block.phrasings])}"
        for n, block in enumerate(blocks)
    ]
    return "\n".join([f"root ::= {order}", *rules])


def _factored(texts: list[str]) -> str:
    """An expression for any of `texts`, common beginnings told once."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(min(texts), max(texts), strict=False))
    shared = "".join(one for one, _ in alike)
    tails = [text[len(shared) :] for text in texts]
    head = json.dumps(shared, ensure_ascii=False)
    by_first = {first: list(group) for first, group in groupby(sorted(tails), lambda t: t[:1])}
    may_end = by_first.pop("", None) is not None
    if not by_first:
        return head
    inner = "(" + " | ".join(_factored(group) for group in by_first.values()) + ")"
    return f"{head} {inner}{'?' if may_end else ''}"


def json_schema(blocks: Sequence[Block]) -> dict[str, Any]:
    """An object with a member for each block: one of its phrasings."""
    names = [_member(n) for n in range(len(blocks))]
    choices = [{"enum": [said.text for said in block.phrasings]} for block in blocks]
    must = [name for name, block in zip(names, blocks, strict=True) if not block.optional]
    return {
        "type": "object",
        "properties": dict(zip(names, choices, strict=True)),
        "required": must,
        "additionalProperties": False,
    }


def from_json(text: str, blocks: Sequence[Block]) -> tuple[Sentence, ...]:
    """The sentences of such an object, in the order of the blocks. Raises ModelError."""
    try:
        told = json.loads(text)
    except ValueError as exc:
        raise ModelError("the server's answer is no JSON") from exc
    if not isinstance(told, dict):
        raise ModelError("the server's answer is no JSON object")
    said = [_said(told, _member(n), block) for n, block in enumerate(blocks)]
    return tuple(each for each in said if each is not None)


def _said(told: Mapping[str, Any], name: str, block: Block) -> Sentence | None:
    if name not in told and block.optional:
        return None
    for phrasing in block.phrasings:
        if phrasing.text == told.get(name):
            return phrasing
    raise ModelError("the server's answer holds what was not offered")


def _member(number: int) -> str:
    return f"s{number}"


def marked(text: str) -> tuple[Sentence, ...]:
    """Sentences that each end with the ids of their facts: "Pulse 80/min. [F1, F2]".

    What has no mark cites nothing, and will not verify.
    """
    sentences: list[Sentence] = []
    end = 0
    for found in _MARKED.finditer(text):
        skipped = text[end : found.start()].strip()
        sentences += [Sentence(skipped, ())] if skipped else []
        ids = tuple(each.strip() for each in found[2].split(","))
        sentences.append(Sentence(found[1], ids))
        end = found.end()
    rest = text[end:].strip()
    return (*sentences, Sentence(rest, ())) if rest else tuple(sentences)
