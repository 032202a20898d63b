namespace Syntha.Client;

/// <summary>
/// The access that is stored for an agent, and the tools that the agent may use. Mirrors <c>get_access_summary</c>. Immutable.
/// </summary>
public sealed class AccessSummary
{
    internal AccessSummary(string agentName, V1.GetAccessResponse wire)
    {
        AgentName = agentName;
        Access = wire.Access is null ? null : new AgentAccess(wire.Access);
        AvailableTools = WireTools.NamesOf(wire.AvailableTools);
        DeniedTools = WireTools.NamesOf(wire.UnavailableTools);
    }

    /// <summary>The agent.</summary>
    public string AgentName { get; }

    /// <summary>The stored access. <see langword="null"/>: nothing is stored, so the agent may use all tools.</summary>
    public AgentAccess? Access { get; }

    /// <summary>The tools that the agent may use, in the order of <see cref="AgentTools.All"/>.</summary>
    public IReadOnlyList<string> AvailableTools { get; }

    /// <summary>The tools that the agent may not use, for any reason, in that order.</summary>
    public IReadOnlyList<string> DeniedTools { get; }

    /// <summary>The agent's role. <see langword="null"/>: none.</summary>
    public string? AgentRole => Access?.Role;

    /// <summary>How many tools the agent may use.</summary>
    public int TotalAvailable => AvailableTools.Count;

    /// <summary>How many tools there are.</summary>
    public int TotalPossible => AvailableTools.Count + DeniedTools.Count;
}
