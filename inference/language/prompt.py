"""The prompt of a summary: short, since every token of it is read before the first is written.

The grammar holds all that may be said; the prompt only lets the model know what it is about. The
words of a note stay out of it: whatever they ask for, nobody is asked by them.
"""

from sereno.domain.evidence import Evidence, Fact, FactKind, Form
from sereno.domain.vitals import VITALS, Language

_TASK = {
    (Form.LINE, Language.ENGLISH): "What matters most",
    (Form.LINE, Language.SPANISH): "Lo más importante",
    (Form.HANDOVER, Language.ENGLISH): "Nursing handover",
    (Form.HANDOVER, Language.SPANISH): "Relevo de enfermería",
    (Form.SHIFT, Language.ENGLISH): "Nursing shift report",
    (Form.SHIFT, Language.SPANISH): "Informe de turno de enfermería",
    (Form.TREND, Language.ENGLISH): "Trend report at discharge",
    (Form.TREND, Language.SPANISH): "Informe de evolución al alta",
    (Form.ALARM, Language.ENGLISH): "What the alarm is about",
    (Form.ALARM, Language.SPANISH): "De qué trata la alarma",
    (Form.PATIENT, Language.ENGLISH): "For the patient, in plain words",
    (Form.PATIENT, Language.SPANISH): "Para el paciente, en palabras sencillas",
}
# What tells apart several facts about one signal.
_MARKS = {FactKind.ALARM: "alarm", FactKind.GAP: "no", FactKind.NOTE: "note"}


def chat(evidence: Evidence, language: Language, form: Form) -> str:
    """The task and the facts in SmolLM2's chat format (ChatML)."""
    facts = ", ".join(_fact(fact) for fact in evidence.facts)
    asked = f"{_TASK[form, language]}: {facts}"
    return f"<|im_start|>user\n{asked}<|im_end|>\n<|im_start|>assistant\n"


def _fact(fact: Fact) -> str:
    """Signal, value and direction: "alarm SpO2 84 low"."""
    name = VITALS[fact.signal].abbreviation if fact.signal else fact.labels.get("score", "")
    value = "" if fact.value is None else f"{fact.value:g}"
    words = (_MARKS.get(fact.kind, ""), name, value, fact.direction or "")
    return " ".join(word for word in words if word)
