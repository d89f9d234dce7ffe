"""What a client may ask is read whole or refused, and a refusal quotes nothing of it."""

import json
import string
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.api.requests import DEEPEST, Refused, read_chat, read_text
from sereno.domain.completion import Guide, GuideKind, Message, Speaker

CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
TEXT: dict[str, Any] = {"model": "m", "prompt": "Hello"}
SECRET = "Zubizarreta"

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "model", "messages", "prompt", "max_tokens", "max_completion_tokens", "temperature", "top_p",
    "seed", "stop", "stream", "stream_options", "response_format", "grammar", "n", "logprobs",
    "tools", "user", "echo", "frequency_penalty", "logit_bias", "unheard_of",
]  # fmt: skip


def chat(**more: Any) -> bytes:
    return json.dumps(CHAT | more).encode()


@given(st.binary() | st.text().map(str.encode) | ANYTHING.map(json.dumps).map(str.encode))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    for read in (read_chat, read_text):
        with pytest.raises(Refused):
            read(body)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_whatever_a_field_holds_it_is_read_or_refused(fields: dict[str, Any]) -> None:
    for read, rest in ((read_chat, CHAT), (read_text, TEXT)):
        with suppress(Refused):
            asked = read(json.dumps(rest | fields).encode()).asked
            assert 1 <= asked.max_tokens <= 1024
            assert 0 <= asked.temperature <= 2
            assert 0 <= asked.seed < 2**31


@given(
    name=st.sampled_from(FIELDS),
    value=st.sampled_from([SECRET, [SECRET], {SECRET: SECRET}, {"type": SECRET}, [{SECRET: 1}]]),
)
def test_a_refusal_quotes_nothing(name: str, value: Any) -> None:
    for read, rest in ((read_chat, CHAT), (read_text, TEXT)):
        with pytest.raises(Refused) as caught:
            read(json.dumps(rest | {name: value, SECRET: SECRET}).encode())
        assert SECRET not in f"{caught.value} {caught.value.field}"


def test_a_chat_is_read_with_its_parts_and_roles() -> None:
    parts = [{"type": "text", "text": "How is "}, {"type": "text", "text": "bed 3?"}]
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": parts, "name": "nora"},
        {"role": "assistant", "content": "Well."},
    ]
    assert read_chat(chat(messages=messages)).asked.prompt == (
        Message(Speaker.SYSTEM, "Be brief."),
        Message(Speaker.USER, "How is bed 3?"),
        Message(Speaker.ASSISTANT, "Well."),
    )


def test_what_is_not_said_has_its_default() -> None:
    asked = read_chat(chat()).asked
    assert (asked.max_tokens, asked.temperature, asked.top_p, asked.stop, asked.guide) == (
        512, 0.0, 1.0, (), None,
    )  # fmt: skip
    assert read_text(json.dumps(TEXT).encode()).asked.max_tokens == 16
    assert read_text(json.dumps(TEXT | {"prompt": ["Hi"]}).encode()).asked.prompt == "Hi"


ACCEPTED = [
    ({"max_completion_tokens": 9, "max_tokens": 5}, "max_tokens", 9),
    ({"temperature": 1}, "temperature", 1.0),
    ({"seed": -1}, "seed", 2**31 - 1),
    ({"stop": "END"}, "stop", ("END",)),
    ({"stop": ["a", "b"]}, "stop", ("a", "b")),
    ({"response_format": {"type": "text"}}, "guide", None),
    (
        {"response_format": {"type": "json_object"}},
        "guide",
        Guide(GuideKind.JSON_SCHEMA, '{"type": "object"}'),
    ),
    (
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "x", "strict": True, "schema": {"type": "integer"}},
            }
        },
        "guide",
        Guide(GuideKind.JSON_SCHEMA, '{"type": "integer"}'),
    ),
    ({"grammar": 'start: "a"'}, "guide", Guide(GuideKind.LARK, 'start: "a"')),
    ({"n": 1, "frequency_penalty": 0.0, "logprobs": False, "tools": [], "user": "x"}, "stop", ()),
]


@pytest.mark.parametrize(("fields", "name", "expected"), ACCEPTED)
def test_what_is_asked_for_is_asked(fields: dict[str, Any], name: str, expected: object) -> None:
    assert getattr(read_chat(chat(**fields)).asked, name) == expected


REFUSED = [
    ({"n": 2}, "n", "n: Input should be 1"),
    ({"tools": [{}]}, "tools", "tools"),
    ({"logprobs": True}, "logprobs", "logprobs"),
    ({"messages": []}, "messages", "at least 1"),
    ({"messages": [{"role": "tool", "content": "x"}]}, "messages", "'system', 'developer'"),
    ({"max_tokens": 0}, "max_tokens", "greater than or equal to 1"),
    ({"max_tokens": 100_000}, "max_tokens", "less than or equal to 1024"),
    ({"max_tokens": True}, "max_tokens", "valid integer"),
    ({"temperature": 2.1}, "temperature", "less than or equal to 2"),
    ({"stop": ["a"] * 5}, "stop", "up to 4"),
    ({"stop": [""]}, "stop", "1 to 256 characters"),
    ({"stream_options": {"include_usage": True}}, "stream_options", "stream: true"),
    ({"response_format": {"type": "json_schema"}}, "response_format", "needs json_schema"),
    (
        {"response_format": {"type": "json_object"}, "grammar": "start: "},
        "grammar",
        "exclude each other",
    ),
    ({"guided_json": {}}, "guided_json", "guided_json is not known here: leave it out"),
]


@pytest.mark.parametrize(("fields", "field", "words"), REFUSED)
def test_what_is_not_done_here_is_refused_by_its_name(
    fields: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as caught:
        read_chat(chat(**fields))
    assert caught.value.field == field


@pytest.mark.parametrize("letter", ["\\ud800", "\\u0000"])
def test_letters_that_no_model_reads_are_refused(letter: str) -> None:
    body = chat(grammar="start: X").replace(b"X", letter.encode())
    with pytest.raises(Refused, match="character"):
        read_chat(body)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 900, 100_000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    body = chat()[:-1] + b', "tools": ' + b"[" * depth + b"]" * depth + b"}"
    with pytest.raises(Refused, match=r"nested|no JSON"):
        read_chat(body)


def test_about_how_much_it_may_take_is_known_beforehand() -> None:
    long = {"role": "user", "content": string.ascii_letters * 10}
    assert read_chat(chat(messages=[long], max_tokens=100)).tokens == 100 + 130
