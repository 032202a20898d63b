namespace Syntha.Storage.Ground;

/// <summary>
/// A moment as microseconds since 1970. Both engines can store this. The store's clock is cut to whole microseconds before it is used, so a
/// mesh in memory and the same mesh loaded again are equal.
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
