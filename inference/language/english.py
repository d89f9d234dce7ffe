"""English phrasings, as a senior nurse would write them at handover."""

from collections.abc import Callable, Mapping

from inference.language.quoting import quoted
from inference.language.style import Style, Told
from inference.language.words import Words
from sereno.domain.evidence import Fact, FactKind
from sereno.domain.surveillance import Condition, Direction, Response
from sereno.domain.vitals import Signal

# What may open a list of values: fresh ones, and those of an earlier moment.
FRESH_LEADS = ("", "now ", "currently ")
PAST_LEADS = ("at {}: ", "last measured at {}: ")

_NAMES = {
    Signal.HEART_RATE: "heart rate",
    Signal.PULSE_RATE: "pulse rate",
    Signal.SPO2: "SpO2",
    Signal.RESPIRATORY_RATE: "respiratory rate",
    Signal.TEMPERATURE: "temperature",
    Signal.CUFF_SYSTOLIC: "systolic pressure",
    Signal.CUFF_DIASTOLIC: "diastolic pressure",
    Signal.CUFF_MEAN: "mean pressure",
    Signal.INVASIVE_SYSTOLIC: "arterial systolic pressure",
    Signal.INVASIVE_DIASTOLIC: "arterial diastolic pressure",
    Signal.INVASIVE_MEAN: "arterial mean pressure",
    Signal.END_TIDAL_CO2: "end-tidal CO2",
    Signal.FIO2: "FiO2",
    Signal.OXYGEN_FLOW: "oxygen flow",
    Signal.OXYGEN_GIVEN: "supplemental oxygen",
    Signal.CONSCIOUSNESS: "consciousness",
    Signal.GLASGOW_COMA_SCALE: "GCS",
    Signal.GLUCOSE: "glucose",
    Signal.ECG: "ECG",
    Signal.PLETH: "pleth",
    Signal.RESPIRATION: "respiration wave",
    Signal.PRESSURE: "pressure wave",
}
_MINDS = ("alert", "new confusion", "responding to voice", "responding to pain", "unresponsive")
WORDS = Words(
    names=_NAMES,
    channels={Signal.CUFF_SYSTOLIC: "BP", Signal.INVASIVE_SYSTOLIC: "arterial BP"},
    minds=_MINDS,
    room_air="room air",
    responses={
        Response.ROUTINE: "routine monitoring",
        Response.WARD: "ward-based response",
        Response.URGENT_WARD: "urgent ward-based response",
        Response.URGENT: "urgent response",
        Response.EMERGENCY: "emergency response",
    },
    at_least="at least",
    unknown="response unknown",
    up_to="up to",
)
# What the clinical response of NEWS2 asks for (Royal College of Physicians, 2017, chart 4).
_PROTOCOL = {
    Response.ROUTINE: "go on with routine monitoring at least every twelve hours",
    Response.WARD: (
        "have a registered nurse assess the patient and observe at least every four to six hours"
    ),
    Response.URGENT_WARD: (
        "have the ward's medical team review the patient and observe at least hourly"
    ),
    Response.URGENT: (
        "inform the medical team at once for an urgent assessment and observe at least hourly"
    ),
    Response.EMERGENCY: (
        "inform a senior of the medical team at once for an emergency assessment with critical"
        " care skills and monitor continuously"
    ),
}
_NOT_SCORED = {
    "under_16": "under 16 years of age",
    "pregnant": "pregnancy",
    "no_data": "nothing current is known",
}


def _name(signal: Signal | None) -> str:
    return "data" if signal is None else _NAMES[signal]


def _absent(signal: Signal | None) -> str:
    """What is missing when it is not measured: both pressures and not the systolic alone."""
    return "blood pressure" if signal is Signal.CUFF_SYSTOLIC else _name(signal)


def _sides(told: Told) -> tuple[str, str, str]:
    """Went beyond, beyond, and the worst: the words for a fact's direction."""
    if told.fact.direction is Direction.LOW:
        return "fell below", "below", "lowest"
    return "rose above", "above", "highest"


def _change(told: Told) -> tuple[str, ...]:
    start, end = told.time("start"), told.time("end")
    name = _name(told.signal)
    if "within" in told.fact.durations:
        return _change_beside(told)
    if told.signal is Signal.CONSCIOUSNESS:
        before, after = (_MINDS[int(told.fact.values[key])] for key in ("from", "to"))
        return (
            f"consciousness changed from {before} at {start} to {after} at {end}",
            f"consciousness was {before} at {start} and {after} at {end}",
        )
    before, after = told.of("from"), told.of("to")
    up = told.fact.direction is Direction.HIGH
    went, way = ("rose", "up") if up else ("fell", "down")
    return (
        f"{name} {went} from {before} at {start} to {after} at {end}",
        f"between {start} and {end} {name} {went} from {before} to {after}",
        f"{name} went {way} from {before} at {start} to {after} at {end}",
        f"the latest {name} is {after} at {end}, {way} from {before} at {start}",
    )


def _change_beside(told: Told) -> tuple[str, ...]:
    """What changed at the time of an alarm: told as time, and never as its cause."""
    start, end, within = told.time("start"), told.time("end"), told.span("within")
    if told.signal is Signal.CONSCIOUSNESS:
        before, after = (_MINDS[int(told.fact.values[key])] for key in ("from", "to"))
        what = f"consciousness changed from {before} at {start} to {after} at {end}"
    else:
        went = "rose" if told.fact.direction is Direction.HIGH else "fell"
        before, after = told.of("from"), told.of("to")
        what = f"{_name(told.signal)} {went} from {before} at {start} to {after} at {end}"
    return (f"in the same {within} {what}", f"{what}, in the same {within}")


def _extreme(told: Told) -> tuple[str, ...]:
    name, value, at = _name(told.signal), told.value, told.time("at")
    if told.signal is Signal.OXYGEN_GIVEN:  # it has no amount
        return (f"{name} at {at}",)
    if told.fact.direction is Direction.LOW:
        return (f"lowest {name} {value} at {at}", f"{name} reached a low of {value} at {at}")
    return (f"highest {name} {value} at {at}", f"{name} peaked at {value} at {at}")


def _episode(told: Told) -> tuple[str, ...]:
    if told.signal is Signal.CONSCIOUSNESS:
        return _altered(told)
    name, limit, worst = _name(told.signal), told.threshold, told.value
    start, at, length = told.time("start"), told.time("at"), told.span("length")
    went, beyond, most = _sides(told)
    if told.momentary:
        so_far = " so far" if told.fact.ongoing else ""
        return (
            f"a single {name} reading {beyond} {limit}{so_far}: {worst} at {at}",
            f"{name} was {beyond} {limit} in a single reading{so_far}: {worst} at {at}",
        )
    if told.fact.ongoing:
        so_far = f"{length} by the last reading"
        return (
            f"{name} has been {beyond} {limit} since {start} ({so_far}), {most} {worst}",
            (
                f"since {start} {name} has stayed {beyond} {limit} ({so_far}),"
                f" {most} {worst} at {at}"
            ),
        )
    return (
        f"{name} {went} {limit} at {start} for {length}, {most} {worst}",
        f"{name} was {beyond} {limit} for {length} from {start}, {most} {worst} at {at}",
        f"from {start} {name} was {beyond} {limit} for {length}, {most} {worst}",
    )


def _mind(told: Told) -> str:
    return _MINDS[int(told.fact.value or 0)]


def _altered(told: Told) -> tuple[str, ...]:
    """An episode of consciousness, which has a worst state and no numbers."""
    start, length, worst = told.time("start"), told.span("length"), f"at worst {_mind(told)}"
    if told.momentary:
        at = told.time("at")
        so_far = " so far" if told.fact.ongoing else ""
        return (f"altered consciousness in a single reading{so_far}: {_mind(told)} at {at}",)
    if told.fact.ongoing:
        so_far = f"{length} by the last reading"
        return (
            f"consciousness has been altered since {start} ({so_far}), {worst}",
            f"since {start} consciousness has stayed altered ({so_far}), {worst}",
        )
    return (
        f"consciousness was altered for {length} from {start}, {worst}",
        f"from {start} consciousness was altered for {length}, {worst}",
    )


def _often_altered(told: Told) -> tuple[str, ...]:
    start, count, worst = told.time("start"), told.whole("count"), f"at worst {_mind(told)}"
    still = "; it is still so" if told.fact.ongoing else ""
    if told.momentary:
        return (f"{count} single readings of altered consciousness since {start}, {worst}{still}",)
    longest = told.span("longest")
    return (
        (
            f"{count} episodes of altered consciousness since {start}, the longest {longest},"
            f" {worst}{still}"
        ),
        (
            f"since {start} {count} episodes of altered consciousness (longest {longest},"
            f" {worst}){still}"
        ),
    )


def _group(told: Told) -> tuple[str, ...]:
    if told.signal is Signal.CONSCIOUSNESS:
        return _often_altered(told)
    name, limit, worst = _name(told.signal), told.threshold, told.value
    start, at, longest = told.time("start"), told.time("at"), told.span("longest")
    count, (went, beyond, most) = told.whole("count"), _sides(told)
    times = "twice" if count == "2" else f"{count} times"
    still = f"; it is still {beyond} that" if told.fact.ongoing else ""
    if told.momentary:
        return (
            (
                f"{count} single readings of {name} {beyond} {limit} since {start},"
                f" {most} {worst}{still}"
            ),
            (
                f"since {start} {name} was {beyond} {limit} in {count} single readings,"
                f" {most} {worst} at {at}{still}"
            ),
        )
    fallen = "dropped below" if told.fact.direction is Direction.LOW else "risen above"
    return (
        (
            f"{name} {went} {limit} {times} since {start}; the longest lasted {longest},"
            f" {most} {worst}{still}"
        ),
        (
            f"{count} episodes of {name} {beyond} {limit} since {start}, the longest {longest},"
            f" {most} {worst} at {at}{still}"
        ),
        (
            f"since {start} {name} has {fallen} {limit} {times} (longest {longest},"
            f" {most} {worst}){still}"
        ),
    )


def _score(told: Told) -> tuple[str, ...]:
    fact = told.fact
    if fact.value is None:
        why = _NOT_SCORED[told.label("not_scored")]
        return (f"NEWS2 not scored: {why}",)
    response, because = WORDS.response(told), WORDS.points(told)
    total = f"{fact.value:.0f}"
    if fact.signals:
        missing = WORDS.listed(fact.signals)
        bounds = f"{told.whole('lowest')} to {told.whole('highest')}"
        if told.brief:
            return (f"partial NEWS2 {total}, range {bounds}{because}; missing: {missing}",)
        return (
            f"partial NEWS2 {total}, range {bounds} ({response}){because}; missing: {missing}",
            (
                f"NEWS2 is partial at {total}, range {bounds} ({response}){because};"
                f" no current {missing}"
            ),
        )
    since = _score_before(told)
    if told.brief:
        return (f"NEWS2 {total}{since}{because}",)
    return (
        f"NEWS2 {total}{since} ({response}){because}",
        f"NEWS2 is {total}{since}, {response}{because}",
    )


def _score_before(told: Told) -> str:
    before = told.fact.values.get("from")
    if before is None:
        return ""
    way = "up" if before < (told.fact.value or 0.0) else "down"
    return f", {way} from {before:.0f} at {told.time('from')}"


def _response(told: Told) -> tuple[str, ...]:
    lack = f"; still to measure: {WORDS.listed(told.fact.signals)}" if told.fact.signals else ""
    if told.least is None:
        return (f"what the NEWS2 protocol asks for can not be told yet{lack}",)
    asked = f"{_PROTOCOL[told.least]}{lack}"
    if told.least is told.worst:
        return (f"by the NEWS2 protocol, {asked}", f"the NEWS2 protocol asks for this: {asked}")
    return (
        f"by the NEWS2 protocol, {WORDS.at_least}: {asked}",
        f"the NEWS2 protocol asks for this, {WORDS.at_least}: {asked}",
    )


def ranges(facts: list[Told]) -> tuple[str, ...]:
    """How far several signals ranged, in one sentence."""
    listed = "; ".join(f"{_name(told.signal)} {_span(told)}" for told in facts)
    return (f"in this window: {listed}", f"range in this window: {listed}")


def _span(told: Told) -> str:
    lowest, highest = told.of("lowest"), told.of("highest")
    if lowest == highest:
        return f"{lowest} throughout"
    return f"{lowest} to {highest}, median {told.value}"


def _alarm(told: Told) -> tuple[str, ...]:
    priority, start = told.label("priority"), told.time("start")
    what, state = _condition(told), _answer(told)
    technical = Condition(told.label("condition")).technical
    kind = "technical alarm" if technical else "alarm"
    if told.brief:
        return (f"{kind} since {start}: {what}",)
    plain = f"{priority}-priority {kind} since {start}: {what}{state}"
    if told.label("state") == "closed":
        return (plain,)
    return (plain, f"open {kind}, {priority} priority, since {start}: {what}{state}")


def alarms(facts: list[Fact], style: Style) -> tuple[str, ...]:
    """Several unanswered alarms of one priority, kind and state, in one sentence."""
    first = Told(facts[0], style)
    priority = first.label("priority")
    kind = "technical alarms" if Condition(first.label("condition")).technical else "alarms"
    state = ", ".join(filter(None, (_gone(first), "not acknowledged")))
    each = [Told(fact, style) for fact in facts]
    listed = "; ".join(f"{_condition(told)}, since {told.time('start')}" for told in each)
    return (
        f"{priority}-priority {kind}, {state}: {listed}",
        f"open {kind}, {priority} priority, {state}: {listed}",
    )


def _condition(told: Told) -> str:
    condition = Condition(told.label("condition"))
    names = WORDS.sensors(told.fact.signals)
    if condition is Condition.LIMIT and told.signal is Signal.CONSCIOUSNESS:
        return f"altered consciousness, at worst {_mind(told)}"
    if condition is Condition.LIMIT:
        _, beyond, most = _sides(told)
        worst = "" if told.fact.value is None else f", {most} {told.value}"
        return f"{_name(told.signal)} {beyond} {told.threshold}{worst}"
    if condition is Condition.SCORE:
        return "NEWS2" if told.fact.value is None else f"NEWS2 up to {told.fact.value:.0f}"
    return {
        Condition.SENSOR_OFF: f"sensor off for {names}",
        Condition.SOURCE_SILENT: "no data from the source",
        Condition.CLOCK_WRONG: "wrong clock at the source",
        Condition.IMPLAUSIBLE: f"implausible values of {names}",
        Condition.MONITORING_STOPPED: "monitoring has stopped",
    }[condition]


def _gone(told: Told) -> str:
    """Whether its condition still holds; nothing where it always has."""
    gone = told.fact.labels.get("gone")
    if gone == "returned":
        return f"back at {told.time('returned')}"
    if told.fact.ongoing:
        return ""
    if "ended" in told.fact.times:
        return f"ended at {told.time('ended')}"
    return "present when last measured" if gone == "unmeasured" else "no longer present"


def _answer(told: Told) -> str:
    answered = told.label("operator") == "acknowledged"
    answer = f"acknowledged at {told.time('acknowledged')}" if answered else "not acknowledged"
    return "".join(f", {each}" for each in (_gone(told), answer) if each)


def _gap(told: Told) -> tuple[str, ...]:
    extent = told.label("extent")
    return _GAPS[extent](told)


def _gap_since(told: Told) -> tuple[str, ...]:
    start, length = told.time("start"), told.span("length")
    if told.fact.signal is None:
        return (f"no data since {start} ({length})", f"no data have arrived since {start}")
    name = _absent(told.signal)
    return (
        f"no {name} readings since {start} ({length})",
        f"{name} has not been measured since {start} ({length})",
        f"{name} not measured since {start}",
    )


def _gap_between(told: Told) -> tuple[str, ...]:
    start, end, length = told.time("start"), told.time("end"), told.span("length")
    name, count = _absent(told.signal), told.whole("count")
    if count != "1":
        return (
            f"{count} gaps in {name}, the longest from {start} to {end} ({length})",
            (
                f"{name} was missing {'twice' if count == '2' else count + ' times'},"
                f" the longest from {start} to {end} ({length})"
            ),
        )
    return (
        f"no {name} readings between {start} and {end} ({length})",
        f"{name} was not measured from {start} to {end} ({length})",
    )


def _gap_before(told: Told) -> tuple[str, ...]:
    end = told.time("end")
    return (f"no data in this window before {end}", f"in this window the data begin at {end}")


def _gap_never(told: Told) -> tuple[str, ...]:
    names = ", ".join(_absent(signal) for signal in told.fact.signals)
    return (f"not measured in this window: {names}", f"no values in this window for {names}")


def _gap_stopped(told: Told) -> tuple[str, ...]:
    start, length, of = told.time("start"), told.span("length"), _of_all(told)
    return (f"no {of} since {start} ({length})",)


def _gap_interrupted(told: Told) -> tuple[str, ...]:
    start, end, length = told.time("start"), told.time("end"), told.span("length")
    return (f"no {_of_all(told)} between {start} and {end} ({length})",)


def _of_all(told: Told) -> str:
    """The readings that are missing; data, where all of them are."""
    names = ", ".join(_absent(signal) for signal in told.fact.signals)
    return f"readings of {names}" if names else "data"


def _gap_nothing(_told: Told) -> tuple[str, ...]:
    return ("no valid measurements in this window", "nothing valid was measured in this window")


def _note(told: Told) -> tuple[str, ...]:
    note = f"note of {told.time('at')}"
    if told.label("extent") == "none":
        return (f"the {note} is not quoted here",)
    says = "says" if told.label("extent") == "whole" else "says in part"
    return (f"the {note} {says}: {quoted(told.label('text'))}",)


_GAPS: Mapping[str, Callable[[Told], tuple[str, ...]]] = {
    "since": _gap_since,
    "between": _gap_between,
    "before": _gap_before,
    "never": _gap_never,
    "nothing": _gap_nothing,
    "stopped": _gap_stopped,
    "interrupted": _gap_interrupted,
}

PHRASINGS: Mapping[FactKind, Callable[[Told], tuple[str, ...]]] = {
    FactKind.CHANGE: _change,
    FactKind.EXTREME: _extreme,
    FactKind.EPISODE: _episode,
    FactKind.GROUP: _group,
    FactKind.SCORE: _score,
    FactKind.RESPONSE: _response,
    FactKind.ALARM: _alarm,
    FactKind.GAP: _gap,
    FactKind.NOTE: _note,
}
