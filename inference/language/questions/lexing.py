"""From the words of a question to notions, with the words that mean nothing here left over.

Numbers, clock times and lengths of time are read first, then phrases, the longest first. A word
that no phrase holds is tried as a misspelling of one that some phrase does.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from types import ModuleType

from inference.language.questions import english, spanish
from inference.language.questions.notions import Form, Notion, Sense
from inference.language.questions.spanish.spelling import forms, respelt, sound
from inference.language.questions.spanish.tenses import futures_told
from inference.language.questions.times import TIME_WORDS, TIMES
from sereno.domain.vitals import Language

LONGEST_QUESTION = 400  # characters; a longer text is no question
_SHORTEST_MENDED = 5  # letters of a word that may be misspelt
_ALIKE = 0.84  # of 1: a letter or two of a long word, never its first
_ALMOST = 0.88  # of 1: of words that name nothing measured, which turn a question round sooner
_ONE_LETTER = 0.8  # of 1: one of five letters, in a word as long
_REFUSING = frozenset({
    Sense.INSTRUCTION, Sense.ADVICE, Sense.OFF_TOPIC, Sense.SHOULD, Sense.TREATMENT, Sense.ILLNESS,
})  # fmt: skip
# What tells who asks, and nothing of the patient: "the cardiology registrar asks whether ...".
_OF_WHO_ASKS = (Sense.UNRECORDED, Sense.TREATMENT, Sense.ILLNESS)
# Who asks, and that they do: "the doctor asks me whether ...".
_REPORTED = {
    Language.ENGLISH: re.compile(
        r"(?:^|[.!?;] )(?:the|this|his|her|their|my|our|a|an) (?:[^\W\d_]+ ){1,4}?"
        r"(?:asks|ask|asked|is asking|are asking|keeps asking|wants to know|want to know|wonders)"
        r"(?: me| us)? (?=(?:whether|if|what|which|when|how|who|since)\b)"
    ),
    Language.SPANISH: re.compile(
        r"(?:^|[.!?;] |¿)(?:el|la|los|las|su|sus|mi|un|una) (?:[^\W\d_]+ ){1,4}?"
        r"(?:me |nos )?(?:preguntan?|pregunto|preguntaron|quieren? saber)"
        r" (?=(?:si|que|cual|cuales|cuando|cuanto|como|desde|hasta|a que)\b)"
    ),
}
_SHORT = re.compile(
    r"\b(t|t°|temp|hr|fc|fr|rr|bp|sbp|ta|tas|pa|pas|map|pam|spo2|sat|sats|news2?)"
    r"[ ._-]{0,2}(max|min)\b"
)
_WRITTEN = {"t": "t°"}
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{2,40})[\"“”«»]|(?<!\w)'([^']{2,40})'(?!\w)")
_PATTERNS = {Language.ENGLISH: english.PATTERNS, Language.SPANISH: spanish.PATTERNS}
_FORMS = {Language.ENGLISH: english.FORMS, Language.SPANISH: spanish.FORMS}
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?|[<>≥≤%°]=?|[^\s\w]")


@dataclass(frozen=True, slots=True)
class Read:
    """A question in notions, in order, the words that none of them holds, and how it is built."""

    notions: tuple[Notion, ...]
    unknown: tuple[str, ...]
    forms: frozenset[Form] = frozenset()

    def has(self, *senses: Sense) -> bool:
        """Whether any of these senses is in it."""
        return any(notion.sense in senses for notion in self.notions)

    def about(self, sense: Sense) -> list[object]:
        """The arguments of every notion of that sense, each once, in order."""
        return list(dict.fromkeys(n.about for n in self.notions if n.sense is sense))


def plain(text: str) -> str:
    """Lower case, without accents, apostrophes straight, spaces single."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("º", "°").replace("ª", "°"))
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(bare.replace("’", "'").split())


def _told(text: str, language: Language) -> str:
    """`text` in plain letters, its numbers and short forms as the lexicon knows them."""
    if language is Language.SPANISH:
        return respelt(plain(futures_told(text)))
    return english.rewritten(plain(text))


def lex(text: str, language: Language) -> Read:
    """The notions of `text` in `language`; what is quoted is looked for where notes are meant."""
    read = _lexed(text, language)
    quoted = [(found[1] or found[2]).strip() for found in _QUOTED.finditer(plain(text))]
    if not quoted:
        return read
    rest = _lexed(_QUOTED.sub(" ", text), language)
    written = rest.has(Sense.MEASURED) and not rest.has(Sense.TOPIC, Sense.EVENT, Sense.SCORE)
    if not rest.has(Sense.NOTE) and not written:
        return read
    sought = tuple(Notion(Sense.QUOTED, None, words) for words in quoted)
    return replace(rest, notions=(*rest.notions, Notion(Sense.NOTE), *sought))


def _lexed(text: str, language: Language) -> Read:
    told = _apart(_told(text, language))
    said = _mended(told, language)
    notions: list[Notion] = []
    unknown: list[str] = []
    position = 0
    frames = [found.span() for found in _REPORTED[language].finditer(said)]
    while position < len(said):
        found = _next(said, position, language)
        if found is None:
            word = _WORD.match(said, position)
            step = word[0] if word else said[position]
            reported = any(start <= position < end for start, end in frames)
            position += len(step)
            form = next(_other_forms(step, language), None)
            if form is not None and _meaning(form, language).sense is not Sense.FILLER:
                notions.append(_meaning(form, language))
            elif form is None and not reported and any(letter.isalnum() for letter in step):
                unknown.append(step)
            continue
        notion, end = found
        reported = any(start <= position < behind for start, behind in frames)
        if notion is not None and not (reported and notion.sense in _OF_WHO_ASKS):
            notions.append(notion)
        position = end
    forms = (
        form for form, built in _FORMS[language].items() if built.search(told) or built.search(said)
    )
    return Read(tuple(notions), tuple(unknown), frozenset(forms))


def _next(text: str, position: int, language: Language) -> tuple[Notion | None, int] | None:
    """The notion that begins at `position` and where it ends; None where none does."""
    if text[position] == " ":
        return None, position + 1
    if position and text[position - 1].isalnum() and text[position].isalnum():
        return None
    for pattern, notion_of in (*_PATTERNS.get(language, ()), *TIMES[language]):
        match = pattern.match(text, position)
        if match and match.end() > position:
            notion = notion_of(match)
            if notion is not None:
                return notion, match.end()
    match = _phrases(language).match(text, position)
    if match is None or match.end() == position:
        return None
    notion = _meaning(match[0], language)
    return (None if notion.sense is Sense.FILLER else notion), match.end()


def _meaning(words: str, language: Language) -> Notion:
    exact, stems = _lexicon(language)
    sense, about = exact.get(words) or next(
        meaning for stem, meaning in stems.items() if words.startswith(stem)
    )
    return Notion(sense, about, words)


def entries(module: ModuleType) -> Iterator[tuple[str, tuple[Sense, object]]]:
    """Every phrase with its meaning; the first meaning of a phrase stands.

    Raises ValueError where one is empty: it would be found at every place.
    """
    for phrase, meaning in _listed(module):
        if not phrase.strip("* "):
            message = "A lexicon holds an empty phrase: look for || in it, or for one at an end."
            raise ValueError(message)
        yield phrase, meaning


def _listed(module: ModuleType) -> Iterator[tuple[str, tuple[Sense, object]]]:
    tables: tuple[tuple[Sense, Mapping[object, str]], ...] = (
        (Sense.EVENT, module.EVENTS),
        (Sense.WELL, module.WELL),
        (Sense.TOPIC, module.TOPICS),
        (Sense.SCORE, module.SCORES),
        (Sense.RESPONSE, module.RESPONSES),
    )
    for sense, table in tables:
        for about, phrases in table.items():
            yield from ((phrase, (sense, about)) for phrase in phrases.split("|"))
    for period, phrases in module.PERIODS:
        yield from ((phrase, (Sense.PERIOD, period)) for phrase in phrases.split("|"))
    for sense, phrases in module.PHRASES.items():
        yield from ((phrase, (sense, None)) for phrase in phrases.split("|"))


_Meanings = dict[str, tuple[Sense, object]]


@cache
def _lexicon(language: Language) -> tuple[_Meanings, _Meanings]:
    """Phrases, and the stems of those that may end in any way, the longest first."""
    module = spanish if language is Language.SPANISH else english
    exact: _Meanings = {}
    stems: _Meanings = {}
    for phrase, meaning in entries(module):
        if phrase.endswith("*"):
            stems.setdefault(phrase[:-1], meaning)
        else:
            exact.setdefault(phrase, meaning)
    return exact, dict(sorted(stems.items(), key=lambda entry: -len(entry[0])))


@cache
def _phrases(language: Language) -> re.Pattern[str]:
    exact, stems = _lexicon(language)
    known = sorted([*exact, *(f"{stem}*" for stem in stems)], key=len, reverse=True)
    texts = (re.escape(phrase).replace(r"\*", r"\w*") for phrase in known)
    return re.compile(f"(?:{'|'.join(texts)})(?!\\w)")


@cache
def _vocabulary(language: Language) -> frozenset[str]:
    exact, _ = _lexicon(language)
    return frozenset(word for phrase in exact for word in phrase.split())


def _apart(text: str) -> str:
    """`text` with short forms like Tmax in two words."""
    return _SHORT.sub(lambda found: f"{_WRITTEN.get(found[1], found[1])} {found[2]}", text)


def _mended(text: str, language: Language) -> str:
    """`text` with words that are nearly known spelt as they are known."""
    return re.sub(r"[^\W\d_]+", lambda found: _spelt(found[0], language), text)


def _spelt(word: str, language: Language) -> str:
    known = _vocabulary(language)
    if (
        len(word) < _SHORTEST_MENDED
        or word in known
        or word in TIME_WORDS
        or _phrases(language).fullmatch(word)
    ):
        return word
    other = next((each for each in _other_forms(word, language)), None)
    if other is not None:
        return other
    alike = [each for each in _long_words(language) if each[0] == word[0]]
    close = get_close_matches(word, alike, n=4, cutoff=_ALIKE) or get_close_matches(
        word, [each for each in alike if len(each) == len(word)], n=4, cutoff=_ONE_LETTER
    )
    clinical = (each for each in close if each in _clinical(language))
    surer = get_close_matches(word, alike, n=1, cutoff=_ALMOST)
    return next(clinical, surer[0] if surer else word)


def _other_forms(word: str, language: Language) -> Iterator[str]:
    """The known words that `word` is a form of."""
    if language is Language.SPANISH:
        yield from (each for each in forms(word) if _phrases(language).fullmatch(each))
        heard = sound(word)
        if len(word) >= _SHORTEST_MENDED:
            yield from _sounding(language).get(heard, ())
            stems = _sounding_stems(language)
            yield from (stem for key, stem in stems.items() if heard.startswith(key))


@cache
def _sounding(language: Language) -> Mapping[str, tuple[str, ...]]:
    """The phrases of one word by how they sound."""
    exact, _ = _lexicon(language)
    return {sound(phrase): (phrase,) for phrase in exact if " " not in phrase}


@cache
def _sounding_stems(language: Language) -> Mapping[str, str]:
    """The stems of more than a few letters by how they sound, the longest first."""
    _, stems = _lexicon(language)
    known = [each for each in stems if len(each) >= _SHORTEST_MENDED]
    ordered = sorted(known, key=len, reverse=True)
    return {key: stem for stem in ordered for key in (sound(stem), sound(f"{stem}e")[:-1])}


@cache
def _clinical(language: Language) -> frozenset[str]:
    """The words of which topics, events and scores are named: meant sooner than others."""
    exact, _ = _lexicon(language)
    senses = (Sense.TOPIC, Sense.EVENT, Sense.SCORE)
    return frozenset(w for phrase, (s, _) in exact.items() if s in senses for w in phrase.split())


@cache
def _long_words(language: Language) -> tuple[str, ...]:
    """What a misspelt word may have been meant as: nothing that has a question refused."""
    exact, _ = _lexicon(language)
    known = {w for phrase, (s, _) in exact.items() if s not in _REFUSING for w in phrase.split()}
    return tuple(word for word in sorted(known) if len(word) >= _SHORTEST_MENDED - 1)
