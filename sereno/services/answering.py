"""From a question to a verified answer; closed to whatever does not verify."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sereno.domain.errors import InvalidEntry, ModelError
from sereno.domain.evidence import Draft, Evidence, Form, Sentence
from sereno.domain.questions import (
    Answer,
    Call,
    Finding,
    Lead,
    Outcome,
    Part,
    Period,
    Polarity,
    Reading,
    Tool,
)
from sereno.domain.vitals import Language
from sereno.ports import AnswerVerifier, LeadWriter, QuestionReader, ReadAsWriter, TextGenerator
from sereno.scoring.questions.building import silent
from sereno.scoring.questions.periods import window_of
from sereno.scoring.questions.record import Looking, Record
from sereno.scoring.questions.tools import find, scope_of, settled
from sereno.scoring.questions.ward import ask_ward
from sereno.services.author import UNVERIFIED

LONGEST_QUESTION: Final = 400
_VERDICTS: Final = frozenset(
    {Polarity.YES, Polarity.NO, Polarity.NONE_RECORDED, Polarity.COUNT, Polarity.UNCERTAIN}
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Who writes the sentences: the model where `generator` gives one, else the template."""

    generator: Callable[[], TextGenerator] | None = None
    deadline: datetime | None = None
    reason: str | None = None  # why the template writes though a model should


class Answering:
    """Reads a question, has the record looked up, and puts the answer into verified words."""

    def __init__(
        self,
        reader: QuestionReader,
        template: TextGenerator,
        verifier: AnswerVerifier,
        lead: LeadWriter,
        read_as: ReadAsWriter,
        now: Callable[[], datetime],
    ) -> None:
        self._reader = reader
        self._template = template
        self._verifier = verifier
        self._lead = lead
        self._read_as = read_as
        self._now = now

    def answer(
        self, question: str, language: Language, record: Record, writing: Writing | None = None
    ) -> Answer:
        """What the record says of one patient. Raises InvalidEntry for a question out of bounds."""
        started = time.perf_counter()
        text = checked(question)
        reading = self._reader.read(text, language, ward=False)
        call = reading.call
        if call is None or call.tool is Tool.WARD:
            answer = self._without_call(text, language, record, reading)
        else:
            asked = replace(reading, call=settled(call, record))
            answer = self._called(text, language, record, asked, writing or Writing())
        return replace(answer, seconds=time.perf_counter() - started)

    def answer_ward(self, question: str, language: Language, records: Sequence[Record]) -> Answer:
        """What the records of the ward say, in the template's words."""
        started = time.perf_counter()
        text = checked(question)
        reading = self._reader.read(text, language, ward=True)
        if reading.call is None or not records:
            answer = self._plain(text, language, reading, records)
        else:
            answer = self._of_ward(text, language, reading, records)
        return replace(answer, seconds=time.perf_counter() - started)

    def _called(
        self, question: str, language: Language, record: Record, reading: Reading, writing: Writing
    ) -> Answer:
        call = reading.call or Call(tool=Tool.VITALS)
        found = find(call, record)
        lead = self._lead(careful(found.lead, reading), language)
        draft, reason = self._written(lead, found.evidence, call, language, writing)
        part = Part(
            patient=record.patient.id,
            evidence=found.evidence,
            sentences=draft.sentences,
            notes=found.notes,
        )
        return Answer(
            id=secrets.token_hex(8),
            question=question,
            created=self._now(),
            at=record.at,
            language=language,
            outcome=found.outcome,
            lead=lead,
            read_as=self._read_as(call, scope_of(call, record), language),
            parts=(part,),
            call=call,
            window=window_of(call.period, record.at, ZoneInfo(record.zone)),
            source=draft.source,
            model=draft.model,
            fallback_reason=reason,
        )

    def _written(
        self, lead: str, evidence: Evidence, call: Call, language: Language, writing: Writing
    ) -> tuple[Draft, str | None]:
        """The model's sentences where it writes any that verify, else the template's, and why."""
        reason = writing.reason
        if writing.generator is not None and evidence.facts:
            try:
                draft = writing.generator().write(
                    evidence, language, Form.LINE, deadline=writing.deadline
                )
                if self._verdict(lead, draft.sentences, evidence, call, language):
                    return draft, None
                _log.error("a generated answer did not verify")
                reason = UNVERIFIED
            except ModelError as error:
                reason = str(error)
        draft = self._template.write(evidence, language, Form.LINE, deadline=None)
        if not self._verdict(lead, draft.sentences, evidence, call, language):
            raise ModelError("no answer could be verified against the record; please report it")
        return draft, reason

    def _verdict(
        self,
        lead: str,
        sentences: Sequence[Sentence],
        evidence: Evidence,
        call: Call,
        language: Language,
    ) -> bool:
        return self._verifier.verify(lead, sentences, call, evidence, language).accepted

    def _without_call(
        self, question: str, language: Language, record: Record, reading: Reading
    ) -> Answer:
        """That the record does not say, and what it does hold; or that it is not for the record."""
        if reading.outcome is not Outcome.NOT_RECORDED:
            return self._plain(question, language, reading, [record])
        looking = Looking(record, window_of(Period(), record.at, ZoneInfo(record.zone)))
        found = silent(looking, ())
        lead = self._lead(_refusing(found.lead, reading), language)
        draft, _ = self._written(lead, found.evidence, Call(tool=Tool.VITALS), language, Writing())
        part = Part(patient=record.patient.id, evidence=found.evidence, sentences=draft.sentences)
        plain = self._plain(question, language, reading, [record])
        return replace(plain, parts=(part,), outcome=Outcome.NOT_RECORDED)

    def _plain(
        self, question: str, language: Language, reading: Reading, records: Sequence[Record]
    ) -> Answer:
        """Without facts: that it is not for the record to answer, or not recorded."""
        missing = reading.outcome is Outcome.NOT_RECORDED or not records
        lead = Lead(Polarity.SILENT if missing else Polarity.DECLINED)
        return Answer(
            id=secrets.token_hex(8),
            question=question,
            created=self._now(),
            at=max((record.at for record in records), default=self._now()),
            language=language,
            outcome=Outcome.NOT_RECORDED if missing else Outcome.DECLINED,
            lead=self._lead(_refusing(lead, reading), language),
        )

    def _of_ward(
        self, question: str, language: Language, reading: Reading, records: Sequence[Record]
    ) -> Answer:
        call = reading.call or Call(tool=Tool.WARD)
        asked = call if call.tool is Tool.WARD else Call(tool=Tool.WARD, of=call)
        lead, outcome, found = ask_ward(asked, records)
        parts = []
        for each in found:
            said = "" if each.holds else self._lead(each.finding.lead, language)
            proof = self._lead(each.finding.lead, language)
            parts.append(self._part(each.record, each.call, each.finding, said, proof, language))
        return Answer(
            id=secrets.token_hex(8),
            question=question,
            created=self._now(),
            at=max(record.at for record in records),
            language=language,
            outcome=outcome,
            lead=self._lead(careful(lead, reading), language),
            read_as=self._read_as(asked, scope_of(asked, records[0]), language),
            parts=tuple(parts),
            call=asked,
        )

    def _part(
        self,
        record: Record,
        call: Call,
        found: Finding,
        said: str,
        proof: str,
        language: Language,
    ) -> Part:
        """One patient's line; `proof` is the lead that the facts must bear out for it."""
        lead = "" if call.tool is Tool.WARD else proof
        draft, _ = self._written(lead, found.evidence, call, language, Writing())
        return Part(
            patient=record.patient.id,
            evidence=found.evidence,
            sentences=draft.sentences,
            label=record.patient.label,
            lead=said,
        )


def careful(lead: Lead, reading: Reading) -> Lead:
    """The lead, unless it is a verdict on a question that was not understood for sure."""
    unsure = not reading.sure and lead.polarity in _VERDICTS
    return Lead(Polarity.UNREAD) if unsure else lead


def _refusing(lead: Lead, reading: Reading) -> Lead:
    """The lead of what has no answer: that the record lacks it is not said of what was not read."""
    return lead if reading.sure else Lead(Polarity.UNREAD)


def checked(question: str) -> str:
    """The question without spaces around it. Raises InvalidEntry for one out of bounds."""
    tidy = question.strip()
    if not tidy:
        raise InvalidEntry("the question is empty; type what you want to know")
    if len(tidy) > LONGEST_QUESTION:
        raise InvalidEntry(
            f"a question has {LONGEST_QUESTION} characters at most, not {len(tidy)}; ask it shorter"
        )
    return tidy
