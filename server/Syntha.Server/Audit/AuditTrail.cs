using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// The entries on their way into the audit trail besides commits: refusals, calls of operators, and sums of reads. It is bounded: a call
/// that finds it full waits, and nothing is dropped. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class AuditTrail(IOptions<AuditOptions> options, TimeProvider time)
{
    private readonly Channel<QueuedEntry> queue = Channel.CreateBounded<QueuedEntry>(
        new BoundedChannelOptions(options.Value.MaxQueued) { SingleReader = true });

    private readonly ConcurrentQueue<CallSum> sums = new();
    private readonly SemaphoreSlim due = new(0, 1);
    private readonly TimeSpan interval = options.Value.Interval;
    private readonly TimeSpan maxWait = options.Value.MaxWait;

    public bool IsOn { get; } = options.Value.Enabled;

    /// <summary>How many entries wait to be written.</summary>
    public int Queued => queue.Reader.Count;

    /// <summary>Takes an entry. It returns when there is room for the entry, which is nearly always at once.</summary>
    /// <exception cref="MeshException">STORE_BUSY: there was no room for as long as a call waits.</exception>
    public ValueTask WriteAsync(AuditEntry entry) =>
        !IsOn || queue.Writer.TryWrite(new(entry, null)) ? ValueTask.CompletedTask : new(WaitAsync(new(entry, null)));

    /// <summary>Takes an entry. It returns when the entry is durable.</summary>
    /// <exception cref="MeshException">STORE_BUSY: the trail could not be written for as long as a call waits.</exception>
    public async Task WriteDurablyAsync(AuditEntry entry)
    {
        if (!IsOn)
        {
            return;
        }

        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = new QueuedEntry(entry, written);
        if (!queue.Writer.TryWrite(queued))
        {
            await WaitAsync(queued);
        }

        Ring();
        try
        {
            await written.Task.WaitAsync(maxWait, time);
        }
        catch (TimeoutException late)
        {
            throw Busy(late);
        }
    }

    /// <summary>Takes a sum that counts something.</summary>
    public void Add(CallSum sum) => sums.Enqueue(sum);

    /// <summary>Returns when an entry is urgent, and at the latest when the next round is due.</summary>
    public Task WaitForWorkAsync(CancellationToken cancellationToken) => due.WaitAsync(interval, cancellationToken);

    /// <summary>Takes the entries that wait now, up to a number. Only the writer of the trail calls it.</summary>
    public List<QueuedEntry> Take(int maxEntries)
    {
        var taken = new List<QueuedEntry>();
        var now = time.GetUtcNow();
        for (var left = sums.Count; left > 0 && taken.Count < maxEntries && sums.TryDequeue(out var sum); left--)
        {
            if (sum.Take(now) is { } entry)
            {
                taken.Add(new(entry, null));
            }
        }
        while (taken.Count < maxEntries && queue.Reader.TryRead(out var queued))
        {
            taken.Add(queued);
        }

        return taken;
    }

    private async Task WaitAsync(QueuedEntry queued)
    {
        Ring();
        using var patience = new CancellationTokenSource(maxWait, time);
        try
        {
            await queue.Writer.WriteAsync(queued, patience.Token);
        }
        catch (OperationCanceledException late)
        {
            throw Busy(late);
        }
    }

    private void Ring()
    {
        try
        {
            due.Release();
        }
        catch (SemaphoreFullException)
        {
            // The writer is woken already.
        }
    }

    private static MeshException Busy(Exception cause) =>
        new(ErrorReason.StoreBusy, "The audit trail cannot take the call's entry now; call again later.", cause)
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
