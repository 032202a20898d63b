namespace Syntha.Client;

/// <summary>What every write may carry. Immutable.</summary>
public record WriteOptions
{
    /// <summary>
    /// The agent that acts: the call has its view, its name as author, and its post permissions. <see langword="null"/> (default): the
    /// owner of the mesh. The server refuses an empty name. Leave it out at a <see cref="ToolHandler"/>, which has its own agent.
    /// </summary>
    public string? AgentName { get; init; }

    /// <summary>
    /// Makes the call repeatable: a second call with the same id and content changes nothing and returns the first answer, for up to
    /// 24 hours. <see langword="null"/> (default): the client makes a version 7 UUID for each call. Give an id of your own to repeat a
    /// write whose outcome is unknown, see <see cref="SynthaUnavailableException.RequestId"/>.
    /// </summary>
    public Guid? RequestId { get; init; }
}
