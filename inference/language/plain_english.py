"""English phrasings for the patient: short words, no jargon, nothing that was not measured.

About a reading age of eleven (B1 of the Common European Framework of Reference).
"""

from collections.abc import Callable, Mapping, Sequence

from inference.language.plain_style import PlainTold
from sereno.domain.evidence import FactKind
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.usual import Reach, Standing

_NAMES: Mapping[Signal, str] = {
    Signal.HEART_RATE: "your heart rate",
    Signal.PULSE_RATE: "your pulse",
    Signal.SPO2: "the oxygen in your blood",
    Signal.RESPIRATORY_RATE: "your breathing",
    Signal.TEMPERATURE: "your temperature",
    Signal.CUFF_SYSTOLIC: "your blood pressure",
    Signal.CUFF_DIASTOLIC: "the lower number of your blood pressure",
    Signal.CUFF_MEAN: "your average blood pressure",
    Signal.INVASIVE_SYSTOLIC: "the blood pressure in your artery",
    Signal.INVASIVE_DIASTOLIC: "the lower number of the blood pressure in your artery",
    Signal.INVASIVE_MEAN: "the average blood pressure in your artery",
    Signal.END_TIDAL_CO2: "the carbon dioxide you breathe out",
    Signal.FIO2: "the share of oxygen you breathe in",
    Signal.OXYGEN_FLOW: "the flow of your extra oxygen",
    Signal.OXYGEN_GIVEN: "your extra oxygen",
    Signal.CONSCIOUSNESS: "your level of alertness",
    Signal.GLASGOW_COMA_SCALE: "your level of alertness",
    Signal.GLUCOSE: "the sugar in your blood",
}
_PACED = frozenset({Signal.RESPIRATORY_RATE, Signal.PULSE_RATE})
_OXYGEN = (Signal.OXYGEN_FLOW, Signal.FIO2, Signal.OXYGEN_GIVEN)
_MINDS = (
    "alert",
    "more confused than usual",
    "responding when spoken to",
    "responding only to firm touch",
    "not responding",
)
_ALTERED = "less alert or more confused than usual"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _named(signals: Sequence[Signal]) -> str:
    return _and(list(dict.fromkeys(_NAMES[signal] for signal in signals)))


def _than_usual(signal: Signal, *, low: bool) -> str:
    if signal in _PACED:
        return f"{'slower' if low else 'faster'} than usual"
    return f"{'lower' if low else 'higher'} than usual"


def _beyond(told: PlainTold) -> str:
    if told.signal is Signal.CONSCIOUSNESS:
        return _ALTERED
    if told.reach is Reach.WITHIN:
        return f"{'below' if told.low else 'above'} the limit set for you"
    clearly = "clearly " if told.reach is Reach.CLEAR else ""
    return clearly + _than_usual(told.signal, low=told.low)


def _who(told: PlainTold) -> tuple[str, str, str]:
    """Whom or what it is about, with "was" and "has been" as they go with it."""
    if told.signal is Signal.CONSCIOUSNESS:
        return "you", "were", "have been"
    return _NAMES[told.signal], "was", "has been"


def _amount(told: PlainTold) -> str:
    return f"{told.amount} (the upper number)" if told.lone_systolic else told.amount


def _behind(told: PlainTold) -> str:
    """Its number behind a colon, where it has one for the patient."""
    return "" if told.judged_alone else f": {_amount(told)}"


def usual(signals: Sequence[Signal], clock: str) -> tuple[str, ...]:
    """These lie in the usual range, now or at a moment."""
    names, one = _named(signals), len(signals) == 1
    if clock:
        was = "was" if one else "were"
        return (
            f"at {clock}, {names} {was} in the usual range",
            f"{names} {was} in the usual range at {clock}",
        )
    be = "is" if one else "are"
    return (f"{names} {be} now in the usual range", f"right now, {names} {be} in the usual range")


def _measure(told: PlainTold) -> tuple[str, ...]:
    clock = "" if told.fact.ongoing else told.time("at")
    if told.signal is Signal.CONSCIOUSNESS:
        return _at_or_now("you", _MINDS[int(told.fact.value or 0)], clock)
    if told.signal in _OXYGEN:
        return _at_or_now("you", _oxygen(told), clock)
    name, where = _NAMES[told.signal], told.standing
    if where is Standing.UNTOLD:
        return _at_or_now(name, _amount(told), clock)
    said = _than_usual(told.signal, low=where is Standing.LOWER)
    return _at_or_now(name, said, clock, _behind(told))


def _at_or_now(who: str, said: str, clock: str, behind: str = "") -> tuple[str, ...]:
    was, be = ("were", "are") if who == "you" else ("was", "is")
    if clock:
        return (f"at {clock}, {who} {was} {said}{behind}", f"{who} {was} {said} at {clock}{behind}")
    return (f"{who} {be} now {said}{behind}", f"right now, {who} {be} {said}{behind}")


def _oxygen(told: PlainTold) -> str:
    return "getting extra oxygen" if told.extra_oxygen else "breathing without extra oxygen"


def _change(told: PlainTold) -> tuple[str, ...]:
    start, end = told.time("start"), told.time("end")
    if told.signal is Signal.CONSCIOUSNESS:
        before, after = (_MINDS[int(told.fact.values[key])] for key in ("from", "to"))
        return (
            f"at {start} you were {before}; at {end} you were {after}",
            f"you were {before} at {start}, and {after} at {end}",
        )
    name, went, ending = _NAMES[told.signal], "went down" if told.low else "went up", _ending(told)
    if told.signal in _PACED:
        went = "got slower" if told.low else "got faster"
    return (
        f"{name} {went} between {start} and {end}{ending}",
        f"between {start} and {end}, {name} {went}{ending}",
    )


def _ending(told: PlainTold) -> str:
    where, be = told.standing, "is now" if told.fact.ongoing else "was then"
    if where is Standing.USUAL:
        return f", and {be} in the usual range"
    if where is Standing.UNTOLD:
        return f", and {be} {_amount(told)}"
    return f", and {be} {_than_usual(told.signal, low=where is Standing.LOWER)}{_behind(told)}"


def _extreme(told: PlainTold) -> tuple[str, ...]:
    at = told.time("at")
    if told.signal is Signal.CONSCIOUSNESS:
        return _at_or_now("you", _MINDS[int(told.fact.value or 0)], at)
    if told.signal is Signal.OXYGEN_GIVEN:  # it has no amount
        return _at_or_now("you", _oxygen(told), at)
    name, most = _NAMES[told.signal], "lowest" if told.low else "highest"
    if told.signal in _PACED:
        most = "slowest" if told.low else "fastest"
    return (
        f"{name} was {most} at {at}{_behind(told)}",
        f"at {at}, {name} was at its {most}{_behind(told)}",
    )


def _episode(told: PlainTold) -> tuple[str, ...]:
    (who, was, has_been), beyond = _who(told), _beyond(told)
    if told.momentary:
        so_far = " so far" if told.fact.ongoing else ""
        at = told.time("at")
        return (
            f"{who} {was} {beyond} in a single reading{so_far}, at {at}",
            f"in a single reading{so_far}, at {at}, {who} {was} {beyond}",
        )
    start, length = told.time("start"), told.span("length")
    if told.fact.ongoing:
        return (
            f"{who} {has_been} {beyond} since {start} ({length} so far)",
            f"since {start}, {who} {has_been} {beyond} ({length} so far)",
        )
    return (
        f"{who} {was} {beyond} from {start}, for {length}",
        f"from {start}, {who} {was} {beyond} for {length}",
    )


def _group(told: PlainTold) -> tuple[str, ...]:
    (who, was, _), beyond, start = _who(told), _beyond(told), told.time("start")
    count, still = told.whole("count"), ", and is so now" if told.fact.ongoing else ""
    still = still.replace("is", "are") if who == "you" else still
    if told.momentary:
        return (
            f"{who} {was} {beyond} in {count} single readings from {start}{still}",
            f"from {start}, {who} {was} {beyond} in {count} single readings{still}",
        )
    times = "twice" if count == "2" else f"{count} times"
    longest = told.span("longest")
    return (
        f"{who} {was} {beyond} {times} from {start}, for {longest} at the longest{still}",
        f"from {start}, {who} {was} {beyond} {times}, for {longest} at the longest{still}",
    )


def _score(told: PlainTold) -> tuple[str, ...]:
    if told.label("not_scored") == "pregnant":
        return ("the usual ranges are not used here, since they do not hold in pregnancy",)
    return ("the usual ranges are not used here, since they are those of adults",)


def _alarm(told: PlainTold) -> tuple[str, ...]:
    start, seen = told.time("start"), _seen(told)
    if Condition(told.label("condition")) is Condition.SCORE:
        return _together(told, start, seen)
    (who, was, has_been), beyond = _who(told), _beyond(told)
    be = "are" if who == "you" else "is"
    gone = told.label("gone")
    if gone == "returned":
        again = f"and {be} so again since {told.time('returned')}"
        return (
            f"an alarm is on: {who} {was} {beyond} from {start}, {again}{seen}",
            f"there is an alarm: {who} {was} {beyond} from {start}, {again}{seen}",
        )
    if told.fact.ongoing:
        return (
            f"an alarm is on: {who} {has_been} {beyond} since {start}{seen}",
            f"{who} {has_been} {beyond} since {start}, and an alarm is on{seen}",
        )
    left = "but what set it off is over"
    if gone == "unmeasured":
        left = f"and still {was} when last measured"
    return (
        f"an alarm came on: {who} {was} {beyond} from {start}, {left}{seen}",
        f"there was an alarm: {who} {was} {beyond} from {start}, {left}{seen}",
    )


def _together(told: PlainTold, start: str, seen: str) -> tuple[str, ...]:
    """The alarm of the score, which has no name for the patient."""
    readings = "your readings, taken together,"
    if told.label("gone") == "returned":
        again = f"and do so again since {told.time('returned')}"
        return (f"an alarm is on: {readings} needed more attention from {start}, {again}{seen}",)
    if told.fact.ongoing:
        return (
            f"an alarm is on: {readings} have needed more attention since {start}{seen}",
            f"{readings} have needed more attention since {start}, and an alarm is on{seen}",
        )
    left = "but what set it off is over"
    return (
        f"an alarm came on: {readings} needed more attention from {start}, {left}{seen}",
        f"there was an alarm: {readings} needed more attention from {start}, {left}{seen}",
    )


def _seen(told: PlainTold) -> str:
    answered = told.label("operator") == "acknowledged"
    return f"; your care team saw it at {told.time('acknowledged')}" if answered else ""


def _gap(told: PlainTold) -> tuple[str, ...]:
    return _GAPS[told.label("extent")](told)


def _gap_since(told: PlainTold) -> tuple[str, ...]:
    start = told.time("start")
    if told.fact.signal is None:
        return (f"no readings have come in since {start}", f"since {start}, no readings came in")
    name = _NAMES[told.signal]
    return (
        f"{name} has not been measured since {start}",
        f"since {start}, {name} has not been measured",
    )


def _gap_between(told: PlainTold) -> tuple[str, ...]:
    start, end, name = told.time("start"), told.time("end"), _NAMES[told.signal]
    count = told.whole("count")
    if count == "1":
        return (
            f"{name} was not measured between {start} and {end}",
            f"between {start} and {end}, {name} was not measured",
        )
    times = "twice" if count == "2" else f"{count} times"
    longest = f"the longest was between {start} and {end}"
    return (
        f"there were {count} breaks in measuring {name}; {longest}",
        f"{name} went unmeasured {times}; {longest}",
    )


def _gap_before(told: PlainTold) -> tuple[str, ...]:
    end = told.time("end")
    return (
        f"in these hours, there are no readings before {end}",
        f"there are no readings before {end} in these hours",
    )


def _gap_never(told: PlainTold) -> tuple[str, ...]:
    names = _named(told.fact.signals)
    were = "was" if len(told.fact.signals) == 1 else "were"
    return (
        f"in these hours, {names} {were} not measured",
        f"{names} {were} not measured in these hours",
    )


def _gap_nothing(_told: PlainTold) -> tuple[str, ...]:
    return (
        "in these hours, there are no readings to rely on",
        "there are no readings to rely on in these hours",
    )


_GAPS: Mapping[str, Callable[[PlainTold], tuple[str, ...]]] = {
    "since": _gap_since,
    "between": _gap_between,
    "before": _gap_before,
    "never": _gap_never,
    "nothing": _gap_nothing,
}

PHRASINGS: Mapping[FactKind, Callable[[PlainTold], tuple[str, ...]]] = {
    FactKind.MEASURE: _measure,
    FactKind.CHANGE: _change,
    FactKind.EXTREME: _extreme,
    FactKind.EPISODE: _episode,
    FactKind.GROUP: _group,
    FactKind.SCORE: _score,
    FactKind.ALARM: _alarm,
    FactKind.GAP: _gap,
}
