namespace Syntha.Page.Parts;

/// <summary>What agents may post, in words.</summary>
internal static class PostWords
{
    /// <summary>What an agent may post.</summary>
    public static string May(PostPermissions may)
    {
        var parts = new List<string>();
        if (may.Topics.Count > 0)
        {
            parts.Add($"to {Few(may.Topics)}");
        }

        if (may.MayPostGlobal)
        {
            parts.Add("to all agents");
        }

        if (may.MayPostDirect)
        {
            parts.Add("to named agents");
        }

        return parts.Count == 0 ? "nothing" : string.Join(", ", parts);
    }

    /// <summary>The first names of a list, and how many more there are.</summary>
    public static string Few(IReadOnlyCollection<string> names, int most = 4) => names.Count <= most
        ? string.Join(", ", names.Select(Wording.Name))
        : string.Create(
            CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(most).Select(Wording.Name))} and {names.Count - most} more");
}
