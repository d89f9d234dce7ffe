"""A model of our own making."""

import json
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Made:
    text: str
    finished: bool = True
    tokens: int = 30
    steps: int = 4
    prefill_ms: float = 1.0
    decode_ms: float = 2.0


class FirstChoice:
    """Takes the first choice of every rule, as long as nobody stops it."""

    provider = "cpu"

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.bounds: list[int] = []

    def complete(
        self,
        prompt: str,
        grammar: str | None = None,
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        seed: int = 0,
        stop: Callable[[], bool] = lambda: False,
    ) -> Made:
        assert grammar is not None
        self.prompts.append(prompt)
        self.bounds.append(max_tokens)
        rules = [line.split(": ", 1)[1] for line in grammar.splitlines()[1:]]
        firsts = [json.JSONDecoder().raw_decode(rule)[0] for rule in rules]
        return Made("".join(firsts), finished=not stop())
