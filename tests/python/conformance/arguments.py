"""From a request of the contract to the arguments of the client's methods."""

from __future__ import annotations

import json
from typing import Any

import syntha
from syntha import AgentAccess, Position, aio

Request = dict[str, Any]


def start_of(request: Request) -> dict[str, Any] | None:
    return request.get("start", {}).get("after")  # type: ignore[no-any-return]


def value(request: Request) -> Any:
    return json.loads(request["valueJson"])


def routing(request: Request) -> dict[str, Any]:
    given = {name: request[name] for name in ("topics", "subscribers") if name in request}
    if "ttl" in request:
        given["ttl"] = seconds(request, "ttl")
    if "metadataJson" in request:
        given["metadata"] = json.loads(request["metadataJson"])
    return given


def guards(request: Request) -> dict[str, Any]:
    given = {}
    if "ifRevision" in request:
        given["if_revision"] = int(request["ifRevision"])
    if "requestId" in request:
        given["request_id"] = request["requestId"]
    return given


def logger_of(mesh_or_agent: Any) -> Any:
    is_blocking = isinstance(mesh_or_agent, (syntha.ContextMesh, syntha.ToolHandler))
    return (syntha if is_blocking else aio).OutcomeLogger(context_mesh=mesh_or_agent)


def position(given: dict[str, Any] | None) -> Position | None:
    return None if given is None else Position(given["epoch"], int(given["revision"]))


def seconds(request: Request, name: str) -> float | None:
    return float(request[name].removesuffix("s")) if name in request else None


def hours(request: Request, name: str) -> float | None:
    given = seconds(request, name)
    return None if given is None else given / 3600


def as_agent(request: Request) -> dict[str, Any]:
    return {"agent_name": request["asAgent"]} if "asAgent" in request else {}


def as_of(request: Request) -> dict[str, Any]:
    point = request.get("readPoint")
    return {} if point is None else {"as_of": position(point["asOfPosition"])}


def conditions(request: Request) -> dict[str, Any]:
    given = request.get("filter", {})
    (topic,) = given.get("topics") or [None]
    return {
        "topic": topic,
        "key_prefix": given.get("keyPrefix", ""),
        "key_glob": given.get("keyGlob"),
        "keys_only": keys_only(request),
        "page_size": request.get("pageSize", 0),
    }


def keys_only(request: Request) -> bool:
    return request.get("view") == "ITEM_VIEW_KEYS"


def name_of(value: str, prefix: str) -> str:
    """The client's name of an enum's value."""
    return value.removeprefix(f"{prefix}_").lower()


def tools(names: list[str]) -> list[str]:
    return [name_of(name, "TOOL") for name in names]


def access(given: Request) -> AgentAccess:
    custom = given.get("customRole")
    predefined = given.get("predefinedRole")
    return AgentAccess(
        role=custom["name"] if custom else predefined and name_of(predefined, "PREDEFINED_ROLE"),
        role_tools=tuple(tools(custom.get("tools", []))) if custom else (),
        allowed_tools=tuple(tools(given["allowedTools"].get("tools", []))) if "allowedTools" in given else None,
        denied_tools=tuple(tools(given.get("deniedTools", []))),
        may_read_past=given.get("mayReadPast", False),
    )


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
