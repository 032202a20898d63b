using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Streams;

/// <summary>How a stream reacts when its own agent's subscriptions change, and what a registration means.</summary>
public sealed class SubscriptionChangeTests(SharedServer server)
{
    private readonly Recorder recorder = new();

    [Fact]
    public async Task SubscribeToTopics_Opened_AddsToTheRegistrationWhichOutlivesIt()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "s" } });
        await using (var one = Registering("one", "t", "s", "u"))
        {
            await one.OpenAsync(alice);
            await alice.PushAsync("k", topics: ["t"]);
            Assert.True(await one.ReadToAsync(await alice.PushAsync("other", topics: ["elsewhere"], agent: "one")));
            Assert.Equal(["k"], one.Changes.Select(change => change.Key));
        }

        Assert.Equal(["s", "t", "u"], (await alice.Mesh.GetAgentTopicsAsync(new() { Agent = "one" })).Topics);
        Verify(alice);
    }

    [Fact]
    public async Task SubscribeToTopics_Resumed_RegistersNothing()
    {
        var alice = server.NewUser();
        await using var one = Registering("one", "t");
        await one.OpenAsync(alice);
        Assert.True(await one.ReadToAsync(await alice.PushAsync("k", topics: ["t"])));
        await alice.Tools.UnsubscribeFromTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        await one.ResumeAsync(alice);
        await alice.PushAsync("k", "\"canary\"", topics: ["t"]);
        await alice.PushAsync("end", topics: ["t"], agent: "one");
        Assert.True(await one.ReadToAsync((await alice.PositionAsync()).Revision));

        Assert.Empty((await alice.Mesh.GetAgentTopicsAsync(new() { Agent = "one" })).Topics);
        Assert.DoesNotContain("canary", string.Concat(one.Streams[1].Received), StringComparison.Ordinal);
        Assert.Equal(1, one.Resets);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_OwnTopicsChange_TellsWhatCameBeforeThenResetsWithASnapshot()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        await using var one = new TestSubscriber(recorder, new() { Agent = "one" });
        await one.OpenAsync(alice);
        Assert.True(await one.ReadToAsync(await alice.PushAsync("k", "1", topics: ["t"])));
        await alice.PushAsync("of-u", "2", topics: ["u"]);
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "u" } });
        await alice.PushAsync("k", "\"canary\"", topics: ["t"]);
        Assert.True(await one.ReadToAsync(await alice.PushAsync("of-u", "3", topics: ["u"])));

        Assert.Equal(1, one.Resets);
        Assert.Equal(new Dictionary<string, string> { ["of-u"] = "3" }, one.Fold());
        Assert.DoesNotContain("canary", string.Concat(one.Streams[0].Received), StringComparison.Ordinal);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_SubscriptionLostInMidStream_TellsNothingOfTheTopicAnyMore()
    {
        // Attack 23: what the agent had not read when it lost the topic, it never reads, even if it is older than the loss.
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t", "u" } });
        await using var one = new TestSubscriber(recorder, new() { Agent = "one" });
        await one.OpenAsync(alice);
        var before = one.Through!;
        await alice.PushAsync("k", "\"canary\"", topics: ["t"]);
        await alice.Tools.UnsubscribeFromTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        await using var resumed = new TestSubscriber(recorder, new() { Agent = "one" });
        await resumed.OpenAsync(alice, new() { After = before });
        var last = await alice.PushAsync("seen", topics: ["u"]);
        Assert.True(await resumed.ReadToAsync(last));

        Assert.Equal(["seen"], resumed.Fold().Keys);
        Assert.DoesNotContain("canary", string.Concat(resumed.Streams[0].Received), StringComparison.Ordinal);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_OwnTopicsChangeWhileItLags_TellsNothingOfWhatItLost()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        await using var one = new TestSubscriber(recorder, new() { Agent = "one" });
        await one.OpenAsync(alice);
        // More than windows and buffers hold: the rest is still in the log when the topic is lost.
        for (var n = 0; n < 100; n++)
        {
            await alice.PushAsync($"large{n % 3}", $"\"{n} {new string('x', 100_000)}\"", topics: ["t"]);
        }

        await alice.PushAsync("secret", "\"canary\"", topics: ["t"]);
        await alice.Tools.UnsubscribeFromTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        Assert.True(await one.ReadToAsync(await alice.PushAsync("end", agent: "one")));

        Assert.Equal(["end"], one.Fold().Keys);
        Assert.DoesNotContain("canary", string.Concat(one.Streams[0].Received), StringComparison.Ordinal);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_SubscriptionLostDuringASnapshot_TellsNothingMoreOfIt()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        for (var n = 0; n < 30; n++)
        {
            await alice.PushAsync($"large{n:00}", $"\"{n} {new string('x', 1_000_000)}\"", topics: ["t"]);
        }

        await alice.PushAsync("z", "\"canary\"", topics: ["t"]);
        await using var one = new TestSubscriber(recorder, new() { Agent = "one" });
        await one.OpenWithSnapshotAsync(alice);
        // Windows and buffers do not hold thirty megabytes: most of the snapshot is still unsent when the topic is lost.
        await alice.Tools.UnsubscribeFromTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        Assert.True(await one.ReadToAsync(await alice.PushAsync("end", agent: "one")));

        Assert.Equal(1, one.Resets);
        Assert.Equal(["end"], one.Fold().Keys);
        Assert.DoesNotContain("canary", string.Concat(one.Streams[0].Received), StringComparison.Ordinal);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_AnotherAgentsTopicsChange_IsNoConcernOfTheStream()
    {
        var alice = server.NewUser();
        await using var one = new TestSubscriber(recorder, new() { Agent = "one" });
        await one.OpenAsync(alice);
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "two", Topics = { "t" } });
        Assert.True(await one.ReadToAsync(await alice.PushAsync("k")));

        Assert.Equal(0, one.Resets);
        Verify(alice);
    }

    private TestSubscriber Registering(string agent, params string[] topics) =>
        new(recorder, new() { Agent = agent, IsRegistering = true, Topics = topics });

    private void Verify(TestUser user) => recorder.Verify(server.ReadLog(user.Id));
}
