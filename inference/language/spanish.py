"""Spanish phrasings, as a senior nurse would write them at handover."""

from collections.abc import Callable, Mapping

from inference.language.quoting import quoted
from inference.language.style import Style, Told
from inference.language.words import Words
from sereno.domain.evidence import Fact, FactKind
from sereno.domain.surveillance import Condition, Direction, Response
from sereno.domain.vitals import VITALS, Signal

# What may open a list of values: fresh ones, and those of an earlier moment.
FRESH_LEADS = ("", "ahora ", "actualmente ")
PAST_LEADS = ("a {}: ", "última medición a {}: ")

# Each name with its article, which tells the gender.
_NAMES = {
    Signal.HEART_RATE: ("la", "frecuencia cardíaca"),
    Signal.PULSE_RATE: ("la", "frecuencia del pulso"),
    Signal.SPO2: ("la", "SpO2"),
    Signal.RESPIRATORY_RATE: ("la", "frecuencia respiratoria"),
    Signal.TEMPERATURE: ("la", "temperatura"),
    Signal.CUFF_SYSTOLIC: ("la", "presión sistólica"),
    Signal.CUFF_DIASTOLIC: ("la", "presión diastólica"),
    Signal.CUFF_MEAN: ("la", "presión media"),
    Signal.INVASIVE_SYSTOLIC: ("la", "presión sistólica invasiva"),
    Signal.INVASIVE_DIASTOLIC: ("la", "presión diastólica invasiva"),
    Signal.INVASIVE_MEAN: ("la", "presión media invasiva"),
    Signal.END_TIDAL_CO2: ("el", "CO2 espirado"),
    Signal.FIO2: ("la", "FiO2"),
    Signal.OXYGEN_FLOW: ("el", "flujo de oxígeno"),
    Signal.OXYGEN_GIVEN: ("el", "oxígeno suplementario"),
    Signal.CONSCIOUSNESS: ("el", "nivel de conciencia"),
    Signal.GLASGOW_COMA_SCALE: ("el", "Glasgow"),
    Signal.GLUCOSE: ("la", "glucemia"),
    Signal.ECG: ("el", "ECG"),
    Signal.PLETH: ("la", "pletismografía"),
    Signal.RESPIRATION: ("la", "onda respiratoria"),
    Signal.PRESSURE: ("la", "onda de presión"),
}
_MINDS = ("alerta", "confusión nueva", "responde a la voz", "responde al dolor", "sin respuesta")
_PRIORITIES = {"low": "baja", "medium": "media", "high": "alta"}
WORDS = Words(
    names={signal: name for signal, (_, name) in _NAMES.items()},
    channels={Signal.CUFF_SYSTOLIC: "PA", Signal.INVASIVE_SYSTOLIC: "PA invasiva"},
    minds=_MINDS,
    room_air="aire ambiente",
    responses={
        Response.ROUTINE: "vigilancia habitual",
        Response.WARD: "respuesta en planta",
        Response.URGENT_WARD: "respuesta urgente en planta",
        Response.URGENT: "respuesta urgente",
        Response.EMERGENCY: "respuesta de emergencia",
    },
    at_least="al menos",
    unknown="respuesta por determinar",
    up_to="hasta",
)
# Lo que pide la respuesta clínica del NEWS2 (Royal College of Physicians, 2017, tabla 4).
_PROTOCOL = {
    Response.ROUTINE: "seguir la vigilancia habitual, al menos cada doce horas",
    Response.WARD: (
        "pedir que enfermería valore al paciente y observar al menos cada cuatro a seis horas"
    ),
    Response.URGENT_WARD: (
        "pedir que el equipo médico de planta revise al paciente y observar al menos cada hora"
    ),
    Response.URGENT: (
        "avisar de inmediato al equipo médico para una valoración urgente y observar al menos cada"
        " hora"
    ),
    Response.EMERGENCY: (
        "avisar de inmediato a un médico sénior para una valoración de emergencia con competencias"
        " en críticos y vigilar de forma continua"
    ),
}
_NOT_SCORED = {
    "under_16": "menor de 16 años",
    "pregnant": "embarazo",
    "no_data": "sin datos actuales",
}


def _name(signal: Signal) -> str:
    return _NAMES[signal][1]


def _the(signal: Signal) -> str:
    return " ".join(_NAMES[signal])


def _absent(signal: Signal) -> tuple[str, str]:
    """What is missing when it is not measured: both pressures and not the systolic alone."""
    return ("la", "presión arterial") if signal is Signal.CUFF_SYSTOLIC else _NAMES[signal]


def _of(told: Told, quantity: str) -> str:
    """Del 92 %, but de 88 lpm."""
    return f"{'del' if VITALS[told.signal].unit == '%' else 'de'} {quantity}"


def _to(told: Told, quantity: str) -> str:
    """Al 92 %, but a 88 lpm."""
    return f"{'al' if VITALS[told.signal].unit == '%' else 'a'} {quantity}"


def _low(told: Told) -> bool:
    return told.fact.direction is Direction.LOW


def _beyond(told: Told) -> str:
    return f"por {'debajo' if _low(told) else 'encima'} {_of(told, told.threshold)}"


def _went(told: Told) -> str:
    """Crossed the limit."""
    return f"{'cayó' if _low(told) else 'subió'} {_beyond(told)}"


def _worst(told: Told) -> str:
    return f"{'mínimo' if _low(told) else 'máximo'} {_of(told, told.value)}"


def _change(told: Told) -> tuple[str, ...]:
    start, end = told.time("start"), told.time("end")
    if "within" in told.fact.durations:
        return _change_beside(told)
    if told.signal is Signal.CONSCIOUSNESS:
        before, after = (_MINDS[int(told.fact.values[key])] for key in ("from", "to"))
        return (
            f"el nivel de conciencia era «{before}» a {start} y «{after}» a {end}",
            f"el nivel de conciencia pasó de «{before}» a {start} a «{after}» a {end}",
        )
    before, after = _of(told, told.of("from")), _to(told, told.of("to"))
    name = _the(told.signal)
    went, other = ("bajó", "descendió") if _low(told) else ("subió", "aumentó")
    return (
        f"{name} {went} {before} a {start} {after} a {end}",
        f"entre {start} y {end} {name} {went} {before} {after}",
        f"{name} {other} {before} a {start} {after} a {end}",
    )


def _change_beside(told: Told) -> tuple[str, ...]:
    """What changed at the time of an alarm: told as time, and never as its cause."""
    start, end, within = told.time("start"), told.time("end"), told.span("within")
    same = "en las mismas" if within.endswith("h") else "en los mismos"
    if told.signal is Signal.CONSCIOUSNESS:
        before, after = (_MINDS[int(told.fact.values[key])] for key in ("from", "to"))
        what = f"el nivel de conciencia pasó de «{before}» a {start} a «{after}» a {end}"
    else:
        before, after = _of(told, told.of("from")), _to(told, told.of("to"))
        went = "bajó" if _low(told) else "subió"
        what = f"{_the(told.signal)} {went} {before} a {start} {after} a {end}"
    return (f"{same} {within} {what}", f"{what}, {same} {within}")


def _extreme(told: Told) -> tuple[str, ...]:
    value, at = _of(told, told.value), told.time("at")
    if told.signal is Signal.OXYGEN_GIVEN:  # it has no amount
        return (f"{_name(told.signal)} a {at}",)
    most = "mínimo" if _low(told) else "máximo"
    least = "más bajo" if _low(told) else "más alto"
    return (
        f"{_the(told.signal)} llegó a un {most} {value} a {at}",
        f"el valor {least} de {_name(told.signal)} fue {value} a {at}",
    )


def _episode(told: Told) -> tuple[str, ...]:
    if told.signal is Signal.CONSCIOUSNESS:
        return _altered(told)
    name, beyond, worst = _the(told.signal), _beyond(told), f"con un {_worst(told)}"
    start, at, length = told.time("start"), told.time("at"), told.span("length")
    if told.momentary:
        so_far = " hasta ahora" if told.fact.ongoing else ""
        return (
            f"una sola lectura de {_name(told.signal)} {beyond}{so_far}: {told.value} a {at}",
            f"{name} estuvo {beyond} en una sola lectura{so_far}: {told.value} a {at}",
        )
    if told.fact.ongoing:
        so_far = f"{length} hasta la última medida"
        return (
            f"{name} está {beyond} desde {start} ({so_far}), {worst}",
            f"desde {start} {name} sigue {beyond} ({so_far}), {worst} a {at}",
        )
    return (
        f"{name} {_went(told)} a {start} durante {length}, {worst}",
        f"{name} estuvo {beyond} durante {length} desde {start}, {worst} a {at}",
        f"desde {start} {name} estuvo {length} {beyond}, {worst}",
    )


def _mind(told: Told) -> str:
    return f"«{_MINDS[int(told.fact.value or 0)]}»"


def _altered(told: Told) -> tuple[str, ...]:
    """An episode of consciousness, which has a worst state and no numbers."""
    name, worst = _the(told.signal), f"en el peor momento {_mind(told)}"
    start, length = told.time("start"), told.span("length")
    if told.momentary:
        at = told.time("at")
        so_far = " hasta ahora" if told.fact.ongoing else ""
        return (f"nivel de conciencia alterado en una sola lectura{so_far}: {_mind(told)} a {at}",)
    if told.fact.ongoing:
        so_far = f"{length} hasta la última medida"
        return (
            f"{name} está alterado desde {start} ({so_far}), {worst}",
            f"desde {start} {name} sigue alterado ({so_far}), {worst}",
        )
    return (
        f"{name} estuvo alterado durante {length} desde {start}, {worst}",
        f"desde {start} {name} estuvo alterado durante {length}, {worst}",
    )


def _often_altered(told: Told) -> tuple[str, ...]:
    start, count = told.time("start"), told.whole("count")
    worst = f"en el peor momento {_mind(told)}"
    still = "; ahora sigue alterado" if told.fact.ongoing else ""
    if told.momentary:
        return (
            (
                f"{count} lecturas aisladas de nivel de conciencia alterado desde {start},"
                f" {worst}{still}"
            ),
        )
    longest = told.span("longest")
    return (
        (
            f"{count} episodios de nivel de conciencia alterado desde {start}, el más largo de"
            f" {longest}, {worst}{still}"
        ),
        (
            f"desde {start} {count} episodios de nivel de conciencia alterado"
            f" (el más largo de {longest}, {worst}){still}"
        ),
    )


def _group(told: Told) -> tuple[str, ...]:
    if told.signal is Signal.CONSCIOUSNESS:
        return _often_altered(told)
    name, beyond, worst = _the(told.signal), _beyond(told), _worst(told)
    start, at, longest = told.time("start"), told.time("at"), told.span("longest")
    count = told.whole("count")
    side = "debajo" if _low(told) else "encima"
    still = f"; ahora sigue por {side}" if told.fact.ongoing else ""
    if told.momentary:
        return (
            (
                f"{count} lecturas aisladas de {_name(told.signal)} {beyond} desde {start},"
                f" con un {worst}{still}"
            ),
            (
                f"desde {start} {name} estuvo {beyond} en {count} lecturas aisladas,"
                f" con un {worst} a {at}{still}"
            ),
        )
    times = "dos veces" if count == "2" else f"{count} veces"
    fallen = "ha caído" if _low(told) else "ha subido"
    return (
        (
            f"{name} {_went(told)} {times} desde {start}; el episodio más largo duró {longest},"
            f" con un {worst}{still}"
        ),
        (
            f"{count} episodios de {_name(told.signal)} {beyond} desde {start},"
            f" el más largo de {longest}, con un {worst} a {at}{still}"
        ),
        (
            f"desde {start} {name} {fallen} {beyond} {times} (la más larga de {longest},"
            f" {worst}){still}"
        ),
    )


def _score(told: Told) -> tuple[str, ...]:
    fact = told.fact
    if fact.value is None:
        why = _NOT_SCORED[told.label("not_scored")]
        return (f"NEWS2 sin calcular: {why}",)
    response, because = WORDS.response(told), WORDS.points(told)
    total = f"{fact.value:.0f}"
    if fact.signals:
        missing = WORDS.listed(fact.signals)
        lack = "falta" if len(fact.signals) == 1 else "faltan"
        bounds = f"{told.whole('lowest')} a {told.whole('highest')}"
        if told.brief:
            return (f"NEWS2 parcial {total}, rango de {bounds}{because}; {lack}: {missing}",)
        return (
            f"NEWS2 parcial {total}, rango de {bounds} ({response}){because}; {lack}: {missing}",
            (
                f"el NEWS2 es parcial, {total}, con un rango de {bounds} ({response}){because};"
                f" {lack}: {missing}"
            ),
        )
    since = _score_before(told)
    if told.brief:
        return (f"NEWS2 {total}{since}{because}",)
    return (
        f"NEWS2 {total}{since} ({response}){because}",
        f"el NEWS2 es {total}{since}, {response}{because}",
    )


def _score_before(told: Told) -> str:
    before = told.fact.values.get("from")
    if before is None:
        return ""
    way = "sube" if before < (told.fact.value or 0.0) else "baja"
    return f", {way} desde {before:.0f} a {told.time('from')}"


def _response(told: Told) -> tuple[str, ...]:
    lack = f"; por medir: {WORDS.listed(told.fact.signals)}" if told.fact.signals else ""
    if told.least is None:
        return (f"aún no se sabe qué pide el protocolo NEWS2{lack}",)
    asked = f"{_PROTOCOL[told.least]}{lack}"
    if told.least is told.worst:
        return (
            f"según el protocolo NEWS2, {asked}",
            f"el protocolo NEWS2 pide lo siguiente: {asked}",
        )
    return (
        f"según el protocolo NEWS2, {WORDS.at_least}: {asked}",
        f"el protocolo NEWS2 pide lo siguiente, {WORDS.at_least}: {asked}",
    )


def ranges(facts: list[Told]) -> tuple[str, ...]:
    """How far several signals ranged, in one sentence."""
    listed = "; ".join(f"{_name(told.signal)} {_span(told)}" for told in facts)
    return (f"en este periodo: {listed}", f"rango en este periodo: {listed}")


def _span(told: Told) -> str:
    lowest, highest = told.of("lowest"), told.of("highest")
    if lowest == highest:
        return f"{lowest} en todo momento"
    return f"{_of(told, lowest)} {_to(told, highest)}, mediana {told.value}"


def _alarm(told: Told) -> tuple[str, ...]:
    priority, start = _PRIORITIES[told.label("priority")], told.time("start")
    what, state = _condition(told), _answer(told)
    technical = Condition(told.label("condition")).technical
    kind = "alarma técnica" if technical else "alarma"
    if told.brief:
        return (f"{kind} desde {start}: {what}",)
    plain = f"{kind} de prioridad {priority} desde {start}: {what}{state}"
    if told.label("state") == "closed":
        return (plain,)
    return (plain, f"{kind} abierta, prioridad {priority}, desde {start}: {what}{state}")


def alarms(facts: list[Fact], style: Style) -> tuple[str, ...]:
    """Several unanswered alarms of one priority, kind and state, in one sentence."""
    first = Told(facts[0], style)
    priority = _PRIORITIES[first.label("priority")]
    technical = Condition(first.label("condition")).technical
    kind = "alarmas técnicas" if technical else "alarmas"
    state = ", ".join(filter(None, (_gone(first, plural=True), "sin reconocer")))
    each = [Told(fact, style) for fact in facts]
    listed = "; ".join(f"{_condition(told)}, desde {told.time('start')}" for told in each)
    return (
        f"{kind} de prioridad {priority}, {state}: {listed}",
        f"{kind} abiertas, prioridad {priority}, {state}: {listed}",
    )


def _condition(told: Told) -> str:
    condition = Condition(told.label("condition"))
    names = WORDS.sensors(told.fact.signals)
    if condition is Condition.LIMIT and told.signal is Signal.CONSCIOUSNESS:
        return f"nivel de conciencia alterado, en el peor momento {_mind(told)}"
    if condition is Condition.LIMIT:
        worst = "" if told.fact.value is None else f", {_worst(told)}"
        return f"{_name(told.signal)} {_beyond(told)}{worst}"
    if condition is Condition.SCORE:
        return "NEWS2" if told.fact.value is None else f"NEWS2 de hasta {told.fact.value:.0f}"
    return {
        Condition.SENSOR_OFF: f"sensor desconectado de {names}",
        Condition.SOURCE_SILENT: "no llegan datos de la fuente",
        Condition.CLOCK_WRONG: "reloj incorrecto en la fuente",
        Condition.IMPLAUSIBLE: f"valores inverosímiles de {names}",
        Condition.MONITORING_STOPPED: "la monitorización se ha detenido",
    }[condition]


def _gone(told: Told, *, plural: bool = False) -> str:
    """Whether its condition still holds; nothing where it always has."""
    gone, ending = told.fact.labels.get("gone"), "s" if plural else ""
    if gone == "returned":
        return f"de nuevo presente a {told.time('returned')}"
    if told.fact.ongoing:
        return ""
    if "ended" in told.fact.times:
        return f"terminó a {told.time('ended')}"
    if gone == "unmeasured":
        return f"presente{ending} en la última medición"
    return f"ya no presente{ending}"


def _answer(told: Told) -> str:
    answered = told.label("operator") == "acknowledged"
    answer = f"reconocida a {told.time('acknowledged')}" if answered else "sin reconocer"
    return "".join(f", {each}" for each in (_gone(told), answer) if each)


def _gap(told: Told) -> tuple[str, ...]:
    return _GAPS[told.label("extent")](told)


def _gap_since(told: Told) -> tuple[str, ...]:
    start, length = told.time("start"), told.span("length")
    if told.fact.signal is None:
        return (f"sin datos desde {start} ({length})", f"no llegan datos desde {start}")
    article, name = _absent(told.signal)
    return (
        f"sin datos de {name} desde {start} ({length})",
        f"{article} {name} no se ha medido desde {start} ({length})",
        f"no hay medidas de {name} desde {start}",
    )


def _gap_between(told: Told) -> tuple[str, ...]:
    start, end, length = told.time("start"), told.time("end"), told.span("length")
    (article, name), count = _absent(told.signal), told.whole("count")
    if count != "1":
        return (
            f"{count} interrupciones de {article} {name}, la más larga entre {start} y {end}"
            f" ({length})".replace("de el ", "del "),
            (
                f"{article} {name} faltó {'dos' if count == '2' else count} veces,"
                f" la más larga entre {start} y {end} ({length})"
            ),
        )
    return (
        f"sin datos de {name} entre {start} y {end} ({length})",
        f"{article} {name} no se midió entre {start} y {end} ({length})",
    )


def _gap_before(told: Told) -> tuple[str, ...]:
    end = told.time("end")
    return (
        f"sin datos en este periodo antes de {end}",
        f"en este periodo los datos empiezan a {end}",
    )


def _gap_never(told: Told) -> tuple[str, ...]:
    names = ", ".join(_absent(signal)[1] for signal in told.fact.signals)
    return (f"sin medir en este periodo: {names}", f"no hay valores en este periodo de {names}")


def _gap_stopped(told: Told) -> tuple[str, ...]:
    start, length = told.time("start"), told.span("length")
    return (f"{_without(told)} desde {start} ({length})",)


def _gap_interrupted(told: Told) -> tuple[str, ...]:
    start, end, length = told.time("start"), told.time("end"), told.span("length")
    return (f"{_without(told)} entre {start} y {end} ({length})",)


def _without(told: Told) -> str:
    """Without the data of what is named, or without any."""
    names = ", ".join(_absent(signal)[1] for signal in told.fact.signals)
    return f"sin datos de {names}" if names else "sin datos"


def _gap_nothing(_told: Told) -> tuple[str, ...]:
    return ("sin mediciones válidas en este periodo", "no hay mediciones válidas en este periodo")


def _note(told: Told) -> tuple[str, ...]:
    note = f"la nota de {told.time('at')}"
    if told.label("extent") == "none":
        return (f"{note} no se cita aquí",)
    says = "dice" if told.label("extent") == "whole" else "dice en parte"
    return (f"{note} {says}: {quoted(told.label('text'))}",)


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
