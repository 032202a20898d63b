using Google.Protobuf;

namespace Syntha.Server.Tests.Services;

/// <summary>Redactions through the real server: no answer of any call has the value any more.</summary>
public sealed class RedactTests(SharedServer server)
{
    private const string Agent = "planner";

    [Fact]
    public async Task Redact_AVersion_TakesItsValueFromEveryAnswer()
    {
        var alice = server.NewUser();
        var canary = $"canary-{Guid.NewGuid():N}";
        await alice.PushAsync("k", "1");
        var before = await alice.PositionAsync();
        var patched = new PatchRequest
        {
            RequestId = Guid.CreateVersion7().ToString(),
            AsAgent = Agent,
            Patch = new() { Key = "k", Increment = new() { Integer = 41 } },
        };
        await alice.Mesh.PatchAsync(patched);
        await alice.Mesh.PushAsync(new()
        {
            AsAgent = Agent,
            Item = new() { Key = "k", ValueJson = $"\"{canary}\"", MetadataJson = $$"""{"of": "{{canary}}"}""", Topics = { "t" } },
        });
        var then = await alice.PositionAsync();
        await alice.PushAsync("k", "3");
        var point = new ReadPoint { AsOfPosition = then };
        // Whatever is kept in memory has it.
        Assert.Contains(canary, (await AnswersAsync()).Text, StringComparison.Ordinal);

        var redacted = await alice.Mesh.RedactAsync(new() { Key = "k", Former = new() });

        Assert.Equal((3, false, false), (redacted.RedactedVersions, redacted.Removed, redacted.HasMore));
        var (text, versions) = await AnswersAsync();
        Assert.DoesNotContain(canary, text, StringComparison.Ordinal);
        Assert.Equal([ChangeKind.Redacted, ChangeKind.Redacted, ChangeKind.Redacted], versions.Take(3).Select(version => version.Kind));
        Assert.Equal([1, 2, 3], versions.Take(3).Select(version => version.RedactedRevision));
        var version = versions.Single(version => version.Position.Equals(then));
        Assert.Equal((true, true, Agent), (version.Redacted, version.Item.Redacted, version.Author));
        Assert.Equal((Item.ContentOneofCase.None, false), (version.Item.ContentCase, version.Item.HasMetadataJson));
        Assert.Equal("3", await alice.ValueAsync("k"));
        var refusal = await Refusal.OfAsync(
            ErrorReason.VersionRedacted, alice.Mesh.GetAsync(new() { Key = "k", ReadPoint = point }));
        Assert.Equal("3", refusal.Info.Metadata["revision"]);
        Assert.True((await alice.Mesh.GetAsync(new() { Key = "k", ReadPoint = point, View = ItemView.Keys })).Item.Redacted);
        // A repeat is known, and its result told of a value.
        var repeated = await alice.Mesh.PatchAsync(patched);
        Assert.Equal((true, false), (repeated.Replayed, repeated.HasResultJson));
        var plan = await alice.Mesh.PlanUndoAsync(new() { Scope = new() { Range = new() { After = then } } });
        Assert.Equal(UndoObstacleKind.Redacted, Assert.Single(plan.Undos).Obstacle.Kind);
        await alice.Mesh.UndoAsync(new() { Scope = new() { Range = new() { After = then } }, PlanPosition = plan.Position });
        Assert.Equal("3", await alice.ValueAsync("k"));

        async Task<(string Text, IList<ItemVersion> Versions)> AnswersAsync()
        {
            var answers = new List<IMessage>
            {
                await alice.Mesh.GetManyAsync(new() { Keys = { "k" }, ReadPoint = point }),
                await alice.Mesh.ListAsync(new() { ReadPoint = point }),
                await alice.Mesh.ListAsync(new() { ReadPoint = point, View = ItemView.Structured }),
                await alice.Mesh.BuildPromptAsync(new() { Spec = new() { System = new() }, ReadPoint = point }),
                await alice.Mesh.DiffPositionsAsync(new() { From = then }),
                await alice.Mesh.DiffPositionsAsync(new() { From = before, To = then }),
                await alice.Mesh.PlanUndoAsync(new() { Scope = new() { Range = new() { After = then } } }),
            };
            var list = await alice.Mesh.ListVersionsAsync(new() { Key = "k" });
            answers.Add(list);
            using var stream = alice.Mesh.Subscribe(new() { Start = new() { After = before } });
            for (var revision = before.Revision; revision < list.Position.Revision;)
            {
                Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
                answers.Add(stream.ResponseStream.Current.Clone());
                revision = stream.ResponseStream.Current.Changes?.Through?.Revision ?? revision;
            }

            return (string.Join('\n', answers.Select(answer => answer.ToString())), list.Versions);
        }
    }

    [Fact]
    public async Task Redact_EveryVersion_RemovesTheItemAndTellsStreams()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k", "1", topics: ["t"]);
        await alice.PushAsync("k", "2");
        var then = await alice.PositionAsync();
        using var stream = alice.Mesh.Subscribe(new() { Start = new() { After = then } });
        using var redactions = alice.Mesh.Subscribe(
            new() { AsAgent = "stranger", Start = new() { After = then }, Kinds = { ChangeKind.Redacted } });

        var redacted = await alice.Mesh.RedactAsync(new() { Key = "k", Every = new() });

        Assert.Equal((2, true), (redacted.RedactedVersions, redacted.Removed));
        Assert.Equal(
            [(ChangeKind.Removed, 0), (ChangeKind.Redacted, 2), (ChangeKind.Redacted, 1)],
            (await ChangesAsync(stream)).Select(change => (change.Kind, (int)change.RedactedRevision)));
        // It could read the second version, which was for all, and not the first one.
        Assert.Equal([2], (await ChangesAsync(redactions)).Select(change => (int)change.RedactedRevision));
        Assert.Null(await alice.FindAsync("k"));
    }

    [Fact]
    public async Task Redact_OfOneAgentOrPart_LeavesTheOthers()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k", "1");
        var first = await alice.PositionAsync();
        await alice.PushAsync("k", "2", agent: Agent);
        await alice.PushAsync("k", "3");
        var third = await alice.PositionAsync();
        await alice.PushAsync("k", "4");

        Assert.Equal(1, (await RedactAsync(new() { Key = "k", Every = new(), Author = Agent })).RedactedVersions);
        Assert.Equal(0, (await RedactAsync(new() { Key = "k", Through = third, Author = Agent })).RedactedVersions);
        Assert.Equal(1, (await RedactAsync(new() { Key = "k", Version = third })).RedactedVersions);
        Assert.Equal(["4", "", "", "1"], await ValuesAsync());
        Assert.Equal(1, (await RedactAsync(new() { Key = "k", Through = third })).RedactedVersions);
        Assert.Equal(["4", "", "", ""], await ValuesAsync());
        Assert.Equal("4", await alice.ValueAsync("k"));

        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Mesh.RedactAsync(new() { Key = "k" }));
        await Refusal.OfAsync(ErrorReason.AgentInvalid, alice.Mesh.RedactAsync(new() { Key = "k", Former = new(), Author = "" }));
        await Refusal.OfAsync(ErrorReason.EpochChanged, alice.Mesh.RedactAsync(new() { Key = "k", Version = new() }));
        await Refusal.OfAsync(ErrorReason.RevisionInFuture, alice.Mesh.RedactAsync(
            new() { Key = "k", Through = new() { Epoch = first.Epoch, Revision = 99 } }));

        async Task<RedactResponse> RedactAsync(RedactRequest request) => await alice.Mesh.RedactAsync(request);
        async Task<List<string>> ValuesAsync() =>
            [.. (await alice.Mesh.ListVersionsAsync(new() { Key = "k" })).Versions
                .Where(version => version.Kind != ChangeKind.Redacted).Select(version => version.Item.ValueJson)];
    }

    private static async Task<List<Change>> ChangesAsync(AsyncServerStreamingCall<SubscribeResponse> stream)
    {
        var changes = new List<Change>();
        while (changes.Count == 0 || changes[^1].RedactedRevision == 0)
        {
            Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            changes.AddRange(stream.ResponseStream.Current.Changes?.Changes_ ?? []);
        }

        return [.. changes.Where(change => change.Kind != ChangeKind.AgentChanged)];
    }
}
