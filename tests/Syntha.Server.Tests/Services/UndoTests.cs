using Syntha.Cli.Commands;

namespace Syntha.Server.Tests.Services;

/// <summary>Undos through the real server: plans, their carrying out, who may, and what nobody sees.</summary>
public sealed class UndoTests(SharedServer server)
{
    private const string Agent = "planner";

    [Fact]
    public async Task Undo_OfWhatAnAgentWrote_RestoresValueRoutingAuthorMetadataAndEnd()
    {
        var alice = server.NewUser();
        await alice.Mesh.PushAsync(new()
        {
            AsAgent = "first",
            Item = new()
            {
                Key = "k",
                ValueJson = "9007199254740993",
                Topics = { "t" },
                Subscribers = { "s" },
                MetadataJson = """{"n":1}""",
                Ttl = new() { Seconds = 600 },
            },
        });
        var before = (await alice.FindAsync("k"))!;
        await alice.PushAsync("gone", "2", subscribers: [Agent]);
        var then = await alice.PositionAsync();
        await alice.PushAsync("k", "\"nonsense\"", topics: ["t"]);
        await alice.PushAsync("mine", agent: Agent);
        await alice.Mesh.RemoveAsync(new() { Key = "gone", AsAgent = Agent });
        var scope = new UndoScope { Range = new() { After = then } };

        var plan = await PlanAsync(alice, new() { Scope = scope, PageSize = 1 });
        Assert.Equal(
            [("gone", ChangeKind.Created), ("k", ChangeKind.Updated), ("mine", ChangeKind.Removed)],
            plan.Undos.Select(undo => (undo.Key, undo.Kind)));
        Assert.Equal(before, plan.Undos[1].Restored);
        var undone = await alice.Mesh.UndoAsync(new() { Scope = scope, PlanPosition = plan.Position });

        Assert.Equal((3, 0, plan.Position.Revision + 1), (undone.Undone, undone.LeftAlone, undone.Position.Revision));
        var after = (await alice.FindAsync("k"))!;
        Assert.Equal(
            before, new(after) { Revision = before.Revision, UpdateTime = before.UpdateTime });
        Assert.Equal(["gone", "k"], await alice.KeysAsync());
        // The author of the version is the one who has undone; the item has its former author.
        var version = (await alice.Mesh.ListVersionsAsync(new() { Key = "k" })).Versions[0];
        Assert.False(version.HasAuthor);
        Assert.Equal("first", version.Item.Author);

        var state = await alice.ItemsAsync(null);
        var command = new UndoScope { Command = undone.Position };
        var again = await alice.Mesh.UndoAsync(new() { Scope = command, PlanPosition = undone.Position });
        Assert.Equal(["k", "mine"], await alice.KeysAsync());
        await alice.Mesh.UndoAsync(new() { Scope = new() { Command = again.Position }, PlanPosition = again.Position });
        Assert.Equal(state, await alice.ItemsAsync(null));
    }

    [Fact]
    public async Task Undo_IsOneRevisionOnStreamsAndIsRepeatable()
    {
        var alice = server.NewUser();
        await alice.PushAsync("a", "1", agent: Agent);
        await alice.PushAsync("b", "2", agent: Agent);
        var plan = await alice.PositionAsync();
        using var stream = alice.Mesh.Subscribe(new() { Start = new() { After = plan } });
        var request = new UndoRequest
        {
            RequestId = Guid.CreateVersion7().ToString(),
            Scope = new() { Range = new() { After = new() { Epoch = plan.Epoch } }, Author = Agent },
            PlanPosition = plan,
        };

        var first = await alice.Mesh.UndoAsync(request);
        await alice.PushAsync("a", "3");
        var repeated = await alice.Mesh.UndoAsync(request);

        Assert.Equal((true, first.Position, 2), (repeated.Replayed, repeated.Position, repeated.Undone));
        var changes = new List<Change>();
        while (changes.Count < 2 && await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            changes.AddRange(stream.ResponseStream.Current.Changes?.Changes_ ?? []);
        }

        Assert.Equal(
            [(ChangeKind.Removed, "a", 3), (ChangeKind.Removed, "b", 3)],
            changes.Take(2).Select(change => (change.Kind, change.Key, (int)change.Revision)));
    }

    [Fact]
    public async Task Undo_OfAnotherAgentsWork_IsTheOwners()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k", agent: "other");
        var plan = await alice.PositionAsync();
        var scope = new UndoScope { Command = plan };
        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() { MayReadPast = true } });

        foreach (var author in new[] { "other", "third" })
        {
            var others = new UndoScope(scope) { Author = author };
            await Refusal.OfAsync(ErrorReason.OwnerRequired, alice.Mesh.PlanUndoAsync(new() { AsAgent = Agent, Scope = others }));
            await Refusal.OfAsync(ErrorReason.OwnerRequired, alice.Tools.UndoContextAsync(
                new() { AsAgent = Agent, Scope = others, PlanPosition = plan }));
        }

        Assert.Empty((await alice.Tools.PlanUndoContextAsync(new() { AsAgent = Agent, Scope = scope })).Undos);
        Assert.Equal(0, (await alice.Tools.UndoContextAsync(new() { AsAgent = Agent, Scope = scope, PlanPosition = plan })).Undone);
        Assert.Equal("1", await alice.ValueAsync("k"));
        // The one that wrote it may, once the owner allows the past.
        await Refusal.OfAsync(ErrorReason.PastNotAllowed, alice.Tools.PlanUndoContextAsync(new() { AsAgent = "other", Scope = scope }));
        await Refusal.OfAsync(
            ErrorReason.PastNotAllowed, alice.Tools.UndoContextAsync(new() { AsAgent = "other", Scope = scope, PlanPosition = plan }));
        await alice.Mesh.SetAccessAsync(new() { Agent = "other", Access = new() { MayReadPast = true } });
        await alice.Tools.UndoContextAsync(new() { AsAgent = "other", Scope = scope, PlanPosition = plan });
        Assert.Null(await alice.ValueAsync("k"));
    }

    [Fact]
    public async Task Undo_ByAWrongRequest_IsRefused()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k");
        var plan = await alice.PositionAsync();
        var scope = new UndoScope { Command = plan };

        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Mesh.PlanUndoAsync(new()));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Mesh.PlanUndoAsync(new() { Scope = new() { Author = "a" } }));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Mesh.PlanUndoAsync(
            new() { Scope = new() { Command = new() { Epoch = plan.Epoch } } }));
        await Refusal.OfAsync(ErrorReason.AgentInvalid, alice.Mesh.PlanUndoAsync(new() { Scope = new(scope) { Author = "" } }));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Mesh.PlanUndoAsync(new() { Scope = scope, PageSize = 1_001 }));
        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, alice.Mesh.PlanUndoAsync(new() { Scope = scope, PageToken = "x" }));
        await Refusal.OfAsync(ErrorReason.EpochChanged, alice.Mesh.PlanUndoAsync(new() { Scope = new() { Range = new() } }));
        await Refusal.OfAsync(ErrorReason.EpochChanged, alice.Mesh.UndoAsync(new() { Scope = scope }));
        await Refusal.OfAsync(ErrorReason.RevisionInFuture, alice.Mesh.UndoAsync(
            new() { Scope = scope, PlanPosition = new() { Epoch = plan.Epoch, Revision = 9 } }));
        var stranger = server.NewUser();
        await Refusal.OfAsync(ErrorReason.EpochChanged, stranger.Mesh.PlanUndoAsync(new() { Scope = scope }));
        await Refusal.OfAsync(ErrorReason.EpochChanged, stranger.Mesh.UndoAsync(new() { Scope = scope, PlanPosition = plan }));
        await Refusal.OfAsync(ErrorReason.EpochChanged, stranger.Mesh.RedactAsync(new() { Key = "k", Every = new() }));
    }

    [Fact]
    public async Task Undo_OfTenThousandWrites_IsPlannedInPagesAndDoneAtOnce()
    {
        var alice = server.NewUser();
        var value = $"\"{new string('v', 254)}\"";
        for (var part = 0; part < 10; part++)
        {
            await alice.Mesh.PushManyAsync(new()
            {
                AsAgent = Agent,
                Items = { Enumerable.Range(0, 1_000).Select(key => new ItemWrite { Key = $"{part}/{key}", ValueJson = value }) },
            });
        }

        var head = await alice.PositionAsync();
        var scope = new UndoScope { Range = new() { After = new() { Epoch = head.Epoch } }, Author = Agent };
        var plan = await PlanAsync(alice, new() { Scope = scope, View = ItemView.Keys, PageSize = 4_000 });
        Assert.Equal(10_000, plan.Undos.Select(undo => undo.Key).Distinct().Count());

        Assert.Equal(10_000, (await alice.Mesh.UndoAsync(new() { Scope = scope, PlanPosition = plan.Position })).Undone);
        Assert.Empty(await alice.KeysAsync());
    }

    [Fact]
    public async Task Commands_UndoAndRedact_ShowThePlanAndDoIt()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k", "1");
        await alice.PushAsync("k", "2", agent: Agent);
        await alice.PushAsync("built", "3", agent: Agent);
        await alice.PushAsync("built", "4", agent: "other");
        string[] undo = ["undo", "--since", "0", "--author", Agent, "--user", alice.Id];

        string[] table =
        [
            "KIND        KEY    NOW  AFTERWARDS  OBSTACLE", "left alone  built  4    -           changed by other at revision 4",
            "Updated     k      2    1           -",
        ];
        string[] shown = [.. table, "Nothing was changed. Carry it out with --yes."];
        string[] done = [.. table, "Revision 5: 1 taken back, 1 left alone."];
        Assert.Equal(shown, await RunAsync(undo));
        Assert.Equal("2", await alice.ValueAsync("k"));
        Assert.Equal(done, await RunAsync([.. undo, "--yes"]));
        Assert.Equal("1", await alice.ValueAsync("k"));
        Assert.Equal("UNDO_BLOCKED", (await FailAsync([.. undo, "--all-or-nothing", "--yes"])).Split(':')[0]);
        Assert.Equal(["Versions redacted: 2."], await RunAsync("redact", "k", "--user", alice.Id, "--former", "--yes"));
        Assert.Equal(
            ["Versions redacted: 1. The item was removed."], await RunAsync("redact", "k", "--user", alice.Id, "--every", "--yes"));
        Assert.Contains("(redacted)", (await RunAsync("history", "k", "--user", alice.Id))[^1], StringComparison.Ordinal);

        async Task<string[]> RunAsync(params string[] words)
        {
            using var output = new StringWriter { NewLine = "\n" };
            Assert.Equal(0, await SynthaCommands.RunAsync([.. words, "--server", server.Grpc.ToString()], output, TextWriter.Null));
            return output.ToString().TrimEnd().Split('\n');
        }

        async Task<string> FailAsync(string[] words)
        {
            using var errors = new StringWriter();
            Assert.Equal(1, await SynthaCommands.RunAsync([.. words, "--server", server.Grpc.ToString()], TextWriter.Null, errors));
            return errors.ToString();
        }
    }

    private static async Task<(Position Position, List<PlannedUndo> Undos)> PlanAsync(TestUser user, PlanUndoRequest request)
    {
        var undos = new List<PlannedUndo>();
        while (true)
        {
            var page = await user.Mesh.PlanUndoAsync(request);
            undos.AddRange(page.Undos);
            request.PageToken = page.NextPageToken;
            if (request.PageToken.Length == 0)
            {
                return (page.Position, undos);
            }
        }
    }
}
