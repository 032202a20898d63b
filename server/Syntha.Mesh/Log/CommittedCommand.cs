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
