"""What was found when texts were judged against the recordings that they are about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One text against the facts that its recording holds.

    `required` counts the facts that it had to state, `durations` those of them that last. `missing`
    and `missing_durations` say in words which it did not state; `invented` quotes each number, time
    and duration of the text that no fact of the recording bears out, with its sentence.
    """

    required: int
    durations: int
    missing: tuple[str, ...] = ()
    missing_durations: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of the answer to a question; what is None or empty is not asked for.

    `outcome` as of an answer; `tools` are names of which the one that was used must be among;
    `yes` how it must begin; each of `numbers` (as displayed), `times` ("03:10") and `minutes` must
    be told, and `first` be the first of the patients named.
    """

    outcome: str
    tools: tuple[str, ...] = ()
    yes: bool | None = None
    numbers: tuple[float, ...] = ()
    times: tuple[str, ...] = ()
    minutes: tuple[int, ...] = ()
    first: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How texts read, whatever they say.

    `distinct_1` to `distinct_3` are the shares of different words, pairs and triples of words among
    all of the texts together (Li et al., 2016): they fall with the number of texts.
    `repeated_sentences` is the share of sentences that their own text has told already, `words` the
    mean number of words in a text.
    """

    distinct_1: float
    distinct_2: float
    distinct_3: float
    repeated_sentences: float
    words: float
