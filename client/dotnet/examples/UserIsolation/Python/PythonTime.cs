using System.Globalization;

namespace Syntha.Examples.UserIsolation.Python;

/// <summary>Moments as Python prints them.</summary>
internal static class PythonTime
{
    /// <summary><c>datetime.now().isoformat()</c>: local time without a zone; microseconds only where there are any.</summary>
    internal static string IsoNow() => Iso(TimeProvider.System.GetLocalNow());

    internal static string Iso(DateTimeOffset moment) => moment.ToString(
        moment.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMicrosecond ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.ffffff",
        CultureInfo.InvariantCulture);
}
