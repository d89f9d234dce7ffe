"""HL7 out and in is the same."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.mllp.writing import write
from connectors.replay.channels import quality
from sereno.domain.stream import Observation, Quality, Subject, WaveformChunk
from sereno.domain.vitals import VITALS, Kind, Signal
from tests.fakes.hl7 import NAME, read

SENT = datetime(2026, 3, 14, 12, tzinfo=UTC)
SOURCE = f"{NAME}/SERENO"
NUMERIC = [row.signal for row in VITALS.values() if row.kind is not Kind.WAVEFORM]
WAVES = [row.signal for row in VITALS.values() if row.kind is Kind.WAVEFORM]
FIRST, LAST = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20)
FLAGS = st.sampled_from([None, Quality.DEMO, Quality.SENSOR_OFF, Quality.ARTEFACT])


@st.composite
def measured(draw: st.DrawFn) -> Observation:
    signal = draw(st.sampled_from(NUMERIC))
    row = VITALS[signal]
    value = draw(st.floats(row.low - 1, row.high + 1))
    if signal is Signal.CONSCIOUSNESS:
        value = float(draw(st.integers(0, 4)))
    if signal is Signal.FIO2:
        value = max(value, 21.0)  # up to 1 is a fraction
    judged = draw(FLAGS) or quality(signal, value, value)
    return Observation(signal, draw(MOMENTS), value, SOURCE, judged)


@st.composite
def recorded(draw: st.DrawFn) -> WaveformChunk:
    samples = draw(st.lists(st.floats(-20, 20), min_size=1, max_size=8))
    return WaveformChunk(
        draw(st.sampled_from(WAVES)), draw(MOMENTS), 8.0, tuple(samples), SOURCE,
        draw(st.sampled_from(["", "II", "MLII", "a^b"])),
    )  # fmt: skip


SUBJECTS = st.builds(
    Subject,
    identifier=TEXTS,
    authority=st.one_of(st.just(""), TEXTS),
    name=st.one_of(st.none(), TEXTS),
    birth_date=st.one_of(st.none(), st.dates(date(1900, 1, 1))),
    sex=st.sampled_from([None, "F", "M"]),
    bed=st.one_of(st.none(), TEXTS),
)


def _as_told(each: Observation) -> Observation:
    """HL7 tells what can not be as what was disturbed: neither is a value."""
    unlikely = each.quality is Quality.IMPLAUSIBLE
    return replace(each, quality=Quality.ARTEFACT) if unlikely else each


def unlike(told: list[Observation]) -> list[Observation]:
    """One a signal and moment, as a sender tells them."""
    return list({(each.signal, each.time): each for each in told}.values())


@given(
    SUBJECTS,
    st.lists(measured(), max_size=8).map(unlike),
    st.lists(recorded(), max_size=3, unique_by=lambda chunk: (chunk.signal, chunk.start)),
)
def test_what_is_written_is_read_back(
    subject: Subject, observations: list[Observation], waveforms: list[WaveformChunk]
) -> None:
    content = write(
        subject, observations, waveforms, application="SERENO", sent=SENT, control="1"
    )  # fmt: skip
    reading = read(content)
    if not observations and not waveforms:
        assert reading.batches == []
        return
    (batch,) = reading.batches
    assert batch.subject == subject
    assert list(batch.observations) == [_as_told(each) for each in observations]
    assert list(batch.waveforms) == waveforms
    assert (batch.rejected, batch.sent) == ((), SENT)


def test_a_sample_that_was_not_taken_stays_one() -> None:
    chunk = WaveformChunk(Signal.ECG, SENT, 4.0, (1.0, math.nan, 2.0), SOURCE, "II")
    content = write(
        Subject(identifier="1"), (), [chunk], application="SERENO", sent=SENT, control="1"
    )  # fmt: skip
    (found,) = read(content).batches[0].waveforms
    assert repr(found.samples) == repr(chunk.samples)


def test_consciousness_is_written_for_people_to_read() -> None:
    told = Observation(Signal.CONSCIOUSNESS, SENT + timedelta(seconds=1), 2.0, SOURCE)
    content = write(Subject(identifier="1"), [told], application="S", sent=SENT, control="1")
    assert b"|CWE|80288-4^consciousness^LN||V^Voice|" in content


def test_what_is_no_good_value_is_flagged_and_a_correction_says_so() -> None:
    told = [
        Observation(Signal.HEART_RATE, SENT + timedelta(seconds=n), 80.0, SOURCE, each)
        for n, each in enumerate(Quality)
    ]
    told.append(replace(told[0], time=SENT - timedelta(seconds=1), version=2))
    content = write(Subject(identifier="1"), told, application="S", sent=SENT, control="1")
    rows = [row.split("|") for row in content.decode().split("\r") if row.startswith("OBX")]
    assert [(row[8], row[11]) for row in rows] == [
        ("", "F"), ("NAV", "F"), ("INV", "F"), ("DEMO", "F"), ("INV", "F"), ("", "C"),
    ]  # fmt: skip


def test_a_name_stands_whole_as_the_family_name_and_a_place_as_the_bed() -> None:
    subject = Subject(identifier="1", name="Nobody At^All", bed="ICU 1 A")
    content = write(subject, application="S", sent=SENT, control="1").decode()
    assert "|Nobody At\\S\\All|" in content
    assert "|^^ICU 1 A\r" in content
