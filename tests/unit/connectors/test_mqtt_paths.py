"""Paths lead where they say, and never raise on what a message holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mqtt import paths
from connectors.mqtt.message import Incoming

ROW: dict[str, Any] = {
    "hr": 72, "a-b": 1, "with space": 2, "none": None, "list": [10, {"x": 20}, 30], "o": {"o": {}},
}  # fmt: skip
UP = {"date": 5}
# A user property (0x26) "unit" = "kPa".
PROPERTIES = b"\x26\x00\x04unit\x00\x03kPa"
MESSAGE = Incoming(["ward", "4", "", "hr"], PROPERTIES, {"row": ROW})

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)
NAMES = st.from_regex(r"[a-z_][a-z0-9_-]{0,4}", fullmatch=True)
STEPS = st.one_of(
    NAMES.map(lambda name: f".{name}"),
    st.integers(-5, 5).map(lambda index: f"[{index}]"),
    st.text(st.characters(exclude_characters="'"), min_size=1, max_size=5).map(
        lambda name: f"['{name}']"
    ),
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("@", ROW),
        ("@.hr", 72),
        ("$.row.hr", 72),
        ("@.a-b", 1),
        ("@['with space']", 2),
        ("@.list[0]", 10),
        ("@.list[-1]", 30),
        ("@.list[1].x", 20),
        ("@.list[3]", None),
        ("@.list[-4]", None),
        ("@.list.x", None),  # a list has no names
        ("@.hr[0]", None),  # a number has no items
        ("@.o[0]", None),  # nor has an object
        ("@.o.o.o", None),
        ("@.none", None),
        ("@.absent", None),
        ("^.date", 5),
        ("topic", "ward/4//hr"),
        ("topic[0]", "ward"),
        ("topic[-1]", "hr"),
        ("topic[2]", None),  # an empty part names nobody
        ("topic[9]", None),
        ("topic[-5]", None),
        ("property['unit']", "kPa"),
        ("property['absent']", None),
    ],
)
def test_a_path_leads_to_what_stands_there(path: str, found: object) -> None:
    assert paths.compiled(path)(ROW, UP, MESSAGE) == found


@pytest.mark.parametrize(
    "path",
    [
        "", "hr", "$.", "@..hr", "@.1a", "@[x]", "@[*].hr", "@.a.[1]", "$[?(@.x)]", "topic.x",
        "topic[1][2]", "topic[1].a", "property[0]", "property['a'].b", "@ .hr", "@.hr ", "@['']",
        "@.list[1:2]", "@" + ".a" * 200,
    ],
)  # fmt: skip
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        paths.compiled(path)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [("all", None)]),
        ("$.a[*]", [(1, "root"), (2, "root")]),
        ("$.b[*].c[*]", [(3, "first"), (4, "first"), (5, "second")]),
        ("$.b[*].d", [(6, "root")]),
        ("$.e[*]", []),  # an object is one row and not many
        ("$.none[*]", []),
    ],
)
def test_rows_are_found_with_what_holds_them(path: str, found: list[tuple[Any, Any]]) -> None:
    first, second = {"c": [3, 4]}, {"c": [5], "d": 6}
    root = {"a": [1, 2], "b": [first, second, "no object"], "e": {"x": 1}}
    named: dict[str, Any] = {"root": root, "first": first, "second": second, "all": root}
    wanted = [(named.get(str(row), row), named.get(str(up), up)) for row, up in found]
    assert list(paths.rows(path)(root)) == wanted


def test_the_first_that_leads_somewhere_holds() -> None:
    read = paths.first(("@.absent", "@.none", "@.hr", "@.list"))
    assert read(ROW, UP, MESSAGE) == 72


@given(st.sampled_from("$@^"), st.lists(STEPS, max_size=6), JSON, JSON)
def test_no_message_makes_a_path_raise(
    root: str, steps: list[str], row: object, up: object
) -> None:
    path = root + "".join(steps)
    paths.compiled(path)(row, up, Incoming(["a", "b"], b"", row))
    list(paths.rows("$" + "".join(steps) + "[*]")(row))


@given(st.text(max_size=20))
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    try:
        paths.compiled(text)
    except ValueError:
        return
    assert text[0] in "$@^tp"


@given(st.lists(NAMES, min_size=1, max_size=5), JSON.filter(lambda value: value is not None))
def test_what_was_put_at_a_path_is_found_there(names: list[str], value: Any) -> None:
    row: Any = value
    for name in reversed(names):
        row = {name: row}
    found = paths.compiled("@" + "".join(f"['{name}']" for name in names))(row, None, MESSAGE)
    assert found is value
