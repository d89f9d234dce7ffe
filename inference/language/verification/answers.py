"""Checks what only answers say: each kind has a few forms, and a sentence must fit one of them.

Whatever stands in a form's gaps is read like any other text and bound to the cited fact: a name to
its signal, a number with its unit to the value of that role, a clock time to that moment.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from inference.language.verification.claims import Mismatch, need, with_unit
from inference.language.verification.lexicon import Concept, Idea
from inference.language.verification.reading import Clock, Item, Length, Mark, Quantity, read
from inference.language.verification.times import Times, same_length, same_number
from sereno.domain.evidence import Fact, FactKind
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Language, Signal

# Gaps are written <role>. `n_` counts, `t_` is a clock time, `q_` a quantity of the signal, `s_` a
# total. <low|a|b> is a word that must be there for what went low, and b for what went high.
_FORMS: Mapping[Language, Mapping[FactKind, Sequence[str]]] = {
    Language.ENGLISH: {
        FactKind.WITHIN: (
            (
                "<signal> not <side|below|above> <q_threshold> in any of <n_count> readings from"
                " <t_start> to <t_end>, <side|lowest|highest> <q_value> at <t_at>"
            ),
            (
                "From <t_start> to <t_end>, none of <n_count> readings of <signal>"
                " <side|below|above> <q_threshold>, <side|lowest|highest> <q_value> at <t_at>"
            ),
            (
                "<signal> not <side|below|above> <q_threshold> in the <one> reading: <q_value> at"
                " <t_start>"
            ),
            "<alert> in all <n_count> readings from <t_start> to <t_end>",
            "<alert> in the <one> reading at <t_start>",
        ),
        FactKind.SPREAD: (
            (
                "<signal> <q_lowest> to <q_highest>, median <q_value>, in <n_count> readings from"
                " <t_start> to <t_end>"
            ),
            (
                "From <t_start> to <t_end>, <signal> <q_lowest> to <q_highest>, median <q_value> in"
                " <n_count> readings"
            ),
        ),
        FactKind.COMPARISON: (
            "<by_value><signal> <q_value> at <t_end>, <q_before> at <t_before_end>: <way>",
            (
                "<by_median>Median <signal> <q_value> from <t_start> to <t_end>, <q_before> from"
                " <t_before_start> to <t_before_end>: <way>"
            ),
            "<by_value><score> <s_value> at <t_end>, <s_before> at <t_before_end>: <way>",
            (
                "<by_highest>Highest <score> <s_value> from <t_start> to <t_end>, <s_before> from"
                " <t_before_start> to <t_before_end>: <way>"
            ),
        ),
        FactKind.TOTAL: (
            "<which_now><score> <n_value> at <t_at><points>",
            "<which_highest>Highest <score> <n_value> at <t_at><points>",
            "<which_lowest>Lowest <score> <n_value> at <t_at><points>",
        ),
        FactKind.LASTED: (
            "<signal> <side|below|above> <q_threshold> for <d_total> in all, in <n_count> episodes",
            "<mind> altered for <d_total> in all, in <n_count> episodes",
        ),
        FactKind.ENDED: (
            "<signal> last <side|below|above> <q_threshold> at <t_end>",
            "<mind> last altered at <t_end>",
        ),
        FactKind.RAISED: (
            (
                "<priority>-priority alarm at <t_start>: <signal> <side|below|above> <q_threshold>,"
                " <side|lowest|highest> <q_value>"
            ),
            "<priority>-priority alarm at <t_start>: <score> up to <n_value>",
            "<priority>-priority alarm at <t_start>: altered <mind>, at worst <q_value>",
        ),
        FactKind.TALLY: (
            "<which_open><n_value> open alarms? at <t_end><priorities>",
            "<which_began><n_value> alarms? from <t_start> to <t_end><priorities>",
        ),
    },
    Language.SPANISH: {
        FactKind.WITHIN: (
            (
                "<signal> no por <side|debajo|encima> de <q_threshold> en ninguna de <n_count>"
                " lecturas desde <t_start> hasta <t_end>, <side|mínimo|máximo> <q_value> a <t_at>"
            ),
            (
                "Desde <t_start> hasta <t_end>, ninguna de <n_count> lecturas de <signal> por"
                " <side|debajo|encima> de <q_threshold>, <side|mínimo|máximo> <q_value> a <t_at>"
            ),
            (
                "<signal> no por <side|debajo|encima> de <q_threshold> en la <one> lectura:"
                " <q_value> a <t_start>"
            ),
            "<alert> en las <n_count> lecturas desde <t_start> hasta <t_end>",
            "<alert> en la <one> lectura, a <t_start>",
        ),
        FactKind.SPREAD: (
            (
                "<signal> <q_lowest> a <q_highest>, mediana <q_value>, en <n_count> lecturas desde"
                " <t_start> hasta <t_end>"
            ),
            (
                "Desde <t_start> hasta <t_end>, <signal> <q_lowest> a <q_highest>, mediana"
                " <q_value> en <n_count> lecturas"
            ),
        ),
        FactKind.COMPARISON: (
            "<by_value><signal> <q_value> a <t_end>, <q_before> a <t_before_end>: <way>",
            (
                "<by_median>Mediana de <signal> <q_value> desde <t_start> hasta <t_end>, <q_before>"
                " desde <t_before_start> hasta <t_before_end>: <way>"
            ),
            "<by_value><score> <s_value> a <t_end>, <s_before> a <t_before_end>: <way>",
            (
                "<by_highest>Máximo de <score> <s_value> desde <t_start> hasta <t_end>, <s_before>"
                " desde <t_before_start> hasta <t_before_end>: <way>"
            ),
        ),
        FactKind.TOTAL: (
            "<which_now><score> <n_value> a <t_at><points>",
            "<which_highest><score> máximo <n_value> a <t_at><points>",
            "<which_lowest><score> mínimo <n_value> a <t_at><points>",
        ),
        FactKind.LASTED: (
            (
                "<signal> por <side|debajo|encima> de <q_threshold> durante <d_total> en total, en"
                " <n_count> episodios"
            ),
            "<mind> alterado durante <d_total> en total, en <n_count> episodios",
        ),
        FactKind.ENDED: (
            "<signal> por <side|debajo|encima> de <q_threshold> por última vez a <t_end>",
            "<mind> alterado por última vez a <t_end>",
        ),
        FactKind.RAISED: (
            (
                "Alarma de prioridad <priority> a <t_start>: <signal> por <side|debajo|encima> de"
                " <q_threshold>, <side|mínimo|máximo> <q_value>"
            ),
            "Alarma de prioridad <priority> a <t_start>: <score> de hasta <n_value>",
            (
                "Alarma de prioridad <priority> a <t_start>: <mind> alterado, en el peor momento"
                " <q_value>"
            ),
        ),
        FactKind.TALLY: (
            "<which_open><n_value> alarmas? abiertas? a <t_end><priorities>",
            "<which_began><n_value> alarmas? desde <t_start> hasta <t_end><priorities>",
        ),
    },
}
ANSWER_KINDS = frozenset(_FORMS[Language.ENGLISH])
_GAP = re.compile(r"<([a-z0-9_]+)((?:\|[^|>]+)*)>")
_WAYS: Mapping[str, Direction | None] = {
    "higher": Direction.HIGH, "lower": Direction.LOW, "the same": None,
    "más alto": Direction.HIGH, "más bajo": Direction.LOW, "igual": None,
}  # fmt: skip
_SCORES = {"NEWS2": "news2", "qSOFA": "qsofa"}
# What may stand in a gap, so that its neighbours can not run into it.
_TIME = r"(?:las? )?\d\d:\d\d(?: UTC[+-]\d{1,2}(?::\d\d)?)?(?: (?:on|del) \d{1,2} [a-zA-Z]{3,4})?"
_QUANTITY = r"(?:\d[^;:]*?|«[^»]+»|alert|new confusion|responding to (?:voice|pain)|unresponsive)"
_SHAPES = {"t": _TIME, "q": _QUANTITY, "n": r"\w+", "s": r"\d+(?: \([^)]+\))?"}
_NAMED = {
    "score": "NEWS2|qSOFA", "points": r"(?:[ :;].*)?", "priorities": r"(?:: .*)?",
    "one": r"\w+", "priority": r"\w+",
}  # fmt: skip
_ONE, _NONE = ("one", "única"), ("No", "no", "Ninguna", "ninguna")
_TOTAL = re.compile(r"(\d+)(?: \((?:partial, up to|parcial, hasta) (\d+)\))?")
_RANGE = re.compile(r"\((?:partial, range|parcial, rango) (\d+) (?:to|a) (\d+)\)")
_PRIORITY = re.compile(r"(\d+) (?:of (high|medium|low) priority|de prioridad (alta|media|baja))")
_PRIORITIES = {"alta": "high", "media": "medium", "baja": "low"}


def check_answer(text: str, fact: Fact, times: Times, language: Language) -> None:
    """A sentence of a kind of fact that only answers tell, in one of its forms."""
    finding = Mismatch("it fits none of the forms of its kind")
    for form in _FORMS[language][fact.kind]:
        pattern, marks = _compiled(form)
        match = pattern.fullmatch(text)
        if match:
            try:
                _Gaps(fact, times, language).check(match, marks)
            except Mismatch as mismatch:
                finding = mismatch
            else:
                return
    raise finding


@cache
def _compiled(form: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The form as a pattern, and the marks that say of which of its kind it is."""
    marks = tuple(name for name, _ in _GAP.findall(form) if name.startswith(("by_", "which_")))
    sides: list[str] = []
    position, text = 0, ""
    for found in _GAP.finditer(form):
        text += _plain(form[position : found.start()])
        position = found.end()
        name, words = found[1], found[2].split("|")[1:]
        if name == "side":
            sides.append(name)
            low, high = (re.escape(word) for word in words)
            text += f"(?:(?P<low{len(sides)}>{low})|(?P<high{len(sides)}>{high}))"
        elif name not in marks:
            shape = _NAMED.get(name) or _SHAPES.get(name.partition("_")[0], ".+?")
            text += f"(?P<{name}>{shape})"
    text += _plain(form[position:])
    return re.compile(text + r"\."), marks


def _plain(text: str) -> str:
    return re.escape(text).replace(r"\?", "?")


class _Gaps:
    """Binds what stands in the gaps of a form to a fact."""

    def __init__(self, fact: Fact, times: Times, language: Language) -> None:
        self._fact = fact
        self._times = times
        self._language = language

    def check(self, match: re.Match[str], marks: Sequence[str]) -> None:
        """Every gap is borne out, and the form is one for this fact. Raises Mismatch."""
        fact = self._fact
        for mark in marks:
            name, _, value = mark.partition("_")
            need(fact.labels.get(name) == value, f"not told as what it is: {name}")
        partial = any(name in fact.values for name in ("before_highest", "highest"))
        need(fact.kind is not FactKind.TOTAL or partial is bool(fact.signals), "an odd total")
        for name, text in match.groupdict().items():
            if text is not None:
                self._gap(name, text)
        if fact.kind in (FactKind.LASTED, FactKind.ENDED, FactKind.RAISED):
            mind = fact.signal is Signal.CONSCIOUSNESS
            need(("mind" in match.groupdict()) is mind, "a mind told as a number, or none")
        if fact.kind is FactKind.WITHIN:
            alert = fact.signal is Signal.CONSCIOUSNESS
            need(("alert" in match.groupdict()) is alert, "a state of mind told as a number")
            single = fact.values.get("count") == 1
            need(("one" in match.groupdict()) is single, "one reading and several are mixed up")

    def _gap(self, name: str, text: str) -> None:
        kind, _, role = name.partition("_")
        fact = self._fact
        if name.startswith(("low", "high")):
            wanted = Direction.LOW if name.startswith("low") else Direction.HIGH
            need(fact.direction is wanted, "it points the wrong way")
        elif kind == "q":
            self._quantity(role, text)
        elif kind == "t":
            self._clock(role, text)
        elif kind == "n":
            self._count(role, text)
        elif kind == "d":
            self._length(role, text)
        elif kind == "s":
            self._total(role, text)
        else:
            self._word(name, text)

    def _word(self, name: str, text: str) -> None:
        fact = self._fact
        if name == "signal":
            need(self._read(text) == [Concept(Idea.SIGNAL, fact.signal)], "another signal")
        elif name == "alert":
            need(self._read(text) == [Concept(Idea.MIND, 0)], "another state of mind")
            need(fact.value == 0, "not alert throughout")
        elif name == "mind":
            need(self._read(text) == [Concept(Idea.SIGNAL, Signal.CONSCIOUSNESS)], "no mind")
            need(fact.signal is Signal.CONSCIOUSNESS, "another signal")
        elif name == "one":
            need(text in _ONE, "not how a single reading is told")
        elif name == "way":
            need(text in _WAYS and _WAYS[text] is fact.direction, "it went another way")
            need(_WAYS[text] is self._way(), "the values went another way")
        elif name == "score":
            need(_SCORES.get(text) == fact.labels.get("score"), "another score")
        elif name == "points":
            self._points(text)
        elif name == "priority":
            said = _PRIORITIES.get(text, text.lower())
            need(said == fact.labels.get("priority"), "another priority")
        elif name == "priorities":
            self._by_priority(text)
        else:
            raise Mismatch(f"nothing is known of {name}")

    def _way(self) -> Direction | None:
        value, before = self._fact.value or 0.0, self._fact.values["before"]
        if value == before:
            return None
        return Direction.HIGH if value > before else Direction.LOW

    def _quantity(self, role: str, text: str) -> None:
        fact, items = self._fact, self._read(text)
        known = fact.value if role == "value" else fact.values.get(role)
        if fact.signal is Signal.CONSCIOUSNESS:
            said = [item for item in items if not isinstance(item, Mark)]
            need(said == [Concept(Idea.MIND, int(known or 0))], "another state of mind")
            return
        need(len(items) == 1 and isinstance(items[0], Quantity), "not one quantity")
        if isinstance(items[0], Quantity) and fact.signal is not None:
            need(same_number(items[0].value, known), f"{items[0].value} is not the fact's {role}")
            with_unit(items[0], fact.signal, self._language)

    def _clock(self, role: str, text: str) -> None:
        items, known = self._read(text), self._fact.times.get(role)
        need(len(items) == 1 and isinstance(items[0], Clock), "not one time")
        fits = (
            isinstance(items[0], Clock) and known is not None and self._times.same(items[0], known)
        )
        need(fits, f"a time is not the fact's {role}")

    def _length(self, role: str, text: str) -> None:
        items = self._read(text)
        known = self._fact.durations.get(role)
        said = items[0] if len(items) == 1 else None
        fits = isinstance(said, Length) and known is not None and same_length(said, known)
        need(fits, f"a duration is not the fact's {role}")

    def _count(self, role: str, text: str) -> None:
        known = self._fact.value if role == "value" else self._fact.values.get(role)
        said = 0 if text in _NONE else int(text) if text.isdecimal() else None
        need(said is not None and said == known, f"{text} is not the fact's {role}")

    def _total(self, role: str, text: str) -> None:
        match = _TOTAL.fullmatch(text)
        need(match, "not a total")
        if match:
            self._count(role, match[1])
            most = self._fact.values.get("highest" if role == "value" else "before_highest")
            need((match[2] is None) is (most is None), "whether it is partial is told wrongly")
            need(most is None or float(match[2]) == most, "not how high it could be")

    def _points(self, text: str) -> None:
        """The range of a partial total, what gives its points, and what is missing."""
        fact, bounds = self._fact, ("lowest", "highest")
        found = _RANGE.match(text.strip())
        need(bool(found) is bool(fact.signals), "whether it is partial is told wrongly")
        if found:
            need([float(each) for each in found.groups()] == [fact.values[b] for b in bounds],
                 "not the range")  # fmt: skip
            text = text.strip()[found.end() :]
        given, _, missing = text.partition(";")
        known = {key: value for key, value in fact.values.items() if key not in bounds}
        need(self._shared(given) == known, "the parts of the score are told wrongly")
        named = [item.about for item in self._read(missing) if isinstance(item, Concept)
                 and item.idea is Idea.SIGNAL]  # fmt: skip
        need(sorted(map(str, named)) == sorted(map(str, fact.signals)), "what is missing is wrong")
        allowed = (Idea.SIGNAL, Idea.MISSING)
        others = [
            item
            for item in self._read(missing)
            if not isinstance(item, Mark)
            and not (isinstance(item, Concept) and item.idea in allowed)
        ]
        need(not others, "more is said of what is missing than that it is")

    def _shared(self, text: str) -> dict[str, float]:
        items = [item for item in self._read(text.strip().removeprefix(":").strip())
                 if not isinstance(item, Mark)]  # fmt: skip
        points: dict[str, float] = {}
        need(len(items) % 2 == 0, "a part of the score without its points")
        for name, number in zip(items[::2], items[1::2], strict=True):
            named = isinstance(name, Concept) and isinstance(name.about, Signal)
            need(named and isinstance(number, Quantity), "a part of the score is not understood")
            if isinstance(name, Concept) and isinstance(number, Quantity):
                need(number.unit is None and number.lower is None, "a unit on points")
                need(str(name.about) not in points, "a part of the score is told twice")
                points[str(name.about)] = float(number.value)
        return points

    def _by_priority(self, text: str) -> None:
        said = text.strip().removeprefix(":").strip()
        counted = [_PRIORITY.fullmatch(each.strip()) for each in said.split(",")] if said else []
        need(all(counted), "not how priorities are told")
        told = {(match[2] or _PRIORITIES[match[3]]): float(match[1]) for match in counted if match}
        need(told == dict(self._fact.values), "another number of alarms of a priority")
        need(sum(told.values()) == (self._fact.value or 0), "the alarms do not add up")

    def _read(self, text: str) -> list[Item]:
        return read(text, self._language)
