using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>Lists the claims that are held and that a caller may see. A user has some thousand of them at most.</summary>
internal static class ClaimLister
{
    public static ClaimPage List(MeshState state, MeshView view, string prefix, string? after, int maxClaims)
    {
        var page = new List<ClaimRecord>();
        long bytes = 0;
        foreach (var name in SortedKeys.From(state.Claims.Names, prefix, after))
        {
            if (!name.Value.StartsWith(prefix, StringComparison.Ordinal))
            {
                break;
            }

            if (view.FindClaim(name) is not { } claim)
            {
                continue;
            }

            bytes += claim.Bytes;
            if (page.Count == maxClaims || (page.Count > 0 && bytes > PageLimits.MaxBytes))
            {
                return new(page, page[^1].Name.Value);
            }

            page.Add(claim);
        }

        return new(page, null);
    }
}

/// <summary>A page of claims.</summary>
/// <param name="Claims">The claims, in the byte order of their names.</param>
/// <param name="NextAfter">The name after which the next page begins. Null: there is no next page.</param>
public sealed record ClaimPage(IReadOnlyList<ClaimRecord> Claims, string? NextAfter);
