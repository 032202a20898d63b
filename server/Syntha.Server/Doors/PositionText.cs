using System.Globalization;

namespace Syntha.Server.Doors;

/// <summary>Positions as doors write them, such as <c>0f3a….7</c>. The epoch is a part, because in another life of the store the same
/// revision is another state.</summary>
internal static class PositionText
{
    public static string Of(string epoch, long revision) => string.Create(CultureInfo.InvariantCulture, $"{epoch}.{revision}");

    public static string Of(V1.Position position) => Of(position.Epoch, position.Revision);

    public static bool TryParse(string text, out V1.Position position)
    {
        var dot = text.LastIndexOf('.');
        position = new();
        if (dot < 0 || !long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            return false;
        }

        (position.Epoch, position.Revision) = (text[..dot], revision);
        return true;
    }
}
