"""Prompts from the items that an agent can read. The server writes them. Under asyncio each function returns an awaitable.

context_mesh may be the agent's ToolHandler. The call is then the agent's, which a credential that is limited to this agent allows.

All functions take these arguments by name. format: `"fenced"` is for values that are not trusted. Each item then stands in a fence of its
own, with a label that names its author. since: the position of an earlier prompt. Only items that are new since then are shown. max_bytes:
how many bytes the prompt may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Literal

from syntha._arguments import invalid, mesh_of, optional_text, some_names_of, text_of, whole_number_of, wrong_type
from syntha._calls.failures import refusal
from syntha._calls.plan import Plan, Rpc
from syntha._mesh.requests import duration_of
from syntha._tools.access import Access
from syntha.exceptions import SynthaInvalidArgumentError
from syntha.items import Position
from syntha.v1 import context_mesh_service_pb2 as wire
from syntha.v1 import item_pb2, prompt_pb2

Format = Literal["plain", "fenced"]
Placement = Literal["prepend", "append", "replace_placeholder"]

_PLACEMENTS = {
    "prepend": prompt_pb2.PROMPT_PLACEMENT_PREPEND,
    "append": prompt_pb2.PROMPT_PLACEMENT_APPEND,
    "replace_placeholder": prompt_pb2.PROMPT_PLACEMENT_REPLACE_PLACEHOLDER,
}
_FORMATS = {"plain": prompt_pb2.PROMPT_FORMAT_PLAIN, "fenced": prompt_pb2.PROMPT_FORMAT_FENCED}
_SYSTEM_TEMPLATES = {
    name.removeprefix("SYSTEM_TEMPLATE_").lower(): number for name, number in prompt_pb2.SystemTemplate.items() if number
}
_MESSAGE_TEMPLATES = {
    name.removeprefix("MESSAGE_TEMPLATE_").lower(): number for name, number in prompt_pb2.MessageTemplate.items() if number
}
_REASON_PREFIX = "OMISSION_REASON_"

SYSTEM_PROMPT_TEMPLATES = {
    "basic": "You are a helpful assistant. Use this context where it helps.\n\n{context}",
    "agent_specific": "You are {agent_name}. This context has been shared with you.\n\n{context}",
    "context_aware": (
        "You are {agent_name}, one of several agents who share context. Rely on the context below, "
        "say where it contradicts what you are asked, and ask for what is missing.\n\n{context}"
    ),
}
"""The texts of the server's ready templates, for programs that pass or change them. `{agent_name}` is filled as well."""

MESSAGE_PROMPT_TEMPLATES = {
    "update": "The shared context has changed.\n\n{context}",
    "reminder": "Keep this context in mind.\n\n{context}",
    "context_only": "{context}",
}
"""The same for messages."""
_RECENT = timedelta(hours=1)
_SEPARATOR = "\n\n"


class Prompt(str):
    """The text of a prompt. Its attributes say which items it shows."""

    keys: tuple[str, ...]
    """The keys of the items that it shows."""
    omitted: dict[str, str]
    """Keys that the agent can read and that were left out, with the reason: `TOO_LARGE`, `TOO_OLD` or `UNCHANGED`. At most 1,000."""
    total_omitted: int
    position: Position
    """The position of the mesh that the prompt shows. Pass it as `since` next time."""


def build_system_prompt(
    agent_name: str,
    context_mesh: Any,
    template: str | None = None,
    include_context_header: bool = True,
    prepend_to_existing: bool = False,
    existing_prompt: str | None = None,
    *,
    ready_template: Literal["basic", "agent_specific", "context_aware"] | None = None,
    format: Format = "plain",
    since: Position | None = None,
    max_bytes: int = 0,
) -> Any:
    """A system prompt with the items that the agent can read. template: a text with `{context}`. ready_template: the name of one that the
    server has. Without either: the context alone. existing_prompt: a prompt that is kept in any case. The context comes behind it, or with
    prepend_to_existing in front of it, after an empty line. Without items it is the template without context, the existing prompt, or an
    empty text."""
    existing = optional_text(existing_prompt, "existing_prompt") or ""
    system = prompt_pb2.SystemPrompt(
        **_source(template, ready_template, _SYSTEM_TEMPLATES),
        omit_header=not include_context_header,
        existing_prompt=existing if prepend_to_existing else "",
    )
    before = "" if prepend_to_existing else existing
    return _build(context_mesh, agent_name, prompt_pb2.PromptSpec(system=system), format, since, max_bytes, before)


def build_message_prompt(
    agent_name: str,
    context_mesh: Any,
    template: str | None = None,
    include_context_header: bool = True,
    recent_only: bool = False,
    max_age_seconds: float | timedelta | None = None,
    *,
    ready_template: Literal["update", "reminder", "context_only"] | None = None,
    format: Format = "plain",
    since: Position | None = None,
    max_bytes: int = 0,
) -> Any:
    """A message within a conversation. max_age_seconds: only items that were written in the last so many seconds. recent_only: only items
    of the last hour, where max_age_seconds is not given."""
    message = prompt_pb2.MessagePrompt(
        **_source(template, ready_template, _MESSAGE_TEMPLATES), omit_header=not include_context_header
    )
    max_age = _RECENT if recent_only and max_age_seconds is None else max_age_seconds
    spec = prompt_pb2.PromptSpec(message=message, max_age=duration_of(max_age, "max_age_seconds"))
    return _build(context_mesh, agent_name, spec, format, since, max_bytes)


def build_custom_prompt(
    agent_name: str,
    context_mesh: Any,
    keys: Iterable[str],
    template: str,
    fallback_text: str = "",
    *,
    format: Format = "plain",
    since: Position | None = None,
    max_bytes: int = 0,
) -> Any:
    """The template with the item of a key in place of each `{key}`. fallback_text stands for an item that the agent cannot read. A
    placeholder that is none of the keys raises SynthaInvalidArgumentError."""
    custom = prompt_pb2.CustomPrompt(
        keys=some_names_of(keys, "keys"), template=text_of(template, "template"), fallback_text=text_of(fallback_text, "fallback_text")
    )
    return _build(context_mesh, agent_name, prompt_pb2.PromptSpec(custom=custom), format, since, max_bytes)


def inject_context_into_prompt(
    existing_prompt: str,
    agent_name: str,
    context_mesh: Any,
    placement: Placement = "prepend",
    separator: str = _SEPARATOR,
    *,
    format: Format = "plain",
    since: Position | None = None,
    max_bytes: int = 0,
) -> Any:
    """The prompt with the context in front of it, behind it, or in place of `{context}` in it."""
    if placement not in _PLACEMENTS:
        raise invalid(f"placement is {placement!r}. Give one of: {', '.join(_PLACEMENTS)}.", "placement", placement)
    inject = prompt_pb2.InjectPrompt(
        existing_prompt=text_of(existing_prompt, "existing_prompt"),
        placement=_PLACEMENTS[placement],
        separator=text_of(separator, "separator"),
    )
    return _build(context_mesh, agent_name, prompt_pb2.PromptSpec(inject=inject), format, since, max_bytes)


def _source(template: str | None, ready_template: str | None, templates: Mapping[str, int]) -> dict[str, Any]:
    """Raises SynthaInvalidArgumentError (TEMPLATE_INVALID) for a name that is no ready template, and for two sources."""
    if not ready_template:
        return {"template": optional_text(template, "template") or ""}
    if template:
        raise _invalid("There are a template and a ready one. Give one of them.", ready_template)
    if ready_template not in templates:
        raise _invalid(f"There is no ready template {ready_template!r}. Known: {', '.join(templates)}.", ready_template)
    return {"ready_template": templates[ready_template]}


def _invalid(message: str, ready_template: str) -> SynthaInvalidArgumentError:
    return refusal("TEMPLATE_INVALID", message, "ready_template", template=ready_template)


def _build(
    context_mesh: Any,
    agent_name: str | None,
    spec: prompt_pb2.PromptSpec,
    format: Format,
    since: Position | None,
    max_bytes: int,
    before: str = "",
) -> Any:
    """before: a text in front of what the server writes. max_bytes counts it."""
    name = text_of(agent_name, "agent_name")
    if format not in _FORMATS:
        raise invalid(f"format is {format!r}. Give one of: {', '.join(_FORMATS)}.", "format", format)
    spec.format = _FORMATS[format]
    spec.max_bytes = _room_beside(before, whole_number_of(max_bytes, "max_bytes"))
    if since is not None:
        if not isinstance(since, Position):
            raise wrong_type("since", since, "the position of an earlier prompt")
        spec.since.CopyFrom(item_pb2.Position(epoch=since.epoch, revision=since.revision))
    return mesh_of(context_mesh)._run(_prompt_of(context_mesh, name, spec, before))


def _room_beside(before: str, max_bytes: int) -> int:
    if not before or not max_bytes:
        return max_bytes
    used = len(f"{before}{_SEPARATOR}".encode())
    if used >= max_bytes:
        limits = {"limit": str(max_bytes), "actual": str(used)}
        raise refusal("PROMPT_TOO_LARGE", "The existing prompt leaves no room for context.", "existing_prompt", **limits)
    return max_bytes - used


def _prompt_of(context_mesh: Any, agent_name: str | None, spec: prompt_pb2.PromptSpec, before: str) -> Plan[Prompt]:
    request = wire.BuildPromptRequest(as_agent=agent_name, spec=spec)
    if isinstance(context_mesh, Access):
        yield from context_mesh._ready()
        response = yield Rpc("ToolHandler/BuildPrompt", request)
    else:
        response = yield Rpc("ContextMesh/BuildPrompt", request)
    prompt = Prompt(_SEPARATOR.join(text for text in (before, response.prompt.text) if text))
    prompt.keys = tuple(response.prompt.keys)
    prompt.omitted = {
        item.key: prompt_pb2.OmissionReason.Name(item.reason).removeprefix(_REASON_PREFIX) for item in response.prompt.omitted
    }
    prompt.total_omitted = response.prompt.total_omitted
    prompt.position = Position._from(response.position)
    return prompt
