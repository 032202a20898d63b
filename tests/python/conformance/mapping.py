"""Which method of the client makes which call of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import asdict, replace
from typing import Any

from conformance import arguments, telling

import syntha
from syntha import AgentAccess, ChangeKind
from syntha.roles import TOOLS

Request = dict[str, Any]
Mapping = Generator[Any, Any, dict[str, Any]]

METHODS: dict[str, Callable[[Any, Request], Mapping]] = {}


def _maps(method: str) -> Callable[[Callable[[Any, Request], Mapping]], Callable[[Any, Request], Mapping]]:
    def add(mapping: Callable[[Any, Request], Mapping]) -> Callable[[Any, Request], Mapping]:
        METHODS[method] = mapping
        return mapping

    return add


@_maps("ContextMesh/Push")
def _push(mesh: Any, request: Request) -> Mapping:
    item = request["item"]
    options = {**arguments.routing(item), **arguments.guards(item), **arguments.guards(request), **arguments.as_agent(request)}
    return telling.receipt((yield mesh.push(item.get("key", ""), arguments.value(item), **options)))


@_maps("ContextMesh/PushMany")
def _push_many(mesh: Any, request: Request) -> Mapping:
    entries = [arguments.push_entry(item) for item in request["items"]]
    return telling.receipt((yield mesh.push_many(entries, **arguments.guards(request), **arguments.as_agent(request))))


@_maps("ContextMesh/Patch")
def _patch(mesh: Any, request: Request) -> Mapping:
    key, patch, options = arguments.patch(request["patch"])
    options = {**options, **arguments.guards(request), **arguments.as_agent(request)}
    return telling.patch_receipt((yield mesh.patch(key, patch, **options)))


@_maps("ContextMesh/Commit")
def _commit(mesh: Any, request: Request) -> Mapping:
    operations, options = arguments.commit(request)
    return telling.commit_receipt((yield mesh.commit(operations, **options, **arguments.as_agent(request))))


@_maps("ContextMesh/Get")
def _get(mesh: Any, request: Request) -> Mapping:
    key, agent_name = request.get("key", ""), request.get("asAgent")
    item = yield mesh.get_item(key, agent_name, **arguments.as_of(request))
    value = yield mesh.get(key, agent_name, **arguments.as_of(request))
    assert value == (item and item.value), "get and get_item tell different values."
    return telling.given(item=item and telling.item(item))


@_maps("ContextMesh/GetMany")
def _get_many(mesh: Any, request: Request) -> Mapping:
    items = yield mesh.get_items(request["keys"], request.get("asAgent"), **arguments.as_of(request))
    return {"items": [telling.item(item) for item in items]}


@_maps("ContextMesh/List")
def _list(mesh: Any, request: Request) -> Mapping:
    items = yield mesh.list_items(request.get("asAgent"), **arguments.conditions(request), **arguments.as_of(request))
    return {"items": [telling.item(item) for item in items]}


@_maps("ContextMesh/Remove")
def _remove(mesh: Any, request: Request) -> Mapping:
    return {"removed": (yield mesh.remove(request["key"], **arguments.guards(request), **arguments.as_agent(request)))}


@_maps("ContextMesh/Clear")
def _clear(mesh: Any, request: Request) -> Mapping:
    return {"removedItems": str((yield mesh.clear(**arguments.guards(request), **arguments.as_agent(request))))}


@_maps("ContextMesh/CleanupExpired")
def _cleanup_expired(mesh: Any, request: Request) -> Mapping:
    return {"purgedItems": str((yield mesh.cleanup_expired(**arguments.guards(request), **arguments.as_agent(request))))}


@_maps("ContextMesh/GetStats")
def _get_stats(mesh: Any, request: Request) -> Mapping:
    stats = yield mesh.get_stats(request.get("asAgent"), **arguments.as_of(request))
    if "asAgent" not in request and "readPoint" not in request:
        assert (yield mesh.size()) == stats["total_items"]
    return {"stats": {arguments.camel(name): str(count) for name, count in stats.items()}}


@_maps("ContextMesh/ListVersions")
def _list_versions(mesh: Any, request: Request) -> Mapping:
    versions = yield mesh.list_versions(request["key"], request.get("asAgent"), page_size=request.get("pageSize", 0))
    return {"versions": [telling.version(version) for version in versions]}


@_maps("ContextMesh/DiffPositions")
def _diff_positions(mesh: Any, request: Request) -> Mapping:
    start, end = arguments.position(request["from"]), arguments.position(request.get("to"))
    differences = yield mesh.diff_positions(start, end, request.get("asAgent"), **arguments.conditions(request))
    return {"differences": [telling.difference(difference) for difference in differences]}


@_maps("ContextMesh/Claim")
def _claim(mesh: Any, request: Request) -> Mapping:
    options = {**arguments.claim(request["claim"]), **arguments.guards(request), **arguments.as_agent(request)}
    held = telling.held((yield mesh.claim(**options)))
    return {"position": held["token"]["position"], "claim": held}


@_maps("ContextMesh/RenewClaim")
def _renew_claim(mesh: Any, request: Request, method: str = "ContextMesh/RenewClaim") -> Mapping:
    claim = arguments.held(mesh, method, request)
    expires = yield claim.renew(lease=arguments.seconds(request, "lease"), **arguments.guards(request))
    return {"expireTime": expires.isoformat()}


@_maps("ContextMesh/ReleaseClaim")
def _release_claim(mesh: Any, request: Request, method: str = "ContextMesh/ReleaseClaim") -> Mapping:
    if "position" in request["token"]:
        yield arguments.held(mesh, method, request).release(**arguments.guards(request))
    else:
        yield mesh.release_claim(request["token"]["name"], **arguments.guards(request))
    return {}


@_maps("ContextMesh/HandOverClaim")
def _hand_over_claim(mesh: Any, request: Request, method: str = "ContextMesh/HandOverClaim") -> Mapping:
    claim = arguments.held(mesh, method, request)
    lease = arguments.seconds(request, "lease")
    token = yield claim.hand_over(request.get("toAgent"), lease=lease, **arguments.guards(request))
    return {"position": telling.position(token.position)}


@_maps("ContextMesh/LeaveClaim")
def _leave_claim(mesh: Any, request: Request) -> Mapping:
    line = mesh.await_claim(request["name"], request_id=request["ticket"], **arguments.as_agent(request))
    return {"left": (yield line.leave(**arguments.guards(request)))}


@_maps("ContextMesh/ListClaims")
def _list_claims(mesh: Any, request: Request) -> Mapping:
    options = {"name_prefix": request.get("namePrefix", ""), "page_size": request.get("pageSize", 0)}
    return {"claims": [telling.claim(claim) for claim in (yield mesh.list_claims(request.get("asAgent"), **options))]}


@_maps("ContextMesh/PlanUndo")
def _plan_undo(mesh: Any, request: Request) -> Mapping:
    options = {"keys_only": arguments.keys_only(request), "page_size": request.get("pageSize", 0)}
    plan = yield mesh.plan_undo(**arguments.scope(request), **options, **arguments.as_agent(request))
    assert list(plan.obstacles) == [undo for undo in plan.undos if undo.obstacle]
    return {"position": telling.position(plan.position), "undos": [telling.undo(undo) for undo in plan.undos]}


@_maps("ContextMesh/Undo")
def _undo(mesh: Any, request: Request) -> Mapping:
    plan = yield mesh.plan_undo(**arguments.scope(request), keys_only=True, **arguments.as_agent(request))
    asked = replace(plan, position=arguments.position(request["planPosition"]))
    return telling.undo_receipt((yield mesh.undo(asked, **arguments.undoing(request))))


@_maps("ContextMesh/Redact")
def _redact(mesh: Any, request: Request) -> Mapping:
    versions = telling.given(
        version=arguments.position(request.get("version")),
        through=arguments.position(request.get("through")),
        former=True if "former" in request else None,
        every=True if "every" in request else None,
        author=request.get("author"),
    )
    receipt = yield mesh.redact(request["key"], **versions, **arguments.guards(request))
    return {**telling.receipt(receipt), "redactedVersions": str(receipt.redacted_versions), "removed": receipt.removed}


@_maps("ContextMesh/RegisterAgentTopics")
def _register_agent_topics(mesh: Any, request: Request) -> Mapping:
    return {"topics": (yield mesh.register_agent_topics(request["agent"], request.get("topics", [])))}


@_maps("ContextMesh/UnsubscribeFromTopics")
def _unsubscribe(mesh: Any, request: Request) -> Mapping:
    return {"topics": (yield mesh.unsubscribe_from_topics(request["agent"], request["topics"]))}


@_maps("ContextMesh/GetAgentTopics")
def _get_agent_topics(mesh: Any, request: Request) -> Mapping:
    return {"topics": (yield mesh.get_topics_for_agent(request["agent"]))}


@_maps("ContextMesh/ListTopics")
def _list_topics(mesh: Any, request: Request) -> Mapping:
    topics = yield mesh.list_topics(request.get("asAgent"))
    if "asAgent" not in request:
        assert (yield mesh.get_all_topics()) == [topic.name for topic in topics]
        for topic in topics:
            assert (yield mesh.get_subscribers_for_topic(topic.name)) == list(topic.subscribers)
    return {"topics": [{"name": topic.name, "subscribers": list(topic.subscribers)} for topic in topics]}


@_maps("ContextMesh/DeleteTopic")
def _delete_topic(mesh: Any, request: Request) -> Mapping:
    return {"removedItems": str((yield mesh.delete_topic(request["topic"], **arguments.as_agent(request))))}


@_maps("ContextMesh/SetPostPermissions")
def _set_post_permissions(mesh: Any, request: Request) -> Mapping:
    permissions = request.get("permissions")
    yield mesh.set_agent_post_permissions(
        request["agent"],
        None if permissions is None else permissions.get("topics", []),
        may_post_global=(permissions or {}).get("mayPostGlobal", False),
        may_post_direct=(permissions or {}).get("mayPostDirect", False),
    )
    return {}


@_maps("ContextMesh/GetPostPermissions")
def _get_post_permissions(mesh: Any, request: Request) -> Mapping:
    permissions = yield mesh.get_post_permissions(request["agent"])
    topics = yield mesh.get_agent_post_permissions(request["agent"])
    assert topics == (permissions and list(permissions.topics))
    return telling.given(permissions=telling.permissions(permissions))


@_maps("ToolHandler/PushContext")
def _push_context(mesh: Any, request: Request) -> Mapping:
    agent, item = mesh.for_agent(request["asAgent"]), request["item"]
    routing = arguments.routing(item)
    if len(routing.get("topics", ())) == 1:
        routing["topic"] = routing.pop("topics")[0]  # As the seed's programs do.
    options = {**routing, **arguments.guards(item), **arguments.guards(request)}
    return telling.receipt((yield agent.push_context(item.get("key", ""), arguments.value(item), **options)))


@_maps("ToolHandler/PatchContext")
def _patch_context(mesh: Any, request: Request) -> Mapping:
    agent = mesh.for_agent(request["asAgent"])
    key, patch, options = arguments.patch(request["patch"])
    return telling.patch_receipt((yield agent.patch_context(key, patch, **options, **arguments.guards(request))))


@_maps("ToolHandler/CommitContext")
def _commit_context(mesh: Any, request: Request) -> Mapping:
    agent = mesh.for_agent(request["asAgent"])
    operations, options = arguments.commit(request)
    return telling.commit_receipt((yield agent.commit_context(operations, **options)))


@_maps("ToolHandler/Claim")
def _agent_claim(mesh: Any, request: Request) -> Mapping:
    agent = mesh.for_agent(request["asAgent"])
    held = telling.held((yield agent.claim(**arguments.claim(request["claim"]), **arguments.guards(request))))
    return {"position": held["token"]["position"], "claim": held}


@_maps("ToolHandler/RenewClaim")
def _agent_renew_claim(mesh: Any, request: Request) -> Mapping:
    return (yield from _renew_claim(mesh, request, "ToolHandler/RenewClaim"))


@_maps("ToolHandler/ReleaseClaim")
def _agent_release_claim(mesh: Any, request: Request) -> Mapping:
    return (yield from _release_claim(mesh, request, "ToolHandler/ReleaseClaim"))


@_maps("ToolHandler/HandOverClaim")
def _agent_hand_over_claim(mesh: Any, request: Request) -> Mapping:
    return (yield from _hand_over_claim(mesh, request, "ToolHandler/HandOverClaim"))


@_maps("ToolHandler/LeaveClaim")
def _agent_leave_claim(mesh: Any, request: Request) -> Mapping:
    line = mesh.for_agent(request["asAgent"]).await_claim(request["name"], request_id=request["ticket"])
    return {"left": (yield line.leave(**arguments.guards(request)))}


@_maps("ToolHandler/ListClaims")
def _agent_list_claims(mesh: Any, request: Request) -> Mapping:
    options = {"name_prefix": request.get("namePrefix", ""), "page_size": request.get("pageSize", 0)}
    return {"claims": [telling.claim(claim) for claim in (yield mesh.for_agent(request["asAgent"]).list_claims(**options))]}


@_maps("ToolHandler/PlanUndoContext")
def _plan_undo_context(mesh: Any, request: Request) -> Mapping:
    options = {"keys_only": arguments.keys_only(request), "page_size": request.get("pageSize", 0)}
    plan = yield mesh.for_agent(request["asAgent"]).plan_undo_context(**arguments.scope(request), **options)
    return {"position": telling.position(plan.position), "undos": [telling.undo(undo) for undo in plan.undos]}


@_maps("ToolHandler/UndoContext")
def _undo_context(mesh: Any, request: Request) -> Mapping:
    agent = mesh.for_agent(request["asAgent"])
    plan = yield agent.plan_undo_context(**arguments.scope(request), keys_only=True)
    asked = replace(plan, position=arguments.position(request["planPosition"]))
    return telling.undo_receipt((yield agent.undo_context(asked, **arguments.undoing(request))))


@_maps("ToolHandler/GetContext")
def _get_context(mesh: Any, request: Request) -> Mapping:
    agent = mesh.for_agent(request["asAgent"])
    item = yield agent.get_context_item(request.get("key", ""))
    value = yield agent.get_context(request.get("key", ""))
    assert value == (item and item.value), "get_context and get_context_item tell different values."
    return telling.given(item=item and telling.item(item))


@_maps("ToolHandler/HasContext")
def _has_context(mesh: Any, request: Request) -> Mapping:
    return {"exists": (yield mesh.for_agent(request["asAgent"]).has_context(request["key"]))}


@_maps("ToolHandler/RemoveContext")
def _remove_context(mesh: Any, request: Request) -> Mapping:
    return {"removed": (yield mesh.for_agent(request["asAgent"]).remove_context(request["key"], **arguments.guards(request)))}


@_maps("ToolHandler/ListContext")
def _list_context(mesh: Any, request: Request) -> Mapping:
    agent, conditions = mesh.for_agent(request["asAgent"]), request.get("filter", {})
    if arguments.keys_only(request):
        assert not conditions, "The client lists all keys of an agent, and not some."
        return {"items": [{"key": key} for key in (yield agent.list_context_keys())]}
    if "topics" in conditions:
        (topic,) = conditions["topics"]
        return telling.values((yield agent.get_context_by_topic(topic)))
    return telling.values((yield agent.get_context_pattern(conditions.get("keyGlob", ""))))


@_maps("ToolHandler/ListTopics")
def _agent_topics(mesh: Any, request: Request) -> Mapping:
    return {"topics": [{"name": name} for name in (yield mesh.for_agent(request["asAgent"]).list_topics())]}


@_maps("ToolHandler/ClearContext")
def _clear_context(mesh: Any, request: Request) -> Mapping:
    return {"removedItems": str((yield mesh.for_agent(request["asAgent"]).clear_own_context()))}


@_maps("ToolHandler/UnsubscribeFromTopics")
def _agent_unsubscribe(mesh: Any, request: Request) -> Mapping:
    result = yield mesh.for_agent(request["agent"]).unsubscribe_from_topics(request["topics"])
    return {
        "topics": result["remaining_topics"],
        "unsubscribedTopics": result["topics_unsubscribed"],
        "notSubscribedTopics": result["topics_not_subscribed"],
    }


@_maps("ToolHandler/CallTool")
def _call_tool(mesh: Any, request: Request) -> Mapping:
    agent = mesh.for_agent(request["asAgent"])
    text = request.get("argumentsJson", "{}")
    try:
        arguments = json.loads(text)
    except ValueError:
        arguments = None
    if isinstance(arguments, dict):
        result = yield agent.handle_tool_call(request["name"], **arguments)
    else:
        result = yield agent.get_framework_handler("openai")(request["name"], text)
    return {"resultJson": telling.text(result), "success": result["success"]}


@_maps("ToolHandler/ListTools")
def _list_tools(mesh: Any, request: Request) -> Mapping:
    agent = mesh.for_agent(request["agent"])
    dialect = request["dialect"].removeprefix("TOOL_DIALECT_").lower()
    own = [{"name": name} for name in request.get("takenNames", ())]
    if dialect == "langchain":
        definitions = (yield agent.get_schemas(merge_with=own))[len(own):]
    else:
        definitions = yield agent.get_tools_for_framework(dialect)
    names = [definition.get("name") or definition["function"]["name"] for definition in definitions]
    return {"tools": [{"name": name, "definitionJson": telling.text(one)} for name, one in zip(names, definitions)]}


@_maps("ToolHandler/GetAccess")
def _get_access(mesh: Any, request: Request) -> Mapping:
    agent = mesh.for_agent(request["agent"])
    summary = yield agent.get_access_summary()
    assert (yield agent.get_available_tools()) == summary["available_tools"]
    assert summary["total_available"] == len(summary["available_tools"])
    assert summary["total_possible"] == len(TOOLS)
    allowed = summary["allowed_tools"]
    stored = AgentAccess(summary["agent_role"], (), None if allowed == "all" else tuple(allowed), tuple(summary["denied_tools"]))
    return {
        **telling.given(access=telling.access(None if stored == AgentAccess() else stored)),
        "availableTools": telling.tools(summary["available_tools"]),
    }


@_maps("ContextMesh/GetAccess")
def _get_agent_access(mesh: Any, request: Request) -> Mapping:
    return telling.given(access=telling.access((yield mesh.get_agent_access(request["agent"]))))


@_maps("ContextMesh/SetAccess")
def _set_access(mesh: Any, request: Request) -> Mapping:
    access = arguments.access(request["access"]) if "access" in request else None
    return {"availableTools": telling.tools((yield mesh.set_agent_access(request["agent"], access)))}


@_maps("Discovery/GetServerInfo")
def _get_server_info(mesh: Any, request: Request) -> Mapping:
    info = yield mesh.get_server_info()
    return {
        "version": info.version,
        "features": [f"SERVER_FEATURE_{feature}" for feature in info.features],
        "limits": {arguments.camel(name): limit for name, limit in asdict(info.limits).items()},
    }


@_maps("ContextMesh/LogOutcome")
def _log_outcome(mesh_or_agent: Any, request: Request) -> Mapping:
    report = request["report"]
    number = yield arguments.logger_of(mesh_or_agent).log_outcome(
        request["agent"],
        report["taskType"],
        report.get("success", False),
        arguments.seconds(report, "duration"),
        input_context=json.loads(report.get("inputJson", "null")),
        output_data=json.loads(report.get("outputJson", "null")),
        error_message=report.get("error"),
        metadata=json.loads(report.get("metadataJson", "null")),
    )
    return {"number": str(number)}


@_maps("ToolHandler/LogOutcome")
def _log_own_outcome(mesh: Any, request: Request) -> Mapping:
    return (yield from _log_outcome(mesh.for_agent(request["agent"]), request))


@_maps("ContextMesh/ListOutcomes")
def _list_outcomes(mesh: Any, request: Request) -> Mapping:
    asked = request.get("filter", {})
    outcomes = yield arguments.logger_of(mesh).get_recent_outcomes(
        arguments.hours(asked, "maxAge"), asked.get("agent"), asked.get("taskType"), success=asked.get("success")
    )
    return {"outcomes": [telling.outcome(outcome) for outcome in outcomes]}


@_maps("ContextMesh/GetOutcomeMetrics")
def _get_outcome_metrics(mesh: Any, request: Request) -> Mapping:
    asked = request.get("filter", {})
    metrics = yield arguments.logger_of(mesh).get_performance_metrics(
        arguments.hours(asked, "maxAge"), asked.get("agent"), task_type=asked.get("taskType")
    )
    return {
        "overall": telling.metrics(metrics),
        "byTaskType": [{"name": name, "metrics": telling.metrics(one)} for name, one in metrics["by_task_type"].items()],
        "byAgent": [{"name": name, "metrics": telling.metrics(one)} for name, one in metrics["by_agent"].items()],
    }


@_maps("ContextMesh/ClearOutcomes")
def _clear_outcomes(mesh: Any, request: Request) -> Mapping:
    asked = request.get("filter", {})
    removed = yield arguments.logger_of(mesh).clear_outcomes(arguments.hours(asked, "minAge"), agent_name=asked.get("agent"))
    return {"removedOutcomes": str(removed)}


@_maps("ContextMesh/BuildPrompt")
def _build_prompt(mesh_or_agent: Any, request: Request) -> Mapping:
    spec, agent_name = request["spec"], request.get("asAgent")
    options = telling.given(
        format={"PROMPT_FORMAT_FENCED": "fenced"}.get(spec.get("format", "")),
        max_bytes=spec.get("maxBytes"),
        since=arguments.position(spec.get("since")),
    )
    if (system := spec.get("system")) is not None:
        prompt = yield syntha.build_system_prompt(
            agent_name,
            mesh_or_agent,
            system.get("template"),
            not system.get("omitHeader", False),
            prepend_to_existing="existingPrompt" in system,
            existing_prompt=system.get("existingPrompt"),
            ready_template=arguments.name_of(system.get("readyTemplate", ""), "SYSTEM_TEMPLATE"),
            **options,
        )
    elif (message := spec.get("message")) is not None:
        prompt = yield syntha.build_message_prompt(
            agent_name,
            mesh_or_agent,
            message.get("template"),
            not message.get("omitHeader", False),
            max_age_seconds=arguments.seconds(spec, "maxAge"),
            ready_template=arguments.name_of(message.get("readyTemplate", ""), "MESSAGE_TEMPLATE"),
            **options,
        )
    elif (custom := spec.get("custom")) is not None:
        prompt = yield syntha.build_custom_prompt(
            agent_name, mesh_or_agent, custom.get("keys", []), custom["template"], custom.get("fallbackText", ""), **options
        )
    else:
        inject = spec["inject"]
        placement = inject.get("placement", "PROMPT_PLACEMENT_PREPEND").removeprefix("PROMPT_PLACEMENT_").lower()
        separator = {"separator": inject["separator"]} if "separator" in inject else {}
        prompt = yield syntha.inject_context_into_prompt(
            inject["existingPrompt"], agent_name, mesh_or_agent, placement, **separator, **options
        )
    return {
        "prompt": {
            "text": str(prompt),
            "keys": list(prompt.keys),
            "omitted": [{"key": key, "reason": f"OMISSION_REASON_{reason}"} for key, reason in prompt.omitted.items()],
            "totalOmitted": str(prompt.total_omitted),
        },
        "position": telling.position(prompt.position),
    }


@_maps("ToolHandler/BuildPrompt")
def _build_own_prompt(mesh: Any, request: Request) -> Mapping:
    return (yield from _build_prompt(mesh.for_agent(request["asAgent"]), request))


def subscribe(mesh: Any, method: str, request: Request) -> Any:
    conditions = request.get("filter", {})
    after = arguments.start_of(request)
    options = {
        "key_prefix": conditions.get("keyPrefix", ""),
        "key_glob": conditions.get("keyGlob"),
        "kinds": [ChangeKind[kind.removeprefix("CHANGE_KIND_")] for kind in request.get("kinds", ())],
        "keys_only": arguments.keys_only(request),
        "after": arguments.position(after),
        "snapshot": "snapshot" in request.get("start", {}),
        "include_claims": request.get("includeClaims", False),
    }
    if method == "ToolHandler/SubscribeToTopics":
        return mesh.for_agent(request["asAgent"]).subscribe_to_topics(conditions.get("topics", []), **options)
    include_agents = request.get("includeAgents", False)
    return mesh.subscribe(request.get("asAgent"), topics=conditions.get("topics", ()), include_agents=include_agents, **options)


def await_claim(mesh: Any, method: str, request: Request) -> Any:
    options = {**arguments.claim(request["claim"]), **arguments.guards(request)}
    if "grace" in request:
        options["grace"] = arguments.seconds(request, "grace")
    if method.startswith("ToolHandler/"):
        return mesh.for_agent(request["asAgent"]).await_claim(**options)
    return mesh.await_claim(**options, **arguments.as_agent(request))
