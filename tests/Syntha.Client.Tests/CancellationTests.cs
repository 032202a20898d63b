using Google.Protobuf;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

public sealed class CancellationTests
{
    [Fact]
    public async Task Push_CancelledByTheCaller_ThrowsWithTheCallersTokenAndStopsTheServer()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(async call =>
        {
            using var registration = call.Context.CancellationToken.Register(stopped.SetResult);
            arrived.SetResult();
            await stopped.Task;
            return new V1.PushResponse();
        });
        await using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var push = client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: source.Token);
        await arrived.Task;
        await source.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => push);
        Assert.Equal(source.Token, thrown.CancellationToken);
        await stopped.Task;
    }

    [Fact]
    public async Task Push_CancelledWhileItWaitsForARetry_EndsAtOnce()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(IMessage (_) =>
        {
            failed.TrySetResult();
            throw Refusal.Unavailable();
        });
        // The wait before the retry is longer than any test run. Only the token can end it.
        await using var client = server.Client(options =>
        {
            options.CallTimeout = null;
            options.RetryDelay = TimeSpan.FromHours(24);
            options.MaxRetryDelay = TimeSpan.FromHours(24);
            options.Jitter = static () => 1;
        });

        var push = client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: source.Token);
        await failed.Task;
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => push);
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task List_CancelledBetweenPages_Stops()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var server = await ScriptedServer.StartAsync(_ => new V1.ListResponse
        {
            Items = { new V1.Item { Key = "k", ValueJson = "1", UpdateTime = new() } },
            NextPageToken = "more",
        });
        await using var client = server.Client();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in client.ForUser("alice").ListAsync(cancellationToken: source.Token))
            {
                await source.CancelAsync();
            }
        });

        Assert.Single(server.Calls);
    }
}
