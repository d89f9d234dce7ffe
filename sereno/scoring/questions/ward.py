"""Questions to the whole ward: who first, for whom something holds, who has the highest."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sereno.domain.questions import Aspect, Call, Finding, Lead, Outcome, Polarity
from sereno.domain.surveillance import ScoreKind
from sereno.scoring.evidence.alarms import alarm_facts
from sereno.scoring.evidence.scores import score_facts
from sereno.scoring.questions.building import finding
from sereno.scoring.questions.periods import window_of
from sereno.scoring.questions.record import Looking, Record
from sereno.scoring.questions.tools import find, settled
from sereno.scoring.urgency import urgency

RANKED = 3  # patients of an order that are told
LACKING = 3  # patients of whom nothing is known, who are told beside those for whom it holds
ALARMS_TOLD = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about one patient, and whether what was asked holds for them."""

    record: Record
    call: Call
    finding: Finding
    holds: bool


def ask_ward(call: Call, records: Sequence[Record]) -> tuple[Lead, Outcome, list[Found]]:
    """The lead, and the patients in the order in which they are told."""
    if call.of is None:
        return _first(call, records)
    asked = [_asked(call.of, record) for record in records]
    if call.aspect in (Aspect.HIGHEST, Aspect.LOWEST):
        return _ordered(call, asked)
    holds = [each for each in asked if each.holds]
    unknown = [each for each in asked if not each.holds and _lacking(each)]
    if not holds and len(unknown) == len(asked):
        return Lead(Polarity.SILENT), Outcome.NOT_RECORDED, unknown[:LACKING]
    if holds:
        return _ward_lead(call, len(holds)), Outcome.ANSWERED, [*holds, *unknown[:LACKING]]
    lead = Polarity.NONE_RECORDED if unknown else Polarity.NO
    return Lead(lead), Outcome.ANSWERED, unknown[:LACKING]


def _ward_lead(call: Call, number: int) -> Lead:
    if call.aspect is Aspect.HOW_OFTEN:
        return Lead(Polarity.COUNT, number)
    return Lead(Polarity.YES if call.aspect is Aspect.WHETHER else Polarity.TOLD)


def _asked(call: Call, record: Record) -> Found:
    mine = settled(call, record)
    result = find(mine, record)
    return Found(record, mine, result, result.lead.polarity is Polarity.YES)


def _lacking(found: Found) -> bool:
    unsure = (Polarity.SILENT, Polarity.NONE_RECORDED, Polarity.UNCERTAIN)
    return found.finding.lead.polarity in unsure


def _ordered(call: Call, asked: Sequence[Found]) -> tuple[Lead, Outcome, list[Found]]:
    known = [each for each in asked if each.finding.outcome is Outcome.ANSWERED]
    if not known:
        return Lead(Polarity.SILENT), Outcome.NOT_RECORDED, list(asked[:LACKING])
    sign = 1 if call.aspect is Aspect.LOWEST else -1
    known.sort(key=lambda each: sign * (each.finding.evidence.facts[0].value or 0.0))
    return Lead(Polarity.TOLD), Outcome.ANSWERED, known[:RANKED]


def _first(call: Call, records: Sequence[Record]) -> tuple[Lead, Outcome, list[Found]]:
    """The order of the ward's screen, with the score and the most urgent alarms of each."""
    ranked = sorted((_standing(call, record) for record in records), key=lambda each: each[0])
    return Lead(Polarity.TOLD), Outcome.ANSWERED, [found for _, found in ranked[:RANKED]]


def _standing(call: Call, record: Record) -> tuple[tuple[object, ...], Found]:
    window = window_of(call.period, record.at, ZoneInfo(record.zone))
    looking = Looking(record, window)
    scores = record.scores(window.start, record.at, ScoreKind.NEWS2)
    score = looking.score
    alarms = [each for each in record.alarms(window.start, record.at) if each.active]
    signals = [each.signal for each in alarms if each.signal]
    facts = score_facts([score] if score else [])
    facts += alarm_facts(looking.case(signals), alarms, scores)[:ALARMS_TOLD]
    lead = Lead(Polarity.TOLD if facts else Polarity.SILENT)
    result = finding(looking, facts, lead)
    rank = (*urgency(score, alarms), record.patient.label.casefold())
    return rank, Found(record, call, result, holds=True)
