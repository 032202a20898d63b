using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;

namespace Syntha.Server.Tests.Services;

/// <summary>Which items a prompt shows (by age, since a position, within a budget), and how it reports the others.</summary>
public sealed class PromptSelectionTests(SharedServer server)
{
    [Fact]
    public async Task Since_TheLastPrompt_ShowsWhatIsNewToTheAgent()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        await alice.PushAsync("old", "1");
        await alice.PushAsync("of-t", "1", topics: ["t"]);
        await alice.PushAsync("of-u", "1", topics: ["u"]);
        var first = await alice.Tools.BuildPromptAsync(new() { AsAgent = "one", Spec = new() { System = new() } });
        Assert.Equal(["of-t", "old"], first.Prompt.Keys);
        await alice.PushAsync("new", "2");
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t", "u" } });
        var spec = new PromptSpec { System = new(), Since = first.Position };
        var second = await alice.PromptAsync(spec);

        // The topic's item is older, but new to this agent.
        Assert.Equal(["new", "of-u"], second.Keys);
        Assert.Equal("of-t:Unchanged old:Unchanged", second.Told());
        Assert.Equal("[Context]\nNew: 2\nOf-U: 1", second.Text);
        Assert.Equal("", await alice.TextAsync(new() { System = new(), Since = await alice.PositionAsync() }));
        Assert.Equal(4, (await alice.PromptAsync(new() { System = new(), Since = new() })).Keys.Count);
    }

    [Fact]
    public async Task Since_AForeignPosition_IsRefused()
    {
        // Attack 14: the position of another user.
        var (alice, bob) = (server.NewUser(), server.NewUser());
        await alice.PushAsync("k");
        await bob.PushAsync("k");
        var own = await alice.PositionAsync();
        await Refusal.OfAsync(
            ErrorReason.EpochChanged,
            alice.Mesh.BuildPromptAsync(new() { Spec = new() { System = new(), Since = await bob.PositionAsync() } }));
        await Refusal.OfAsync(
            ErrorReason.RevisionInFuture,
            alice.Mesh.BuildPromptAsync(new() { Spec = new() { System = new(), Since = new() { Epoch = own.Epoch, Revision = 2 } } }));
        await alice.Mesh.BuildPromptAsync(new() { Spec = new() { System = new(), Since = own } });
    }

    [Fact]
    public async Task MaxAge_AndRecentOnly_LeaveOutWhatIsOlder()
    {
        await using var node = await TestServer.StartAsync();
        var alice = node.As("alice");
        await alice.PushAsync("old");
        var written = (await alice.FindAsync("old"))!.UpdateTime.ToDateTimeOffset();
        // The store's clock decides. It moves on by itself, so a tiny age is over by the next call.
        var spec = new PromptSpec { Message = new(), MaxAge = new() { Nanos = 100 } };
        var prompt = await alice.PromptAsync(spec);
        Assert.Equal(("", "old:TooOld", 1L), (prompt.Text, prompt.Told(), prompt.TotalOmitted));
        Assert.NotEqual(default, written);

        Assert.Equal(
            ["old"], (await alice.PromptAsync(new() { Message = new(), MaxAge = Duration.FromTimeSpan(TimeSpan.FromMinutes(30)) })).Keys);
        spec.MaxAge = new();
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Mesh.BuildPromptAsync(new() { Spec = spec }));
    }

    [Fact]
    public async Task MaxBytes_LeavesOutWhatDoesNotFitAndTakesWhatDoes()
    {
        var alice = server.NewUser();
        await alice.PushAsync("a", "1");
        await alice.PushAsync("b", $"\"{new string('b', 500)}\"");
        await alice.PushAsync("c", "3");
        var prompt = await alice.PromptAsync(new() { System = new() { Template = "<{context}|{context}>" }, MaxBytes = 100 });
        Assert.Equal("<[Context]\nA: 1\nC: 3|[Context]\nA: 1\nC: 3>", prompt.Text);
        Assert.Equal(("b:TooLarge", 1L), (prompt.Told(), prompt.TotalOmitted));

        var custom = new CustomPrompt { Keys = { "a", "b" }, Template = "{a}{b}{a}", FallbackText = "--" };
        Assert.Equal("1--1", await alice.TextAsync(new() { Custom = custom, MaxBytes = 50 }));
        var refusal = await Refusal.OfAsync(
            ErrorReason.PromptTooLarge, alice.Mesh.BuildPromptAsync(new() { Spec = new() { Custom = custom, MaxBytes = 5 } }));
        Assert.Equal(("5", "6"), (refusal.Info.Metadata["limit"], refusal.Info.Metadata["actual"]));
        await Refusal.OfAsync(
            ErrorReason.ArgumentInvalid,
            alice.Mesh.BuildPromptAsync(new() { Spec = new() { Custom = custom, MaxBytes = 1024 * 1024 + 1 } }));
    }

    [Fact]
    public async Task AnyPrompt_OfMoreThanAnAnswerHolds_StaysWithinIt()
    {
        var alice = server.NewUser();
        for (var n = 0; n < 4; n++)
        {
            await alice.PushAsync($"big{n}", $"\"{new string('v', 400_000)}\"");
        }

        var many = new PushManyRequest();
        for (var n = 0; n < 1_500; n++)
        {
            many.Items.Add(new ItemWrite { Key = $"small{n:D5}", ValueJson = "\"0123456789012345678901234567890123456789\"" });
        }

        await alice.Mesh.PushManyAsync(many);
        var prompt = await alice.PromptAsync(new() { System = new() });

        Assert.InRange(prompt.Text.Length, 800_000, 1024 * 1024);
        Assert.Equal("big2:TooLarge big3:TooLarge", prompt.Told());
        var unchanged = await alice.PromptAsync(new() { System = new(), Since = await alice.PositionAsync() });
        Assert.Equal((1_504L, 1_000), (unchanged.TotalOmitted, unchanged.Omitted.Count));
        // A short template must not multiply long values either.
        var multiplied = new CustomPrompt { Keys = { "big0" }, Template = string.Concat(Enumerable.Repeat("{big0}", 100_000)) };
        Assert.Equal(("", "big0:TooLarge"), await OfAsync(new() { Custom = multiplied }));

        async Task<(string, string)> OfAsync(PromptSpec spec) =>
            (await alice.PromptAsync(spec)) is var built ? (built.Text, built.Told()) : default;
    }
}
