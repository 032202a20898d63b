using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Mesh.Names;
using Syntha.Mesh.Stores;
using Syntha.Server.Audit;
using Position = Syntha.Mesh.Log.Position;

namespace Syntha.Server.Tests.Audit;

/// <summary>How much one round of the trail's writer does, and how much it remembers.</summary>
public sealed class AuditRoundTests(SharedServer server)
{
    // More than three transactions take.
    private const int Users = 200;

    [Fact]
    public async Task Round_WhileAllUsersWriteAllTheTime_LooksAtEachOnceAndEnds()
    {
        var (stores, busy) = BusyStores.Around(server.Services.GetRequiredService<IUserStores>());
        var backlog = ActivatorUtilities.CreateInstance<CommitBacklog>(server.Services, stores);
        var trail = ActivatorUtilities.CreateInstance<AuditTrail>(server.Services);
        await using var writer = ActivatorUtilities.CreateInstance<AuditWriter>(server.Services, stores, backlog, trail, "round");
        busy.Found = writer.Committed;
        var users = Enumerable.Range(0, Users).Select(number => UserIdRule.Default.Parse($"round{number}")).ToList();
        users.ForEach(writer.Committed);

        // The last round, with nothing before it: the writer was not started.
        await writer.StopAsync(TestContext.Current.CancellationToken);

        Assert.All(users, user => Assert.Equal(1, busy.Looks.Count(looked => looked == user)));
        Assert.False(writer.IsFailing);
        Assert.True(writer.UsersBehind >= Users);
    }

    [Fact]
    public void Recorded_CommitsOfManyUsers_AreRememberedForSomeOfThem()
    {
        var (stores, _) = BusyStores.Around(server.Services.GetRequiredService<IUserStores>());
        var backlog = ActivatorUtilities.CreateInstance<CommitBacklog>(server.Services, stores);
        const int Marked = 3 * CommitBacklog.MaxMarks;

        for (var number = 0; number < Marked; number++)
        {
            var page = new CommitPage([], new Position("epoch", number), HasMore: false);
            backlog.Recorded(new(UserId.Trusted($"user{number}"), null, page), isPassed: false);
        }

        Assert.InRange(backlog.Marks, CommitBacklog.MaxMarks / 2, CommitBacklog.MaxMarks);
        Assert.Equal(0, backlog.RecordedThrough(UserId.Trusted("user1"), "epoch"));
        for (var number = Marked - (CommitBacklog.MaxMarks / 2); number < Marked; number++)
        {
            Assert.Equal(number, backlog.RecordedThrough(UserId.Trusted($"user{number}"), "epoch"));
        }
    }

    /// <summary>
    /// Stores of users who commit again as soon as the round looks at them. A look that comes too often fails, so that a round without
    /// an end ends.
    /// </summary>
    public class BusyStores : DispatchProxy
    {
        private IUserStores inner = null!;

        public Action<UserId> Found { get; set; } = static _ => { };

        public List<UserId> Looks { get; } = [];

        public static (IUserStores Stores, BusyStores Control) Around(IUserStores inner)
        {
            var stores = Create<IUserStores, BusyStores>();
            var control = (BusyStores)(object)stores;
            control.inner = inner;
            return (stores, control);
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IUserStores.FindAsync))
            {
                return targetMethod.Invoke(inner, args);
            }

            var user = (UserId)args![0]!;
            Looks.Add(user);
            Assert.True(Looks.Count(looked => looked == user) < 5, "The round does not end.");
            Found(user);
            return new ValueTask<IUserStore?>((IUserStore?)null);
        }
    }
}
