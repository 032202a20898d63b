"""Arguments of callers, checked before anything is sent. The error for a refused one names it, what came, and what is expected."""

from __future__ import annotations

import json
import math
import numbers
import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from syntha._errors.calls import SynthaInvalidArgumentError, SynthaTypeError

# json.dumps would make such an encoder for every value.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def text_of(text: Any, what: str) -> str:
    """Protocol Buffers would read None as the empty text, and another type as no text."""
    if not isinstance(text, str):
        raise wrong_type(what, text, "a text")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as lone:
            raise invalid(f"{what} has a lone surrogate at index {lone.start}.", what, text) from lone
    return text


def optional_text(text: Any, what: str) -> str | None:
    return None if text is None else text_of(text, what)


def names_of(names: Iterable[str] | None, what: str) -> list[str]:
    """None is no name. A single text is refused: to Python it would be a list of its letters, which callers hardly ever mean."""
    return [] if names is None else some_names_of(names, what)


def some_names_of(names: Iterable[str] | None, what: str) -> list[str]:
    """The same where None is no answer, because an empty list would remove something."""
    if isinstance(names, str):
        raise SynthaTypeError(f"{what} is one text, and must be a list of names. Write [{names!r}].", field=what, value=names)
    if not isinstance(names, Iterable):
        raise wrong_type(what, names, "a list of names")
    return [text_of(name, f"{what}[{index}]") for index, name in enumerate(names)]


def number_of(number: Any, what: str, expected: str = "a number") -> float:
    if isinstance(number, bool) or not isinstance(number, numbers.Real):
        raise wrong_type(what, number, expected)
    if not math.isfinite(number):
        raise invalid(f"{what} is {number}. Give a finite number.", what, number)
    return float(number)


def whole_number_of(number: Any, what: str) -> int:
    if isinstance(number, bool) or not isinstance(number, numbers.Integral):
        raise wrong_type(what, number, "a whole number")
    return int(number)


def truth_of(truth: Any, what: str) -> bool:
    if not isinstance(truth, bool):
        raise wrong_type(what, truth, "True or False")
    return truth


def mapping_of(mapping: Any, what: str, expected: str) -> Mapping[Any, Any]:
    if not isinstance(mapping, Mapping):
        raise wrong_type(what, mapping, expected)
    return mapping


def mesh_of(context_mesh: Any, expected: str = "a ContextMesh or a ToolHandler") -> Any:
    """Programs swap the mesh and the agent's name."""
    if not hasattr(context_mesh, "_run"):
        raise wrong_type("context_mesh", context_mesh, expected)
    return context_mesh


def function_of(function: Any, what: str) -> Callable[..., Any]:
    if not callable(function):
        raise wrong_type(what, function, "a function")
    return function


def json_of(value: Any, what: str = "value", about: str | None = None) -> str:
    """The value as JSON text. about: the key that the error names as well."""
    try:
        return _encode(value)
    except (TypeError, ValueError, RecursionError) as raised:
        where, found = _without_json(value, what)
        kind: type[SynthaInvalidArgumentError] = SynthaInvalidArgumentError
        if isinstance(raised, TypeError):
            kind = SynthaTypeError
            why = f"{where} is {_told(found)}, which has no JSON form. Give texts, numbers, booleans, None, and lists and dicts of these."
        elif isinstance(found, float):
            why = f"{where} is {found}, which has no JSON form."
        else:
            why = f"{what} contains itself, or is too deep for JSON."
        of = "" if about is None else f"The value of the key {about!r} cannot be sent: "
        raise kind(f"{of}{why}", field=what, value=value) from raised


def wrong_type(what: str, value: Any, expected: str) -> SynthaTypeError:
    return SynthaTypeError(f"{what} is {_told(value)}. Give {expected}.", field=what, value=value)


def invalid(message: str, what: str, value: Any = None) -> SynthaInvalidArgumentError:
    return SynthaInvalidArgumentError(message, field=what, value=value)


def _told(value: Any) -> str:
    return "None" if value is None else f"{reprlib.repr(value)} of the type {type(value).__name__}"


def _without_json(value: Any, what: str, depth: int = 0) -> tuple[str, Any]:
    """The first part of a value that has no JSON form, with its place in the value. Where all have one it is the value itself."""
    if depth < 100:
        parts: Iterable[tuple[Any, Any]] = ()
        if isinstance(value, dict):
            for key in value:
                if not isinstance(key, (str, int, float, bool, type(None))):
                    return f"A key of {what}", key
            parts = value.items()
        elif isinstance(value, (list, tuple)):
            parts = enumerate(value)
        for name, part in parts:
            if not _has_json(part):
                return _without_json(part, f"{what}[{name!r}]", depth + 1)
    return what, value


def _has_json(value: Any) -> bool:
    try:
        _encode(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
