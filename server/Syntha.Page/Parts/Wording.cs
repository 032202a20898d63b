using Google.Protobuf.WellKnownTypes;

namespace Syntha.Page.Parts;

/// <summary>Times, sizes and numbers for people.</summary>
internal static class Wording
{
    /// <summary>A span in its two largest units, such as <c>3 min 20 s</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalMinutes: < 1 } => Text($"{span.Seconds} s"),
        { TotalHours: < 1 } => Text($"{span.Minutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => Text($"{span.Hours} h {span.Minutes} min"),
        _ => Text($"{(long)span.TotalDays} d {span.Hours} h"),
    };

    /// <summary>How long ago, such as <c>3 min 20 s ago</c>.</summary>
    public static string Ago(Timestamp? time, DateTimeOffset now) =>
        time is null ? "" : now - time.ToDateTimeOffset() is { TotalSeconds: >= 1 } span ? $"{Span(span)} ago" : "now";

    /// <summary>A moment, to the second, in universal time.</summary>
    public static string Moment(Timestamp? time) =>
        time is null ? "" : time.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) => bytes switch
    {
        < 1_024 => Text($"{bytes} B"),
        < 1_024 * 1_024 => Text($"{bytes / 1_024.0:0.#} KiB"),
        < 1_024L * 1_024 * 1_024 => Text($"{bytes / (1_024.0 * 1_024):0.#} MiB"),
        _ => Text($"{bytes / (1_024.0 * 1_024 * 1_024):0.##} GiB"),
    };

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A name or key as it is shown. The empty one, and signs that cannot be seen, are written out.</summary>
    public static string Name(string name) => name.Length == 0 ? "(empty)" : name.Any(char.IsControl)
        ? string.Concat(name.Select(sign => char.IsControl(sign) ? Text($"\\u{(int)sign:x4}") : sign.ToString()))
        : name;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
