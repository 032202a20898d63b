using Syntha.Mesh.Reading;

namespace Syntha.Server.Mapping;

/// <summary>Cuts lists into pages. It checks the page size, and binds each page token to the rest of the request.</summary>
internal static class Paging
{
    private const int MaxItems = 1_000;
    private const int DefaultItems = 100;
    private const int MaxKeys = 10_000;
    private const int DefaultKeys = 1_000;
    private const int MaxTopics = 1_000;
    private const int DefaultTopics = 100;

    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static int Size(int asked, int byDefault, int limit)
    {
        if (asked < 0 || asked > limit)
        {
            throw MeshException.OverLimit(
                ErrorReason.ArgumentInvalid, "The page size is out of range", limit, asked, "elements").In("page_size");
        }

        return asked == 0 ? byDefault : asked;
    }

    /// <summary>Whether a page may be much work: it is large, its filter may pass by most items, or its values are parsed.</summary>
    public static bool IsMuchWork(V1.ListRequest request) =>
        request.PageSize > Limits.FewItems || request.View == V1.ItemView.Structured
        || (request.Filter is { } filter && (filter.HasKeyGlob || filter.Topics.Count > 0));

    /// <param name="view">The caller's view of the mesh.</param>
    /// <param name="request">The request for a page.</param>
    /// <param name="nextToken">The token of the next page. Empty when there is none.</param>
    /// <exception cref="MeshException">TOPIC_INVALID, FILTER_INVALID, REQUEST_TOO_LARGE, ARGUMENT_INVALID, PAGE_TOKEN_INVALID.</exception>
    public static ItemPage Items(MeshView view, V1.ListRequest request, out string nextToken)
    {
        var filter = FromWire.Filter(request.Filter);
        var isKeys = FromWire.Known(request.View, "view") == V1.ItemView.Keys;
        var size = isKeys ? Size(request.PageSize, DefaultKeys, MaxKeys) : Size(request.PageSize, DefaultItems, MaxItems);
        ReadOnlySpan<string?> scope =
        [
            "List", ActorOf(request), filter.Prefix, filter.Glob?.Pattern, isKeys ? "keys" : "items",
            HistoryMapping.ScopeOf(request.ReadPoint),
            .. filter.Topics.Select(topic => topic.Value),
        ];
        var page = view.List(filter, new(PageToken.Read(request.PageToken, scope), size, item => ToWire.SizeOf(item, request.View)));
        nextToken = PageToken.Write(page.NextAfter, scope);
        return page;
    }

    /// <exception cref="MeshException">ARGUMENT_INVALID, PAGE_TOKEN_INVALID.</exception>
    public static IEnumerable<V1.Topic> Topics(MeshView view, V1.ListTopicsRequest request, out string nextToken)
    {
        ReadOnlySpan<string?> scope = ["ListTopics", ActorOf(request)];
        var page = view.ListTopics(PageToken.Read(request.PageToken, scope), Size(request.PageSize, DefaultTopics, MaxTopics));
        nextToken = PageToken.Write(page.NextAfter, scope);
        return page.Topics.Select(ToWire.Topic);
    }

    private static string? ActorOf(V1.IActingRequest request) => request.HasAsAgent ? request.AsAgent : null;
}
