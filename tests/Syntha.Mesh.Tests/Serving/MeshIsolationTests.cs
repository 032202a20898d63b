using CsCheck;
using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.Serving;

/// <summary>Twenty users with the same keys, topics and agents, all at once: each is alone in its mesh.</summary>
public sealed class MeshIsolationTests
{
    private const int Users = 20;

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1)]
    public async Task AnyHistories_OfTwentyUsersAtOnce_EachUserSeesItsOwnModel(long maxBytes) =>
        await Steps.History.Array[Users, Users].SampleAsync(
            async histories =>
            {
                await using var registry = new TestRegistry(maxBytes);
                await Task.WhenAll(histories.Select((history, number) => Task.Run(() => PlayAsync(registry, $"user{number}", history))));

                Assert.Equal(Users, registry.Stores.Count);
                await registry.AuditStoresAsync();
            },
            iter: 10,
            threads: 1,
            print: histories => string.Join("\n\n", histories.Select(history => string.Join('\n', history.AsEnumerable()))));

    [Fact]
    public async Task Clear_OfOneUser_LeavesTheOthers()
    {
        await using var registry = new TestRegistry();
        foreach (var user in new[] { "alice", "bob" })
        {
            await registry.DoAsync(user, Commands.Register("ann", "t"));
            await registry.DoAsync(user, Commands.Push("k", $"\"{user}\"", topics: ["t"]));
            await registry.DoAsync(user, Commands.Push("dead", ttl: TimeSpan.Zero));
        }

        await registry.DoAsync("alice", Commands.Clear());
        await registry.DoAsync("alice", Commands.Purge());

        Assert.Null(await registry.GetAsync("alice", "k"));
        Assert.Equal("\"bob\"", await registry.GetAsync("bob", "k", by: "ann"));
        using var lease = await registry.OpenAsync("bob");
        var counts = lease.View(null).Count();
        Assert.Equal((1, 1, 1), (counts.Active, counts.Expired, counts.AgentsWithTopics));
    }

    [Fact]
    public async Task RequestId_OfOneUser_MeansNothingToAnother()
    {
        await using var registry = new TestRegistry();
        var push = Commands.Push("k", "\"alice\"").WithRequest(1);
        await registry.DoAsync("alice", push);

        var bob = await registry.DoAsync("bob", Commands.Push("k", "\"bob\"").WithRequest(1, content: 2));

        Assert.False(bob.IsReplay);
        Assert.True((await registry.DoAsync("alice", push)).IsReplay);
    }

    // Values are marked with the user, so that a foreign one would be seen even where the models happen to agree.
    private static async Task PlayAsync(TestRegistry registry, string user, Step[] history)
    {
        var (model, round) = (new NaiveMesh(), 0);
        foreach (var step in history.Select(step => Mark(step, user)))
        {
            var resolved = step.Resolve(model);
            var expected = model.Do(resolved);
            try
            {
                Comparison.HoldAnswer(resolved, expected, await registry.DoAsync(user, resolved.ToCommand()));
            }
            catch (MeshException refusal)
            {
                Assert.True(refusal.Reason == expected.Refusal, $"{resolved}: {refusal.Reason}; {expected} was expected");
            }
            using var lease = await registry.OpenAsync(user);
            if (round++ % 5 == 0 || round == history.Length)
            {
                Comparison.Hold(model, lease.Mesh!, round);
            }
        }
    }

    private static Step Mark(Step step, string user) => step is PushStep push
        ? push with { Drafts = [.. push.Drafts.Select(draft => draft with { Value = $"\"{user}:{draft.Value}\"" })] }
        : step;
}
