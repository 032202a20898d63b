namespace Syntha.Mesh.Log;

/// <summary>Where a command came from, as its first row of the log keeps it for the audit trail; the agent that acted is the change's actor.</summary>
/// <param name="Method">The call, such as <c>ContextMesh/Push</c>.</param>
/// <param name="Credential">Id of the credential; null: none was needed, or it is the server's own command.</param>
public sealed record CommandOrigin(string Method, string? Credential)
{
    /// <summary>Of the command by which the server logs that items have expired.</summary>
    public static CommandOrigin Expiry { get; } = new("Server/Expire", null);

    /// <summary>Of the command by which the server ends the counting of expired items.</summary>
    public static CommandOrigin Purge { get; } = new("Server/Purge", null);
}
