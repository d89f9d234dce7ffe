"""Reads questions by lexicon and rule: what is sure becomes a call, and nothing else does.

What is not for the record goes first. Whatever a question orders, only one of the tools can come
of it, and all of them read alone.
"""

from dataclasses import replace

from inference.language.questions.doubts import compares, sure
from inference.language.questions.lexing import LONGEST_QUESTION, Read, lex, plain
from inference.language.questions.notions import Sense
from inference.language.questions.patient import PatientQuestion
from inference.language.questions.refusing import (
    DECLINED,
    NOT_RECORDED,
    not_understood,
    refused,
)
from inference.language.questions.ward import WardQuestion
from sereno.domain.questions import Reading, Tool, Topic
from sereno.domain.vitals import Language

_MOST_UNKNOWN = 2  # words; with more nobody knows what is asked
_LINES = frozenset({"art line", "arterial line", "linea arterial"})
_PRESSURES = (Topic.PRESSURE, Topic.DIASTOLIC, Topic.MEAN_PRESSURE)
_ONES = frozenset({"which one", "which ones"})
_WHOM = frozenset({"who", "whom"})


class LexicalReader:
    """Implements QuestionReader with lexicons; the other language is tried where one fails."""

    def read(self, question: str, language: Language, *, ward: bool) -> Reading:
        """A call of one tool, or the outcome that the question has without one."""
        if len(question) > LONGEST_QUESTION:
            return DECLINED
        read = {each: _apart(lex(question, each)) for each in Language}
        if any(_ordered(each, question, mended=of is language) for of, each in read.items()):
            return DECLINED
        best = min(Language, key=lambda each: (len(read[each].unknown), each is not language))
        first = _reading(read[language], ward=ward)
        if first.call is not None or best is language:
            return first
        other = _reading(read[best], ward=ward)
        return first if first.sure and other.call is None else other


def _ordered(read: Read, question: str, *, mended: bool) -> bool:
    """Whether it is an order to the machine; one in the other language must be spelt rightly."""
    said = plain(question)
    orders = (each for each in read.notions if each.sense is Sense.INSTRUCTION)
    return any(mended or each.words in said for each in orders)


def _reading(read: Read, *, ward: bool) -> Reading:
    """The call, unless it is not for the record or too much of it means nothing here."""
    outcome = refused(read)
    if outcome is not None:
        return outcome
    if not ward and _asks_which_patient(read):
        if _who_did(read):
            return NOT_RECORDED
        ward_meant = (Sense.TOPIC, Sense.EVENT, Sense.SCORE, Sense.FIRST, Sense.WHICH_BED)
        return DECLINED if read.has(*ward_meant) else not_understood(read)
    call = (WardQuestion if ward else PatientQuestion)(read, ward).call()
    unlike = call is not None and call.tool is not Tool.COMPARE and not ward and compares(read)
    searched = call is not None and call.tool is Tool.NOTES
    if call is None or unlike or not (searched or _enough(read)):
        return DECLINED if read.has(Sense.SHOULD) else not_understood(read)
    return Reading(call, sure=sure(read, call) and (ward or not _names_somebody(read)))


def _names_somebody(read: Read) -> bool:
    """Whether a bed or a name is told: it may be of another patient than the one looked at."""
    return any(n.sense is Sense.PATIENT and n.about is not None for n in read.notions)


def _asks_which_patient(read: Read) -> bool:
    """Whether it asks which patient, though there is but one; "which one" may be an alarm."""
    return read.has(Sense.WHICH_BED) or any(
        n.sense is Sense.WHO
        and not (n.words in _ONES and read.has(Sense.ALARM, Sense.MISSING))
        and not (n.words in _WHOM and read.has(Sense.PROTOCOL))
        for n in read.notions
    )


def _apart(read: Read) -> Read:
    """What is asked about, apart from what it is measured by or on."""
    return _air_apart(_line_apart(read))


def _line_apart(read: Read) -> Read:
    """A line is what a pressure is measured by, where one is asked about."""
    if not set(_PRESSURES) & set(read.about(Sense.TOPIC)):
        return read
    kept = [n for n in read.notions if n.sense is not Sense.UNRECORDED or n.words not in _LINES]
    return replace(read, notions=tuple(kept))


def _air_apart(read: Read) -> Read:
    """Room air is what is asked about, or what a value beside it was measured on."""
    air = [n for n in read.notions if n.sense is Sense.WELL and n.about is Topic.OXYGEN]
    if not air:
        return read
    named = {n.about for n in read.notions if n.sense is Sense.TOPIC} - {Topic.OXYGEN}
    if named <= {Topic.BREATHING} and not read.has(Sense.EVENT, Sense.NUMBER):
        kept = [n for n in read.notions if n.sense is not Sense.TOPIC]
        return replace(read, notions=tuple(kept))
    beside = [replace(n, sense=Sense.TOPIC) if n in air else n for n in read.notions]
    return replace(read, notions=tuple(beside))


def _who_did(read: Read) -> bool:
    """Whether it is asked who did something; else the ward is meant, which is not asked here."""
    done = read.has(Sense.HAPPENED, Sense.MEASURED, Sense.LATEST)
    return done and not read.has(Sense.EVENT, Sense.SCORE, Sense.ALARM, Sense.FIRST)


def _enough(read: Read) -> bool:
    """Whether most of the question is understood."""
    unknown = len(read.unknown)
    known = sum(notion.sense is not Sense.PATIENT for notion in read.notions)
    return unknown <= _MOST_UNKNOWN and unknown <= known
