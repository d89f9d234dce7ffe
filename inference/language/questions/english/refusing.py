"""What the record does not hold, and what is not for it, in English."""

from collections.abc import Mapping

from inference.language.questions.english.advice import (
    ADVICE,
    ILLNESS,
    SHOULD,
    TREAT,
    TREATMENT,
)
from inference.language.questions.english.orders import INSTRUCTION, OFF_TOPIC
from inference.language.questions.english.unrecorded import UNRECORDED
from inference.language.questions.notions import Sense

REFUSING: Mapping[Sense, str] = {
    Sense.SHOULD: SHOULD,
    Sense.TREAT: TREAT,
    Sense.ADVICE: ADVICE,
    Sense.TREATMENT: TREATMENT,
    Sense.ILLNESS: ILLNESS,
    Sense.OFF_TOPIC: OFF_TOPIC,
    Sense.INSTRUCTION: INSTRUCTION,
    Sense.UNRECORDED: UNRECORDED,
}
