using System.Globalization;

namespace Syntha.Benchmarks.Results;

/// <summary>A unit and how its values are written.</summary>
internal sealed record Unit(string Symbol, string NumberFormat)
{
    public static readonly Unit PerSecond = new("/s", "N0");
    public static readonly Unit Microseconds = new(" µs", "N1");
    public static readonly Unit Milliseconds = new(" ms", "N2");
    public static readonly Unit Kilobytes = new(" kB", "N1");
    public static readonly Unit Megabytes = new(" MB", "N0");
    public static readonly Unit Mebibytes = new(" MiB", "N0");
    public static readonly Unit Count = new("", "N0");

    public string Format(double value) => value.ToString(NumberFormat, CultureInfo.InvariantCulture) + Symbol;
}
