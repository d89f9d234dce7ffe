"""Ending a text before the first of its stop sequences, though it arrives in pieces."""

from collections.abc import Sequence


class Stops:
    """Passes a text on as far as it is sure that no stop sequence begins there."""

    def __init__(self, sequences: Sequence[str]) -> None:
        self._sequences = [each for each in sequences if each]
        self._held = ""
        self.met = False

    def passed(self, piece: str) -> str:
        """What may be told now that `piece` has come. After a stop sequence: nothing more."""
        if self.met:
            return ""
        text = self._held + piece
        places = [at for each in self._sequences if (at := text.find(each)) >= 0]
        if places:
            self.met, self._held = True, ""
            return text[: min(places)]
        keep = self._begun(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def rest(self) -> str:
        """What was held back, once the text has ended."""
        held, self._held = self._held, ""
        return held

    def _begun(self, text: str) -> int:
        """How long the longest end of `text` is that a stop sequence begins with."""
        return max(
            (
                length
                for each in self._sequences
                for length in range(1, min(len(each), len(text) + 1))
                if text.endswith(each[:length])
            ),
            default=0,
        )
