"""The verifier: an own lexicon, an own reading of numbers, and no code of what writes the texts."""

from inference.language.verification.typed import TypedTextChecker
from inference.language.verification.verifier import ClaimVerifier

__all__ = ["ClaimVerifier", "TypedTextChecker"]
