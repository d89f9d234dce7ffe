"""Which tool does what. Whatever a question says, no other function is ever called for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sereno.domain.evidence import Window
from sereno.domain.patients import SpO2Scale
from sereno.domain.questions import Aspect, Call, Finding, Scope, Stretch, Tool, Topic
from sereno.domain.surveillance import Direction
from sereno.scoring.limits import SCALE_2_TARGET
from sereno.scoring.questions.comparing import compare, sides
from sereno.scoring.questions.events import episodes, now
from sereno.scoring.questions.noted import notes
from sereno.scoring.questions.periods import LONGEST, moment_of, window_of
from sereno.scoring.questions.record import Looking, Record
from sereno.scoring.questions.scores import protocol, score
from sereno.scoring.questions.values import extremes, gaps, vitals
from sereno.scoring.questions.warnings import alarms

_TOOLS: Mapping[Tool, Callable[[Call, Looking], Finding]] = MappingProxyType(
    {
        Tool.VITALS: vitals,
        Tool.EXTREMES: extremes,
        Tool.EPISODES: episodes,
        Tool.SCORE: score,
        Tool.COMPARE: compare,
        Tool.ALARMS: alarms,
        Tool.GAPS: gaps,
        Tool.PROTOCOL: protocol,
        Tool.NOTES: notes,
    }
)


def settled(call: Call, record: Record) -> Call:
    """The call with its limit said, where it asks for the usual one of a patient on scale 2."""
    low = call.direction is not Direction.HIGH
    if record.patient.spo2_scale is SpO2Scale.SCALE_1 or call.limit is not None or not low:
        return call
    if call.tool not in (Tool.EPISODES, Tool.VITALS) or call.topics != (Topic.SATURATION,):
        return call
    return replace(call, direction=Direction.LOW, limit=float(SCALE_2_TARGET))


def scope_of(call: Call, record: Record) -> Scope:
    """What stretches of the record `find` looks at, to be told with the answer."""
    zone = ZoneInfo(record.zone)
    if call.tool is Tool.WARD:
        return scope_of(call.of, record) if call.of else Scope(record.at, record.zone)
    if call.tool is Tool.COMPARE:
        later, earlier, moments = sides(
            call, Looking(record, window_of(call.period, record.at, zone))
        )
        if moments:
            start = earlier.start if call.against is None else earlier.end
            later, earlier = Window(later.end, later.end), Window(start, start)
        return Scope(record.at, record.zone, later, earlier)
    if call.period.moment or _of_now(call):
        moment = moment_of(call.period, record.at, zone)
        return Scope(
            record.at, record.zone, None if moment == record.at else Window(moment, moment)
        )
    usual = {"usual": LONGEST} if call.tool is Tool.NOTES else {}
    return Scope(record.at, record.zone, window_of(call.period, record.at, zone, **usual))


def _of_now(call: Call) -> bool:
    """Whether the call asks for what is true at the moment of the question."""
    unsaid = call.period.stretch in (Stretch.UNSAID, Stretch.NOW)
    if call.aspect is Aspect.NOW or call.tool is Tool.PROTOCOL:
        return True
    if call.tool is Tool.SCORE:
        return unsaid and call.aspect not in (Aspect.HIGHEST, Aspect.LOWEST)
    if call.tool is Tool.GAPS:
        return call.aspect is Aspect.LATEST
    if call.tool is Tool.VITALS:
        return unsaid and call.aspect is not Aspect.RANGE
    return call.tool is Tool.ALARMS and unsaid and call.aspect is not Aspect.WHEN


def find(call: Call, record: Record) -> Finding:
    """What the tool that `call` names finds about one patient. Raises KeyError for the ward's."""
    usual = {"usual": LONGEST} if call.tool is Tool.NOTES else {}
    window = window_of(call.period, record.at, ZoneInfo(record.zone), **usual)
    if call.aspect is Aspect.NOW:
        return now(call, Looking(record, window))
    return _TOOLS[call.tool](call, Looking(record, window))
