"""The words of English questions. Lower case, without accents; * stands for any ending."""

from collections.abc import Mapping

from inference.language.questions.english.asking import ASKING
from inference.language.questions.english.forms import FORMS
from inference.language.questions.english.harmless import HARMLESS
from inference.language.questions.english.named import PATTERNS
from inference.language.questions.english.periods import PERIODS
from inference.language.questions.english.refusing import REFUSING
from inference.language.questions.english.signals import EVENTS, RESPONSES, SCORES, TOPICS, WELL
from inference.language.questions.english.typed import rewritten
from inference.language.questions.notions import Sense

__all__ = [
    "EVENTS",
    "FORMS",
    "PATTERNS",
    "PERIODS",
    "PHRASES",
    "RESPONSES",
    "SCORES",
    "TOPICS",
    "WELL",
    "rewritten",
]

PHRASES: Mapping[Sense, str] = {**ASKING, **REFUSING, **HARMLESS}
