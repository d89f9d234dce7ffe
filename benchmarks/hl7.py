"""HL7 v2 messages parsed a second, beside python-hl7 and hl7apy, and read to observations.

Each side takes the bytes of one ORU^R01 of a bedside monitor with six values, decodes and parses
them, and looks up the code and the value of each OBX; all must find the same. The sides take turns
in one run. Ours is measured on to the observations too, and with the answer that the sender gets.
Without the peers (`make peers`) ours is measured alone.

    python benchmarks/hl7.py [--runs N] [--count N]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from connectors.codes import CodeMap
from connectors.mllp.answers import answer
from connectors.mllp.coding import Codes
from connectors.mllp.framing import Deframer, framed
from connectors.mllp.parsing import parse
from connectors.mllp.reading import Reader
from connectors.mllp.times import Times

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "hl7.json"
PYTHON = HERE.parent / ".venv-peers/bin/python"
PEERS = ("python-hl7", "hl7apy")
SLOWER = {"python-hl7": 5, "hl7apy": 50}  # they are given so many times fewer messages

AT = "20260314120000+0100"
VALUES = (
    ("147842^MDC_ECG_HEART_RATE^MDC", "82", "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    ("150456^MDC_PULS_OXIM_SAT_O2^MDC", "97", "262688^MDC_DIM_PERCENT^MDC"),
    ("151562^MDC_RESP_RATE^MDC", "16", "264928^MDC_DIM_RESP_PER_MIN^MDC"),
    ("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "121", "266016^MDC_DIM_MMHG^MDC"),
    ("150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "72", "266016^MDC_DIM_MMHG^MDC"),
    ("150364^MDC_TEMP_BODY^MDC", "36.9", "268192^MDC_DIM_DEGC^MDC"),
)
ROWS = [[code.partition("^")[0], value] for code, value, _ in VALUES]


def message() -> bytes:
    """A monitor's message as a gateway sends it."""
    lines = [
        rf"MSH|^~\&|GATE|ICU|EHR|HOSP|{AT}||ORU^R01^ORU_R01|17|P|2.6|||AL|NE||UNICODE UTF-8",
        "PID|||SYN-1^^^SYNTH^MR||Doe^Jane||19500101|F",
        "PV1||I|ICU^4^B",
        f"OBR|1|1^GATE|1^GATE|69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|||{AT}",
    ]
    for number, (code, value, unit) in enumerate(VALUES, 1):
        place = f"1.{number}.1.{code.partition('^')[0]}"
        lines.append(f"OBX|{number}|NM|{code}|{place}|{value}|{unit}|||||F|||{AT}||||MON7")
    return "".join(f"{line}\r" for line in lines).encode()


def rows(content: bytes) -> list[list[str]]:
    """What ours does with a message, as the peers do it."""
    (found,) = parse(content)
    delimiters = found.delimiters
    return [
        [delimiters.first(segment[3]), delimiters.plain(segment[5])]
        for segment in found.segments
        if segment[0] == "OBX"
    ]


def timed(work: Callable[[], object], count: int) -> float:
    """Microseconds of one `work`."""
    started = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - started) / count * 1e6


def peer(library: str, content: bytes, count: int) -> float:
    """Microseconds of one message in `library`."""
    task = json.dumps({"library": library, "content": content.decode(), "count": count})
    script = str(HERE / "peers" / "hl7_libraries.py")
    done = subprocess.run(
        [str(PYTHON), script], input=task, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    if told["rows"] != ROWS:
        raise SystemExit(f"{library} found other values: {told['rows']}")
    return float(told["seconds"]) / count * 1e6


def sides(content: bytes) -> dict[str, Callable[[int], float]]:
    """What is measured, each as microseconds of a message over so many."""
    reader = Reader("mllp:2575", Codes(CodeMap()), Times(UTC))
    deframer = Deframer()
    now = datetime(2026, 3, 14, 11, tzinfo=UTC)
    wire = framed(content)

    def whole() -> None:
        for frame in deframer.feed(wire):
            for each in parse(frame.content):
                reading = reader.read(each)
                answer(each, reading.fault, reading.warnings, now=now, control="1")

    found: dict[str, Callable[[int], float]] = {
        "ours: parsed": lambda count: timed(lambda: rows(content), count),
        "ours: to observations": lambda count: timed(lambda: reader.read(parse(content)[0]), count),
        "ours: from the wire to the answer": lambda count: timed(whole, count),
    }
    if not PYTHON.exists():
        print("no peers: run make peers", file=sys.stderr)
        return found
    for library in PEERS:
        found[f"{library}: parsed"] = lambda count, library=library: peer(  # type: ignore[misc]
            library, content, count // SLOWER[library]
        )
    return found


def main() -> None:
    """Run, print a table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--count", type=int, default=5000, help="messages of a run")
    options = parser.parse_args()
    content = message()
    if rows(content) != ROWS:
        raise SystemExit("ours found other values")
    measured = sides(content)
    spent: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(options.runs):
        for name, measure in measured.items():
            spent[name].append(measure(options.count))
    result: dict[str, object] = {
        "benchmark": "hl7",
        "unit": "microseconds a message, median of the runs",
        "runs": options.runs,
        "message": {"bytes": len(content), "values": len(VALUES)},
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }
    print(f"{len(content)} bytes, {len(VALUES)} values; median of {options.runs} runs")
    for name, times in spent.items():
        middle = statistics.median(times)
        result[name] = round(middle, 1)
        print(
            f"  {name:36} {middle:9.1f} us {1e6 / middle:9,.0f} messages/s  best {min(times):.1f}"
        )
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
