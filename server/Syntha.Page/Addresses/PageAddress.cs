using Microsoft.AspNetCore.WebUtilities;

namespace Syntha.Page.Addresses;

/// <summary>What a view keeps in its address, so that it is the same view after the page was loaded again.</summary>
internal static class PageAddress
{
    /// <returns>The first value of the name. Null: there is none, or it is empty.</returns>
    public static string? Query(string address, string name) =>
        QueryHelpers.ParseQuery(new Uri(address).Query).TryGetValue(name, out var values) && values[0] is { Length: > 0 } value
            ? value
            : null;
}
