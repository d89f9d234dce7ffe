"""Frozen values as compact JSON and back, for state that must outlive a restart.

A dataclass becomes the list of its fields in their order; times are whole microseconds since
1970 in UTC, lengths of time whole microseconds, days in ISO 8601, enumerations their values.
"""

import operator
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def pack(value: Any) -> Any:
    """`value` as JSON's own types."""
    return value if type(value) in _PLAIN else _packer(type(value))(value)


def unpack(kind: Any, data: Any) -> Any:
    """The value of type `kind` that `data` was packed from.

    Raises TypeError, ValueError or LookupError where `data` is no such thing.
    """
    return _reader(kind)(data)


_SCALARS: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        datetime: lambda value: (value - _EPOCH) // _MICROSECOND,
        date: lambda value: value.isoformat(),
        timedelta: lambda value: value // _MICROSECOND,
        Enum: operator.attrgetter("value"),
        dict: lambda value: {pack(key): pack(each) for key, each in value.items()},
    }
)
# A watch's state is packed with every commit: each kind of value is looked at once, not each time.
_PLAIN = frozenset({type(None), int, float, str, bool})
_packers: dict[type, Callable[[Any], Any]] = {}


def _packer(kind: type) -> Callable[[Any], Any]:
    """What turns a `kind` into JSON's own types."""
    packer = _packers.get(kind)
    if packer is None:
        packer = _packers[kind] = _new_packer(kind)
    return packer


def _new_packer(kind: type) -> Callable[[Any], Any]:
    if is_dataclass(kind):
        return _fields_packer(tuple(field.name for field in fields(kind)))
    for base, packer in _SCALARS.items():
        if issubclass(kind, base):
            return packer
    return _packed_list


def _fields_packer(names: tuple[str, ...]) -> Callable[[Any], Any]:
    if len(names) == 1:
        return lambda value: [pack(getattr(value, names[0]))]
    fields_of = operator.attrgetter(*names)
    return lambda value: _packed_list(fields_of(value))


def _packed_list(values: Iterable[Any]) -> list[Any]:
    return [each if type(each) in _PLAIN else _packer(type(each))(each) for each in values]


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What turns packed data into a `kind`."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        inner = _reader(next(each for each in arguments if each is not types.NoneType))
        return lambda data: None if data is None else inner(data)
    if origin in (tuple, list):
        each_of = _reader(arguments[0])
        return lambda data: origin(each_of(each) for each in data)
    if origin is dict:
        keys, values = map(_reader, arguments)
        return lambda data: {keys(key): values(each) for key, each in data.items()}
    return _plain(kind)


def _plain(kind: Any) -> Callable[[Any], Any]:
    if kind is datetime:
        return lambda data: _EPOCH + timedelta(microseconds=data)
    if kind is date:
        return date.fromisoformat
    if kind is timedelta:
        return lambda data: timedelta(microseconds=data)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda data: data


def _dataclass(kind: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = [(name, _reader(hints[name])) for name in _names(kind)]
    return lambda data: kind(
        **{name: read(each) for (name, read), each in zip(readers, data, strict=True)}
    )
