"""A text judged against the facts that a recording holds: which it states, and what it invents.

It reads texts in a way of its own, apart from the grammar that wrote them and from the verifier
that let them pass: a fact is stated where one sentence holds its names, numbers, times and
durations, and the words for its direction; a number, time or duration is invented where no fact
that its sentence names has it. So it also judges texts that no grammar held.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from types import MappingProxyType
from zoneinfo import ZoneInfo

from inference.evaluation.quotations import Quotation, parted, unfounded
from inference.evaluation.reference import Expected
from sereno.domain.evaluation import Judgement
from sereno.domain.evidence import FactKind
from sereno.domain.surveillance import Condition, Direction, Response
from sereno.domain.vitals import VITALS, Language, Signal

_EN, _ES = Language.ENGLISH, Language.SPANISH
_LASTING = (FactKind.EPISODE, FactKind.GROUP)

# What a text may call each signal; the longest name that fits is the one meant.
_NAMES: Mapping[Language, Mapping[Signal, str]] = MappingProxyType(
    {
        _EN: {
            Signal.HEART_RATE: "heart rate|hr",
            Signal.PULSE_RATE: "pulse rate|pulse",
            Signal.SPO2: "spo2|oxygen saturation|saturation",
            Signal.RESPIRATORY_RATE: "respiratory rate|rr",
            Signal.TEMPERATURE: "temperature|temp",
            Signal.CUFF_SYSTOLIC: "systolic pressure|bp|blood pressure",
            Signal.CUFF_DIASTOLIC: "diastolic pressure",
            Signal.CUFF_MEAN: "mean pressure|map",
            Signal.INVASIVE_SYSTOLIC: (
                "arterial systolic pressure|arterial bp|arterial blood pressure"
            ),
            Signal.INVASIVE_DIASTOLIC: "arterial diastolic pressure",
            Signal.INVASIVE_MEAN: "arterial mean pressure",
            Signal.END_TIDAL_CO2: "end-tidal co2|etco2",
            Signal.FIO2: "fio2",
            Signal.OXYGEN_FLOW: "oxygen flow|room air",
            Signal.OXYGEN_GIVEN: "supplemental oxygen|room air",
            Signal.CONSCIOUSNESS: (
                "consciousness|alert|new confusion|responding to voice|responding to pain"
                "|unresponsive"
            ),
            Signal.GLASGOW_COMA_SCALE: "gcs|glasgow",
            Signal.GLUCOSE: "glucose",
        },
        _ES: {
            Signal.HEART_RATE: "frecuencia cardíaca|fc",
            Signal.PULSE_RATE: "frecuencia del pulso|pulso",
            Signal.SPO2: "spo2|saturación",
            Signal.RESPIRATORY_RATE: "frecuencia respiratoria|fr",
            Signal.TEMPERATURE: "temperatura",
            Signal.CUFF_SYSTOLIC: "presión sistólica|pa|presión arterial",
            Signal.CUFF_DIASTOLIC: "presión diastólica",
            Signal.CUFF_MEAN: "presión media",
            Signal.INVASIVE_SYSTOLIC: (
                "presión sistólica invasiva|pa invasiva|presión arterial invasiva"
            ),
            Signal.INVASIVE_DIASTOLIC: "presión diastólica invasiva",
            Signal.INVASIVE_MEAN: "presión media invasiva",
            Signal.END_TIDAL_CO2: "co2 espirado",
            Signal.FIO2: "fio2",
            Signal.OXYGEN_FLOW: "flujo de oxígeno|aire ambiente",
            Signal.OXYGEN_GIVEN: "oxígeno suplementario|aire ambiente",
            Signal.CONSCIOUSNESS: (
                "conciencia|alerta|confusión nueva|responde a la voz|responde al dolor"
                "|sin respuesta"
            ),
            Signal.GLASGOW_COMA_SCALE: "glasgow",
            Signal.GLUCOSE: "glucemia|glucosa",
        },
    }
)
_MINDS = {
    _EN: ("alert", "new confusion", "voice", "pain", "unresponsive"),
    _ES: ("alerta", "confusión nueva", "voz", "dolor", "sin respuesta"),
}
_ROOM_AIR = {_EN: "room air", _ES: "aire ambiente"}
_BEYOND = {
    _EN: {Direction.LOW: "below|under", Direction.HIGH: "above|over"},
    _ES: {Direction.LOW: "por debajo del?|inferior", Direction.HIGH: "por encima del?|superior"},
}
_WENT = {
    _EN: {Direction.LOW: "fell|dropped|down|decreased", Direction.HIGH: "rose|risen|up|increased"},
    _ES: {
        Direction.LOW: "cayó|bajó|descendió|ha caído|ha bajado|baja|menos",
        Direction.HIGH: "subió|aumentó|ha subido|sube|más",
    },
}
_PRIORITY = {
    _EN: {"high": "high", "medium": "medium", "low": "low"},
    _ES: {"high": "alta", "medium": "media", "low": "baja"},
}
_ABSENT = {
    _EN: r"\bno\b|\bnot\b|missing|gaps?\b|begin|nothing",
    _ES: r"\bno\b|\bsin\b|falt|interrupci|empiezan|nada",
}
_CONDITIONS = {
    _EN: {
        Condition.SENSOR_OFF: "sensor off",
        Condition.SOURCE_SILENT: "no data",
        Condition.CLOCK_WRONG: "clock",
        Condition.IMPLAUSIBLE: "implausible",
        Condition.MONITORING_STOPPED: "monitoring",
    },
    _ES: {
        Condition.SENSOR_OFF: "sensor",
        Condition.SOURCE_SILENT: "sin datos|no llegan datos",
        Condition.CLOCK_WRONG: "reloj",
        Condition.IMPLAUSIBLE: "inverosímiles",
        Condition.MONITORING_STOPPED: "monitorización",
    },
}
_SIGNALS = frozenset(signal.value for signal in Signal)
_PARTIAL = {_EN: "partial", _ES: "parcial"}
_NOT_SCORED = {_EN: "not scored", _ES: "sin calcular|no puntuado"}
# The words by which what the protocol asks for is told apart.
_PROTOCOL = {
    _EN: {
        Response.ROUTINE: "routine monitoring",
        Response.WARD: "registered nurse",
        Response.URGENT_WARD: "ward's medical team",
        Response.URGENT: "urgent assessment",
        Response.EMERGENCY: "emergency assessment",
    },
    _ES: {
        Response.ROUTINE: "vigilancia habitual",
        Response.WARD: "enfermería valore",
        Response.URGENT_WARD: "equipo médico de planta",
        Response.URGENT: "valoración urgente",
        Response.EMERGENCY: "valoración de emergencia",
    },
}
_NOT_YET = {_EN: "can not be told yet", _ES: "aún no se sabe"}
_THROUGHOUT = {_EN: "throughout", _ES: "en todo momento"}
_NOTE = {_EN: "note of", _ES: "nota de"}
_UNQUOTED = {_EN: "not quoted", _ES: "no se cita"}
_TWICE = {_EN: "twice", _ES: "dos veces"}

CLOCK = re.compile(r"\b(\d{1,2}:\d\d)(?: utc[+-]\d{1,2}(?::\d\d)?)?")
_DAY = re.compile(r"\b(?:on|del) \d{1,2} [a-z]{3,4}\b")
_LENGTH = re.compile(r"\b(?:(\d+) ?h(?: (\d+) ?min)?|(\d+) ?min|(\d+) ?s)\b(?! ?/)")
_NUMBER = re.compile(r"(?<![a-z\d.])\d+(?:\.\d+)?(?!\d)")


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The numbers (as written), clock times (hh:mm) and durations (seconds) of a sentence."""

    numbers: tuple[str, ...]
    clocks: tuple[str, ...]
    lengths: tuple[int, ...]


def judge(
    text: str, expected: Sequence[Expected], *, language: Language, zone: ZoneInfo
) -> Judgement:
    """`text` against all that its recording holds; clock times are read in `zone`."""
    rest, quotations = parted(text)
    sentences = [in_small_letters(each, language) for each in sentences_of(rest)]
    told = [_Stated(fact, language, zone) for fact in expected]
    must = [each for each in told if each.fact.required]
    lasting = [each for each in must if each.fact.kind in _LASTING and each.lasts]
    notes = frozenset(each.quotation for each in told if each.quotation)
    return Judgement(
        required=len(must),
        durations=len(lasting),
        missing=tuple(
            each.words
            for each in must
            if each.quotation not in quotations and not each.by(sentences)
        ),
        missing_durations=tuple(each.words for each in lasting if not each.duration_by(sentences)),
        invented=(*_invented(sentences, told), *unfounded(quotations, notes)),
    )


def sentences_of(text: str) -> list[str]:
    """A sentence ends with a full stop before a space, or with its line."""
    return [each.strip() for each in re.split(r"(?<=[.!?])\s+|\n+", text) if each.strip()]


def in_small_letters(sentence: str, language: Language) -> str:
    """In lower case, with plain spaces and decimal points."""
    small = re.sub(r"\s+", " ", sentence).lower()
    return re.sub(r"(?<=\d),(?=\d)", ".", small) if language is _ES else small


def _tokens(sentence: str) -> _Tokens:
    left = _DAY.sub(" ", sentence)
    clocks = tuple(match[1].zfill(5) for match in CLOCK.finditer(left))
    left = CLOCK.sub(" ", left)
    lengths = tuple(_seconds(match) for match in _LENGTH.finditer(left))
    left = _LENGTH.sub(" ", left)
    numbers = tuple(match[0] for match in _NUMBER.finditer(left))
    return _Tokens(numbers, clocks, lengths)


def _seconds(match: re.Match[str]) -> int:
    hours, minutes, only_minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + (minutes + only_minutes) * 60 + seconds


def _invented(sentences: Sequence[str], told: Sequence["_Stated"]) -> Iterator[str]:
    """Each token that no fact named in its sentence has."""
    for sentence in sentences:
        tokens = _tokens(sentence)
        named = [each for each in told if each.named_in(sentence)]
        numbers = {number for each in named for number in each.numbers}
        clocks = {clock for each in named for clock in each.clocks}
        lengths = {length for each in named for length in each.lengths}
        wrong: list[object] = [each for each in tokens.numbers if each not in numbers]
        wrong += [each for each in tokens.clocks if each not in clocks]
        wrong += [f"{each} s" for each in tokens.lengths if each not in lengths]
        yield from (f"{each}: {sentence}" for each in wrong)


class _Stated:
    """An expected fact, with how a text may write its parts in one language."""

    def __init__(self, fact: Expected, language: Language, zone: ZoneInfo) -> None:
        self.fact = fact
        self._language = language
        self._zone = zone
        self._signals = tuple(
            dict.fromkeys(each for each in (fact.signal, *fact.signals) if each is not None)
        )
        self.numbers = frozenset(self._numbers())
        self.clocks = frozenset(self._clock(each) for each in fact.times.values())
        self.lengths = frozenset(_told_length(each) for each in fact.durations.values())

    @property
    def words(self) -> str:
        """The fact in a few words, for a report."""
        fact, parts = self.fact, [self.fact.kind.value]
        parts += [each.value for each in self._signals]
        parts += [str(fact.direction)] if fact.direction else []
        parts += [f"{fact.value:g}"] if fact.value is not None else []
        parts += [f"{name} {value:g}" for name, value in fact.values.items()]
        parts += [f"{name} {self._clock(each)}" for name, each in fact.times.items()]
        parts += [f"{name} {_told_length(each)} s" for name, each in fact.durations.items()]
        parts += [str(each) for each in fact.labels.values()]
        return " ".join(parts)

    @property
    def quotation(self) -> Quotation | None:
        """The words of a note that it holds, as a text quotes them; None of any other fact."""
        words = self.fact.labels.get("text")
        if self.fact.kind is not FactKind.NOTE or not words:
            return None
        at, extent = self._clock(self.fact.times["at"]), self.fact.labels["extent"]
        return Quotation(at, extent, tuple(words.split("\n")))

    @property
    def lasts(self) -> bool:
        """Whether it has a length: single readings have none."""
        return _told_length(self._length) > 0

    def by(self, sentences: Iterable[str]) -> bool:
        """Whether one of the sentences states it."""
        return any(self._in(sentence) for sentence in sentences)

    def duration_by(self, sentences: Iterable[str]) -> bool:
        """Whether a sentence about its signal states how long it lasted."""
        length = _told_length(self._length)
        return any(
            self.named_in(sentence) and length in _tokens(sentence).lengths
            for sentence in sentences
        )

    def named_in(self, sentence: str) -> bool:
        """Whether the sentence is about what the fact is about."""
        scored = (FactKind.SCORE, FactKind.RESPONSE)
        if self.fact.kind in scored or self._condition is Condition.SCORE:
            return "news2" in sentence
        if self.fact.kind is FactKind.NOTE:
            return _NOTE[self._language] in sentence
        if not self._signals:
            return True
        return any(self._named(signal, sentence) for signal in self._signals)

    @property
    def _length(self) -> timedelta:
        lengths = self.fact.durations
        return lengths.get("longest", lengths.get("length", timedelta()))

    @property
    def _condition(self) -> Condition | None:
        told = self.fact.labels.get("condition")
        return Condition(told) if told else None

    def _in(self, sentence: str) -> bool:
        kinds = {
            FactKind.MEASURE: self._measure_in, FactKind.CHANGE: self._change_in,
            FactKind.EXTREME: self._extreme_in, FactKind.EPISODE: self._episode_in,
            FactKind.GROUP: self._group_in, FactKind.SCORE: self._score_in,
            FactKind.ALARM: self._alarm_in, FactKind.GAP: self._gap_in,
            FactKind.RANGE: self._range_in, FactKind.RESPONSE: self._response_in,
            FactKind.NOTE: self._note_in,
        }  # fmt: skip
        return kinds[self.fact.kind](sentence)

    def _measure_in(self, sentence: str) -> bool:
        signal, value = self.fact.signal, self.fact.value
        if signal is None or value is None:
            return False
        if signal is Signal.CONSCIOUSNESS:
            return self._mind(value) in sentence
        if signal in (Signal.OXYGEN_GIVEN, Signal.OXYGEN_FLOW) and not value:
            return _ROOM_AIR[self._language] in sentence
        if signal is Signal.OXYGEN_GIVEN:
            return self._named(signal, sentence)
        number = re.escape(as_written(signal, value))
        if "diastolic" in self.fact.values:
            number += f"/{self.fact.values['diastolic']:.0f}"
        return self._follows(signal, number, sentence)

    def _follows(self, signal: Signal, number: str, sentence: str) -> bool:
        """Whether the number is the first one behind the signal's name, in one part of a list."""
        return any(
            re.match(rf"[^\d,;.]*{number}(?![\d.]*\d)", sentence[match.end() :])
            for match in self._mentions(signal, sentence)
        )

    def _change_in(self, sentence: str) -> bool:
        signal, fact = self.fact.signal, self.fact
        if signal is None or not self._named(signal, sentence):
            return False
        tokens = _tokens(sentence)
        clocks = {self._clock(fact.times[name]) for name in ("start", "end")}
        within = {_told_length(fact.durations[n]) for n in ("within",) if n in fact.durations}
        if not clocks <= {*tokens.clocks} or not within <= {*tokens.lengths}:
            return False
        if signal is Signal.CONSCIOUSNESS:
            return all(self._mind(fact.values[name]) in sentence for name in ("from", "to"))
        wanted = {as_written(signal, fact.values[name]) for name in ("from", "to")}
        return wanted <= {*tokens.numbers} and self._says(_WENT, sentence)

    def _extreme_in(self, sentence: str) -> bool:
        signal, fact = self.fact.signal, self.fact
        tokens = _tokens(sentence)
        if signal is None or not self._named(signal, sentence):
            return False
        given = signal is Signal.OXYGEN_GIVEN  # it has no amount
        amount = given or as_written(signal, fact.value or 0.0) in tokens.numbers
        return amount and self._clock(fact.times["at"]) in tokens.clocks

    def _range_in(self, sentence: str) -> bool:
        signal, fact = self.fact.signal, self.fact
        if signal is None:
            return False
        lowest, highest = fact.values["lowest"], fact.values["highest"]
        constant = lowest == highest
        levels = (lowest,) if constant else (lowest, highest, fact.value or 0.0)
        behind = "".join(rf"[^\d;]*{re.escape(as_written(signal, each))}" for each in levels)
        behind += rf"(?![\d.]*\d)[^\d;]*{_THROUGHOUT[self._language] if constant else ''}"
        told = (sentence[match.end() :] for match in self._mentions(signal, sentence))
        return any(re.match(behind, each) for each in told)

    def _response_in(self, sentence: str) -> bool:
        fact, language = self.fact, self._language
        least = Response(fact.labels["response"])
        certain = fact.labels["worst_response"] == least
        unknown = not certain and least is Response.ROUTINE
        asked = _NOT_YET[language] if unknown else _PROTOCOL[language][least]
        missing = all(self._named(each, sentence) for each in fact.signals)
        return "news2" in sentence and asked in sentence and missing

    def _episode_in(self, sentence: str) -> bool:
        if not self._abnormal_in(sentence):
            return False
        tokens = _tokens(sentence)
        if not self.lasts:
            return self._clock(self.fact.times["at"]) in tokens.clocks
        started = self._clock(self.fact.times["start"]) in tokens.clocks
        return started and _told_length(self._length) in tokens.lengths

    def _group_in(self, sentence: str) -> bool:
        if not self._abnormal_in(sentence):
            return False
        tokens = _tokens(sentence)
        count = f"{self.fact.values['count']:.0f}"
        counted = count in tokens.numbers
        counted |= count == "2" and _TWICE[self._language] in sentence
        started = self._clock(self.fact.times["start"]) in tokens.clocks
        length = not self.lasts or _told_length(self._length) in tokens.lengths
        return counted and started and length

    def _abnormal_in(self, sentence: str) -> bool:
        """The signal, its limit on the right side, and the worst value."""
        signal, fact = self.fact.signal, self.fact
        if signal is None or not self._named(signal, sentence):
            return False
        if signal is Signal.CONSCIOUSNESS:
            return self._mind(fact.value or 0.0) in sentence
        worst = () if fact.value is None else (fact.value,)
        wanted = {as_written(signal, each) for each in (fact.values["threshold"], *worst)}
        return wanted <= {*_tokens(sentence).numbers} and self._says(_BEYOND, sentence)

    def _score_in(self, sentence: str) -> bool:
        fact = self.fact
        if "news2" not in sentence:
            return False
        if fact.value is None:
            return re.search(_NOT_SCORED[self._language], sentence) is not None
        partial = "lowest" in fact.values
        if (_PARTIAL[self._language] in sentence) is not partial:
            return False
        missing = all(self._named(each, sentence) for each in fact.signals)
        numbers = [fact.value, *(fact.values[name] for name in ("lowest", "highest") if partial)]
        behind = "".join(rf"[^\d(:]*?(?<!\d){number:.0f}(?!\d)" for number in numbers)
        given = [(key, value) for key, value in fact.values.items() if key in _SIGNALS]
        because = all(self._follows(Signal(key), f"{value:.0f}", sentence) for key, value in given)
        return missing and because and re.search(rf"news2{behind}", sentence) is not None

    def _alarm_in(self, sentence: str) -> bool:
        fact, condition = self.fact, self._condition
        tokens = _tokens(sentence)
        priority = _PRIORITY[self._language][fact.labels["priority"]]
        wanted = {self._clock(fact.times[name]) for name in ("start",)}
        wanted |= {
            self._clock(fact.times[name])
            for name in ("acknowledged", "returned", "ended")
            if name in fact.times
        }
        if priority not in sentence or not wanted <= {*tokens.clocks}:
            return False
        if condition is Condition.SCORE:
            known = fact.value is None or f"{fact.value:.0f}" in tokens.numbers
            return "news2" in sentence and known
        if condition is not Condition.LIMIT and condition is not None:
            kind = re.search(_CONDITIONS[self._language][condition], sentence)
            return kind is not None and all(self._named(each, sentence) for each in self._signals)
        return self._abnormal_in(sentence)

    def _gap_in(self, sentence: str) -> bool:
        fact = self.fact
        if not re.search(_ABSENT[self._language], sentence):
            return False
        names = all(self._named(each, sentence) for each in self._signals)
        ends = {
            "since": ("start",), "stopped": ("start",), "before": ("end",),
            "between": ("start", "end"), "interrupted": ("start", "end"),
        }  # fmt: skip
        wanted = {self._clock(fact.times[n]) for n in ends.get(fact.labels["extent"], ())}
        count = fact.values.get("count", 1.0)
        counted = count <= 1 or f"{count:.0f}" in _tokens(sentence).numbers
        counted |= count == 2 and _TWICE[self._language] in sentence
        return names and counted and wanted <= {*_tokens(sentence).clocks}

    def _note_in(self, sentence: str) -> bool:
        """Whether it says of a note that it is not quoted."""
        named = self.named_in(sentence) and _UNQUOTED[self._language] in sentence
        at = self._clock(self.fact.times["at"])
        return self.quotation is None and named and at in _tokens(sentence).clocks

    def _says(self, words: Mapping[Language, Mapping[Direction, str]], sentence: str) -> bool:
        if self.fact.direction is None:
            return True
        said = words[self._language][self.fact.direction]
        return re.search(rf"\b(?:{said})\b", sentence) is not None

    def _named(self, signal: Signal, sentence: str) -> bool:
        return next(self._mentions(signal, sentence), None) is not None

    def _mentions(self, signal: Signal, sentence: str) -> Iterator[re.Match[str]]:
        """Where the signal is named, and not one whose name only begins or ends alike."""
        for match in _every_name(self._language).finditer(sentence):
            if match[0] in _NAMES[self._language].get(signal, "").split("|"):
                yield match

    def _mind(self, value: float) -> str:
        return _MINDS[self._language][int(value)]

    def _clock(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%H:%M}"

    def _numbers(self) -> Iterator[str]:
        """Every number that a sentence about the fact may hold."""
        fact = self.fact
        if fact.labels.get("not_scored") == "under_16":
            yield "16"
        for value in (*fact.values.values(), *([] if fact.value is None else [fact.value])):
            yield f"{value:g}"
            for signal in self._signals[:1]:
                yield as_written(signal, value)


_ALL_NAMES: dict[Language, re.Pattern[str]] = {}


def _every_name(language: Language) -> re.Pattern[str]:
    """Any signal's name, the longest that fits."""
    if language not in _ALL_NAMES:
        names = {name for told in _NAMES[language].values() for name in told.split("|")}
        longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        _ALL_NAMES[language] = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")
    return _ALL_NAMES[language]


def as_written(signal: Signal, value: float) -> str:
    """A value as texts write it, rounded half up to its signal's decimals."""
    places = VITALS[signal].decimals
    rounded = floor(value * 10**places + 0.5 + 1e-6) / 10**places
    return f"{rounded:.{places}f}"


def _told_length(length: timedelta) -> int:
    """Seconds as texts tell them: to the minute from a minute on, both rounded half up."""
    seconds = floor(length.total_seconds() + 0.5)
    return seconds if seconds < 60 else 60 * floor(length.total_seconds() / 60 + 0.5)
