namespace Syntha.Page.Live;

/// <summary>A position as text: epoch, dot, revision.</summary>
internal static class PositionText
{
    /// <returns>Null: there is no position, or the user has no store yet.</returns>
    public static string? Of(Position? position) => position is { Epoch.Length: > 0 }
        ? string.Create(CultureInfo.InvariantCulture, $"{position.Epoch}.{position.Revision}")
        : null;

    /// <returns>Null: it is no position.</returns>
    public static Position? Read(string? text)
    {
        var dot = text?.LastIndexOf('.') ?? -1;
        return dot > 0 && long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new Position { Epoch = text![..dot], Revision = revision }
            : null;
    }
}
