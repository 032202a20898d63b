namespace Syntha.Client;

/// <summary>What is stored about an agent.</summary>
/// <param name="Topics">The topics that it is subscribed to, in the order of subscription.</param>
/// <param name="Permissions">What it may post. <see langword="null"/>: anything.</param>
public sealed record AgentState(IReadOnlyList<string> Topics, PostPermissions? Permissions)
{
    /// <summary>Which tools it may use. <see langword="null"/>: all.</summary>
    public AgentAccess? Access { get; init; }

    internal static AgentState From(V1.AgentState wire) =>
        new([.. wire.Topics], wire.Permissions is null ? null : new PostPermissions(wire.Permissions))
        {
            Access = wire.Access is null ? null : new AgentAccess(wire.Access),
        };
}
