"""What a word of a question can mean, whatever its language."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from sereno.domain.questions import Topic
from sereno.domain.surveillance import Direction


class Sense(Enum):
    """The senses of words and phrases. Each lexicon lists the phrases of its language by them."""

    TOPIC = auto()  # argument: a Topic
    ALL_TOPICS = auto()
    EVENT = auto()  # argument: (Topic, Direction): a word for what lies beyond a usual limit
    WELL = auto()  # argument: a Topic: a word for its being within the usual limits
    HIGHEST = auto()
    LOWEST = auto()
    UPWARD = auto()  # high, rise, went up: the word alone names no limit
    DOWNWARD = auto()
    ABOVE = auto()  # a number may follow
    BELOW = auto()
    AT_LEAST = auto()  # the limit counts as beyond it
    AT_MOST = auto()
    RANGE = auto()
    LATEST = auto()
    NOW = auto()
    STILL = auto()
    HAPPENED = auto()  # a verb form that asks about the past
    IS = auto()  # a verb form that asks about the present
    WHEN = auto()
    HOW_LONG = auto()
    HOW_OFTEN = auto()
    HOW_MANY = auto()
    WHY = auto()
    WHO = auto()
    WHICH_BED = auto()
    ANYONE = auto()
    FIRST = auto()
    WORSE = auto()
    BETTER = auto()
    MORE = auto()  # of what is compared: "more than"
    LESS = auto()
    DIFFER = auto()  # compared, changed, trend
    RISING = auto()
    FALLING = auto()
    THAN = auto()
    ALARM = auto()
    OPEN = auto()
    SCORE = auto()  # argument: a ScoreKind
    PROTOCOL = auto()
    RESPONSE = auto()  # argument: a Response
    LONGEST = auto()
    MEASURED = auto()
    MISSING = auto()
    LAST_TIME = auto()
    SINCE_WHEN = auto()
    NOTE = auto()
    NORMAL = auto()
    NOT = auto()
    PERIOD = auto()  # argument: a Period
    ADVICE = auto()
    OFF_TOPIC = auto()
    INSTRUCTION = auto()  # an order to the machine: questions hold none
    UNRECORDED = auto()  # what no signal of the vocabulary holds
    TREATMENT = auto()  # what may be given or planned: what was is not recorded, what to is advice
    ILLNESS = auto()  # an illness by name: a diagnosis, unless it is one of the past
    CONDITION = auto()  # how somebody is, on the whole
    NUMBER = auto()  # argument: a float
    QUERY = auto()  # asks for something: what, which, tell me
    PATIENT = auto()  # a word for whom it is about; argument: the bed, "" where a name is told
    SHOULD = auto()  # asks what to do: advice, unless the protocol or an order of patients is meant
    STAYED = auto()
    SINCE = auto()
    TREAT = auto()  # a verb of treating that a question begins with: "start pressors?"
    QUOTED = auto()  # words in quotation marks, looked for in notes
    ASIDE = auto()  # a stretch of time that only who asks knows: "while I was on my break"
    FILLER = auto()


class Form(Enum):
    """How a sentence is built, whatever it is about. Each language tells it by its own grammar."""

    COUNSEL = auto()  # asks what is to be done, or whether something may be
    LIKE_COUNSEL = auto()  # may ask for counsel; beside what is measured, for its values
    CAUSE = auto()  # asks what something comes of
    LESSON = auto()  # asks for general knowledge
    LIKE_LESSON = auto()  # may ask for a lesson; of somebody's values, for those
    TOPICAL = auto()  # asks about something as such; of what is measured, its values
    ADDRESSED = auto()  # speaks of whoever answers
    ORDER = auto()  # has something done or said
    FACT = auto()  # tells of what somebody has, gets or got
    HISTORY = auto()  # tells of what was before


@dataclass(frozen=True, slots=True)
class Notion:
    """A sense with its argument, and the words that said it."""

    sense: Sense
    about: object = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What a word for an event says: beyond which side of what."""

    topic: Topic
    direction: Direction


def one_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """What matches where any of `patterns` does: of a Form, in either language."""
    return re.compile("|".join(patterns))
