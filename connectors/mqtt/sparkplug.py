"""Payloads of Eclipse Sparkplug B, as the JSON that templates read.

Eclipse Sparkplug Specification 3.0.0, chapter 6. Only the fields that a value needs are declared;
protobuf passes over the others.
"""

from collections.abc import Sequence
from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field
from google.protobuf.message import DecodeError

from connectors.mqtt.message import LONGEST_NAME
from sereno.domain.errors import MalformedInput

_BIRTHS: Final = frozenset({"NBIRTH", "DBIRTH"})
_MOST_NODES = 1_000  # whose aliases are kept: then they are forgotten, until they are born again
_MOST_ALIASES = 10_000  # of a node
_SIGNED: Final = {1: 32, 2: 32, 3: 32, 4: 64}  # Int8 to Int64, in two's complement
_PAYLOAD = (
    ("timestamp", 1, Field.TYPE_UINT64),
    ("metrics", 2, Field.TYPE_MESSAGE),
    ("seq", 3, Field.TYPE_UINT64),
)
_METRIC = (
    ("name", 1, Field.TYPE_STRING),
    ("alias", 2, Field.TYPE_UINT64),
    ("timestamp", 3, Field.TYPE_UINT64),
    ("datatype", 4, Field.TYPE_UINT32),
    ("is_null", 7, Field.TYPE_BOOL),
    ("int_value", 10, Field.TYPE_UINT32),
    ("long_value", 11, Field.TYPE_UINT64),
    ("float_value", 12, Field.TYPE_FLOAT),
    ("double_value", 13, Field.TYPE_DOUBLE),
    ("boolean_value", 14, Field.TYPE_BOOL),
    ("string_value", 15, Field.TYPE_STRING),
)
_VALUES = tuple(name for name, _, _ in _METRIC if name.endswith("_value"))


def payload_class() -> Any:
    """The class of a payload, as protobuf makes it."""
    file = descriptor_pb2.FileDescriptorProto(
        name="sereno/sparkplug.proto", package="sereno.sparkplug", syntax="proto2"
    )
    for message, fields in (("Metric", _METRIC), ("Payload", _PAYLOAD)):
        declared = file.message_type.add(name=message)
        for name, place, kind in fields:
            nested = kind == Field.TYPE_MESSAGE
            declared.field.add(
                name=name,
                number=place,
                type=kind,
                label=Field.LABEL_REPEATED if nested else Field.LABEL_OPTIONAL,
                type_name=".sereno.sparkplug.Metric" if nested else None,
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("sereno.sparkplug.Payload"))


class Births:
    """Reads payloads, and remembers the aliases that nodes gave their metrics at birth."""

    def __init__(self) -> None:
        self._payload = payload_class()
        self._aliases: dict[tuple[str, ...], dict[int, str]] = {}

    def parse(self, payload: bytes, levels: Sequence[str]) -> dict[str, Any]:
        """`payload` as an object of `timestamp`, `seq` and `metrics`. Raises MalformedInput.

        A metric has `name`, `timestamp` and `value`; one that tells no time has its payload's.
        """
        message = self._payload()
        try:
            message.ParseFromString(payload)
            names = self._names_of(levels, message.metrics)
            time = message.timestamp if message.HasField("timestamp") else None
            metrics = [_metric(each, names, time) for each in message.metrics]
        except (DecodeError, UnicodeDecodeError) as exc:  # text is decoded where it is looked at
            raise MalformedInput("it is no Sparkplug B") from exc
        return {"timestamp": time, "seq": message.seq, "metrics": metrics}

    def _names_of(self, levels: Sequence[str], metrics: Any) -> dict[int, str]:
        """The names by alias of the node that sends to spBv1.0/GROUP/TYPE/NODE/DEVICE."""
        node = (levels[1], levels[3]) if len(levels) > 3 else ()
        if node and levels[2] in _BIRTHS:
            if node not in self._aliases and len(self._aliases) >= _MOST_NODES:
                self._aliases.clear()
            names = self._aliases.setdefault(node, {})
            if levels[2] == "NBIRTH" or len(names) >= _MOST_ALIASES:
                names.clear()
            for each in metrics:
                if each.HasField("alias") and 0 < len(each.name) <= LONGEST_NAME:
                    names[each.alias] = each.name
        return self._aliases.get(node, {})


def _metric(metric: Any, names: dict[int, str], time: int | None) -> dict[str, Any]:
    name = metric.name
    if not name:
        if metric.alias not in names:
            raise MalformedInput(
                "it names a metric by an alias whose birth was not seen; let the node be born again"
            )
        name = names[metric.alias]
    told = metric.timestamp if metric.HasField("timestamp") else time
    return {"name": name, "timestamp": told, "value": _value(metric)}


def _value(metric: Any) -> object:
    if metric.is_null:
        return None
    for name in _VALUES:
        if metric.HasField(name):
            value: object = getattr(metric, name)
            bits = _SIGNED.get(metric.datatype)
            if bits and isinstance(value, int) and value >= 1 << (bits - 1):
                return value - (1 << bits)
            return value
    return None
