using Microsoft.Extensions.DependencyInjection;
using Syntha.Mesh.Names;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;

namespace Syntha.Server.Tests.Meshes;

/// <summary>A call that looks through a large mesh waits for its user's turn, ends when it is cancelled, and holds up no other
/// user.</summary>
public sealed class CostlyCallTests(SharedServer shared)
{
    private const int Items = 3_000;

    private static readonly Dictionary<string, Func<TestUser, CancellationToken, Task>> Calls = new()
    {
        ["List by glob"] = (user, token) =>
            user.Mesh.ListAsync(new() { Filter = new() { KeyGlob = "*9" } }, cancellationToken: token).ResponseAsync,
        ["List by topic, of an agent"] = (user, token) => user.Mesh.ListAsync(
            new() { AsAgent = "a", Filter = new() { Topics = { "t" } } }, cancellationToken: token).ResponseAsync,
        ["List of a large page"] = (user, token) => user.Mesh.ListAsync(new() { PageSize = 1_000 }, cancellationToken: token).ResponseAsync,
        ["GetMany"] = (user, token) => user.Mesh.GetManyAsync(
            new() { Keys = { Enumerable.Range(0, 1_000).Select(number => $"{number}") } }, cancellationToken: token).ResponseAsync,
        ["Get, structured"] = (user, token) =>
            user.Mesh.GetAsync(new() { Key = "1", View = ItemView.Structured }, cancellationToken: token).ResponseAsync,
        ["List of a small page, structured"] = (user, token) =>
            user.Mesh.ListAsync(new() { PageSize = 2, View = ItemView.Structured }, cancellationToken: token).ResponseAsync,
        ["GetStats"] = (user, token) => user.Mesh.GetStatsAsync(new(), cancellationToken: token).ResponseAsync,
        ["ListTopics"] = (user, token) => user.Mesh.ListTopicsAsync(new(), cancellationToken: token).ResponseAsync,
        ["BuildPrompt"] = (user, token) => user.Mesh.BuildPromptAsync(
            new() { Spec = new() { System = new() } }, cancellationToken: token).ResponseAsync,
        ["get_context"] = (user, token) => ToolAsync(user, "get_context", token),
        ["list_context"] = (user, token) => ToolAsync(user, "list_context", token),
        ["discover_topics"] = (user, token) => ToolAsync(user, "discover_topics", token),
        ["Subscribe with a snapshot"] = async (user, token) =>
        {
            using var stream = user.Mesh.Subscribe(new() { Start = new() { Snapshot = new() } }, cancellationToken: token);
            while (await stream.ResponseStream.MoveNext(token) && stream.ResponseStream.Current.SnapshotEnd is null)
            {
            }
        },
    };

    public static TheoryData<string> Names { get; } = [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_WhileAnotherOneOfTheUserHasTheTurn_WaitsAndOtherUsersDoNot(string name)
    {
        var token = TestContext.Current.CancellationToken;
        var (alice, bob) = (await FilledAsync(), await FilledAsync());
        var registry = shared.Services.GetRequiredService<MeshRegistry>();
        using var lease = await registry.OpenAsync(UserId.Trusted(alice.Id), StoreRight.Unbound, token);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var release = new ManualResetEventSlim();
        var holding = HoldAsync();
        await begun.Task;

        using var givenUp = new CancellationTokenSource();
        var (waiting, cancelled) = (Calls[name](alice, token), Calls[name](alice, givenUp.Token));
        await Calls[name](bob, token);
        // What is not costly does not wait either.
        await alice.Mesh.GetAsync(new() { Key = "1" }, cancellationToken: token);
        await alice.Mesh.ListAsync(new() { PageSize = 10 }, cancellationToken: token);

        Assert.False(waiting.IsCompleted);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => cancelled);
        Assert.False(waiting.IsCompleted);
        release.Set();
        await Task.WhenAll(waiting, holding);

        async Task HoldAsync()
        {
            await lease.TurnAsync(token);
            begun.SetResult();
            release.Wait(token);
        }
    }

    private static Task<CallToolResponse> ToolAsync(TestUser user, string tool, CancellationToken token) =>
        user.Tools.CallToolAsync(new() { AsAgent = "a", Name = tool, ArgumentsJson = "{}" }, cancellationToken: token).ResponseAsync;

    private async Task<TestUser> FilledAsync()
    {
        var user = shared.NewUser();
        await user.Mesh.PushManyAsync(new()
        {
            Items = { Enumerable.Range(0, Items).Select(number => new ItemWrite { Key = $"{number}", ValueJson = "1" }) },
        });
        return user;
    }
}
