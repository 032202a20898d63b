using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Tests.Postgres.Heads;

/// <summary>How a node learns of another node's commits.</summary>
public sealed class DoorbellTests : IAsyncLifetime
{
    // Without this, a missing announcement would be waited for without an end. No time decides whether a test passes.
    private const int GiveUp = 60_000;
    private const int Listening = 2106;
    private const int ListenerLost = 2107;

    private readonly LogEvents logs = new();
    private readonly FakeTimeProvider time = new(Draft.Noon);
    private PostgresNodes postgres = null!;

    public async ValueTask InitializeAsync() => postgres = await PostgresNodes.CreateAsync();

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    [Fact(Timeout = GiveUp)]
    public async Task Watch_CommitOnAnotherNode_RingsByAnnouncement()
    {
        var (user, here, there) = await GivenTwoNodesAsync();
        await logs.NextAsync(Listening, TestContext.Current.CancellationToken);
        var ring = new Ring();
        using var watching = there.Watch(ring.Moved);

        await here.CommitAsync(Draft.Command(1, Draft.Push("a")));
        await ring.NextAsync(TestContext.Current.CancellationToken);
        await here.CommitAsync(Draft.Command(2, Draft.Push("b")));
        await ring.NextAsync(TestContext.Current.CancellationToken);

        // The fake clock stood still, so it was no poll.
        Assert.Equal(2, (await there.ReadHeadAsync(TestContext.Current.CancellationToken)).Position.Revision);
    }

    [Fact(Timeout = GiveUp)]
    public async Task Watch_ListenerKilled_RingsByPollAndListensAgain()
    {
        var (user, here, there) = await GivenTwoNodesAsync();
        await logs.NextAsync(Listening, TestContext.Current.CancellationToken);
        var ring = new Ring();
        using var watching = there.Watch(ring.Moved);

        // All listeners of this database, including the node's own.
        await postgres.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity " +
            "WHERE datname = current_database() AND application_name = 'syntha listener'");
        await logs.NextAsync(ListenerLost, TestContext.Current.CancellationToken);
        await here.CommitAsync(Draft.Command(1, Draft.Push("a")));
        time.Advance(TimeSpan.FromMilliseconds(500));
        await ring.NextAsync(TestContext.Current.CancellationToken);

        await here.CommitAsync(Draft.Command(2, Draft.Push("b")));
        var again = logs.NextAsync(Listening, TestContext.Current.CancellationToken);
        while (!again.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        await ring.NextAsync(TestContext.Current.CancellationToken);
        await here.CommitAsync(Draft.Command(3, Draft.Push("c")));
        await ring.NextAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = GiveUp)]
    public async Task Watch_WithoutAListener_RingsByPollAlone()
    {
        postgres.Options = postgres.Options with { BehindPgBouncer = true };
        var (user, here, there) = await GivenTwoNodesAsync();
        var ring = new Ring();
        using var watching = there.Watch(ring.Moved);

        await here.CommitAsync(Draft.Command(1, Draft.Push("a")));
        time.Advance(TimeSpan.FromMilliseconds(500));
        await ring.NextAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0L, await postgres.ExecuteAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'syntha listener'"));
    }

    [Fact(Timeout = GiveUp)]
    public async Task Announce_ManyHeadsWhileTheConnectionIsInUse_SendsFewNotifications()
    {
        const int Heads = 50;
        postgres.Options = postgres.Options with { PoolSize = 1 };
        var connections = postgres.Start().Connections;
        await using var ear = await postgres.ConnectAsync();
        await using (var listen = new NpgsqlCommand($"LISTEN {Announcer.Channel}", ear))
        {
            await listen.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var heard = new Dictionary<string, long>();
        var notifications = 0;
        ear.Notification += (_, told) =>
        {
            notifications++;
            foreach (var (user, position) in Announcer.Parse(told.Payload).Heads)
            {
                heard[user] = position.Revision;
            }
        };
        var announcer = new Announcer(connections, NullLogger.Instance);

        await using (await connections.RentAsync(null, TestContext.Current.CancellationToken))
        {
            for (var revision = 1; revision <= 2; revision++)
            {
                for (var user = 0; user < Heads; user++)
                {
                    announcer.Announce($"user{user}", new("e", revision));
                }
            }
        }
        while (heard.Count < Heads || heard.Values.Any(revision => revision < 2))
        {
            await ear.WaitAsync(TestContext.Current.CancellationToken);
        }

        Assert.InRange(notifications, 1, 3);
    }

    [Fact]
    public void Hear_WhatTheMeshKnowsAlready_RingsNobody()
    {
        var watch = new HeadWatch(new Announcer(null!, NullLogger.Instance));
        var rings = 0;
        using (watch.Add(UserIds.Of("alice"), () => rings++))
        {
            watch.Hear("alice", new("e", 4));
            Assert.Equal(1, rings);
            watch.Hear("alice", new("e", 4));
            watch.Hear("alice", new("e", 3));
            watch.Hear("bob", new("e", 9));
            Assert.Equal(1, rings);
            watch.Announce(UserIds.Of("alice"), new("e", 5));
            watch.Hear("alice", new("e", 5));
            Assert.Equal(1, rings);
            watch.Hear("alice", new("another life", 1));
            Assert.Equal(2, rings);
        }

        watch.Hear("alice", new("e", 6));
        Assert.Equal(2, rings);
        Assert.Empty(watch.Users);
    }

    [Theory]
    [InlineData("node", 0)]
    [InlineData("", 0)]
    [InlineData("node alice e", 0)]
    [InlineData("node alice e x", 0)]
    [InlineData("node alice e 1 bob f 2", 2)]
    public void Parse_AnyPayload_GivesItsWholeHeads(string payload, int heads) =>
        Assert.Equal(heads, Announcer.Parse(payload).Heads.Count());

    // The other node has the test's clock and log. This node only commits.
    private async Task<(UserId User, IUserStore Here, IUserStore There)> GivenTwoNodesAsync()
    {
        var user = UserIds.New();
        var here = await postgres.Start().OpenAsync(user);
        postgres.Options = postgres.Options with { PollInterval = TimeSpan.FromMilliseconds(500) };
        return (user, here, await postgres.Start(time, logs).OpenAsync(user));
    }

    private sealed class Ring
    {
        private readonly Channel<bool> rings = Channel.CreateUnbounded<bool>();

        public void Moved() => rings.Writer.TryWrite(true);

        public async Task NextAsync(CancellationToken cancellationToken) => await rings.Reader.ReadAsync(cancellationToken);
    }

    /// <summary>Lets a test wait for a log entry.</summary>
    private sealed class LogEvents : ILoggerFactory, ILogger
    {
        private readonly ConcurrentDictionary<int, SemaphoreSlim> events = new();

        public Task NextAsync(int id, CancellationToken cancellationToken) => Of(id).WaitAsync(cancellationToken);

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Of(eventId.Id).Release();

        private SemaphoreSlim Of(int id) => events.GetOrAdd(id, _ => new(0));
    }
}
