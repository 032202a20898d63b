using Syntha.Storage.Sqlite.Files;

namespace Syntha.Storage.Tests.Sqlite.Files;

public sealed class FileThreadsTests
{
    [Fact]
    public async Task Run_OnOneThread_IsFirstComeFirstServed()
    {
        using var threads = new FileThreads("test", 1);
        using var go = new ManualResetEventSlim();
        var order = new List<int>();
        var first = threads.RunAsync(() => Wait(go));
        var rest = Enumerable.Range(0, 100).Select(number => threads.RunAsync(() => Add(order, number))).ToArray();

        go.Set();
        await first;
        await Task.WhenAll(rest);

        Assert.Equal(Enumerable.Range(0, 100), order);
    }

    [Fact]
    public async Task Run_MoreThanThreads_TakesAsManyAtOnceAsThereAre()
    {
        using var threads = new FileThreads("test", 3);
        using var meeting = new Barrier(3);

        // Work passes the barrier only when three threads are there.
        var names = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => threads.RunAsync(() =>
        {
            Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(60)));
            return Thread.CurrentThread.Name;
        })));

        Assert.Equal(["test 1", "test 2", "test 3"], names.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_WorkThatThrows_ReachesItsCallerAloneAndNotTheThread()
    {
        using var threads = new FileThreads("test", 1);

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => threads.RunAsync<int>(() => throw new TimeZoneNotFoundException()));

        Assert.Equal(7, await threads.RunAsync(() => 7));
    }

    [Fact]
    public async Task Dispose_WithWorkQueued_DoesItAndTakesNoMore()
    {
        var threads = new FileThreads("test", 1);
        using var go = new ManualResetEventSlim();
        var first = threads.RunAsync(() => Wait(go));
        var second = threads.RunAsync(() => 2);

        threads.Dispose();
        go.Set();

        await first;
        Assert.Equal(2, await second);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => threads.RunAsync(() => 3));
    }

    [Fact]
    public async Task RunToEnd_WhatTheCallerDoesNext_RunsOnTheSameThread()
    {
        using var threads = new FileThreads("test", 1);
        using var go = new ManualResetEventSlim();
        var run = threads.RunToEndAsync(() =>
        {
            Wait(go);
            return ValueTask.CompletedTask;
        });
        var next = run.ContinueWith(
            static _ => Thread.CurrentThread.Name, TestContext.Current.CancellationToken, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        go.Set();

        Assert.Equal("test 1", await next);
    }

    [Fact]
    public async Task RunToEnd_WorkThatThrows_ReachesItsCallerAloneAndNotTheThread()
    {
        using var threads = new FileThreads("test", 1);

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => threads.RunToEndAsync(() => throw new TimeZoneNotFoundException()));

        Assert.Equal(7, await threads.RunAsync(() => 7));
    }

    private static bool Wait(ManualResetEventSlim go) => go.Wait(TimeSpan.FromSeconds(60));

    private static int Add(List<int> order, int number)
    {
        order.Add(number);
        return number;
    }
}
