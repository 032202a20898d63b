using CsCheck;
using Syntha.Mesh.Following;
using Syntha.Mesh.History;
using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.History;

/// <summary>The versions of a key, as each reader's stream would have told them.</summary>
public sealed class VersionListTests
{
    [Fact]
    public async Task AnyHistory_VersionsOfEachKey_AreWhatEachReaderCouldReadThen() =>
        await Steps.Batches.SampleAsync(
            async batches =>
            {
                var play = new PastPlay();
                await play.PlayAsync(batches);
                var size = 1 + (batches.Length % 3);
                foreach (var (reader, key) in PastPlay.Readers.SelectMany(reader => Steps.Keys.Select(key => (reader, key))))
                {
                    Assert.Equal(Expected(play, reader, key), await VersionsAsync(play, reader, key, size));
                }
            },
            iter: 200,
            print: batches => string.Join('\n', batches.Select(batch => batch.ToString())));

    [Fact]
    public async Task List_AnAgentThatSubscribedLater_HasNoVersionsOfBefore()
    {
        var play = new PastPlay();
        await play.Mesh.DoAllAsync(
            Commands.Push("k", "1", topics: ["t"]),
            Commands.Register("ann", "t"),
            Commands.Push("k", "2", topics: ["t"]),
            Commands.Push("k", "3", topics: ["u"]),
            Commands.Push("k", "4", topics: ["t"]),
            Commands.Register("ann"),
            Commands.Push("k", "5", topics: ["t"]));

        Assert.Equal(["EnteredView 4 @5", "LeftView - @4", "Updated 2 @3"], await VersionsAsync(play, "ann", "k", 2));
        Assert.Equal(
            ["Updated 5 @7", "Updated 4 @5", "Updated 3 @4", "Updated 2 @3", "Created 1 @1"], await VersionsAsync(play, null, "k", 2));
        Assert.Empty(await VersionsAsync(play, "bob", "k", 2));
    }

    [Fact]
    public async Task Versions_AfterATokenFromBeyondTheHead_AreThoseThatTheCallSaw()
    {
        var play = new PastPlay();
        await play.Mesh.DoAllAsync(Commands.Register("ann", "t"), Commands.Push("k", "1", topics: ["t"]));
        var store = play.Mesh.Store;
        var hold = store.HoldNextSearch();

        // The call has taken its view, and waits for the log, while the agent loses the topic and the secret is written.
        var listing = VersionList.ListAsync(
            play.Mesh.Mesh, Commands.Agent("ann"), ContextKey.Parse("k"), new(1_000, 0), 10, CancellationToken.None);
        await hold.Reached;
        await play.Mesh.DoAllAsync(Commands.Register("ann"), Commands.Push("k", "2", topics: ["t"]));
        hold.Release();

        Assert.Equal(["Created 1 @2"], (await listing).Versions.Select(Text));
    }

    private static async Task<List<string>> VersionsAsync(PastPlay play, string? reader, string key, int pageSize)
    {
        var versions = new List<string>();
        ChangePlace? before = null;
        do
        {
            var page = await VersionList.ListAsync(
                play.Mesh.Mesh, Commands.Agent(reader), ContextKey.Parse(key), before, pageSize, CancellationToken.None);
            Assert.True(page.Versions.Count <= pageSize, "The page is too long.");
            versions.AddRange(page.Versions.Select(Text));
            before = page.NextBefore;
        }
        while (before is not null);
        return versions;
    }

    // The log from its beginning, with the record that the reader had at each change.
    private static List<string> Expected(PastPlay play, string? reader, string key)
    {
        var versions = new List<string>();
        AgentRecord? record = null;
        foreach (var change in play.Mesh.Store.Changes)
        {
            if (change.Kind == ChangeKind.AgentChanged)
            {
                record = change.Subject == reader ? change.Agent : record;
                continue;
            }
            if (change.Subject != key || change.Claim is not null || change.Kind == ChangeKind.Purged ||
                change.Place.Revision < play.Mesh.View(null).OldestRevision)
            {
                continue;
            }

            var (before, after) = (Sees(change.Before), Sees(change.Item?.Readers));
            var kind = (change.Kind, before, after) switch
            {
                (ChangeKind.Updated, false, true) => "EnteredView",
                (ChangeKind.Updated, true, false) => "LeftView",
                (_, false, false) => null,
                var (told, _, _) => $"{told}",
            };
            if (kind is not null)
            {
                versions.Insert(0, $"{kind} {(after ? change.Item!.ValueJson : "-")} @{change.Place.Revision}");
            }

            bool Sees(Readers? readers) => readers is not null && (reader is null || readers.Admit(AgentName.Parse(reader), record));
        }
        return versions;
    }

    private static string Text(FeedChange seen) => $"{seen.Kind} {seen.Item?.ValueJson ?? "-"} @{seen.Change.Place.Revision}";
}
