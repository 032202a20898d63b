namespace Syntha.Server.Admission;

/// <summary>The agent that a request of ToolHandler names. A test holds the contract to it that each of them names one.</summary>
internal static class AgentNamed
{
    /// <returns>Null when the request names none.</returns>
    public static string? In(object request) => request switch
    {
        V1.IActingRequest { HasAsAgent: true } acting => acting.AsAgent,
        V1.IAgentRequest about => about.Agent,
        _ => null,
    };
}
