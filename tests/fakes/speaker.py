"""A model that says what a test wants, one word a step."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from sereno.domain.completion import Asked, Finish, Step
from sereno.domain.errors import SerenoError


@dataclass
class Speaker:
    """Implements TextModel."""

    words: tuple[str, ...] = ("All", " is", " calm", ".")
    name: str = "speaker"
    error: SerenoError | None = None
    during: Callable[[int], None] = lambda _: None
    heard: list[Asked] = field(default_factory=list)
    closed: int = 0

    def write(self, asked: Asked) -> Generator[Step, None, None]:
        self.heard.append(asked)
        try:
            yield Step(prompt_tokens=3)
            if self.error:
                raise self.error
            for made, word in enumerate(self.words[: asked.max_tokens], 1):
                self.during(made)
                yield Step(text=word, prompt_tokens=3, tokens=made)
            cut = len(self.words) > asked.max_tokens
            tokens = min(len(self.words), asked.max_tokens)
            yield Step(prompt_tokens=3, tokens=tokens, finish=Finish.LENGTH if cut else Finish.STOP)
        finally:
            self.closed += 1
