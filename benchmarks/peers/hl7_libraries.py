"""The peers of the HL7 benchmark: python-hl7 and hl7apy parse the same message as often.

Reads one JSON object (library, content, count) and answers with one: seconds, and the codes and
values of its OBX as that library found them. Run as: python hl7_libraries.py
"""

import json
import sys
import time
from collections.abc import Callable

Rows = list[list[str]]  # code and value of each OBX


def python_hl7() -> Callable[[str], Rows]:
    """What python-hl7 does with a message."""
    import hl7

    def rows(text: str) -> Rows:
        message = hl7.parse(text)
        return [[str(obx[3][0][0]), str(obx[5][0])] for obx in message.segments("OBX")]

    return rows


def hl7apy() -> Callable[[str], Rows]:
    """What hl7apy does with a message, without looking for its groups: its fastest."""
    from hl7apy.parser import parse_message

    def rows(text: str) -> Rows:
        message = parse_message(text, find_groups=False)
        return [
            [obx.obx_3.obx_3_1.to_er7(), obx.obx_5.to_er7()]
            for obx in message.children
            if obx.name == "OBX"
        ]

    return rows


LIBRARIES = {"python-hl7": python_hl7, "hl7apy": hl7apy}


def main() -> None:
    """Answer one task."""
    task = json.load(sys.stdin)
    rows = LIBRARIES[task["library"]]()
    content: bytes = task["content"].encode()
    found = rows(content.decode())
    started = time.process_time()
    for _ in range(task["count"]):
        rows(content.decode())
    json.dump({"seconds": time.process_time() - started, "rows": found}, sys.stdout)


if __name__ == "__main__":
    main()
