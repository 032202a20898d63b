using System.Text.Json;
using System.Threading.Channels;

using Grpc.Core;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests.Live;

/// <summary>The seed's way to subscribe: a callback that gets topic, key and data.</summary>
public sealed class TopicCallbackTests : IAsyncLifetime
{
    private readonly Channel<string> told = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(Token);
    private ScriptedServer server = null!;
    private SynthaClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ToolHandler Agent => client.ForUser("alice").ForAgent("a");

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedServer.StartAsync();
        client = server.Client();
    }

    public async ValueTask DisposeAsync()
    {
        source.Dispose();
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Callback_EveryKindOfChange_GetsTopicKeyAndData_AndNullForWhatIsGone()
    {
        var opening = Agent.SubscribeToTopicAsync("t", Tell, cancellationToken: source.Token);
        await (await server.NextStreamAsync()).SendAsync(
            Wire.Established(1),
            Wire.Changes(
                9,
                Wire.Created(2, "a", """{"x":1}"""),
                Wire.Updated(3, "a", "null"),
                Wire.Change(V1.ChangeKind.EnteredView, 4, "b", Wire.Item("b", "2", 4)),
                Wire.Change(V1.ChangeKind.LeftView, 5, "b"),
                Wire.Change(V1.ChangeKind.Expired, 6, "c"),
                // Delivered late: its value is gone already. The change that says so follows.
                Wire.Change(V1.ChangeKind.Created, 7, "d", Wire.Item("d", json: null, 7)),
                Wire.Change(V1.ChangeKind.Expired, 8, "d"),
                Wire.Removed(9, "a")));

        await ToldAsync("t a {\"x\":1}", "t a null", "t b 2", "t b gone", "t c gone", "t d gone", "t a gone");
        await StopAsync(await opening);
    }

    [Fact]
    public async Task Callback_AfterAReset_HearsWhatIsNewAndWhatIsGone_AndNothingTwice()
    {
        var opening = Agent.SubscribeToTopicAsync("t", Tell, cancellationToken: source.Token);
        await (await server.NextStreamAsync()).SendAsync(
            Wire.Established(1),
            Wire.Changes(4, Wire.Created(2, "same"), Wire.Created(3, "changed"), Wire.Created(4, "gone")),
            Wire.Reset(7),
            Wire.Chunk(Wire.Item("changed", "2", 5), Wire.Item("new", "3", 6)),
            Wire.Chunk(Wire.Item("same", "1", 2)),
            Wire.SnapshotEnd(7));

        await ToldAsync("t same 1", "t changed 1", "t gone 1", "t changed 2", "t new 3", "t gone gone");
        await StopAsync(await opening);
    }

    [Fact]
    public async Task Callback_AfterAnotherLifeOfTheStore_HearsAllAnew()
    {
        var opening = Agent.SubscribeToTopicAsync("t", Tell, cancellationToken: source.Token);
        var first = await server.NextStreamAsync();
        await first.SendAsync(Wire.Established(1), Wire.Changes(2, Wire.Created(2, "k", "1")));
        first.Fail(Refusal.Of(StatusCode.FailedPrecondition, "EPOCH_CHANGED"));
        await (await server.NextStreamAsync()).SendAsync(
            Wire.Established(2, epoch: "new"), Wire.Chunk(Wire.Item("k", "2", 2)), Wire.SnapshotEnd(2, epoch: "new"));

        await ToldAsync("t k 1", "t k 2");
        await StopAsync(await opening);
    }

    [Fact]
    public async Task Callback_Asynchronous_IsAwaitedBeforeTheNext()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opening = Agent.SubscribeToTopicAsync(
            "t",
            async (topic, key, data) =>
            {
                Tell(topic, key, data);
                await gate.Task;
                Tell(topic, key + " done", data);
            },
            cancellationToken: source.Token);
        await (await server.NextStreamAsync()).SendAsync(Wire.Established(1), Wire.Changes(3, Wire.Created(2, "a"), Wire.Created(3, "b")));

        await ToldAsync("t a 1");
        gate.SetResult();
        await ToldAsync("t a done 1", "t b 1", "t b done 1");
        await StopAsync(await opening);
    }

    [Fact]
    public async Task Callback_ThatThrows_EndsTheSubscriptionWithItsException()
    {
        var opening = Agent.SubscribeToTopicAsync("t", (_, key, _) => throw new FormatException(key), cancellationToken: Token);
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(1), Wire.Changes(2, Wire.Created(2, "a")));
        await using var subscription = await opening;

        Assert.Equal("a", (await Assert.ThrowsAsync<FormatException>(() => subscription.Completion)).Message);
        await stream.Gone;
    }

    [Fact]
    public async Task Subscribe_ReturnsOnceTheServerServesIt_AndNotBefore()
    {
        var opening = Agent.SubscribeToTopicAsync("t", Tell, cancellationToken: Token);
        var stream = await server.NextStreamAsync();
        Assert.False(opening.IsCompleted);

        await stream.SendAsync(Wire.Established(1));

        await using var subscription = await opening;
        Assert.Equal(("t", false), (subscription.Topic, subscription.Completion.IsCompleted));
    }

    [Fact]
    public async Task Dispose_EndsTheSubscription_WithoutAFailure()
    {
        var opening = Agent.SubscribeToTopicAsync("t", Tell, cancellationToken: Token);
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(1));
        var subscription = await opening;

        await subscription.DisposeAsync();

        Assert.True(subscription.Completion.IsCompletedSuccessfully);
        await stream.Gone;
    }

    [Fact]
    public async Task Dispose_WithinTheCallback_DoesNotWaitForItself()
    {
        var opened = new TaskCompletionSource<TopicSubscription>(TaskCreationOptions.RunContinuationsAsynchronously);
        var opening = Agent.SubscribeToTopicAsync(
            "t",
            async (topic, key, data) =>
            {
                await (await opened.Task).DisposeAsync();
                Tell(topic, key, data);
            },
            cancellationToken: Token);
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(1), Wire.Changes(3, Wire.Created(2, "a"), Wire.Created(3, "b")));
        var subscription = await opening;
        opened.SetResult(subscription);

        await subscription.Completion;
        await ToldAsync("t a 1");
        Assert.False(told.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Callback_RefusedByTheServer_Throws()
    {
        var opening = Agent.SubscribeToTopicAsync("t", Tell, cancellationToken: Token);
        (await server.NextStreamAsync()).Fail(Refusal.Of(StatusCode.Unauthenticated, "CREDENTIALS_INVALID"));

        Assert.Equal(ErrorReason.CredentialsInvalid, (await Assert.ThrowsAsync<SynthaException>(() => opening)).Reason);
    }

    private void Tell(string topic, string key, JsonElement? data) =>
        told.Writer.TryWrite($"{topic} {key} {data?.GetRawText() ?? "gone"}");

    private async Task ToldAsync(params string[] expected)
    {
        foreach (var text in expected)
        {
            Assert.Equal(text, await told.Reader.ReadAsync(Token));
        }
    }

    private async Task StopAsync(TopicSubscription subscription)
    {
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscription.Completion);
        Assert.False(told.Reader.TryRead(out _));
    }
}
