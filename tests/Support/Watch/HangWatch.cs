using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Sdk;

namespace Syntha.Tests.Support.Watch;

/// <summary>
/// Knows from the runner's reports which tests run. It acts when one test runs for too long, or when nothing has begun or ended for that
/// long, which means that a fixture hangs. It lists on standard error what runs, and cancels the run: a test that uses its token then fails
/// where it waited. Soon after it kills the program, which no test and no fixture can prevent. Thread-safe.
/// </summary>
internal sealed class HangWatch : IMessageSink, IDisposable
{
    private readonly IMessageSink inner;
    private readonly TimeSpan limit;
    private readonly TimeSpan grace;
    private readonly CancellationTokenSource cancelling;
    private readonly ManualResetEventSlim over = new();
    private readonly ConcurrentDictionary<string, (string Name, long Began)> running = new();
    private readonly ConcurrentDictionary<string, string> classes = new();
    private long moved = Stopwatch.GetTimestamp();

    /// <summary>Watches until it is disposed.</summary>
    /// <param name="inner">Takes the runner's reports.</param>
    /// <param name="limit">How long a test may run.</param>
    /// <param name="grace">How long a cancelled run may take to end.</param>
    /// <param name="cancelling">Cancels the run.</param>
    public HangWatch(IMessageSink inner, TimeSpan limit, TimeSpan grace, CancellationTokenSource cancelling)
    {
        (this.inner, this.limit, this.grace, this.cancelling) = (inner, limit, grace, cancelling);
        // A thread of its own: an exhausted thread pool is one way to hang.
        new Thread(Watch) { IsBackground = true, Name = "Watch for tests that hang" }.Start();
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestClassStarting began:
                classes[began.TestClassUniqueID!] = began.TestClassName;
                break;
            case ITestClassFinished ended:
                classes.TryRemove(ended.TestClassUniqueID!, out _);
                break;
            case ITestStarting began:
                running[began.TestUniqueID] = (began.TestDisplayName, Stopwatch.GetTimestamp());
                break;
            case ITestFinished ended:
                running.TryRemove(ended.TestUniqueID, out _);
                break;
        }
        Volatile.Write(ref moved, Stopwatch.GetTimestamp());
        return inner.OnMessage(message);
    }

    public void Dispose() => over.Set();

    private void Watch()
    {
        while (!over.Wait(TimeSpan.FromSeconds(1)))
        {
            if (!IsStuck())
            {
                continue;
            }

            Tell($"A TEST HANGS: {limit.TotalSeconds:0} s are over.");
            // Not on this thread: cancelling calls the token's callbacks, and these may hang too.
            _ = cancelling.CancelAsync();
            if (over.Wait(grace))
            {
                return;
            }

            Tell($"THE RUN IS GIVEN UP: it was cancelled {grace.TotalSeconds:0} s ago and has not ended.");
            Process.GetCurrentProcess().Kill();
        }
    }

    private bool IsStuck()
    {
        var began = running.Values.Select(test => test.Began).DefaultIfEmpty(Volatile.Read(ref moved)).Min();
        return !Debugger.IsAttached && Stopwatch.GetElapsedTime(began) > limit;
    }

    private void Tell(string what)
    {
        var tests = running.Values.OrderBy(test => test.Began)
            .Select(test => $"  {Stopwatch.GetElapsedTime(test.Began).TotalSeconds,5:0} s  {test.Name}")
            .DefaultIfEmpty(
                $"  no test, so a fixture. Classes that have begun: {string.Join(", ", classes.Values.DefaultIfEmpty("none"))}");
        Console.Error.WriteLine(string.Join(Environment.NewLine,
            [
                $"{what} What runs:",
                .. tests,
                $"  Threads of the pool: {ThreadPool.ThreadCount}; waiting for one: {ThreadPool.PendingWorkItemCount}.",
                .. Children().Select(child => $"  Started by it: {child}"),
            ]));
    }

    // A test may be waiting for one of these processes.
    private static IEnumerable<string> Children()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        try
        {
            return [.. Directory.GetDirectories("/proc/self/task")
                .SelectMany(thread => File.ReadAllText(thread + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(id => $"{id} {File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ').ReplaceLineEndings(" ")}")
                .Select(line => line[..Math.Min(line.Length, 200)])];
        }
        catch (IOException)
        {
            // One of them ended meanwhile.
            return [];
        }
    }
}
