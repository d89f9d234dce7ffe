"""What is not answered, and why: it is not for the record, or the record does not hold it.

The nouns of a question do not tell the two apart, since what was given may be asked by the same
words as what to give. The form of its sentence does.
"""

from inference.language.questions.lexing import Read
from inference.language.questions.notions import Form, Sense
from sereno.domain.questions import Outcome, Reading, Topic

DECLINED = Reading(None, Outcome.DECLINED)
NOT_RECORDED = Reading(None, Outcome.NOT_RECORDED)
# Asked for with "should I": what the protocol says, and whom to see.
_TO_BE_DONE = (Sense.PROTOCOL, Sense.RESPONSE, Sense.FIRST, Sense.WHO, Sense.WHICH_BED)
_DOING = frozenset(["que hago", "que hacemos", "como actuo", "como actuar", "que procede"])
# Of which the record says where they come from.
_EXPLAINED = (
    Sense.SCORE, Sense.PROTOCOL, Sense.RESPONSE, Sense.ALARM, Sense.MISSING, Sense.MEASURED,
)  # fmt: skip
# Ask for the parts of a score; of anything else, what it holds.
_PARTS = ("que parametro", "que signo", "que variable", "que item", "que constante", "que criterio")
_MEASURABLE = (Sense.TOPIC, Sense.EVENT, Sense.SCORE, Sense.ALARM, Sense.ALL_TOPICS)
_HELD_NOWHERE = (Sense.UNRECORDED, Sense.TREATMENT, Sense.ILLNESS)
_PAST = (Sense.HAPPENED, Sense.LATEST, Sense.WHEN, Sense.LAST_TIME, Sense.STILL)
# Of the patient, the ward or the record, whatever it is that is asked of them.
_CLINICAL = (
    Sense.TOPIC, Sense.EVENT, Sense.SCORE, Sense.PERIOD, Sense.MEASURED, Sense.HAPPENED,
    Sense.PATIENT, Sense.LATEST, Sense.STILL, Sense.HOW_LONG, Sense.ANYONE, Sense.WHEN,
)  # fmt: skip
_COPULAS = frozenset({"is", "are", "am", "do", "does", "es", "son", "hace"})
_MOST_STRANGE = 3  # words; with more it may be of another language
_MANNERS = (Sense.QUERY, Sense.HOW_MANY)


def refused(read: Read) -> Reading | None:
    """How it is refused, if that can be told before it is read as a call."""
    if read.has(Sense.OFF_TOPIC) or _to_the_machine(read) or _to_learn(read):
        return DECLINED
    if read.has(Sense.NOTE):
        return None
    done = read.has(*_TO_BE_DONE) and not read.has(*_HELD_NOWHERE)
    should = read.has(Sense.SHOULD) or _for_counsel(read)
    beyond = (
        read.has(Sense.ADVICE), should and not done, _to_name_an_illness(read), _cause(read),
        _supposed(read), _several_beds(read), _what_to_do(read),
    )  # fmt: skip
    if any(beyond):
        return DECLINED
    if read.has(*_HELD_NOWHERE):
        return DECLINED if _to_choose(read) else NOT_RECORDED
    oxygen = Topic.OXYGEN in read.about(Sense.TOPIC) and not read.has(Sense.ABOVE)
    return DECLINED if oxygen and _to_treat(read) else None


def not_understood(read: Read) -> Reading:
    """It asks of the patient, as far as it is understood, or of nothing that is known here."""
    outcome = Outcome.NOT_RECORDED if _of_somebody(read) else Outcome.DECLINED
    return Reading(None, outcome, sure=False)


def _of_somebody(read: Read) -> bool:
    """Whether it tells of a patient or the ward: by a word of theirs, or as such questions do.

    "Is she ...?", "has the ... gone up?" and "has she ...?" do; "what is ...?" asks of anything.
    """
    if read.has(*_CLINICAL):
        return True
    if len(read.unknown) > _MOST_STRANGE:
        return False
    verbs = [n.words for n in read.notions if n.sense is Sense.IS]
    told = [n for n in read.notions if n.sense not in _MANNERS]
    opens = bool(told) and told[0].sense is Sense.IS and not read.has(*_MANNERS)
    return opens or any(words not in _COPULAS for words in verbs) or _tells_a_fact(read)


def _tells_a_fact(read: Read) -> bool:
    return Form.FACT in read.forms and Form.ADDRESSED not in read.forms


def _to_the_machine(read: Read) -> bool:
    """Whether it orders something, or asks of whoever answers, and of nothing that is measured."""
    addressed = Form.ADDRESSED in read.forms and not read.has(*_MEASURABLE)
    return addressed or Form.ORDER in read.forms


def _to_learn(read: Read) -> bool:
    """Whether it asks for general knowledge, and not of somebody."""
    somebody = read.has(Sense.PATIENT, Sense.PERIOD, *_PAST)
    topical = Form.TOPICAL in read.forms and read.has(*_HELD_NOWHERE) and not somebody
    measured = read.has(*_MEASURABLE) and (somebody or read.has(Sense.NOW))
    lesson = Form.LIKE_LESSON in read.forms and not measured
    return topical or lesson or Form.LESSON in read.forms


def _for_counsel(read: Read) -> bool:
    """Whether its form asks what to do; a looser one only where nothing measured is named."""
    loose = Form.LIKE_COUNSEL in read.forms and not read.has(*_MEASURABLE)
    return loose or Form.COUNSEL in read.forms


def _to_name_an_illness(read: Read) -> bool:
    """Whether a diagnosis is asked for; that of an illness in the past was made by others."""
    return read.has(Sense.ILLNESS) and Form.HISTORY not in read.forms


def _to_choose(read: Read) -> bool:
    """Whether it asks what to give or to plan, and not what was."""
    told = Form.FACT in read.forms or Form.HISTORY in read.forms or read.has(*_PAST)
    planned = read.has(Sense.TREATMENT) and (not told or read.has(Sense.NORMAL))
    return planned or read.has(Sense.BETTER) or _to_treat(read)


def _to_treat(read: Read) -> bool:
    """Whether it asks what to give, and not what was given."""
    chosen = any(n.words.startswith("recommend") for n in read.notions)
    done = read.has(Sense.HAPPENED, Sense.THAN, Sense.DIFFER)
    return (chosen or read.has(Sense.TREAT)) and not done


def _supposed(read: Read) -> bool:
    """Whether it begins with a condition: what would be so is no matter of record."""
    return bool(read.notions) and read.notions[0].words == "if"


def _several_beds(read: Read) -> bool:
    """Whether two patients are named: one is looked at, or the whole ward."""
    labels = {n.about for n in read.notions if n.sense is Sense.PATIENT} - {None, ""}
    return len(labels) > 1


def _what_to_do(read: Read) -> bool:
    """Whether it is asked what to do about a value, and not what the protocol says."""
    doing = [n for n in read.notions if n.sense is Sense.PROTOCOL]
    bare = bool(doing) and all(n.words in _DOING for n in doing)
    return bare and read.has(Sense.TOPIC, Sense.EVENT) and not read.has(Sense.SCORE, Sense.RESPONSE)


def _cause(read: Read) -> bool:
    """Whether it asks why something is so: only a score and an alarm have reasons in the record."""
    whys = (n.words for n in read.notions if n.sense is Sense.WHY)
    asked = any(not words.startswith(_PARTS) for words in whys) or Form.CAUSE in read.forms
    return asked and not read.has(*_EXPLAINED)
