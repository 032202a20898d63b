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
            throw MeshException.OverLimit(ErrorReason.FilterInvalid, "The page size is out of range", limit, asked, "elements").In("page_size");
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

    public static ItemPage Items(
        MeshView view, ItemFilter filter, int pageSize, string pageToken, bool isKeysOnly, string method, string? agent, out string nextToken)
    {
        ReadOnlySpan<string?> scope = [method, agent, filter.Topic?.Value, filter.Prefix, filter.Glob?.Pattern, isKeysOnly ? "keys" : "items"];
        var page = view.List(filter, new(PageToken.Read(pageToken, scope), pageSize, isKeysOnly ? Outgoing.SizeWithoutValue : Outgoing.SizeOf));
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
