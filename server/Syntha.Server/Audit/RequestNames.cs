using Syntha.Server.Admission;

namespace Syntha.Server.Audit;

/// <summary>Whom a request names, for the audit trail: the agent that acts, or the user whom an operator's call is about.</summary>
internal static class RequestNames
{
    /// <summary>
    /// The agent in whose name a call is made. Where the field is not optional, an owner's request names the agent that it is about.
    /// </summary>
    public static string? ActorIn<TRequest>(Realm realm, TRequest? request)
        where TRequest : class
    {
        if (request is null || (realm != Realm.Agent && !(realm == Realm.Owner && Fields<TRequest>.HasOptionalAgent)))
        {
            return null;
        }

        try
        {
            return AgentNamed.In(request) is { } name ? AgentName.Parse(name).Value : null;
        }
        catch (MeshException)
        {
            // Not a name; the trail takes only what others may be called as well.
            return null;
        }
    }

    /// <returns>Null where the request has no such field.</returns>
    public static string? UserIn<TRequest>(TRequest? request)
        where TRequest : class => request is null ? null : Fields<TRequest>.User?.Invoke(request);

    // Looked up once for each kind of request.
    private static class Fields<TRequest>
    {
        public static bool HasOptionalAgent { get; } = typeof(TRequest).GetProperty("HasAgentName") is not null;

        public static Func<TRequest, string>? User { get; } =
            typeof(TRequest).GetProperty("UserId")?.GetMethod?.CreateDelegate<Func<TRequest, string>>();
    }
}
