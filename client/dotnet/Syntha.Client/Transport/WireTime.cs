using Google.Protobuf.WellKnownTypes;

namespace Syntha.Client.Transport;

/// <summary>Moments and durations between .NET and the contract.</summary>
internal static class WireTime
{
    /// <summary>
    /// A time to live of thousands of years may end after the year 9999, which .NET cannot name: the last moment it can name stands
    /// for it.
    /// </summary>
    internal static DateTimeOffset ToDateTimeOffset(Timestamp timestamp) =>
        timestamp.Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.MaxValue
        : timestamp.Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() ? DateTimeOffset.MinValue
        : DateTimeOffset.FromUnixTimeSeconds(timestamp.Seconds).AddTicks(timestamp.Nanos / TimeSpan.NanosecondsPerTick);

    internal static Duration ToDuration(TimeSpan timeToLive) => Duration.FromTimeSpan(timeToLive);
}
