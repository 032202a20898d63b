namespace Syntha.Storage.Ground;

/// <summary>
/// A moment as microseconds since 1970, which both engines can keep. The store's clock is cut to whole microseconds before anybody sees it,
/// so that a mesh in memory and the same mesh loaded again agree.
/// </summary>
internal static class StoredTime
{
    public static long ToMicroseconds(DateTimeOffset moment) =>
        Math.DivRem(moment.UtcTicks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond) is var (quotient, rest) && rest < 0
            ? quotient - 1
            : quotient;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(DateTime.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static DateTimeOffset Cut(DateTimeOffset moment) => FromMicroseconds(ToMicroseconds(moment));
}
