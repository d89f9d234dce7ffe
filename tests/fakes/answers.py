"""Answers that were written beforehand, for the pages."""

from dataclasses import replace

from sereno.domain.questions import Answer, Outcome, Part
from sereno.domain.vitals import Language
from tests.fakes.clock import START
from tests.fakes.texts import summary


class PaperAnswers:
    """Knows one answer, and nothing of what asks for a treatment."""

    def answer(self, patient: str, question: str, language: Language) -> Answer:
        written = summary(patient, START, language)
        declined = "give" in question
        part = Part(patient=patient, evidence=written.evidence, sentences=written.draft.sentences)
        return Answer(
            id="a1", question=question, created=START, at=START, language=language,
            outcome=Outcome.DECLINED if declined else Outcome.ANSWERED,
            lead="That is not for the record to answer." if declined else "Yes.",
            parts=() if declined else (part,),
        )  # fmt: skip

    def ask_ward(self, question: str, language: Language) -> Answer:
        one = self.answer("p2", question, language)
        return replace(one, lead="1.", parts=tuple(replace(p, label="Bed 2") for p in one.parts))
