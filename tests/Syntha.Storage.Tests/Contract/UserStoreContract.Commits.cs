namespace Syntha.Storage.Tests.Contract;

/// <content>The log as the audit trail reads it.</content>
public abstract partial class UserStoreContract
{
    private static readonly CommandOrigin Pushing = new("ContextMesh/Push", "key-1");

    [Fact]
    public async Task Commits_OfOneMoment_AreTogetherByActorMethodAndCredential()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        await store.CommitAsync(
            Draft.Command(1, Draft.Push("a", "1")) with { Origin = Pushing },
            Draft.Command(2, Draft.Push("b", "22", Draft.Routed("Planner"))) with { Origin = Pushing },
            Draft.Command(3, Draft.Push("c", "333"), Draft.Push("d", "4")) with { Origin = Pushing },
            Draft.Command(4, Draft.Push("e")) with { Origin = Pushing with { Credential = "key-2" } },
            Draft.Command(5, Draft.Push("f")) with { Origin = Pushing with { Method = "ContextMesh/PushMany" } },
            Draft.Command(6, Draft.Push("g", "7777", Draft.Routed("Planner"))) with { Origin = Pushing },
            Draft.Command(7, Draft.Push("h")));
        await store.CommitAsync(
            Draft.Command(8, Draft.Push("i", time: Draft.Noon.AddTicks(10))).At(Draft.Noon.AddTicks(10)) with { Origin = Pushing });

        var page = await store.Commits.ReadAsync(null, 100, Token);

        Assert.Equal(
            [
                ("key-1", null, "1: 1 in 1, 3: 4 in 2"), ("key-1", "Planner", "2: 2 in 1, 6: 4 in 1"), ("key-2", null, "4: 1 in 1"),
                ("key-1", null, "5: 1 in 1"), (null, null, "7: 1 in 1"), ("key-1", null, "8: 1 in 1"),
            ],
            page.Commits.Select(commit => (
                commit.Origin?.Credential, commit.Actor?.Value,
                string.Join(", ", commit.Commands.Select(command => $"{command.Revision}: {command.ValueBytes} in {command.Keys}")))));
        Assert.Equal([48, 32, 16, 16, 16, 16], page.Commits.Select(commit => commit.KeyHashes.Length));
        Assert.Equal((8, false), (page.Through.Revision, page.HasMore));
    }

    [Fact]
    public async Task Commits_ManyAtOnce_AreAFewAndPagesEndWithWholeCommands()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        await store.CommitAsync([.. Enumerable.Range(1, 600)
            .Select(n => Draft.Command(n, Draft.Push($"a{n}"), Draft.Push($"b{n}")) with { Origin = Pushing })]);

        var all = await store.Commits.ReadAsync(null, 10_000, Token);
        var first = await store.Commits.ReadAsync(null, 5, Token);
        var rest = await store.Commits.ReadAsync(first.Through, 10_000, Token);

        Assert.Equal([256, 256, 88], all.Commits.Select(commit => commit.Commands.Count));
        Assert.All(all.Commits, commit => Assert.Equal(commit.Commands.Sum(command => command.Keys) * 16, commit.KeyHashes.Length));
        Assert.Equal((3, true), (first.Through.Revision, first.HasMore));
        Assert.Equal(
            Enumerable.Range(4, 597).Select(n => (long)n),
            rest.Commits.SelectMany(commit => commit.Commands).Select(command => command.Revision));
    }

    [Fact]
    public async Task Commits_OfMoreKeysThanAreHashed_StandAlone()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var many = Enumerable.Range(0, 1_100).Select(n => Draft.Push($"k{n}")).ToArray();
        await store.CommitAsync(
            Draft.Command(1, Draft.Push("a")) with { Origin = Pushing }, Draft.Command(2, many) with { Origin = Pushing },
            Draft.Command(3, Draft.Push("b")) with { Origin = Pushing });

        var commits = (await store.Commits.ReadAsync(null, 10_000, Token)).Commits;

        Assert.Equal([2 * 16, 1_000 * 16], commits.Select(commit => commit.KeyHashes.Length));
        Assert.Equal(1_100, Assert.Single(commits[1].Commands).Keys);
    }
}
