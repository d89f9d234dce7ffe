"""All facts of a window, in order, with what a text must state."""

from collections.abc import Sequence

from inference.evaluation.reference.alarms import alarm_facts
from inference.evaluation.reference.episodes import episode_facts, lasting_facts, told_once
from inference.evaluation.reference.facts import Expected
from inference.evaluation.reference.gaps import gap_facts
from inference.evaluation.reference.notes import notes_of
from inference.evaluation.reference.planning import planned
from inference.evaluation.reference.record import FAMILIES, by_signal, good, known, shown
from inference.evaluation.reference.scores import (
    charts_of,
    oxygen_in_force,
    response_fact,
    scale_of,
    score_fact,
)
from inference.evaluation.reference.severity import severity
from inference.evaluation.reference.values import change, extreme, measure, span, speakers
from sereno.domain.evidence import Form, Window
from sereno.domain.patients import Note, Patient
from sereno.domain.stream import Observation
from sereno.domain.vitals import VITALS, Kind


def expected(
    observations: Sequence[Observation],
    window: Window,
    patient: Patient | None = None,
    notes: Sequence[Note] = (),
    form: Form = Form.HANDOVER,
) -> tuple[Expected, ...]:
    """What the facts of `window` must say in a text of `form`.

    `observations` are all that was told of one patient, of any quality and in any order, with
    duplicates and with what came before the window; what is later than its end is left out.
    `patient` tells age, pregnancy and SpO2 scale; without it an adult on scale 1 is meant. `notes`
    were charted by hand.
    """
    told = [
        each
        for each in known(observations, window.end)
        if VITALS[each.signal].kind is not Kind.WAVEFORM
    ]
    scale = scale_of(patient)
    everything, measured = by_signal(told), by_signal(good(told))
    charts = charts_of(good(told), window.end, scale)
    oxygen = oxygen_in_force(charts)

    def matters(each: Observation) -> int:
        return severity(each.signal, shown(each), scale, oxygen=oxygen)

    score = score_fact(charts, window, patient)
    alarms = alarm_facts(told, everything, charts if score else (), window.end, scale, form)
    episodes = episode_facts(measured, window, scale, matters)
    inside = [each for each in good(told) if each.time >= window.start]
    present, happened, ranges = list[Expected](), list[Expected](), list[Expected]()
    for family, speaker in speakers(by_signal(inside), everything, window.end).items():
        runs = [each for each in episodes if each.fact.signal in FAMILIES[family]]
        own = told_once(runs, speaker.signal if speaker else None)
        if speaker:
            own += lasting_facts(speaker.values, window.end, scale, runs, matters)
            changed, spread = change(speaker, matters), span(speaker)
            ranges += [spread] if spread else []
            worst = extreme(speaker, changed, own, matters)
            if changed is None:
                present.append(measure(speaker, by_signal(inside), matters))
            happened += [each for each in (changed, worst) if each]
        happened += own
    named = score.signals if score and form is not Form.PATIENT else ()
    gaps = gap_facts(inside, window, named)
    asked = response_fact(score)
    told_of_score = [each for each in (score, asked) if each]
    written = notes_of(notes, window)
    facts = [*alarms, *told_of_score, *ranges, *present, *happened, *gaps, *written]
    return planned(facts, form)
