"""A message by patient: which PID, PV1, orders and results belong together."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from connectors.mllp.parsing import Message, Segment, at

_SHORTEST: Final = 6  # an OBX with less holds no value


@dataclass(slots=True)
class Group:
    """What a message holds about one patient or bed; `rows` are OBX with the OBR before them."""

    pid: Segment | None = None
    pv1: Segment | None = None
    mrg: Segment | None = None
    rows: list[tuple[Segment, Segment | None]] = field(default_factory=list)

    def segments(self) -> Iterator[Segment]:
        """All of it, in the order in which it is written."""
        yield from (each for each in (self.pid, self.pv1, self.mrg) if each is not None)
        last = None
        for row, order in self.rows:
            if order is not None and order is not last:
                yield order
            last = order
            yield row


def groups(message: Message) -> list[Group]:
    """The patients of a message in order.

    A PV1 after results begins another one: the same patient where the bed is the same, else
    whoever lies in that bed. What is about nobody comes first, with no PID.
    """
    found = [Group()]
    order: Segment | None = None
    for segment in message.segments:
        name, group = segment[0], found[-1]
        if name == "OBX":
            if len(segment) >= _SHORTEST:
                group.rows.append((segment, order))
        elif name == "OBR":
            order = segment
        elif name == "MRG":
            group.mrg = segment
        elif name in {"PID", "PV1"}:
            following = _with_pid(group, segment) if name == "PID" else _with_pv1(group, segment)
            if following is not group:
                order = None
                found.append(following)
    return found


def _with_pid(group: Group, pid: Segment) -> Group:
    if group.pid is None and not group.rows:
        group.pid = pid
    elif group.pid != pid or group.mrg is not None:  # else the same one, repeated
        return Group(pid=pid)
    return group


def _with_pv1(group: Group, pv1: Segment) -> Group:
    if not group.rows:
        group.pv1 = pv1
    elif group.pv1 != pv1:
        same = group.pv1 is None or at(group.pv1, 3) == at(pv1, 3)
        return Group(pid=group.pid if same else None, pv1=pv1)
    return group
