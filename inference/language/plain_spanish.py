"""Spanish phrasings for the patient, who is addressed as "usted": no word has to know their sex.

About a reading age of eleven (B1 of the Common European Framework of Reference).
"""

from collections.abc import Callable, Mapping, Sequence

from inference.language.plain_style import PlainTold
from sereno.domain.evidence import FactKind
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.usual import Reach, Standing

# Each name with the ending of the adjectives that go with it.
_NAMES: Mapping[Signal, tuple[str, str]] = {
    Signal.HEART_RATE: ("su frecuencia cardíaca", "a"),
    Signal.PULSE_RATE: ("su pulso", "o"),
    Signal.SPO2: ("el oxígeno en su sangre", "o"),
    Signal.RESPIRATORY_RATE: ("su respiración", "a"),
    Signal.TEMPERATURE: ("su temperatura", "a"),
    Signal.CUFF_SYSTOLIC: ("su presión arterial", "a"),
    Signal.CUFF_DIASTOLIC: ("la cifra baja de su presión arterial", "a"),
    Signal.CUFF_MEAN: ("su presión arterial media", "a"),
    Signal.INVASIVE_SYSTOLIC: ("la presión dentro de su arteria", "a"),
    Signal.INVASIVE_DIASTOLIC: ("la cifra baja de la presión dentro de su arteria", "a"),
    Signal.INVASIVE_MEAN: ("la presión media dentro de su arteria", "a"),
    Signal.END_TIDAL_CO2: ("el dióxido de carbono que usted exhala", "o"),
    Signal.FIO2: ("la parte de oxígeno que usted respira", "a"),
    Signal.OXYGEN_FLOW: ("el flujo de su oxígeno extra", "o"),
    Signal.OXYGEN_GIVEN: ("su oxígeno extra", "o"),
    Signal.CONSCIOUSNESS: ("su nivel de alerta", "o"),
    Signal.GLASGOW_COMA_SCALE: ("su nivel de alerta", "o"),
    Signal.GLUCOSE: ("el azúcar en su sangre", "o"),
}
_PACED = frozenset({Signal.RESPIRATORY_RATE, Signal.PULSE_RATE})
_MINDS = (
    "alerta",
    "con más confusión de lo habitual",
    "respondiendo al hablarle",
    "respondiendo solo al tocarle con firmeza",
    "sin responder",
)
_ALTERED = "menos alerta o con más confusión de lo habitual"
_OXYGEN = (Signal.OXYGEN_FLOW, Signal.FIO2, Signal.OXYGEN_GIVEN)


def _name(told: PlainTold) -> str:
    return _NAMES[told.signal][0]


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} y {parts[-1]}"


def _named(signals: Sequence[Signal]) -> str:
    return _and(list(dict.fromkeys(_NAMES[signal][0] for signal in signals)))


def _pace(signal: Signal, *, low: bool) -> str:
    return ("lent" if low else "rápid") + _NAMES[signal][1]


def _than_usual(signal: Signal, *, low: bool) -> str:
    level = ("baj" if low else "alt") + _NAMES[signal][1]
    if signal in _PACED:
        level = _pace(signal, low=low)
    return f"más {level} de lo habitual"


def _beyond(told: PlainTold) -> str:
    if told.signal is Signal.CONSCIOUSNESS:
        return _ALTERED
    if told.reach is Reach.WITHIN:
        return f"por {'debajo' if told.low else 'encima'} del límite fijado para usted"
    clearly = "claramente " if told.reach is Reach.CLEAR else ""
    return clearly + _than_usual(told.signal, low=told.low)


def _who(told: PlainTold) -> str:
    return "usted" if told.signal is Signal.CONSCIOUSNESS else _name(told)


def _amount(told: PlainTold) -> str:
    return f"{told.amount} (la cifra alta)" if told.lone_systolic else told.amount


def _behind(told: PlainTold) -> str:
    """Its number behind a colon, where it has one for the patient."""
    return "" if told.judged_alone else f": {_amount(told)}"


def _level_of(told: PlainTold) -> str:
    """Behind a verb: de 118/70 mmHg, del 94 %."""
    return f"{'del' if told.signal is Signal.SPO2 else 'de'} {_amount(told)}"


def usual(signals: Sequence[Signal], clock: str) -> tuple[str, ...]:
    """These lie in the usual range, now or at a moment."""
    names, one = _named(signals), len(signals) == 1
    if clock:
        was = "estaba" if one else "estaban"
        return (
            f"a {clock}, {names} {was} dentro de lo habitual",
            f"{names} {was} dentro de lo habitual a {clock}",
        )
    be = "está" if one else "están"
    return (
        f"{names} {be} ahora dentro de lo habitual",
        f"en este momento, {names} {be} dentro de lo habitual",
    )


def _measure(told: PlainTold) -> tuple[str, ...]:
    clock = "" if told.fact.ongoing else told.time("at")
    if told.signal is Signal.CONSCIOUSNESS:
        return _at_or_now("usted", _MINDS[int(told.fact.value or 0)], clock)
    if told.signal in _OXYGEN:
        return _at_or_now("usted", _oxygen(told), clock)
    where = told.standing
    if where is Standing.UNTOLD:
        name, level = _name(told), _level_of(told)
        if clock:
            return (f"a {clock}, {name} era {level}", f"{name} era {level} a {clock}")
        return (f"{name} es ahora {level}", f"en este momento, {name} es {level}")
    said = _than_usual(told.signal, low=where is Standing.LOWER)
    return _at_or_now(_name(told), said, clock, _behind(told))


def _at_or_now(who: str, said: str, clock: str, behind: str = "") -> tuple[str, ...]:
    if clock:
        return (
            f"a {clock}, {who} estaba {said}{behind}",
            f"{who} estaba {said} a {clock}{behind}",
        )
    return (f"{who} está ahora {said}{behind}", f"en este momento, {who} está {said}{behind}")


def _oxygen(told: PlainTold) -> str:
    return "recibiendo oxígeno extra" if told.extra_oxygen else "respirando sin oxígeno extra"


def _change(told: PlainTold) -> tuple[str, ...]:
    start, end = told.time("start"), told.time("end")
    if told.signal is Signal.CONSCIOUSNESS:
        before, after = (_MINDS[int(told.fact.values[key])] for key in ("from", "to"))
        return (
            f"a {start} usted estaba {before}; a {end} estaba {after}",
            f"usted estaba {before} a {start}, y {after} a {end}",
        )
    name, went, ending = _name(told), "bajó" if told.low else "subió", _ending(told)
    if told.signal in _PACED:
        went = f"se hizo más {_pace(told.signal, low=told.low)}"
    return (
        f"{name} {went} entre {start} y {end}{ending}",
        f"entre {start} y {end}, {name} {went}{ending}",
    )


def _ending(told: PlainTold) -> str:
    where, now = told.standing, told.fact.ongoing
    be = "ahora está" if now else "entonces estaba"
    if where is Standing.USUAL:
        return f", y {be} dentro de lo habitual"
    if where is Standing.UNTOLD:
        return f", y {'ahora es' if now else 'entonces era'} {_level_of(told)}"
    return f", y {be} {_than_usual(told.signal, low=where is Standing.LOWER)}{_behind(told)}"


def _extreme(told: PlainTold) -> tuple[str, ...]:
    at = told.time("at")
    if told.signal is Signal.CONSCIOUSNESS:
        return _at_or_now("usted", _MINDS[int(told.fact.value or 0)], at)
    if told.signal is Signal.OXYGEN_GIVEN:  # it has no amount
        return _at_or_now("usted", _oxygen(told), at)
    most = f"su valor más {'bajo' if told.low else 'alto'}"
    if told.signal in _PACED:
        most = f"su ritmo más {'lento' if told.low else 'rápido'}"
    return (
        f"{_name(told)} tuvo {most} a {at}{_behind(told)}",
        f"a {at}, {_name(told)} tuvo {most}{_behind(told)}",
    )


def _episode(told: PlainTold) -> tuple[str, ...]:
    who, beyond = _who(told), _beyond(told)
    if told.momentary:
        so_far = " hasta ahora" if told.fact.ongoing else ""
        at = told.time("at")
        return (
            f"{who} estuvo {beyond} en una sola medición{so_far}, a {at}",
            f"en una sola medición{so_far}, a {at}, {who} estuvo {beyond}",
        )
    start, length = told.time("start"), told.span("length")
    if told.fact.ongoing:
        return (
            f"{who} está {beyond} desde {start} ({length} hasta ahora)",
            f"desde {start}, {who} está {beyond} ({length} hasta ahora)",
        )
    return (
        f"{who} estuvo {beyond} a partir de {start}, durante {length}",
        f"a partir de {start}, {who} estuvo {beyond} durante {length}",
    )


def _group(told: PlainTold) -> tuple[str, ...]:
    who, beyond, start = _who(told), _beyond(told), told.time("start")
    count, still = told.whole("count"), ", y ahora sigue así" if told.fact.ongoing else ""
    if told.momentary:
        return (
            f"{who} estuvo {beyond} en {count} mediciones aisladas a partir de {start}{still}",
            f"a partir de {start}, {who} estuvo {beyond} en {count} mediciones aisladas{still}",
        )
    times = "dos veces" if count == "2" else f"{count} veces"
    longest = f"la vez más larga durante {told.span('longest')}"
    return (
        f"{who} estuvo {beyond} {times} a partir de {start}, {longest}{still}",
        f"a partir de {start}, {who} estuvo {beyond} {times}, {longest}{still}",
    )


def _score(told: PlainTold) -> tuple[str, ...]:
    if told.label("not_scored") == "pregnant":
        return ("aquí no se usan los valores habituales, porque no valen durante el embarazo",)
    return ("aquí no se usan los valores habituales, porque son los de personas adultas",)


def _alarm(told: PlainTold) -> tuple[str, ...]:
    start, seen = told.time("start"), _seen(told)
    if Condition(told.label("condition")) is Condition.SCORE:
        return _together(told, start, seen)
    who, beyond, gone = _who(told), _beyond(told), told.label("gone")
    if gone == "returned":
        again = f"y vuelve a estarlo desde {told.time('returned')}"
        return (
            f"hay una alarma activa: {who} estuvo {beyond} a partir de {start}, {again}{seen}",
            f"está activa una alarma: {who} estuvo {beyond} a partir de {start}, {again}{seen}",
        )
    if told.fact.ongoing:
        return (
            f"hay una alarma activa: {who} está {beyond} desde {start}{seen}",
            f"{who} está {beyond} desde {start}, y hay una alarma activa{seen}",
        )
    left = "pero lo que la activó ya pasó"
    if gone == "unmeasured":
        left = "y así seguía en la última medición"
    return (
        f"se activó una alarma: {who} estuvo {beyond} a partir de {start}, {left}{seen}",
        f"hubo una alarma: {who} estuvo {beyond} a partir de {start}, {left}{seen}",
    )


def _together(told: PlainTold, start: str, seen: str) -> tuple[str, ...]:
    """The alarm of the score, which has no name for the patient."""
    readings = "sus mediciones, en conjunto,"
    if told.label("gone") == "returned":
        again = f"y vuelven a necesitarla desde {told.time('returned')}"
        return (
            (
                f"hay una alarma activa: {readings} necesitaron más atención a partir de {start},"
                f" {again}{seen}"
            ),
        )
    if told.fact.ongoing:
        return (
            f"hay una alarma activa: {readings} necesitan más atención desde {start}{seen}",
            f"{readings} necesitan más atención desde {start}, y hay una alarma activa{seen}",
        )
    needed = (
        f"{readings} necesitaron más atención a partir de {start}, pero lo que la activó ya pasó"
    )
    return (f"se activó una alarma: {needed}{seen}", f"hubo una alarma: {needed}{seen}")


def _seen(told: PlainTold) -> str:
    answered = told.label("operator") == "acknowledged"
    return f"; el equipo que le atiende la vio a {told.time('acknowledged')}" if answered else ""


def _gap(told: PlainTold) -> tuple[str, ...]:
    return _GAPS[told.label("extent")](told)


def _gap_since(told: PlainTold) -> tuple[str, ...]:
    start = told.time("start")
    if told.fact.signal is None:
        return (f"no han llegado mediciones desde {start}", f"desde {start} no llegan mediciones")
    return (
        f"{_name(told)} no se ha medido desde {start}",
        f"desde {start}, {_name(told)} no se ha medido",
    )


def _gap_between(told: PlainTold) -> tuple[str, ...]:
    start, end, name = told.time("start"), told.time("end"), _name(told)
    count = told.whole("count")
    if count == "1":
        return (
            f"{name} no se midió entre {start} y {end}",
            f"entre {start} y {end}, {name} no se midió",
        )
    times = "dos veces" if count == "2" else f"{count} veces"
    between = f"entre {start} y {end}"
    return (
        f"hubo {count} pausas al medir {name}; la más larga fue {between}",
        f"{name} quedó sin medir {times}; la vez más larga fue {between}",
    )


def _gap_before(told: PlainTold) -> tuple[str, ...]:
    end = told.time("end")
    return (
        f"en estas horas no hay mediciones antes de {end}",
        f"no hay mediciones antes de {end} en estas horas",
    )


def _gap_never(told: PlainTold) -> tuple[str, ...]:
    names = _named(told.fact.signals)
    measured = "no se midió" if len(told.fact.signals) == 1 else "no se midieron"
    return (f"en estas horas {measured} {names}", f"{measured} {names} en estas horas")


def _gap_nothing(_told: PlainTold) -> tuple[str, ...]:
    return ("en estas horas no hay mediciones fiables", "no hay mediciones fiables en estas horas")


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
