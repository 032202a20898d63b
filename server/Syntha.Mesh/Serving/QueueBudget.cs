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

    internal static MeshException UserIsFull(long limit, long actual)
    {
        var refusal = MeshException.OverLimit(
            ErrorReason.RateLimited, "The writes of this user that wait are too large together", limit, actual, "bytes");
        return refusal.After(RetrySoon);
    }

    internal static MeshException ServerIsFull() =>
        new(ErrorReason.StoreBusy, "Too many bytes of writes wait already on this server; repeat the call.") { RetryAfter = RetryLater };
}
