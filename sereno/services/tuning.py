"""Windows of recordings as evidence to tune a model on, some patients' kept to try it with."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sereno.domain.evidence import SUMMARIES, Evidence, Form
from sereno.domain.stream import Subject
from sereno.domain.vitals import Language
from sereno.services.evaluation import Recording, cases, cut

# One patient in so many is never trained on.
HELD_OUT_ONE_IN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Evidence of a window, the text that it is for, and whether its patient is held out."""

    evidence: Evidence
    language: Language
    form: Form
    held_out: bool


def held_out(subject: Subject) -> bool:
    """Whether nothing of the patient may be trained on: by the identifier's hash, always alike."""
    name = f"{subject.authority}\0{subject.identifier}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:8]) % HELD_OUT_ONE_IN == 0


def told(
    recordings: Sequence[Recording], count: int, zone: str, chance: random.Random
) -> Iterator[Told]:
    """`count` windows at most, shared out among the forms and languages; same `chance`, same ones.

    A window is as long as its form asks for, or the recording if that is shorter.
    """
    for form in SUMMARIES:
        share = -(-count // len(SUMMARIES))
        drawn = cut(recordings, timedelta(hours=form.hours), share, chance.getrandbits(32))
        for recording, windows in drawn:
            kept = held_out(recording.subject)
            for case in cases(recording, windows, zone, form):
                yield Told(
                    evidence=case.evidence,
                    language=chance.choice(list(Language)),
                    form=form,
                    held_out=kept,
                )
