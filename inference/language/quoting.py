"""Words of a note between quotation marks, to the letter."""

from typing import Final

# The marks, and what may not stand between them, lest a quotation seem to end before it does.
_MARKS: Final = (('"', '"', '"“”„‟″‶〝〞＂'), ("«", "»", "«»《》"))
_NEXT_LINE: Final = " / "  # as verse is quoted


def quoted(text: str) -> str:
    """Each line of `text` between marks that it does not hold itself."""
    fitting = [marks for marks in _MARKS if not any(sign in marks[2] for sign in text)]
    opening, closing, _ = (fitting or _MARKS)[0]
    return _NEXT_LINE.join(f"{opening}{line}{closing}" for line in text.split("\n"))
