namespace Syntha.Client;

/// <summary>What is stored about the tools that an agent may use, and what comes of it. Mirrors <c>get_access_summary</c>. Immutable.</summary>
public sealed class AccessSummary
{
    internal AccessSummary(string agentName, V1.GetAccessResponse wire)
    {
        AgentName = agentName;
        Access = wire.Access is null ? null : new AgentAccess(wire.Access);
        AvailableTools = [.. wire.AvailableTools];
        DeniedTools = [.. wire.DeniedTools];
    }

    /// <summary>The agent.</summary>
    public string AgentName { get; }

    /// <summary>What is stored; <see langword="null"/>: nothing, so that it may use all tools.</summary>
    public AgentAccess? Access { get; }

    /// <summary>The tools that it may use, in the order of <see cref="AgentTools.All"/>.</summary>
    public IReadOnlyList<string> AvailableTools { get; }

    /// <summary>The tools that it may not use, for whatever reason, in that order.</summary>
    public IReadOnlyList<string> DeniedTools { get; }

    /// <summary>Its role; <see langword="null"/>: none.</summary>
    public string? AgentRole => Access?.Role;

    /// <summary>How many tools it may use.</summary>
    public int TotalAvailable => AvailableTools.Count;

    /// <summary>How many tools there are.</summary>
    public int TotalPossible => AvailableTools.Count + DeniedTools.Count;
}
