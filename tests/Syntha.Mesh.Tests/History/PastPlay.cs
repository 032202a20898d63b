using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.History;

/// <summary>Plays a history, and notes what each reader sees after each group, to compare with what the past tells later.</summary>
/// <param name="log">How much of the log is kept. Null: few changes, so that histories are trimmed.</param>
internal sealed class PastPlay(LogLimits? log = null)
{
    public static readonly string?[] Readers = [null, "ann", "bob", "cid", "stranger"];

    // For each revision, if it was the last one at the moment of its commit.
    private readonly Dictionary<long, string[]> seen = [];

    public TestMesh Mesh { get; } = new(TestMesh.Limits with { Log = log ?? LogLimits.Default with { MaxChanges = 20 } });

    public string Epoch => Mesh.Store.Epoch;

    /// <summary>The revisions that were noted and that the log still has.</summary>
    public IEnumerable<long> Kept => seen.Keys.Where(revision => revision >= Mesh.View(null).OldestRevision);

    public IEnumerable<long> Dropped => seen.Keys.Where(revision => revision < Mesh.View(null).OldestRevision);

    public async Task PlayAsync(IEnumerable<Batch> batches)
    {
        foreach (var batch in batches)
        {
            foreach (var step in batch.Steps)
            {
                try
                {
                    await Mesh.DoAsync((step with { Request = null }).ToCommand());
                }
                catch (MeshException)
                {
                    // A refused command leaves nothing.
                }
            }
            await MeshInside.SettleAsync(Mesh.Mesh);
            if (Mesh.Store.Log is [.., var last] && last.Changes[0].Time == Mesh.Clock.GetUtcNow())
            {
                seen[last.Revision] = [.. Readers.Select(reader => Text(Mesh.View(reader)))];
            }

            Mesh.Clock.Advance(TimeSpan.FromSeconds(batch.Seconds));
            await MeshInside.SettleAsync(Mesh.Mesh);
        }
    }

    public string Seen(long revision, string? reader) => seen[revision][Array.IndexOf(Readers, reader)];

    public Position At(long revision) => new(Epoch, revision);

    public async Task<MeshView> PastAsync(string? reader, ReadPoint point, params string[] keys) =>
        await Mesh.Mesh.Past.ViewAsync(
            Commands.Agent(reader), point, keys.Length == 0 ? null : [.. keys.Select(ContextKey.Parse)], CancellationToken.None);

    public static string Text(MeshView view) =>
        $"{string.Join('\n', view.All().Select(Text))}\n{view.Count()} {string.Join(' ', Topics(view))}";

    public static string Text(ContextItem? item) => item is null ? "-" :
        $"{item.Key}={item.ValueJson} by {item.Readers.Author} in {string.Join(' ', item.Readers.Topics)} at {item.Place}";

    private static IEnumerable<string> Topics(MeshView view) =>
        view.ListTopics(null, 100).Topics.Select(topic => $"{topic.Name}: {string.Join(' ', topic.Subscribers)}");
}
