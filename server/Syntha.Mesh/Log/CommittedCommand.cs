using System.Text;

namespace Syntha.Mesh.Log;

/// <summary>A command as the log keeps it. Its changes are either all in the log or none of them is.</summary>
/// <param name="Revision">The command's revision, one more than that of the command before.</param>
/// <param name="Changes">At least one; their indexes count from 0.</param>
/// <param name="Request">The caller's id for the command; null where none was given.</param>
/// <param name="Origin">Where it came from; null where that is not known.</param>
public sealed record CommittedCommand(long Revision, ImmutableArray<Change> Changes, RequestRecord? Request, CommandOrigin? Origin = null)
{
    /// <summary>Bytes of the values that it brought.</summary>
    public long ValueBytes
    {
        get
        {
            long bytes = 0;
            foreach (var change in Changes)
            {
                bytes += change.Item is { } item ? Encoding.UTF8.GetByteCount(item.ValueJson) : 0;
            }

            return bytes;
        }
    }
}

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
