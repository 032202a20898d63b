using CsCheck;
using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.History;

/// <summary>A mesh as it was: what each caller could see then, within the log's retention.</summary>
public sealed class PastStateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyHistory_AsOfEachRevision_IsTheFoldOfTheLogUpToIt() =>
        await Steps.Batches.SampleAsync(
            async batches =>
            {
                var play = new PastPlay();
                await play.PlayAsync(batches);
                var (log, oldest) = (play.Mesh.Store.Log, play.Mesh.View(null).OldestRevision);
                for (var revision = oldest; revision <= log.Length; revision++)
                {
                    var past = await play.PastAsync(null, new(play.At(revision), null));
                    Assert.Equal(
                        StateText.OfLog(play.Epoch, [.. log.Take((int)revision)], oldest, isPast: true), StateText.Of(past.State));
                }
            },
            iter: 300,
            print: Print);

    [Fact]
    public async Task TheHead_OfALogThatHasLostItsLastCommand_IsThePresent()
    {
        var play = new PastPlay(LogLimits.Default with { MaxAge = TimeSpan.FromHours(1) });
        await play.Mesh.DoAllAsync(Commands.Push("a", "1"), Commands.Push("b", "2"));
        play.Mesh.Clock.Advance(TimeSpan.FromHours(2));
        play.Mesh.Mesh.TrimLog();
        await MeshInside.SettleAsync(play.Mesh.Mesh);
        Assert.Equal(3, play.Mesh.View(null).OldestRevision);

        var past = await play.PastAsync(null, new(play.At(2), null));

        Assert.Equal(["a", "b"], past.All().Select(item => item.Key.Value));
        await RefusedAsync(ErrorReason.HistoryCompacted, play.PastAsync(null, new(play.At(1), null)));
    }

    [Fact]
    public async Task AnyHistory_AsOfEachRevision_EachReaderSeesWhatItSawThen() =>
        await Steps.Batches.SampleAsync(
            async batches =>
            {
                var play = new PastPlay();
                await play.PlayAsync(batches);
                foreach (var revision in play.Kept)
                {
                    // First by keys. Once the whole state is there, such reads use it as well.
                    var found = new List<(string? Reader, string Key, string Text)>();
                    foreach (var reader in PastPlay.Readers)
                    {
                        foreach (var keys in Steps.Keys.Chunk(4))
                        {
                            var part = await play.PastAsync(reader, new(play.At(revision), null), keys);
                            found.AddRange(keys.Select(key => (reader, key, PastPlay.Text(part.Find(ContextKey.Parse(key))))));
                        }
                    }

                    foreach (var reader in PastPlay.Readers)
                    {
                        var whole = await play.PastAsync(reader, new(play.At(revision), null));
                        Assert.Equal(play.Seen(revision, reader), PastPlay.Text(whole));
                        Assert.Equal(
                            Steps.Keys.Select(key => PastPlay.Text(whole.Find(ContextKey.Parse(key)))),
                            found.Where(one => one.Reader == reader).Select(one => one.Text));
                    }
                }
                foreach (var revision in play.Dropped)
                {
                    await RefusedAsync(ErrorReason.HistoryCompacted, play.PastAsync(null, new(play.At(revision), null)));
                }
            },
            iter: 200,
            print: Print);

    [Fact]
    public async Task AnyHistory_GoingOnAfterARead_TheSamePositionTellsTheSame() =>
        await Gen.Select(Steps.Batches, Steps.Batches).SampleAsync(
            async histories =>
            {
                var play = new PastPlay();
                await play.PlayAsync(histories.Item1);
                foreach (var revision in play.Kept)
                {
                    await play.PastAsync(null, new(play.At(revision), null), Steps.Keys);
                }

                await play.PlayAsync(histories.Item2);
                foreach (var (revision, reader) in play.Kept.SelectMany(revision => PastPlay.Readers.Select(reader => (revision, reader))))
                {
                    Assert.Equal(play.Seen(revision, reader), PastPlay.Text(await play.PastAsync(reader, new(play.At(revision), null))));
                }
            },
            iter: 100);

    [Fact]
    public async Task View_AsOfAMoment_IsTheStateBehindTheLastCommandByThen()
    {
        var play = new PastPlay();
        var mesh = play.Mesh;
        await mesh.DoAsync(Commands.Push("k", "1", ttl: TimeSpan.FromSeconds(10)));
        mesh.Clock.Advance(TimeSpan.FromSeconds(5));
        await mesh.DoAsync(Commands.Push("k", "2", ttl: TimeSpan.FromSeconds(10)));

        Assert.Null(await ValueAsync(-1));
        Assert.Equal("1", await ValueAsync(0));
        Assert.Equal("1", await ValueAsync(4));
        Assert.Equal("2", await ValueAsync(5));
        mesh.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("2", await ValueAsync(14));
        // Its time was over by then, whether or not a command had logged it.
        Assert.Null(await ValueAsync(15));
        Assert.Null(await ValueAsync(65));
        await RefusedAsync(ErrorReason.RevisionInFuture, ValueAsync(66));

        async Task<string?> ValueAsync(int second) =>
            (await play.PastAsync(null, new(null, TestMesh.Start.AddSeconds(second)), "k")).Find(ContextKey.Parse("k"))?.ValueJson;
    }

    [Fact]
    public async Task View_APositionThatIsNone_IsRefused()
    {
        var play = new PastPlay();
        await play.Mesh.DoAsync(Commands.Push("k"));

        await RefusedAsync(ErrorReason.RevisionInFuture, play.PastAsync(null, new(play.At(2), null)));
        await RefusedAsync(ErrorReason.RevisionInFuture, play.PastAsync(null, new(play.At(-1), null)));
        await RefusedAsync(ErrorReason.EpochChanged, play.PastAsync(null, new(new("other", 1), null)));
        Assert.Empty((await play.PastAsync(null, new(play.At(0), null))).All());
    }

    [Fact]
    public async Task View_BeyondARowThatTheStoreLost_IsRefusedAndNotReadAsAbsent()
    {
        var play = new PastPlay();
        await play.Mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("other"), Commands.Push("k", "2"));
        play.Mesh.Store.LostRows.Add(new(1, 0));

        var refusal = await RefusedAsync(ErrorReason.HistoryCompacted, play.PastAsync(null, new(play.At(2), null), "k"));
        Assert.Equal(("3", "3"), (refusal.Metadata["oldest"], refusal.Metadata["head"]));
        await RefusedAsync(ErrorReason.HistoryCompacted, play.PastAsync(null, new(play.At(2), null)));
        // What the lost row does not touch can be read.
        Assert.NotNull((await play.PastAsync(null, new(play.At(2), null), "other")).Find(ContextKey.Parse("other")));
        Assert.Equal("2", (await play.PastAsync(null, new(play.At(3), null))).Find(ContextKey.Parse("k"))?.ValueJson);
    }

    [Fact]
    public async Task View_OfManyPositions_KeepsFew()
    {
        var play = new PastPlay();
        for (var push = 0; push < 8; push++)
        {
            await play.Mesh.DoAsync(Commands.Push($"k{push}", $"\"{new string('x', 100_000)}\""));
        }

        await play.Mesh.DoAsync(Commands.Clear());
        Assert.Equal(0, play.Mesh.Mesh.Past.Bytes);
        for (var revision = 1; revision <= 8; revision++)
        {
            Assert.Equal(revision, (await play.PastAsync(null, new(play.At(revision), null))).All().Count());
        }

        // Four states at most: of 8, 7, 6 and 5 items.
        Assert.InRange(play.Mesh.Mesh.Past.Bytes, 100_000, 26 * 210_000);
        play.Mesh.Clock.Advance(TimeSpan.FromMinutes(2));
        play.Mesh.Mesh.Past.Forget();
        Assert.Equal(0, play.Mesh.Mesh.Past.Bytes);
    }

    [Fact]
    public async Task View_WhoseCallerHasGone_EndsTheWork()
    {
        var play = new PastPlay();
        await play.Mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", "2"));
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await play.Mesh.Mesh.Past.ViewAsync(null, new(play.At(1), null), null, gone.Token));
        Assert.Equal("1", (await play.Mesh.Mesh.Past.ViewAsync(null, new(play.At(1), null), null, Token)).All().Single().ValueJson);
    }

    private static async Task<MeshException> RefusedAsync(ErrorReason reason, Task call)
    {
        var refusal = await Assert.ThrowsAsync<MeshException>(() => call);
        Assert.Equal(reason, refusal.Reason);
        return refusal;
    }

    private static string Print(Batch[] batches) => string.Join('\n', batches.Select(batch => batch.ToString()));
}
