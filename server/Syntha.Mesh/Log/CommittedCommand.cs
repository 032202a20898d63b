using System.Text;

namespace Syntha.Mesh.Log;

/// <summary>A command as the log keeps it. Either all its changes are in the log, or none.</summary>
/// <param name="Revision">The command's revision, one more than that of the command before.</param>
/// <param name="Changes">At least one. Their indexes count from 0.</param>
/// <param name="Request">The caller's id for the command. Null: the caller gave none.</param>
/// <param name="Origin">Its origin. Null: unknown.</param>
public sealed record CommittedCommand(long Revision, ImmutableArray<Change> Changes, RequestRecord? Request, CommandOrigin? Origin = null)
{
    /// <summary>Bytes of the values that it wrote.</summary>
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

/// <summary>
/// The origin of a command, kept with its first row for the audit trail. The acting agent is not in it: it is the actor of the change.
/// </summary>
/// <param name="Method">The call, such as <c>ContextMesh/Push</c>.</param>
/// <param name="Credential">Id of the credential. Null: none was needed, or the command is the server's own.</param>
public sealed record CommandOrigin(string Method, string? Credential)
{
    /// <summary>The origin of the command with which the server logs that items have expired.</summary>
    public static CommandOrigin Expiry { get; } = new("Server/Expire", null);

    /// <summary>The origin of the command with which the server ends the counting of expired items.</summary>
    public static CommandOrigin Purge { get; } = new("Server/Purge", null);

    /// <summary>The origin of the command with which the server prolongs places in the line of a claim.</summary>
    public static CommandOrigin Line { get; } = new("Server/KeepLine", null);
}
