using Google.Protobuf.WellKnownTypes;

namespace Syntha.Page.Operation;

/// <summary>
/// Which entries of the audit trail are shown, as the operator typed it. A node's chain is read whole, without another condition.
/// </summary>
internal sealed record AuditFilter
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss";

    /// <summary>The user. Empty: all.</summary>
    public string User { get; set; } = "";

    /// <summary>Whether only entries about no user are shown, which are the operators'.</summary>
    public bool IsAboutNoUser { get; set; }

    /// <summary>The method, such as <c>ContextMesh/Push</c>. Empty: all.</summary>
    public string Method { get; set; } = "";

    /// <summary>The outcome. Unspecified: all.</summary>
    public AuditOutcome Outcome { get; set; }

    /// <summary>The first moment, in universal time. Null: the beginning.</summary>
    public DateTime? From { get; set; }

    /// <summary>The moment before which the entries end. Null: now.</summary>
    public DateTime? Until { get; set; }

    /// <summary>The node whose chain is read. Empty: all nodes.</summary>
    public string Node { get; set; } = "";

    /// <summary>The filter that an address keeps.</summary>
    public static AuditFilter Read(Func<string, string?> kept) => new()
    {
        User = kept("of") ?? "",
        IsAboutNoUser = kept("nobody") is not null,
        Method = kept("method") ?? "",
        Outcome = System.Enum.TryParse<AuditOutcome>(kept("outcome"), out var outcome) ? outcome : default,
        From = Moment(kept("from")),
        Until = Moment(kept("to")),
        Node = kept("node") ?? "",
    };

    /// <summary>What the address keeps of the filter.</summary>
    public IReadOnlyDictionary<string, object?> Kept() => new Dictionary<string, object?>
    {
        ["of"] = Text(User),
        ["nobody"] = IsAboutNoUser ? "yes" : null,
        ["method"] = Text(Method),
        ["outcome"] = Outcome == default ? null : Outcome.ToString(),
        ["from"] = From?.ToString(Form, CultureInfo.InvariantCulture),
        ["to"] = Until?.ToString(Form, CultureInfo.InvariantCulture),
        ["node"] = Text(Node),
    };

    /// <summary>The request for a page.</summary>
    public ListAuditEventsRequest Request(string pageToken)
    {
        var request = new ListAuditEventsRequest { PageToken = pageToken };
        if (Node.Length > 0)
        {
            request.Node = Node;
            return request;
        }

        if (IsAboutNoUser || User.Trim().Length > 0)
        {
            request.UserId = IsAboutNoUser ? "" : User.Trim();
        }

        (request.Method, request.Outcome) = (Method.Trim(), Outcome);
        (request.StartTime, request.EndTime) = (Wire(From), Wire(Until));
        return request;
    }

    private static string? Text(string text) => text.Trim() is { Length: > 0 } kept ? kept : null;

    private static DateTime? Moment(string? text) =>
        DateTime.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment : null;

    private static Timestamp? Wire(DateTime? moment) =>
        moment is { } time ? Timestamp.FromDateTime(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null;
}
