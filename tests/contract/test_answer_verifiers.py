"""What every AnswerVerifier must do with the words of a LeadWriter and the sentences behind them.

Whatever is made false in an answer, a number, a unit, a word or the lead, must be refused.
"""

import re
from collections.abc import Iterator

import pytest

from inference.language.phrases import compose, lead_text
from inference.language.questions.reader import LexicalReader
from inference.language.verification.leads import AnswerClaimVerifier
from sereno.domain.evidence import Form, Sentence
from sereno.domain.questions import Call, Finding, Lead, Polarity
from sereno.domain.vitals import Language
from sereno.ports import AnswerVerifier, LeadWriter
from sereno.scoring.questions.tools import find
from tests.unit.services.test_answering import DIPPING, FEVERISH, WELL, record

VERIFIERS: dict[str, AnswerVerifier] = {"claims": AnswerClaimVerifier()}
WRITERS: dict[str, LeadWriter] = {"phrases": lead_text}
ASKED = (
    ("has he had a fever tonight?", FEVERISH),
    ("any pyrexia overnight?", record(*WELL)),
    ("how many times did she desaturate today?", DIPPING),
    ("how long was the sat below 90?", DIPPING),
    ("range of the heart rate today", FEVERISH),
    ("is the heart rate higher than yesterday?", FEVERISH),
    ("is he worse than yesterday?", FEVERISH),
    ("highest NEWS2 today?", FEVERISH),
    ("qsofa?", record(*WELL)),
    ("is she alert?", record(*WELL)),
    ("was she confused today?", record(*WELL)),
    ("how many alarms were there today?", DIPPING),
    ("any open alarms?", FEVERISH),
    ("when was the temperature last measured?", FEVERISH),
)
# Each becomes the other: what is true of one is false of the other.
SWAPS = {
    Language.ENGLISH: (
        ("below", "above"), ("lowest", "highest"), ("higher", "lower"), ("lower", "the same"),
        ("heart rate", "respiratory rate"), ("high", "medium"), ("median", "highest"),
        ("NEWS2", "qSOFA"), ("not ", ""), ("alert", "unresponsive"), ("any of", "one of"),
    ),
    Language.SPANISH: (
        ("debajo", "encima"), ("mínimo", "máximo"), ("más alto", "más bajo"), ("igual", "más alto"),
        ("frecuencia cardíaca", "frecuencia respiratoria"), ("alta", "media"), ("no por", "por"),
        ("NEWS2", "qSOFA"), ("alerta", "sin respuesta"), ("ninguna", "alguna"),
    ),
}  # fmt: skip
NUMBER = re.compile(r"(?<![A-Za-z])\d+")

pytestmark = [
    pytest.mark.parametrize("verifier", VERIFIERS.values(), ids=VERIFIERS),
    pytest.mark.parametrize("lead", WRITERS.values(), ids=WRITERS),
    pytest.mark.parametrize("language", Language),
    pytest.mark.parametrize("asked", ASKED, ids=[question for question, _ in ASKED]),
]
Asked = tuple[str, object]


def answered(asked: Asked) -> tuple[Call, Finding]:
    question, its = asked
    call = LexicalReader().read(question, Language.ENGLISH, ward=False).call
    assert call is not None
    return call, find(call, its)  # type: ignore[arg-type]


def wordings(found: Finding, language: Language) -> list[tuple[Sentence, ...]]:
    """Every block in its first phrasing, and one by one in each of the others."""
    blocks = compose(found.evidence, language, Form.LINE)
    plain = [block.phrasings[0] for block in blocks]
    others = [
        [*plain[:n], said, *plain[n + 1 :]]
        for n, block in enumerate(blocks)
        for said in block.full[1:]
    ]
    return [tuple(each) for each in [plain, *others]]


def test_every_wording_of_the_facts_is_accepted(
    verifier: AnswerVerifier, lead: LeadWriter, language: Language, asked: Asked
) -> None:
    call, found = answered(asked)
    for sentences in wordings(found, language):
        said = lead(found.lead, language)
        verdict = verifier.verify(said, sentences, call, found.evidence, language)
        assert verdict.refusals == ()


def test_whatever_is_made_false_is_refused(
    verifier: AnswerVerifier, lead: LeadWriter, language: Language, asked: Asked
) -> None:
    call, found = answered(asked)
    said = lead(found.lead, language)
    for sentences in wordings(found, language)[:3]:
        for false in falsified(sentences, language):
            verdict = verifier.verify(said, false, call, found.evidence, language)
            assert not verdict.accepted, [each.text for each in false]


def falsified(
    sentences: tuple[Sentence, ...], language: Language
) -> Iterator[tuple[Sentence, ...]]:
    for n, sentence in enumerate(sentences):
        for text in _false(sentence.text, language):
            yield (*sentences[:n], Sentence(text, sentence.citations), *sentences[n + 1 :])


def _false(text: str, language: Language) -> Iterator[str]:
    for found in NUMBER.finditer(text):
        yield text[: found.start()] + str(int(found[0]) + 1) + text[found.end() :]
    for one, other in SWAPS[language]:
        if re.search(rf"(?<!\w){re.escape(one)}", text):
            yield re.sub(rf"(?<!\w){re.escape(one)}", other, text, count=1)


def test_another_lead_is_refused(
    verifier: AnswerVerifier, lead: LeadWriter, language: Language, asked: Asked
) -> None:
    call, found = answered(asked)
    if found.lead.polarity not in (Polarity.YES, Polarity.NO, Polarity.COUNT):
        return
    number = (found.lead.count or 0) + 1
    others = {
        Polarity.YES: [Lead(Polarity.NO), Lead(Polarity.NONE_RECORDED)],
        Polarity.NO: [Lead(Polarity.YES)],
        Polarity.COUNT: [Lead(Polarity.COUNT, number)],
    }[found.lead.polarity]
    sentences = wordings(found, language)[0]
    for other in others:
        said = lead(other, language)
        assert not verifier.verify(said, sentences, call, found.evidence, language).accepted
