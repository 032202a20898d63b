using Syntha.Page.Access;
using Syntha.Page.Parts;

namespace Syntha.Page.Live;

/// <summary>The agents that the reader may choose as whose view to see: subscribers of topics, and those that the stream names.</summary>
internal sealed class LiveAgents
{
    private const int Most = 200;

    private readonly SortedSet<string> names = new(StringComparer.Ordinal);

    public async Task ReadAsync(MeshClient mesh, CancellationToken cancellationToken)
    {
        foreach (var name in (await Subscriptions.ReadAsync(mesh, cancellationToken)).Agents)
        {
            Learn(name);
        }
    }

    public void Learn(FeedNews news)
    {
        if (news is FeedChanges changes)
        {
            foreach (var change in changes.Changes)
            {
                if (change.Kind == ChangeKind.AgentChanged)
                {
                    Learn(change.Key);
                }
                else if (change.Item is { HasAuthor: true } item)
                {
                    Learn(item.Author);
                }
            }
        }
    }

    /// <param name="chosen">Is among them in any case.</param>
    public IEnumerable<string> Shown(string? chosen) =>
        chosen is null || names.Contains(chosen) ? names : names.Append(chosen);

    private void Learn(string name)
    {
        if (names.Count < Most && name.Length > 0)
        {
            names.Add(name);
        }
    }
}
