"""All facts of a window, in order, with what a text must state."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from inference.evaluation.reference.alarms import alarm_facts
from inference.evaluation.reference.episodes import episode_facts, told_once
from inference.evaluation.reference.facts import Expected
from inference.evaluation.reference.gaps import gap_facts
from inference.evaluation.reference.notes import notes_of
from inference.evaluation.reference.record import FAMILIES, by_signal, good, known, shown
from inference.evaluation.reference.scores import (
    charts_of,
    oxygen_in_force,
    response_fact,
    scale_of,
    score_fact,
)
from inference.evaluation.reference.severity import severity
from inference.evaluation.reference.values import change, extreme, measure, speakers
from sereno.domain.evidence import FactKind, Window
from sereno.domain.patients import Note, Patient
from sereno.domain.stream import Observation
from sereno.domain.vitals import VITALS, Kind

MOST_FACTS: Final = 14


def expected(
    observations: Sequence[Observation],
    window: Window,
    patient: Patient | None = None,
    notes: Sequence[Note] = (),
) -> tuple[Expected, ...]:
    """What the facts of `window` must say.

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
    alarms = alarm_facts(told, everything, charts if score else (), window.end, scale)
    episodes = episode_facts(measured, window, scale, matters)
    inside = [each for each in good(told) if each.time >= window.start]
    present, happened = [], []
    for family, speaker in speakers(by_signal(inside), everything, window.end).items():
        runs = [each for each in episodes if each.fact.signal in FAMILIES[family]]
        own = told_once(runs, speaker.signal if speaker else None)
        if speaker:
            changed = change(speaker, matters)
            worst = extreme(speaker, changed, own, matters)
            if changed is None:
                present.append(measure(speaker, by_signal(inside), matters))
            happened += [each for each in (changed, worst) if each]
        happened += own
    gaps = gap_facts(inside, window, score.signals if score else ())
    asked = response_fact(score)
    told_of_score = [each for each in (score, asked) if each]
    written = notes_of(notes, window)
    return _planned([*alarms, *told_of_score, *present, *happened, *gaps, *written])


def _planned(facts: Sequence[Expected]) -> tuple[Expected, ...]:
    """All that a text must state, and of the others the most severe up to the bound."""
    marked = [replace(fact, required=fact.required or fact.severity >= 2) for fact in facts]
    counted = sum(fact.required and fact.kind is not FactKind.RESPONSE for fact in marked)
    room = max(0, MOST_FACTS - counted)
    others = [fact for fact in marked if not fact.required]
    others.sort(key=lambda fact: -fact.severity)
    kept = {id(fact) for fact in others[:room]}
    return tuple(fact for fact in marked if fact.required or id(fact) in kept)
