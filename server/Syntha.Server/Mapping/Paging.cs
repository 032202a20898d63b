using Syntha.Mesh.Reading;
using Syntha.V1;

namespace Syntha.Server.Mapping;

/// <summary>What the lists of both services share: page sizes, tokens, filters.</summary>
internal static class Paging
{
    public const int MaxItems = 1_000;
    public const int DefaultItems = 100;
    public const int MaxKeys = 10_000;
    public const int DefaultKeys = 1_000;
    public const int MaxTopics = 1_000;
    public const int DefaultTopics = 100;

    /// <exception cref="MeshException">FILTER_INVALID.</exception>
    public static int Size(int asked, int byDefault, int limit)
    {
        if (asked < 0 || asked > limit)
        {
            throw MeshException.OverLimit(ErrorReason.FilterInvalid, "The page size is out of range", limit, asked, "elements").In("page_size");
        }

        return asked == 0 ? byDefault : asked;
    }

    /// <exception cref="MeshException">KEY_INVALID names the prefix.</exception>
    public static string Prefix(string prefix)
    {
        try
        {
            return ContextKey.Parse(prefix).Value;
        }
        catch (MeshException refusal)
        {
            throw new MeshException(ErrorReason.FilterInvalid, refusal.Message) { Field = "key_prefix" };
        }
    }

    /// <param name="view">What the caller sees.</param>
    /// <param name="filter">Which items of that.</param>
    /// <param name="pageSize">How many items a page holds.</param>
    /// <param name="pageToken">The request's token.</param>
    /// <param name="form">The form of the values; null: none are answered.</param>
    /// <param name="method">Which list it is.</param>
    /// <param name="agent">Whose list it is; null: the owner's.</param>
    /// <param name="nextToken">The token of the next page; empty: there is none.</param>
    public static ItemPage Items(
        MeshView view, ItemFilter filter, int pageSize, string pageToken, ValueForm? form, string method, string? agent, out string nextToken)
    {
        ReadOnlySpan<string?> scope =
        [
            method, agent, filter.Prefix, filter.Glob?.Pattern, form is null ? "keys" : "items", .. filter.Topics.Select(topic => topic.Value),
        ];
        var page = view.List(filter, new(
            PageToken.Read(pageToken, scope), pageSize, form is { } valueForm ? item => Outgoing.SizeOf(item, valueForm) : Outgoing.SizeWithoutValue));
        nextToken = PageToken.Write(page.NextAfter, scope);
        return page;
    }

    public static IEnumerable<Topic> Topics(MeshView view, int pageSize, string pageToken, string method, string? agent, out string nextToken)
    {
        ReadOnlySpan<string?> scope = [method, agent];
        var page = view.ListTopics(PageToken.Read(pageToken, scope), Size(pageSize, DefaultTopics, MaxTopics));
        nextToken = PageToken.Write(page.NextAfter, scope);
        return page.Topics.Select(Outgoing.Topic);
    }
}
