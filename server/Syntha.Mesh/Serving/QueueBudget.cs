using System.Globalization;

namespace Syntha.Mesh.Serving;

/// <summary>How many bytes of commands may wait for their groups, of one user and of all together. Thread-safe.</summary>
/// <param name="maxBytesPerUser">The most bytes of one user's commands.</param>
/// <param name="maxBytes">The most bytes of all users' commands.</param>
public sealed class QueueBudget(long maxBytesPerUser, long maxBytes)
{
    /// <summary>64 MiB: eight of the largest writes, as they lie in memory.</summary>
    public const long UsualBytesPerUser = 64 * 1024 * 1024;

    private static readonly TimeSpan RetrySoon = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryLater = TimeSpan.FromSeconds(1);

    private long bytes;

    public long MaxBytesPerUser => maxBytesPerUser;

    public long MaxBytes => maxBytes;

    /// <summary>The bytes of all users' commands that wait, or whose groups are under way.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    internal long Count(long added) => Interlocked.Add(ref bytes, added);

    // The sum is not told: it counts writes of other agents, and items that this agent may not read.
    internal static MeshException UserIsFull(long limit) => new(
        ErrorReason.RateLimited,
        string.Create(CultureInfo.InvariantCulture, $"The writes of this user that wait have more than {limit} bytes together."))
    {
        Metadata = { ["limit"] = limit.ToString(CultureInfo.InvariantCulture) },
        RetryAfter = RetrySoon,
    };

    internal static MeshException ServerIsFull() =>
        new(ErrorReason.StoreBusy, "Too many bytes of writes wait already on this server; repeat the call.") { RetryAfter = RetryLater };
}
