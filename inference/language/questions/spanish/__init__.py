"""The words of Spanish questions. Lower case, without accents; * stands for any ending.

Each phrase stands in one table, and each table holds the phrases of one meaning, parted by "|".
"""

from collections.abc import Mapping

from inference.language.questions.notions import Sense
from inference.language.questions.spanish.asking import ASKING
from inference.language.questions.spanish.fillers import FILLERS
from inference.language.questions.spanish.forms import FORMS
from inference.language.questions.spanish.periods import PERIODS
from inference.language.questions.spanish.places import PATTERNS
from inference.language.questions.spanish.records import RECORDS, RESPONSES, SCORES
from inference.language.questions.spanish.refusals import REFUSALS
from inference.language.questions.spanish.sides import SIDES
from inference.language.questions.spanish.signals import EVENTS, TOPICS, WELL
from inference.language.questions.spanish.unrecorded import UNRECORDED

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
]

PHRASES: Mapping[Sense, str] = {
    **ASKING,
    **SIDES,
    **RECORDS,
    **REFUSALS,
    Sense.UNRECORDED: "|".join(UNRECORDED.values()),
    **FILLERS,
}
