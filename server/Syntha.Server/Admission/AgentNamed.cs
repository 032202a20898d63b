namespace Syntha.Server.Admission;

/// <summary>The agent that a request names. Every request of ToolHandler has the field, and a test holds the contract to it.</summary>
internal static class AgentNamed
{
    /// <returns>Null where the request has no such field.</returns>
    public static string? In<TRequest>(TRequest request)
        where TRequest : class => Field<TRequest>.Read?.Invoke(request);

    // Looked up once for each kind of request.
    private static class Field<TRequest>
    {
        public static Func<TRequest, string>? Read { get; } =
            typeof(TRequest).GetProperty("AgentName")?.GetMethod?.CreateDelegate<Func<TRequest, string>>();
    }
}
