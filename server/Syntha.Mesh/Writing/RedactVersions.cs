using Syntha.Mesh.Access;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Removes the values of versions of a key from history. The store takes them out of its rows when it writes the command. A present item
/// that is among them is removed, so that no present item is without its value.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="Versions">The versions, as the log had them shortly before.</param>
/// <param name="KeepsPresent">Whether the present item is left out.</param>
/// <param name="HasMore">Whether there are more versions than one command takes.</param>
/// <param name="MayMiss">
/// Selects the present items that the caller means, also when they are not among the versions because they were written meanwhile. Null:
/// what was written meanwhile is not meant.
/// </param>
public sealed record RedactVersions(
    ContextKey Key, ImmutableArray<KeptVersion> Versions, bool KeepsPresent, bool HasMore, Func<ContextItem, bool>? MayMiss = null)
    : MeshCommand
{
    /// <summary>The most versions of one command.</summary>
    public const int MaxVersions = 10_000;

    internal override Tool? CountsAs => null;

    internal override long BytesIn(MeshState state) => base.BytesIn(state) + (128L * Versions.Length);

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        evaluation.State.Items.TryGetValue(Key, out var present);
        var isLive = present?.IsLive(evaluation.Now) == true;
        var chosen = KeepsPresent && isLive ? Versions.RemoveAll(version => version.Place == present!.Place) : Versions;
        var isPresentChosen = present is not null && chosen.Any(version => version.Place == present.Place);
        if (isPresentChosen && isLive)
        {
            evaluation.Remove(present!);
        }
        else if (isPresentChosen)
        {
            evaluation.Expire(present!);
        }

        foreach (var version in chosen)
        {
            evaluation.Redact(Key, version);
        }

        var hasMissed = !isPresentChosen && isLive && MayMiss?.Invoke(present!) == true;
        return chosen.IsEmpty
            ? new(HasMore: hasMissed)
            : new(Items: chosen.Length, HasRemoved: isPresentChosen && isLive, HasMore: HasMore || hasMissed);
    }
}
