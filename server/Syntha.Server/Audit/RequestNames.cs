using Syntha.Server.Admission;

namespace Syntha.Server.Audit;

/// <summary>The names in a request that the audit trail records: the acting agent, or the user of an operator's call.</summary>
internal static class RequestNames
{
    /// <summary>
    /// The agent that acts. An owner's request that names the agent it is about, or filters by an agent, is still the owner's act. In
    /// ToolHandler the agent acts, also where the request is about that agent.
    /// </summary>
    public static string? ActorIn(Realm realm, object? request)
    {
        var name = request switch
        {
            V1.IActingRequest { HasAsAgent: true } acting => acting.AsAgent,
            V1.IAgentRequest about when realm == Realm.Agent => about.Agent,
            _ => null,
        };
        try
        {
            return name is null ? null : AgentName.Parse(name).Value;
        }
        catch (MeshException)
        {
            // This is no name of an agent, and the trail holds names only.
            return null;
        }
    }

    /// <returns>Null when the request has no such field.</returns>
    public static string? UserIn<TRequest>(TRequest? request)
        where TRequest : class => request is null ? null : Fields<TRequest>.User?.Invoke(request);

    // Looked up once for each type of request.
    private static class Fields<TRequest>
    {
        public static Func<TRequest, string>? User { get; } =
            typeof(TRequest).GetProperty("UserId")?.GetMethod?.CreateDelegate<Func<TRequest, string>>();
    }
}
