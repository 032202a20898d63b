using Google.Protobuf.WellKnownTypes;

namespace Syntha.Server.Tests.Services;

/// <summary>Attack 27: an agent cannot change a key that it cannot read. By trying it learns only that the key is taken.</summary>
public sealed class OutsiderWritesTests(SharedServer server)
{
    public static TheoryData<string> Pushes { get; } = new(
        "plain", "ttl", "expire at once", "guard 0", "guard n", "guard wrong", "own routing");

    [Theory]
    [MemberData(nameof(Pushes))]
    public async Task Push_ToAHiddenKey_IsRefusedWithoutAWordAboutIt(string kind)
    {
        var user = await UserAsync();
        var before = await user.StateAsync();
        var request = TestUser.Push("hidden", "\"mine now\"", agent: "outsider");
        var tool = new PushRequest { AsAgent = "outsider", Item = new() { Key = "hidden", ValueJson = "1" } };
        switch (kind)
        {
            case "ttl":
                request.Item.Ttl = tool.Item.Ttl = Duration.FromTimeSpan(TimeSpan.FromHours(1));
                break;
            case "expire at once":
                request.Item.Ttl = tool.Item.Ttl = new();
                break;
            case "guard 0":
                request.Item.IfRevision = tool.Item.IfRevision = 0;
                break;
            case "guard n":
                request.Item.IfRevision = tool.Item.IfRevision = (await user.FindAsync("hidden"))!.Revision;
                break;
            case "guard wrong":
                request.Item.IfRevision = tool.Item.IfRevision = 999;
                break;
            case "own routing":
                request.Item.Subscribers.Add("outsider");
                tool.Item.Topics.Add("outsiders");
                break;
        }

        var refusals = new[]
        {
            await Refusal.OfAsync(ErrorReason.KeyNotWritable, user.Mesh.PushAsync(request)),
            await Refusal.OfAsync(ErrorReason.KeyNotWritable, user.Tools.PushContextAsync(tool)),
        };

        Assert.All(refusals, refusal => Assert.Empty(refusal.Info.Metadata));
        Assert.All(
            refusals,
            refusal => Assert.Equal(
                "The key is taken by an item that this agent may not replace; choose another key.", refusal.Thrown.Status.Detail));
        Assert.Equal(before, await user.StateAsync());
        await user.PushAsync("hidden", "\"by the insider\"", subscribers: ["insider"], agent: "insider");
        Assert.Equal("\"by the insider\"", await user.ValueAsync("hidden", agent: "insider"));
    }

    [Fact]
    public async Task PushMany_WithOneHiddenKey_WritesNothing()
    {
        var user = await UserAsync();
        var before = await user.StateAsync();
        var request = new PushManyRequest
        {
            AsAgent = "outsider",
            Items = { new ItemWrite { Key = "new", ValueJson = "1" }, new ItemWrite { Key = "hidden", ValueJson = "1" } },
        };

        await Refusal.OfAsync(ErrorReason.KeyNotWritable, user.Mesh.PushManyAsync(request));

        Assert.Equal(before, await user.StateAsync());
        request.Items[1].Key = "another";
        await user.Mesh.PushManyAsync(request);
        Assert.Equal(["another", "new", "open"], await user.KeysAsync("outsider"));
    }

    [Fact]
    public async Task Clear_AsAnAgent_TakesWhatItWroteOnly()
    {
        var user = await UserAsync();
        await user.PushAsync("own", subscribers: ["insider"], agent: "outsider");

        Assert.Equal(1, (await user.Tools.ClearContextAsync(new() { AsAgent = "outsider" })).RemovedItems);
        Assert.Equal(0, (await user.Mesh.ClearAsync(new() { AsAgent = "outsider" })).RemovedItems);

        Assert.Equal(["hidden", "open"], await user.KeysAsync());
    }

    [Fact]
    public async Task Push_ToAKeyWhoseHiddenItemExpired_IsAccepted()
    {
        var user = server.NewUser();
        await user.PushAsync("k", subscribers: ["insider"], ttl: TimeSpan.Zero);

        await user.PushAsync("k", "\"free\"", agent: "outsider");

        Assert.Equal("\"free\"", await user.ValueAsync("k", agent: "outsider"));
    }

    [Fact]
    public async Task Push_AfterLeavingTheAudience_IsRefused()
    {
        var user = server.NewUser();
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { "t" } });
        await user.PushAsync("k", topics: ["t"]);
        await user.Tools.PushContextAsync(new() { AsAgent = "a", Item = new() { Key = "k", ValueJson = "2", Topics = { "t" } } });
        await user.PushAsync("k", topics: ["t"]);

        await user.Tools.UnsubscribeFromTopicsAsync(new() { Agent = "a", Topics = { "t" } });

        await Refusal.OfAsync(
            ErrorReason.KeyNotWritable, user.Tools.PushContextAsync(new() { AsAgent = "a", Item = new() { Key = "k", ValueJson = "3" } }));
        Assert.False((await user.Tools.RemoveContextAsync(new() { AsAgent = "a", Key = "k" })).Removed);
        Assert.Equal("1", await user.ValueAsync("k"));
    }

    private async Task<TestUser> UserAsync()
    {
        var user = server.NewUser();
        await user.PushAsync("hidden", "\"secret\"", subscribers: ["insider"], ttl: TimeSpan.FromHours(9));
        await user.PushAsync("open", "\"for all\"");
        return user;
    }
}
