namespace Syntha.Server.Mcp;

/// <summary>
/// The addresses of resources. A key or a topic is one percent-encoded part of its address. The server decodes the part once, so each key
/// has an address, with any signs.
/// </summary>
internal static class McpAddress
{
    public const string ContextTemplate = ContextPrefix + "{key}";
    public const string TopicTemplate = TopicPrefix + "{name}{?page}";
    public const string ChangesTemplate = Changes + "{?after}";
    public const string Changes = "syntha://changes";

    private const string ContextPrefix = "syntha://context/";
    private const string TopicPrefix = "syntha://topic/";

    public static string OfKey(string key) => ContextPrefix + Uri.EscapeDataString(key);

    public static string OfTopic(string topic, string? page = null) => TopicPrefix + Uri.EscapeDataString(topic)
        + (string.IsNullOrEmpty(page) ? "" : "?page=" + Uri.EscapeDataString(page));

    /// <summary>The key of an item's address; null for another address.</summary>
    public static string? KeyIn(string address) =>
        address.StartsWith(ContextPrefix, StringComparison.Ordinal) ? Decoded(address[ContextPrefix.Length..]) : null;

    /// <summary>The topic, and the page that is asked for; null for another address.</summary>
    public static (string Topic, string Page)? TopicIn(string address)
    {
        if (!address.StartsWith(TopicPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = address[TopicPrefix.Length..];
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? (Decoded(rest), "") : (Decoded(rest[..query]), ValueIn(rest[query..], "page") ?? "");
    }

    /// <summary>Whether it is the address of changes.</summary>
    /// <param name="address">The address.</param>
    /// <param name="after">The position after which they are asked for. Null: none.</param>
    public static bool IsChanges(string address, out string? after)
    {
        after = null;
        if (address == Changes)
        {
            return true;
        }

        if (!address.StartsWith(Changes + "?", StringComparison.Ordinal))
        {
            return false;
        }

        after = ValueIn(address[Changes.Length..], "after");
        return true;
    }

    private static string? ValueIn(string query, string name)
    {
        var start = $"?{name}=";
        return query.StartsWith(start, StringComparison.Ordinal) ? Decoded(query[start.Length..]) : null;
    }

    private static string Decoded(string part) => Uri.UnescapeDataString(part);
}
