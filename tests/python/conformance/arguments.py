"""From a request of the contract to the arguments of the client's methods."""

from __future__ import annotations

import json
from typing import Any

import syntha
from syntha import (
    AgentAccess,
    ClaimEntry,
    FencingToken,
    Patch,
    PatchEntry,
    Position,
    PushEntry,
    ReleaseEntry,
    RemoveEntry,
    TopicsEntry,
    aio,
)
from syntha.commits import Operation

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
    if "ifClaim" in request:
        given["if_claim"] = token(request["ifClaim"])
    return given


def push_entry(item: Request) -> PushEntry:
    return PushEntry(item.get("key", ""), value(item), **routing(item), **guards(item))


def patch(given: Request) -> tuple[str, Patch, dict[str, Any]]:
    """The key, the patch and the guard."""
    kind = next(name for name in given if name not in ("key", "ifRevision"))
    return given.get("key", ""), _patch_of(kind, given[kind]), guards(given)


def commit(request: Request) -> tuple[list[Operation], dict[str, Any]]:
    """The operations and the options."""
    options = guards(request)
    if "guards" in request:
        conditions = [guard["ifRevision"] for guard in request["guards"] if "ifRevision" in guard]
        options["guards"] = {condition["key"]: int(condition["revision"]) for condition in conditions}
        options["if_claim"] = [token(guard["ifClaim"]) for guard in request["guards"] if "ifClaim" in guard]
    return [_operation_of(*one) for operation in request["operations"] for one in operation.items()], options


def token(given: Request) -> FencingToken:
    position_of_it = position(given["position"])
    assert position_of_it is not None
    return FencingToken(given["name"], position_of_it)


def claim(given: Request) -> dict[str, Any]:
    """The arguments of a claim."""
    options = {name: given[name] for name in ("name", "topics", "subscribers") if name in given}
    return {**options, **({"lease": seconds(given, "lease")} if "lease" in given else {})}


def held(mesh: Any, method: str, request: Request) -> Any:
    """A claim of the client, of a token."""
    side = mesh.for_agent(request["asAgent"]) if method.startswith("ToolHandler/") else mesh
    is_blocking = isinstance(mesh, syntha.ContextMesh)
    options = {} if side is not mesh else as_agent(request)
    return (syntha if is_blocking else aio).Claim(side, token(request["token"]), **options)


def scope(request: Request) -> dict[str, Any]:
    """The arguments of plan_undo that say what to take back."""
    given = request["scope"]
    commands = given.get("range", {})
    return {
        name: value
        for name, value in {
            "command": position(given.get("command")),
            "after": position(commands.get("after")),
            "through": position(commands.get("through")),
            "author": given.get("author"),
        }.items()
        if value is not None
    }


def undoing(request: Request) -> dict[str, Any]:
    return {"all_or_nothing": request.get("allOrNothing", False), **guards(request)}


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


def _patch_of(kind: str, change: Any) -> Patch:
    if kind == "operationsJson":
        return Patch.operations(json.loads(change))
    if kind == "mergeJson":
        return Patch.merge(json.loads(change))
    if kind == "increment":
        amount = int(change["integer"]) if "integer" in change else float(change["number"])
        return Patch.increment(amount, change.get("pointer", ""))
    options = {"max_length": change["maxLength"]} if "maxLength" in change else {}
    make = {"append": Patch.append, "prepend": Patch.prepend, "add": Patch.add, "subtract": Patch.subtract}[kind]
    return make(json.loads(change["valuesJson"]), change.get("pointer", ""), **options)


def _operation_of(kind: str, given: Request) -> Operation:
    if kind == "push":
        return push_entry(given)
    if kind == "patch":
        key, made, guard = patch(given)
        return PatchEntry(key, made, **guard)
    if kind == "remove":
        return RemoveEntry(given["key"], **guards(given))
    if kind == "claim":
        return ClaimEntry(**claim(given))
    if kind == "release":
        return ReleaseEntry(token(given["token"]))
    return TopicsEntry(given["agent"], given["topics"])
