using Syntha.Server.Mapping;

namespace Syntha.Server.Operations;

/// <summary>Cuts the lists of Administration into pages. A page begins after the place of the last entry before it.</summary>
internal static class AdministrationPages
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1_000;

    /// <param name="entries">The whole list, in any order.</param>
    /// <param name="placeOf">Gives the place of an entry, which orders the list. No two entries have the same place.</param>
    /// <param name="isDescending">Whether the last place comes first.</param>
    /// <param name="pageSize">As requested.</param>
    /// <param name="pageToken">As requested.</param>
    /// <param name="filter">All parts of the request that decide about the list: method and filters.</param>
    /// <exception cref="MeshException">FILTER_INVALID, PAGE_TOKEN_INVALID.</exception>
    public static AdministrationPage<T> Cut<T>(
        IEnumerable<T> entries, Func<T, string> placeOf, bool isDescending, int pageSize, string pageToken,
        params ReadOnlySpan<string?> filter)
    {
        var size = Paging.Size(pageSize, DefaultSize, MaxSize);
        var after = PageToken.Read(pageToken, filter);
        var order = isDescending ? -1 : 1;
        var rest = entries.Select(entry => (Entry: entry, Place: placeOf(entry)))
            .Where(found => after is null || string.CompareOrdinal(found.Place, after) * order > 0);
        var ordered = isDescending
            ? rest.OrderByDescending(found => found.Place, StringComparer.Ordinal)
            : rest.OrderBy(found => found.Place, StringComparer.Ordinal);
        var page = ordered.Take(size + 1).ToList();
        var hasMore = page.Count > size;
        return new([.. page.Take(size).Select(found => found.Entry)], PageToken.Write(hasMore ? page[size - 1].Place : null, filter));
    }
}

/// <summary>One page of a list.</summary>
internal readonly record struct AdministrationPage<T>(IReadOnlyList<T> Entries, string NextToken);
