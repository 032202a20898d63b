using Google.Protobuf.WellKnownTypes;

namespace Syntha.Client;

/// <summary>Moments and durations between .NET and the contract.</summary>
internal static class WireTime
{
    /// <summary>
    /// A time to live of thousands of years may end after the year 9999, for which .NET has no moment. The last moment that it has stands
    /// for it.
    /// </summary>
    internal static DateTimeOffset ToDateTimeOffset(Timestamp timestamp) =>
        timestamp.Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.MaxValue
        : timestamp.Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() ? DateTimeOffset.MinValue
        : DateTimeOffset.FromUnixTimeSeconds(timestamp.Seconds).AddTicks(timestamp.Nanos / TimeSpan.NanosecondsPerTick);

    internal static Timestamp ToTimestamp(DateTimeOffset time) => Timestamp.FromDateTimeOffset(time);

    internal static Duration? ToDuration(TimeSpan? time) => time is { } given ? Duration.FromTimeSpan(given) : null;
}
