using Syntha.Page.Access;
using Syntha.Page.Parts;

namespace Syntha.Page.Agents;

/// <summary>What is known about an agent at one moment.</summary>
/// <param name="Name">The agent.</param>
/// <param name="Topics">What it is subscribed to.</param>
/// <param name="Permissions">What it may post. Null: anything, or it is not known.</param>
/// <param name="KnowsPermissions">Whether the reader may know the permissions. An agent's credential may not.</param>
/// <param name="Access">Which tools it may use, as it is stored. Null: all.</param>
/// <param name="Available">The tools that it may use.</param>
/// <param name="Unavailable">The tools that it may not use.</param>
public sealed record AgentDetails(
    string Name, IReadOnlyList<string> Topics, PostPermissions? Permissions, bool KnowsPermissions, AgentAccess? Access,
    IReadOnlyList<Tool> Available, IReadOnlyList<Tool> Unavailable)
{
    private const int MaxTopics = 1_000;

    /// <exception cref="Grpc.Core.RpcException">A call is refused.</exception>
    public static async Task<AgentDetails> ReadAsync(MeshClient mesh, string name, CancellationToken cancellationToken)
    {
        if (mesh.OnlyAgent is not null)
        {
            var own = await mesh.Agents.GetAccessAsync(new() { Agent = name }, cancellationToken: cancellationToken);
            return new(name, await OwnTopicsAsync(mesh, name, own, cancellationToken), null, false, own.Access,
                own.AvailableTools, own.UnavailableTools);
        }

        var topics = mesh.Owner.GetAgentTopicsAsync(new() { Agent = name }, cancellationToken: cancellationToken).ResponseAsync;
        var posts = mesh.Owner.GetPostPermissionsAsync(new() { Agent = name }, cancellationToken: cancellationToken).ResponseAsync;
        var access = mesh.Owner.GetAccessAsync(new() { Agent = name }, cancellationToken: cancellationToken).ResponseAsync;
        await Task.WhenAll(topics, posts, access);
        var tools = await access;
        return new(
            name, (await topics).Topics, (await posts).Permissions, true, tools.Access, tools.AvailableTools, tools.UnavailableTools);
    }

    /// <summary>What the agent does, in a sentence.</summary>
    public string Summary()
    {
        var reads = Topics.Count switch
        {
            0 => "is subscribed to no topic",
            1 => $"is subscribed to {Wording.Name(Topics[0])}",
            2 => $"is subscribed to {Wording.Name(Topics[0])} and {Wording.Name(Topics[1])}",
            _ => $"is subscribed to {Wording.Name(Topics[0])}, {Wording.Name(Topics[1])} and {Wording.Number(Topics.Count - 2)} more",
        };
        var posts = !KnowsPermissions ? "" : Permissions is null ? ", may post anything," : ", may post some things,";
        var lacking = Unavailable.Count(tool => !IsOff(tool));
        var tools = lacking == 0 ? "may use all tools"
            : Available.Count == 0 ? "may use no tool" : $"may use {Available.Count} of {Available.Count + lacking} tools";
        return $"{Wording.Name(Name)} {reads}{posts} and {tools}.";
    }

    /// <summary>Why the agent may or may not use a tool.</summary>
    public string WhyOf(Tool tool) =>
        Available.Contains(tool) ? Access is null && Unavailable.All(IsOff) ? "nothing is stored, so it may use all" : ""
        : IsOff(tool) ? "it is off until the list or a role of your own names it"
        : Access is null ? "the key does not allow it"
        : Access.DeniedTools.Contains(tool) ? "it is denied"
        : Access.AllowedTools is { } allowed && !allowed.Tools.Contains(tool) ? "it is not among the allowed tools"
        : Access.RoleCase == AgentAccess.RoleOneofCase.None ? "the key does not allow it" : "the role does not have it";

    // The tools that are no standard tools. As long as one is not named, no agent expects it.
    private bool IsOff(Tool tool) => tool is Tool.UpdateContext or Tool.Claim or Tool.Release
        && Access?.AllowedTools?.Tools.Contains(tool) != true && Access?.CustomRole?.Tools.Contains(tool) != true;

    /// <summary>An agent's credential has no call for its topics. The topics that it sees name their subscribers.</summary>
    private static async Task<IReadOnlyList<string>> OwnTopicsAsync(
        MeshClient mesh, string name, GetAccessResponse access, CancellationToken cancellationToken)
    {
        if (!access.AvailableTools.Contains(Tool.DiscoverTopics))
        {
            return [];
        }

        var topics = (await mesh.ListTopicsAsync(new() { PageSize = MaxTopics }, cancellationToken)).Topics;
        return [.. topics.Where(topic => topic.Subscribers.Contains(name)).Select(topic => topic.Name)];
    }
}
