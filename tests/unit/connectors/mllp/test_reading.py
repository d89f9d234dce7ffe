"""From a message to batches: what was measured, of whom, by what, and what is refused."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mllp.parsing import parse
from connectors.mllp.reading import NOBODY
from connectors.mllp.rows import A_NUMBER, NO_TIME, TWICE, WITHDRAWN
from connectors.mllp.values import BOUND
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Observation, Quality, Subject
from sereno.domain.vitals import Signal
from tests.fakes.hl7 import NAME, PID, PV1, SENT, header, obx, oru, read, reader, told

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
MAP = {
    "HR": "heart_rate", "TMP": {"signal": "temperature", "unit": "degF"}, "T2": "temperature",
    "BP/1": "cuff_systolic", "BP/2": "cuff_diastolic", "GCS": "glasgow_coma_scale",
    "O2": "oxygen_given", "X^A": "spo2", "X^B": "pulse_rate", "LVL": "consciousness",
}  # fmt: skip


def one(row: str, codes: dict[str, object] | None = None) -> Observation:
    (found,) = told(oru(row), reader(codes or MAP))
    return found


def reason(row: str, codes: dict[str, object] | None = None) -> str:
    (batch,) = read(oru(row), reader(codes or MAP)).batches
    (letter,) = batch.rejected
    alone = letter.content.decode().split("\r")
    assert alone[0].startswith("MSH")
    assert row in alone
    return letter.reason


@pytest.mark.parametrize(
    ("code", "signal"),
    [
        ("8867-4^HR^LN", Signal.HEART_RATE),
        ("147842^MDC_ECG_HEART_RATE^MDC", Signal.HEART_RATE),
        ("MDC_PULS_OXIM_SAT_O2^^MDC", Signal.SPO2),
        ("0^MDC_RESP_RATE^MDC", Signal.RESPIRATORY_RATE),
        ("8867-4", Signal.HEART_RATE),
        ("HR^Heart^99X", Signal.HEART_RATE),
        ("17^own^99X^8310-5^Temp^LN", Signal.TEMPERATURE),
        ("X^^A", Signal.SPO2),
        ("X^^B", Signal.PULSE_RATE),
        ("oxygen_flow^^99SERENO", Signal.OXYGEN_FLOW),
    ],
)
def test_a_code_is_found_in_any_of_its_systems(code: str, signal: Signal) -> None:
    assert one(obx(code, "50", unit="")).signal is signal


@pytest.mark.parametrize(
    "code",
    ["1742-6^ALT^LN", "147842^^99X", "HT^^99X", "", "8867-4^^99X", "196616^MDC_EVT_ALARM^MDC"],
)
def test_what_is_no_vital_sign_is_not_taken_and_told(code: str) -> None:
    by = reader(MAP)
    reading = read(oru(obx(code, "50")), by)
    assert (reading.batches, reading.fault, reading.answered) == ([], None, True)
    assert by._codes.ignored == (code or "no code",)


@pytest.mark.parametrize(
    ("code", "value", "unit", "kept"),
    [
        ("8310-5^^LN", "98.6", "[degF]^^UCUM", 37.0),
        ("8310-5^^LN", "37,5", "°C", 37.5),
        ("8310-5^^LN", "36.9", "268192^MDC_DIM_DEGC^MDC", 36.9),
        ("8310-5^^LN", "36.9", "MDC_DIM_DEGC", 36.9),
        ("8310-5^^LN", "36.9", "", 36.9),
        ("TMP", "98.6", "", 37.0),
        ("TMP", "98.6", "Cel", 37.0),  # a map's word holds over the sender's
        ("59408-5^^LN", "0.97", "1", 97.0),
        ("59408-5^^LN", "97", "%^percent^UCUM", 97.0),
        ("8867-4^^LN", "80", "0004-0aa0^bpm^MDIL", 80.0),
        ("8867-4^^LN", "80", "beats per minute", 80.0),
        ("8480-6^^LN", "16", "kPa", 120.00986928),
        ("3150-0^^LN", "0.4", "%", 40.0),
        ("2339-0^^LN", "5", "mmol/L", 90.078),
        ("GCS", "14", "262656^MDC_DIM_DIMLESS^MDC", 14.0),
    ],
)
def test_units_are_converted(code: str, value: str, unit: str, kept: float) -> None:
    assert one(obx(code, value, unit, kind="ST")).value == pytest.approx(kept)


def test_the_log_names_a_code_that_is_not_taken_once_and_nothing_else_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    by = reader()
    for _ in range(3):
        read(oru(obx("718-7^Haemoglobin of Concepcion^LN", "13.1")), by)
    assert [record.getMessage() for record in caplog.records] == [
        "not taken, since it is no vital sign: 718-7"
    ]


def test_an_unknown_unit_is_refused_without_repeating_it() -> None:
    said = reason(obx("8310-5^^LN", "310", "Reaumur"))
    assert "Cel" in said
    assert "Reaumur" not in said


@pytest.mark.parametrize(
    ("row", "quality"),
    [
        (obx(value="82"), Quality.GOOD),
        (obx(value="-999"), Quality.SENSOR_OFF),
        (obx(value="0"), Quality.SENSOR_OFF),
        (obx(value="500"), Quality.IMPLAUSIBLE),
        (obx(value="82", flag="DEMO"), Quality.DEMO),
        (obx(value="82", flag="N~DEMO"), Quality.DEMO),
        (obx(value="82", flag="QUES"), Quality.ARTEFACT),
        (obx(value="82", flag="H"), Quality.GOOD),
        (obx(value="82", status="C"), Quality.GOOD),
        (obx(value="82", status="P"), Quality.GOOD),
        (obx(value="82", status=""), Quality.GOOD),
    ],
)
def test_values_are_judged(row: str, quality: Quality) -> None:
    assert one(row).quality is quality


def test_a_training_systems_values_are_marked_as_a_demonstration() -> None:
    first = header().replace("|P|", "|T|")
    assert [each.quality for each in told(oru(obx(), first=first))] == [Quality.DEMO]


@pytest.mark.parametrize("status", ["X", "I", "O", "N"])
def test_a_result_that_there_is_not_is_nothing(status: str) -> None:
    assert read(oru(obx(status=status))).batches == []


@pytest.mark.parametrize("value", ["", '""', "---", "***"])
def test_an_empty_value_is_nothing(value: str) -> None:
    assert read(oru(obx(value=value, kind="ST"))).batches == []


@pytest.mark.parametrize("status", ["D", "W"])
def test_a_withdrawal_is_told_since_it_can_not_be_done(status: str) -> None:
    reading = read(oru(obx(status=status)))
    assert reading.fault
    assert WITHDRAWN in reading.fault.reason


def test_a_bound_is_no_value_and_the_rest_is_taken() -> None:
    reading = read(oru(obx(), obx("59408-5^^LN", ">98", "%", kind="ST")))
    assert [o.value for b in reading.batches for o in b.observations] == [82]
    assert reading.warnings == [f"spo2: {BOUND}"]
    assert reading.fault is None


@pytest.mark.parametrize(
    ("kind", "value", "level"),
    [("CWE", "LA1^Alert^LN", 0), ("ST", "V", 2), ("CWE", "X^^L^C^Confused^L", 1)],
)
def test_consciousness_is_told_in_words(kind: str, value: str, level: float) -> None:
    assert one(obx("80288-4^^LN", value, "", kind=kind)).value == level


def test_a_number_for_consciousness_is_not_guessed() -> None:
    assert A_NUMBER in reason(obx("LVL", "1", ""))


def test_oxygen_is_told_by_its_device() -> None:
    assert one(obx("O2", "Nasal cannula", "", kind="ST")).value == 1
    assert one(obx("O2", "Room air", "", kind="ST")).value == 0
    assert read(oru(obx("O2", "Tracheostomy tube", "", kind="ST")), reader(MAP)).batches == []


def test_a_pressure_told_as_a_pair_is_two_where_the_map_says_so() -> None:
    found = told(oru(obx("BP", "120/80", "mmHg", kind="ST")), reader(MAP))
    assert [(each.signal, each.value) for each in found] == [
        (Signal.CUFF_SYSTOLIC, 120),
        (Signal.CUFF_DIASTOLIC, 80),
    ]


@pytest.mark.parametrize(
    ("row", "order", "hour"),
    [
        (obx(time="20260314100000+0000"), "OBR|1||||||20260314090000+0000", 10),
        (obx(time=""), "OBR|1||||||20260314090000+0000", 9),
        (obx(time="20260314"), "OBR|1||||||20260314090000+0000", 9),
        (obx(time=""), "OBR|1", 12),
        (obx(time="20260314100000"), "OBR|1", 10),  # in the zone of MSH-7
    ],
)
def test_the_time_is_the_nearest_that_is_told(row: str, order: str, hour: int) -> None:
    (found,) = told(oru(order, row))
    assert found.time == NOON.replace(hour=hour)


def test_what_was_measured_just_before_clocks_were_put_back_is_no_hour_ahead() -> None:
    first = header().replace(SENT, "20261025020005+0100")
    (found,) = told(oru(obx(time="20261025025955"), first=first), reader(zone=MADRID))
    assert found.time == datetime(2026, 10, 25, 0, 59, 55, tzinfo=UTC)


def test_without_any_time_a_value_is_refused() -> None:
    first = header().replace(SENT, "")
    reading = read(oru(obx(time=""), first=first))
    assert reading.fault
    assert reading.fault.reason == f"heart_rate: {NO_TIME}"


def test_a_wrong_time_is_refused_and_not_replaced() -> None:
    assert "time" in reason(obx(time="20261399"[:8] + "2500"))


def test_a_source_is_its_equipment_and_a_second_one_another() -> None:
    found = told(oru(obx(device="MON-1^^00A^EUI-64"), obx(value="84", device="MON-2"), obx()))
    assert [each.source for each in found] == [
        f"{NAME}/MON/MON-1",
        f"{NAME}/MON/MON-2",
        f"{NAME}/MON",
    ]


def test_equipment_holds_for_the_rows_that_it_contains() -> None:
    rows = (
        obx("69965^MDS^MDC", "", "", sub="1.0.0.0", status="X", device="MONITOR"),
        obx("69966^VMD^MDC", "", "", sub="1.2.0.0", status="X", device="MODULE"),
        obx(sub="1.1.1.1"),
        obx(sub="1.2.1.1", value="81"),
        obx(sub="2.1.1.1", value="79"),
    )
    names = [each.source.removeprefix(f"{NAME}/MON") for each in told(oru(*rows))]
    assert names == ["/MONITOR", "/MODULE", ""]


def test_a_second_code_of_a_signal_is_a_source_of_its_own() -> None:
    rows = (obx("59408-5^^LN", "97", "%"), obx("2708-6^^LN", "95", "%"))
    assert [each.source for each in told(oru(*rows))] == [f"{NAME}/MON", f"{NAME}/MON#2708-6"]
    alone = told(oru(rows[1]))
    assert alone[0].source == f"{NAME}/MON#2708-6"


def test_two_probes_of_one_code_are_told_apart_by_their_place() -> None:
    code = "150344^MDC_TEMP^MDC"
    rows = [obx(code, v, "Cel", sub=s) for v, s in (("37.2", "1.4.1"), ("36.1", "1.4.2"))]
    found = told(oru(*rows))
    assert len({each.source for each in found}) == 2
    assert found == told(oru(*rows))


def test_repeated_rows_are_told_once_and_contradictions_are_refused() -> None:
    assert len(told(oru(obx(), obx(), PV1, obx()))) == 1
    reading = read(oru(obx(), obx(value="90")))
    assert reading.warnings == [f"heart_rate: {TWICE}"]


def test_a_correction_in_the_same_message_holds() -> None:
    assert [each.value for each in told(oru(obx(), obx(value="90", status="C")))] == [90]


def test_nothing_a_sender_writes_as_its_name_breaks_a_source() -> None:
    first = header().replace("|MON|", r"|\X0A\Mon ñ/1^x|")
    (found,) = told(oru(obx(device="a b/ñ" + "x" * 99), first=first))
    assert found.source.isascii()
    assert found.source.count("/") == 2
    assert len(found.source) < 100
    assert "\n" not in found.source


@pytest.mark.parametrize(
    ("pid", "identifier", "authority"),
    [
        ("PID|||7^^^A^PI~8^^^B&2.16&ISO^MR~9^^^C^SS", "8", "B"),
        ("PID|||7^^^A^PI~9^^^C^SS", "7", "A"),
        ("PID|||9^^^C^SS~5", "5", ""),
        ("PID|||1^^^V^VN~7^^^&2.16.1&ISO^MR", "7", "2.16.1"),
        ("PID|||12^^^&&ISO^MR", "12", ""),
        ("PID||44|", "44", ""),
        ("PID|||^^^A^MR|55^^^X", "55", "X"),
        (r"PID|||a\T\b^^^A^MR", "a&b", "A"),
    ],
)
def test_a_patient_is_found_by_the_best_identifier(
    pid: str, identifier: str, authority: str
) -> None:
    (batch,) = read(oru(obx(), about=[pid])).batches
    assert batch.subject
    assert (batch.subject.identifier, batch.subject.authority) == (identifier, authority)


def test_what_is_told_of_a_patient_is_passed_on() -> None:
    pid = "PID|||7^^^A^MR||Nick^Name^^^^^N~Muñoz&Muñoz^Ana^María^^^^L||19480211120000|f"
    pv1 = "PV1||I|ICU^^ICU-04||||||||||||B6"
    (batch,) = read(oru(obx(), about=[pid, pv1])).batches
    assert batch.subject == Subject(
        identifier="7", authority="A", name="Ana María Muñoz", birth_date=date(1948, 2, 11),
        sex="F", bed="ICU-04", pregnant=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("location", "label"),
    [
        ("ICU^4^B", "ICU 4 B"),
        ("ICU^ICU-4^ICU-4-B", "ICU-4-B"),
        ("ICU&x^^7", "ICU 7"),
        ("^^12", "12"),
        ('3E^""^1~4F^2^2', "3E 1"),
    ],
)
def test_a_bed_is_said_as_a_ward_would(location: str, label: str) -> None:
    (batch,) = read(oru(obx(), about=["PID|||", f"PV1||I|{location}"])).batches
    assert batch.subject == Subject.in_bed(label)


def test_of_nobody_everything_is_refused() -> None:
    reading = read(oru(obx(), obx("9279-1^^LN", "16"), about=["PID|||^^^A^MR", "PV1||I"]))
    (batch,) = reading.batches
    (letter,) = batch.rejected
    assert (batch.subject, batch.observations, letter.reason) == (None, (), NOBODY)
    assert letter.content.count(b"OBX") == 2
    assert reading.fault
    assert (reading.fault.kind, reading.fault.code) == ("AE", 101)


def test_laboratory_results_of_nobody_are_none_of_ours() -> None:
    assert read(oru(obx("1742-6^ALT^LN", "50"), about=[])).fault is None


def test_several_patients_of_one_message_are_kept_apart() -> None:
    other = "PID|||SYN-2^^^SYNTH^MR"
    content = oru(obx(), other, "PV1||I|ICU^4^C", "OBR|1", obx(value="70"), "PV1||I|ICU^9^A",
                  obx(value="60"))  # fmt: skip
    found = [
        (batch.subject and batch.subject.identifier, [o.value for o in batch.observations])
        for batch in read(content).batches
    ]
    assert found == [("SYN-1", [82]), ("SYN-2", [70]), ("ICU 9 A", [60])]


def test_an_enormous_message_comes_in_several_batches() -> None:
    rows = [obx(time=f"20260314{n // 3600:02d}{n // 60 % 60:02d}{n % 60:02d}") for n in range(5001)]
    assert [len(batch.observations) for batch in read(oru(*rows)).batches] == [5000, 1]


@pytest.mark.parametrize(
    ("kind", "version", "code"),
    [("ORM^O01", "2.5", 200), ("", "2.5", 200), ("ORU^R01", "3.0", 203)],
)
def test_other_messages_are_refused(kind: str, version: str, code: int) -> None:
    reading = read(oru(obx(), first=header(kind, version=version)))
    assert reading.fault
    assert (reading.fault.kind, reading.fault.code) == ("AR", code)
    assert reading.batches[0].rejected


def test_an_answer_is_not_answered() -> None:
    reading = read(oru("MSA|AA|1", first=header("ACK^R01")))
    assert (reading.answered, reading.batches) == (False, [])


def test_the_clock_of_the_sender_is_told() -> None:
    assert read(oru(obx())).batches[0].sent == NOON


CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["8867-4^^LN", "NM", "SN", "NA", "MA", "CD", "5&CHN^", "5&WAV^", "98", "1^2",
                     "0^MDC_ATTR_SAMP_RATE^MDC", "131330^^MDC", "20260314", SENT, "P", "DEMO"]),
)  # fmt: skip
LINES = st.tuples(
    st.sampled_from(["PID", "PV1", "OBR", "OBX", "OBX", "MRG", "EVN", "ZZZ"]),
    st.lists(CELLS, max_size=20),
).map(lambda line: "|".join((line[0], *line[1])))
KINDS = st.sampled_from(["ORU^R01", "ORU^W01", "ADT^A01", "ADT^A40", "ADT^A99", "X"])


@given(KINDS, st.lists(LINES, max_size=12))
def test_whatever_a_message_holds_is_read_or_refused(kind: str, lines: list[str]) -> None:
    content = oru(*lines, first=header(kind), about=[])
    try:
        messages = parse(content)
    except MalformedInput:
        return
    for message in messages:
        reading = reader(MAP).read(message)
        for batch in reading.batches:
            assert batch.subject or batch.rejected
            assert all("\n" not in letter.reason for letter in batch.rejected)
            assert all(each.time.tzinfo is UTC for each in batch.observations)


@given(st.binary(max_size=200))
def test_whatever_bytes_follow_a_patient_never_raise_but_what_is_documented(tail: bytes) -> None:
    try:
        messages = parse(oru() + tail)
    except MalformedInput:
        return
    for message in messages:
        reader(MAP).read(message)


def test_pid_and_pv1_repeated_say_nothing_new() -> None:
    (batch,) = read(oru(obx(), about=[PID, PID, PV1, PV1])).batches
    assert len(batch.observations) == 1


def test_nothing_of_a_patient_is_in_sources_reasons_answers_or_logs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    secret = "Concepcion"
    about = [f"PID|||{secret}^^^{secret}^MR||{secret}", f"PV1||I|{secret}^{secret}"]
    rows = (
        obx(), obx(value=secret), obx(unit=secret), obx(time=secret), obx(status="W"),
        obx("80288-4^^LN", secret, "", kind="ST"), obx("59408-5^^LN", f">{secret}"),
        obx("131330^^MDC", f"1^{secret}", "mV", kind="NA"), f"NTE|||{secret}", f"OBR|{secret}",
        obx(value="81", sub=secret),
    )  # fmt: skip
    for content in (oru(*rows, about=about), oru(*rows, about=[f"PID|||||{secret}"])):
        reading = read(content)
        told = [*reading.warnings, reading.fault.reason if reading.fault else "", caplog.text]
        told += [letter.reason for batch in reading.batches for letter in batch.rejected]
        told += [each.source for batch in reading.batches for each in batch.observations]
        assert len(reading.warnings) >= 1
        assert not [text for text in told if secret in text]


def test_a_training_message_tells_nothing_true_of_the_patient() -> None:
    message = oru("OBX|1|NM|8867-4^HR^LN||82|/min|||||F").replace(b"|P|2.6", b"|T|2.6")
    (batch,) = read(message).batches
    assert batch.subject == Subject(identifier="SYN-1", authority="SYNTH")
    assert {each.quality for each in batch.observations} == {Quality.DEMO}
