namespace Syntha.Client;

/// <summary>What every write may carry. Immutable.</summary>
public record WriteOptions
{
    /// <summary>
    /// The agent in whose name the call is made: its view, its name as author, its post permissions. <see langword="null"/>
    /// (default): the owner of the mesh. An empty name is refused by the server. To be left out at a <see cref="ToolHandler"/>, which
    /// has an agent of its own.
    /// </summary>
    public string? AgentName { get; init; }

    /// <summary>
    /// Makes the call repeatable: a second call with the same id and content changes nothing and returns the first answer, for up to
    /// 24 hours. <see langword="null"/> (default): the client generates a version 7 UUID for each call. Give one of your own to
    /// repeat a write whose outcome you did not learn, see <see cref="SynthaUnavailableException.RequestId"/>.
    /// </summary>
    public Guid? RequestId { get; init; }
}
