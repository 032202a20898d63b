using System.Diagnostics;
using Syntha.Benchmarks.Load;

namespace Syntha.Benchmarks.Baselines;

/// <summary>
/// Commits of one row each with nothing above SQLite: WAL, <c>synchronous=FULL</c>, a prepared insert of a 256-byte value, one thread a
/// file.
/// </summary>
internal sealed class RawCommits : IDisposable
{
    private readonly RawFile[] files;

    public RawCommits(string folder, int fileCount)
    {
        Directory.CreateDirectory(folder);
        files = [.. Enumerable.Range(0, fileCount).Select(number => RawFile.Open(Path.Combine(folder, $"{number}.db")))];
    }

    /// <summary>Commits on all files at once for this long. A commit counts as a call.</summary>
    public Task<LoadResult> RunAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Run(duration, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => Array.ForEach(files, file => file.Dispose());

    private LoadResult Run(TimeSpan duration, CancellationToken cancellationToken)
    {
        var commits = new long[files.Length];
        using var start = new Barrier(files.Length + 1);
        var threads = new Thread[files.Length];
        for (var number = 0; number < files.Length; number++)
        {
            var mine = number;
            threads[mine] = new Thread(() =>
            {
                start.SignalAndWait(CancellationToken.None);
                var began = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(began) < duration && !cancellationToken.IsCancellationRequested)
                {
                    files[mine].InsertOneRow();
                    commits[mine]++;
                }
            });
            threads[mine].Start();
        }

        start.SignalAndWait(CancellationToken.None);
        var watch = Stopwatch.StartNew();
        Array.ForEach(threads, thread => thread.Join());
        cancellationToken.ThrowIfCancellationRequested();
        return new(commits.Sum() / watch.Elapsed.TotalSeconds, commits.Sum(), AnswerBytes: 0);
    }
}
