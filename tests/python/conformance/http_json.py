"""The contract's messages in the JSON of the HTTP door: its names, numbers as numbers, and JSON texts as what they say."""

from __future__ import annotations

import json
import re
from json.decoder import JSONDecoder, scanstring
from typing import Any

from google.protobuf import json_format

_TEXTS = {"google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask"}
_SUFFIX = "_json"
_SPACE = re.compile(r"[ \t\r\n]*")


class Unsayable(Exception):
    """The door has no way to say this."""


def is_repeated(field: Any) -> bool:
    return bool(field.label == field.LABEL_REPEATED)


def is_json_text(field: Any) -> bool:
    return bool(field.type == field.TYPE_STRING and not is_repeated(field) and field.name.endswith(_SUFFIX))


def is_structured(field: Any) -> bool:
    """Whether the field is a value in protobuf's own form. The door has it as JSON alone."""
    return bool(field.type == field.TYPE_MESSAGE and field.message_type.full_name == "google.protobuf.Value")


def name_of(field: Any) -> str:
    return str(field.name[: -len(_SUFFIX)] if is_json_text(field) else field.name)


def is_text(field: Any) -> bool:
    """Whether the field is a message that is one text in JSON."""
    return bool(field.type == field.TYPE_MESSAGE and field.message_type.full_name in _TEXTS)


def text_of(field: Any, value: Any) -> str:
    """A value as the text of a query or of a path."""
    if field.type == field.TYPE_ENUM:
        return _enum(field, value)
    if is_text(field):
        return json_format.MessageToJson(value)[1:-1]
    return str(value).lower() if isinstance(value, bool) else str(value)


def written(message: Any, leave_out: frozenset[str] = frozenset()) -> str:
    """A message in the door's JSON."""
    parts = []
    for field, value in message.ListFields():
        if field.name in leave_out:
            continue
        values = [_value(field, one) for one in value] if is_repeated(field) else [_value(field, value)]
        parts.append(f"{json.dumps(name_of(field))}: " + (f"[{', '.join(values)}]" if is_repeated(field) else values[0]))
    return "{" + ", ".join(parts) + "}"


def read(text: str, message: Any) -> Any:
    """Fills a message from the door's JSON. JSON texts keep their text."""
    end = _object(text, _skip(text, 0), message)
    assert _skip(text, end) == len(text), f"There is more behind the object: {text[end:end + 100]}"
    return message


def _value(field: Any, value: Any) -> str:
    if is_json_text(field):
        return str(value)
    if field.type == field.TYPE_MESSAGE:
        return json_format.MessageToJson(value) if is_text(field) else written(value)
    return json.dumps(_enum(field, value) if field.type == field.TYPE_ENUM else value)


def _enum(field: Any, value: int) -> str:
    known = field.enum_type.values_by_number.get(value)
    if known is None:
        raise Unsayable(f"{field.enum_type.name} {value}")
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", field.enum_type.name).upper() + "_"
    return str(known.name.removeprefix(prefix).lower())


def _object(text: str, at: int, message: Any) -> int:
    assert text[at] == "{", text[at:at + 100]
    fields = {name_of(field): field for field in message.DESCRIPTOR.fields if not is_structured(field)}
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, at = scanstring(text, at + 1)
        at = _skip(text, at)
        assert text[at] == ":"
        at = _member(text, _skip(text, at + 1), message, fields[name])
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _member(text: str, at: int, message: Any, field: Any) -> int:
    if is_json_text(field):
        _, end = JSONDecoder().raw_decode(text, at)
        setattr(message, field.name, text[at:end])
        return end
    if field.type != field.TYPE_MESSAGE or is_text(field):
        value, end = JSONDecoder().raw_decode(text, at)
        values = [_scalar(field, one) for one in value] if is_repeated(field) else _scalar(field, value)
        json_format.ParseDict({field.json_name: values}, message)
        return end
    if not is_repeated(field):
        inner = getattr(message, field.name)
        inner.SetInParent()
        return _object(text, at, inner)
    at = _skip(text, at + 1)
    while text[at] != "]":
        at = _skip(text, _object(text, at, getattr(message, field.name).add()))
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _scalar(field: Any, value: Any) -> Any:
    if field.type != field.TYPE_ENUM or not isinstance(value, str):
        return value
    return next(number for number in field.enum_type.values_by_number if _enum(field, number) == value)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()
