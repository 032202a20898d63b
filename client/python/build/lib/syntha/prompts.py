"""Prompts from what an agent can read. The server writes them; under asyncio each of these is to be awaited.

context_mesh may be the agent's ToolHandler as well: it is then the agent that asks, which is what a credential that is limited to one agent
allows.

All of them take, by name: format, `"fenced"` for values that are not trusted (each item in a fence of its own, labelled with its author);
since, the position of an earlier prompt, for only what is new since then; max_bytes, how long the prompt may be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Literal

from syntha._calls.plan import Plan, Rpc
from syntha._mesh.requests import duration_of, names_of
from syntha._tools.access import Access
from syntha.items import Position
from syntha.v1 import context_mesh_pb2 as wire
from syntha.v1 import context_pb2, prompts_pb2, tool_handler_pb2

Format = Literal["plain", "fenced"]
Placement = Literal["prepend", "append", "replace_placeholder"]

_PLACEMENTS = {
    "prepend": prompts_pb2.PROMPT_PLACEMENT_PREPEND,
    "append": prompts_pb2.PROMPT_PLACEMENT_APPEND,
    "replace_placeholder": prompts_pb2.PROMPT_PLACEMENT_REPLACE_PLACEHOLDER,
}
_FORMATS = {"plain": prompts_pb2.PROMPT_FORMAT_PLAIN, "fenced": prompts_pb2.PROMPT_FORMAT_FENCED}
_REASON_PREFIX = "OMISSION_REASON_"
_SEPARATOR = "\n\n"


class Prompt(str):
    """The text of a prompt, and what it shows."""

    keys: tuple[str, ...]
    """The keys whose values it shows."""
    omitted: dict[str, str]
    """Keys that the agent can read and that were left out, with why: `TOO_LARGE`, `TOO_OLD` or `UNCHANGED`. The first 1,000 of them."""
    total_omitted: int
    position: Position
    """What it shows is the mesh as of here: pass it as `since` next time."""


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
    """A system prompt with what the agent can read. template: with `{context}` in it, or the name of a ready one; none: the context
    alone. prepend_to_existing: in front of existing_prompt. Without anything to read: the template without context, or the existing
    prompt, or an empty text."""
    system = prompts_pb2.SystemPrompt(
        template=template or "",
        ready_template=ready_template or "",
        omit_header=not include_context_header,
        existing_prompt=(existing_prompt or "") if prepend_to_existing else "",
    )
    return _build(context_mesh, agent_name, prompts_pb2.PromptSpec(system=system), format, since, max_bytes)


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
    """A message within a conversation. recent_only: only items that were written in the last hour; max_age_seconds: in the last so many
    seconds."""
    message = prompts_pb2.MessagePrompt(
        template=template or "", ready_template=ready_template or "", omit_header=not include_context_header
    )
    spec = prompts_pb2.PromptSpec(message=message, recent_only=recent_only, max_age=duration_of(max_age_seconds))
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
    """The template with `{key}` for each of the keys; fallback_text stands for one that the agent cannot read. A placeholder that is none
    of the keys raises SynthaInvalidArgumentError."""
    custom = prompts_pb2.CustomPrompt(keys=names_of(keys, "keys"), template=template, fallback_text=fallback_text)
    return _build(context_mesh, agent_name, prompts_pb2.PromptSpec(custom=custom), format, since, max_bytes)


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
        raise ValueError(f"placement is {placement!r}. Give one of: {', '.join(_PLACEMENTS)}.")
    inject = prompts_pb2.InjectPrompt(existing_prompt=existing_prompt, placement=_PLACEMENTS[placement], separator=separator)
    return _build(context_mesh, agent_name, prompts_pb2.PromptSpec(inject=inject), format, since, max_bytes)


def _build(
    context_mesh: Any, agent_name: str | None, spec: prompts_pb2.PromptSpec, format: Format, since: Position | None, max_bytes: int
) -> Any:
    spec.format = _FORMATS[format]
    spec.max_bytes = max_bytes
    if since is not None:
        spec.since.CopyFrom(context_pb2.Position(epoch=since.epoch, revision=since.revision))
    return context_mesh._run(_prompt_of(context_mesh, agent_name, spec))


def _prompt_of(context_mesh: Any, agent_name: str | None, spec: prompts_pb2.PromptSpec) -> Plan[Prompt]:
    if isinstance(context_mesh, Access):
        yield from context_mesh._ready()
        request = tool_handler_pb2.ToolHandlerBuildPromptRequest(agent_name=agent_name, spec=spec)
        response = yield Rpc("ToolHandler/BuildPrompt", request)
    else:
        response = yield Rpc("ContextMesh/BuildPrompt", wire.BuildPromptRequest(agent_name=agent_name, spec=spec))
    prompt = Prompt(response.prompt.text)
    prompt.keys = tuple(response.prompt.keys)
    prompt.omitted = {
        item.key: prompts_pb2.OmissionReason.Name(item.reason).removeprefix(_REASON_PREFIX) for item in response.prompt.omitted
    }
    prompt.total_omitted = response.prompt.total_omitted
    prompt.position = Position._from(response.position)
    return prompt
