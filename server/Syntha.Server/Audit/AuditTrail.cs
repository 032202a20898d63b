using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// What is on its way into the audit trail besides commits: refusals, calls of operators, and sums of reads. Bounded: whoever finds it full
/// waits, and nothing is dropped. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class AuditTrail(IOptions<AuditOptions> options, TimeProvider time)
{
    private readonly Channel<QueuedEntry> queue = Channel.CreateBounded<QueuedEntry>(new BoundedChannelOptions(options.Value.MaxQueued) { SingleReader = true });
    private readonly ConcurrentQueue<CallSum> sums = new();
    private readonly SemaphoreSlim due = new(0, 1);
    private readonly TimeSpan maxWait = TimeSpan.FromSeconds(options.Value.MaxWaitSeconds);

    public bool IsOn { get; } = options.Value.Enabled;

    /// <summary>How many entries wait to be written.</summary>
    public int Queued => queue.Reader.Count;

    /// <summary>Takes an entry. Returns when there is room for it, which as a rule is at once.</summary>
    /// <exception cref="MeshException">STORE_BUSY: there was none for as long as a call waits.</exception>
    public ValueTask WriteAsync(AuditEntry entry) => !IsOn || queue.Writer.TryWrite(new(entry, null)) ? ValueTask.CompletedTask : new(WaitAsync(new(entry, null)));

    /// <summary>Takes an entry and returns when it is durable.</summary>
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

    /// <summary>Takes a sum that has begun to count.</summary>
    public void Add(CallSum sum) => sums.Enqueue(sum);

    /// <summary>Returns when something is due, or after a while.</summary>
    public Task WaitForWorkAsync(TimeSpan longest, CancellationToken cancellationToken) => due.WaitAsync(longest, cancellationToken);

    /// <summary>For the one writer: what waits now, up to a number of entries.</summary>
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
            // It has rung already.
        }
    }

    private static MeshException Busy(Exception cause) =>
        new(ErrorReason.StoreBusy, "The audit trail cannot take the call's entry now; call again later.", cause) { RetryAfter = TimeSpan.FromSeconds(1) };
}
