"""The prompt of a summary: short, since every token of it is read before the first is written."""

from inference.language.style import Style, of_evidence
from sereno.domain.evidence import Evidence, Fact, Form
from sereno.domain.vitals import VITALS, Language

_TASK = {
    Language.ENGLISH: "Write the nursing handover in plain clinical English.",
    Language.SPANISH: "Escribe el relevo de enfermería en español clínico sencillo.",
}
_LINE = {
    Language.ENGLISH: "Write one line for the ward board.",
    Language.SPANISH: "Escribe una línea para el panel de la planta.",
}


def chat(evidence: Evidence, language: Language, form: Form) -> str:
    """The facts, one a line, in SmolLM2's chat format (ChatML)."""
    task = (_LINE if form is Form.LINE else _TASK)[language]
    style = of_evidence(evidence, Language.ENGLISH)
    facts = "\n".join(_fact(fact, style, fact.id in evidence.required) for fact in evidence.facts)
    return (
        f"<|im_start|>system\n{task}<|im_end|>\n<|im_start|>user\n{facts}<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def _fact(fact: Fact, style: Style, required: bool) -> str:  # noqa: FBT001 - said by name above
    name = VITALS[fact.signal].abbreviation if fact.signal else fact.labels.get("score", "")
    worth = "" if fact.value is None else style.number(fact.value, _decimals(fact))
    start = fact.times.get("start") or fact.times.get("at")
    words = [fact.kind.value, name, fact.direction or "", worth,
             style.clock(start) if start else "", "!" if required else ""]  # fmt: skip
    return " ".join(word for word in words if word)


def _decimals(fact: Fact) -> int:
    return VITALS[fact.signal].decimals if fact.signal else 0
