namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>A row of the log as the user's store holds it.</summary>
/// <param name="Revision">The revision of its command.</param>
/// <param name="Index">The index within its command.</param>
/// <param name="Kind">1 created, 2 updated, 3 removed, 4 expired, 5 purged, 6 agent changed.</param>
/// <param name="Subject">The key, or the agent's name.</param>
/// <param name="Value">The value. For an agent, its stored record.</param>
/// <param name="Now">The routing after the change.</param>
/// <param name="Before">The routing before it.</param>
/// <param name="Expires">Whether the item has a time to live.</param>
internal sealed record LogRow(
    long Revision, int Index, int Kind, string Subject, string? Value, Routing Now, Routing Before, bool Expires);
