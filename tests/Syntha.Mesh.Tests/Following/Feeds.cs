using Syntha.Mesh.Access;
using Syntha.Mesh.Following;

namespace Syntha.Mesh.Tests.Following;

/// <summary>Feeds in few words.</summary>
internal static class Feeds
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static FeedFilter Filter(string[]? topics = null, FeedKind[]? kinds = null, bool agents = false, string prefix = "") =>
        new(new([.. (topics ?? []).Select(TopicName.Parse)], prefix), [.. kinds ?? []], agents);

    public static MeshFeed Follow(this TestMesh mesh, string? by, FeedFilter? filter = null, long? after = null) => mesh.Mesh.Follow(
        Commands.Agent(by), filter ?? Filter(), after is { } revision ? new Position(mesh.Store.Epoch, revision) : null);

    public static MeshFeed Follow(this UserMesh mesh, AgentName? agent, FeedFilter filter, Position? after) =>
        MeshFeed.Open(mesh, agent, Tool.GetContext, filter, after);

    public static ValueTask<IReadOnlyList<FeedChange>?> ReadAsync(this MeshFeed feed) => feed.ReadAsync(Token);

    /// <summary>All that there is now, up to a reset; each change as text.</summary>
    public static async Task<List<string>> DrainAsync(this MeshFeed feed)
    {
        var seen = new List<string>();
        while (true)
        {
            var before = feed.Through.Revision;
            var page = await feed.ReadAsync();
            seen.AddRange(page?.Select(Text) ?? ["reset"]);
            if (page is null || feed.Through.Revision == before)
            {
                return seen;
            }
        }
    }

    public static string[] Snapshot(this MeshFeed feed) =>
        [.. feed.TakeSnapshot(item => item.Bytes).SelectMany(page => page).Select(item => item.Key.Value)];

    public static string Text(FeedChange seen) => $"{seen.Kind} {seen.Change.Subject}@{seen.Change.Place.Revision}";
}
