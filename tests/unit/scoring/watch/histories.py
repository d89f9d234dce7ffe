"""Whatever a few sources may say of a patient, for what must hold of any stream."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import Signal
from tests.unit.scoring.streams import at, seen
from tests.unit.scoring.watch.rounds import ACVPU, CUFF, HR, O2, PR, RR, SPO2, TEMP

SIGNALS = [SPO2, HR, PR, RR, CUFF, TEMP, O2, ACVPU, Signal.FIO2]
VALUES = {
    SPO2: [97, 93, 90, 83], HR: [72, 115, 135, 145, 38], PR: [72, 135], RR: [16, 22, 26, 7],
    CUFF: [120, 105, 88], TEMP: [37.0, 39.2], O2: [0, 1], ACVPU: [0, 1], Signal.FIO2: [21, 40],
}  # fmt: skip
GAPS = st.sampled_from([0, 0, 0, 1, 1, 1, 2, 10, 30, 61, 301, 900, 4000, 30000])


@st.composite
def histories(
    draw: st.DrawFn,
    versions: Sequence[int] = (1,),
    sources: Sequence[str] = ("monitor", "chart"),
) -> list[Observation]:
    """What a few sources say of a patient, with gaps, bad values and values out of order."""
    found, when = [], 0
    for gap in draw(st.lists(GAPS, min_size=1, max_size=50)):
        when += gap
        signal = draw(st.sampled_from(SIGNALS))
        value = draw(st.sampled_from(VALUES[signal]))
        quality = draw(st.sampled_from([Quality.GOOD] * 6 + list(Quality)))
        source = draw(st.sampled_from(sources))
        late = draw(st.sampled_from([0, 0, 0, 0, 3, 700]))
        one = seen(signal, value, at(when - late), quality, source)
        found.append(replace(one, version=draw(st.sampled_from(versions))))
    return found
