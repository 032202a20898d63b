using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Syntha.Server.Http;

/// <summary>
/// All paths of the HTTP door. What is not here is served over gRPC only: whole stores that come or go in parts, and the methods of an
/// agent that a tool or another path covers. Thread-safe.
/// </summary>
internal static class Routes
{
    private static readonly string[] SystemPrompt =
    [
        "as_agent", "spec.format", "spec.max_age", "spec.max_bytes", "spec.system.ready_template", "spec.system.template",
        "spec.system.omit_header", "read_point.as_of_position.epoch", "read_point.as_of_position.revision", "read_point.as_of_time",
    ];

    public static IReadOnlyList<Route> All { get; } =
    [
        // The first one is asked for most.
        Owner("GET", "/v1/context/{key}", "Get", RouteForm.ReadItem),
        Owner("GET", "/v1/context", "Get", RouteForm.ReadItem),
        Owner("PUT", "/v1/context/{key}", "Push", RouteForm.WriteItem),
        Owner("PUT", "/v1/context", "Push", RouteForm.WriteItem),
        Owner("PATCH", "/v1/context/{key}", "Patch", RouteForm.PatchItem),
        Owner("PATCH", "/v1/context", "Patch", RouteForm.PatchItem),
        Owner("DELETE", "/v1/context/{key}", "Remove", RouteForm.RemoveItem),
        Owner("DELETE", "/v1/context", "Remove", RouteForm.RemoveItem),
        Owner("GET", "/v1/context", "List"),
        Owner("POST", "/v1/context:get", "GetMany", body: ""),
        Owner("POST", "/v1/context:push", "PushMany", body: ""),
        Owner("POST", "/v1/context:commit", "Commit", body: ""),
        Owner("POST", "/v1/context:clear", "Clear"),
        Owner("POST", "/v1/context:cleanup", "CleanupExpired"),
        Owner("GET", "/v1/context:versions", "ListVersions"),
        Owner("POST", "/v1/context:diff", "DiffPositions", body: ""),
        Owner("POST", "/v1/claims:claim", "Claim", body: ""),
        Owner("POST", "/v1/claims:renew", "RenewClaim", body: ""),
        Owner("POST", "/v1/claims:release", "ReleaseClaim", body: ""),
        Owner("POST", "/v1/claims:handover", "HandOverClaim", body: ""),
        Owner("POST", "/v1/claims:leave", "LeaveClaim", body: ""),
        Owner("GET", "/v1/claims", "ListClaims"),
        Owner("POST", "/v1/context:plan-undo", "PlanUndo", body: ""),
        Owner("POST", "/v1/context:undo", "Undo", body: ""),
        Owner("POST", "/v1/context:redact", "Redact", body: ""),
        Owner("GET", "/v1/changes", "Subscribe", RouteForm.Stream),
        Owner("GET", "/v1/stats", "GetStats"),
        Owner("GET", "/v1/topics", "ListTopics"),
        Owner("DELETE", "/v1/topics/{topic}", "DeleteTopic"),
        Owner("GET", "/v1/agents/{agent}/topics", "GetAgentTopics"),
        Owner("PUT", "/v1/agents/{agent}/topics", "RegisterAgentTopics", body: ""),
        Owner("POST", "/v1/agents/{agent}/topics:unsubscribe", "UnsubscribeFromTopics", body: ""),
        Owner("GET", "/v1/agents/{agent}/permissions", "GetPostPermissions"),
        Owner("PUT", "/v1/agents/{agent}/permissions", "SetPostPermissions", body: "permissions"),
        Owner("GET", "/v1/agents/{agent}/access", "GetAccess"),
        Owner("PUT", "/v1/agents/{agent}/access", "SetAccess", body: "access"),
        Owner("GET", "/v1/prompt", "BuildPrompt") with { Query = SystemPrompt },
        Owner("POST", "/v1/prompt", "BuildPrompt", body: "spec"),
        Owner("GET", "/v1/outcomes", "ListOutcomes"),
        Owner("POST", "/v1/outcomes", "LogOutcome", body: "report"),
        Owner("GET", "/v1/outcomes:metrics", "GetOutcomeMetrics"),
        Owner("POST", "/v1/outcomes:clear", "ClearOutcomes"),
        Agent("GET", "/v1/agents/{agent}/context/{key}", "GetContext", RouteForm.ReadItem),
        Agent("GET", "/v1/agents/{agent}/context", "GetContext", RouteForm.ReadItem),
        Agent("PUT", "/v1/agents/{agent}/context/{key}", "PushContext", RouteForm.WriteItem),
        Agent("PUT", "/v1/agents/{agent}/context", "PushContext", RouteForm.WriteItem),
        Agent("PATCH", "/v1/agents/{agent}/context/{key}", "PatchContext", RouteForm.PatchItem),
        Agent("PATCH", "/v1/agents/{agent}/context", "PatchContext", RouteForm.PatchItem),
        Agent("DELETE", "/v1/agents/{agent}/context/{key}", "RemoveContext", RouteForm.RemoveItem),
        Agent("DELETE", "/v1/agents/{agent}/context", "RemoveContext", RouteForm.RemoveItem),
        Agent("GET", "/v1/agents/{agent}/context", "ListContext"),
        Agent("POST", "/v1/agents/{agent}/context:commit", "CommitContext", body: ""),
        Agent("POST", "/v1/agents/{agent}/context:clear", "ClearContext"),
        Agent("POST", "/v1/agents/{agent}/claims:claim", "Claim", body: ""),
        Agent("POST", "/v1/agents/{agent}/claims:renew", "RenewClaim", body: ""),
        Agent("POST", "/v1/agents/{agent}/claims:release", "ReleaseClaim", body: ""),
        Agent("POST", "/v1/agents/{agent}/claims:handover", "HandOverClaim", body: ""),
        Agent("POST", "/v1/agents/{agent}/claims:leave", "LeaveClaim", body: ""),
        Agent("GET", "/v1/agents/{agent}/claims", "ListClaims"),
        Agent("POST", "/v1/agents/{agent}/context:plan-undo", "PlanUndoContext", body: ""),
        Agent("POST", "/v1/agents/{agent}/context:undo", "UndoContext", body: ""),
        Agent("GET", "/v1/agents/{agent}/changes", "SubscribeToTopics", RouteForm.Stream),
        Agent("GET", "/v1/agents/{agent}/tools", "ListTools"),
        Agent("POST", "/v1/agents/{agent}/tools/{tool}:call", "CallTool", body: "arguments_json"),
        Agent("GET", "/v1/agents/{agent}/prompt", "BuildPrompt") with { Query = SystemPrompt },
        Agent("POST", "/v1/agents/{agent}/prompt", "BuildPrompt", body: "spec"),
        Agent("POST", "/v1/agents/{agent}/outcomes", "LogOutcome", body: "report"),
        Admin("GET", "/v1/admin/users", "ListUsers"),
        Admin("GET", "/v1/admin/users/{user}", "GetUserStats"),
        Admin("DELETE", "/v1/admin/users/{user}", "DeleteUser"),
        Admin("GET", "/v1/admin/users/{user}/quota", "GetQuota"),
        Admin("PATCH", "/v1/admin/users/{user}/quota", "UpdateQuota", body: "quota"),
        Admin("GET", "/v1/admin/sessions", "ListSessions"),
        Admin("GET", "/v1/admin/keys", "ListApiKeys"),
        Admin("POST", "/v1/admin/keys", "CreateApiKey", body: ""),
        Admin("DELETE", "/v1/admin/keys/{id}", "RevokeApiKey"),
        Admin("GET", "/v1/admin/audit", "ListAuditEvents"),
        Make(V1.Discovery.Descriptor, "GET", "/v1/server", "GetServerInfo"),
    ];

    /// <summary>The route of a request.</summary>
    /// <param name="verb">The HTTP method.</param>
    /// <param name="path">The path, still encoded.</param>
    /// <param name="namesKey">Whether the query names a key.</param>
    /// <param name="values">The texts of the path's variables, still encoded.</param>
    /// <param name="verbs">Where no route is found: the methods that the path takes.</param>
    public static Route? Find(string verb, string path, bool namesKey, out List<string> values, out List<string> verbs)
    {
        verbs = [];
        foreach (var route in All)
        {
            if (!route.Matches(path, out values))
            {
                continue;
            }

            if (route.Verb != verb)
            {
                verbs.Add(route.Verb);
            }
            else if (!route.IsAboutOneItem || route.HasKeyInPath || namesKey || verb != HttpMethods.Get)
            {
                return route;
            }
        }

        values = [];
        return null;
    }

    private static Route Owner(string verb, string path, string method, RouteForm form = RouteForm.Message, string? body = null) =>
        Make(V1.ContextMesh.Descriptor, verb, path, method, form, body);

    private static Route Agent(string verb, string path, string method, RouteForm form = RouteForm.Message, string? body = null) =>
        Make(V1.ToolHandler.Descriptor, verb, path, method, form, body);

    private static Route Admin(string verb, string path, string method, string? body = null) =>
        Make(V1.Administration.Descriptor, verb, path, method, RouteForm.Message, body);

    private static Route Make(
        ServiceDescriptor service, string verb, string path, string method, RouteForm form = RouteForm.Message, string? body = null) =>
        new(verb, path, service.FindMethodByName(method), form, body);
}
