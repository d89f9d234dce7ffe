"""Stub."""

from inference.evaluation.reference.facts import Expected as Expected


def expected(observations: object, window: object) -> tuple[Expected, ...]:
    """Stub."""
    raise NotImplementedError
