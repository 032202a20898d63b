"""Patches: changes of a value that the server makes, so that no write of another comes in between."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any, final

from google.protobuf import text_format

from syntha._arguments import invalid, json_of, number_of, text_of, whole_number_of, wrong_type
from syntha.items import Position
from syntha.v1 import commit_pb2 as wire


@final
class Patch:
    """A change of the value of an item that is there. ContextMesh.patch and ContextMesh.commit take it.

    Its methods make patches. A patch may serve several keys and calls. It is immutable: the values that it was made of are copied. A
    pointer says which part of the value is meant, as a JSON Pointer (RFC 6901) such as `/stops/0`. Empty, it is the whole value. What a
    patch leaves alone keeps its numbers to the last digit. A patch that does not apply to the present value raises SynthaConflictError
    (PATCH_FAILED), and nothing is changed.
    """

    __slots__ = ("_change",)

    def __init__(self, change: wire.ItemPatch) -> None:
        """For this package. Programs call the methods below."""
        self._change = change

    @staticmethod
    def operations(operations: Iterable[Mapping[str, Any]]) -> Patch:
        """A JSON Patch (RFC 6902): a list of operations, such as `{"op": "replace", "path": "/state", "value": "done"}`. At most 1,000.
        They are carried out in order: all of them or none."""
        listed = _list_of(operations, "operations")
        for index, operation in enumerate(listed):
            if not isinstance(operation, Mapping):
                raise wrong_type(f"operations[{index}]", operation, 'a dict with "op" and "path"')
        return Patch(wire.ItemPatch(operations_json=_text_of(list(map(dict, listed)), "operations")))

    @staticmethod
    def merge(value: Any) -> Patch:
        """A JSON Merge Patch (RFC 7396): its members replace those of the value, and its None members remove them."""
        return Patch(wire.ItemPatch(merge_json=_text_of(value, "value")))

    @staticmethod
    def increment(amount: float = 1, pointer: str = "") -> Patch:
        """Adds to a number. Where there is nothing yet, but its parent exists, it counts from 0.

        An int stays exact: it and the sum must fit in 64 bits. The sum with a float is that of two floats.
        """
        place = text_of(pointer, "pointer")
        if isinstance(amount, Integral) and not isinstance(amount, bool):
            if not -(2**63) <= amount < 2**63:
                raise invalid(f"amount is {amount}, which does not fit in 64 bits.", "amount", amount)
            return Patch(wire.ItemPatch(increment=wire.Increment(pointer=place, integer=int(amount))))
        return Patch(wire.ItemPatch(increment=wire.Increment(pointer=place, number=number_of(amount, "amount"))))

    @staticmethod
    def append(values: Iterable[Any], pointer: str = "", max_length: int | None = None) -> Patch:
        """Adds values at the end of a list. Where there is nothing yet, but its parent exists, a list is made. max_length: how long the
        list may get. What is too much goes at the beginning. None: there is no bound."""
        return Patch(wire.ItemPatch(append=_list_change(values, pointer, max_length)))

    @staticmethod
    def prepend(values: Iterable[Any], pointer: str = "", max_length: int | None = None) -> Patch:
        """Adds values at the beginning of a list, in their order. What is longer than max_length goes at the end."""
        return Patch(wire.ItemPatch(prepend=_list_change(values, pointer, max_length)))

    @staticmethod
    def add(values: Iterable[Any], pointer: str = "") -> Patch:
        """Adds those values to a list that it does not have: the union of two sets. 1 and 1.0 are the same value."""
        return Patch(wire.ItemPatch(add=_set_change(values, pointer)))

    @staticmethod
    def subtract(values: Iterable[Any], pointer: str = "") -> Patch:
        """Removes values from a list, wherever it has them: the difference of two sets."""
        return Patch(wire.ItemPatch(subtract=_set_change(values, pointer)))

    def _to_wire(self, key: str, if_revision: int | None) -> wire.ItemPatch:
        patch = wire.ItemPatch(key=key, if_revision=if_revision)
        patch.MergeFrom(self._change)
        return patch

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Patch) and bool(self._change == other._change)

    def __hash__(self) -> int:
        return hash(self._change.SerializeToString(deterministic=True))

    def __repr__(self) -> str:
        return f"<Patch {text_format.MessageToString(self._change, as_one_line=True, as_utf8=True)}>"


@dataclass(frozen=True)
class PatchReceipt:
    """The answer to a patch, which is durable."""

    position: Position
    """The position of the command, or the mesh's when nothing was changed."""
    replayed: bool
    """Whether the server knew the `request_id`, so that this is the first call's answer."""
    request_id: str
    """The id that the patch carried."""
    result: Any
    """The new number after `increment`. The new length of the list after `append`, `prepend`, `add` and `subtract`. None otherwise."""


def patch_of(patch: Any, what: str = "patch") -> Patch:
    if not isinstance(patch, Patch):
        raise wrong_type(what, patch, "a Patch, such as Patch.increment(1)")
    return patch


def result_in(response: Any) -> Any:
    """The result of a PatchResponse, or of an OperationResult."""
    return json.loads(response.result_json) if response.HasField("result_json") else None


def _list_change(values: Iterable[Any], pointer: str, max_length: int | None) -> wire.ListChange:
    if max_length is not None and not 0 <= whole_number_of(max_length, "max_length") < 2**31:
        raise invalid(f"max_length is {max_length}. Give a number from 0 to 2,147,483,647.", "max_length", max_length)
    return wire.ListChange(pointer=text_of(pointer, "pointer"), values_json=_values_of(values), max_length=max_length)


def _set_change(values: Iterable[Any], pointer: str) -> wire.SetChange:
    return wire.SetChange(pointer=text_of(pointer, "pointer"), values_json=_values_of(values))


def _values_of(values: Iterable[Any]) -> str:
    return _text_of(_list_of(values, "values"), "values")


def _list_of(values: Any, what: str) -> list[Any]:
    """A text and a mapping are refused: to Python they would be lists of letters and of keys, which callers hardly ever mean."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise wrong_type(what, values, "a list")
    return list(values)


def _text_of(value: Any, what: str) -> str:
    return text_of(json_of(value, what), what)
