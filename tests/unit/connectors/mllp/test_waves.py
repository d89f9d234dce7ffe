"""Waveforms in OBX."""

import base64
import math
from array import array
from datetime import UTC, datetime, timedelta

import pytest

from connectors.mllp.waves import NO_ORDER, NO_RATE, NO_TIME, NOT_SAMPLES
from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import Signal
from tests.fakes.hl7 import NAME, header, oru, read, reader, sample

ECG, PRESSURE = Signal.ECG, Signal.PRESSURE
LEAD = "131330^MDC_ECG_ELEC_POTL_II^MDC"
AT = "20260314115900+0000"
START = datetime(2026, 3, 14, 11, 59, tzinfo=UTC)


def array_of(value: str, unit: str = "mV", *, kind: str = "NA", time: str = AT) -> str:
    return f"OBX||{kind}|{LEAD}|1.1.1.1|{value}|{unit}|||||F|||{time}"


def attribute(name: str, value: str, unit: str = "", number: int = 1) -> str:
    return f"OBX||NM|0^{name}^MDC|1.1.1.1.{number}|{value}|{unit}|||||F"


def rate(hz: float) -> str:
    return attribute("MDC_ATTR_SAMP_RATE", str(hz), "264608^MDC_DIM_PER_SEC^MDC")


RANGE = attribute("MDC_ATTR_DATA_RANGE", "-2048^2047", number=2)


def chunks(*rows: str) -> list[WaveformChunk]:
    reading = read(oru(*rows))
    return [chunk for batch in reading.batches for chunk in batch.waveforms]


def test_an_array_comes_in_chunks_of_a_second() -> None:
    found = chunks(array_of("^".join(str(n / 10) for n in range(10))), rate(4))
    assert [(c.start, c.samples) for c in found] == [
        (START, (0.0, 0.1, 0.2, 0.3)),
        (START + timedelta(seconds=1), (0.4, 0.5, 0.6, 0.7)),
        (START + timedelta(seconds=2), (0.8, 0.9)),
    ]
    assert {(c.signal, c.rate, c.channel, c.source) for c in found} == {
        (Signal.ECG, 4.0, "II", f"{NAME}/MON")
    }


@pytest.mark.parametrize(
    ("code", "channel"),
    [
        ("131329^MDC_ECG_LEAD_I^MDC", "I"),
        ("131389^^MDC", "III"),
        ("131331^MDC_ECG_LEAD_III^MDC", "III"),  # the name holds over a number that is another's
        ("131333^MDC_ECG_ELEC_POTL_V3^MDC", "V3"),
        ("131328^MDC_ECG_ELEC_POTL^MDC", ""),
    ],
)
def test_a_lead_is_told_by_its_code(code: str, channel: str) -> None:
    (found,) = chunks(array_of("1^2").replace(LEAD, code), rate(2))
    assert found.channel == channel


@pytest.mark.parametrize(
    ("rows", "samples"),
    [
        ((array_of("100^-100", "uV"), rate(2)), (0.1, -0.1)),
        ((array_of("1^^x", "mV").replace("x", "---"), rate(3)), (1.0, None, None)),
        ((array_of("1^9999"), rate(2), RANGE), (1.0, None)),
        ((array_of("1~2"), rate(2)), (1.0, 2.0)),
        (
            (array_of("1^2", "1"), rate(2), attribute("MDC_ATTR_NU_MSMT_RES", "0.5", "mV")),
            (0.5, 1.0),
        ),
        (
            (array_of("1^2", "mV"), rate(2), attribute("MDC_ATTR_NU_MSMT_RES", "0.5", "mV")),
            (1.0, 2.0),
        ),
    ],
)
def test_samples_become_the_vocabularys_unit(
    rows: tuple[str, ...], samples: tuple[float | None, ...]
) -> None:
    (found,) = chunks(*rows)
    assert [None if math.isnan(each) else each for each in found.samples] == list(samples)


def test_without_a_rate_the_orders_length_tells_it() -> None:
    bounded = f"OBR|2||||||{AT}|20260314115902+0000"
    (first, second) = chunks(bounded, array_of("1^2^3^4", time=""))
    assert (first.rate, first.start, second.samples) == (2.0, START, (3.0, 4.0))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((array_of("1^2"),), NO_RATE),
        ((array_of("1^2"), rate(0)), NO_RATE),
        ((array_of("1^2", time=""), rate(2)), NO_TIME),
        ((array_of("1^spike"), rate(2)), NOT_SAMPLES),
        ((array_of("1^2", "1"), rate(2)), "unit"),
        ((array_of("^a^b^Base64^AAAA", kind="ED"), rate(2)), NO_ORDER),
        ((array_of("^a^b^Base64^!!!!", kind="ED"), rate(2), RANGE), NOT_SAMPLES),
    ],
)
def test_what_can_not_be_placed_or_measured_is_refused(rows: tuple[str, ...], reason: str) -> None:
    reading = read(oru(*rows))
    assert reading.fault
    assert reason in reading.fault.reason
    assert "spike" not in reading.fault.reason


@pytest.mark.parametrize("swap", [False, True])
def test_bytes_are_read_in_the_one_order_in_which_they_fit(swap: bool) -> None:
    values = array("h", [0, 5, -7, 2000])
    if swap:
        values.byteswap()
    text = base64.b64encode(values.tobytes()).decode()
    (found,) = chunks(array_of(f"^Application^octet-stream^Base64^{text}", "uV", kind="ED"),
                      rate(4), RANGE)  # fmt: skip
    assert found.samples == pytest.approx((0.0, 0.005, -0.007, 2.0))


def test_an_array_without_one_sample_is_nothing() -> None:
    assert chunks(array_of("^^"), rate(2)) == []


def test_a_recording_by_the_categories_of_the_standard() -> None:
    (batch,) = read(sample("generic-w01")).batches
    lead, pressure = ([c for c in batch.waveforms if c.signal is s] for s in (ECG, PRESSURE))
    begin = datetime(2026, 11, 24, 8, 19, 59, 500_000, tzinfo=UTC)
    assert [(c.channel, c.rate, c.start) for c in lead] == [
        ("II", 4.0, begin),
        ("II", 4.0, begin + timedelta(seconds=1)),
    ]
    assert lead[0].samples[:3] == pytest.approx((0.0, 0.5, 1.0))
    assert math.isnan(lead[0].samples[3])  # none was sent
    assert pressure[0].samples[:3] == (80.0, 90.0, 120.0)  # 10 is the baseline
    assert math.isnan(pressure[0].samples[3])  # beyond the range
    assert pressure[1].samples == (110.0,)


def test_a_channel_that_is_none_of_ours_is_left_out() -> None:
    by = reader()
    rows = (
        "OBX||CD|5&CHN^|1|1&EEG^C3^1&uV^^4", "OBX||CD|5&CHN^|2|2^II^1&mV",
        f"OBX||TS|5&TIM^|1|{AT}", "OBX||NA|5&WAV^|1|1^2", "OBX||NA|5&WAV^|2|3^4",
    )  # fmt: skip
    (batch,) = read(oru(*rows, first=header("ORU^W01")), by).batches
    assert [chunk.samples for chunk in batch.waveforms] == [(3.0, 4.0)]
    assert batch.waveforms[0].rate == 4.0  # as the first channel's
