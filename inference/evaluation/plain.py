"""A text for the patient judged against the facts that a recording holds.

As the judge of the other forms, it reads in a way of its own: a fact is stated where one sentence
holds its name, its times, the words for its direction, and its number or that it is usual; a
number, time or duration is invented where no fact that its sentence names has it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import floor
from typing import Final
from zoneinfo import ZoneInfo

from inference.evaluation.judging import (
    CLOCK,
    as_written,
    in_small_letters,
    sentences_of,
)
from inference.evaluation.reference import Expected
from inference.evaluation.reference.usual import place
from sereno.domain.evaluation import Judgement
from sereno.domain.evidence import FactKind
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Language, Signal

_EN, _ES = Language.ENGLISH, Language.SPANISH
_LOW, _HIGH = Direction.LOW, Direction.HIGH
_LASTING: Final = (FactKind.EPISODE, FactKind.GROUP)
_ALERTNESS: Final = (Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE)
_OXYGEN: Final = (Signal.OXYGEN_FLOW, Signal.FIO2, Signal.OXYGEN_GIVEN)
_NOT_ADULT: Final = ("under_16", "pregnant")
_AIR: Final = 21
_WHOLE: Final = ("count", "diastolic")

# Patterns: what the text may call each signal, so that no name fits within another.
_NAMES: Final[Mapping[Language, Mapping[Signal, str]]] = {
    _EN: {
        Signal.HEART_RATE: "heart rate",
        Signal.PULSE_RATE: "your pulse",
        Signal.SPO2: "the oxygen in your blood",
        Signal.RESPIRATORY_RATE: "your breathing",
        Signal.TEMPERATURE: "your temperature",
        Signal.CUFF_SYSTOLIC: "your blood pressure",
        Signal.CUFF_MEAN: "your average blood pressure",
        Signal.INVASIVE_SYSTOLIC: "the blood pressure in your artery",
        Signal.INVASIVE_MEAN: "the average blood pressure in your artery",
        Signal.END_TIDAL_CO2: "carbon dioxide",
        Signal.GLUCOSE: "sugar",
        Signal.CONSCIOUSNESS: "level of alertness|you (?:are|were|have been)",
        Signal.GLASGOW_COMA_SCALE: "level of alertness",
        **dict.fromkeys(_OXYGEN, "extra oxygen|share of oxygen"),
    },
    _ES: {
        Signal.HEART_RATE: "frecuencia cardíaca",
        Signal.PULSE_RATE: "su pulso",
        Signal.SPO2: "el oxígeno en su sangre",
        Signal.RESPIRATORY_RATE: "su respiración",
        Signal.TEMPERATURE: "su temperatura",
        Signal.CUFF_SYSTOLIC: r"su presión arterial(?! media)",
        Signal.CUFF_MEAN: "su presión arterial media",
        Signal.INVASIVE_SYSTOLIC: "la presión dentro de su arteria",
        Signal.INVASIVE_MEAN: "la presión media dentro de su arteria",
        Signal.END_TIDAL_CO2: "dióxido de carbono",
        Signal.GLUCOSE: "azúcar",
        Signal.CONSCIOUSNESS: "nivel de alerta|usted (?:está|estaba|estuvo)",
        Signal.GLASGOW_COMA_SCALE: "nivel de alerta",
        **dict.fromkeys(_OXYGEN, "oxígeno extra|parte de oxígeno"),
    },
}
_MINDS: Final = {
    _EN: ("(?<!less )alert(?!ness)", "more confused", "spoken to", "firm touch", "not responding"),
    _ES: ("(?<!menos )(?<!l de )alerta", "confusión", "al hablarle", "firmeza", "sin responder"),
}
_ALTERED: Final = {_EN: "less alert or more confused", _ES: "menos alerta o con más confusión"}
_BEYOND: Final = {
    _EN: {_LOW: "lower than|slower than|below the", _HIGH: "higher than|faster than|above the"},
    _ES: {
        _LOW: "más (?:baj|lent)[oa] de lo|por debajo",
        _HIGH: "más (?:alt|rápid)[oa] de lo|por encima",
    },
}
_WENT: Final = {
    _EN: {_LOW: "went down|got slower", _HIGH: "went up|got faster"},
    _ES: {_LOW: "bajó|se hizo más lent", _HIGH: "subió|se hizo más rápid"},
}
_MOST: Final = {
    _EN: {_LOW: "lowest|slowest", _HIGH: "highest|fastest"},
    _ES: {_LOW: "más bajo|más lento", _HIGH: "más alto|más rápido"},
}
_USUAL: Final = {_EN: "usual range", _ES: "dentro de lo habitual"}
_NOW: Final = {_EN: r"\bnow\b", _ES: r"\bahora\b|en este momento"}
_ALARM: Final = {_EN: "alarm", _ES: "alarma"}
_TOGETHER: Final = {_EN: "taken together", _ES: "en conjunto"}
_NO_RANGES: Final = {_EN: "not used here", _ES: "no se usan"}
_ABSENT: Final = {
    _EN: "not measured|not been measured|no readings|unmeasured|breaks",
    _ES: r"\bno se\b|\bno h|no llegan|sin medir|pausas",
}
_GIVEN: Final = {_EN: "getting extra", _ES: "recibiendo oxígeno"}
_WITHOUT: Final = {_EN: "without extra", _ES: "sin oxígeno"}
_TWICE: Final = {_EN: "twice", _ES: "dos veces"}
_LENGTH: Final = re.compile(
    r"(?:about|alrededor de) (\d+) (and a half )?(?:hours?|horas?)( y media)?"
    r"|(\d+) (?:minutes?|minutos?)|(less than a minute|menos de un minuto)"
)
_DAY: Final = re.compile(r"\b(?:on|del) \d{1,2} (?:de )?[a-z]+\b")
_NUMBER: Final = re.compile(r"(?<![a-z\d.])\d+(?:\.\d+)?(?!\d)")


def judge_plain(
    text: str, expected: Sequence[Expected], *, language: Language, zone: ZoneInfo
) -> Judgement:
    """`text` against all that its recording holds; clock times are read in `zone`."""
    sentences = [in_small_letters(each, language) for each in sentences_of(text)]
    adult = not any(fact.labels.get("not_scored") in _NOT_ADULT for fact in expected)
    told = [_Stated(fact, language, zone, adult=adult) for fact in expected]
    must = [each for each in told if each.fact.required]
    lasting = [each for each in must if each.fact.kind in _LASTING and each.length]
    return Judgement(
        required=len(must),
        durations=len(lasting),
        missing=tuple(each.words for each in must if not each.by(sentences)),
        missing_durations=tuple(each.words for each in lasting if not each.lasts_in(sentences)),
        invented=tuple(_invented(sentences, told)),
    )


def _minutes(sentence: str) -> tuple[set[int], str]:
    """The durations in it, hours as they are rounded, and the sentence without them."""
    found = set()
    for match in _LENGTH.finditer(sentence):
        hours, half, media, minutes, _ = match.groups()
        half_hour = 30 if half or media else 0
        found.add(60 * int(hours) + half_hour if hours else int(minutes or 0))
    return found, _LENGTH.sub(" ", sentence)


def _clocks(sentence: str) -> tuple[set[str], str]:
    left = _DAY.sub(" ", sentence)
    return {match[1] for match in CLOCK.finditer(left)}, CLOCK.sub(" ", left)


def _invented(sentences: Sequence[str], told: Sequence["_Stated"]) -> Iterator[str]:
    for sentence in sentences:
        lengths, rest = _minutes(sentence)
        clocks, rest = _clocks(rest)
        named = [each for each in told if each.named_in(sentence)]
        numbers = {number for each in named for number in each.numbers}
        wrong = {n for n in _NUMBER.findall(rest) if n not in numbers}
        wrong |= clocks - {clock for each in named for clock in each.clocks.values()}
        wrong |= {f"{n} min" for n in lengths - {each.length for each in named}}
        yield from (f"{each}: {sentence}" for each in sorted(wrong))


class _Stated:
    """An expected fact, with how a text for the patient may write its parts."""

    def __init__(self, fact: Expected, language: Language, zone: ZoneInfo, *, adult: bool) -> None:
        self.fact = fact
        self._adult = adult
        self._language = language
        self._zone = zone
        self.clocks = {name: self._clock(each) for name, each in fact.times.items()}
        self.numbers = frozenset(self._numbers())

    @property
    def words(self) -> str:
        """The fact in a few words, for a report."""
        fact = self.fact
        parts = [fact.kind.value, fact.signal or "", *fact.signals, fact.direction or ""]
        parts += [f"{fact.value:g}" if fact.value is not None else ""]
        parts += [f"{name} {clock}" for name, clock in self.clocks.items()]
        return " ".join(part for part in [*parts, *fact.labels.values()] if part)

    @property
    def length(self) -> int:
        """Minutes; hours rounded to half ones; 0 for less than half a minute, and for none."""
        lengths = self.fact.durations
        length = lengths.get("longest", lengths.get("length", timedelta()))
        minutes = floor(length.total_seconds() / 60 + 0.5)
        return minutes if minutes < 60 else 30 * floor(length.total_seconds() / 1800 + 0.5)

    def by(self, sentences: Iterable[str]) -> bool:
        """Whether one of the sentences states it."""
        return any(self._in(sentence) for sentence in sentences)

    def lasts_in(self, sentences: Iterable[str]) -> bool:
        """Whether a sentence about its signal states how long it lasted."""
        return any(self.named_in(each) and self.length in _minutes(each)[0] for each in sentences)

    def named_in(self, sentence: str) -> bool:
        """Whether the sentence is about what the fact is about."""
        if self.fact.labels.get("condition") == "score":
            return _TOGETHER[self._language] in sentence
        signals = [each for each in (self.fact.signal, *self.fact.signals) if each]
        return not signals or any(self._named(each, sentence) for each in signals)

    def _in(self, sentence: str) -> bool:
        kinds = {
            FactKind.MEASURE: self._measure_in, FactKind.CHANGE: self._change_in,
            FactKind.EXTREME: self._extreme_in, FactKind.EPISODE: self._episode_in,
            FactKind.GROUP: self._group_in, FactKind.SCORE: self._score_in,
            FactKind.ALARM: self._alarm_in, FactKind.GAP: self._gap_in,
        }  # fmt: skip
        build = kinds.get(self.fact.kind)
        return build is not None and self.named_in(sentence) and build(sentence)

    def _measure_in(self, sentence: str) -> bool:
        now = re.search(_NOW[self._language], sentence) is not None
        moment = now if self.fact.ongoing else self._at(sentence, "at")
        return moment and self._where_in(sentence)

    def _where_in(self, sentence: str) -> bool:
        """That it is usual, or on which side and how far."""
        fact, language = self.fact, self._language
        signal, value = fact.signal, fact.value or 0.0
        if signal is Signal.CONSCIOUSNESS:
            return re.search(_MINDS[language][int(value)], sentence) is not None
        if signal in _OXYGEN:
            given = value > (_AIR if signal is Signal.FIO2 else 0)
            return (_GIVEN if given else _WITHOUT)[language] in sentence
        found = place(fact) if self._adult else None
        if found is True:
            return _USUAL[language] in sentence
        if isinstance(found, Direction):
            side = re.search(_BEYOND[language][found], sentence) is not None
            return side and (signal in _ALERTNESS or self._value_in(sentence))
        return self._value_in(sentence)

    def _value_in(self, sentence: str) -> bool:
        signal, value = self.fact.signal, self.fact.value
        if signal is None or value is None:
            return False
        number = re.escape(as_written(signal, value))
        if "diastolic" in self.fact.values:
            number += f"/{self.fact.values['diastolic']:.0f}"
        return re.search(rf"(?<![\d.:]){number}(?![\d.:]*\d)", sentence) is not None

    def _change_in(self, sentence: str) -> bool:
        moments = self._at(sentence, "start", "end")
        if self.fact.signal is Signal.CONSCIOUSNESS:
            minds = (_MINDS[self._language][int(self.fact.values[n])] for n in ("from", "to"))
            return moments and all(re.search(each, sentence) for each in minds)
        return moments and self._way(_WENT, sentence) and self._where_in(sentence)

    def _extreme_in(self, sentence: str) -> bool:
        if not self._at(sentence, "at"):
            return False
        if self.fact.signal in (Signal.CONSCIOUSNESS, Signal.OXYGEN_GIVEN):
            return self._where_in(sentence)
        number = self.fact.signal in _ALERTNESS or self._value_in(sentence)
        return number and self._way(_MOST, sentence)

    def _beyond_in(self, sentence: str) -> bool:
        if self.fact.signal is Signal.CONSCIOUSNESS:
            return _ALTERED[self._language] in sentence
        return self._way(_BEYOND, sentence)

    def _episode_in(self, sentence: str) -> bool:
        lasting = self.fact.durations["length"] >= timedelta(seconds=0.5)
        told = not lasting or self.length in _minutes(sentence)[0]
        begun = self._at(sentence, "start" if lasting else "at")
        return told and begun and self._beyond_in(sentence)

    def _group_in(self, sentence: str) -> bool:
        lasting = self.fact.durations["longest"] >= timedelta(seconds=0.5)
        told = not lasting or self.length in _minutes(sentence)[0]
        return told and self._beyond_in(sentence) and self._counted(sentence, "start")

    def _counted(self, sentence: str, *moments: str) -> bool:
        count = f"{self.fact.values.get('count', 1):.0f}"
        said = count in _NUMBER.findall(_clocks(_minutes(sentence)[1])[1])
        said |= count == "2" and _TWICE[self._language] in sentence
        return (said or count == "1") and self._at(sentence, *moments)

    def _score_in(self, sentence: str) -> bool:
        return _NO_RANGES[self._language] in sentence

    def _alarm_in(self, sentence: str) -> bool:
        moments = [n for n in ("start", "returned", "acknowledged") if n in self.fact.times]
        if _ALARM[self._language] not in sentence or not self._at(sentence, *moments):
            return False
        return self.fact.labels["condition"] == "score" or self._beyond_in(sentence)

    def _gap_in(self, sentence: str) -> bool:
        if not re.search(_ABSENT[self._language], sentence):
            return False
        ends = {"since": ("start",), "between": ("start", "end"), "before": ("end",)}
        names = all(self._named(each, sentence) for each in self.fact.signals)
        return names and self._counted(sentence, *ends.get(self.fact.labels["extent"], ()))

    def _at(self, sentence: str, *names: str) -> bool:
        return {self.clocks[name] for name in names} <= _clocks(sentence)[0]

    def _way(self, words: Mapping[Language, Mapping[Direction, str]], sentence: str) -> bool:
        way = self.fact.direction
        return way is None or re.search(words[self._language][way], sentence) is not None

    def _named(self, signal: Signal, sentence: str) -> bool:
        name = _NAMES[self._language].get(signal)
        return name is not None and re.search(name, sentence) is not None

    def _clock(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%H:%M}"

    def _numbers(self) -> Iterator[str]:
        fact = self.fact
        yield from (f"{each:.0f}" for name, each in fact.values.items() if name in _WHOLE)
        if fact.signal is not None and fact.value is not None:
            yield as_written(fact.signal, fact.value)
        if fact.signal is Signal.GLASGOW_COMA_SCALE:
            yield "15"
