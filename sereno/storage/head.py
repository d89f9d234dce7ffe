"""A patient's head: the newest link of every chain and what must be known before every write.

It is sealed as one and replaced by every commit. Whoever cuts off a chain's end, or puts an old
row back, would have to make a head that agrees, which takes the key.
"""

import json
import zlib
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from privacy import envelope
from sereno.domain.errors import Unreadable
from sereno.domain.stream import Observation, Quality
from sereno.storage.codes import SIGNAL_OF, SIGNALS
from sereno.storage.engine import micros, moment
from sereno.storage.packing import Reader, varint

NO_TAG: Final = bytes(envelope.TAG_BYTES)  # before a chain's first row

_LEVEL: Final = 1  # zlib's least effort: a head is rewritten by every commit


class Link(NamedTuple):
    """The rows of a chain: from `first` to `last`, whose tag is `tag`; empty if last < first."""

    first: int = 1
    last: int = 0
    tag: bytes = NO_TAG

    @property
    def length(self) -> int:
        """How many rows there are."""
        return self.last - self.first + 1


@dataclass(slots=True, kw_only=True)
class Head:
    """What is known of a patient's rows. Writers work on a `copy`.

    `marks` are the newest times by signal code and source, `wave_marks` the newest ends by
    signal code, channel and source. `records`, `writes` and `total` are the number of records,
    of writes to them, and the sum of the numbers of their newest writes: any record that is
    missing or older than it should be makes the sum smaller.
    """

    commits: int = 0
    records: int = 0
    writes: int = 0
    total: int = 0
    tail_count: int = 0
    links: dict[int, Link] = field(default_factory=dict)
    marks: dict[tuple[int, str], int] = field(default_factory=dict)
    wave_marks: dict[tuple[int, str, str], int] = field(default_factory=dict)
    latest: dict[int, Observation] = field(default_factory=dict)
    state: bytes | None = None

    def copy(self) -> "Head":
        """Another head with the same content."""
        return replace(
            self,
            links=dict(self.links),
            marks=dict(self.marks),
            wave_marks=dict(self.wave_marks),
            latest=dict(self.latest),
        )

    def link(self, chain: int) -> Link:
        """The newest link of `chain`."""
        return self.links.get(chain, Link())


def identity(patient: str, commits: int) -> bytes:
    """What a sealed head is bound to."""
    return envelope.identity("head", patient, commits)


def pack(head: Head) -> bytes:
    """The head as bytes."""
    places: dict[str, int] = {}

    def place(source: str) -> int:
        return places.setdefault(source, len(places))

    content = {
        "n": [head.commits, head.records, head.writes, head.total, head.tail_count],
        "c": [[chain, one.first, one.last, one.tag.hex()] for chain, one in head.links.items()],
        "m": [[code, place(source), at] for (code, source), at in head.marks.items()],
        "w": [[code, ch, place(source), at] for (code, ch, source), at in head.wave_marks.items()],
        "l": [_latest(one, place(one.source)) for one in head.latest.values()],
        "s": list(places),
    }
    packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode(), _LEVEL)
    has_state = b"\x00" if head.state is None else b"\x01"
    return varint(len(packed)) + packed + has_state + (head.state or b"")


def unpack(content: bytes) -> Head:
    """What `pack` wrote. Raises Unreadable."""
    reader = Reader(content)
    packed = reader.take(reader.varint())
    has_state = reader.byte()
    try:
        kept = json.loads(zlib.decompress(packed))
    except (ValueError, zlib.error) as error:
        raise Unreadable(
            "a patient's head is damaged; restore the last backup (docs/how-to/back-up.md)"
        ) from error
    commits, records, writes, total, tail_count = kept["n"]
    sources = kept["s"]
    latest = (_observation(row, sources) for row in kept["l"])
    return Head(
        commits=commits,
        records=records,
        writes=writes,
        total=total,
        tail_count=tail_count,
        links={chain: Link(a, b, bytes.fromhex(tag)) for chain, a, b, tag in kept["c"]},
        marks={(code, sources[place]): at for code, place, at in kept["m"]},
        wave_marks={(code, ch, sources[place]): at for code, ch, place, at in kept["w"]},
        latest={SIGNALS[one.signal]: one for one in latest},
        state=reader.rest() if has_state else None,
    )


def _latest(one: Observation, place: int) -> list[object]:
    code = SIGNALS[one.signal]
    return [code, micros(one.time), one.value, place, one.quality.value, one.version]


def _observation(row: list[Any], sources: list[str]) -> Observation:
    code, at, value, place, quality, version = row
    return Observation(
        SIGNAL_OF[code], moment(at), value, sources[place], Quality(quality), version
    )
