"""The page of calls: each RPC with its request, its answer and its errors."""

from __future__ import annotations

import re

from contract import Contract, Message, Method
from errors import reasons_of
from words import MADE, anchor, cell, linked, prose

_REPEATING = {
    "NO_SIDE_EFFECTS": "It changes nothing, so a client may send it again (`NO_SIDE_EFFECTS`).",
    "IDEMPOTENT": "A client may send it again under the same `request_id`, or without one where it takes none (`IDEMPOTENT`).",
    "": "It has no idempotency level: a client must not send it again by itself.",
}


def calls_page(contract: Contract) -> str:
    reasons = {reason.name for reason in reasons_of(contract)}
    lines = [MADE, "# Calls", "", "Every call of the package `syntha.v1`. [Errors](../errors.md) says what each reason means.", ""]
    inputs = {method.request for service in contract.services for method in service.methods}
    outputs = {method.response for service in contract.services for method in service.methods}
    for service in contract.services:
        lines += [f"## {service.name}", "", prose(linked(service.comment, reasons, "../errors.md")), ""]
        lines += ["| Call | Does |", "|---|---|"]
        for method in service.methods:
            first = re.split(r"[.:;] ", " ".join(method.comment.split()) + " ")[0]
            lines.append(f"| [{method.name}](#{anchor(f'{service.name}.{method.name}')}) | {cell(first)} |")
        lines.append("")
        for method in service.methods:
            lines += _method(contract, service.name, method, reasons)
    lines += ["## Messages", ""]
    for name, message in sorted(contract.messages.items()):
        if name not in inputs | outputs:
            lines += [f"### {_short(name)}", "", prose(linked(message.comment, reasons, "../errors.md")), ""]
            lines += _fields(contract, message, reasons)
    lines += ["## Enums", ""]
    for name, enum in sorted(contract.enums.items()):
        if not name.endswith(".ErrorReason"):
            lines += [f"### {_short(name)}", "", prose(linked(enum.comment, reasons, "../errors.md")), ""]
            lines += ["| Value | Number | Means |", "|---|---|---|"]
            lines += [f"| `{value}` | {number} | {cell(comment)} |" for value, number, comment in enum.values]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _short(name: str) -> str:
    return name.removeprefix(".syntha.v1.")


def _method(contract: Contract, service: str, method: Method, reasons: set[str]) -> list[str]:
    lines = [f"### {service}.{method.name}", "", prose(linked(method.comment, reasons, "../errors.md")), ""]
    facts = [_REPEATING[method.idempotency]]
    if method.counts_as:
        in_keys = f", in the view KEYS as `{method.counts_as[1]}`" if len(method.counts_as) > 1 else ""
        also = f" The agent needs the tool `{method.also_tool}` as well." if method.also_tool else ""
        facts.append(f"An agent's call counts as the tool `{method.counts_as[0]}`{in_keys}.{also}")
    if method.streams_request:
        facts.append("The caller sends a stream of requests.")
    if method.streams_response:
        facts.append("The server answers with a stream.")
    lines += [prose(" ".join(facts)), ""]
    for title, name in (("Request", method.request), ("Answer", method.response)):
        message = contract.messages.get(name)
        lines += [f"{title}: `{_short(name)}`.", ""]
        if message and message.fields:
            lines += _fields(contract, message, reasons)
    return lines


def _fields(contract: Contract, message: Message, reasons: set[str]) -> list[str]:
    if not message.fields:
        return []
    lines = ["| Field | Type | Meaning |", "|---|---|---|"]
    for field in message.fields:
        kind = f"`{field.kind}`"
        named = contract.messages.get(field.message) or contract.enums.get(field.message)
        if named and not field.message.endswith(".ErrorReason"):
            words = field.kind.split(" ")
            kind = " ".join([*(f"`{word}`" for word in words[:-1]), f"[`{words[-1]}`](#{anchor(_short(field.message))})"])
        one_of = f"One of `{field.oneof}`. " if field.oneof else ""
        lines.append(f"| `{field.name}` | {kind} | {one_of}{linked(cell(field.comment), reasons, '../errors.md')} |")
    return [*lines, ""]
